import { describe, expect, it } from 'vitest'
import { Pace } from '../../../packages/core/src/deliver/pace.ts'

/** A pace after a 429 at once behind the first request, and the next one that was admitted so long after the first. */
function limited(admittedAfterMs = 1000): Pace {
  const pace = new Pace()
  pace.admitted(0)
  pace.refused(10, 11)
  pace.admitted(admittedAfterMs)
  return pace
}

describe('the spacing of requests', () => {
  it('is none until one was refused', () => {
    const pace = new Pace()
    for (let at = 0; at < 100; at += 10) pace.admitted(at)
    pace.started(100)
    expect(pace).toMatchObject({ spacingMs: 0, nextAt: 100 })
  })

  it('is not known by the refusal alone', () => {
    const pace = new Pace()
    pace.admitted(0)
    pace.refused(10, 11)
    expect(pace.spacingMs).toBe(0)
  })

  it('is at first the one that was admitted next, and holds from start to start', () => {
    const pace = limited()
    expect(pace.spacingMs).toBe(1000)
    pace.started(1500)
    expect(pace.nextAt).toBe(2500)
  })

  it('is bounded: a wait of an hour is left to the server', () => {
    expect(limited(60_000).spacingMs).toBe(5000)
    expect(limited(3_600_000).spacingMs).toBe(0)
  })

  it('is not learned from what was under way at the refusal', () => {
    const pace = new Pace()
    pace.admitted(0)
    pace.refused(10, 20)
    pace.admitted(15)
    expect(pace.spacingMs).toBe(0)
    pace.admitted(1015)
    expect(pace.spacingMs).toBe(1000)
  })

  it('comes nearer by a quarter of the distance to what was refused', () => {
    const pace = limited(1010)
    pace.admitted(2020)
    expect(pace.spacingMs).toBe(1010 - (1010 - 10) / 4)
  })

  it('shrinks by a fifth of a percent in a second once it is near', () => {
    const pace = limited()
    pace.refused(2000, 2001) // spaced by 1000, and refused: 1300
    expect(pace.spacingMs).toBe(1300)
    let at = 2000
    while (pace.spacingMs > 1100) pace.admitted((at += pace.spacingMs))
    const near = pace.spacingMs
    pace.admitted(at + 1000)
    expect(pace.spacingMs).toBeCloseTo(near * 0.998)
  })

  it('says nothing while there is little to send', () => {
    const pace = limited()
    pace.admitted(3000)
    pace.admitted(5000)
    expect(pace.spacingMs).toBe(1000)
  })

  it('grows by the larger of what it was and what was refused', () => {
    const pace = limited()
    pace.refused(1500, 1501)
    expect(pace.spacingMs).toBe(1300)
    pace.refused(4000, 4001)
    expect(pace.spacingMs).toBe(3900)
    pace.refused(5900, 5901)
    expect(pace.spacingMs).toBe(5000)
  })

  it('grows by no more where the refused one came after a long pause, which says nothing', () => {
    const pace = limited()
    pace.refused(100_000, 100_001)
    expect(pace.spacingMs).toBe(1300)
  })

  it('grows once for requests that were under way together', () => {
    const pace = limited()
    pace.refused(1500, 1600)
    pace.refused(1510, 1610)
    expect(pace.spacingMs).toBe(1300)
  })

  it('falls fast again when a spacing is admitted that was refused before', () => {
    const pace = limited()
    pace.refused(2000, 2001)
    let at = 2000
    for (let count = 0; count < 400; count++) pace.admitted((at += pace.spacingMs || 1))
    expect(pace.spacingMs).toBe(0)
  })

  it('is forgotten after ten minutes without a refusal', () => {
    const pace = limited()
    pace.admitted(600_000)
    expect(pace.spacingMs).toBe(1000)
    pace.admitted(600_012)
    expect(pace.spacingMs).toBe(0)
  })

  it('is skipped once for whoever cannot wait', () => {
    const pace = limited()
    pace.started(1500)
    pace.skip()
    expect(pace.nextAt).toBe(-Infinity)
    pace.started(1600)
    expect(pace.nextAt).toBe(2600)
  })

  it('is untouched by answers that come out of order', () => {
    const pace = limited()
    pace.admitted(900)
    expect(pace.spacingMs).toBe(1000)
  })
})
