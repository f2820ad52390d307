/** The fast lane gives the same event as mapping and encoding the info, for every info that it takes; and it takes the usual ones. */
import fc from 'fast-check'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import winston from 'winston'
import { createInfoLane } from '../../packages/winston-openpipeline/src/info-lane.ts'
import { createRecordToEvent } from '../../packages/winston-openpipeline/src/record-to-event.ts'
import { exchangeOf, some } from '../support/exchange.ts'
import type { Taken } from '../support/lanes.ts'
import { encoderOf, normal, shipperWith, topLevelNames } from '../support/lanes.ts'
import { asIs, loggerWith, MappingTransport } from './infos.ts'

/** More of them for a night's run. */
const RUNS = Number(process.env['RUNS'] ?? 3000)

// many runs each, and the machine may be busy
vi.setConfig({ testTimeout: Math.max(60_000, RUNS * 20) })

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_795_522_800_000 }) // both ways see one time of arrival
  return () => vi.useRealTimers()
})

const FORMATS = [asIs, winston.format.combine(winston.format.timestamp(), winston.format.json())]

type Log = (logger: winston.Logger) => void

/** Whether the fast lane took the info, after it has seen one of its shape. */
type Check = (log: Log, format?: winston.Logform.Format) => boolean

function checkWith(flatten = true): Check {
  let last: Taken | undefined
  const lane = createInfoLane(shipperWith(flatten, (taken) => void (last = taken)))
  const encoder = encoderOf(flatten)
  const recordToEvent = createRecordToEvent()
  return (log, format = asIs) => {
    const transport = new MappingTransport()
    try {
      log(loggerWith(transport, { format }))
    } catch {
      return false // a format of winston's threw
    }
    const [info] = transport.infos
    if (info === undefined || lane === undefined) return false
    const isTaken = [1, 2].map(() => lane.push(info)) // the second time the shape is known
    const { event, fields, except } = recordToEvent(info)
    const mapped = encoder.encode(event, fields, except)
    if (isTaken[1] !== true) return false
    const text = last?.text ?? ''
    const names = topLevelNames(text)
    expect(new Set(names).size, `a name twice in ${text}`).toBe(names.length)
    expect(normal(text)).toBe(normal(mapped))
    return true
  }
}

/** Keys that mean something to the mapping, to the service or to JavaScript. */
const MEANINGFUL_KEYS =
  `timestamp error err req res responseTime method url content loglevel status duration event.id event.type service
service.name a.b req.method headers type stack statusCode remoteAddress user-agent authorization headers.authorization requestHeaders
rawHeaders exception.type http.request.method url.path __proto__ constructor toString toJSON cookies ip originalUrl cause log.a
openpipeline.late query set-cookie meta metadata trace_id span_id trace_flags name host.name process.pid exception`.split(
    /\s/,
  )

const key = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'orderId', 'user', 'tenant', '', '7') },
  { weight: 2, arbitrary: fc.constantFrom(...MEANINGFUL_KEYS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
)

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'binary', minLength: 47, maxLength: 200 }),
  fc.constantFrom(
    '/path?x=1',
    '/',
    '/a?',
    '::ffff:10.1.2.3',
    'GET',
    'get',
    '\\',
    '"',
    '\u2028',
    '😀',
    '\ud800',
    '–'.repeat(60),
  ),
)

const scalar = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.constantFrom(200, 404, 99, 0, -0, 1e21, 1e-7, 123456789012345680, 999_999_999_999_999, 2 ** 53, -12, 0.5),
  fc.boolean(),
  fc.constantFrom(null, undefined),
)

const oddity = fc.constantFrom<unknown>(
  10n,
  Symbol('s'),
  () => 1,
  new Date(1e12),
  new Map([['a', 1]]),
  new Error('e'),
  Buffer.from('abc'),
  { toJSON: () => 'form' },
  Object.create(null),
  Object.create({ inherited: 1 }),
  [1, , 2], // eslint-disable-line no-sparse-arrays -- a gap is what is tested
)

const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 8, arbitrary: scalar },
    { weight: 2, arbitrary: tie('object') },
    { weight: 1, arbitrary: oddity },
    tie('array'),
  ),
  object: fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  array: fc.array(tie('value'), { maxLength: 4 }),
})).value

const fields = fc.dictionary(key, value, { maxKeys: 7, noNullPrototype: true })

const failure = some({
  name: fc.constantFrom('Error', 'TypeError', ''),
  type: fc.constantFrom('Error', 'TypeError', '', 5),
  message: fc.constantFrom('m', '', 'a\nb', 5),
  stack: fc.constantFrom('Error: m\n    at x', '', 5),
  code: value,
})

/** What HTTP middleware and formats write, and what nobody writes but might. */
const exchange = some({
  ...exchangeOf(scalar, value),
  error: failure,
  err: failure,
  stack: fc.constantFrom('Error: m\n    at x', 'TypeError: n\n    at y', 'stacked', '', ['Error: m\n    at x']),
  timestamp: fc.constantFrom(
    '2026-11-24T12:30:00.000Z',
    1_795_522_800_001,
    '2026-11-24T12:30:00.123456Z',
    'x',
    1e12,
    undefined,
  ),
  trace_id: fc.constantFrom('4bf92f3577b34da6a3ce929d0e0e4736', undefined, null),
  a: value,
})

const message = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('order stored', 'Bestellung – 12 Stück', 'in 12 ms', '') },
  { weight: 2, arbitrary: text },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      'GET /a 200 12 - 3.1 ms',
      '\u001b[32mgreen\u001b[39m',
      'GET /a 404 1.5 ms - 10',
      5,
      null,
      { a: 1 },
      new Error('m'),
    ),
  },
)

