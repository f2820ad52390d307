/** The fast lane gives the same event as mapping the parsed record, for every line that it takes; and it takes the usual ones. */
import fc from 'fast-check'
import type { LoggerOptions } from 'pino'
import pino from 'pino'
import { describe, expect, it, vi } from 'vitest'

import { createIntake } from '../../packages/pino-openpipeline/src/intake.ts'
import { Lines } from '../../packages/pino-openpipeline/src/lines.ts'
import type { PinoConfig } from '../../packages/pino-openpipeline/src/record-to-event.ts'
import { createRecordToEvent } from '../../packages/pino-openpipeline/src/record-to-event.ts'
import { exchangeOf, some } from '../support/exchange.ts'
import type { Taken } from '../support/lanes.ts'
import { encoderOf, normal, shipperWith, topLevelNames } from '../support/lanes.ts'

/** More of them for a night's run. */
const RUNS = Number(process.env['RUNS'] ?? 3000)

// many runs each, and the machine may be busy
vi.setConfig({ testTimeout: Math.max(60_000, RUNS * 20) })

interface Lanes {
  /** Text of the event as the intake makes it, and whether the fast lane did. */
  readonly intake: (line: string) => Taken
  readonly mapped: (line: string) => string
}

function lanes(config: PinoConfig = {}, flatten = true): Lanes {
  let last: Taken = { text: '', isFast: false }
  const shipper = shipperWith(flatten, (taken) => {
    last = taken
  })
  const lines = new Lines(createIntake(shipper, config))
  const ofMapping = encoderOf(flatten)
  const recordToEvent = createRecordToEvent(config)
  return {
    intake(line) {
      lines.add(`${line}\n`)
      return last
    },
    mapped(line) {
      const { event, fields, except } = recordToEvent(line)
      return ofMapping.encode(event, fields, except)
    },
  }
}

function linesOf(log: (logger: pino.Logger) => void, options: LoggerOptions = {}): string[] {
  const lines: string[] = []
  log(pino({ level: 'trace', ...options }, { write: (line: string) => lines.push(line.slice(0, -1)) }))
  return lines
}

function check({ intake, mapped }: Lanes, line: string): boolean {
  // twice: the second time the shape is known
  intake(line)
  const { isFast, text } = intake(line)
  if (!isFast) return false
  const names = topLevelNames(text)
  expect(new Set(names).size, `a name twice in ${text}`).toBe(names.length)
  expect(normal(text), line).toBe(normal(mapped(line)))
  return true
}

/** Keys that mean something to the mapping, to the service or to JavaScript. */
const MEANINGFUL_KEYS =
  `level time pid hostname name msg message err error req res responseTime method url content timestamp loglevel
status duration event.id event.type service service.name a.b req.method headers type stack statusCode remoteAddress user-agent
authorization headers.authorization requestHeaders exception.type http.request.method url.path __proto__ constructor toString cookies ip originalUrl cause log.a
openpipeline.late query set-cookie`.split(/\s/)

const key = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'orderId', 'user', 'tenant', '') },
  { weight: 2, arbitrary: fc.constantFrom(...MEANINGFUL_KEYS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
)

const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '/path?x=1',
    '/',
    '/a?',
    '::ffff:10.1.2.3',
    'GET',
    'get',
    '\\',
    '"',
    '\\"',
    ',"msg":"x"}',
    '}{',
    '\u2028',
    '😀',
  ),
  fc.double(),
  fc.integer(),
  fc.constantFrom(200, 404, 99, 0, -0, 1e21, 1e-7, 123456789012345680),
  fc.boolean(),
  fc.constant(null),
)

const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 8, arbitrary: scalar },
    { weight: 2, arbitrary: tie('object') },
    tie('array'),
  ),
  object: fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  array: fc.array(tie('value'), { maxLength: 3 }),
})).value

const record = fc.dictionary(key, value, { maxKeys: 7, noNullPrototype: true })

/** What HTTP middleware and the error serializer write, and what nobody writes but might. */
const exchange = some({
  ...exchangeOf(scalar, value),
  err: some({
    type: fc.constantFrom('Error', 'TypeError', ''),
    message: fc.constantFrom('m', '', 'a\nb'),
    stack: fc.constantFrom('Error: m\n    at x', ''),
    code: value,
  }),
  a: value,
})

