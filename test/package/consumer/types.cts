// A user's TypeScript in a CommonJS module. Type-checked against the packed packages, never run.
import core = require('openpipeline-core')
import receiver = require('openpipeline-receiver')
import pino = require('pino')
import pinoOpenPipeline = require('pino-openpipeline')
import winston = require('winston')
import { OpenPipelineTransport } from 'winston-openpipeline'
import winstonOpenPipeline = require('winston-openpipeline')

const options: core.ShipperOptions = { url: 'https://abc12345.live.dynatrace.com', token: 'dt0c01.SAMPLE' }

const shipper: core.Shipper = core.createShipper(options)
shipper.push({ content: 'hello' })

const stream = pinoOpenPipeline.openPipelineStream(options)
pino.pino(stream).info('from pino')
console.log(typeof pinoOpenPipeline.default)

const transports = [
  new OpenPipelineTransport(options),
  new winstonOpenPipeline.OpenPipelineTransport(options),
  new winstonOpenPipeline.default(options),
]
winston.createLogger({ transports }).info('from winston')

void receiver.startReceiver().then((started) => started.close())
