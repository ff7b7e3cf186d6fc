/** Publisher and name of the extension, as in package.json: the rules' pages are part of it. */
const EXTENSION = 'liveupdate-review.liveupdate-review'

/** The address of a rule's page, which an editor with the extension opens by itself (`extension/ruleLinks.ts`). */
export function ruleLink(rule: string): string {
  return `vscode://${EXTENSION}/rules/${rule}`
}
