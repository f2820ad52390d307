/** Whatever the server does, no promise of ours is left without a handler: in the worker one would end all logging. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect } from 'vitest'

import type { ScriptedAnswer } from 'openpipeline-receiver'
import { expectAccount, it, ways } from './journey.ts'

const strict = { nodeArguments: ['--unhandled-rejections=strict'] }
const options = { retry: { minDelayMs: 1, maxDelayMs: 50 }, delivery: { timeoutMs: 500 }, batch: { maxEvents: 50 } }

const misbehaviour: readonly ScriptedAnswer[] = [
  { reset: 'before-body' },
  { reset: 'mid-body' },
  { reset: 'after-body' },
  { status: 500, body: '{"error":' },
  { status: 503, body: '<html>', headers: { 'retry-after': 'soon' } },
  { status: 429, headers: { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' } },
  { hang: true },
  { status: 413 },
  { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
  { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>', store: false },
]

it.concurrent.for(ways)(
  'no crash and no loss when the server misbehaves in every way: %s',
  async (way, { journey }) => {
    const receiver = await journey.receive({ script: misbehaviour })
    const given = { way, options, count: 200, end: 'flush, then end' }
    const ended = await journey.run('log-and-end', receiver.url, given, strict)
    expect(ended.exit).toBe(0)
    await expectAccount(ended, receiver, { logged: 200 })
    expect((await receiver.stats()).requests).toBeGreaterThan(misbehaviour.length)
  },
)

it.concurrent.for(ways)(
  'an answer that is lost makes a duplicate, and it is counted as possible: %s',
  async (way, { journey }) => {
    const receiver = await journey.receive({ script: [{ reset: 'after-body', store: true }] })
    const given = { way, count: 200, end: 'flush, then end' }
    const ended = await journey.run('log-and-end', receiver.url, given, strict)
    expect(ended.exit).toBe(0)
    await expectAccount(ended, receiver, { logged: 200, duplicates: 200 })
    if (way !== 'pino worker') expect(ended.said.stats).toMatchObject({ possibleDuplicates: 200 })
  },
)

it.concurrent.for(ways)(
  'no crash when something else than HTTP answers: %s',
  async (way, { journey, onTestFinished }) => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('this is not HTTP\r\n\r\n'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const receiver = await journey.receive()
    const given = { way, options: { ...options, closeTimeoutMs: 500 }, count: 200, end: 'end, then process.exit' }
    const ended = await journey.run('log-and-end', `http://127.0.0.1:${port}`, given, strict)
    expect(ended.exit).toBe(0)
    await expectAccount(ended, receiver, { logged: 200, lost: { 'unsent-at-close': 200 } })
  },
)

it.concurrent.for(ways)('no crash when nobody listens there: %s', async (way, { journey }) => {
  const receiver = await journey.receive()
  const given = { way, options: { ...options, closeTimeoutMs: 500 }, count: 200, end: 'naturally' }
  const ended = await journey.run('log-and-end', 'http://127.0.0.1:9', given, strict)
  expect(ended.exit).toBe(0)
  await expectAccount(ended, receiver, { logged: 200, lost: { 'unsent-at-close': 200 } })
})
