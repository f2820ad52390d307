import { L as LossReason, A as AttributeValue, a as LogLevel, M as MapFunction, C as CustomLevels, G as GenericEvent, S as Stats } from './stats.js';
export { J as JsonValue, b as Status } from './stats.js';

/** Time and chance as values that are passed in, so that hours of backoff can be tested in milliseconds. */
/** A timer that was set; calling it again after it fired does nothing. */
type Cancel = () => void;
interface Clock {
    /** Milliseconds on a clock that never jumps; only differences mean something. */
    now(): number;
    /** Milliseconds since the epoch, as the machine's clock has it. */
    wall(): number;
    /** Calls `run` once after `ms`. The timer keeps the process alive only when `keepAlive` is set. */
    after(ms: number, run: () => void, keepAlive?: boolean): Cancel;
    /** Calls `run` in the next turn of the event loop. */
    soon(run: () => void): void;
}

/** The state of delivery changed. */
interface StateEvent {
    /** Tells the four kinds of a `DiagnosticEvent` apart. */
    readonly kind: 'state';
    /** `open`: requests pass. `throttled`: waiting after a failure. `held`: a fault that needs somebody; everything is kept and probed. */
    readonly state: 'open' | 'throttled' | 'held' | 'closed';
    /** Why, and what to do about it. */
    readonly message: string;
}
/** Events were lost for good. What is going to be retried is never told as a loss. */
interface LossEvent {
    /** Tells the four kinds of a `DiagnosticEvent` apart. */
    readonly kind: 'loss';
    /** Why. */
    readonly reason: LossReason;
    /** Events lost now. */
    readonly count: number;
    /** Events lost for this reason since the start. */
    readonly total: number;
    /** What happened, and what to do about it. */
    readonly message: string;
}
/** Events went to the dead letter file instead of to the service. */
interface DeadLetterEvent {
    /** Tells the four kinds of a `DiagnosticEvent` apart. */
    readonly kind: 'dead-letter';
    /** Why they could not be delivered. */
    readonly reason: LossReason;
    /** Events written now. */
    readonly count: number;
    /** Events written since the start, whatever the reason. */
    readonly total: number;
    /** What happened, and what to do about it. */
    readonly message: string;
}
/** Something was off that cost nothing. */
interface WarningEvent {
    /** Tells the four kinds of a `DiagnosticEvent` apart. */
    readonly kind: 'warning';
    /** What was off, and what was done instead. */
    readonly message: string;
}
/** What is told of trouble: by the option `diagnostics`, on the diagnostics channels `openpipeline:<kind>`, and by the adapters. */
type DiagnosticEvent = StateEvent | LossEvent | DeadLetterEvent | WarningEvent;
/**
 * `'stderr'`: one JSON line for each state and kind of loss, at most one in 30 s for each. `'silent'`: nothing but the diagnostics
 * channels. `{ onEvent }`: a function in the same thread, called for each.
 */
type DiagnosticsOption = 'stderr' | 'silent' | DiagnosticsListening;
/** Trouble is told to a function. */
interface DiagnosticsListening {
    /** The function, in the same thread. */
    readonly onEvent: DiagnosticListener;
}
/** Called with what is told. What it throws is ignored. */
type DiagnosticListener = (event: DiagnosticEvent) => void;

/** The options `attributes` and `event`: what every event has. */

/** The option `event`. */
interface EventOptions {
    /**
     * `event.type`.
     * @defaultValue 'log'
     */
    readonly type?: string;
    /**
     * `event.provider`.
     * @defaultValue `service.name` of `attributes` or of the surroundings (`enrichment`), else the name of the package
     */
    readonly provider?: string;
    /**
     * `event.kind`.
     * @defaultValue none
     */
    readonly kind?: string;
}

/** Environment variables as fallbacks of options. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Where events are posted: from the environment's URL, as people have it at hand, to the complete ingest URL. */

/**
 * A built-in endpoint, or a custom one: `{ custom: 'name' }` is `/platform/ingest/custom/events/name`.
 * https://docs.dynatrace.com/docs/shortlink/openpipeline-api-ingestion-reference
 */
