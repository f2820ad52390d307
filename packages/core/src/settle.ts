/** What an outcome means for the events of a batch: one switch, and the only place where events leave the queue. */
import type { Batch } from './batch.ts'
import type { Gate } from './deliver/gate.ts'
import type { Escalation, Outcome, Verdict } from './deliver/outcome.ts'
import { shrink } from './encode/shrink.ts'
import { withFailure } from './failures.ts'
import type { Ledger } from './ledger.ts'
import { REFUSALS_IN_A_ROW } from './limits.ts'
import type { LossReport } from './loss-report.ts'
import type { Losses } from './losses.ts'
import type { MaxBodyBytes } from './max-body-bytes.ts'
import type { Queue } from './queue.ts'
import type { Refusal } from './suspects.ts'
import { causeOfHold, Suspects } from './suspects.ts'

export interface SettleParts {
  readonly queue: Queue
  readonly gate: Gate
  readonly ledger: Ledger
  readonly maxBodyBytes: MaxBodyBytes
  readonly losses: Losses
  readonly lossReport: Pick<LossReport, 'sendIfDue'>
  readonly warn: (message: string) => void
}

type RetryOutcome = Outcome & { readonly status: 'retry' }

/** A server's fault is laid on a single event only after this many failures, and only while others pass. */
const FAILURES_OF_A_SINGLE_EVENT = 20

/** A broken connection is laid on the size of a single event only after so many, and only while others pass. */
const FAILURES_OF_A_LARGE_EVENT = 6

export class Settlement {
  readonly #parts: SettleParts
  readonly #suspects: Suspects
  #acceptedAt = -Infinity
  #warning: string | undefined
  /** Not the events but something general is the cause of their refusal: then one at a time is tried, until one is accepted. */
  isSystemic = false

  constructor(parts: SettleParts) {
    this.#parts = parts
    this.#suspects = new Suspects(parts.queue, parts.losses)
  }

  /** There are refused events that something else should prove to be bad. */
  get hasSuspects(): boolean {
    return this.#suspects.count > 0
  }

  /** Nothing is under way and nothing else waits, so nothing will prove anything about the suspects. */
  decide(now: number): void {
    const kept = this.#suspects.onNothingElse()
    if (kept !== undefined) this.#holdAll(kept, now)
  }

  /** Nothing is sent any more. `isRestKept`: what is in the queue then is not lost. */
  release(isRestKept: boolean): void {
    this.#suspects.release(isRestKept)
  }

  /** `startedAt`: when the attempt that ended with this outcome began. */
  settle(batch: Batch, outcome: Outcome, startedAt: number): void {
    switch (outcome.status) {
      case 'accepted':
        return this.#accept(batch, startedAt, outcome.warning)
      case 'retry':
        return this.#retry(batch, outcome, startedAt)
      case 'held':
        this.#parts.ledger.retries++
        this.#parts.gate.held(outcome.cause, startedAt)
        return this.#parts.queue.putBack([batch])
      case 'too-large':
        if (outcome.afterMs !== undefined) this.#parts.gate.failed(outcome.verdict.cause, startedAt, outcome.afterMs)
        else if (!this.isSystemic) this.#parts.gate.answered(startedAt)
        return this.#makeSmaller(batch, outcome.verdict, startedAt)
      case 'rejected':
        return this.#isolate({ ...outcome, batch, reason: 'rejected' }, startedAt)
    }
  }

  #accept(batch: Batch, startedAt: number, warning: string | undefined): void {
    const { gate, ledger, lossReport, maxBodyBytes, queue, warn } = this.#parts
    this.isSystemic = false
    this.#acceptedAt = startedAt
    gate.accepted(startedAt)
    maxBodyBytes.accepted(batch.bodyBytes)
    queue.release(batch)
    ledger.settleDelivered(batch)
    queue.recycle(batch)
    this.#suspects.onAccepted()
    lossReport.sendIfDue()
    if (warning !== undefined && warning !== this.#warning) warn(warning)
    this.#warning = warning
  }

