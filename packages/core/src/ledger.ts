/** Accounts for every accepted event: each ends once, and whoever flushes is told what became of the events before the call. */
import type { LossReason } from './loss-reason.ts'
import { noLosses } from './loss-reason.ts'

/** What became of everything pushed before `flush` or `close` was called and not yet settled then. */
export interface FlushResult {
  /** Events that the service accepted. */
  delivered: number
  /** Events that wait on disk, for this process or the next one. */
  spooled: number
  /** Events that were written into the dead letter file. */
  deadLettered: number
  /** Events that are gone, for whatever reason. */
  lost: number
  /** Still unsettled, and not on disk: only after a timeout. */
  pending: number
}

/** A run of events that were pushed one after another. */
export interface Span {
  /** Number of the first event; the first event ever pushed has 1. */
  readonly first: number
  readonly count: number
}

/** Follows the events that were unsettled when it began. */
export interface Watch {
  readonly result: Readonly<FlushResult>
  /** Number of the last event that is followed. */
  readonly last: number
  /** @returns the result, which then no longer changes */
  end(): FlushResult
}

export class Ledger {
  /** Events that were pushed; also the number of the last one. */
  accepted = 0
  delivered = 0
  /** Events of ended processes that were read back from disk; their numbers are below 1. */
  adopted = 0
  /** Events that were left on disk for another process. */
  spooled = 0
  deadLettered = 0
  readonly lost = noLosses()
  requests = 0
  retries = 0
  bytesSent = 0
  possibleDuplicates = 0
  /** Told of every event that needs to be kept no longer. */
  onEnded: (span: Span) => void = () => undefined
  #lost = 0
  /** Of those that were pushed, how many have ended or were left on disk. */
  #ended = 0
  readonly #watches = new Set<{ last: number; result: FlushResult; onEnded: () => void }>()

  /** Events that have not ended yet, by this account; the queue counts them on its own, and tests compare the two. */
  get unsettled(): number {
    return this.accepted + this.adopted - this.delivered - this.deadLettered - this.spooled - this.#lost
  }

  settleDelivered(span: Span): void {
    this.delivered += span.count
    this.#settle('delivered', span)
  }

  settleLost(reason: LossReason, span: Span): void {
    this.lost[reason] += span.count
    this.#lost += span.count
    this.#settle('lost', span)
  }

  settleDeadLettered(span: Span): void {
    this.deadLettered += span.count
    this.#settle('deadLettered', span)
  }

  settleSpooled(span: Span): void {
    this.spooled += span.count
    this.#settle('spooled', span)
  }

  /** Follows every event up to the last accepted one; `onEnded` is called when the last of them has ended. */
  watch(onEnded: () => void = () => undefined): Watch {
    const result = { delivered: 0, spooled: 0, deadLettered: 0, lost: 0, pending: this.accepted - this.#ended }
    const watch = { last: this.accepted, result, onEnded }
    if (result.pending > 0) this.#watches.add(watch)
    const end = (): FlushResult => {
      this.#watches.delete(watch)
      return { ...result }
    }
    return { result, last: watch.last, end }
  }

  #settle(end: 'delivered' | 'deadLettered' | 'lost' | 'spooled', span: Span): void {
    if (span.first >= 1) this.#tellWatches(end, span) // nobody waits for what another process has logged
    if (end !== 'spooled') this.onEnded(span)
  }

  #tellWatches(end: 'delivered' | 'deadLettered' | 'lost' | 'spooled', span: Span): void {
    this.#ended += span.count
    for (const watch of this.#watches) {
      const count = Math.min(span.count, watch.last - span.first + 1)
      if (count <= 0) continue
      watch.result[end] += count
      watch.result.pending -= count
      if (watch.result.pending === 0) watch.onEnded()
    }
  }
}
