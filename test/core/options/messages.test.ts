/** A mistake in every option, and what is said of it: `messages.md`, reviewed by somebody who asks whether the line alone is enough. */
import { describe, expect, it } from 'vitest'
import { resolveOptions } from '../../../packages/core/src/settings.ts'

const right = { url: 'https://abc12345.live.dynatrace.com', token: 'dt0c01.SAMPLE' }

const mistakes: readonly object[] = [
  { url: undefined },
  { url: 'abc12345.live.dynatrace.com' },
  { url: 'http://abc12345.live.dynatrace.com' },
  { url: 'https://me:pw@abc12345.live.dynatrace.com' },
  { url: 42 },
  { endpoint: 'logs' },
  { endpoint: { name: 'orders' } },
  { endpoint: { custom: '1st' } },
  { endpoint: { custom: 'orders', kind: 'logs' } },
  { token: undefined },
  { token: '' },
  { token: '"dt0c01.SAMPLE"' },
  { token: 'Api-Token dt0c01.SAMPLE' },
  { token: 'dt0s02.SAMPLE.SECRET' },
  { token: '/run/secrets/token' },
  { token: { path: '/run/token' } },
  { token: { oauth: { clientId: 'dt0s02.SAMPLE' } } },
  { allowInsecure: 'yes' },
  { batch: { maxEvents: '5000' } },
  { batch: { maxBytes: 10_000_000 } },
  { batch: { lingerMs: -1 } },
  { batch: { size: 100 } },
  { batch: 100 },
  { queue: { maxBytes: '32mb' } },
  { queue: { onFull: 'drop' } },
  { delivery: { concurrency: 0 } },
  { delivery: { timeout: 5000 } },
  { delivery: { compression: true } },
  { retry: { maxRetries: 5 } },
  { retry: { minDelayMs: 0 } },
  { retry: { maxDelayMs: '30s' } },
  { retry: { maxRetryAfterMs: -1 } },
  { retry: false },
  { closeTimeoutMs: 10_000 },
  { event: 'log' },
  { event: { type: 5 } },
  { event: { name: 'log' } },
  { attributes: ['orders'] },
  { attributes: { build: { number: 7 } } },
  { nested: true },
  { enrichment: 'off' },
  { minLevel: 'warning!' },
  { levels: { audit: 'AUDIT' } },
  { redact: 'password' },
  { redact: ['a..b'] },
  { secretHeaders: 'authorization' },
  { secretHeaders: ['authorization', 5] },
  { map: { module: './map.mjs' } },
  { proxy: true },
  { proxy: 'socks5://proxy:1080' },
  { tls: { ca: '/nowhere/ca.pem' } },
  { tls: { cert: '/nowhere/cert.pem' } },
  { tls: { rejectUnauthorized: false } },
  { deadLetter: '/var/log/dead.ndjson' },
  { deadLetter: { path: '/var/log/dead.ndjson' } },
  { spool: true },
  { spool: { directory: '/var/lib/app', durability: 'fsync' } },
  { spool: { directory: '/var/lib/app', maxBytes: 5 } },
  { diagnostics: false },
  { diagnostics: { onEvent: 'log' } },
  { maxbytes: 5000 },
  { level: 'warn' },
  { serviceName: 'orders' },
  { apiToken: 'dt0c01.SAMPLE' },
  { headers: {} },
  { flushInterval: 5 },
  { colour: 'blue' },
]

function messageOf(mistake: object): string {
  try {
    resolveOptions({ ...right, ...mistake }, { name: 'pino-openpipeline' }, {})
    return 'accepted'
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^pino-openpipeline: (\n {2}- )?/, '') : String(error)
  }
}

/** As it is written in a program. */
function written(mistake: object): string {
  const json = JSON.stringify(mistake, (_key, value: unknown) => (value === undefined ? 'undefined' : value))
  return json.slice(1, -1).replaceAll(/"([a-zA-Z]+)":/g, '$1: ').replaceAll(/"(undefined)"/g, '$1').replaceAll(',', ', ') // prettier-ignore
}

describe('a mistake in an option', () => {
  const rows = mistakes.map(
    (mistake) => `- \`${written(mistake)}\`\n  ${messageOf(mistake).replaceAll('\n  - ', '\n  ')}`,
  )

  it('is told as it was reviewed', async () => {
    const text = `# Mistakes and their messages\n\n${rows.join('\n')}\n`
    await expect(text).toMatchFileSnapshot('messages.md')
  })

  it('is never accepted', () => {
    expect(mistakes.filter((mistake) => messageOf(mistake) === 'accepted')).toEqual([])
  })

  it('is made in every option', () => {
    // What an unknown option is told: all that are known.
    const known = messageOf({ colour: 'blue' }).replace(/^.*known are /, '').split(', ') // prettier-ignore
    const made = new Set(mistakes.flatMap(Object.keys))
    expect(known.filter((name) => !made.has(name))).toEqual([])
  })
})
