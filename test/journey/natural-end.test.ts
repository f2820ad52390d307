/** A program that logs and has nothing more to do. */
import { expect } from 'vitest'

import { expectAccount, it, slowness, ways } from './journey.ts'

it.concurrent.for(ways)('2,500 records arrive when the program ends by itself: %s', async (way, { journey }) => {
  const receiver = await journey.receive()
  const ended = await journey.run('log-and-end', receiver.url, { way, count: 2500, end: 'naturally' })
  expect(ended.exit).toBe(0)
  await expectAccount(ended, receiver, { logged: 2500 })
  // not held up: by a timer, an idle connection, or pino's ten seconds for a worker
  expect(ended.wallMs).toBeLessThan(8000 * slowness(ended))
})
