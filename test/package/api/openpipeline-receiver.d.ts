/** The one error class of the receiver, and its codes. */
/** A wrong option, a port that is taken, a wait that was too long, and a receiver that is closed. */
type ReceiverErrorCode = 'INVALID_OPTIONS' | 'CANNOT_LISTEN' | 'TIMEOUT' | 'CLOSED';
/** What `startReceiver`, `received` and `answer` throw or reject with. */
declare class ReceiverError extends Error {
    /** What kind of error it is. */
    readonly code: ReceiverErrorCode;
    constructor(code: ReceiverErrorCode, message: string, options?: ErrorOptions);
}

/** What the receiver keeps of an event: stored as the service would store it, dropped, or with its timestamp replaced. */
/** One generic event: its attributes, those from query parameters included. */
interface ReceivedEvent {
    readonly [attribute: string]: unknown;
}
/** When and where an event came in. */
interface Arrival {
    /** Epoch milliseconds at which its request was accepted. */
    readonly at: number;
    /** Path of the endpoint it was sent to, as in the service's `dt.openpipeline.source`. */
    readonly path: string;
}
/** An event that the service would have answered with 202 and then not stored. */
interface DroppedEvent extends Arrival {
    /** As it was sent. */
    readonly event: ReceivedEvent;
    /** Why the service would not have stored it. */
    readonly reason: string;
}
/** A stored event whose timestamp the service would have replaced. */
interface CorrectedEvent extends Arrival {
    /** The event as stored, with the new timestamp. */
    readonly event: ReceivedEvent;
    /** The timestamp as it was sent. */
    readonly sent: unknown;
    /** Why the service would have replaced it. */
    readonly reason: string;
}

/** What is kept of each request, without the secret part of its token. */

/** One request, as it is kept for reading. */
interface ReceivedRequest {
    /** Epoch milliseconds at which its headers had arrived. */
    readonly at: number;
    /** In capitals. */
    readonly method: string;
    /** Path without the query. */
    readonly path: string;
    /** Query parameters; the value of `api-token` is hidden. */
    readonly query: Readonly<Record<string, string>>;
    /** Status of the answer, or null where none was sent. */
    readonly status: number | null;
    /** How it ended; `aborted` means that the client left before the answer. */
    readonly outcome: RequestOutcome;
    /** Why it was refused, or null. */
    readonly message: string | null;
    /** Size of the body after decompression. */
    readonly bytes: number;
    /** Size of the body as it was sent. */
    readonly wireBytes: number;
    /** Events in the body, stored or not; 0 where it was not read as far as that. */
    readonly events: number;
    /** Header names in lower case; secrets are hidden. */
    readonly headers: Readonly<Record<string, string>>;
    /** From the headers' arrival to the answer. */
    readonly durationMs: number;
    /** Number of its connection, from 1. */
    readonly connectionId: number;
}
/** How a request ended. */
type RequestOutcome = 'answered' | 'reset' | 'hung' | 'aborted';

/** Listeners for what happens in the receiver, for a live view: events, those dropped or corrected, and requests as they come. */

/** What each name tells its listeners. */
interface HookArguments {
    /** An event was stored. */
    readonly event: readonly [event: ReceivedEvent, arrival: Arrival];
    /** An event was accepted, but the service would not have stored it. */
    readonly dropped: readonly [dropped: DroppedEvent];
    /** An event was stored with another timestamp than it had; it was told as `event` before. */
    readonly corrected: readonly [corrected: CorrectedEvent];
    /** A request ended; its events were told before. */
    readonly request: readonly [request: ReceivedRequest];
}
/** What can be listened to. */
type HookName = keyof HookArguments;
/** Called within the request. What it throws becomes an uncaught exception of the process, not an answer. */
type HookListener<Name extends HookName> = (...values: HookArguments[Name]) => void;

interface Repeatable {
    /** For how many requests this holds; `Infinity` until the next `answer()`. @defaultValue 1 */
    readonly times?: number | undefined;
    /** Whether the events count as stored. @defaultValue true where the answer is 2xx, else false */
    readonly store?: boolean | undefined;
}
/** Answers with this status; without a status, or with 2xx, the request is checked and stored as usual first. */
interface StatusAnswer extends Repeatable {
    /** Status of the answer. @defaultValue what the request deserves */
    readonly status?: number | undefined;
    /** Added to those of the answer. @defaultValue {} */
    readonly headers?: Readonly<Record<string, string>> | undefined;
    /** Text as it is, an object as JSON. @defaultValue the error envelope for 4xx and 5xx, else nothing */
    readonly body?: string | object | undefined;
    /** Milliseconds by which it is delayed. @defaultValue 0 */
    readonly delayMs?: number | undefined;
}
/** Resets the connection: on the headers, within the body, or once the body is there but unanswered. */
interface ResetAnswer extends Repeatable {
    /** When. */
    readonly reset: 'before-body' | 'mid-body' | 'after-body';
    /** Milliseconds by which it is delayed. @defaultValue 0 */
    readonly delayMs?: number | undefined;
}
/** Reads the request and never answers it. */
interface HangAnswer extends Repeatable {
    /** Tells it from the other answers. */
    readonly hang: true;
}
/** What the receiver does with a request instead of what it deserves. */
type ScriptedAnswer = StatusAnswer | ResetAnswer | HangAnswer;

/** What `startReceiver` takes, every default, and the guards: options in, settings out, once. */

