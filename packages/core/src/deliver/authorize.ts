/** A link in front of the attempt: it brings the Authorization header, and a fresh token at once when one is refused. */
import type { Clock } from '../clock.ts'
import { TOKEN_TIMEOUT_MS } from '../limits.ts'
import { deadline, unlessAborted } from './deadline.ts'
import type { Deliver } from './link.ts'
import type { Outcome } from './outcome.ts'
import type { Post } from './post.ts'
import type { TokenReader, TokenReading } from './token-reading.ts'

/** After a reading that failed the last token serves for so long, unless it is refused. */
const READ_AGAIN_AFTER_MS = 10_000

/**
 * Classic access tokens have their own scheme, everything else is a bearer token.
 * https://docs.dynatrace.com/docs/shortlink/api-authentication
 */
export function authorizationHeader(token: string): string {
  return token.startsWith('dt0c01.') ? `Api-Token ${token}` : `Bearer ${token}`
}

/** `ended` fires when delivery has come to its end: then no reading goes on. */
export function withAuthorization(post: Post, read: TokenReader, clock: Clock, ended: AbortSignal): Deliver {
  const tokens = new Tokens(read, clock, ended)
  return async (body, signal) => {
    // Then the token is read for this very attempt, and a refusal is no news: not more than one request a probe.
    const wasRefused = tokens.isRefused
    const first = await tokens.current(signal)
    if ('outcome' in first) return first.outcome
    const outcome = await post({ body, authorization: authorizationHeader(first.token) }, signal)
    tokens.judge(first.token, outcome)
    if (wasRefused || !isRefusal(outcome)) return outcome
    const second = await tokens.current(signal)
    if ('outcome' in second) return second.outcome
    if (second.token === first.token) return outcome
    const again = await post({ body, authorization: authorizationHeader(second.token) }, signal)
    tokens.judge(second.token, again)
    return again
  }
}

function isRefusal(outcome: Outcome): boolean {
  return outcome.status === 'held' && outcome.isAboutToken === true
}

/** The last token that was read, while it is valid. Several attempts that need a new one wait for the same reading. */
class Tokens {
  readonly #read: TokenReader
  readonly #clock: Clock
  readonly #ended: AbortSignal
  #reading: Promise<TokenReading> | undefined
  #token: string | undefined
  #validUntil = -Infinity
  /** The token that was refused last, until one is taken. */
  #refused: string | undefined

  constructor(read: TokenReader, clock: Clock, ended: AbortSignal) {
    this.#read = read
    this.#clock = clock
    this.#ended = ended
  }

  /** The last attempt was refused; the token is read for each further one. */
  get isRefused(): boolean {
    return this.#refused !== undefined
  }

  current(signal: AbortSignal): Promise<TokenReading> {
    if (this.#token !== undefined && this.#clock.now() < this.#validUntil) {
      return Promise.resolve({ token: this.#token, validForMs: 0 })
    }
    this.#reading ??= this.#readNow().finally(() => (this.#reading = undefined))
    return unlessAborted(this.#reading, signal, () => noToken('the attempt was given up'))
  }

  /** What an attempt with this token says about it, if it is still the one at hand. */
  judge(token: string, outcome: Outcome): void {
    if (token !== this.#token) return
    if (outcome.status === 'accepted') this.#refused = undefined
    if (!isRefusal(outcome)) return
    this.#refused = token
    this.#validUntil = -Infinity
  }

  async #readNow(): Promise<TokenReading> {
    const attempt = deadline(TOKEN_TIMEOUT_MS, this.#ended, this.#clock)
    const tooLate = (): TokenReading => noToken(`no token within ${TOKEN_TIMEOUT_MS} ms from where it is kept`)
    const reading = await unlessAborted(this.#read(attempt.signal), attempt.signal, tooLate)
    attempt.cancel()
    const now = this.#clock.now()
    if ('token' in reading) {
      this.#token = reading.token
      this.#validUntil = reading.token === this.#refused ? -Infinity : now + reading.validForMs
      return reading
    }
    // A file that is just being written, or a server that is away for a moment, must not stop what still works.
    if (this.#token === undefined || this.isRefused) return reading
    this.#validUntil = now + READ_AGAIN_AFTER_MS
    return { token: this.#token, validForMs: 0 }
  }
}

function noToken(cause: string): TokenReading {
  return { outcome: { status: 'retry', cause, ambiguous: false } }
}
