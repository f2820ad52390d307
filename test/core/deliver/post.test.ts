import { getEventListeners } from 'node:events'
import type { Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openConnections } from '../../../packages/core/src/deliver/connections.ts'
import type { Outcome } from '../../../packages/core/src/deliver/outcome.ts'
import { createPost } from '../../../packages/core/src/deliver/post.ts'
import { MAX_ANSWER_BYTES, MAX_ANSWER_MS } from '../../../packages/core/src/limits.ts'
import type { TlsSettings } from '../../../packages/core/src/options/tls.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { selfSigned } from '../../support/authority.ts'
import type { RawServer } from './raw-server.ts'
import { answer, closed, flood, ownSockets, rawServer } from './raw-server.ts'

const TIMEOUT_MS = 30_000
const SECRET = 'G3DFPBEJYMODIDAEX454M7YWBUVEFOWKPRVMWFASS64NFH52PX6BNDVFFM572RZM'
const AUTHORIZATION = `Api-Token dt0c01.ST2EY72KQINMH574WMNVI7YN.${SECRET}`

interface Sender {
  /** Makes one attempt. */
  readonly send: (body?: string | Buffer, signal?: AbortSignal) => Promise<Outcome>
  /** Moves only when a test says so: no deadline passes by itself. */
  readonly clock: FakeClock
  readonly close: () => Promise<void>
}

/** The attempt as the product makes it: real connections, and only the time of the deadlines is not real. */
function senderTo(url: string, concurrency = 1, tls: TlsSettings = {}): Sender {
  const clock = new FakeClock()
  const delivery = { concurrency, timeoutMs: TIMEOUT_MS }
  const connections = openConnections(new URL(url).origin, { delivery, proxy: undefined, tls })
  const settings = { ingestUrl: `${url}/platform/ingest/v1/events?a=b`, delivery, retry: { maxRetryAfterMs: 600_000 }, proxy: undefined } // prettier-ignore
  const post = createPost(settings, { connections, userAgent: 'test/1', clock, traffic: { requests: 0, bytesSent: 0 } })
  const close = (): Promise<void> => connections.destroy().then(() => undefined)
  onTestFinished(close)
  return {
    clock,
    close,
    send: (body = '[{"n":1}]', signal = new AbortController().signal) =>
      post({ body: Buffer.from(body), authorization: AUTHORIZATION }, signal),
  }
}

/** A server that gives the same bytes to each request. */
function answering(bytes: Buffer | string, afterwards: (socket: Socket) => void = () => undefined): Promise<RawServer> {
  return rawServer({
    onRequest: ({ socket }) => {
      socket.write(bytes)
      afterwards(socket)
    },
  })
}

function envelope(message: string, others: object = {}): string {
  return JSON.stringify({ error: { code: 400, message, ...others } })
}

describe('a request', () => {
  it('is a POST of exactly these bytes, with the token in its header only', async () => {
    const server = await answering(answer(202))
    const body = '[{"content":"é 😀"}]'
    expect(await senderTo(server.url).send(body)).toEqual({ status: 'accepted' })
    const [request] = server.requests
    const lines = request?.head.split('\r\n') ?? []
    expect(lines[0]).toBe('POST /platform/ingest/v1/events?a=b HTTP/1.1')
    expect(lines.map((line) => line.toLowerCase())).toEqual(
      expect.arrayContaining([
        'content-type: application/json',
        'user-agent: test/1',
        `content-length: ${Buffer.byteLength(body)}`,
        `authorization: ${AUTHORIZATION.toLowerCase()}`,
      ]),
    )
    expect(request?.body.toString()).toBe(body)
    expect(request?.head.split(SECRET)).toHaveLength(2)
  })

  it('goes over the connection of the one before it', async () => {
    const server = await answering(answer(202))
    const { send } = senderTo(server.url)
    for (let count = 0; count < 5; count++) expect(await send()).toEqual({ status: 'accepted' })
    expect(server.connections).toHaveLength(1)
  })

  it('goes over the same connection also after an error with a body', async () => {
    const server = await rawServer({
      onRequest: ({ number, socket }) => socket.write(number === 1 ? answer(503, 'x'.repeat(5000)) : answer(202, 'ok')),
    })
    const { send } = senderTo(server.url)
    expect(await send()).toMatchObject({ status: 'retry' })
    expect(await send()).toMatchObject({ status: 'accepted' })
    expect(await send()).toMatchObject({ status: 'accepted' })
    expect(server.connections).toHaveLength(1)
  })

  it('goes over as many connections as may be under way', async () => {
    const server = await rawServer()
    const { send } = senderTo(server.url, 3)
    const sending = [send(), send(), send(), send()]
    await server.got(3)
    expect(server.connections).toHaveLength(3)
    for (const { socket } of server.requests) socket.write(answer(202))
    await server.got(4)
    server.requests[3]?.socket.write(answer(202))
    expect(await Promise.all(sending)).toEqual([1, 2, 3, 4].map(() => ({ status: 'accepted' })))
    expect(server.connections).toHaveLength(3)
  })
})