type Endpoint = EndpointKind | CustomEndpoint;
/** An endpoint that was made in the settings of OpenPipeline. */
interface CustomEndpoint {
    /** Its name: a letter, then letters, digits and single dots. */
    readonly custom: string;
    /**
     * What it takes.
     * @defaultValue 'events'
     */
    readonly kind?: EndpointKind;
}
/** Generic events, events of a software delivery life cycle, or security events. */
type EndpointKind = 'events' | 'events.sdlc' | 'security.events';

/** A directory that keeps every event until it is delivered: it survives the process. */
interface SpoolOptions {
    /**
     * Directory on a local disk that is this service's own; made where it is missing. Several processes, workers and loggers may share it.
     */
    readonly directory: string;
    /**
     * Most bytes on disk of one logger in one process, from 1048576. When they are used up, `queue.onFull` says whether the oldest events are dropped, a file at a time, or the one that comes; each is counted as `spool-full`.
     * @defaultValue 268435456
     */
    readonly maxBytes?: number;
    /**
     * `'process'`: an event is handed to the kernel before the log call returns, so it survives the end of the process, however it ends. `'interval'`: it is also on the device within half a second. `'batch'`: `flush` also waits until it is on the device.
     * @defaultValue 'process'
     */
    readonly durability?: 'process' | 'interval' | 'batch';
    /**
     * Longest time that an event stays on disk, in milliseconds, a file at a time. Older ones go to the dead letter where there is one, else they are counted as `expired`.
     * @defaultValue 604800000
     */
    readonly maxAgeMs?: number;
}

/** Nothing here turns the verification of the server's certificate off. */
interface TlsOptions {
    /** Certificate authorities that are trusted instead of Node's own: PEM or the path of a file, one or several. */
    readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
    /** Client certificate: PEM or the path of a file. */
    readonly cert?: string | Uint8Array;
    /** Its private key: PEM or the path of a file. */
    readonly key?: string | Uint8Array;
    /** Name that the server's certificate must have, where it is not the host of the URL. */
    readonly servername?: string;
}

/** A function that gives the token, now or later. */
type TokenFunction = () => string | Promise<string>;
/**
 * - a string
 * - `{ file }`: read again when it changes and after a 401 or 403
 * - `{ module, export }`: a function of a module, also in a worker; `module` is a package name or a path
 * - a function, in process only
 * - `{ oauth }`: client credentials, renewed before they expire
 */
type TokenOption = string | TokenFile | ModuleExport | TokenFunction | TokenByOAuth;
/** A token that stands in a file, such as a mounted secret. */
interface TokenFile {
    /** Path of the file. */
    readonly file: string;
}
/** A token that Dynatrace's single sign-on gives. */
interface TokenByOAuth {
    /** The client's credentials. */
    readonly oauth: OAuthOptions;
}
/** A function by the module that exports it, since functions do not cross a thread. */
interface ModuleExport {
    /** Package name, absolute path, or path relative to the working directory. */
    readonly module: string;
    /**
     * Name of the export.
     * @defaultValue 'default'
     */
    readonly export?: string;
}
/** https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/oauth-clients */
interface OAuthOptions {
    /** Of an OAuth client of the account. */
    readonly clientId: string;
    /** Sent to `tokenUrl` only, and shown nowhere. */
    readonly clientSecret: string;
    /**
     * Where tokens are asked for.
     * @defaultValue 'https://sso.dynatrace.com/sso/oauth2/token'
     */
    readonly tokenUrl?: string;
    /**
     * What the token is for, scopes between spaces.
     * @defaultValue the scope of the endpoint, such as `openpipeline:events:ingest`
     */
    readonly scope?: string;
    /** Such as `urn:dtaccount:<uuid>`. */
    readonly resource?: string;
}

/** Options as a user writes them. What they become, and every default, stands in settings.ts. */

