/** Rows of the decision table: no answer, or none that can be read. */
import dns from 'node:dns'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from '../../servers/daemon.ts'
import { until } from '../../support/until.ts'
import { answer, closed, ownSockets } from '../deliver/raw-server.ts'
import type { RowRequest, Serve } from './row.ts'
import { bounds, LINGER_MS, startRow, TIMEOUT_MS } from './row.ts'

const ok = answer(202)

function own(random: number, failures: number): number {
  return random === 0 ? 100 : Math.min(30_000, 500 * 2 ** (failures - 1))
}

function sizes(requests: readonly RowRequest[]): number[] {
  return requests.map(({ ids }) => ids.length)
}

describe.each(bounds)('with chance at %i', (random) => {
  it('row 30: no answer at all ends at the deadline, and may leave duplicates; the third time over a large batch it is halved', async () => {
    const serve: Serve = ({ ids }) => (ids.length > 5 ? undefined : ok)
    const row = await startRow({ random, serve })
    row.push(10, 10_000)
    await row.next(LINGER_MS)
    for (let failures = 1; failures <= 3; failures++) {
      await row.got(failures)
      await row.clock.advance(TIMEOUT_MS - 2)
      expect(row.stats()).toMatchObject({ requests: failures, retries: failures - 1 })
      await row.clock.advance(2)
      const counters = { requests: failures, retries: failures, possibleDuplicates: 10 * failures }
      await row.shows({ ...counters, state: 'throttled', lastError: /^ETIMEDOUT: no answer within 29999 ms/ })
      await closed(row.connections[failures - 1])
      await row.next(own(random, failures) - 1) // the deadline has passed since 1 ms
    }
    await row.shows({ requests: 5, retries: 3, possibleDuplicates: 30, delivered: 10 })
    expect(sizes(row.requests)).toEqual([10, 10, 10, 5, 5])
  })

  it('row 32: headers that come one by one for ever end at the deadline, too', async () => {
    const row = await startRow({
      random,
      serve: ({ number, socket }) => {
        if (number > 1) return ok
        const timer = setInterval(() => socket.write('x: y\r\n'), 1)
        socket.on('close', () => clearInterval(timer))
        return 'HTTP/1.1 202 Accepted\r\n'
      },
    })
    row.push(5)
    await row.next(LINGER_MS)
    await row.got(1)
    await row.clock.advance(TIMEOUT_MS - 2)
    expect(row.stats()).toMatchObject({ requests: 1, retries: 0 })
    await row.clock.advance(2)
    await row.shows({ requests: 1, retries: 1, possibleDuplicates: 5, state: 'throttled', lastError: /^ETIMEDOUT/ })
    await closed(row.connections[0])
    await row.next(own(random, 1) - 1)
    await row.shows({ requests: 2, retries: 1, possibleDuplicates: 5, delivered: 5 })
  })

  it('row 33: a connection that is refused is tried again for ever; nothing can have been stored', async () => {
    const row = await startRow({ random, options: { url: `http://127.0.0.1:${await freePort()}` } })
    row.push(5)
    await row.next(LINGER_MS)
    for (let failures = 1; failures <= 25; failures++) {
      await row.shows({ requests: failures, retries: failures, state: 'throttled', lastError: /ECONNREFUSED/ })
      await row.next(own(random, failures))
    }
    await row.rest()
    expect(row.stats().bytesSent).toBe(0)
  })

  // Linux: no route leads to the address of everybody.
  it.runIf(process.platform === 'linux')('row 33: a network that cannot be reached is the same', async () => {
    const row = await startRow({ random, options: { url: 'http://255.255.255.255', allowInsecure: true } })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'throttled', lastError: /ENETUNREACH|EHOSTUNREACH|EACCES/ })
    await row.next(own(random, 1))
    await row.shows({ requests: 2, retries: 2, state: 'throttled' })
    expect(row.stats().bytesSent).toBe(0)
  })

  it.each(['ENOTFOUND', 'EAI_AGAIN'])(
    'row 34: %s is tried again, and the name is asked for each time',
    async (code) => {
      const row = await startRow({ random, hostname: 'endpoint.invalid', options: { allowInsecure: true }, serve: () => ok }) // prettier-ignore
      let lookups = 0
      const failing = (): boolean => ++lookups <= 3
      const original = dns.lookup
      vi.spyOn(dns, 'lookup').mockImplementation(((
        host: string,
        options: object,
        callback: (...result: unknown[]) => void,
      ) => {
        if (failing()) return setImmediate(callback, Object.assign(new Error(`getaddrinfo ${code} ${host}`), { code }))
        return original('127.0.0.1', options, callback)
      }) as typeof dns.lookup)
      onTestFinished(() => void vi.restoreAllMocks())
      row.push(5)
      await row.next(LINGER_MS)
      for (let failures = 1; failures <= 3; failures++) {
        await row.shows({ requests: failures, retries: failures, state: 'throttled', lastError: new RegExp(code) })
        await row.next(own(random, failures))
      }
      await row.shows({ requests: 4, retries: 3, delivered: 5 })
      expect(lookups).toBe(4)
    },
  )

  it('row 35: a reset of a connection that was in use is answered by one more try at once, then by a wait', async () => {
    const serve: Serve = ({ number, socket }) => (number === 2 || number === 3 ? void socket.resetAndDestroy() : ok)
    const row = await startRow({ random, serve })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, delivered: 5 })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 3, retries: 2, possibleDuplicates: 10, delivered: 5, state: 'throttled' })
    expect(row.connections).toHaveLength(2)
    await row.next(own(random, 1))
    await row.shows({ requests: 4, retries: 2, possibleDuplicates: 10, delivered: 10 })
  })

  it('row 35: a reset of a new connection, before the body was read, is answered by a wait', async () => {
    const serve: Serve = ({ number, socket }) => (number === 1 ? void socket.resetAndDestroy() : ok)
    const row = await startRow({ random, withoutBody: true, serve })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, possibleDuplicates: 5, state: 'throttled' })
    await row.next(own(random, 1))
    await row.shows({ requests: 2, retries: 1, possibleDuplicates: 5, delivered: 5 })
  })

  it.each<[string, (request: RowRequest) => void]>([
    ['a reset', ({ socket }) => void socket.resetAndDestroy()],
    ['an end', ({ socket }) => void socket.end()],
  ])(
    'row 36: %s after the body is retried, and may leave duplicates; the third time over a large batch it is halved',
    async (_, end) => {
      const row = await startRow({ random, serve: (request) => (request.ids.length > 5 ? end(request) : ok) })
      row.push(10, 10_000)
      await row.next(LINGER_MS)
      for (let failures = 1; failures <= 3; failures++) {
        const counters = { requests: failures, retries: failures, possibleDuplicates: 10 * failures }
        await row.shows({ ...counters, state: 'throttled' })
        await row.next(own(random, failures))
      }
      await row.shows({ requests: 5, retries: 3, possibleDuplicates: 30, delivered: 10 })
      expect(sizes(row.requests)).toEqual([10, 10, 10, 5, 5])
    },
  )

  it('row 36: an end within the headers is retried, too, at first at once: bytes came, as over a connection that was in use', async () => {
    const row = await startRow({ random, serve: ({ number, socket }) => (number <= 2 ? void socket.end('HTTP/1.1 202 Acc') : ok) }) // prettier-ignore
    row.push(10)
    await row.next(LINGER_MS)
    await row.shows({ requests: 2, retries: 2, possibleDuplicates: 20, state: 'throttled' })
    await row.next(own(random, 1))
    await row.shows({ requests: 3, retries: 2, possibleDuplicates: 20, delivered: 10 })
  })

  it('row 36: over a small batch it is laid on nothing while nothing else passes', async () => {
    const row = await startRow({ random, serve: ({ number, socket }) => (number <= 12 ? void socket.end() : ok) })
    row.push(10)
    await row.next(LINGER_MS)
    for (let failures = 1; failures <= 12; failures++) {
      await row.shows({ requests: failures, retries: failures, possibleDuplicates: 10 * failures, state: 'throttled' })
      await row.next(own(random, failures))
    }
    await row.shows({ requests: 13, retries: 12, possibleDuplicates: 120, delivered: 10 })
  })

  it.each<[string, string, RegExp]>([
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n', /^HPE_/],
    [
      'a head without measure',
      `HTTP/1.1 202 Accepted\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`,
      /HEADERS_OVERFLOW|HPE_HEADER_OVERFLOW/,
    ],
  ])('row 37: %s is retried like 502, and held from the tenth time on', async (_, bytes, lastError) => {
    const row = await startRow({ random, serve: ({ number }) => (number <= 11 ? bytes : ok) })
    row.push(5)
    await row.next(LINGER_MS)
    for (let failures = 1; failures < 10; failures++) {
      const counters = { requests: failures, retries: failures, possibleDuplicates: 5 * failures }
      await row.shows({ ...counters, state: 'throttled', lastError })
      await row.next(own(random, failures))
    }
    await row.shows({ requests: 10, retries: 10, possibleDuplicates: 50, state: 'held', lastError })
    await row.next(1000)
    await row.shows({ requests: 11, retries: 11, possibleDuplicates: 55, state: 'held' })
    await row.next(2000)
    await row.shows({ requests: 12, retries: 11, possibleDuplicates: 55, delivered: 5 })
  })
})

