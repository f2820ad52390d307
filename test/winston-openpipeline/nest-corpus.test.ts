/** Infos recorded from nest-winston in a running application, each with the event it becomes. */
import type { LoggerService } from '@nestjs/common'
import { WINSTON_MODULE_NEST_PROVIDER, WinstonModule } from 'nest-winston'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SentEvent } from '../support/as-sent.ts'
import { runNest } from '../support/nest.ts'
import { asIs, MappingTransport } from './infos.ts'

const number = expect.any(Number) as unknown
const stack = expect.stringContaining('    at ') as unknown
const info = { timestamp: number, loglevel: 'INFO', status: 'INFO', 'log.raw_level': 'info' }
const error = { timestamp: number, loglevel: 'ERROR', status: 'ERROR', 'log.raw_level': 'error' }

function sayAll(logger: LoggerService): void {
  logger.log({ message: 'with fields', orderId: 7 }, 'Orders')
  logger.error('without a stack', undefined, 'Orders')
  logger.error(Object.assign(new TypeError('bad'), { code: 'E_BAD' }), undefined, 'Orders')
  logger.fatal?.('down', undefined, 'Orders')
}

describe('nest-winston', () => {
  let events: SentEvent[] = []
  beforeAll(async () => {
    const transport = new MappingTransport()
    const levels = { fatal: 0, error: 1, warn: 2, info: 3, verbose: 4, debug: 5 }
    await runNest(
      {
        module: WinstonModule.forRoot({ levels, level: 'debug', format: asIs, transports: [transport] }),
        token: WINSTON_MODULE_NEST_PROVIDER,
        say: (logger) => sayAll(logger as LoggerService),
        logger: (app) => app.get(WINSTON_MODULE_NEST_PROVIDER),
      },
      ['/orders/7', '/orders/fails/now'],
    )
    ;({ events } = transport)
  })

  const said = (content: string): SentEvent[] => events.filter((event) => event['content'] === content)

  it('what Nest itself says', () => {
    expect(said('Nest application successfully started')).toEqual([
      { ...info, content: 'Nest application successfully started', context: 'NestApplication' },
    ])
  })

  it("a line of Nest's logger, and one of the injected logger", () => {
    expect(said('found')).toEqual([{ ...info, content: 'found', context: 'OrdersController' }])
    expect(said('with fields')).toEqual([{ ...info, content: 'with fields', context: 'Orders', orderId: 7 }])
  })

  it('an error as a message and a stack, which is a list', () => {
    expect(said('lost')).toEqual([
      {
        ...error,
        content: 'lost',
        context: 'OrdersController',
        'exception.type': 'Error',
        'exception.message': 'lost',
        'exception.stack_trace': 'Error: lost\n    at shelf',
      },
    ])
  })

  it('an error without a stack', () => {
    expect(said('without a stack')).toEqual([{ ...error, content: 'without a stack', context: 'Orders' }])
  })

  it('an error itself', () => {
    expect(said('bad')).toEqual([
      {
        ...error,
        content: 'bad',
        context: 'Orders',
        code: 'E_BAD',
        'error.code': 'E_BAD',
        'exception.type': 'TypeError',
        'exception.message': 'bad',
        'exception.stack_trace': stack,
      },
    ])
  })

  it('what is fatal', () => {
    const fatal = { ...error, loglevel: 'FATAL', 'log.raw_level': 'fatal' }
    expect(said('down')).toEqual([{ ...fatal, content: 'down', context: 'Orders' }])
  })

  it('an exception that a handler threw', () => {
    expect(said('out of stock')).toEqual([
      {
        ...error,
        content: 'out of stock',
        context: 'ExceptionsHandler',
        'exception.type': 'RangeError',
        'exception.message': 'out of stock',
        'exception.stack_trace': stack,
      },
    ])
  })
})
