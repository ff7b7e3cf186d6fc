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

/** A long computation in steps: whoever drives it may look at other things, or give up, between two of them. */
export type Steps<T> = Generator<Progress, T, void>

/** Runs all steps in one go. Throws Cancelled once the task's signal is aborted. */
export function runSteps<T>(steps: Steps<T>, task?: Task): T {
  for (;;) {
    checkCancelled(task)
    const step = steps.next()
    if (step.done) return step.value
    task?.progress?.(step.value)
  }
}

/** The same with a pause after every step, so that a server can read a cancellation meanwhile. */
export async function runStepsWithPauses<T>(steps: Steps<T>, task: Task, pause: () => Promise<void>): Promise<T> {
  for (;;) {
    checkCancelled(task)
    const step = steps.next()
    if (step.done) return step.value
    task.progress?.(step.value)
    await pause()
  }
}
