/** What the spacing that is learned from 429s comes to, with servers that count in the three usual ways, and over hours. */
import { describe, expect, it, vi } from 'vitest'
import type { Outcome } from '../../packages/core/src/deliver/outcome.ts'
import type { Attempt } from './rig.ts'
import { accepted, type Rig, rigFor } from './rig.ts'

vi.setConfig({ testTimeout: 60_000 })

type Serve = (attempt: Attempt) => Outcome

const HOUR_MS = 3_600_000

function tooEarly(afterMs?: number): Outcome {
  return {
    status: 'retry',
    cause: '429',
    ambiguous: false,
    isTooEarly: true,
    ...(afterMs !== undefined && { afterMs }),
  }
}

/** Admits a request so long after the last that it admitted, as nginx does without a burst. */
function leaky(spacingMs: number, afterMs?: number): Serve {
  let last = -Infinity
  return ({ at }) => {
    if (at - last < spacingMs) return tooEarly(afterMs)
    last = at
    return accepted
  }
}

/** Admits what there is a token for. */
function bucket(perSecond: number, burst: number, afterMs?: number): Serve {
  let [tokens, last] = [burst, 0]
  return ({ at }) => {
    tokens = Math.min(burst, tokens + ((at - last) * perSecond) / 1000)
    last = at
    if (tokens < 1) return tooEarly(afterMs)
    tokens--
    return accepted
  }
}

/** Admits so many in each window, and names its end in whole seconds. */
function fixedWindow(most: number, windowMs: number): Serve {
  let [count, window] = [0, -1]
  return ({ at }) => {
    const now = Math.floor(at / windowMs)
    if (now !== window) [count, window] = [0, now]
    if (count++ < most) return accepted
    return tooEarly(Math.ceil(((now + 1) * windowMs - at) / 1000) * 1000)
  }
}

/** Runs with always enough to send. @returns requests that were admitted in a second, and the share of those that were not */
async function run(rig: Rig, forMs: number): Promise<{ perSecond: number; refused: number }> {
  const [from, stored, requests] = [rig.clock.now(), rig.stored.length, rig.attempts.length]
  while (rig.clock.now() - from < forMs) {
    if (rig.queue.count < 200) rig.push(1000)
    await rig.clock.advance(Math.min(10_000, forMs))
  }
  const admitted = rig.stored.length - stored
  return { perSecond: (admitted / forMs) * 1000, refused: 1 - admitted / (rig.attempts.length - requests) }
}

function expectNoneBeforeItsTime(rig: Rig, asked: readonly { at: number; until: number }[]): void {
  for (const { at, until } of asked) {
    const early = rig.attempts.filter((attempt) => attempt.at > at && attempt.at < until)
    expect(early, `after the 429 at ${at}`).toEqual([])
  }
}

describe.each<[string, number, () => Serve]>([
  ['a leaky bucket of 2 in a second', 2, () => leaky(500, 1000)],
  ['a leaky bucket of 2 in a second that names no time', 2, () => leaky(500)],
  ['a leaky bucket of 50 in a second', 50, () => leaky(20, 1000)],
  ['a leaky bucket of one in 3 s', 1 / 3, () => leaky(3000, 3000)],
  ['a token bucket of 2 in a second with a burst of 10', 2, () => bucket(2, 10, 1000)],
  ['a token bucket of 20 in a second with a burst of 100', 20, () => bucket(20, 100, 1000)],
  ['a fixed window of 2 in a second', 2, () => fixedWindow(2, 1000)],
  ['a fixed window of 10 in a second', 10, () => fixedWindow(10, 1000)],
  ['a fixed window of 100 in a minute', 100 / 60, () => fixedWindow(100, 60_000)],
])('%s', (_, limit, serverOf) => {
  it.each([1, 4])('is used to more than four fifths, and 429 stays rare, with %i at a time', async (concurrency) => {
    const asked: { at: number; until: number }[] = []
    const server = serverOf()
    const serve: Serve = (attempt) => {
      const outcome = server(attempt)
      if (outcome.status === 'retry') asked.push({ at: rig.clock.now(), until: attempt.at + (outcome.afterMs ?? 0) })
      return outcome
    }
    let seed = 1
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
    const rig = rigFor({ concurrency, maxEvents: 1, latencyMs: 5, random, serve })
    const first = await run(rig, 120_000)
    expect(first.perSecond).toBeGreaterThan(limit * 0.7)
    const later = await run(rig, limit > 10 ? 600_000 : HOUR_MS)
    expect(later.perSecond).toBeGreaterThan(limit * 0.8)
    expect(later.perSecond).toBeLessThanOrEqual(limit * 1.02)
    expect(later.refused).toBeLessThan(0.2)
    expectNoneBeforeItsTime(rig, asked)
    await rig.pump.stop()
    for (const batch of rig.queue.takeAll()) rig.ledger.settleLost('unsent-at-close', batch)
  })
})

describe('an endpoint without a limit', () => {
  it('is never waited for', async () => {
    const rig = rigFor({ concurrency: 1, maxEvents: 1, latencyMs: 5, lingerMs: 0 })
    rig.push(1000)
    await rig.clock.advance(5000)
    expect(rig.stored).toHaveLength(1000)
  })

  it('is soon used in full where it had one, and the spacing is forgotten', async () => {
    const limit = leaky(500, 1000)
    const serve: Serve = (attempt) => (attempt.at < 300_000 ? limit(attempt) : accepted)
    const rig = rigFor({ concurrency: 1, maxEvents: 1, latencyMs: 5, serve })
    await run(rig, 300_000)
    await run(rig, 120_000)
    const { perSecond } = await run(rig, 10_000)
    expect(perSecond, 'all there is').toBeGreaterThan(90)
    await rig.pump.stop()
    for (const batch of rig.queue.takeAll()) rig.ledger.settleLost('unsent-at-close', batch)
  })
})

describe('an endpoint that refuses everything for some seconds, as too early', () => {
  it('is used in full soon after that', async () => {
    const serve: Serve = ({ at }) => (at > 5000 && at < 10_000 ? tooEarly(1000) : accepted)
    const rig = rigFor({ concurrency: 1, maxEvents: 1, latencyMs: 5, serve })
    rig.push(10_000)
    await rig.clock.advance(20_000)
    expect(rig.stored.length).toBeGreaterThan(2200)
    await rig.end()
  })
})

describe('a close at an endpoint whose limit is gone', () => {
  it('is not held up by what was learned', async () => {
    const limit = leaky(500, 1000)
    const serve: Serve = (attempt) => (attempt.at < 60_000 ? limit(attempt) : accepted)
    const rig = rigFor({ concurrency: 1, maxEvents: 1, latencyMs: 5, serve })
    rig.push(600)
    await rig.clock.advance(60_000)
    const flushing = rig.pump.drain(8000)
    await rig.clock.advance(8000)
    expect(await flushing).toMatchObject({ pending: 0 })
  })
})

describe('a flush at an endpoint with a limit', () => {
  it('makes one attempt at once, not after the spacing', async () => {
    const rig = rigFor({ concurrency: 1, maxEvents: 1, latencyMs: 5, lingerMs: 0, serve: leaky(3000, 3000) })
    rig.push(4)
    await rig.clock.advance(9000)
    const { length } = rig.attempts
    const flushing = rig.pump.drain(100)
    await rig.clock.advance(0)
    expect(rig.attempts).toHaveLength(length + 1)
    await rig.clock.advance(100_000)
    await flushing
    expect(rig.stored).toHaveLength(4)
  })
})
