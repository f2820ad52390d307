/** A link in front of the attempt: it brings the Authorization header, and a fresh token at once when one is refused. */
import type { Clock } from '../clock.ts'
import type { Deliver } from './deliver.ts'
import type { Outcome } from './outcome.ts'
import type { Post } from './post.ts'
import type { TokenReader, TokenReading } from './token-reader.ts'

/**
 * Classic access tokens have their own scheme, everything else is a bearer token.
 * https://docs.dynatrace.com/docs/shortlink/api-authentication
 */
export function authorizationHeader(token: string): string {
  return token.startsWith('dt0c01.') ? `Api-Token ${token}` : `Bearer ${token}`
}

export function withAuthorization(post: Post, read: TokenReader, clock: Clock): Deliver {
  const tokens = new TokenCache(read, clock)
  return async (body, signal) => {
    const first = await tokens.current()
    if ('outcome' in first) return first.outcome
    const outcome = await post({ body, authorization: authorizationHeader(first.token) }, signal)
    if (!isRefusal(outcome)) return outcome
    const second = await tokens.renewed(first.token)
    if ('outcome' in second) return second.outcome
    if (second.token === first.token) return outcome
    return post({ body, authorization: authorizationHeader(second.token) }, signal)
  }
}

function isRefusal(outcome: Outcome): boolean {
  return outcome.status === 'held' && outcome.isAboutToken === true
}

/** The last token that was read, while it is valid. Several attempts that need a new one wait for the same reading. */
class TokenCache {
  readonly #read: TokenReader
  readonly #clock: Clock
  #reading: Promise<TokenReading> | undefined
  #known: { token: string; validForMs: number } | undefined
  #validUntil = -Infinity

  constructor(read: TokenReader, clock: Clock) {
    this.#read = read
    this.#clock = clock
  }

  current(): Promise<TokenReading> {
    if (this.#known !== undefined && this.#clock.now() < this.#validUntil) return Promise.resolve(this.#known)
    this.#reading ??= this.#readNow()
    return this.#reading
  }

  /** After `refused` was refused: what is there now. */
  renewed(refused: string): Promise<TokenReading> {
    if (this.#known?.token === refused) this.#validUntil = -Infinity
    return this.current()
  }

  async #readNow(): Promise<TokenReading> {
    const reading = await this.#read()
    this.#reading = undefined
    if ('token' in reading) {
      this.#known = reading
      this.#validUntil = this.#clock.now() + reading.validForMs
    }
    return reading
  }
}
