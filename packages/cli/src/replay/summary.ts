/** What became of the events of a dead letter file: in one sentence, as JSON, and as a line that is overwritten while it goes on. */
import type { DeadLetterFile } from './dead-letter-file.ts'
import type { Tally } from './send.ts'

export interface Result extends Tally {
  readonly file: string
  /** Bytes of the file now. */
  readonly left: number
}

export function isComplete({ lost, problem, refused, unreadable }: Tally): boolean {
  return lost === 0 && problem === undefined && refused === 0 && unreadable === 0
}

/** `200 events: 180 delivered, 15 refused again, 5 unsent; left in dead.ndjson; 401 …` */
export function summaryLine(result: Result): string {
  const { delivered, events, file, left, lost, problem, refused, unreadable, unsent } = result
  const parts = [`${delivered} delivered`]
  if (refused > 0) parts.push(`${refused} refused again`)
  if (unsent > 0) parts.push(`${unsent} unsent`)
  const remarks = [
    ...(unreadable > 0 ? [`${unreadable} ${unreadable === 1 ? 'line is' : 'lines are'} no dead letter`] : []),
    ...(left > 0 ? [`the rest is in ${file}`] : []),
    ...(lost > 0 ? ['there was no room for the rest, so the file is as it was'] : []),
    ...(problem === undefined ? [] : [problem]),
  ]
  return [`${events} ${events === 1 ? 'event' : 'events'}: ${parts.join(', ')}`, ...remarks].join('; ')
}

export function summaryJson(result: Result): string {
  return JSON.stringify({ ok: isComplete(result), ...result })
}

/** `45 %, 1200 delivered, 3 refused again` */
export function progressLine({ offset, size }: DeadLetterFile, { delivered, refused }: Tally): string {
  const percent = size === 0 ? 100 : Math.floor((100 * offset) / size)
  return `${percent} %, ${delivered} delivered${refused > 0 ? `, ${refused} refused again` : ''}`
}
