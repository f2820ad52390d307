/** Where a value of a line ends, and that it is JSON all through: whatever is not stays out of the batch, which it would spoil. */

/** Digits that a number may have without losing any in a double. */
const MAX_NUMBER_LENGTH = 15

/** More in lists or kept objects may hold more values than an event may have; the encoder has a bound. */
const MAX_NESTED_LENGTH = 8192

/** Deeper ones are for the encoder too. */
const MAX_DEPTH = 16

const SPACE = 0x20
const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const OPENING_BRACKET = 0x5b
const BACKSLASH = 0x5c
const CLOSING_BRACKET = 0x5d
const LETTER_U = 0x75
const OPENING_BRACE = 0x7b
const CLOSING_BRACE = 0x7d

const LITERALS = ['true', 'false', 'null'].map((text) => Buffer.from(text))

/** What may follow a backslash. */
const ESCAPED: ReadonlySet<number> = new Set(Buffer.from('"\\/bfnrtu'))

const HEX_DIGITS: ReadonlySet<number> = new Set(Buffer.from('0123456789abcdefABCDEF'))

/** Whether an object with this key has secrets among the members of its value. */
type IsContainer = (key: string) => boolean

/**
 * Where the value at `start` ends; -1 for one that must be parsed: a long number or an exponent, a large list, one with secrets
 * in it, or no JSON.
 */
export function endOfValue(bytes: Buffer, start: number, isContainer: IsContainer): number {
  const first = bytes[start] ?? 0
  if (first === QUOTE) return endOfText(bytes, start)
  if (first === OPENING_BRACE || first === OPENING_BRACKET) {
    const end = endOfNested(bytes, start, { depth: MAX_DEPTH, isContainer })
    return end - start > MAX_NESTED_LENGTH ? -1 : end
  }
  return endOfScalar(bytes, start, first)
}

function endOfScalar(bytes: Uint8Array, start: number, first: number): number {
  if (first === MINUS || isDigit(first)) return endOfNumber(bytes, start)
  const literal = LITERALS.find((text) => stands(text, bytes, start))
  return literal === undefined ? -1 : start + literal.length
}

/** Whether these bytes stand there. */
export function stands(text: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false
  return true
}

/** Behind the quote that ends the text. */
export function endOfText(bytes: Uint8Array, start: number): number {
  for (let at = start + 1; ; at++) {
    const byte = bytes[at] ?? 0
    if (byte === QUOTE) return at + 1
    if (byte < SPACE) return -1
    if (byte === BACKSLASH && !isEscape(bytes, ++at)) return -1
  }
}

function isEscape(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] ?? 0
  if (byte !== LETTER_U) return ESCAPED.has(byte)
  for (let index = at + 1; index <= at + 4; index++) if (!HEX_DIGITS.has(bytes[index] ?? 0)) return false
  return true
}

function endOfNumber(bytes: Uint8Array, start: number): number {
  const first = bytes[start] === MINUS ? start + 1 : start
  let end = endOfDigits(bytes, first)
  if (end === first || (bytes[first] === ZERO && (end > first + 1 || first > start))) return -1 // -0 is written as 0
  if (bytes[end] === DOT) {
    const fraction = end + 1
    end = endOfDigits(bytes, fraction)
    if (end === fraction) return -1
  }
  return end - start <= MAX_NUMBER_LENGTH ? end : -1
}

function endOfDigits(bytes: Uint8Array, start: number): number {
  let end = start
  while (isDigit(bytes[end] ?? 0)) end++
  return end
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}

interface Nesting {
  /** How many levels there may be, this one included. */
  readonly depth: number
  readonly isContainer: IsContainer
}

/** A list, or an object. */
function endOfNested(bytes: Buffer, start: number, nesting: Nesting): number {
  const isList = bytes[start] === OPENING_BRACKET
  const closing = isList ? CLOSING_BRACKET : CLOSING_BRACE
  if (nesting.depth === 0) return -1
  if (bytes[start + 1] === closing) return start + 2
  for (let at = start + 1; ; at++) {
    const value = isList ? at : endOfKey(bytes, at, nesting.isContainer)
    if (value === -1) return -1
    at = endOfItem(bytes, value, nesting)
    if (at === -1) return -1
    if (bytes[at] === closing) return at + 1
    if (bytes[at] !== COMMA) return -1
  }
}

function endOfItem(bytes: Buffer, start: number, nesting: Nesting): number {
  const first = bytes[start] ?? 0
  if (first === QUOTE) return endOfText(bytes, start)
  const isNested = first === OPENING_BRACE || first === OPENING_BRACKET
  return isNested
    ? endOfNested(bytes, start, { ...nesting, depth: nesting.depth - 1 })
    : endOfScalar(bytes, start, first)
}

/** Behind the colon; -1 also for a key with escapes, which may be any. */
function endOfKey(bytes: Buffer, start: number, isContainer: IsContainer): number {
  const end = bytes[start] === QUOTE ? endOfText(bytes, start) : -1
  if (end === -1 || bytes[end] !== COLON) return -1
  const key = bytes.toString('latin1', start + 1, end - 1)
  return key.includes('\\') || isContainer(key) ? -1 : end + 1
}
