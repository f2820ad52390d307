/** nginx in front of the endpoint: its limits, its errors, its redirects and its way with idle connections. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { describe, expect } from 'vitest'
import { seeded } from '../support/random.ts'
import { type Daemon, freePort } from './daemon.ts'
import { ACCESS_LOG, nginx, toReceiver } from './nginx.ts'
import { sum } from '../support/shipping.ts'
import { expectAllDelivered, held, it, throttled, urlOf } from './servers.ts'

/** What nginx answered, in the order in which the requests had come in. */
async function answersOf({ folder }: Daemon): Promise<readonly { at: number; status: number; bytes: number }[]> {
  const lines = (await readFile(join(folder, ACCESS_LOG), 'utf8')).trim().split('\n')
  return lines.map((line) => {
    const [seconds, status, bytes] = line.split(' ').map(Number)
    return { at: (seconds ?? NaN) * 1000, status: status ?? NaN, bytes: bytes ?? NaN }
  })
}

function expectNoneEarly(answers: readonly { at: number; status: number }[]): void {
  const early = answers.filter(({ at }, index) => {
    const before = answers[index - 1]
    return before?.status === 429 && at - before.at < 950 // nginx notes a time when it has answered
  })
  expect(early).toEqual([])
}

/** `LIMIT_SECONDS=300` for minutes of it. The queue must hold what the limit keeps back. */
const LIMIT_SECONDS = Number(process.env['LIMIT_SECONDS'] ?? 20)

describe.concurrent('nginx limits', () => {
  it('client_max_body_size: the size is learned and everything arrives', async ({ servers }) => {
    const receiver = await servers.receive()
    const front = await servers.start(nginx(receiver.url, { server: 'client_max_body_size 32k;' }))
    const sender = servers.send(urlOf(front))
    sender.log(2000, { bytes: 400 })
    await sender.flush()
    await expectAllDelivered(sender, receiver, 2000)
    const refused = (await answersOf(front)).filter(({ status }) => status === 413).length
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThan(20)
    sender.log(2000, { bytes: 400 })
    await sender.flush()
    await expectAllDelivered(sender, receiver, 4000)
    // Learned, not tried again with each batch; only a step up after twenty well-taken ones goes too far now and then.
    const answers = await answersOf(front)
    const refusedLater = answers.filter(({ status }) => status === 413).length - refused
    expect(refusedLater / answers.length).toBeLessThan(0.1)
  })

  it('client_max_body_size without lingering_close: a reset while the body is sent is no loss either', async ({
    servers,
  }) => {
    const receiver = await servers.receive()
    const server = 'client_max_body_size 32k; lingering_close off;'
    const front = await servers.start(nginx(receiver.url, { server }))
    const sender = servers.send(urlOf(front), { batch: { maxBytes: 9_000_000 } })
    sender.log(2000, { bytes: 2000 })
    await sender.flush({ timeoutMs: 30_000 })
    await expectAllDelivered(sender, receiver, 2000)
  })

  it('limit_req with Retry-After: nothing comes before it, and everything arrives', async ({ servers }) => {
    const receiver = await servers.receive()
    const front = await servers.start(
      nginx(receiver.url, {
        // a key that is empty, as $server_name is here, would mean no limit at all
        http: 'limit_req_zone $binary_remote_addr zone=one:1m rate=2r/s;',
        location: `limit_req zone=one; limit_req_status 429; error_page 429 = @later; ${toReceiver(receiver.url)}`,
        server: 'location @later { add_header Retry-After 1 always; return 429; }',
      }),
    )
    const options = { batch: { maxEvents: 100, lingerMs: 50 }, delivery: { concurrency: 1 } }
    const sender = servers.send(urlOf(front), options)
    sender.log(600)
    await sender.flush({ timeoutMs: 30_000 })
    await expectAllDelivered(sender, receiver, 600)
    const answers = await answersOf(front)
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(0)
    expectNoneEarly(answers)
  })

  it(`limit_req: more than four fifths of it are used, for ${LIMIT_SECONDS} s at 2,000 records a second`, async ({
    servers,
  }) => {
    const receiver = await servers.receive()
    const front = await servers.start(
      nginx(receiver.url, {
        http: 'limit_req_zone $binary_remote_addr zone=one:1m rate=2r/s;',
        location: `limit_req zone=one; limit_req_status 429; error_page 429 = @later; ${toReceiver(receiver.url)}`,
        server: 'location @later { add_header Retry-After 1 always; return 429; }',
      }),
    )
    const sender = servers.send(urlOf(front), {
      batch: { lingerMs: 50, maxEvents: 1000 },
      delivery: { concurrency: 1 }, // what is under way together is refused together, which looks as if it had come early
      queue: { maxBytes: 500_000_000 },
    })
    let answers: Awaited<ReturnType<typeof answersOf>> = []
    const seconds = (): number => ((answers.at(-1)?.at ?? 0) - (answers[0]?.at ?? 0)) / 1000
    while (seconds() < LIMIT_SECONDS) {
      sender.log(400)
      await after(200)
      answers = await answersOf(front).catch(() => [])
    }
    // The first ten seconds go into learning it.
    const learnedAt = (answers[0]?.at ?? 0) + 10_000
    const admitted = answers.filter(({ at, status }) => status === 202 && at > learnedAt).length
    expect(admitted / (seconds() - 10) / 2).toBeGreaterThan(0.8)
    expectNoneEarly(answers)
    expect(sum(sender.stats().lost)).toBe(0)
  })

  it('limit_conn: 503 without Retry-After passes by itself', async ({ servers }) => {
    const receiver = await servers.receive({ latencyMs: 100 })
    const front = await servers.start(
      nginx(receiver.url, {
        http: 'limit_conn_zone $binary_remote_addr zone=c:1m;',
        location: `limit_conn c 1; ${toReceiver(receiver.url)}`,
      }),
    )
    const sender = servers.send(urlOf(front), { batch: { maxEvents: 50 } })
    sender.log(1000)
    await sender.flush({ timeoutMs: 30_000 })
    await expectAllDelivered(sender, receiver, 1000)
    expect((await answersOf(front)).some(({ status }) => status === 503)).toBe(true)
  })
})

