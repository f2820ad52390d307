/** The one error class this project throws, and its codes. */

/**
 * `INVALID_OPTIONS`: an option is wrong, missing or unknown. Thrown at construction only, never from a log call.
 * `NO_ANSWER`: a flush did not reach the worker.
 */
export type OpenPipelineErrorCode = 'INVALID_OPTIONS' | 'NO_ANSWER'

const NAME = 'OpenPipelineError'

/**
 * What a public function throws to its caller. The message says what to write instead and never contains a token.
 * `instanceof` knows it from every copy of the package, such as those of `import` and `require`. From pino's worker comes an `Error`
 * with the same message and neither this class nor a code: those do not cross a thread.
 */
export class OpenPipelineError extends Error {
  /** Always this, also where several copies of the package are loaded. */
  override readonly name = NAME
  /** What kind of error it is. */
  readonly code: OpenPipelineErrorCode

  /** Whether it is one, of this or another copy of the package. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // Not by this class's name: the bundler would then give it another one, which Node prints before every stack.
    if (Object.getPrototypeOf(this) !== Error) return super[Symbol.hasInstance](value)
    return typeof value === 'object' && value !== null && 'code' in value && 'name' in value && value.name === NAME
  }

  constructor(code: OpenPipelineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
