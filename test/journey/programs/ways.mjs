/** The three ways to log, each used as its README says, under one face. */
import { once } from 'node:events'

import { report } from './report.mjs'

/**
 * `close` is what the README says under «Shutting down», `end` is only the end of the transport: for pino's worker that is
 * what pino itself does at the exit of the process. `catchUp` waits until pino's worker has read
 * what pino holds for it.
 *
 * `hearErrors: false` leaves `error` events without a listener, as most programs do.
 * Counters are reported when the process exits; a worker keeps its own, so there it is the losses that its transport told.
 */
export async function open(way, options, { hearErrors = true, ...more } = {}) {
  const logging = await openers[way](options, more)
  report({ startedAfterMs: performance.now() })
  if (hearErrors) {
    for (const emitter of logging.emitters) emitter.on('error', (error) => report({ error: error.message }))
  }
  process.on('exit', () => report({ stats: logging.stats() }))
  return logging
}

const openers = {
  async 'pino worker'(options, { targets, pipeline }) {
    const { default: pino } = await import('pino')
    const { flushTransport } = await import('pino-openpipeline')
    const target = { target: 'pino-openpipeline', options }
    const transport = pino.transport(
      targets ? { targets: [target, ...targets] } : pipeline ? { pipeline: [...pipeline, target] } : target,
    )
    const lost = {}
    transport.on('openpipeline:loss', ({ reason, total }) => (lost[reason] = total))
    transport.on('openpipeline:state', ({ state }) => report({ state }))
    const logger = pino(transport)
    return {
      logger,
      emitters: [transport],
      info: (fields, message) => logger.info(fields, message),
      flush: (limits) => flushTransport(transport, limits),
      close: () => flushTransport(transport, { timeoutMs: 5000 }),
      async ready() {
        if (!transport.ready) await once(transport, 'ready')
      },
      async end() {
        transport.flushSync()
        const finished = once(transport, 'finish')
        transport.end()
        await finished
      },
      stats: () => ({ lost }),
      catchUp: () => transport.flushSync(),
    }
  },

  async 'pino in-process'(options) {
    const { default: pino } = await import('pino')
    const { openPipelineStream } = await import('pino-openpipeline')
    const stream = openPipelineStream(options)
    const logger = pino(stream)
    return {
      logger,
      emitters: [stream],
      info: (fields, message) => logger.info(fields, message),
      flush: (limits) => stream.flush(limits),
      close: () => stream.close(),
      async ready() {},
      end: () => stream.close(),
      stats: () => stream.stats(),
      catchUp() {},
    }
  },

  async winston(options, { format, transports = [] }) {
    const { default: winston } = await import('winston')
    const { OpenPipelineTransport } = await import('winston-openpipeline')
    const transport = new OpenPipelineTransport(options)
    const logger = winston.createLogger({ format, transports: [transport, ...transports] })
    async function end() {
      const finished = once(logger, 'finish')
      logger.end()
      await finished
    }
    return {
      logger,
      emitters: [transport, logger],
      info: (fields, message) => logger.info(message, fields),
      flush: (limits) => transport.flush(limits),
      close: end,
      async ready() {},
      end,
      stats: () => transport.stats(),
      catchUp() {},
    }
  },
}
