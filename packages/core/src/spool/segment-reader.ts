/** Reads a segment's frames from a place on, a window at a time; what is damaged is passed over. */
import type { FileSystem } from './file-system.ts'
import { flags, isOurs } from './file-system.ts'
import type { Frame } from './frame.ts'
import { NEWLINE, readFrame } from './frame.ts'

const WINDOW_BYTES = 262_144

/** No segment is larger, a single record included: what is was not written by a spool, and would be read for long. */
const MAX_FILE_BYTES = 33_554_432

export interface ReaderBounds {
  /** Read at a time. */
  readonly windowBytes: number
  /** Read at most, also where the file grows meanwhile. */
  readonly maxBytes: number
}

const WHOLE_FILE: ReaderBounds = { windowBytes: WINDOW_BYTES, maxBytes: MAX_FILE_BYTES }

export class SegmentReader {
  /** A line was passed over that is no frame. */
  isDamaged = false
  #isDamagedSinceFrame = false
  readonly #fs: FileSystem
  readonly #fd: number
  readonly #bounds: ReaderBounds
  /** When it was last written to, by the clock of the volume. */
  readonly writtenAt: number
  #window = Buffer.alloc(0)
  /** Where in the file the window begins. */
  #windowAt: number
  #cursor = 0

  /** @throws what opening throws, and for anything but a plain file with one name */
  constructor(fs: FileSystem, path: string, from = 0, bounds = WHOLE_FILE) {
    this.#fs = fs
    this.#windowAt = from
    this.#bounds = bounds
    this.#fd = fs.open(path, flags.read)
    const stat = fs.stat(this.#fd)
    this.writtenAt = stat.mtimeMs
    if (isOurs(stat) && stat.size <= MAX_FILE_BYTES) return
    fs.close(this.#fd)
    throw new Error(`${path} is not a segment`)
  }

  /** The next frame, valid until the next call; undefined at the end, which may move on while the file is written. */
  next(): Frame | undefined {
    for (;;) {
      const newline = this.#window.indexOf(NEWLINE, this.#cursor)
      if (newline < 0) {
        if (!this.#readOn()) return undefined
        continue
      }
      const start = this.#cursor
      this.#cursor = newline + 1
      const frame = readFrame(this.#window, start, newline)
      this.#isDamagedSinceFrame = frame === undefined
      if (frame !== undefined) return frame
      this.isDamaged = true
    }
  }

  /** Behind the last frame stands something that once was one: other than the zeros a lost write leaves. */
  get hasDamagedEnd(): boolean {
    return this.#isDamagedSinceFrame || this.#window.subarray(this.#cursor).some((byte) => byte !== 0)
  }

  close(): void {
    this.#fs.close(this.#fd)
  }

  /** @returns whether there was more */
  #readOn(): boolean {
    const rest = this.#window.subarray(this.#cursor)
    this.#windowAt += this.#cursor
    this.#window = rest
    this.#cursor = 0
    const { maxBytes, windowBytes } = this.#bounds
    const left = Math.min(maxBytes, this.#fs.stat(this.#fd).size) - this.#windowAt - rest.length
    if (left <= 0) return false
    const window = Buffer.allocUnsafeSlow(rest.length + Math.min(left, Math.max(windowBytes, rest.length)))
    rest.copy(window)
    const count = this.#fs.read(this.#fd, window, rest.length, this.#windowAt + rest.length)
    this.#window = window.subarray(0, rest.length + count)
    return count > 0
  }
}
