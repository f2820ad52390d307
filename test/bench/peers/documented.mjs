/**
 * The other transports as their documentation sets them up, for `npm run compare`. What differs from their defaults is an interval of one
 * second where there is one, so that no case measures patience. They load from this folder.
 */
import { fileURLToPath } from 'node:url'

const fileOf = (name) => fileURLToPath(import.meta.resolve(name))

export const pinoTargets = {
  'pino-loki': (url) => ({
    target: fileOf('pino-loki'),
    options: { host: url, labels: { app: 'compare' }, batching: { interval: 1 } },
  }),
  '@axiomhq/pino': (url) => ({
    target: fileOf('@axiomhq/pino'),
    options: { dataset: 'compare', token: 'not-a-token', url },
  }),
  '@logtail/pino': (url) => ({
    target: fileOf('@logtail/pino'),
    options: { sourceToken: 'not-a-token', options: { endpoint: `${url}/betterstack` } },
  }),
  'pino-opentelemetry-transport': (url) => ({
    target: fileOf('pino-opentelemetry-transport'),
    options: {
      loggerName: 'compare',
      serviceVersion: '1.0.0',
      resourceAttributes: { 'service.name': 'compare' },
      logRecordProcessorOptions: {
        recordProcessorType: 'batch',
        exporterOptions: { protocol: 'http/protobuf', protobufExporterOptions: { url: `${url}/v1/logs` } },
      },
    },
  }),
  'pino-elasticsearch': (url) => ({
    target: fileOf('pino-elasticsearch'),
    options: { node: url, index: 'compare', esVersion: 9 },
  }),
}

export const winstonTransports = {
  async 'winston-loki'(url) {
    const { default: LokiTransport } = await import('winston-loki')
    return new LokiTransport({ host: url, labels: { app: 'compare' }, json: true, interval: 1 })
  },
  async '@axiomhq/winston'(url) {
    const { WinstonTransport } = await import('@axiomhq/winston')
    return new WinstonTransport({ dataset: 'compare', token: 'not-a-token', url })
  },
  async "winston's Http"(url) {
    const { default: winston } = await import('winston')
    const { hostname: host, port } = new URL(url)
    const batching = { batch: true, batchCount: 100, batchInterval: 1000 }
    return new winston.transports.Http({ host, port: Number(port), path: '/', ...batching })
  },
}