  #retry(batch: Batch, outcome: RetryOutcome, startedAt: number): void {
    const { gate, ledger, queue } = this.#parts
    ledger.retries++
    if (outcome.isTooEarly === true) gate.tooEarly(startedAt)
    if (outcome.ambiguous) ledger.possibleDuplicates += batch.count
    const { escalation, stale } = outcome
    const isFirst = !batch.failures.any
    batch.failures = withFailure(batch.failures, startedAt, escalation?.to)
    if (stale === true && isFirst) return queue.putBack([batch])
    const isDue = escalation !== undefined && batch.failures.count >= escalation.afterFailures
    if (isDue) return this.#escalate(batch, outcome, escalation, startedAt)
    gate.failed(outcome.cause, startedAt, outcome.afterMs)
    queue.putBack([batch])
  }

  #escalate(batch: Batch, outcome: RetryOutcome, { remedy, to }: Escalation, startedAt: number): void {
    const { gate, maxBodyBytes, queue } = this.#parts
    switch (to) {
      case 'isolate':
        return this.#isolate(rejectionOf(batch, outcome), startedAt)
      case 'isolate-if-others-pass':
        return this.#retrySuspect(batch, outcome, startedAt)
      case 'split':
        if (batch.count === 1) return this.#retryLarge(batch, outcome, startedAt)
        gate.failed(outcome.cause, startedAt, outcome.afterMs)
        return maxBodyBytes.broke(batch.bodyBytes, largest(queue.halve(batch.asNew())))
      case 'hold':
        gate.held(remedy === undefined ? outcome.cause : `${outcome.cause}: ${remedy}`, startedAt)
        return queue.putBack([batch])
    }
  }

  /** A batch that fails again and again while others pass holds an event that the server cannot digest; so others get their turn. */
  #retrySuspect(batch: Batch, outcome: RetryOutcome, startedAt: number): void {
    const { gate, queue } = this.#parts
    if (this.#acceptedAt > batch.failures.since) {
      if (batch.count > 1) return void queue.halve(batch)
      if (batch.failures.count >= FAILURES_OF_A_SINGLE_EVENT) return this.#suspects.giveUp(rejectionOf(batch, outcome))
    }
    gate.failed(outcome.cause, startedAt, outcome.afterMs)
    queue.putLast(batch)
  }

  /** A large event that breaks the connection again and again while others pass is cut; until it is known, those get their turn. */
  #retryLarge(batch: Batch, outcome: RetryOutcome, startedAt: number): void {
    const { gate, queue } = this.#parts
    const doOthersPass = this.#acceptedAt > batch.failures.since
    if (doOthersPass && batch.failures.count >= FAILURES_OF_A_LARGE_EVENT)
      return this.#makeSmaller(batch, { cause: outcome.cause }, startedAt)
    gate.failed(outcome.cause, startedAt, outcome.afterMs)
    queue.putLast(batch)
  }

  #makeSmaller(batch: Batch, verdict: Verdict, startedAt: number): void {
    const { maxBodyBytes, queue } = this.#parts
    if (batch.count > 1) {
      return maxBodyBytes.refused(batch.bodyBytes, largest(queue.halve(batch)))
    }
    const [event = ''] = batch.texts()
    const text = this.isSystemic ? undefined : shrink(event, Math.floor(batch.bytes / 2))
    // Whoever has measured it: a size is a fact.
    if (text === undefined) return this.#refuse({ batch, reason: 'too-large', verdict, isByService: true }, startedAt)
    const smaller = batch.withOnly(text)
    queue.exchange(batch, smaller)
    queue.putBack([smaller])
  }

  /** Halves until the bad events stand alone; all others are delivered. */
  #isolate(refusal: Refusal, startedAt: number): void {
    const { gate, queue } = this.#parts
    if (!this.isSystemic) {
      gate.answered(startedAt)
      if (refusal.batch.count > 1) return void queue.halve(refusal.batch)
    }
    this.#refuse(refusal, startedAt)
  }

  /** A single event was refused; from so many in a row on, it is not taken to be the event's fault. */
  #refuse(refusal: Refusal, startedAt: number): void {
    if (this.isSystemic) {
      this.#suspects.putLast(refusal)
      return this.#holdAll(refusal, startedAt)
    }
    this.#suspects.add(refusal)
    if (this.#suspects.count < REFUSALS_IN_A_ROW) return
    this.#suspects.clear()
    this.#holdAll(refusal, startedAt)
  }

  #holdAll(refusal: Refusal, startedAt: number): void {
    this.isSystemic = true
    this.#parts.gate.held(causeOfHold(refusal), startedAt)
  }
}

function largest(batches: readonly Batch[]): number {
  return Math.max(...batches.map(({ bodyBytes }) => bodyBytes))
}

/** A failure that is laid on the events. */
function rejectionOf(batch: Batch, { cause }: RetryOutcome): Refusal {
  return { batch, reason: 'rejected', verdict: { cause }, isByService: false }
}
