/** Logs by a logger with keys and levels of its own, in pino's worker. */
import pino from 'pino'
import { flushTransport } from 'pino-openpipeline'

import { given } from './report.mjs'

const options = { ...given.options, nestedKey: 'payload' }
const transport = pino.transport({ target: 'pino-openpipeline', options })
const keys = { messageKey: 'text', errorKey: 'failure', nestedKey: 'payload', customLevels: { notice: 35 } }
const logger = pino(keys, transport)
logger.notice({ a: 1, failure: new TypeError('bad') }, 'said')
await flushTransport(transport)
process.exit(0)
