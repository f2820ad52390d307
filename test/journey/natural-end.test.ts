/** A program that logs and has nothing more to do. */
import { expect } from 'vitest'

import { expectAccount, it, slowness, ways, waysInProcess } from './journey.ts'

it.concurrent.for(ways)('2,500 records arrive when the program ends by itself: %s', async (way, { journey }) => {
  const receiver = await journey.receive()
  const ended = await journey.run('log-and-end', receiver.url, { way, count: 2500, end: 'naturally' })
  expect(ended.exit).toBe(0)
  await expectAccount(ended, receiver, { logged: 2500 })
  // not held up: by a timer, an idle connection, or pino's ten seconds for a worker
  expect(ended.wallMs).toBeLessThan(8000 * slowness(ended))
})

it.concurrent.for(waysInProcess)(
  'a server that is slow, but within that time, has all of it: %s',
  async (way, { journey }) => {
    const receiver = await journey.receive({ latencyMs: 1500 })
    const options = { batch: { lingerMs: 0, maxEvents: 100 }, delivery: { concurrency: 4 } }
    const ended = await journey.run('log-and-end', receiver.url, { way, options, count: 300, end: 'naturally' })
    expect(ended.exit).toBe(0)
    await expectAccount(ended, receiver, { logged: 300 })
  },
)
