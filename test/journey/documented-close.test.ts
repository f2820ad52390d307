/** The close of the README, awaited, and then `process.exit`: everything has arrived before it. */
import { expect } from 'vitest'

import { expectAccount, it, slowness, ways } from './journey.ts'

it.concurrent.for(ways)('200 of 200 arrive from a slow server: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ latencyMs: 400 })
  const given = { way, count: 200, end: 'close, then process.exit' }
  const ended = await journey.run('log-and-end', receiver.url, given)
  expect(ended.exit).toBe(0)
  await expectAccount(ended, receiver, { logged: 200 })
  expect(ended.said.closedAfterMs).toBeGreaterThan(390) // it did wait for the answer
  expect(ended.said.closedAfterMs).toBeLessThan(2000 * slowness(ended))
})
