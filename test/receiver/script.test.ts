import { describe, expect, it } from 'vitest'
import { receiverFor } from './fixture.ts'
import { envelope, post } from './post.ts'

const event = { 'event.id': '1' }

describe('a scripted status', () => {
  it('is given once per request, then the receiver answers as usual', async () => {
    const receiver = await receiverFor()
    receiver.answer([
      { status: 429, headers: { 'retry-after': '2' } },
      { status: 503, body: 'busy' },
    ])
    expect(await post(receiver.url, event)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '2', 'content-type': 'application/json' },
      body: envelope(429, 'scripted 429'),
    })
    const busy = await post(receiver.url, event)
    expect(busy).toMatchObject({ status: 503, body: 'busy' })
    expect(busy.headers['content-type']).toBeUndefined()
    expect(receiver.events).toEqual([])
    expect(await post(receiver.url, event)).toMatchObject({ status: 202 })
    expect(receiver.events).toMatchObject([event])
    expect(receiver.requests.map(({ status, events }) => [status, events])).toEqual([
      [429, 1],
      [503, 1],
      [202, 1],
    ])
  })

  it('may come from the options, hold for several requests, and be replaced', async () => {
    const receiver = await receiverFor({
      script: [
        { status: 500, times: 2 },
        { status: 502, times: Infinity },
      ],
    })
    const statuses: number[] = []
    for (let count = 0; count < 5; count += 1) statuses.push((await post(receiver.url, event)).status)
    expect(statuses).toEqual([500, 500, 502, 502, 502])
    receiver.answer([])
    expect(await post(receiver.url, event)).toMatchObject({ status: 202 })
  })

  it('of 2xx stores the events, and so does an answer without a status', async () => {
    const receiver = await receiverFor()
    receiver.answer([{ status: 200, body: { ok: true } }, { status: 204 }, { headers: { 'x-mark': 'seen' } }])
    expect(await post(receiver.url, event)).toMatchObject({ status: 200, body: '{"ok":true}' })
    expect(await post(receiver.url, event)).toMatchObject({ status: 204, body: '' })
    expect(await post(receiver.url, event)).toMatchObject({ status: 202, headers: { 'x-mark': 'seen' } })
    expect(receiver.stats()).toMatchObject({ events: 3, distinct: 1, duplicates: 2 })
  })

  it('of 2xx does not turn a bad request into a good one', async () => {
    const receiver = await receiverFor({ script: [{ status: 200 }] })
    expect(await post(receiver.url, 'no json')).toMatchObject({ status: 400 })
  })

  it('of a failure is given whatever was sent', async () => {
    const receiver = await receiverFor({ token: 'expected', script: [{ status: 403 }] })
    const answer = await post(receiver.url, 'no json', { headers: { 'content-type': 'text/plain' } })
    expect(answer).toMatchObject({ status: 403, body: envelope(403, 'scripted 403') })
  })

  it('can store against its status: answered as a failure but stored, or as a success but not', async () => {
    const receiver = await receiverFor({
      script: [
        { status: 503, store: true },
        { status: 202, store: false },
      ],
    })
    expect(await post(receiver.url, event)).toMatchObject({ status: 503 })
    expect(receiver.stats().events).toBe(1)
    expect(await post(receiver.url, event)).toMatchObject({ status: 202 })
    expect(receiver.stats().events).toBe(1)
  })
})

