/**
 * Everything that is measured, by name. A contender is opened in a process of its own, for each run afresh, and loads there what
 * it needs and nothing else: no transport shares its process with another one's modules.
 */
import { fileURLToPath } from 'node:url'

import { openPeer, peerNames } from './peers/peers.mjs'

/** More than any load: what is measured is the way, not the bound. */
const ROOMY_BYTES = 1_073_741_824

/** The parts of a name of ours behind the adapter's, and the options that they stand for. */
const variants = {
  keep: { nested: 'keep' },
  gzip: { delivery: { compression: 'gzip' } },
  tls: {},
  spool: {},
}

const references = {
  /** What pino costs without any transport. */
  async 'ref-pino'({ count }) {
    const { pinoStream } = await import('./pino.mjs')
    return { ...pinoStream({ write() {} }, count), isFull: () => false, end() {} }
  },
  /** What the way into a worker costs. */
  async 'ref-pino-worker'({ count }) {
    const { pinoWorker } = await import('./pino.mjs')
    return pinoWorker(fileURLToPath(new URL('nothing-worker.mjs', import.meta.url)), {}, count)
  },
  /** What winston costs. */
  async 'ref-winston'({ count }) {
    const { nothing, winstonLogger } = await import('./winston.mjs')
    return winstonLogger(nothing(), count)
  },
  async 'ref-winston-bare'({ count }) {
    const { noFormat, nothing, winstonLogger } = await import('./winston.mjs')
    return winstonLogger(nothing(), count, noFormat())
  },
}

const adapters = {
  'pino-worker': openWorker,
  'pino-stream': openStream,
  winston: ({ count, ...where }) => openWinston(where, count),
}

export const ours = Object.keys(adapters).flatMap((adapter) => [
  adapter,
  ...Object.keys(variants).map((variant) => `${adapter}-${variant}`),
])

export const contenders = [
  ...Object.keys(references).map((name) => ({ name, kind: 'reference' })),
  ...[...ours, 'winston-bare'].map((name) => ({ name, kind: 'ours' })),
  ...peerNames.map((name) => ({ name, kind: 'peer' })),
]

/**
 * @param {{ name: string, url: string, ca?: string, directory: string, count: number, queue?: object }} what `directory` is for a spool
 * @returns what `pino.mjs` or `winston.mjs` makes, with `flush` where there is one
 */
export async function openContender({ name, ...where }) {
  if (name in references) return references[name](where)
  if (peerNames.includes(name)) return openPeer(name, where)
  if (name === 'winston-bare') return openWinston(where, where.count, true)
  const adapter = Object.keys(adapters).find((known) => name === known || name.startsWith(`${known}-`))
  const variant = name.slice(adapter.length + 1)
  return adapters[adapter]({ ...where, variant })
}

async function openWorker({ count, ...where }) {
  const { pinoWorker } = await import('./pino.mjs')
  const { flushTransport } = await import('pino-openpipeline')
  const { transport, ...logger } = await pinoWorker('pino-openpipeline', optionsOf(where), count)
  return { ...logger, flush: (timeoutMs) => flushTransport(transport, { timeoutMs }) }
}

async function openStream({ count, ...where }) {
  const { pinoStream } = await import('./pino.mjs')
  const { openPipelineStream } = await import('pino-openpipeline')
  const stream = openPipelineStream(optionsOf(where))
  return { ...pinoStream(stream, count), flush: (timeoutMs) => stream.flush({ timeoutMs }) }
}

async function openWinston(where, count, isBare = false) {
  const { noFormat, winstonLogger } = await import('./winston.mjs')
  const { OpenPipelineTransport } = await import('winston-openpipeline')
  const transport = new OpenPipelineTransport(optionsOf(where))
  const logger = winstonLogger(transport, count, ...(isBare ? [noFormat()] : []))
  return { ...logger, flush: (timeoutMs) => transport.flush({ timeoutMs }) }
}

function optionsOf({ url, ca, directory, variant = '', queue = { maxBytes: ROOMY_BYTES } }) {
  return {
    url,
    token: 'dt0c01.BENCH.NOT-A-TOKEN',
    queue,
    diagnostics: 'silent',
    ...variants[variant],
    ...(ca !== undefined && { tls: { ca } }),
    ...(variant === 'spool' && { spool: { directory, maxBytes: ROOMY_BYTES } }),
  }
}
