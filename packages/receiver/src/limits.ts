/** The service's published limits that the receiver keeps to; source: https://docs.dynatrace.com/docs/shortlink/openpipeline-limits */

/** Largest request body, before and after decompression. The page says 10 MB without saying which; this is the smaller reading. */
export const MAX_REQUEST_BYTES = 10_000_000

/** An event older than this at ingest is dropped behind a 202. */
export const MAX_AGE_MS = 24 * 60 * 60 * 1000

/** An event further ahead than this is set back to ingest time plus this. */
export const MAX_AHEAD_MS = 10 * 60 * 1000

/** A numeric timestamp up to this is read as seconds. */
export const LARGEST_SECONDS = 1e11

/** A numeric timestamp up to this is read as milliseconds. */
export const LARGEST_MILLISECONDS = 1e14

/** A numeric timestamp below this is read as microseconds; from here on (nanoseconds) it is not understood. */
export const FIRST_TOO_LARGE = 1e16
