/** Every code block of every README does what it says: run with the packed packages, against a receiver in a process of its own. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ScriptedAnswer } from 'openpipeline-receiver'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { manifestOf } from '../package/workspace.ts'
import { findProgram } from '../servers/daemon.ts'
import { type ReceiverProcess, type ReceiverProcessOptions, startReceiverProcess } from '../support/receiver-process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { type App, npmInstall, sharedApp } from '../package/app.ts'
import { type Block, notTaken, take } from './blocks.ts'
import { examples, type Program } from './programs.ts'

/** The address that the READMEs write; nothing else in a block is exchanged. */
const ADDRESS = 'https://abc12345.live.dynatrace.com'
const TOKEN_FILE = '/run/secrets/token'
const TOKEN = 'dt0c01.SAMPLE.NOT-A-TOKEN'

let app: App
beforeAll(async () => {
  app = await sharedApp()
})

describe('the JavaScript of the READMEs', () => {
  for (const { file, part, between, programs } of examples) {
    const block = take(file, part)
    const pieces = between === undefined ? [block.text] : block.text.split(between)
    it.each(programs.map((program, index) => ({ ...program, piece: pieces[index] ?? '', number: index + 1 })))(
      `${file}:${block.line} delivers, program $number`,
      async ({ piece, ...program }) => {
        expect(pieces).toHaveLength(programs.length)
        const receiver = await receiverProcess()
        await runProgram(piece, program, receiver)
        expect((await receiver.events()).map(({ content }) => content)).toEqual(program.arrive)
      },
    )
  }
})

describe('the JSON of the README', () => {
  const event = take('README.md', '"event.id"')
  const line = take('README.md', '"kind": "state"')
  const program = take('README.md', "import pino from 'pino'")

  it('is an event as it arrives', async () => {
    const receiver = await receiverProcess()
    await runProgram(program.text, { arrive: [] }, receiver)
    const [arrived = {}] = await receiver.events()
    const shown = JSON.parse(event.text) as Record<string, unknown>
    const ofThisRun = ['event.id', 'timestamp', 'host.name', 'process.pid'].map((key) => [key, arrived[key]])
    expect({ ...shown, ...Object.fromEntries(ofThisRun) }).toEqual(arrived)
    expect(shown['event.id']).toHaveLength(String(arrived['event.id']).length)
  })

  it('is the line on stderr', async () => {
    const receiver = await receiverProcess()
    await receiver.answer([refusal(401, 'Token Authentication failed')])
    const stderr = await runProgram(program.text, { arrive: [] }, receiver)
    expect(JSON.parse(stderr.split('\n')[0] ?? '')).toMatchObject(JSON.parse(line.text) as object)
  })
})

