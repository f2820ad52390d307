// OPENPIPELINE_URL and OPENPIPELINE_TOKEN say where to and with which token.
import pino from 'pino'
import { flushTransport } from 'pino-openpipeline'

// Both targets run in one worker thread. Each has a level of its own; the logger's must be the lower of them.
const transport = pino.transport({
  targets: [
    { target: 'pino-pretty', level: 'debug', options: { colorize: process.stdout.isTTY === true } },
    { target: 'pino-openpipeline', level: 'info', options: { attributes: { 'service.name': 'pino-targets' } } },
  ],
})
const logger = pino({ level: 'debug' }, transport)

logger.debug('only on the terminal')
logger.info('on the terminal and in OpenPipeline')
logger.error(new Error('payment failed'))

// With several targets `logger.flush()` reaches none of them; this does.
const { delivered } = await flushTransport(transport)
console.log(`${delivered} delivered`)
