import { G as GenericEvent, a as LogLevel, b as Status, C as CustomLevels, S as Stats, M as MapFunction } from './stats.js';

/** The options `redact`, paths into a record in pino's notation (https://getpino.io/#/docs/redaction), and `secretHeaders`. */

/** Stands in place of what must not be sent. */
declare const CENSOR = "[Redacted]";

/** What a member's name says of its value: it is a secret, or it has secrets among its own members. */
type Guard = 'secret' | 'container';

declare class Bytes {
    #private;
    buffer: Buffer<ArrayBuffer>;
    length: number;
    addByte(byte: number): void;
    /** Adds bytes that never change. */
    add(bytes: Uint8Array): void;
    /** Adds a part of other bytes. */
    addPart(bytes: Uint8Array, from: number, to: number): void;
    addText(text: string): void;
    /** Behind an opening quote: adds a text as JSON, and the closing quote. */
    closeText(text: string): void;
    /** Adds what a number is in JSON; it must be finite. */
    addNumber(number: number): void;
    reserve(count: number): void;
    /** A copy of what was added behind `from`, which is taken out again. */
    takeFrom(from: number): Uint8Array;
}

/** The keys of a record that its event contains already: few combinations, each made once and shared by all records. */
/** To make a Set for each record would cost more than to map the record. */
declare class KeySet extends Set<string> {
    #private;
    /** This set and one more key. */
    with(key: string): KeySet;
}

/** What `push` takes: an event, and the record whose other fields belong to it. */
interface Mapping {
    readonly event: GenericEvent;
    readonly fields: object;
    /** The record was made for this mapping alone and may be changed. */
    readonly isOwn: boolean;
    /** Keys of `fields` that the event contains already, in its own form. */
    except: KeySet;
    /** What comes before the names of these fields in the event: nothing, or `meta.` for the fields of an object `meta`. */
    readonly prefix: string;
}
/** The event is stamped with the time of arrival until the record's own is mapped. */
declare function mappingOf(fields: object, now: number, isOwn?: boolean): Mapping;
/** Marks a key as contained in the event. */
declare function take(mapping: Mapping, key: string): void;
/** A field of the record; undefined where there is none or reading it throws. */
declare function get(object: object, key: string | symbol): unknown;
/** Maps inside an object of the record, such as the one that a logger was told to put all fields into. What is not taken stays. */
declare function mapInside(mapping: Mapping, key: string, map: (inner: Mapping) => void): void;

/** The message itself stays the content. */
declare function mapAccessLine({ event }: Mapping): void;
/** Whether `mapAccessLine` may find something in it. */
declare function mayBeAccessLine(content: string): boolean;

/** Names that Dynatrace and OpenTelemetry's own instrumentations use. */
interface SpanAttributes {
    readonly trace_id: string;
    readonly span_id: string;
    readonly trace_flags: string;
}
/** Undefined outside of a span, and where OpenTelemetry is not in use. */
declare function activeSpan(): SpanAttributes | undefined;

/** Tells a shipper which pushes come in one chunk, so that its spool writes them together. */
interface Chunks {
    begin(): void;
    /** What was pushed since is on disk when this returns. */
    end(): void;
}
/** Undefined where nothing is won. */
declare function chunksOf(shipper: object): Chunks | undefined;

/** An Error, also one of another realm (a test runner's, a `vm` context's). */
declare function isError(value: unknown): value is object;
/** Maps the error in this field, if it is one. What else it carries (`code`, `errno`, …) stays under the field's name. */
declare function mapErrorField(mapping: Mapping, key: string): boolean;
/**
 * Sets `exception.*`, and under `key`, where one is given, whatever else the error carries. Reads defensively: a getter that
 * throws costs that one field.
 */
declare function setException(event: GenericEvent, error: object, key?: string): void;

/** What HTTP middleware logs of a request and its response → the attributes Dynatrace knows. The encoder hides the secrets in their headers. */

/**
 * Maps `req`, `res` and `responseTime` as pino-http, Fastify, hapi-pino and express-winston write them, else `method`, `url`
 * and their kin as morgan is made to. What has no attribute of its own stays below `req` and `res`, headers included.
 */
declare function mapHttp(mapping: Mapping): void;

/** A logger's level → `loglevel`, `status` and `log.raw_level`. On generic events nothing in the service does this. */

interface LevelAttributes {
    readonly loglevel: LogLevel;
    readonly status: Status;
    readonly 'log.raw_level': string;
}
/** Answers for the level of a record; answers are kept, since there are few levels and many records. */
type Levels = (level: unknown) => LevelAttributes | undefined;
/**
 * @param labels the logger's own names for numbers, such as pino's custom levels
 * @param custom what the option `levels` says of a name or a number
 */