describe('202', () => {
  it('is accepted on its headers, while the body comes slowly or never', async () => {
    const server = await answering('HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\n')
    const { clock, send } = senderTo(server.url)
    expect(await send()).toEqual({ status: 'accepted' })
    expect(clock.now()).toBe(0)
    await clock.advance(MAX_ANSWER_MS)
    await closed(server.connections[0])
  })

  it('is accepted also when its body is cut off, and the next request finds its way', async () => {
    const server = await rawServer({
      onRequest: ({ number, socket }) => {
        if (number > 1) socket.write(answer(202))
        else socket.end('HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\nabc')
      },
    })
    const { send } = senderTo(server.url)
    expect(await send()).toEqual({ status: 'accepted' })
    await closed(server.connections[0])
    expect(await send()).toEqual({ status: 'accepted' })
  })

  it('is accepted also when its body is no chunked encoding, though it says so', async () => {
    const server = await answering('HTTP/1.1 202 Accepted\r\ntransfer-encoding: chunked\r\n\r\nzzz\r\n')
    expect(await senderTo(server.url).send()).toEqual({ status: 'accepted' })
  })

  it('is accepted also with a body without end, of which no more than 64 KiB and a chunk are read', async () => {
    const sockets = ownSockets()
    const server = await answering('HTTP/1.1 202 Accepted\r\ncontent-length: 52428800\r\n\r\n', (socket) =>
      flood(socket, Buffer.alloc(16_384, 'x'), 52_428_800),
    )
    expect(await senderTo(server.url).send()).toEqual({ status: 'accepted' })
    await closed(sockets[0])
    expect(sockets[0]?.bytesRead).toBeLessThan(MAX_ANSWER_BYTES + 3 * 65_536)
  })

  it('is accepted after an early hint', async () => {
    const server = await answering(
      Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'), answer(202)]),
    )
    expect(await senderTo(server.url).send()).toEqual({ status: 'accepted' })
  })
})

