/** Settings: what the options become, once, at construction. Every default, guard and environment variable is read here. */
import type { DiagnosticsOption } from './diagnostics.ts'
import type { EnrichmentSettings } from './enrichment/enrichment.ts'
import { enrichmentSettings } from './enrichment/enrichment.ts'
import { metadataFiles } from './enrichment/metadata-files.ts'
import type { AttributeValue } from './event.ts'
import { MAX_CLOSE_TIMEOUT_MS, MAX_REQUEST_BYTES } from './limits.ts'
import type { BatchOptions, DeadLetterOptions, DeliveryOptions, QueueOptions, RetryOptions } from './options.ts'
import type { EventSettings } from './options/attributes.ts'
import { readAttributes, readEvent } from './options/attributes.ts'
import { readIngestUrl } from './options/endpoint.ts'
import type { Environment } from './options/environment.ts'
import type { CustomLevels } from './options/levels.ts'
import { readLevels, readMinLevel } from './options/levels.ts'
import type { MapHook } from './options/map.ts'
import { readMap } from './options/map.ts'
import { isRecord, OptionReader, Problems } from './options/reader.ts'
import type { ProxySettings } from './options/proxy.ts'
import { readProxy } from './options/proxy.ts'
import type { RedactPath } from './options/redact.ts'
import { readRedact, readSecretHeaders } from './options/redact.ts'
import type { SpoolOptions } from './options/spool.ts'
import { readSpool } from './options/spool.ts'
import type { TlsSettings } from './options/tls.ts'
import { readTls } from './options/tls.ts'
import type { TokenSource } from './options/token.ts'
import { readTokenSource } from './options/token.ts'

/** What `resolveOptions` makes of them: nothing optional, nothing to be checked again. */
export interface Settings {
  readonly ingestUrl: string
  readonly token: TokenSource
  readonly proxy: ProxySettings | undefined
  readonly tls: TlsSettings
  readonly spool: Required<SpoolOptions> | undefined
  readonly deadLetter: Required<DeadLetterOptions> | undefined
  readonly batch: Required<BatchOptions>
  readonly queue: Required<QueueOptions>
  readonly delivery: Required<DeliveryOptions>
  readonly retry: Required<RetryOptions>
  readonly closeTimeoutMs: number
  readonly event: EventSettings
  readonly attributes: Readonly<Record<string, AttributeValue>>
  /** Undefined where it is off. */
  readonly enrichment: EnrichmentSettings | undefined
  readonly levels: CustomLevels
  readonly minLevel: string | number | undefined
  readonly redact: readonly RedactPath[]
  /** In lower case. */
  readonly secretHeaders: readonly string[]
  readonly map: MapHook | undefined
  readonly flatten: boolean
  readonly diagnostics: DiagnosticsOption
}

/** What the program around the core tells about itself. */
export interface Host {
  /** Name of the package: in messages, in the User-Agent and as `event.provider`. */
  readonly name: string
  /** Option keys that the host reads itself. */
  readonly optionKeys?: Iterable<string>
  /** Keys that the logger adds to the options: they pass, and no message names them. */
  readonly addedKeys?: Iterable<string>
  /** It applies `records` of the shipper itself, where it makes events of a logger's records. */
  readonly appliesRecordRules?: boolean
  /** What it pushes was logged by other processes of this machine. */
  readonly speaksForOthers?: boolean
}

