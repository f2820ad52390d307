/** Reads an answer no further than it must: the first bytes of its body, within a bound of size and time, and what the envelope in them says. */
import type { Dispatcher } from 'undici'

import type { Clock } from '../clock.ts'
import { printable } from '../diagnostics.ts'
import { MAX_ANSWER_BYTES, MAX_ANSWER_MS } from '../limits.ts'
import { isRecord } from '../options/reader.ts'
import type { Answer } from './outcome.ts'
import { retryAfterMs, retryAfterSecondsMs } from './retry-after.ts'

type Body = Dispatcher.ResponseData['body']

const MAX_DETAIL_LENGTH = 200

/** Most characters of an answer that are kept beside an event that it refused. */
const MAX_KEPT_LENGTH = 1024

/** Reads a body whose content does not matter, so that its connection can be used again. Returns at once. */
export function drain(body: Body, clock: Clock): void {
  void firstBytes(body, clock)
}

export async function readAnswer(
  response: Dispatcher.ResponseData,
  sentBytes: number,
  maxRetryAfterMs: number,
  clock: Clock,
): Promise<Answer> {
  const text = await firstBytes(response.body, clock)
  const envelope = envelopeOf(text)
  const header = (name: string): string => String(response.headers[name] ?? '')
  const fromHeader = retryAfterMs(header('retry-after'), header('date'), clock.wall(), maxRetryAfterMs)
  return {
    status: response.statusCode,
    contentType: header('content-type'),
    location: header('location'),
    detail: printable(envelope?.message ?? '').slice(0, MAX_DETAIL_LENGTH),
    text: printable(text).slice(0, MAX_KEPT_LENGTH),
    isErrorEnvelope: envelope !== undefined,
    retryAfterMs: fromHeader ?? retryAfterSecondsMs(envelope?.retryAfterSeconds, maxRetryAfterMs),
    sentBytes,
  }
}

/** Never rejects: the status has decided already, a broken body changes nothing. Closes the connection where there is more to come. */
export async function firstBytes(body: Body, clock: Clock): Promise<string> {
  const cancel = clock.after(MAX_ANSWER_MS, () => body.destroy())
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > MAX_ANSWER_BYTES) break // leaving the loop destroys the stream
    }
  } catch {
    // cut off by the server, or by the timer above
  }
  cancel()
  return Buffer.concat(chunks).toString('utf8', 0, MAX_ANSWER_BYTES)
}

/** `{ error: { code, message, retryAfterSeconds? } }`; anything else counts as no envelope. */
function envelopeOf(text: string): { message: string; retryAfterSeconds: unknown } | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    const error = isRecord(parsed) ? parsed['error'] : undefined
    if (!isRecord(error)) return undefined
    return { message: String(error['message'] ?? ''), retryAfterSeconds: error['retryAfterSeconds'] }
  } catch {
    return undefined
  }
}
