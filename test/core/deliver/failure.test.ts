import { describe, expect, it } from 'vitest'
import { fromFailure } from '../../../packages/core/src/deliver/failure.ts'
import type { Failure } from '../../../packages/core/src/deliver/failure.ts'
import type { Outcome } from '../../../packages/core/src/deliver/outcome.ts'

function failureOf(code: string, others: Partial<Failure> = {}): Outcome {
  return fromFailure({
    code,
    message: 'it failed',
    reused: false,
    isUnconnected: false,
    proxy: undefined,
    sentBytes: 1000,
    ...others,
  })
}

describe('a failure without an answer', () => {
  it.each([
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'EINVAL',
    'EADDRNOTAVAIL',
    'UND_ERR_CONNECT_TIMEOUT',
    'EPROTO',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_TLS_HANDSHAKE_TIMEOUT',
  ])('before anything was sent is retried, and nothing can have been stored: %s', (code) => {
    expect(failureOf(code)).toMatchObject({ status: 'retry', cause: `${code}: it failed`, ambiguous: false })
  })

  it.each([
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'UND_ERR_SOCKET',
    'UND_ERR_ABORTED',
    'UND_ERR_HEADERS_OVERFLOW',
    'HPE_INVALID_CONSTANT',
    'UNKNOWN',
  ])('once something may have been sent is retried, and may leave duplicates: %s', (code) => {
    expect(failureOf(code)).toMatchObject({ status: 'retry', cause: `${code}: it failed`, ambiguous: true })
  })

  it.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])('of a connection used before is most likely stale: %s', (code) => {
    expect(failureOf(code, { reused: true })).toMatchObject({ status: 'retry', stale: true })
    expect(failureOf(code)).not.toHaveProperty('stale')
  })

  it('of another kind is not stale, also on a connection used before', () => {
    for (const code of ['ETIMEDOUT', 'ECONNREFUSED', 'HPE_INVALID_CONSTANT']) {
      expect(failureOf(code, { reused: true })).not.toHaveProperty('stale')
    }
  })

  it.each([
    ['CERT_HAS_EXPIRED', 'clock'],
    ['CERT_NOT_YET_VALID', 'clock'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'NODE_EXTRA_CA_CERTS'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'NODE_EXTRA_CA_CERTS'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_UNTRUSTED', 'NODE_EXTRA_CA_CERTS'],
    ['CERT_REVOKED', 'NODE_EXTRA_CA_CERTS'],
    ['INVALID_CA', 'NODE_EXTRA_CA_CERTS'],
  ])('for a bad certificate is held and says what to do: %s', (code, hint) => {
    expect(failureOf(code)).toMatchObject({ status: 'held', cause: expect.stringMatching(`^${code}: .*${hint}`) })
  })

  it.each(['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'])(
    'of another protocol is held when it comes five times: %s',
    (code) => {
      expect(failureOf(code)).toMatchObject({ escalation: { afterFailures: 5, to: 'hold' } })
    },
  )

  it.each(['HPE_INVALID_CONSTANT', 'HPE_HEADER_OVERFLOW', 'UND_ERR_HEADERS_OVERFLOW'])(
    'to read the answer is held when it comes ten times: %s',
    (code) => {
      expect(failureOf(code)).toMatchObject({ escalation: { afterFailures: 10, to: 'hold' } })
    },
  )

  it.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ETIMEDOUT'])(
    'three times over a large body is laid on its size, ten times over a small one on its events: %s',
    (code) => {
      expect(failureOf(code, { sentBytes: 65_537 })).toMatchObject({ escalation: { afterFailures: 3, to: 'split' } })
      const ofContent = { afterFailures: 10, to: 'isolate-if-others-pass' }
      expect(failureOf(code, { sentBytes: 65_536 })).toMatchObject({ escalation: ofContent })
    },
  )

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'UNKNOWN'])('that never reached the server is laid on nothing: %s', (code) => {
    expect(failureOf(code, { sentBytes: 1_000_000 })).not.toHaveProperty('escalation')
  })

  it.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ETIMEDOUT'])(
    'before the connection stood cannot have stored anything, and is held when it comes five times: %s',
    (code) => {
      const escalation = { afterFailures: 5, to: 'hold', remedy: expect.stringContaining('check the url') }
      expect(failureOf(code, { isUnconnected: true, sentBytes: 1_000_000 })).toMatchObject({ ambiguous: false, escalation }) // prettier-ignore
      const proxied = failureOf(code, { isUnconnected: true, proxy: 'http://proxy.example:3128', sentBytes: 1_000_000 })
      expect(proxied).toMatchObject({ status: 'retry', ambiguous: false })
      expect(proxied).not.toHaveProperty('escalation')
    },
  )

  it('names the proxy, where it is the proxy that cannot be reached', () => {
    const proxy = 'http://proxy.example:3128'
    expect(failureOf('ECONNREFUSED', { proxy })).toMatchObject({ cause: expect.stringContaining(proxy) })
    expect(failureOf('ECONNRESET', { proxy })).not.toMatchObject({ cause: expect.stringContaining(proxy) })
  })

  it.each([
    [407, 'held'],
    [403, 'held'],
    [404, 'held'],
    [429, 'retry'],
    [502, 'retry'],
    [503, 'retry'],
  ])('that is the refusal %i of a proxy is %s, and nothing was sent', (status, expected) => {
    const message = `Proxy response (${status}) !== 200 when HTTP Tunneling`
    const outcome = failureOf('UND_ERR_ABORTED', { proxy: 'http://p.example:1', message })
    expect(outcome).toMatchObject({
      status: expected,
      cause: expect.stringContaining(`p.example:1 answered ${status}`),
    })
    if (outcome.status === 'retry') expect(outcome.ambiguous).toBe(false)
  })

  it('names its code once', () => {
    const message = 'connect ECONNREFUSED 127.0.0.1:1'
    expect(failureOf('ECONNREFUSED', { message })).toMatchObject({ cause: message })
  })
})
