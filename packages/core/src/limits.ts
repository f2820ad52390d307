/** The service's published limits, and those we set ourselves where it publishes none. Each number has its only home here. */

/**
 * A request may carry 10 MB; the unit (MB or MiB) is not stated, so the bound stays below both.
 * https://docs.dynatrace.com/docs/shortlink/openpipeline-limits
 */
export const MAX_REQUEST_BYTES = 9_500_000

/** pino gives a worker ten seconds to end and then kills it; what is longer than this could not be kept. */
export const MAX_CLOSE_TIMEOUT_MS = 8000

/** Most bytes that are read of an answer, whatever its length says. */
export const MAX_ANSWER_BYTES = 65_536

/** Longest time an answer's body is read once its headers have come. */
export const MAX_ANSWER_MS = 2000

/** Time in which a connection, with its TLS handshake, must stand. */
export const CONNECT_TIMEOUT_MS = 10_000

/** Time in which a token must be there, wherever it comes from. */
export const TOKEN_TIMEOUT_MS = 10_000

/** Single events refused one after another, with nothing accepted between them, before the cause is taken to be general. */
export const REFUSALS_IN_A_ROW = 16

/**
 * An event older than 24 hours vanishes behind a 202; one hour is left for the way.
 * https://docs.dynatrace.com/docs/shortlink/openpipeline-limits
 */
export const MAX_EVENT_AGE_MS = 23 * 3_600_000

/** The time of an event from further ahead is replaced. https://docs.dynatrace.com/docs/shortlink/openpipeline-limits */
export const MAX_EVENT_AHEAD_MS = 600_000

/** Most attributes that the surroundings add to every event. */
export const MAX_ENRICHED = 50

/** Levels of nesting that are followed in a record; deeper values become a marker. */
export const MAX_DEPTH = 32

/** Values of one event, array items included; a record of a million keys must not hold up the caller. */
export const MAX_VALUES = 10_000

/** One diagnostic line of a kind in this time. */
export const DIAGNOSTIC_INTERVAL_MS = 30_000

/** Most characters of a diagnostic line's message. */
export const MAX_DIAGNOSTIC_LENGTH = 1024
