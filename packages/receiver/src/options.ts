/** What `startReceiver` takes, every default, and the guards: options in, settings out, once. */
import type { ReceivedEvent } from './event.ts'
import { invalidOption, ReceiverError } from './errors.ts'
import { MAX_REQUEST_BYTES } from './limits.ts'
import { isEndpointName } from './route.ts'
import type { ScriptedAnswer } from './step.ts'

/** Options of `startReceiver(options)`. */
export interface ReceiverOptions {
  /** Port to listen on; 0 takes a free one, which `receiver.url` then tells. @defaultValue 0 */
  readonly port?: number | undefined
  /** Address to listen on. Anything else than loopback lets other machines in. @defaultValue '127.0.0.1' */
  readonly host?: string | undefined
  /** The only token accepted: `dt0c01.…` as `Api-Token`, any other as `Bearer`; others get 401. @defaultValue any or none is accepted */
  readonly token?: string | undefined
  /** Answers for the first requests, as with `receiver.answer`. @defaultValue none */
  readonly script?: readonly ScriptedAnswer[] | undefined
  /** Serves HTTPS with this key and certificate (PEM). @defaultValue HTTP */
  readonly tls?: TlsOptions | undefined
  /** Largest body, before and after decompression; a larger one gets 413. @defaultValue 10_000_000 */
  readonly maxBodyBytes?: number | undefined
  /** Says why an event is invalid; then its whole request gets 400 and nothing of it is stored. @defaultValue all are valid */
  readonly rejectEvent?: ((event: ReceivedEvent) => string | undefined) | undefined
  /** Whether `Content-Encoding: gzip` is understood; otherwise it gets 415. @defaultValue false */
  readonly gzip?: boolean | undefined
  /** Custom endpoints that exist, as `name` or `kind/name`; others get 404. @defaultValue every valid name exists */
  readonly endpoints?: readonly string[] | undefined
  /** Milliseconds by which every answer is delayed. @defaultValue 0 */
  readonly latencyMs?: number | undefined
  /** Most events kept for reading; older ones are forgotten but stay counted. @defaultValue 100_000 */
  readonly maxEvents?: number | undefined
  /** Most requests kept for reading; older ones are forgotten but stay counted. @defaultValue 10_000 */
  readonly maxRequests?: number | undefined
  /** Most values of `event.id` remembered to tell duplicates. @defaultValue 1_000_000 */
  readonly maxIds?: number | undefined
}

/** What the receiver proves itself with. */
export interface TlsOptions {
  /** Private key, PEM. */
  readonly key: string | Buffer
  /** Certificate, PEM. */
  readonly cert: string | Buffer
}

export interface Settings {
  readonly port: number
  readonly host: string
  readonly token: string | undefined
  readonly script: readonly ScriptedAnswer[]
  readonly tls: TlsOptions | undefined
  readonly maxBodyBytes: number
  readonly rejectEvent: (event: ReceivedEvent) => string | undefined
  readonly gzip: boolean
  readonly endpoints: ReadonlySet<string> | undefined
  readonly latencyMs: number
  readonly maxEvents: number
  readonly maxRequests: number
  readonly maxIds: number
}

const KNOWN: Readonly<Record<keyof ReceiverOptions, true>> = {
  port: true,
  host: true,
  token: true,
  script: true,
  tls: true,
  maxBodyBytes: true,
  rejectEvent: true,
  gzip: true,
  endpoints: true,
  latencyMs: true,
  maxEvents: true,
  maxRequests: true,
  maxIds: true,
}

export function resolveOptions(options: ReceiverOptions): Settings {
  refuseUnknown(options)
  return { ...listening(options), ...judging(options), ...keeping(options) }
}

type Listening = Pick<Settings, 'port' | 'host' | 'tls' | 'latencyMs' | 'script'>

function listening(options: ReceiverOptions): Listening {
  return {
    port: integer('port', options.port ?? 0, { from: 0, to: 65_535 }),
    host: text('host', options.host ?? '127.0.0.1'),
    tls: options.tls === undefined ? undefined : checkTls(options.tls),
    latencyMs: checkLatency(options.latencyMs ?? 0),
    script: options.script ?? [],
  }
}

type Judging = Pick<Settings, 'token' | 'maxBodyBytes' | 'rejectEvent' | 'gzip' | 'endpoints'>

function judging(options: ReceiverOptions): Judging {
  return {
    token: options.token === undefined ? undefined : text('token', options.token),
    maxBodyBytes: integer('maxBodyBytes', options.maxBodyBytes ?? MAX_REQUEST_BYTES, { from: 1 }),
    rejectEvent: checkRejectEvent(options.rejectEvent ?? (() => undefined)),
    gzip: checkBoolean('gzip', options.gzip ?? false),
    endpoints: options.endpoints === undefined ? undefined : checkEndpoints(options.endpoints),
  }
}

type Keeping = Pick<Settings, 'maxEvents' | 'maxRequests' | 'maxIds'>

function keeping(options: ReceiverOptions): Keeping {
  return {
    maxEvents: integer('maxEvents', options.maxEvents ?? 100_000, { from: 1 }),
    maxRequests: integer('maxRequests', options.maxRequests ?? 10_000, { from: 1 }),
    maxIds: integer('maxIds', options.maxIds ?? 1_000_000, { from: 1 }),
  }
}

export function checkLatency(latencyMs: number): number {
  if (Number.isFinite(latencyMs) && latencyMs >= 0) return latencyMs
  throw invalidOption('latencyMs', 'a number of milliseconds from 0', latencyMs)
}

function refuseUnknown(options: ReceiverOptions): void {
  if (typeof options !== 'object' || options === null) throw invalidOption('options', 'an object', options)
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(KNOWN, key))
  if (unknown === undefined) return
  throw new ReceiverError('INVALID_OPTIONS', `unknown option "${unknown}"; known are ${Object.keys(KNOWN).join(', ')}`)
}

function integer(name: string, value: number, bounds: { readonly from: number; readonly to?: number }): number {
  const { from, to = Number.MAX_SAFE_INTEGER } = bounds
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw invalidOption(name, `an integer from ${from} to ${to}`, value)
}

function text(name: string, value: string): string {
  if (typeof value === 'string' && value !== '') return value
  // The value is not shown where it could be most of a token.
  throw invalidOption(name, 'a string that is not empty', name === 'token' ? '***' : value)
}

function checkTls(tls: TlsOptions): TlsOptions {
  if (typeof tls === 'object' && tls !== null && Boolean(tls.key) && Boolean(tls.cert)) return tls
  throw new ReceiverError('INVALID_OPTIONS', 'tls must be { key, cert }, both PEM as a string or Buffer')
}

function checkRejectEvent(rejectEvent: Settings['rejectEvent']): Settings['rejectEvent'] {
  if (typeof rejectEvent === 'function') return rejectEvent
  throw invalidOption('rejectEvent', 'a function (event) => string | undefined', rejectEvent)
}

function checkBoolean(name: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value
  throw invalidOption(name, 'true or false', value)
}

function checkEndpoints(endpoints: readonly string[]): ReadonlySet<string> {
  if (!Array.isArray(endpoints)) throw invalidOption('endpoints', 'a list of names', endpoints)
  const wrong: unknown = endpoints.find((name) => typeof name !== 'string' || !isEndpointName(name))
  if (wrong === undefined) return new Set(endpoints.map((name) => name.toLowerCase()))
  throw invalidOption(
    'endpoints',
    'names that start with a letter and hold letters, digits and single dots, with or without "events/", "events.sdlc/" or "security.events/" before them',
    wrong,
  )
}
