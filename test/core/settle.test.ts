import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Outcome } from '../../packages/core/src/deliver/outcome.ts'
import { REFUSALS_IN_A_ROW } from '../../packages/core/src/limits.ts'
import type { Attempt } from './rig.ts'
import { accepted, inTurn, range, rejected, Rig, rigFor, tooLarge, tooLargeFor, unauthorized, unavailable } from './rig.ts' // prettier-ignore

vi.setConfig({ testTimeout: 30_000 }) // many runs each, and the machine may be busy

function sorted(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b)
}

function without(numbers: readonly number[], others: Iterable<number>): number[] {
  const set = new Set(others)
  return numbers.filter((number) => !set.has(number))
}

/** A server that answers `outcome` to every request with one of these events in it. */
function refusing(poison: Iterable<number>, outcome: Outcome = rejected): (attempt: Attempt) => Outcome {
  const set = new Set(poison)
  return ({ ids }) => (ids.some((id) => set.has(id)) ? outcome : accepted)
}

describe('an accepted batch', () => {
  it('is delivered, once', async () => {
    const rig = rigFor()
    rig.push(10)
    await rig.end()
    expect(rig.stats).toMatchObject({ accepted: 10, delivered: 10, pending: 0, requests: 1, retries: 0, bytesSent: rig.attempts[0]?.bytes }) // prettier-ignore
    expect(rig.stored).toEqual(range(1, 10))
    expect(rig.warnings).toEqual([])
  })

  it('with a warning hands it on', async () => {
    const rig = rigFor({ serve: () => ({ status: 'accepted', warning: 'answered 200' }) })
    rig.push()
    await rig.end()
    expect(rig.warnings).toEqual(['answered 200'])
  })
})

describe('a batch that failed', () => {
  it('is sent again with the same events, in the same form', async () => {
    const rig = rigFor({ serve: inTurn(unavailable, unavailable, unavailable) })
    rig.push(5, 10)
    await rig.end()
    expect(rig.attempts).toHaveLength(4)
    for (const { bytes, ids } of rig.attempts) expect({ bytes, ids }).toEqual({ bytes: rig.attempts[0]?.bytes, ids: range(1, 5) }) // prettier-ignore
  })

  it('may be a duplicate only where the server may have stored it', async () => {
    const refused: Outcome = { status: 'retry', cause: 'ECONNREFUSED', ambiguous: false }
    const rig = rigFor({ serve: inTurn(refused, unavailable, refused) })
    rig.push(5)
    await rig.end()
    expect(rig.stats).toMatchObject({ retries: 3, possibleDuplicates: 5, requests: 4 })
  })

  it('on a stale connection is sent again at once, without closing the gate, but not twice', async () => {
    const stale: Outcome = { status: 'retry', cause: 'UND_ERR_SOCKET', ambiguous: true, stale: true }
    const rig = rigFor({ serve: inTurn(stale, stale) })
    rig.push(5)
    await rig.clock.advance(1001)
    expect(rig.stats).toMatchObject({ state: 'open', retries: 1 })
    await rig.end()
    expect(rig.gaps).toEqual([1, 501])
    expect(rig.stored).toEqual(range(1, 5))
  })

  it('is tried for days, and nothing is ever given up', async () => {
    const rig = rigFor({ serve: ({ at }) => (at < 3 * 86_400_000 ? unavailable : accepted) })
    rig.push(100)
    await rig.end(4 * 86_400_000)
    expect(rig.stored).toEqual(range(1, 100))
    expect(rig.attempts.length).toBeGreaterThan(8000)
  })
})

