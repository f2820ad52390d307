/** Attributes as a table, each with a button that filters for its value. */
import { button, make } from './dom.ts'
import { count, cut, textOf, visible } from './format.ts'
import { termFor } from './query.ts'

const MAX_CHARACTERS = 2000
const MAX_ROWS = 1000

export type OnFilter = (term: string) => void

/** @param onFilter without it there are no buttons */
export function attributeTable(
  name: string,
  pairs: readonly (readonly [string, unknown])[],
  onFilter?: OnFilter,
): HTMLElement {
  const rows = pairs.slice(0, MAX_ROWS).map(([key, value]) => attributeRow(key, value, onFilter))
  if (pairs.length > MAX_ROWS)
    rows.push(make('tr', {}, make('td', {}, `${count(pairs.length - MAX_ROWS)} more in the JSON`)))
  return make('table', { 'aria-label': name }, make('tbody', {}, ...rows))
}

function attributeRow(key: string, value: unknown, onFilter: OnFilter | undefined): HTMLElement {
  const cells = [
    make('th', { scope: 'row' }, visible(key)),
    make('td', { class: typeof value }, cut(visible(textOf(value)), MAX_CHARACTERS)),
  ]
  if (onFilter === undefined) return make('tr', {}, ...cells)
  const only = button('only', () => onFilter(termFor(key, value)), {
    class: 'only',
    title: 'Show only what has this value',
    'aria-label': `Show only what has this ${key}`,
  })
  return make('tr', {}, ...cells, make('td', { class: 'action' }, only))
}
