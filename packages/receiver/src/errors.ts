/** The one error class of the receiver, and its codes. */

/** A wrong option, a port that is taken, a wait that was too long, and a receiver that is closed. */
export type ReceiverErrorCode = 'INVALID_OPTIONS' | 'CANNOT_LISTEN' | 'TIMEOUT' | 'CLOSED'

/** What `startReceiver`, `received` and `answer` throw or reject with. */
export class ReceiverError extends Error {
  /** What kind of error it is. */
  readonly code: ReceiverErrorCode

  constructor(code: ReceiverErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ReceiverError'
    this.code = code
  }
}

/** `port must be an integer from 0 to 65535, got "80" (string)` */
export function invalidOption(name: string, expectation: string, value: unknown): ReceiverError {
  return new ReceiverError(
    'INVALID_OPTIONS',
    `${name} must be ${expectation}, got ${printed(value)} (${kindOf(value)})`,
  )
}

function printed(value: unknown): string {
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'number') return String(value)
  return JSON.stringify(value) ?? String(value)
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
