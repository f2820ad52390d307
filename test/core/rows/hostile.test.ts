/** Rows of the decision table: answers without manners, the end of the process, and events that are too old. */
import { gzipSync } from 'node:zlib'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MAX_ANSWER_BYTES } from '../../../packages/core/src/limits.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { answer, closed, flood, ownSockets } from '../deliver/raw-server.ts'
import type { Row, Serve } from './row.ts'
import { bounds, LINGER_MS, startRow } from './row.ts'

const ok = answer(202)
const CLOSE_TIMEOUT_MS = 3000
const HOUR_MS = 3_600_000

describe.each(bounds)('with chance at %i', (random) => {
  it.each([
    '{"error":',
    '[]',
    'null',
    '{"error":{"message":{"toString":1}}}',
    '{"error":{"retryAfterSeconds":"soon"}}',
    '{"error":{"retryAfterSeconds":-5}}',
    '\u0000\u001b[31m',
  ])('row 41: an error whose body is %j is decided by its status', async (body) => {
    const row = await startRow({
      random,
      serve: ({ number }) => (number === 1 ? answer(503, body, { 'content-type': 'application/json' }) : ok),
    })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, possibleDuplicates: 5, state: 'throttled', lastError: /^503/ })
    await row.next(random === 0 ? 100 : 500)
    await row.shows({ requests: 2, retries: 1, possibleDuplicates: 5, delivered: 5 })
  })
})

describe('an error with a body without measure', () => {
  it('row 42: is read for 64 KiB and a chunk, then the connection is closed', async () => {
    const sockets = ownSockets()
    const serve: Serve = ({ number, socket }) => {
      if (number > 1) return ok
      socket.write('HTTP/1.1 503 Busy\r\ncontent-length: 52428800\r\n\r\n')
      flood(socket, Buffer.alloc(16_384, 'x'), 52_428_800)
      return undefined
    }
    const row = await startRow({ serve })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, possibleDuplicates: 5, state: 'throttled', lastError: /^503$/ })
    await closed(sockets[0])
    expect(sockets[0]?.bytesRead).toBeLessThan(MAX_ANSWER_BYTES + 3 * 65_536)
    await row.next(500)
    await row.shows({ requests: 2, retries: 1, possibleDuplicates: 5, delivered: 5 })
  })

  it('row 43: is not inflated', async () => {
    const sockets = ownSockets()
    const bomb = gzipSync(Buffer.alloc(40_000_000, '{"error":{"message":"boom"}}'))
    const serve: Serve = ({ number }) => (number > 1 ? ok : answer(503, bomb, { 'content-encoding': 'gzip', 'content-type': 'application/json' })) // prettier-ignore
    const row = await startRow({ serve })
    row.push(5)
    const before = process.memoryUsage().arrayBuffers
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, possibleDuplicates: 5, state: 'throttled', lastError: /^503$/ })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000)
    expect(sockets[0]?.bytesRead).toBeLessThan(bomb.length + 1000)
    expect(row.requests[0]?.head).not.toMatch(/^accept-encoding:/im)
    await row.next(500)
    await row.shows({ requests: 2, retries: 1, possibleDuplicates: 5, delivered: 5 })
  })
})

/** Closes, and tells how long that took; where the server answers, that takes no time. */
async function close(row: Row, { isAnswered = true } = {}): Promise<number> {
  const from = row.clock.now()
  let until: number | undefined
  const closing = row.close().then((result) => {
    until = row.clock.now()
    return result
  })
  while (until === undefined) {
    await row.clock.advance(50)
    if (isAnswered) await row.rest()
    await new Promise(setImmediate) // files and sockets are real
  }
  await closing
  return (until ?? Infinity) - from
}