describe('413', () => {
  it('halves the batch, and remembers the size for those that come', async () => {
    const rig = rigFor({ maxBytes: 100_000, serve: ({ bytes }) => (bytes > 30_000 ? tooLarge : accepted) })
    rig.push(500, 1000)
    await rig.end()
    expect(sorted(rig.stored)).toEqual(range(1, 500))
    expect(rig.stats).toMatchObject({ retries: 0, state: 'open' })
    const refusals = rig.attempts.filter(({ bytes }) => bytes > 30_000)
    expect(refusals.length, 'those under way at the first refusal, and their halves').toBeLessThanOrEqual(12)
    expect(rig.queue.maxBodyBytes).toBeLessThanOrEqual(30_000)
  })

  it('falls to the larger of two uneven halves', async () => {
    const rig = rigFor({ maxBytes: 100_000, serve: inTurn(tooLarge) })
    rig.push(2, 10_000)
    rig.push(1, 10)
    await rig.clock.advance(1001)
    expect(rig.queue.maxBodyBytes).toBeGreaterThan(20_000)
    await rig.end()
  })

  it('is an answer about the events, so the endpoint works again', async () => {
    const rig = rigFor({ serve: inTurn(unavailable, tooLarge, unavailable), latencyMs: ({ number }) => number * 100 })
    rig.push(10)
    await rig.clock.advance(1100 + 500 + 200)
    expect(rig.stats).toMatchObject({ state: 'open' })
    await rig.end()
  })

  it('lets the size rise again, slowly, up to the option', async () => {
    let limit = 10_000
    const rig = rigFor({ concurrency: 1, maxBytes: 20_000, serve: ({ bytes }) => (bytes > limit ? tooLarge : accepted) }) // prettier-ignore
    rig.push(20, 1000)
    await rig.end()
    const first = rig.queue.maxBodyBytes
    expect(first).toBeLessThanOrEqual(10_000)
    limit = 20_000
    rig.push(400, 1000)
    await rig.end()
    expect(rig.queue.maxBodyBytes).toBeGreaterThan(first * 1.05)
    expect(rig.queue.maxBodyBytes).toBeLessThan(first * 1.5)
    rig.push(10_000, 1000)
    await rig.end()
    expect(rig.queue.maxBodyBytes).toBe(20_000)
  })

  it('delivers every event that fits alone, whatever the limit and the sizes', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 450, max: 5000 }), async (pads, limit) => {
        const rig = new Rig({ maxBytes: 4000, serve: ({ bytes }) => (bytes > limit ? tooLarge : accepted) })
        for (const pad of pads) rig.push(1, pad)
        await rig.end()
        rig.check()
        expect(sorted(rig.stored)).toEqual(range(1, pads.length))
        expect(rig.attempts.length).toBeLessThanOrEqual(2 * pads.length)
      }),
      { numRuns: 60 },
    )
  })

  it('cuts the strings of an event that is too large alone, and delivers it', async () => {
    const rig = rigFor({ serve: ({ bytes }) => (bytes > 2000 ? tooLarge : accepted) })
    rig.push(1, 10_000)
    rig.push(3)
    await rig.end()
    expect(sorted(rig.stored)).toEqual(range(1, 4))
    const alone = rig.attempts.filter(({ ids }) => ids.length === 1 && ids[0] === 1).map(({ bytes }) => bytes)
    expect(alone.length).toBeGreaterThan(1)
    expect(alone).toEqual([...alone].sort((a, b) => b - a))
    expect(rig.queue).toMatchObject({ count: 0, bytes: 0 })
  })

  it('gives up an event that is refused however small it is made, and no other', async () => {
    const rig = rigFor({ serve: refusing([2], tooLarge) })
    rig.push(1)
    rig.push(1, 10_000)
    rig.push(2)
    await rig.end()
    expect(sorted(rig.stored)).toEqual([1, 3, 4])
    expect(rig.stats).toMatchObject({ lost: { 'too-large': 1 } })
    expect(rig.told).toMatchObject([{ kind: 'loss', reason: 'too-large', count: 1, total: 1, message: expect.stringContaining('413') }]) // prettier-ignore
  })

  it('with Retry-After waits for that first', async () => {
    const rig = rigFor({ random: () => 0, serve: inTurn(tooLargeFor(5000)) })
    rig.push(10)
    await rig.end()
    expect(rig.attempts.map(({ at }) => at)).toEqual([1000, 6001, 6002])
    expect(sorted(rig.stored)).toEqual(range(1, 10))
  })
})

