import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Batch } from '../../packages/core/src/batch.ts'
import type { Outcome } from '../../packages/core/src/deliver/outcome.ts'
import { Gate } from '../../packages/core/src/deliver/gate.ts'
import { Ledger } from '../../packages/core/src/ledger.ts'
import { Pump } from '../../packages/core/src/pump.ts'
import { Queue } from '../../packages/core/src/queue.ts'
import { FakeClock } from '../support/fake-clock.ts'
import {
  accepted,
  inTurn,
  range,
  Rig,
  rigFor,
  throttled,
  tooLarge,
  tooLargeFor,
  unauthorized,
  unavailable,
} from './rig.ts'

vi.setConfig({ testTimeout: 30_000 }) // many runs each, and the machine may be busy

describe('a batch', () => {
  it('is sent once its oldest event has waited for lingerMs, however many come after it', async () => {
    const rig = rigFor({ lingerMs: 1000 })
    for (let count = 0; count < 4; count++) {
      rig.push()
      await rig.clock.advance(300)
    }
    await rig.clock.advance(5000)
    expect(rig.attempts.map(({ at, ids }) => [at, ids])).toEqual([[1000, [1, 2, 3, 4]]])
  })

  it('waits anew for each first event', async () => {
    const rig = rigFor({ lingerMs: 1000 })
    rig.push()
    await rig.clock.advance(1500)
    rig.push()
    await rig.clock.advance(999)
    expect(rig.attempts).toHaveLength(1)
    await rig.clock.advance(1)
    expect(rig.attempts.map(({ at }) => at)).toEqual([1000, 2500])
  })

  it('is sent in the next turn where lingerMs is 0', async () => {
    const rig = rigFor({ lingerMs: 0 })
    rig.push(3)
    await rig.clock.advance(0)
    expect(rig.attempts.map(({ at, ids }) => [at, ids])).toEqual([[0, [1, 2, 3]]])
  })

  it('is sent at once when it has maxEvents, and the rest waits', async () => {
    const rig = rigFor({ maxEvents: 3 })
    rig.push(7)
    expect(rig.attempts, 'never within the call that logs').toEqual([])
    await rig.clock.advance(0)
    expect(rig.attempts.map(({ ids }) => ids)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    await rig.end()
    expect(rig.attempts[2]).toMatchObject({ at: 1000, ids: [7] })
  })

  it('is sent at once when the next event would pass maxBytes', async () => {
    const rig = rigFor({ maxBytes: 1000 })
    rig.push(9, 100)
    await rig.clock.advance(0)
    expect(rig.attempts).toMatchObject([{ ids: range(1, 8), bytes: 937 }])
    await rig.end()
    expect(rig.stored).toEqual(range(1, 9))
  })

  it('of one event is sent also when it comes while the gate is closed and nothing else waits', async () => {
    const rig = rigFor({ maxEvents: 1, serve: inTurn(tooLargeFor(3000)) })
    rig.push()
    await rig.clock.advance(10)
    expect(rig.stats).toMatchObject({ pending: 0, lost: { 'too-large': 1 }, state: 'throttled' })
    rig.push()
    await rig.clock.advance(3300)
    expect(rig.stored).toEqual([2])
  })
})

describe('the window', () => {
  it('lets concurrency requests be under way, and no more', async () => {
    for (const concurrency of [1, 4, 16]) {
      const rig = rigFor({ concurrency, maxEvents: 1, latencyMs: 50 })
      rig.push(64)
      await rig.end()
      expect(rig.mostInFlight).toBe(concurrency)
      expect(rig.clock.now()).toBeLessThan((64 / concurrency) * 50 + 500)
    }
  })

  it('may be wide without a word of warning from Node', async () => {
    const warnings: Error[] = []
    const onWarning = (warning: Error): void => void warnings.push(warning)
    process.on('warning', onWarning)
    const rig = rigFor({ concurrency: 64, maxEvents: 1, latencyMs: 50 })
    rig.push(64)
    await rig.end()
    await new Promise(setImmediate) // Node warns in the next tick
    process.off('warning', onWarning)
    expect(warnings).toEqual([])
  })

  it('is used by batches that close while others are under way', async () => {
    const rig = rigFor({ concurrency: 4, maxEvents: 10, latencyMs: 100 })
    rig.push(10)
    await rig.clock.advance(10)
    rig.push(10)
    await rig.clock.advance(10)
    expect(rig.attempts.map(({ at }) => at)).toEqual([0, 10])
  })

  it('is one while the endpoint is in doubt', async () => {
    const rig = rigFor({ concurrency: 8, maxEvents: 1, serve: ({ at }) => (at < 5000 ? unavailable : accepted) })
    rig.push(30)
    await rig.clock.advance(5000)
    expect(rig.attempts.filter(({ at }) => at === 0)).toHaveLength(8)
    const later = rig.attempts.filter(({ at }) => at > 0).map(({ at }) => at)
    expect(new Set(later).size).toBe(later.length)
    await rig.end()
    expect(rig.stored.toSorted((a, b) => a - b)).toEqual(range(1, 30))
  })

  it('of one keeps the order of events, whatever fails in between', async () => {
    const outcomes = fc.array(fc.constantFrom(accepted, unavailable, throttled(700), unauthorized, tooLarge), { maxLength: 12 }) // prettier-ignore
    await fc.assert(
      fc.asyncProperty(outcomes, fc.integer({ min: 1, max: 9 }), async (list, maxEvents) => {
        // too-large is for bodies with more than one event, else the event itself is given up
        const serve = inTurn(...list)
        const rig = new Rig({
          concurrency: 1,
          maxEvents,
          serve: (attempt) => (serve(attempt) === tooLarge && attempt.ids.length === 1 ? accepted : serve(attempt)),
        })
        for (let count = 0; count < 10; count++) {
          rig.push(3)
          await rig.clock.advance(100)
        }
        await rig.end()
        rig.check()
        expect(rig.stored).toEqual(range(1, 30))
      }),
      { numRuns: 60 },
    )
  })
})

describe('with 503 twice, then well', () => {
  it('all arrive, after two waits', async () => {
    const rig = rigFor({ serve: inTurn(unavailable, unavailable) })
    rig.push(100)
    await rig.end()
    expect(rig.stored).toEqual(range(1, 100))
    expect(rig.gaps).toEqual([501, 1001])
    expect(rig.stats).toMatchObject({ requests: 3, retries: 2, possibleDuplicates: 200, state: 'open' })
  })
})

describe('with 429 and Retry-After: 3', () => {
  it('all arrive, and nothing is sent before 3 s, however much is logged and flushed', async () => {
    const rig = rigFor({ random: () => 0, serve: inTurn(throttled(3000)), maxEvents: 10 })
    rig.push(10)
    for (let count = 0; count < 29; count++) {
      await rig.clock.advance(100)
      rig.push(3)
      void rig.pump.drain(100_000)
    }
    expect(rig.attempts).toHaveLength(1)
    await rig.end()
    expect(rig.attempts[1]?.at).toBe(3001)
    expect(rig.stored.toSorted((a, b) => a - b)).toEqual(range(1, 97))
  })

  it('nothing is sent before it by what was under way with it either', async () => {
    const serve = inTurn(throttled(3000), accepted, unavailable, unauthorized)
    const rig = rigFor({ concurrency: 4, maxEvents: 1, serve, latencyMs: ({ number }) => number })
    rig.push(20)
    const flushing = rig.pump.drain(60_000)
    await rig.clock.advance(3000)
    expect(rig.attempts).toHaveLength(4)
    await rig.clock.advance(57_000)
    expect(await flushing).toMatchObject({ delivered: 20 })
  })
})

describe('with 401', () => {
  it('everything is kept, and there is one request for each probe interval, for hours', async () => {
    const rig = rigFor({ serve: () => unauthorized, maxEvents: 10, latencyMs: 20 })
    for (let minute = 0; minute < 150; minute++) {
      rig.push(50)
      await rig.clock.advance(60_000)
    }
    const [, , , ...gaps] = rig.gaps // the first four were under way together
    expect(gaps.slice(0, 7)).toEqual([1020, 2020, 4020, 8020, 16_020, 32_020, 60_020].map((gap) => expect.closeTo(gap)))
    expect(gaps.every((gap, index) => index === 0 || gap >= (gaps[index - 1] ?? 0))).toBe(true)
    expect(gaps.at(-1)).toBe(300_020)
    expect(rig.stats).toMatchObject({ accepted: 7500, pending: 7500, delivered: 0, state: 'held', lastError: '401' })
  })

  it('all arrive once it is mended', async () => {
    const rig = rigFor({ serve: ({ at }) => (at < 30_000 ? unauthorized : accepted), maxEvents: 10 })
    rig.push(100)
    await rig.end()
    expect(rig.stored.toSorted((a, b) => a - b)).toEqual(range(1, 100))
    expect(rig.stats).toMatchObject({ delivered: 100, state: 'open' })
    expect(rig.stats).not.toHaveProperty('lastError')
  })
})

describe('flush', () => {
  it('sends at once what would have waited, and tells what became of it', async () => {
    const rig = rigFor({ lingerMs: 60_000 })
    rig.push(5)
    const flushing = rig.pump.drain(10_000)
    await rig.clock.advance(1)
    expect(await flushing).toEqual({ delivered: 5, spooled: 0, deadLettered: 0, lost: 0, pending: 0 })
    expect(rig.attempts).toMatchObject([{ at: 0, ids: range(1, 5) }])
  })

  it('ends at once where nothing is pending', async () => {
    const rig = rigFor()
    expect(await rig.pump.drain(10_000)).toEqual({ delivered: 0, spooled: 0, deadLettered: 0, lost: 0, pending: 0 })
    rig.push()
    await rig.end()
    expect(await rig.pump.drain(10_000)).toMatchObject({ delivered: 0, pending: 0 })
  })

  it('waits for what was pushed before it, and for nothing that came after', async () => {
    const rig = rigFor({ lingerMs: 60_000, latencyMs: 100 })
    rig.push(3)
    const flushing = rig.pump.drain(10_000)
    rig.push(4)
    await rig.clock.advance(100)
    expect(await flushing).toMatchObject({ delivered: 3, pending: 0 })
    expect(rig.stats).toMatchObject({ delivered: 3, pending: 4 })
  })

  it('counts what is under way already', async () => {
    const rig = rigFor({ maxEvents: 2, lingerMs: 60_000, latencyMs: 100 })
    rig.push(3)
    await rig.clock.advance(50)
    const flushing = rig.pump.drain(10_000)
    await rig.clock.advance(100)
    expect(await flushing).toMatchObject({ delivered: 3 })
  })

  it('gives up after its time and tells what is pending', async () => {
    const rig = rigFor({ latencyMs: 60_000 })
    rig.push(3)
    const flushing = rig.pump.drain(2000)
    await rig.clock.advance(1999)
    rig.push(2)
    await rig.clock.advance(1)
    expect(await flushing).toEqual({ delivered: 0, spooled: 0, deadLettered: 0, lost: 0, pending: 3 })
    await rig.end()
  })

  it('may be called many times at once, each for what was pushed before it', async () => {
    const rig = rigFor({ lingerMs: 60_000, latencyMs: 10 })
    rig.push(2)
    const first = rig.pump.drain(10_000)
    rig.push(3)
    const second = rig.pump.drain(10_000)
    const third = rig.pump.drain(10_000)
    await rig.clock.advance(20)
    expect(await Promise.all([first, second, third])).toMatchObject([{ delivered: 2 }, { delivered: 5 }, { delivered: 5 }]) // prettier-ignore
    expect(rig.attempts.map(({ ids }) => ids)).toEqual([
      [1, 2],
      [3, 4, 5],
    ])
  })

  it('tells what was lost', async () => {
    const rig = rigFor({ serve: ({ ids }) => (ids.includes(2) ? tooLarge : accepted) })
    rig.push(3)
    expect(await rig.flush()).toEqual({ delivered: 2, spooled: 0, deadLettered: 0, lost: 1, pending: 0 })
  })

  it.each<[string, typeof accepted]>([
    ['backing off', unavailable],
    ['held', unauthorized],
  ])('makes one attempt at once while %s', async (_, outcome) => {
    let isWell = false
    const rig = rigFor({ serve: () => (isWell ? accepted : outcome), maxEvents: 1 })
    rig.push(4)
    await rig.clock.advance(20_000)
    const { length } = rig.attempts
    const at = rig.clock.now()
    const failing = rig.pump.drain(100)
    await rig.clock.advance(50)
    expect(await failing, 'at once, since the gate will not open in time').toMatchObject({ pending: 4 })
    expect(rig.attempts.slice(length).map((attempt) => attempt.at)).toEqual([at])
    isWell = true
    const flushing = rig.pump.drain(100)
    await rig.clock.advance(50)
    expect(await flushing).toMatchObject({ delivered: 4 })
  })

  it('goes on trying within its time', async () => {
    const rig = rigFor({ serve: inTurn(unavailable, unavailable, unavailable) })
    rig.push(4)
    expect(await rig.flush(10_000)).toMatchObject({ delivered: 4 })
    expect(rig.gaps).toEqual([501, 1001, 2001])
  })

  it('waits for a Retry-After that ends within its time', async () => {
    const rig = rigFor({ serve: inTurn(throttled(3000)) })
    rig.push(4)
    await rig.clock.advance(1100)
    expect(await rig.flush(10_000)).toMatchObject({ delivered: 4 })
    expect(rig.attempts).toHaveLength(2)
  })

  it('ends at once, without an attempt, where Retry-After is longer than its time', async () => {
    const rig = rigFor({ serve: inTurn(throttled(60_000)) })
    rig.push(4)
    await rig.clock.advance(1100)
    expect(await rig.pump.drain(10_000)).toMatchObject({ pending: 4 })
    expect(rig.attempts).toHaveLength(1)
  })

  it('keeps the process alive until it ends, and no other timer does', async () => {
    const alive: boolean[] = []
    class Watched extends FakeClock {
      override after(ms: number, run: () => void, keepAlive = false): () => void {
        alive.push(keepAlive)
        return super.after(ms, run)
      }
    }
    const clock = new Watched()
    const { ledger, pump, queue } = bare(clock, () => Promise.resolve(accepted))
    ledger.accepted++
    queue.add('{}', 1, clock)
    pump.added()
    const flushing = pump.drain(10_000)
    await clock.advance(10)
    expect(await flushing).toMatchObject({ delivered: 1 })
    expect(alive.filter(Boolean)).toHaveLength(1)
    expect(alive.length).toBeGreaterThan(1)
  })
})

/** A pump for which an outcome just ends the batch, or puts it back where it is to be sent again. */
function bare(clock: FakeClock, deliver: () => Promise<Outcome>) {
  const ledger = new Ledger()
  const queue = new Queue({ maxBytes: 1e6, onFull: 'drop-oldest', maxEventsPerBatch: 10, maxBytesPerBatch: 1e6 }, () => undefined) // prettier-ignore
  const waits = { concurrency: 1, minDelayMs: 500, maxDelayMs: 500 }
  const gate = new Gate(waits, clock, () => 1, () => undefined) // prettier-ignore
  const settlement = {
    isSystemic: false,
    hasSuspects: false,
    decide: () => undefined,
    release: () => undefined,
    settle(batch: Batch, outcome: Outcome, startedAt: number) {
      if (outcome.status === 'retry') {
        gate.failed(outcome.cause, startedAt)
        return queue.putBack([batch])
      }
      queue.release(batch)
      ledger.settleDelivered(batch)
    },
  }
  const pump = new Pump({ queue, gate, ledger, clock, deliver, settlement, lingerMs: 0 })
  return { gate, ledger, pump, queue, settlement }
}

describe('a fault of our own', () => {
  it('in delivering leaves the batch in the queue and the loop alive', async () => {
    const clock = new FakeClock()
    let calls = 0
    const { gate, ledger, pump, queue } = bare(clock, () =>
      ++calls < 3 ? Promise.reject(new Error('broken')) : Promise.resolve(accepted),
    )
    ledger.accepted++
    queue.add('{}', 1, clock)
    pump.added()
    await clock.advance(0)
    expect(gate).toMatchObject({ state: 'throttled', cause: expect.stringContaining('broken') })
    expect(queue.count).toBe(1)
    await clock.advance(2000)
    expect({ calls, delivered: ledger.delivered, pending: queue.count }).toEqual({ calls: 3, delivered: 1, pending: 0 })
  })
})

describe('a fault of our own in settling', () => {
  it.each([
    ['before the batch has ended leaves it in the queue', false],
    ['after the batch has ended does not bring it back', true],
  ])('%s', async (_, hasEnded) => {
    const clock = new FakeClock()
    let calls = 0
    const { gate, ledger, pump, queue, settlement } = bare(clock, () => Promise.resolve(accepted))
    const settle = settlement.settle.bind(settlement)
    settlement.settle = (batch, outcome, startedAt) => {
      if (hasEnded || calls > 0) settle(batch, outcome, startedAt)
      if (calls++ === 0) throw new Error('broken')
    }
    ledger.accepted++
    queue.add('{}', 1, clock)
    pump.added()
    await clock.advance(0)
    expect(gate).toMatchObject({ state: 'throttled', cause: expect.stringContaining('broken') })
    expect(queue.count).toBe(hasEnded ? 0 : 1)
    await clock.advance(2000)
    expect({ calls, delivered: ledger.delivered, bytes: queue.bytes }).toEqual({ calls: hasEnded ? 1 : 2, delivered: 1, bytes: 0 }) // prettier-ignore
  })
})

describe('stop', () => {
  it('gives up what is under way and puts it back', async () => {
    const rig = rigFor({ maxEvents: 2, latencyMs: 60_000 })
    rig.push(7)
    await rig.clock.advance(10)
    expect(rig.mostInFlight).toBe(3)
    await rig.pump.stop()
    expect(rig.stats, 'it says nothing about the endpoint').toMatchObject({ state: 'open', retries: 0, possibleDuplicates: 0 }) // prettier-ignore
    expect(rig.queue.takeAll().flatMap(({ count, first }) => range(first, first + count - 1))).toEqual(range(1, 7))
    expect(rig.queue).toMatchObject({ count: 0, bytes: 0 })
    for (let number = 1; number <= 7; number++) rig.ledger.settleLost('unsent-at-close', { first: number, count: 1 })
  })

  it('sends nothing any more, whatever comes', async () => {
    const rig = rigFor({ maxEvents: 2, serve: () => unavailable })
    rig.push(3)
    await rig.clock.advance(10)
    await rig.pump.stop()
    const { length } = rig.attempts
    rig.push(5)
    void rig.pump.drain(1000)
    await rig.clock.advance(100_000)
    expect(rig.attempts).toHaveLength(length)
  })

  it('still takes an answer that comes with it', async () => {
    const rig = rigFor({ latencyMs: 10 })
    rig.push(3)
    const flushing = rig.pump.drain(30_000)
    await rig.clock.advance(10)
    await rig.pump.stop()
    expect(await flushing).toMatchObject({ delivered: 3 })
  })

  it('leaves a flush to end when the rest is accounted for', async () => {
    const rig = rigFor({ latencyMs: 60_000 })
    rig.push(3)
    const flushing = rig.pump.drain(30_000)
    await rig.clock.advance(10)
    await rig.pump.stop()
    for (const batch of rig.queue.takeAll()) rig.ledger.settleLost('unsent-at-close', batch)
    expect(await flushing).toMatchObject({ lost: 3, pending: 0 })
  })
})

describe('memory', () => {
  it('stays within the bound of the queue through an outage, in flight included, and every drop is counted', async () => {
    const rig = rigFor({
      queueBytes: 20_000,
      maxBytes: 2000,
      latencyMs: 100,
      serve: ({ at }) => (at < 60_000 ? unavailable : accepted),
    })
    for (let tick = 0; tick < 700; tick++) {
      rig.push(20, 50)
      expect(rig.queue.bytes).toBeLessThanOrEqual(20_000)
      await rig.clock.advance(100)
    }
    await rig.end()
    const { accepted: pushed, delivered, lost } = rig.stats
    expect(pushed).toBe(14_000)
    expect(lost['queue-full']).toBe(pushed - delivered)
    expect(delivered).toBeGreaterThan(1000)
    expect(rig.stored.at(-1)).toBe(14_000)
  })
})
