/** `installShutdown`: at a signal everything is delivered, and then the signal has its effect. */
import { expect } from 'vitest'

import { expectAccount, it, ways } from './journey.ts'

const program = new URL('./programs/shut-down.mjs', import.meta.url)
const latencyMs = 150
const signals = (['SIGTERM', 'SIGINT'] as const).flatMap((signal) => ways.map((way) => ({ signal, way })))

it.concurrent.for(signals)(
  '$signal: 200 of 200 arrive, and the process ends by the signal: $way',
  async ({ signal, way }, { journey }) => {
    const receiver = await journey.receive({ latencyMs })
    const service = journey.start(program, receiver.url, { way, count: 200 })
    await service.told('logged')
    service.signal(signal)
    const ended = await service.ended
    expect(ended.exit).toBe(signal)
    expect(ended.stderr).toBe('')
    await expectAccount(ended, receiver, { logged: 200 })
  },
)

it.concurrent.for(ways)('a signal in the tick of the last record loses none: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ latencyMs })
  const service = journey.start(program, receiver.url, { way, count: 200, logsAtOnce: true })
  const ended = await service.ended
  expect(ended.exit).toBe('SIGTERM')
  await expectAccount(ended, receiver, { logged: 200 })
})

it.concurrent.for(ways)('another signal than the usual ones, where it is asked for: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ latencyMs })
  const given = { way, count: 50, shutdown: { signals: ['SIGHUP'] } }
  const service = journey.start(program, receiver.url, given)
  await service.told('logged')
  service.signal('SIGHUP')
  const ended = await service.ended
  expect(ended.exit).toBe('SIGHUP')
  await expectAccount(ended, receiver, { logged: 50 })
})

it.concurrent.for(ways)(
  'an endpoint that hangs holds the process up no longer than timeoutMs: %s',
  async (way, { journey }) => {
    const receiver = await journey.receive({ script: [{ hang: true, times: Infinity }] })
    // closeTimeoutMs is longer, so that it is timeoutMs that ends it
    const given = { way, count: 50, options: { closeTimeoutMs: 8000 }, shutdown: { timeoutMs: 700 } }
    const service = journey.start(program, receiver.url, given)
    await service.told('logged')
    await receiver.answered(1) // a worker that is still booting would be waited for on top
    const signalledAt = performance.now()
    service.signal('SIGTERM')
    expect((await service.ended).exit).toBe('SIGTERM')
    expect(performance.now() - signalledAt).toBeGreaterThan(600)
    expect(performance.now() - signalledAt).toBeLessThan(3000)
  },
)

it.concurrent.for(ways)('a second signal has its effect at once: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ script: [{ hang: true, times: Infinity }] })
  const given = { way, count: 50, options: { closeTimeoutMs: 8000 }, shutdown: { timeoutMs: 8000 } }
  const service = journey.start(program, receiver.url, given)
  await service.told('logged')
  service.signal('SIGTERM')
  await receiver.answered(1)
  const signalledAt = performance.now()
  service.signal('SIGINT')
  expect(['SIGINT', 'SIGTERM']).toContain((await service.ended).exit)
  expect(performance.now() - signalledAt).toBeLessThan(1500)
})

it.concurrent.for(ways)('a handler of the application hears the signal, and decides: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ latencyMs })
  const service = journey.start(program, receiver.url, { way, count: 50, others: ['on'] })
  await service.told('logged')
  service.signal('SIGTERM')
  // once with everybody, and once more when all is delivered
  await expect.poll(() => service.told('heard'), { timeout: 10_000 }).toBe(2)
  expect((await receiver.stats()).distinct).toBe(50)
  service.signal('SIGKILL')
  expect((await service.ended).exit).toBe('SIGKILL')
})

it.concurrent.for(ways)(
  'a handler of the application that listens once is not cut short: %s',
  async (way, { journey }) => {
    const receiver = await journey.receive()
    const service = journey.start(program, receiver.url, { way, count: 50, others: ['once', 'exit'] })
    await service.told('logged')
    service.signal('SIGTERM')
    const ended = await service.ended
    expect(ended.exit).toBe(7)
    expect(ended.said).toMatchObject({ heard: 1, endsItself: true, exitEvent: 7 })
    await expectAccount(ended, receiver, { logged: 50 })
  },
)

it.concurrent.for(ways)('taken back, it leaves no handler: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ latencyMs })
  const service = journey.start(program, receiver.url, { way, count: 50, removes: true })
  expect(await service.told('listeners')).toBe(0)
  service.signal('SIGTERM')
  expect((await service.ended).exit).toBe('SIGTERM')
  expect(await receiver.stats()).toMatchObject({ distinct: 0 })
})

it.concurrent('two loggers wait for each other', async ({ journey }) => {
  for (const [first, second] of [
    ['winston', 'pino worker'],
    ['pino in-process', 'winston'],
  ] as const) {
    // prettier-ignore
    const quick = await journey.receive()
    // stores nothing at first, so that it is not enough to have been asked
    const slow = await journey.receive({ script: [{ status: 503, delayMs: 700 }] })
    const other = { way: second, options: { url: slow.url, token: journey.token } }
    const service = journey.start(program, quick.url, { way: first, count: 50, second: other })
    await service.told('logged')
    service.signal('SIGTERM')
    expect((await service.ended).exit).toBe('SIGTERM')
    expect(await quick.stats()).toMatchObject({ distinct: 50 })
    expect(await slow.stats()).toMatchObject({ distinct: 1, requests: 2 })
  }
})

it.concurrent('a multistream is closed as well, and its other streams do not hold it up', async ({ journey }) => {
  const receiver = await journey.receive({ latencyMs })
  const service = journey.start(program, receiver.url, { way: 'pino in-process', count: 200, multistream: true })
  await service.told('logged')
  const signalledAt = performance.now()
  service.signal('SIGTERM')
  const ended = await service.ended
  expect(ended.exit).toBe('SIGTERM')
  expect(performance.now() - signalledAt).toBeLessThan(2500)
  expect(await receiver.stats()).toMatchObject({ distinct: 200, duplicates: 0 })
  expect(ended.stdout.trim().split('\n')).toHaveLength(200)
})
