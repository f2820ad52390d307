/** The stages behind `push`, put together as pipeline.ts does, around a clock that a test moves and a server that is a function. */
import { expect, onTestFinished } from 'vitest'
import type { Outcome } from '../../packages/core/src/deliver/outcome.ts'
import { Gate } from '../../packages/core/src/deliver/gate.ts'
import { Diagnostics } from '../../packages/core/src/diagnostics.ts'
import type { DiagnosticEvent } from '../../packages/core/src/diagnostics.ts'
import type { FlushResult } from '../../packages/core/src/ledger.ts'
import { Ledger } from '../../packages/core/src/ledger.ts'
import { Losses } from '../../packages/core/src/losses.ts'
import { MaxBodyBytes } from '../../packages/core/src/max-body-bytes.ts'
import { Pump } from '../../packages/core/src/pump.ts'
import { Queue } from '../../packages/core/src/queue.ts'
import { Settlement } from '../../packages/core/src/settle.ts'
import type { Stats } from '../../packages/core/src/stats.ts'
import { statsOf } from '../../packages/core/src/stats.ts'
import { FakeClock } from '../support/fake-clock.ts'

/** A request as the server sees it. */
export interface Attempt {
  /** 1 for the first request. */
  readonly number: number
  /** When it came. */
  readonly at: number
  /** Numbers of the events in it. */
  readonly ids: readonly number[]
  readonly bytes: number
}

export interface RigOptions {
  /** What the server answers; without it, everything is accepted. */
  readonly serve?: (attempt: Attempt) => Outcome
  /** Time from the request to its answer. */
  readonly latencyMs?: number | ((attempt: Attempt) => number)
  readonly concurrency?: number
  readonly maxEvents?: number
  readonly maxBytes?: number
  readonly lingerMs?: number
  readonly queueBytes?: number
  /** 1 unless given: then each wait is the longest there may be. */
  readonly random?: () => number
  /** Sees the body of every request. */
  readonly onBody?: (body: Buffer) => void
}

export const accepted: Outcome = { status: 'accepted' }
export const rejected: Outcome = { status: 'rejected', verdict: { cause: '400', status: 400 }, isByService: true }
export const unauthorized: Outcome = { status: 'held', cause: '401' }
export const unavailable: Outcome = { status: 'retry', cause: '503', ambiguous: true }
export const throttled = (afterMs: number): Outcome => ({ status: 'retry', cause: '429', ambiguous: false, afterMs })
export const tooLarge: Outcome = { status: 'too-large', verdict: { cause: '413', status: 413 } }
export const tooLargeFor = (afterMs: number): Outcome => ({ status: 'too-large', verdict: { cause: '413' }, afterMs })

export class Rig {
  readonly clock = new FakeClock()
  readonly ledger = new Ledger()
  readonly queue: Queue
  readonly gate: Gate
  readonly pump: Pump
  readonly settlement: Settlement
  /** Every request, in order. */
  readonly attempts: Attempt[] = []
  /** Numbers of the events the server accepted, in order. */
  readonly stored: number[] = []
  readonly told: DiagnosticEvent[] = []
  readonly warnings: string[] = []
  mostInFlight = 0
  #inFlight = 0
  readonly #options: RigOptions

  constructor(options: RigOptions) {
    this.#options = options
    const { clock, ledger } = this
    const { concurrency = 4, lingerMs = 1000, maxBytes = 1_000_000, maxEvents = 5000, queueBytes = 1e8 } = options
    const diagnostics = new Diagnostics({ onEvent: (event) => this.told.push(event) }, 'test', clock)
    const lossReport = { note: () => undefined, sendIfDue: () => undefined }
    const losses = new Losses({ ledger, diagnostics, clock, lossReport, deadLetter: undefined })
    const bounds = { maxBytes: queueBytes, maxEventsPerBatch: maxEvents, maxBytesPerBatch: maxBytes }
    this.queue = new Queue({ ...bounds, onFull: 'drop-oldest' }, (span) => losses.record('queue-full', span))
    const waits = { minDelayMs: 500, maxDelayMs: 30_000 }
    this.gate = new Gate({ concurrency, ...waits }, clock, options.random ?? (() => 1), () => undefined)
    const { gate, queue } = this
    const maxBodyBytes = new MaxBodyBytes(maxBytes, (bytes) => (queue.maxBodyBytes = bytes))
    const warn = (message: string): void => void this.warnings.push(message)
    this.settlement = new Settlement({ queue, gate, ledger, losses, lossReport, maxBodyBytes, warn })
    const deliver = (body: Buffer, signal: AbortSignal): Promise<Outcome> => this.#serve(body, signal)
    this.pump = new Pump({ queue, gate, ledger, clock, deliver, settlement: this.settlement, lingerMs })
  }

