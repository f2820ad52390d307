/** Makes the files of segments: a header, and the frames that are there already. */
import type { Clock } from '../clock.ts'
import { writeAll } from './checkpoint.ts'
import type { FileSystem } from './file-system.ts'
import { flags } from './file-system.ts'
import { FrameEncoder } from './frame.ts'
import { HEADER_SEQ, headerText } from './header.ts'
import type { Home } from './home.ts'
import type { OwnSegment, Run } from './own-segment.ts'
import type { Syncer } from './syncer.ts'

export interface SegmentFilesParts {
  readonly fs: FileSystem
  readonly clock: Clock
  readonly syncer: Syncer
  /** The endpoint's. */
  readonly key: string
}

export interface OpenSegment {
  readonly segment: OwnSegment
  readonly fd: number
}

export type SegmentTraits = Pick<OwnSegment, 'previous'> &
  Partial<Pick<OwnSegment, 'isInMemory' | 'replaced' | 'writtenAt'>>

export class SegmentFiles {
  readonly #home: Home
  readonly #parts: SegmentFilesParts
  readonly #encoder = new FrameEncoder()
  #lastIndex = 0
  /** Which segment a descriptor is of, or was of last. */
  readonly #byDescriptor = new Map<number, OwnSegment>()

  constructor(home: Home, parts: SegmentFilesParts) {
    this.#home = home
    this.#parts = parts
  }

  of(fd: number): OwnSegment | undefined {
    return this.#byDescriptor.get(fd)
  }

  /** @throws what the file system throws; then there is no such file */
  create({ first, frames, last }: Run, traits: SegmentTraits): OpenSegment {
    const { clock, key, syncer } = this.#parts
    const head = headerText({ endpoint: key, first, previous: traits.previous, created: clock.wall() })
    const content = Buffer.concat([this.#encoder.encode(HEADER_SEQ, head), frames])
    const index = ++this.#lastIndex // also where it fails: what is left of the file would be in the way
    const fd = this.#write(this.#home.segmentPath(index), content)
    const plain = { writtenAt: clock.now(), isSuspect: false, isInMemory: false, replaced: [] }
    const segment = { ...plain, ...traits, index, first, last, bytes: content.length }
    this.#byDescriptor.set(fd, segment)
    syncer.wrote(fd)
    syncer.named(this.#home.path)
    return { segment, fd }
  }

  #write(path: string, content: Buffer): number {
    const { fs } = this.#parts
    const fd = fs.open(path, flags.append)
    try {
      writeAll(fs, fd, content, null)
    } catch (error) {
      quietly(() => fs.close(fd))
      quietly(() => fs.remove(path))
      throw error
    }
    return fd
  }
}

function quietly(run: () => void): void {
  try {
    run()
  } catch {
    // The write that failed is what matters; whole frames alone do no harm.
  }
}
