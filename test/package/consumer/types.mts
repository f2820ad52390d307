// A user's TypeScript in an ES module. Type-checked against the packed packages, never run.
import { createShipper, OpenPipelineError, type ShipperOptions } from 'openpipeline-core'
import { startReceiver } from 'openpipeline-receiver'
import { pino } from 'pino'
import pinoTarget, { flushTransport, openPipelineStream } from 'pino-openpipeline'
import winston from 'winston'
import DefaultTransport, { OpenPipelineTransport } from 'winston-openpipeline'

const options: ShipperOptions = { url: 'https://abc12345.live.dynatrace.com', token: 'dt0c01.SAMPLE' }

const shipper = createShipper(options)
shipper.push({ content: 'hello' })
const { delivered, lost }: { delivered: number; lost: number } = await shipper.flush({ timeoutMs: 1000 })
console.log(delivered, lost, shipper.stats().pending, (await shipper.close()).delivered)

const stream = openPipelineStream(options)
const logger = pino({ level: 'debug' }, stream)
logger.info({ answer: 42 }, 'from pino')
await stream.flush({ timeoutMs: 1000 })
await stream.close({ timeoutMs: 1000 })
console.log(stream.stats().accepted, typeof pinoTarget)

const transport = pino.transport({ target: 'pino-openpipeline', options })
await flushTransport(transport, { timeoutMs: 1000 })

const winstonTransport = new OpenPipelineTransport({ ...options, level: 'info', silent: false })
const winstonLogger = winston.createLogger({ transports: [winstonTransport, new DefaultTransport(options)] })
winstonLogger.info('from winston')
await winstonTransport.flush({ timeoutMs: 1000 })
winstonTransport.on('warn', (warning) => console.log(warning))

const receiver = await startReceiver({ token: 'dt0c01.SAMPLE' })
await receiver.received(1, { timeoutMs: 1000 })
console.log(receiver.url, receiver.events.length, receiver.requests.length)
receiver.answer([{ status: 429, headers: { 'retry-after': '2' } }])
await receiver.close()

try {
  createShipper({})
} catch (error) {
  if (error instanceof OpenPipelineError && error.code === 'INVALID_OPTIONS') console.log(error.message)
}

// @ts-expect-error a misspelt option does not compile
createShipper({ ...options, maxbytes: 1 })
