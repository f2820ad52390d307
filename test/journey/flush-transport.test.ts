/** `flushTransport` and workers that are not ready, too busy, or without a target. */
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { flushTransport } from 'pino-openpipeline'
import { expect } from 'vitest'

import { it, type Journey } from './journey.ts'

type Transport = ReturnType<typeof pino.transport>

function opened(
  options: Parameters<typeof pino.transport>[0],
  onTestFinished: (end: () => Promise<void>) => void,
): Transport {
  const transport: Transport = pino.transport(options)
  onTestFinished(async () => {
    const closed = once(transport, 'close')
    transport.end()
    await closed
  })
  return transport
}

async function place(journey: Journey) {
  const receiver = await journey.receive()
  const options = { url: receiver.url, token: journey.token, diagnostics: 'silent' }
  return { receiver, target: { target: 'pino-openpipeline', options } }
}

it.concurrent('asks until the worker has loaded its target', async ({ journey, onTestFinished }) => {
  const { receiver, target } = await place(journey)
  const transport = opened(target, onTestFinished)
  const flushing = flushTransport(transport, { timeoutMs: 20_000 }) // nothing logged, so nothing waits for the worker
  expect(await flushing).toMatchObject({ delivered: 0, pending: 0 })
  pino(transport).info('one')
  expect(await flushTransport(transport)).toMatchObject({ delivered: 1, pending: 0 })
  expect(await receiver.stats()).toMatchObject({ distinct: 1 })
})

it.concurrent('takes a logger that hands out no transport, and its children', async ({ journey }) => {
  const { receiver, target } = await place(journey)
  const logger = pino({ transport: { targets: [target] } })
  logger.child({ child: true }).info('one')
  expect(await flushTransport(logger)).toMatchObject({ delivered: 1, pending: 0 })
  expect(await flushTransport(logger.child({}))).toMatchObject({ pending: 0 })
  expect(await receiver.stats()).toMatchObject({ distinct: 1 })
})

it.concurrent('waits for a worker that is busy for longer than its time', async ({ journey, onTestFinished }) => {
  const { target } = await place(journey)
  const busy = { target: fileURLToPath(new URL('./programs/busy.mjs', import.meta.url)), options: { forMs: 1500 } }
  const transport = opened({ pipeline: [busy, target] }, onTestFinished)
  await once(transport, 'ready')
  pino(transport).info('one')
  const startedAt = performance.now()
  const { delivered, pending } = await flushTransport(transport, { timeoutMs: 100 })
  expect(performance.now() - startedAt).toBeGreaterThan(1000)
  expect(delivered + pending).toBeLessThanOrEqual(1)
})

it.concurrent('tells at once that the target has refused its options', async ({ journey, onTestFinished }) => {
  const { target } = await place(journey)
  const transport = opened({ ...target, options: { ...target.options, closeTimeoutMs: 'soon' } }, onTestFinished)
  transport.on('error', () => undefined)
  const flushing = flushTransport(transport, { timeoutMs: 40_000 })
  await expect(flushing).rejects.toMatchObject({
    code: 'NO_ANSWER',
    message: expect.stringMatching(/the target was refused: .*closeTimeoutMs must be an integer/),
  })
})

it.concurrent('tells at once that the worker has ended', async ({ journey }) => {
  const { target } = await place(journey)
  const transport = pino.transport(target)
  await once(transport, 'ready')
  const closed = once(transport, 'close')
  transport.end()
  const flushing = flushTransport(transport, { timeoutMs: 40_000 })
  await expect(flushing).rejects.toMatchObject({ code: 'NO_ANSWER' })
  await closed
  await expect(flushTransport(transport)).rejects.toMatchObject({ message: 'flushTransport: the transport has ended' })
})
