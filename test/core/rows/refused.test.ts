/** Rows of the decision table: answers that refuse the events, or their size. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REFUSALS_IN_A_ROW } from '../../../packages/core/src/limits.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { answer, closed } from '../deliver/raw-server.ts'
import type { Row, Serve } from './row.ts'
import { bounds, envelope, inTurn, LINGER_MS, range, startRow } from './row.ts'

const ok = answer(202)
const json = { 'content-type': 'application/json' }

/** Refuses requests with this event in them. */
function refusing(id: number, refusal: Buffer): Serve {
  return ({ ids }) => (ids.includes(id) ? refusal : ok)
}

function lines(file: string): Record<string, unknown>[] {
  const text = readFileSync(file, 'utf8').trimEnd()
  return text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)
}

function sizes({ requests }: Row): number[] {
  return requests.map(({ ids }) => ids.length)
}

describe('a refusal of the events', () => {
  // The table waits for five minutes without a success. Here the row of refusals alone decides: to hold costs nothing and loses nothing.
  it(`row 9: 400 for everything is held after ${REFUSALS_IN_A_ROW} events alone, then probed by one event at a time; nothing is given up`, async () => {
    const file = join(temporaryFolder(), 'dead.ndjson')
    const row = await startRow({ options: { deadLetter: { file } }, serve: () => answer(400, envelope('no'), json) })
    row.push(32)
    await row.next(LINGER_MS)
    // 32, 16, 8, 4, 2, 1, 1, … : so many halves, and sixteen events alone
    const halves = 1 + 1 + 2 + 4 + 8
    await row.shows({
      requests: halves + REFUSALS_IN_A_ROW,
      state: 'held',
      lastError: /^400 \(no\): 16 events in a row/,
    })
    for (const [probe, ms] of [1000, 2000, 4000].entries()) {
      await row.next(ms)
      await row.shows({ requests: halves + REFUSALS_IN_A_ROW + probe + 1, state: 'held' })
      expect(row.requests.at(-1)?.ids).toHaveLength(1)
    }
  })

  it.each([
    ['10', 400],
    ['21', 422],
  ])(
    'row %s: %i for one event has the batch halved until it stands alone; it goes to the dead letter, the others are delivered',
    async (_, status) => {
      const file = join(temporaryFolder(), 'dead.ndjson')
      const refusal = answer(status, envelope(`event 40 is bad ${'x'.repeat(5000)}`), json)
      const row = await startRow({ options: { deadLetter: { file } }, serve: refusing(40, refusal) })
      row.push(64)
      await row.next(LINGER_MS)
      const requests = 2 * Math.log2(64) + 1
      await row.shows({ requests, delivered: 63, deadLettered: 1 })
      expect(row.clock.now(), 'without a wait').toBeLessThan(LINGER_MS + 10)
      expect(sizes(row).filter((size) => size === 1)).toHaveLength(2)
      await row.close()
      const [entry, ...others] = lines(file)
      expect(others).toEqual([])
      expect(entry).toMatchObject({ reason: 'rejected', status, event: { n: 40 } })
      expect(String(entry?.['answer'])).toHaveLength(1024)
    },
  )

  it.each(bounds.flatMap((random) => [402, 409, 417, 418, 423, 451].map((status) => [status, random] as const)))(
    'row 16: %i is retried, and from the third time on laid on the event that provokes it, with chance at %i',
    async (status, random) => {
      const row = await startRow({ random, serve: refusing(0, answer(status)) })
      row.push(2)
      await row.next(LINGER_MS)
      await row.shows({ requests: 1, retries: 1, state: 'throttled', lastError: new RegExp(`^${status}`) })
      await row.next(random === 0 ? 100 : 500)
      await row.shows({ requests: 2, retries: 2, state: 'throttled' })
      await row.next(random === 0 ? 100 : 1000)
      // whole, the bad one, the good one, and the bad one again since another has passed
      await row.shows({ requests: 6, retries: 5, delivered: 1, lost: { rejected: 1 } })
      expect(row.requests.map(({ ids }) => ids)).toEqual([[0, 1], [0, 1], [0, 1], [0], [1], [0]])
    },
  )
})

