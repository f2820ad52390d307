/** Options as a user writes them. What they become, and every default, stands in settings.ts. */
import type { DiagnosticsOption } from './diagnostics.ts'
import type { AttributeValue, LogLevel } from './event.ts'
import type { EventOptions } from './options/attributes.ts'
import type { Endpoint } from './options/endpoint.ts'
import type { MapFunction } from './options/map.ts'
import type { SpoolOptions } from './options/spool.ts'
import type { TlsOptions } from './options/tls.ts'
import type { TokenOption } from './options/token.ts'

/** Options of the core; both adapters take them under the same names. */
export interface ShipperOptions {
  /**
   * URL of the Dynatrace environment, such as `https://abc12345.live.dynatrace.com`, or a complete `/platform/ingest/…` URL.
   * `https://….apps.dynatrace.com` becomes `.live.`, and an API path (`/api/v2/…`) is cut off. `http:` is accepted to this machine only.
   * @defaultValue `OPENPIPELINE_URL`, else `DT_ENVIRONMENT_URL`, `DYNATRACE_ENV_URL`, `DT_API_URL`, `DT_ENDPOINT`
   */
  readonly url?: string
  /**
   * The ingest endpoint: built in, or `{ custom: 'name' }`.
   * @defaultValue 'events'
   */
  readonly endpoint?: Endpoint
  /**
   * Access token with the scope `openpipeline.events` (sent as `Api-Token`), or a platform token with `openpipeline:events:ingest` (`Bearer`):
   * as a string, from a file, a function, a module or an OAuth client. It appears in no message, error or inspection.
   * @defaultValue `OPENPIPELINE_TOKEN`, else `DT_API_TOKEN`, `DT_PLATFORM_TOKEN`, `DYNATRACE_API_TOKEN`
   */
  readonly token?: TokenOption
  /**
   * Accepts `http:` to another machine. Token and events then travel in the clear.
   * @defaultValue false
   */
  readonly allowInsecure?: boolean
  /** When a batch is closed and sent: at whichever bound comes first. */
  readonly batch?: BatchOptions
  /** What is kept in memory until it is delivered. */
  readonly queue?: QueueOptions
  /** How requests are made. */
  readonly delivery?: DeliveryOptions
  /** How long is waited after a failure. There is no limit of attempts. */
  readonly retry?: RetryOptions
  /**
   * Longest time `close` may take, in milliseconds, from 0 to 8000 (pino ends a worker after ten seconds). What is then unsent is counted `unsent-at-close`.
   * @defaultValue 3000
   */
  readonly closeTimeoutMs?: number
  /** `event.type`, `event.provider` and `event.kind` of every event that does not bring its own. */
  readonly event?: EventOptions
  /**
   * Static attributes of every event. A record's field of the same name is kept as `log.<name>`.
   * @defaultValue {}
   */
  readonly attributes?: Readonly<Record<string, AttributeValue>>
  /**
   * `'flatten'`: objects become dotted attributes (`req.method`), arrays stay arrays. `'keep'`: objects are sent as they are, which Dynatrace stores as text.
   * @defaultValue 'flatten'
   */
  readonly nested?: 'flatten' | 'keep'
  /**
   * Adds what the surroundings say of the process, where a record does not say it itself: the metadata files of OneAgent and the Dynatrace
   * Operator (looked at once a minute where there are any), `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME`, `DT_RELEASE_*`, host,
   * process and the variables of a Kubernetes pod. `attributes` win over all of it.
   * @defaultValue true
   */
  readonly enrichment?: boolean
  /**
   * Records below this level are not sent, and counted nowhere: the name of a level (`'warn'`), one of `levels`, or a number. A record
   * without a level, or with one that nobody knows, is sent.
   * @defaultValue none: the logger's own threshold
   */
  readonly minLevel?: string | number
  /**
   * `loglevel` of the logger's own levels, by name or number: `{ audit: 'NOTICE', 35: 'NOTICE' }`. Known names need none.
   * @defaultValue {}
   */
  readonly levels?: Readonly<Record<string, LogLevel>>
  /**
   * Paths into a record whose values are replaced by `[Redacted]` before anything is made of them, as in pino: `req.headers.authorization`,
   * `users[*].password`, `*.token`, `a["b-c"]`. The logged objects themselves stay as they are.
   * @defaultValue []
   */
  readonly redact?: readonly string[]
  /**
   * Headers whose values are sent as `[Redacted]`, wherever an event has headers: in `req`, `res`, the `config` of an HTTP client's error and so on;
   * with `cookie` also the parsed cookies of a request. Capitals make no difference. The list replaces the default; `[]` sends all headers.
   * @defaultValue `authorization`, `proxy-authorization`, `cookie`, `set-cookie`, `x-api-key`, `api-key`, `x-auth-token`, `x-access-token`, `x-csrf-token`, `x-xsrf-token`, `x-amz-security-token`
   */
  readonly secretHeaders?: readonly string[]
  /**
   * Sees each event last, and may change it or, by returning `undefined`, keep it from being sent; such an event is counted nowhere. Where
   * it throws, the event is sent as it was.
   * @defaultValue none
   */
  readonly map?: MapFunction
  /**
   * Proxy for all connections: a URL (credentials in it are sent to the proxy and shown nowhere), `'env'` for `HTTPS_PROXY` and `NO_PROXY`, or `false`.
   * @defaultValue false
   */
  readonly proxy?: string | false
  /**
   * Certificates for the connection. There is no switch that turns verification off.
   * @defaultValue Node's defaults, `NODE_EXTRA_CA_CERTS` included
   */
  readonly tls?: TlsOptions
  /** A directory that keeps every event until it is delivered, whatever becomes of the process. Off where it is absent. */
  readonly spool?: SpoolOptions
  /** A file that keeps what could not be delivered: events the service refuses, and what is unsent at the close. Off where it is absent. */
  readonly deadLetter?: DeadLetterOptions
  /**
   * Where trouble is told: one JSON line on stderr per state change or kind of loss, at most one in 30 s for each; `'silent'`; or `{ onEvent }` in the same thread.
   * @defaultValue 'stderr'
   */
  readonly diagnostics?: DiagnosticsOption
}

