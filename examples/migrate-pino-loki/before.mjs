/** pino-loki: lines for Grafana Loki, in a batch every second. */
import pino from 'pino'

import { logAll } from './records.mjs'

const transport = pino.transport({
  target: 'pino-loki',
  options: {
    host: process.env.LOKI_URL,
    basicAuth: { username: 'tenant', password: process.env.LOKI_PASSWORD },
    labels: { service_name: 'orders', env: 'prod' },
    batching: { interval: 1 },
  },
})

logAll(pino(transport))