declare function createLevels(labels?: Readonly<Record<string, string>>, custom?: CustomLevels): Levels;
/** @returns whether there is a level */
declare function setLevel(event: GenericEvent, attributes: LevelAttributes | undefined): boolean;
/** The same as members of an event, `,"name":value` each in bytes, for the fast lanes. */
declare function createLevelMembers(levels: Levels): (level: string | number) => Uint8Array | undefined;

/** Names that the mapping gives a meaning to, whichever logger's record it is: the fast lanes leave such members to it. */
/** @param name dotted */
declare function isMappedName(name: string): boolean;
/** @param name dotted, without the key of the error */
declare function isErrorPart(name: string): boolean;

/** Undefined where they cannot be had just now: then nothing is observed. */
type ReadStats = () => Stats | undefined | Promise<Stats | undefined>;
/**
 * Reads `stats` whenever the program's metrics are collected, and never else. As everywhere with OpenTelemetry, its SDK must be
 * started first: a provider that is registered later is not seen.
 * @param component name of the package, for `otel.component.type`
 * @returns a function that ends it
 */
declare function observeStats(component: string, read: ReadStats): () => void;

/**
 * @param map `{ module, export }`, as the user wrote it
 * @param owner name of the package, for messages
 * @throws OpenPipelineError `INVALID_OPTIONS` where that is not what it is, or there is no such function
 */
declare function loadMap(map: object, owner: string): Promise<MapFunction>;

interface ThresholdRules {
    readonly levels?: CustomLevels;
    readonly minLevel?: string | number;
}
/** Answers for a level; what is no level is wanted. */
type Threshold = (level: unknown) => boolean;
/**
 * Two numbers are compared as they are, everything else on the scale of pino's numbers, on which `levels` have the place of what they are mapped to.
 * @param labels the logger's own names for numbers, such as pino's custom levels
 * @returns undefined where there is no threshold
 */
declare function createThreshold({ levels, minLevel }: ThresholdRules, labels?: Readonly<Record<string, string>>): Threshold | undefined;

/** A second way into a shipper, for an adapter that has an event's members as the bytes of their JSON already. */

/** What the adapter must know to write members that cannot clash. */
interface FastLane {
    /** Changes whenever the constant attributes do. */
    readonly version: number;
    /** Objects become dotted attributes. */
    readonly flattens: boolean;
    /** Whether this name is taken by the shipper: the id or a constant attribute. */
    isTaken(name: string): boolean;
    /** What must not be sent of a value under this name. */
    guardOf(name: string): Guard | undefined;
    /**
     * Begins an event. Its members, `,"name":value` each under names that differ from each other and are not taken, are to be
     * added to what is returned. Without `commit` nothing has happened.
     */
    begin(): Bytes;
    /** Takes the event: its id and the constant attributes are added here. */
    commit(brought: number): void;
    /** What to add up as `brought` where the members contain this attribute of the surroundings (`process.pid`, `host.name`). */
    bitOf(name: string): number;
}
/**
 * Undefined where a shipper must see the event itself, and with `OPENPIPELINE_FAST_LANE=off` in the environment: a way around the
 * lane for who suspects it, and for a run of all tests without it.
 */
declare function fastLaneOf(shipper: object): FastLane | undefined;

/** A record's time, in whatever unit and form a logger writes it, as the `timestamp` the service reads and accepts. */

/**
 * Sets the event's `timestamp`, which is the time of arrival so far, to the record's time. A time that the service would not
 * take becomes `observed_timestamp` of an event that keeps the time of arrival and is marked `openpipeline.late`.
 * @returns whether `time` is a time
 */
declare function setTimestamp(event: GenericEvent, time: unknown): boolean;
/** Whether the service takes an event of this time, both in epoch milliseconds. */
declare function isTimestampInWindow(timestamp: number, now: number): boolean;
/**
 * Epoch milliseconds, or an RFC 3339 string where it is finer than that; undefined for anything that is not a time.
 * Numbers may be seconds, milliseconds, microseconds or nanoseconds: the service would replace the last by the time of arrival.
 */
declare function toTimestamp(time: unknown): number | string | undefined;

export { Bytes, CENSOR, type Chunks, type FastLane, type Guard, KeySet, type LevelAttributes, type Levels, type Mapping, type SpanAttributes, type Threshold, activeSpan, chunksOf, createLevelMembers, createLevels, createThreshold, fastLaneOf, get, isError, isErrorPart, isMappedName, isTimestampInWindow, loadMap, mapAccessLine, mapErrorField, mapHttp, mapInside, mappingOf, mayBeAccessLine, observeStats, setException, setLevel, setTimestamp, take, toTimestamp };
