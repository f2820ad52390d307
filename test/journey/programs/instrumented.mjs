/** Logs within a span and outside of one, with OpenTelemetry's own instrumentation of the logger, and with our fields beside it. */
import { createRequire } from 'node:module'

import { given } from './report.mjs'

// The instrumentations see what is required, and must come first.
const require = createRequire(import.meta.url)
const { context, trace } = require('@opentelemetry/api')
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks')
const { PinoInstrumentation } = require('@opentelemetry/instrumentation-pino')
const { WinstonInstrumentation } = require('@opentelemetry/instrumentation-winston')

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
const instrumentations = given.isInstrumented
  ? [new PinoInstrumentation({ disableLogSending: true }), new WinstonInstrumentation({ disableLogSending: true })]
  : []

const open = {
  'pino worker'() {
    const pino = require('pino')
    const { flushTransport, traceMixin } = require('pino-openpipeline')
    const transport = pino.transport({ target: 'pino-openpipeline', options: given.options })
    const logger = pino({ mixin: traceMixin() }, transport)
    return { logger, flush: () => flushTransport(transport) }
  },
  winston() {
    const winston = require('winston')
    const { OpenPipelineTransport } = require('winston-openpipeline')
    const transport = new OpenPipelineTransport(given.options)
    return { logger: winston.createLogger({ transports: [transport] }), flush: () => transport.flush() }
  },
}

const { logger, flush } = open[given.way]()
const span = trace.wrapSpanContext({
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
})
context.with(trace.setSpan(context.active(), span), () => logger.info('within'))
logger.info('outside')
await flush()
for (const instrumentation of instrumentations) instrumentation.disable()
process.exit(0)
