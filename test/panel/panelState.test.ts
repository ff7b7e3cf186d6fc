import { expect, test } from 'vitest'
import {
  currentStep,
  emptyState,
  lastStep,
  type PanelAction,
  type PanelState,
  reduce,
} from '../../src/panel/panelState.js'
import { masterSite, showMaster } from './shownSite.js'

const shown = (change = {}): PanelState => reduce(emptyState, { type: 'show', message: showMaster(change) })
const after = (state: PanelState, ...actions: readonly PanelAction[]) => actions.reduce(reduce, state)
const toggled = () => shown({ scenario: 'bus-master/clear-then-set' })

test('a shown site is simulated at once, in the phase that reaches it, and stands at its last write', () => {
  const state = shown()
  expect(state).toMatchObject({ phase: 'shutdown', step: 1, situation: 'live-update', guarded: false })
  expect(state.simulation?.verdict).toBe('breaks')
  expect(currentStep(state)?.write?.text).toBe('PCI_COMMAND-PCI_COMMAND_MASTER')
})

test('an asked phase comes before the first that reaches the site', () => {
  expect(shown({ phase: 'userspace' }).phase).toBe('userspace')
  expect(shown({ site: null }).phase).toBe('shutdown')
})

test('a phase whose path counts comes before one whose path does not', () => {
  const site = masterSite()
  const { shutdown } = site.phases
  if (!shutdown.reachable) throw new Error('the fixture has a path')
  const phases = { ...site.phases, boot: { ...shutdown, counts: false } }
  expect(shown({ site: { ...site, phases } }).phase).toBe('shutdown')
  expect(shown({ site: { ...site, phases: { ...phases, shutdown: { reachable: false } } } }).phase).toBe('boot')
})

test('stepping stops at both ends', () => {
  const state = toggled()
  expect(after(state, { type: 'step', to: 'first' }, { type: 'step', to: 'previous' }).step).toBe(0)
  expect(after(state, { type: 'step', to: 99 }, { type: 'step', to: 'next' }).step).toBe(lastStep(state))
})

test('play starts over from the end, ticks to the end and stops there', () => {
  const playing = after(toggled(), { type: 'play' })
  expect(playing).toMatchObject({ playing: true, step: 0 })
  expect(after(playing, { type: 'tick' })).toMatchObject({ playing: true, step: 1 })
  expect(after(playing, { type: 'tick' }, { type: 'tick' })).toMatchObject({ playing: false, step: 2 })
  expect(after(playing, { type: 'step', to: 'next' })).toMatchObject({ playing: false, step: 1 })
  expect(after(playing, { type: 'pause' }, { type: 'tick' })).toMatchObject({ playing: false, step: 0 })
})

test('cold boot and guard change the answer and keep the step', () => {
  const state = after(toggled(), { type: 'step', to: 1 })
  const cold = after(state, { type: 'situation', situation: 'cold-boot' })
  expect(cold).toMatchObject({ step: 1, simulation: { verdict: 'safe' } })
  const guarded = after(state, { type: 'guard', guarded: true })
  expect(guarded).toMatchObject({ step: 1, simulation: { verdict: 'safe' } })
  expect(currentStep(guarded)?.outcome).toBe('skipped')
  expect(after(guarded, { type: 'guard', guarded: false }).simulation?.verdict).toBe('breaks')
})

test('without a scenario nothing is simulated, and nothing plays', () => {
  for (const scenario of [null, 'ats/stu']) {
    const state = shown({ scenario })
    expect(state).toMatchObject({ simulation: null, step: 0 })
    expect(after(state, { type: 'play' }).playing).toBe(false)
    expect(currentStep(state)).toBeNull()
  }
})

test('another scenario of the feature starts at its own last write', () => {
  const state = after(shown(), { type: 'scenario', id: 'bus-master/clear-then-set' })
  expect(state).toMatchObject({ step: 2, scenario: { id: 'bus-master/clear-then-set' } })
})

test('a new message replaces everything that was chosen', () => {
  const chosen = after(toggled(), { type: 'guard', guarded: true }, { type: 'situation', situation: 'cold-boot' })
  expect(reduce(chosen, { type: 'show', message: showMaster() })).toEqual(shown())
})
