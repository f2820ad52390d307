import { describe, expect, it, onTestFinished } from 'vitest'
import { post } from '../receiver/post.ts'
import { type ReceiverProcess, type ReceiverProcessOptions, startReceiverProcess } from './receiver-process.ts'

async function processFor(options?: ReceiverProcessOptions): Promise<ReceiverProcess> {
  const receiver = await startReceiverProcess(options)
  onTestFinished(() => receiver.close())
  return receiver
}

describe('a receiver process', () => {
  it('receives in a process of its own and answers questions', async () => {
    const receiver = await processFor()
    expect(receiver.pid).not.toBe(process.pid)
    const waiting = receiver.received(3)
    await post(receiver.url, [{ 'event.id': 'a' }, { 'event.id': 'b' }, { 'event.id': 'a', timestamp: 0 }])
    await post(receiver.url, { 'event.id': 'b' })
    expect(await waiting).toMatchObject({ events: 3, distinct: 2, duplicates: 1, dropped: 1, requests: 2 })
    expect(await receiver.ids()).toEqual(['a', 'b', 'b'])
    expect(await receiver.ids('none')).toEqual([undefined, undefined, undefined])
    expect(await receiver.events({ limit: 1 })).toMatchObject([{ 'event.id': 'a' }])
    expect(await receiver.dropped()).toMatchObject([{ event: { timestamp: 0 } }])
    expect(await receiver.requests()).toMatchObject([{ status: 202 }, { status: 202 }])
    expect(await receiver.received(2, { distinct: true })).toEqual(await receiver.stats())
    await expect(receiver.received(3, { distinct: true, timeoutMs: 10 })).rejects.toThrow(
      'stored are 3 (2 distinct ids)',
    )
  })

  it('takes scripts, latency and a value to reject', async () => {
    const receiver = await processFor({ rejectWhere: { key: 'content', value: 'bad' }, script: [{ status: 503 }] })
    expect(await post(receiver.url, {})).toMatchObject({ status: 503 })
    expect(await post(receiver.url, [{ content: 'good' }, { content: 'bad' }])).toMatchObject({
      status: 400,
      body: expect.stringContaining('content is \\"bad\\"'),
    })
    await receiver.answer([{ status: 429, times: Infinity }])
    expect(await post(receiver.url, {})).toMatchObject({ status: 429 })
    await receiver.answer([])
    await receiver.setLatency(50)
    expect(await post(receiver.url, {})).toMatchObject({ status: 202 })
    expect(await receiver.answered(4)).toMatchObject({ statuses: { 503: 1, 400: 1, 429: 1, 202: 1 } })
    expect((await receiver.requests())[3]?.durationMs).toBeGreaterThanOrEqual(49)
  })

  it('hands on what the receiver says about wrong options and scripts', async () => {
    await expect(startReceiverProcess({ port: -1 })).rejects.toThrow('port must be an integer from 0 to 65535')
    const receiver = await processFor()
    await expect(receiver.answer([{ status: 1 }])).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
  })

  it('is gone after close, and says so', async () => {
    const receiver = await processFor()
    const waiting = receiver.received(1)
    waiting.catch(() => undefined)
    await receiver.close()
    await receiver.close()
    await expect(waiting).rejects.toThrow('the receiver process has ended (exit code 0)')
    await expect(receiver.stats()).rejects.toThrow('the receiver process has ended')
    expect(() => process.kill(receiver.pid, 0)).toThrow('ESRCH')
  })
})
