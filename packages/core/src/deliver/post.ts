/** One HTTP attempt: a body goes out, an outcome comes back. It never throws, never follows a redirect and ends within its deadline. */
import type { Dispatcher } from 'undici'
import { errors } from 'undici'

import type { Clock } from '../clock.ts'
import { printable } from '../diagnostics.ts'
import { drain, readAnswer } from './answer.ts'
import { fromFailure } from './failure.ts'
import type { Outcome } from './outcome.ts'
import { fromAnswer } from './outcome.ts'

export interface PostRequest {
  readonly body: Buffer
  /** Value of the Authorization header. */
  readonly authorization: string
  /** Set where the body is compressed. */
  readonly encoding?: 'gzip'
}

/** The signal gives the attempt up. */
export type Post = (request: PostRequest, signal: AbortSignal) => Promise<Outcome>

export interface PostSettings {
  readonly ingestUrl: string
  readonly delivery: { readonly timeoutMs: number }
  readonly retry: { readonly maxRetryAfterMs: number }
  /** Origin of the proxy, for messages. */
  readonly proxy: { readonly origin: string } | undefined
}

export function createPost(settings: PostSettings, connections: Dispatcher, userAgent: string, clock: Clock): Post {
  const { origin, pathname, search } = new URL(settings.ingestUrl)
  const { timeoutMs } = settings.delivery
  return async ({ authorization, body, encoding }, signal) => {
    const attempt = deadline(timeoutMs, signal, clock)
    try {
      const response = await connections.request({
        origin,
        path: pathname + search,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'user-agent': userAgent,
          authorization,
          ...(encoding !== undefined && { 'content-encoding': encoding }),
        },
        body,
        signal: attempt.signal,
      })
      if (response.statusCode === 202) {
        drain(response.body, clock)
        return { status: 'accepted' }
      }
      return fromAnswer(await readAnswer(response, body.length, settings.retry.maxRetryAfterMs, clock))
    } catch (error) {
      const proxy = settings.proxy?.origin
      return fromFailure({
        ...failureOf(error, attempt.isOver() ? timeoutMs : undefined),
        proxy,
        sentBytes: body.length,
      })
    } finally {
      attempt.cancel()
    }
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
