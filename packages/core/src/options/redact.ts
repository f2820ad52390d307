/** The options `redact`, paths into a record in pino's notation (https://getpino.io/#/docs/redaction), and `secretHeaders`. */
import type { OptionReader } from './reader.ts'

/** Stands in place of what must not be sent. */
export const CENSOR = '[Redacted]'

/** Headers that let a reader of logs act as the user, or as the service. */
export const SECRET_HEADERS: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'api-key',
  'x-auth-token',
  'x-access-token',
  'x-csrf-token',
  'x-xsrf-token',
  'x-amz-security-token',
]

/** A name as HTTP has it. https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/

/** Any key, or any item. */
export const ANY = Symbol('*')

export type RedactPath = readonly (string | typeof ANY)[]

export function readRedact(options: OptionReader): readonly RedactPath[] {
  const given = options.raw('redact')
  if (given === undefined) return []
  if (!Array.isArray(given)) {
    options.refuse('redact', "an array of paths such as 'req.headers.authorization'", given)
    return []
  }
  return given.map((path: unknown, index) => readPath(options, path, index)).filter((path) => path !== undefined)
}

/** @returns names in lower case */
export function readSecretHeaders(options: OptionReader): readonly string[] {
  const given = options.raw('secretHeaders')
  if (given === undefined) return SECRET_HEADERS
  if (!Array.isArray(given)) {
    options.refuse('secretHeaders', "an array of names such as 'authorization'; [] sends all headers", given)
    return SECRET_HEADERS
  }
  return given.flatMap((name: unknown, index) => {
    if (typeof name === 'string' && HEADER_NAME.test(name)) return [name.toLowerCase()]
    options.refuse(`secretHeaders[${index}]`, "the name of a header such as 'x-api-key'", name)
    return []
  })
}

function readPath(options: OptionReader, path: unknown, index: number): RedactPath | undefined {
  const parsed = typeof path === 'string' ? parsePath(path) : undefined
  const expectation = `a path such as 'req.headers.authorization', 'users[*].password', '*.token' or 'a["b-c"]'`
  if (parsed === undefined) options.refuse(`redact[${index}]`, expectation, path)
  return parsed
}

/** A key in brackets, with or without quotes, or one behind a dot (at the begin without it). */
const SEGMENT = /\[(?:(["'`])(?<quoted>.*?)\1|(?<bracketed>[^\]"'`]+))\]|(?<dot>\.?)(?<plain>[^.[\]]+)/y

/** Undefined for what is no path. */
export function parsePath(path: string): RedactPath | undefined {
  const keys: (string | typeof ANY)[] = []
  for (let at = 0; at < path.length; at = SEGMENT.lastIndex) {
    SEGMENT.lastIndex = at
    const groups = SEGMENT.exec(path)?.groups
    const key = groups && keyOf(groups, at === 0)
    if (key === undefined) return undefined
    keys.push(key)
  }
  return keys.length === 0 ? undefined : keys
}

type Groups = Readonly<Record<string, string | undefined>>

function keyOf({ bracketed, dot, plain, quoted }: Groups, isFirst: boolean): string | typeof ANY | undefined {
  if (quoted !== undefined) return quoted
  if (plain !== undefined && isFirst !== (dot === '')) return undefined
  const key = (bracketed ?? plain ?? '').trim()
  if (key === '*') return ANY
  return key === '' || key.includes('*') ? undefined : key
}
