/** One scripted answer: as its owner may write it, and as a step with nothing left open. */
import { validateHeaderName, validateHeaderValue } from 'node:http'

import { invalidOption, ReceiverError } from './errors.ts'

interface Repeatable {
  /** For how many requests this holds; `Infinity` until the next `answer()`. @defaultValue 1 */
  readonly times?: number | undefined
  /** Whether the events count as stored. @defaultValue true where the answer is 2xx, else false */
  readonly store?: boolean | undefined
}

/** Answers with this status; without a status, or with 2xx, the request is checked and stored as usual first. */
export interface StatusAnswer extends Repeatable {
  /** Status of the answer. @defaultValue what the request deserves */
  readonly status?: number | undefined
  /** Added to those of the answer. @defaultValue {} */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Text as it is, an object as JSON. @defaultValue the error envelope for 4xx and 5xx, else nothing */
  readonly body?: string | object | undefined
  /** Milliseconds by which it is delayed. @defaultValue 0 */
  readonly delayMs?: number | undefined
}

/** Resets the connection: on the headers, within the body, or once the body is there but unanswered. */
export interface ResetAnswer extends Repeatable {
  /** When. */
  readonly reset: 'before-body' | 'mid-body' | 'after-body'
  /** Milliseconds by which it is delayed. @defaultValue 0 */
  readonly delayMs?: number | undefined
}

/** Reads the request and never answers it. */
export interface HangAnswer extends Repeatable {
  /** Tells it from the other answers. */
  readonly hang: true
}

/** What the receiver does with a request instead of what it deserves. */
export type ScriptedAnswer = StatusAnswer | ResetAnswer | HangAnswer

/** A scripted answer with nothing left open. */
export interface Step {
  readonly act: 'answer' | 'before-body' | 'mid-body' | 'after-body' | 'hang'
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | object | undefined
  readonly delayMs: number | undefined
  readonly stores: boolean
  readonly times: number
}

/** What is done where no script says otherwise. */
export const USUAL_STEP: Step = {
  act: 'answer',
  status: undefined,
  headers: {},
  body: undefined,
  delayMs: undefined,
  stores: true,
  times: 1,
}

/** Throws, naming the key, where the answer is not one that can be given. */
export function toStep(answer: ScriptedAnswer, name: string): Step {
  refuseUnknown(answer, name)
  const act = actOf(answer, name)
  const parts = 'reset' in answer || 'hang' in answer ? silent(answer, name) : spoken(answer, name)
  const isSuccess = parts.status === undefined || (parts.status >= 200 && parts.status < 300)
  const stores = answer.store ?? (act === 'answer' && isSuccess)
  return { ...parts, act, stores, times: checkTimes(answer.times ?? 1, name) }
}

type Parts = Pick<Step, 'status' | 'headers' | 'body' | 'delayMs'>

function spoken(answer: StatusAnswer, name: string): Parts {
  return {
    status: checkStatus(answer.status, name),
    headers: checkHeaders(answer.headers ?? {}, name),
    body: answer.body,
    delayMs: checkDelay(answer.delayMs, name),
  }
}

function silent(answer: ResetAnswer | HangAnswer, name: string): Parts {
  return { ...USUAL_STEP, delayMs: 'reset' in answer ? checkDelay(answer.delayMs, name) : undefined }
}

const KNOWN_KEYS = ['status', 'headers', 'body', 'delayMs', 'reset', 'hang', 'store', 'times']

function refuseUnknown(answer: ScriptedAnswer, name: string): void {
  if (typeof answer !== 'object' || answer === null) throw invalidOption(name, 'an object', answer)
  const unknown = Object.keys(answer).find((key) => !KNOWN_KEYS.includes(key))
  if (unknown === undefined) return
  const known = KNOWN_KEYS.join(', ')
  throw new ReceiverError('INVALID_OPTIONS', `${name} has the unknown key "${unknown}"; known are ${known}`)
}

const MOMENTS: readonly string[] = ['before-body', 'mid-body', 'after-body']

function actOf(answer: ScriptedAnswer, name: string): Step['act'] {
  if ('hang' in answer) return 'hang'
  if (!('reset' in answer)) return 'answer'
  if (MOMENTS.includes(answer.reset)) return answer.reset
  throw invalidOption(`${name}.reset`, `one of ${MOMENTS.join(', ')}`, answer.reset)
}

function checkStatus(status: number | undefined, name: string): number | undefined {
  if (status === undefined || (Number.isInteger(status) && status >= 200 && status <= 599)) return status
  throw invalidOption(`${name}.status`, 'an integer from 200 to 599', status)
}

function checkHeaders(headers: Readonly<Record<string, string>>, name: string): Readonly<Record<string, string>> {
  for (const [header, value] of Object.entries(headers)) {
    try {
      validateHeaderName(header)
      validateHeaderValue(header, value)
    } catch {
      throw invalidOption(`${name}.headers["${header}"]`, 'a valid header', value)
    }
  }
  return headers
}

function checkDelay(delayMs: number | undefined, name: string): number | undefined {
  if (delayMs === undefined || (Number.isFinite(delayMs) && delayMs >= 0)) return delayMs
  throw invalidOption(`${name}.delayMs`, 'a number of milliseconds from 0', delayMs)
}

function checkTimes(times: number, name: string): number {
  if (times === Infinity || (Number.isInteger(times) && times >= 1)) return times
  throw invalidOption(`${name}.times`, 'an integer from 1, or Infinity', times)
}