describe('a body of an answer', () => {
  it('row 31: that never ends is not waited for where the status is 202', async () => {
    const row = await startRow({ serve: dribbling('HTTP/1.1 202 Accepted\r\ncontent-length: 100000\r\n\r\n') })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, delivered: 5 })
    await row.clock.advance(2000)
    await closed(row.connections[0])
  })

  it('row 31: that never ends is read for 2 s where the status is an error, and then that decides', async () => {
    const sockets = ownSockets()
    const row = await startRow({ serve: dribbling('HTTP/1.1 503 Busy\r\ncontent-length: 100000\r\n\r\n') })
    row.push(5)
    await row.next(LINGER_MS)
    await until(() => (sockets[0]?.bytesRead ?? 0) > 0)
    await row.clock.advance(1998)
    expect(row.stats()).toMatchObject({ requests: 1, retries: 0 })
    await row.clock.advance(2)
    await row.shows({ requests: 1, retries: 1, possibleDuplicates: 5, state: 'throttled', lastError: /^503/ })
    await closed(row.connections[0])
    await row.next(499)
  })
})

function dribbling(head: string): Serve {
  return ({ socket }) => {
    const timer = setInterval(() => socket.write('x'), 1)
    socket.on('close', () => clearInterval(timer))
    return head
  }
}
