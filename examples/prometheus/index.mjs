/** A service with `GET /metrics`. */
import { once } from 'node:events'
import { createServer } from 'node:http'

import pino from 'pino'
import { transportStats } from 'pino-openpipeline'

import { prometheusText } from './metrics.mjs'

// OPENPIPELINE_URL and OPENPIPELINE_TOKEN say where to and with which token.
const transport = pino.transport({
  target: 'pino-openpipeline',
  options: { attributes: { 'service.name': 'scraped' } },
})
const logger = pino(transport)

const server = createServer(async (request, response) => {
  if (request.url === '/metrics') {
    // The counters are the worker's. In process it is `stream.stats()`, with winston `transport.stats()`.
    const text = prometheusText(await transportStats(transport))
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(text)
  } else {
    logger.info({ path: request.url }, 'request')
    response.end('ok')
  }
})
server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
await once(server, 'listening')
process.once('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
console.log(`http://127.0.0.1:${server.address().port}`)