describe('400', () => {
  it('for k bad events among n delivers all others once, with at most 2·k·⌈log₂ n⌉ + 1 requests', async () => {
    const cases = fc.integer({ min: 1, max: 2000 }).chain((n) =>
      fc.record({
        n: fc.constant(n),
        poison: fc.uniqueArray(fc.integer({ min: 1, max: n }), { maxLength: REFUSALS_IN_A_ROW - 1 }),
        concurrency: fc.constantFrom(1, 4),
      }),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ({ concurrency, n, poison }) => {
        const rig = new Rig({ concurrency, serve: refusing(poison) })
        rig.push(n)
        await rig.end()
        rig.check()
        const k = poison.length
        expect(sorted(rig.stored)).toEqual(without(range(1, n), poison))
        expect(rig.stats.lost.rejected).toBe(k)
        expect(rig.attempts.length).toBeLessThanOrEqual(2 * k * Math.ceil(Math.log2(n)) + 1)
        expect(rig.clock.now(), 'without a wait').toBeLessThan(2000 + rig.attempts.length)
      }),
      { numRuns: 40 },
    )
  })

  it('is worst where the bad events stand together, and still within the bound', async () => {
    const poison = range(900, 900 + REFUSALS_IN_A_ROW - 2)
    const rig = rigFor({ serve: refusing(poison) })
    rig.push(2000)
    await rig.end()
    expect(sorted(rig.stored)).toEqual(without(range(1, 2000), poison))
    expect(rig.attempts.length).toBeLessThanOrEqual(2 * 15 * 11 + 1)
  })

  it('takes any number of bad events, as long as others pass between them', async () => {
    const poison = range(1, 500).filter((number) => number % 4 === 0)
    const rig = rigFor({ concurrency: 1, serve: refusing(poison) })
    rig.push(500)
    await rig.end()
    expect(sorted(rig.stored)).toEqual(without(range(1, 500), poison))
    expect(rig.stats.lost.rejected).toBe(125)
    expect(rig.clock.now()).toBeLessThan(3000)
  })

  it('is told with what the service said', async () => {
    const rig = rigFor({ serve: refusing([3]) })
    rig.push(5)
    await rig.end()
    await rig.clock.advance(0)
    expect(rig.told).toMatchObject([{ kind: 'loss', reason: 'rejected', count: 1, total: 1, message: expect.stringContaining('400') }]) // prettier-ignore
  })
})

describe('an event that is refused alone', () => {
  it('is given up at once where nothing else is left, without a flush', async () => {
    const rig = rigFor({ serve: refusing([1]) })
    rig.push()
    await rig.clock.advance(1001)
    expect(rig.stats).toMatchObject({ pending: 0, state: 'open', lost: { rejected: 1 } })
  })

  it('is kept, and counted in the queue, until something else passes', async () => {
    const rig = rigFor({ concurrency: 2, maxEvents: 1, serve: refusing([1]), latencyMs: ({ number }) => number * 10 })
    rig.push(2)
    await rig.clock.advance(15)
    expect(rig.stats).toMatchObject({ pending: 2, lost: { rejected: 0 } })
    expect(rig.queue.bytes, 'both').toBe(16)
    await rig.clock.advance(10)
    expect(rig.stats).toMatchObject({ pending: 0, delivered: 1, lost: { rejected: 1 } })
  })

  it('is decided about by a flush, which sends at once what may prove something', async () => {
    const rig = rigFor({ concurrency: 1, lingerMs: 60_000, serve: refusing([1]) })
    rig.push()
    const flushing = rig.pump.drain(10_000)
    rig.push()
    await rig.clock.advance(5)
    expect(await flushing).toMatchObject({ lost: 1, pending: 0 })
    expect(rig.stored).toEqual([2])
  })

  it('is not given up by a failure of others, and waits with them', async () => {
    const rig = rigFor({ concurrency: 1, maxEvents: 1, serve: ({ at, ids }) => (ids[0] === 1 ? rejected : at < 60_000 ? unavailable : accepted) }) // prettier-ignore
    rig.push(2)
    await rig.clock.advance(50_000)
    expect(rig.stats).toMatchObject({ pending: 2, state: 'throttled', lost: { rejected: 0 } })
    await rig.end()
    expect(rig.stats).toMatchObject({ delivered: 1, lost: { rejected: 1 } })
    expect(rig.attempts.filter(({ ids }) => ids[0] === 1)).toHaveLength(1)
  })

  it.each([
    ['is lost at the end where the rest is lost too', false],
    ['is kept at the end where the rest is kept', true],
  ])('%s', async (_, isRestKept) => {
    const rig = rigFor({ concurrency: 1, maxEvents: 1, serve: ({ ids }) => (ids[0] === 1 ? rejected : unavailable) })
    rig.push(2)
    await rig.clock.advance(50)
    expect(rig.stats).toMatchObject({ pending: 2 })
    rig.settlement.release(isRestKept)
    await rig.pump.stop()
    expect(rig.stats).toMatchObject(isRestKept ? { pending: 2 } : { pending: 1, lost: { rejected: 1 } })
    const rest = rig.queue.takeAll()
    expect(rest.flatMap((batch) => [...batch.texts()])).toHaveLength(isRestKept ? 2 : 1)
    for (const batch of rest) rig.ledger.settleSpooled(batch)
  })
})

