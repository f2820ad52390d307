/** pino: the worker knows no spans, so the logger writes the ids of the active one into each line. */
import { trace } from '@opentelemetry/api'
import pino from 'pino'
import { traceMixin } from 'pino-openpipeline'

// OPENPIPELINE_URL and OPENPIPELINE_TOKEN say where to and with which token.
const transport = pino.transport({
  target: 'pino-openpipeline',
  options: { attributes: { 'service.name': 'traced-pino' } },
})
const logger = pino({ mixin: traceMixin() }, transport)
const tracer = trace.getTracer('orders')

logger.info('outside of any span')
await tracer.startActiveSpan('accept order', async (span) => {
  logger.info('order received')
  await tracer.startActiveSpan('charge', async (inner) => {
    logger.error(new Error('payment failed'))
    inner.end()
  })
  span.end()
})
