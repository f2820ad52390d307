/** A certificate authority made afresh for a test, and the certificates it signs: no private key in the repository, no openssl needed. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4 } from 'node:net'

/** Both PEM. */
export interface Certified {
  readonly cert: string
  readonly key: string
}

interface Issue {
  /** Subject alternative names. @defaultValue those of this machine's loopback */
  readonly names?: readonly string[]
  /** Days from now at which it begins to be valid. @defaultValue -1 */
  readonly fromDay?: number
  /** Days from now at which its validity ends. @defaultValue 1 */
  readonly untilDay?: number
}

export interface Authority {
  /** PEM, for those who are to trust it. */
  readonly cert: string
  issue(issue?: Issue): Certified
}

interface Party {
  readonly name: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

export function createAuthority(): Authority {
  // By a name of its own: an authority of the same name would be taken for it.
  const authority = party(`an authority of the tests, ${randomBytes(4).toString('hex')}`)
  return {
    cert: certificate(authority, authority, { names: [], isAuthority: true }),
    issue(issue = {}) {
      const subject = party('one of the tests')
      return { cert: certificate(subject, authority, { ...issue, isAuthority: false }), key: keyOf(subject) }
    },
  }
}

/** Signed by nobody else, so nobody trusts it. */
export function selfSigned(): Certified {
  const subject = party('itself')
  return { cert: certificate(subject, subject, { isAuthority: false }), key: keyOf(subject) }
}

function party(name: string): Party {
  return { name, ...generateKeyPairSync('ec', { namedCurve: 'prime256v1' }) }
}

function keyOf({ privateKey }: Party): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** RFC 5280, Certificate. */
function certificate(subject: Party, issuer: Party, issue: Issue & { readonly isAuthority: boolean }): string {
  const content = toBeSigned(subject, issuer, issue)
  const signature = bitString(sign('sha256', content, issuer.privateKey))
  const text = sequence(content, ecdsaWithSha256, signature).toString('base64')
  return `-----BEGIN CERTIFICATE-----\n${text.replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`
}

const tag = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  objectId: 0x06,
  utf8: 0x0c,
  time: 0x17,
  sequence: 0x30,
  set: 0x31,
  dnsName: 0x82,
  ipAddress: 0x87,
  version: 0xa0,
  extensions: 0xa3,
}

const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'))

/** Version, serial, algorithm, issuer, validity, subject, key, extensions. */
function toBeSigned(subject: Party, issuer: Party, issue: Issue & { readonly isAuthority: boolean }): Buffer {
  const { fromDay = -1, isAuthority, names = ['localhost', '127.0.0.1'], untilDay = 1 } = issue
  const extensions = [constraints(isAuthority), ...(names.length > 0 ? [alternatives(names)] : [])]
  return sequence(
    der(tag.version, der(tag.integer, Buffer.from([2]))),
    der(tag.integer, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(utcTime(fromDay), utcTime(untilDay)),
    nameOf(subject),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    der(tag.extensions, sequence(...extensions)),
  )
}

function nameOf({ name }: Party): Buffer {
  return sequence(der(tag.set, sequence(objectId('550403'), der(tag.utf8, Buffer.from(name)))))
}

function constraints(isAuthority: boolean): Buffer {
  const yes = der(tag.boolean, Buffer.from([0xff]))
  return sequence(objectId('551d13'), yes, der(tag.octets, sequence(...(isAuthority ? [yes] : []))))
}

function alternatives(names: readonly string[]): Buffer {
  const list = names.map((name) =>
    isIPv4(name) ? der(tag.ipAddress, Buffer.from(name.split('.').map(Number))) : der(tag.dnsName, Buffer.from(name)),
  )
  return sequence(objectId('551d11'), der(tag.octets, sequence(...list)))
}

function utcTime(daysFromNow: number): Buffer {
  const text = new Date(Date.now() + daysFromNow * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '')
  return der(tag.time, Buffer.from(text.slice(2)))
}

function objectId(hex: string): Buffer {
  return der(tag.objectId, Buffer.from(hex, 'hex'))
}

function bitString(content: Buffer): Buffer {
  return der(tag.bits, Buffer.concat([Buffer.from([0]), content]))
}

function sequence(...parts: Buffer[]): Buffer {
  return der(tag.sequence, Buffer.concat(parts))
}

function der(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, ...derLength(content.length)]), content])
}

function derLength(length: number): number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}