/** Options of the core; both adapters take them under the same names. */
interface ShipperOptions {
    /**
     * URL of the Dynatrace environment, such as `https://abc12345.live.dynatrace.com`, or a complete `/platform/ingest/…` URL.
     * `https://….apps.dynatrace.com` becomes `.live.`, and an API path (`/api/v2/…`) is cut off. `http:` is accepted to this machine only.
     * @defaultValue `OPENPIPELINE_URL`, else `DT_ENVIRONMENT_URL`, `DYNATRACE_ENV_URL`, `DT_API_URL`, `DT_ENDPOINT`
     */
    readonly url?: string;
    /**
     * The ingest endpoint: built in, or `{ custom: 'name' }`.
     * @defaultValue 'events'
     */
    readonly endpoint?: Endpoint;
    /**
     * Access token with the scope `openpipeline.events` (sent as `Api-Token`), or a platform token with `openpipeline:events:ingest` (`Bearer`):
     * as a string, from a file, a function, a module or an OAuth client. It appears in no message, error or inspection.
     * @defaultValue `OPENPIPELINE_TOKEN`, else `DT_API_TOKEN`, `DT_PLATFORM_TOKEN`, `DYNATRACE_API_TOKEN`
     */
    readonly token?: TokenOption;
    /**
     * Accepts `http:` to another machine. Token and events then travel in the clear.
     * @defaultValue false
     */
    readonly allowInsecure?: boolean;
    /** When a batch is closed and sent: at whichever bound comes first. */
    readonly batch?: BatchOptions;
    /** What is kept in memory until it is delivered. */
    readonly queue?: QueueOptions;
    /** How requests are made. */
    readonly delivery?: DeliveryOptions;
    /** How long is waited after a failure. There is no limit of attempts. */
    readonly retry?: RetryOptions;
    /**
     * Longest time `close` may take, in milliseconds, from 0 to 8000 (pino ends a worker after ten seconds). What is then unsent is counted `unsent-at-close`.
     * @defaultValue 3000
     */
    readonly closeTimeoutMs?: number;
    /** `event.type`, `event.provider` and `event.kind` of every event that does not bring its own. */
    readonly event?: EventOptions;
    /**
     * Static attributes of every event. A record's field of the same name is kept as `log.<name>`.
     * @defaultValue {}
     */
    readonly attributes?: Readonly<Record<string, AttributeValue>>;
    /**
     * `'flatten'`: objects become dotted attributes (`req.method`), arrays stay arrays. `'keep'`: objects are sent as they are, which Dynatrace stores as text.
     * @defaultValue 'flatten'
     */
    readonly nested?: 'flatten' | 'keep';
    /**
     * Adds what the surroundings say of the process, where a record does not say it itself: the metadata files of OneAgent and the Dynatrace
     * Operator (looked at once a minute where there are any), `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME`, `DT_RELEASE_*`, host,
     * process and the variables of a Kubernetes pod. `attributes` win over all of it.
     * @defaultValue true
     */
    readonly enrichment?: boolean;
    /**
     * Records below this level are not sent, and counted nowhere: the name of a level (`'warn'`), one of `levels`, or a number. A record
     * without a level, or with one that nobody knows, is sent.
     * @defaultValue none: the logger's own threshold
     */
    readonly minLevel?: string | number;
    /**
     * `loglevel` of the logger's own levels, by name or number: `{ audit: 'NOTICE', 35: 'NOTICE' }`. Known names need none.
     * @defaultValue {}
     */
    readonly levels?: Readonly<Record<string, LogLevel>>;
    /**
     * Paths into a record whose values are replaced by `[Redacted]` before anything is made of them, as in pino: `req.headers.authorization`,
     * `users[*].password`, `*.token`, `a["b-c"]`. The logged objects themselves stay as they are.
     * @defaultValue []
     */
    readonly redact?: readonly string[];
    /**
     * Headers whose values are sent as `[Redacted]`, wherever an event has headers: in `req`, `res`, the `config` of an HTTP client's error and so on;
     * with `cookie` also the parsed cookies of a request. Capitals make no difference. The list replaces the default; `[]` sends all headers.
     * @defaultValue `authorization`, `proxy-authorization`, `cookie`, `set-cookie`, `x-api-key`, `api-key`, `x-auth-token`, `x-access-token`, `x-csrf-token`, `x-xsrf-token`, `x-amz-security-token`
     */
    readonly secretHeaders?: readonly string[];
    /**
     * Sees each event last, and may change it or, by returning `undefined`, keep it from being sent; such an event is counted nowhere. Where
     * it throws, the event is sent as it was.
     * @defaultValue none
     */
    readonly map?: MapFunction;
    /**
     * Proxy for all connections: a URL (credentials in it are sent to the proxy and shown nowhere), `'env'` for `HTTPS_PROXY` and `NO_PROXY`, or `false`.
     * @defaultValue false
     */
    readonly proxy?: string | false;
    /**
     * Certificates for the connection. There is no switch that turns verification off.
     * @defaultValue Node's defaults, `NODE_EXTRA_CA_CERTS` included
     */
    readonly tls?: TlsOptions;
    /** A directory that keeps every event until it is delivered, whatever becomes of the process. Off where it is absent. */
    readonly spool?: SpoolOptions;
    /** A file that keeps what could not be delivered: events the service refuses, and what is unsent at the close. Off where it is absent. */
    readonly deadLetter?: DeadLetterOptions;
    /**
     * Where trouble is told: one JSON line on stderr per state change or kind of loss, at most one in 30 s for each; `'silent'`; or `{ onEvent }` in the same thread.
     * @defaultValue 'stderr'
     */
    readonly diagnostics?: DiagnosticsOption;
}
/** A batch is the body of one request. */
interface BatchOptions {
    /**
     * Most events of a request, from 1 to 100000.
     * @defaultValue 5000
     */
    readonly maxEvents?: number;
    /**
     * Most UTF-8 bytes of a request's body, brackets and commas included, from 1000 to 9500000. A single event that is larger has its longest strings cut and marked.
     * @defaultValue 1000000
     */
    readonly maxBytes?: number;
    /**
     * Longest time the oldest event of a batch waits for others, in milliseconds, from 0 to 3600000.
     * @defaultValue 1000
     */
    readonly lingerMs?: number;
}
/** The bounded memory between the logger and the network. */
interface QueueOptions {
    /**
     * Most UTF-8 bytes of events held in memory, those in flight included, from 1000 to 4294967296. When it is full, `onFull` says which events are dropped; each is counted as `queue-full`.
     * @defaultValue 33554432
     */
    readonly maxBytes?: number;
    /**
     * What is dropped when the queue is full: the oldest waiting events, or the one that comes.
     * @defaultValue 'drop-oldest'
     */
    readonly onFull?: 'drop-oldest' | 'drop-newest';
}
/** How requests are made, each within its bounds. */
interface DeliveryOptions {
    /**
     * Most requests at a time, from 1 to 64. It falls on errors and rises again; with 1 the order of events is kept.
     * @defaultValue 4
     */
    readonly concurrency?: number;
    /**
     * Longest time of one attempt, connection included, in milliseconds, from 100 to 600000. Then it is given up and made again.
     * @defaultValue 30000
     */
    readonly timeoutMs?: number;
    /**
     * `'gzip'` compresses bodies off the event loop (level 1). Whether an endpoint takes it is not documented: it switches itself off for one that refuses it.
     * @defaultValue 'none'
     */
    readonly compression?: 'none' | 'gzip';
}
/** A file for what the service refuses. */
interface DeadLetterOptions {
    /** Path of the file: one JSON object a line with `at`, `reason`, `cause` and `event`; mode 0600. A file that was moved away is made anew. */
    readonly file: string;
    /**
     * Most bytes of the file, from 1000 to 1099511627776. When it is full, events are counted as lost.
     * @defaultValue 33554432
     */
    readonly maxBytes?: number;
}
/** Waits between attempts. They have bounds, attempts have none. */
interface RetryOptions {
    /**
     * Bound of the first wait after a failure, in milliseconds, from 1 to 600000. It doubles with each failure; the wait is drawn at random below it.
     * @defaultValue 500
     */
    readonly minDelayMs?: number;
    /**
     * Bound of every wait after a failure, in milliseconds, from 1 to 3600000.
     * @defaultValue 30000
     */
    readonly maxDelayMs?: number;
    /**
     * Most that a `Retry-After` of the server is followed, in milliseconds, from 0 to 86400000. A longer one is cut to it.
     * @defaultValue 600000
     */
    readonly maxRetryAfterMs?: number;
}

