/** Real requests at both services, over kept-alive connections, a few at a time: the same ones in every run. */
import { once } from 'node:events'

const concurrency = 8
const requestLimitMs = 20_000

/** Sends every service its requests, to all at once, and resolves with the count of each status. */
export async function drive(services, { requestsPerService, signal }) {
  const startedAt = performance.now()
  const statuses = new Map()
  const lanes = services.flatMap((service) => {
    // The lanes of a service draw from one row of numbers.
    const numbers = Array(requestsPerService).keys()
    return Array.from({ length: concurrency }, () => lane(service, numbers, statuses))
  })
  await Promise.race([Promise.all(lanes), rejectedBy(signal)])
  return { statuses, tookMs: performance.now() - startedAt }
}

async function lane(service, numbers, statuses) {
  for (const number of numbers) {
    const { method = 'GET', path, body } = service.request(number)
    const response = await fetch(service.url + path, {
      method,
      signal: AbortSignal.timeout(requestLimitMs),
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    // A body that is not read would keep its connection from the next request.
    await response.arrayBuffer()
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
  }
}

async function rejectedBy(signal) {
  await once(signal, 'abort')
  signal.throwIfAborted()
}

/** Every fourth request is an order, and a few of these are too dear; one in ten asks for what is not there. */
export function ordersRequest(number) {
  if (number % 4 !== 0) return { path: `/orders/${number}` }
  const total = number % 80 === 0 ? 1000 : 10 + (number % 90)
  return { method: 'POST', path: '/orders', body: { id: `${number}`, items: ['book', 'Füller', '鉛筆'], total } }
}

/** Every fourth request is a shipment, and now and then a label is wanted that cannot be printed. */
export function shippingRequest(number) {
  if (number % 50 === 1) return { path: `/shipments/${number}/label` }
  if (number % 4 !== 0) return { path: `/shipments/${number}` }
  return { method: 'POST', path: '/shipments', body: { id: `${number}`, parcels: ['S', 'M'] } }
}
