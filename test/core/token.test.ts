/** The token on its way from where it is kept to the endpoint: picked up by itself when it changes, and shown nowhere. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { ShipperOptions, TokenOption } from 'openpipeline-core'
import { createShipper } from 'openpipeline-core'
import { openPipelineStream } from 'pino-openpipeline'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { OpenPipelineTransport } from 'winston-openpipeline'
import { resolveOptions } from '../../packages/core/src/settings.ts'
import type { Endpoint } from '../support/endpoint.ts'
import { startEndpoint } from '../support/endpoint.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { ship } from '../support/shipping.ts'
import { CLIENT_SECRET, startSso } from '../support/sso.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { until } from '../support/until.ts'

/** An endpoint that takes only the token that `current` gives. */
function endpointFor(current: () => string): Promise<Endpoint> {
  return startEndpoint({ behave: ({ authorization }) => (authorization.endsWith(` ${current()}`) ? 202 : 401) })
}

describe('a token in a file', () => {
  it.each<[string, (folder: string, token: string) => void]>([
    ['rewritten in place', (folder, token) => writeFileSync(join(folder, 'token'), `${token}\n`)],
    [
      'replaced by rename',
      (folder, token) => {
        writeFileSync(join(folder, 'new'), token)
        renameSync(join(folder, 'new'), join(folder, 'token'))
      },
    ],
    [
      'replaced as Kubernetes does it',
      (folder, token) => {
        mkdirSync(join(folder, token))
        writeFileSync(join(folder, token, 'token'), token)
        rmSync(join(folder, 'token'), { force: true })
        symlinkSync('..data/token', join(folder, 'token'))
        symlinkSync(token, join(folder, '..next'))
        renameSync(join(folder, '..next'), join(folder, '..data'))
      },
    ],
  ])('is picked up while running when it is %s', async (_, put) => {
    // prettier-ignore
    const folder = temporaryFolder()
    let token = 'first0'
    put(folder, token)
    const endpoint = await endpointFor(() => token)
    const shipping = ship({ url: endpoint.url, token: { file: join(folder, 'token') } })
    for (const next of ['second', 'third0', 'fourth']) {
      shipping.push(10)
      expect(await shipping.flush()).toMatchObject({ delivered: 10 })
      put(folder, next)
      token = next
    }
    expect(shipping.told).toEqual([])
    expect(shipping.stats()).toMatchObject({ delivered: 30, retries: 0 })
  })

  it('that is missing is held, and picked up when it appears', async () => {
    const file = join(temporaryFolder(), 'token')
    const endpoint = await endpointFor(() => 'first')
    const clock = new FakeClock()
    const shipping = ship({ url: endpoint.url, token: { file }, batch: { lingerMs: 0 } }, { clock })
    shipping.push(10)
    await clock.advance(0)
    expect(await shipping.state('held')).toContain(`the token file ${file} cannot be read (ENOENT)`)
    writeFileSync(file, 'first')
    await clock.advance(1000)
    await until(() => shipping.stats().delivered === 10)
    expect(endpoint.requests).toHaveLength(1)
  })

  it('that is empty for a moment, as while it is written, stops nothing', async () => {
    const file = join(temporaryFolder(), 'token')
    writeFileSync(file, 'first')
    const endpoint = await endpointFor(() => 'first')
    const shipping = ship({ url: endpoint.url, token: { file } })
    shipping.push()
    await shipping.flush()
    writeFileSync(file, '')
    shipping.push()
    expect(await shipping.flush()).toMatchObject({ delivered: 1 })
    expect(shipping.told).toEqual([])
  })

  it('that changes after a 401 is sent at once', async () => {
    const file = join(temporaryFolder(), 'token')
    writeFileSync(file, 'old')
    const endpoint = await startEndpoint()
    endpoint.behave(({ authorization }) => {
      writeFileSync(file, 'new')
      return authorization === 'Bearer new' ? 202 : 401
    })
    const shipping = ship({ url: endpoint.url, token: { file } })
    shipping.push(10)
    expect(await shipping.flush()).toMatchObject({ delivered: 10 })
    expect(endpoint.authorizations).toEqual(['Bearer old', 'Bearer new'])
    expect(shipping.told).toEqual([])
  })
})

