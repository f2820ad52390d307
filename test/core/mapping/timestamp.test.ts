import type { GenericEvent } from 'openpipeline-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { setTimestamp, toTimestamp } from '../../../packages/core/src/mapping/timestamp.ts'

const now = Date.UTC(2026, 0, 15, 12)

describe('toTimestamp', () => {
  it.each([
    ['milliseconds', 1_768_478_400_123, 1_768_478_400_123],
    ['seconds', 1_768_478_400, 1_768_478_400_000],
    ['seconds with a fraction', 1_768_478_400.1234, 1_768_478_400_123],
    ['microseconds', 1_768_478_400_123_456, 1_768_478_400_123],
    ['nanoseconds, which the service would not read', 1.768_478_400_123_456_8e18, 1_768_478_400_123],
    ['a fraction of a millisecond', 1_768_478_400_123.9, 1_768_478_400_123],
    ['digits in a string', '1768478400123', 1_768_478_400_123],
    ['nanoseconds in a string', '1768478400123456789', 1_768_478_400_123],
    ['ISO', '2026-01-15T12:00:00.123Z', 1_768_478_400_123],
    ['ISO without a fraction', '2026-01-15T12:00:00Z', 1_768_478_400_000],
    ['ISO with an offset', '2026-01-15T14:00:00.123+02:00', 1_768_478_400_123],
    ['ISO with nanoseconds, kept as it is', '2026-01-15T12:00:00.123456789Z', '2026-01-15T12:00:00.123456789Z'],
    ['ISO with a blank and microseconds', '2026-01-15 12:00:00.123456+00:00', '2026-01-15T12:00:00.123456+00:00'],
    ['a Date', new Date(1_768_478_400_123), 1_768_478_400_123],
  ])('reads %s', (_what, time, expected) => {
    expect(toTimestamp(time)).toBe(expected)
  })

  it.each([
    ['a duration', 12.5],
    ['zero', 0],
    ['a negative number', -1_768_478_400],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['more than nanoseconds', 1e21],
    ['a time of day', '12:00:00'],
    ['a local time, whose zone nobody knows', '2026-01-15 12:00:00'],
    ['a day that does not exist', '2026-13-45T12:00:00Z'],
    ['a word', 'yesterday'],
    ['a very long text', '2026-01-15T12:00:00.'.padEnd(100_000, '1') + 'Z'],
    ['an invalid Date', new Date(Number.NaN)],
    ['null', null],
    ['an object', { time: 1_768_478_400 }],
    ['a bigint', 1_768_478_400n],
  ])('takes %s for no time', (_what, time) => {
    expect(toTimestamp(time)).toBeUndefined()
  })
})

describe('setTimestamp', () => {
  const hours = 3_600_000
  it.each([
    ['now', now],
    ['23 hours ago', now - 23 * hours],
    ['in ten minutes', now + 600_000],
    ['now, in nanoseconds', '2026-01-15T12:00:00.000000001Z'],
  ])('keeps a time that the service accepts: %s', (_what, time) => {
    const event: GenericEvent = { timestamp: now }
    expect(setTimestamp(event, time)).toBe(true)
    expect(event).toEqual({ timestamp: time })
  })

  it.each([
    ['more than 23 hours ago', now - 23 * hours - 1],
    ['years ago', 978_307_200_000],
    ['more than ten minutes ahead', now + 600_001],
    ['long ago, in nanoseconds', '2001-01-01T00:00:00.000000001Z'],
  ])('stamps with the time of arrival and marks what would vanish: %s', (_what, time) => {
    const event: GenericEvent = { timestamp: now }
    expect(setTimestamp(event, time)).toBe(true)
    expect(event).toEqual({ timestamp: now, observed_timestamp: time, 'openpipeline.late': true })
  })

  it('leaves the time of arrival where there is no time', () => {
    const event: GenericEvent = { timestamp: now }
    expect(setTimestamp(event, 'soon')).toBe(false)
    expect(event).toEqual({ timestamp: now })
  })
})

it('reads the text that Date writes as Date does, also where one character of it is another', () => {
  const ms = fc.oneof(fc.integer({ min: now - 200_000, max: now + 200_000 }), fc.integer({ min: 0, max: 4e12 }))
  const change = fc.tuple(fc.nat(23), fc.constantFrom(...'0 1 2 3 5 9 : . - T Z'.split(' ')))
  fc.assert(
    fc.property(ms, fc.option(change, { nil: undefined }), (time, changed) => {
      const text = new Date(time).toISOString()
      const [at, character] = changed ?? [0, text.charAt(0)]
      const other = text.slice(0, at) + character + text.slice(at + 1)
      const isTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(other)
      const expected = isTime && !Number.isNaN(Date.parse(other)) ? Date.parse(other) : undefined
      expect(toTimestamp(other), other).toBe(expected)
    }),
    { numRuns: 20_000 },
  )
})
