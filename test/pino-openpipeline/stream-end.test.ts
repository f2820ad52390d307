import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { receiverHere } from '../support/receiver-here.ts'
import { streamTo } from './rig.ts'

describe('the end of a stream', () => {
  it('delivers, and is the same for everyone who asks', async () => {
    const receiver = await receiverHere({ latencyMs: 30 })
    const stream = streamTo(receiver.target)
    const logger = pino({}, stream)
    for (let number = 0; number < 10; number++) logger.info({ number }, 'x')
    const [first, second] = await Promise.all([stream.close(), stream.close()])
    expect(first).toEqual(second)
    expect(first).toMatchObject({ delivered: 10, lost: 0, pending: 0 })
    expect(await stream.close()).toEqual(first)
    expect(stream.stats()).toMatchObject({ state: 'closed', delivered: 10 })
    expect(receiver.events).toHaveLength(10)
  })

  it('counts what is logged after it, and raises nothing', async () => {
    const receiver = await receiverHere()
    const stream = streamTo(receiver.target)
    stream.on('error', (error) => expect.fail(String(error)))
    const logger = pino({}, stream)
    logger.info('before')
    await stream.close()
    logger.info('after')
    expect(stream.stats()).toMatchObject({ accepted: 2, delivered: 1, lost: { closed: 1 } })
  })

  it('comes in time when the server never answers', async () => {
    const receiver = await receiverHere()
    receiver.answer(Array.from({ length: 20 }, () => ({ hang: true as const })))
    const stream = streamTo(receiver.target, { closeTimeoutMs: 200 })
    pino({}, stream).info('x')
    const start = performance.now()
    const result = await stream.close()
    expect(performance.now() - start).toBeLessThan(1200)
    expect(result).toMatchObject({ delivered: 0, lost: 1 })
    expect(stream.stats()).toMatchObject({ lost: { 'unsent-at-close': 1 } })
  })

  it('emits finish and close, also when something destroys it', async () => {
    const receiver = await receiverHere()
    const stream = streamTo(receiver.target)
    stream.on('error', (error) => expect.fail(String(error)))
    pino({}, stream).info('x')
    const closed = new Promise<void>((resolve) => stream.once('close', resolve))
    stream.destroy(new Error('by somebody'))
    await closed
    expect(receiver.events).toHaveLength(1)
  })
})
