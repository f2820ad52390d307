import { L as LogLevel, S as Status } from './event.js';

/** An error, alive or as a serializer left it → `exception.*`, with its chain of causes. */
/** An Error, or an object that was one: with a message and a type or a stack. */
declare function isErrorLike(value: unknown): value is object;
/**
 * Attributes of the error, and under `key`, where one is given, whatever else it carries (`code`, `errno`, …). Reads
 * defensively: a getter that throws costs that one field.
 */
declare function errorAttributes(error: object, key?: string): Record<string, unknown>;

/** A logger's level → `loglevel`, `status` and `log.raw_level`. On generic events nothing in the service does this. */

interface LevelAttributes {
    readonly loglevel: LogLevel;
    readonly status: Status;
    readonly 'log.raw_level': string;
}
/** Answers for the level of a record; answers are kept, since there are few levels and many records. */
type Levels = (level: unknown) => LevelAttributes | undefined;
/** @param labels the logger's own names for numbers, such as pino's custom levels */
declare function createLevels(labels?: Readonly<Record<string, string>>): Levels;

/** A record's time, in whatever unit and form a logger writes it, as the `timestamp` the service reads. */
/**
 * Epoch milliseconds, or an RFC 3339 string where it is finer than that; undefined for anything that is not a time.
 * Numbers may be seconds, milliseconds, microseconds or nanoseconds: the service would replace the last by the time of arrival.
 */
declare function toTimestamp(time: unknown): number | string | undefined;

export { type LevelAttributes, type Levels, createLevels, errorAttributes, isErrorLike, toTimestamp };

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

