import { expect, test } from 'vitest'
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
  ['drivers/macintosh/adb.c', false],
  ['drivers/macintosh/adb.h', true],
])('%s can be built for x86: %s', (path, expected) => {
  expect(new BuildRules(read, 'x86').canBeBuilt(path)).toBe(expected)
})

test('a tree without Kconfig says nothing, so everything can be built', () => {
  expect(new BuildRules(() => null, 'x86').canBeBuilt('drivers/macintosh/adb.c')).toBe(true)
})
