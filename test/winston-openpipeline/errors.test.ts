import { describe, expect, it } from 'vitest'
import winston from 'winston'
import { logged } from './infos.ts'

const { format } = winston
const anyStack = expect.stringContaining('    at ') as unknown

class OrderRejected extends Error {
  override readonly name = 'OrderRejected'
  readonly code = 'E_STOCK'
}

function orderRejected(): OrderRejected {
  return new OrderRejected('out of stock', { cause: new TypeError('count is NaN') })
}

const exception = {
  'exception.type': 'OrderRejected',
  'exception.message': 'out of stock',
  'exception.stack_trace': anyStack,
  'exception.cause.type': 'TypeError',
  'exception.cause.message': 'count is NaN',
  'exception.cause.stack_trace': anyStack,
}

/** None of these says anything that the exception does not say. */
const saidTwice = ['stack', 'cause', 'error.message', 'error.stack_trace', 'err.message', 'message.message']

describe('an error', () => {
  it.each<[string, (logger: winston.Logger) => void, object]>([
    ['error(error)', (logger) => logger.error(orderRejected()), { content: 'out of stock', code: 'E_STOCK' }],
    [
      'error(text, error)',
      (logger) => logger.error('failed', orderRejected()),
      { content: 'failed out of stock', code: 'E_STOCK' },
    ],
    [
      'error(text, { error })',
      (logger) => logger.error('failed', { error: orderRejected(), a: 1 }),
      { content: 'failed', a: 1, 'error.code': 'E_STOCK' },
    ],
    [
      'error(text, { err })',
      (logger) => logger.error('failed', { err: orderRejected() }),
      { content: 'failed', 'err.code': 'E_STOCK' },
    ],
    [
      'error(text, fields, error)',
      (logger) => logger.error('failed', { a: 1 }, orderRejected()),
      { content: 'failed', a: 1 },
    ],
    [
      'log({ message: error })',
      (logger) => logger.log({ level: 'error', message: orderRejected() } as unknown as winston.LogEntry),
      { content: 'out of stock' },
    ],
    [
      'error(text with %s, error) and splat',
      (logger) => logger.error('failed: %s', orderRejected()),
      { loglevel: 'ERROR' },
    ],
    [
      'error(text, { error: what was one })',
      (logger) =>
        logger.error('failed', {
          error: {
            name: 'OrderRejected',
            code: 'E_STOCK',
            message: 'out of stock',
            stack: 'x\n    at y',
            cause: new TypeError('count is NaN'),
          },
        }),
      { content: 'failed' },
    ],
  ])('is found in %s', (_how, log, expected) => {
    const [event] = logged({}, log)
    expect(event).toMatchObject({ ...exception, ...expected, loglevel: 'ERROR', status: 'ERROR' })
    for (const key of saidTwice) expect(event).not.toHaveProperty([key])
  })

  it('is found behind format.errors', () => {
    const errors = format.errors({ stack: true, cause: true })
    const [event] = logged({ format: errors }, (logger) => logger.error(orderRejected()))
    expect(event).toMatchObject({ ...exception, content: 'out of stock', code: 'E_STOCK' })
    for (const key of saidTwice) expect(event).not.toHaveProperty([key])
  })

  it('is found behind format.errors without a stack by its name alone', () => {
    const [event] = logged({ format: format.errors() }, (logger) => logger.error(orderRejected()))
    expect(event).toMatchObject({ content: 'out of stock', loglevel: 'ERROR' })
  })

  it('is found behind a child, which copies it', () => {
    const [event] = logged({}, (logger) => logger.child({ a: 1 }).error(orderRejected()))
    expect(event).toMatchObject({ ...exception, content: 'out of stock', a: 1 })
  })

  it('with a message of several lines keeps all of them', () => {
    const [event] = logged({}, (logger) => logger.child({}).error(new RangeError('first\n  second: x')))
    expect(event).toMatchObject({ 'exception.type': 'RangeError', 'exception.message': 'first\n  second: x' })
  })

  it('as plain fields, with its stack beside it, is one too', () => {
    const fields = {
      error: { name: 'QueryFailed', message: 'deadlock', code: '40P01' },
      stack: 'QueryFailed: deadlock\n    at q',
    }
    const [event] = logged({}, (logger) => logger.error('failed', fields))
    expect(event).toMatchObject({
      content: 'failed',
      'exception.type': 'QueryFailed',
      'exception.message': 'deadlock',
      'exception.stack_trace': fields.stack,
      'error.code': '40P01',
    })
    expect(event).not.toHaveProperty('stack')
  })

  it('may be many', () => {
    const error = new AggregateError([new Error('1'), new TypeError('2')], 'all')
    const [event] = logged({}, (logger) => logger.error('failed', { error }))
    expect(event).toMatchObject({
      'exception.type': 'AggregateError',
      'exception.errors': ['Error: 1', 'TypeError: 2'],
    })
  })

  it('beside another one keeps its field', () => {
    const [event] = logged({}, (logger) => logger.error('x', { error: new Error('first'), err: new Error('second') }))
    expect(event).toMatchObject({ 'exception.message': 'first', 'err.message': 'second' })
  })

  it('is none where only its words are there', () => {
    const [event] = logged({}, (logger) =>
      logger.error('x', { error: 'text', stack: 42, [Symbol.for('splat')]: 'none' }),
    )
    expect(event).toMatchObject({ content: 'x', error: 'text', stack: 42 })
    expect(event).not.toHaveProperty(['exception.message'])
    const [other] = logged({}, (logger) => logger.info('x', { stack: 'web', cause: 'rain' }))
    expect(other).toMatchObject({ content: 'x', stack: 'web', cause: 'rain' })
    expect(other).not.toHaveProperty(['exception.type'])
  })
})

describe('an uncaught exception', () => {
  it('has the error, and what winston says about the process', () => {
    const [event] = logged({}, (logger) =>
      logger.log(logger.exceptions.getAllInfo(orderRejected()) as winston.LogEntry),
    )
    expect(event).toMatchObject({
      ...exception,
      'error.code': 'E_STOCK',
      exception: true,
      'process.pid': process.pid,
      'os.uptime': expect.any(Number) as unknown,
      trace: expect.any(Array) as unknown,
      date: expect.any(String) as unknown,
    })
    expect(event?.['content']).toContain('uncaughtException: out of stock')
    for (const key of saidTwice) expect(event).not.toHaveProperty([key])
  })

  it('may be a rejection with something that is no error', () => {
    const [event] = logged({}, (logger) => logger.log(logger.rejections.getAllInfo('just text') as winston.LogEntry))
    expect(event).toMatchObject({ rejection: true, error: 'just text', loglevel: 'ERROR' })
  })
})