/** Options of `startReceiver(options)`. */
interface ReceiverOptions {
    /** Port to listen on; 0 takes a free one, which `receiver.url` then tells. @defaultValue 0 */
    readonly port?: number | undefined;
    /** Address to listen on. Anything else than loopback lets other machines in. @defaultValue '127.0.0.1' */
    readonly host?: string | undefined;
    /** The only token accepted: `dt0c01.…` as `Api-Token`, any other as `Bearer`; others get 401. @defaultValue any or none is accepted */
    readonly token?: string | undefined;
    /** Answers for the first requests, as with `receiver.answer`. @defaultValue none */
    readonly script?: readonly ScriptedAnswer[] | undefined;
    /** Serves HTTPS with this key and certificate (PEM). @defaultValue HTTP */
    readonly tls?: TlsOptions | undefined;
    /** Largest body, before and after decompression; a larger one gets 413. @defaultValue 10_000_000 */
    readonly maxBodyBytes?: number | undefined;
    /** Says why an event is invalid; then its whole request gets 400 and nothing of it is stored. @defaultValue all are valid */
    readonly rejectEvent?: ((event: ReceivedEvent) => string | undefined) | undefined;
    /** Whether `Content-Encoding: gzip` is understood; otherwise it gets 415. @defaultValue false */
    readonly gzip?: boolean | undefined;
    /** Custom endpoints that exist, as `name` or `kind/name`; others get 404. @defaultValue every valid name exists */
    readonly endpoints?: readonly string[] | undefined;
    /** Milliseconds by which every answer is delayed. @defaultValue 0 */
    readonly latencyMs?: number | undefined;
    /** Most events kept for reading; older ones are forgotten but stay counted. @defaultValue 100_000 */
    readonly maxEvents?: number | undefined;
    /** Most requests kept for reading; older ones are forgotten but stay counted. @defaultValue 10_000 */
    readonly maxRequests?: number | undefined;
    /** Most values of `event.id` remembered to tell duplicates. @defaultValue 1_000_000 */
    readonly maxIds?: number | undefined;
}
/** What the receiver proves itself with. */
interface TlsOptions {
    /** Private key, PEM. */
    readonly key: string | Buffer;
    /** Certificate, PEM. */
    readonly cert: string | Buffer;
}

/** Everything that came in: stored, dropped and corrected events, requests, and their counts. Bounded; tells listeners. */

/** Counts since the start; forgetting old events and requests does not change them. */
interface ReceiverStats {
    /** Requests, whatever was answered. */
    readonly requests: number;
    /** Events stored. */
    readonly events: number;
    /** Different values of `event.id` among the events stored. */
    readonly distinct: number;
    /** Events stored whose `event.id` had been stored before. */
    readonly duplicates: number;
    /** Events that the service would not have stored. */
    readonly dropped: number;
    /** Events whose timestamp the service would have replaced. */
    readonly corrected: number;
    /** Bytes of all bodies after decompression. */
    readonly bytes: number;
    /** Bytes of all bodies as they were sent. */
    readonly wireBytes: number;
    /** Connections that were opened. */
    readonly connections: number;
    /** Requests by status, or by outcome where no answer was sent. */
    readonly statuses: Readonly<Record<string, number>>;
}

/** A number of events stored so far, or a claim about the events kept and the counts. */
type Condition = number | ((events: readonly ReceivedEvent[], stats: ReceiverStats) => boolean);

/** The receiver put together: options → script, store, exchange, listener; and what its owner may ask of it. */

/** A running stand-in of the ingest endpoint. `events`, `dropped`, `corrected` and `requests` are snapshots. */
interface Receiver {
    /** Where it listens: `http://127.0.0.1:<port>`, without a path. */
    readonly url: string;
    /** Stored events in the order of arrival. */
    readonly events: readonly ReceivedEvent[];
    /** Events answered with 202 that the service would have dropped for their timestamp. */
    readonly dropped: readonly DroppedEvent[];
    /** Stored events whose timestamp the service would have replaced. */
    readonly corrected: readonly CorrectedEvent[];
    /** Requests in the order in which they ended. */
    readonly requests: readonly ReceivedRequest[];
    /**
     * Resolves with the stored events once so many are stored, or once the condition holds; rejects at the deadline and tells
     * what was there instead. `timeoutMs` is 4000 unless given: less than the 5 s after which test runners give up.
     */
    received(condition: Condition, options?: {
        readonly timeoutMs?: number | undefined;
    }): Promise<readonly ReceivedEvent[]>;
    /** Scripts the next answers and forgets what was left of the script before; `[]` goes back to normal at once. */
    answer(script: readonly ScriptedAnswer[]): void;
    /** Delays every answer from now on; an answer's own `delayMs` goes first. */
    setLatency(latencyMs: number): void;
    /** Counts of everything since the start, at this moment. */
    stats(): ReceiverStats;
    /** Calls the listener for each event, dropped or corrected event, or request from now on; returns the function that ends that. */
    on<Name extends HookName>(name: Name, listener: HookListener<Name>): () => void;
    /** Stops listening and ends every connection; what was received stays readable. */
    close(): Promise<void>;
}
/** Starts a receiver; on loopback unless `host` is given. */
declare function startReceiver(options?: ReceiverOptions): Promise<Receiver>;

export { type Arrival, type Condition, type CorrectedEvent, type DroppedEvent, type HangAnswer, type HookArguments, type HookListener, type HookName, type ReceivedEvent, type ReceivedRequest, type Receiver, ReceiverError, type ReceiverErrorCode, type ReceiverOptions, type ReceiverStats, type RequestOutcome, type ResetAnswer, type ScriptedAnswer, type StatusAnswer, type TlsOptions, startReceiver };
