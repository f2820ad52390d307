/** The demo: two services log while they answer real requests; afterwards every record they logged must have arrived. */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

import { endAll, startChild } from './child.mjs'
import { faultsOf, receivedTable, requestsLine, startedTable, successLine } from './report.mjs'
import { drive, ordersRequest, shippingRequest } from './traffic.mjs'

const usage = `Usage: npm start [-- --keep]

Runs two services that log to a local stand-in of OpenPipeline, and counts what arrived.

  --keep   leave the receiver running until Ctrl-C
  --help   show this text`

const requestsPerService = 2000
const timeLimitMs = 60_000

const services = [
  {
    name: 'orders',
    framework: 'Fastify',
    logger: 'pino',
    script: '../pino-fastify/app.mjs',
    request: ordersRequest,
  },
  {
    name: 'shipping',
    framework: 'Express',
    logger: 'winston',
    script: '../winston-express/app.mjs',
    request: shippingRequest,
  },
]

async function demo({ keep, stop }) {
  const token = demoToken()
  const receiver = startChild('receiver', 'receiver.mjs', { DEMO_TOKEN: token })
  const receiverUrl = await receiver.told('url', stop.signal)

  // A user's service finds where to send its logs in the same two variables.
  const environment = { OPENPIPELINE_URL: receiverUrl, OPENPIPELINE_TOKEN: token, LOG_LEVEL: 'debug', PORT: '0' }
  const running = services.map((service) => ({
    ...service,
    child: startChild(service.name, service.script, environment),
  }))
  for (const service of running) service.url = await service.child.told('url', stop.signal)
  print('', 'Two services log to OpenPipeline while they answer requests:', '')
  print(startedTable({ receiver, receiverUrl, running }), '')

  const answers = await drive(running, { requestsPerService, signal: stop.signal })
  print(requestsLine(answers))

  // Both at once, and at once after the last answer: what is not sent yet has to be sent while they close.
  await Promise.all(running.map(async (service) => (service.ended = await service.child.end(stop.signal))))
  print(...running.map(({ name, ended }) => `${name} ended ${Math.round(ended.tookMs)} ms after SIGTERM.`), '')

  receiver.tell('tally')
  const tally = await receiver.told('tally', stop.signal)
  const results = running.map((service) => ({
    ...service,
    logged: service.child.heard.logged,
    ...tally.services[service.name],
    ...tally.senders[`${service.logger}-openpipeline`],
  }))
  print(receivedTable(results), '')
  if (tally.example) print('One of them in full:', JSON.stringify(tally.example, null, 2), '')

  const faults = faultsOf(results, tally)
  if (faults.length === 0) print(successLine(results))
  else complain(...faults)
  if (keep) await keepRunning(receiver, { receiverUrl, token, stop })
  return faults.length === 0 ? 0 : 1
}

async function keepRunning(receiver, { receiverUrl, token, stop }) {
  stop.unlimited()
  print(
    '',
    `The receiver is still at ${receiverUrl}. Ctrl-C ends it. To send it something:`,
    '',
    `  export OPENPIPELINE_URL=${receiverUrl}`,
    `  export OPENPIPELINE_TOKEN=${token}`,
    '  node examples/pino-basic/index.mjs',
  )
  await Promise.race([stop.requested, receiver.gone])
}

/** Looks like a Dynatrace access token and opens nothing but this run's receiver. */
function demoToken() {
  const random = (length) => Array.from({ length }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[randomInt(32)]).join('')
  return ['dt0c01', random(24), random(64)].join('.')
}

/** What ends the demo early: the time limit, Ctrl-C, or SIGTERM. */
function createStop() {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error(`not done after ${timeLimitMs / 1000} s`)), timeLimitMs)
  const requested = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => {
        resolve()
        controller.abort(new Error(`ended by ${signal}`))
      })
    }
  })
  return { signal: controller.signal, requested, unlimited: () => clearTimeout(timer) }
}

function print(...lines) {
  console.log(lines.join('\n'))
}

function complain(...lines) {
  console.error(lines.join('\n'))
}

/** An error's message and those of its causes: `fetch failed` alone says nothing. */
function whole(error) {
  return error.cause ? `${error.message}: ${whole(error.cause)}` : error.message
}

function readArguments() {
  try {
    return parseArgs({ options: { keep: { type: 'boolean' }, help: { type: 'boolean' } } }).values
  } catch (error) {
    complain(error.message, '', usage)
    return undefined
  }
}

async function main() {
  const options = readArguments()
  if (options === undefined) return 2
  if (options.help) {
    print(usage)
    return 0
  }
  const stop = createStop()
  try {
    return await demo({ keep: options.keep, stop })
  } catch (error) {
    complain(`The demo failed: ${stop.signal.aborted ? stop.signal.reason.message : whole(error)}`)
    return 1
  } finally {
    stop.unlimited()
    await endAll()
  }
}

process.exitCode = await main()
