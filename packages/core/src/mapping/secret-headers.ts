/** Credentials in the headers of logged requests: whoever reads logs must not be able to act as the user. */
import { keysOf } from '../encode/read.ts'
import { get, isObject } from './mapping.ts'

const SECRET_HEADERS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'set-cookie', 'proxy-authorization'])

/** Most header names are told from these by their length alone. */
const SECRET_LENGTHS: ReadonlySet<number> = new Set([...SECRET_HEADERS].map(({ length }) => length))

/** Parsed cookies, as express has them beside the header. */
const SECRET_FIELDS = ['cookies', 'signedCookies']

const REDACTED = '[Redacted]'

/** Replaces the secrets in a copy of a logged request or response; what they were read from stays as it is. */
export function redactSecrets(part: Record<string, unknown>): void {
  const { headers, rawHeaders } = part
  if (isObject(headers)) part['headers'] = redactedHeaders(headers)
  if (Array.isArray(rawHeaders)) part['rawHeaders'] = redactedPairs(rawHeaders)
  for (const key of SECRET_FIELDS) {
    const cookies = part[key]
    if (isObject(cookies) && keysOf(cookies).length > 0) part[key] = REDACTED
  }
}

/** The same object where none of its headers is secret. */
function redactedHeaders(headers: object): object {
  let redacted: Record<string, unknown> | undefined
  for (const name of keysOf(headers)) {
    if (!isSecret(name)) continue
    redacted ??= copyOf(headers)
    redacted[name] = REDACTED
  }
  return redacted ?? headers
}

/** Name, value, name, value, … as Node has them from the wire. */
function redactedPairs(pairs: readonly unknown[]): unknown[] {
  return pairs.map((item, index) => (index % 2 === 1 && isSecret(pairs[index - 1]) ? REDACTED : item))
}

function isSecret(name: unknown): boolean {
  return typeof name === 'string' && SECRET_LENGTHS.has(name.length) && SECRET_HEADERS.has(name.toLowerCase())
}

function copyOf(headers: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const name of keysOf(headers)) copy[name] = get(headers, name)
  return copy
}