describe("a refusal that is not the service's own", () => {
  const foreign: Outcome = { status: 'rejected', verdict: { cause: '400 (a page)', status: 400 }, isByService: false }

  it('loses nothing where it was a stray one: the event is sent again once something passed', async () => {
    let strays = 1
    const rig = rigFor({ concurrency: 1, maxEvents: 1, serve: ({ ids }) => (ids[0] === 3 && strays-- > 0 ? foreign : accepted) }) // prettier-ignore
    rig.push(10)
    await rig.end()
    expect(sorted(rig.stored)).toEqual(range(1, 10))
    expect(rig.attempts).toHaveLength(11)
  })

  it('is believed where the event is refused again after something passed', async () => {
    const rig = rigFor({ concurrency: 1, serve: refusing([3], foreign) })
    rig.push(8)
    await rig.end()
    expect(sorted(rig.stored)).toEqual(without(range(1, 8), [3]))
    expect(rig.stats).toMatchObject({ state: 'open', lost: { rejected: 1 } })
    expect(rig.attempts.filter(({ ids }) => ids.length === 1 && ids[0] === 3)).toHaveLength(2)
  })

  it('of all there is holds delivery, names the cause and loses nothing', async () => {
    let isWell = false
    const rig = rigFor({ serve: () => (isWell ? accepted : foreign) })
    rig.push(5)
    await rig.clock.advance(3_600_000)
    expect(rig.stats).toMatchObject({ state: 'held', pending: 5, lost: { rejected: 0 } })
    expect(rig.stats.lastError).toMatch(/^400 \(a page\): .*proxy.*client certificate.*tls\.cert/)
    const perProbe = rig.attempts.filter(({ at }) => at > 2000)
    expect(
      perProbe.every(({ ids }) => ids.length === 1),
      'one event a probe',
    ).toBe(true)
    expect(Math.min(...rig.gaps.slice(-30))).toBeGreaterThanOrEqual(60_000)
    isWell = true
    await rig.end()
    expect(sorted(rig.stored)).toEqual(range(1, 5))
    expect(rig.stats).toMatchObject({ state: 'open' })
  })

  it('is not believed at the end either', async () => {
    const rig = rigFor({ serve: () => foreign })
    rig.push(2)
    await rig.clock.advance(1002)
    await rig.pump.stop()
    expect(rig.stats).toMatchObject({ pending: 2, lost: { rejected: 0 } })
    expect(rig.queue.takeAll().map(({ count }) => count)).toEqual([1, 1])
    rig.ledger.settleLost('unsent-at-close', { first: 1, count: 2 })
  })

  it('does not keep back what is proven beside it', async () => {
    const rig = rigFor({ concurrency: 1, serve: ({ ids }) => (ids.includes(2) ? foreign : rejected) })
    rig.push(3)
    await rig.clock.advance(2000)
    expect(rig.stats).toMatchObject({ state: 'held', pending: 1, lost: { rejected: 2 } })
  })
})

