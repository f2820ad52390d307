import { A as AttributeValue, G as GenericEvent } from './event.js';
export { J as JsonValue, L as LogLevel, S as Status } from './event.js';

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

/** Why events are lost. */
/**
 * - `queue-full`: the queue had no room
 * - `too-large`: larger than a request may be, even with its strings cut
 * - `rejected`: refused by the service (400, 422) on its own
 * - `expired`: older than the spool keeps
 * - `spool-full`, `spool-error`, `spool-gap`: lost on disk
 * - `closed`: logged after the close
 * - `unsent-at-close`: not delivered when the time to close was over
 */
type LossReason = 'queue-full' | 'too-large' | 'rejected' | 'expired' | 'spool-full' | 'spool-error' | 'spool-gap' | 'closed' | 'unsent-at-close';

/** The state of delivery changed. */
interface StateEvent {
    readonly kind: 'state';
    /** `open`: requests pass. `throttled`: waiting after a failure. `held`: a fault that needs somebody; everything is kept and probed. */
    readonly state: 'open' | 'throttled' | 'held' | 'closed';
    /** Why, and what to do about it. */
    readonly message: string;
}
/** Events were lost for good. What is going to be retried is never told as a loss. */
interface LossEvent {
    readonly kind: 'loss';
    readonly reason: LossReason;
    /** Events lost now. */
    readonly count: number;
    /** Events lost for this reason since the start. */
    readonly total: number;
    readonly message: string;
}
/** Something was off that cost nothing. */
interface WarningEvent {
    readonly kind: 'warning';
    readonly message: string;
}
type DiagnosticEvent = StateEvent | LossEvent | WarningEvent;
type DiagnosticsOption = 'stderr' | 'silent' | {
    readonly onEvent: (event: DiagnosticEvent) => void;
};

/** The one error class this project throws, and its codes. */
/**
 * `INVALID_OPTIONS`: an option is wrong, missing or unknown. Thrown at construction only, never from a log call.
 * `NO_ANSWER`: a flush did not reach the worker.
 */
type OpenPipelineErrorCode = 'INVALID_OPTIONS' | 'NO_ANSWER';
/**
 * What a public function throws to its caller. The message says what to write instead and never contains a token.
 * Test for it with `error.code`: a code survives worker threads and several copies of the package, `instanceof` does not.
 */
declare class OpenPipelineError extends Error {
    readonly name = "OpenPipelineError";
    readonly code: OpenPipelineErrorCode;
    constructor(code: OpenPipelineErrorCode, message: string, options?: ErrorOptions);
}

/** Accounts for every accepted event: each ends once, and whoever flushes is told what became of the events before the call. */

/** What became of everything pushed before `flush` or `close` was called and not yet settled then. */
interface FlushResult {
    delivered: number;
    spooled: number;
    deadLettered: number;
    lost: number;
    /** Still unsettled: only after a timeout. */
    pending: number;
}

/** Where events are posted: from the environment's URL, as people have it at hand, to the complete ingest URL. */

/**
 * A built-in endpoint, or a custom one: `{ custom: 'name' }` is `/platform/ingest/custom/events/name`.
 * https://docs.dynatrace.com/docs/shortlink/openpipeline-api-ingestion-reference
 */
type Endpoint = EndpointKind | {
    readonly custom: string;
    readonly kind?: EndpointKind;
};
type EndpointKind = 'events' | 'events.sdlc' | 'security.events';

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
     * Access token with the scope `openpipeline.events` (sent as `Api-Token`), or a platform token with `openpipeline:events:ingest` (`Bearer`).
     * It appears in no message, error or inspection.
     * @defaultValue `OPENPIPELINE_TOKEN`, else `DT_API_TOKEN`, `DT_PLATFORM_TOKEN`, `DYNATRACE_API_TOKEN`
     */
    readonly token?: string;
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
     * Where trouble is told: one JSON line on stderr per state change or kind of loss, at most one in 30 s for each; `'silent'`; or `{ onEvent }` in the same thread.
     * @defaultValue 'stderr'
     */
    readonly diagnostics?: DiagnosticsOption;
}
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
}
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
interface EventOptions {
    /** @defaultValue 'log' */
    readonly type?: string;
    /** @defaultValue the attribute `service.name`, else the name of the package */
    readonly provider?: string;
    readonly kind?: string;
}

/** Settings: what the options become, once, at construction. Every default, guard and environment variable is read here. */

/** What the program around the core tells about itself. */
interface Host {
    /** Name of the package: in messages, in the User-Agent and as `event.provider`. */
    readonly name: string;
    /** Option keys that the host reads itself. */
    readonly optionKeys?: Iterable<string>;
}

