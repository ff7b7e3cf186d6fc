/** Every rule over the sites of a review, then the suppressions over what they found. */
import { isRuleOn, type Settings } from '../config/settings.js'
import type { GuardSite } from '../guards/guardSites.js'
import { type FindingContext, withKeys } from '../report/findingKey.js'
import { type Finding, PHASES, type Site, type SuppressedFinding } from '../report/schema.js'
import { applySuppressions } from '../suppressions/apply.js'
import type { Suppression } from '../suppressions/suppression.js'
import type { RestorePath } from '../writes/restorePath.js'
import { badSuppression } from './badSuppression.js'
import { findingOf, type Rule, type RuleContext } from './defineRule.js'
import type { IsUnaware } from './doubt.js'
import { rules } from './index.js'

export interface JudgeInput {
  readonly sites: readonly Site[]
  readonly guards: readonly GuardSite[]
  readonly restorePath: RestorePath
  readonly isUnaware: IsUnaware
  readonly settings: Settings
  /** Of the files of `sites`. */
  readonly comments: readonly Suppression[]
  readonly isReviewed: (file: string) => boolean
  readonly contextOf: (file: string, line: number) => FindingContext
}

export interface Judged {
  readonly findings: readonly Finding[]
  readonly suppressed: readonly SuppressedFinding[]
}

const KNOWN_RULES = rules.map(({ id }) => id)

export function judge({
  sites,
  guards,
  restorePath,
  isUnaware,
  settings,
  comments,
  isReviewed,
  contextOf,
}: JudgeInput): Judged {
  const textOf = (file: string, line: number): string | null => contextOf(file, line).line
  const found = (all: readonly Rule[], context: RuleContext): readonly Finding[] => {
    const hits = all.flatMap((rule) => [...rule.check(context)].map((hit) => findingOf(rule, hit, textOf)))
    return withKeys(hits.sort(byPlace), contextOf)
  }
  const promised = { policy: settings.policy, flows: settings.flows, isUnaware }
  const context = { sites, guards, restorePath, settings: promised, suppressionProblems: [] }
  const others = rules.filter((rule) => rule !== badSuppression)
  const { findings, suppressed, problems } = applySuppressions(
    found(others, context),
    [...settings.suppressions, ...comments],
    {
      knownRules: KNOWN_RULES,
      siteIds: new Set(sites.map(({ id }) => id)),
      isReviewed,
      allPhases: PHASES.every((phase) => settings.phases.includes(phase)),
    },
  )
  const bad = found([badSuppression], { ...context, suppressionProblems: problems })
  const isOn = ({ rule }: Finding): boolean => isRuleOn(settings.rules, rule)
  return {
    findings: [...findings, ...bad].filter(isOn).sort(byPlace),
    suppressed: suppressed.filter(isOn),
  }
}

type Placed = Pick<Finding, 'file' | 'line' | 'column' | 'rule'>

function byPlace(a: Placed, b: Placed): number {
  return compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