interface Destination {
    /** Where events are posted; without its query, which may contain a secret. */
    readonly url: string;
    /** The option `url`, or the name of the environment variable that it comes from. */
    readonly urlFrom: string;
    /** What kind of token it is, with the part of it that is public. */
    readonly token: string;
    /** The option `token`, or the name of the environment variable that it comes from. */
    readonly tokenFrom: string;
    /** The proxy on the way, without credentials. */
    readonly proxy?: string;
}
/**
 * What these options, and the environment where they are silent, come to.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option
 */
declare function describeDestination(options?: ShipperOptions, environment?: Environment): Destination;

/** The one error class this project throws, and its codes. */
/**
 * `INVALID_OPTIONS`: an option is wrong, missing or unknown. Thrown at construction only, never from a log call.
 * `NO_ANSWER`: a flush did not reach the worker.
 */
type OpenPipelineErrorCode = 'INVALID_OPTIONS' | 'NO_ANSWER';
/**
 * What a public function throws to its caller. The message says what to write instead and never contains a token.
 * `instanceof` knows it from every copy of the package, such as those of `import` and `require`. From pino's worker comes an `Error`
 * with the same message and neither this class nor a code: those do not cross a thread.
 */
declare class OpenPipelineError extends Error {
    /** Always this, also where several copies of the package are loaded. */
    readonly name = "OpenPipelineError";
    /** What kind of error it is. */
    readonly code: OpenPipelineErrorCode;
    /** Whether it is one, of this or another copy of the package. */
    static [Symbol.hasInstance](value: unknown): boolean;
    constructor(code: OpenPipelineErrorCode, message: string, options?: ErrorOptions);
}

