/** The options that apply to records, in process: the same events would come from a worker. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import type { OpenPipelineStreamOptions } from 'pino-openpipeline'
import { openPipelineStream } from 'pino-openpipeline'
import pino from 'pino'
import type { Logger, LoggerOptions } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createRecordToEvent } from '../../packages/pino-openpipeline/src/record-to-event.ts'
import { listen, stop } from '../support/http-exchange.ts'
import { receiverHere } from '../support/receiver-here.ts'

interface Arrived {
  readonly events: readonly Readonly<Record<string, unknown>>[]
  readonly accepted: number
}

async function arrive(
  options: OpenPipelineStreamOptions,
  log: (logger: Logger) => void,
  loggerOptions: LoggerOptions = { level: 'trace' },
): Promise<Arrived> {
  const receiver = await receiverHere()
  const stream = openPipelineStream({ ...receiver.target, ...options })
  log(pino(loggerOptions, stream))
  await stream.close()
  return { events: receiver.events, accepted: stream.stats().accepted }
}

const contents = ({ events }: Arrived): unknown[] => events.map(({ content }) => content)

describe('enrichment', () => {
  it('leaves process and host to pino, and brings them where pino does not', async () => {
    const log = (logger: Logger): void => logger.info('x')
    const ours = { 'host.name': hostname(), 'process.pid': process.pid, 'process.executable.name': 'node' }
    const own = await arrive({}, log, { base: { pid: 7, hostname: 'h' } })
    expect(own.events[0]).toMatchObject({ ...ours, 'host.name': 'h', 'process.pid': 7 })
    for (const key of ['log.process.pid', 'log.host.name', 'pid', 'hostname'])
      expect(own.events[0]).not.toHaveProperty(key)
    const none = await arrive({}, log, { base: null })
    expect(none.events[0]).toMatchObject(ours)
  })

  it('writes no name twice, by whichever lane a line goes', async () => {
    let body = ''
    const server = createServer((req, res) => {
      req.on('data', (chunk: Buffer) => (body += chunk.toString()))
      req.on('end', () => res.writeHead(202).end())
    })
    await listen(server)
    onTestFinished(() => stop(server))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const stream = openPipelineStream({ url, token: 'dt0c01.AAAAAAAAAAAAAAAAAAAAAAAA.test' })
    const logger = pino({}, stream)
    logger.info({ orderId: 1 }, 'flat')
    logger.child({ name: 'n' }).info({ nested: { a: 1 }, level: 'twice' }, 'other')
    pino({ base: null }, stream).info('neither')
    await stream.close()
    expect(JSON.parse(body)).toHaveLength(3)
    for (const name of ['process.pid', 'host.name', 'process.executable.name', 'event.id']) {
      expect(body.split(`"${name}":`), name).toHaveLength(4)
    }
  })
})

describe('redact', () => {
  it('replaces what the paths name, whatever becomes of it', async () => {
    const { events } = await arrive(
      { redact: ['req.headers["x-api-key"]', 'req.url', 'users[*].password', 'err.config.token', 'msg', 'hostname'] },
      (logger) => {
        const req = { method: 'GET', url: '/?token=secret', headers: { 'x-api-key': 'secret', accept: '*/*' } }
        const err = Object.assign(new Error('boom'), { config: { token: 'secret', url: 'u' } })
        logger.info({ req, users: [{ password: 'secret', name: 'n' }] }, 'secret')
        logger.error({ err }, 'x')
      },
    )
    expect(JSON.stringify(events)).not.toContain('secret')
    expect(JSON.stringify(events)).not.toContain(hostname())
    expect(events[0]).toMatchObject({
      'http.request.method': 'GET',
      'req.headers.x-api-key': '[Redacted]',
      'req.headers.accept': '*/*',
      'req.url': '[Redacted]',
      users: [{ password: '[Redacted]', name: 'n' }],
      content: '[Redacted]',
      'host.name': '[Redacted]',
    })
    expect(events[1]).toMatchObject({
      'exception.message': 'boom',
      'err.config.token': '[Redacted]',
      'err.config.url': 'u',
    })
  })

  it('names only what it names', async () => {
    const { events } = await arrive({ redact: ['status', 'content'] }, (logger) =>
      logger.warn({ status: 'secret' }, 'm'),
    )
    expect(events[0]).toMatchObject({ status: 'WARN', content: 'm', 'log.status': '[Redacted]' })
  })
})

