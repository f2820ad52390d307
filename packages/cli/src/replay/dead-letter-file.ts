/** The dead letter file that is replayed: read piece by piece, and exchanged at the end for what is left of it. */
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  fstatSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'

import { type OpenFiles, openFiles } from './open-files.ts'

const LINE_FEED = 0x0a

export class DeadLetterFile {
  /** Where it really is: a link to it stays a link. */
  readonly path: string
  /** What is left is collected here, beside it, since only within a folder a file can be exchanged in one step. */
  readonly restPath: string
  /** When it was opened; what is written meanwhile is left alone. */
  readonly size: number
  readonly #source: number
  readonly #rest: number
  /** Behind the last line that was read. */
  #offset = 0

  constructor(file: string) {
    const { path, restPath, rest, size, source }: OpenFiles = openFiles(file)
    this.path = path
    this.restPath = restPath
    this.size = size
    this.#source = source
    this.#rest = rest
  }

  /** Bytes that were read. */
  get offset(): number {
    return this.#offset
  }

  /** The next lines, of so many bytes together or one of more; none at the end. */
  readLines(bytes: number): Buffer[] {
    let length = Math.min(bytes, this.size - this.#offset)
    let piece = readFrom(this.#source, this.#offset, length)
    while (!piece.includes(LINE_FEED) && this.#offset + length < this.size) {
      length = Math.min(2 * length, this.size - this.#offset)
      piece = readFrom(this.#source, this.#offset, length)
    }
    const isLast = this.#offset + length === this.size
    const end = isLast && isJson(piece.subarray(endOfLines(piece))) ? piece.length : endOfLines(piece)
    this.#offset += end
    return linesOf(piece.subarray(0, end))
  }

  /** Leaves this line in the file. */
  keep(line: Buffer): void {
    append(this.#rest, line)
    append(this.#rest, Buffer.from([LINE_FEED]))
  }

  /** Where the rest ends by now. */
  get restSize(): number {
    return fstatSync(this.#rest).size
  }

  /** Takes out of the rest what was added behind `from`. */
  takeBack(from: number): Buffer[] {
    const lines = linesOf(readFrom(this.#rest, from))
    ftruncateSync(this.#rest, from)
    return lines
  }

  /** From now on the file is the rest, together with all that was not read. */
  exchange(): void {
    if (!this.#isInPlace()) {
      this.abandon()
      throw new Error(`${this.path} was moved away meanwhile and is left as it was, with what was delivered`)
    }
    const unread = readFrom(this.#source, this.#offset)
    append(this.#rest, unread)
    fsyncSync(this.#rest)
    renameSync(this.restPath, this.path)
    // What an application has written in this very moment went to the file that no longer has a name.
    append(this.#rest, readFrom(this.#source, this.#offset + unread.length))
    this.#close()
  }

  /** Leaves the file as it was. */
  abandon(): void {
    unlinkSync(this.restPath)
    this.#close()
  }

  /** Logrotate may have put another one there, which must not be overwritten. */
  #isInPlace(): boolean {
    const [there, own] = [statSync(this.path, { throwIfNoEntry: false }), fstatSync(this.#source)]
    return there !== undefined && there.dev === own.dev && there.ino === own.ino
  }

  #close(): void {
    closeSync(this.#source)
    closeSync(this.#rest)
  }
}

function readFrom(descriptor: number, offset: number, bytes = fstatSync(descriptor).size - offset): Buffer {
  const buffer = Buffer.alloc(Math.max(0, bytes))
  let length = 0
  while (length < buffer.length) {
    const count = readSync(descriptor, buffer, length, buffer.length - length, offset + length)
    if (count === 0) break
    length += count
  }
  return buffer.subarray(0, length)
}

function append(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written)
}

/** Behind the last line break. */
function endOfLines(bytes: Buffer): number {
  return bytes.lastIndexOf(LINE_FEED) + 1
}

/** Without line breaks, and without empty ones. */
function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(LINE_FEED, start)
    const line = bytes.subarray(start, end === -1 ? bytes.length : end)
    if (line.length > 0) lines.push(line)
    start += line.length + 1
  }
  return lines
}

/** A last line without a line break is a whole one, unless an application is just writing it. */
function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString())
    return true
  } catch {
    return false
  }
}
