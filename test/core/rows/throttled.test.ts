/** Rows of the decision table: answers that pass by themselves, and how long the server asks to wait. */
import { describe, expect, it } from 'vitest'
import { answer } from '../deliver/raw-server.ts'
import type { RowRequest, Serve } from './row.ts'
import { bounds, envelope, inTurn, LINGER_MS, startRow } from './row.ts'

const ok = answer(202)
const CAP_MS = 600_000

/** Our own wait after so many failures, at an end of chance. */
function own(random: number, failures: number): number {
  return random === 0 ? 100 : Math.min(30_000, 500 * 2 ** (failures - 1))
}

describe.each(bounds)('with chance at %i', (random) => {
  it('row 23: 429 with Retry-After closes the gate for all: for that time and up to a tenth more, whatever is logged and flushed', async () => {
    const row = await startRow({ random, serve: inTurn(ok, answer(429, '', { 'retry-after': '3' })) })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'throttled', lastError: /^429/ })
    await row.clock.advance(1000)
    row.push(5)
    void row.flush({ timeoutMs: 60_000 })
    await row.next(random === 0 ? 2000 : 2300)
    await row.shows({ requests: 3, retries: 1, delivered: 10 })
  })

  it('row 23: 429 with Retry-After below our own wait is lengthened by that', async () => {
    const early = answer(429, '', { 'retry-after': '1' })
    const row = await startRow({ random, serve: inTurn(ok, early, early, early, early) })
    row.push(5)
    await row.next(LINGER_MS)
    for (let failures = 1; failures <= 4; failures++) {
      await row.shows({ requests: failures, retries: failures, state: 'throttled' })
      await row.next(Math.max(random === 0 ? 1000 : 1100, own(random, failures)))
    }
    await row.shows({ requests: 5, retries: 4, delivered: 5 })
  })

  it("row 24: 429 with a date is measured against the server's own clock", async () => {
    const date = (ms: number): string => new Date(Date.UTC(2031, 0, 1) + ms).toUTCString()
    const row = await startRow({ random, serve: inTurn(ok, answer(429, '', { 'retry-after': date(9000), date: date(0) }), answer(429, '', { 'retry-after': date(-9000), date: date(0) })) }) // prettier-ignore
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'throttled' })
    await row.next(random === 0 ? 9000 : 9900)
    await row.shows({ requests: 2, retries: 2, state: 'throttled' })
    await row.next(own(random, 2)) // one that is over names no time
    await row.shows({ requests: 3, retries: 2, delivered: 5 })
  })

  it.each<[string, number | undefined]>([
    ['-1', undefined],
    ['0', undefined],
    ['10 minutes', undefined],
    ['NaN', undefined],
    ['1.5', undefined],
    ['1e9', undefined],
    ['', undefined],
    ['60, 120', 60_000],
    ['1000000000', CAP_MS],
    ['Thu, 31 Dec 2099 23:59:59 GMT', CAP_MS],
    ['Sunday, 06-Nov-94 08:49:37 GMT', undefined],
  ])('row 25: 429 with Retry-After: "%s" is read strictly, and within a bound', async (value, ms) => {
    const row = await startRow({ random, serve: inTurn(ok, answer(429, '', { 'retry-after': value })) })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'throttled' })
    await row.next(ms === undefined ? own(random, 1) : ms * (1 + random / 10))
    await row.shows({ requests: 2, retries: 1, delivered: 5 })
  })

  // The table doubles the base of our own wait. Here the spacing that the endpoint admits is learned instead, see `Pace`.
  it('row 26: 429 without Retry-After waits for our own time, which doubles', async () => {
    const row = await startRow({ random, serve: inTurn(ok, answer(429), answer(429), answer(429)) })
    row.push(5)
    await row.next(LINGER_MS)
    for (let failures = 1; failures <= 3; failures++) {
      await row.shows({ requests: failures, retries: failures, state: 'throttled' })
      await row.next(own(random, failures))
    }
    await row.shows({ requests: 4, retries: 3, delivered: 5 })
  })

  it.each([
    ['27', 500],
    ['28', 502],
    ['28', 504],
    ['29', 503],
    ['29', 507],
    ['29', 520],
    ['29', 529],
  ])('row %s: %i is retried, after waits that double up to 30 s, and may leave duplicates', async (_, status) => {
    const row = await startRow({ random, serve: inTurn(ok, ...Array.from({ length: 8 }, () => answer(status))) })
    row.push(5)
    await row.next(LINGER_MS)
    for (let failures = 1; failures <= 8; failures++) {
      const counters = { requests: failures, retries: failures, possibleDuplicates: 5 * failures }
      await row.shows({ ...counters, state: 'throttled', lastError: new RegExp(`^${status}`) })
      await row.next(own(random, failures))
    }
    await row.shows({ requests: 9, retries: 8, possibleDuplicates: 40, delivered: 5 })
  })

  it.each([503, 507, 520, 529])(
    'row 29: %i with Retry-After, or a wait in its body, is like 429 with it',
    async (status) => {
      const inBody = answer(status, envelope('busy', { retryAfterSeconds: 4 }), { 'content-type': 'application/json' })
      const row = await startRow({ random, serve: inTurn(ok, answer(status, '', { 'retry-after': '7' }), inBody) })
      row.push(5)
      await row.next(LINGER_MS)
      await row.shows({ requests: 1, retries: 1, possibleDuplicates: 5, state: 'throttled' })
      await row.next(random === 0 ? 7000 : 7700)
      await row.shows({ requests: 2, retries: 2, possibleDuplicates: 10, state: 'throttled' })
      await row.next(random === 0 ? 4000 : 4400)
      await row.shows({ requests: 3, retries: 2, possibleDuplicates: 10, delivered: 5 })
    },
  )
})

