import { describe, expect, test } from 'vitest'
import { readKernelConfig } from '../../src/core/config/kernelConfig.js'
import { BuildRules } from '../../src/core/program/kbuild.js'
import { KconfigSymbols } from '../../src/core/program/kconfig.js'

const KCONFIG = `
source "arch/$(SRCARCH)/Kconfig"
source "drivers/Kconfig"
`
const TREE: Readonly<Record<string, string>> = {
  Kconfig: KCONFIG,
  'arch/x86/Kconfig':
    'config X86\n\tdef_bool y\n\nconfig X86_32\n\tdef_bool y\n\tdepends on !64BIT\n\nconfig 64BIT\n\tbool "64-bit"\n',
  'arch/powerpc/Kconfig': 'config PPC\n\tdef_bool y\n',
  'drivers/Kconfig': `
menu "Drivers"
	depends on X86 || PPC

config PCI
	bool "PCI support"
	help
	  config NOT_A_SYMBOL
	  depends on PPC

if PCI
config PNV_PHP
	tristate "PowerNV hotplug"
	depends on PPC

config SHPC
	tristate "SHPC"

config BIOS32
	bool "BIOS access"
	depends on X86_32

config CROSS
	tristate "builds elsewhere"
	depends on PPC || COMPILE_TEST

config HELPED
	bool

config HELPER
	bool "selects"
	select HELPED

config NEVER_HELPED
	bool
endif
endmenu
`,
  Makefile: 'obj-y += drivers/\n',
  'drivers/Makefile': 'obj-$(CONFIG_PCI) += pci/ # all of it\nobj-$(CONFIG_PPC) += macintosh/\n',
  'drivers/pci/Makefile': `
obj-y += probe.o
obj-$(CONFIG_PNV_PHP) += pnv-php.o
pnv-php-objs := pnv_php.o \\
		pnv_help.o
shpchp-$(CONFIG_BIOS32) += bios.o
shpchp-y += shpchp_core.o
obj-$(CONFIG_SHPC) += shpchp.o
ifdef CONFIG_PNV_PHP
obj-y += in_ifdef.o
else
obj-y += in_else.o
endif
ifneq ($(CONFIG_SHPC),)
obj-y += in_ifneq.o
endif
ifeq ($(CONFIG_SHPC),y)
obj-y += in_ifeq.o
else
obj-y += not_builtin.o
endif
ifeq ($(CONFIG_PNV_PHP)$(CONFIG_SHPC),yy)
obj-y += odd.o
endif
obj-$(CONFIG_PCI_LIVEUPDATE) += liveupdate.o
`,
}
const read = (path: string): string | null => TREE[path] ?? null

test.each([
  ['X86', false],
  ['PCI', false],
  ['SHPC', false],
  ['HELPED', false],
  ['PPC', true],
  ['PNV_PHP', true],
  ['X86_32', true],
  ['BIOS32', true],
  ['CROSS', true],
  ['NEVER_HELPED', true],
  ['NOT_A_SYMBOL', true],
])('CONFIG_%s can never be set on x86: %s', (name, expected) => {
  expect(new KconfigSymbols(read, 'x86').isNever(name)).toBe(expected)
})

test('on powerpc the same symbols are set the other way', () => {
  const symbols = new KconfigSymbols(read, 'powerpc')
  expect(symbols.isNever('PNV_PHP')).toBe(false)
  expect(symbols.isNever('X86')).toBe(true)
})

test.each([
  ['drivers/pci/probe.c', true],
  ['drivers/pci/shpchp_core.c', true],
  ['drivers/pci/pnv_php.c', false],
  ['drivers/pci/pnv_help.c', false],
  ['drivers/pci/bios.c', false],
  ['drivers/pci/named_by_no_makefile.c', true],
  ['drivers/pci/in_ifdef.c', false],
  ['drivers/pci/in_else.c', true],
  ['drivers/pci/in_ifneq.c', true],
  ['drivers/pci/in_ifeq.c', true],
  ['drivers/pci/not_builtin.c', true],
  ['drivers/pci/odd.c', true],
  // No Kconfig defines it here, yet it is what is reviewed.
  ['drivers/pci/liveupdate.c', true],
  ['drivers/macintosh/adb.c', false],
  ['drivers/macintosh/adb.h', true],
])('%s can be built for x86: %s', (path, expected) => {
  expect(new BuildRules(read, 'x86').canBeBuilt(path)).toBe(expected)
})

test('a tree without Kconfig says nothing, so everything can be built', () => {
  expect(new BuildRules(() => null, 'x86').canBeBuilt('drivers/macintosh/adb.c')).toBe(true)
})

describe('with a .config', () => {
  const built = (config: string, file: string): boolean => {
    const known = readKernelConfig(config)
    if ('problem' in known) throw new Error(known.problem)
    return new BuildRules(read, 'x86', known).canBeBuilt(`drivers/pci/${file}`)
  }
  const HEAD = '# Automatically generated file; DO NOT EDIT.\n'

  test.each([
    ['CONFIG_SHPC=y', 'shpchp_core.c', true],
    ['CONFIG_SHPC=m', 'shpchp_core.c', true],
    ['# CONFIG_SHPC is not set', 'shpchp_core.c', false],
    ['# CONFIG_SHPC is not set', 'in_ifneq.c', false],
    ['CONFIG_SHPC=y', 'in_ifeq.c', true],
    ['CONFIG_SHPC=m', 'not_builtin.c', true],
    ['# CONFIG_PCI is not set', 'probe.c', false],
    // A symbol that Kconfig rules out and the .config sets: the .config is of a patched tree.
    ['CONFIG_PNV_PHP=y', 'pnv_php.c', true],
    ['CONFIG_PNV_PHP=y', 'in_else.c', false],
    ['CONFIG_X=y', 'shpchp_core.c', true],
    [`${HEAD}CONFIG_X=y`, 'shpchp_core.c', false],
    [`${HEAD}CONFIG_PCI=y`, 'probe.c', true],
    [`${HEAD}CONFIG_PCI=y`, 'liveupdate.c', true],
    ['# CONFIG_PCI_LIVEUPDATE is not set\nCONFIG_PCI=y', 'liveupdate.c', true],
  ])('%j: %s is built: %s', (config, file, expected) => {
    expect(built(config, file)).toBe(expected)
  })
})
