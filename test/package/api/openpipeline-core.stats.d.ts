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

/** The types of what is sent: a generic event of Dynatrace OpenPipeline, its values, and its encoded form. */
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
    /** Kind of the event, `log` for records; the option `event.type` where it is absent. */
    'event.type'?: string;
    /** Where it comes from: the service's name, else the package's; the option `event.provider` where it is absent. */
    'event.provider'?: string;
    /** Class of the event in the semantic dictionary; the option `event.kind` where it is absent, else none. */
    'event.kind'?: string;
    [attribute: string]: unknown;
}
/** `loglevel` in the semantic dictionary. https://docs.dynatrace.com/docs/semantic-dictionary/fields */
type LogLevel = 'ALERT' | 'CRITICAL' | 'DEBUG' | 'EMERGENCY' | 'ERROR' | 'FATAL' | 'INFO' | 'NONE' | 'NOTICE' | 'SEVERE' | 'TRACE' | 'WARN';
/** `status`: the group of a `loglevel`. */
type Status = 'ERROR' | 'WARN' | 'INFO' | 'NONE';

/** The option `map`. */

/**
 * Sees each event before it is encoded; what it returns is sent, and `undefined` drops the event. It may change the event it is
 * given, not the record. Attributes of every event (`attributes`, `event`, enrichment) and `event.id` are added afterwards,
 * unless it sets them itself.
 * @param event what would be sent; objects in it are flattened later
 * @param record what was logged, after `redact`: pino's parsed line, winston's info
 */
type MapFunction = (event: GenericEvent, record: Readonly<Record<string, unknown>>) => GenericEvent | undefined;

/** The options `minLevel` and `levels`. */

/** `loglevel` by the logger's name or number of a level. */
type CustomLevels = Readonly<Record<string, LogLevel>>;

/** The counters a caller can read, and the identity they keep. */

/** Always `accepted = delivered + pending + spooled + deadLettered + Σ lost`. */
interface Stats {
    /** Events that were pushed; with a spool also those of ended processes, once they are read back. */
    readonly accepted: number;
    /** Events the service has taken. */
    readonly delivered: number;
    /** Events in memory, those in flight included. */
    readonly pending: number;
    /** Events on disk only: because memory is full, or left there at the close for the next process. */
    readonly spooled: number;
    /** Events in the dead letter file. */
    readonly deadLettered: number;
    /** Events that were lost, by reason. */
    readonly lost: Readonly<Record<LossReason, number>>;
    /** Requests with events that were begun, whatever for: again after a refused token or without compression, and for loss reports too. */
    readonly requests: number;
    /** Deliveries of a batch that failed and are made again. */
    readonly retries: number;
    /** Bytes of their bodies as they were sent, that is after compression. One that broke off counts in full, one whose connection never stood does not. */
    readonly bytesSent: number;
    /** Events sent again although the service may have had them: after a timeout or a broken connection. `event.id` tells them apart. */
    readonly possibleDuplicates: number;
    /** `open`: requests pass. `throttled`: waiting after a failure. `held`: a fault that needs somebody. `closed`: nothing more is taken. */
    readonly state: 'open' | 'throttled' | 'held' | 'closed';
    /** The last failure, until an attempt is accepted. */
    readonly lastError?: string;
}

export type { AttributeValue as A, CustomLevels as C, GenericEvent as G, JsonValue as J, LossReason as L, MapFunction as M, Stats as S, LogLevel as a, Status as b };
