import { createHash, randomBytes } from 'node:crypto'
import { type Receiver, type ReceiverOptions, startReceiver } from 'openpipeline-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuthority } from '../support/authority.ts'
import { startConnectProxy } from '../support/connect-proxy.ts'
import { type Program, start, temporaryFile } from './program.ts'

const secret = '0SECRET0SECRET0SECRET0SECRET0SECRET'
const token = `dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.${secret}`

async function receiverFor(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver({ token, ...options })
  onTestFinished(() => receiver.close())
  return receiver
}

interface Checked {
  readonly exit: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

async function check(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Checked> {
  const program: Program = start(['check', ...args], { env })
  const exit = await program.exit
  const [stdout, stderr] = [program.stdout(), program.stderr()]
  expect(stdout + stderr).not.toContain(secret)
  return { exit, stdout, stderr }
}

function toReceiver({ url }: Receiver): Record<string, string> {
  return { OPENPIPELINE_URL: url, OPENPIPELINE_TOKEN: token }
}

describe('an endpoint that takes the test event', () => {
  it('is 0, with every step and where the settings come from', async () => {
    const receiver = await receiverFor()
    const { exit, stderr, stdout } = await check([], toReceiver(receiver))
    expect([exit, stderr]).toEqual([0, ''])
    expect(stdout.replace(/\d+ ms/, 'N ms')).toBe(
      [
        `url         ${receiver.url}/platform/ingest/v1/events, from OPENPIPELINE_URL`,
        'token       dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.… (classic access token), from OPENPIPELINE_TOKEN',
        'reached     yes',
        'authorised  yes',
        'accepted    yes, one test event in N ms',
        '',
      ].join('\n'),
    )
    expect(receiver.events).toEqual([
      {
        'event.id': expect.any(String),
        'event.type': 'openpipeline.check',
        'event.provider': 'openpipeline-cli',
        timestamp: expect.any(Number),
        content: 'openpipeline check',
        loglevel: 'INFO',
      },
    ])
  })

  it('is the same as JSON', async () => {
    const receiver = await receiverFor()
    const { exit, stdout } = await check(['--json'], toReceiver(receiver))
    expect(exit).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      url: `${receiver.url}/platform/ingest/v1/events`,
      urlFrom: 'OPENPIPELINE_URL',
      token: 'dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.… (classic access token)',
      tokenFrom: 'OPENPIPELINE_TOKEN',
      reached: true,
      authorised: true,
      accepted: true,
      durationMs: expect.any(Number),
    })
  })

  it('may be given by flags, which go first', async () => {
    const receiver = await receiverFor()
    const file = temporaryFile(`${token}\n`)
    const env = { OPENPIPELINE_URL: 'http://127.0.0.1:9', OPENPIPELINE_TOKEN: 'other' }
    const { exit, stdout } = await check(['--url', receiver.url, '--token-file', file], env)
    expect(exit).toBe(0)
    expect(stdout).toContain(`events, from --url\n`)
    expect(stdout).toContain(`from the file ${file}\n`)
  })

  it('may have its settings in the variables of other tools', async () => {
    const receiver = await receiverFor()
    const { exit, stdout } = await check([], { DT_ENVIRONMENT_URL: receiver.url, DT_API_TOKEN: token })
    expect(exit).toBe(0)
    expect(stdout).toMatch(/from DT_ENVIRONMENT_URL\n.*from DT_API_TOKEN\n/)
  })

  it('is tried again where the cause may pass by itself', async () => {
    const receiver = await receiverFor({ script: [{ status: 503 }, { reset: 'after-body' }] })
    expect(await check([], toReceiver(receiver))).toMatchObject({ exit: 0 })
    expect(receiver.requests).toHaveLength(3)
  })

  it('is noted where it answers in another way than the service does', async () => {
    const receiver = await receiverFor({ script: [{ status: 204 }] })
    const { exit, stdout } = await check([], toReceiver(receiver))
    expect(exit).toBe(0)
    expect(stdout).toContain('note        answered 204 where the service documents 202')
  })

  it('may stand behind a proxy and an authority of its own', async () => {
    const authority = createAuthority()
    const receiver = await receiverFor({ tls: authority.issue() })
    const proxy = await startConnectProxy({ credentials: 'me:hunter2' })
    const env = { ...toReceiver(receiver), HTTPS_PROXY: proxy.urlWith('me:hunter2') }
    const args = ['--proxy', 'env', '--ca', temporaryFile(authority.cert)]
    const { exit, stdout } = await check(args, env)
    expect(exit).toBe(0)
    expect(stdout).toContain(`proxy       ${proxy.url}\n`)
    expect(stdout).not.toContain('hunter2')
    expect(proxy.targets).toHaveLength(1)
  })
})

