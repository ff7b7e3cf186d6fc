/** What the device must get right: every test is a sentence, and reads like it. Effects of one write unless said otherwise. */
import { expect, test } from 'vitest'
import type { Machine } from '../../src/core/device/fabric.js'
import { changeFunction, functionOf, isSet, readRegister } from '../../src/core/device/fabric.js'
import type { RegisterWrite } from '../../src/core/device/registerWrite.js'
import { type MachineOptions, smallMachine } from '../../src/core/device/smallMachine.js'
import { trafficFlows } from '../../src/core/device/traffic.js'
import { type Effect, FLOWS, type Flow, type Phase } from '../../src/core/report/schema.js'
import { simulated } from './simulated.js'

const set = (register: string, ...bits: readonly string[]): RegisterWrite => ({ register, op: 'set', bits })
const clear = (register: string, ...bits: readonly string[]): RegisterWrite => ({ register, op: 'clear', bits })
const put = (register: string, value: number): RegisterWrite => ({ register, op: 'value', value })

interface Setting extends MachineOptions {
  readonly phase?: Phase
  readonly machine?: Machine
}

/** The flows that the writes do something to, by effect; a flow that goes on is left out. */
function harm(on: string, writes: RegisterWrite | readonly RegisterWrite[], setting: Setting = {}) {
  const { phase = 'boot', machine, ...options } = setting
  const made = machine ?? (Object.keys(options).length > 0 ? smallMachine(options) : undefined)
  const { effects } = simulated({
    on,
    phase,
    writes: Array.isArray(writes) ? writes : [writes as RegisterWrite],
    ...(made ? { machine: made } : {}),
  })
  return Object.fromEntries(effects.filter(({ effect }) => effect !== 'none').map(({ flow, effect }) => [flow, effect]))
}

const all = (effect: Effect, ...flows: readonly Flow[]) => Object.fromEntries(flows.map((flow) => [flow, effect]))
const REQUESTS: readonly Flow[] = ['dma', 'translated', 'pasid', 'page-request', 'interrupt']
const EVERYTHING_BELOW: readonly Flow[] = FLOWS.filter((flow) => flow !== 'guest-mmio' && flow !== 'wake')

test('handed over, every flow runs in every shape of the machine', () => {
  for (const behindSwitch of [false, true])
    for (const interrupts of ['msi', 'msix', 'intx'] as const)
      for (const acs of [false, true])
        for (const { flow, walk } of trafficFlows) {
          const { state, why } = walk(smallMachine({ switch: behindSwitch, interrupts, acs }))
          expect(`${flow} ${state}`, why).toBe(`${flow} through`)
        }
})

test('MASTER off stops DMA and MSI', () => {
  expect(harm('endpoint', clear('PCI_COMMAND', 'PCI_COMMAND_MASTER'))).toEqual(all('breaks', ...REQUESTS))
})

test('MASTER off on a port stops everything upstream of it but neither completions nor downstream MMIO', () => {
  const off = clear('PCI_COMMAND', 'PCI_COMMAND_MASTER')
  const stopped = all('breaks', ...REQUESTS, 'vf-dma')
  expect(harm('root-port', off, { phase: 'userspace' })).toEqual(stopped)
  expect(harm('switch', off, { phase: 'userspace' })).toEqual(stopped)
})

test('MASTER off on a VF stops the VF alone', () => {
  expect(harm('vf', clear('PCI_COMMAND', 'PCI_COMMAND_MASTER'))).toEqual(
    all('breaks', 'vf-dma', 'translated', 'interrupt'),
  )
})

test('decode off hurts p2p only, on the endpoint and on a bridge', () => {
  const off = clear('PCI_COMMAND', 'PCI_COMMAND_MEMORY')
  for (const on of ['endpoint', 'root-port', 'switch']) expect(harm(on, off)).toEqual({ p2p: 'breaks' })
})

test('decode off and BAR sizing hurt p2p only while it lasts', () => {
  const sizing = [put('PCI_BASE_ADDRESS_2', 0xffffffff), put('PCI_BASE_ADDRESS_2', 0xc)]
  const { timeline } = simulated({ on: 'endpoint', writes: sizing })
  const p2p = timeline.steps.map(({ flows }) => flows.find(({ flow }) => flow === 'p2p')!.state)
  expect(p2p).toEqual(['through', 'cut', 'through'])
  expect(harm('endpoint', sizing)).toEqual({ p2p: 'breaks' })
  expect(harm('endpoint', put('PCI_BASE_ADDRESS_0', 0xffffffff))).toEqual({})
  expect(harm('endpoint', put('PCI_BASE_ADDRESS_0', 0xffffffff), { phase: 'userspace' })).toEqual({
    'guest-mmio': 'breaks',
  })
})

