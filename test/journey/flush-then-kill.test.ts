/** What a flush has confirmed survives the hardest end. */
import { expect } from 'vitest'

import { expectAccount, it, ways } from './journey.ts'

const latencyMs = 150
const delivered = { delivered: 200, spooled: 0, deadLettered: 0, lost: 0, pending: 0 }

it.concurrent.for(ways)('200 of 200 have arrived once flush resolves: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ latencyMs })
  const ended = await journey.run('log-and-end', receiver.url, { way, count: 200, end: 'flush, then SIGKILL' })
  expect(ended.exit).toBe('SIGKILL')
  expect(ended.said.flushed).toEqual(delivered)
  await expectAccount(ended, receiver, { logged: 200 })
})

it.concurrent.for(['pino worker', 'pino in-process'] as const)(
  'logger.flush(callback) means delivered: %s',
  async (way, { journey }) => {
    const receiver = await journey.receive({ latencyMs })
    const given = { way, count: 200, end: 'logger.flush, then SIGKILL' }
    const ended = await journey.run('log-and-end', receiver.url, given)
    expect(ended.exit).toBe('SIGKILL')
    expect(ended.said.flushed).toBeNull() // the callback got no error
    await expectAccount(ended, receiver, { logged: 200 })
  },
)