/** winston's types ask for a text; programs log what they have. */
function entryOf(level: string, said: unknown, meta: object): winston.LogEntry {
  return Object.assign({ level, message: '' }, meta, { level, message: said }) as winston.LogEntry
}

describe.each([
  ['flattened', true],
  ['kept', false],
])('the fast lane, where objects are %s,', (_title, flatten) => {
  it.each([
    ['any fields', fields],
    ['requests, responses and errors of any shape', exchange],
  ])('gives the same event as the mapping for %s', (_what, arbitrary) => {
    const check = checkWith(flatten)
    let fast = 0
    fc.assert(
      fc.property(
        arbitrary,
        message,
        fc.constantFrom(...FORMATS),
        fc.constantFrom('info', 'error', 'silly'),
        (meta, said, format, level) => {
          if (check((logger) => logger.log(entryOf(level, said, meta)), format)) fast++
        },
      ),
      { numRuns: RUNS },
    )
    expect(fast).toBeGreaterThan(RUNS / 50)
  })
})

describe('the fast lane', () => {
  it.each<[string, Log]>([
    ['a message', (logger) => logger.info('order stored')],
    [
      'fields',
      (logger) =>
        logger.warn('order stored', { orderId: 7, tenant: 'acme', tags: ['a', 'b'], isNew: true, none: null }),
    ],
    [
      'a nested object',
      (logger) => logger.info('order stored', { user: { id: 7, address: { city: 'Linz' }, roles: {} } }),
    ],
    ['a child', (logger) => logger.child({ component: 'basket' }).info('order stored', { orderId: 7 })],
    [
      'a request and its response',
      (logger) =>
        logger.info('request completed', {
          req: {
            id: 'a',
            method: 'GET',
            url: '/orders?page=1',
            query: { page: '1' },
            params: {},
            headers: { host: 'a', 'user-agent': 'curl/8', authorization: 'Bearer s3cret' },
            remoteAddress: '::ffff:10.0.0.1',
          },
          res: { statusCode: 200, headers: { etag: 'x' } },
          responseTime: 12,
        }),
    ],
    [
      'what a format left of an error',
      (logger) =>
        logger.error('failed', {
          error: { name: 'TypeError', message: 'm', code: 'E' },
          stack: 'TypeError: m\n    at x',
        }),
    ],
  ])('takes %s', (_what, log) => {
    const check = checkWith()
    for (const format of FORMATS) expect(check(log, format)).toBe(true)
  })

  it.each<[string, Log]>([
    ['an error', (logger) => logger.error('failed', new Error('m'))],
    ['an error in a field', (logger) => logger.error('failed', { err: new Error('m') })],
    ['a stack alone', (logger) => logger.error('failed', { stack: 'Error: m\n    at x' })],
    ['a line of an access log', (logger) => logger.info('GET /a 200 12 - 3.1 ms')],
    ['fields in a container', (logger) => logger.info('m', { meta: { req: { method: 'GET', url: '/' } } })],
    ['a name of the event', (logger) => logger.info('m', { content: 'c' })],
    ['an attribute of every event', (logger) => logger.info('m', { 'service.name': 's' })],
    ['an object with a form of its own', (logger) => logger.info('m', { at: new Date() })],
  ])('leaves %s to the mapping', (_what, log) => {
    expect(checkWith()(log)).toBe(false)
  })

  it('hides a secret header wherever it stands', () => {
    for (const flatten of [true, false]) {
      for (const meta of [
        { req: { headers: { cookie: 's3cret' } } },
        { req: { headers: { cookie: { session: 's3cret' } } } },
        { req: { headers: ['cookie', 's3cret'] } },
        { req: { _header: 's3cret' } },
        { call: { requestHeaders: { Authorization: 's3cret' } } },
        { calls: [{ headers: { authorization: 's3cret' } }] },
        { rawHeaders: ['Cookie', 's3cret'] },
        { auth: { username: 'u', password: 's3cret' } },
      ]) {
        let taken = ''
        const lane = createInfoLane(shipperWith(flatten, ({ text: event }) => void (taken = event)))
        const transport = new MappingTransport()
        loggerWith(transport).info('m', meta)
        for (const info of transport.infos) {
          if (lane?.push(info) === true) expect(taken).not.toContain('s3cret')
        }
      }
    }
  })

  it('leaves everything to the mapping while all objects inherit a key', () => {
    Object.defineProperty(Object.prototype, 'inherited', {
      value: 1,
      enumerable: true,
      configurable: true,
      writable: true,
    })
    onTestFinished(() => void Reflect.deleteProperty(Object.prototype, 'inherited'))
    expect(checkWith()((logger) => logger.info('m', { a: 1 }))).toBe(false)
  })

  it('leaves an info whose getter logs or throws to the mapping, and goes on', () => {
    const events: string[] = []
    const lane = createInfoLane(shipperWith(true, ({ text: event }) => void events.push(event)))
    const transport = new MappingTransport()
    loggerWith(transport).info('inner')
    const [inner] = transport.infos
    const outer = Object.defineProperty({ ...inner }, 'late', {
      enumerable: true,
      get: () => (lane?.push(inner ?? {}) === true ? 'taken' : 'left'),
    })
    expect(lane?.push(outer)).toBe(true)
    expect(events).toHaveLength(1)
    expect(events[0]).toContain('"late":"left"')
    const throwing = Object.defineProperty({ ...inner }, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('bad')
      },
    })
    expect(lane?.push(throwing)).toBe(false)
    expect(lane?.push(inner ?? {})).toBe(true)
  })
})
