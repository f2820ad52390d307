import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { Gate } from '../../../packages/core/src/deliver/gate.ts'
import type { GateBounds } from '../../../packages/core/src/deliver/gate.ts'
import { FakeClock } from '../../support/fake-clock.ts'

vi.setConfig({ testTimeout: 30_000 }) // many runs each, and the machine may be busy

/** A gate whose chance is always `random`, and what it told of its state. */
function gateOf(bounds: Partial<GateBounds> = {}, random = 1): { gate: Gate; clock: FakeClock; told: string[] } {
  const clock = new FakeClock()
  const told: string[] = []
  const all = { concurrency: 4, minDelayMs: 500, maxDelayMs: 30_000, ...bounds }
  const gate = new Gate(
    all,
    clock,
    () => random,
    (state, cause) => told.push(`${state} ${cause}`.trim()),
  )
  return { gate, clock, told }
}

type Act = (gate: Gate, startedAt: number) => void

const accept: Act = (gate, startedAt) => gate.accepted(startedAt)
const fail: Act = (gate, startedAt) => gate.failed('503', startedAt)
const hold: Act = (gate, startedAt) => gate.held('401', startedAt)

/** Waits until an attempt may start, starts one and ends it `ms` later. */
async function attempt(gate: Gate, clock: FakeClock, act: Act, ms = 10): Promise<void> {
  await clock.advance(gate.waitMs)
  const startedAt = clock.now()
  await clock.advance(ms)
  act(gate, startedAt)
}

