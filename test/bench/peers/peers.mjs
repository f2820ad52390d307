/**
 * The other transports, each with the least change of its options that stops it from losing records or from sending tiny
 * batches at this rate. They load from this folder, which `npm run bench` installs when it is missing.
 */
import { fileURLToPath } from 'node:url'

const fileOf = (name) => fileURLToPath(import.meta.resolve(name))

const pinoPeers = {
  'pino-elasticsearch': (url) => ({ node: url, index: 'bench', esVersion: 8, flushInterval: 1000, flushBytes: 1e6 }),
  'pino-loki': (url) => ({ host: url, labels: { app: 'bench' }, batching: { interval: 1, maxBufferSize: 0 } }),
  '@axiomhq/pino': (url) => ({ dataset: 'bench', token: 'not-a-token', url }),
  'pino-opentelemetry-transport': (url) => ({
    loggerName: 'bench',
    serviceVersion: '1.0.0',
    resourceAttributes: { 'service.name': 'bench' },
    logRecordProcessorOptions: {
      recordProcessorType: 'batch',
      exporterOptions: { protocol: 'http/protobuf', protobufExporterOptions: { url: `${url}/v1/logs` } },
      processorConfig: { maxQueueSize: 2 ** 20, maxExportBatchSize: 2048 },
    },
  }),
  '@logtail/pino': (url) => ({
    sourceToken: 'not-a-token',
    options: { endpoint: url, burstProtectionMax: 0, syncQueuedMax: -1, captureStackContext: false },
  }),
}

const pinoStreams = {
  async 'pino-seq'(url, count) {
    const { pinoStream } = await import('../pino.mjs')
    const { default: seq } = await import('pino-seq')
    const stream = seq.createStream({ serverUrl: url, onError: console.error })
    return { ...pinoStream(stream, count), end: () => new Promise((resolve) => stream.end(resolve)) }
  },
}

/** A transport, and what has to be called to have everything sent. */
const winstonPeers = {
  async '@opentelemetry/winston-transport'(url) {
    const { logs } = await import('@opentelemetry/api-logs')
    const { BatchLogRecordProcessor, LoggerProvider } = await import('@opentelemetry/sdk-logs')
    const { OTLPLogExporter } = await import('@opentelemetry/exporter-logs-otlp-proto')
    const { resourceFromAttributes } = await import('@opentelemetry/resources')
    const { OpenTelemetryTransportV3 } = await import('@opentelemetry/winston-transport')
    const exporter = new OTLPLogExporter({ url: `${url}/v1/logs` })
    const processor = new BatchLogRecordProcessor({ exporter, maxQueueSize: 2 ** 20, maxExportBatchSize: 2048 })
    const resource = resourceFromAttributes({ 'service.name': 'bench' })
    const provider = new LoggerProvider({ resource, processors: [processor] })
    logs.setGlobalLoggerProvider(provider)
    return { transport: new OpenTelemetryTransportV3(), end: () => provider.shutdown() }
  },
  async 'winston-loki'(url) {
    const { default: LokiTransport } = await import('winston-loki')
    const transport = new LokiTransport({ host: url, labels: { app: 'bench' }, gracefulShutdown: false })
    const end = async () => {
      await transport.close()
      await transport.flush()
    }
    return { transport, end }
  },
  async 'winston.transports.Http'(url) {
    const { default: winston } = await import('winston')
    const { Agent } = await import('node:http')
    const { hostname: host, port } = new URL(url)
    const batching = { batch: true, batchCount: 1000, batchInterval: 1000, agent: new Agent({ keepAlive: true }) }
    const transport = new winston.transports.Http({ host, port: Number(port), path: '/', ...batching })
    // Its end says nothing of what is on the way: the sink tells when all of it has come.
    return { transport, end() {} }
  },
  async '@axiomhq/winston'(url) {
    const { WinstonTransport } = await import('@axiomhq/winston')
    const transport = new WinstonTransport({ dataset: 'bench', token: 'not-a-token', url })
    return { transport, end: () => new Promise((resolve) => transport.flush(resolve)) }
  },
  async '@datalust/winston-seq'(url) {
    const { SeqTransport } = await import('@datalust/winston-seq')
    const transport = new SeqTransport({ serverUrl: url, onError: console.error })
    return { transport, end: () => transport.flush() }
  },
  async '@logtail/winston'(url) {
    const { default: node } = await import('@logtail/node')
    const { default: adapter } = await import('@logtail/winston')
    const options = { endpoint: url, burstProtectionMax: 0, syncQueuedMax: -1, captureStackContext: false }
    const logtail = new node.Logtail('not-a-token', options)
    const transport = new adapter.LogtailTransport(logtail, { level: 'silly' })
    return { transport, end: () => logtail.flush() }
  },
}

export const peerNames = [pinoPeers, pinoStreams, winstonPeers].flatMap(Object.keys)

/** The logger that a peer is for. */
export const isForPino = (name) => name in pinoPeers || name in pinoStreams

export async function openPeer(name, { url, count }) {
  if (name in pinoPeers) {
    const { pinoWorker } = await import('../pino.mjs')
    return pinoWorker(fileOf(name), pinoPeers[name](url), count)
  }
  if (name in pinoStreams) return pinoStreams[name](url, count)
  const { transport, end } = await winstonPeers[name](url)
  const { winstonLogger } = await import('../winston.mjs')
  return { ...winstonLogger(transport, count), end }
}
