/** Who may read the page and change answers, asked without a browser: headers decide, and they can be forged here. */
import { createHash } from 'node:crypto'
import { type IncomingMessage, request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { startReceiver, type Receiver, type ReceiverOptions } from 'openpipeline-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { post } from '../receiver/post.ts'

interface Reply {
  readonly status: number | undefined
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

interface Ask {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

async function receiverFor(options?: ReceiverOptions): Promise<Receiver> {
  const receiver = await startReceiver(options)
  onTestFinished(() => receiver.close())
  return receiver
}

/** Reads an answer to its end, or only its beginning where it has none. */
function ask(url: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, headers, agent: false }, (answer) => {
      let text = ''
      const done = (): void => resolve({ status: answer.statusCode, headers: answer.headers, text })
      answer.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        if (answer.headers['content-type'] !== 'text/event-stream' || !text.includes('event: status')) return
        done()
        sending.destroy()
      })
      answer.on('end', done)
    })
    sending.on('error', reject)
    sending.end(body)
  })
}

const ours = { 'content-type': 'application/json', 'x-openpipeline-page': '1' }
const outside = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.internal === false && address.family === 'IPv4')?.address

describe('the document', () => {
  it('carries a policy that allows its own script and style by hash, and nothing else', async () => {
    const { url } = await receiverFor()
    const { status, headers, text } = await ask(url)
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    const hash = (part: string): string => createHash('sha256').update(part).digest('base64')
    const script = /<script>([^]*)<\/script>/.exec(text)?.[1] ?? ''
    const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? ''
    const policy = headers['content-security-policy']
    expect(policy).toBe(
      `default-src 'none'; script-src 'sha256-${hash(script)}'; style-src 'sha256-${hash(style)}'; connect-src 'self'; ` +
        `img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ` +
        `require-trusted-types-for 'script'; trusted-types 'none'`,
    )
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  it('is one text of less than 60 kB that loads nothing', async () => {
    const { url } = await receiverFor()
    const { text } = await ask(url)
    expect(Buffer.byteLength(text)).toBeLessThan(60_000)
    expect(text.match(/\b(?:src|href)="(?!data:)/g)).toBeNull()
    expect(text).not.toMatch(/@import|url\(/)
  })
})

describe.each(['/', '/page/stream'])('%s', (path) => {
  it.each(['localhost', 'app.localhost:4020', '127.0.0.1:1', '[::1]:4020'])('is given to %s', async (host) => {
    const { url } = await receiverFor()
    expect(await ask(url + path, { headers: { host } })).toMatchObject({ status: 200 })
  })

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', '10.0.0.1'])(
    'is refused under the name "%s", as DNS rebinding would bring it',
    async (host) => {
      const { url } = await receiverFor()
      const answer = await ask(url + path, { headers: { host } })
      expect(answer.status).toBe(403)
      expect(answer.text).toContain('not under other names')
    },
  )

  it.skipIf(outside === undefined)('is refused to other machines', async () => {
    const { url } = await receiverFor({ host: '0.0.0.0' })
    const { port } = new URL(url)
    const answer = await ask(`http://${outside}:${port}${path}`, { headers: { host: 'localhost' } })
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('for the machine that the receiver runs on')
  })
})

describe('the stream', () => {
  it.each([{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'http://evil.example' }])(
    'is refused to other sites: %o',
    async (headers) => {
      const { url } = await receiverFor()
      expect(await ask(`${url}/page/stream`, { headers })).toMatchObject({ status: 403 })
    },
  )

  it('goes on where a page was, and starts anew for one of another receiver', async () => {
    const { url } = await receiverFor()
    await post(url, [{ content: 'one' }, { content: 'two' }])
    const stream = (after: string) => ask(`${url}/page/stream?after=${after}`)
    const { text } = await stream('')
    const instance = /"instance":"([\w-]+)"/.exec(text)?.[1] ?? ''
    const replayed = async (after: string): Promise<string> => {
      const { port } = new URL(url)
      const answer = await fetch(`http://127.0.0.1:${port}/page/stream?after=${after}`)
      const reader = answer.body?.getReader()
      let all = ''
      while (!all.includes('event: requests')) all += new TextDecoder().decode((await reader?.read())?.value)
      await reader?.cancel()
      return all
    }
    expect(await replayed('other.2.0')).toContain('"content":"one"')
    const rest = await replayed(`${instance}.1.0`)
    expect(rest).not.toContain('"content":"one"')
    expect(rest).toMatch(/id: [\w-]+\.2\.1\nevent: events\ndata: 1\ndata: \d+\tso\t.*"content":"two"/)
  })
})

describe('the fault API', () => {
  const busy = JSON.stringify({ fault: 'unavailable' })

  it('answers 204 and changes what is answered, when the page asks', async () => {
    const receiver = await receiverFor({ maxBodyBytes: 500 })
    const set = (body: object): Promise<Reply> =>
      ask(`${receiver.url}/page/fault`, { method: 'POST', headers: ours, body: JSON.stringify(body) })
    expect(await set({ fault: 'unavailable', times: 1 })).toMatchObject({ status: 204 })
    expect(await post(receiver.url, {})).toMatchObject({ status: 503 })
    expect(await post(receiver.url, {})).toMatchObject({ status: 202 })
    await set({ fault: 'limit', maxBodyBytes: 10 })
    expect(await post(receiver.url, 'x'.repeat(11))).toMatchObject({ status: 413 })
    await set({ fault: 'none' })
    expect(await post(receiver.url, 'x'.repeat(501))).toMatchObject({ status: 413 })
    expect(await post(receiver.url, { content: 'x'.repeat(400) })).toMatchObject({ status: 202 })
    expect(receiver.stats().requests).toBe(5)
  })

  it.each([
    ['without the header of the page', { 'content-type': 'application/json' }],
    ['as a form would', { ...ours, 'content-type': 'text/plain' }],
    ['from another site', { ...ours, 'sec-fetch-site': 'cross-site' }],
    ['from another origin', { ...ours, origin: 'http://evil.example' }],
    ['under another name', { ...ours, host: 'evil.example' }],
  ])('refuses what comes %s', async (_, headers) => {
    const { url } = await receiverFor()
    expect(await ask(`${url}/page/fault`, { method: 'POST', headers, body: busy })).toMatchObject({ status: 403 })
    expect(await post(url, {})).toMatchObject({ status: 202 })
  })

  it('answers no preflight', async () => {
    const { url } = await receiverFor()
    const headers = { origin: 'http://evil.example', 'access-control-request-method': 'POST' }
    const answer = await ask(`${url}/page/fault`, { method: 'OPTIONS', headers })
    expect(answer.status).toBe(404)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it.each([
    ['not JSON', 'expected an object'],
    ['{"fault":"explode"}', 'there is no such fault'],
    ['{"fault":"hang","times":0}', 'times must be an integer from 1'],
    ['{"fault":"throttle","retryAfterS":"2"}', 'retryAfterS must be an integer from 0'],
    ['{"fault":"limit","maxBodyBytes":1e9}', 'maxBodyBytes must be an integer from 1'],
    [`"${'x'.repeat(2000)}"`, 'the body is too large'],
  ])('says what is wrong with %s', async (body, reason) => {
    const { url } = await receiverFor()
    const answer = await ask(`${url}/page/fault`, { method: 'POST', headers: ours, body })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain(reason)
  })
})
