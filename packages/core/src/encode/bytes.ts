/** Bytes in the making: an event is written here piece by piece, without a string of the whole in between. */

const FIRST_CAPACITY = 16_384

/** Most bytes of UTF-8 that one UTF-16 code unit becomes. */
const MAX_BYTES_PER_UNIT = 3

/** Up to so many bytes a loop is faster than a call into the engine. */
const SHORT = 24

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

  reserve(count: number): void {
    if (this.length + count > this.buffer.length) this.#grow(this.length + count)
  }

  /** A copy of what was added behind `from`, which is taken out again. */
  takeFrom(from: number): Uint8Array {
    const taken = Buffer.from(this.buffer.subarray(from, this.length))
    this.length = from
    return taken
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(least, 2 * this.buffer.length))
    this.buffer.copy(larger, 0, 0, this.length)
    this.buffer = larger
  }
}
