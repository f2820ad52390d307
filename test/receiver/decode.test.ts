import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { receiverFor } from './fixture.ts'
import { post } from './post.ts'

describe('the body', () => {
  it('may be one event or a list, and keeps nested values', async () => {
    const receiver = await receiverFor()
    await post(receiver.url, { content: 'one', nested: { deep: [1, null] } })
    await post(receiver.url, [{ content: 'two' }, { content: 'three' }])
    await post(receiver.url, [])
    expect(receiver.events).toMatchObject([
      { content: 'one', nested: { deep: [1, null] } },
      { content: 'two' },
      { content: 'three' },
    ])
    expect(receiver.requests.map(({ events, status }) => [events, status])).toEqual([
      [1, 202],
      [2, 202],
      [0, 202],
    ])
  })

  it('keeps a key named __proto__ as an attribute', async () => {
    const receiver = await receiverFor()
    await post(receiver.url, '{"__proto__":{"polluted":true}}', { path: '/platform/ingest/v1/events?a=1' })
    const [event = {}] = receiver.events
    expect(Object.keys(event)).toEqual(['__proto__', 'a', 'timestamp'])
    expect('polluted' in event).toBe(false)
  })

  it.each([
    ['nothing', '', 'Invalid JSON'],
    ['cut JSON', '[{"content":"x"}', 'Invalid JSON'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'Invalid JSON'],
    ['a string', '"text"', 'the body is neither'],
    ['null', 'null', 'the body is neither'],
    ['a list with a number', '[{}, 5]', 'item 1 is neither'],
    ['a list within a list', '[[{}]]', 'item 0 is neither'],
  ])('is refused with 400 if it is %s', async (_, body, message) => {
    const receiver = await receiverFor()
    const answer = await post(receiver.url, body)
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 400, message: expect.stringContaining(message) } })
    expect(receiver.events).toEqual([])
    expect(receiver.requests[0]).toMatchObject({ status: 400, message: expect.stringContaining(message) })
  })
})

describe('the content type', () => {
  it('may have parameters', async () => {
    const receiver = await receiverFor()
    const headers = { 'content-type': 'Application/JSON; charset=utf-8' }
    expect(await post(receiver.url, {}, { headers })).toMatchObject({ status: 202 })
  })

  it.each(['text/plain', 'application/x-ndjson', 'application/jsonp'])(
    'is refused with 415 if it is %s',
    async (type) => {
      const receiver = await receiverFor()
      const answer = await post(receiver.url, {}, { headers: { 'content-type': type } })
      expect(answer.status).toBe(415)
      expect(answer.body).toContain(`Content-Type must be application/json, got ${type}`)
    },
  )
})

describe('compression', () => {
  const body = gzipSync(JSON.stringify([{ content: 'x'.repeat(1000) }]))
  const headers = { 'content-encoding': 'gzip' }

  it('is refused with 415 unless it is switched on', async () => {
    const receiver = await receiverFor()
    expect(await post(receiver.url, body, { headers })).toMatchObject({ status: 415 })
    expect(receiver.events).toEqual([])
  })

  it('is undone where it is switched on, and both sizes are told', async () => {
    const receiver = await receiverFor({ gzip: true })
    expect(await post(receiver.url, body, { headers })).toMatchObject({ status: 202 })
    expect(receiver.events).toMatchObject([{ content: 'x'.repeat(1000) }])
    expect(receiver.requests[0]).toMatchObject({ wireBytes: body.length, bytes: 1016 })
    expect(receiver.stats()).toMatchObject({ wireBytes: body.length, bytes: 1016 })
  })

  it('does not hide a body that is too large', async () => {
    const receiver = await receiverFor({ gzip: true, maxBodyBytes: 1000 })
    expect(await post(receiver.url, body, { headers })).toMatchObject({ status: 413 })
  })

  it('is refused with 400 where the bytes are no gzip, and with 415 where it is of another kind', async () => {
    const receiver = await receiverFor({ gzip: true })
    expect(await post(receiver.url, '{}', { headers })).toMatchObject({ status: 400 })
    expect(await post(receiver.url, '{}', { headers: { 'content-encoding': 'br' } })).toMatchObject({ status: 415 })
    expect(await post(receiver.url, '{}', { headers: { 'content-encoding': 'identity' } })).toMatchObject({
      status: 202,
    })
  })
})

describe('rejectEvent', () => {
  it('refuses the whole request of an invalid event with its reason', async () => {
    const receiver = await receiverFor({ rejectEvent: ({ bad }) => (bad === true ? 'bad is true' : undefined) })
    const answer = await post(receiver.url, [{ content: 'good' }, { bad: true }])
    expect(answer.status).toBe(400)
    expect(answer.body).toContain('Event 1 is invalid: bad is true')
    expect(receiver.events).toEqual([])
    expect(receiver.requests[0]).toMatchObject({ events: 2, status: 400 })
    expect(await post(receiver.url, [{ content: 'good' }])).toMatchObject({ status: 202 })
  })

  it('that throws is answered with 500 and its message', async () => {
    const receiver = await receiverFor({
      rejectEvent: () => {
        throw new Error('oops')
      },
    })
    const answer = await post(receiver.url, {})
    expect(answer.status).toBe(500)
    expect(answer.body).toContain('the receiver failed: oops')
    expect(receiver.requests[0]).toMatchObject({ status: 500 })
  })
})
