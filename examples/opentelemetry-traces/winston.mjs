/** winston: the transport runs in the application's thread and asks for the active span itself. */
import { trace } from '@opentelemetry/api'
import winston from 'winston'
import { OpenPipelineTransport } from 'winston-openpipeline'

// OPENPIPELINE_URL and OPENPIPELINE_TOKEN say where to and with which token.
const logger = winston.createLogger({
  transports: [new OpenPipelineTransport({ attributes: { 'service.name': 'traced-winston' } })],
})
const tracer = trace.getTracer('orders')

logger.info('outside of any span')
await tracer.startActiveSpan('accept order', async (span) => {
  logger.info('order received')
  await tracer.startActiveSpan('charge', async (inner) => {
    logger.error('payment failed', { error: new Error('card issuer did not answer') })
    inner.end()
  })
  span.end()
})
