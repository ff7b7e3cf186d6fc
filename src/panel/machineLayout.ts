/** Where things stand in the drawing: the endpoint's chain in one column, the peer's beside it, one lane for each flow. */
import { bridgesAbove, type Machine, type Place } from '../core/device/fabric.js'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box {
  readonly place: Place
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  /** Where the name of a lane stands, below the endpoint. */
  label(lane: number): Point
}

const BOX = { height: 56, gap: 28 }
const COLUMN = { left: 8, width: 336 }
const PEER = { left: 364, width: 108 }
const WIDTH = 480
const LANES = { first: 130, apart: 23 }
const LABELS = { rows: 4, apart: 16 }

export function layOut(machine: Machine): Layout {
  const spine: readonly Place[] = [
    'vm',
    'root-complex',
    ...bridgesAbove(machine, machine.endpoint)
      .map(({ name }) => name)
      .reverse(),
    machine.endpoint,
    ...(machine.vf === null ? [] : [machine.vf]),
  ]
  const y = (row: number) => 8 + row * (BOX.height + BOX.gap)
  const boxes = spine.map((place, row): Box => {
    const wide = place === 'root-complex'
    const width = wide ? PEER.left + PEER.width - COLUMN.left : COLUMN.width
    return { place, x: COLUMN.left, y: y(row), width, height: BOX.height }
  })
  const last = spine.length - 1
  const atEndpoint = spine.indexOf(machine.endpoint)
  const peers: readonly Box[] = besideTheSpine(machine, spine).map((place, i, all) => ({
    place,
    x: PEER.left,
    y: y(atEndpoint + 1 - all.length + i),
    width: PEER.width,
    height: BOX.height,
  }))
  const bottom = y(last) + BOX.height
  return {
    width: WIDTH,
    height: bottom + 18 + LABELS.rows * LABELS.apart,
    boxes: [...boxes, ...peers],
    // In rows by turns, so that long names do not meet.
    label: (lane) => ({ x: laneX(lane), y: bottom + 18 + (lane % LABELS.rows) * LABELS.apart }),
  }
}

/** The peer and the ports that only it is below. */
function besideTheSpine(machine: Machine, spine: readonly Place[]): readonly Place[] {
  if (machine.peer === null) return []
  const ports = bridgesAbove(machine, machine.peer).map(({ name }) => name)
  return [...ports.filter((name) => !spine.includes(name)).reverse(), machine.peer]
}

/** The points of a way, place by place. Through the root complex a lane from the peer crosses to its own column. */
export function lanePoints(
  layout: Layout,
  way: readonly Place[],
  lane: number,
): readonly { readonly place: Place; readonly at: readonly Point[] }[] {
  const peerX = PEER.left + PEER.width - 18
  let fromPeer = false
  return way.map((place) => {
    const box = layout.boxes.find((one) => one.place === place)
    const y = box ? box.y + box.height / 2 : 0
    if (box?.x === PEER.left) {
      fromPeer = true
      return { place, at: [{ x: peerX, y }] }
    }
    const crossing = fromPeer ? [{ x: peerX, y }] : []
    fromPeer = false
    return { place, at: [...crossing, { x: laneX(lane), y }] }
  })
}

export function polyline(points: readonly Point[]): string {
  return points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('')
}

/** A triangle at the end of a line, pointing where it goes. */
export function arrowHead(points: readonly Point[]): string {
  const end = points.at(-1)
  const before = points.at(-2)
  if (!end || !before) return ''
  const down = Math.sign(end.y - before.y) * 5
  return `M${end.x - 4} ${end.y - down}L${end.x} ${end.y + down}L${end.x + 4} ${end.y - down}Z`
}

export function crossMark({ x, y }: Point): string {
  return `M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x + 4} ${y - 4}L${x - 4} ${y + 4}`
}

function laneX(lane: number): number {
  return LANES.first + lane * LANES.apart
}
