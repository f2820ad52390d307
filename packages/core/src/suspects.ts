/** Single events that were refused. Each is kept until something shows that the endpoint is sane, for only then it was the event. */
import type { Batch } from './batch.ts'
import type { Verdict } from './deliver/outcome.ts'
import type { LossReason } from './loss-reason.ts'
import { REFUSALS_IN_A_ROW } from './limits.ts'
import type { Losses } from './losses.ts'
import type { Queue } from './queue.ts'

export interface Refusal {
  /** One event, in flight as far as the queue is concerned. */
  readonly batch: Batch
  readonly reason: LossReason
  readonly verdict: Verdict
  /** The service itself says so, and not something on the way to it. */
  readonly isByService: boolean
}

const BY_SERVICE = `${REFUSALS_IN_A_ROW} events in a row were refused and none accepted; check the endpoint`

const ON_THE_WAY =
  'not in the form in which the service refuses events, so they are kept; a proxy or gateway may have answered, or the server wants a client certificate (options tls.cert and tls.key)'

/** Why delivery is held when it is not the event's fault. */
export function causeOfHold({ isByService, verdict }: Refusal): string {
  return `${verdict.cause}: ${isByService ? BY_SERVICE : ON_THE_WAY}`
}

/** What the service itself says is believed once something else passes, or nothing else is left; what others say, when the event is refused again after that. */
export class Suspects {
  readonly #queue: Queue
  readonly #losses: Losses
  #refusals: Refusal[] = []
  /** Refused before, and tried again since something was accepted or because nothing was. */
  readonly #triedAgain = new WeakSet<Batch>()

  constructor(queue: Queue, losses: Losses) {
    this.#queue = queue
    this.#losses = losses
  }

  get count(): number {
    return this.#refusals.length
  }

  /** An event that was refused, then something was accepted, and now it is refused again: that is enough. */
  add(refusal: Refusal): void {
    if (this.#triedAgain.has(refusal.batch)) this.giveUp(refusal)
    else this.#refusals.push(refusal)
  }

  /** Something was accepted: the endpoint is sane. */
  onAccepted(): void {
    for (const refusal of this.#takeAll()) {
      if (refusal.isByService) this.giveUp(refusal)
      else this.#queue.putBack([this.#again(refusal)])
    }
  }

  /** Nothing else is left to be tried. @returns one that is kept all the same, where there is one */
  onNothingElse(): Refusal | undefined {
    const refusals = this.#takeAll()
    for (const refusal of refusals.filter(({ isByService }) => isByService)) this.giveUp(refusal)
    const others = refusals.filter(({ isByService }) => !isByService)
    for (const refusal of others) this.putLast(refusal)
    return others[0]
  }

  /** So many were refused that it is none of them. */
  clear(): void {
    for (const refusal of this.#takeAll()) this.putLast(refusal)
  }

  /** Tried again only after those behind it: one that passes proves that the endpoint works. */
  putLast(refusal: Refusal): void {
    this.#queue.putLast(this.#again(refusal))
  }

  /** The end has come. Where the rest is kept, so are these. */
  release(isRestKept: boolean): void {
    for (const refusal of this.#takeAll()) {
      if (refusal.isByService && !isRestKept) this.giveUp(refusal)
      else this.#queue.putBack([refusal.batch])
    }
  }

  giveUp({ batch, reason, verdict }: Refusal): void {
    this.#queue.release(batch)
    this.#losses.giveUp(reason, batch, verdict)
  }

  #again({ batch }: Refusal): Batch {
    this.#triedAgain.add(batch)
    return batch
  }

  #takeAll(): Refusal[] {
    return this.#refusals.splice(0)
  }
}
