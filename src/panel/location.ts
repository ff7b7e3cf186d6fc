import { html } from './elements.js'

/** Asks the extension to open a place of the tree. */
export type OpenLocation = (file: string, line: number) => void

/** A button and no link: it leads to the editor, and the panel itself goes nowhere. */
export function locationButton(file: string, line: number, text: string, open: OpenLocation): HTMLButtonElement {
  const button = html('button', { type: 'button', class: 'location', title: `Open ${file}:${line}` }, text)
  button.addEventListener('click', () => open(file, line))
  return button
}
