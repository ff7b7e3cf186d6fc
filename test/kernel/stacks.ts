/** Stacks of config-space writes out of a trace of Linux's function tracer, with nothing of the engine in it. */

/** When a stack was seen, by the entry at its outer end; `user` is what only somebody's action starts (a sysfs file). */
export type Observed = 'boot' | 'shutdown' | 'userspace' | 'user'

export interface Stack {
  /** Innermost first, the function that writes or that the compiler put it into; without the compiler's suffixes. */
  readonly frames: readonly string[]
  readonly phase: Observed
}

/** The tracer itself, and what writes for its caller: a site is the call of one of these. */
const BELOW =
  /^(arch_ftrace_\w+|ftrace_\w+|pci_conf[12]_write|pci_mmcfg_write|raw_pci_write|pci_write|pci_(bus_|user_)?write_config_\w+|pci_clear_and_set_config_dword|pcie_capability_(write|set|clear)\w+)$/

/** What enters the kernel's own C, in assembly or below every thread: no function of a call graph calls. */
const ENTRY =
  /^(ret_from_fork\w*|entry_\w+|asm_\w+|do_syscall_\w+|x64_sys_call|secondary_startup_64\w*|x86_64_start_\w+)$/

/** Where an interrupt begins: what stands further out is what it interrupted. */
const INTERRUPT = /^(__handle_irq_event_percpu|(__)?common_interrupt|(__)?sysvec_\w+|handle_softirqs|__do_softirq)$/

/** The way from a system call to the file's or attribute's own function. */
const FILES =
  /^(kernfs_fop_\w+|\w+_attr_(store|show)|sysfs_kf_\w+|proc_reg_\w+|full_proxy_\w+|__fput|vfs_(read|write|ioctl|open)|ksys_\w+|sys_(ioctl|p?write\w*|p?read\w*))$/

/** The firmware's own code, interpreted: no C text tells what it writes. */
export function isAml({ frames }: Stack): boolean {
  return frames.some((frame) => /^acpi_(ps|ex|ds)_/.test(frame))
}

/** A system that is put to sleep and woken is no part of a live update. */
const SLEEP = /^(pm_suspend|hibernate|hibernation_\w+|software_resume)$/

/** The different stacks of a trace: of the trace file, of trace_pipe, or dumped to the console. */
export function stacksOf(trace: string): readonly Stack[] {
  const stacks = new Map<string, Stack>()
  for (const block of trace.replaceAll('\r', '').split('<stack trace>').slice(1)) {
    const printed = framesOf(block)
    const isAsleep = printed.some((frame) => SLEEP.test(frame))
    const first = isAsleep ? -1 : printed.findIndex((frame) => !BELOW.test(frame))
    const whole = first < 0 ? [] : printed.slice(first).filter((frame) => !ENTRY.test(frame))
    const interrupted = whole.findIndex((frame) => INTERRUPT.test(frame))
    const frames = interrupted < 0 ? withoutModuleInit(whole) : whole.slice(0, interrupted + 1)
    const phase = interrupted < 0 ? phaseOf(frames) : 'userspace'
    const file = phase === 'boot' || phase === 'shutdown' ? -1 : frames.findIndex((frame) => FILES.test(frame))
    const kept = file < 0 ? frames : frames.slice(0, file)
    if (kept.length > 0) stacks.set(`${phase} ${kept.join(' ')}`, { frames: kept, phase })
  }
  return [...stacks.values()]
}

function framesOf(block: string): readonly string[] {
  const frames: string[] = []
  for (const line of block.split('\n').slice(1)) {
    const frame = /^(?:\[[ \d.]+\] ?)? ?=> (\S+)/.exec(line)?.[1]
    if (frame === undefined) break
    const name = /^[A-Za-z_]\w*/.exec(frame)?.[0]
    if (name !== undefined) frames.push(name.replace(/^__(?:do|se|x64|ia32)_sys_/, 'sys_'))
  }
  return frames
}

/**
 * A module's init function is gone when the trace is printed: another function's name stands in its place. What it
 * registers stands further in, so its frame is left out, and what stands outside of it, the loader, with it.
 */
function withoutModuleInit(frames: readonly string[]): readonly string[] {
  const loader = frames.indexOf('do_init_module')
  if (loader < 0 || frames[loader - 1] !== 'do_one_initcall') return frames
  // An init function that ends in the registration leaves no frame at all.
  const hasFrame = !/(^|_)register(_\w+)?$/.test(frames[loader - 2] ?? '')
  return [...frames.slice(0, hasFrame ? loader - 2 : loader - 1), 'do_one_initcall']
}

/** Modules are loaded by somebody's command, and what they do then is what a driver does at boot. */
function phaseOf(frames: readonly string[]): Observed {
  const has = (pattern: RegExp): boolean => frames.some((frame) => pattern.test(frame))
  if (has(/^(kernel_restart|kernel_kexec|kernel_power_off|kernel_halt|sys_reboot)$/)) return 'shutdown'
  if (has(/^(start_kernel|kernel_init|do_one_initcall|async_run_entry_fn)$/)) return 'boot'
  if (has(/^(sys_\w+|ksys_\w+|\w*exit_to_user_mode\w*)$/)) return has(/^vfio_/) ? 'userspace' : 'user'
  return has(/^(process_one_work|kthread|call_timer_fn)$/) ? 'userspace' : 'boot'
}
