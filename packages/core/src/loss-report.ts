/** Tells of losses where people look: once delivery works again, an event of its own goes to Dynatrace that says what is missing. */
import { Batch } from './batch.ts'
import type { Clock } from './clock.ts'
import { unlessAborted } from './deliver/deadline.ts'
import type { Deliver } from './deliver/link.ts'
import type { Encoder } from './encode/encoder.ts'
import type { LossReason } from './loss-reason.ts'
import { LOSS_MESSAGES } from './loss-reason.ts'

/** Losses of this time are told together. */
const INTERVAL_MS = 30_000

const TOLD_BY_ANSWER: readonly LossReason[] = ['rejected', 'too-large']

const NEVER = new AbortController().signal

interface Gap {
  count: number
  readonly from: number
  until: number
}

/** Its events are beside the queue: they are not among those that were pushed, so the counters stay those of the records. */
export class LossReport {
  readonly #deliver: Deliver
  readonly #encoder: Encoder
  readonly #clock: Clock
  readonly #gaps = new Map<LossReason, Gap>()
  /** Encoded, but not accepted so far. Sent again as it is: where it had arrived all the same, `event.id` tells so. */
  #unsent: Batch | undefined
  #isDueAt = 0
  #sending: Promise<void> | undefined

  constructor(deliver: Deliver, encoder: Encoder, clock: Clock) {
    this.#deliver = deliver
    this.#encoder = encoder
    this.#clock = clock
  }

  note(reason: LossReason, count: number): void {
    const now = this.#clock.wall()
    if (this.#isEmpty) this.#isDueAt = this.#clock.now() + INTERVAL_MS
    const gap = this.#gaps.get(reason)
    if (gap === undefined) this.#gaps.set(reason, { count, from: now, until: now })
    else {
      gap.count += count
      gap.until = now
    }
  }

  /** Called when an attempt was accepted, that is when a report has a chance. */
  sendIfDue(): void {
    if (this.#isEmpty || this.#sending !== undefined || this.#clock.now() < this.#isDueAt) return
    this.#sending = this.#send(NEVER).finally(() => (this.#sending = undefined))
  }

  /** The last chance. What the service itself refused was told there by its answer, and is not worth a request of its own now. */
  async sendAtClose(signal: AbortSignal): Promise<void> {
    if (this.#sending !== undefined) await unlessAborted(this.#sending, signal, () => undefined)
    if (this.#unsent !== undefined) await this.#send(signal)
    for (const reason of TOLD_BY_ANSWER) this.#gaps.delete(reason)
    if (this.#unsent === undefined && !signal.aborted) await this.#send(signal)
  }

  get #isEmpty(): boolean {
    return this.#gaps.size === 0 && this.#unsent === undefined
  }

  /** One attempt; what it could not tell is told with the next. Never rejects. */
  async #send(signal: AbortSignal): Promise<void> {
    if (this.#isEmpty) return
    const batch = this.#unsent ?? this.#encode()
    this.#unsent = batch
    this.#isDueAt = this.#clock.now() + INTERVAL_MS
    try {
      const { status } = await this.#deliver(batch.body(), signal)
      // What the service refuses it would refuse again.
      if (status === 'accepted' || status === 'rejected') this.#unsent = undefined
    } catch {
      // Delivery does not throw; if it does once, the report is told later.
    }
  }

  #encode(): Batch {
    const batch = new Batch(0, 0)
    const now = this.#clock.wall()
    for (const [reason, gap] of this.#gaps) batch.add(this.#encoder.encode(eventOf(reason, gap, now)), Infinity)
    this.#gaps.clear()
    return batch
  }
}

function eventOf(reason: LossReason, { count, from, until }: Gap, now: number): Record<string, unknown> {
  return {
    timestamp: now,
    'event.type': 'openpipeline.loss',
    loglevel: 'WARN',
    status: 'WARN',
    content: `${count} events were lost: ${LOSS_MESSAGES[reason]}`,
    'openpipeline.loss.reason': reason,
    'openpipeline.loss.count': count,
    'openpipeline.loss.from': new Date(from).toISOString(),
    'openpipeline.loss.until': new Date(until).toISOString(),
  }
}
