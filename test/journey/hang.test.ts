/** A server that accepts the connection, reads the request and never answers. */
import { expect } from 'vitest'

import { expectAccount, it, slowness, type Way, ways } from './journey.ts'

const script = [{ hang: true, times: Infinity } as const]
const cases = [3000, 500].flatMap((closeTimeoutMs) => ways.map((way: Way) => ({ closeTimeoutMs, way })))

it.concurrent.for(cases)(
  'the close is over after $closeTimeoutMs ms, and what is left is counted: $way',
  async ({ closeTimeoutMs, way }, { journey }) => {
    const receiver = await journey.receive({ script })
    const given = { way, options: { closeTimeoutMs }, count: 200, end: 'end, then process.exit' }
    const ended = await journey.run('log-and-end', receiver.url, given)
    expect(ended.exit).toBe(0)
    await expectAccount(ended, receiver, { logged: 200, lost: { 'unsent-at-close': 200 } })
    expect(ended.said.closedAfterMs).toBeGreaterThan(closeTimeoutMs - 10)
    expect(ended.said.closedAfterMs).toBeLessThan(closeTimeoutMs + 1000 * slowness(ended))
    expect((await receiver.stats()).requests).toBeGreaterThan(0)
  },
)

it.concurrent.for(ways)('a program that ends by itself is not kept either: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ script })
  const options = { closeTimeoutMs: 1000 }
  const ended = await journey.run('log-and-end', receiver.url, { way, options, count: 200, end: 'naturally' })
  expect(ended.exit).toBe(0)
  await expectAccount(ended, receiver, { logged: 200, lost: { 'unsent-at-close': 200 } })
  expect(ended.wallMs).toBeLessThan(6000 * slowness(ended))
})

it.concurrent.for(ways)('a flush is over after its time and says what is pending: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ script })
  const given = { way, options: { closeTimeoutMs: 0 }, count: 200, flushMs: 700, end: 'flush, then end' }
  const ended = await journey.run('log-and-end', receiver.url, given)
  expect(ended.exit).toBe(0)
  await expectAccount(ended, receiver, { logged: 200, lost: { 'unsent-at-close': 200 } })
  expect(ended.said.flushed).toEqual({ delivered: 0, spooled: 0, deadLettered: 0, lost: 0, pending: 200 })
  expect(ended.said.flushedAfterMs).toBeGreaterThan(690)
  expect(ended.said.flushedAfterMs).toBeLessThan(700 + 1000 * slowness(ended))
})