test('the ROM may share a decoder with a BAR: while it is enabled nobody can say', () => {
  expect(harm('endpoint', set('PCI_ROM_ADDRESS', 'PCI_ROM_ADDRESS_ENABLE'))).toEqual({ p2p: 'unknown' })
  expect(harm('endpoint', put('PCI_ROM_ADDRESS', 0xfffff800))).toEqual({})
})

test('a window over a DMA address captures requests unless ACS redirects', () => {
  const laid = put('PCI_MEMORY_BASE', 0x4000)
  expect(harm('root-port', laid, { acs: false })).toMatchObject({ dma: 'breaks', 'vf-dma': 'breaks' })
  expect(harm('root-port', laid, { acs: true })).toEqual({})
  expect(harm('switch-upstream', laid, { acs: false, switch: true })).toMatchObject({ dma: 'breaks' })
  expect(harm('switch-upstream', laid, { acs: true, switch: true })).toEqual({})
})

test('a window of a sibling laid over a DMA address captures requests unless ACS redirects', () => {
  const laid = put('PCI_MEMORY_BASE', 0x4000)
  expect(harm('peer-port', laid, { acs: false, switch: true })).toMatchObject({ dma: 'breaks' })
  expect(harm('peer-port', laid, { acs: true, switch: true })).toEqual({})
})

test('bus numbers misroute completions at once', () => {
  expect(harm('root-port', put('PCI_SECONDARY_BUS', 5))).toMatchObject({
    dma: 'breaks',
    config: 'breaks',
    'vf-dma': 'breaks',
  })
  expect(harm('root-port', put('PCI_SUBORDINATE_BUS', 0))).toMatchObject({ dma: 'breaks', config: 'breaks' })
})

test('the primary bus number is for software only', () => {
  expect(harm('root-port', put('PCI_PRIMARY_BUS', 7))).toEqual({})
})

test('the endpoint learns a new requester id at its next Type 0 config write', () => {
  const machine = smallMachine({ acs: false })
  const moved = simulated({
    on: 'root-port',
    machine,
    writes: [put('PCI_SUBORDINATE_BUS', 5), put('PCI_SECONDARY_BUS', 5)],
  }).timeline.steps.at(-1)!.machine
  expect(functionOf(moved, 'endpoint').capturedBus).toBe(1)
  const written = simulated({ on: 'endpoint', machine: moved, writes: [put('PCI_INTERRUPT_LINE', 1)] }).timeline.steps
  expect(functionOf(written.at(-1)!.machine, 'endpoint').capturedBus).toBe(5)
  expect(written.at(-1)!.flows.find(({ flow }) => flow === 'dma')!.why).toContain('no table for requester id 0x500')
})

test('the same bus number rewritten is safe', () => {
  expect(
    harm('root-port', [put('PCI_PRIMARY_BUS', 0), put('PCI_SECONDARY_BUS', 1), put('PCI_SUBORDINATE_BUS', 1)]),
  ).toEqual({})
})

test('any NumVFs write while VFE is set is undefined, be it the same value', () => {
  const same = readRegister(functionOf(smallMachine(), 'endpoint'), 'PCI_SRIOV_NUM_VF')
  for (const value of [same, 0, 4])
    expect(harm('pf', put('PCI_SRIOV_NUM_VF', value))).toEqual(all('unknown', 'config', 'vf-dma'))
})

test('NumVFs may be written once VFE is off: the harm is that of VFE', () => {
  const off = clear('PCI_SRIOV_CTRL', 'PCI_SRIOV_CTRL_VFE')
  expect(harm('pf', [off, put('PCI_SRIOV_NUM_VF', 4)])).toEqual(harm('pf', off))
})

