/** What is made once for all test files of a run, by the first that needs it. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { inject } from 'vitest'

const LOOK_MS = 100

/** @param make is given a folder of its own, and gives what JSON can hold; where it throws, the others do, too */
export async function onceARun<Made>(name: string, make: (folder: string) => Promise<Made>): Promise<Made> {
  const folder = join(inject('sharedFolder'), name)
  const result = `${folder}.json`
  if (isFirst(folder)) {
    const outcome = await make(folder).then(
      (made) => ({ made }),
      (error: unknown) => ({ error: String(error) }),
    )
    writeFileSync(`${result}.new`, JSON.stringify(outcome))
    renameSync(`${result}.new`, result)
  }
  for (;;) {
    const outcome = read<Made>(result)
    if (outcome?.error !== undefined) throw new Error(outcome.error)
    if (outcome !== undefined) return outcome.made
    await wait(LOOK_MS)
  }
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

type Outcome<Made> = { readonly made: Made; readonly error?: undefined } | { readonly error: string }

function read<Made>(file: string): Outcome<Made> | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Outcome<Made>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
