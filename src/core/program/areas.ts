/**
 * What a path says about code: whether it is kernel code of this arch at all, whose code it is, and whether a path
 * through it is one that a preserved device takes. A table of folders, longest prefix first; no file is named here
 * that is not a folder's exception in mainline's own layout.
 */
import type { Scope } from '../report/schema.js'

interface Area {
  readonly prefix: string
  readonly scope: Scope
  /** Code of one driver or subsystem that a preserved device does not pass through, unless its driver hands devices over. */
  readonly isDriver: boolean
}

const area = (prefix: string, scope: Scope, isDriver = false): Area => ({ prefix, scope, isDriver })

const AREAS: readonly Area[] = [
  area('drivers/pci/', 'core'),
  area('drivers/pci/pcie/', 'service'),
  area('drivers/pci/pcie/aspm.c', 'core'),
  area('drivers/pci/pcie/ptm.c', 'core'),
  area('drivers/pci/hotplug/', 'service'),
  // Controllers of their own: CompactPCI, and servers of Compaq and IBM. Nothing of theirs is above a preserved device.
  area('drivers/pci/hotplug/cpci', 'driver', true),
  area('drivers/pci/hotplug/cpqphp', 'driver', true),
  area('drivers/pci/hotplug/ibmphp', 'driver', true),
  area('drivers/pci/controller/', 'host', true),
  area('drivers/pci/endpoint/', 'driver', true),
  area('drivers/pci/switch/', 'driver', true),
  area('drivers/pci/pci-stub.c', 'driver', true),
  area('drivers/pci/pci-pf-stub.c', 'driver', true),
  area('drivers/pci/pci-lu-stub.c', 'driver', true),
  area('drivers/pci/pci-lu-stub-pf.c', 'driver', true),
  area('drivers/iommu/', 'iommu'),
  area('drivers/vfio/', 'core'),
  area('drivers/vfio/pci/', 'driver', true),
  area('drivers/vfio/platform/', 'driver', true),
  area('drivers/vfio/fsl-mc/', 'driver', true),
  area('drivers/vfio/cdx/', 'driver', true),
  area('drivers/acpi/', 'core'),
  area('drivers/base/', 'core'),
  area('drivers/of/', 'core'),
  area('drivers/firmware/', 'core'),
  area('drivers/pnp/', 'core'),
  // I/O APICs, found by their class.
  area('drivers/acpi/ioapic.c', 'fixed', true),
  // Memory controllers, found by id or address; the P2SB bridge stands at a fixed one.
  area('drivers/edac/', 'fixed', true),
  area('drivers/platform/x86/p2sb.c', 'fixed', true),
  area('drivers/', 'driver', true),
  area('sound/', 'driver', true),
  // The network stack sends what the kernel tells user space: no way to a device's config space leads through it.
  area('net/', 'driver', true),
  area('arch/x86/events/', 'fixed', true),
  // Config access of machines of their own kind: Medfield phones, set-top boxes, the OLPC laptop.
  area('arch/x86/pci/intel_mid_pci.c', 'host', true),
  area('arch/x86/pci/ce4100.c', 'host', true),
  area('arch/x86/pci/olpc.c', 'host', true),
  area('', 'core'),
].sort((a, b) => b.prefix.length - a.prefix.length)

/** Drivers among the areas of which a preserved device's own stands: what their functions are passed is followed. */
const FOLLOWED = ['drivers/vfio/', 'drivers/pci/']

/** Whether the numbers that functions hand about are followed here: elsewhere in drivers they are registers and lengths. */
export function followsFlags(path: string): boolean {
  return !areaOf(path).isDriver || FOLLOWED.some((prefix) => path.startsWith(prefix))
}

/** Folders whose C is not linked into a kernel image or a module. */
export const NOT_KERNEL = ['tools/', 'scripts/', 'samples/', 'Documentation/', 'usr/', 'rust/']

export function areaOf(path: string): Area {
  return AREAS.find((a) => path.startsWith(a.prefix))!
}

/** False for the code of another architecture and for programs that only live in the tree. */
export function isLinked(path: string, arch: string): boolean {
  if (path.startsWith('arch/')) return path.startsWith(`arch/${arch}/`) && !path.startsWith(`arch/${arch}/boot/`)
  return !NOT_KERNEL.some((prefix) => path.startsWith(prefix))
}
