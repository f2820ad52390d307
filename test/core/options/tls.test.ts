import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createAuthority, selfSigned } from '../../support/authority.ts'
import { temporaryFolder } from '../../support/temporary.ts'
import { problemWith, resolve } from './resolve.ts'

const authority = createAuthority()
const client = authority.issue()

function fileWith(content: string): string {
  const file = join(temporaryFolder(), 'file.pem')
  writeFileSync(file, content)
  return file
}

describe('tls.ca', () => {
  it('is PEM, a file, bytes, or several of these', () => {
    const other = createAuthority().cert
    expect(resolve({ tls: { ca: authority.cert } }).tls).toEqual({ ca: [authority.cert] })
    expect(resolve({ tls: { ca: fileWith(authority.cert) } }).tls).toEqual({ ca: [authority.cert] })
    expect(resolve({ tls: { ca: Buffer.from(authority.cert) } }).tls).toEqual({ ca: [authority.cert] })
    // what is left of a Buffer that has crossed a thread
    expect(resolve({ tls: { ca: new Uint8Array(Buffer.from(authority.cert)) } }).tls).toEqual({ ca: [authority.cert] })
    expect(resolve({ tls: { ca: [authority.cert, fileWith(other)] } }).tls).toEqual({ ca: [authority.cert, other] })
    expect(resolve({ tls: { ca: [] } }).tls).toEqual({})
    expect(resolve().tls).toEqual({})
  })

  it.each<[string, () => unknown, string]>([
    ['a file that is not there', () => '/nowhere/ca.pem', 'tls.ca is neither PEM nor a file that can be read (ENOENT)'],
    ['a folder', () => temporaryFolder(), 'tls.ca is neither PEM nor a file that can be read (EISDIR)'],
    ['an empty file', () => fileWith(''), 'tls.ca contains no certificate'],
    ['a file of something else', () => fileWith('hunter2'), 'tls.ca contains no certificate'],
    ['a key', () => client.key, 'tls.ca contains no certificate'],
    ['a certificate that was cut', () => authority.cert.slice(0, 200), 'tls.ca contains no certificate'],
    ['one of several', () => [authority.cert, client.key], 'tls.ca contains no certificate'],
    ['bytes that are no PEM', () => Buffer.from([0, 1, 2, 3]), 'tls.ca is neither PEM nor a file that can be read (ERR_INVALID_ARG_VALUE)'], // prettier-ignore
    ['a number', () => 5, 'tls.ca must be PEM text or the path of a file'],
  ])('is refused at once where it is %s', (_, ca, problem) => {
    expect(problemWith({ tls: { ca: ca() } })).toBe(`test: ${problem}`)
  })
})

describe('tls.cert and tls.key', () => {
  it('are PEM or files, and the key is not shown', () => {
    const { tls } = resolve({ tls: { cert: fileWith(client.cert), key: client.key } })
    expect(tls.client?.cert).toBe(client.cert)
    expect(tls.client?.key()).toBe(client.key)
    expect(inspect(tls, { depth: Infinity, showHidden: true })).not.toContain('PRIVATE KEY')
    expect(JSON.stringify(tls)).not.toContain('PRIVATE KEY')
  })

  it.each<[string, object, string]>([
    ['one is missing', { cert: client.cert }, 'tls.cert and tls.key belong together; give both'],
    ['the other is missing', { key: client.key }, 'tls.cert and tls.key belong together; give both'],
    ['they do not belong together', { cert: client.cert, key: selfSigned().key }, 'tls.cert and tls.key cannot be used (ERR_OSSL_X509_KEY_VALUES_MISMATCH); both must be PEM, belong together, and the key have no passphrase'], // prettier-ignore
    ['they are exchanged', { cert: client.key, key: client.cert }, 'cannot be used (ERR_OSSL_PEM_NO_START_LINE)'],
    ['a file is not there', { cert: client.cert, key: '/nowhere/key.pem' }, 'tls.key is neither PEM nor a file that can be read (ENOENT)'], // prettier-ignore
    ['a key is a number', { cert: client.cert, key: 5 }, 'tls.key must be PEM text or the path of a file'],
  ])('are refused at once where %s', (_, tls, problem) => {
    const text = problemWith({ tls })
    expect(text).toContain(problem)
    expect(text).not.toContain('BEGIN')
  })

  it('are refused where the key has a passphrase', async () => {
    const { createPrivateKey } = await import('node:crypto')
    const key = createPrivateKey(client.key).export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }) // prettier-ignore
    expect(problemWith({ tls: { cert: client.cert, key } })).toMatch(/cannot be used \(ERR_\w+\); .* no passphrase$/)
  })
})

describe('tls', () => {
  it('has a server name', () => {
    expect(resolve({ tls: { servername: 'a.example' } }).tls).toEqual({ servername: 'a.example' })
    expect(problemWith({ tls: { servername: 5 } })).toContain('tls.servername must be a non-empty string')
  })

  it.each(['rejectUnauthorized', 'insecure', 'checkServerIdentity', 'ciphers', 'ca_file'])(
    'knows no switch that turns verification off: %s',
    (key) => {
      expect(problemWith({ tls: { [key]: false } })).toContain(`tls.${key} is not an option`)
    },
  )
})
