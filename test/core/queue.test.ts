import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Batch } from '../../packages/core/src/batch.ts'
import { Queue } from '../../packages/core/src/queue.ts'
import type { QueueBounds } from '../../packages/core/src/queue.ts'
import { eventText } from './arbitraries.ts'

vi.setConfig({ testTimeout: 30_000 }) // many runs each, and the machine may be busy

const clock = { now: () => 0 }

/** A queue and the numbers of the events it dropped. */
function queueOf(bounds: Partial<QueueBounds> = {}): { queue: Queue; dropped: number[] } {
  const dropped: number[] = []
  const all = {
    maxBytes: 1e9,
    onFull: 'drop-oldest',
    maxEventsPerBatch: 1e9,
    maxBytesPerBatch: 1e9,
    ...bounds,
  } as const
  const queue = new Queue(all, ({ first, count }) => {
    for (let number = first; number < first + count; number++) dropped.push(number)
  })
  return { queue, dropped }
}

/** Fills a queue with events `from` to `to`, each of four bytes with its separator. */
function fill(queue: Queue, from: number, to: number): void {
  for (let number = from; number <= to; number++) queue.add('"e"', number, clock)
}

function numbersOf(batch: Batch | undefined): number[] {
  return batch === undefined ? [] : Array.from({ length: batch.count }, (_, index) => batch.first + index)
}

/** Everything that waits, batch by batch. */
function drain(queue: Queue): number[][] {
  queue.closeBatch()
  const taken: number[][] = []
  for (let batch = queue.take(); batch !== undefined; batch = queue.take()) taken.push(numbersOf(batch))
  return taken
}

type Settle = { act: 'put back' | 'release' | 'halve'; which: number }

type Step =
  { act: 'add'; text: string } | { act: 'take' | 'take one' | 'close' } | Settle | { act: 'learn'; bytes: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant('add' as const), text: eventText }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('take' as const, 'take one' as const, 'close' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom('put back' as const, 'release' as const, 'halve' as const),
      which: fc.nat({ max: 9 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('learn' as const), bytes: fc.integer({ min: 20, max: 120 }) }) },
)

