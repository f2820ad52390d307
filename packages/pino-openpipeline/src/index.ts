/** The public door. The default export is what `pino.transport({ target: 'pino-openpipeline' })` loads in its worker. */
export type { DiagnosticEvent, FlushOptions, FlushResult, GenericEvent, LossReason, Stats } from 'openpipeline-core'
export { OpenPipelineError } from 'openpipeline-core'

export { flushTransport } from './flush-transport.ts'
export type { OpenPipelineStreamOptions, PinoOpenPipelineOptions } from './options.ts'
export { installShutdown } from './shutdown.ts'
export type { OpenPipelineStream } from './stream.ts'
export { openPipelineStream } from './stream.ts'
export { traceMixin } from './trace-mixin.ts'
export { observeTransport, transportStats } from './transport-stats.ts'
export { default } from './transport.ts'