describe('minLevel and levels', () => {
  const logAll = (logger: Logger): void => {
    for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) logger[level](level)
  }

  it('keep back what is below, and count it nowhere', async () => {
    const arrived = await arrive({ minLevel: 'warn' }, logAll)
    expect(contents(arrived)).toEqual(['warn', 'error', 'fatal'])
    expect(arrived.accepted).toBe(3)
    expect(contents(await arrive({ minLevel: 50 }, logAll))).toEqual(['error', 'fatal'])
  })

  it('work with formatted levels, and let pass what has none', async () => {
    const label: LoggerOptions = { level: 'trace', formatters: { level: (name) => ({ level: name }) } }
    expect(contents(await arrive({ minLevel: 'warn' }, logAll, label))).toEqual(['warn', 'error', 'fatal'])
    const renamed: LoggerOptions = { level: 'trace', formatters: { level: (name) => ({ severity: name }) } }
    expect(contents(await arrive({ minLevel: 'warn' }, logAll, renamed))).toEqual(['warn', 'error', 'fatal'])
    const none: LoggerOptions = { level: 'trace', formatters: { level: () => ({}) } }
    expect((await arrive({ minLevel: 'warn' }, logAll, none)).events).toHaveLength(6)
  })

  it('say what a custom level means', async () => {
    const custom = { level: 'trace', customLevels: { audit: 35 } } satisfies LoggerOptions
    const log = (logger: Logger): void => Reflect.apply(Reflect.get(logger, 'audit') as () => void, logger, ['x'])
    const { events } = await arrive({ levels: { 35: 'ALERT' }, minLevel: 'error' }, log, custom)
    expect(events).toEqual([expect.objectContaining({ loglevel: 'ALERT', status: 'ERROR', 'log.raw_level': 'audit' })])
  })

  it('go by the names that a worker is told', () => {
    const config = { levels: { labels: { 35: 'audit' } } }
    const recordToEvent = createRecordToEvent(config, { levels: { audit: 'ALERT' }, minLevel: 'error' })
    expect(recordToEvent('{"level":35,"time":1,"msg":"x"}')).toMatchObject({ event: { loglevel: 'ALERT' } })
    expect(recordToEvent('{"level":40,"time":1,"msg":"x"}')).toMatchObject({ isUnwanted: true })
    expect(recordToEvent('no record')).not.toHaveProperty('isUnwanted')
  })
})

describe('map', () => {
  it('is given the event and the record as it was logged', async () => {
    const seen: unknown[] = []
    const arrived = await arrive(
      {
        redact: ['password'],
        map: (event, record) => {
          seen.push(record)
          return record['drop'] === true ? undefined : { ...event, 'order.id': record['orderId'] }
        },
      },
      (logger) => {
        logger.info({ orderId: 7, password: 'x', req: { method: 'GET', url: '/a' }, err: new Error('boom') }, 'kept')
        logger.info({ drop: true }, 'dropped')
      },
      { base: null },
    )
    expect(seen[0]).toMatchObject({
      level: 30,
      msg: 'kept',
      password: '[Redacted]',
      req: { method: 'GET', url: '/a' },
      err: { message: 'boom', type: 'Error' },
    })
    expect(arrived.accepted).toBe(1)
    expect(arrived.events).toEqual([
      expect.objectContaining({
        content: 'kept',
        'order.id': 7,
        orderId: 7,
        'url.path': '/a',
        'exception.message': 'boom',
      }),
    ])
  })
})
