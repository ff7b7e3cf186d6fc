import { formatBdf, functionOf, type PciFunction, placeName } from '../core/device/fabric.js'
import type { Step } from '../core/device/timeline.js'
import { html, section, type View } from './elements.js'
import { currentStep, type PanelState } from './panelState.js'
import { upperFirst } from './sentence.js'

const ROW = 16

/** The config space of the written function: bytes, and the bits of the register that this step writes. */
export function configSpaceView(): View<PanelState> {
  const caption = html('p', { class: 'caption' })
  const bits = html('div', { class: 'bits' })
  const bytes = html('div', { class: 'bytes' })
  const element = section('Config space', 'config-space', caption, bits, bytes)
  return {
    element,
    update(state) {
      const step = currentStep(state)
      element.hidden = step === null
      if (!step || !state.simulation) return
      const written = functionOf(step.machine, state.simulation.timeline.on)
      caption.textContent = captionOf(written, step)
      bits.replaceChildren(...bitTable(step))
      bytes.replaceChildren(byteTable(written, step))
    },
  }
}

function captionOf(written: PciFunction, { write, values, outcome }: Step): string {
  const whose = `${upperFirst(placeName(written.name))}, ${formatBdf(written.bdf)}`
  if (!write || !values) return `${whose}. Nothing is written yet.`
  const { name, offset, width } = write.register
  const at = `${name} at 0x${offset.toString(16).padStart(2, '0')}`
  if (outcome !== 'written')
    return `${whose}. ${at} is not written: ${outcome === 'skipped' ? 'guarded' : 'not reached'}.`
  return `${whose}. ${at}: ${hex(values.before, width)} → ${hex(values.after, width)}, put on the bus: ${hex(values.written, width)}.`
}

/** Named bits, and those without a name that the write means. */
function bitTable({ write, values, outcome }: Step): readonly Node[] {
  if (!write || !values) return []
  const { register, mask } = write
  const named = fields(register.bits)
  if (named.length === 0) return []
  const rows = named.map(([name, bit]) => {
    const before = field(values.before, bit)
    const after = field(values.after, bit)
    const marks = [
      ...(outcome === 'written' && (mask & bit) !== 0 ? ['written'] : []),
      ...(before !== after ? ['changed'] : []),
    ]
    return html(
      'tr',
      { class: marks.join(' ') },
      html('th', { scope: 'row' }, html('code', {}, name)),
      html('td', {}, bitPosition(bit)),
      html('td', { class: 'value' }, before === after ? String(after) : `${before} → ${after}`),
      html('td', {}, marks.join(', ')),
    )
  })
  const head = html(
    'tr',
    {},
    ...['Bit', 'No.', 'Value', 'This write'].map((text) => html('th', { scope: 'col' }, text)),
  )
  const title = html('caption', { class: 'visually-hidden' }, `Bits of ${register.name}`)
  return [html('table', { class: 'bit-table' }, title, html('thead', {}, head), html('tbody', {}, ...rows))]
}

/** Bits and wider fields from the highest down; the values that a field may have are no fields of their own. */
function fields(bits: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  const all = Object.entries(bits)
  const isValue = (bit: number) => all.some(([, other]) => other !== bit && (other & bit) >>> 0 === bit)
  const own = all.filter(([, bit], i) => !isValue(bit) && all.findIndex(([, other]) => other === bit) === i)
  return own.sort(([, a], [, b]) => b - a)
}

/** The header, and what a write has to do with; all 4096 bytes would bury it. */
function byteTable(written: PciFunction, step: Step): HTMLElement {
  const used = new Set([0, 1, 2, 3, ...step.changed.map(({ offset }) => Math.floor(offset / ROW))])
  if (step.write) used.add(Math.floor(step.write.register.offset / ROW))
  const head = html(
    'tr',
    {},
    html('th', { scope: 'col' }, html('span', { class: 'visually-hidden' }, 'Offset')),
    ...Array.from({ length: ROW }, (_, i) => html('th', { scope: 'col' }, i.toString(16))),
  )
  const rows = [...used].sort((a, b) => a - b).map((row) => byteRow(written, step, row * ROW))
  const title = html('caption', { class: 'visually-hidden' }, `Config space of ${placeName(written.name)}, in bytes`)
  return html('table', { class: 'byte-table' }, title, html('thead', {}, head), html('tbody', {}, ...rows))
}

function byteRow(written: PciFunction, { write, changed, outcome }: Step, start: number): HTMLElement {
  const isWritten = (at: number) =>
    write !== null &&
    outcome === 'written' &&
    at >= write.register.offset &&
    at < write.register.offset + write.register.width
  const cells = Array.from({ length: ROW }, (_, i) => {
    const at = start + i
    const value = (written.config.bytes[at] ?? 0).toString(16).padStart(2, '0')
    const change = changed.find(({ offset }) => offset === at)
    const mark = change ? 'changed' : isWritten(at) ? 'written' : null
    const classes = [mark, isWritten(at) ? 'written' : null, value === '00' && mark === null ? 'zero' : null]
    const cell = html('td', { class: [...new Set(classes)].filter(Boolean).join(' ') || null }, value)
    if (mark) cell.append(html('span', { class: 'visually-hidden' }, ` ${mark}`))
    return cell
  })
  return html('tr', {}, html('th', { scope: 'row', class: 'offset' }, start.toString(16).padStart(2, '0')), ...cells)
}

function field(value: number, bits: number): number {
  return Math.floor(((value & bits) >>> 0) / (bits & -bits))
}

function bitPosition(bits: number): string {
  const low = Math.log2((bits & -bits) >>> 0)
  const high = Math.floor(Math.log2(bits))
  return low === high ? String(low) : `${high}:${low}`
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width * 2, '0')
}
