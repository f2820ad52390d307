/** haproxy in front of the endpoint: its ways of turning a client away, and of doing so without a word. */
import { describe, expect } from 'vitest'
import { freePort } from './daemon.ts'
import { haproxy } from './haproxy.ts'
import { expectAllDelivered, it, throttled, urlOf } from './servers.ts'

/** Counts requests of a client, so that a rule can hold for the first of them only. */
const COUNTING = ['stick-table type ip size 10 expire 60s store http_req_cnt', 'http-request track-sc0 src']

function theFirst(count: number): string {
  return `if { sc_http_req_cnt(0) le ${count} }`
}

describe.concurrent('haproxy turns away', () => {
  it('429 with Retry-After by a rate: it waits as long as it is told, and everything arrives', async ({ servers }) => {
    const receiver = await servers.receive()
    const front = await servers.start(
      haproxy(receiver.url, {
        frontend: [
          'stick-table type ip size 10 expire 10s store http_req_rate(1s)',
          'http-request track-sc0 src',
          'http-request return status 429 hdr Retry-After 2 if { sc_http_req_rate(0) gt 5 }',
        ],
      }),
    )
    const sender = servers.send(urlOf(front), { batch: { maxEvents: 50 } })
    sender.log(800)
    await sender.flush({ timeoutMs: 30_000 })
    await expectAllDelivered(sender, receiver, 800)
    expect(await throttled(sender)).toContain('429')
    // The requests that were let through show the pause.
    const times = (await receiver.requests()).map(({ at }) => at).toSorted((a, b) => a - b)
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(Math.max(...gaps)).toBeGreaterThanOrEqual(2000)
  })

  it('503 of its queue: one request at a time is all it takes', async ({ servers }) => {
    const receiver = await servers.receive({ latencyMs: 300 })
    const front = await servers.start(
      haproxy(receiver.url, { backend: ['timeout queue 100ms'], server: 'maxconn 1 maxqueue 1' }),
    )
    const sender = servers.send(urlOf(front), { batch: { maxEvents: 50 } })
    sender.log(500)
    await sender.flush({ timeoutMs: 30_000 })
    await expectAllDelivered(sender, receiver, 500)
    expect(await throttled(sender)).toContain('503')
  })

  it('503 without a server behind it, then the receiver comes up', async ({ servers }) => {
    const port = await freePort()
    const front = await servers.start(haproxy(`http://127.0.0.1:${port}`, { backend: ['retries 0'] }))
    const sender = servers.send(urlOf(front))
    sender.log(100)
    expect(await throttled(sender)).toContain('503')
    const receiver = await servers.receive({ port })
    await sender.flush()
    await expectAllDelivered(sender, receiver, 100)
  })

  it('504: the events were stored all the same, which the sender says may be so', async ({ servers }) => {
    const receiver = await servers.receive({ script: [{ delayMs: 2000, times: 2 }] })
    const front = await servers.start(haproxy(receiver.url, { backend: ['timeout server 300ms'] }))
    const sender = servers.send(urlOf(front))
    sender.log(200)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 200)
    expect((await receiver.stats()).duplicates).toBeGreaterThanOrEqual(400)
  })

  it('408 with a body that does not come in time', async ({ servers }) => {
    const receiver = await servers.receive()
    const frontend = ['timeout http-request 300ms', 'option http-buffer-request']
    const front = await servers.start(haproxy(receiver.url, { frontend }))
    const line = await servers.chaos(front.port, { requests: { stallAfterBytes: 10_000 } })
    const sender = servers.send(line.url)
    sender.log(200)
    expect(await throttled(sender)).toContain('408')
    line.behave({})
    await sender.flush()
    await expectAllDelivered(sender, receiver, 200)
  })
})

describe.concurrent('haproxy keeps silent', () => {
  it('tarpit: 500 after a while', async ({ servers }) => {
    const receiver = await servers.receive()
    const frontend = ['timeout tarpit 500ms', ...COUNTING, `http-request tarpit deny_status 500 ${theFirst(2)}`]
    const front = await servers.start(haproxy(receiver.url, { frontend }))
    const sender = servers.send(urlOf(front))
    sender.log(200)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 200)
    expect(await throttled(sender)).toContain('500')
    expect(sender.stats()).toMatchObject({ requests: 3, retries: 2 })
  })

  it('silent-drop: the attempt ends at its own deadline', async ({ servers }) => {
    const receiver = await servers.receive()
    const frontend = [...COUNTING, `http-request silent-drop ${theFirst(2)}`]
    const front = await servers.start(haproxy(receiver.url, { frontend }))
    const sender = servers.send(urlOf(front), { delivery: { timeoutMs: 500 } })
    sender.log(200)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 200)
    expect(sender.stats()).toMatchObject({ requests: 3, retries: 2 })
  })

  it('reject: the connection ends after the request, without an answer', async ({ servers }) => {
    const receiver = await servers.receive()
    const frontend = [...COUNTING, `http-request reject ${theFirst(2)}`]
    const front = await servers.start(haproxy(receiver.url, { frontend }))
    const sender = servers.send(urlOf(front))
    sender.log(200)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 200)
    expect(sender.stats()).toMatchObject({ requests: 3, retries: 2, possibleDuplicates: 400 })
  })

  it('connection reject: the connection ends before the request', async ({ servers }) => {
    const receiver = await servers.receive()
    const front = await servers.start(
      haproxy(receiver.url, {
        frontend: [
          'stick-table type ip size 10 expire 60s store conn_cnt',
          'tcp-request connection track-sc0 src',
          'tcp-request connection reject if { sc_conn_cnt(0) le 4 }',
        ],
      }),
    )
    const line = await servers.chaos(front.port)
    const sender = servers.send(line.url)
    sender.log(200)
    await sender.flush()
    await expectAllDelivered(sender, receiver, 200)
    expect(line.connections).toBeGreaterThan(3) // the first ones were for nothing
  })
})
