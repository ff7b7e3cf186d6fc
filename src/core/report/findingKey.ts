/** The key of a finding: rule and site; without a site, rule, file, function and the text of the line. */
import type { Finding } from './schema.js'

export interface FindingContext {
  readonly function: string | null
  /** The line's text, null if it cannot be read. */
  readonly line: string | null
}

export function withKeys(
  findings: readonly Omit<Finding, 'key'>[],
  contextOf: (file: string, line: number) => FindingContext,
): readonly Finding[] {
  const seen = new Map<string, number>()
  return findings.map((finding) => {
    if (finding.site !== null) return { ...finding, key: `${finding.rule}:${finding.site}` }
    const { function: fn, line } = contextOf(finding.file, finding.line)
    const text = (line ?? finding.message).replace(/\s+/g, ' ').trim()
    const key = `${finding.rule}:${finding.file}#${fn ?? ''}#${hash(text)}`
    const before = seen.get(key) ?? 0
    seen.set(key, before + 1)
    return { ...finding, key: before === 0 ? key : `${key}.${before + 1}` }
  })
}

/** FNV-1a of 64 bits, in hex: short, and no two lines of one function are likely to share it. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n
  for (let i = 0; i < text.length; i++)
    value = ((value ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n) & 0xffffffffffffffffn
  return `h${value.toString(16).padStart(16, '0')}`
}
