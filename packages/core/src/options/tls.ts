/** The option `tls`: certificates from files or as PEM, read once at construction. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'

import type { OptionReader } from './reader.ts'

/** Nothing here turns the verification of the server's certificate off. */
export interface TlsOptions {
  /** Certificate authorities that are trusted instead of Node's own: PEM or the path of a file, one or several. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[]
  /** Client certificate: PEM or the path of a file. */
  readonly cert?: string | Uint8Array
  /** Its private key: PEM or the path of a file. */
  readonly key?: string | Uint8Array
  /** Name that the server's certificate must have, where it is not the host of the URL. */
  readonly servername?: string
}

/** What a TLS connection is made with. The private key is behind a function, so that nothing that is shown holds it. */
export interface TlsSettings {
  readonly ca?: string[]
  readonly client?: { readonly cert: string; readonly key: () => string }
  readonly servername?: string
}

export function readTls(group: OptionReader): TlsSettings {
  const given = group.raw('ca')
  const list = Array.isArray(given) ? given : given === undefined ? [] : [given]
  const ca = list.map((one) => readPem(group, 'ca', one)).filter((pem) => pem !== undefined)
  const client = readClient(group)
  const servername = group.string('servername')
  group.refuseOthers()
  // Node takes such a text as well, and then trusts nobody.
  if (!ca.every(isCertificate)) group.problems.add(`${group.name('ca')} contains no certificate`)
  return { ...(ca.length > 0 && { ca }), ...(client && { client }), ...(servername !== undefined && { servername }) }
}

function readClient(group: OptionReader): TlsSettings['client'] {
  const [givenCert, givenKey] = [group.raw('cert'), group.raw('key')]
  if ((givenCert === undefined) !== (givenKey === undefined))
    group.problems.add('tls.cert and tls.key belong together; give both')
  const cert = readPem(group, 'cert', givenCert)
  const key = readPem(group, 'key', givenKey)
  if (cert === undefined || key === undefined) return undefined
  try {
    // Tried out now: at the first connection it would be too late to tell.
    createSecureContext({ cert, key })
  } catch (error) {
    const hint = 'both must be PEM, belong together, and the key have no passphrase'
    group.problems.add(`tls.cert and tls.key cannot be used (${codeOf(error)}); ${hint}`)
  }
  return { cert, key: () => key }
}

/** The content is never shown: it may be a private key. */
function readPem(group: OptionReader, key: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value
  if (typeof text !== 'string') {
    group.problems.add(`${group.name(key)} must be PEM text or the path of a file`)
    return undefined
  }
  if (text.includes('-----BEGIN ')) return text
  try {
    return readFileSync(text, 'latin1')
  } catch (error) {
    group.problems.add(`${group.name(key)} is neither PEM nor a file that can be read (${codeOf(error)})`)
    return undefined
  }
}

/** The first one decides: a file may hold many. */
function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
}