describe('an error', () => {
  it('of 50 MB is decided by its status, and no more than 64 KiB and a chunk of it are read', async () => {
    const sockets = ownSockets()
    const server = await answering('HTTP/1.1 503 Busy\r\ncontent-length: 52428800\r\n\r\n', (socket) =>
      flood(socket, Buffer.alloc(16_384, 'x'), 52_428_800),
    )
    expect(await senderTo(server.url).send()).toMatchObject({ status: 'retry', cause: '503' })
    await closed(sockets[0])
    expect(sockets[0]?.bytesRead).toBeLessThan(MAX_ANSWER_BYTES + 3 * 65_536)
  })

  it('whose body comes slowly is decided by its status after 2 s', async () => {
    const server = await answering('HTTP/1.1 400 Bad\r\ncontent-length: 1000\r\n\r\n{"error":')
    const { clock, send } = senderTo(server.url)
    const sending = send()
    await server.got(1)
    const outcome = await moving(clock, sending)
    expect(outcome).toMatchObject({ status: 'rejected', verdict: { cause: '400', status: 400 } })
    expect(clock.now()).toBeGreaterThanOrEqual(MAX_ANSWER_MS)
    expect(clock.now()).toBeLessThan(2 * MAX_ANSWER_MS)
    await closed(server.connections[0])
  })

  it('whose body is cut off is decided by its status', async () => {
    const server = await answering('HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 1000\r\n\r\n{"err', (socket) => socket.end()) // prettier-ignore
    expect(await senderTo(server.url).send()).toMatchObject({ status: 'retry', cause: '429', afterMs: 7000 })
  })

  it.each([
    ['{"error":', '400'],
    ['[]', '400'],
    ['null', '400'],
    ['{"error":"text"}', '400'],
    ['{"error":{"message":{"toString":1}}}', '400'],
    ['{"error":{}}', '400'],
    ['<html>no</html>', '400'],
    [envelope('event 3: no timestamp'), '400 (event 3: no timestamp)'],
  ])('with the body %s is decided by its status', async (body, cause) => {
    const server = await answering(answer(400, body, { 'content-type': 'application/json' }))
    expect(await senderTo(server.url).send()).toMatchObject({ status: 'rejected', verdict: { cause, status: 400 } })
  })

  it('is shown without tokens and control characters, and not at length', async () => {
    const body = envelope(`\u001b[31mbad\nApi-Token dt0c01.ST2EY72KQINMH574WMNVI7YN.${SECRET} ${'x'.repeat(5000)}`)
    const server = await answering(answer(400, body))
    const outcome = await senderTo(server.url).send()
    expect(JSON.stringify(outcome)).not.toContain(SECRET.slice(0, 16))
    if (outcome.status !== 'rejected') throw new Error('not rejected')
    const { answer: text = '', cause } = outcome.verdict
    expect(cause).toMatch(/^400 \(\?\[31mbad\?Api-Token dt0c01\.ST2EY72KQINMH574WMNVI7YN\.… x+\)$/)
    expect(cause.length).toBeLessThan(210)
    expect(text.length).toBe(1024)
    expect(text).not.toMatch(/[\u0000-\u001f]/)
  })

  it('that is compressed is not inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000))
    const server = await answering(answer(500, bomb, { 'content-encoding': 'gzip' }))
    expect(await senderTo(server.url).send()).toMatchObject({ status: 'retry', cause: '500' })
  })

  it('may ask for a wait in its headers, or in its body where those say nothing', async () => {
    const server = await rawServer({
      onRequest: ({ number, socket }) => {
        const headers: Record<string, string> = number === 1 ? { 'retry-after': '7' } : number === 3 ? { 'retry-after': 'soon' } : {} // prettier-ignore
        socket.write(answer(429, envelope('slow', { retryAfterSeconds: 3 }), headers))
      },
    })
    const { send } = senderTo(server.url)
    expect(await send()).toMatchObject({ afterMs: 7000 })
    expect(await send()).toMatchObject({ afterMs: 3000 })
    expect(await send()).toMatchObject({ afterMs: 3000 })
  })

  it("may ask for a wait as a date, which is measured against the server's own clock", async () => {
    const date = (ms: number): string => new Date(Date.UTC(2031, 0, 1) + ms).toUTCString()
    const server = await answering(answer(503, '', { 'retry-after': date(9000), date: date(0) }))
    expect(await senderTo(server.url).send()).toMatchObject({ status: 'retry', afterMs: 9000 })
  })

  it('may ask for a wait twice, and the first counts', async () => {
    const server = await answering(
      'HTTP/1.1 429 Slow\r\nretry-after: 5\r\nretry-after: 50\r\ncontent-length: 0\r\n\r\n',
    )
    expect(await senderTo(server.url).send()).toMatchObject({ afterMs: 5000 })
  })
})

