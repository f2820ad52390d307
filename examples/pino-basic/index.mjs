// OPENPIPELINE_URL and OPENPIPELINE_TOKEN say where to and with which token.
import pino from 'pino'

const logger = pino(
  pino.transport({ target: 'pino-openpipeline', options: { attributes: { 'service.name': 'pino-basic' } } }),
)

logger.info('service started')
logger.warn({ orderId: 'A-17', waitedMs: 1250 }, 'payment is slow')
logger.error(new Error('payment failed', { cause: new Error('card issuer did not answer') }))
// Nothing more to do: what was logged is delivered before the process ends.
