/** Reads a token from a file, the way secrets are mounted: the token alone, white space around it does not count. */
import { readFileSync } from 'node:fs'

import { UsageError } from './usage-error.ts'

export function readTokenFile(file: string): string {
  const token = readText(file).trim()
  if (token === '') throw new UsageError(`the token file ${file} is empty`)
  if (/\s/.test(token)) throw new UsageError(`the token file ${file} must contain the token and nothing else`)
  return token
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new UsageError(`the token file ${file} cannot be read (${code})`, { cause })
  }
}
