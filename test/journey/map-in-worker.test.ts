/** The option `map` in pino's worker, where it is the export of a module. */
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

import { it } from './journey.ts'

const way = 'pino worker'
const module = fileURLToPath(new URL('./programs/map.mjs', import.meta.url))
const end = 'process.exit'

it.concurrent(
  'maps in the worker, loses no record by waiting for the module, and tells of a fault once',
  async ({ journey }) => {
    const receiver = await journey.receive()
    const options = { map: { module }, redact: ['padding'] }
    const ended = await journey.run('log-and-end', receiver.url, { way, options, count: 200, recordBytes: 10, end })
    expect(ended.exit).toBe(0)
    const events = await receiver.events()
    expect(events.map(({ n }) => n)).toEqual([0, 1, ...Array.from({ length: 197 }, (_, index) => index + 3)])
    expect(events[0]).toMatchObject({ mapped: true, password: '[Redacted]', padding: '[Redacted]' })
    expect(events[0]?.['threadId']).not.toBe(0)
    expect(events[1]).not.toHaveProperty('mapped')
    expect(ended.diagnostics.filter(({ kind }) => kind === 'warning')).toEqual([
      expect.objectContaining({ message: 'map threw: [Throws: a fault of the user]; its events are sent unmapped' }),
    ])
  },
)

it.concurrent('says what is wrong with a module that is not there', async ({ journey }) => {
  const receiver = await journey.receive()
  const options = { map: { module: './nowhere.mjs' } }
  const given = { way, options, count: 1, end: 'process.exit when told' }
  const program = journey.start('log-and-end', receiver.url, given)
  await program.told('error')
  program.tell('end')
  const ended = await program.ended
  expect(ended.exit).toBe(0)
  expect(ended.stderr).toContain('pino-openpipeline: map.module ./nowhere.mjs cannot be loaded')
})

it.concurrent('applies minLevel to a single target', async ({ journey }) => {
  const receiver = await journey.receive()
  const options = { minLevel: 'warn' }
  const ended = await journey.run('log-and-end', receiver.url, { way, options, count: 10, end })
  expect(ended.exit).toBe(0)
  expect(await receiver.events()).toEqual([])
})
