/** The options that apply to records. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { describe, expect, it, onTestFinished } from 'vitest'
import winston from 'winston'
import type { Logger, LoggerOptions } from 'winston'
import type { WinstonOpenPipelineOptions } from 'winston-openpipeline'
import { OpenPipelineTransport } from 'winston-openpipeline'
import { receiverHere } from '../support/receiver-here.ts'
import { inSpan, SPAN_ATTRIBUTES, withOpenTelemetry } from '../support/spans.ts'

interface Arrived {
  readonly events: readonly Readonly<Record<string, unknown>>[]
  readonly accepted: number
}

async function arrive(
  options: WinstonOpenPipelineOptions,
  log: (logger: Logger) => unknown,
  loggerOptions: LoggerOptions = {},
): Promise<Arrived> {
  const receiver = await receiverHere()
  const transport = new OpenPipelineTransport({ ...receiver.target, ...options })
  const logger = winston.createLogger({ level: 'silly', ...loggerOptions, transports: [transport] })
  await log(logger)
  await transport.flush()
  const { accepted } = transport.stats()
  logger.close()
  return { events: receiver.events, accepted }
}

const contents = ({ events }: Arrived): unknown[] => events.map(({ content }) => content)

describe('enrichment', () => {
  it('knows host and process, of which winston says nothing', async () => {
    const { events } = await arrive({}, (logger) => {
      logger.info('x')
      logger.info('y', { 'host.name': 'mine' })
    })
    expect(events[0]).toMatchObject({ 'host.name': hostname(), 'process.pid': process.pid })
    expect(events[1]).toMatchObject({ 'host.name': 'mine', 'process.pid': process.pid })
  })
})

describe('redact', () => {
  it('holds also for an error that a format has put elsewhere, and that winston has behind the message', async () => {
    const error = new Error('secret')
    const format = winston.format.metadata({ key: 'context' })
    const { events } = await arrive({ redact: ['context.error'], format }, (logger) => logger.error('x', { error }))
    expect(events).toEqual([expect.objectContaining({ content: 'x', 'context.error': '[Redacted]' })])
    expect(JSON.stringify(events)).not.toContain('secret')
  })

  it('replaces what the paths name, and changes no logged object', async () => {
    const user = Object.freeze({ name: 'n', password: 'secret' })
    const error = Object.assign(new Error('boom'), { config: { token: 'secret' } })
    const { events } = await arrive({ redact: ['user.password', 'error.config.token', 'message'] }, (logger) => {
      logger.info({ message: 'secret', user } as never)
      logger.error('x', { error })
    })
    expect(JSON.stringify(events)).not.toContain('secret')
    expect(events[0]).toMatchObject({ content: '[Redacted]', 'user.name': 'n', loglevel: 'INFO' })
    expect(events[1]).toMatchObject({ 'exception.message': 'boom', 'error.config.token': '[Redacted]' })
    expect(events[1]?.['exception.stack_trace']).toContain('record-rules.test')
    expect([user.password, error.config.token]).toEqual(['secret', 'secret'])
  })

  it('is seen by no other transport', async () => {
    const seen: unknown[] = []
    const other = new winston.transports.Console({
      log(info: { readonly password: string }, next: () => void) {
        seen.push(info.password)
        next()
      },
    })
    const receiver = await receiverHere()
    const transport = new OpenPipelineTransport({ ...receiver.target, redact: ['password'] })
    const logger = winston.createLogger({ transports: [transport, other] })
    logger.info('x', { password: 'secret' })
    await transport.flush()
    logger.close()
    expect([seen, receiver.events[0]?.['password']]).toEqual([['secret'], '[Redacted]'])
  })

  it('reaches into living requests and responses', async () => {
    const { events } = await arrive(
      { redact: ['req.headers["x-api-key"]', 'res.headers["x-secret"]'] },
      (logger) =>
        new Promise<void>((resolve) => {
          const server = createServer((req, res) => {
            res.setHeader('x-secret', 'hidden')
            logger.info('request', { req, res })
            res.end(() => resolve())
          })
          onTestFinished(() => void server.close())
          server.listen(0, '127.0.0.1', () => {
            const { port } = server.address() as AddressInfo
            void fetch(`http://127.0.0.1:${port}/a?b=c`, { headers: { 'x-api-key': 'hidden' } })
          })
        }),
    )
    expect(JSON.stringify(events)).not.toContain('hidden')
    expect(events[0]).toMatchObject({
      'url.path': '/a',
      'req.headers.x-api-key': '[Redacted]',
      'res.headers.x-secret': '[Redacted]',
    })
  })

  it('names only what it names', async () => {
    const { events } = await arrive({ redact: ['status'] }, (logger) => logger.warn('m', { status: 'secret' }))
    expect(events[0]).toMatchObject({ status: 'WARN', 'log.status': '[Redacted]' })
  })
})

describe('minLevel and levels', () => {
  it('keep back what is below, by npm’s order, and count it nowhere', async () => {
    const names = ['silly', 'debug', 'verbose', 'http', 'info', 'warn', 'error']
    const arrived = await arrive({ minLevel: 'http' }, (logger) => {
      for (const name of names) logger.log(name, name)
    })
    expect(contents(arrived)).toEqual(['http', 'info', 'warn', 'error'])
    expect(arrived.accepted).toBe(4)
  })

  it('see through colours', async () => {
    const format = winston.format.colorize({ all: true })
    const arrived = await arrive({ minLevel: 'warn' }, (logger) => logger.info('a').warn('b'), { format })
    expect(contents(arrived)).toEqual(['b'])
  })

  it('say what a custom level means', async () => {
    const levels = { audit: 0, info: 1 }
    const log = (logger: Logger): void => void logger.log('audit', 'x').log('info', 'y')
    const arrived = await arrive({ levels: { audit: 'ALERT' }, minLevel: 'error' }, log, { levels, level: 'info' })
    expect(arrived.events).toEqual([expect.objectContaining({ loglevel: 'ALERT', 'log.raw_level': 'audit' })])
  })

  it('are refused with a suggestion', () => {
    const options = { url: 'http://127.0.0.1:1', token: 't', minLevel: 'wran' }
    expect(() => new OpenPipelineTransport(options)).toThrow("did you mean 'warn'?")
  })
})

describe('map', () => {
  it('is given the event and the info', async () => {
    const arrived = await arrive(
      { map: (event, info) => (info['drop'] === true ? undefined : { ...event, 'order.id': info['orderId'] }) },
      (logger) => logger.info('kept', { orderId: 7 }).info('dropped', { drop: true }),
    )
    expect(arrived.accepted).toBe(1)
    expect(arrived.events).toEqual([expect.objectContaining({ content: 'kept', 'order.id': 7, orderId: 7 })])
  })
})

describe('the active span', () => {
  withOpenTelemetry()

  it('is in every event that is logged within it', async () => {
    const { events } = await arrive({}, (logger) => {
      inSpan(() => logger.info('within', { a: 1 }))
      logger.info('outside')
    })
    expect(events[0]).toMatchObject({ ...SPAN_ATTRIBUTES, a: 1 })
    expect(events[1]).not.toHaveProperty('trace_id')
  })

  it('gives way to ids that the info has, which stay as they are', async () => {
    const own = { trace_id: 'mine', span_id: 'mine', 'dt.trace_id': 't', dd: { trace_id: '7' } }
    const { events } = await arrive({}, (logger) => inSpan(() => logger.info('x', own)))
    expect(events[0]).toMatchObject({ trace_id: 'mine', span_id: 'mine', 'dt.trace_id': 't', 'dd.trace_id': '7' })
    for (const key of ['trace_flags', 'log.trace_id', 'log.span_id']) expect(events[0]).not.toHaveProperty(key)
  })
})
