/** How a program of the journeys tells its test what it did: a line of JSON on file descriptor 3. */
import { writeSync } from 'node:fs'

/** What the test gave: `way`, `options` and what else the program takes. */
export const given = JSON.parse(process.argv[2])

/** Written before it returns, so that nothing is missing when the process is killed in the next moment. */
export function report(said) {
  writeSync(3, `${JSON.stringify(said)}\n`)
}
