/** How a register's file says what follows from a write: small pieces that `onWrite` is put together from. */
import { type FunctionName, type Machine, type Mark, marked, resetBelow, resetFunction } from './fabric.js'
import type { WriteEvent } from './register.js'

export type Consequence = (event: WriteEvent) => Machine

export function all(...parts: readonly Consequence[]): Consequence {
  return (event) => parts.reduce((machine, part) => part({ ...event, machine }), event.machine)
}

/** Where one of the bits reads otherwise than before. */
export function whenChanged(bits: number, then: Consequence): Consequence {
  return (event) => ((event.before ^ event.after) & bits ? then(event) : event.machine)
}

/** Where a 1 was written to one of the bits, whatever it reads back as. */
export function whenWrittenOne(bits: number, then: Consequence): Consequence {
  return (event) => (event.written & bits ? then(event) : event.machine)
}

export function whenCleared(bits: number, then: Consequence): Consequence {
  return (event) => (event.before & ~event.after & bits ? then(event) : event.machine)
}

export function when(holds: (event: WriteEvent) => boolean, then: Consequence): Consequence {
  return (event) => (holds(event) ? then(event) : event.machine)
}

/** Marks the written function. */
export function mark(scope: Mark['scope'], state: Mark['state'], why: string): Consequence {
  return ({ machine, on }) => marked(machine, on, { scope, state, why })
}

export function resets(why: string): Consequence {
  return ({ machine, on }) => resetFunction(machine, on, why)
}

export function resetsBelow(why: string): Consequence {
  return ({ machine, on }) => resetBelow(machine, on, why)
}

/** Marks other functions, found from the written one. */
export function markThose(
  which: (machine: Machine, on: FunctionName) => readonly FunctionName[],
  scope: Mark['scope'],
  state: Mark['state'],
  why: string,
): Consequence {
  return ({ machine, on }) =>
    which(machine, on).reduce((next, name) => marked(next, name, { scope, state, why }), machine)
}
