import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { OpenPipelineWarning } from 'winston-openpipeline'
import { receiverHere } from '../support/receiver-here.ts'
import { MappingTransport } from './infos.ts'
import { expectAccount, loggerTo, transportTo } from './rig.ts'

describe('the end', () => {
  it('of the logger comes when all is delivered', async () => {
    const receiver = await receiverHere({ latencyMs: 50 })
    const transport = transportTo(receiver.target)
    const logger = loggerTo(transport)
    for (let number = 0; number < 200; number++) logger.info('x', { number })
    logger.end()
    await once(logger, 'finish')
    expect(receiver.events.map((event) => event['number'])).toEqual(Array.from({ length: 200 }, (_, index) => index))
    expect(transport.stats()).toMatchObject({ state: 'closed', delivered: 200, pending: 0 })
  })

  it('comes by remove(), which delivers what is there', async () => {
    const receiver = await receiverHere()
    const transport = transportTo(receiver.target)
    const logger = loggerTo(transport, new MappingTransport())
    logger.info('before')
    logger.remove(transport)
    logger.info('after')
    expect(await transport.close()).toMatchObject({ delivered: 1 })
    expect(receiver.events.map((event) => event['content'])).toEqual(['before'])
  })

  it('is the same for everyone who asks', async () => {
    const receiver = await receiverHere()
    const transport = transportTo(receiver.target)
    loggerTo(transport).info('x')
    const [first, second] = await Promise.all([transport.close(), transport.close()])
    expect(second).toEqual(first)
    expect(await transport.close()).toEqual(first)
  })

  it('comes in time when the server never answers', async () => {
    const receiver = await receiverHere()
    receiver.answer([{ hang: true, times: Number.POSITIVE_INFINITY }])
    const transport = transportTo(receiver.target, { closeTimeoutMs: 200 })
    const logger = loggerTo(transport)
    logger.info('x')
    const start = performance.now()
    logger.end()
    await once(logger, 'finish')
    expect(performance.now() - start).toBeLessThan(1200)
    expect(transport.stats()).toMatchObject({ lost: { 'unsent-at-close': 1 } })
    expectAccount(transport)
  })

  it('of one of two loggers ends the transport for both, and counts what comes later', async () => {
    const receiver = await receiverHere()
    const transport = transportTo(receiver.target)
    const first = loggerTo(transport)
    const second = loggerTo(transport)
    first.info('first')
    second.info('second')
    expect(await transport.flush()).toMatchObject({ delivered: 2 })
    first.close()
    await transport.close()
    transport.log({ level: 'info', message: 'late' })
    expect(transport.stats()).toMatchObject({ accepted: 3, delivered: 2, lost: { closed: 1 } })
  })
})

describe('trouble', () => {
  it('is told as warn, never as error, and the logger passes it on', async () => {
    const receiver = await receiverHere()
    receiver.answer([{ status: 401, times: Number.POSITIVE_INFINITY }])
    const transport = transportTo(receiver.target)
    const other = new MappingTransport()
    const logger = loggerTo(transport, other)
    logger.on('error', (error) => expect.fail(String(error)))
    const warned = once(logger, 'warn')
    logger.info('x')
    const [warning] = (await warned) as [OpenPipelineWarning]
    expect(warning.message).toMatch(/^winston-openpipeline: .*401/)
    expect(warning.message).not.toContain(receiver.target.token)
    expect(warning.event).toMatchObject({ kind: 'state', state: 'held' })
    logger.info('still here')
    expect(other.infos).toHaveLength(2)
    expect(transport.stats()).toMatchObject({ accepted: 2, pending: 2 })
    receiver.answer([])
    expect(await transport.flush()).toMatchObject({ delivered: 2 })
  })

  it('does not come with a healthy server', async () => {
    const receiver = await receiverHere()
    const transport = transportTo(receiver.target)
    transport.on('warn', (warning) => expect.fail(String(warning)))
    loggerTo(transport).info('x')
    expect(await transport.close()).toMatchObject({ delivered: 1 })
  })
})
