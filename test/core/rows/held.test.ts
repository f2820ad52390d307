/** Rows of the decision table: faults that somebody must mend. Everything is kept, and one request at a time asks whether they did. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, it } from 'vitest'
import type { Certified } from '../../support/authority.ts'
import { createAuthority, selfSigned } from '../../support/authority.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { answer } from '../deliver/raw-server.ts'
import type { Row, RowRequest, Serve } from './row.ts'
import { bounds, inTurn, LINGER_MS, startRow } from './row.ts'

const ok = answer(202)

function tokenOf({ head }: RowRequest): string {
  return /^authorization: *(.*)$/im.exec(head)?.[1] ?? ''
}

/** Pushes five events, which are held and probed twice, and delivered once the fault is mended. */
async function heldUntilMended(row: Row, lastError: RegExp, mend: () => void): Promise<void> {
  row.push(5)
  await row.next(LINGER_MS)
  await row.shows({ requests: 1, retries: 1, state: 'held', lastError })
  await row.next(1000)
  await row.shows({ requests: 2, retries: 2, state: 'held', lastError })
  mend()
  await row.next(2000)
  await row.shows({ requests: 3, retries: 2, delivered: 5 })
  expect(row.told.map((event) => event.kind === 'state' && event.state)).toEqual(['held', 'open'])
}

describe('a token that is refused', () => {
  it('row 11: 401 is held: one request a probe, after 1 s, then growing to 60 s, and to 5 min after an hour', async () => {
    const row = await startRow({ serve: () => answer(401) })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'held', lastError: /^401: the token is not valid/ })
    const waits = [
      1000,
      2000,
      4000,
      8000,
      16_000,
      32_000,
      ...Array.from({ length: 59 }, () => 60_000),
      300_000,
      300_000,
    ]
    for (const [probe, ms] of waits.entries()) {
      row.push() // what comes meanwhile asks no sooner
      await row.next(ms)
      await row.shows({ requests: probe + 2, retries: probe + 2, state: 'held' })
    }
    expect(row.told.filter(({ kind }) => kind === 'state')).toHaveLength(1)
  })

  it.each([
    ['11', 401],
    ['12', 403],
  ])('row %s: %i has the token read again at once, and sends again only with another one', async (_, status) => {
    const tokens = ['first', 'first', 'second', 'second', 'third']
    const serve: Serve = (request) => (tokenOf(request) === 'Bearer third' ? ok : answer(status))
    let reads = 0
    const row = await startRow({ options: { token: () => tokens[reads++] ?? 'third' }, serve })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'held' })
    expect(reads, 'once for the attempt, once for the refusal').toBe(2)
    await row.next(1000)
    await row.shows({ requests: 2, retries: 2, state: 'held' })
    expect(reads, 'once for each probe').toBe(3)
    await row.next(2000)
    await row.shows({ requests: 3, retries: 3, state: 'held' })
    await row.next(4000)
    await row.shows({ requests: 4, retries: 3, delivered: 5 })
    expect(row.requests.map(tokenOf)).toEqual(['Bearer first', 'Bearer second', 'Bearer second', 'Bearer third'])
  })

  it.each([
    ['11', 401],
    ['12', 403],
  ])('row %s: %i with a token file that has changed meanwhile costs no wait', async (_, status) => {
    const file = join(temporaryFolder(), 'token')
    writeFileSync(file, 'old')
    const serve: Serve = (request) => {
      if (tokenOf(request) === 'Bearer new') return ok
      writeFileSync(file, 'new')
      return answer(status)
    }
    const row = await startRow({ options: { token: { file } }, serve })
    row.push(5)
    await row.clock.advance(LINGER_MS)
    await row.shows({ requests: 2, delivered: 5 })
    expect(row.clock.now()).toBe(LINGER_MS)
  })
})

describe('an address that is wrong', () => {
  // The table sends to the dead letter after an age. Here it is kept as long as memory or disk allow: the endpoint may be made tomorrow.
  it.each([
    ['13', 404, /^404: no such endpoint; check the host/],
    ['13', 405, /^405: .*takes no POST; check the url/],
    ['13', 410, /^410: .*gone; check the url/],
    ['14', 407, /^407: the proxy asks for credentials/],
    ['22', 426, /^426: .*another protocol; check the url/],
    ['22', 501, /^501: .*takes no POST; check the url/],
    ['22', 505, /^505: .*HTTP\/1\.1; check the url/],
    ['22', 511, /^511: .*captive portal/],
  ])('row %s: %i is held, says what to look at, and is delivered once it is mended', async (_, status, lastError) => {
    const row = await startRow({ serve: inTurn(ok, answer(status), answer(status)) })
    await heldUntilMended(row, lastError, () => undefined)
  })
})