describe('an endpoint that does not', () => {
  const notReached = { reached: false, accepted: false }
  const notAuthorised = { reached: true, authorised: false, accepted: false }
  const notAccepted = { reached: true, accepted: false }

  it.each<[string, ReceiverOptions, object, RegExp]>([
    ['refuses the token', { token: 'other' }, notAuthorised, /^401 \(.*\): the token is not valid; check/],
    ['misses the scope', { script: [{ status: 403 }] }, notAuthorised, /^403.*needs the scope openpipeline\.events/],
    ['is not there at this path', { script: [{ status: 404 }] }, notAccepted, /^404.*no such endpoint; check the host/],
    [
      'redirects',
      { script: [{ status: 302, headers: { location: 'https://login.example/x' } }] },
      notAccepted,
      /^302: a redirect to login\.example.*set url/,
    ],
    [
      'is a log-in page',
      { script: [{ status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }] },
      notAccepted,
      /^200 with an HTML page/,
    ],
    [
      'refuses the event',
      { rejectEvent: () => 'no' },
      { ...notAccepted, authorised: true },
      /^refused by the service: 400/,
    ],
    ['is always busy', { script: [{ status: 503, times: Infinity }] }, notAccepted, /^503/],
    [
      'throttles for long',
      { script: [{ status: 429, headers: { 'retry-after': '3600' }, times: Infinity }] },
      notAccepted,
      /^429/,
    ],
    ['never answers', { script: [{ hang: true, times: Infinity }] }, notReached, /^no answer within 700 ms$/],
  ])('is 1, with what to do: it %s', async (_, options, result, problem) => {
    // prettier-ignore
    const receiver = await receiverFor(options)
    const { exit, stderr, stdout } = await check(['--json', '--timeout', '700'], toReceiver(receiver))
    expect([exit, stderr]).toEqual([1, ''])
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, ...result, problem: expect.stringMatching(problem) })
  })

  it('is 1 where nothing listens there', async () => {
    const receiver = await receiverFor()
    await receiver.close()
    const { exit, stdout } = await check(['--timeout', '500'], toReceiver(receiver))
    expect(exit).toBe(1)
    expect(stdout).toMatch(/^reached {5}no: .*ECONNREFUSED/m)
    expect(stdout).not.toContain('authorised')
  })

  it('is 1 where its certificate is not to be trusted, and says what to name', async () => {
    const receiver = await receiverFor({ tls: createAuthority().issue() })
    const { exit, stdout } = await check([], toReceiver(receiver))
    expect(exit).toBe(1)
    expect(stdout).toMatch(/^reached {5}no: UNABLE_TO_VERIFY_LEAF_SIGNATURE: .*tls\.ca or in NODE_EXTRA_CA_CERTS/m)
  })

  it('ends at once where somebody must mend something', async () => {
    const receiver = await receiverFor({ token: 'other' })
    const startedAt = performance.now()
    await check(['--timeout', '60000'], toReceiver(receiver))
    expect(performance.now() - startedAt).toBeLessThan(8000)
    expect(receiver.requests).toHaveLength(1)
  })
})

describe('settings that are wrong', () => {
  it.each<[readonly string[], Record<string, string>, string]>([
    [[], {}, 'url is missing'],
    [[], { OPENPIPELINE_URL: 'https://abc.live.dynatrace.com' }, 'token is missing'],
    [['--url', 'http://abc.live.dynatrace.com'], { OPENPIPELINE_TOKEN: token }, 'must start with https://'],
    [['--timeout', '5'], {}, '--timeout must be a whole number from 100 to 600000, got "5"'],
    [['--token', token], {}, 'a token is not taken from the command line'],
    [[token], {}, 'there is an argument that belongs to no flag'],
    [['--proxy', 'http://me:hunter2@proxy:1'], {}, 'a password is not taken from the command line'],
    [['--proxy', 'me:hunter2@proxy:1'], {}, 'a password is not taken from the command line'],
    [
      ['--ca', '/nowhere/ca.pem', '--url', 'https://a.example'],
      { OPENPIPELINE_TOKEN: token },
      'tls.ca is neither PEM nor a file that can be read (ENOENT)',
    ],
  ])('are 2, with what to do: %j', async (args, env, message) => {
    // prettier-ignore
    const { exit, stderr, stdout } = await check(args, env)
    expect([exit, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('hunter2')
    expect(stderr).not.toContain('    at ')
  })

  it('name both variables and flags where one is missing', async () => {
    const { stderr } = await check([])
    expect(stderr).toContain('The URL comes from --url, --config or OPENPIPELINE_URL, the token from --token-file, --config or OPENPIPELINE_TOKEN.') // prettier-ignore
    expect(stderr).toContain('See: openpipeline check --help')
  })
})

it('shows nothing of a token that has not the usual form', async () => {
  const odd = createHash('sha256').update(randomBytes(8)).digest('hex')
  const receiver = await receiverFor({ token: odd })
  const { exit, stdout } = await check([], { ...toReceiver(receiver), OPENPIPELINE_TOKEN: odd })
  expect(exit).toBe(0)
  expect(stdout).toContain('token       bearer token, from OPENPIPELINE_TOKEN')
  expect(stdout).not.toContain(odd.slice(0, 8))
})