describe('400 for everything', () => {
  it('holds after sixteen refusals in a row, and keeps all, for days', async () => {
    const rig = rigFor({ serve: () => rejected })
    rig.push(1000)
    await rig.clock.advance(2 * 86_400_000)
    expect(rig.stats).toMatchObject({ state: 'held', delivered: 0, pending: 1000, lost: { rejected: 0 } })
    expect(rig.stats.lastError).toContain(`400: ${REFUSALS_IN_A_ROW} events in a row were refused`)
    const singles = rig.attempts.filter(({ at, ids }) => at < 2000 && ids.length === 1)
    expect(singles).toHaveLength(REFUSALS_IN_A_ROW)
    const probes = rig.attempts.filter(({ at }) => at > 3_700_000)
    expect(probes.every(({ ids }) => ids.length === 1)).toBe(true)
    expect(Math.min(...rig.gaps.slice(-100))).toBeGreaterThanOrEqual(300_000)
  })

  it('holds as well where everything is too large, however small', async () => {
    const rig = rigFor({ serve: () => tooLarge })
    rig.push(1000)
    await rig.clock.advance(86_400_000)
    expect(rig.stats).toMatchObject({ state: 'held', delivered: 0, pending: 1000, lost: { 'too-large': 0 } })
  })

  it('that ends lets all through', async () => {
    let isWell = false
    const rig = rigFor({ serve: () => (isWell ? accepted : rejected) })
    rig.push(1000)
    await rig.clock.advance(600_000)
    isWell = true
    rig.push(10)
    await rig.end()
    expect(rig.stats).toMatchObject({ state: 'open', delivered: 1010, lost: { rejected: 0 } })
    expect(sorted(rig.stored)).toEqual(range(1, 1010))
  })

  it('tries another event each time, so that a long run of bad ones cannot block those behind it', async () => {
    const rig = rigFor({ concurrency: 1, serve: refusing(range(1, 40)) })
    rig.push(1000)
    await rig.clock.advance(86_400_000)
    expect(sorted(rig.stored)).toEqual(range(41, 1000))
    // refused before and after others have passed
    expect(rig.stats).toMatchObject({ state: 'open', pending: 0, lost: { rejected: 40 } })
  })
})

const serverError: Outcome = {
  status: 'retry',
  cause: '500',
  ambiguous: true,
  escalation: { afterFailures: 6, to: 'isolate-if-others-pass' },
}

describe('500', () => {
  it('for one batch while others pass is laid on an event in it, and only after twenty failures', async () => {
    const rig = rigFor({ concurrency: 1, maxEvents: 10, serve: refusing([15], serverError) })
    for (let minute = 0; minute < 60; minute++) {
      rig.push(10)
      await rig.clock.advance(60_000)
    }
    expect(sorted(rig.stored)).toEqual(without(range(1, 600), [15]))
    expect(rig.stats.lost).toMatchObject({ rejected: 1 })
    expect(rig.attempts.filter(({ ids }) => ids.includes(15)).length).toBeGreaterThanOrEqual(20)
  })

  it('for everything gives up nothing, however long it lasts', async () => {
    const rig = rigFor({ maxEvents: 10, serve: ({ at }) => (at < 86_400_000 ? serverError : accepted) })
    rig.push(100)
    await rig.end(2 * 86_400_000)
    expect(sorted(rig.stored)).toEqual(range(1, 100))
    expect(rig.stats.lost.rejected).toBe(0)
  })

  it('for one batch does not block the others', async () => {
    const rig = rigFor({ concurrency: 1, maxEvents: 10, serve: refusing([5], serverError) })
    rig.push(100)
    await rig.clock.advance(120_000)
    expect(sorted(rig.stored)).toEqual(expect.arrayContaining(range(11, 100)))
  })
})

describe('an outage', () => {
  it.each<[string, Outcome]>([
    ['503', unavailable],
    ['reset', { status: 'retry', cause: 'reset', ambiguous: true, escalation: { afterFailures: 3, to: 'split' } }],
  ])('with %s is not laid on the event that waited through it, where a few 500 follow', async (_, outage) => {
    const serve = ({ at, ids }: Attempt): Outcome => {
      if (at < 1_800_000) return outage
      return at < 1_850_000 && ids.includes(1) ? serverError : accepted
    }
    const rig = rigFor({ concurrency: 1, maxEvents: 1, serve })
    rig.push(5)
    await rig.end()
    expect(rig.attempts.filter(({ ids }) => ids.includes(1)).length, 'the one that was tried').toBeGreaterThan(20)
    expect(sorted(rig.stored)).toEqual(range(1, 5))
  })
})

