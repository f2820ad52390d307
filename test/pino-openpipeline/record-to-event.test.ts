import { hostname } from 'node:os'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { logged, sentOfLine } from './lines.ts'

const anyTime = expect.any(Number) as unknown
const anyStack = expect.stringContaining('    at ') as unknown

describe('a record of pino', () => {
  it('is mapped by name, and its own fields keep theirs', () => {
    const [event] = logged({ name: 'checkout' }, (logger) => logger.info({ orderId: 7, deep: { a: [1] } }, 'paid'))
    expect(event).toEqual({
      timestamp: anyTime,
      content: 'paid',
      loglevel: 'INFO',
      status: 'INFO',
      'log.raw_level': '30',
      'log.logger': 'checkout',
      'process.pid': process.pid,
      'host.name': hostname(),
      orderId: 7,
      'deep.a': [1],
    })
  })

  it('needs neither base nor bindings', () => {
    const [event] = logged({ base: null }, (logger) => logger.info('bare'))
    expect(event).toEqual({
      timestamp: anyTime,
      content: 'bare',
      loglevel: 'INFO',
      status: 'INFO',
      'log.raw_level': '30',
    })
  })

  it('has the bindings of its children', () => {
    const [event] = logged({}, (logger) => logger.child({ reqId: 'r1' }).child({ userId: 2 }).warn('x'))
    expect(event).toMatchObject({ reqId: 'r1', userId: 2, loglevel: 'WARN' })
  })

  it.each([
    ['no message', undefined, undefined],
    ['a number', 42, '42'],
    ['a boolean', false, 'false'],
    ['an empty text', '', ''],
  ])('may have %s', (_what, message, content) => {
    const [event] = logged({}, (logger) => logger.info(message))
    expect(event?.['content']).toBe(content)
  })

  it('keeps a message that is an object as fields', () => {
    expect(sentOfLine('{"level":30,"msg":{"a":1}}')).toMatchObject({ 'msg.a': 1 })
    expect(sentOfLine('{"level":30,"msg":null}')).toMatchObject({ msg: null })
  })

  it('never lets a field take the place of an attribute', () => {
    const fields = {
      content: 'c',
      loglevel: 'l',
      status: 's',
      timestamp: 't',
      'log.raw_level': 'r',
      log: { level: 'x' },
    }
    const [event] = logged({}, (logger) => logger.info(fields, 'message'))
    expect(event).toMatchObject({
      content: 'message',
      loglevel: 'INFO',
      status: 'INFO',
      'log.content': 'c',
      'log.loglevel': 'l',
      'log.status': 's',
      'log.timestamp': 't',
      'log.log.raw_level': 'r',
      'log.level': 'x',
    })
    expect(event?.['timestamp']).toEqual(anyTime)
  })

  it('leaves trace and topology untouched at top level', () => {
    const context = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16), trace_flags: '01', 'dt.entity.host': 'HOST-1' }
    const [event] = logged({ mixin: () => context }, (logger) => logger.info({ 'dd.trace_id': '7' }, 'x'))
    expect(event).toMatchObject({ ...context, 'dd.trace_id': '7' })
  })

  it('survives what JSON cannot hold', () => {
    const hostile = {
      big: 10n,
      nan: Number.NaN,
      date: new Date(Number.NaN),
      map: new Map([[1, 2]]),
      f: () => 1,
      u: undefined,
    }
    const [event] = logged({}, (logger) => logger.info(hostile, 'odd \u2028 \ud800 "quoted" \\'))
    expect(event).toMatchObject({ big: 10, nan: null, date: null, map: {}, content: 'odd \u2028 \ud800 "quoted" \\' })
  })
})

