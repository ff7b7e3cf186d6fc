/**
 * Data: tables of hooks that a subsystem calls later, and in which phase it does. A registered hook is a root of its
 * phase; where the function that registers it is known, it is reached from there (edge `registration`).
 */
import type { Phase } from '../report/schema.js'

export interface Hook {
  /** Field path inside the table. */
  readonly path: string
  readonly phase: Phase
}

interface HookTable {
  readonly tag: RegExp
  readonly hooks: readonly Hook[]
  /** Whether calls through the table's fields are not followed: the driver core calls every driver's probe and remove. */
  readonly isCut: boolean
  /** Entries of the table are tried against the ids of every device, as those of PCI fixups are. */
  readonly isByIds?: true
}

const HOOK_TABLES: readonly HookTable[] = [
  {
    tag: /^pcie_port_service_driver$/,
    hooks: [
      { path: 'probe', phase: 'boot' },
      // pcie_portdrv_shutdown() takes the services away (drivers/pci/pcie/portdrv.c).
      { path: 'remove', phase: 'shutdown' },
      // The port's own runtime PM hands on to its services by offset (pcie_port_device_runtime_suspend()).
      { path: 'runtime_suspend', phase: 'userspace' },
      { path: 'runtime_resume', phase: 'userspace' },
    ],
    isCut: true,
  },
  {
    tag: /(^|_)driver$/,
    hooks: [
      { path: 'probe', phase: 'boot' },
      { path: 'attach', phase: 'boot' },
      { path: 'ops.add', phase: 'boot' },
      { path: 'driver.probe', phase: 'boot' },
      { path: 'shutdown', phase: 'shutdown' },
      { path: 'driver.shutdown', phase: 'shutdown' },
    ],
    isCut: true,
  },
  {
    tag: /^bus_type$/,
    hooks: [
      { path: 'probe', phase: 'boot' },
      { path: 'dma_configure', phase: 'boot' },
      { path: 'shutdown', phase: 'shutdown' },
    ],
    isCut: true,
  },
  // Early quirks of x86: early_qrk[], which check_dev_quirk() goes through (arch/x86/kernel/early-quirks.c).
  { tag: /^chipset$/, hooks: [{ path: 'f', phase: 'boot' }], isCut: true, isByIds: true },
  { tag: /^acpi_scan_handler$/, hooks: [{ path: 'attach', phase: 'boot' }], isCut: false },
  { tag: /^subsys_interface$/, hooks: [{ path: 'add_dev', phase: 'boot' }], isCut: true },
  { tag: /^syscore_ops$/, hooks: [{ path: 'shutdown', phase: 'shutdown' }], isCut: true },
  // Runtime PM fetches its callback from the table by offset (drivers/base/power/runtime.c): no call names the field.
  // A macro in the initialiser fills all three (include/linux/pm.h); its name stands for a field there.
  {
    tag: /^dev_pm_ops$/,
    hooks: ['runtime_suspend', 'runtime_resume', 'runtime_idle', 'SET_RUNTIME_PM_OPS', 'RUNTIME_PM_OPS'].map(
      (path) => ({ path, phase: 'userspace' as const }),
    ),
    isCut: true,
  },
  // luo_session and luo_file call them (kernel/liveupdate/): freeze on the way out, the others in the new kernel.
  {
    tag: /^liveupdate_(file|flb)_ops$/,
    hooks: [
      { path: 'freeze', phase: 'shutdown' },
      { path: 'retrieve', phase: 'userspace' },
      { path: 'can_finish', phase: 'userspace' },
      { path: 'finish', phase: 'userspace' },
    ],
    isCut: true,
  },
  {
    tag: /^vfio_device_ops$/,
    hooks: ['open_device', 'close_device', 'ioctl', 'device_feature', 'read', 'write'].map((path) => ({
      path,
      phase: 'userspace' as const,
    })),
    isCut: true,
  },
]

/** The hooks of a struct tag, empty for a struct that is no table of hooks. */
export function hooksOf(tag: string): readonly Hook[] {
  return HOOK_TABLES.find((t) => t.tag.test(tag))?.hooks ?? []
}

