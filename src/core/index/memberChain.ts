/** `root->a.b`, as byte ranges, while it is being read: names are looked up only when the chain turns out to be called. */
import type { IndexContext } from './indexContext.js'

const MOST_FIELDS = 6

export class MemberChain {
  start = 0
  end = 0
  hash = 0
  length = 0
  /** Name of the function whose answer is the root, 0 if the root is a name. */
  returnedBy = 0
  closed = false
  private readonly ranges = new Int32Array(MOST_FIELDS * 2)

  reset(): void {
    this.start = this.end = this.length = this.returnedBy = 0
    this.closed = false
  }

  root(start: number, end: number, hash: number): void {
    this.start = start
    this.end = end
    this.hash = hash
    this.length = 0
    this.returnedBy = 0
  }

  returned(callee: number): void {
    this.start = this.end = this.length = 0
    this.returnedBy = callee
  }

  member(start: number, end: number): void {
    if (this.length === MOST_FIELDS) {
      this.ranges.copyWithin(0, 2)
      this.length--
      this.returnedBy = 0
      this.start = this.end = 0
    }
    this.ranges[this.length * 2] = start
    this.ranges[this.length * 2 + 1] = end
    this.length++
  }

  copy(other: MemberChain): void {
    this.start = other.start
    this.end = other.end
    this.hash = other.hash
    this.length = other.length
    this.returnedBy = other.returnedBy
    this.closed = other.closed
    for (let i = 0; i < other.length * 2; i++) this.ranges[i] = other.ranges[i]!
  }

  lastField(context: IndexContext): number {
    const at = (this.length - 1) * 2
    return context.nameOf(this.ranges[at]!, this.ranges[at + 1]!)
  }

  /** The fields between the root and the last one, joined by dots; 0 if there are none. */
  middle(context: IndexContext): number {
    if (this.length < 2) return 0
    if (this.length === 2) return context.nameOf(this.ranges[0]!, this.ranges[1]!)
    const parts: string[] = []
    for (let i = 0; i < this.length - 1; i++)
      parts.push(context.names.text(context.nameOf(this.ranges[i * 2]!, this.ranges[i * 2 + 1]!)))
    return context.names.id(parts.join('.'))
  }
}
