/** A program that calls `process.exit` while what it logged is still under way. */
import { expect } from 'vitest'

import { expectAccount, expectIdentity, it, slowness, waysInProcess } from './journey.ts'

const end = 'process.exit after 50 ms'
const latencyMs = 150

it.concurrent('200 of 200 arrive from the pino worker, which pino lets end first', async ({ journey }) => {
  const receiver = await journey.receive({ latencyMs })
  const ended = await journey.run('log-and-end', receiver.url, { way: 'pino worker', count: 200, end })
  expect(ended.exit).toBe(0)
  await expectAccount(ended, receiver, { logged: 200 })
  expect(ended.wallMs).toBeLessThan(8000 * slowness(ended))
})

// What the README says of process.exit: in the application's own thread nothing can be awaited any more.
it.concurrent.for(waysInProcess)('what had not been sent yet is lost, as documented: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ latencyMs })
  const ended = await journey.run('log-and-end', receiver.url, { way, count: 200, end })
  expect(ended).toMatchObject({ exit: 0, stderr: '' })
  expect(ended.said.stats).toMatchObject({ accepted: 200, delivered: 0, pending: 200 })
  expectIdentity(ended)
  expect(await receiver.stats()).toMatchObject({ distinct: 0, requests: 0 })
})

it.concurrent.for(waysInProcess)('what had been sent when it was called has arrived: %s', async (way, { journey }) => {
  const receiver = await journey.receive({ latencyMs: 60_000 })
  const given = { way, options: { batch: { lingerMs: 0 } }, count: 200, end: 'process.exit when told' }
  const program = journey.start('log-and-end', receiver.url, given)
  await receiver.received(200, { distinct: true, timeoutMs: 20_000 })
  program.tell('now')
  const ended = await program.ended
  expect(ended).toMatchObject({ exit: 0, stderr: '' })
  expect(ended.said.stats).toMatchObject({ accepted: 200, delivered: 0, pending: 200 }) // no answer had come
  expectIdentity(ended)
  expect(await receiver.stats()).toMatchObject({ distinct: 200, duplicates: 0 })
})
