/** One event on its way to the page: a line of fields between tabs, of which the last is the event's JSON. */
import type { Entry, Journal } from './journal.ts'
import { levelOf } from './level.ts'

/** `at`, what became of it and its level, path, remark, event. No field can hold a tab: JSON escapes it, and no endpoint has one. */
export function toLine(entry: Entry, journal: Journal): string {
  const { at, path, event, kind, reason } = entry
  const correction = journal.correctionOf(event)
  const mark = kind === 'dropped' ? 'd' : correction === undefined ? 's' : 'c'
  const remark = correction === undefined ? { reason } : { reason: correction.reason, sent: correction.sent }
  return [at, mark + levelOf(event), path, mark === 's' ? '' : jsonOf(remark), jsonOf(event)].join('\t')
}

/** JSON can be parsed deeper than it can be written. */
function jsonOf(value: object): string {
  try {
    return JSON.stringify(value)
  } catch {
    return '{"content":"(nested too deeply to be shown)"}'
  }
}
