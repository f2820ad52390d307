/** The one error class this project throws, and its codes. */

/**
 * `INVALID_OPTIONS`: an option is wrong, missing or unknown. Thrown at construction only, never from a log call.
 * `NO_ANSWER`: a flush did not reach the worker.
 */
export type OpenPipelineErrorCode = 'INVALID_OPTIONS' | 'NO_ANSWER'

/**
 * What a public function throws to its caller. The message says what to write instead and never contains a token.
 * Test for it with `error.code`: a code survives worker threads and several copies of the package, `instanceof` does not.
 */
export class OpenPipelineError extends Error {
  /** Always this, also where several copies of the package are loaded. */
  override readonly name = 'OpenPipelineError'
  /** What kind of error it is. */
  readonly code: OpenPipelineErrorCode

  constructor(code: OpenPipelineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