/** A batch is the body of one request. */
export interface BatchOptions {
  /**
   * Most events of a request, from 1 to 100000.
   * @defaultValue 5000
   */
  readonly maxEvents?: number
  /**
   * Most UTF-8 bytes of a request's body, brackets and commas included, from 1000 to 9500000. A single event that is larger has its longest strings cut and marked.
   * @defaultValue 1000000
   */
  readonly maxBytes?: number
  /**
   * Longest time the oldest event of a batch waits for others, in milliseconds, from 0 to 3600000.
   * @defaultValue 1000
   */
  readonly lingerMs?: number
}

/** The bounded memory between the logger and the network. */
export interface QueueOptions {
  /**
   * Most UTF-8 bytes of events held in memory, those in flight included, from 1000 to 4294967296. When it is full, `onFull` says which events are dropped; each is counted as `queue-full`.
   * @defaultValue 33554432
   */
  readonly maxBytes?: number
  /**
   * What is dropped when the queue is full: the oldest waiting events, or the one that comes.
   * @defaultValue 'drop-oldest'
   */
  readonly onFull?: 'drop-oldest' | 'drop-newest'
}

/** How requests are made, each within its bounds. */
export interface DeliveryOptions {
  /**
   * Most requests at a time, from 1 to 64. It falls on errors and rises again; with 1 the order of events is kept.
   * @defaultValue 4
   */
  readonly concurrency?: number
  /**
   * Longest time of one attempt, connection included, in milliseconds, from 100 to 600000. Then it is given up and made again.
   * @defaultValue 30000
   */
  readonly timeoutMs?: number
  /**
   * `'gzip'` compresses bodies off the event loop (level 1). Whether an endpoint takes it is not documented: it switches itself off for one that refuses it.
   * @defaultValue 'none'
   */
  readonly compression?: 'none' | 'gzip'
}

/** A file for what the service refuses. */
export interface DeadLetterOptions {
  /** Path of the file: one JSON object a line with `at`, `reason`, `cause` and `event`; mode 0600. A file that was moved away is made anew. */
  readonly file: string
  /**
   * Most bytes of the file, from 1000 to 1099511627776. When it is full, events are counted as lost.
   * @defaultValue 33554432
   */
  readonly maxBytes?: number
}

/** Waits between attempts. They have bounds, attempts have none. */
export interface RetryOptions {
  /**
   * Bound of the first wait after a failure, in milliseconds, from 1 to 600000. It doubles with each failure; the wait is drawn at random below it.
   * @defaultValue 500
   */
  readonly minDelayMs?: number
  /**
   * Bound of every wait after a failure, in milliseconds, from 1 to 3600000.
   * @defaultValue 30000
   */
  readonly maxDelayMs?: number
  /**
   * Most that a `Retry-After` of the server is followed, in milliseconds, from 0 to 86400000. A longer one is cut to it.
   * @defaultValue 600000
   */
  readonly maxRetryAfterMs?: number
}
