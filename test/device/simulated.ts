import { type Simulation, type SimulationRequest, simulateWrites } from '../../src/core/device/simulate.js'
import type { Effect, Flow } from '../../src/core/report/schema.js'

export const CLEAR_MASTER = { register: 'PCI_COMMAND', op: 'clear', bits: ['PCI_COMMAND_MASTER'] } as const
export const SET_MASTER = { register: 'PCI_COMMAND', op: 'set', bits: ['PCI_COMMAND_MASTER'] } as const

/** Simulates in the boot phase under the default profile, unless told otherwise; fails on a name the machine lacks. */
export function simulated(request: Partial<SimulationRequest> & Pick<SimulationRequest, 'writes'>): Simulation {
  const result = simulateWrites({ on: 'endpoint', phase: 'boot', flows: ['dma', 'config'], ...request })
  if ('problem' in result) throw new Error(`${result.problem}: ${result.name}`)
  return result
}

export function effectOf(simulation: Pick<Simulation, 'effects'>, flow: Flow): Effect {
  return simulation.effects.find((effect) => effect.flow === flow)!.effect
}

export function whyOf(simulation: Pick<Simulation, 'effects'>, flow: Flow): string {
  return simulation.effects.find((effect) => effect.flow === flow)!.why
}
