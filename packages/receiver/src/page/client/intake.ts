/** From the feed into the panes: entries, counts and rate, and a remark where something is missing between two entries. */
import { fromLine, fromRequest, markOf } from './entry.ts'
import type { Hello } from './feed.ts'
import type { FilterBar } from './filter-bar.ts'
import { clock, count } from './format.ts'
import type { Pane } from './pane.ts'
import type { Rate } from './rate.ts'

export interface IntakeParts {
  readonly events: Pane
  readonly requests: Pane
  readonly filterBar: FilterBar
  readonly rate: Rate
}

export class Intake {
  readonly #parts: IntakeParts
  #instance = ''
  /** Numbers of the next event and request, where it is known. */
  #nextEvent = Infinity
  #nextRequest = Infinity

  constructor(parts: IntakeParts) {
    this.#parts = parts
  }

  takeHello({ instance }: Hello): void {
    if (this.#instance === instance) return
    if (this.#instance !== '') {
      const words = `The receiver was started again, ${clock(Date.now())}`
      for (const pane of [this.#parts.events, this.#parts.requests]) mark(pane, words)
    }
    this.#instance = instance
    // What a new page is not told of happened before it was there.
    this.#nextEvent = Infinity
    this.#nextRequest = Infinity
  }

  takeEvents(from: number, lines: readonly string[]): void {
    const { events, filterBar, rate } = this.#parts
    if (from > this.#nextEvent) mark(events, `${count(from - this.#nextEvent)} events came too fast to be shown`)
    this.#nextEvent = from + lines.length
    for (const line of lines) {
      const entry = fromLine(line)
      events.log.push(entry)
      filterBar.count(entry, 1)
      rate.add(entry.at, entry.fate === 'dropped')
    }
    events.update()
  }

  takeRequests(from: number, lines: readonly string[]): void {
    const { requests } = this.#parts
    if (from > this.#nextRequest)
      mark(requests, `${count(from - this.#nextRequest)} requests came too fast to be shown`)
    this.#nextRequest = from + lines.length
    for (const line of lines) requests.log.push(fromRequest(line))
    requests.update()
  }
}

function mark(pane: Pane, words: string): void {
  pane.log.push(markOf(words))
  pane.update()
}
