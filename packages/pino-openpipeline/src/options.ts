/** Options of the pino adapter: plain data, because they cross a thread. */
import type { Host, ShipperOptions } from 'openpipeline-core'

/** Options of `pino.transport({ target: 'pino-openpipeline', options })` and of `openPipelineStream(options)`. */
export type PinoOpenPipelineOptions = ShipperOptions

export const HOST: Host = {
  name: 'pino-openpipeline',
  // pino adds these to the options of a worker
  optionKeys: ['$context', 'pinoWillSendConfig'],
}
