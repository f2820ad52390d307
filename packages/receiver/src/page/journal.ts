/** What became of events, in the order of arrival, for those who join later: stored, corrected and dropped ones in one list. */
import type { Arrival, CorrectedEvent, ReceivedEvent } from '../event.ts'
import type { Hooks } from '../hooks.ts'
import { Kept } from '../kept.ts'

/** An event and what the service would have made of it. */
export interface Entry extends Arrival {
  readonly event: ReceivedEvent
  readonly kind: 'stored' | 'dropped'
  /** Why it was dropped. */
  readonly reason: string | undefined
}

export class Journal {
  readonly entries: Kept<Entry>
  readonly #corrections = new WeakMap<ReceivedEvent, CorrectedEvent>()

  constructor(hooks: Hooks, limit: number) {
    this.entries = new Kept(limit)
    hooks.on('event', (event, { at, path }) =>
      this.entries.push({ event, at, path, kind: 'stored', reason: undefined }),
    )
    hooks.on('dropped', ({ event, at, path, reason }) =>
      this.entries.push({ event, at, path, kind: 'dropped', reason }),
    )
    hooks.on('corrected', (corrected) => this.#corrections.set(corrected.event, corrected))
  }

  correctionOf(event: ReceivedEvent): CorrectedEvent | undefined {
    return this.#corrections.get(event)
  }
}
