/** A bearer token for an OAuth client, by its credentials. https://docs.dynatrace.com/docs/shortlink/api-authentication */
import type { Clock } from '../clock.ts'
import { TOKEN_TIMEOUT_MS } from '../limits.ts'
import { isRecord } from '../options/reader.ts'
import type { TlsSettings } from '../options/tls.ts'
import type { OAuthSource } from '../options/token.ts'
import { faultOfToken } from '../options/token.ts'
import { firstBytes } from './answer.ts'
import { openConnections } from './connections.ts'
import { failureOf, fromFailure } from './failure.ts'
import type { Outcome } from './outcome.ts'
import type { TokenReading } from './token-reading.ts'
import { request } from './undici.ts'

/** Renewed when this share of its life is over, so that no request meets an expired one. */
const SHARE_OF_LIFE = 0.8

/** What the service documents, where the answer names no life. */
const DEFAULT_LIFE_S = 300

/** Statuses beside 5xx that pass by themselves. */
const PASSING = new Set([408, 425, 429])

/** Never rejects, and shows nothing of the form: it holds the secret. */
export async function readOAuthToken(
  source: OAuthSource,
  tls: TlsSettings,
  clock: Clock,
  signal: AbortSignal,
): Promise<TokenReading> {
  const { host, origin, pathname, search } = new URL(source.tokenUrl)
  // The client certificate and the server name are the endpoint's; an authority may stand behind both.
  const settings = {
    delivery: { concurrency: 1, timeoutMs: TOKEN_TIMEOUT_MS },
    proxy: source.proxy,
    tls: { ...(tls.ca && { ca: tls.ca }) },
  }
  const connections = openConnections(origin, settings)
  try {
    const response = await request(connections, {
      origin,
      path: pathname + search,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: source.form(),
      signal,
    })
    const answer = parse(await firstBytes(response.body, clock))
    return response.statusCode === 200 ? readToken(answer, host) : refusal(response.statusCode, host, answer)
  } catch (error) {
    const failure = fromFailure({ ...failureOf(error), proxy: source.proxy?.origin, sentBytes: 0 })
    return withoutToken(failure.status, `no token from ${host}: ${failure.cause}`)
  } finally {
    void connections.destroy().catch(() => undefined)
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = JSON.parse(text)
    return isRecord(answer) ? answer : {}
  } catch {
    return {}
  }
}

function readToken(answer: Readonly<Record<string, unknown>>, host: string): TokenReading {
  const { access_token: token, expires_in: life } = answer
  const lifeS = typeof life === 'number' && life > 0 ? life : DEFAULT_LIFE_S
  if (faultOfToken(token) === undefined) return { token: String(token), validForMs: lifeS * 1000 * SHARE_OF_LIFE }
  return withoutToken('held', `${host} answered 200 without an access_token; check oauth.tokenUrl`)
}

/** Of the answer only its `error` is shown, a word of a short list. https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function refusal(status: number, host: string, { error }: Readonly<Record<string, unknown>>): TokenReading {
  const word = typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? ` (${error})` : ''
  const cause = `no token from ${host}: ${status}${word}`
  if (status >= 500 || PASSING.has(status)) return withoutToken('retry', cause)
  const isAboutAddress = status < 400 || status === 404 || status === 405
  const remedy = isAboutAddress ? 'check oauth.tokenUrl' : 'check clientId, clientSecret, scope and resource'
  return withoutToken('held', `${cause}: not for this OAuth client; ${remedy}`)
}

function withoutToken(status: 'held' | 'retry', cause: string): TokenReading {
  const outcome: Outcome = status === 'held' ? { status, cause } : { status, cause, ambiguous: false }
  return { outcome }
}