describe('the commands of the READMEs', () => {
  const scripts = take('README.md', 'npm start')
  const installs = [
    take('README.md', 'npm install pino'),
    take('README.md', 'npm install winston'),
    take('packages/pino-openpipeline/README.md', 'npm install'),
    take('packages/winston-openpipeline/README.md', 'npm install'),
  ]
  const cli = take('packages/cli/README.md', 'npm install --global')
  const filter = take('packages/cli/README.md', '| jq')
  const check = take('packages/cli/README.md', '$ openpipeline check')

  const config = take('packages/cli/README.md', '"redact"')

  it('take options from a file', async () => {
    const receiver = await receiverProcess()
    const [token, file] = [join(app.folder, 'token'), join(app.folder, 'openpipeline.json')]
    writeFileSync(token, TOKEN)
    const text = config.text.replace(ADDRESS, receiver.url).replace('/run/secrets/dynatrace', token)
    writeFileSync(file, text.replace('/var/lib/orders', app.folder))
    const piping = app.start('openpipeline', ['pipe', '--config', file])
    piping.process.stdin?.end('{"msg":"piped","req":{"headers":{"authorization":"secret"}}}\n')
    expect(await piping.exit).toBe(0)
    expect(await receiver.events()).toMatchObject([{ content: 'piped', 'service.name': 'orders' }])
    expect(JSON.stringify(await receiver.events())).not.toContain('secret')
  })

  const ship = take('packages/cli/README.md', 'openpipeline ship /')

  it('ship what a process has left', async () => {
    const receiver = await receiverProcess()
    const env = { OPENPIPELINE_URL: receiver.url, OPENPIPELINE_TOKEN: TOKEN }
    const directory = join(app.folder, 'left')
    const leaving = app.startModule(
      `import pino from 'pino'
       import { openPipelineStream } from 'pino-openpipeline'
       pino(openPipelineStream({ spool: { directory: ${JSON.stringify(directory)} } })).info('left')
       process.exit(0)`,
      env,
    )
    expect(await leaving.exit).toBe(0)
    const shipping = app.start('sh', ['-ec', ship.text.replaceAll('/var/lib/orders/spool', directory)], env)
    expect([await shipping.exit, shipping.stdout().trim().split('\n').at(-1)]).toEqual([0, '0'])
    expect(await receiver.events()).toMatchObject([{ content: 'left' }])
  })

  it.each(commandsOf(scripts))('%s is a script of the repository', (command) => {
    const [, name = ''] = /^npm (?:run )?(\w+)/.exec(command) ?? []
    expect(manifestOf('.').scripts).toHaveProperty(name)
  })

  it.each([...new Set(installs.flatMap(commandsOf))])(
    '%s gives what the program beside it imports',
    async (command) => {
      const folder = temporaryFolder()
      const names = command.replace(/^npm install /, '').split(' ')
      await npmInstall(folder, [...names, 'openpipeline-core'].map(app.source))
      const imports = names.map((name) => `await import('${name}')`).join('; ')
      const program = app.start(process.execPath, ['--input-type=module', '--eval', imports])
      expect(await program.exit).toBe(0)
    },
  )

  it('receive what a program pipes, each in its terminal', async () => {
    const [install = '', receive = '', pipe = ''] = cli.text.split(/^# terminal.*$/m)
    expect(install.trim()).toBe('npm install --global openpipeline-cli') // app.ts has done it
    writeFileSync(join(app.folder, 'app.js'), `require('pino')().info('piped')`)
    const receiving = app.start('sh', ['-c', `exec ${receive.trim()} --port 0 --json`])
    const [url = ''] = await receiving.printed(/http:\/\/127\.0\.0\.1:\d+/)
    const piping = app.start('sh', ['-ec', pipe.replace('http://127.0.0.1:4020', url)])
    expect(await piping.exit).toBe(0)
    expect(piping.stdout()).toContain('"msg":"piped"') // --tee
    await receiving.printed(/"content":"piped"/)
  })

  it('filter what is received', async ({ skip }) => {
    if (findProgram('jq') === undefined && process.env.CI === undefined) return skip('jq is not installed')
    const [receive = '', jq = ''] = filter.text.trim().split(' | ')
    const receiving = app.start('sh', ['-c', `exec ${receive} --port 0`])
    const filtering = app.start('sh', ['-c', `exec ${jq}`])
    receiving.process.stdout?.pipe(filtering.process.stdin ?? expect.fail())
    const [, url = ''] = await receiving.printed(/(http:\/\/127\.0\.0\.1:\d+)/)
    await post(url, [
      { content: 'fine', loglevel: 'INFO' },
      { content: 'broken', loglevel: 'ERROR' },
    ])
    receiving.process.kill('SIGTERM')
    expect(await filtering.exit).toBe(0)
    expect(JSON.parse(filtering.stdout())).toMatchObject({ content: 'broken' })
  })

  it('show what check says', async () => {
    const receiver = await receiverProcess()
    await receiver.answer([refusal(403, 'Token is missing required scope')])
    const [command = '', ...shown] = check.text.replaceAll(ADDRESS, receiver.url).trim().split('\n')
    const [token = ''] = /dt0c01\.\w+\./.exec(check.text) ?? []
    const env = { OPENPIPELINE_URL: receiver.url, OPENPIPELINE_TOKEN: token + 'A'.repeat(64) }
    const checking = app.start('sh', ['-c', command.replace('$ ', '')], env)
    expect(await checking.exit).toBe(1)
    const said = checking.stdout().split('\n')
    for (const line of shown) expect(said).toContainEqual(expect.stringContaining(line.replace(/ …$/, '')))
  })
})

it('no block of a README is left out', () => {
  expect(notTaken()).toEqual([])
})

function commandsOf({ text }: Block): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/ +#.*/, '').trim())
    .filter((line) => line !== '')
}

/** As the service refuses, until further notice. */
function refusal(code: number, message: string): ScriptedAnswer {
  return { status: code, body: JSON.stringify({ error: { code, message } }), times: Infinity }
}

async function post(url: string, events: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Api-Token ${TOKEN}` }
  await fetch(`${url}/platform/ingest/v1/events`, { method: 'POST', headers, body: JSON.stringify(events) })
}

async function receiverProcess(options: ReceiverProcessOptions = {}): Promise<ReceiverProcess> {
  const receiver = await startReceiverProcess(options)
  onTestFinished(() => receiver.close())
  return receiver
}

/** @returns what it said on stderr */
async function runProgram(text: string, { before = '', after = '', exit = 0 }: Program, { url }: ReceiverProcess) {
  const tokenFile = join(app.folder, 'token')
  writeFileSync(tokenFile, TOKEN)
  const program = `${before}${text}\n${after}`.replaceAll(ADDRESS, url).replaceAll(TOKEN_FILE, tokenFile)
  const running = app.startModule(program, { OPENPIPELINE_URL: url, OPENPIPELINE_TOKEN: TOKEN })
  expect([await running.exit, running.stderr()]).toEqual([exit, expect.any(String)])
  return running.stderr()
}
