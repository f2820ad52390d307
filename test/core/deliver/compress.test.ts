/** gzip: what arrives, and how an endpoint that does not take it is told from events that it does not take. */
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { withCompression } from '../../../packages/core/src/deliver/compress.ts'
import type { PostRequest } from '../../../packages/core/src/deliver/post.ts'
import type { EndpointRequest } from '../../support/endpoint.ts'
import { startEndpoint } from '../../support/endpoint.ts'
import { ship } from '../../support/shipping.ts'

const gzip = { delivery: { compression: 'gzip', concurrency: 1 } } as const

function isCompressed({ headers }: EndpointRequest): boolean {
  return headers['content-encoding'] === 'gzip'
}

function hasPoison({ events }: EndpointRequest): boolean {
  return events.some(({ n }) => n === 37)
}

describe('compression', () => {
  it('changes nothing of what arrives', async () => {
    const [plain, compressed] = [await startEndpoint(), await startEndpoint()]
    for (const [endpoint, compression] of [
      [plain, 'none'],
      [compressed, 'gzip'],
    ] as const) {
      // prettier-ignore
      const delivery = { compression, concurrency: 1 }
      const shipping = ship({ url: endpoint.url, batch: { lingerMs: 20, maxEvents: 100 }, delivery })
      shipping.push(500)
      expect(await shipping.flush()).toMatchObject({ delivered: 500 })
    }
    expect(compressed.requests.every(isCompressed)).toBe(true)
    expect(plain.requests.some(isCompressed)).toBe(false)
    const digest = (request: EndpointRequest): string =>
      createHash('sha256')
        .update(request.plain.toString().replaceAll(/"event.id":"[^"]+"/g, ''))
        .digest('hex')
    expect(compressed.requests.map(digest)).toEqual(plain.requests.map(digest))
    for (const { body, plain: inflated, headers } of compressed.requests) {
      expect(body.length).toBeLessThan(inflated.length / 3)
      expect(headers['content-length']).toBe(String(body.length))
    }
  })

  it('leaves small bodies alone', async () => {
    const sent: PostRequest[] = []
    const post = withCompression((request) => {
      sent.push(request)
      return Promise.resolve({ status: 'accepted' })
    })
    for (const bytes of [1, 1023, 1024, 5000]) {
      await post({ body: Buffer.alloc(bytes, 'x'), authorization: 'a' }, new AbortController().signal)
    }
    expect(sent.map(({ encoding }) => encoding)).toEqual([undefined, undefined, 'gzip', 'gzip'])
    expect(sent.map(({ body, encoding }) => (encoding === 'gzip' ? gunzipSync(body) : body).length)).toEqual([1, 1023, 1024, 5000]) // prettier-ignore
    expect(sent.map(({ plainBytes }) => plainBytes)).toEqual([undefined, undefined, 1024, 5000])
  })
})

describe('an endpoint that does not take gzip', () => {
  it.each([415, 400])(
    'and says %i gets plain bodies from then on, with nothing lost and nothing doubled',
    async (status) => {
      const endpoint = await startEndpoint({ behave: (request) => (isCompressed(request) ? status : 202) })
      const shipping = ship({ url: endpoint.url, ...gzip, batch: { lingerMs: 5, maxEvents: 50 } })
      shipping.push(200)
      expect(await shipping.flush()).toMatchObject({ delivered: 200, lost: 0 })
      shipping.push(200)
      expect(await shipping.flush()).toMatchObject({ delivered: 200, lost: 0 })
      expect(endpoint.requests.filter(isCompressed)).toHaveLength(1)
      expect(endpoint.events.map(({ n }) => n)).toEqual(Array.from({ length: 400 }, (_, n) => n))
      expect(shipping.stats()).toMatchObject({ retries: 0, state: 'open' })
      expect(shipping.told).toEqual([])
    },
  )

  it('and is asked by several requests at a time loses and doubles nothing either', async () => {
    const endpoint = await startEndpoint({ behave: (request) => (isCompressed(request) ? 400 : 202) })
    const shipping = ship({
      url: endpoint.url,
      delivery: { compression: 'gzip' },
      batch: { lingerMs: 5, maxEvents: 50 },
    })
    shipping.push(1000)
    expect(await shipping.flush()).toMatchObject({ delivered: 1000, lost: 0 })
    expect(endpoint.events).toHaveLength(1000)
    expect(endpoint.requests.filter(isCompressed).length).toBeLessThanOrEqual(4)
  })

  it('and no JSON either is held', async () => {
    const endpoint = await startEndpoint({ behave: () => 415 })
    const shipping = ship({ url: endpoint.url, ...gzip })
    shipping.push(100)
    expect(await shipping.state('held')).toContain('415: this address takes no JSON; check the url')
    expect(endpoint.requests.map(isCompressed)).toEqual([true, false])
  })

  it('and takes the body plain only after an outage is found out then', async () => {
    const answers = [400, 503, 400, 202]
    const endpoint = await startEndpoint({ behave: () => answers.shift() ?? 202 })
    const shipping = ship({ url: endpoint.url, ...gzip })
    shipping.push(100)
    expect(await shipping.flush()).toMatchObject({ delivered: 100, lost: 0 })
    expect(endpoint.requests.map(isCompressed)).toEqual([true, false, true, false])
    shipping.push(100)
    await shipping.flush()
    expect(endpoint.requests.map(isCompressed).at(-1)).toBe(false)
  })
})

describe('an event that is refused', () => {
  it('is isolated among compressed bodies, once gzip has been taken', async () => {
    const endpoint = await startEndpoint({ behave: (request) => (hasPoison(request) ? 400 : 202) })
    const shipping = ship({ url: endpoint.url, ...gzip, batch: { lingerMs: 5, maxEvents: 20 } })
    shipping.push(200)
    expect(await shipping.flush()).toMatchObject({ delivered: 199, lost: 1 })
    expect(shipping.stats().lost.rejected).toBe(1)
    expect(endpoint.events).toHaveLength(199)
    // the first batch proved gzip, so no refusal is asked twice: ⌈log₂ 20⌉ + 1 refusals
    expect(endpoint.requests.filter(hasPoison).length).toBeLessThanOrEqual(6)
    expect(endpoint.requests.filter((request) => !isCompressed(request) && request.plain.length >= 1024).length).toBe(0)
  })

  it('is isolated also in the first batch of all, and gzip goes on', async () => {
    const endpoint = await startEndpoint({ behave: (request) => (hasPoison(request) ? 422 : 202) })
    const shipping = ship({ url: endpoint.url, ...gzip, batch: { lingerMs: 5, maxEvents: 100 } })
    shipping.push(100)
    expect(await shipping.flush()).toMatchObject({ delivered: 99, lost: 1 })
    shipping.push(100)
    expect(await shipping.flush()).toMatchObject({ delivered: 100 })
    expect(endpoint.requests.map(isCompressed).at(-1)).toBe(true)
  })
})

describe('an answer about size', () => {
  it('is understood by the size before compression', async () => {
    const endpoint = await startEndpoint({ behave: ({ plain }) => (plain.length > 1_100_000 ? 431 : 202) })
    const shipping = ship({ url: endpoint.url, ...gzip, batch: { lingerMs: 5, maxBytes: 2_000_000 } })
    shipping.push(20, 100_000)
    expect(await shipping.flush()).toMatchObject({ delivered: 20, lost: 0 })
    expect(endpoint.events).toHaveLength(20)
    expect(endpoint.requests[0]?.body.length).toBeLessThan(50_000)
    expect(shipping.told).toEqual([])
  })
})
