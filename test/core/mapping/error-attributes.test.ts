import { runInNewContext } from 'node:vm'
import type { GenericEvent } from 'openpipeline-core'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { isErrorLike, mapErrorField, setException } from '../../../packages/core/src/mapping/error-attributes.ts'
import { mappingOf } from '../../../packages/core/src/mapping/mapping.ts'
import { asSent } from '../../support/as-sent.ts'

class QueryFailed extends Error {
  readonly code = '40P01'
}

function exceptionOf(error: object, key?: string): GenericEvent {
  const event: GenericEvent = {}
  setException(event, error, key)
  return event
}

describe('an error', () => {
  it('says its class, its message and its stack', () => {
    const error = new QueryFailed('deadlock detected')
    expect(exceptionOf(error)).toEqual({
      'exception.type': 'QueryFailed',
      'exception.message': 'deadlock detected',
      'exception.stack_trace': error.stack,
    })
  })

  it('keeps what else it carries under the field it came in', () => {
    expect(exceptionOf(new QueryFailed('deadlock detected'), 'err')).toMatchObject({ err: { code: '40P01' } })
  })

  it('is called by the name it was given', () => {
    const error = Object.assign(new Error('gone'), { name: 'NotFound' })
    expect(exceptionOf(error, 'err')).toMatchObject({ 'exception.type': 'NotFound' })
    expect(exceptionOf(error, 'err')).not.toHaveProperty('err')
  })

  it('may mean something else by its own `type`, as those of body-parser do', () => {
    const error = Object.assign(new RangeError('too large'), { type: 'entity.too.large', status: 413 })
    const sent = exceptionOf(error, 'err')
    expect(sent['exception.type']).toBe('RangeError')
    expect(sent['err']).toEqual({ type: 'entity.too.large', status: 413 })
  })

  it('of another realm is one too', () => {
    const error: unknown = runInNewContext('new TypeError("from elsewhere")')
    expect(isErrorLike(error)).toBe(true)
    expect(exceptionOf(error as object)).toMatchObject({ 'exception.type': 'TypeError' })
  })

  it('whose getters throw loses those fields only', () => {
    const error = new Error('half')
    for (const key of ['stack', 'cause', 'name']) {
      Object.defineProperty(error, key, {
        get: () => {
          throw new Error('no')
        },
      })
    }
    expect(exceptionOf(error)).toEqual({ 'exception.type': 'Error', 'exception.message': 'half' })
  })
})

describe('causes', () => {
  it('are followed, with all they carry', () => {
    const root = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', port: 5432 })
    const error = new Error('outer', { cause: new TypeError('middle', { cause: root }) })
    expect(exceptionOf(error)).toMatchObject({
      'exception.message': 'outer',
      'exception.cause.type': 'TypeError',
      'exception.cause.message': 'middle',
      'exception.cause.cause.message': 'connect ECONNREFUSED',
      'exception.cause.cause': { code: 'ECONNREFUSED', port: 5432 },
    })
  })

  it('that are no errors are named', () => {
    expect(exceptionOf(new Error('x', { cause: 'a reason' }))).toMatchObject({ 'exception.cause.message': 'a reason' })
    expect(exceptionOf(new Error('x', { cause: 42 }))).toMatchObject({ 'exception.cause.message': '42' })
    expect(exceptionOf(new Error('x', { cause: { code: 7 } }))).toMatchObject({ 'exception.cause': { code: 7 } })
    expect(exceptionOf(new Error('x', { cause: null }))).not.toHaveProperty('exception.cause.message')
  })

  it('that lead back are followed once', () => {
    const first = new Error('first')
    const second = new Error('second', { cause: first })
    first.cause = second
    const causes = Object.keys(exceptionOf(first)).filter((key) => key.endsWith('cause.message'))
    expect(causes).toEqual(['exception.cause.message'])
  })

  it('are followed to a bound', () => {
    let error = new Error('root')
    for (let depth = 0; depth < 100; depth++) error = new Error(`level ${depth}`, { cause: error })
    const causes = Object.keys(exceptionOf(error)).filter((key) => key.endsWith('.message'))
    expect(causes).toHaveLength(1 + 8)
  })
})

describe('errors of an AggregateError', () => {
  it('are named in one list and traced in another', () => {
    const errors = [new Error('IPv6 refused'), new TypeError('IPv4 refused')]
    const sent = exceptionOf(new AggregateError(errors, 'all failed'), 'err')
    expect(sent).toMatchObject({
      'exception.type': 'AggregateError',
      'exception.message': 'all failed',
      'exception.errors': ['Error: IPv6 refused', 'TypeError: IPv4 refused'],
      'exception.errors.stack_trace': errors.map(({ stack }) => stack),
    })
    expect(sent).not.toHaveProperty('err')
  })

  it('are recognised behind the serializer of pino', () => {
    const serialized = pino.stdSerializers.err(new AggregateError([new TypeError('inner')], 'outer'))
    expect(exceptionOf(JSON.parse(JSON.stringify(serialized)) as object)).toMatchObject({
      'exception.type': 'AggregateError',
      'exception.errors': ['TypeError: inner'],
    })
  })

  it('are not confused with the findings of a validator', () => {
    const error = Object.assign(new Error('invalid'), { errors: [{ path: '/name' }] })
    const sent = exceptionOf(error, 'err')
    expect(sent).not.toHaveProperty('exception.errors')
    expect(sent['err']).toEqual({ errors: [{ path: '/name' }] })
  })
})

describe('a field', () => {
  it.each([
    ['message and stack', { message: 'x', stack: 'Error: x\n    at y' }],
    ['message and type', { message: 'x', type: 'TypeError' }],
    ['message and name', { message: 'x', name: 'TypeError' }],
  ])('with %s was an error', (_what, err) => {
    const mapping = mappingOf({ err }, 0)
    expect(mapErrorField(mapping, 'err')).toBe(true)
    expect(asSent(mapping)['exception.message']).toBe('x')
  })

  it.each([['text'], [{ message: 'only' }], [{ stack: 'only' }], [null], [[]], [{}]])(
    'that holds %j was none',
    (err) => {
      const mapping = mappingOf({ err }, 0)
      expect(mapErrorField(mapping, 'err')).toBe(false)
      expect(mapping.except.size).toBe(0)
    },
  )

  it('keeps keys that every object has', () => {
    const error = Object.assign(new Error('x'), JSON.parse('{"__proto__":1,"constructor":2,"toString":3}') as object)
    const sent = asSent({ event: exceptionOf(error, 'err') })
    expect(sent).toMatchObject({ 'err.constructor': 2, 'err.toString': 3, 'exception.message': 'x' })
  })
})
