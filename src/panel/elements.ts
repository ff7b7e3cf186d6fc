/** Elements without markup: text goes in as text nodes only, so hostile text stays text. */

type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>
type Child = Node | string

export function html<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  setAttributes(element, attributes)
  element.append(...children)
  return element
}

export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  setAttributes(element, attributes)
  element.append(...children)
  return element
}

/** `true` is an empty attribute; `false`, null and undefined leave it out. */
export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) element.removeAttribute(name)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
}

export type SymbolName = 'check' | 'cross' | 'wave' | 'question' | 'pause' | 'play' | 'previous' | 'next'

const SYMBOL_PATHS: Readonly<Record<SymbolName, string>> = {
  check: 'M3 8.5l3.2 3.2L13 4.8',
  cross: 'M4 4l8 8M12 4l-8 8',
  wave: 'M2.5 9.5c1.8-4 3.6-4 5.5-1.5s3.7 2.5 5.5-1.5',
  question: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6M8 12.6v.2',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3l8 5-8 5z',
  previous: 'M10.5 3.5L5.5 8l5 4.5',
  next: 'M5.5 3.5L10.5 8l-5 4.5',
}

/** Drawn beside a word that says the same, so it is hidden from screen readers. */
export function symbol(name: SymbolName): SVGSVGElement {
  return svg(
    'svg',
    { class: `symbol symbol-${name}`, viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true' },
    svg('path', { d: SYMBOL_PATHS[name] }),
  )
}

export function section(title: string, id: string, ...children: readonly Child[]): HTMLElement {
  return html(
    'section',
    { class: `part part-${id}`, 'aria-labelledby': `title-${id}` },
    html('h2', { id: `title-${id}` }, title),
    ...children,
  )
}

/** A part of the panel: made once, brought up to date with every state. */
export interface View<State> {
  readonly element: HTMLElement
  update(state: State): void
}