test('VFE, MSE, page size, ARI-hierarchy bit and VF BARs take VFs away, and leave the PF alone', () => {
  const writes = [
    clear('PCI_SRIOV_CTRL', 'PCI_SRIOV_CTRL_VFE'),
    clear('PCI_SRIOV_CTRL', 'PCI_SRIOV_CTRL_MSE'),
    put('PCI_SRIOV_SYS_PGSIZE', 0x2),
    clear('PCI_SRIOV_CTRL', 'PCI_SRIOV_CTRL_ARI'),
    put('PCI_SRIOV_BAR', 0xffffffff),
  ]
  for (const write of writes) {
    const done = harm('pf', write)
    expect(done['vf-dma'], JSON.stringify(write)).toBe('breaks')
    expect(done.dma).toBeUndefined()
  }
})

test('without VFE a VF is not found, with its ids elsewhere neither', () => {
  expect(harm('pf', clear('PCI_SRIOV_CTRL', 'PCI_SRIOV_CTRL_VFE')).config).toBe('breaks')
  expect(harm('pf', clear('PCI_SRIOV_CTRL', 'PCI_SRIOV_CTRL_ARI')).config).toBe('breaks')
  expect(harm('pf', clear('PCI_SRIOV_CTRL', 'PCI_SRIOV_CTRL_MSE')).config).toBeUndefined()
})

test("a VF's COMMAND.MEMORY, BARs and ROM are hardwired 0, and its STU comes from the PF", () => {
  const after = (write: RegisterWrite) => simulated({ on: 'vf', writes: [write] }).timeline.steps[1]!.values!
  expect(after(put('PCI_COMMAND', 0xffff)).after).toBe(0x4)
  for (const register of ['PCI_BASE_ADDRESS_0', 'PCI_BASE_ADDRESS_5', 'PCI_ROM_ADDRESS'])
    expect(after(put(register, 0xffffffff)).after).toBe(0)
  const stu = after(put('PCI_ATS_CTRL', 0x801f))
  expect(stu.after).toBe(0x8000)
})

test('ATS off falls back to untranslated requests: disturbs', () => {
  const off = clear('PCI_ATS_CTRL', 'PCI_ATS_CTRL_ENABLE')
  expect(harm('endpoint', off).translated).toBe('disturbs')
  expect(harm('endpoint', off).dma).toBeUndefined()
})

test('ATS off breaks what relies on PRI, and breaks translated traffic if the IOMMU refuses', () => {
  const off = clear('PCI_ATS_CTRL', 'PCI_ATS_CTRL_ENABLE')
  expect(harm('endpoint', off)['page-request']).toBe('breaks')
  expect(harm('endpoint', off, { refusesUntranslated: true }).translated).toBe('breaks')
})

test('STU changed while ATS is on breaks; changed while it is off does not', () => {
  const stu = set('PCI_ATS_CTRL', 'PCI_ATS_CTRL_STU')
  expect(harm('endpoint', stu)).toEqual(all('breaks', 'translated', 'page-request'))
  const off = clear('PCI_ATS_CTRL', 'PCI_ATS_CTRL_ENABLE')
  expect(harm('endpoint', [off, stu]).translated).toBe('disturbs')
})

test('PASID off breaks pasid; doing so while ATS is on is undefined for translations', () => {
  const off = clear('PCI_PASID_CTRL', 'PCI_PASID_CTRL_ENABLE')
  expect(harm('endpoint', off)).toEqual({ pasid: 'breaks', ...all('unknown', 'translated', 'page-request') })
})

test('PRI off breaks page requests and nothing else', () => {
  expect(harm('endpoint', clear('PCI_PRI_CTRL', 'PCI_PRI_CTRL_ENABLE'))).toEqual({ 'page-request': 'breaks' })
})

test("ACS redirect cleared lets an IOVA that hits a peer's BAR go there", () => {
  for (const on of ['root-port', 'switch'])
    expect(harm(on, clear('PCI_ACS_CTRL', 'PCI_ACS_RR'))).toMatchObject(all('breaks', 'dma', 'vf-dma'))
})

test('ACS translation blocking stops ATS', () => {
  for (const on of ['root-port', 'switch'])
    expect(harm(on, set('PCI_ACS_CTRL', 'PCI_ACS_TB'))).toEqual(all('breaks', 'translated', 'page-request'))
})

test('ARI off makes functions above 7 unreachable for config, their DMA goes on', () => {
  for (const on of ['root-port', 'switch'])
    expect(harm(on, clear('PCI_EXP_DEVCTL2', 'PCI_EXP_DEVCTL2_ARI'))).toEqual({ config: 'breaks' })
})

