import {
  formatBdf,
  functionOf,
  type Machine,
  type PciFunction,
  type Place,
  placeName,
  readRegister,
} from '../core/device/fabric.js'
import type { FlowAt, Step } from '../core/device/timeline.js'
import { STATE_WORDS } from '../core/device/wording.js'
import { html, section, svg, type View } from './elements.js'
import { arrowHead, type Box, crossMark, type Layout, lanePoints, layOut, polyline } from './machineLayout.js'
import { currentStep, type PanelState } from './panelState.js'

/** The machine as a drawing: every flow the model carries is a line, broken where the flow is cut. */
export function machineView(): View<PanelState> {
  const figure = html('div', { class: 'figure' })
  const element = section('Machine', 'machine', figure, legend())
  return {
    element,
    update(state) {
      const step = currentStep(state)
      element.hidden = step === null
      if (step && state.scenario) figure.replaceChildren(drawing(step, state))
    },
  }
}

function drawing(step: Step, state: PanelState): SVGSVGElement {
  const layout = layOut(step.machine)
  return svg(
    'svg',
    {
      class: state.playing ? 'machine playing' : 'machine',
      viewBox: `0 0 ${layout.width} ${layout.height}`,
      role: 'img',
      'aria-label': describe(step),
    },
    ...layout.boxes.map((box) => boxGroup(box, step, state)),
    ...step.flows.map((flow, lane) => laneGroup(flow, lane, layout)),
  )
}

function boxGroup(box: Box, { machine, write }: Step, { phase, situation }: PanelState): SVGGElement {
  const written = write?.on === box.place
  const lines = [...wrapName(box), ...subtitle(box.place, machine, phase, situation)]
  const top = box.y + box.height / 2 - (lines.length - 1) * 7.5 + 4
  return svg(
    'g',
    { class: written ? 'box written' : 'box' },
    svg('rect', { x: box.x, y: box.y, width: box.width, height: box.height, rx: 4 }),
    ...lines.map((text, i) => svg('text', { x: box.x + 10, y: top + i * 15, class: i === 0 ? 'name' : 'sub' }, text)),
  )
}

function wrapName({ place }: Box): readonly string[] {
  const short: Readonly<Record<string, string>> = {
    'peer-port': 'port',
    vf: 'VF',
    'switch-upstream': 'switch, up',
    'switch-downstream': 'switch, down',
    vm: 'VM',
  }
  return [short[place] ?? placeName(place).replace('the ', '')]
}

function subtitle(place: Place, machine: Machine, phase: string, situation: string): readonly string[] {
  if (place === 'root-complex') return ['IOMMU']
  if (place === 'vm')
    return [situation === 'cold-boot' ? 'not started' : phase === 'userspace' ? 'resumes' : 'vCPUs rest']
  const of: PciFunction = functionOf(machine, place)
  return [`${formatBdf(of.bdf)}`, `cmd ${readRegister(of, 'PCI_COMMAND').toString(16).padStart(4, '0')}`]
}

function laneGroup(flow: FlowAt, lane: number, layout: Layout): SVGGElement {
  const points = lanePoints(layout, flow.way, lane)
  const broken = flow.at === null ? -1 : flow.way.indexOf(flow.at)
  const label = layout.label(lane)
  const parts: SVGElement[] = []
  const look = flow.live ? flow.state : 'resting'
  if (broken < 0) {
    parts.push(svg('path', { class: 'line', d: polyline(points.flatMap(({ at }) => at)) }))
    parts.push(svg('path', { class: 'head', d: arrowHead(points.flatMap(({ at }) => at)) }))
  } else {
    const before = points.slice(0, broken + 1).flatMap(({ at }) => at)
    const after = points.slice(broken).flatMap(({ at }) => at)
    const end = points[broken]!.at.at(-1)!
    parts.push(svg('path', { class: 'ghost', d: polyline(after) }))
    parts.push(svg('path', { class: 'line', d: polyline(before) }))
    parts.push(svg('circle', { class: 'mark-ground', cx: end.x, cy: end.y, r: 9 }))
    parts.push(svg('path', { class: 'mark', d: crossMark(end) }))
  }
  parts.push(svg('text', { x: label.x, y: label.y, class: 'lane-name', 'text-anchor': 'middle' }, flow.flow))
  return svg('g', { class: `lane lane-${look}` }, ...parts)
}

/** The drawing in words. */
function describe({ machine, flows }: Step): string {
  const spine = machine.functions.map((one) => `${placeName(one.name).replace('the ', '')} ${formatBdf(one.bdf)}`)
  const told = flows.map(({ flow, state, at, live }) => {
    const rests = live ? '' : ' (at rest)'
    return `${flow} ${STATE_WORDS[state]}${at === null ? '' : ` at ${placeName(at)}`}${rests}`
  })
  return `Machine with ${spine.join(', ')}. ${told.join('; ')}.`
}

function legend(): HTMLElement {
  const entry = (look: string, text: string) =>
    html(
      'li',
      {},
      svg(
        'svg',
        { class: `lane lane-${look}`, viewBox: '0 0 32 12', width: 32, height: 12, 'aria-hidden': 'true' },
        svg('path', { class: 'line', d: 'M1 6H31' }),
        ...(look === 'cut' ? [svg('path', { class: 'mark', d: crossMark({ x: 16, y: 6 }) })] : []),
      ),
      text,
    )
  return html(
    'ul',
    { class: 'legend' },
    entry('through', 'goes through'),
    entry('cut', 'is cut'),
    entry('delayed', 'waits'),
    entry('open', 'nobody can say'),
    entry('resting', 'at rest'),
  )
}
