import { describe, expect, it } from 'vitest'
import type winston from 'winston'
import { createRecordToEvent } from '../../packages/winston-openpipeline/src/record-to-event.ts'
import { asSent } from '../support/as-sent.ts'
import { logged, loggerWith, MappingTransport } from './infos.ts'

const anyTime = expect.any(Number) as unknown

describe('an info of winston', () => {
  it('is mapped by name, and its own fields keep theirs', () => {
    const before = Date.now()
    const [event] = logged({}, (logger) => logger.info('paid', { orderId: 7, deep: { a: [1] } }))
    expect(event).toEqual({
      timestamp: anyTime,
      content: 'paid',
      loglevel: 'INFO',
      status: 'INFO',
      'log.raw_level': 'info',
      orderId: 7,
      'deep.a': [1],
    })
    expect(event?.['timestamp']).toBeGreaterThanOrEqual(before)
  })

  it('has the default metadata, and that of its children', () => {
    const options = { defaultMeta: { service: 'shop', region: 'eu' } }
    const [event] = logged(options, (logger) => logger.child({ requestId: 'r1' }).info('x', { region: 'us' }))
    expect(event).toMatchObject({ service: 'shop', region: 'us', requestId: 'r1' })
  })

  it('of a profiler says how long it took', () => {
    const [event] = logged({}, (logger) => logger.startTimer().done({ message: 'done', level: 'debug' }))
    expect(event).toMatchObject({ content: 'done', loglevel: 'DEBUG', durationMs: anyTime })
  })

  it('never lets a field take the place of an attribute', () => {
    const fields = { content: 'c', loglevel: 'l', status: 's', 'log.raw_level': 'r' }
    const [event] = logged({}, (logger) => logger.info('message', fields))
    expect(event).toMatchObject({
      content: 'message',
      loglevel: 'INFO',
      status: 'INFO',
      'log.content': 'c',
      'log.loglevel': 'l',
      'log.status': 's',
      'log.log.raw_level': 'r',
    })
  })

  it('leaves trace and topology untouched at top level', () => {
    const context = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16), trace_flags: '01', 'dt.entity.host': 'HOST-1' }
    expect(logged({}, (logger) => logger.info('x', context))[0]).toMatchObject(context)
  })

  it.each([
    ['a number', 42, '42'],
    ['null', null, 'null'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a bigint', 10n, '10'],
    ['an empty text', '', ''],
  ])('may have %s as its message', (_what, message, content) => {
    const [event] = logged({}, (logger) => logger.log({ level: 'info', message } as unknown as winston.LogEntry))
    expect(event?.['content']).toBe(content)
  })

  it('may be a message that is an object', () => {
    const [byField, byArgument] = logged({}, (logger) => {
      logger.log({ level: 'info', message: { a: 1 } } as unknown as winston.LogEntry)
      logger.info({ b: 2 })
    })
    expect(byField).toEqual({ ...byField, 'message.a': 1, loglevel: 'INFO' })
    expect(byField).not.toHaveProperty('content')
    expect(byArgument).toMatchObject({ 'message.b': 2, loglevel: 'INFO' })
  })
})

describe('the info', () => {
  it('is never changed, even when it is frozen', () => {
    const info = Object.freeze({
      level: 'error',
      message: 'x',
      error: Object.freeze(new Error('e')),
      req: Object.freeze({ method: 'GET', headers: Object.freeze({ cookie: 'a=b' }) }),
      meta: Object.freeze({ res: Object.freeze({ statusCode: 200 }) }),
      [Symbol.for('message')]: 'x',
    })
    const before = JSON.stringify(info)
    expect(asSent(createRecordToEvent()(info))).toMatchObject({ content: 'x', 'req.headers.cookie': '[Redacted]' })
    expect(JSON.stringify(info)).toBe(before)
  })

  it('that other transports read as well is the same for them', () => {
    const first = new MappingTransport()
    const second = new MappingTransport()
    const logger = loggerWith(first)
    logger.add(second)
    logger.error('failed', { error: new Error('e'), req: { method: 'GET', headers: { cookie: 'a=b' } } })
    expect(second.infos).toEqual(first.infos)
    expect(second.infos[0]).toMatchObject({ req: { method: 'GET', headers: { cookie: 'a=b' } } })
  })

  it('may have getters that throw', () => {
    const info = {
      level: 'info',
      message: 'x',
      get bad(): never {
        throw new Error('trap')
      },
      get error(): never {
        throw new Error('trap')
      },
      get timestamp(): never {
        throw new Error('trap')
      },
    }
    expect(asSent(createRecordToEvent()(info))).toMatchObject({
      content: 'x',
      bad: '[Throws: trap]',
      error: '[Throws: trap]',
    })
  })

  it.each([
    ['a null prototype', Object.assign(Object.create(null) as object, { level: 'info', message: 'x' })],
    [
      'a proxy that is revoked inside',
      { level: 'info', message: 'x', meta: revoked(), req: revoked(), error: revoked() },
    ],
    ['a prototype that lies', Object.create({ level: 'info', message: 'x' }) as object],
  ])('may have %s', (_what, info) => {
    expect(asSent(createRecordToEvent()(info))).toMatchObject({ loglevel: 'INFO', content: 'x' })
  })

  it('may be a proxy that is revoked', () => {
    expect(asSent(createRecordToEvent()(revoked()))).toEqual({ timestamp: anyTime })
  })
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