/** Runs a queue and, beside it, the plainest account of what it should hold. */
class Model {
  readonly #texts = new Map<number, string>()
  readonly #waiting = new Set<number>()
  readonly #inFlight: Batch[] = []
  readonly #queue: Queue
  readonly #bounds: QueueBounds
  #number = 0
  #ended = 0
  #dropped = 0

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds
    this.#queue = new Queue(bounds, ({ first, count }) => {
      expect(count).toBe(1)
      // by the policy: the oldest that waits, or the newest of all
      expect(first).toBe(bounds.onFull === 'drop-oldest' ? Math.min(...this.#waiting) : this.#number)
      this.#waiting.delete(first)
      this.#texts.delete(first)
      this.#dropped++
    })
  }

  run(next: Step): void {
    if ('text' in next) this.#add(next.text)
    else if ('which' in next) this.#settle(next)
    else if ('bytes' in next) this.#queue.maxBodyBytes = Math.min(next.bytes, this.#bounds.maxBytesPerBatch)
    else if (next.act === 'close') this.#queue.closeBatch()
    else this.#take(next.act === 'take one')
    this.#check()
  }

  #add(text: string): void {
    this.#number++
    this.#texts.set(this.#number, text)
    this.#waiting.add(this.#number)
    this.#queue.add(text, this.#number, clock)
  }

  #take(isOne: boolean): void {
    const batch = isOne ? this.#queue.takeOne() : this.#queue.take()
    if (batch === undefined) return
    const numbers = numbersOf(batch)
    expect(batch.body().toString()).toBe(`[${numbers.map((number) => this.#texts.get(number)).join(',')}]`)
    expect(numbers[0], 'the oldest that waits goes first').toBe(Math.min(...this.#waiting))
    expect(batch.bodyBytes <= this.#queue.maxBodyBytes || batch.count === 1).toBe(true)
    expect(batch.count).toBeLessThanOrEqual(isOne ? 1 : this.#bounds.maxEventsPerBatch)
    for (const number of numbers) expect(this.#waiting.delete(number)).toBe(true)
    this.#inFlight.push(batch)
  }

  #settle({ act, which }: Settle): void {
    const [batch] = this.#inFlight.splice(which % Math.max(1, this.#inFlight.length), 1)
    if (batch === undefined) return
    if (act === 'release') {
      this.#queue.release(batch)
      for (const number of numbersOf(batch)) this.#texts.delete(number)
      this.#ended += batch.count
    } else {
      this.#queue.putBack(act === 'halve' && batch.count > 1 ? batch.split(1) : [batch])
      for (const number of numbersOf(batch)) this.#waiting.add(number)
    }
  }

  #check(): void {
    const bytes = [...this.#texts.values()].reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0)
    expect(this.#queue.bytes).toBe(bytes)
    expect(this.#queue.bytes).toBeLessThanOrEqual(this.#bounds.maxBytes)
    expect(this.#queue.count).toBe(this.#texts.size)
    expect(this.#number, 'in = out + dropped + held').toBe(this.#ended + this.#dropped + this.#texts.size)
    expect(this.#queue.isDrained).toBe(this.#waiting.size === 0)
  }
}

describe('the queue', () => {
  it.each(['drop-oldest', 'drop-newest'] as const)(
    'keeps count, bytes, order and both bounds exactly through any use (%s)',
    (onFull) => {
      const bounds = fc.record({
        maxBytes: fc.integer({ min: 60, max: 600 }),
        maxEventsPerBatch: fc.integer({ min: 1, max: 6 }),
        maxBytesPerBatch: fc.integer({ min: 20, max: 120 }),
      })
      // so that an event alone never passes the bound of the queue, which `push` sees to
      const small = step.filter((next) => next.act !== 'add' || Buffer.byteLength(next.text) <= 58)
      fc.assert(
        fc.property(bounds, fc.array(small, { minLength: 20, maxLength: 120 }), (drawn, steps) => {
          const model = new Model({ ...drawn, onFull })
          for (const next of steps) model.run(next)
        }),
        { numRuns: 300 },
      )
    },
  )

  it('closes a batch when it has maxEventsPerBatch events', () => {
    const { queue } = queueOf({ maxEventsPerBatch: 3 })
    fill(queue, 1, 2)
    expect(queue.hasClosedBatch).toBe(false)
    fill(queue, 3, 7)
    expect(drain(queue)).toEqual([[1, 2, 3], [4, 5, 6], [7]])
  })

  it('closes a batch when the next event would pass maxBytesPerBatch', () => {
    const { queue } = queueOf({ maxBytesPerBatch: 9 })
    fill(queue, 1, 5)
    expect(drain(queue)).toEqual([[1, 2], [3, 4], [5]])
  })

  it('begins another batch where numbers are missing, since a batch is a run of numbers', () => {
    const { queue } = queueOf()
    fill(queue, 1, 2)
    fill(queue, 5, 6)
    expect(drain(queue)).toEqual([
      [1, 2],
      [5, 6],
    ])
  })

  it('tells when the open batch began and with which event, until it is closed', () => {
    let now = 70
    const { queue } = queueOf()
    queue.add('1', 4, { now: () => now })
    now = 90
    queue.add('2', 5, { now: () => now })
    expect([queue.openedAt, queue.openFirst]).toEqual([70, 4])
    queue.closeBatch()
    expect([queue.openedAt, queue.openFirst]).toEqual([undefined, undefined])
  })

  it('drops the oldest events when the byte limit is reached, and leaves alone what is in flight', () => {
    const { queue, dropped } = queueOf({ maxBytes: 16, maxEventsPerBatch: 2 })
    fill(queue, 1, 4)
    const inFlight = queue.take()
    fill(queue, 5, 6)
    expect(dropped).toEqual([3, 4])
    fill(queue, 7, 7)
    expect(dropped).toEqual([3, 4, 5])
    queue.putBack(inFlight === undefined ? [] : [inFlight])
    expect(drain(queue)).toEqual([[1, 2], [6], [7]])
  })

  it('drops the event that comes when the byte limit is reached and the policy says so', () => {
    const { queue, dropped } = queueOf({ maxBytes: 16, onFull: 'drop-newest' })
    fill(queue, 1, 6)
    expect(dropped).toEqual([5, 6])
    expect(drain(queue)).toEqual([[1, 2, 3, 4]])
  })

  it.each(['drop-oldest', 'drop-newest'] as const)(
    'drops the event that comes when all others are in flight (%s)',
    (onFull) => {
      const { queue, dropped } = queueOf({ maxBytes: 8, maxEventsPerBatch: 2, onFull })
      fill(queue, 1, 2)
      queue.take()
      fill(queue, 3, 3)
      expect(dropped).toEqual([3])
      expect(queue).toMatchObject({ count: 2, bytes: 8, isDrained: true })
    },
  )

  it('takes a batch in parts once bodies must be smaller than it is', () => {
    const { queue } = queueOf()
    fill(queue, 1, 8)
    queue.closeBatch()
    queue.maxBodyBytes = 13
    expect(drain(queue)).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ])
  })

  it('takes an event that is larger than a body may now be all the same, alone', () => {
    const { queue } = queueOf()
    fill(queue, 1, 3)
    queue.closeBatch()
    queue.maxBodyBytes = 2
    expect(drain(queue)).toEqual([[1], [2], [3]])
  })

  it('puts batches back at the place of their events, whatever the order in which they come back', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(8).keys()], { minLength: 8 }), (order) => {
        const { queue } = queueOf({ maxEventsPerBatch: 2 })
        fill(queue, 1, 20)
        const taken = order.map(() => queue.take())
        for (const index of order) queue.putBack([taken[index]].filter((batch) => batch !== undefined))
        expect(drain(queue).flat()).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
      }),
    )
  })

  it('keeps a batch that is put last behind all others, and what is put back in front of it', () => {
    const { queue } = queueOf({ maxEventsPerBatch: 2 })
    fill(queue, 1, 7)
    const [first, second] = [queue.take(), queue.take()]
    if (first === undefined || second === undefined) throw new Error('nothing to take')
    queue.putLast(first)
    queue.putBack([second])
    expect(drain(queue)).toEqual([[3, 4], [5, 6], [7], [1, 2]])
  })

  it('gives out what waits at the end, and goes on counting what is in flight', () => {
    const { queue } = queueOf({ maxEventsPerBatch: 2 })
    fill(queue, 1, 5)
    const inFlight = queue.take()
    expect(queue.takeAll().map(numbersOf)).toEqual([[3, 4], [5]])
    expect(queue).toMatchObject({ count: 2, bytes: 8, isDrained: true })
    if (inFlight !== undefined) queue.release(inFlight)
    expect(queue).toMatchObject({ count: 0, bytes: 0 })
  })

  it('counts the bytes of a smaller form in place of the event it stands for', () => {
    const { queue } = queueOf()
    queue.add('"a long text"', 1, clock)
    queue.closeBatch()
    const batch = queue.take()
    if (batch === undefined) throw new Error('nothing to take')
    const smaller = batch.withOnly('"é"')
    queue.exchange(batch, smaller)
    expect(queue).toMatchObject({ count: 1, bytes: 5 })
  })

  it('holds hardly more memory than the bytes it counts, also where its batches are small', () => {
    for (const bytes of [10, 1000, 100_000, 700_000]) {
      const { queue } = queueOf()
      queue.add(JSON.stringify('x'.repeat(bytes)), 1, clock)
      queue.closeBatch()
      const batch = queue.take()
      const body = batch?.body() ?? Buffer.alloc(0)
      expect(body.buffer.byteLength).toBeLessThanOrEqual(1.5 * bytes + 10)
      expect(body.toString()).toBe(JSON.stringify(['x'.repeat(bytes)]))
    }
  })

  it('keeps the order and forgets what is spent over thousands of batches', () => {
    const { queue } = queueOf({ maxEventsPerBatch: 1 })
    let expected = 1
    for (let number = 1; number <= 2000; number++) {
      queue.add('"e"', number, clock)
      if (number % 3 === 0) continue
      const batch = queue.take()
      expect(batch?.first).toBe(expected)
      if (batch === undefined) continue
      if (number % 5 === 0) queue.putBack([batch])
      else {
        queue.release(batch)
        expected++
      }
    }
    expect(drain(queue)[0]).toEqual([expected])
    expect(queue.count).toBe(2000 - expected + 1)
  })
})
