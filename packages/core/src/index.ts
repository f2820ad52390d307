/**
 * The public door: what stands here follows semantic versioning, everything else of this package may change at any time.
 * The adapters also use `openpipeline-core/mapping`.
 */
export type { Destination } from './destination.ts'
export { describeDestination } from './destination.ts'
export type {
  DeadLetterEvent,
  DiagnosticEvent,
  DiagnosticListener,
  DiagnosticsListening,
  DiagnosticsOption,
  LossEvent,
  StateEvent,
  WarningEvent,
} from './diagnostics.ts'
export type { OpenPipelineErrorCode } from './errors.ts'
export { OpenPipelineError } from './errors.ts'
export type { AttributeValue, GenericEvent, JsonValue, LogLevel, Status } from './event.ts'
export type { FlushResult } from './ledger.ts'
export type { LossReason } from './loss-reason.ts'
export type {
  BatchOptions,
  DeadLetterOptions,
  DeliveryOptions,
  QueueOptions,
  RetryOptions,
  ShipperOptions,
} from './options.ts'
export type { EventOptions } from './options/attributes.ts'
export type { CustomEndpoint, Endpoint, EndpointKind } from './options/endpoint.ts'
export type { CustomLevels } from './options/levels.ts'
export type { MapFunction } from './options/map.ts'
export type { SpoolOptions } from './options/spool.ts'
export type { TlsOptions } from './options/tls.ts'
export type {
  ModuleExport,
  OAuthOptions,
  TokenByOAuth,
  TokenFile,
  TokenFunction,
  TokenOption,
} from './options/token.ts'
export type { RecordRules } from './record-rules.ts'
export type { Redact } from './redact/redact.ts'
export type { FlushOptions, Shipper } from './shipper.ts'
export { createShipper } from './shipper.ts'
export type { Host } from './settings.ts'
export type { SpoolShare, SpoolSurvey } from './spool/survey.ts'
export { surveySpool } from './spool-survey.ts'
export type { ShutdownOptions } from './shutdown.ts'
export { closeOnSignals } from './shutdown.ts'
export type { Stats } from './stats.ts'
