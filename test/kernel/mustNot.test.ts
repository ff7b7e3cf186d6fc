/** What only a user's action, a sleeping system or an error enters is not reachable at boot. */
import { describe, expect, test } from 'vitest'
import type { Hop } from '../../src/core/report/schema.js'
import { pathsOf } from './hops.js'
import { KERNELS, reportOn } from './kernelTree.js'

/** Writers, each with what enters it, as read in the source. */
const NOT_AT_BOOT: readonly (readonly [string, string])[] = [
  ['pci_write_config', 'sysfs file config'],
  ['proc_bus_pci_write', 'file in /proc/bus/pci'],
  ['sys_pciconfig_write', 'system call'],
  ['pci_vpd_write', 'sysfs file vpd'],
  ['__resource_resize_store', 'sysfs file resourceN_resize'],
  ['aer_inject', 'device file of aer_inject'],
  ['amd_l3_disable_index', 'sysfs file cache_disable_N'],
  ['amd_set_subcaches', 'sysfs file subcaches'],
  ['toggle_nb_mca_mst_cpu', 'debugfs file of mce-inject'],
  ['cpci_set_attention_status', 'sysfs file attention'],
  ['pci_pm_suspend_noirq', 'system sleep'],
  ['pci_pm_poweroff_noirq', 'hibernation'],
  ['uhci_pci_suspend', 'system sleep'],
  ['resume_mapping', 'fixup for resume'],
  ['pciehp_slot_reset', 'recovery from an error'],
  ['dpc_reset_link', 'recovery from an error'],
  ['cs5530a_warm_reset', 'restart of the machine'],
  ['__e1000_shutdown', 'shutdown or sleep'],
  ['e1000_test_msi', 'opening the network interface'],
  ['e1000_test_msi_interrupt', 'opening the network interface'],
  ['vfio_user_config_write', 'write to the VFIO device file'],
  ['vfio_bar_restore', 'write to the VFIO device file'],
  ['vfio_msi_config_write', 'write to the VFIO device file'],
  ['vfio_pci_core_enable', 'opening the VFIO device'],
  ['vfio_pci_core_disable', 'closing the VFIO device'],
  ['vfio_msi_enable', 'ioctl of the VFIO device'],
  ['vfio_msi_disable', 'ioctl of the VFIO device'],
  ['vfio_msi_set_vector_signal', 'ioctl of the VFIO device'],
  ['vfio_pci_memory_lock_and_enable', 'ioctl of the VFIO device'],
  ['vfio_pci_memory_unlock_and_restore', 'ioctl of the VFIO device'],
  ['rom_write', 'write by a Xen guest'],
  ['bar_write', 'write by a Xen guest'],
]

describe.each(KERNELS)('%s', (kernel) => {
  test('not at boot: what a user, sleep or an error enters', () => {
    const { sites } = reportOn(kernel)
    const present = NOT_AT_BOOT.filter(([name]) => sites.some((site) => site.function === name))
    expect(present.length).toBeGreaterThanOrEqual(25)
    const wrong = present.filter(([name]) => sites.some((s) => s.function === name && s.phases.boot.reachable))
    expect(wrong).toEqual([])
  })

  test('no reset of a device through a call that only asks whether it could be reset', () => {
    const paths = pathsOf(reportOn(kernel).sites).map((path) => path.map((hop) => hop.function))
    const probing = paths.filter((path) => path.includes('pci_init_reset_methods'))
    expect(probing.filter((path) => /flr$|^reset_|_flr/.test(path.at(-1)!))).toEqual([])
  })

  test('no driver calls the registered probe of another', () => {
    const paths = reportOn(kernel).sites.flatMap(({ phases: { boot } }) => (boot.reachable ? [boot.path] : []))
    const isProbe = (hop: Hop): boolean => hop.edge === 'registration' && /^\.(driver\.)?probe of/.test(hop.via ?? '')
    const key = (hop: Hop): string => `${hop.file} ${hop.function}`
    const probes = new Set(paths.flatMap((path) => path.filter(isProbe).map(key)))
    expect(probes.size).toBeGreaterThan(100)
    const wrong = paths.flatMap((path) =>
      path.flatMap((hop, i) => {
        const caller = path[i - 1]
        if (!caller || !probes.has(key(hop)) || folderOf(caller) === folderOf(hop)) return []
        return [`${key(caller)} -> ${key(hop)} (${hop.edge})`]
      }),
    )
    expect([...new Set(wrong)]).toEqual([])
  })
})

function folderOf({ file }: Hop): string {
  return file.slice(0, file.lastIndexOf('/'))
}