export const HOOK_NAMES: ReadonlySet<string> = new Set(
  HOOK_TABLES.flatMap((table) => table.hooks.map((hook) => hook.path)),
)

/** Whether a table's hooks are for devices of the ids that stand beside them. */
export function isByIds(tag: string): boolean {
  return HOOK_TABLES.some((t) => t.isByIds && t.tag.test(tag))
}

/** What the driver core calls in every driver or bus alike; other fields of such structs are calls like any other. */
const DRIVER_CORE_FIELDS =
  /^(probe|probe_new|remove|remove_new|shutdown|suspend\w*|resume\w*|attach|detach|add|match|uevent|online|offline|sync_state|sriov_\w+|dma_configure|dma_cleanup|add_dev|remove_dev|ioctl|read|write|open_device|close_device|device_feature)$/

/** True when calls through this field are not followed, because each registration is a root already. */
export function isCutField(tag: string, field: string): boolean {
  const isCut = (table: HookTable): boolean =>
    table.isCut && (DRIVER_CORE_FIELDS.test(field) || table.hooks.some((hook) => hook.path === field))
  return HOOK_TABLES.some((table) => table.tag.test(tag) && isCut(table))
}

/**
 * Structs whose functions run only when a user acts or the system sleeps: files, ioctls, sysfs and proc attributes,
 * network configuration, power management, what a file system does. Setting such a table up is no call. Notifier
 * chains stand here too: every chain calls every notifier through one field, so the call says nothing about who is called.
 */
const USER_ENTERED =
  /^(file_operations|proc_ops|kernfs_ops|sysfs_ops|(\w+_)?attribute|bin_attribute|block_device_operations|super_operations|inode_operations|address_space_operations|dentry_operations|file_lock_operations|lock_manager_operations|net_device_ops|ethtool_ops|seq_operations|vm_operations_struct|dev_pm_ops|platform_suspend_ops|platform_hibernation_ops|platform_s2idle_ops|iio_info|v4l2_\w+_ops|snd_(?!device_)\w+_ops|tty_operations|tty_ldisc_ops|proto_ops|proto|configfs_\w+|kernel_param_ops|ctl_table|watchdog_ops|rtc_class_ops|hwmon_ops|thermal_\w+_ops|backlight_ops|pci_error_handlers|notifier_block|ptp_clock_info|devlink_ops|target_type|crypto_alg)$/

export function isUserEntered(tag: string): boolean {
  return USER_ENTERED.test(tag)
}

export interface Deferral {
  readonly position: number
  readonly kind: 'work' | 'timer' | 'kthread' | 'async'
}

/** Functions and macros that run a function later on their own: position of the function among the arguments. */
export const DEFERRALS: ReadonlyMap<string, Deferral> = new Map([
  ['INIT_WORK', { position: 1, kind: 'work' }],
  ['INIT_DELAYED_WORK', { position: 1, kind: 'work' }],
  ['INIT_DEFERRABLE_WORK', { position: 1, kind: 'work' }],
  ['INIT_WORK_ONSTACK', { position: 1, kind: 'work' }],
  ['INIT_DELAYED_WORK_ONSTACK', { position: 1, kind: 'work' }],
  ['schedule_on_each_cpu', { position: 0, kind: 'work' }],
  ['timer_setup', { position: 1, kind: 'timer' }],
  ['timer_setup_on_stack', { position: 1, kind: 'timer' }],
  ['kthread_run', { position: 0, kind: 'kthread' }],
  ['kthread_create', { position: 0, kind: 'kthread' }],
  ['kthread_create_on_node', { position: 0, kind: 'kthread' }],
  ['kernel_thread', { position: 0, kind: 'kthread' }],
  ['user_mode_thread', { position: 0, kind: 'kthread' }],
  ['async_schedule', { position: 0, kind: 'async' }],
  ['async_schedule_domain', { position: 0, kind: 'async' }],
  ['async_schedule_dev', { position: 0, kind: 'async' }],
])

