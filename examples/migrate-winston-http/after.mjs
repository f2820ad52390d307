/** The same with this transport: host, port, path, ssl, auth, headers and batch are gone, since the URL and the token say it all. */
import { once } from 'node:events'
import winston from 'winston'
import { OpenPipelineTransport } from 'winston-openpipeline'

import { logAll } from './records.mjs'

// OPENPIPELINE_URL and OPENPIPELINE_TOKEN say where to and with which token.
const logger = winston.createLogger({ transports: [new OpenPipelineTransport()] })

logAll(logger)
logger.end()
await once(logger, 'finish')
