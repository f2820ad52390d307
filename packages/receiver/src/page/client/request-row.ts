/** A request as one row: time, answer, events, size, duration, and where it went or why it was refused. */
import { make } from './dom.ts'
import type { Entry } from './entry.ts'
import { clock, count, duration, oneLine, size, textOf } from './format.ts'
import { markRow } from './mark-row.ts'
import { type Attributes, numberOf, parseAttributes } from './parse.ts'

export function requestRow(entry: Entry): HTMLElement {
  if (entry.kind === 'mark') return markRow(entry)
  const request = parseAttributes(entry.json)
  const { message, path, durationMs, bytes, events } = request
  return make(
    'div',
    { role: 'row', class: 'row request', 'data-answer': answerClass(request) },
    make('span', { role: 'gridcell', class: 'time' }, clock(entry.at)),
    make('span', { role: 'gridcell', class: 'status' }, answerOf(request)),
    make('span', { role: 'gridcell', class: 'number' }, count(numberOf(events))),
    make('span', { role: 'gridcell', class: 'number' }, size(numberOf(bytes))),
    make('span', { role: 'gridcell', class: 'number' }, duration(numberOf(durationMs))),
    make(
      'span',
      { role: 'gridcell', class: 'text' },
      message === null || message === undefined ? undefined : make('span', { class: 'why' }, oneLine(textOf(message))),
      make('span', { class: 'path' }, oneLine(textOf(path ?? ''))),
    ),
  )
}

/** The status, or how it ended without one. */
export function answerOf({ status, outcome }: Attributes): string {
  return oneLine(textOf(status ?? outcome ?? '–'), 8)
}

/** How bad the answer is: a retry may help with some, and none with others. */
export function answerClass({ status }: Attributes): string {
  const code = numberOf(status)
  if (code === 0) return 'none'
  if (code < 400) return 'good'
  return code === 429 || code >= 500 ? 'retry' : 'bad'
}
