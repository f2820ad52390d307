/** What the fault buttons ask for, as a script and a size limit; and what the receiver is about to answer, in the page's words. */
import { isAttributes } from '../event.ts'
import { MAX_REQUEST_BYTES } from '../limits.ts'
import type { Script } from '../script.ts'
import type { ScriptedAnswer } from '../step.ts'

/** The two things that decide an answer and can be changed while the receiver runs. */
export interface Answering {
  readonly script: Script
  /** Largest body now. */
  readonly maxBodyBytes: () => number
  readonly setMaxBodyBytes: (bytes: number) => void
  /** Largest body as the receiver was started. */
  readonly usualMaxBodyBytes: number
}

/** What is answered next, until when; nothing where the answer is the usual one. */
export interface Coming {
  readonly act: string
  readonly status: number | null
  readonly retryAfter: string | null
  /** How often; null means until it is changed. */
  readonly left: number | null
  /** Whether other scripted answers follow. */
  readonly hasMore: boolean
}

/** Applies what a button asked for; answers with what is wrong with it, or with nothing. */
export function applyFault(asked: unknown, answering: Answering): string | undefined {
  const fault = toFault(asked)
  if (typeof fault === 'string') return fault
  answering.script.replace(fault.script)
  answering.setMaxBodyBytes(fault.maxBodyBytes ?? answering.usualMaxBodyBytes)
  return undefined
}

interface Fault {
  readonly script: readonly ScriptedAnswer[]
  readonly maxBodyBytes?: number
}

/** The fault, or what is wrong with how it was asked for. */
function toFault(asked: unknown): Fault | string {
  if (!isAttributes(asked)) return 'expected an object'
  const wrong = wrongNumber(asked)
  if (wrong !== undefined) return wrong
  const { fault } = asked
  if (fault === 'none') return { script: [] }
  if (fault === 'limit') return { script: [], maxBodyBytes: numberOr(asked['maxBodyBytes'], 10_000) }
  const answer = answerFor(fault, numberOr(asked['retryAfterS'], 2))
  if (answer === undefined) return 'there is no such fault'
  return { script: [{ ...answer, times: numberOr(asked['times'], Infinity) }] }
}

/** Each may be absent or null. */
const BOUNDS = [
  { name: 'times', from: 1, to: 1_000_000 },
  { name: 'retryAfterS', from: 0, to: 86_400 },
  { name: 'maxBodyBytes', from: 1, to: MAX_REQUEST_BYTES },
] as const

function wrongNumber(asked: Readonly<Record<string, unknown>>): string | undefined {
  const wrong = BOUNDS.find(({ name, from, to }) => {
    const value = asked[name] ?? from
    return typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to
  })
  return wrong === undefined ? undefined : `${wrong.name} must be an integer from ${wrong.from} to ${wrong.to}`
}

function numberOr(value: unknown, usual: number): number {
  return typeof value === 'number' ? value : usual
}

export function comingOf({ script }: Answering): Coming | null {
  const next = script.peek()
  if (next === undefined) return null
  const { step, usesLeft, hasMore } = next
  const left = Number.isFinite(usesLeft) ? usesLeft : null
  return { act: step.act, status: step.status ?? null, retryAfter: step.headers['retry-after'] ?? null, left, hasMore }
}

function answerFor(fault: unknown, retryAfterS: number): ScriptedAnswer | undefined {
  if (fault === 'throttle') return { status: 429, headers: { 'retry-after': String(retryAfterS) } }
  if (fault === 'unavailable') return { status: 503 }
  if (fault === 'reset') return { reset: 'after-body' }
  return fault === 'hang' ? { hang: true } : undefined
}
