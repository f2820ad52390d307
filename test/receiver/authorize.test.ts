import { describe, expect, it } from 'vitest'
import { receiverFor } from './fixture.ts'
import { post } from './post.ts'

const classic = `dt0c01.${'P'.repeat(24)}.${'S'.repeat(64)}`
const platform = `dt0s16.ABCDEFGH.${'S'.repeat(64)}`

describe('a receiver without a token', () => {
  it('accepts any token and none', async () => {
    const receiver = await receiverFor()
    expect(await post(receiver.url, {})).toMatchObject({ status: 202 })
    expect(await post(receiver.url, {}, { headers: { authorization: 'Bearer x' } })).toMatchObject({ status: 202 })
  })
})

describe('a receiver with a token', () => {
  it.each([
    ['Api-Token', classic],
    ['api-token', classic],
    ['Bearer', platform],
    ['Bearer', 'eyJhbGciOi.payload.signature'],
  ])('accepts %s %s', async (scheme, token) => {
    const receiver = await receiverFor({ token })
    const headers = { authorization: `${scheme} ${token}` }
    expect(await post(receiver.url, {}, { headers })).toMatchObject({ status: 202 })
  })

  it('accepts the token as the parameter api-token, which becomes no attribute', async () => {
    const receiver = await receiverFor({ token: classic })
    const path = `/platform/ingest/v1/events?api-token=${classic}`
    expect(await post(receiver.url, {}, { path })).toMatchObject({ status: 202 })
    expect(Object.keys(receiver.events[0] ?? {})).toEqual(['timestamp'])
    expect(receiver.requests[0]?.query).toEqual({ 'api-token': '***' })
  })

  it.each([
    ['no header', {}, 'Authorization header is missing, expected: Api-Token <token>'],
    ['another token', { authorization: 'Api-Token dt0c01.other' }, 'not the one this receiver was started with'],
    ['the wrong scheme', { authorization: `Bearer ${classic}` }, 'goes with the scheme Api-Token, not Bearer'],
  ])('answers 401 with the envelope to %s and stores nothing', async (_, headers, message) => {
    const receiver = await receiverFor({ token: classic })
    const answer = await post(receiver.url, { content: 'x' }, { headers })
    expect(answer.status).toBe(401)
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 401, message: expect.stringContaining(message) } })
    expect(answer.body).not.toContain('SSSS')
    expect(receiver.events).toEqual([])
  })
})

describe('the list of requests', () => {
  it.each([
    [`Api-Token ${classic}`, `Api-Token dt0c01.${'P'.repeat(24)}.***`],
    [`Bearer ${platform}`, 'Bearer dt0s16.ABCDEFGH.***'],
    ['Bearer eyJhbGciOi.payload.signature', 'Bearer ***'],
    ['dt0c01.onlyone', '***'],
  ])('shows %s as %s', async (authorization, shown) => {
    const receiver = await receiverFor()
    await post(receiver.url, {}, { headers: { authorization, cookie: 'session=1', 'x-other': 'seen' } })
    expect(receiver.requests[0]?.headers).toMatchObject({ authorization: shown, cookie: '***', 'x-other': 'seen' })
  })
})
