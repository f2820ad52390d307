// OPENPIPELINE_URL and OPENPIPELINE_TOKEN say where to and with which token.
import winston from 'winston'
import { OpenPipelineTransport } from 'winston-openpipeline'

const logger = winston.createLogger({
  transports: [new OpenPipelineTransport({ attributes: { 'service.name': 'winston-basic' } })],
})

logger.info('service started')
logger.warn('payment is slow', { orderId: 'A-17', waitedMs: 1250 })
logger.error('payment failed', { error: new Error('card issuer did not answer') })
// Nothing more to do: what was logged is delivered before the process ends.
