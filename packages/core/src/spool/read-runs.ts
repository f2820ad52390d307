/** Reads a writer's own segment again: all records that still are as they were written. */
import { Batch } from '../batch.ts'
import type { FileSystem } from './file-system.ts'
import type { Frame } from './frame.ts'
import { FrameEncoder } from './frame.ts'
import type { OwnSegment, Run } from './own-segment.ts'
import { SegmentReader } from './segment-reader.ts'

/** As frames, cut where numbers are missing. @throws what the file system throws */
export function readRuns(fs: FileSystem, path: string, segment: OwnSegment): Run[] {
  const encoder = new FrameEncoder()
  const runs: Run[] = []
  let first = 0
  let next = 0
  const end = (): void => {
    if (encoder.length > 0) runs.push({ first, last: next - 1, frames: Buffer.from(encoder.take()) })
  }
  for (const frame of framesOf(fs, path, segment)) {
    if (frame.seq !== next) {
      end()
      first = frame.seq
    }
    encoder.add(frame.seq, frame)
    next = frame.seq + 1
  }
  end()
  return runs
}

/** As batches, to be given up, of those that are wanted. @throws what the file system throws */
export function readBatches(
  fs: FileSystem,
  path: string,
  segment: OwnSegment,
  isWanted: (number: number) => boolean,
): Batch[] {
  const batches: Batch[] = []
  for (const frame of framesOf(fs, path, segment)) {
    if (!isWanted(frame.seq)) continue
    let batch = batches.at(-1)
    if (batch?.next !== frame.seq) {
      batch = new Batch(frame.seq, 0)
      batches.push(batch)
    }
    batch.add(frame, Infinity)
  }
  return batches
}

/** In the order of their numbers, each once. */
function* framesOf(fs: FileSystem, path: string, { first, last }: OwnSegment): Generator<Frame, void> {
  const reader = new SegmentReader(fs, path)
  let next = first
  try {
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
      if (frame.seq < next || frame.seq > last) continue // a header, or damage that was not found
      next = frame.seq + 1
      yield frame
    }
  } finally {
    reader.close()
  }
}
