/** Thrown by the engine, and the only thing it throws, when the caller's signal is aborted. */
export class Cancelled extends Error {
  constructor() {
    super('cancelled')
    this.name = 'Cancelled'
  }
}

/** Absolute progress of a long step; `total` is 0 while it is not known. */
export interface Progress {
  readonly done: number
  readonly total: number
  readonly what: string
}

export interface Task {
  readonly signal?: AbortSignal | undefined
  readonly progress?: ((p: Progress) => void) | undefined
}

export function checkCancelled(task: Task | undefined): void {
  if (task?.signal?.aborted) throw new Cancelled()
}
