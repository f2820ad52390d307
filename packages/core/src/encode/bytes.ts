/** Bytes in the making: an event is written here piece by piece, without a string of the whole in between. */
import { needsEscape } from './quote.ts'

const FIRST_CAPACITY = 16_384

/** Most bytes of UTF-8 that one UTF-16 code unit becomes. */
const MAX_BYTES_PER_UNIT = 3

/** Up to so many bytes a loop is faster than a call into the engine. */
const SHORT = 24

/** Up to so many units a text is copied by a loop. */
const LOOPED = 48

const QUOTE = 0x22

/** Numbers of at most 15 digits, all of which a double counts exactly. */
const MAX_DIGITS = 999_999_999_999_999

export class Bytes {
  buffer = Buffer.allocUnsafeSlow(FIRST_CAPACITY)
  length = 0

  addByte(byte: number): void {
    this.reserve(1)
    this.buffer[this.length++] = byte
  }

  /** Adds bytes that never change. */
  add(bytes: Uint8Array): void {
    const count = bytes.length
    this.reserve(count)
    const { buffer, length } = this
    this.length = length + count
    if (count > SHORT) buffer.set(bytes, length)
    else for (let index = 0; index < count; index++) buffer[length + index] = bytes[index] ?? 0
  }

  /** Adds a part of other bytes. */
  addPart(bytes: Uint8Array, from: number, to: number): void {
    const count = to - from
    this.reserve(count)
    const { buffer, length } = this
    this.length = length + count
    if (count > 2 * SHORT) buffer.set(bytes.subarray(from, to), length)
    else for (let index = 0; index < count; index++) buffer[length + index] = bytes[from + index] ?? 0
  }

  addText(text: string): void {
    this.reserve(text.length * MAX_BYTES_PER_UNIT)
    this.length += this.buffer.write(text, this.length)
  }

  /** Behind an opening quote: adds a text as JSON, and the closing quote. */
  closeText(text: string): void {
    if (text.length <= LOOPED && this.#addPlain(text)) return this.addByte(QUOTE)
    if (text.length > LOOPED && !needsEscape(text)) {
      this.addText(text)
      return this.addByte(QUOTE)
    }
    this.length-- // the opening quote, which comes again
    this.addText(JSON.stringify(text))
  }

  /** Adds what a number is in JSON; it must be finite. */
  addNumber(number: number): void {
    if (number >= 0 && number <= MAX_DIGITS && Number.isInteger(number)) this.#addWhole(number)
    else this.#addPlain(String(number))
  }

  reserve(count: number): void {
    if (this.length + count > this.buffer.length) this.#grow(this.length + count)
  }

  /** A copy of what was added behind `from`, which is taken out again. */
  takeFrom(from: number): Uint8Array {
    const taken = Buffer.from(this.buffer.subarray(from, this.length))
    this.length = from
    return taken
  }

  /** Where nothing in it needs an escape or more than a byte; else adds nothing. To look and to copy at once is the least work. */
  #addPlain(text: string): boolean {
    const count = text.length
    this.reserve(count)
    const { buffer, length } = this
    for (let index = 0; index < count; index++) {
      const unit = text.charCodeAt(index)
      if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return false
      buffer[length + index] = unit
    }
    this.length = length + count
    return true
  }

  #addWhole(number: number): void {
    let digits = 1
    for (let bound = 10; number >= bound; bound *= 10) digits++
    this.reserve(digits)
    const { buffer, length } = this
    let rest = number
    for (let at = length + digits - 1; at >= length; at--) {
      const higher = Math.floor(rest / 10)
      buffer[at] = 0x30 + rest - 10 * higher
      rest = higher
    }
    this.length = length + digits
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(least, 2 * this.buffer.length))
    this.buffer.copy(larger, 0, 0, this.length)
    this.buffer = larger
  }
}