/** Composition: the stages behind `push`, each told only of what it needs. The one file that imports them all. */

/** What tests pass in instead of the machine's time and chance, and adapters to hear of trouble. */
interface Surroundings {
    readonly clock?: Clock;
    readonly random?: () => number;
    readonly onEvent?: (event: DiagnosticEvent) => void;
}

/** The counters a caller can read, and the identity they keep. */

/** Always `accepted = delivered + pending + spooled + deadLettered + Σ lost`. */
interface Stats {
    /** Events that were pushed. */
    readonly accepted: number;
    /** Events the service has taken. */
    readonly delivered: number;
    /** Events in memory, those in flight included. */
    readonly pending: number;
    /** Events on disk. */
    readonly spooled: number;
    /** Events in the dead letter file. */
    readonly deadLettered: number;
    /** Events that were lost, by reason. */
    readonly lost: Readonly<Record<LossReason, number>>;
    /** Attempts that were made. */
    readonly requests: number;
    /** Attempts that failed and are made again. */
    readonly retries: number;
    /** Bytes of request bodies that were sent. */
    readonly bytesSent: number;
    /** Events sent again although the service may have had them: after a timeout or a broken connection. `event.id` tells them apart. */
    readonly possibleDuplicates: number;
    readonly state: 'open' | 'throttled' | 'held' | 'closed';
    /** The last failure, until an attempt is accepted. */
    readonly lastError?: string;
}

interface FlushOptions {
    /** Longest time to wait, in milliseconds. */
    readonly timeoutMs?: number;
}
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
     * `unsent-at-close` and closes all connections. Every further call gives the result of the first. Never rejects.
     */
    close(options?: FlushOptions): Promise<FlushResult>;
    stats(): Stats;
}
/**
 * Creates a shipper: whatever is pushed is delivered to OpenPipeline, or its loss is counted with a reason.
 * @throws OpenPipelineError `INVALID_OPTIONS` for a wrong, missing or unknown option
 */
declare function createShipper(options?: ShipperOptions, host?: Host, surroundings?: Surroundings): Shipper;

export { AttributeValue, type BatchOptions, type DeliveryOptions, type DiagnosticEvent, type DiagnosticsOption, type Endpoint, type EndpointKind, type EventOptions, type FlushOptions, type FlushResult, GenericEvent, type Host, type LossEvent, type LossReason, OpenPipelineError, type OpenPipelineErrorCode, type QueueOptions, type RetryOptions, type Shipper, type ShipperOptions, type StateEvent, type Stats, type WarningEvent, createShipper };

// event.d.ts
/** The types of what is sent: a generic event of Dynatrace OpenPipeline and its values. */
/** What JSON can hold. */
type JsonValue = string | number | boolean | null | readonly JsonValue[] | {
    readonly [key: string]: JsonValue;
};
/** A static attribute's value, as Grail stores it at top level. */
type AttributeValue = string | number | boolean | readonly (string | number | boolean)[];
/**
 * One generic event. Every key is an attribute; the named ones are those Dynatrace knows.
 * Any value is taken: what JSON cannot hold is converted, never thrown on.
 * https://docs.dynatrace.com/docs/semantic-dictionary/fields
 */
interface GenericEvent {
    /** Epoch milliseconds, or an RFC 3339 string; the service takes the time of arrival where it is absent. */
    timestamp?: number | string;
    /** The message. */
    content?: string;
    /** One of the twelve values of the semantic dictionary. */
    loglevel?: LogLevel;
    /** The level's group. */
    status?: Status;
    /** What the logger called the level. */
    'log.raw_level'?: string;
    /** Unique, and the same for every attempt. Set by `push` where it is absent. */
    'event.id'?: string;
    'event.type'?: string;
    'event.provider'?: string;
    'event.kind'?: string;
    [attribute: string]: unknown;
}
/** `loglevel` in the semantic dictionary. https://docs.dynatrace.com/docs/semantic-dictionary/fields */
type LogLevel = 'ALERT' | 'CRITICAL' | 'DEBUG' | 'EMERGENCY' | 'ERROR' | 'FATAL' | 'INFO' | 'NONE' | 'NOTICE' | 'SEVERE' | 'TRACE' | 'WARN';
/** `status`: the group of a `loglevel`. */
type Status = 'ERROR' | 'WARN' | 'INFO' | 'NONE';

export type { AttributeValue as A, GenericEvent as G, JsonValue as J, LogLevel as L, Status as S };

