/** A question from the main thread to the targets of this package in a worker, and their one answer: for every pino, and for `targets`. */
import { randomUUID } from 'node:crypto'

import type { Shipper } from 'openpipeline-core'
import { OpenPipelineError } from 'openpipeline-core'

import { emitOnTransport, field, onMessage } from './main-thread.ts'

const QUESTION = 'OPENPIPELINE_QUESTION'
const ANSWER = 'openpipeline:answer'

/** Asked again and again: what is said before the worker has loaded its target is heard by nobody. */
const ASK_AGAIN_MS = 250

/** Questions that the worker remembers, so that it answers each once. */
const REMEMBERED = 100

/** What `pino.transport()` returns, as far as it is used here. */
export interface Transport {
  flushSync(): void
  emit(name: string, ...args: unknown[]): boolean
  on(name: string, listener: (...args: unknown[]) => void): unknown
  off(name: string, listener: (...args: unknown[]) => void): unknown
}

export interface Question {
  readonly about: 'flush' | 'stats'
  /** Name of the function that asks, for messages. */
  readonly caller: string
  /** How long to wait for the answer. */
  readonly waitMs: number
  /** Time that the worker is given; what passes before it hears the question is part of it. */
  readonly timeoutMs?: number
}

/**
 * Keeps the process alive until it is answered.
 * @throws OpenPipelineError `NO_ANSWER` when the worker has no such target, has refused its options or has ended
 */
export async function ask(transport: Transport, question: Question): Promise<unknown> {
  const { about, timeoutMs } = question
  if (isEnded(transport)) throw noAnswer(question, 'the transport has ended')
  const message = { code: QUESTION, id: randomUUID(), about, timeoutMs, askedAt: Date.now() }
  const say = (): void => void transport.emit('message', message)
  const asking = setInterval(say, ASK_AGAIN_MS)
  const answered = answerTo(message.id, transport, question)
  say()
  return answered.finally(() => clearInterval(asking))
}

export function isEnded(transport: Transport): boolean {
  return field(transport, 'destroyed') === true
}

const IS_IT_OURS = "is a target of it 'pino-openpipeline'?"

function noAnswer({ caller }: Question, what: string): OpenPipelineError {
  return new OpenPipelineError('NO_ANSWER', `${caller}: ${what}`)
}

function answerTo(id: string, transport: Transport, question: Question): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer)
      transport.off(ANSWER, onAnswer)
      transport.off('close', onClose)
      settle()
    }
    const fail = (what: string): void => finish(() => reject(noAnswer(question, what)))
    const onAnswer = (answered: unknown, answer: unknown): void => {
      if (answered !== id) return
      const refused = field(answer, 'refusal')
      if (typeof refused === 'string') fail(`the target was refused: ${refused}`)
      else finish(() => resolve(answer))
    }
    const onClose = (): void => fail(`the transport closed without an answer; ${IS_IT_OURS}`)
    const { waitMs } = question
    const timer = setTimeout(() => fail(`no answer within ${waitMs} ms; ${IS_IT_OURS}`), waitMs)
    transport.on(ANSWER, onAnswer)
    transport.on('close', onClose)
  })
}

/** How each question is answered, for all shippers of this worker. `leftMs`: what is left of the time it was given. */
type Answers = Readonly<
  Record<Question['about'], (shippers: readonly Shipper[], leftMs: number | undefined) => unknown>
>

const shippers = new Set<Shipper>()
const heard = new Set<unknown>()
/** Undefined until somebody listens. */
let reply: ((message: object) => unknown) | undefined

/** The worker's side: one answer for all its targets. */
export function answerQuestions(shipper: Shipper, answers: Answers): void {
  shippers.add(shipper)
  listen()
  reply = (message) => give(message, answers)
}

/** The worker's side of a target that could not be made: where there is no other one, its questions are refused. */
export function refuseQuestions(refusal: string): void {
  listen()
  reply ??= (message) => emitOnTransport(ANSWER, field(message, 'id'), { refusal })
}

function listen(): void {
  if (reply !== undefined) return
  onMessage(QUESTION, (message) => {
    const id = field(message, 'id')
    if (heard.has(id)) return
    heard.add(id)
    for (const oldest of heard) if (heard.size > REMEMBERED) heard.delete(oldest)
    reply?.(message)
  })
}

async function give(message: object, answers: Answers): Promise<void> {
  const about = field(message, 'about')
  if (about !== 'flush' && about !== 'stats') return
  emitOnTransport(ANSWER, field(message, 'id'), await answers[about]([...shippers], leftMs(message)))
}

function leftMs(message: object): number | undefined {
  const timeoutMs = field(message, 'timeoutMs')
  const askedAt = field(message, 'askedAt')
  if (typeof timeoutMs !== 'number' || typeof askedAt !== 'number') return undefined
  return Math.max(0, timeoutMs - Math.max(0, Date.now() - askedAt))
}