describe('a token from a function', () => {
  it('that fails for a while is held, and picked up when it works', async () => {
    const failures: (() => string | Promise<string>)[] = [
      () => {
        throw new Error('hunter2')
      },
      () => Promise.reject(new Error('hunter2')),
      () => 'hunter2 with spaces',
    ]
    const endpoint = await endpointFor(() => 'right')
    const shipping = ship({ url: endpoint.url, token: () => failures.shift()?.() ?? 'right' })
    shipping.push(10)
    expect(await shipping.state('held')).toContain('the token function failed (Error)')
    for (let n = 0; n < 3; n++) await shipping.flush({ timeoutMs: 1 })
    expect(await shipping.flush()).toMatchObject({ lost: 0, pending: 0 })
    expect(shipping.stats().delivered).toBe(10)
    expect(inspect(shipping.told)).not.toContain('hunter2')
  })
})

describe.each([401, 403])('a token that is answered with %i for good', (status) => {
  it.each<[string, TokenOption]>([
    ['fixed', 'dt0s16.PUBLIC00.SECRET'],
    [
      'from a function that always gives another',
      (() => {
        let n = 0
        return () => `token${n++}`
      })(),
    ],
  ])('costs one request a probe: %s', async (_, token) => {
    // prettier-ignore
    const clock = new FakeClock()
    const endpoint = await startEndpoint({ behave: () => status })
    const shipping = ship({ url: endpoint.url, token, batch: { lingerMs: 0, maxEvents: 10 } }, { clock })
    shipping.push(10)
    await clock.advance(0)
    await until(() => shipping.stats().retries === 1)
    const first = endpoint.requests.length
    expect(first).toBe(typeof token === 'string' ? 1 : 2)
    shipping.push(50) // what comes meanwhile does not make it more
    for (const [probe, ms] of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000].entries()) {
      await clock.advance(ms - 1)
      expect(endpoint.requests).toHaveLength(first + probe)
      await clock.advance(1)
      await until(() => shipping.stats().retries === 2 + probe)
      expect(endpoint.requests).toHaveLength(first + probe + 1)
    }
    expect(shipping.stats()).toMatchObject({ state: 'held', pending: 60 })
    endpoint.behave(() => 202)
    const flushing = shipping.flush()
    await until(() => shipping.stats().delivered === 60)
    expect(await flushing).toMatchObject({ delivered: 60 })
  })
})

