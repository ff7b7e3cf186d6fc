/** Writes that every reader of drivers/pci knows run at boot, and such as only a user or a sleeping system causes. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Hop, Site } from '../../src/core/report/schema.js'
import { blanked } from './cText.js'
import { pathsOf, problemsOf, stepsOf } from './hops.js'
import { filesWith, KERNELS, reportOn, sourceOf } from './kernelTree.js'

interface KnownWrite {
  readonly what: string
  readonly file: string
  readonly through: string
  readonly isIt: (site: Site) => boolean
  /** At least as many calls. */
  readonly calls: number
}

const writes = (register: string, bit?: string) => (site: Site) =>
  site.fields.some((field) => field.register === register && (bit === undefined || field.bits.includes(bit)))
const inFunction = (name: string, isIt: (site: Site) => boolean) => (site: Site) => site.function === name && isIt(site)

/** The ACS write stands in a helper whose name differs between kernels. */
const AT_BOOT: readonly KnownWrite[] = [
  {
    what: 'bus mastering in __pci_set_master()',
    file: 'drivers/pci/pci.c',
    through: 'pci_set_master',
    isIt: inFunction('__pci_set_master', writes('PCI_COMMAND', 'PCI_COMMAND_MASTER')),
    calls: 1,
  },
  {
    what: 'decode off while BARs are sized',
    file: 'drivers/pci/probe.c',
    through: 'pci_setup_device',
    isIt: inFunction('__pci_read_base', writes('PCI_COMMAND')),
    calls: 2,
  },
  {
    what: 'all ones to a BAR, and its address back',
    file: 'drivers/pci/probe.c',
    through: 'pci_setup_device',
    isIt: inFunction('__pci_read_base', (site) => /^pos\b/.test(site.offset ?? '')),
    calls: 4,
  },
  {
    what: 'bus numbers of bridges',
    file: 'drivers/pci/probe.c',
    through: 'pci_scan_child_bus_extend',
    isIt: inFunction('pci_scan_bridge_extend', writes('PCI_PRIMARY_BUS')),
    calls: 2,
  },
  {
    what: 'the last bus number behind a bridge',
    file: 'drivers/pci/probe.c',
    through: 'pci_scan_child_bus_extend',
    isIt: inFunction('pci_scan_bridge_extend', writes('PCI_SUBORDINATE_BUS')),
    calls: 1,
  },
  {
    what: 'MSI off in pci_msi_init()',
    file: 'drivers/pci/msi/pcidev_msi.c',
    through: 'pci_init_capabilities',
    isIt: inFunction('pci_msi_init', writes('PCI_MSI_FLAGS', 'PCI_MSI_FLAGS_ENABLE')),
    calls: 1,
  },
  {
    what: 'ACS control of pci_enable_acs()',
    file: 'drivers/pci/pci.c',
    through: 'pci_enable_acs',
    isIt: writes('PCI_ACS_CTRL'),
    calls: 1,
  },
  {
    what: 'the PME interrupt of a root port',
    file: 'drivers/pci/pcie/pme.c',
    through: 'pcie_pme_probe',
    isIt: inFunction('pcie_pme_interrupt_enable', writes('PCI_EXP_RTCTL', 'PCI_EXP_RTCTL_PMEIE')),
    calls: 2,
  },
  {
    what: 'the PME status of a root port',
    file: 'drivers/pci/pci.c',
    through: 'pcie_pme_probe',
    isIt: inFunction('pcie_clear_root_pme_status', writes('PCI_EXP_RTSTA', 'PCI_EXP_RTSTA_PME')),
    calls: 1,
  },
]

