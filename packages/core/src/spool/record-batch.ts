/** Frames → a batch: the bytes as they were written, without parsing them again. */
import { Batch } from '../batch.ts'
import type { Clock } from '../clock.ts'
import { restamp } from '../encode/restamp.ts'
import type { Frame } from './frame.ts'

/** Records in the order of their numbers. */
export interface RecordSource {
  /** The next record, until `skip`; undefined when there is none. */
  peek(): Frame | undefined
  skip(): void
}

export interface BatchBounds {
  readonly maxEvents: number
  readonly maxBytes: number
}

/** @param base what is added to a record's sequence number to make the event's number */
export function readBatch(source: RecordSource, base: number, bounds: BatchBounds, clock: Clock): Batch | undefined {
  let batch: Batch | undefined
  for (let frame = source.peek(); frame !== undefined; frame = source.peek()) {
    batch ??= new Batch(base + frame.seq, clock.now())
    if (batch.next !== base + frame.seq || batch.count >= bounds.maxEvents) break
    if (add(batch, frame, bounds.maxBytes, clock.wall()) === 0) break
    source.skip()
  }
  return batch
}

function add(batch: Batch, frame: Frame, maxBytes: number, wallMs: number): number {
  return batch.add(restamp(frame, wallMs) ?? frame, maxBytes)
}
