/** Tells of losses where people look: once delivery works again, an event of its own goes to Dynatrace that says what is missing. */
import { Batch } from './batch.ts'
import type { Clock } from './clock.ts'
import type { Deliver } from './deliver/deliver.ts'
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
  #isDueAt = 0
  #isSending = false

  constructor(deliver: Deliver, encoder: Encoder, clock: Clock) {
    this.#deliver = deliver
    this.#encoder = encoder
    this.#clock = clock
  }

  note(reason: LossReason, count: number): void {
    const now = this.#clock.wall()
    if (this.#gaps.size === 0) this.#isDueAt = this.#clock.now() + INTERVAL_MS
    const gap = this.#gaps.get(reason)
    if (gap === undefined) this.#gaps.set(reason, { count, from: now, until: now })
    else {
      gap.count += count
      gap.until = now
    }
  }

  /** Called when an attempt was accepted, that is when a report has a chance. */
  sendIfDue(): void {
    if (this.#gaps.size > 0 && !this.#isSending && this.#clock.now() >= this.#isDueAt) void this.#send(NEVER)
  }

  /** The last chance. What the service itself refused was told there by its answer, and is not worth a request of its own now. */
  sendAtClose(signal: AbortSignal): Promise<void> {
    for (const reason of TOLD_BY_ANSWER) this.#gaps.delete(reason)
    return this.#send(signal)
  }

  /** One attempt; what it could not tell is told with the next. Never rejects. */
  async #send(signal: AbortSignal): Promise<void> {
    if (this.#gaps.size === 0) return
    const told = [...this.#gaps]
    this.#gaps.clear()
    this.#isSending = true
    const batch = new Batch(0, 0)
    for (const [reason, gap] of told)
      batch.add(this.#encoder.encode(eventOf(reason, gap, this.#clock.wall())), Infinity)
    const outcome = await this.#deliver(batch.body(), signal)
    this.#isSending = false
    if (outcome.status !== 'accepted') for (const [reason, gap] of told) this.#putBack(reason, gap)
  }

  #putBack(reason: LossReason, gap: Gap): void {
    const since = this.#gaps.get(reason)
    this.#isDueAt = this.#clock.now() + INTERVAL_MS
    this.#gaps.set(
      reason,
      since === undefined ? gap : { count: gap.count + since.count, from: gap.from, until: since.until },
    )
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
