/** Options of the pino adapter: plain data, because they cross a thread. */
import type { Host, MapFunction, ModuleExport, ShipperOptions } from 'openpipeline-core'

/** Options of `pino.transport({ target: 'pino-openpipeline', options })`. */
export interface PinoOpenPipelineOptions extends Omit<ShipperOptions, 'map'> {
  /**
   * Sees each event last, and may change it or, by returning `undefined`, keep it from being sent; such an event is counted nowhere. Where
   * it throws, the event is sent as it was. In the worker: the module that exports it, a package name or a path.
   * @defaultValue none
   */
  readonly map?: MapFunction | ModuleExport
  /**
   * The logger's own `nestedKey`, where it has one: errors and requests are then looked for in there too. In process pino tells it; a
   * worker is told every key but this one.
   * @defaultValue none
   */
  readonly nestedKey?: string
}

/** Options of `openPipelineStream(options)`. */
export type OpenPipelineStreamOptions = ShipperOptions

export const HOST: Host = {
  name: 'pino-openpipeline',
  // pino adds these to the options of a worker
  addedKeys: ['$context', 'pinoWillSendConfig'],
  appliesRecordRules: true,
}

export const WORKER_HOST: Host = { ...HOST, optionKeys: [...(HOST.optionKeys ?? []), 'nestedKey'] }
