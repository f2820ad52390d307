/** One HTTP attempt: a body goes out, an outcome comes back. It never throws, never follows a redirect and ends within its deadline. */
import type { Dispatcher } from 'undici'

import type { Clock } from '../clock.ts'
import { drain, readAnswer } from './answer.ts'
import { deadline } from './deadline.ts'
import { failureOf, fromFailure } from './failure.ts'
import type { Outcome } from './outcome.ts'
import { fromAnswer } from './outcome.ts'
import { request } from './undici.ts'

export interface PostRequest {
  readonly body: Buffer
  /** Value of the Authorization header. */
  readonly authorization: string
  /** Set where the body is compressed: how, and its size before. */
  readonly encoding?: 'gzip'
  readonly plainBytes?: number
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

/** What was sent, over all attempts. */
interface Traffic {
  requests: number
  bytesSent: number
}

export interface PostParts {
  readonly connections: Dispatcher
  readonly userAgent: string
  readonly clock: Clock
  readonly traffic: Traffic
}

export function createPost(settings: PostSettings, { clock, connections, traffic, userAgent }: PostParts): Post {
  const { origin, pathname, search } = new URL(settings.ingestUrl)
  const { timeoutMs } = settings.delivery
  return async ({ authorization, body, encoding, plainBytes: sentBytes = body.length }, signal) => {
    const attempt = deadline(timeoutMs, signal, clock)
    traffic.requests++
    try {
      const response = await request(connections, {
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
      traffic.bytesSent += body.length
      if (response.statusCode === 202) {
        drain(response.body, clock)
        return { status: 'accepted' }
      }
      return fromAnswer(await readAnswer(response, sentBytes, settings.retry.maxRetryAfterMs, clock))
    } catch (error) {
      const failure = failureOf(error, attempt.isOver() ? timeoutMs : undefined)
      const outcome = fromFailure({ ...failure, proxy: settings.proxy?.origin, sentBytes })
      // Where the service cannot have it, nothing of it was sent.
      if (outcome.status === 'retry' && outcome.ambiguous) traffic.bytesSent += body.length
      return outcome
    } finally {
      attempt.cancel()
    }
  }
}