describe('a refusal of the size', () => {
  const within = (bytes: number, refusal: Buffer): Serve => ({ body }) => (body.length > bytes ? refusal : ok) // prettier-ignore

  // The table learns 0.9 times the half; here it is the larger half itself, which is known to be the next that is tried.
  it('row 17: 413 halves the batch at once, and the size is kept for those that come', async () => {
    const row = await startRow({ serve: within(5000, answer(413)) })
    row.push(8, 1000)
    await row.next(LINGER_MS)
    await row.shows({ requests: 3, delivered: 8 })
    expect(sizes(row)).toEqual([8, 4, 4])
    row.push(8, 1000)
    await row.clock.advance(LINGER_MS)
    await row.shows({ requests: 6, delivered: 16 })
    expect(row.requests.slice(3).every(({ body }) => body.length <= 5000)).toBe(true)
  })

  describe.each(bounds)('with chance at %i', (random) => {
    it('row 17: a reset instead of the 413 halves the batch after three tries, and may leave duplicates', async () => {
      const serve: Serve = ({ body, socket }) => (body.length > 80_000 ? void socket.resetAndDestroy() : ok)
      const row = await startRow({ random, serve })
      row.push(8, 16_000)
      await row.next(LINGER_MS)
      await row.shows({ requests: 1, retries: 1, possibleDuplicates: 8, state: 'throttled' })
      await row.next(random === 0 ? 100 : 500)
      await row.shows({ requests: 2, retries: 2, possibleDuplicates: 16, state: 'throttled' })
      await row.next(random === 0 ? 100 : 1000)
      await row.shows({ requests: 3, retries: 3, possibleDuplicates: 24, state: 'throttled' })
      await row.next(random === 0 ? 100 : 2000)
      await row.shows({ requests: 5, retries: 3, possibleDuplicates: 24, delivered: 8 })
      expect(sizes(row)).toEqual([8, 8, 8, 4, 4])
    })

    it('row 19: 413 with Retry-After waits for that, with up to a tenth on top, and then halves', async () => {
      const row = await startRow({ random, serve: within(5000, answer(413, '', { 'retry-after': '5' })) })
      row.push(8, 1000)
      await row.next(LINGER_MS)
      await row.shows({ requests: 1, state: 'throttled' })
      await row.next(random === 0 ? 5000 : 5500)
      await row.shows({ requests: 3, delivered: 8 })
      expect(sizes(row)).toEqual([8, 4, 4])
    })
  })

  it('row 18: an event that alone is too large is cut, marked and delivered', async () => {
    const row = await startRow({ serve: within(2000, answer(413)) })
    row.push(1, 10_000)
    await row.next(LINGER_MS)
    await row.shows({ requests: 3, delivered: 1 })
    expect(row.requests.map(({ body }) => body.length > 2000)).toEqual([true, true, false])
    const [event] = row.requests.at(-1)?.events ?? []
    expect(event).toMatchObject({ n: 0, 'openpipeline.truncated': true })
    expect(event?.['content']).toMatch(/^record 0 x+…\[truncated \d+ bytes\]$/)
  })

  it('row 18: an event that is too large however small it is cut goes to the dead letter, as it was first', async () => {
    const file = join(temporaryFolder(), 'dead.ndjson')
    const row = await startRow({ options: { deadLetter: { file } }, serve: refusing(1, answer(413)) })
    row.push(2, 3000)
    await row.clock.advance(LINGER_MS)
    // both, the good one, and the bad one as it was and twice cut
    await row.shows({ requests: 5, delivered: 1, deadLettered: 1 })
    await row.close()
    expect(lines(file)).toMatchObject([{ reason: 'too-large', status: 413, event: { n: 1 } }])
  })

  it('row 22b: 431 is about the size where the body is over 1 MiB', async () => {
    const options = { batch: { lingerMs: LINGER_MS, maxBytes: 2_000_000 } }
    const row = await startRow({ options, serve: within(1_000_000, answer(431)) })
    row.push(12, 100_000)
    await row.next(LINGER_MS)
    await row.shows({ requests: 3, delivered: 12 })
    expect(sizes(row)).toEqual([12, 6, 6])
  })

  it('row 22b: 431 for a smaller body is held: our headers are too large', async () => {
    const row = await startRow({ serve: inTurn(ok, answer(431), answer(431)) })
    row.push(12, 1000)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'held', lastError: /^431: .*headers.*token/ })
    await row.next(1000)
    await row.shows({ requests: 2, retries: 2, state: 'held' })
    await row.next(2000)
    await row.shows({ requests: 3, retries: 2, delivered: 12 })
  })
})

describe('a refusal of the form', () => {
  const plain: Serve = ({ head }) => (/^content-encoding: gzip/im.test(head) ? answer(415) : ok)

  it('row 20: 415 for a compressed body turns compression off, and the batch is sent again at once', async () => {
    const row = await startRow({ options: { delivery: { compression: 'gzip' } }, serve: plain })
    for (const delivered of [20, 40]) {
      row.push(20)
      await row.clock.advance(LINGER_MS)
      await row.shows({ requests: delivered === 20 ? 2 : 3, delivered })
    }
    expect(row.requests.map(({ ids }) => ids)).toEqual([[], range(0, 19), range(20, 39)])
  })

  it('row 20: 415 for a plain body is held', async () => {
    const row = await startRow({ serve: inTurn(ok, answer(415), answer(415)) })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'held', lastError: /^415: .*takes no JSON; check the url/ })
    await row.next(1000)
    await row.shows({ requests: 2, retries: 2, state: 'held' })
    await row.next(2000)
    await row.shows({ requests: 3, retries: 2, delivered: 5 })
  })

  // The table wants another connection from us. That is for the server to ask for, as the standard says it should, by closing the first.
  it.each([408, 421, 425])(
    'row 15: %i has the batch sent again at once, on another connection, and waits only the second time',
    async (status) => {
      const last = answer(status, '', { connection: 'close' })
      const row = await startRow({ serve: ({ number, socket }) => (number === 2 ? ok : void socket.end(last)) })
      row.push(5)
      await row.next(LINGER_MS)
      await row.shows({ requests: 2, retries: 1, delivered: 5 })
      await closed(row.connections[0])
      expect(row.connections).toHaveLength(2)
      row.push(5)
      await row.next(LINGER_MS)
      await row.shows({
        requests: 4,
        retries: 3,
        delivered: 5,
        state: 'throttled',
        lastError: new RegExp(`^${status}`),
      })
      await row.next(500)
      await row.shows({ requests: 5, retries: 4, delivered: 5, state: 'throttled' })
      await row.next(1000)
      await row.shows({ requests: 6, retries: 5, delivered: 5, state: 'throttled' })
    },
  )
})