describe('the end of the process', () => {
  const lost = { lost: { 'unsent-at-close': 5 }, state: 'closed' } as const

  it('row 44: while a Retry-After is longer than the time left: no attempt, and no wait', async () => {
    const row = await startRow({ serve: () => answer(429, '', { 'retry-after': '3600' }) })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'throttled' })
    expect(await close(row)).toBeLessThanOrEqual(100)
    await row.shows({ requests: 1, retries: 1, ...lost })
  })

  it('row 44: while a Retry-After ends in time: one attempt when it is over', async () => {
    const row = await startRow({ serve: ({ number }) => (number > 1 ? ok : answer(429, '', { 'retry-after': '1' })) })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'throttled' })
    const tookMs = await close(row)
    expect(tookMs).toBeGreaterThanOrEqual(1100)
    expect(tookMs).toBeLessThanOrEqual(1200)
    await row.shows({ requests: 2, retries: 1, delivered: 5, state: 'closed' })
  })

  it.each<[string, Serve, number]>([
    ['held', () => answer(401), 0],
    ['backing off for long', () => answer(503), 5],
  ])('row 44: while %s: one attempt at once, and no wait after it', async (_, serve, duplicates) => {
    const row = await startRow({ serve })
    row.push(5)
    await row.next(LINGER_MS)
    let requests = 1
    for (; requests < 5; requests++) {
      await row.rest()
      await row.next((duplicates === 0 ? 1000 : 500) * 2 ** (requests - 1))
    }
    await row.rest()
    expect(await close(row)).toBeLessThanOrEqual(100)
    await row.shows({ requests: requests + 1, retries: requests + 1, possibleDuplicates: duplicates * (requests + 1), ...lost }) // prettier-ignore
  })

  it('row 44: while nobody answers: the attempt is given up when the time is over', async () => {
    const row = await startRow({})
    row.push(5)
    await row.next(LINGER_MS)
    await row.got(1)
    const tookMs = await close(row, { isAnswered: false })
    expect(tookMs).toBeGreaterThanOrEqual(CLOSE_TIMEOUT_MS)
    expect(tookMs).toBeLessThanOrEqual(CLOSE_TIMEOUT_MS + 100)
    await row.shows({
      requests: 1,
      possibleDuplicates: row.stats().possibleDuplicates,
      retries: row.stats().retries,
      ...lost,
    })
    await closed(row.connections[0])
  })

  it('row 44: with a spool nothing is waited for, and all is left there', async () => {
    const options = { spool: { directory: join(temporaryFolder(), 'spool') } }
    const row = await startRow({ options, serve: () => answer(429, '', { 'retry-after': '1' }) })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'throttled' })
    expect(await close(row)).toBeLessThanOrEqual(100)
    await row.shows({ requests: 1, retries: 1, spooled: 5, state: 'closed' })
  })
})

describe('an event that is older than the service takes', () => {
  // The table keeps the time in `original_timestamp`. This project has it where OpenTelemetry's data model has such a time.
  it('row 45: is sent with the time of sending, its own beside it, and marked; also where it has become so old by waiting here', async () => {
    const wait = answer(429, '', { 'retry-after': '600' })
    const row = await startRow({ random: 0, serve: ({ number }) => (number > 4 ? ok : wait) })
    const start = row.clock.wall()
    const times = [start - 25 * HOUR_MS, start - 23 * HOUR_MS - 1, start - 23 * HOUR_MS + 60_000, start]
    for (const timestamp of times) row.pushEvent({ timestamp })
    await row.next(LINGER_MS)
    for (let request = 1; request <= 4; request++) {
      await row.shows({ requests: request, retries: request, state: 'throttled' })
      await row.next(600_000)
    }
    await row.shows({ requests: 5, retries: 4, delivered: 4 })
    const sent = row.requests.map(({ events }) =>
      events.map((event) => [event['timestamp'], event['observed_timestamp'], event['openpipeline.late']]),
    )
    expect(sent[0]).toEqual([
      [start, times[0], true],
      [start, times[1], true],
      [times[2], undefined, undefined],
      [start, undefined, undefined],
    ])
    const sentAt = sent[4]?.[2]?.[0]
    expect(sent[4]).toEqual([...(sent[0] ?? []).slice(0, 2), [sentAt, times[2], true], [start, undefined, undefined]])
    expect(Number(sentAt) - start).toBeGreaterThanOrEqual(1_800_000)
  })
})
