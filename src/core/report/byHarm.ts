/**
 * The order of findings in every report: the graver first, of equally grave ones those that break more of the promised
 * traffic, then by place, as they are given.
 */
import type { Finding, Flow, Severity, Site } from './schema.js'

const GRAVEST_FIRST: readonly Severity[] = ['error', 'warning', 'info']

export function byHarm(
  findings: readonly Finding[],
  sites: readonly Site[],
  promised: readonly Flow[],
): readonly Finding[] {
  const wanted = new Set(findings.map(({ site }) => site))
  const broken = new Map<string | null, number>(
    sites.filter(({ id }) => wanted.has(id)).map((site) => [site.id, flowsBroken(site, promised)]),
  )
  const rank = ({ severity }: Finding): number => GRAVEST_FIRST.indexOf(severity)
  return [...findings].sort((a, b) => rank(a) - rank(b) || (broken.get(b.site) ?? 0) - (broken.get(a.site) ?? 0))
}

function flowsBroken({ hazard }: Site, promised: readonly Flow[]): number {
  return hazard.effects.filter(({ flow, effect }) => effect === 'breaks' && promised.includes(flow)).length
}
