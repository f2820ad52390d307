/** The packages as a user gets them: packed, installed with npm into an empty folder, run and type-checked there. */
import { cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { startReceiver } from 'openpipeline-receiver'
import { beforeAll, describe, expect, it } from 'vitest'
import { sharedApp } from './app.ts'
import { run } from './workspace.ts'

const require = createRequire(import.meta.url)
const token = 'dt0c01.SAMPLETOKEN'

/** The fewest names that each door must give; the full list is the business of `public-api.test.ts`. */
const expectedNames = {
  'openpipeline-core': ['OpenPipelineError', 'createShipper'],
  'openpipeline-core/mapping': [],
  'pino-openpipeline': ['default', 'flushTransport', 'openPipelineStream'],
  'winston-openpipeline': ['OpenPipelineTransport', 'default'],
  'openpipeline-receiver': ['startReceiver'],
}

let app: string

beforeAll(async () => {
  app = (await sharedApp()).folder
  await cp(fileURLToPath(new URL('consumer', import.meta.url)), app, { recursive: true })
})

describe('the packed packages, installed with npm', () => {
  it('give an ES module and a CommonJS module the same names', async () => {
    const doors = Object.keys(expectedNames)
    const imported = namesIn(await run(process.execPath, ['names.mjs', ...doors], { cwd: app }))
    const required = namesIn(await run(process.execPath, ['names.cjs', ...doors], { cwd: app }))
    expect(imported).toEqual(required)
    for (const [door, names] of Object.entries(expectedNames))
      expect(imported[door]).toEqual(expect.arrayContaining(names))
  })

  it('type-check in an ES module and in a CommonJS module, libraries included', async () => {
    const flags = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false', '--types', 'node']
    const target = ['--module', 'nodenext', '--target', 'es2022', '--ignoreConfig']
    const output = await run(
      process.execPath,
      [require.resolve('typescript/bin/tsc'), ...flags, ...target, 'types.mts', 'types.cts'],
      { cwd: app },
    )
    expect(output).toBe('')
  })

  it('know the errors of each other copy', async () => {
    expect(await run(process.execPath, ['errors.mjs'], { cwd: app })).toBe('true\n')
  })

  it.each(['pino-app.mjs', 'pino-app.cjs', 'winston-app.mjs', 'winston-app.cjs'])(
    'deliver the records of %s',
    async (program) => {
      await using receiver = await receiverWithDisposal()
      await run(process.execPath, [program], {
        cwd: app,
        env: { ...process.env, OPENPIPELINE_URL: receiver.url, OPENPIPELINE_TOKEN: token },
      })
      const delivered = JSON.stringify(receiver.events)
      expect(receiver.events).toHaveLength(3)
      expect(delivered.match(/packed-record/g)).toHaveLength(3)
    },
  )

  it('install the command line', async () => {
    const help = await run('npx', ['--no-install', 'openpipeline', '--help'], { cwd: app })
    expect(help).toContain('receive')
  })
})

async function receiverWithDisposal() {
  const receiver = await startReceiver({ token })
  return Object.assign(receiver, { [Symbol.asyncDispose]: () => receiver.close() })
}

/** CommonJS adds `__esModule`, an import of CommonJS adds `module.exports`: neither is a name of ours. */
function namesIn(output: string): Record<string, string[]> {
  const doors = JSON.parse(output) as Record<string, string[]>
  const ours = (names: string[]) =>
    names.filter((name) => name !== '__esModule' && name !== 'module.exports').toSorted()
  return Object.fromEntries(Object.entries(doors).map(([door, names]) => [door, ours(names)]))
}
