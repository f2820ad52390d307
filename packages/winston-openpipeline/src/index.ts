/** The public door. */
export type { DiagnosticEvent, FlushOptions, FlushResult, GenericEvent, LossReason, Stats } from 'openpipeline-core'
export { OpenPipelineError } from 'openpipeline-core'

export type { WinstonOpenPipelineOptions } from './options.ts'
export { installShutdown } from './shutdown.ts'
export type { OpenPipelineWarning } from './transport.ts'
export { OpenPipelineTransport, OpenPipelineTransport as default } from './transport.ts'
