/** A mistake in the arguments or settings: its message is for the user, without a stack. */

export class UsageError extends Error {
  override readonly name = 'UsageError'
}
