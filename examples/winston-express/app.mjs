/** A shipping service: Express, logging with winston, delivered to OpenPipeline. `npm start` at the top runs it. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'

import express from 'express'
import winston from 'winston'
import { OpenPipelineTransport } from 'winston-openpipeline'

// Where to, and with which token, the transport reads from OPENPIPELINE_URL and OPENPIPELINE_TOKEN.
const logger = winston.createLogger({
  level: process.env.LOG_LEVEL ?? 'info',
  transports: [new OpenPipelineTransport({ attributes: { 'service.name': 'shipping' } })],
})

// Only for the demo: how many records were logged, counted before any transport sees them.
let logged = 0
const write = logger.write.bind(logger)
logger.write = function countAndWrite(info) {
  if (logger.isLevelEnabled(info.level)) logged += 1
  return write(info)
}

const app = express()
app.use(express.json())

app.use((request, response, next) => {
  // A child logger: every record of this request carries its id.
  request.log = logger.child({ requestId: randomUUID() })
  const startedAt = performance.now()
  response.once('finish', () => {
    request.log.info('request completed', {
      method: request.method,
      url: request.originalUrl,
      statusCode: response.statusCode,
      responseTime: performance.now() - startedAt,
    })
  })
  next()
})

app.post('/shipments', (request, response) => {
  const { id, parcels } = request.body
  request.log.info('shipment planned', {
    shipmentId: id,
    parcels: parcels.length,
    carrier: { name: 'post', express: false },
  })
  request.log.verbose('route chosen', { shipmentId: id, stops: ['Linz', 'Wien'] })
  response.status(201).json({ id, state: 'planned' })
})

app.get('/shipments/:id', (request, response) => {
  const { id } = request.params
  if (id.endsWith('9')) {
    request.log.warn('no such shipment', { shipmentId: id })
    response.status(404).json({ error: 'no such shipment' })
    return
  }
  request.log.debug('shipment read', { shipmentId: id })
  response.json({ id, state: 'on its way' })
})

app.get('/shipments/:id/label', () => {
  throw new Error('label not printed', { cause: new Error('printer is out of paper') })
})

// What a route throws ends here. Express knows it as the error handler by its four parameters.
app.use((error, request, response, _next) => {
  request.log.error('request failed', { error })
  response.status(500).json({ error: 'request failed' })
})

// `once`: a second Ctrl-C ends the process there and then.
process.once('SIGTERM', shutDown)
process.once('SIGINT', shutDown)

async function shutDown() {
  // From the outside in: no new requests, so nothing new is logged, so the logger may end.
  server.close()
  await once(server, 'close')
  process.send?.({ logged })
  // winston says `finish` when each of its transports has, and ours does when its events are delivered.
  logger.end()
  await once(logger, 'finish')
}

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
await once(server, 'listening')
// Only for the demo, which takes any free port.
process.send?.({ url: `http://127.0.0.1:${server.address().port}` })
