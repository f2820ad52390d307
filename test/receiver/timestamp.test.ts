import { describe, expect, it } from 'vitest'
import { judgeTimestamp, toEpochMs } from '../../packages/receiver/src/timestamp.ts'
import { receiverFor } from './fixture.ts'
import { post } from './post.ts'

const nowMs = Date.parse('2026-11-24T12:00:00.000Z')
const hourMs = 3_600_000

describe('a number', () => {
  it.each([
    ['seconds', 1_795_521_600, 1_795_521_600_000],
    ['seconds up to 1e11', 1e11, 1e14],
    ['milliseconds above 1e11', 1e11 + 1, 1e11 + 1],
    ['milliseconds up to 1e14', 1e14, 1e14],
    ['microseconds above 1e14', 1_795_521_600_000_000, 1_795_521_600_000],
    ['nanoseconds', 1_795_521_600_000_000_000, undefined],
  ])('is read as %s', (_, value, epochMs) => {
    expect(toEpochMs(value, nowMs)).toBe(epochMs)
  })
})

describe('a string', () => {
  it.each([
    ['2026-11-24T12:00:00Z', nowMs],
    ['2026-11-24t12:00:00.000z', nowMs],
    ['2026-11-24 13:00:00.000+01:00', nowMs],
    ['2026-11-24T12:00:00.123456789Z', nowMs + 123],
    ['1795521600', 1_795_521_600_000],
    ['1795521600000', 1_795_521_600_000],
    ['Nov 24 12:00:00', nowMs],
    ['Nov  4 12:00:00', nowMs - 20 * 24 * hourMs],
    ['Dec 31 12:00:00', Date.parse('2025-12-31T12:00:00Z')],
  ])('is understood: %s', (value, epochMs) => {
    expect(toEpochMs(value, nowMs)).toBe(epochMs)
  })

  it.each([
    '2026-11-24T12:00:00',
    '2026-11-24',
    '1795521600000000',
    'yesterday',
    '',
    '2026-13-45T12:00:00Z',
    'Xxx 24 12:00:00',
  ])('is not understood: "%s"', (value) => {
    expect(toEpochMs(value, nowMs)).toBeUndefined()
  })
})

describe('the window', () => {
  it.each([
    [nowMs - 24 * hourMs, 'kept'],
    [nowMs - 24 * hourMs - 1, 'dropped'],
    [nowMs + hourMs / 6, 'kept'],
    [nowMs + hourMs / 6 + 1, 'corrected'],
    ['1969-01-01T00:00:00Z', 'dropped'],
    [-1, 'dropped'],
    [true, 'corrected'],
    [undefined, 'stamped'],
    [null, 'stamped'],
  ])('with the timestamp %s an event is %s', (value, kind) => {
    expect(judgeTimestamp(value, nowMs).kind).toBe(kind)
  })
})

describe('what is stored', () => {
  it('is listed as dropped, with the reason, instead of stored when it is older than 24 h', async () => {
    const receiver = await receiverFor()
    const old = { content: 'old', timestamp: Date.now() - 25 * hourMs }
    expect(await post(receiver.url, [old, { content: 'new' }])).toMatchObject({ status: 202 })
    expect(receiver.events).toMatchObject([{ content: 'new' }])
    expect(receiver.dropped).toMatchObject([
      { event: old, reason: 'the timestamp is 25.0 h old, the service drops what is older than 24 h' },
    ])
    expect(receiver.stats()).toMatchObject({ events: 1, dropped: 1 })
    expect(receiver.requests[0]).toMatchObject({ events: 2 })
  })

  it('gets ingest time plus 10 min when it is further ahead, and is listed as corrected', async () => {
    const receiver = await receiverFor()
    const sent = Date.now() + hourMs
    await post(receiver.url, { timestamp: sent })
    const [request] = receiver.requests
    expect(receiver.events).toEqual([{ timestamp: (request?.at ?? 0) + hourMs / 6 }])
    expect(receiver.corrected).toMatchObject([{ sent, reason: expect.stringContaining('more than 10 min ahead') }])
  })

  it('gets ingest time when its timestamp is in nanoseconds, and is listed as corrected', async () => {
    const receiver = await receiverFor()
    const sent = Date.now() * 1e6
    await post(receiver.url, { timestamp: sent })
    expect(receiver.events).toEqual([{ timestamp: receiver.requests[0]?.at }])
    expect(receiver.corrected).toMatchObject([{ sent, reason: expect.stringContaining('not understood') }])
    expect(receiver.stats()).toMatchObject({ corrected: 1 })
  })

  it('gets ingest time when it has no timestamp, and keeps a good one as it was sent', async () => {
    const receiver = await receiverFor()
    const good = new Date().toISOString()
    await post(receiver.url, [{}, { timestamp: good }])
    expect(receiver.events).toEqual([{ timestamp: receiver.requests[0]?.at }, { timestamp: good }])
    expect(receiver.corrected).toEqual([])
  })
})
