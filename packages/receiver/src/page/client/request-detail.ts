/** One request in full: answer, sizes, and headers without their secrets. */
import { attributeTable, type OnFilter } from './attribute-table.ts'
import { make } from './dom.ts'
import type { Entry } from './entry.ts'
import { count, duration, fullTime, size, textOf, visible } from './format.ts'
import { jsonSection } from './json-section.ts'
import { type Attributes, isAttributes, numberOf, parseAttributes } from './parse.ts'
import { answerClass, answerOf } from './request-row.ts'

export function requestDetail(entry: Entry, onFilter: OnFilter): readonly (HTMLElement | undefined)[] {
  const request = parseAttributes(entry.json)
  const { message } = request
  return [
    summary(entry, request),
    typeof message === 'string' ? make('div', { class: 'notice dropped' }, visible(message)) : undefined,
    make(
      'section',
      {},
      make('h3', {}, 'Request'),
      attributeTable('Request', [
        ['answer', answerMeaning(request)],
        ['events', count(numberOf(request['events']))],
        ['body', size(numberOf(request['bytes']))],
        ['on the wire', size(numberOf(request['wireBytes']))],
        ['duration', duration(numberOf(request['durationMs']))],
        ['connection', `#${numberOf(request['connectionId'])}`],
      ]),
    ),
    pairs('Query parameters', request['query']),
    pairs('Headers', request['headers'], (term) => onFilter(`headers.${term}`)),
    jsonSection(entry.json),
  ]
}

function summary({ at }: Entry, request: Attributes): HTMLElement {
  return make(
    'p',
    { class: 'summary' },
    make('span', { class: 'status', 'data-answer': answerClass(request) }, answerOf(request)),
    make('span', {}, fullTime(at)),
    make('span', { class: 'quiet' }, visible(`${textOf(request['method'])} ${textOf(request['path'])}`)),
  )
}

const MEANINGS: Readonly<Record<string, string>> = {
  reset: 'none: the connection was reset',
  hung: 'none: left hanging',
  aborted: 'none: the client left before',
}

function answerMeaning({ status, outcome }: Attributes): string {
  return typeof status === 'number' ? String(status) : (MEANINGS[textOf(outcome)] ?? 'none')
}

function pairs(name: string, value: unknown, onFilter?: OnFilter): HTMLElement | undefined {
  const entries = isAttributes(value) ? Object.entries(value) : []
  if (entries.length === 0) return undefined
  return make('section', {}, make('h3', {}, name), attributeTable(name, entries, onFilter))
}
