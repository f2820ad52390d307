/** Keys and levels of the logger, in pino's worker: told by pino, and `nestedKey` by its option. */
import { expect } from 'vitest'

import { it } from './journey.ts'

const program = new URL('./programs/logger-keys.mjs', import.meta.url)

it.concurrent('the worker reads lines by the keys and levels of the logger', async ({ journey }) => {
  const receiver = await journey.receive()
  const ended = await journey.run(program, receiver.url, { way: 'pino worker' })
  expect(ended.otherLines).toEqual([])
  const [event] = await receiver.events()
  expect(event).toMatchObject({
    content: 'said',
    loglevel: 'NOTICE',
    'log.raw_level': 'notice',
    'exception.type': 'TypeError',
    'exception.message': 'bad',
    'payload.a': 1,
  })
  expect(event).not.toHaveProperty(['payload.failure.message'])
})