/** Writers that a file or a system call enters, each with where that is registered. */
const BY_A_USER: readonly { readonly file: string; readonly function: string; readonly entered: RegExp }[] = [
  {
    file: 'drivers/pci/pci-sysfs.c',
    function: 'pci_write_config',
    entered: /BIN_ATTR\(config\b.*\bpci_write_config\b/,
  },
  { file: 'drivers/pci/proc.c', function: 'proc_bus_pci_write', entered: /\.proc_write\s*=\s*proc_bus_pci_write\b/ },
]

describe.each(KERNELS)('%s', (kernel) => {
  let sites: readonly Site[] = []
  beforeAll(() => {
    sites = reportOn(kernel).sites
  })

  test.each(AT_BOOT)('at boot: $what', ({ file, through, isIt, calls }) => {
    const found = sites.filter((site) => site.file === file && isIt(site))
    expect(found.length).toBeGreaterThanOrEqual(calls)
    for (const site of found) {
      const path = bootPath(site)
      expect(site.phases.boot, site.id).toMatchObject({ counts: true, root: { kind: 'initcall' } })
      expect(path[0]!.edge).toBe('initcall')
      expect(isInitcall(kernel, path[0]!), `${path[0]!.function} of ${path[0]!.file}`).toBe(true)
      expect(path.map((hop) => hop.function)).toContain(through)
      expect(path.at(-1)!.function).toBe(site.function)
      expect(problemsOf(kernel, stepsOf([path]))).toEqual([])
    }
  })

  test('every call on every path stands in the text where the path says', () => {
    const steps = stepsOf(pathsOf(sites))
    const byCall = steps.filter(({ hop }) => hop.edge === 'direct' || hop.edge === 'macro')
    const problems = problemsOf(kernel, steps)
    console.log(
      `${kernel}: ${steps.length} steps of ${pathsOf(sites).length} paths read in the text, ` +
        `${byCall.length} of them calls; ${problems.length} are not as the path says`,
    )
    expect(problems).toEqual([])
    expect(byCall.length).toBeGreaterThan(1000)
    expect(steps.length).toBeGreaterThan(byCall.length)
  })

  test.each(BY_A_USER)('not at boot: $function of $file', ({ file, function: writer, entered }) => {
    expect(blanked(sourceOf(kernel, file))).toMatch(entered)
    const own = sites.filter((site) => site.file === file && site.function === writer)
    expect(own).not.toEqual([])
    expect(own.filter((site) => site.phases.boot.reachable).map(described)).toEqual([])
  })

  test('not at boot: fixups for suspend and resume only', () => {
    const hooks = suspendFixups(kernel)
    const own = sites.filter((site) => hooks.has(`${site.file} ${site.function}`))
    expect(own.length).toBeGreaterThan(3)
    expect(own.filter((site) => site.phases.boot.reachable).map(described)).toEqual([])
  })
})

function bootPath({ id, phases: { boot } }: Site): readonly Hop[] {
  if (!boot.reachable) throw new Error(`${id} is not reachable at boot`)
  return boot.path
}

function described(site: Site): string {
  return `${site.id}: ${bootPath(site)
    .map((hop) => `${hop.function} (${hop.edge})`)
    .join(' -> ')}`
}

function isInitcall(kernel: string, { file, function: name }: Hop): boolean {
  return new RegExp(`^(?:\\w+_initcall(?:_sync)?|module_init)\\(${name}\\)`, 'm').test(blanked(sourceOf(kernel, file)))
}

/** `file function` of hooks that DECLARE_PCI_FIXUP_* names for suspend or resume and for no pass that runs at boot. */
function suspendFixups(kernel: string): ReadonlySet<string> {
  const passes = new Map<string, string[]>()
  for (const file of filesWith(kernel, ['DECLARE_PCI_FIXUP_SUSPEND', 'DECLARE_PCI_FIXUP_RESUME'])) {
    const declared = blanked(sourceOf(kernel, file)).matchAll(
      /^DECLARE_PCI_FIXUP_(?:CLASS_)?([A-Z_]+)\(([^;]*?)(\w+)\s*\);/gm,
    )
    for (const [, pass, , hook] of declared) {
      const key = `${file} ${hook}`
      passes.set(key, [...(passes.get(key) ?? []), pass!])
    }
  }
  const asleep = /^(?:SUSPEND|SUSPEND_LATE|RESUME|RESUME_EARLY)$/
  return new Set([...passes].filter(([, of]) => of.every((pass) => asleep.test(pass))).map(([key]) => key))
}
