/** The process belongs to the application: what a package loads must not change what everybody in it uses. */
import { expect } from 'vitest'

import { it, ways } from './journey.ts'

const program = new URL('./programs/untouched.mjs', import.meta.url)

it.concurrent.for(ways)('leaves globals and fetch as they were: %s', async (way, { journey }) => {
  const receiver = await journey.receive()
  const ended = await journey.run(program, receiver.url, { way, url: `${receiver.url}/an/other/path` })
  expect(ended.otherLines).toEqual([])
  expect(ended.said).toMatchObject({ added: [], logged: 1 })
  // whatever the receiver thinks of that path: the request was made
  expect(ended.said.status).toBeGreaterThanOrEqual(200)
  await receiver.received(1)
})
