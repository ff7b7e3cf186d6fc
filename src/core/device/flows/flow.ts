/** The form of a flow: a walk over the machine that says whether it goes through right now, and if not, why. */
import type { Flow, Phase } from '../../report/schema.js'
import { bridgesAbove, type FunctionName, type Machine, type Place } from '../fabric.js'
import type { Obstacle, Obstacles } from '../routes.js'

/**
 * `held`: waits until something releases it. `delayed`: the protocol itself keeps the traffic and replays it (a link
 * that retrains). `cut`: what is sent now is lost. `open`: the specification does not say.
 */
export type FlowState = 'through' | 'held' | 'delayed' | 'cut' | 'open'

export interface Passage {
  readonly state: FlowState
  readonly why: string
  /** From where the traffic starts to where it ends. */
  readonly way: readonly Place[]
  /** Where on the way it stops. */
  readonly at: Place | null
}

export interface TrafficFlow {
  readonly flow: Flow
  /** What goes on, in one line. */
  readonly what: string
  /** Phases in which there is such traffic. */
  readonly liveIn: readonly Phase[]
  /** Why there is none in the other phases. */
  readonly restsBecause: string | null
  readonly walk: (machine: Machine) => Passage
}

const WORST_FIRST: readonly Obstacle['state'][] = ['cut', 'open', 'held', 'delayed']

/** The worst obstacle decides; of equals the first on the way. */
export function passage(way: readonly Place[], through: string, obstacles: Obstacles): Passage {
  for (const state of WORST_FIRST) {
    const worst = obstacles.find((one) => one.state === state)
    if (worst) return { state, why: worst.why, way, at: worst.at }
  }
  return { state: 'through', why: through, way, at: null }
}

/** There is nothing to go through: the machine lacks what the flow needs. */
export function absent(why: string): Passage {
  return { state: 'cut', why, way: [], at: null }
}

export function upstreamWay(machine: Machine, from: FunctionName): readonly Place[] {
  return [...downstreamWay(machine, 'vm', from)].reverse()
}

/** From the root complex, or from the VM through it, down to a function; a VF is reached through its PF's place. */
export function downstreamWay(machine: Machine, from: 'root-complex' | 'vm', to: FunctionName): readonly Place[] {
  const bridges = bridgesAbove(machine, to).map((bridge) => bridge.name)
  const start: readonly Place[] = from === 'vm' ? ['vm', 'root-complex'] : ['root-complex']
  return [...start, ...bridges.reverse(), ...(to === machine.vf ? [machine.endpoint] : []), to]
}

/** The endpoint and its VF, if it has one. */
export function devices(machine: Machine): readonly FunctionName[] {
  return machine.vf === null ? [machine.endpoint] : [machine.endpoint, machine.vf]
}