describe.concurrent('nginx errors', () => {
  it('502 while nothing runs behind it, then the receiver comes up', async ({ servers }) => {
    const port = await freePort()
    const front = await servers.start(nginx(`http://127.0.0.1:${port}`))
    const sender = servers.send(urlOf(front))
    sender.log(200)
    const message = await throttled(sender)
    expect(message).toContain('502')
    const receiver = await servers.receive({ port })
    await sender.flush({ timeoutMs: 20_000 })
    await expectAllDelivered(sender, receiver, 200)
    expect(sender.stats()).toMatchObject({ state: 'open' })
  })

  it('504: the events were stored all the same, which the sender says may be so', async ({ servers }) => {
    const receiver = await servers.receive({ script: [{ delayMs: 2000, times: 2 }] })
    const location = `proxy_read_timeout 300ms; ${toReceiver(receiver.url)}`
    const front = await servers.start(nginx(receiver.url, { location }))
    const sender = servers.send(urlOf(front))
    sender.log(200)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 200)
    const statuses = (await answersOf(front)).map(({ status }) => status)
    expect([statuses[0], statuses[1], statuses.at(-1)]).toEqual([504, 504, 202])
    expect((await receiver.stats()).duplicates).toBeGreaterThanOrEqual(400)
  })

  it('444, the connection closed without an answer, until the configuration is mended', async ({ servers }) => {
    const receiver = await servers.receive()
    const front = await servers.start(nginx(receiver.url, { location: 'return 444;' }))
    const sender = servers.send(urlOf(front))
    sender.log(200)
    await throttled(sender)
    await front.replace(nginx(receiver.url))
    await sender.flush()
    await expectAllDelivered(sender, receiver, 200)
  })

  it('client_body_timeout: a line that stalls within the body, then a better one', async ({ servers }) => {
    const receiver = await servers.receive()
    const front = await servers.start(nginx(receiver.url, { server: 'client_body_timeout 300ms;' }))
    const line = await servers.chaos(front.port, { requests: { stallAfterBytes: 10_000 } })
    const sender = servers.send(line.url)
    sender.log(200)
    await throttled(sender)
    line.behave({})
    await sender.flush()
    await expectAllDelivered(sender, receiver, 200)
    // It logs 408 and closes the connection without sending it.
    expect((await answersOf(front))[0]?.status).toBe(408)
  })

  it('a request whose second half never comes: nginx closes the connection, and it is sent again', async ({
    servers,
  }) => {
    const receiver = await servers.receive()
    const front = await servers.start(nginx(receiver.url))
    const line = await servers.chaos(front.port, { requests: { finAfterBytes: 5000 } })
    const sender = servers.send(line.url)
    sender.log(200)
    await throttled(sender)
    line.behave({})
    await sender.flush()
    await expectAllDelivered(sender, receiver, 200)
    expect((await answersOf(front))[0]?.status).toBe(400) // noted, not sent
  })

  it('405 of a static site: held, with the remedy in its message', async ({ servers }) => {
    const receiver = await servers.receive()
    const directives = { location: 'root .; try_files /page.html =404;', files: { 'page.html': 'welcome' } }
    const front = await servers.start(nginx(receiver.url, directives))
    const sender = servers.send(urlOf(front))
    sender.log(10)
    expect(await held(sender)).toMatch(/405.*check the url/)
    expect(sender.stats()).toMatchObject({ accepted: 10, pending: 10, state: 'held' })
    await front.replace(nginx(receiver.url))
    await sender.flush()
    await expectAllDelivered(sender, receiver, 10)
  })

  it('auth_basic in front of it: 401, held, and delivered once it is gone', async ({ servers }) => {
    const receiver = await servers.receive()
    const location = `auth_basic "here"; auth_basic_user_file users; ${toReceiver(receiver.url)}`
    const front = await servers.start(nginx(receiver.url, { location, files: { users: 'u:{PLAIN}p\n' } }))
    const sender = servers.send(urlOf(front))
    sender.log(10)
    expect(await held(sender)).toContain('401')
    await front.replace(nginx(receiver.url))
    await sender.flush()
    await expectAllDelivered(sender, receiver, 10)
  })
})

