import type { OnApplicationShutdown } from '@nestjs/common'
import { pino } from 'pino'
import { flushTransport } from 'pino-openpipeline'

// A worker thread builds and sends the events. Where to, and with which token: OPENPIPELINE_URL and OPENPIPELINE_TOKEN.
const transport = pino.transport({
  target: 'pino-openpipeline',
  options: { attributes: { 'service.name': 'nest-orders' } },
})

export const logger = pino({ level: 'info' }, transport)

/** Nest calls it last, when nothing logs any more. */
export class FlushLogs implements OnApplicationShutdown {
  async onApplicationShutdown(): Promise<void> {
    await flushTransport(transport, { timeoutMs: 5000 })
  }
}