describe('the number of requests at a time', () => {
  it.each([
    ['23', 429, '3', 3300, 0],
    ['26', 429, '', 500, 0],
    ['29', 503, '', 500, 4],
  ])(
    'row %s: is one after %i (Retry-After: "%s"), and half of what it was once one has passed',
    async (_, status, value, ms, possibleDuplicates) => {
      const waiting: RowRequest[] = []
      const serve: Serve = (request) => (request.number === 5 ? ok : void waiting.push(request))
      const row = await startRow({ options: { batch: { maxEvents: 1 }, delivery: { concurrency: 4 } }, serve })
      row.push(8)
      await row.clock.advance(0)
      await row.got(4)
      await row.clock.advance(10)
      for (const { socket } of waiting.splice(0)) socket.write(answer(status, '', { 'retry-after': value }))
      await row.shows({ requests: 4, retries: 4, possibleDuplicates, state: 'throttled' })
      await row.next(ms)
      await row.shows({ requests: 7, retries: 4, possibleDuplicates, delivered: 1, underWay: 2 })
      await row.got(7)
      for (const { socket } of waiting.splice(0)) socket.end()
    },
  )
})

describe('500 for one event', () => {
  it('row 27: is laid on the batch from the sixth time on while others pass, and on the event alone from the twentieth', async () => {
    const serve: Serve = ({ ids }) => (ids.includes(1) ? answer(500) : ok)
    const row = await startRow({ random: 0, options: { batch: { lingerMs: 100, maxEvents: 3 } }, serve })
    row.push(3)
    for (let seconds = 0; seconds < 100 && row.stats().lost.rejected === 0; seconds++) {
      row.push()
      await row.clock.advance(1000)
      await row.rest()
    }
    const bad = row.requests.filter(({ ids }) => ids.includes(1)).map(({ ids }) => ids.length)
    // once more whole: when it had failed six times nothing else had passed yet
    expect(bad).toEqual([3, 3, 3, 3, 3, 3, 3, 2, ...Array.from({ length: 12 }, () => 1)])
    const { accepted, requests, retries } = row.stats()
    await row.shows({
      requests,
      retries,
      possibleDuplicates: 7 * 3 + 2 + 12,
      delivered: accepted - 1,
      lost: { rejected: 1 },
    })
  })

  it('row 27: is laid on nothing while nothing passes, however often it comes', async () => {
    const row = await startRow({ random: 0, serve: ({ number }) => (number <= 40 ? answer(500) : ok) })
    row.push(3)
    await row.next(LINGER_MS)
    for (let failures = 1; failures <= 40; failures++) {
      const counters = { requests: failures, retries: failures, possibleDuplicates: 3 * failures }
      await row.shows({ ...counters, state: 'throttled' })
      await row.next(100)
    }
    await row.shows({ requests: 41, retries: 40, possibleDuplicates: 120, delivered: 3 })
    expect(row.requests.every(({ ids }) => ids.length === 3)).toBe(true)
  })
})
