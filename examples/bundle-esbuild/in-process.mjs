// Without a worker there is nothing beside the bundle: one file is the whole program.
import pino from 'pino'
import { openPipelineStream } from 'pino-openpipeline'

const logger = pino(openPipelineStream({ attributes: { 'service.name': 'bundled' } }))

logger.info('service started')
logger.error(new Error('payment failed'))
