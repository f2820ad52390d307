/** Whatever a program hands to winston: an event, never an exception, never a changed info. */
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'

import { describe, expect, it, vi } from 'vitest'
import { createRecordToEvent } from '../../packages/winston-openpipeline/src/record-to-event.ts'
import { asSent } from '../support/as-sent.ts'
import { logged } from './infos.ts'

// hundreds of runs, on whatever machine
vi.setConfig({ testTimeout: 60_000 })

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'level',
    'message',
    'stack',
    'cause',
    'error',
    'err',
    'meta',
    'metadata',
    'req',
    'res',
    'responseTime',
    'timestamp',
    'content',
    'status',
    'loglevel',
    'method',
    'url',
    'headers',
    'cookies',
    'statusCode',
    'exception',
    'name',
    'type',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'log.status',
    'a.b',
  ),
)

const anything = fc.anything({
  key,
  maxDepth: 3,
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
  values: [
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.constantFrom('GET', '/a?b', 200),
  ],
})

const fields = fc.array(fc.tuple(key, anything), { maxLength: 10 }).map((entries) => {
  const object = {}
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return object
})

describe('any info', () => {
  it('is mapped without an exception and without being changed', () => {
    fc.assert(
      fc.property(fc.clone(fields, 2), ([info, same]) => {
        const event = asSent(createRecordToEvent()(info))
        expect(event['timestamp']).toBeDefined()
        expect(isDeepStrictEqual(info, same)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('has the level and the message with which it was logged', () => {
    fc.assert(
      fc.property(fields, fc.string(), (meta, message) => {
        const [event] = logged({}, (logger) =>
          logger.log({ ...meta, level: 'warn', message, [Symbol.for('level')]: 'warn' }),
        )
        expect(event).toMatchObject({ loglevel: 'WARN', status: 'WARN', 'log.raw_level': 'warn', content: message })
      }),
      { numRuns: 300 },
    )
  })
})

describe('credentials', () => {
  it('never leave in the headers of a request or a response, wherever it is logged', () => {
    const name = fc.constantFrom('authorization', 'Cookie', 'SET-COOKIE', 'proxy-authorization', 'Authorization')
    const place = fc.constantFrom('', 'meta', 'metadata')
    fc.assert(
      fc.property(name, place, fc.constantFrom('req', 'res'), fields, (header, container, part, others) => {
        const request = { ...others, headers: { [header]: 'a secret', accept: '*/*' } }
        const info = container === '' ? { [part]: request } : { [container]: { [part]: request } }
        expect(JSON.stringify(asSent(createRecordToEvent()(info)))).not.toContain('a secret')
      }),
      { numRuns: 300 },
    )
  })
})
