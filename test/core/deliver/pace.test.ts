import { describe, expect, it } from 'vitest'
import { Pace } from '../../../packages/core/src/deliver/pace.ts'

/** A pace after two 429s with so many requests admitted between them, the last at 1000; what was refused came 10 ms after one. */
function limited(admitted = 1): Pace {
  const pace = new Pace()
  pace.admitted(0)
  pace.refused(10, 10)
  for (let count = admitted; count > 0; count--) pace.admitted(1001 - count)
  pace.refused(1010, 1010)
  return pace
}

describe('the spacing of requests', () => {
  it('is none until one was refused', () => {
    const pace = new Pace()
    for (let at = 0; at < 100; at += 10) pace.admitted(at)
    pace.started(100)
    expect(pace).toMatchObject({ spacingMs: 0, nextAt: 100 })
  })

  it('is none after one refusal, which may be anything, nor after many without one admitted between them', () => {
    const pace = new Pace()
    pace.admitted(0)
    for (let at = 10; at < 10_000; at += 1050) pace.refused(at, at + 5)
    pace.admitted(11_000)
    expect(pace.spacingMs).toBe(0)
  })

  it('is at first what was achieved between two refusals, and holds from start to start', () => {
    expect(limited(4).spacingMs).toBe(250)
    const pace = limited()
    expect(pace.spacingMs).toBe(1000)
    pace.started(1500)
    expect(pace.nextAt).toBe(2500)
  })

  it('is not learned from two refusals that are half a minute apart', () => {
    for (const [at, spacingMs] of [
      [30_009, 5000],
      [30_010, 0],
    ] as const) {
      const pace = new Pace()
      pace.refused(10, 10)
      pace.admitted(1000)
      pace.refused(at, at)
      expect(pace.spacingMs).toBe(spacingMs)
    }
  })

  it('is not learned from what was under way at the refusal', () => {
    const pace = new Pace()
    pace.refused(10, 20)
    pace.admitted(15)
    pace.refused(1020, 1020)
    expect(pace.spacingMs).toBe(0)
  })

  it('comes nearer by a quarter of the distance to what was refused', () => {
    const pace = limited()
    pace.admitted(2010)
    expect(pace.spacingMs).toBe(1000 - (1000 - 10) / 4)
  })

  it('shrinks by a fifth of a percent in a second once it is near', () => {
    const pace = limited()
    pace.admitted(1900)
    pace.refused(2900, 2900) // 1000 after the last, and refused
    expect(pace.spacingMs).toBe(1300)
    let at = 2900
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

  it('grows by the larger of what it was and what was refused, up to a bound', () => {
    const pace = limited()
    pace.admitted(3000)
    pace.refused(3500, 3500)
    expect(pace.spacingMs).toBe(1300)
    pace.admitted(7000)
    pace.refused(10_000, 10_000)
    expect(pace.spacingMs).toBe(3900)
    pace.admitted(20_000)
    pace.refused(24_500, 24_500)
    expect(pace.spacingMs).toBe(5000)
  })

  it('grows by no more where the refused one came after a long pause, which says nothing', () => {
    const pace = limited()
    pace.admitted(3000)
    pace.refused(100_000, 100_000)
    expect(pace.spacingMs).toBe(1300)
  })

  it('grows once for requests that were under way together, and not while nothing passes at all', () => {
    const pace = limited()
    pace.admitted(3000)
    pace.refused(3500, 3600)
    pace.refused(3510, 3610)
    for (let at = 4600; at < 9000; at += 1050) pace.refused(at, at + 5)
    expect(pace.spacingMs).toBe(1300)
  })

  it('falls fast again when a spacing is admitted that was refused before', () => {
    const pace = limited()
    pace.admitted(1900)
    pace.refused(2900, 2900)
    let at = 2900
    for (let count = 0; count < 400; count++) pace.admitted((at += pace.spacingMs || 1))
    expect(pace.spacingMs).toBe(0)
  })

  it('is forgotten after ten minutes without a refusal', () => {
    const pace = limited()
    pace.admitted(601_010)
    expect(pace.spacingMs).toBe(1000)
    pace.admitted(601_011)
    expect(pace.spacingMs).toBe(0)
  })

  it('is left out while somebody waits, until one is refused', () => {
    const pace = limited()
    pace.started(1500)
    pace.turnOff()
    pace.started(1600)
    expect(pace.nextAt).toBe(-Infinity)
    pace.refused(1600, 1601)
    expect(pace).toMatchObject({ spacingMs: 1000, nextAt: 2600 })
  })

  it('is soon forgotten where all pass that keep none', () => {
    const pace = limited()
    pace.turnOff()
    pace.admitted(2000)
    expect(pace.spacingMs, 'no closer than that').toBe(1000)
    pace.admitted(2100)
    expect(pace.spacingMs).toBe(500)
    for (let at = 2102; at < 2200; at += 2) pace.admitted(at)
    expect(pace.spacingMs).toBe(0)
  })

  it('is untouched by answers that come out of order', () => {
    const pace = limited()
    pace.admitted(900)
    expect(pace.spacingMs).toBe(1000)
    pace.admitted(2010)
    pace.admitted(1990)
    expect(pace.spacingMs).toBe(1000 - (1000 - 10) / 4)
  })
})