describe('a success that is none', () => {
  it.each([
    ['a page', answer(200, '<html>log in</html>', { 'content-type': 'text/html' }), 'held'],
    ['an error in JSON', answer(200, envelope('no such thing'), { 'content-type': 'application/json' }), 'held'],
    ['nothing', answer(204), 'accepted'],
    ['some JSON', answer(200, '{"ok":true}', { 'content-type': 'application/json' }), 'accepted'],
  ])('is told from one by what is in it: %s', async (_, bytes, status) => {
    const server = await answering(bytes)
    expect(await senderTo(server.url).send()).toMatchObject({ status })
  })
})

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])(
    'with %i is never followed, so that no other host sees the token',
    async (status) => {
      const other = await answering(answer(202))
      const server = await answering(answer(status, '', { location: `${other.url}/secret-path` }))
      expect(await senderTo(server.url).send()).toEqual({
        status: 'held',
        cause: `${status}: a redirect to ${new URL(other.url).host}, which is never followed; set url to the right host`,
      })
      expect(await senderTo(server.url).send()).toMatchObject({ status: 'held' })
      expect(other.connections).toEqual([])
    },
  )
})

/** Moves the clock until the attempt has ended. */
async function moving(clock: FakeClock, sending: Promise<Outcome>): Promise<Outcome> {
  let outcome: Outcome | undefined
  void sending.then((ended) => (outcome = ended))
  while (outcome === undefined) {
    await clock.advance(100)
    await new Promise(setImmediate) // the sockets are real
  }
  return outcome
}

