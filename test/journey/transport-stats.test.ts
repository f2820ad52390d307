/** The counters of pino's worker on the main thread: asked for, and as metrics. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import pino from 'pino'
import { flushTransport, observeTransport, transportStats } from 'pino-openpipeline'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { withMetrics } from '../support/metrics.ts'
import type { ReceiverProcess } from '../support/receiver-process.ts'
import { startReceiverProcess } from '../support/receiver-process.ts'
import { temporaryFolder } from '../support/temporary.ts'

type Transport = ReturnType<typeof pino.transport>

const token = 'dt0c01.STATS0STATS0STATS0STATS0.0SECRET0SECRET0SECRET0SECRET0'
let receiver: ReceiverProcess

/** The worker may have to start first, on a busy machine. */
const patiently = { timeoutMs: 30_000 }

// In a process of its own: ending a transport blocks this one until its worker has.
beforeAll(async () => {
  receiver = await startReceiverProcess({ token, rejectWhere: { key: 'bad', value: true } })
})
afterAll(() => receiver.close())

function target(options: object = {}): { target: string; options: object } {
  return { target: 'pino-openpipeline', options: { url: receiver.url, token, diagnostics: 'silent', ...options } }
}

function isEnded(transport: Transport): boolean {
  return 'destroyed' in transport && transport.destroyed === true
}

function endAfterTest(transport: Transport): Transport {
  onTestFinished(async () => {
    if (isEnded(transport)) return
    const closed = new Promise((resolve) => transport.once('close', resolve))
    transport.end()
    await closed
  })
  return transport
}

describe('transportStats', () => {
  it("gives the worker's counters, without waiting for delivery", async () => {
    const transport = endAfterTest(pino.transport(target({ batch: { lingerMs: 60_000 } })))
    const logger = pino(transport)
    logger.info('one')
    logger.info({ bad: true }, 'two')
    await flushTransport(transport)
    logger.info('three')
    transport.flushSync()
    let stats = await transportStats(transport, patiently)
    while (stats.accepted < 3) stats = await transportStats(transport, patiently) // the worker reads when its turn comes
    expect(stats).toMatchObject({ accepted: 3, delivered: 1, pending: 1, state: 'open', lost: { rejected: 1 } })
  })

  it('adds up the targets of a transport', async () => {
    const targets = [target(), target({ attributes: { second: true } })]
    const transport = endAfterTest(pino.transport({ targets }))
    pino(transport).info('both')
    await flushTransport(transport)
    expect(await transportStats(transport, patiently)).toMatchObject({
      accepted: 2,
      delivered: 2,
      pending: 0,
      requests: 2,
    })
  })

  it('says so where there is no such target, and where the worker has ended', async () => {
    const other = endAfterTest(pino.transport({ target: 'pino/file', options: { destination: '/dev/null' } }))
    await expect(transportStats(other, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'NO_ANSWER',
      message: expect.stringMatching(/^transportStats: no answer within 50 ms; is a target/),
    })
    const ended = pino.transport(target())
    pino(ended)
    await transportStats(ended, patiently)
    const closed = new Promise((resolve) => ended.once('close', resolve))
    ended.end()
    await closed
    await expect(transportStats(ended)).rejects.toMatchObject({ code: 'NO_ANSWER' })
  })
})

describe('observeTransport', () => {
  it('gives them to the metrics SDK of the application, until it is taken back', async () => {
    const collecting = withMetrics()
    const transport = endAfterTest(pino.transport(target()))
    const stop = observeTransport(transport)
    pino(transport).info('one')
    await flushTransport(transport)
    const { 'otel.sdk.exporter.log.exported': exported } = await collecting.collect()
    const attributes = { 'otel.component.type': 'pino-openpipeline', 'otel.component.name': expect.any(String) }
    expect(exported).toMatchObject({ unit: '{log_record}', isMonotonic: true, points: [{ value: 1, attributes }] })
    stop()
    pino(transport).info('two')
    await flushTransport(transport)
    // The SDK goes on telling the last sum it has heard of.
    const { 'otel.sdk.exporter.log.exported': later } = await collecting.collect()
    expect(later?.points.map(({ value }) => value)).toEqual([1])
  })

  it('keeps collection from hanging on a worker that has ended', async () => {
    const collecting = withMetrics()
    const transport = pino.transport(target())
    observeTransport(transport)
    pino(transport).info('one')
    await flushTransport(transport)
    const closed = new Promise((resolve) => transport.once('close', resolve))
    transport.end()
    await closed
    const collected = await Promise.race([collecting.collect(), wait(20_000, 'hangs', { ref: false })])
    expect(collected).not.toBe('hangs')
  })

  it('is the only way: a worker that has a provider of its own does not observe, or all would be counted twice', async () => {
    const asked = join(temporaryFolder(), 'asked')
    const register = `globalThis[Symbol.for('opentelemetry.js.api.1')] = {
      metrics: { getMeter: () => require('node:fs').writeFileSync(${JSON.stringify(asked)}, '') },
    }`
    const preload = join(temporaryFolder(), 'register.cjs')
    writeFileSync(preload, register)
    // As `node --import` does to each worker.
    const transport = endAfterTest(pino.transport({ ...target(), worker: { execArgv: ['--require', preload] } }))
    pino(transport).info('one')
    expect(await flushTransport(transport)).toMatchObject({ delivered: 1 })
    expect(existsSync(asked)).toBe(false)
  })

  it('costs nothing where no provider is registered', () => {
    const transport = endAfterTest(pino.transport(target()))
    const listeners = transport.listenerCount('message')
    observeTransport(transport)()
    expect(transport.listenerCount('message')).toBe(listeners)
  })
})