test('D3hot stops DMA and MMIO, config goes on', () => {
  const asleep = harm('endpoint', set('PCI_PM_CTRL', 'PCI_PM_CTRL_STATE_MASK'))
  expect(asleep).toMatchObject(all('breaks', ...REQUESTS, 'p2p'))
  expect(asleep.config).toBeUndefined()
})

test('a VF in D3hot stops alone', () => {
  expect(harm('vf', put('PCI_PM_CTRL', 3))).toEqual(all('breaks', 'vf-dma', 'translated', 'interrupt'))
})

test('what comes back from D3hot depends on No_Soft_Reset', () => {
  const back = (noSoftReset: boolean) => {
    const { timeline } = simulated({
      on: 'endpoint',
      machine: smallMachine({ noSoftReset }),
      writes: [set('PCI_PM_CTRL', 'PCI_PM_CTRL_STATE_MASK'), clear('PCI_PM_CTRL', 'PCI_PM_CTRL_STATE_MASK')],
    })
    const last = timeline.steps.at(-1)!
    return {
      dma: last.flows.find(({ flow }) => flow === 'dma')!.state,
      master: isSet(functionOf(last.machine, 'endpoint'), 'PCI_COMMAND', 4),
    }
  }
  expect(back(true)).toEqual({ dma: 'through', master: true })
  expect(back(false)).toEqual({ dma: 'cut', master: false })
})

test('writing 0 to PM_CTRL in D0 only clears PME_En', () => {
  const { timeline } = simulated({ on: 'endpoint', writes: [put('PCI_PM_CTRL', 0)] })
  expect(timeline.steps[1]!.values).toMatchObject({ before: 0x8100, after: 0x8000 })
  expect(harm('endpoint', put('PCI_PM_CTRL', 0))).toEqual({ wake: 'breaks' })
})

test('a state that the function does not support is not entered', () => {
  const { timeline } = simulated({ on: 'endpoint', writes: [put('PCI_PM_CTRL', 0x101)] })
  expect(timeline.steps[1]!.values!.after & 0x3).toBe(0)
  expect(harm('endpoint', put('PCI_PM_CTRL', 0x101))).toEqual({})
})

test('a port in D3hot takes all below with it', () => {
  for (const on of ['root-port', 'switch'])
    expect(harm(on, set('PCI_PM_CTRL', 'PCI_PM_CTRL_STATE_MASK'))).toMatchObject(
      all('breaks', ...EVERYTHING_BELOW.filter((flow) => flow !== 'p2p')),
    )
})

test('FLR on a PF kills its VFs', () => {
  const reset = harm('pf', set('PCI_EXP_DEVCTL', 'PCI_EXP_DEVCTL_BCR_FLR'))
  expect(reset).toMatchObject(all('breaks', ...REQUESTS, 'vf-dma', 'config'))
})

test('FLR on a VF leaves the PF alone', () => {
  const reset = harm('vf', set('PCI_EXP_DEVCTL', 'PCI_EXP_DEVCTL_BCR_FLR'))
  expect(reset['vf-dma']).toBe('breaks')
  expect(reset.dma).toBeUndefined()
})

test('a secondary bus reset resets everything below, and putting the bit back revives nothing', () => {
  const [on, off] = [
    set('PCI_BRIDGE_CONTROL', 'PCI_BRIDGE_CTL_BUS_RESET'),
    clear('PCI_BRIDGE_CONTROL', 'PCI_BRIDGE_CTL_BUS_RESET'),
  ]
  const { timeline } = simulated({ on: 'root-port', writes: [on, off] })
  expect(timeline.steps.at(-1)!.flows.find(({ flow }) => flow === 'dma')!.why).toContain('secondary bus was reset')
  expect(harm('root-port', [on, off])).toMatchObject(all('breaks', ...EVERYTHING_BELOW))
})

test('Retrain Link disturbs while the common-clock bit alone does not', () => {
  const retrain = harm('root-port', set('PCI_EXP_LNKCTL', 'PCI_EXP_LNKCTL_RL'))
  expect(retrain).toEqual(all('disturbs', ...FLOWS.filter((flow) => flow !== 'guest-mmio')))
  expect(harm('root-port', clear('PCI_EXP_LNKCTL', 'PCI_EXP_LNKCTL_CCC'))).toEqual({})
})

