/** Tells the outside about trouble: diagnostics channels for all of it, and a rate-limited line or a listener. Never through the user's own logger. */
import { channel } from 'node:diagnostics_channel'
import { writeSync } from 'node:fs'

import type { Clock } from './clock.ts'
import { DIAGNOSTIC_INTERVAL_MS, MAX_DIAGNOSTIC_LENGTH } from './limits.ts'
import type { LossReason } from './loss-reason.ts'

/** The state of delivery changed. */
export interface StateEvent {
  /** Tells the four kinds of a `DiagnosticEvent` apart. */
  readonly kind: 'state'
  /** `open`: requests pass. `throttled`: waiting after a failure. `held`: a fault that needs somebody; everything is kept and probed. */
  readonly state: 'open' | 'throttled' | 'held' | 'closed'
  /** Why, and what to do about it. */
  readonly message: string
}

/** Events were lost for good. What is going to be retried is never told as a loss. */
export interface LossEvent {
  /** Tells the four kinds of a `DiagnosticEvent` apart. */
  readonly kind: 'loss'
  /** Why. */
  readonly reason: LossReason
  /** Events lost now. */
  readonly count: number
  /** Events lost for this reason since the start. */
  readonly total: number
  /** What happened, and what to do about it. */
  readonly message: string
}

/** Events went to the dead letter file instead of to the service. */
export interface DeadLetterEvent {
  /** Tells the four kinds of a `DiagnosticEvent` apart. */
  readonly kind: 'dead-letter'
  /** Why they could not be delivered. */
  readonly reason: LossReason
  /** Events written now. */
  readonly count: number
  /** Events written since the start, whatever the reason. */
  readonly total: number
  /** What happened, and what to do about it. */
  readonly message: string
}

/** Something was off that cost nothing. */
export interface WarningEvent {
  /** Tells the four kinds of a `DiagnosticEvent` apart. */
  readonly kind: 'warning'
  /** What was off, and what was done instead. */
  readonly message: string
}

/** What is told of trouble: by the option `diagnostics`, on the diagnostics channels `openpipeline:<kind>`, and by the adapters. */
export type DiagnosticEvent = StateEvent | LossEvent | DeadLetterEvent | WarningEvent

/**
 * `'stderr'`: one JSON line for each state and kind of loss, at most one in 30 s for each. `'silent'`: nothing but the diagnostics
 * channels. `{ onEvent }`: a function in the same thread, called for each.
 */
export type DiagnosticsOption = 'stderr' | 'silent' | DiagnosticsListening

/** Trouble is told to a function. */
export interface DiagnosticsListening {
  /** The function, in the same thread. */
  readonly onEvent: DiagnosticListener
}

/** Called with what is told. What it throws is ignored. */
export type DiagnosticListener = (event: DiagnosticEvent) => void

const CHANNELS = {
  state: channel('openpipeline:state'),
  loss: channel('openpipeline:loss'),
  'dead-letter': channel('openpipeline:dead-letter'),
  warning: channel('openpipeline:warning'),
}

export class Diagnostics {
  readonly #option: DiagnosticsOption
  readonly #listener: ((event: DiagnosticEvent) => void) | undefined
  readonly #clock: Clock
  readonly #name: string
  readonly #lines = new Map<string, { at: number; unsaid: number }>()

  constructor(option: DiagnosticsOption, name: string, clock: Clock, listener?: (event: DiagnosticEvent) => void) {
    this.#option = option
    this.#name = name
    this.#clock = clock
    this.#listener = listener
  }

  tell(event: DiagnosticEvent): void {
    CHANNELS[event.kind].publish(event)
    if (this.#listener !== undefined) call(this.#listener, event)
    if (this.#option === 'silent') return
    if (this.#option === 'stderr') this.#print(event)
    else call(this.#option.onEvent, event)
  }

  /** Prints what the rate limit held back, so that the last word on losses is complete. */
  close(): void {
    for (const [key, line] of this.#lines) {
      if (line.unsaid > 0)
        writeLine({
          openpipeline: this.#name,
          kind: key,
          more: line.unsaid,
          message: 'more events since the last line of this kind',
        })
      line.unsaid = 0
    }
  }

  #print(event: DiagnosticEvent): void {
    const key = `${event.kind} ${keyOf(event)}`
    const now = this.#clock.now()
    const line = this.#lines.get(key)
    const count = 'count' in event ? event.count + (line?.unsaid ?? 0) : 0
    const isTooSoon = line !== undefined && now - line.at < DIAGNOSTIC_INTERVAL_MS
    this.#lines.set(key, isTooSoon ? { at: line.at, unsaid: count } : { at: now, unsaid: 0 })
    if (!isTooSoon) writeLine({ openpipeline: this.#name, ...event, ...(count > 0 && { count }) })
  }
}

/** What of an event makes it the same as an earlier one, so that it need not be printed again so soon. */
function keyOf(event: DiagnosticEvent): string {
  if (event.kind === 'state') return event.state
  return event.kind === 'warning' ? event.message : event.reason
}

/** A listener of the user's must not be able to stop delivery. */
function call(listener: (event: DiagnosticEvent) => void, event: DiagnosticEvent): void {
  try {
    listener(event)
  } catch {
    // Its own trouble; there is nobody left to tell.
  }
}

/**
 * Written past process.stderr: in a worker that stream needs the main thread, which may be waiting for this worker to end.
 */
function writeLine(fields: Readonly<Record<string, unknown>> & { readonly message: string }): void {
  const message = printable(fields.message).slice(0, MAX_DIAGNOSTIC_LENGTH)
  try {
    writeSync(2, `${JSON.stringify({ ...fields, message })}\n`)
  } catch {
    // stderr is closed or full; a logger must not fail for that.
  }
}

/** Without secrets, and without controls and line separators: what a server says could move a terminal's cursor. */
export function printable(text: string): string {
  return redact(text).replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?')
}

/** A second net under the rule that no message contains a token: keeps the public part, masks the secret. */
export function redact(text: string): string {
  return text
    .replaceAll(/(dt0[a-z]\d{2}\.[A-Za-z0-9]{8,})\.[A-Za-z0-9]{16,}/g, '$1.…')
    .replaceAll(/eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, 'eyJ…')
    .replaceAll(/(api-token=)[^&\s"]+/gi, '$1…')
}