describe('the keys of pino', () => {
  it('for message and error are those of its configuration', () => {
    const keys = { messageKey: 'text', errorKey: 'failure' }
    const [event] = logged(keys, (logger) => logger.error(new TypeError('bad')), keys)
    expect(event).toMatchObject({ content: 'bad', 'exception.type': 'TypeError', 'exception.stack_trace': anyStack })
    expect(Object.keys(event ?? {}).filter((key) => key.startsWith('failure') || key === 'text')).toEqual([])
  })

  it('that are usual are found without it', () => {
    const [event] = logged({ messageKey: 'message', errorKey: 'error' }, (logger) => logger.error(new TypeError('bad')))
    expect(event).toMatchObject({ content: 'bad', 'exception.type': 'TypeError' })
  })

  it('for nested fields are a name like any other, and looked into where they are known', () => {
    const log = (logger: pino.Logger) => logger.error({ err: new TypeError('bad'), a: 1 }, 'm')
    const [unknown] = logged({ nestedKey: 'payload' }, log)
    expect(unknown).toMatchObject({ content: 'm', 'payload.a': 1, 'payload.err.type': 'TypeError' })
    const [known] = logged({ nestedKey: 'payload' }, log, { nestedKey: 'payload' })
    expect(known).toMatchObject({ content: 'm', 'payload.a': 1, 'exception.type': 'TypeError' })
    expect(known).not.toHaveProperty('payload.err.type')
  })
})

describe('an error', () => {
  it('is an exception, and what else it carries keeps its name', () => {
    const error = Object.assign(new TypeError('bad'), { code: 'E_BAD', details: { field: 'x' } })
    const [event] = logged({ base: null }, (logger) => logger.error(error, 'failed'))
    expect(event).toEqual({
      timestamp: anyTime,
      content: 'failed',
      loglevel: 'ERROR',
      status: 'ERROR',
      'log.raw_level': '50',
      'exception.type': 'TypeError',
      'exception.message': 'bad',
      'exception.stack_trace': anyStack,
      'err.code': 'E_BAD',
      'err.details.field': 'x',
    })
  })

  it('has its causes in message and stack, as the serializer of pino writes them', () => {
    const [event] = logged({}, (logger) => logger.error(new Error('outer', { cause: new TypeError('inner') })))
    expect(event).toMatchObject({ content: 'outer', 'exception.message': 'outer: inner' })
    expect(event?.['exception.stack_trace']).toContain('caused by: TypeError: inner')
  })

  it('has its causes as attributes with errWithCause', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 7 })
    const serializers = { err: pino.stdSerializers.errWithCause }
    const [event] = logged({ serializers }, (logger) => logger.error(new Error('outer', { cause })))
    expect(event).toMatchObject({
      'exception.message': 'outer',
      'exception.cause.type': 'TypeError',
      'exception.cause.message': 'inner',
      'exception.cause.stack_trace': anyStack,
      'exception.cause.code': 7,
    })
  })

  it('may be many', () => {
    const [event] = logged({}, (logger) =>
      logger.error(new AggregateError([new Error('1'), new TypeError('2')], 'all')),
    )
    expect(event).toMatchObject({
      'exception.type': 'AggregateError',
      'exception.errors': ['Error: 1', 'TypeError: 2'],
    })
  })

  it('that is only a text stays one', () => {
    const [event] = logged({}, (logger) => logger.error({ err: 'failed' }, 'm'))
    expect(event).toMatchObject({ err: 'failed', content: 'm' })
    expect(event).not.toHaveProperty('exception.message')
  })
})

describe('a line that is no record', () => {
  it.each([
    'Server listening on 3000',
    '{"level":30,"msg":"cut off',
    '42',
    '"text"',
    'null',
    '[{"level":30}]',
    '{,broken',
    '\u001b[32mcoloured\u001b[39m',
  ])('%j is sent as it is', (line) => {
    expect(sentOfLine(line)).toEqual({ timestamp: anyTime, content: line })
  })

  it('may still be an object that pino did not write', () => {
    expect(sentOfLine('{"a":1}')).toEqual({ timestamp: anyTime, a: 1 })
    expect(sentOfLine('{}')).toEqual({ timestamp: anyTime })
    expect(sentOfLine(' {"level":30,"msg":"x"}\r')).toMatchObject({ content: 'x', loglevel: 'INFO' })
  })

  it('may have keys that every object has', () => {
    const sent = sentOfLine('{"level":30,"__proto__":{"x":1},"constructor":2,"toString":3,"hasOwnProperty":4}')
    expect(sent).toMatchObject({ '__proto__.x': 1, constructor: 2, toString: 3, hasOwnProperty: 4 })
  })
})
