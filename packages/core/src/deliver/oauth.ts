/** A bearer token for an OAuth client, by its credentials. https://docs.dynatrace.com/docs/shortlink/api-authentication */
import { request } from 'undici'

import { MAX_ANSWER_BYTES } from '../limits.ts'
import { isRecord } from '../options/reader.ts'
import type { Outcome } from './outcome.ts'
import type { TokenReading } from './token-reader.ts'

const TIMEOUT_MS = 10_000

/** Renewed when this share of its life is over, so that no request meets an expired one. */
const SHARE_OF_LIFE = 0.8

/** What the service documents, where the answer names no life. */
const DEFAULT_LIFE_S = 300

/** Never rejects, and shows nothing of the form: it holds the secret. */
export async function readOAuthToken(tokenUrl: string, form: string): Promise<TokenReading> {
  try {
    const response = await request(tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = (await response.body.text()).slice(0, MAX_ANSWER_BYTES)
    if (response.statusCode !== 200) return { outcome: refusal(response.statusCode, tokenUrl) }
    return readToken(text, tokenUrl)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed'
    return { outcome: { status: 'retry', cause: `no token from ${hostOf(tokenUrl)} (${code})`, ambiguous: false } }
  }
}

function readToken(text: string, tokenUrl: string): TokenReading {
  const answer: unknown = JSON.parse(text)
  const token = isRecord(answer) ? answer['access_token'] : undefined
  const life = isRecord(answer) && typeof answer['expires_in'] === 'number' ? answer['expires_in'] : DEFAULT_LIFE_S
  if (typeof token === 'string') return { token, validForMs: life * 1000 * SHARE_OF_LIFE }
  return {
    outcome: { status: 'held', cause: `${hostOf(tokenUrl)} answered without an access_token; check oauth.tokenUrl` },
  }
}

function refusal(status: number, tokenUrl: string): Outcome {
  const cause = `${status} from ${hostOf(tokenUrl)}`
  if (status >= 500 || status === 429) return { status: 'retry', cause, ambiguous: false }
  return {
    status: 'held',
    cause: `${cause}: no token for this OAuth client; check clientId, clientSecret, scope and resource`,
  }
}

function hostOf(url: string): string {
  return new URL(url).host
}
