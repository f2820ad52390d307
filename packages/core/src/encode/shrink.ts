/** Makes an encoded event fit: cuts its longest strings and marks them. */
import type { EncodedEvent } from '../event.ts'
import { quote, truncate } from './quote.ts'

/** Strings shorter than this are not cut: what they would save is not worth what they say. */
const SHORTEST_CAP = 64

/** Most bytes of UTF-8 that one UTF-16 code unit becomes. */
const MAX_BYTES_PER_UNIT = 3

const MARK = 'openpipeline.truncated'

/** Text of the same event in at most `maxBytes`; undefined when even short strings leave it too large. */
export function shrink(text: string, maxBytes: number): string | undefined {
  const event: unknown = JSON.parse(text)
  // an event that was made smaller before bears the mark already
  const mark = isMarked(event) ? '{' : `{"${MARK}":true,`
  let cap = maxBytes
  let result = text
  while (Buffer.byteLength(result) > maxBytes) {
    cap = Math.floor(cap / 2)
    if (cap < SHORTEST_CAP) return undefined
    result = textWithin(event, cap).replace('{', mark)
  }
  return result
}

function isMarked(event: unknown): boolean {
  return typeof event === 'object' && event !== null && Object.hasOwn(event, MARK)
}

/** JSON text with every string cut to `cap` units. The value was parsed from JSON, so it is a tree of plain values. */
function textWithin(value: unknown, cap: number): string {
  if (typeof value === 'string') return quote(value.length <= cap ? value : truncate(value, cap))
  if (Array.isArray(value)) return `[${value.map((item) => textWithin(item, cap)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, member]) => `${quote(key)}:${textWithin(member, cap)}`)
    .join(',')}}`
}

/** The event, or a smaller form of it; undefined when even that is too large. Most are known to fit without counting their bytes. */
export function within(maxBytes: number, event: string | EncodedEvent): string | EncodedEvent | undefined {
  if (typeof event !== 'string') return event.end - event.start <= maxBytes ? event : shrink(textOf(event), maxBytes)
  const fits = event.length * MAX_BYTES_PER_UNIT <= maxBytes || Buffer.byteLength(event) <= maxBytes
  return fits ? event : shrink(event, maxBytes)
}

export function textOf(event: string | EncodedEvent): string {
  return typeof event === 'string' ? event : event.bytes.toString('utf8', event.start, event.end)
}
