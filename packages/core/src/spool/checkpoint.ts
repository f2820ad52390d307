/** Up to which record everything has ended: two slots written in turn, so that a torn write leaves the other one, also on a full disk. */
import type { FileSystem } from './file-system.ts'
import { FrameEncoder, NEWLINE, readFrame } from './frame.ts'

/** A sector: devices write it as a whole. */
const SLOT_BYTES = 512
const SLOTS = 2

export class Checkpoint {
  readonly #fs: FileSystem
  readonly #fd: number
  readonly #encoder = new FrameEncoder()
  /** Counts writes; the slot with the larger one is the newer. */
  #turn: number

  private constructor(fs: FileSystem, fd: number, turn: number) {
    this.#fs = fs
    this.#fd = fd
    this.#turn = turn
  }

  /** Takes its place on the disk at once, so that it can be written when the disk is full. */
  static create(fs: FileSystem, fd: number): Checkpoint {
    writeAll(fs, fd, Buffer.alloc(SLOT_BYTES * SLOTS), 0)
    const checkpoint = new Checkpoint(fs, fd, 0)
    checkpoint.write(0)
    return checkpoint
  }

  /** `through` is undefined where neither slot can be read. */
  static read(fs: FileSystem, fd: number): { checkpoint: Checkpoint; through: number | undefined } {
    const bytes = Buffer.alloc(SLOT_BYTES * SLOTS)
    fs.read(fd, bytes, 0, 0)
    let newest: { seq: number; through: number } | undefined
    for (let slot = 0; slot < SLOTS; slot++) {
      const found = readSlot(bytes, slot * SLOT_BYTES)
      if (found !== undefined && found.seq > (newest?.seq ?? -1)) newest = found
    }
    return { checkpoint: new Checkpoint(fs, fd, newest?.seq ?? 0), through: newest?.through }
  }

  write(through: number): void {
    const turn = this.#turn + 1
    const slot = Buffer.alloc(SLOT_BYTES)
    this.#encoder.encode(turn, `{"through":${through}}`).copy(slot)
    writeAll(this.#fs, this.#fd, slot, (turn % SLOTS) * SLOT_BYTES)
    this.#turn = turn
  }

  close(): void {
    this.#fs.close(this.#fd)
  }
}

function readSlot(bytes: Buffer, start: number): { seq: number; through: number } | undefined {
  const end = bytes.indexOf(NEWLINE, start)
  if (end < 0 || end >= start + SLOT_BYTES) return undefined
  const frame = readFrame(bytes, start, end)
  if (frame === undefined) return undefined
  const through = Number(/^\{"through":(\d+)\}$/.exec(bytes.toString('latin1', frame.start, frame.end))?.[1])
  return Number.isSafeInteger(through) ? { seq: frame.seq, through } : undefined
}

/** A write may take less than it was given; without progress it fails as a full disk does. */
export function writeAll(fs: FileSystem, fd: number, bytes: Uint8Array, position: number | null): void {
  let written = 0
  while (written < bytes.length) {
    const count = fs.write(fd, bytes, written, position === null ? null : position + written)
    if (count === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' })
    written += count
  }
}
