/** A service in several processes that share one spool directory: what a killed one has logged, another delivers. */
import cluster from 'node:cluster'
import { once } from 'node:events'
import { createServer } from 'node:http'

import pino from 'pino'
import { installShutdown, openPipelineStream } from 'pino-openpipeline'

const processes = Number(process.env.PROCESSES ?? 2)

if (cluster.isPrimary) startWorkers()
else await serve()

function startWorkers() {
  for (let count = 0; count < processes; count++) cluster.fork()
  cluster.on('exit', (worker) => {
    if (!worker.exitedAfterDisconnect) cluster.fork() // it was killed or has crashed
  })
  process.once('SIGTERM', () => cluster.disconnect())
}

async function serve() {
  // In process, so that each record is on disk before its log call returns: not even SIGKILL loses one.
  // Each process writes into a directory of its own below this one, and takes over those whose process is gone.
  const stream = openPipelineStream({
    attributes: { 'service.name': 'cluster-orders' },
    spool: { directory: process.env.SPOOL_DIRECTORY ?? './spool' },
  })
  const logger = pino(stream)
  installShutdown(logger, { signals: ['SIGTERM', 'SIGINT'] })

  const server = createServer((request, response) => {
    logger.info({ path: request.url }, 'request')
    response.end(String(process.pid))
  })
  server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
  await once(server, 'listening')
  console.log(`http://127.0.0.1:${server.address().port}`)
  process.once('disconnect', () => void stream.close())
}
