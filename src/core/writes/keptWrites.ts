/**
 * Writes of the functions of a file that is being edited: a function whose text and whose file's directives are as they
 * were keeps its writes, at the place where it stands now. A keystroke changes one function of hundreds.
 */
import type { PassedConstant } from '../program/specialise.js'
import type { FunctionWrite } from './functionWrites.js'

interface Kept {
  readonly start: number
  readonly writes: readonly FunctionWrite[]
}

/** The functions of one text, by their number and text. */
export class KeptWrites {
  private readonly functions = new Map<string, Kept>()
  private readonly before: ReadonlyMap<string, Kept>
  private readonly directives: string

  /** `before` is what was kept of the file's last text, null if there is none. */
  constructor(text: string, before: KeptWrites | null) {
    this.directives = (text.match(/^[ \t]*#(?:[^\n\\]|\\\r?\n|\\.)*/gm) ?? []).join('\n')
    this.before = before?.directives === this.directives ? before.functions : new Map()
  }

  /** Writes of the function `fn` (null: not linked) with this text, under constants; `read` is asked if they are not known. */
  of(
    fn: number | null,
    text: string,
    start: number,
    read: () => readonly FunctionWrite[],
    passed: readonly PassedConstant[] = [],
  ): readonly FunctionWrite[] {
    const key = `${fn} ${JSON.stringify(passed)} ${text}`
    const known = this.before.get(key)
    const writes = known ? moved(known.writes, start - known.start) : read()
    this.functions.set(key, { start, writes })
    return writes
  }
}

function moved(writes: readonly FunctionWrite[], by: number): readonly FunctionWrite[] {
  if (by === 0) return writes
  return writes.map((write) => ({
    ...write,
    start: write.start + by,
    end: write.end + by,
    guard: write.guard.at === null ? write.guard : { ...write.guard, at: write.guard.at + by },
  }))
}
