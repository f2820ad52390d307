/** Whatever a logger can write: a valid event, no key lost, none overwritten. */
import fc from 'fast-check'
import pino from 'pino'
import { describe, expect, it, vi } from 'vitest'
import { createRecordToEvent } from '../../packages/pino-openpipeline/src/record-to-event.ts'
import { asSent } from '../support/as-sent.ts'
import { KeptLines, sentOf, sentOfLine } from './lines.ts'

/** More of them with `RUNS=100000`. */
const RUNS = Number(process.env['RUNS'] ?? 400)

// hundreds of runs, on whatever machine
vi.setConfig({ testTimeout: Math.max(60_000, RUNS * 20) })

/** Names that mean something to the mapping, to JavaScript or to us. */
const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'level',
    'time',
    'msg',
    'pid',
    'hostname',
    'name',
    'err',
    'error',
    'req',
    'res',
    'responseTime',
    'message',
    'timestamp',
    '@timestamp',
    'content',
    'loglevel',
    'status',
    'log.level',
    'log.raw_level',
    'event.id',
    'method',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'length',
    'a.b',
    'a',
    '',
    'url',
    'headers',
  ),
)

const scalar = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('info', 'GET', '/a?b', '2026-01-15T12:00:00Z', 30, 200, 1_768_478_400_123),
)

const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  object: fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((entries) => entriesToObject(entries)),
}))

const record = fc.array(fc.tuple(key, json), { maxLength: 12 }).map(entriesToObject)

/** Object.fromEntries, which also keeps `__proto__`. */
function entriesToObject(entries: readonly (readonly [string, unknown])[]): object {
  const object = {}
  for (const [name, value] of entries) {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return object
}

/** Every scalar of a value, arrays as they are; a leaf may change its name but not its text. */
function leavesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [JSON.stringify(value)]
  return Object.values(value).flatMap(leavesOf)
}

/** Fields whose text becomes another one: times, levels, errors and what HTTP middleware logs. */
const isTranslated = /^(level|time|timestamp|@timestamp|err|error|req|res|responseTime|method|url|status|severity)$/

const loglevels = [
  'ALERT',
  'CRITICAL',
  'DEBUG',
  'EMERGENCY',
  'ERROR',
  'FATAL',
  'INFO',
  'NONE',
  'NOTICE',
  'SEVERE',
  'TRACE',
  'WARN',
]

describe('any record', () => {
  it('becomes a valid event', () => {
    fc.assert(
      fc.property(record, (fields) => {
        const now = Date.now()
        const event = sentOfLine(JSON.stringify(fields))
        const timestamp = event['timestamp']
        const ms = typeof timestamp === 'number' ? timestamp : Date.parse(String(timestamp))
        expect(Math.abs(ms - now)).toBeLessThan(24 * 3_600_000)
        if ('loglevel' in event && !Object.hasOwn(fields, 'loglevel')) expect(loglevels).toContain(event['loglevel'])
        for (const value of Object.values(event)) {
          const isObject = isNested(value) && !Array.isArray(value)
          expect(isObject && Object.keys(value).length > 0, 'nothing nested is left').toBe(false)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('keeps each of its values under some name', () => {
    fc.assert(
      fc.property(record, (fields) => {
        const sent = leavesOf(asSent(createRecordToEvent()(JSON.stringify(fields)), 'keep'))
        const translated = new Set(Object.keys(fields).filter((name) => isTranslated.test(name)))
        for (const [name, value] of Object.entries(fields)) {
          if (translated.has(name)) continue
          for (const leaf of leavesOf(value)) {
            const text =
              /^(msg|message)$/.test(name) && typeof value !== 'object' ? JSON.stringify(String(value)) : leaf
            expect(sent.includes(text) || sent.includes(leaf), `${name}: ${leaf}`).toBe(true)
          }
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('has as many attributes as it has names, however they clash', () => {
    fc.assert(
      fc.property(record, (fields) => {
        const plain = Object.entries(fields).filter(([name, value]) => !isTranslated.test(name) && !isNested(value))
        const event = sentOfLine(JSON.stringify(entriesToObject(plain)))
        expect(Object.keys(event).length).toBeGreaterThanOrEqual(plain.length)
      }),
      { numRuns: RUNS },
    )
  })

  it('is written by pino itself and told apart from what pino adds', () => {
    fc.assert(
      fc.property(record, fc.string(), (fields, message) => {
        const kept = new KeptLines()
        const before = Date.now()
        pino({ name: 'app' }, kept).warn(withoutMessage(fields), message)
        const [event] = sentOf(kept.lines)
        expect(event).toMatchObject({
          loglevel: 'WARN',
          'process.pid': process.pid,
          'log.logger': 'app',
          content: message,
        })
        expect(event?.['timestamp']).toBeGreaterThanOrEqual(before)
        for (const name of ['level', 'time', 'pid'] as const) {
          const own: unknown = Reflect.get(fields, name)
          if (Object.hasOwn(fields, name) && !isNested(own) && own !== 40 && typeof own !== 'number') {
            expect(leavesOf(event)).toContain(JSON.stringify(own))
          }
        }
      }),
      { numRuns: RUNS },
    )
  })
})

describe('any text', () => {
  it('is an event', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (line) => {
        const event = sentOfLine(line)
        expect(typeof event['timestamp'] === 'number' || typeof event['timestamp'] === 'string').toBe(true)
      }),
      { numRuns: RUNS },
    )
  })
})

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** What is logged as `msg` beside a message is written twice by pino, and read as the message. */
function withoutMessage(fields: object): object {
  return entriesToObject(Object.entries(fields).filter(([name]) => name !== 'msg' && name !== 'err'))
}
