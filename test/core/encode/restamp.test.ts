import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs, isLate, restamp, timestampOf } from '../../../packages/core/src/encode/restamp.ts'

const HOUR = 3_600_000
const NOW = Date.UTC(2026, 0, 2)

/** An event among others, as it stands in a batch or a file. */
function encodedOf(event: unknown): { bytes: Buffer; start: number; end: number } {
  const text = typeof event === 'string' ? event : JSON.stringify(event)
  const bytes = Buffer.from(`[{"timestamp":1},${text},{"timestamp":2}]`)
  return { bytes, start: 17, end: 17 + Buffer.byteLength(text) }
}

const restamped = (event: unknown): unknown => {
  const text = restamp(encodedOf(event), NOW)
  return text === undefined ? undefined : (JSON.parse(text) as unknown)
}

describe('a timestamp', () => {
  it.each([
    ['milliseconds', NOW, NOW],
    ['seconds', NOW / 1000, NOW],
    ['microseconds', NOW * 1000, NOW],
    ['RFC 3339', '2026-01-02T00:00:00Z', NOW],
    ['RFC 3339 with nanoseconds and an offset', '2026-01-02T01:00:00.000000001+01:00', NOW],
    ['milliseconds as text', String(NOW), NOW],
    ['seconds as text', String(NOW / 1000), NOW],
    ['nanoseconds, which the service does not read', NOW * 1e6, Infinity],
    ['no time', 'yesterday', Infinity],
    ['nothing', undefined, Infinity],
    ['no number', Number.NaN, Infinity],
    ['an object', {}, Infinity],
  ])('in %s', (_, timestamp, ms) => {
    expect(epochMs(timestamp)).toBe(ms)
  })

  it('is late when it is older than 23 hours', () => {
    expect(isLate(NOW - 23 * HOUR, NOW)).toBe(false)
    expect(isLate(NOW - 23 * HOUR - 1, NOW)).toBe(true)
    expect(isLate(Infinity, NOW)).toBe(false)
  })

  it('is found in an event between others', () => {
    expect(timestampOf(encodedOf({ a: 'é', timestamp: NOW }))).toBe(NOW)
    expect(timestampOf(encodedOf({ a: 1 }))).toBe(Infinity)
    expect(timestampOf(encodedOf({ timestamp: { deep: 1 } }))).toBe(Infinity)
  })
})

describe('restamp', () => {
  it('lets an event be that is young enough, or has no time', () => {
    for (const event of [{ timestamp: NOW - 23 * HOUR }, { timestamp: NOW + HOUR }, { content: 'c' }, {}]) {
      expect(restamped(event)).toBeUndefined()
    }
  })

  it.each([NOW - 24 * HOUR, '2025-12-31T00:00:00.123456789Z', (NOW - 48 * HOUR) / 1000])(
    'gives a late event the time of sending and keeps its own: %j',
    (timestamp) => {
      expect(restamped({ 'event.id': 'i', timestamp, content: 'grüße\u2028"' })).toEqual({
        'event.id': 'i',
        timestamp: NOW,
        content: 'grüße\u2028"',
        observed_timestamp: timestamp,
        'openpipeline.late': true,
      })
    },
  )

  it('keeps the first time of an event that was late before', () => {
    const event = { timestamp: NOW - 30 * HOUR, observed_timestamp: NOW - 90 * HOUR, 'openpipeline.late': true }
    expect(restamped(event)).toEqual({ ...event, timestamp: NOW })
  })

  it('looks at the event’s own time only', () => {
    expect(restamped({ a: { timestamp: 1e12 }, timestamp: NOW })).toBeUndefined()
    expect(restamped({ a: { timestamp: 1e12 } })).toBeUndefined()
    expect(restamped({ a: { b: 1, timestamp: 1e12 } })).toBeUndefined()
    expect(restamped({ 'x"timestamp': 1e12 })).toBeUndefined()
    expect(restamped({ content: '"timestamp":1000000000000,', timestamp: NOW - 24 * HOUR })).toMatchObject({
      timestamp: NOW,
    })
  })

  it('comes to the same as parsing the event and changing it, whatever is in it and wherever its time stands', () => {
    const key = fc.oneof(fc.string(), fc.constantFrom('timestamp', 'x"timestamp', ',"timestamp', 'observed_timestamp', 'openpipeline.late', 'a"timestamp":1,')) // prettier-ignore
    const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom<unknown>('"timestamp":1,', NOW - 30 * HOUR, { timestamp: NOW - 30 * HOUR })) // prettier-ignore
    const time = fc.constantFrom<unknown>(
      NOW - 30 * HOUR,
      (NOW - 30 * HOUR) / 1000,
      '2025-12-31T00:00:00Z',
      NOW,
      'never',
    )
    const members = fc.array(fc.tuple(key, value), { maxLength: 5 })
    fc.assert(
      fc.property(members, time, members, (before, timestamp, after) => {
        const event = Object.fromEntries([...before, ['timestamp', timestamp], ...after])
        const isDue = isLate(epochMs(event['timestamp']), NOW)
        const observed: unknown = event['observed_timestamp'] ?? event['timestamp']
        const expected = { ...event, timestamp: NOW, observed_timestamp: observed, 'openpipeline.late': true }
        const found = timestampOf(encodedOf(event))
        if (isDue && isLate(found, NOW)) expect(restamped(event)).toEqual(JSON.parse(JSON.stringify(expected)))
        else expect(restamped(event)).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })

  it('keeps every key', () => {
    const text = restamp(encodedOf(`{"timestamp":${NOW - 24 * HOUR},"__proto__":{"a":1},"constructor":2}`), NOW)
    expect(text).toContain('"__proto__":{"a":1},"constructor":2')
  })
})
