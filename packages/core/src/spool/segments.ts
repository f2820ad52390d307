/** The segments of a writer: frames are appended to the newest, which is followed by another when it is large enough or has failed. */
import type { Clock } from '../clock.ts'
import { writeAll } from './checkpoint.ts'
import type { FileSystem } from './file-system.ts'
import { codeOf, flags } from './file-system.ts'
import { FrameEncoder } from './frame.ts'
import { HEADER_SEQ, headerText } from './header.ts'
import type { Home } from './home.ts'
import type { Syncer } from './syncer.ts'

/** The numbers in one are without a gap: after every failure another one begins. */
export interface OwnSegment {
  readonly index: number
  readonly first: number
  /** Last number written; below `first` while there is none. */
  last: number
  bytes: number
}

export interface SegmentsParts {
  readonly fs: FileSystem
  readonly clock: Clock
  readonly syncer: Syncer
  /** The endpoint's. */
  readonly key: string
  /** Bound of all segments together, which the journal keeps. */
  readonly maxBytes: number
}

const MAX_SEGMENT_BYTES = 4_194_304

/** So many segments at least, so that what is removed at a time is a small part. */
const LEAST_SEGMENTS = 16

/** No descriptor is left in this process: what is open goes on being used. */
const NO_DESCRIPTOR = new Set(['EMFILE', 'ENFILE'])

export class Segments {
  /** Of all segments. */
  bytes = 0
  readonly home: Home
  readonly #parts: SegmentsParts
  readonly #maxSegmentBytes: number
  readonly #encoder = new FrameEncoder()
  /** In the order of their numbers. */
  #list: OwnSegment[] = []
  #lastIndex = 0
  #lastNumber = 0
  /** Of the newest; undefined before the first and after a failure. */
  #fd: number | undefined

  constructor(home: Home, parts: SegmentsParts) {
    this.home = home
    this.#parts = parts
    for (const directory of home.chain) parts.syncer.named(directory)
    this.#maxSegmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.ceil(parts.maxBytes / LEAST_SEGMENTS))
  }

  get all(): readonly OwnSegment[] {
    return this.#list
  }

  get newest(): OwnSegment | undefined {
    return this.#list.at(-1)
  }

  has(number: number): boolean {
    return this.#list.some(({ first, last }) => first <= number && number <= last)
  }

  /** @throws what the file system throws; the newest segment then ends with its last whole frame */
  append(frame: Buffer, number: number): void {
    const { segment, fd } = this.#room(frame.length, number)
    try {
      writeAll(this.#parts.fs, fd, frame, null)
    } catch (error) {
      this.#cutOff(fd, segment.bytes)
      throw error
    }
    this.#parts.syncer.wrote(fd)
    segment.bytes += frame.length
    segment.last = number
    this.bytes += frame.length
    this.#lastNumber = number
  }

  /** What follows goes into another segment. */
  endNewest(): void {
    if (this.#fd !== undefined) this.#parts.syncer.close(this.#fd)
    this.#fd = undefined
  }

  following({ index }: OwnSegment): OwnSegment | undefined {
    return this.#list.find((segment) => segment.index > index)
  }

  /** Removes those whose numbers are all below or equal to this one; the newest stays, as it is written to. */
  removeThrough(number: number): void {
    for (let oldest = this.#list[0]; oldest !== undefined && oldest.last <= number; oldest = this.#list[0]) {
      if (oldest === this.newest && this.#fd !== undefined) return
      this.home.removeSegment(oldest.index)
      this.bytes -= oldest.bytes
      this.#list.shift()
    }
  }

  /** Leaves the directory to whoever comes next, under this name; without one, nothing is left in it and it is removed. */
  letGo(freeName: string | undefined): void {
    this.endNewest()
    if (freeName === undefined) {
      this.removeThrough(Infinity)
      this.home.remove()
    } else this.home.rename(freeName)
    this.home.close()
  }

  /** The newest segment, or another one where the frame would make it too large. */
  #room(bytes: number, number: number): { segment: OwnSegment; fd: number } {
    const segment = this.newest
    const fd = this.#fd
    if (segment === undefined || fd === undefined) return this.#begin(number)
    // A number that is left out never comes to the disk: only another header can say so.
    if (segment.last + 1 !== number) return this.#beginInPlaceOf(fd, number)
    if (segment.bytes + bytes <= this.#maxSegmentBytes || segment.last < segment.first) return { segment, fd }
    try {
      return this.#beginInPlaceOf(fd, number)
    } catch (error) {
      if (NO_DESCRIPTOR.has(codeOf(error))) return { segment, fd }
      throw error
    }
  }

  #beginInPlaceOf(fd: number, number: number): { segment: OwnSegment; fd: number } {
    const next = this.#begin(number)
    this.#parts.syncer.close(fd)
    return next
  }

  #begin(number: number): { segment: OwnSegment; fd: number } {
    const { clock, fs, key, syncer } = this.#parts
    const header = headerText({ endpoint: key, first: number, previous: this.#lastNumber }, clock.wall())
    const frame = this.#encoder.encode(HEADER_SEQ, header)
    const index = this.#lastIndex + 1
    const fd = fs.open(this.home.segmentPath(index), flags.append)
    this.#lastIndex = index
    try {
      writeAll(fs, fd, frame, null)
    } catch (error) {
      fs.close(fd)
      this.home.removeSegment(index)
      throw error
    }
    const segment = { index, first: number, last: number - 1, bytes: frame.length }
    this.#list.push(segment)
    this.bytes += frame.length
    this.#fd = fd
    syncer.wrote(fd)
    syncer.named(this.home.path)
    return { segment, fd }
  }

  /** To the last whole frame; works on a full disk. Where it fails, the rest of a frame stays and is passed over when read. */
  #cutOff(fd: number, bytes: number): void {
    try {
      this.#parts.fs.truncate(fd, bytes)
    } catch {
      // Told already by the write that failed.
    }
    this.endNewest()
  }
}
