// OPENPIPELINE_URL and OPENPIPELINE_TOKEN say where to and with which token.
import pino from 'pino'

const transport = pino.transport({
  target: 'pino-openpipeline',
  options: { attributes: { 'service.name': 'bundled' } },
})
const logger = pino(transport)

logger.info('service started')
logger.error(new Error('payment failed'))
