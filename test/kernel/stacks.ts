/** Stacks of config-space writes out of a trace of Linux's function tracer, with nothing of the engine in it. */

/** One call chain, innermost first: as printed, without offsets and without the compiler's suffixes. */
export interface Stack {
  readonly frames: readonly string[]
  readonly phase: Observed
}

/** When a stack was seen, by the entry at its outer end; `user` is what only somebody's action starts (a sysfs file). */
export type Observed = 'boot' | 'shutdown' | 'userspace' | 'user'

/** The tracer itself, and what writes for its caller: a site is the call of one of these. */
const BELOW =
  /^(arch_ftrace_\w+|ftrace_\w+|pci_conf[12]_write|pci_mmcfg_write|raw_pci_write|pci_write|pci_(bus_|user_)?write_config_\w+|pci_clear_and_set_config_dword|pcie_capability_(write|set|clear)\w+)$/

/** What dispatches into the kernel's own C, written in assembly or below every thread: no function of a call graph. */
const ENTRY =
  /^(ret_from_fork\w*|entry_\w+|asm_\w+|do_syscall_\w+|x64_sys_call|secondary_startup_64\w*|x86_64_start_\w+)$/

/** The firmware's own code, interpreted: no C text tells what it writes. */
export function isAml({ frames }: Stack): boolean {
  return frames.some((frame) => /^acpi_(ps|ex|ds)_/.test(frame))
}

/** The different stacks of a trace: of the trace file, of trace_pipe, or dumped to the console. */
export function stacksOf(trace: string): readonly Stack[] {
  const stacks = new Map<string, Stack>()
  const blocks = trace.replaceAll('\r', '').split('<stack trace>').slice(1)
  for (const block of blocks) {
    const frames: string[] = []
    for (const line of block.split('\n').slice(1)) {
      const frame = /^(?:\[[ \d.]+\] ?)? ?=> (\S+)/.exec(line)?.[1]
      if (frame === undefined) break
      const name = /^[A-Za-z_]\w*/.exec(frame)?.[0]
      if (name !== undefined) frames.push(name.replace(/^__(?:do|se|x64|ia32)_sys_/, 'sys_'))
    }
    const first = frames.findIndex((frame) => !BELOW.test(frame))
    const inside = first < 0 ? [] : withoutModuleInit(frames.slice(first).filter((frame) => !ENTRY.test(frame)))
    if (inside.length > 0) stacks.set(inside.join(' '), { frames: inside, phase: phaseOf(inside) })
  }
  return [...stacks.values()]
}

/**
 * A module's init function is gone when the trace is printed: another function's name stands in its place. What it
 * registers stands further in, so its frame is left out, and so is the loader's.
 */
function withoutModuleInit(frames: readonly string[]): readonly string[] {
  const loader = frames.indexOf('do_init_module')
  if (loader < 0 || frames[loader - 1] !== 'do_one_initcall') return frames
  const isNamed = MODULE_INIT_ENDS.test(frames[loader - 2] ?? '')
  return [...frames.slice(0, isNamed ? loader - 1 : loader - 2), ...frames.slice(loader)]
}

/** What a module's init function may end in: it leaves no frame then. */
const MODULE_INIT_ENDS = /(^|_)register(_\w+)?$/

function phaseOf(frames: readonly string[]): Observed {
  const has = (pattern: RegExp): boolean => frames.some((frame) => pattern.test(frame))
  if (has(/^(kernel_restart|kernel_kexec|kernel_power_off|kernel_halt|sys_reboot)$/)) return 'shutdown'
  if (has(/^(start_kernel|kernel_init|do_init_module|async_run_entry_fn)$/)) return 'boot'
  if (has(/^sys_(write|ioctl|open|openat|unlink|mount|close)|^ksys_/)) return has(/^vfio_/) ? 'userspace' : 'user'
  return has(/^(process_one_work|kthread|irq_thread\w*|call_timer_fn)$/) ? 'userspace' : 'boot'
}