describe('the gate', () => {
  it('is open at first, with the full window', () => {
    expect(gateOf().gate).toMatchObject({ state: 'open', cause: '', waitMs: 0, window: 4 })
  })

  it('closes for a wait that doubles with each failure, and lets one attempt through at a time', async () => {
    const { gate, clock } = gateOf()
    const waits: number[] = []
    for (let count = 0; count < 8; count++) {
      await attempt(gate, clock, fail)
      waits.push(gate.waitMs)
      expect(gate).toMatchObject({ state: 'throttled', cause: '503', window: 1 })
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
  })

  it('opens with the first success, and begins the next wait from the start', async () => {
    const { gate, clock, told } = gateOf()
    for (let count = 0; count < 5; count++) await attempt(gate, clock, fail)
    await attempt(gate, clock, accept)
    expect(gate).toMatchObject({ state: 'open', cause: '', waitMs: 0 })
    await attempt(gate, clock, fail)
    expect(gate.waitMs).toBe(500)
    expect(told).toEqual(['throttled 503', 'open', 'throttled 503'])
  })

  it('opens also for an answer that says something about the events', async () => {
    const { gate, clock } = gateOf()
    await attempt(gate, clock, fail)
    await attempt(gate, clock, (_, startedAt) => gate.answered(startedAt))
    expect(gate).toMatchObject({ state: 'open', waitMs: 0, window: 2 })
  })
})

describe('the window', () => {
  it('is halved once for all attempts that were under way when the first of them failed', async () => {
    const { gate, clock } = gateOf({ concurrency: 16 })
    const startedAt = clock.now()
    await clock.advance(10)
    for (let count = 0; count < 16; count++) {
      fail(gate, startedAt)
      await clock.advance(1)
    }
    expect(gate.waitMs).toBeLessThanOrEqual(500)
    await attempt(gate, clock, accept)
    expect(gate.window).toBe(8)
  })

  it('is halved again by the next incident, and never falls below one', async () => {
    const { gate, clock } = gateOf({ concurrency: 16 })
    for (const window of [8, 4, 2, 1, 1]) {
      await attempt(gate, clock, fail)
      gate.answered(clock.now())
      expect(gate.window).toBe(window)
    }
  })

  it('grows by one for each window full of successes, up to the option', async () => {
    const { gate, clock } = gateOf({ concurrency: 4 })
    for (let count = 0; count < 3; count++) {
      await attempt(gate, clock, fail)
      gate.answered(clock.now())
    }
    expect(gate.window).toBe(1)
    const windows: number[] = []
    for (let count = 0; count < 14; count++) {
      await attempt(gate, clock, accept)
      windows.push(gate.window)
    }
    expect(windows).toEqual([2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4])
  })

  it('does not grow by successes that began before it was halved', async () => {
    const { gate, clock } = gateOf({ concurrency: 16 })
    await clock.advance(10)
    fail(gate, 5)
    for (let count = 0; count < 40; count++) accept(gate, 5)
    gate.answered(clock.now())
    expect(gate.window).toBe(8)
  })

  it('stays within one and the option, whatever happens', async () => {
    const acts = fc.array(fc.constantFrom<Act>(accept, accept, accept, fail, hold), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(acts, fc.integer({ min: 1, max: 64 }), async (list, concurrency) => {
        const { gate, clock } = gateOf({ concurrency })
        for (const act of list) {
          await attempt(gate, clock, act)
          expect(Number.isInteger(gate.window) && gate.window >= 1 && gate.window <= concurrency).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('a failure of an attempt that began before the gate opened again', () => {
  it('closes it once more, but counts as no failure of its own', async () => {
    const { gate, clock } = gateOf({ concurrency: 16 })
    await attempt(gate, clock, fail)
    await attempt(gate, clock, accept)
    fail(gate, 5)
    expect(gate).toMatchObject({ state: 'throttled', waitMs: 500 })
    gate.answered(clock.now())
    expect(gate.window).toBe(8)
  })
})

describe("a server's own wait", () => {
  it('is kept, with up to a tenth on top so that not all come back at once', async () => {
    for (const [random, ms] of [
      [0, 3000],
      [0.5, 3150],
      [1, 3300],
    ] as const) {
      // prettier-ignore
      const { gate, clock } = gateOf({}, random)
      await clock.advance(10)
      gate.failed('429', 0, 3000)
      expect(gate.waitMs).toBeCloseTo(ms)
    }
  })

  it('counts only where it is longer than our own', () => {
    const { gate } = gateOf({ minDelayMs: 5000 })
    gate.failed('503', 0, 1000)
    expect(gate.waitMs).toBe(5000)
  })

  it('is not shortened by a flush', async () => {
    const { gate, clock } = gateOf()
    gate.failed('429', 0, 3000)
    gate.nudge()
    expect(gate.waitMs).toBeCloseTo(3300)
    await clock.advance(gate.waitMs)
    expect(gate.waitMs).toBe(0)
  })

  it('is what a flush still waits for where our own is longer', () => {
    const { gate } = gateOf({ minDelayMs: 5000 })
    gate.failed('503', 0, 1000)
    gate.nudge()
    expect(gate.waitMs).toBeCloseTo(1100)
  })

  it('is not shortened by a success that began before', async () => {
    const { gate, clock } = gateOf()
    await clock.advance(10)
    gate.failed('429', 5, 3000)
    accept(gate, 5)
    expect(gate).toMatchObject({ state: 'throttled', waitMs: expect.closeTo(3300), cause: '429' })
  })

  it('is not shortened by the success of a probe that began before the server named it', async () => {
    const { gate, clock } = gateOf()
    await clock.advance(10)
    fail(gate, 5)
    await clock.advance(500)
    const probe = clock.now()
    await clock.advance(10)
    gate.failed('429', 5, 3000)
    accept(gate, probe)
    expect(gate).toMatchObject({ state: 'throttled', waitMs: expect.closeTo(3300) })
  })

  it.each<[string, Act]>([
    ['another failure', fail],
    ['a longer failure of our own', (gate, startedAt) => gate.failed('503', startedAt, 1)],
    ['a hold', hold],
    ['a longer wait of the server', (gate, startedAt) => gate.failed('429', startedAt, 9000)],
  ])('is kept after %s of an attempt that was under way, also by a flush', async (_, act) => {
    const { gate, clock } = gateOf({ minDelayMs: 8000 })
    await clock.advance(10)
    gate.failed('429', 5, 3000)
    act(gate, 5)
    gate.nudge()
    expect(gate.waitMs).toBeGreaterThanOrEqual(3300)
  })

  it('is followed to the end, whatever else happens to attempts that began before it', async () => {
    const acts = fc.array(
      fc.constantFrom<Act>(accept, fail, hold, (gate) => gate.nudge()),
      { maxLength: 10 },
    )
    await fc.assert(
      fc.asyncProperty(acts, fc.integer({ min: 1, max: 100_000 }), async (list, afterMs) => {
        const { gate, clock } = gateOf({ concurrency: 16 }, 0)
        await clock.advance(10)
        gate.failed('429', 5, afterMs)
        for (const act of list) act(gate, 5)
        expect(gate.waitMs).toBeGreaterThanOrEqual(afterMs)
        await clock.advance(gate.waitMs)
        accept(gate, clock.now())
        expect(gate).toMatchObject({ state: 'open', waitMs: 0 })
      }),
    )
  })

  it('is over with the success of an attempt that began after it', async () => {
    const { gate, clock } = gateOf()
    await attempt(gate, clock, (_, startedAt) => gate.failed('429', startedAt, 3000))
    await attempt(gate, clock, accept)
    await attempt(gate, clock, fail)
    gate.nudge()
    expect(gate.waitMs).toBe(0)
  })
})

describe('a flush', () => {
  it.each<[string, Act]>([
    ['throttled', fail],
    ['held', hold],
  ])('opens the gate for one attempt while %s', async (state, act) => {
    const { gate, clock } = gateOf()
    await attempt(gate, clock, act)
    gate.nudge()
    expect(gate).toMatchObject({ state, waitMs: 0, window: 1 })
    await attempt(gate, clock, act)
    expect(gate.waitMs).toBeGreaterThan(0)
  })
})

describe('while held', () => {
  it('probes after 1 s, then after twice as long up to 60 s, and every 5 min after an hour', async () => {
    const { gate, clock } = gateOf()
    const waits = new Map<number, number>()
    await attempt(gate, clock, hold)
    while (clock.now() < 2 * 3_600_000) {
      expect(gate).toMatchObject({ state: 'held', cause: '401', window: 1 })
      waits.set(gate.waitMs, (waits.get(gate.waitMs) ?? 0) + 1)
      await attempt(gate, clock, hold)
    }
    expect([...waits.keys()]).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 300_000])
    expect(waits.get(60_000)).toBeGreaterThan(50)
    expect(waits.get(300_000)).toBeGreaterThan(10)
  })

  it('tells so once, and once more when it is over', async () => {
    const { gate, clock, told } = gateOf()
    for (let count = 0; count < 5; count++) await attempt(gate, clock, hold)
    await attempt(gate, clock, accept)
    expect(told).toEqual(['held 401', 'open'])
    expect(gate).toMatchObject({ state: 'open', cause: '', waitMs: 0, window: 2 })
  })

  it('counts attempts that were under way together as one probe', async () => {
    const { gate, clock } = gateOf()
    await clock.advance(10)
    for (let count = 0; count < 4; count++) {
      hold(gate, 5)
      await clock.advance(1)
    }
    expect(gate.waitMs).toBe(999)
  })

  it('counts an attempt that began in the very moment in which it was held as the next probe', async () => {
    const { gate, clock } = gateOf()
    await clock.advance(10)
    hold(gate, 10)
    hold(gate, 10)
    expect(gate.waitMs).toBe(2000)
  })

  it('is not opened by a success that began before', async () => {
    const { gate, clock } = gateOf()
    await clock.advance(10)
    hold(gate, 5)
    accept(gate, 5)
    expect(gate).toMatchObject({ state: 'held', waitMs: 1000 })
  })

  it('stays held when an attempt that began before fails for another cause', async () => {
    const { gate, clock } = gateOf({}, 0)
    await clock.advance(10)
    hold(gate, 5)
    fail(gate, 5)
    expect(gate).toMatchObject({ state: 'held', cause: '401', waitMs: 1000 })
  })

  it('begins its hour anew when it is held again', async () => {
    const { gate, clock } = gateOf()
    await attempt(gate, clock, hold)
    await clock.advance(2 * 3_600_000)
    await attempt(gate, clock, accept)
    await attempt(gate, clock, hold)
    expect(gate.waitMs).toBe(1000)
  })
})

describe('a request that came too early', () => {
  it('makes those after it keep a distance, which a flush skips', async () => {
    const { gate, clock } = gateOf()
    const tooEarly: Act = (_, startedAt) => {
      gate.tooEarly(startedAt)
      gate.failed('429', startedAt, 1000)
    }
    for (const act of [accept, tooEarly, accept, tooEarly, accept]) {
      await clock.advance(gate.waitMs)
      const startedAt = clock.now()
      gate.started()
      await clock.advance(10)
      act(gate, startedAt)
    }
    expect(gate).toMatchObject({ state: 'open' })
    expect(gate.waitMs).toBeGreaterThan(500)
    gate.nudge()
    expect(gate.waitMs).toBe(0)
  })
})
