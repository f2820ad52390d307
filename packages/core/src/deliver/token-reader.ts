/** Reads a token from where it is kept. */
import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

import { isRecord } from '../options/reader.ts'
import type { TokenSource } from '../options/token.ts'
import { faultOfToken } from '../options/token.ts'
import { readOAuthToken } from './oauth.ts'
import type { Outcome } from './outcome.ts'

/** A token and how long it may be used without asking again, or why there is none. */
export type TokenReading = { readonly token: string; readonly validForMs: number } | { readonly outcome: Outcome }

export type TokenReader = () => Promise<TokenReading>

/** A function may do what it likes; it is not asked for every request. */
const FUNCTION_VALID_FOR_MS = 300_000

export function createTokenReader(source: TokenSource, request: typeof readOAuthToken = readOAuthToken): TokenReader {
  switch (source.kind) {
    case 'fixed':
      return () => Promise.resolve({ token: source.token(), validForMs: Infinity })
    case 'file':
      return fileReader(source.file)
    case 'function':
      return () => guarded('the token function', source.read)
    case 'module':
      return () => guarded(`the token module ${source.module}`, async () => callExport(source.module, source.name))
    case 'oauth':
      return () => request(source.tokenUrl, source.form())
  }
}

/** Looks at the file before each request, which costs one `stat`, and reads it when it has changed: rotation needs no restart. */
function fileReader(file: string): TokenReader {
  let known = ''
  let reading: TokenReading = { token: '', validForMs: 0 }
  return async () => {
    try {
      const { ctimeMs, ino, mtimeMs, size } = await stat(file)
      const version = [ctimeMs, ino, mtimeMs, size].join()
      if (version === known) return reading
      const token = (await readFile(file, 'utf8')).trim()
      const fault = faultOfToken(token)
      if (fault !== undefined) return held(`the token in ${file} ${fault}`)
      known = version
      reading = { token, validForMs: 0 }
      return reading
    } catch (error) {
      return held(`the token file ${file} cannot be read (${codeOf(error)})`)
    }
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

/** A path is resolved against the working directory, a package name as a program there would do it. */
async function callExport(module: string, name: string): Promise<unknown> {
  const path = /^[./]|^[A-Za-z]:[\\/]/.test(module)
    ? resolve(module)
    : createRequire(resolve('index.js')).resolve(module)
  const imported: unknown = await import(pathToFileURL(path).href)
  const exported = isRecord(imported) ? (imported[name] ?? fromDefault(imported['default'], name)) : undefined
  if (typeof exported !== 'function') throw new TypeError(`no function is exported as ${name}`)
  return Reflect.apply(exported, undefined, [])
}

/** A CommonJS module's exports may all be members of its default. */
function fromDefault(exported: unknown, name: string): unknown {
  return isRecord(exported) ? exported[name] : undefined
}

function held(cause: string): TokenReading {
  return { outcome: { status: 'held', cause } }
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : typeof error
}
