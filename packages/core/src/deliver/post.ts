/** One HTTP attempt: a body goes out, an outcome comes back. It never throws, never follows a redirect and ends within its deadline. */
import { errors, Pool } from 'undici'

import type { Clock } from '../clock.ts'
import { printable } from '../diagnostics.ts'
import { CONNECT_TIMEOUT_MS } from '../limits.ts'
import type { Authorization } from '../options/token.ts'
import { drain, readAnswer } from './answer.ts'
import type { Outcome } from './outcome.ts'
import { fromAnswer, fromFailure } from './outcome.ts'

/** Sends one body. The signal gives the attempt up. */
export type Deliver = (body: Buffer, signal: AbortSignal) => Promise<Outcome>

export interface PostSettings {
  readonly ingestUrl: string
  readonly authorization: Authorization
  readonly delivery: { readonly concurrency: number; readonly timeoutMs: number }
  readonly retry: { readonly maxRetryAfterMs: number }
}

export interface Poster {
  readonly deliver: Deliver
  /** Closes every connection. */
  readonly close: () => void
}

export function createPoster(settings: PostSettings, userAgent: string, clock: Clock): Poster {
  const { origin, pathname, search } = new URL(settings.ingestUrl)
  const { concurrency, timeoutMs } = settings.delivery
  const pool = new Pool(origin, {
    connections: concurrency,
    pipelining: 1,
    connect: { timeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs) },
    headersTimeout: 0, // the deadline below bounds the whole attempt, these bound only its parts
    bodyTimeout: 0,
  })
  const deliver: Deliver = async (body, signal) => {
    const attempt = deadline(timeoutMs, signal, clock)
    try {
      const response = await pool.request({
        path: pathname + search,
        method: 'POST',
        headers: headers(settings.authorization(), userAgent),
        body,
        signal: attempt.signal,
      })
      if (response.statusCode === 202) {
        drain(response.body, clock)
        return { status: 'accepted' }
      }
      return fromAnswer(await readAnswer(response, body.length, settings.retry.maxRetryAfterMs, clock))
    } catch (error) {
      return fromFailure(failureOf(error, attempt.isOver() ? timeoutMs : undefined))
    } finally {
      attempt.cancel()
    }
  }
  return { deliver, close: () => void pool.destroy().catch(() => undefined) }
}

function headers(authorization: string, userAgent: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    'user-agent': userAgent,
    authorization,
  }
}

/** One signal that fires when the attempt has taken `ms`, or when the outer signal fires. */
function deadline(
  ms: number,
  outer: AbortSignal,
  clock: Clock,
): { signal: AbortSignal; isOver(): boolean; cancel(): void } {
  const controller = new AbortController()
  let isOver = false
  const abort = (): void => controller.abort()
  const cancelTimer = clock.after(ms, () => {
    isOver = true
    abort()
  })
  if (outer.aborted) abort()
  outer.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    isOver: () => isOver,
    cancel() {
      cancelTimer()
      outer.removeEventListener('abort', abort)
    },
  }
}

function failureOf(error: unknown, timeoutMs: number | undefined): { code: string; message: string; reused: boolean } {
  if (timeoutMs !== undefined) return { code: 'ETIMEDOUT', message: `no answer within ${timeoutMs} ms`, reused: false }
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const message = error instanceof Error ? error.message : String(error)
  return {
    code: typeof code === 'string' ? code : 'UNKNOWN',
    message: message === '' ? 'the connection failed' : printable(message),
    // undici counts what came over this connection in its whole life: anything means an earlier answer
    reused: error instanceof errors.SocketError && (error.socket?.bytesRead ?? 0) > 0,
  }
}
