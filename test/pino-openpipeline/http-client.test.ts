/** Errors of an HTTP client, recorded from axios, on their way through pino's serializers and both lanes. */
import type { OpenPipelineStreamOptions } from 'pino-openpipeline'
import { openPipelineStream } from 'pino-openpipeline'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { failedRequest } from '../support/failed-request.ts'
import { receiverHere } from '../support/receiver-here.ts'

type Events = readonly Readonly<Record<string, unknown>>[]

async function arrive(options: OpenPipelineStreamOptions, log: (logger: pino.Logger) => void): Promise<Events> {
  const receiver = await receiverHere()
  const stream = openPipelineStream({ ...receiver.target, ...options })
  log(pino({}, stream))
  await stream.close()
  return receiver.events
}

describe('an error of axios', () => {
  it.each([{}, { nested: 'keep' }] as const)('gives no credential away, however it is logged: %j', async (options) => {
    const failure = await failedRequest()
    const events = await arrive(options, (logger) => {
      logger.error(failure, 'itself')
      logger.error({ err: failure, a: 1 }, 'as a field')
      logger.error({ result: failure, list: [failure] }, 'under other names')
      logger.error(new Error('outer', { cause: failure }), 'as a cause')
    })
    expect(events).toHaveLength(4)
    expect(JSON.stringify(events)).not.toContain('secret')
    expect(JSON.stringify(events)).toContain('"[Redacted]"')
    expect(Object.keys(events[0] ?? {}).filter((key) => /socket|_events|parser/.test(key))).toEqual([])
  })
})

describe('headers', () => {
  const fields = {
    headers: { authorization: 'secret', accept: '*/*' },
    upstream: { requestHeaders: { Cookie: 'secret', 'Set-Cookie': ['secret'] }, rawHeaders: ['Cookie', 'secret'] },
    'flat.headers.x-api-key': 'secret',
    odd: { headers: { authorization: { scheme: 'secret' }, cookie: null } },
    pairs: { headers: [['Authorization', 'secret']] },
    har: { request: { cookies: { sid: 'secret' }, headers: [{ name: 'Cookie', value: 'secret' }] } },
  }

  it('give no credential away by any lane', async () => {
    const events = await arrive({}, (logger) => {
      for (const [key, value] of Object.entries(fields)) logger.info({ [key]: value, long: 12345678901234567890n }, key)
      for (const [key, value] of Object.entries(fields))
        for (let time = 0; time < 2; time++) logger.info({ [key]: value }, key)
    })
    expect(events).toHaveLength(18)
    expect(JSON.stringify(events)).not.toContain('secret')
    expect(events[6]).toMatchObject({ 'headers.authorization': '[Redacted]', 'headers.accept': '*/*' })
  })

  it('are those that `secretHeaders` names, and no others', async () => {
    const log = (logger: pino.Logger): void =>
      logger.info({ req: { method: 'GET', url: '/', headers: { authorization: 'a', 'x-secret': 's', cookie: 'c' } } })
    const [all] = await arrive({ secretHeaders: [] }, log)
    expect(all).toMatchObject({
      'req.headers.authorization': 'a',
      'req.headers.x-secret': 's',
      'req.headers.cookie': 'c',
    })
    const [some] = await arrive({ secretHeaders: ['X-Secret'] }, log)
    expect(some).toMatchObject({
      'req.headers.authorization': 'a',
      'req.headers.x-secret': '[Redacted]',
      'req.headers.cookie': 'c',
    })
  })
})
