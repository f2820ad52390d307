/** Credentials in the headers of logged requests: whoever reads logs must not be able to act as the user. */
import { keysOf } from '../encode/read.ts'
import { copyOf, isObject } from './mapping.ts'

const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization'])

/** Length → first letter: almost every other name is told from these by the two. */
const FIRST_LETTERS: ReadonlyMap<number, number> = new Map(
  [...SECRET_HEADERS].map((name) => [name.length, name.charCodeAt(0)]),
)

/** Of an ASCII letter's code: makes it lower case. */
const LOWER_CASE = 0x20

/** Parsed cookies, as express has them beside the header. */
const SECRET_FIELDS = ['cookies', 'signedCookies']

const REDACTED = '[Redacted]'

/** Replaces the secrets in a request or response that may be changed; its headers may only where they are our own too. */
export function redactSecrets(part: Record<string, unknown>, areHeadersOwn: boolean): void {
  const { headers, rawHeaders } = part
  if (isObject(headers)) redactHeaders(part, headers, areHeadersOwn)
  if (Array.isArray(rawHeaders)) part['rawHeaders'] = redactedPairs(rawHeaders)
  for (const key of SECRET_FIELDS) if (isObject(part[key])) part[key] = REDACTED
}

function redactHeaders(part: Record<string, unknown>, headers: Record<string, unknown>, areOwn: boolean): void {
  let redacted = areOwn ? headers : undefined
  for (const name of keysOf(headers)) {
    if (!isSecret(name)) continue
    redacted ??= copyOf(headers)
    redacted[name] = REDACTED
  }
  if (redacted !== undefined && redacted !== headers) part['headers'] = redacted
}

/** Name, value, name, value, … as Node has them from the wire. */
function redactedPairs(pairs: readonly unknown[]): unknown[] {
  return pairs.map((item, index) => (index % 2 === 1 && isSecret(pairs[index - 1]) ? REDACTED : item))
}

function isSecret(name: unknown): boolean {
  if (typeof name !== 'string' || FIRST_LETTERS.get(name.length) !== (name.charCodeAt(0) | LOWER_CASE)) return false
  return SECRET_HEADERS.has(name.toLowerCase())
}
