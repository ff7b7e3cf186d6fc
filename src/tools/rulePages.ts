/** The pages in `media/rules/`, one per rule, made from what the rule says about itself. Pure: Markdown out. */

import type { Rule } from '../core/rules/defineRule.js'
import { rules } from '../core/rules/index.js'

export function rulePages(): readonly { readonly path: string; readonly text: string }[] {
  return rules.map((rule) => ({ path: `media/rules/${rule.id}.md`, text: rulePage(rule) }))
}

export function rulePage({ id, title, severity, page, samples }: Rule): string {
  return [
    `# ${id}`,
    '',
    '<!-- Generated from the rule; change the rule and generate it again. -->',
    '',
    `${escapeMarkdown(title)}.`,
    '',
    `**Severity:** ${severity}`,
    '',
    '## Why it matters',
    '',
    escapeMarkdown(page.why),
    '',
    '## What to do',
    '',
    escapeMarkdown(page.fix),
    '',
    '## When it keeps quiet',
    '',
    ...page.quiet.map((when) => `- ${escapeMarkdown(when)}`),
    '',
    '## Found',
    '',
    fenced(withoutCarets(samples.bad)),
    '',
    '## Not found',
    '',
    fenced(samples.good),
    '',
    '## On the device',
    '',
    deviceLink(page.scenario),
    '',
  ].join('\n')
}

/** Scenarios are told on the page of their feature, the part before the slash. */
function deviceLink(scenario: string): string {
  const feature = scenario.split('/', 1)[0]
  return `Scenario \`${scenario}\` on the page of [${feature}](../features/${feature}.md).`
}

/** A line of carets names the message that a test expects there. */
function withoutCarets(sample: string): string {
  return sample
    .split('\n')
    .filter((line) => !/^\s*\^/.test(line))
    .join('\n')
}

function fenced(sample: string): string {
  return `\`\`\`c\n${sample.replace(/^\n+|\s+$/g, '')}\n\`\`\``
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\<>*[\]`|]|(?<!\w)_|_(?!\w)/g, '\\$&')
}