  /** Pushes so many events, each of `{"n":<number>}` and as many bytes more as are given. */
  push(count = 1, pad = 0): void {
    for (let index = 0; index < count; index++) {
      const number = ++this.ledger.accepted
      const text = JSON.stringify({ n: number, ...(pad > 0 && { pad: 'x'.repeat(pad) }) })
      this.queue.add(text, number, this.clock)
      this.pump.added()
    }
  }

  /** Flushes, and moves the clock until that has ended. */
  async flush(timeoutMs = 10_000): Promise<FlushResult> {
    const flushing = this.pump.drain(timeoutMs)
    await this.clock.advance(timeoutMs)
    return flushing
  }

  /** Moves the clock until nothing is pending. */
  async end(withinMs = 3_600_000): Promise<void> {
    const end = this.clock.now() + withinMs
    while (this.queue.count > 0 && this.clock.now() < end) await this.clock.advance(250)
    expect(this.queue.count, 'events that should have ended by now').toBe(0)
  }

  get stats(): Stats {
    return statsOf(this.ledger, this.queue.count, this.gate.state, this.gate.cause)
  }

  /** Times between one request and the next. */
  get gaps(): number[] {
    return this.attempts.slice(1).map(({ at }, index) => at - (this.attempts[index]?.at ?? 0))
  }

  /** What must hold after whatever happened. */
  check(): void {
    const { accepted: pushed, deadLettered, delivered, lost, pending, spooled } = this.stats
    const sum = Object.values(lost).reduce((total, count) => total + count, 0)
    expect(delivered + pending + spooled + deadLettered + sum, 'accepted = what became of it').toBe(pushed)
    expect(this.ledger.unsettled, 'ledger and queue agree').toBe(pending)
    expect(delivered, 'what we count is what the server has').toBe(new Set(this.stored).size)
    if (this.#inFlight === 0) expect(this.queue.bytes === 0).toBe(pending === 0)
  }

  #serve(body: Buffer, signal: AbortSignal): Promise<Outcome> {
    const ids = (JSON.parse(body.toString()) as { n: number }[]).map(({ n }) => n)
    const attempt = { number: this.attempts.length + 1, at: this.clock.now(), ids, bytes: body.length }
    this.attempts.push(attempt)
    this.ledger.requests++
    this.ledger.bytesSent += body.length
    this.#options.onBody?.(body)
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight)
    const { latencyMs = 1, serve = () => accepted } = this.#options
    return new Promise((resolve) => {
      const end = (outcome: Outcome): void => {
        signal.removeEventListener('abort', abort)
        cancel()
        this.#inFlight--
        resolve(outcome)
      }
      const abort = (): void => end({ status: 'retry', cause: 'given up', ambiguous: true })
      signal.addEventListener('abort', abort)
      const cancel = this.clock.after(typeof latencyMs === 'number' ? latencyMs : latencyMs(attempt), () => {
        const outcome = serve(attempt)
        if (outcome.status === 'accepted') this.stored.push(...ids)
        end(outcome)
      })
    })
  }
}

/** A rig whose accounts are checked when the test ends. */
export function rigFor(options: RigOptions = {}): Rig {
  const rig = new Rig(options)
  onTestFinished(() => rig.check())
  return rig
}

/** A server that answers by a list, and then always accepts. */
export function inTurn(...outcomes: Outcome[]): (attempt: Attempt) => Outcome {
  return ({ number }) => outcomes[number - 1] ?? accepted
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