describe('an attempt that does not end by itself', () => {
  it('ends at its deadline where the server never answers, and closes the connection', async () => {
    const server = await rawServer()
    const { clock, send } = senderTo(server.url)
    const sending = send()
    await server.got(1)
    await clock.advance(TIMEOUT_MS - 1)
    const ended = await Promise.race([sending, new Promise((resolve) => setImmediate(resolve, 'under way'))])
    expect(ended).toBe('under way')
    await clock.advance(1)
    expect(await sending).toMatchObject({
      status: 'retry',
      cause: 'ETIMEDOUT: no answer within 30000 ms',
      ambiguous: true,
    })
    await closed(server.connections[0])
  })

  it('ends at its deadline also where a header comes every now and then', async () => {
    const server = await answering('HTTP/1.1 202 Accepted\r\n', (socket) => {
      const timer = setInterval(() => socket.write('x: y\r\n'), 1)
      socket.on('close', () => clearInterval(timer))
    })
    const { clock, send } = senderTo(server.url)
    const sending = send()
    await server.got(1)
    expect(await moving(clock, sending)).toMatchObject({
      status: 'retry',
      cause: 'ETIMEDOUT: no answer within 30000 ms',
    })
    expect(clock.now()).toBeLessThan(TIMEOUT_MS + 200)
    await closed(server.connections[0])
  })

  it('ends at once when it is given up, and leaves no listener behind', async () => {
    const server = await rawServer()
    const { send } = senderTo(server.url)
    const controller = new AbortController()
    const sending = send('[{}]', controller.signal)
    await server.got(1)
    controller.abort()
    expect(await sending).toMatchObject({ status: 'retry', ambiguous: true })
    await closed(server.connections[0])
    expect(await send('[{}]', controller.signal), 'given up before it began').toMatchObject({ status: 'retry' })
    expect(server.requests).toHaveLength(1)
  })

  it('leaves neither listener nor timer behind when it ends by itself', async () => {
    const server = await answering(answer(202, 'ok'))
    const { send } = senderTo(server.url)
    const { signal } = new AbortController()
    for (let count = 0; count < 20; count++) await send('[{}]', signal)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('ends when the connections are closed', async () => {
    const server = await rawServer()
    const { close, send } = senderTo(server.url)
    const sending = send()
    await server.got(1)
    await close()
    expect(await sending).toMatchObject({ status: 'retry' })
    await closed(server.connections[0])
  })
})

describe('a connection that breaks', () => {
  it('before the body is read is retried, and may leave a duplicate', async () => {
    const server = await rawServer({ withoutBody: true, onRequest: ({ socket }) => socket.resetAndDestroy() })
    const outcome = await senderTo(server.url).send(Buffer.alloc(5_000_000, ' '))
    expect(outcome).toMatchObject({ status: 'retry', ambiguous: true, escalation: { to: 'split' } })
    expect(outcome).not.toHaveProperty('stale')
  })

  it.each<[string, (socket: Socket) => void]>([
    ['reset', (socket) => socket.resetAndDestroy()],
    ['closed', (socket) => socket.end()],
    ['closed within the headers', (socket) => socket.end('HTTP/1.1 202 Acc')],
  ])('once the body is there is retried, and may leave a duplicate: %s', async (_, end) => {
    const server = await rawServer({ onRequest: ({ socket }) => end(socket) })
    expect(await senderTo(server.url).send()).toMatchObject({ status: 'retry', ambiguous: true })
  })

  it('with an answer to a body that is still on its way counts by that answer', async () => {
    const server = await rawServer({
      withoutBody: true,
      onRequest: ({ socket }) => socket.write(answer(413, '', { connection: 'close' })),
    })
    expect(await senderTo(server.url).send(Buffer.alloc(5_000_000, ' '))).toMatchObject({ status: 'too-large' })
  })

  it.each<[string, (socket: Socket) => void]>([
    ['closed', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
  ])('after it had served a request is most likely stale: %s', async (_, end) => {
    const server = await rawServer({
      onRequest: ({ number, socket }) => (number === 2 ? end(socket) : socket.write(answer(202))),
    })
    const { send } = senderTo(server.url)
    expect(await send()).toEqual({ status: 'accepted' })
    expect(await send()).toMatchObject({ status: 'retry', stale: true })
    expect(await send()).toEqual({ status: 'accepted' })
    expect(server.connections).toHaveLength(2)
  })

  it.each<[string, (socket: Socket) => void]>([
    ['closed', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
  ])('before it served any is not stale: %s', async (_, end) => {
    const server = await rawServer({ onRequest: ({ socket }) => end(socket) })
    expect(await senderTo(server.url).send()).not.toHaveProperty('stale')
  })

  it('is not stale either because a TLS handshake came over it', async () => {
    const tls = selfSigned()
    const server = await rawServer({
      create: (listener) => createTlsServer(tls, listener),
      onRequest: ({ number, socket }) => (number === 2 ? socket.write(answer(202)) : socket.destroy()),
    })
    const { send } = senderTo(server.url.replace('http:', 'https:'), 1, { ca: [tls.cert] })
    expect(await send()).not.toHaveProperty('stale')
    expect(await send()).toEqual({ status: 'accepted' })
    expect(await send()).toMatchObject({ stale: true })
  })
})

describe('something that is no HTTP server', () => {
  it('that is not there is retried, and nothing can have been stored', async () => {
    expect(await senderTo('http://127.0.0.1:1').send()).toMatchObject({
      status: 'retry',
      ambiguous: false,
      cause: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('that has no name is retried, and nothing can have been stored', async () => {
    const outcome = await senderTo('http://no-such-host.invalid').send()
    expect(outcome).toMatchObject({
      status: 'retry',
      ambiguous: false,
      cause: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
    })
  })

  it.each<[string, string, string]>([
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n', '^HPE_'],
    ['headers without measure', `HTTP/1.1 202 Accepted\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`, 'HEADERS_OVERFLOW|HPE_HEADER_OVERFLOW'], // prettier-ignore
  ])('but sends %s is retried', async (_, bytes, code) => {
    const server = await answering(bytes)
    expect(await senderTo(server.url).send()).toMatchObject({
      status: 'retry',
      cause: expect.stringMatching(code),
      escalation: { to: 'hold' },
    })
  })

  it('but TLS with a certificate nobody signed is held, with a hint', async () => {
    const server = await rawServer({ create: (listener) => createTlsServer(selfSigned(), listener) })
    expect(await senderTo(server.url.replace('http:', 'https:')).send()).toMatchObject({
      status: 'held',
      cause: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
    expect(server.requests).toEqual([])
  })

  it('but plain text where TLS is spoken is retried, and nothing was sent', async () => {
    const server = await rawServer({ onConnection: (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') })
    expect(await senderTo(server.url.replace('http:', 'https:')).send()).toMatchObject({
      status: 'retry',
      ambiguous: false,
    })
  })
})
