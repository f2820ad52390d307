/** The packed packages with other versions of what they stand on: each Node that is supported, and the lowest loggers. */
import { copyFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startReceiverProcess } from '../support/receiver-process.ts'
import { type App, installApp, npmInstall, sharedApp } from './app.ts'
import { manifestOf, root } from './workspace.ts'

/** Node itself comes from the registry, as a package for each platform. */
const NODES = ['22.23.3', '24.21.0', '26.10.0']
const nodePackage = `node-${process.platform}-${process.arch}`
const TOKEN = 'dt0c01.SAMPLE.NOT-A-TOKEN'
const COUNT = 200

describe.skipIf(process.platform === 'win32')('with Node', () => {
  let app: App
  beforeAll(async () => {
    app = withSmoke(await sharedApp())
  })

  describe.each(NODES)('%s', (version) => {
    let node: string
    beforeAll(async () => {
      const folder = join(app.folder, version)
      await npmInstall(folder, [`${nodePackage}@${version}`])
      node = join(folder, 'node_modules', nodePackage, 'bin/node')
    })

    smoke(() => ({ app, node, version: `v${version}` }))
  })
})

describe('with the lowest loggers', () => {
  const lowest = {
    pino: lowestPeer('packages/pino-openpipeline', 'pino'),
    winston: lowestPeer('packages/winston-openpipeline', 'winston'),
  }
  let app: App
  beforeAll(async () => {
    app = withSmoke(await installApp(Object.entries(lowest).map(([name, version]) => `${name}@${version}`)))
  })

  it.each(Object.entries(lowest))('%s is %s', (name, version) => {
    const installed = createRequire(join(app.folder, 'index.js'))(`${name}/package.json`) as { version: string }
    expect(installed.version).toBe(version)
  })

  smoke(() => ({ app, node: process.execPath, version: process.version }))
})

interface Place {
  readonly app: App
  readonly node: string
  readonly version: string
}

function smoke(place: () => Place): void {
  it.each(['pino worker', 'pino in process', 'winston'])('%s delivers, and ends by itself', async (way) => {
    const { received, said } = await runHere(place(), [way])
    expect(said).toMatchObject([{ node: place().version, delivered: COUNT }])
    expect(received).toBe(COUNT)
  })

  it('what is in the spool is delivered by the next process', async () => {
    onTestFinished(() => rmSync(join(place().app.folder, 'spool'), { recursive: true, force: true }))
    const { received, said } = await runHere(place(), ['spool, then exit', 'spool, once more'])
    expect(said).toMatchObject([{ node: place().version, lost: 0 }])
    expect(received).toBe(COUNT)
  })
}

/** One program after the other, with one receiver. */
async function runHere({ app, node }: Place, ways: readonly string[]) {
  const receiver = await startReceiverProcess({ token: TOKEN })
  onTestFinished(() => receiver.close())
  const said: unknown[] = []
  for (const way of ways) {
    const env = { OPENPIPELINE_URL: receiver.url, OPENPIPELINE_TOKEN: TOKEN }
    const program = app.start(node, ['smoke.mjs', way, String(COUNT)], env)
    expect([await program.exit, program.stderr()]).toEqual([0, ''])
    if (program.stdout() !== '') said.push(JSON.parse(program.stdout()))
  }
  return { received: (await receiver.stats()).distinct, said }
}

function withSmoke(app: App): App {
  copyFileSync(join(root, 'test/package/smoke/smoke.mjs'), join(app.folder, 'smoke.mjs'))
  return app
}

/** `>=9` is 9.0.0. */
function lowestPeer(folder: string, name: string): string {
  const [, range = ''] = /^>=([\d.]+)$/.exec(manifestOf(folder).peerDependencies?.[name] ?? '') ?? []
  return [...range.split('.'), '0', '0'].slice(0, 3).join('.')
}
