/** Where each phase begins: entry points by name, initcalls, fixups, and the hooks of registered tables. */
import { FunctionFlag } from '../index/facts.js'
import { PHASES, type Phase } from '../report/schema.js'
import type { Registered, Root } from './edges/registered.js'
import { BOOT_FIXUP_PASSES, runsWhileIdle } from './registrations.js'
import type { Symbols } from './symbols.js'

/** Functions that the arch's entry code or the kernel's own thread calls. */
const ENTRIES: Readonly<Record<Phase, readonly string[]>> = {
  boot: ['start_kernel'],
  // What kernel_kexec() runs for a plain kexec (kernel/kexec_core.c); its preserve_context branch is hibernation's.
  shutdown: [
    'kernel_restart_prepare',
    'migrate_to_reboot_cpu',
    'syscore_shutdown',
    'machine_shutdown',
    'machine_kexec',
  ],
  userspace: [],
}

/** What kernel_restart(), kernel_power_off() and kernel_halt() run where a kexec jumps (kernel/reboot.c). */
const OTHER_WAYS_OUT: readonly string[] = ['machine_restart', 'machine_power_off', 'machine_halt']

/**
 * Functions that end the machine, put it to sleep or wake it from an image on disk: what they call is no part of a
 * window that goes well. The way out itself begins below kernel_restart(), at the entries of `shutdown`.
 */
export const ENDINGS: readonly string[] = [
  ...['panic', 'nmi_panic', 'emergency_restart', 'kernel_restart', 'kernel_halt', 'kernel_power_off'],
  ...['pm_suspend', 'hibernate', 'hibernate_quiet_exec', 'hibernation_restore', 'software_resume'],
]

/**
 * Functions that run only where the usual way has failed: x86 scans root buses by itself where ACPI has not
 * (arch/x86/pci/common.c, legacy.c). A path through one is shown only if there is no other.
 */
export const FALLBACKS: readonly string[] = ['pcibios_scan_root']

export type Roots = Readonly<Record<Phase, readonly Root[]>>

export function collectRoots(registered: Registered, symbols: Symbols, nameId: (text: string) => number): Roots {
  const roots: Record<Phase, Root[]> = { boot: [], shutdown: [], userspace: [] }
  const phases = new Map(
    PHASES.flatMap((phase) =>
      [...ENTRIES[phase], ...(phase === 'shutdown' ? OTHER_WAYS_OUT : [])].map(
        (name) => [nameId(name), phase] as const,
      ),
    ),
  )
  for (let id = 0; id < symbols.count; id++) {
    const phase = phases.get(symbols.name[id]!)
    if (phase !== undefined && !(symbols.flags[id]! & FunctionFlag.macro))
      roots[phase].push({ function: id, phase, kind: 'entry', reason: 0 })
  }
  for (const root of registered.roots) {
    const passes = root.kind === 'fixup' ? registered.fixups.get(root.function) : undefined
    if (passes && ![...passes].some((pass) => BOOT_FIXUP_PASSES.has(pass))) continue
    roots[root.phase].push(root)
  }
  for (const phase of PHASES) roots[phase] = inOrder(roots[phase])
  return roots
}

/**
 * Whether a preserved device meets this root: not on a way out that is no kexec, not in code that only a word on the
 * command line starts, nor in a fixup (whose ids decide), nor in work that an idle device does not cause.
 */
export function meetsPreserved({ kind }: Root, name: string, file: string): boolean {
  if (kind === 'entry') return !OTHER_WAYS_OUT.includes(name)
  return kind !== 'parameter' && kind !== 'fixup' && runsWhileIdle(kind, file)
}

const ROOT_KINDS: readonly string[] = [
  ...[
    'entry',
    'initcall',
    'registration',
    'notifier',
    'interrupt',
    'work',
    'timer',
    'kthread',
    'async',
    'fixup',
    'parameter',
  ],
]

/** One root a function, in order of function number; an initcall goes before a registration of the same function. */
function inOrder(roots: readonly Root[]): Root[] {
  const rank = (root: Root): number => ROOT_KINDS.indexOf(root.kind)
  const sorted = [...roots].sort((a, b) => a.function - b.function || rank(a) - rank(b))
  return sorted.filter((root, i) => i === 0 || sorted[i - 1]!.function !== root.function)
}
