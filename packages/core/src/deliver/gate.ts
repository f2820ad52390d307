/** The endpoint's gate: whether an attempt may start now, when the next may, and how many at a time. All batches share it. */
import type { Clock } from '../clock.ts'
import { backoffMs, probeMs } from './backoff.ts'
import { Pace } from './pace.ts'

export type GateState = 'open' | 'throttled' | 'held'

export interface GateBounds {
  readonly concurrency: number
  readonly minDelayMs: number
  readonly maxDelayMs: number
}

/** A server's own wait gets up to this share on top, so that many processes do not come back in one instant. */
const RETRY_AFTER_JITTER = 0.1

export class Gate {
  state: GateState = 'open'
  /** Why it is not open; empty while it is. */
  cause = ''
  readonly #bounds: GateBounds
  readonly #clock: Clock
  readonly #random: () => number
  readonly #onChange: (state: GateState, cause: string) => void
  readonly #pace = new Pace()
  #failures = 0
  #heldSince = 0
  #changedAt = -Infinity
  /** No attempt starts before. */
  #opensAt = -Infinity
  /** The server itself asked for none before this: not even a flush comes earlier. */
  #askedUntil = -Infinity
  #window: number

  constructor(
    bounds: GateBounds,
    clock: Clock,
    random: () => number,
    onChange: (state: GateState, cause: string) => void,
  ) {
    this.#bounds = bounds
    this.#clock = clock
    this.#random = random
    this.#onChange = onChange
    this.#window = bounds.concurrency
  }

  /** Attempts that may be under way: one while the endpoint has not yet answered well again. */
  get window(): number {
    return this.state === 'open' ? Math.max(1, Math.floor(this.#window)) : 1
  }

  /** Milliseconds until an attempt may start; 0 for now. */
  get waitMs(): number {
    return Math.max(0, Math.max(this.#opensAt, this.#askedUntil, this.#pace.nextAt) - this.#clock.now())
  }

  /** An attempt starts now. */
  started(): void {
    this.#pace.started(this.#clock.now())
  }

  /** An attempt that began at `startedAt` came too early after the one before it; it has failed as well. */
  tooEarly(startedAt: number): void {
    this.#pace.refused(startedAt, this.#clock.now())
  }

  /** An attempt that began at `startedAt` was accepted: one more at a time for each window full of these (additive increase). */
  accepted(startedAt: number): void {
    if (startedAt >= this.#changedAt) this.#window = Math.min(this.#bounds.concurrency, this.#window + 1 / this.#window)
    this.answered(startedAt)
  }

  /** The endpoint answered about the events, so it is reachable and lets us in. What began before a failure says nothing about now. */
  answered(startedAt: number): void {
    this.#pace.admitted(startedAt)
    if (startedAt < this.#changedAt) return
    this.#failures = 0
    this.#opensAt = -Infinity
    this.#change('open', '')
  }

  /** An attempt that began at `startedAt` failed for a cause that passes by itself; the server may ask for a wait of `afterMs`. */
  failed(cause: string, startedAt: number, afterMs?: number): void {
    const isNews = startedAt >= this.#changedAt
    if (isNews) this.#countFailure()
    if (afterMs !== undefined) this.#askFor(afterMs)
    if (!isNews && this.state !== 'open') return // part of what closed the gate
    this.#waitFor(backoffMs(Math.max(1, this.#failures), this.#bounds, this.#random()))
    this.#change('throttled', cause)
  }

  /** An attempt that began at `startedAt` met a fault that somebody must mend. */
  held(cause: string, startedAt: number): void {
    if (this.state !== 'held') {
      this.#heldSince = this.#clock.now()
      this.#failures = 0
    }
    if (startedAt >= this.#changedAt) this.#failures++
    this.#window = 1
    this.#waitFor(probeMs(Math.max(1, this.#failures), this.#clock.now() - this.#heldSince))
    this.#change('held', cause)
  }

  /** Allows one attempt at once, unless the server itself named the time. */
  nudge(): void {
    this.#opensAt = -Infinity
    this.#pace.turnOff()
  }

  /** Attempts that were under way together fail together; that counts once, as the half of the window (multiplicative decrease). */
  #countFailure(): void {
    this.#failures++
    this.#window = Math.max(1, this.#window / 2)
    this.#changedAt = this.#clock.now()
  }

  /** Also what is under way already must not open the gate before that. */
  #askFor(ms: number): void {
    this.#changedAt = this.#clock.now()
    const until = this.#changedAt + ms * (1 + RETRY_AFTER_JITTER * this.#random())
    this.#askedUntil = Math.max(this.#askedUntil, until)
  }

  #waitFor(ms: number): void {
    this.#opensAt = this.#clock.now() + ms
  }

  #change(state: GateState, cause: string): void {
    this.cause = cause
    if (state === this.state) return
    this.state = state
    this.#changedAt = this.#clock.now()
    this.#onChange(state, cause)
  }
}
