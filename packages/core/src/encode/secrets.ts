/** Credentials of requests and responses, wherever an event has them: whoever reads events must not be able to act as the user. */
import { MAX_VALUES } from '../limits.ts'
import { CENSOR, SECRET_HEADERS } from '../options/redact.ts'
import { copyOf, keysOf, read, thrown } from './read.ts'

/** What a member's name says of its value: it is a secret, or it has secrets among its own members. */
export type Guard = 'secret' | 'container'

/** Whether the member of this name is a secret. */
type Hides = (name: string) => boolean

/** `headers`, `rawHeaders`, `requestHeaders`, and `header` as some frameworks have it. */
const HEADERS = /headers?$/i

/** Parsed cookies, as express has them beside the headers. */
const COOKIES: ReadonlySet<string> = new Set(['cookies', 'signedCookies'])

/** Parts of a request of Node's, or of the client around it, in which its headers and its URL stand as text. */
const WIRE: ReadonlySet<string> = new Set(['_header', '_redirectable'])

export class Secrets {
  readonly #inHeaders: Hides | undefined
  readonly #inRequest: Hides | undefined
  /** What an HTTP client makes the header of. */
  readonly #inAuth: Hides | undefined

  /** @param headers names in lower case; without any of them nothing is hidden */
  constructor(headers = SECRET_HEADERS) {
    const names = new Set(headers)
    if (names.size > 0) {
      this.#inHeaders = (name) => names.has(name.toLowerCase())
      this.#inRequest = (name) => WIRE.has(name) || (COOKIES.has(name) && names.has('cookie'))
    }
    if (names.has('authorization')) this.#inAuth = (name) => name === 'password'
  }

  /** @param name dotted */
  guardOf(name: string): Guard | undefined {
    const dot = name.lastIndexOf('.')
    const key = name.slice(dot + 1)
    const hides = dot > 0 ? this.#within(name.slice(name.lastIndexOf('.', dot - 1) + 1, dot)) : undefined
    if (hides?.(key) === true) return 'secret'
    return this.isContainer(key) ? 'container' : undefined
  }

  isSecret(name: string): boolean {
    return this.guardOf(name) === 'secret'
  }

  /** Asked for every key of an object that is written as one. */
  isContainer(key: string): boolean {
    return this.#within(key) !== undefined
  }

  /**
   * A container in any of its forms without the secrets: an object; names and values in turn, as Node has headers from the wire; a
   * list of pairs; a list of objects with `name` and `value`. What is none of these comes back as it is.
   */
  without(key: string, container: unknown): unknown {
    const hides = this.#within(key.slice(key.lastIndexOf('.') + 1))
    if (hides === undefined || typeof container !== 'object' || container === null) return container
    try {
      return Array.isArray(container) ? listWithout(container, hides) : objectWithout(container, hides)
    } catch (error) {
      return thrown(error)
    }
  }

  #within(key: string): Hides | undefined {
    if (key === 'req' || key === 'request') return this.#inRequest
    if (key === 'auth') return this.#inAuth
    const last = key.charCodeAt(key.length - 1) | 0x20
    return (last === 0x73 || last === 0x72) && HEADERS.test(key) ? this.#inHeaders : undefined
  }
}

function objectWithout(object: object, hides: Hides): object {
  const secret = keysOf(object).filter((name) => hides(name) && read(object, name) !== undefined)
  return secret.length === 0
    ? object
    : { ...copyOf(object), ...Object.fromEntries(secret.map((name) => [name, CENSOR])) }
}

/** One item more than may be written, so that what is missing is marked. */
function listWithout(list: readonly unknown[], hides: Hides): unknown[] {
  const items = list.slice(0, MAX_VALUES + 1)
  return items.map((_, index) => itemWithout(items, index, hides))
}

function itemWithout(items: readonly unknown[], index: number, hides: Hides): unknown {
  const item = items[index]
  const isHidden = (name: unknown): boolean => typeof name === 'string' && hides(name)
  if (index % 2 === 1 && isHidden(items[index - 1])) return CENSOR
  if (Array.isArray(item)) return isHidden(item[0]) ? [item[0], CENSOR] : item
  if (typeof item !== 'object' || item === null) return item
  return isHidden(read(item, 'name')) ? { ...copyOf(item), value: CENSOR } : item
}
