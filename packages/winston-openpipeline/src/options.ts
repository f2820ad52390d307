/** Options of the winston adapter: winston's own for every transport, and the core's. */
import type { Host, ShipperOptions } from 'openpipeline-core'
import type TransportStream from 'winston-transport'

/** Options of `new OpenPipelineTransport(options)`. */
export interface WinstonOpenPipelineOptions extends ShipperOptions {
  /** Least severe level that is sent; the logger's own where it is absent. */
  readonly level?: string
  /** Format of this transport alone. A `format.json()` is never needed: events are encoded from the info itself. */
  readonly format?: NonNullable<TransportStream.TransportStreamOptions['format']>
  /** Sends nothing. */
  readonly silent?: boolean
  /** Sends uncaught exceptions, which winston then reports to this transport. */
  readonly handleExceptions?: boolean
  /** Sends unhandled rejections, which winston then reports to this transport. */
  readonly handleRejections?: boolean
}

export const HOST: Host = {
  name: 'winston-openpipeline',
  appliesRecordRules: true,
  optionKeys: ['level', 'format', 'silent', 'handleExceptions', 'handleRejections'],
}
