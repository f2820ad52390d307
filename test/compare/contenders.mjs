/** The transports that are compared, each set up as its documentation says: opened, it gives `log`, `close` and, where there is one, `flush`. */
import { once } from 'node:events'

import { pinoTargets, winstonTransports } from '../bench/peers/documented.mjs'

/** pino's own ways: every worker target is closed and flushed by them. */
async function pinoTarget(target, options) {
  const { default: pino } = await import('pino')
  const transport = pino.transport({ target, options })
  const logger = pino(transport)
  return {
    log: (fields, text) => logger.info(fields, text),
    flush: () => new Promise((resolve) => logger.flush(resolve)),
    close: async () => {
      const closed = once(transport, 'close')
      transport.end()
      await closed
    },
  }
}

/** winston's own way: `end` and wait for `finish`. */
async function winstonTransport(transport, more = {}) {
  const { default: winston } = await import('winston')
  const logger = winston.createLogger({ transports: [transport] })
  return {
    log: (fields, text) => logger.info(text, fields),
    close: async () => {
      const finished = once(logger, 'finish')
      logger.end()
      await finished
    },
    ...more,
  }
}

const OURS = { token: 'dt0c01.PUBLIC.SECRET' }

const ours = {
  'pino-openpipeline': ({ url }) => pinoTarget('pino-openpipeline', { url, ...OURS }),
  'pino-openpipeline, in process': async ({ url }) => {
    const { default: pino } = await import('pino')
    const { openPipelineStream } = await import('pino-openpipeline')
    const stream = openPipelineStream({ url, ...OURS })
    const logger = pino(stream)
    return {
      log: (fields, text) => logger.info(fields, text),
      flush: () => stream.flush(),
      close: () => stream.close(),
    }
  },
  'winston-openpipeline': async ({ url }) => {
    const { OpenPipelineTransport } = await import('winston-openpipeline')
    const transport = new OpenPipelineTransport({ url, ...OURS })
    return winstonTransport(transport, { flush: () => transport.flush() })
  },
}

export const contenders = {
  ...ours,
  ...mapped(pinoTargets, (open) => async ({ url }) => {
    const { options, target } = await open(url)
    return pinoTarget(target, options)
  }),
  ...mapped(winstonTransports, (open) => async ({ url }) => {
    const transport = await open(url)
    return winstonTransport(transport, transport.flush === undefined ? {} : { flush: () => transport.flush() })
  }),
}

function mapped(record, change) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
