/** winston's own Http transport: a request for each ten records or each second, none of them repeated when it fails. */
import { once } from 'node:events'
import winston from 'winston'

import { logAll } from './records.mjs'

const { hostname, pathname, port, protocol } = new URL(process.env.LOG_URL)
const logger = winston.createLogger({
  transports: [
    new winston.transports.Http({
      host: hostname,
      port,
      path: pathname,
      ssl: protocol === 'https:',
      batch: true,
      batchInterval: 1000,
    }),
  ],
})

logAll(logger)
logger.end()
await once(logger, 'finish')
