/** What an outcome means for the events of a batch: one switch, and the only place where events leave the queue. */
import type { Batch } from './batch.ts'
import type { Gate } from './deliver/gate.ts'
import type { Escalation, Outcome, Verdict } from './deliver/outcome.ts'
import { shrink } from './encode/shrink.ts'
import type { Ledger } from './ledger.ts'
import { REFUSALS_IN_A_ROW } from './limits.ts'
import type { LossReport } from './loss-report.ts'
import type { LossReason } from './loss-reason.ts'
import type { Losses } from './losses.ts'
import type { MaxBodyBytes } from './max-body-bytes.ts'
import type { Queue } from './queue.ts'

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
  /** Single events refused since anything was accepted. */
  #refusals = 0
  #acceptedAt = -Infinity

  constructor(parts: SettleParts) {
    this.#parts = parts
  }

  /** So many refusals in a row that not the events but something general is the cause: then one event at a time is tried. */
  get isSystemic(): boolean {
    return this.#refusals >= REFUSALS_IN_A_ROW
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
        return this.#isolate(batch, outcome.verdict, startedAt)
    }
  }

  #accept(batch: Batch, startedAt: number, warning: string | undefined): void {
    const { gate, ledger, lossReport, maxBodyBytes, queue, warn } = this.#parts
    this.#refusals = 0
    this.#acceptedAt = startedAt
    gate.accepted(startedAt)
    maxBodyBytes.accepted()
    queue.release(batch)
    ledger.settleDelivered(batch)
    queue.recycle(batch)
    lossReport.sendIfDue()
    if (warning !== undefined) warn(warning)
  }

  #retry(batch: Batch, outcome: RetryOutcome, startedAt: number): void {
    const { gate, ledger, queue } = this.#parts
    ledger.retries++
    if (outcome.ambiguous) ledger.possibleDuplicates += batch.count
    const isFirstFailure = batch.failures++ === 0
    if (isFirstFailure) batch.failingSince = startedAt
    if (outcome.stale === true && isFirstFailure) return queue.putBack([batch])
    const { escalation } = outcome
    const isDue = escalation !== undefined && batch.failures >= escalation.afterFailures
    if (isDue) return this.#escalate(batch, outcome, escalation, startedAt)
    gate.failed(outcome.cause, startedAt, outcome.afterMs)
    queue.putBack([batch])
  }

  #escalate(batch: Batch, outcome: RetryOutcome, { remedy, to }: Escalation, startedAt: number): void {
    const { gate, queue } = this.#parts
    switch (to) {
      case 'isolate':
        return this.#isolate(batch, { cause: outcome.cause }, startedAt)
      case 'isolate-if-others-pass':
        return this.#retrySuspect(batch, outcome, startedAt)
      case 'split':
        if (batch.count === 1) return this.#retryLarge(batch, outcome, startedAt)
        gate.failed(outcome.cause, startedAt, outcome.afterMs)
        return queue.putBack(halves(batch).map((half) => half.asNew()))
      case 'hold':
        gate.held(remedy === undefined ? outcome.cause : `${outcome.cause}: ${remedy}`, startedAt)
        return queue.putBack([batch])
    }
  }

  /** A batch that fails again and again while others pass holds an event that the server cannot digest; so others get their turn. */
  #retrySuspect(batch: Batch, outcome: RetryOutcome, startedAt: number): void {
    const { gate, queue } = this.#parts
    if (this.#acceptedAt > (batch.failingSince ?? startedAt)) {
      if (batch.count > 1) return queue.putBack(halves(batch))
      if (batch.failures >= FAILURES_OF_A_SINGLE_EVENT) return this.#giveUp('rejected', batch, { cause: outcome.cause })
    }
    gate.failed(outcome.cause, startedAt, outcome.afterMs)
    queue.putLast(batch)
  }

  /** A large event that breaks the connection again and again while others pass is cut; until it is known, those get their turn. */
  #retryLarge(batch: Batch, outcome: RetryOutcome, startedAt: number): void {
    const { gate, queue } = this.#parts
    const doOthersPass = this.#acceptedAt > (batch.failingSince ?? startedAt)
    if (doOthersPass && batch.failures >= FAILURES_OF_A_LARGE_EVENT)
      return this.#makeSmaller(batch, { cause: outcome.cause }, startedAt)
    gate.failed(outcome.cause, startedAt, outcome.afterMs)
    queue.putLast(batch)
  }

  #makeSmaller(batch: Batch, verdict: Verdict, startedAt: number): void {
    const { maxBodyBytes, queue } = this.#parts
    if (batch.count > 1) {
      const [left, right] = halves(batch)
      maxBodyBytes.refused(Math.max(left.bodyBytes, right.bodyBytes))
      return queue.putBack([left, right])
    }
    const [event = ''] = batch.texts()
    const text = this.isSystemic ? undefined : shrink(event, Math.floor(batch.bytes / 2))
    if (text === undefined) return this.#refuse('too-large', batch, verdict, startedAt)
    const smaller = batch.withOnly(text)
    queue.exchange(batch, smaller)
    queue.putBack([smaller])
  }

  /** Halves until the bad events stand alone; those are lost, all others are delivered. */
  #isolate(batch: Batch, verdict: Verdict, startedAt: number): void {
    const { gate, queue } = this.#parts
    if (!this.isSystemic) {
      gate.answered(startedAt)
      if (batch.count > 1) return queue.putBack(halves(batch))
    }
    this.#refuse('rejected', batch, verdict, startedAt)
  }

  /** A single event was refused for good; from so many in a row on, it is not taken to be the event's fault. */
  #refuse(reason: LossReason, batch: Batch, verdict: Verdict, startedAt: number): void {
    const { gate, queue } = this.#parts
    if (!this.isSystemic) this.#refusals++
    if (!this.isSystemic) return this.#giveUp(reason, batch, verdict)
    const general = `${verdict.cause}: ${this.#refusals} events in a row were refused and none accepted; check the endpoint`
    gate.held(general, startedAt)
    // Tried again only after those behind it: one that passes proves that the endpoint works.
    queue.putLast(batch)
  }

  #giveUp(reason: LossReason, batch: Batch, verdict: Verdict): void {
    this.#parts.queue.release(batch)
    this.#parts.losses.giveUp(reason, batch, verdict)
  }
}

function halves(batch: Batch): [Batch, Batch] {
  return batch.split(Math.ceil(batch.count / 2))
}