/** Accounts for every accepted event: each ends once, and whoever flushes is told what became of the events before the call. */

/** What became of everything pushed before `flush` or `close` was called and not yet settled then. */
interface FlushResult {
    /** Events that the service accepted. */
    delivered: number;
    /** Events that wait on disk, for this process or the next one. */
    spooled: number;
    /** Events that were written into the dead letter file. */
    deadLettered: number;
    /** Events that are gone, for whatever reason. */
    lost: number;
    /** Still unsettled, and not on disk: only after a timeout. */
    pending: number;
}

/**
 * Replaces what the option `redact` names.
 * @param record what was logged
 * @param isOwn the record is a tree of plain objects that may be changed; otherwise every object on the way to a replaced value
 * is copied, and all others are shared
 * @returns the same object where nothing is to be replaced
 */
type Redact = (record: object, isOwn?: boolean) => object;

interface MetadataFiles {
    /** Exists only for a process that OneAgent watches, and only for whoever reads it: looking whether it is there fails. */
    readonly virtualFile: string;
    readonly directory: string;
}

/** Settings: what the options become, once, at construction. Every default, guard and environment variable is read here. */

/** What the program around the core tells about itself. */
interface Host {
    /** Name of the package: in messages, in the User-Agent and as `event.provider`. */
    readonly name: string;
    /** Option keys that the host reads itself. */
    readonly optionKeys?: Iterable<string>;
    /** Keys that the logger adds to the options: they pass, and no message names them. */
    readonly addedKeys?: Iterable<string>;
    /** It applies `records` of the shipper itself, where it makes events of a logger's records. */
    readonly appliesRecordRules?: boolean;
    /** What it pushes was logged by other processes of this machine. */
    readonly speaksForOthers?: boolean;
}

/** What an adapter applies to a record before and while it becomes an event. */

/** Absent members cost nothing: there is nothing to be done. */
interface RecordRules {
    /** To be applied first, so that nothing is derived from what must not be sent. */
    readonly redact?: Redact;
    /** The option `levels`. */
    readonly levels?: CustomLevels;
    /** Records of a level below are not pushed. */
    readonly minLevel?: string | number;
    /** The record will be handed to the user's `map` function, and must stay as it was logged. */
    readonly keepsRecord?: boolean;
}

/** Composition: the stages behind `push`, each told only of what it needs. The one file that imports them all. */

/** What tests pass in instead of the machine's time and chance, and adapters to hear of trouble. */
interface Surroundings {
    readonly clock?: Clock;
    readonly random?: () => number;
    readonly onEvent?: (event: DiagnosticEvent) => void;
    /** False where somebody else observes its counters as metrics. */
    readonly isObserved?: boolean;
    /** Where the files of OneAgent and the Dynatrace Operator are. */
    readonly metadata?: MetadataFiles;
}

