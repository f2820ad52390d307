import { Client } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { receiverFor } from './fixture.ts'
import { post } from './post.ts'

const threeEvents = [{ 'event.id': 'a' }, { 'event.id': 'b' }, { 'event.id': 'a' }]

describe('received', () => {
  it('resolves with the events once so many are stored', async () => {
    const receiver = await receiverFor()
    const waiting = receiver.received(3)
    await post(receiver.url, { content: 'first' })
    await post(receiver.url, [{ content: 'second' }, { content: 'third' }])
    expect(await waiting).toMatchObject([{ content: 'first' }, { content: 'second' }, { content: 'third' }])
  })

  it('resolves at once where they are already there', async () => {
    const receiver = await receiverFor()
    expect(await receiver.received(0)).toEqual([])
  })

  it('resolves once a condition on events and counts holds', async () => {
    const receiver = await receiverFor()
    const byEvent = receiver.received((events) => events.some(({ content }) => content === 'done'))
    const byCount = receiver.received((_, { duplicates }) => duplicates === 1)
    await post(receiver.url, threeEvents)
    expect(await byCount).toHaveLength(3)
    await post(receiver.url, { content: 'done' })
    expect(await byEvent).toHaveLength(4)
  })

  it('rejects at the deadline and tells what was there instead', async () => {
    const receiver = await receiverFor({ token: 'right', script: [{ status: 503, times: 2 }] })
    await post(receiver.url, {})
    await post(receiver.url, {})
    await post(receiver.url, {})
    const old = { timestamp: '2020-01-01T00:00:00Z' }
    await post(receiver.url, [{ 'event.id': 'x' }, old], { headers: { authorization: 'Bearer right' } })
    await expect(receiver.received(5, { timeoutMs: 20 })).rejects.toMatchObject({
      name: 'ReceiverError',
      code: 'TIMEOUT',
      message:
        'waited 20 ms for 5 events, stored are 1 (1 distinct ids); requests: 1 × 202, 1 × 401, 2 × 503; ' +
        'dropped for their timestamp: 1; last refusal: 401 Token Authentication failed: ' +
        'the Authorization header is missing, expected: Bearer <token>',
    })
  })

  it('rejects with what the condition threw', async () => {
    const receiver = await receiverFor()
    const waiting = receiver.received(() => {
      throw new Error('my condition')
    })
    await expect(waiting).rejects.toThrow('my condition')
  })

  it('rejects when the receiver is closed meanwhile, and afterwards unless it is fulfilled', async () => {
    const receiver = await receiverFor()
    await post(receiver.url, {})
    const waiting = receiver.received(2)
    const closing = receiver.close()
    await expect(waiting).rejects.toMatchObject({ code: 'CLOSED' })
    await closing
    await expect(receiver.received(2)).rejects.toThrow('the receiver was closed while waiting for 2 events')
    expect(await receiver.received(1)).toHaveLength(1)
  })

  it('refuses what is neither a number nor a function', async () => {
    const receiver = await receiverFor()
    await expect(receiver.received(-1)).rejects.toThrow('a number of events from 0, or a function, got -1 (number)')
  })
})

describe('requests', () => {
  it('tell when, what, how large, and on which connection', async () => {
    const receiver = await receiverFor()
    const client = new Client(receiver.url)
    onTestFinished(() => client.destroy())
    const beforeMs = Date.now()
    await post(receiver.url, [{}, {}], { dispatcher: client })
    await post(receiver.url, {}, { dispatcher: client })
    const [first, second] = receiver.requests
    expect(first).toEqual({
      at: expect.any(Number),
      method: 'POST',
      path: '/platform/ingest/v1/events',
      query: {},
      status: 202,
      outcome: 'answered',
      message: null,
      bytes: 7,
      wireBytes: 7,
      events: 2,
      headers: expect.objectContaining({ 'content-type': 'application/json', 'content-length': '7' }),
      durationMs: expect.any(Number),
      connectionId: 1,
    })
    expect(first?.at).toBeGreaterThanOrEqual(beforeMs)
    expect(second).toMatchObject({ connectionId: 1, bytes: 2 })
    await post(receiver.url, {}, { dispatcher: newClient(receiver.url) })
    expect(receiver.requests[2]).toMatchObject({ connectionId: 2 })
    expect(receiver.stats().connections).toBe(2)
  })

  it('are there for who has the answer', async () => {
    const receiver = await receiverFor()
    for (let count = 1; count <= 50; count += 1) {
      await post(receiver.url, {})
      expect(receiver.requests).toHaveLength(count)
    }
  })
})

describe('stats', () => {
  it('count requests, events, distinct ids, duplicates, bytes, connections and statuses', async () => {
    const receiver = await receiverFor()
    await post(receiver.url, threeEvents)
    await post(receiver.url, { content: 'no id' })
    await post(receiver.url, 'x')
    expect(receiver.stats()).toEqual({
      requests: 3,
      events: 4,
      distinct: 2,
      duplicates: 1,
      dropped: 0,
      corrected: 0,
      bytes: JSON.stringify(threeEvents).length + 19 + 1,
      wireBytes: JSON.stringify(threeEvents).length + 19 + 1,
      connections: expect.any(Number),
      statuses: { 202: 2, 400: 1 },
    })
  })

  it('go on counting what is no longer kept', async () => {
    const receiver = await receiverFor({ maxEvents: 10, maxRequests: 3, maxIds: 20 })
    for (let count = 0; count < 30; count += 1) await post(receiver.url, { 'event.id': count })
    expect(receiver.events.map((event) => event['event.id'])).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29])
    expect(receiver.requests).toHaveLength(3)
    expect(receiver.stats()).toMatchObject({ events: 30, requests: 30, distinct: 30 })
    await post(receiver.url, [{ 'event.id': 10 }, { 'event.id': 0 }])
    expect(receiver.stats()).toMatchObject({ duplicates: 1 })
  })
})

describe('lists', () => {
  it('are snapshots that later arrivals do not change', async () => {
    const receiver = await receiverFor()
    const before = receiver.events
    await post(receiver.url, {})
    expect(before).toEqual([])
    expect(receiver.events).toBe(receiver.events)
  })
})

describe('on', () => {
  it('tells events, dropped and corrected ones and requests as they come, until it is ended', async () => {
    const receiver = await receiverFor()
    const told: unknown[] = []
    const ends = [
      receiver.on('event', ({ content }, { path }) => told.push(['event', content, path])),
      receiver.on('dropped', ({ event }) => told.push(['dropped', event.content])),
      receiver.on('corrected', ({ event }) => told.push(['corrected', event.content])),
      receiver.on('request', ({ status, events }) => told.push(['request', status, events])),
    ]
    await post(receiver.url, [{ content: 'new' }, { content: 'old', timestamp: 0 }, { content: 'odd', timestamp: 'x' }])
    const expected = [
      ['event', 'new', '/platform/ingest/v1/events'],
      ['event', 'odd', '/platform/ingest/v1/events'],
      ['dropped', 'old'],
      ['corrected', 'odd'],
      ['request', 202, 3],
    ]
    expect(told).toEqual(expected)
    for (const end of ends) end()
    await post(receiver.url, {})
    expect(told).toEqual(expected)
  })
})

function newClient(url: string): Client {
  const client = new Client(url)
  onTestFinished(() => client.destroy())
  return client
}
