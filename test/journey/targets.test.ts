/** The pino worker beside a second target, and at the end of a pipeline. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

import { expectAccount, it } from './journey.ts'

const way = 'pino worker'
const latencyMs = 150
const ends = ['naturally', 'process.exit after 50 ms', 'close, then process.exit', 'flush, then SIGKILL'] as const
const pipeline = [{ target: fileURLToPath(new URL('./programs/shout.mjs', import.meta.url)) }]

it.concurrent.for(ends)('`targets`: both have all records, end: %s', async (end, { journey, onTestFinished }) => {
  const folder = mkdtempSync(join(tmpdir(), 'openpipeline-journey-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const destination = join(folder, 'log')
  const targets = [{ target: 'pino/file', options: { destination } }]
  const receiver = await journey.receive({ latencyMs })
  const ended = await journey.run('log-and-end', receiver.url, { way, targets, count: 200, end })
  expect(ended.exit).toBe(end === 'flush, then SIGKILL' ? 'SIGKILL' : 0)
  await expectAccount(ended, receiver, { logged: 200 })
  expect(readFileSync(destination, 'utf8').trimEnd().split('\n')).toHaveLength(200)
})

it.concurrent(
  '`targets`: two of ours, to two endpoints, have all records, and one flush waits for both',
  async ({ journey }) => {
    const [receiver, other] = await Promise.all([journey.receive({ latencyMs }), journey.receive({ latencyMs: 400 })])
    const options = { url: other.url, token: journey.token }
    const given = {
      way,
      targets: [{ target: 'pino-openpipeline', options }],
      count: 200,
      end: 'flush, then SIGKILL',
    } as const
    const ended = await journey.run('log-and-end', receiver.url, given)
    expect(ended.exit).toBe('SIGKILL')
    expect(ended.said.flushed).toEqual({ delivered: 400, spooled: 0, deadLettered: 0, lost: 0, pending: 0 })
    await expectAccount(ended, receiver, { logged: 200 })
    await expectAccount(ended, other, { logged: 200 })
  },
)

it.concurrent.for(ends)('`pipeline`: all records have gone through it, end: %s', async (end, { journey }) => {
  const receiver = await journey.receive({ latencyMs })
  const ended = await journey.run('log-and-end', receiver.url, { way, pipeline, count: 200, end })
  expect(ended.exit).toBe(end === 'flush, then SIGKILL' ? 'SIGKILL' : 0)
  await expectAccount(ended, receiver, { logged: 200 })
  expect(await receiver.ids('content')).toContain('RECORD 199')
})
