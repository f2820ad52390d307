/** A server that says «later»: without naming a time, and naming one. */
import { expect } from 'vitest'

import { expectAccount, it, slowness, ways } from './journey.ts'

it.concurrent.for(ways)('everything arrives after 503 twice: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ script: [{ status: 503, times: 2 }] })
  const ended = await journey.run('log-and-end', receiver.url, { way, count: 200, end: 'flush, then end' })
  expect(ended.exit).toBe(0)
  await expectAccount(ended, receiver, { logged: 200 })
  expect((await receiver.stats()).statuses).toEqual({ 202: 1, 503: 2 })
  expect(ended.diagnostics.map((line) => line.kind === 'state' && line.state)).toEqual(['throttled', 'open'])
})

it.concurrent.for(ways)('after 429 with Retry-After: 1 nothing comes for a second: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ script: [{ status: 429, headers: { 'retry-after': '1' } }] })
  const ended = await journey.run('log-and-end', receiver.url, { way, count: 200, end: 'flush, then end' })
  expect(ended.exit).toBe(0)
  await expectAccount(ended, receiver, { logged: 200 })
  const [refused, accepted, ...others] = await receiver.requests()
  expect([refused?.status, accepted?.status, others]).toEqual([429, 202, []])
  expect(waitedMs(refused, accepted)).toBeGreaterThanOrEqual(1000)
  expect(waitedMs(refused, accepted)).toBeLessThan(1300 + 1500 * slowness(ended))
})

it.concurrent.for(ways)('a close that has the time waits for Retry-After as well: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ script: [{ status: 429, headers: { 'retry-after': '1' } }] })
  const given = { way, options: { closeTimeoutMs: 4000 }, count: 200, end: 'end, then process.exit' }
  const ended = await journey.run('log-and-end', receiver.url, given)
  expect(ended.exit).toBe(0)
  await expectAccount(ended, receiver, { logged: 200 })
  const [refused, accepted] = await receiver.requests()
  expect(waitedMs(refused, accepted)).toBeGreaterThanOrEqual(1000)
})

it.concurrent.for(ways)(
  'a close that has not the time ends at once and counts what is left: %s',
  async (way, { journey }) => {
    const receiver = await journey.receive({ script: [{ status: 429, headers: { 'retry-after': '60' } }] })
    const given = { way, count: 200, end: 'end, then process.exit' }
    const ended = await journey.run('log-and-end', receiver.url, given)
    expect(ended.exit).toBe(0)
    await expectAccount(ended, receiver, { logged: 200, lost: { 'unsent-at-close': 200 } })
    expect(ended.said.closedAfterMs).toBeLessThan(2000 * slowness(ended))
  },
)

/** By the server's clock: when the headers of the two requests had come. */
function waitedMs(first: { readonly at: number } | undefined, second: { readonly at: number } | undefined): number {
  return (second?.at ?? NaN) - (first?.at ?? NaN)
}
