/** Express with express-winston: one record a request, one an error, all of them delivered to OpenPipeline. */
import { once } from 'node:events'

import express from 'express'
import expressWinston from 'express-winston'
import winston from 'winston'
import { OpenPipelineTransport } from 'winston-openpipeline'

// Where to, and with which token, the transport reads from OPENPIPELINE_URL and OPENPIPELINE_TOKEN.
const logger = winston.createLogger({
  transports: [new OpenPipelineTransport({ attributes: { 'service.name': 'catalogue' } })],
})

const app = express()

// Method, path, status, duration and user agent become the attributes that Dynatrace knows them by.
app.use(expressWinston.logger({ winstonInstance: logger, msg: '{{req.method}} {{req.url}}', statusLevels: true }))

app.get('/books/:id', (request, response) => {
  const { id } = request.params
  if (id === '13') throw new Error('shelf is locked')
  response.status(id === '9' ? 404 : 200).json({ id })
})

// After the routes: what they throw is logged with its stack, and goes on to Express' own handler.
app.use(expressWinston.errorLogger({ winstonInstance: logger }))

process.once('SIGTERM', async () => {
  server.close()
  server.closeIdleConnections()
  await once(server, 'close')
  logger.end() // `finish` when everything is delivered, and then nothing keeps the process
})

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
await once(server, 'listening')
console.log(`http://127.0.0.1:${server.address().port}`)
