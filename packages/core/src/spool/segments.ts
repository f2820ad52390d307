/** The segments of a writer: frames are appended to the newest, which is followed by another when it is large enough or has failed. */
import { writeAll } from './checkpoint.ts'
import { codeOf } from './file-system.ts'
import type { Home } from './home.ts'
import type { OwnSegment, Run } from './own-segment.ts'
import type { OpenSegment, SegmentFilesParts, SegmentTraits } from './segment-files.ts'
import { SegmentFiles } from './segment-files.ts'

export interface SegmentsParts extends SegmentFilesParts {
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
  /** In the order of their numbers. */
  readonly #list: OwnSegment[] = []
  #lastNumber = 0
  /** Written to; undefined before the first and after a failure. */
  #open: OpenSegment | undefined
  readonly #files: SegmentFiles

  constructor(home: Home, parts: SegmentsParts) {
    this.home = home
    this.#parts = parts
    this.#files = new SegmentFiles(home, parts)
    for (const directory of home.chain) parts.syncer.named(directory)
    this.#maxSegmentBytes = Math.min(MAX_SEGMENT_BYTES, Math.ceil(parts.maxBytes / LEAST_SEGMENTS))
  }

  get all(): readonly OwnSegment[] {
    return this.#list
  }

  /** The one that is written to. */
  get newest(): OwnSegment | undefined {
    return this.#open?.segment
  }

  /** @throws what the file system throws; the newest segment then ends with its last whole frame */
  append({ first, last, frames }: Run): void {
    const { segment, fd } = this.#room(frames.length, first)
    try {
      writeAll(this.#parts.fs, fd, frames, null)
    } catch (error) {
      this.#cutOff(fd, segment.bytes)
      throw error
    }
    this.#parts.syncer.wrote(fd)
    segment.bytes += frames.length
    segment.last = last
    segment.writtenAt = this.#parts.clock.now()
    this.bytes += frames.length
    this.#lastNumber = last
  }

  /** Puts records that are in memory only into a segment of their own, at the place of their numbers. @throws what the file system throws */
  insert(run: Run): void {
    const place = this.#list.findLastIndex(({ first }) => first < run.first) + 1
    const previous = this.#list[place - 1]?.last ?? 0
    this.#list.splice(place, 0, this.#create(run, { previous, isInMemory: true }))
    this.#lastNumber = Math.max(this.#lastNumber, run.last)
  }

  /**
   * Puts copies in the place of a segment whose sync failed. Its own file stays beside them until they have ended, not counted: a
   * part of it may be on the device, and the copies not yet. @throws what the file system throws
   */
  replace(segment: OwnSegment, runs: readonly Run[]): OwnSegment[] {
    const { index, isInMemory, writtenAt } = segment
    const isCopy = segment.replaced.length > 0
    let { previous } = segment
    let replaced = isCopy ? segment.replaced : [index]
    const copies = runs.map((run) => {
      const copy = this.#create(run, { previous, isInMemory, replaced, writtenAt })
      previous = run.last
      replaced = []
      return copy
    })
    this.#list.splice(this.#list.indexOf(segment), 1, ...copies)
    this.bytes -= segment.bytes
    if (isCopy || copies.length === 0) this.home.removeSegment(index)
    return copies
  }

  /** The one with this descriptor is not believed any more, nor written to. */
  suspect(fd: number): void {
    const segment = this.#files.of(fd)
    if (segment === undefined) return
    segment.isSuspect = true
    if (segment === this.newest) this.endNewest()
  }

  /** What follows goes into another segment. */
  endNewest(): void {
    if (this.#open !== undefined) this.#parts.syncer.close(this.#open.fd)
    this.#open = undefined
  }

  /** The next one that is on disk only. By place: one that got no record has the number that the next one begins with. */
  following(segment: OwnSegment): OwnSegment | undefined {
    const place = this.#list.indexOf(segment)
    const isBehind = ({ first }: OwnSegment, at: number): boolean => (place < 0 ? first > segment.last : at > place)
    return this.#list.find((other, at) => isBehind(other, at) && !other.isInMemory)
  }

  /** Removes those whose numbers are all below or equal to this one; the newest stays, as it is written to. */
  removeThrough(number: number): void {
    for (let oldest = this.#list[0]; oldest !== undefined && oldest.last <= number; oldest = this.#list[0]) {
      if (oldest === this.newest) return
      for (const index of [...oldest.replaced, oldest.index]) this.home.removeSegment(index)
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

  /** The newest segment, or another one where the frames would make it too large. */
  #room(bytes: number, number: number): OpenSegment {
    const open = this.#open
    if (open === undefined) return this.#begin(number)
    const { segment } = open
    // A number that is left out never comes to the disk: only another header can say so.
    if (segment.last + 1 !== number) return this.#beginInPlaceOf(open, number)
    if (segment.bytes + bytes <= this.#maxSegmentBytes || segment.last < segment.first) return open
    try {
      return this.#beginInPlaceOf(open, number)
    } catch (error) {
      if (NO_DESCRIPTOR.has(codeOf(error))) return open
      throw error
    }
  }

  #beginInPlaceOf({ fd }: OpenSegment, number: number): OpenSegment {
    const next = this.#begin(number)
    this.#parts.syncer.close(fd)
    return next
  }

  #begin(number: number): OpenSegment {
    const none = { first: number, last: number - 1, frames: Buffer.alloc(0) }
    this.#open = this.#files.create(none, { previous: this.#lastNumber })
    this.#list.push(this.#open.segment)
    this.bytes += this.#open.segment.bytes
    return this.#open
  }

  #create(run: Run, traits: SegmentTraits): OwnSegment {
    const { fd, segment } = this.#files.create(run, traits)
    this.#parts.syncer.close(fd)
    this.bytes += segment.bytes
    return segment
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
