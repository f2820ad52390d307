/** The option `tls`: certificates from files or as PEM, read once at construction. */
import { readFileSync } from 'node:fs'

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

/** What a TLS connection is made with. */
export interface TlsSettings {
  readonly ca?: string[]
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
}

export function readTls(group: OptionReader): TlsSettings {
  const given = group.raw('ca')
  const list = Array.isArray(given) ? given : given === undefined ? [] : [given]
  const ca = list.map((one) => readPem(group, 'ca', one)).filter((pem) => pem !== undefined)
  const cert = readPem(group, 'cert', group.raw('cert'))
  const key = readPem(group, 'key', group.raw('key'))
  const servername = group.string('servername')
  if ((cert === undefined) !== (key === undefined))
    group.problems.add('tls.cert and tls.key belong together; give both')
  group.refuseOthers()
  return {
    ...(ca.length > 0 && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(servername !== undefined && { servername }),
  }
}

/** The content is never shown: it may be a private key. */
function readPem(group: OptionReader, key: string, value: unknown): string | undefined {
  if (value === undefined) return undefined
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value
  if (typeof text !== 'string') {
    group.refuse(key, 'PEM text or the path of a file', value)
    return undefined
  }
  if (text.includes('-----BEGIN ')) return text
  try {
    return readFileSync(text, 'latin1')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    group.problems.add(`${group.name(key)} is neither PEM nor a file that can be read (${code})`)
    return undefined
  }
}
