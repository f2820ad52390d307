/** A question from the main thread to the targets of this package in a worker, and their one answer: for every pino, and for `targets`. */
import type { Shipper } from 'openpipeline-core'
import { OpenPipelineError } from 'openpipeline-core'

import { emitOnTransport, field, onMessage } from './main-thread.ts'

const QUESTION = 'OPENPIPELINE_QUESTION'
const ANSWER = 'openpipeline:answer'

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
  /** What the answer needs to know. */
  readonly timeoutMs?: number
}

let questions = 0

/**
 * Keeps the process alive until it is answered.
 * @throws OpenPipelineError `NO_ANSWER` when the worker has no such target or has ended
 */
export function ask(transport: Transport, question: Question): Promise<unknown> {
  const { about, timeoutMs } = question
  if (isEnded(transport)) return Promise.reject(noAnswer(question, 'the transport has ended'))
  const id = `${process.pid}-${++questions}`
  const answered = answerTo(id, transport, question)
  transport.emit('message', { code: QUESTION, id, about, timeoutMs })
  return answered
}

export function isEnded(transport: Transport): boolean {
  return field(transport, 'destroyed') === true
}

function noAnswer({ caller }: Question, what: string): OpenPipelineError {
  return new OpenPipelineError('NO_ANSWER', `${caller}: ${what}; is a target of it 'pino-openpipeline'?`)
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
      if (answered === id) finish(() => resolve(answer))
    }
    const onClose = (): void => fail('the transport closed without an answer')
    const { waitMs } = question
    const timer = setTimeout(() => fail(`the transport did not answer within ${waitMs} ms`), waitMs)
    transport.on(ANSWER, onAnswer)
    transport.on('close', onClose)
  })
}

/** How each question is answered, for all shippers of this worker. */
export type Answers = Readonly<
  Record<Question['about'], (shippers: readonly Shipper[], timeoutMs: number | undefined) => unknown>
>

const shippers = new Set<Shipper>()

/** The worker's side. */
export function answerQuestions(shipper: Shipper, answers: Answers): void {
  if (shippers.size === 0) onMessage(QUESTION, (message) => void reply(message, answers))
  shippers.add(shipper)
}

async function reply(message: object, answers: Answers): Promise<void> {
  const about = field(message, 'about')
  const timeoutMs = field(message, 'timeoutMs')
  if (about !== 'flush' && about !== 'stats') return
  const given = await answers[about]([...shippers], typeof timeoutMs === 'number' ? timeoutMs : undefined)
  emitOnTransport(ANSWER, field(message, 'id'), given)
}
