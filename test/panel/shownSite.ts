import { hazardOf } from '../../src/core/device/hazard.js'
import type { Field, Hop, Site, SiteGuard } from '../../src/core/report/schema.js'
import type { ShowMessage } from '../../src/protocol/panel.js'

const unguarded: SiteGuard = { status: 'unguarded', by: null, condition: null, file: null, line: null }

const clearsMaster: Field = {
  register: 'PCI_COMMAND',
  capability: null,
  feature: 'bus-master',
  bits: ['PCI_COMMAND_MASTER'],
  mask: 0x4,
  change: 'clear',
}

/** The way of Linux 6.12 from kernel_kexec() to the write that clears bus mastering. */
const path: readonly Hop[] = [
  { function: 'kernel_kexec', file: 'kernel/kexec_core.c', line: 988, edge: 'root', via: null, call: null },
  {
    function: 'device_shutdown',
    file: 'drivers/base/core.c',
    line: 4803,
    edge: 'direct',
    via: 'kernel_restart_prepare()',
    call: { file: 'kernel/reboot.c', line: 90 },
  },
  {
    function: 'pci_device_shutdown',
    file: 'drivers/pci/pci-driver.c',
    line: 528,
    edge: 'field',
    via: 'pci_bus_type.shutdown',
    call: { file: 'drivers/base/core.c', line: 4857 },
  },
  {
    function: 'pci_clear_master',
    file: 'drivers/pci/pci.c',
    line: 4298,
    edge: 'direct',
    via: null,
    call: { file: 'drivers/pci/pci-driver.c', line: 546 },
  },
  {
    function: '__pci_set_master',
    file: 'drivers/pci/pci.c',
    line: 4224,
    edge: 'direct',
    via: null,
    call: { file: 'drivers/pci/pci.c', line: 4300 },
  },
]

export function masterSite(fields: readonly Field[] = [clearsMaster]): Site {
  return {
    id: 'drivers/pci/pci.c#__pci_set_master#pci_write_config_word#1',
    file: 'drivers/pci/pci.c',
    line: 4236,
    column: 3,
    endLine: 4236,
    endColumn: 47,
    function: '__pci_set_master',
    callee: 'pci_write_config_word',
    kind: 'config',
    offset: 'PCI_COMMAND',
    width: 2,
    fields,
    value: null,
    device: 'dev',
    scope: 'core',
    phases: {
      boot: { reachable: false },
      shutdown: {
        reachable: true,
        counts: true,
        root: { kind: 'syscall', function: 'kernel_kexec' },
        through: null,
        guard: unguarded,
        path,
      },
      userspace: { reachable: false },
    },
    guard: unguarded,
    justification: { status: 'missing', where: null, reason: null },
    hazard: hazardOf(fields, null, false, ['dma', 'config'], 'shutdown'),
  }
}

export function showMaster(change: Partial<ShowMessage> = {}): ShowMessage {
  const site = masterSite()
  return {
    type: 'show',
    site,
    scenario: site.hazard.scenario,
    phase: null,
    flows: ['dma', 'config'],
    finding: {
      rule: 'SHUTDOWN_WRITE',
      message: 'pci_write_config_word() clears PCI_COMMAND_MASTER of a device that is handed over: dma breaks',
    },
    ...change,
  }
}

export { clearsMaster }
