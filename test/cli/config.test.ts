/** `--config`: the options of a program in a file, for every command that sends. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Receiver, type ReceiverOptions, startReceiver } from 'openpipeline-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuthority } from '../support/authority.ts'
import { startConnectProxy } from '../support/connect-proxy.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { start, temporaryFile } from './program.ts'

const token = 'dt0c01.PUBLICPUBLICPUBLIC.0SECRET0SECRET0SECRET'

async function receiverFor(options: ReceiverOptions = {}): Promise<Receiver> {
  const receiver = await startReceiver({ token, ...options })
  onTestFinished(() => receiver.close())
  return receiver
}

function configFile(options: object): string {
  return temporaryFile(JSON.stringify(options))
}

async function refused(config: string, command = 'pipe'): Promise<string> {
  const program = start([command, '--config', config], { stdin: '' })
  expect(await program.exit).toBe(2)
  expect(program.stdout() + program.stderr()).not.toContain('SECRET')
  return program.stderr()
}

describe('--config', () => {
  it('gives pipe every option, and map from a module', async () => {
    const receiver = await receiverFor()
    const map = join(temporaryFolder(), 'map.mjs')
    writeFileSync(map, 'export const map = (event) => ({ ...event, mapped: true })')
    const config = configFile({
      url: receiver.url,
      token,
      endpoint: { custom: 'orders' },
      attributes: { 'service.name': 'orders' },
      redact: ['password'],
      map: { module: map, export: 'map' },
    })
    const program = start(['pipe', '--config', config], { stdin: '{"msg":"one","password":"hunter2"}\n' })
    expect([await program.exit, program.stderr()]).toEqual([0, expect.stringContaining('1 delivered')])
    const common = { 'service.name': 'orders', 'event.provider': 'orders', password: '[Redacted]', mapped: true }
    expect(receiver.events).toMatchObject([{ content: 'one', ...common }])
    expect(receiver.requests[0]?.path).toBe('/platform/ingest/custom/events/orders')
  })

  it('stands behind flags and before the environment', async () => {
    const receiver = await receiverFor()
    const config = configFile({ url: 'https://other.example', token })
    const env = { OPENPIPELINE_URL: 'https://third.example', OPENPIPELINE_TOKEN: 'dt0c01.WRONG.WRONG' }
    const program = start(['check', '--config', config, '--url', receiver.url], { env })
    expect(await program.exit).toBe(0)
    expect(program.stdout()).toContain(', from --url\n')
    expect(program.stdout()).toContain(`, from the file ${config}\n`)
  })

  it('keeps check and replay from the spool, the dead letter and the map of the program whose file it is', async () => {
    const receiver = await receiverFor()
    const folder = temporaryFolder()
    const forProgramsOnly = {
      spool: { directory: join(folder, 'spool') },
      deadLetter: { file: join(folder, 'dead.ndjson') },
      attributes: { 'service.name': 'orders' },
      map: { module: './absent.mjs' },
    }
    const config = configFile({ url: receiver.url, token, ...forProgramsOnly })
    expect(await start(['check', '--config', config]).exit).toBe(0)
    const letter = { at: '', reason: 'rejected', cause: '', event: { 'event.id': '1', content: 'again' } }
    const dead = temporaryFile(`${JSON.stringify(letter)}\n`)
    expect(await start(['replay', dead, '--config', config]).exit).toBe(0)
    expect(readFileSync(dead, 'utf8')).toBe('')
    expect(receiver.events).toMatchObject([{ 'event.type': 'openpipeline.check' }, { content: 'again' }])
    expect(receiver.events.filter((event) => 'service.name' in event)).toEqual([])
    expect(() => readFileSync(join(folder, 'spool'))).toThrow('ENOENT')
  })

  it('is checked as strictly as in a program', async () => {
    const url = 'https://abc12345.live.dynatrace.com'
    const faults = { url, token, batch: { maxbytes: 5 }, queue: { maxBytes: '5mb' } }
    for (const command of ['pipe', 'check']) {
      const said = await refused(configFile(faults), command)
      expect(said).toContain('batch.maxbytes is not an option; did you mean batch.maxBytes?')
      expect(said).toContain('queue.maxBytes must be an integer from 1000 to 4294967296, got "5mb" (string)')
    }
    expect(await refused(configFile({ url, token, map: { module: './absent.mjs' } }))).toContain('map.module ./absent')
    expect(await refused(configFile({ url, token, map: 'x' }))).toContain('map must be { module, export }')
  })

  it('is refused where it cannot be read or is no object, without quoting it', async () => {
    expect(await refused('/nowhere/config.json')).toContain('/nowhere/config.json cannot be read (ENOENT)')
    expect(await refused(temporaryFile(`{\n"token": "${token}",,\n}`))).toMatch(/is not valid JSON(, see line 2)?\n/)
    expect(await refused(temporaryFile(`"${token}"`))).toContain('must contain one JSON object with options')
  })
})

it('lets pipe go through a proxy, to an authority of its own', async () => {
  const authority = createAuthority()
  const receiver = await receiverFor({ tls: authority.issue() })
  const proxy = await startConnectProxy({ credentials: 'me:hunter2' })
  const env = { OPENPIPELINE_TOKEN: token, HTTPS_PROXY: proxy.urlWith('me:hunter2') }
  const args = ['pipe', '--url', receiver.url, '--proxy', 'env', '--ca', temporaryFile(authority.cert)]
  expect(await start(args, { env, stdin: 'one\n' }).exit).toBe(0)
  expect(proxy.targets).toHaveLength(1)
  expect(receiver.events).toMatchObject([{ content: 'one' }])
})
