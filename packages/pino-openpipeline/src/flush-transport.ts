/** `flushTransport`: from the main thread into the worker and back, for every pino and for `targets`, where `logger.flush` does not reach a target. */
import type { FlushOptions, FlushResult, Shipper } from 'openpipeline-core'
import { OpenPipelineError } from 'openpipeline-core'

import { emitOnTransport, field, onMessage } from './main-thread.ts'

const QUESTION = 'OPENPIPELINE_FLUSH'
const ANSWER = 'openpipeline:flushed'

const DEFAULT_TIMEOUT_MS = 10_000

/** On top of the flush's own time, for the way to the worker and back. */
const GRACE_MS = 1000

/** What `pino.transport()` returns, as far as it is used here. */
export interface Transport {
  flushSync(): void
  emit(name: string, ...args: unknown[]): boolean
  on(name: string, listener: (...args: unknown[]) => void): unknown
  off(name: string, listener: (...args: unknown[]) => void): unknown
}

let questions = 0

/**
 * Resolves when everything logged before the call is delivered by every `pino-openpipeline` target of this transport, or has
 * ended otherwise, or after `timeoutMs` (default 10000). Keeps the process alive until then.
 * @throws OpenPipelineError `NO_ANSWER` when the worker has no such target or has ended
 */
export async function flushTransport(
  transport: Transport,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: FlushOptions = {},
): Promise<FlushResult> {
  const id = `${process.pid}-${++questions}`
  if (field(transport, 'destroyed') === true) throw noAnswer('the transport has ended')
  // Hands over what this thread still holds: a message would otherwise overtake the records.
  transport.flushSync()
  const answered = answerTo(id, transport, timeoutMs + GRACE_MS)
  transport.emit('message', { code: QUESTION, id, timeoutMs })
  return answered
}

function noAnswer(what: string): OpenPipelineError {
  return new OpenPipelineError('NO_ANSWER', `flushTransport: ${what}; is a target of it 'pino-openpipeline'?`)
}

function answerTo(id: string, transport: Transport, timeoutMs: number): Promise<FlushResult> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer)
      transport.off(ANSWER, onAnswer)
      transport.off('close', onClose)
      settle()
    }
    const fail = (what: string): void => finish(() => reject(noAnswer(what)))
    const onAnswer = (question: unknown, result: unknown): void => {
      if (question === id) finish(() => resolve(readResult(result)))
    }
    const onClose = (): void => fail('the transport closed without an answer')
    const timer = setTimeout(() => fail(`the transport did not answer within ${timeoutMs} ms`), timeoutMs)
    transport.on(ANSWER, onAnswer)
    transport.on('close', onClose)
  })
}

const shippers = new Set<Shipper>()

/** The worker's side: one answer for all targets of this worker. */
export function answerFlushes(shipper: Shipper): void {
  if (shippers.size === 0) {
    onMessage(QUESTION, (message) => {
      // Two turns, in which pino's multistream passes on what it read last.
      setImmediate(() => setImmediate(() => void answer(field(message, 'id'), field(message, 'timeoutMs'))))
    })
  }
  shippers.add(shipper)
}

async function answer(id: unknown, timeoutMs: unknown): Promise<void> {
  const options = typeof timeoutMs === 'number' ? { timeoutMs } : {}
  const results = await Promise.all([...shippers].map((shipper) => shipper.flush(options)))
  emitOnTransport(ANSWER, id, results.reduce(sum))
}

/** What came over the thread, as numbers. */
function readResult(result: unknown): FlushResult {
  const count = (key: string): number => Number(field(result, key) ?? 0)
  return {
    delivered: count('delivered'),
    spooled: count('spooled'),
    deadLettered: count('deadLettered'),
    lost: count('lost'),
    pending: count('pending'),
  }
}

function sum(a: FlushResult, b: FlushResult): FlushResult {
  return {
    delivered: a.delivered + b.delivered,
    spooled: a.spooled + b.spooled,
    deadLettered: a.deadLettered + b.deadLettered,
    lost: a.lost + b.lost,
    pending: a.pending + b.pending,
  }
}