/** Of `flush` and `close`. */
interface FlushOptions {
    /** Longest time to wait, in milliseconds. */
    readonly timeoutMs?: number;
}
/** Takes events and delivers them. What an adapter stands on, and what a program without a logger uses itself. */
interface Shipper {
    /**
     * Takes one event: encodes it and puts it into the queue, within this call. Never throws, never waits.
     * @param event attributes that keep their names
     * @param fields a logger's record, whose fields are added; one whose name is taken becomes `log.<name>`
     * @param except names of fields that the event already contains in another form
     */
    push(event: GenericEvent, fields?: object, except?: ReadonlySet<string>): void;
    /**
     * Sends what waits at once; resolves when everything pushed before the call has ended, at the latest after `timeoutMs`
     * (default 10000). Never rejects: the result says what became of the events. Keeps the process alive until it resolves.
     */
    flush(options?: FlushOptions): Promise<FlushResult>;
    /**
     * Takes nothing more, sends what waits for at most `timeoutMs` (default and bound: `closeTimeoutMs`), counts the rest as
     * `unsent-at-close` and closes all connections. With a spool the rest stays on disk, and an endpoint that takes nothing is not waited for. Every further call gives the result of the first. Never rejects.
     */
    close(options?: FlushOptions): Promise<FlushResult>;
    /** Counts of everything since the start, at this moment. */
    stats(): Stats;
    /** What an adapter applies to a logger's records; for events that are pushed without one, it is applied here. */
    readonly records: RecordRules;
}
/**
 * Creates a shipper: whatever is pushed is delivered to OpenPipeline, or its loss is counted with a reason.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option
 */
declare function createShipper(options?: ShipperOptions, host?: Host, surroundings?: Surroundings): Shipper;

/** A part of a spool. */
interface SpoolShare {
    /** Directories of writers. */
    readonly directories: number;
    /** Bytes of the files in them. */
    readonly bytes: number;
}
/** What is in a spool, by whose it is. */
interface SpoolSurvey {
    /** Of processes that have ended. */
    readonly left: SpoolShare;
    /** Of this process, with events in them: what it has taken over and not delivered yet. */
    readonly own: SpoolShare;
    /** Of other processes that run. */
    readonly inUse: SpoolShare;
    /** For other endpoints, whoever they are of; they are never sent to this one. */
    readonly otherEndpoints: SpoolShare;
}

/** What waits in a spool that is used with these options, and whose it is. */

/**
 * Looks without changing anything; a directory that is missing holds nothing.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong option, what the file system throws, and where the spool is another user's
 */
declare function surveySpool(options: ShipperOptions & Required<Pick<ShipperOptions, 'spool'>>): SpoolSurvey;

/** At which signals, and how long it may take. */
interface ShutdownOptions {
    /**
     * Signals that begin the shutdown.
     * @defaultValue ['SIGTERM', 'SIGINT']
     */
    readonly signals?: readonly NodeJS.Signals[];
    /**
     * Longest time between the signal and its effect, in milliseconds.
     * @defaultValue 5000
     */
    readonly timeoutMs?: number;
}
/**
 * At the first of the signals `close` is called; when it has ended, or after `timeoutMs`, the handler is taken out and the signal
 * raised again: the process ends the way it would have without us. Several of these wait for each other; a second signal meanwhile
 * has its effect at once. A handler of the application's own hears the signal again, unless it listens once: then the end of the
 * process is left to it.
 * @returns a function that takes the handlers out
 * @throws OpenPipelineError `INVALID_OPTIONS` where `signals` is no array
 */
declare function closeOnSignals(close: () => Promise<unknown>, options?: ShutdownOptions): () => void;

export { AttributeValue, type BatchOptions, type CustomEndpoint, CustomLevels, type DeadLetterEvent, type DeadLetterOptions, type DeliveryOptions, type Destination, type DiagnosticEvent, type DiagnosticListener, type DiagnosticsListening, type DiagnosticsOption, type Endpoint, type EndpointKind, type EventOptions, type FlushOptions, type FlushResult, GenericEvent, type Host, LogLevel, type LossEvent, LossReason, MapFunction, type ModuleExport, type OAuthOptions, OpenPipelineError, type OpenPipelineErrorCode, type QueueOptions, type RecordRules, type Redact, type RetryOptions, type Shipper, type ShipperOptions, type ShutdownOptions, type SpoolOptions, type SpoolShare, type SpoolSurvey, type StateEvent, Stats, type TlsOptions, type TokenByOAuth, type TokenFile, type TokenFunction, type TokenOption, type WarningEvent, closeOnSignals, createShipper, describeDestination, surveySpool };