describe('a proxy', () => {
  const through = (status: number): Promise<Row> =>
    startRow({ withoutBody: true, proxyTo: 'https://endpoint.invalid', serve: () => answer(status) })

  it('row 14: that answers CONNECT with 407 is held, with what to do; nothing was sent', async () => {
    const row = await through(407)
    row.push(5)
    await row.next(LINGER_MS)
    const lastError = /^the proxy http:\/\/127\.0\.0\.1:\d+ answered 407: it asks for credentials/
    await row.shows({ requests: 1, retries: 1, state: 'held', lastError })
    await row.next(1000)
    await row.shows({ requests: 2, retries: 2, state: 'held' })
    expect(row.stats().bytesSent).toBe(0)
    expect(row.requests.every(({ head }) => head.startsWith('CONNECT endpoint.invalid:443 '))).toBe(true)
  })

  it('row 40: that answers CONNECT with 502 is retried, and named; nothing was sent', async () => {
    const row = await through(502)
    row.push(5)
    await row.next(LINGER_MS)
    const lastError = /^the proxy http:\/\/127\.0\.0\.1:\d+ answered 502/
    await row.shows({ requests: 1, retries: 1, state: 'throttled', lastError })
    await row.next(500)
    await row.shows({ requests: 2, retries: 2, state: 'throttled' })
    await row.next(1000)
    await row.shows({ requests: 3, retries: 3, state: 'throttled' })
    expect(row.stats().bytesSent).toBe(0)
  })

  it.each([
    ['is down', 'http://127.0.0.1:1', /ECONNREFUSED.*by the proxy http:\/\/127\.0\.0\.1:1/],
    ['has no address', 'http://no-such-proxy.invalid:3128', /(ENOTFOUND|EAI_AGAIN).*by the proxy http:\/\/no-such-proxy\.invalid:3128/], // prettier-ignore
  ])('row 40: that %s is retried, and named', async (_, proxy, lastError) => {
    const row = await startRow({ options: { proxy } })
    row.push(5)
    await row.next(LINGER_MS)
    await row.shows({ requests: 1, retries: 1, state: 'throttled', lastError })
    await row.next(500)
    await row.shows({ requests: 2, retries: 2, state: 'throttled' })
    expect(row.stats().bytesSent).toBe(0)
  })
})

const authority = createAuthority()

describe('TLS', () => {
  it.each<[string, () => Certified, RegExp]>([
    ['is signed by itself', selfSigned, /^DEPTH_ZERO_SELF_SIGNED_CERT: .*tls\.ca or in NODE_EXTRA_CA_CERTS/],
    [
      'is signed by somebody else',
      () => createAuthority().issue(),
      /^UNABLE_TO_VERIFY_LEAF_SIGNATURE: .*NODE_EXTRA_CA_CERTS/,
    ],
    [
      'is for another name',
      () => authority.issue({ names: ['a.example'] }),
      /^ERR_TLS_CERT_ALTNAME_INVALID: .*another name/,
    ],
    ['has expired', () => authority.issue({ fromDay: -3, untilDay: -2 }), /^CERT_HAS_EXPIRED: .*this machine's clock/],
    [
      'is not valid yet',
      () => authority.issue({ fromDay: 2, untilDay: 3 }),
      /^CERT_NOT_YET_VALID: .*this machine's clock/,
    ],
  ])(
    'row 38: with a certificate that %s is held, with the right hint, and the server sees nothing',
    async (_, certified, lastError) => {
      const server = createTlsServer(certified())
      const create = (onConnection: Parameters<typeof createTlsServer>[1]) => server.on('secureConnection', onConnection ?? (() => undefined)) // prettier-ignore
      const row = await startRow({ options: { tls: { ca: authority.cert } }, create, secure: true, serve: () => ok })
      await heldUntilMended(row, lastError, () => server.setSecureContext(authority.issue()))
      expect(row.requests, 'only once it is mended').toHaveLength(1)
    },
  )

  describe.each(bounds)('with chance at %i', (random) => {
    it.each<[string, (row: RowRequest['socket']) => void, RegExp]>([
      [
        'where plain HTTP is spoken',
        (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
        /does not speak TLS at this port/,
      ],
      [
        'whose handshake is reset',
        (socket) => socket.once('data', () => socket.resetAndDestroy()),
        /ECONNRESET.*breaks off before it stands/,
      ],
      ['whose handshake ends', (socket) => socket.once('data', () => socket.end()), /breaks off before it stands/],
    ])(
      'row 39: %s is retried five times and then held; nothing can have been stored',
      async (_, onConnection, lastError) => {
        const row = await startRow({ random, onConnection, secure: true })
        row.push(5)
        for (const [index, ms] of [LINGER_MS, 500, 1000, 2000, 4000].entries()) {
          await row.next(random === 0 && index > 0 ? 100 : ms)
          const times = index + 1
          await row.shows({ requests: times, retries: times, state: times < 5 ? 'throttled' : 'held' })
        }
        expect(row.stats().lastError).toMatch(lastError)
        await row.next(1000)
        await row.shows({ requests: 6, retries: 6, state: 'held' })
        expect(row.stats().bytesSent).toBe(0)
      },
    )
  })
})
