/** A frame: one record as a line that proves itself, `<crc32> <seq> <json>\n`. Readable with `cut -d' ' -f3-`. */
import { crc32 } from 'node:zlib'

import type { EncodedEvent } from '../event.ts'

/** Where a frame's JSON stands in the bytes it was read from. */
export interface Frame {
  readonly seq: number
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

export const NEWLINE = 0x0a
const SPACE = 0x20
const OPENING_BRACE = 0x7b

const CRC_DIGITS = 8
const CRC_AND_SPACE = CRC_DIGITS + 1

/** 36 to this power still is a safe integer. */
const MAX_SEQ_DIGITS = 10

const SPACE_AND_NEWLINE = 2

/** Of UTF-8, for a unit of UTF-16. */
const MAX_BYTES_PER_UNIT = 3

const NO_BYTES = Buffer.alloc(0)

/** Encodes into buffers of its own, since the bytes are written at once and needed no longer. */
export class FrameEncoder {
  /** Bytes of the frames that were added. */
  length = 0
  #frame = new Beginnings(4096)
  #chunk = NO_BYTES

  /** One frame alone. @param json must not contain a raw newline, which JSON never does; valid until the next call */
  encode(seq: number, json: string | EncodedEvent): Buffer {
    const most = CRC_AND_SPACE + MAX_SEQ_DIGITS + mostBytesOf(json) + SPACE_AND_NEWLINE
    if (most > this.#frame.bytes.length) this.#frame = new Beginnings(most)
    const { bytes } = this.#frame
    // Digit by digit and apart from the JSON, which is long: as a text it would be made first, and then copied.
    let end = writeBase36(bytes, CRC_AND_SPACE, seq)
    bytes[end++] = SPACE
    end += typeof json === 'string' ? bytes.write(json, end, 'utf8') : json.bytes.copy(bytes, end, json.start, json.end)
    bytes[end++] = NEWLINE
    writeHex(bytes, 0, crc32(this.#frame.checked(end - 1)))
    bytes[CRC_AND_SPACE - 1] = SPACE
    return this.#frame.to(end)
  }

  /** Adds a frame behind the others. */
  add(seq: number, json: string | EncodedEvent): void {
    const frame = this.encode(seq, json)
    const end = this.length + frame.length
    if (end > this.#chunk.length) this.#grow(end)
    this.#chunk.set(frame, this.length)
    this.length = end
  }

  /** All frames that were added, valid until the next call; what follows begins anew. */
  take(): Buffer {
    const frames = this.#chunk.subarray(0, this.length)
    this.length = 0
    return frames
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(bytes, 2 * this.length))
    this.#chunk.copy(larger, 0, 0, this.length)
    this.#chunk = larger
  }
}

/** No more than this, known without counting. */
export function mostBytesOf(json: string | EncodedEvent): number {
  return typeof json === 'string' ? json.length * MAX_BYTES_PER_UNIT : json.end - json.start
}

/** Longest beginning that is kept. */
const MAX_KEPT_BYTES = 4096

/** The beginnings of a buffer, each made once: to make a view for every record costs more than the checksum over it. */
class Beginnings {
  readonly bytes: Buffer
  readonly #whole = new Map<number, Buffer>()
  readonly #checked = new Map<number, Buffer>()

  constructor(bytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(bytes)
  }

  to(end: number): Buffer {
    return kept(this.#whole, this.bytes, 0, end)
  }

  /** The same without the checksum and the space behind it. */
  checked(end: number): Buffer {
    return kept(this.#checked, this.bytes, CRC_AND_SPACE, end)
  }
}

function kept(views: Map<number, Buffer>, bytes: Buffer, start: number, end: number): Buffer {
  const found = views.get(end)
  if (found !== undefined) return found
  const view = bytes.subarray(start, end)
  if (end <= MAX_KEPT_BYTES) views.set(end, view)
  return view
}

/** The frame between `start` and the newline at `end`; undefined unless every byte of it is as it was written. */
export function readFrame(bytes: Buffer, start: number, end: number): Frame | undefined {
  const seqStart = start + CRC_AND_SPACE
  if (end <= seqStart || bytes[seqStart - 1] !== SPACE) return undefined
  const seqEnd = bytes.indexOf(SPACE, seqStart)
  if (seqEnd <= seqStart || seqEnd - seqStart > MAX_SEQ_DIGITS || bytes[seqEnd + 1] !== OPENING_BRACE) return undefined
  if (readHex(bytes, start) !== crc32(bytes.subarray(seqStart, end))) return undefined
  const seq = Number.parseInt(bytes.toString('latin1', seqStart, seqEnd), 36)
  return Number.isSafeInteger(seq) && seq >= 0 ? { seq, bytes, start: seqEnd + 1, end } : undefined
}

/** @returns where the next byte goes */
function writeBase36(bytes: Buffer, start: number, value: number): number {
  let end = start + 1
  for (let rest = value; rest >= 36; rest = Math.floor(rest / 36)) end++
  for (let at = end - 1, rest = value; at >= start; at--, rest = Math.floor(rest / 36)) bytes[at] = charOf(rest % 36)
  return end
}

function writeHex(bytes: Buffer, start: number, value: number): void {
  for (let digit = 0; digit < CRC_DIGITS; digit++)
    bytes[start + digit] = charOf((value >>> (4 * (CRC_DIGITS - 1 - digit))) & 0xf)
}

function charOf(digit: number): number {
  return digit < 10 ? 0x30 + digit : 0x61 - 10 + digit
}

/** Eight hexadecimal digits as they are written, lower-case; -1 for anything else. */
function readHex(bytes: Buffer, start: number): number {
  let value = 0
  for (let index = start; index < start + CRC_DIGITS; index++) {
    const digit = digitOf(bytes[index] ?? 0)
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

function digitOf(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x61 + 10 : -1
}
