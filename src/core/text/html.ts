import { terminalText } from './terminal.js'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for an element or a quoted attribute, whatever it holds; what cannot be seen is spelt out. */
export function htmlText(text: string): string {
  return terminalText(text).replace(/[&<>"']/g, (c) => ENTITIES[c]!)
}
