import winston from 'winston'
import { OpenPipelineTransport } from 'winston-openpipeline'

const options = { url: process.env.OPENPIPELINE_URL, token: process.env.OPENPIPELINE_TOKEN }
const logger = winston.createLogger({ transports: [new OpenPipelineTransport(options)] })
for (let n = 0; n < 3; n++) logger.info('packed-record', { n })
logger.end()
