/** Faults that one batch alone provokes: its size breaks the connection, or an event in it breaks the server. */
import { describe, expect, it } from 'vitest'
import { fromFailure } from '../../packages/core/src/deliver/failure.ts'
import type { Endpoint, EndpointRequest } from '../support/endpoint.ts'
import { startEndpoint } from '../support/endpoint.ts'
import { expectIdentity, ship, sum } from '../support/shipping.ts'
import { until } from '../support/until.ts'
import { rawServer } from './deliver/raw-server.ts'

function numbersAt(endpoint: Endpoint): number[] {
  return endpoint.events.map(({ n }) => Number(n)).toSorted((a, b) => a - b)
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n)
}

function has(n: number): (request: EndpointRequest) => boolean {
  return ({ events }) => events.some((event) => event['n'] === n)
}

/** Breaks the connection off at bodies that are larger. */
function resettingAbove(bytes: number): Promise<Endpoint> {
  return startEndpoint({
    behave({ body }, response) {
      if (body.length <= bytes) return 202
      response.socket?.resetAndDestroy()
      return undefined
    },
  })
}

describe('a limit of size that is told by a reset only', () => {
  it('has a large batch halved after three tries, and nothing is lost or doubled', async () => {
    const endpoint = await resettingAbove(150_000)
    const shipping = ship({ url: endpoint.url, delivery: { concurrency: 1 } })
    shipping.push(40, 10_000)
    expect(await shipping.flush()).toMatchObject({ delivered: 40, lost: 0 })
    expect(numbersAt(endpoint)).toEqual(range(40))
    const tries = endpoint.requests.filter(({ events }) => events.length === 40)
    expect(tries).toHaveLength(3)
    expect(endpoint.requests.filter(({ events }) => events.length === 20)).toHaveLength(6)
    expect(shipping.stats()).toMatchObject({ state: 'open', pending: 0 })
    expect(shipping.stats().possibleDuplicates).toBe(3 * 40 + 6 * 20)
    expectIdentity(shipping.stats())
  })

  it('is learned, so that later batches are made smaller at once', async () => {
    const endpoint = await resettingAbove(150_000)
    const shipping = ship({ url: endpoint.url, delivery: { concurrency: 1 } })
    shipping.push(40, 10_000)
    await shipping.flush()
    const { length } = endpoint.requests
    shipping.push(80, 10_000)
    expect(await shipping.flush()).toMatchObject({ delivered: 80 })
    expect(endpoint.requests.slice(length).every(({ body }) => body.length <= 150_000)).toBe(true)
  })

  it('is found also where each try goes over a connection that has just served another', async () => {
    const endpoint = await resettingAbove(150_000)
    const shipping = ship({ url: endpoint.url, delivery: { concurrency: 1 }, batch: { lingerMs: 0 } })
    for (let n = 0; n < 3; n++) {
      shipping.push()
      await shipping.flush()
    }
    shipping.push(20, 10_000)
    expect(await shipping.flush()).toMatchObject({ delivered: 20, lost: 0 })
    expect(endpoint.requests.filter(({ events }) => events.length === 20)).toHaveLength(3)
    expect(numbersAt(endpoint)).toEqual(range(23))
  })

  it('is counted also where the connection may have been stale', () => {
    const failure = { code: 'ECONNRESET', message: '', isUnconnected: false, proxy: undefined, sentBytes: 100_000 }
    const escalation = { afterFailures: 3, to: 'split' }
    expect(fromFailure({ ...failure, reused: true })).toMatchObject({ stale: true, escalation })
    expect(fromFailure({ ...failure, reused: false })).toMatchObject({ escalation })
  })

  it('is found also where the server does not even read the body', async () => {
    let stored = 0
    const server = await rawServer({
      withoutBody: true,
      onRequest: ({ head, socket }) => {
        const length = Number(/content-length: (\d+)/.exec(head)?.[1])
        if (length > 150_000) return void socket.resetAndDestroy()
        stored += length
        socket.end('HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
      },
    })
    const shipping = ship({ url: server.url, delivery: { concurrency: 1 } })
    shipping.push(40, 10_000)
    expect(await shipping.flush()).toMatchObject({ delivered: 40, lost: 0 })
    expect(stored).toBeGreaterThan(400_000)
  })

  it('does not keep others back for one event that is too large alone, which is cut in the end', async () => {
    const endpoint = await resettingAbove(150_000)
    const shipping = ship({ url: endpoint.url, delivery: { concurrency: 1 } })
    shipping.push(10)
    shipping.push(1, 200_000)
    shipping.push(10)
    await until(() => shipping.stats().delivered === 20)
    while (shipping.stats().delivered - shipping.stats().accepted < 0) {
      shipping.push() // its failures only count while something else is accepted
      await shipping.flush({ timeoutMs: 50 })
    }
    const { accepted } = shipping.stats()
    expect(numbersAt(endpoint)).toEqual(range(accepted))
    const large = endpoint.requests.filter(has(10)).map(({ events }) => String(events.find(({ n }) => n === 10)?.['content']).length) // prettier-ignore
    expect(large.filter((length) => length === 200_000).length).toBeGreaterThanOrEqual(6)
    expect(large.at(-1)).toBeLessThan(150_000)
    expect(endpoint.events.find(({ n }) => n === 10)).toMatchObject({ 'openpipeline.truncated': true })
    expectIdentity(shipping.stats())
  })

  it('is not suspected where small batches break off as well', async () => {
    let isUp = false
    const endpoint = await startEndpoint({
      behave(_, response) {
        if (isUp) return 202
        response.socket?.resetAndDestroy()
        return undefined
      },
    })
    const shipping = ship({ url: endpoint.url, delivery: { concurrency: 1 } })
    shipping.push(100)
    await endpoint.got(8)
    isUp = true
    expect(await shipping.flush()).toMatchObject({ delivered: 100 })
    expect(endpoint.requests.every(({ events }) => events.length === 100)).toBe(true)
  })
})

describe('a small event that breaks the connection', () => {
  it('does not stop the others for ever: those are delivered, it is given up alone', async () => {
    const isPoison = has(37)
    const endpoint = await startEndpoint({
      behave(request, response) {
        if (!isPoison(request)) return 202
        response.socket?.resetAndDestroy()
        return undefined
      },
    })
    const quick = { batch: { lingerMs: 5, maxEvents: 10 }, retry: { minDelayMs: 1, maxDelayMs: 2 } }
    const shipping = ship({ url: endpoint.url, delivery: { concurrency: 1 }, ...quick })
    shipping.push(100)
    await until(() => shipping.stats().delivered >= 90)
    // its failures only count while something else is accepted
    while (shipping.stats().lost.rejected === 0) {
      shipping.push()
      await shipping.flush({ timeoutMs: 50 })
    }
    const { accepted } = shipping.stats()
    await until(() => shipping.stats().pending === 0)
    expect(shipping.stats()).toMatchObject({ delivered: accepted - 1, lost: { rejected: 1 } })
    expect(numbersAt(endpoint)).toEqual(range(accepted).filter((n) => n !== 37))
    expectIdentity(shipping.stats())
  }, 20_000)
})

describe('500 for one event', () => {
  it('is laid on the event only while others pass: those are delivered, it is given up alone', async () => {
    const isPoison = has(37)
    const endpoint = await startEndpoint({ behave: (request) => (isPoison(request) ? 500 : 202) })
    const shipping = ship({ url: endpoint.url, batch: { lingerMs: 5, maxEvents: 10 }, retry: { minDelayMs: 1, maxDelayMs: 2 } }) // prettier-ignore
    shipping.push(100)
    await until(() => shipping.stats().delivered >= 90)
    // the failures of the suspect only count while something else is accepted
    while (shipping.stats().lost.rejected === 0) {
      shipping.push()
      await shipping.flush({ timeoutMs: 50 })
    }
    const { accepted } = shipping.stats()
    await until(() => shipping.stats().pending === 0)
    expect(shipping.stats()).toMatchObject({ delivered: accepted - 1, pending: 0, lost: { rejected: 1 } })
    expect(numbersAt(endpoint)).toEqual(range(accepted).filter((n) => n !== 37))
    expect(endpoint.requests.filter(({ events }) => events.length === 1 && isPoison({ events } as EndpointRequest)).length).toBeGreaterThanOrEqual(10) // prettier-ignore
    expectIdentity(shipping.stats())
  }, 20_000)

  it('is never laid on an event while nothing passes: all is kept', async () => {
    const endpoint = await startEndpoint({ behave: () => 500 })
    const shipping = ship({ url: endpoint.url, batch: { lingerMs: 5, maxEvents: 10 }, retry: { minDelayMs: 1, maxDelayMs: 2 } }) // prettier-ignore
    shipping.push(30)
    await endpoint.got(60)
    expect(shipping.stats()).toMatchObject({ pending: 30, delivered: 0 })
    expect(sum(shipping.stats().lost)).toBe(0)
    expect(endpoint.requests.every(({ events }) => events.length === 10)).toBe(true)
    endpoint.behave(() => 202)
    expect(await shipping.flush()).toMatchObject({ delivered: 30 })
    expect(numbersAt(endpoint)).toEqual(range(30))
  })
})

describe.each([402, 409, 418, 451, 499])('a status nobody documented: %i', (status) => {
  it('is tried three times, and then laid on the events that provoke it', async () => {
    const isPoison = has(13)
    const endpoint = await startEndpoint({ behave: (request) => (isPoison(request) ? status : 202) })
    const shipping = ship({ url: endpoint.url, delivery: { concurrency: 1 }, batch: { lingerMs: 5, maxEvents: 16 } })
    shipping.push(64)
    expect(await shipping.flush()).toMatchObject({ delivered: 63, lost: 1 })
    expect(shipping.stats()).toMatchObject({ delivered: 63, pending: 0, lost: { rejected: 1 } })
    expect(numbersAt(endpoint)).toEqual(range(64).filter((n) => n !== 13))
    // three times whole, then ⌈log₂ 16⌉ halvings, and once more after others have passed
    expect(endpoint.requests.filter(isPoison).map(({ events }) => events.length)).toEqual([16, 16, 16, 8, 4, 2, 1, 1])
    expectIdentity(shipping.stats())
  })

  it('that passes by itself costs nothing', async () => {
    const endpoint = await startEndpoint({ behave: ({ number }) => (number <= 2 ? status : 202) })
    const shipping = ship({ url: endpoint.url, delivery: { concurrency: 1 } })
    shipping.push(20)
    expect(await shipping.flush()).toMatchObject({ delivered: 20, lost: 0 })
    expect(endpoint.requests).toHaveLength(3)
  })
})