/** @throws OpenPipelineError `INVALID_OPTIONS`, naming every option that is wrong, missing or unknown. */
export function resolveOptions(options: unknown, host: Host, environment: Environment = process.env): Settings {
  const problems = new Problems()
  const reader = new OptionReader(options, '', problems)
  const levels = readLevels(reader)
  const ingestUrl = readIngestUrl(reader, environment)
  const proxyFor = readProxy(reader, environment)
  const settings: Settings = {
    ingestUrl,
    token: readTokenSource(reader, environment, { ingestUrl, proxyFor }),
    proxy: proxyFor(ingestUrl),
    tls: readTls(reader.group('tls')),
    spool: readSpool(reader),
    deadLetter: readDeadLetter(reader),
    batch: readBatch(reader.group('batch')),
    queue: readQueue(reader.group('queue')),
    delivery: readDelivery(reader.group('delivery')),
    retry: readRetry(reader.group('retry')),
    closeTimeoutMs: reader.integer('closeTimeoutMs', { min: 0, max: MAX_CLOSE_TIMEOUT_MS, fallback: 3000 }),
    event: readEvent(reader.group('event')),
    attributes: readAttributes(reader),
    enrichment: reader.boolean('enrichment', true)
      ? enrichmentSettings(environment, metadataFiles(environment), host.speaksForOthers)
      : undefined,
    levels,
    minLevel: readMinLevel(reader, levels),
    redact: readRedact(reader),
    secretHeaders: readSecretHeaders(reader),
    map: readMap(reader),
    flatten: reader.choice('nested', ['flatten', 'keep'], 'flatten') === 'flatten',
    diagnostics: readDiagnostics(reader),
  }
  reader.allow(host.optionKeys ?? [])
  reader.allowUnnamed(host.addedKeys ?? [])
  reader.refuseOthers()
  problems.throwIfAny(host.name)
  return settings
}

function readBatch(reader: OptionReader): Required<BatchOptions> {
  const batch = {
    maxEvents: reader.integer('maxEvents', { min: 1, max: 100_000, fallback: 5000 }),
    maxBytes: reader.integer('maxBytes', { min: 1000, max: MAX_REQUEST_BYTES, fallback: 1_000_000 }),
    lingerMs: reader.integer('lingerMs', { min: 0, max: 3_600_000, fallback: 1000 }),
  }
  reader.refuseOthers()
  return batch
}

function readQueue(reader: OptionReader): Required<QueueOptions> {
  const queue = {
    maxBytes: reader.integer('maxBytes', { min: 1000, max: 4_294_967_296, fallback: 33_554_432 }),
    onFull: reader.choice('onFull', ['drop-oldest', 'drop-newest'], 'drop-oldest'),
  }
  reader.refuseOthers()
  return queue
}

function readDelivery(reader: OptionReader): Required<DeliveryOptions> {
  const delivery = {
    concurrency: reader.integer('concurrency', { min: 1, max: 64, fallback: 4 }),
    timeoutMs: reader.integer('timeoutMs', { min: 100, max: 600_000, fallback: 30_000 }),
    compression: reader.choice<'none' | 'gzip'>('compression', ['none', 'gzip'], 'none'),
  }
  reader.refuseOthers()
  return delivery
}

function readDeadLetter(options: OptionReader): Required<DeadLetterOptions> | undefined {
  if (options.raw('deadLetter') === undefined) return undefined
  const reader = options.group('deadLetter')
  const file = reader.string('file')
  if (file === undefined) reader.problems.add('deadLetter.file is missing; give the path of a file')
  const maxBytes = reader.integer('maxBytes', { min: 1000, max: 1_099_511_627_776, fallback: 33_554_432 })
  reader.refuseOthers()
  return { file: file ?? '', maxBytes }
}

function readRetry(reader: OptionReader): Required<RetryOptions> {
  const retry = {
    minDelayMs: reader.integer('minDelayMs', { min: 1, max: 600_000, fallback: 500 }),
    maxDelayMs: reader.integer('maxDelayMs', { min: 1, max: 3_600_000, fallback: 30_000 }),
    maxRetryAfterMs: reader.integer('maxRetryAfterMs', { min: 0, max: 86_400_000, fallback: 600_000 }),
  }
  reader.refuseOthers()
  return { ...retry, maxDelayMs: Math.max(retry.minDelayMs, retry.maxDelayMs) }
}

function readDiagnostics(reader: OptionReader): DiagnosticsOption {
  const given = reader.raw('diagnostics')
  if (isRecord(given)) {
    const group = reader.group('diagnostics')
    const onEvent = group.raw('onEvent')
    group.refuseOthers()
    if (isListener(onEvent)) return { onEvent }
    group.refuse('onEvent', 'a function', onEvent)
    return 'silent'
  }
  const choice = given === 'silent' ? 'silent' : 'stderr'
  if (given !== undefined && given !== choice) reader.refuse('diagnostics', "'stderr', 'silent' or { onEvent }", given)
  return choice
}

function isListener(value: unknown): value is (event: unknown) => void {
  return typeof value === 'function'
}
