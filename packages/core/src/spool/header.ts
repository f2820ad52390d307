/** A segment's first frame: whose it is and which numbers to expect in it, so that a gap can be told from a pause. */
import { isRecord } from '../options/reader.ts'
import type { Frame } from './frame.ts'

/** Sequence number of a header; records begin with 1. */
export const HEADER_SEQ = 0

/** Numbers of one writer; a larger one was written by nobody. */
export const MAX_SEQ = 2 ** 36

const VERSION = 1

export interface SegmentHeader {
  /** Hash of the endpoint: records are never sent to another. */
  readonly endpoint: string
  /** Least number that may follow. */
  readonly first: number
  /** Last number written before this segment; those between the two never came to the disk and are nobody's gap. */
  readonly previous: number
  /** When it was made, by the machine's clock. */
  readonly created: number
}

export function headerText({ created, ...header }: SegmentHeader): string {
  return JSON.stringify({ version: VERSION, created, ...header })
}

/** `unknown`: of another version or another endpoint, which must be kept and not be read. */
export function readHeader(frame: Frame, endpoint: string): SegmentHeader | 'unknown' {
  const fields = parse(frame.bytes.toString('utf8', frame.start, frame.end))
  const { created, first, previous } = fields
  if (fields['version'] !== VERSION || fields['endpoint'] !== endpoint) return 'unknown'
  if (!isSeq(first) || !isSeq(previous)) return 'unknown'
  return { endpoint, first, previous, created: typeof created === 'number' ? created : 0 }
}

function isSeq(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) < MAX_SEQ
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}
