/** A remark of the page between the rows, such as that the receiver was started again. */
import { make } from './dom.ts'
import type { Entry } from './entry.ts'

export function markRow({ remark }: Entry): HTMLElement {
  return make('div', { role: 'row', class: 'row mark' }, make('span', { role: 'gridcell' }, remark))
}
