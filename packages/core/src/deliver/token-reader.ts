/** Reads a token from where it is kept. */
import { readFile } from 'node:fs/promises'

import type { Clock } from '../clock.ts'
import { loadExport } from '../load-export.ts'
import type { TlsSettings } from '../options/tls.ts'
import type { TokenSource } from '../options/token.ts'
import { faultOfToken } from '../options/token.ts'
import { readOAuthToken } from './oauth.ts'
import type { TokenReader, TokenReading } from './token-reading.ts'

/** A function may do what it likes; it is not asked for every request. */
const FUNCTION_VALID_FOR_MS = 300_000

export function createTokenReader(source: TokenSource, tls: TlsSettings, clock: Clock): TokenReader {
  switch (source.kind) {
    case 'fixed':
      return () => Promise.resolve({ token: source.token(), validForMs: Infinity })
    case 'file':
      return () => readTokenFile(source.file)
    case 'function':
      return () => guarded('the token function', source.read)
    case 'module':
      return () => callExport(source.module, source.name)
    case 'oauth':
      return (signal) => readOAuthToken(source, tls, clock, signal)
  }
}

/** Read for each request, which costs less than a tenth of a millisecond: no sign of a change is as sure as the content itself. */
async function readTokenFile(file: string): Promise<TokenReading> {
  try {
    const token = (await readFile(file, 'utf8')).trim()
    const fault = faultOfToken(token)
    return fault === undefined ? { token, validForMs: 0 } : held(`the token in ${file} ${fault}`)
  } catch (error) {
    return held(`the token file ${file} cannot be read (${codeOf(error)})`)
  }
}

async function guarded(name: string, read: () => unknown): Promise<TokenReading> {
  try {
    const token = await read()
    const fault = faultOfToken(token)
    if (fault !== undefined) return held(`what ${name} returned ${fault}`)
    return { token: String(token), validForMs: FUNCTION_VALID_FOR_MS }
  } catch (error) {
    // Its message is not shown: it may quote a secret.
    return held(`${name} failed (${codeOf(error)})`)
  }
}

async function callExport(module: string, name: string): Promise<TokenReading> {
  try {
    const exported = await loadExport(module, name)
    if (exported === undefined) return held(`the token module ${module} exports no function named ${name}`)
    return await guarded(`the function ${name} of ${module}`, exported)
  } catch (error) {
    return held(`the token module ${module} cannot be loaded (${codeOf(error)})`)
  }
}

function held(cause: string): TokenReading {
  return { outcome: { status: 'held', cause } }
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : typeof error
}
