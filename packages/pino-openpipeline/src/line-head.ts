/**
 * The begin of a line, which pino wrote by itself: level, time and its bindings. A record's field of the same name stands
 * behind it, and JSON.parse would take that one.
 */

type Scalar = string | number | undefined

const QUOTE = 0x22
const BACKSLASH = 0x5c
const ZERO = 0x30

/** Digits that a number holds exactly. */
const MAX_DIGITS = 15

export interface LineHead {
  /** Value of the first key, where that is not `level`: a formatter's own form of the level. */
  readonly first: Scalar
  readonly level: Scalar
  readonly time: Scalar
  readonly pid: Scalar
  readonly hostname: Scalar
  readonly name: Scalar
}

/** Reads the head in pino's order; what is not there, or not in its place, is undefined. */
export class LineHeadReader implements LineHead {
  first: Scalar
  level: Scalar
  time: Scalar
  pid: Scalar
  hostname: Scalar
  name: Scalar
  #line = ''
  #at = 0

  /** The answer is valid until the next call: one object serves all lines. */
  read(line: string): LineHead {
    this.#line = line
    this.#at = 1
    this.level = this.#take('"level":')
    this.first = this.level === undefined ? this.#takeFirst() : undefined
    this.time = this.#take('"time":')
    this.pid = this.#take('"pid":')
    this.hostname = this.#take('"hostname":')
    this.name = this.#take('"name":')
    this.#line = ''
    return this
  }

  #takeFirst(): Scalar {
    const end = this.#line.indexOf('":', this.#at)
    return end === -1 ? undefined : this.#take(this.#line.slice(this.#at, end + 2))
  }

  /** The value behind this key, if the key stands here and its value is a string or a number. */
  #take(key: string): Scalar {
    if (!this.#line.startsWith(key, this.#at)) return undefined
    const start = this.#at + key.length
    return this.#line.charCodeAt(start) === QUOTE ? this.#text(start + 1) : this.#number(start)
  }

  #text(start: number): Scalar {
    const end = this.#line.indexOf('"', start)
    // An escape, which neither a time nor a host's name needs.
    if (end === -1 || this.#line.charCodeAt(end - 1) === BACKSLASH) return undefined
    const text = this.#line.slice(start, end)
    if (text.includes('\\')) return undefined
    this.#at = end + 2
    return text
  }

  /** A whole number; at any other (a fraction, an exponent) the head ends. */
  #number(start: number): Scalar {
    let number = 0
    let end = start
    for (let digit = this.#digit(end); digit >= 0 && digit <= 9; digit = this.#digit(++end))
      number = number * 10 + digit
    const next = this.#line[end]
    if (end === start || end - start > MAX_DIGITS || (next !== ',' && next !== '}')) return undefined
    this.#at = end + 1
    return number
  }

  #digit(at: number): number {
    return this.#line.charCodeAt(at) - ZERO
  }
}
