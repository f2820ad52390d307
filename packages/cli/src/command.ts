/** What a command of the command line is, and the exit codes all of them share. */

export interface Command {
  /** What it does, in one line of the list of commands. */
  readonly summary: string
  readonly help: string
  /** Runs to the end and answers with the exit code; throws `UsageError` for wrong arguments. */
  readonly run: (args: readonly string[]) => Promise<number>
}

export const EXIT_OK = 0
/** It ran, but something failed: events were lost or left, or an address was taken. */
export const EXIT_FAILED = 1
/** It did not start, because arguments or settings are wrong. */
export const EXIT_USAGE = 2
