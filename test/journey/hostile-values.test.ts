/** Records that JSON cannot hold: they arrive all the same, and whoever else sees them is not disturbed. */
import { expect } from 'vitest'

import { it, ways } from './journey.ts'

const markers = [
  'BigInt',
  'circular',
  'throwing getter and toJSON',
  'NaN',
  'invalid Date',
  '2 MB string',
  'Error with cause',
  'AggregateError',
  'Symbol',
  'function',
  'Map',
  'Set',
  'Buffer',
  'lone surrogate',
  '__proto__ key',
  'depth 10,000',
  'frozen info',
  'null prototype',
]

it.concurrent.for(ways)('all 18 arrive: %s', async (way, { journey }) => {
  const receiver = await journey.receive()
  const ended = await journey.run('hostile-values', receiver.url, { way })
  expect(ended).toMatchObject({ exit: 0, stderr: '', said: { logged: 18, polluted: false } })
  expect(new Set(await receiver.ids('marker'))).toEqual(new Set(markers))
  expect(markers).toHaveLength(18)
  expect(await receiver.stats()).toMatchObject({ distinct: 18, duplicates: 0, dropped: 0 })
})

it.concurrent('from winston each has a readable form', async ({ journey }) => {
  const receiver = await journey.receive()
  await journey.run('hostile-values', receiver.url, { way: 'winston' })
  const events = await receiver.events()
  const formOf = (marker: string): unknown => events.find((event) => event['marker'] === marker)
  expect(formOf('BigInt')).toMatchObject({ value: '12345678901234567890' })
  expect(formOf('circular')).toMatchObject({ 'value.self': '[Circular]' })
  expect(formOf('throwing getter and toJSON')).toMatchObject({
    'value.getter.value': '[Throws: getter]',
    'value.json': '[Throws: toJSON]',
  })
  expect(formOf('NaN')).toMatchObject({ value: 'NaN' })
  expect(formOf('invalid Date')).toMatchObject({ value: 'Invalid Date' })
  expect(formOf('2 MB string')).toMatchObject({ value: expect.stringMatching(/^x{100000,}….*truncated/) })
  expect(formOf('Error with cause')).toMatchObject({ 'value.message': 'outer', 'value.cause.message': 'inner' })
  expect(formOf('AggregateError')).toMatchObject({ 'value.message': 'both' })
  expect(formOf('Symbol')).toMatchObject({ value: 'Symbol(symbol)' })
  expect(formOf('function')).toMatchObject({ value: '[Function: named]' })
  expect(formOf('Buffer')).toMatchObject({ value: 'AP+A' })
  expect(formOf('null prototype')).toMatchObject({ 'value.key': 'value' })
})

it.concurrent(
  'a Console transport on the same winston logger prints what it prints without us',
  async ({ journey }) => {
    const receiver = await journey.receive()
    const [withUs, withoutUs] = await Promise.all([
      journey.run('hostile-values', receiver.url, { way: 'winston' }),
      journey.run('hostile-values', receiver.url, { way: 'winston', withoutUs: true }),
    ])
    const lines = withUs.stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(18 + 1)
    expect(lines.at(-1)).toBe('that was all')
    expect(lines[0]).toBe('info hostile BigInt keys: marker, value, level, message, text')
    expect(withUs.stdout).toBe(withoutUs.stdout)
  },
)
