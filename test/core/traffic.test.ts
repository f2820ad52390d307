/** `requests` and `bytesSent`: what the endpoint sees is what is counted, whatever it was sent for. */
import { describe, expect, it } from 'vitest'
import { freePort } from '../servers/daemon.ts'
import { startEndpoint } from '../support/endpoint.ts'
import type { Endpoint } from '../support/endpoint.ts'
import { ship, type Shipping } from '../support/shipping.ts'

function expectCounted({ requests }: Endpoint, shipping: Shipping): void {
  const bytesSent = requests.reduce((bytes, { body }) => bytes + body.length, 0)
  expect(shipping.stats()).toMatchObject({ requests: requests.length, bytesSent })
}

describe('the counters of requests and bytes', () => {
  it('include what is sent again with another token', async () => {
    const tokens = ['old', 'new']
    const endpoint = await startEndpoint({
      behave: ({ authorization }) => (authorization === 'Bearer new' ? 202 : 401),
    })
    const shipping = ship({ url: endpoint.url, token: () => tokens.shift() ?? 'new' })
    shipping.push(10)
    await shipping.flush()
    expect(endpoint.requests).toHaveLength(2)
    expectCounted(endpoint, shipping)
  })

  it('have bodies as they are sent: compressed, and again uncompressed where that is refused', async () => {
    const endpoint = await startEndpoint({
      behave: ({ headers }) => (headers['content-encoding'] === undefined ? 202 : 415),
    })
    const shipping = ship({ url: endpoint.url, delivery: { compression: 'gzip' } })
    shipping.push(100)
    await shipping.flush()
    expect(endpoint.requests.map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', undefined])
    expectCounted(endpoint, shipping)
  })

  it('include reports of losses', async () => {
    const endpoint = await startEndpoint()
    const shipping = ship({ url: endpoint.url, queue: { maxBytes: 2000 } })
    shipping.push(100)
    await shipping.flush()
    expect(shipping.stats().lost['queue-full']).toBeGreaterThan(0)
    await shipping.close()
    expect(endpoint.events.some((event) => event['event.type'] === 'openpipeline.loss')).toBe(true)
    expectCounted(endpoint, shipping)
  })

  it('do not have bytes that found no connection', async () => {
    const shipping = ship({ url: `http://127.0.0.1:${await freePort()}` })
    shipping.push(10)
    await shipping.flush({ timeoutMs: 20 })
    expect(shipping.stats().requests).toBeGreaterThan(0)
    expect(shipping.stats().bytesSent).toBe(0)
  })
})