describe('429', () => {
  it('tells the gate that requests came too early, and 503 does not', async () => {
    const early: Outcome = { status: 'retry', cause: '429', ambiguous: false, isTooEarly: true }
    for (const [outcome, isSpaced] of [
      [early, true],
      [unavailable, false],
    ] as const) {
      // prettier-ignore
      const rig = rigFor({ concurrency: 1, maxEvents: 1, random: () => 0, serve: ({ number }) => (number % 2 === 0 ? outcome : accepted) }) // prettier-ignore
      rig.push(6)
      await rig.clock.advance(450)
      const spaced = rig.gaps.some((gap) => gap > 101)
      expect(spaced).toBe(isSpaced)
      await rig.end()
    }
  })
})

describe('a failure that is laid on a single event', () => {
  /** Others pass all the time. */
  async function among(rig: Rig, pad: number, isOver: () => boolean): Promise<void> {
    rig.push(1, pad)
    for (let count = 0; count < 2000 && !isOver(); count++) {
      rig.push()
      await rig.clock.advance(1000)
    }
    expect(isOver()).toBe(true)
    await rig.end()
  }

  it('is so after 20 of them, and is told with its cause', async () => {
    const rig = rigFor({ concurrency: 1, maxEvents: 1, lingerMs: 0, serve: refusing([1], serverError) })
    await among(rig, 0, () => rig.stats.lost.rejected > 0)
    expect(rig.attempts.filter(({ ids }) => ids.includes(1))).toHaveLength(20)
    await rig.clock.advance(0)
    expect(rig.told).toMatchObject([{ reason: 'rejected', message: expect.stringContaining('500') }])
  })

  it('cuts a large one after six of them, and gives it up where that does not help', async () => {
    const broken: Outcome = { status: 'retry', cause: 'reset', ambiguous: true, escalation: { afterFailures: 3, to: 'split' } } // prettier-ignore
    const rig = rigFor({ concurrency: 1, maxEvents: 1, lingerMs: 0, serve: refusing([1], broken) })
    await among(rig, 10_000, () => rig.stats.lost['too-large'] > 0)
    const whole = rig.attempts.filter(({ bytes }) => bytes > 9000)
    expect(whole).toHaveLength(6)
    await rig.clock.advance(0)
    expect(rig.told).toMatchObject([{ reason: 'too-large', message: expect.stringContaining('reset') }])
  })
})

describe('a status nobody documented', () => {
  const unknown: Outcome = { status: 'retry', cause: '418', ambiguous: false, escalation: { afterFailures: 3, to: 'isolate' } } // prettier-ignore

  it('is retried twice, then the bad event is looked for as with 400', async () => {
    const rig = rigFor({ serve: refusing([7], unknown) })
    rig.push(16)
    await rig.end()
    expect(rig.told).toMatchObject([{ message: expect.stringContaining('418') }])
    expect(sorted(rig.stored)).toEqual(without(range(1, 16), [7]))
    expect(rig.stats.lost.rejected).toBe(1)
    expect(rig.attempts.filter(({ ids }) => ids.length === 16)).toHaveLength(3)
  })

  it('for a single event is no word of the service: it is kept', async () => {
    const rig = rigFor({ serve: () => unknown })
    rig.push()
    await rig.clock.advance(86_400_000)
    expect(rig.stats).toMatchObject({ state: 'held', pending: 1, lost: { rejected: 0 } })
  })

  it('for everything is held like 400 for everything', async () => {
    const rig = rigFor({ serve: () => unknown })
    rig.push(100)
    await rig.clock.advance(86_400_000)
    expect(rig.stats).toMatchObject({ state: 'held', pending: 100, lost: { rejected: 0 } })
  })
})

