/** Every event that is given up passes here, once: into the dead letter where there is one, else it is lost; counted at once, told once a turn of the event loop. */
import type { Batch } from './batch.ts'
import type { Clock } from './clock.ts'
import type { DeadLetter } from './dead-letter.ts'
import type { Verdict } from './deliver/outcome.ts'
import type { Diagnostics } from './diagnostics.ts'
import type { Ledger, Span } from './ledger.ts'
import type { LossReport } from './loss-report.ts'
import type { LossReason } from './loss-reason.ts'
import { LOSS_MESSAGES } from './loss-reason.ts'

interface Untold {
  count: number
  readonly cause: string
}

export interface LossParts {
  readonly ledger: Ledger
  readonly diagnostics: Diagnostics
  readonly clock: Clock
  readonly deadLetter: Pick<DeadLetter, 'write'> | undefined
  readonly lossReport: Pick<LossReport, 'note'>
}

export class Losses {
  readonly #parts: LossParts
  /** Ended, and not told yet. A full queue may drop thousands in one turn. */
  readonly #untoldLosses = new Map<LossReason, Untold>()
  readonly #untoldDeadLetters = new Map<LossReason, Untold>()

  constructor(parts: LossParts) {
    this.#parts = parts
  }

  /** Gives a batch up: as much of it as fits goes to the dead letter, the rest is lost. */
  giveUp(reason: LossReason, batch: Batch, verdict: Verdict = { cause: '' }): void {
    const { clock, deadLetter, ledger } = this.#parts
    const at = new Date(clock.wall()).toISOString()
    const kept = deadLetter?.write(batch, reason, verdict, at) ?? 0
    if (kept > 0) {
      ledger.settleDeadLettered({ first: batch.first, count: kept })
      this.#note(this.#untoldDeadLetters, reason, kept, verdict.cause)
    }
    if (kept < batch.count) this.record(reason, { first: batch.first + kept, count: batch.count - kept }, verdict.cause)
  }

  /** `cause`: what the service said, where it said something. */
  record(reason: LossReason, span: Span, cause = ''): void {
    this.#parts.ledger.settleLost(reason, span)
    this.#parts.lossReport.note(reason, span.count)
    this.#note(this.#untoldLosses, reason, span.count, cause)
  }

  tell(): void {
    const { diagnostics, ledger } = this.#parts
    for (const [reason, { cause, count }] of this.#untoldLosses) {
      diagnostics.tell({ kind: 'loss', reason, count, total: ledger.lost[reason], message: describe(reason, cause) })
    }
    for (const [reason, { cause, count }] of this.#untoldDeadLetters) {
      const message = describe(reason, cause)
      diagnostics.tell({ kind: 'dead-letter', reason, count, total: ledger.deadLettered, message })
    }
    this.#untoldLosses.clear()
    this.#untoldDeadLetters.clear()
  }

  #note(untold: Map<LossReason, Untold>, reason: LossReason, count: number, cause: string): void {
    if (this.#untoldLosses.size + this.#untoldDeadLetters.size === 0) this.#parts.clock.soon(() => this.tell())
    const known = untold.get(reason)
    if (known === undefined) untold.set(reason, { count, cause })
    else known.count += count
  }
}

function describe(reason: LossReason, cause: string): string {
  return cause === '' ? LOSS_MESSAGES[reason] : `${LOSS_MESSAGES[reason]}: ${cause}`
}
