/** An event as one row: time, level, what became of it, content, and a few of its attributes. */
import { toEpochMs } from '../../timestamp.ts'
import { LEVEL_ATTRIBUTES } from '../level.ts'
import { make } from './dom.ts'
import type { Entry } from './entry.ts'
import { oneLine, shortTime, textOf } from './format.ts'
import { markRow } from './mark-row.ts'
import { type Attributes, parseAttributes } from './parse.ts'

export function eventRow(entry: Entry): HTMLElement {
  if (entry.kind === 'mark') return markRow(entry)
  const attributes = parseAttributes(entry.json)
  const { fate, level } = entry
  return make(
    'div',
    { role: 'row', class: `row event ${fate}`, 'data-level': level },
    make('span', { role: 'gridcell', class: 'time' }, shortTime(timeOf(entry, attributes), entry.at)),
    make('span', { role: 'gridcell', class: 'level' }, levelName(attributes)),
    make('span', { role: 'gridcell', class: 'text' }, badge(fate), headline(attributes), ' ', preview(attributes)),
  )
}

/** When it happened by its own account, or else when it came. */
export function timeOf({ at }: Entry, { timestamp }: Attributes): number {
  return toEpochMs(timestamp, at) ?? at
}

/** The level in the sender's own word. */
export function levelName(attributes: Attributes): string {
  const name = LEVEL_ATTRIBUTES.map((attribute) => attributes[attribute]).find((value) => typeof value === 'string')
  return oneLine(textOf(name ?? '–'), 9)
}

function badge(fate: Entry['fate']): HTMLElement | undefined {
  return fate === 'stored' ? undefined : make('span', { class: `badge ${fate}` }, fate)
}

function headline(attributes: Attributes): HTMLElement {
  const { content, 'exception.type': type, 'exception.message': message } = attributes
  const text = content ?? message ?? type
  if (text !== undefined) return make('span', { class: 'content' }, oneLine(textOf(text)))
  return make('span', { class: 'content none' }, 'no content')
}

const MAX_PREVIEWED = 6

/** What a row says already, and what is the same in every row of a process. */
const NOT_PREVIEWED =
  /^(?:content|timestamp|event\.id|status|pid|hostname|log\.raw_level|exception\.(?!type$).*|telemetry\..*)$/

function preview(attributes: Attributes): HTMLElement {
  const levels: readonly string[] = LEVEL_ATTRIBUTES
  const shown = Object.entries(attributes)
    .filter(([key]) => !NOT_PREVIEWED.test(key) && !levels.includes(key))
    .slice(0, MAX_PREVIEWED)
    .map(([key, value]) =>
      make('span', { class: 'pair' }, `${oneLine(key, 60)}=`, make('b', {}, oneLine(textOf(value), 60))),
    )
  return make('span', { class: 'preview' }, ...shown.flatMap((pair) => [pair, ' ']))
}