describe.concurrent('nginx redirects', () => {
  it.for([301, 302, 307, 308])(
    '%i to another origin: held, and the other origin sees nothing',
    async (status, { servers }) => {
      const [receiver, other] = [await servers.receive(), await servers.receive()]
      const front = await servers.start(
        nginx(receiver.url, { location: `return ${status} ${other.url}$request_uri?secret=in-location;` }),
      )
      const sender = servers.send(urlOf(front))
      sender.log(100)
      const message = await held(sender)
      expect(message).toContain(`${status}: a redirect to ${new URL(other.url).host}, which is never followed`)
      expect(message).not.toContain('in-location')
      await front.replace(nginx(receiver.url))
      await sender.flush()
      await expectAllDelivered(sender, receiver, 100)
      expect(await other.stats()).toMatchObject({ connections: 0, requests: 0 })
    },
  )
})

describe.concurrent('nginx connections', () => {
  it('a connection that ends after three requests costs nothing', async ({ servers }) => {
    const receiver = await servers.receive()
    const front = await servers.start(nginx(receiver.url, { server: 'keepalive_requests 3; keepalive_timeout 1s;' }))
    const sender = servers.send(urlOf(front))
    for (let round = 0; round < 40; round++) {
      sender.log(20)
      await sender.flush()
    }
    await expectAllDelivered(sender, receiver, 800)
    expect((await receiver.stats()).requests).toBe(40)
  })

  it('a request into a connection that is just being closed is sent again', async ({ servers }) => {
    const receiver = await servers.receive()
    const front = await servers.start(nginx(receiver.url, { server: 'keepalive_timeout 60ms;' }))
    const sender = servers.send(urlOf(front))
    const random = seeded(1)
    for (let round = 0; round < 60; round++) {
      sender.log(20)
      await sender.flush()
      await after(50 + 15 * random()) // around the moment at which nginx closes: the two cross on the way
    }
    await expectAllDelivered(sender, receiver, 1200)
    expect((await receiver.stats()).requests).toBe(60)
  })

  it('a path below which the endpoint is mounted is kept', async ({ servers }) => {
    const receiver = await servers.receive()
    const server = `location /tenant/a/ { rewrite ^/tenant/a/(.*)$ /$1 break; ${toReceiver(receiver.url)} }`
    const front = await servers.start(nginx(receiver.url, { server, location: 'return 404;' }))
    const sender = servers.send(`${urlOf(front)}/tenant/a/platform/ingest/v1/events`)
    sender.log(100)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 100)
    const [request] = await receiver.requests()
    expect(request?.path).toBe('/platform/ingest/v1/events')
  })
})
