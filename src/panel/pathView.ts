import type { Hop, Site, SiteGuard } from '../core/report/schema.js'
import { html, section, type View } from './elements.js'
import { locationButton, type OpenLocation } from './location.js'
import type { PanelState } from './panelState.js'

/** The way from the root to the line: each hop opens where it is defined, and where the hop before calls it. */
export function pathView(open: OpenLocation): View<PanelState> {
  const lead = html('p', { class: 'lead' })
  const hops = html('ol', { class: 'hops' })
  const element = section('Path to the write', 'path', lead, hops)
  let drawn = ''
  let site: Site | null = null
  return {
    element,
    update({ shown, phase }) {
      element.hidden = !shown?.site
      if (!shown?.site || (site === shown.site && drawn === phase)) return
      site = shown.site
      drawn = phase
      const reached = site.phases[phase]
      lead.textContent = leadOf(site, phase)
      const steps = reached.reachable
        ? reached.path.map((hop, i) => hopItem(hop, i === 0 ? reached.root.kind : null, open))
        : []
      hops.replaceChildren(...steps, ...(reached.reachable ? [writeItem(site, open)] : []))
    },
  }
}

function leadOf(site: Site, phase: keyof Site['phases']): string {
  const reached = site.phases[phase]
  if (!reached.reachable) return `No path leads to this write in the ${phase} phase.`
  const through = reached.through ? `, through the driver ${reached.through}` : ''
  const counts = reached.counts ? '' : ' A preserved device does not take this path, so it does not count.'
  return `In the ${phase} phase, from ${reached.root.kind} ${reached.root.function}()${through}. ${guardSentence(reached.guard)}${counts}`
}

function guardSentence({ status, condition, file, line }: SiteGuard): string {
  if (status === 'unguarded') return 'No guard is on it.'
  const where = file !== null && line !== null ? ` at ${file}:${line}` : ''
  const named = condition === null ? 'A guard' : `The guard ${condition}`
  const says: Readonly<Record<Exclude<SiteGuard['status'], 'unguarded'>, string>> = {
    guarded: 'is on it',
    partial: 'is on some of its paths only',
    'wrong-device': 'is on it and asks about another device',
    inert: 'is on it and cannot be true here',
    crash: 'is on it and crashes instead of skipping',
  }
  return `${named}${where} ${says[status]}.`
}

function hopItem(hop: Hop, rootKind: string | null, open: OpenLocation): HTMLElement {
  const how = rootKind === null ? hop.edge : `root: ${rootKind}`
  const item = html(
    'li',
    { class: 'hop' },
    html('span', { class: 'edge' }, hop.via === null ? how : `${how}, ${hop.via}`),
    locationButton(hop.file, hop.line, `${hop.function}()`, open),
    html('span', { class: 'file' }, `${hop.file}:${hop.line}`),
  )
  if (hop.call && (hop.call.file !== hop.file || hop.call.line !== hop.line))
    item.append(
      html(
        'span',
        { class: 'call' },
        'called at ',
        locationButton(hop.call.file, hop.call.line, `${hop.call.file}:${hop.call.line}`, open),
      ),
    )
  return item
}

function writeItem(site: Site, open: OpenLocation): HTMLElement {
  return html(
    'li',
    { class: 'hop hop-write' },
    html('span', { class: 'edge' }, 'write'),
    locationButton(site.file, site.line, `${site.callee}()`, open),
    html('span', { class: 'file' }, `${site.file}:${site.line}`),
  )
}
