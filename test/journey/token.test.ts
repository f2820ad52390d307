/** Where the token may come from in a program, and that the program shows it nowhere. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'

import { CLIENT_SECRET, startSso } from '../support/sso.ts'
import { it, type Journey, type Way, ways } from './journey.ts'
import type { Program } from './program.ts'

const program = new URL('./programs/token.mjs', import.meta.url)
const secret = '0SECRET0SECRET0SECRET0SECRET0'

const root = mkdtempSync(join(tmpdir(), 'openpipeline-token-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function folder(): string {
  return mkdtempSync(join(root, 'one-'))
}

function put(path: string, content: string): string {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, content)
  return path
}

/** Modules that give the token of the journey, as they may stand in a project. */
function project(token: string): { path: string; modules: Record<string, object> } {
  const path = folder()
  put(join(path, 'token.mjs'), `export default () => '${token}'`)
  put(join(path, 'token.cjs'), `exports.get = async () => '${token}'`)
  put(join(path, 'with space/tok#en%.mjs'), `export default () => '${token}'`)
  const manifest = (fields: object): string => JSON.stringify({ name: 'x', version: '1.0.0', ...fields })
  put(join(path, 'node_modules/esm-token/package.json'), manifest({ type: 'module', exports: './index.js' }))
  put(join(path, 'node_modules/esm-token/index.js'), `export const get = () => '${token}'`)
  put(join(path, 'node_modules/cjs-token/package.json'), manifest({ main: 'index.js' }))
  put(join(path, 'node_modules/cjs-token/index.js'), `module.exports = () => '${token}'`)
  const modules = {
    'a path, ESM': { module: './token.mjs' },
    'a path, CJS': { module: './token.cjs', export: 'get' },
    'an absolute path': { module: join(path, 'token.cjs'), export: 'get' },
    'a path that is no URL': { module: './with space/tok#en%.mjs' },
    'a package, ESM': { module: 'esm-token', export: 'get' },
    'a package, CJS': { module: 'cjs-token' },
  }
  return { path, modules }
}

interface Started {
  readonly service: Program
  /** Logs one record and waits until so many have arrived. */
  log(count: number): Promise<void>
}

async function start(journey: Journey, way: Way, options: object, more: object = {}): Promise<Started> {
  const receiver = await journey.receive()
  const given = { way, options: { batch: { lingerMs: 5 }, retry: { minDelayMs: 10 }, ...options } }
  const service = journey.start(program, receiver.url, given, more)
  await service.told('logged')
  return {
    service,
    async log(count) {
      service.tell('log')
      await receiver.received(count, { timeoutMs: 15_000 })
    },
  }
}

const names = Object.keys(project('').modules)
const cases = (['pino worker', 'pino in-process', 'winston'] as const).flatMap((way) =>
  names.map((name) => ({ name, way })),
)

it.concurrent.for(cases)('a function of a module: $name: $way', async ({ name, way }, { journey }) => {
  const { path, modules } = project(journey.token)
  const started = await start(journey, way, { token: modules[name] }, { cwd: path })
  await started.log(1)
  started.service.tell('end')
  expect(await started.service.ended).toMatchObject({ exit: 0, stderr: '' })
})

it.concurrent.for(ways)('a module that cannot be loaded is held, and said so: %s', async (way, { journey }) => {
  const { path } = project(journey.token)
  put(join(path, 'wrong.mjs'), 'this is no program')
  const receiver = await journey.receive()
  const options = { token: { module: './wrong.mjs' }, batch: { lingerMs: 5 }, closeTimeoutMs: 2500 }
  const service = journey.start(program, receiver.url, { way, options }, { cwd: path })
  await service.told('logged')
  service.tell('log')
  service.tell('end')
  const ended = await service.ended
  expect(ended.exit).toBe(0)
  expect(ended.otherLines).toEqual([])
  expect(ended.diagnostics[0]).toMatchObject({
    state: 'held',
    message: expect.stringContaining('the token module ./wrong.mjs cannot be loaded (SyntaxError)'),
  })
})

it.concurrent.for(ways)('a file that is rotated while the program runs: %s', async (way, { journey }) => {
  const path = folder()
  const turn = (name: string, token: string): void => {
    put(join(path, name, 'token'), token)
    symlinkSync(name, join(path, '..next'))
    renameSync(join(path, '..next'), join(path, '..data'))
  }
  turn('..1', `${secret}-of-yesterday`)
  symlinkSync('..data/token', join(path, 'token'))
  const started = await start(journey, way, { token: { file: join(path, 'token') } })
  started.service.tell('log')
  started.service.tell('flush')
  turn('..2', journey.token)
  await started.log(2)
  started.service.tell('end')
  const ended = await started.service.ended
  expect(ended.exit).toBe(0)
  expect((ended.stdout + ended.stderr).includes(secret)).toBe(false)
})

// one after the other: the OAuth server lives in this process, and ends with its test
it.for(ways)('an OAuth client: %s', async (way, { journey }) => {
  const sso = await startSso()
  const receiver = await journey.receive({ token: undefined })
  const token = { oauth: { clientId: 'dt0s02.SSOCLNT1', clientSecret: CLIENT_SECRET, tokenUrl: sso.url } }
  const service = journey.start(program, receiver.url, { way, options: { token, batch: { lingerMs: 5 } } })
  await service.told('logged')
  service.tell('log')
  await receiver.received(1, { timeoutMs: 15_000 })
  service.tell('end')
  const ended = await service.ended
  expect(ended).toMatchObject({ exit: 0, stderr: '' })
  expect(sso.forms).toMatchObject([{ client_secret: CLIENT_SECRET, scope: 'openpipeline:events:ingest' }])
  expect(ended.stdout.split('OAUTHSECRET').length + ended.stdout.split('eyJqdGki').length).toBe(2)
})

const sources = (token: string): Record<string, { options: object; env?: Record<string, string> }> => ({
  'a string': { options: { token } },
  'the environment': { options: { token: undefined }, env: { OPENPIPELINE_TOKEN: token } },
  'a file': { options: { token: { file: put(join(folder(), 'token'), token) } } },
  'a module': { options: { token: { module: put(join(folder(), 'token.cjs'), `module.exports = () => '${token}'`) } } },
})
const shown = ways.flatMap((way) => Object.keys(sources('')).map((source) => ({ source, way })))

it.concurrent.for(shown)('is printed nowhere: from $source: $way', async ({ source, way }, { journey }) => {
  const { env, options } = sources(`dt0c01.ABCDEFGHIJKLMNOPQRSTUVWX.${secret}`)[source] ?? { options: {} }
  // which is not the token that the receiver takes: it answers 401 to each
  const receiver = await journey.receive()
  const given = { way, options: { closeTimeoutMs: 300, batch: { lingerMs: 5 }, ...options } }
  const service = journey.start(program, receiver.url, given, env === undefined ? {} : { env })
  await service.told('logged')
  service.tell('log')
  await receiver.answered(1)
  service.tell('show')
  await service.told('shown')
  service.tell('end')
  const ended = await service.ended
  expect(ended.diagnostics.length).toBeGreaterThan(0)
  expect(ended.stdout.length).toBeGreaterThan(500)
  const printed = ended.stdout + ended.stderr + JSON.stringify(ended.said)
  expect(printed.split(secret).length, 'parts between which it stands').toBe(1)
})
