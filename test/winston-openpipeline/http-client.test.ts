/** Errors of an HTTP client, recorded from axios: what is left of them is worth reading, and none of it is a credential. */
import { beforeAll, describe, expect, it } from 'vitest'
import { createRecordToEvent } from '../../packages/winston-openpipeline/src/record-to-event.ts'
import { asSent } from '../support/as-sent.ts'
import { failedRequest } from '../support/failed-request.ts'
import { logged } from './infos.ts'

let failure: Error
beforeAll(async () => {
  failure = await failedRequest()
})

const exception = {
  'exception.type': 'AxiosError',
  'exception.message': 'Request failed with status code 503',
  'exception.stack_trace': expect.stringContaining('    at ') as unknown,
}

function configBelow(prefix: string): object {
  return {
    [`${prefix}.headers.Accept`]: 'text/html',
    [`${prefix}.headers.X-Api-Key`]: '[Redacted]',
    [`${prefix}.auth.username`]: 'user',
    [`${prefix}.auth.password`]: '[Redacted]',
    [`${prefix}.method`]: 'get',
  }
}

describe('an error of axios', () => {
  it.each<[string, () => object, () => object]>([
    ['as a field', () => ({ err: failure }), () => ({ ...exception, ...configBelow('err.config'), 'err.status': 503 })],
    [
      'itself',
      () => failure,
      () => ({
        ...exception,
        ...configBelow('config'),
        code: 'ERR_BAD_RESPONSE',
        'request.method': 'GET',
        'request.url': '/orders?x=1',
        'request.headers.authorization': '[Redacted]',
        'response.status': 503,
        'response.headers.set-cookie': '[Redacted]',
      }),
    ],
    ['under another name', () => ({ result: failure }), () => configBelow('result.config')],
    [
      'as a cause',
      () => ({ error: new Error('outer', { cause: failure }) }),
      () => ({ ...configBelow('exception.cause.config'), 'exception.cause.type': 'AxiosError' }),
    ],
    ['in a list', () => ({ results: [failure] }), () => ({ results: [expect.objectContaining({ status: 503 })] })],
    [
      'as its response',
      () => ({ response: Reflect.get(failure, 'response') as object }),
      () => ({ 'response.status': 503, ...configBelow('response.config') }),
    ],
  ])('%s', (_how, meta, expected) => {
    const [event] = logged({}, (logger) => logger.error('failed', meta()))
    expect(event).toMatchObject(expected())
    expect(JSON.stringify(event)).not.toContain('secret')
    const machinery = Object.keys(event ?? {}).filter((key) => /socket|_events|parser|httpAgent/.test(key))
    expect(machinery).toEqual([])
    expect(event).not.toHaveProperty('name')
  })

  it('keeps its secrets where objects are kept', () => {
    const mapped = createRecordToEvent()({
      message: 'failed',
      err: failure,
      response: Reflect.get(failure, 'response'),
    })
    expect(JSON.stringify(asSent(mapped, 'keep'))).not.toContain('secret')
  })
})
