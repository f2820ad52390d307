/** An orders service: Fastify, logging with pino, delivered to OpenPipeline. `npm start` at the top runs it. */
import Fastify from 'fastify'
import pino from 'pino'
import { flushTransport } from 'pino-openpipeline'

// A worker thread builds and sends the events, so requests never wait for their logging.
// Where to, and with which token, it reads from OPENPIPELINE_URL and OPENPIPELINE_TOKEN.
const transport = pino.transport({
  target: 'pino-openpipeline',
  options: { attributes: { 'service.name': 'orders' } },
})

// Only for the demo: how many records were logged, counted before any transport sees them.
let logged = 0
function countAndLog(args, log) {
  logged += 1
  log.apply(this, args)
}

const logger = pino({ level: process.env.LOG_LEVEL ?? 'info', hooks: { logMethod: countAndLog } }, transport)

// Fastify takes the logger as it is: each request gets a child of it, `request.log`, that adds the request's id.
const app = Fastify({ loggerInstance: logger })

app.get('/orders/:id', async (request, reply) => {
  const { id } = request.params
  if (id.endsWith('9')) {
    request.log.warn({ orderId: id }, 'no such order')
    return reply.code(404).send({ error: 'no such order' })
  }
  request.log.debug({ orderId: id, cache: { hit: true, ageMs: 40 } }, 'order read')
  return { id, state: 'paid' }
})

app.post('/orders', async (request, reply) => {
  const { id, items, total } = request.body
  // Everything logged from here on says which order it is about.
  const log = request.log.child({ orderId: id })
  log.info({ items: items.length, total }, 'order received')
  await charge(total)
  return reply.code(201).send({ id, state: 'paid' })
})

// Fastify logs what a route throws, with its causes, and answers 500.
async function charge(total) {
  if (total < 1000) return
  throw new Error('payment failed', { cause: new Error('card issuer did not answer') })
}

// `once`: a second Ctrl-C ends the process there and then.
process.once('SIGTERM', shutDown)
process.once('SIGINT', shutDown)

async function shutDown() {
  // From the outside in: no new requests, so nothing new is logged, so what is flushed is all there was.
  await app.close()
  process.send?.({ logged })
  // Bounded, because platforms kill what has not ended soon after SIGTERM: Docker after 10 s, Kubernetes after 30.
  await flushTransport(transport, { timeoutMs: 5000 })
  // Ends the worker. Nothing is left that would keep the process, so it ends by itself.
  transport.end()
}

const url = await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' })
// Only for the demo, which takes any free port.
process.send?.({ url })
