/**
 * How much memory V8 may take before it looks for garbage. By itself it lets a heap grow by its double and more, and the
 * part for young objects to 32 MB: a third of a scan's memory would be that. Flags hold for the whole process, but every
 * thread has a heap of its own: each that reads or links a tree calls this before it does.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Two halves. With 16 MB a scan of a kernel takes 25 MB more, and a third of a second less. */
const YOUNG_BYTES = 8 << 20

export function holdHeap(): void {
  setFlagsFromString('--heap-growing-percent=20')
  setFlagsFromString('--semi-space-growth-factor=2')
  growYoung()
  setFlagsFromString('--semi-space-growth-factor=1')
}

/** Objects that live on make the part for young ones grow: its size cannot be set once a process runs. */
function growYoung(): void {
  const living: unknown[][] = []
  for (let round = 0; round < 100 && youngBytes() < YOUNG_BYTES; round++)
    for (let i = 0; i < 100; i++) living.push(new Array(100))
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? YOUNG_BYTES
}
