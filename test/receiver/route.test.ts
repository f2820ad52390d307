import { describe, expect, it } from 'vitest'
import { receiverFor } from './fixture.ts'
import { envelope, post } from './post.ts'

const event = { content: 'hello' }

describe('built-in endpoints', () => {
  it.each(['events', 'events.sdlc', 'security.events'])('accepts events at /platform/ingest/v1/%s', async (kind) => {
    const receiver = await receiverFor()
    const answer = await post(receiver.url, event, { path: `/platform/ingest/v1/${kind}` })
    expect(answer).toMatchObject({ status: 202, body: '', headers: { 'content-length': '0' } })
    expect(receiver.events).toMatchObject([event])
  })
})

describe('custom endpoints', () => {
  it.each(['events', 'events.sdlc', 'security.events'])('accepts events for any valid name of %s', async (kind) => {
    const receiver = await receiverFor()
    const answer = await post(receiver.url, event, { path: `/platform/ingest/custom/${kind}/shop.Checkout2` })
    expect(answer.status).toBe(202)
  })

  it.each(['1shop', 'shop.', 'a..b', 'a-b', 'a%20b', ''])('answers 404 for the invalid name "%s"', async (name) => {
    const receiver = await receiverFor()
    const path = `/platform/ingest/custom/events/${name}`
    expect(await post(receiver.url, event, { path })).toMatchObject({
      status: 404,
      body: envelope(404, `Endpoint not found: ${path}`),
    })
  })

  it('answers 404 for names that are not among those given, whatever their case', async () => {
    const receiver = await receiverFor({ endpoints: ['Shop', 'security.events/scan'] })
    const statusOf = async (path: string): Promise<number> =>
      (await post(receiver.url, event, { path: `/platform/ingest/custom/${path}` })).status
    expect(await statusOf('events/SHOP')).toBe(202)
    expect(await statusOf('events.sdlc/shop')).toBe(202)
    expect(await statusOf('security.events/scan')).toBe(202)
    expect(await statusOf('events/scan')).toBe(404)
    expect(await statusOf('events/other')).toBe(404)
  })
})

describe('anything else', () => {
  it.each(['/', '/platform/ingest/v1/logs', '/platform/ingest/v1/events/', '/api/v2/logs/ingest', '//'])(
    'answers 404 with the envelope at %s',
    async (path) => {
      const receiver = await receiverFor()
      const answer = await post(receiver.url, event, { path })
      expect(answer).toMatchObject({ status: 404, body: envelope(404, `Endpoint not found: ${path}`) })
      expect(answer.headers['content-type']).toBe('application/json')
    },
  )

  it('answers 405 to other methods and names the right one', async () => {
    const receiver = await receiverFor()
    const answer = await post(receiver.url, event, { method: 'PUT' })
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } })
    expect(answer.body).toBe(envelope(405, 'Method PUT is not allowed, use POST'))
  })

  it('uses up no scripted answer', async () => {
    const receiver = await receiverFor({ script: [{ status: 503 }] })
    await post(receiver.url, event, { path: '/favicon.ico' })
    await post(receiver.url, event, { method: 'PUT' })
    expect(await post(receiver.url, event)).toMatchObject({ status: 503 })
  })
})
