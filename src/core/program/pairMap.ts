/** Numbers by pairs of numbers, without an object for each: a kernel's structs have half a million fields. */
export class PairMap {
  /** Three numbers a slot: the pair, its first one raised by 1 as 0 is no entry, and the value. */
  private slots: Int32Array
  private mask: number
  private size = 0

  constructor(expected = 1 << 9) {
    let slots = 1 << 10
    while (slots < expected * 2) slots *= 2
    this.slots = new Int32Array(slots * 3)
    this.mask = slots - 1
  }

  get(a: number, b: number): number | undefined {
    const at = this.find(a, b)
    return this.slots[at] === 0 ? undefined : this.slots[at + 2]
  }

  set(a: number, b: number, value: number): void {
    let at = this.find(a, b)
    if (this.slots[at] === 0) {
      if (++this.size * 2 > this.mask) {
        this.grow()
        at = this.find(a, b)
      }
      this.slots[at] = a + 1
      this.slots[at + 1] = b
    }
    this.slots[at + 2] = value
  }

  /** Where the entry of a pair is, or would be. */
  private find(a: number, b: number): number {
    const { slots, mask } = this
    const hash = Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b)
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * 3
      if (slots[at] === 0 || (slots[at] === a + 1 && slots[at + 1] === b)) return at
    }
  }

  private grow(): void {
    const old = this.slots
    this.slots = new Int32Array(old.length * 2)
    this.mask = this.mask * 2 + 1
    for (let at = 0; at < old.length; at += 3) {
      if (old[at] === 0) continue
      const into = this.find(old[at]! - 1, old[at + 1]!)
      this.slots[into] = old[at]!
      this.slots[into + 1] = old[at + 1]!
      this.slots[into + 2] = old[at + 2]!
    }
  }
}
