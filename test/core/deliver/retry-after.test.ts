import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retryAfterMs, retryAfterSecondsMs } from '../../../packages/core/src/deliver/retry-after.ts'

const NOW = Date.UTC(2026, 0, 1, 12)
const MAX = 600_000

/** What a header of this value asks for, at a server whose clock agrees with ours. */
function asked(retryAfter: string, date = new Date(NOW).toUTCString(), maxMs = MAX): number | undefined {
  return retryAfterMs(retryAfter, date, NOW, maxMs)
}

function inSeconds(seconds: number): string {
  return new Date(NOW + seconds * 1000).toUTCString()
}

describe('Retry-After', () => {
  it.each([
    ['3', 3000],
    [' 3 ', 3000],
    ['600', 600_000],
    ['601', 600_000],
    ['1000000000', 600_000],
    ['60, 120', 60_000],
    ['60,120', 60_000],
    ['60 , 120', 60_000],
  ])('in seconds is followed up to the bound: "%s"', (value, ms) => {
    expect(asked(value)).toBe(ms)
  })

  it.each([
    [7, 7000],
    [3600, 600_000],
    [86_400 * 365 * 73, 600_000],
  ])('as a date is followed up to the bound: %d s ahead', (seconds, ms) => {
    expect(asked(inSeconds(seconds))).toBe(ms)
  })

  it.each([
    '',
    ' ',
    '0',
    '-1',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '5s',
    '10 minutes',
    'NaN',
    'Infinity',
    '٣',
    '99999999999999999999',
    'soon, 60',
    '2026-01-01T12:00:07Z',
    'Thu, 1 Jan 2026 12:00:07 GMT',
    'Thursday, 01-Jan-26 12:00:07 GMT',
    'Thu Jan  1 12:00:07 2026',
    'Thu, 99 Jan 2026 12:00:07 GMT',
    'Thu, 01 Jan 2026 12:00:07 +0000',
    'on Thu, 01 Jan 2026 12:00:07 GMT',
    'Thu, 01 Jan 2026 12:00:07 GMT+0',
    'Thu, 01 Jan 2026 25:61:61 GMT',
  ])('that is no wait counts as silence: "%s"', (value) => {
    expect(asked(value)).toBeUndefined()
  })

  it('as a date that is over counts as silence', () => {
    expect(asked(inSeconds(-1))).toBeUndefined()
    expect(asked(inSeconds(0))).toBeUndefined()
  })

  it("as a date is measured against the server's own clock, however wrong that or ours is", () => {
    for (const skewMs of [-86_400_000, 0, 3_600_000, 86_400_000 * 400]) {
      const date = new Date(NOW + skewMs).toUTCString()
      expect(asked(new Date(NOW + skewMs + 7000).toUTCString(), date)).toBe(7000)
      expect(asked(new Date(NOW + skewMs - 7000).toUTCString(), date)).toBeUndefined()
    }
  })

  it.each(['', 'yesterday', '2026-01-01'])(
    'as a date is measured against our clock where the server tells none: "%s"',
    (date) => {
      expect(asked(inSeconds(7), date)).toBe(7000)
    },
  )

  it('is never negative, never beyond the bound and never not a number, whatever the headers hold', () => {
    const part = fc.constantFrom('1', '60', '-', ',', ' ', '.', 'e', 'Thu, 01 Jan 2026 12:00:07 GMT', 'Thu', 'GMT', '\u0000', 'NaN') // prettier-ignore
    const header = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join('')),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      fc.bigInt().map(String),
    )
    fc.assert(
      fc.property(header, header, fc.integer({ min: 0, max: 86_400_000 }), (value, date, maxMs) => {
        const ms = asked(value, date, maxMs)
        if (ms !== undefined) expect(ms >= 0 && ms <= maxMs).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('may be forbidden to have a say', () => {
    expect(asked('60', undefined, 0)).toBe(0)
  })
})

describe("the envelope's retryAfterSeconds", () => {
  it.each([
    [3, 3000],
    [0.5, 500],
    [1e9, 600_000],
    [Number.POSITIVE_INFINITY, 600_000],
    [0, undefined],
    [-5, undefined],
    [Number.NaN, undefined],
    ['3', undefined],
    [null, undefined],
    [{}, undefined],
    [undefined, undefined],
  ])('is followed only where it is a positive number: %j', (seconds, ms) => {
    expect(retryAfterSecondsMs(seconds, MAX)).toBe(ms)
  })
})
