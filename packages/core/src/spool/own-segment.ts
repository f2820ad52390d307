/** What a writer knows of one of its segments. */

/** The numbers in one are without a gap: after every failure another one begins. */
export interface OwnSegment {
  readonly index: number
  readonly first: number
  /** Last number written; below `first` while there is none. */
  last: number
  bytes: number
  /** When the newest record came, by the clock that never jumps. */
  writtenAt: number
  /** Last number written before it, as its header says. */
  readonly previous: number
  /** Its sync failed: the kernel may have dropped what was written, and no later sync of this file says so. */
  isSuspect: boolean
  /** Its records are in memory too, since the disk failed when they came: nobody needs to read them back. */
  readonly isInMemory: boolean
  /** Files whose sync failed, and that it is a copy of. */
  readonly replaced: readonly number[]
}

/** Records with consecutive numbers, as frames one behind the other. */
export interface Run {
  readonly first: number
  readonly last: number
  readonly frames: Buffer
}