describe('a connection that breaks again and again', () => {
  const broken: Outcome = { status: 'retry', cause: 'reset', ambiguous: true, escalation: { afterFailures: 3, to: 'split' } } // prettier-ignore

  it('has its batch halved, for the size may be what breaks it, and loses nothing', async () => {
    const rig = rigFor({ concurrency: 1, serve: ({ ids }) => (ids.length > 5 ? broken : accepted) })
    rig.push(20)
    await rig.end()
    expect(sorted(rig.stored)).toEqual(range(1, 20))
    expect(rig.attempts.filter(({ ids }) => ids.length === 20)).toHaveLength(3)
    expect(rig.attempts.filter(({ ids }) => ids.length === 10)).toHaveLength(6)
  })

  it('keeps an event that cannot be halved', async () => {
    const rig = rigFor({ serve: ({ at }) => (at < 86_400_000 ? broken : accepted) })
    rig.push(3)
    await rig.end(2 * 86_400_000)
    expect(sorted(rig.stored)).toEqual([1, 2, 3])
  })
})

describe('a fault that does not pass by itself after all', () => {
  it('is held after so many failures', async () => {
    const garbage: Outcome = { status: 'retry', cause: 'not HTTP', ambiguous: true, escalation: { afterFailures: 5, to: 'hold' } } // prettier-ignore
    const rig = rigFor({ serve: ({ at }) => (at < 600_000 ? garbage : accepted) })
    rig.push(3)
    await rig.clock.advance(600_000)
    expect(rig.stats).toMatchObject({ state: 'held', pending: 3, lastError: 'not HTTP' })
    expect(rig.attempts.length).toBeLessThan(25)
    await rig.end()
    expect(rig.stored).toEqual([1, 2, 3])
  })

  it('says what to do about it', async () => {
    const refused: Outcome = { status: 'retry', cause: 'EPROTO', ambiguous: false, escalation: { afterFailures: 2, to: 'hold', remedy: 'check the url' } } // prettier-ignore
    const rig = rigFor({ serve: inTurn(refused, refused) })
    rig.push()
    await rig.clock.advance(1600)
    expect(rig.stats).toMatchObject({ state: 'held', lastError: 'EPROTO: check the url' })
    await rig.end()
  })
})

describe('held', () => {
  it('keeps the batch, and tries the same one again', async () => {
    const rig = rigFor({ concurrency: 1, maxEvents: 5, serve: inTurn(unauthorized, unauthorized) })
    rig.push(10)
    await rig.end()
    expect(rig.attempts.map(({ ids }) => ids)).toEqual([range(1, 5), range(1, 5), range(1, 5), range(6, 10)])
    expect(rig.stats.retries).toBe(2)
  })
})

describe('the accounts', () => {
  it('are right after any answers, in any order, and every event ends in exactly one place', async () => {
    const outcome = fc.oneof(
      { weight: 4, arbitrary: fc.constant(accepted) },
      { weight: 4, arbitrary: fc.constantFrom(unavailable, unauthorized, rejected, tooLarge, serverError, tooLargeFor(700)) }, // prettier-ignore
    )
    const traffic = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 3000 })), { maxLength: 12 }) // prettier-ignore
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { maxLength: 60 }), traffic, fc.integer({ min: 1, max: 5 }), async (outcomes, bursts, concurrency) => { // prettier-ignore
        const rig = new Rig({ concurrency, maxEvents: 7, queueBytes: 1000, maxBytes: 400, latencyMs: 30, serve: inTurn(...outcomes) }) // prettier-ignore
        for (const [count, ms] of bursts) {
          rig.push(count, 20)
          rig.check()
          await rig.clock.advance(ms)
          rig.check()
        }
        await rig.end()
        rig.check()
        const lost = Object.values(rig.stats.lost).reduce((sum, count) => sum + count, 0)
        expect(new Set(rig.stored).size + lost).toBe(rig.stats.accepted)
        expect(rig.stored, 'accepted twice only after an attempt that was').toHaveLength(new Set(rig.stored).size)
      }), // prettier-ignore
      { numRuns: 150 },
    )
  })
})