/**
 * Code whose interrupts, work and threads go on while a preserved device stands idle: the services of its ports, and
 * the poll for PME (pci_pme_list_scan()). All other work begins with a user's action or with a driver that uses the
 * device, and other hotplug controllers act when somebody moves a card.
 */
const RUNS_WHILE_IDLE: Readonly<Record<string, RegExp>> = {
  interrupt: /^drivers\/pci\/(pcie\/|hotplug\/pciehp)/,
  kthread: /^drivers\/pci\/hotplug\/pciehp/,
  work: /^drivers\/pci\/(pcie\/|pci\.c$)/,
  timer: /^$/,
}

/** Whether a root of this kind in this file runs in the window of an idle device; true for other kinds. */
export function runsWhileIdle(kind: string, file: string): boolean {
  return RUNS_WHILE_IDLE[kind]?.test(file) ?? true
}

/** Functions that register an interrupt's handler and thread: their positions among the arguments. */
export const INTERRUPT_REQUESTS: ReadonlyMap<string, readonly number[]> = new Map([
  ['request_irq', [1]],
  ['request_threaded_irq', [1, 2]],
  ['request_any_context_irq', [1]],
  ['devm_request_irq', [2]],
  ['devm_request_threaded_irq', [2, 3]],
  ['devm_request_any_context_irq', [2]],
  ['pci_request_irq', [2, 3]],
])

/** Functions that put a notifier on the chain that kernel_restart_prepare() calls (kernel/reboot.c), and its position. */
export const REBOOT_NOTIFIERS: ReadonlyMap<string, number> = new Map([
  ['register_reboot_notifier', 0],
  ['devm_register_reboot_notifier', 1],
])

/** File-scope macros that make a work item: its name, then its function. */
export const WORK_DECLARATIONS: ReadonlySet<string> = new Set([
  'DECLARE_WORK',
  'DECLARE_DELAYED_WORK',
  'DECLARE_DEFERRABLE_WORK',
])

/** Functions of the kernel's command line (init/main.c calls them when the word is given): the word, then the function. */
export const PARAMETER_MACROS: ReadonlySet<string> = new Set(['early_param', '__setup'])

/** File-scope macros that make a dev_pm_ops, with the positions of its runtime callbacks (include/linux/pm*.h). */
export const RUNTIME_PM_MACROS: ReadonlyMap<string, readonly (1 | 2 | 3)[]> = new Map(
  [
    ...['DEFINE_RUNTIME_DEV_PM_OPS', 'UNIVERSAL_DEV_PM_OPS', 'EXPORT_RUNTIME_DEV_PM_OPS'],
    ...['EXPORT_GPL_RUNTIME_DEV_PM_OPS', 'EXPORT_NS_RUNTIME_DEV_PM_OPS', 'EXPORT_NS_GPL_RUNTIME_DEV_PM_OPS'],
  ].map((name) => [name, [1, 2, 3]]),
)

const INITCALL = /^(?:\w+_initcall(?:_sync)?|__initcall|module_init)$/
const FIXUP = /^DECLARE_PCI_FIXUP_(?:CLASS_)?(EARLY|HEADER|FINAL|ENABLE|RESUME_EARLY|RESUME|SUSPEND_LATE|SUSPEND)$/

export function isInitcall(macro: string): boolean {
  return INITCALL.test(macro)
}

/** The pass of a fixup macro (`HEADER`, `SUSPEND`, ...), null for another macro. */
export function fixupPass(macro: string): string | null {
  return FIXUP.exec(macro)?.[1] ?? null
}

export const BOOT_FIXUP_PASSES: ReadonlySet<string> = new Set(['EARLY', 'HEADER', 'FINAL', 'ENABLE'])

/** A callee that takes a registration back, or only looks a table up: no edge to the table's hooks. */
export function isUnregistration(callee: string): boolean {
  return /unregister|_remove|_del$|_delete|cleanup|_exit|destroy|_put$/.test(callee)
}
