/** What the transports count, as metrics: winston's and pino's in-process ones by themselves, pino's worker with one more line. */
import { metrics } from '@opentelemetry/api'
import pino from 'pino'
import { flushTransport, observeTransport } from 'pino-openpipeline'
import winston from 'winston'
import { OpenPipelineTransport } from 'winston-openpipeline'

// OPENPIPELINE_URL and OPENPIPELINE_TOKEN say where to and with which token.
const transport = pino.transport({ target: 'pino-openpipeline' })
observeTransport(transport)
const fromPino = pino(transport)

const inProcess = new OpenPipelineTransport()
const fromWinston = winston.createLogger({ transports: [inProcess] })

fromPino.info('one')
fromPino.info('two')
fromWinston.info('three')

await flushTransport(transport)
await inProcess.flush()
// Every minute by itself; once more before the end.
await metrics.getMeterProvider().shutdown()
