/**
 * Kernel C as C: what the preprocessor would have taken away or turned into C is replaced, length kept, so that every
 * offset still is one of the source.
 */

const ATTRIBUTES =
  /\b(?:__init|__exit|__iomem|__user|__percpu|__rcu|__force|__must_check|__weak|__ref|__refdata|__initdata|__initconst|__always_inline|__maybe_unused|__always_unused|__used|__cold|__hot|__visible|__sched|__net_init|__net_exit|__meminit|__cpuinit|__devinit|__read_mostly|__private|noinline|noinline_for_stack|notrace|noinstr|asmlinkage|fastcall|__latent_entropy|__randomize_layout|__no_sanitize_\w+)\b/g
const ATTRIBUTE_CALLS =
  /\b(?:__attribute__|__acquires|__releases|__must_hold|__printf|__scanf|__section|__aligned|__alloc_size|__cond_lock|__diag)\s*\((?:[^()]|\([^()]*\))*\)/g
/** `list_for_each_entry(dev, &bus->devices, bus_list)` runs its body again and again: to the grammar, a while. */
const FOR_EACH = /(^|[;{})\s])(\w*for_each\w*)(?=\s*\()/g
/** `container_of(x, struct pci_dev, dev)`: a type as an argument is no expression. */
const TYPE_ARGUMENT = /([,(]\s*)(struct|union|enum)(?=\s+\w+\s*[,)])(?!\s+\w+\s*\)\s*\{)/g
const DIRECTIVE = /^[ \t]*#[^\n]*(?:\\\r?\n[^\n]*)*/gm

/** A line that holds nothing but a name in capitals, with plain arguments or without. */
const LONE_NAME = /^[ \t]*[A-Z_][A-Z0-9_]{2,}(?:\([\w \t,.&>-]*\))?[ \t\r]*$/m

export function blankKernelMacros(text: string): string {
  return blankLoneMacros(replaceDirectives(text))
    .replace(ATTRIBUTES, spaces)
    .replace(ATTRIBUTE_CALLS, spaces)
    .replace(TYPE_ARGUMENT, (_, before: string, word: string) => before + spaces(word))
    .replace(FOR_EACH, (whole, before: string, name: string) =>
      name.length < 5 ? whole : before + 'while'.padEnd(name.length),
    )
}

/**
 * `CRITBEGIN` alone on its line, where a statement could begin and another line's does: a macro that brings its own
 * semicolon. The grammar would take it for the type of what follows. A label has its colon, an argument or a value of a
 * list stands behind another mark than the end of a statement.
 */
function blankLoneMacros(text: string): string {
  if (!LONE_NAME.test(text)) return text
  const code = text.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, spaces).split('\n')
  const lines = text.split('\n')
  let before = ''
  for (const [i, line] of code.entries()) {
    if (LONE_NAME.test(line) && /[;{}]/.test(before)) {
      const next =
        code
          .slice(i + 1, i + 20)
          .find((l) => l.trim() !== '')
          ?.trimStart() ?? ''
      if (/^\w/.test(next) || (next.startsWith('}') && before !== '{')) {
        lines[i] = spaces(lines[i]!)
        continue
      }
    }
    before = line.trimEnd().at(-1) ?? before
  }
  return lines.join('\n')
}

/** The body of a `#define` as a function of its own; `prefix` is what was put before it. */
export function asFunction(body: string): { readonly text: string; readonly prefix: number } {
  const prefix = 'void _(void) {'
  return { text: `${prefix}${body.replace(/\\(?=\r?\n)/g, ' ')};}`, prefix: prefix.length }
}

function spaces(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

interface Directive {
  readonly kind: 'if' | 'else' | 'endif' | 'other'
  readonly start: number
  readonly end: number
}

/**
 * `#if` .. `#else` .. `#endif` around whole statements becomes `if(_){` .. `}else{` .. `}`: both branches are read and
 * neither is certain. Around half a statement the first branch is kept and the others are blanked.
 */
function replaceDirectives(text: string): string {
  if (!text.includes('#')) return text
  const out = text.split('')
  const open: Directive[][] = []
  for (const match of text.matchAll(DIRECTIVE)) {
    const directive = { kind: kindOf(match[0]), start: match.index, end: match.index + match[0].length }
    blank(out, directive.start, directive.end)
    if (directive.kind === 'if') open.push([directive])
    else if (directive.kind !== 'other') {
      open.at(-1)?.push(directive)
      if (directive.kind === 'endif') {
        const group = open.pop()
        if (group) replaceGroup(out, text, group)
      }
    }
  }
  return out.join('')
}

function replaceGroup(out: string[], text: string, group: readonly Directive[]): void {
  const branches = group.slice(0, -1).map((d, i) => ({ start: d.end, end: group[i + 1]!.start }))
  if (
    branches.every((b) => isWholeStatements(out.slice(b.start, b.end).join(''))) &&
    endsStatement(out, group[0]!.start)
  ) {
    put(out, text, group[0]!, 'if(_){')
    for (const middle of group.slice(1, -1))
      put(out, text, middle, /^\s*#\s*elif/.test(text.slice(middle.start)) ? '}if(_){' : '}else{')
    put(out, text, group.at(-1)!, '}')
    return
  }
  for (const branch of branches.slice(1)) blank(out, branch.start, branch.end)
}

/** Puts a replacement where a directive stood; `}else{` may take the line end that `#else` leaves. */
function put(out: string[], text: string, directive: Directive, replacement: string): void {
  const start = directive.start + (text.slice(directive.start).search(/#/) || 0)
  for (let i = 0; i < replacement.length && start + i < out.length; i++) out[start + i] = replacement[i]!
}

function isWholeStatements(text: string): boolean {
  let depth = 0
  for (const c of text) {
    if (c === '{') depth++
    else if (c === '}' && --depth < 0) return false
  }
  const code = text.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '').trim()
  return depth === 0 && (code === '' || (/[;}:]$/.test(code) && !/^else\b|^[)&|?:=+*,.]/.test(code)))
}

/** True if the code before `at` ends a statement, so that an `if` can follow. */
function endsStatement(out: readonly string[], at: number): boolean {
  const before = out
    .slice(Math.max(0, at - 4000), at)
    .join('')
    .replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '')
    .trimEnd()
  return before === '' || /[;{}:]$/.test(before)
}

function kindOf(directive: string): Directive['kind'] {
  const word = /#\s*(\w*)/.exec(directive)?.[1] ?? ''
  if (word === 'if' || word === 'ifdef' || word === 'ifndef') return 'if'
  if (word === 'else' || word === 'elif') return 'else'
  return word === 'endif' ? 'endif' : 'other'
}

function blank(out: string[], start: number, end: number): void {
  for (let i = start; i < end; i++) if (out[i] !== '\n') out[i] = ' '
}
