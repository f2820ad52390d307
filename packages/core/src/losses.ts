/** Every lost event passes here, once: it is counted at once and told once a turn of the event loop. */
import type { Clock } from './clock.ts'
import type { Diagnostics } from './diagnostics.ts'
import type { Ledger, Span } from './ledger.ts'
import type { LossReason } from './loss-reason.ts'
import { LOSS_MESSAGES } from './loss-reason.ts'

export class Losses {
  readonly #ledger: Ledger
  readonly #diagnostics: Diagnostics
  readonly #clock: Clock
  /** Lost, and not told yet. A full queue may drop thousands in one turn. */
  readonly #untold = new Map<LossReason, { count: number; cause: string }>()

  constructor(ledger: Ledger, diagnostics: Diagnostics, clock: Clock) {
    this.#ledger = ledger
    this.#diagnostics = diagnostics
    this.#clock = clock
  }

  /** `cause`: what the service said, where it said something. */
  record(reason: LossReason, span: Span, cause = ''): void {
    this.#ledger.settleLost(reason, span)
    if (this.#untold.size === 0) this.#clock.soon(() => this.tell())
    const untold = this.#untold.get(reason)
    if (untold === undefined) this.#untold.set(reason, { count: span.count, cause })
    else untold.count += span.count
  }

  tell(): void {
    for (const [reason, { count, cause }] of this.#untold) {
      const message = cause === '' ? LOSS_MESSAGES[reason] : `${LOSS_MESSAGES[reason]}: ${cause}`
      this.#diagnostics.tell({ kind: 'loss', reason, count, total: this.#ledger.lost[reason], message })
    }
    this.#untold.clear()
  }
}
