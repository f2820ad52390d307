/** The segments an ended writer left, read one after another in the order of their numbers, whatever their files are called. */
import type { FileSystem } from './file-system.ts'
import type { Frame } from './frame.ts'
import { HEADER_SEQ, readHeader } from './header.ts'
import type { Home } from './home.ts'
import { SegmentReader } from './segment-reader.ts'

interface LeftSegment {
  readonly index: number
  /** By its header; undefined where that is damaged. */
  readonly first: number | undefined
}

interface ReadSegment {
  readonly index: number
  readonly last: number
  readonly isDamaged: boolean
}

/** A header is shorter; what is not need not be read for its place. */
const HEADER_BOUNDS = { windowBytes: 1024, maxBytes: 65_536 }

export class LeftSegments {
  /** Last number read. */
  last = 0
  /** When the segment at hand was last written to. */
  writtenAt = 0
  hasDamagedEnd = false
  readonly #fs: FileSystem
  readonly #home: Home
  readonly #unread: LeftSegment[]
  #reader: SegmentReader | undefined
  #index = 0
  /** Read to their end, and not removed yet. */
  readonly #read: ReadSegment[] = []

  constructor(fs: FileSystem, home: Home, key: string) {
    this.#fs = fs
    this.#home = home
    this.#unread = inOrder(home.segments().map((index) => ({ index, first: this.#firstOf(index, key) })))
  }

  /** The next frame of any of them, headers included; undefined when all were read. */
  next(): Frame | undefined {
    while (this.#reader !== undefined || this.#open()) {
      const frame = this.#nextOfReader()
      if (frame !== undefined) return frame
      this.#closeReader()
    }
    return undefined
  }

  /** Puts the segment at hand aside without reading on. */
  quarantine(): void {
    this.#reader?.close()
    this.#reader = undefined
    quietly(() => this.#home.quarantineSegment(this.#index))
  }

  /** Removes those read in full whose records have numbers up to this one; a damaged one goes to quarantine. */
  removeThrough(number: number): void {
    for (let oldest = this.#read[0]; oldest !== undefined && oldest.last <= number; oldest = this.#read[0]) {
      const { index, isDamaged } = oldest
      this.#read.shift()
      // Where neither works the directory goes to quarantine as a whole when it is removed.
      quietly(() => (isDamaged ? this.#home.quarantineSegment(index) : this.#home.removeSegment(index)))
    }
  }

  close(): void {
    this.#reader?.close()
    this.#reader = undefined
  }

  #open(): boolean {
    for (let segment = this.#unread.shift(); segment !== undefined; segment = this.#unread.shift()) {
      this.#index = segment.index
      try {
        this.#reader = new SegmentReader(this.#fs, this.#home.segmentPath(segment.index))
        this.writtenAt = this.#reader.writtenAt
        return true
      } catch {
        this.quarantine()
      }
    }
    return false
  }

  #nextOfReader(): Frame | undefined {
    try {
      return this.#reader?.next()
    } catch {
      return undefined // cannot be read on; what is missing shows in the numbers
    }
  }

  #closeReader(): void {
    const reader = this.#reader
    if (reader === undefined) return
    this.#reader = undefined
    reader.close()
    this.hasDamagedEnd = reader.hasDamagedEnd
    this.#read.push({ index: this.#index, last: this.last, isDamaged: reader.isDamaged || reader.hasDamagedEnd })
  }

  #firstOf(index: number, key: string): number | undefined {
    try {
      const reader = new SegmentReader(this.#fs, this.#home.segmentPath(index), 0, HEADER_BOUNDS)
      const frame = reader.next()
      const header = frame?.seq === HEADER_SEQ ? readHeader(frame, key) : undefined
      reader.close()
      return header === undefined || header === 'unknown' ? frame?.seq : header.first
    } catch {
      return undefined
    }
  }
}

/**
 * One whose numbers are not known keeps its place behind the one that was written before it. Of two with the same first number the
 * later one is the copy that was made because the device may have lost a part of the other.
 */
function inOrder(segments: readonly LeftSegment[]): LeftSegment[] {
  let known = 0
  const placed = segments.map((segment) => {
    known = segment.first ?? known
    return { segment, at: known }
  })
  return placed.toSorted((a, b) => a.at - b.at || orderOfSame(a.segment, b.segment)).map(({ segment }) => segment)
}

function orderOfSame(a: LeftSegment, b: LeftSegment): number {
  const areCopies = a.first !== undefined && a.first === b.first
  return areCopies ? b.index - a.index : a.index - b.index
}

function quietly(run: () => void): void {
  try {
    run()
  } catch {
    // Tried again with the whole directory.
  }
}