test('Link Disable stops everything below', () => {
  expect(harm('root-port', set('PCI_EXP_LNKCTL', 'PCI_EXP_LNKCTL_LD'))).toMatchObject(
    all('breaks', ...EVERYTHING_BELOW),
  )
})

test('MPS differing on two ends gives malformed TLPs', () => {
  expect(harm('switch', clear('PCI_EXP_DEVCTL', 'PCI_EXP_DEVCTL_PAYLOAD'))).toMatchObject({ dma: 'breaks' })
  for (const on of ['endpoint', 'root-port'])
    for (const write of [
      clear('PCI_EXP_DEVCTL', 'PCI_EXP_DEVCTL_PAYLOAD'),
      { register: 'PCI_EXP_DEVCTL', op: 'value', value: 0x40, mask: 0xe0 } as const,
    ])
      expect(harm(on, write), `${on} ${JSON.stringify(write)}`).toMatchObject({ dma: 'breaks' })
})

test('MRRS is benign', () => {
  expect(harm('endpoint', clear('PCI_EXP_DEVCTL', 'PCI_EXP_DEVCTL_READRQ'))).toEqual({})
})

test('tag fields changed with requests outstanding: the specification leaves it open', () => {
  expect(harm('endpoint', clear('PCI_EXP_DEVCTL', 'PCI_EXP_DEVCTL_EXT_TAG')).dma).toBe('unknown')
  expect(harm('endpoint', set('PCI_EXP_DEVCTL2', 'PCI_EXP_DEVCTL2_10BIT_TAG_REQ_EN')).dma).toBe('unknown')
})

test('MSI address or data rewritten while enabled and unmasked gives a torn message', () => {
  for (const write of [put('PCI_MSI_ADDRESS_LO', 0xfee02000), put('PCI_MSI_DATA_64', 0x26)])
    expect(harm('endpoint', write)).toEqual({ interrupt: 'breaks' })
})

test('MSI rewritten under the mask and unmasked again only delays', () => {
  const masked = [put('PCI_MSI_MASK_64', 1), put('PCI_MSI_DATA_64', 0x26), put('PCI_MSI_MASK_64', 0)]
  expect(harm('endpoint', masked)).toEqual({ interrupt: 'disturbs' })
})

test('MSI and MSI-X turned off stop interrupts and leave DMA alone', () => {
  expect(harm('endpoint', clear('PCI_MSI_FLAGS', 'PCI_MSI_FLAGS_ENABLE'))).toEqual({ interrupt: 'breaks' })
  expect(harm('endpoint', clear('PCI_MSIX_FLAGS', 'PCI_MSIX_FLAGS_ENABLE'))).toEqual({ interrupt: 'breaks' })
})

test('INTx disable matters to a device that signals with INTx only', () => {
  const off = set('PCI_COMMAND', 'PCI_COMMAND_INTX_DISABLE')
  expect(harm('endpoint', off)).toEqual({})
  expect(harm('endpoint', off, { interrupts: 'intx' })).toEqual({ interrupt: 'breaks' })
})

test('RW1C bits differ: error status is harmless', () => {
  for (const [register, value] of [
    ['PCI_STATUS', 0xffff],
    ['PCI_EXP_DEVSTA', 0xf],
    ['PCI_ERR_UNCOR_STATUS', 0xffffffff],
    ['PCI_ERR_COR_STATUS', 0xffffffff],
  ] as const)
    expect(harm('endpoint', put(register, value)), register).toEqual({})
  expect(harm('root-port', put('PCI_SEC_STATUS', 0xffff))).toEqual({})
  expect(harm('root-port', put('PCI_ERR_ROOT_STATUS', 0x7f))).toEqual({})
})

test('RW1C bits differ: PME_Status loses a wake', () => {
  expect(harm('endpoint', put('PCI_PM_CTRL', 0x8100))).toEqual({ wake: 'breaks' })
  expect(harm('root-port', put('PCI_EXP_RTSTA', 0x10000))).toEqual({ wake: 'breaks' })
})

test('RW1C bits differ: DPC Trigger Status ends containment', () => {
  const contained = changeFunction(smallMachine(), 'root-port', (one) => {
    const bytes = new Uint8Array(one.config.bytes)
    bytes[one.byName.get('PCI_EXP_DPC_STATUS')!.offset] = 0x1
    return { ...one, config: { ...one.config, bytes } }
  })
  const { timeline } = simulated({ on: 'root-port', machine: contained, writes: [put('PCI_EXP_DPC_STATUS', 1)] })
  const [before, after] = timeline.steps.map(({ flows }) => flows.find(({ flow }) => flow === 'config')!)
  expect(before!.why).toContain('contains an error')
  expect(after!.why).not.toContain('contains an error')
})