describe('the secret', () => {
  const SECRET = 'HUNTERSECRET0HUNTERSECRET0HUNTERSECRET0HUNTERSECRET0HUNTERSECRET'
  const TOKEN = `dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.${SECRET}`

  const sources: readonly (readonly [string, () => TokenOption | undefined | Promise<TokenOption>])[] = [
    ['a string', () => TOKEN],
    ['the environment', () => {
      vi.stubEnv('OPENPIPELINE_TOKEN', TOKEN)
      onTestFinished(() => void vi.unstubAllEnvs())
      return undefined
    }],
    ['a file', () => {
      const file = join(temporaryFolder(), 'token')
      writeFileSync(file, TOKEN)
      return { file }
    }],
    ['a function', () => () => TOKEN],
    ['a module', () => {
      const file = join(temporaryFolder(), 'token.cjs')
      writeFileSync(file, `exports.token = () => '${TOKEN}'`)
      return { module: file, export: 'token' }
    }],
    ['an OAuth server', async () => ({ oauth: { clientId: 'dt0s02.X', clientSecret: CLIENT_SECRET, tokenUrl: (await startSso()).url } })],
  ] // prettier-ignore

  /** Everything that can be seen of these without a debugger. */
  function expectHidden(...values: unknown[]): void {
    const text = values.map((value) => `${inspect(value, { depth: 20, showHidden: true, maxArrayLength: null, maxStringLength: null })}\n${json(value)}`).join('\n') // prettier-ignore
    for (const secret of [SECRET, 'OAUTHSECRET', '0JWTSECRET0', 'eyJqdGkiOi']) expect(text).not.toContain(secret)
    for (const value of values) expect(ownTexts(value).filter((own) => /SECRET|eyJ\w/.test(own))).toEqual([])
  }

  it.each(sources)('is seen by nobody but the endpoint: from %s', async (_, source) => {
    const endpoint = await startEndpoint()
    const answers = [401, 403, 500, 400, 202]
    endpoint.behave((request, response) => {
      const status = answers.shift() ?? 202
      if (status === 202) return status
      // an endpoint that quotes what it was given
      const message = `refused: ${request.authorization} api-token=${TOKEN}`
      response.writeHead(status).end(JSON.stringify({ error: { code: status, message } }))
      return undefined
    })
    const published: unknown[] = []
    const listen = (event: unknown): void => void published.push(event)
    const channels = ['state', 'loss', 'dead-letter', 'warning'].map((name) => `openpipeline:${name}`)
    for (const name of channels) subscribe(name, listen)
    onTestFinished(() => {
      for (const name of channels) unsubscribe(name, listen)
    })
    const token = await source()
    const deadLetter = { file: join(temporaryFolder(), 'dead.ndjson') }
    const options: ShipperOptions = { url: endpoint.url, deadLetter, retry: { minDelayMs: 1 }, batch: { lingerMs: 1 }, ...(token && { token }) } // prettier-ignore
    const warned: unknown[] = []
    const onEvent = (event: unknown): void => void warned.push(event)
    const shipper = createShipper({ ...options, diagnostics: { onEvent } })
    const stream = openPipelineStream({ ...options, diagnostics: { onEvent } })
    const transport = new OpenPipelineTransport({ ...options, diagnostics: { onEvent } })
    transport.on('warn', listen)
    shipper.push({ n: 1 })
    stream.write('{"n":2}\n')
    transport.log({ level: 'info', message: 'three' })
    const results = await Promise.all([shipper.flush(), stream.flush(), transport.flush()])
    expectHidden(shipper, stream, transport, results, published, warned, shipper.stats(), stream.stats(), transport.stats()) // prettier-ignore
    expect(warned.length).toBeGreaterThan(0)
    expect(published.length).toBeGreaterThan(warned.length)
    expectHidden(resolveOptions(options, { name: 'test' }))
    await Promise.all([shipper.close(), stream.close(), transport.close()])
    expectHidden(shipper, stream, transport)
    expect(endpoint.authorizations.every((value) => /SECRET|eyJ/.test(value))).toBe(true)
    expect(ownTexts(endpoint.events).some((text) => text.includes('SECRET'))).toBe(false)
  })

  it.each(sources)('is in no error about other options: from %s', async (_, source) => {
    const token = await source()
    const wrong = { url: 'http://example.com', ...(token && { token }), batch: { maxBytes: 1 }, tokn: 5 }
    for (const create of [
      () => createShipper(wrong),
      () => openPipelineStream(wrong),
      () => new OpenPipelineTransport(wrong),
    ]) {
      // prettier-ignore
      const error = thrownBy(create)
      expect(error.message).toContain('batch.maxBytes')
      expectHidden(error, error.stack, Object.getOwnPropertyDescriptors(error))
    }
  })
})

function thrownBy(create: () => unknown): Error {
  try {
    create()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}

function json(value: unknown): string {
  const seen = new Set<unknown>()
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return String(inner)
    if (typeof inner !== 'object' || inner === null) return inner
    if (seen.has(inner)) return undefined
    seen.add(inner)
    return inner
  }) ?? '' // prettier-ignore
}

/** Every text that is a value of an own property, enumerable or not, under a name or a symbol, at any depth. */
function ownTexts(value: unknown, seen = new Set<unknown>()): string[] {
  if (typeof value === 'string') return [value]
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return []
  seen.add(value)
  const inside = Object.values(Object.getOwnPropertyDescriptors(value)).map((property) => property.value as unknown)
  const symbols = Object.getOwnPropertySymbols(value).map((symbol) => Object.getOwnPropertyDescriptor(value, symbol)?.value as unknown) // prettier-ignore
  const members = value instanceof Map || value instanceof Set ? [...value] : []
  return [...inside, ...symbols, ...members].flatMap((inner) => ownTexts(inner, seen))
}
