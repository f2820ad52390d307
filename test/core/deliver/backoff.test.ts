import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs, probeMs } from '../../../packages/core/src/deliver/backoff.ts'

const bounds = { minDelayMs: 500, maxDelayMs: 30_000 }

describe('the wait after a failure', () => {
  it('is drawn evenly below a bound that doubles up to maxDelayMs', () => {
    const longest = Array.from({ length: 9 }, (_, index) => backoffMs(index + 1, bounds, 1))
    expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    expect(backoffMs(4, bounds, 0.5)).toBe(2000)
  })

  it('is never shorter than 100 ms, whatever chance says, unless the bound itself is', () => {
    expect(backoffMs(1, bounds, 0)).toBe(100)
    expect(backoffMs(50, bounds, 0)).toBe(100)
    expect(backoffMs(1, { minDelayMs: 10, maxDelayMs: 50 }, 0)).toBe(10)
    expect(backoffMs(9, { minDelayMs: 10, maxDelayMs: 50 }, 0)).toBe(50)
  })

  it('stays within its bounds for any number of failures, options and chance', () => {
    const options = fc
      .record({ minDelayMs: fc.integer({ min: 1, max: 600_000 }), maxDelayMs: fc.integer({ min: 1, max: 3_600_000 }) })
      .filter(({ minDelayMs, maxDelayMs }) => minDelayMs <= maxDelayMs)
    const failures = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }))
    fc.assert(
      fc.property(failures, options, fc.double({ min: 0, max: 1, noNaN: true }), (count, drawn, random) => {
        const ms = backoffMs(count, drawn, random)
        expect(ms).toBeGreaterThanOrEqual(Math.min(100, drawn.minDelayMs))
        expect(ms).toBeLessThanOrEqual(drawn.maxDelayMs)
        expect(ms).toBeLessThanOrEqual(Math.max(100, drawn.minDelayMs * 2 ** (count - 1)))
      }),
    )
  })
})

describe('the wait between two probes', () => {
  it('doubles from 1 s to 60 s', () => {
    expect(Array.from({ length: 9 }, (_, index) => probeMs(index + 1, 0))).toEqual([
      1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ])
    expect(probeMs(1e9, 0)).toBe(60_000)
  })

  it('is 5 min once delivery has been held for an hour', () => {
    expect(probeMs(80, 3_599_999)).toBe(60_000)
    expect(probeMs(80, 3_600_000)).toBe(300_000)
  })
})