test('a slot that loses its power takes the device with it', () => {
  expect(harm('root-port', set('PCI_EXP_SLTCTL', 'PCI_EXP_SLTCTL_PCC'))).toMatchObject(
    all('breaks', ...EVERYTHING_BELOW),
  )
})

test('a resized BAR is no longer where the peer expects it', () => {
  expect(harm('endpoint', { register: 'PCI_REBAR_CTRL', op: 'value', value: 0x300, mask: 0x3f00 })).toEqual({
    p2p: 'breaks',
  })
})

test('what only reports, measures or hints harms nothing', () => {
  const harmless: readonly RegisterWrite[] = [
    put('PCI_CACHE_LINE_SIZE', 16),
    put('PCI_LATENCY_TIMER', 64),
    set('PCI_COMMAND', 'PCI_COMMAND_SERR', 'PCI_COMMAND_PARITY'),
    put('PCI_ERR_UNCOR_MASK', 0),
    put('PCI_LTR_MAX_SNOOP_LAT', 0),
    clear('PCI_PTM_CTRL', 'PCI_PTM_CTRL_ENABLE'),
    put('PCI_TPH_CTRL', 0x101),
    put('PCI_DOE_CTRL', 1),
    set('PCI_L1SS_CTL1', 'PCI_L1SS_CTL1_ASPM_L1_1'),
    put('PCI_VC_RES_CTRL', 0x80000001),
    put('PCI_EXP_LNKCTL2', 2),
    set('PCI_EXP_DEVCTL2', 'PCI_EXP_DEVCTL2_COMP_TIMEOUT'),
    set('PCI_EXP_DEVCTL2', 'PCI_EXP_DEVCTL2_LTR_EN'),
  ]
  for (const write of harmless) expect(harm('endpoint', write), JSON.stringify(write)).toEqual({})
  expect(harm('root-port', put('PCI_EXP_DPC_CTL', 0x2))).toEqual({})
  expect(harm('root-port', clear('PCI_EXP_RTCTL', 'PCI_EXP_RTCTL_RRS_SVE'))).toEqual({})
})

test('guest MMIO cannot be disturbed between freeze and resume', () => {
  const off = clear('PCI_COMMAND', 'PCI_COMMAND_MEMORY')
  expect(harm('endpoint', off, { phase: 'boot' })['guest-mmio']).toBeUndefined()
  expect(harm('endpoint', off, { phase: 'userspace' })['guest-mmio']).toBe('breaks')
})

test('a flow whose behaviour is changed takes the verdicts with it: no table of effects stands beside it', () => {
  const indifferent = trafficFlows.map((flow) => ({
    ...flow,
    walk: () => ({ state: 'through', why: 'needs nothing', way: [], at: null }) as const,
  }))
  for (const write of [put('PCI_PM_CTRL', 3), clear('PCI_COMMAND', 'PCI_COMMAND_MASTER'), put('PCI_ATS_CTRL', 0)]) {
    const result = simulated({ on: 'endpoint', writes: [write], traffic: indifferent })
    expect(result.effects.every(({ effect }) => effect === 'none')).toBe(true)
  }
})

test('as-read or equal values have no effect, unless a 1 clears or any write counts', () => {
  for (const on of ['endpoint', 'root-port', 'vf'])
    for (const register of functionOf(smallMachine(), on).byName.values()) {
      const same = readRegister(functionOf(smallMachine(), on), register.name)
      const value = (same & ~register.writeOneToClear) >>> 0
      const done = harm(on, put(register.name, value), { machine: smallMachine() })
      expect(done, `${on} ${register.name}`).toEqual(
        register.name === 'PCI_SRIOV_NUM_VF' ? all('unknown', 'config', 'vf-dma') : {},
      )
    }
})

test('of the features that a value changes, the one that must be preserved decides', () => {
  const decided = (value: number) => simulated({ on: 'endpoint', writes: [put('PCI_COMMAND', value)] })
  expect(decided(0)).toMatchObject({ decision: 'preserve', source: 'V7-11' })
  expect(decided(0x5).decision).not.toBe('preserve')
})
