/** The few things this page does with the document. Text goes in as text: nothing here can make markup of it. */

type Child = Node | string | undefined

export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined
}

/** An element with attributes (`true` for those without a value, `false` and undefined for none) and children. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) set(element, key, value)
  element.append(...children.filter((child) => child !== undefined))
  return element
}

/** The element of the document with this id. */
export function byId(id: string): HTMLElement {
  return elementById(id, HTMLElement)
}

/** The same where it must be of a kind. */
export function elementById<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id)
  if (element instanceof kind) return element
  throw new Error(`the page has no ${kind.name} #${id}`)
}

/** Changes the document only where it says something else. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

export function set(element: Element, name: string, value: string | number | boolean | undefined): void {
  if (value === undefined || value === false) element.removeAttribute(name)
  else element.setAttribute(name, value === true ? '' : String(value))
}

/** A button that is no more than its words. */
export function button(text: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = make('button', { type: 'button', ...attributes }, text)
  element.addEventListener('click', onClick)
  return element
}
