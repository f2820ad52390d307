/** One event in full: what became of it, content, exception, attributes, JSON. */
import { attributeTable, type OnFilter } from './attribute-table.ts'
import { make } from './dom.ts'
import { type Entry, remarkOf } from './entry.ts'
import { levelName, timeOf } from './event-row.ts'
import { exceptionSection } from './exception.ts'
import { cut, fullTime, textOf, visible } from './format.ts'
import { jsonSection } from './json-section.ts'
import { type Attributes, parseAttributes } from './parse.ts'

export function eventDetail(entry: Entry, onFilter: OnFilter): readonly (HTMLElement | undefined)[] {
  const attributes = parseAttributes(entry.json)
  return [
    summary(entry, attributes),
    fateNotice(entry, attributes),
    contentOf(attributes),
    exceptionSection(attributes),
    make(
      'section',
      {},
      make('h3', {}, 'Attributes'),
      attributeTable('Attributes', Object.entries(attributes).filter(isNotShownAbove), onFilter),
    ),
    jsonSection(entry.json),
  ]
}

function summary(entry: Entry, attributes: Attributes): HTMLElement {
  return make(
    'p',
    { class: 'summary' },
    make('span', { class: 'level', 'data-level': entry.level }, levelName(attributes)),
    make('span', {}, fullTime(timeOf(entry, attributes))),
    make('span', { class: 'quiet' }, `arrived ${fullTime(entry.at)} at ${entry.path}`),
  )
}

/** The service answers 202 to these, too, and tells nobody. */
function fateNotice(entry: Entry, { timestamp }: Attributes): HTMLElement | undefined {
  if (entry.fate === 'stored') return undefined
  const { reason, sent } = remarkOf(entry)
  const isDropped = entry.fate === 'dropped'
  return make(
    'div',
    { class: `notice ${entry.fate}` },
    make('strong', {}, isDropped ? 'Dropped after 202. ' : 'Corrected. '),
    isDropped ? 'The service accepts this event and then does not store it: ' : '',
    `${visible(reason)}.`,
    isDropped ? '' : ` Sent was ${visible(textOf(sent))}, stored is ${visible(textOf(timestamp))}.`,
  )
}

const MAX_CONTENT = 100_000

function contentOf({ content }: Attributes): HTMLElement | undefined {
  return content === undefined
    ? undefined
    : make('pre', { class: 'content' }, cut(visible(textOf(content)), MAX_CONTENT))
}

function isNotShownAbove([key]: readonly [string, unknown]): boolean {
  return key !== 'content' && !/^exception(?:\.cause)*\.(?:type|message|stack_trace)$/.test(key)
}
