/** Values of a request and its response → their members of the event, in bytes. Each function is false where the mapping must decide. */
import type { Bytes } from 'openpipeline-core/mapping'

import { isDigit, stands } from './line-value.ts'

const NS_PER_MS = 1e6

/** Milliseconds with so many digits are whole nanoseconds that a double counts exactly. */
const MAX_MS_DIGITS = 9

const QUOTE = 0x22
const DOT = 0x2e
const SLASH = 0x2f
const ZERO = 0x30
const QUESTION_MARK = 0x3f
const BACKSLASH = 0x5c
const LETTER_A = 0x41
const LETTER_Z = 0x5a

/** A server that listens on both protocols sees IPv4 clients under this prefix. */
const MAPPED_IPV4 = Buffer.from('"::ffff:')

const METHOD = Buffer.from(',"http.request.method":')
const STATUS_CODE = Buffer.from(',"http.response.status_code":')
const PATH = Buffer.from(',"url.path":')
const QUERY = Buffer.from('","url.query":"')
const ADDRESS = Buffer.from(',"client.address":')
const DURATION = Buffer.from(',"duration":')
const SIX_ZEROS = Buffer.from('000000')

export function writeMethod(bytes: Uint8Array, from: number, to: number, out: Bytes): boolean {
  const length = to - from - 2
  if (bytes[from] !== QUOTE || length < 3 || length > 8) return false
  for (let at = from + 1; at < to - 1; at++) {
    const byte = bytes[at] ?? 0
    if (byte < LETTER_A || byte > LETTER_Z) return false
  }
  out.add(METHOD)
  out.addPart(bytes, from, to)
  return true
}

export function writeStatusCode(bytes: Uint8Array, from: number, to: number, out: Bytes): boolean {
  if (to - from !== 3 || bytes[from] === ZERO) return false
  for (let at = from; at < to; at++) if (!isDigit(bytes[at] ?? 0)) return false
  out.add(STATUS_CODE)
  out.addPart(bytes, from, to)
  return true
}

export function writeUrl(bytes: Uint8Array, from: number, to: number, out: Bytes): boolean {
  if (bytes[from] !== QUOTE || bytes[from + 1] !== SLASH) return false
  let queryAt = 0
  for (let at = from + 1; at < to; at++) {
    const byte = bytes[at]
    if (byte === BACKSLASH) return false
    if (byte === QUESTION_MARK && queryAt === 0) queryAt = at
  }
  out.add(PATH)
  if (queryAt === 0) {
    out.addPart(bytes, from, to)
    return true
  }
  out.addPart(bytes, from, queryAt)
  if (queryAt === to - 2) out.addByte(QUOTE)
  else {
    out.add(QUERY)
    out.addPart(bytes, queryAt + 1, to)
  }
  return true
}

export function writeAddress(bytes: Uint8Array, from: number, to: number, out: Bytes): boolean {
  if (bytes[from] !== QUOTE || to - from === 2) return false
  let hasDot = false
  for (let at = from; at < to; at++) {
    if (bytes[at] === BACKSLASH) return false
    if (bytes[at] === DOT) hasDot = true
  }
  out.add(ADDRESS)
  if (hasDot && stands(MAPPED_IPV4, bytes, from)) {
    out.addByte(QUOTE)
    out.addPart(bytes, from + MAPPED_IPV4.length, to)
  } else out.addPart(bytes, from, to)
  return true
}

export function writeDuration(bytes: Buffer, from: number, to: number, out: Bytes): boolean {
  if (!isDigit(bytes[from] ?? 0)) return false
  out.add(DURATION)
  if (isWhole(bytes, from, to)) {
    out.addPart(bytes, from, to)
    out.add(SIX_ZEROS)
  } else out.addText(String(Math.round(Number(bytes.toString('latin1', from, to)) * NS_PER_MS)))
  return true
}

function isWhole(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > MAX_MS_DIGITS || bytes[from] === ZERO) return false
  for (let at = from; at < to; at++) if (!isDigit(bytes[at] ?? 0)) return false
  return true
}