describe('a delay', () => {
  it('holds the answer back, but not the events', async () => {
    const receiver = await receiverFor({ script: [{ status: 202, delayMs: 150 }] })
    const startedMs = performance.now()
    const answering = post(receiver.url, event)
    await receiver.received(1)
    expect(receiver.requests).toEqual([])
    expect(await answering).toMatchObject({ status: 202 })
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(149)
    expect(receiver.requests[0]?.durationMs).toBeGreaterThanOrEqual(149)
  })

  it('can hold for every answer, and be changed', async () => {
    const receiver = await receiverFor({ latencyMs: 60 })
    await post(receiver.url, event)
    receiver.setLatency(0)
    await post(receiver.url, event)
    expect(receiver.requests[0]?.durationMs).toBeGreaterThanOrEqual(59)
    expect(receiver.requests[1]?.durationMs).toBeLessThan(59)
  })

  it('ends when the client leaves, which is told as aborted', async () => {
    const receiver = await receiverFor({ script: [{ delayMs: 60_000 }] })
    const leaving = new AbortController()
    const answering = fetch(`${receiver.url}/platform/ingest/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
      signal: leaving.signal,
    })
    await receiver.received(1)
    leaving.abort()
    await expect(answering).rejects.toThrow('aborted')
    await receiver.received((_, { requests }) => requests === 1)
    expect(receiver.requests).toMatchObject([{ outcome: 'aborted', status: null, events: 1 }])
  })
})

describe('a reset', () => {
  it.each([
    ['before-body', 0],
    ['mid-body', 16],
    ['after-body', 16],
  ] as const)('%s breaks the connection without an answer', async (reset, wireBytes) => {
    const receiver = await receiverFor({ script: [{ reset }] })
    await expect(post(receiver.url, event)).rejects.toMatchObject({
      code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/),
    })
    expect(receiver.requests).toMatchObject([{ outcome: 'reset', status: null, wireBytes }])
    expect(receiver.events).toEqual([])
    expect(receiver.stats().statuses).toEqual({ reset: 1 })
    expect(await post(receiver.url, event)).toMatchObject({ status: 202 })
  })

  it('within a large body comes before its end', async () => {
    const receiver = await receiverFor({ script: [{ reset: 'mid-body' }] })
    const body = JSON.stringify({ content: 'x'.repeat(5_000_000) })
    await expect(post(receiver.url, body)).rejects.toThrow()
    expect(receiver.requests[0]?.wireBytes).toBeGreaterThanOrEqual(body.length / 2)
    expect(receiver.requests[0]?.wireBytes).toBeLessThan(body.length)
  })

  it('can come after the events were stored', async () => {
    const receiver = await receiverFor({ script: [{ reset: 'after-body', store: true }] })
    await expect(post(receiver.url, event)).rejects.toThrow()
    expect(receiver.events).toMatchObject([event])
  })
})

describe('a hang', () => {
  it('reads the request and never answers, until the receiver is closed', async () => {
    const receiver = await receiverFor({ script: [{ hang: true }] })
    const answering = post(receiver.url, event)
    answering.catch(() => undefined)
    await receiver.received((_, { requests }) => requests === 1)
    expect(receiver.requests).toMatchObject([{ outcome: 'hung', status: null, events: 1 }])
    expect(receiver.events).toEqual([])
    expect(await post(receiver.url, event)).toMatchObject({ status: 202 })
    await receiver.close()
    await expect(answering).rejects.toThrow()
  })
})

describe('a script that cannot be followed', () => {
  it.each([
    [[{ status: 42 }], 'script[0].status must be an integer from 200 to 599, got 42 (number)'],
    [[{}, { delayMs: '5' }], 'script[1].delayMs must be a number of milliseconds from 0, got "5" (string)'],
    [[{ times: 0 }], 'script[0].times must be an integer from 1, or Infinity, got 0 (number)'],
    [[{ reset: 'later' }], 'script[0].reset must be one of before-body, mid-body, after-body, got "later" (string)'],
    [[{ headers: { 'bad name': 'x' } }], 'script[0].headers["bad name"] must be a valid header, got "x" (string)'],
    [[{ state: 500 }], 'script[0] has the unknown key "state"; known are status, headers'],
    [[null], 'script[0] must be an object, got null (null)'],
    [{ status: 500 }, 'script must be a list of answers, got {"status":500} (object)'],
  ])('is refused: %j', async (script, message) => {
    const receiver = await receiverFor()
    expect(() => receiver.answer(script as never)).toThrow(message)
    await expect(receiverFor({ script: script as never })).rejects.toThrow(message)
  })
})