describe('the fast lane', () => {
  it('gives the same event as the mapping, for any record that pino writes', () => {
    const both = lanes()
    let fast = 0
    let all = 0
    fc.assert(
      fc.property(record, record, fc.oneof(scalar, fc.constant(undefined)), (bindings, fields, message) => {
        const [line = ''] = linesOf((logger) => logger.child(bindings).info(fields, message as string))
        all++
        if (check(both, line)) fast++
      }),
      { numRuns: RUNS },
    )
    expect(fast / all, 'too few lines take the fast lane for this to be a test of it').toBeGreaterThan(0.02)
  })

  it('gives the same event for flat records of any shape, and takes most of them', () => {
    const both = lanes()
    const flat = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'orderId', 'tenant', 'ok'), scalar, { maxKeys: 6 })
    let fast = 0
    fc.assert(
      fc.property(flat, fc.string({ unit: 'binary' }), (fields, message) => {
        const [line = ''] = linesOf((logger) => logger.warn(fields, message))
        if (check(both, line)) fast++
      }),
      { numRuns: RUNS },
    )
    expect(fast).toBeGreaterThan(RUNS / 2)
  })

  it.each([
    ['other keys for message and error', { messageKey: 'text', errorKey: 'failure' }],
    ['a nested key', { nestedKey: 'payload' }],
  ])('gives the same event with %s', (_title, options) => {
    const both = lanes(options)
    fc.assert(
      fc.property(record, (fields) => {
        const [line = ''] = linesOf((logger) => logger.error(fields, 'text'), options)
        check(both, line)
      }),
      { numRuns: RUNS },
    )
  })

  it('gives the same event where objects are kept', () => {
    const both = lanes({}, false)
    let fast = 0
    fc.assert(
      fc.property(record, (fields) => {
        const [line = ''] = linesOf((logger) => logger.info(fields, 'text'))
        if (check(both, line)) fast++
      }),
      { numRuns: RUNS },
    )
    expect(fast).toBeGreaterThan(RUNS / 10)
  })

  it.each([
    ['flattened', true],
    ['kept', false],
  ])('gives the same event for requests, responses and errors of any shape, %s', (_title, flatten) => {
    const both = lanes({}, flatten)
    let fast = 0
    fc.assert(
      fc.property(exchange, fc.boolean(), (fields, hasMessage) => {
        const [line = ''] = linesOf((logger) => logger.info(fields, hasMessage ? 'text' : undefined))
        if (check(both, line)) fast++
      }),
      { numRuns: RUNS },
    )
    expect(fast).toBeGreaterThan(RUNS / 10)
  })

  it('gives the same event, or refuses, when a line was damaged', () => {
    const both = lanes()
    const [line = ''] = linesOf((logger) => logger.info({ a: 1, s: 'x"y\\', req: { method: 'GET', url: '/x?y' } }, 'm'))
    fc.assert(
      fc.property(fc.nat(line.length), fc.nat(3), fc.string({ maxLength: 3 }), (at, cut, put) => {
        const damaged = line.slice(0, at) + put + line.slice(at + cut)
        const { isFast, text } = both.intake(damaged)
        // what is no JSON must never get into a batch as if it were: all of it would be refused
        if (isFast) expect(isJson(damaged), damaged).toBe(true)
        if (isFast) expect(normal(text)).toBe(normal(both.mapped(damaged)))
      }),
      { numRuns: RUNS },
    )
  })

  it.each([
    ['flattened', true],
    ['kept', false],
  ])('takes requests, responses and errors as pino and its middleware write them, %s', (_title, flatten) => {
    const both = lanes({}, flatten)
    const lines = linesOf((logger) => {
      logger.info(
        {
          req: {
            id: 1,
            method: 'GET',
            url: '/orders?expand=items',
            query: { expand: 'items' },
            params: {},
            headers: { host: 'shop', 'user-agent': 'curl/8', authorization: 'Bearer secret', cookie: 'a=b' },
            remoteAddress: '::ffff:10.0.0.7',
            remotePort: 4711,
          },
          res: { statusCode: 200, headers: { 'content-length': '12' } },
          responseTime: 12.5,
        },
        'request completed',
      )
      logger.error(Object.assign(new Error('card refused'), { code: 'E_CARD' }), 'payment failed')
    })
    for (const line of lines) expect(check(both, line), line).toBe(true)
    expect(both.intake(lines[0] ?? '').text).not.toContain('secret')
  })

  it('keeps the logger’s own level and time where a record brings its own', () => {
    const both = lanes()
    const [line = ''] = linesOf((logger) => logger.info({ level: 'mine', time: 1 }, 'x'))
    expect(both.intake(line).isFast).toBe(false)
    expect(normal(both.intake(line).text)).toBe(normal(both.mapped(line)))
  })

  it.each([
    '{"level":30,"time":TIME,"pid":1,"hostname":"h","a":0,"loglevel":{}}',
    '{"level":30,"time":TIME,"pid":1,"hostname":"h","a":0,"event.type":{}}',
    '{"level":30,"time":TIME,"pid":1,"hostname":"h","a":0,"req":{}}',
  ])('leaves an empty object under a name of the event to the mapping, also at the end: %s', (line) => {
    expect(check(lanes(), line.replace('TIME', String(Date.now())))).toBe(false)
  })

  it.each(['1.2.3', '1.', '007', '-', '-.5', '1.2.'])(
    'leaves what is no number in JSON to the mapping: %s',
    (number) => {
      const { intake } = lanes()
      const line = `{"level":30,"time":${Date.now()},"pid":1,"hostname":"h","a":${number},"msg":"x"}`
      intake(line)
      expect(intake(line).isFast).toBe(false)
    },
  )

  it.each([
    '{"message":"m"}',
    '{"type":"T"}',
    '{"stack":"s"}',
    '{"message":"m","type":"T"}',
    '{"message":"","type":"T"}',
  ])('takes for an error what the mapping takes for one: %s', (error) => {
    for (const flatten of [true, false]) {
      const both = lanes({}, flatten)
      const line = `{"level":50,"time":${Date.now()},"pid":1,"hostname":"h","err":${error},"msg":"x"}`
      check(both, line)
      expect(normal(both.intake(line).text)).toBe(normal(both.mapped(line)))
    }
  })

  it.each([
    '"req":{"headers":{"cookie":{"session":"s3cret"}}}',
    '"req":{"headers":{"cookie":["s3cret"]}}',
    '"req":{"headers":{"cookie":[{"a":"s3cret"}]}}',
    '"req":{"headers":["cookie","s3cret"]}',
    '"req":{"_header":"s3cret"}',
    '"req":{"body":{"headers":{"cookie":"s3cret"}}}',
    '"req":{"body":{"hea\\u0064ers":{"cookie":"s3cret"}}}',
    '"call":{"requestHeaders":{"Authorization":"s3cret"}}',
    '"calls":[{"headers":{"authorization":"s3cret"}}]',
    '"rawHeaders":["Cookie","s3cret"]',
    '"rawHeaders":[["Cookie","s3cret"]]',
    '"auth":{"username":"u","password":"s3cret"}',
  ])('hides a secret header wherever it stands: %s', (member) => {
    for (const flatten of [true, false]) {
      const both = lanes({}, flatten)
      const line = `{"level":30,"time":${Date.now()},"pid":1,"hostname":"h",${member},"msg":"x"}`
      check(both, line)
      expect(both.intake(line).text).not.toContain('s3cret')
      expect(both.mapped(line)).not.toContain('s3cret')
    }
  })

  it('takes a key with a dot for what it is, and not for a key inside an object', () => {
    const both = lanes()
    const lines = linesOf((logger) => {
      logger.info({ 'req.method': 'GET', 'res.statusCode': 200, 'err.type': 'x' }, 'flat')
      logger.info({ req: { 'headers.user-agent': 'x' } }, 'inside')
    })
    for (const line of lines) expect(check(both, line), line).toBe(true)
  })

  it('keeps no part of a chunk in memory for a shape that it has learned', () => {
    const both = lanes()
    const line = linesOf((logger) => logger.info({ key: 1 }, 'x'))[0] ?? ''
    const chunk = `${line}\n${'x'.repeat(1000)}`
    both.intake(chunk.slice(0, line.length))
    expect(both.intake(line).isFast).toBe(true)
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
