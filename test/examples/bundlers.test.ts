/** Bundles of a pino application, run where there is no node_modules: what a user sees who does nothing about the worker, and the recipes. */
import { cpSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'
import { folderOf, receiverFor, run, runToEnd } from './example.ts'

/** Nothing but the bundle: a folder of its own, far from any node_modules. */
async function buildAlone(example: string): Promise<string> {
  await runToEnd(example, ['build.mjs'], '')
  const folder = temporaryFolder()
  cpSync(join(folderOf(example), 'dist'), folder, { recursive: true })
  return folder
}

describe.each(['bundle-esbuild', 'bundle-webpack'])('%s', (example) => {
  it('builds an application that finds its worker, and one that needs none', async () => {
    const cwd = await buildAlone(example)
    for (const file of ['app.cjs', 'in-process.cjs']) {
      const receiver = await receiverFor()
      expect(await runToEnd(example, [file], receiver.url, { cwd })).toBe('')
      expect(receiver.events).toMatchObject([
        { content: 'service started', 'service.name': 'bundled' },
        { content: 'payment failed', 'exception.type': 'Error' },
      ])
    }
  })
})

describe('a bundle without the recipe', () => {
  interface Esbuild {
    build(options: object): Promise<unknown>
  }
  const require = createRequire(join(folderOf('bundle-esbuild'), 'build.mjs'))
  const esbuild = require('esbuild') as Esbuild
  const common = { absWorkingDir: folderOf('bundle-esbuild'), bundle: true, platform: 'node', logLevel: 'silent' }

  /** What the README's table of symptoms lists. */
  it.each([
    [{ format: 'cjs', entryPoints: ['app.mjs'] }, 'unable to determine transport target for "pino-openpipeline"'],
    [{ format: 'esm', entryPoints: ['in-process.mjs'] }, 'Dynamic require of "node:os" is not supported'],
  ])('says so: %j', async (options, message) => {
    const outfile = join(temporaryFolder(), options.format === 'esm' ? 'app.mjs' : 'app.cjs')
    await esbuild.build({ ...common, ...options, outfile })
    const program = run('bundle-esbuild', [outfile], 'http://127.0.0.1:9')
    expect(await program.exit).toBe(1)
    expect(program.stderr()).toContain(message)
  })

  it('misses a file of pino where node_modules is at hand', async () => {
    const outfile = join(folderOf('bundle-esbuild'), 'dist', 'naive', 'app.cjs')
    mkdirSync(join(outfile, '..'), { recursive: true })
    // On its own it would say so after ten seconds, in which pino waits at the exit for the worker that never was.
    const contents = `import './app.mjs'
      process.on('uncaughtException', (error) => {
        console.error(error.message)
        process.kill(process.pid, 'SIGKILL')
      })`
    await esbuild.build({ ...common, stdin: { contents, resolveDir: folderOf('bundle-esbuild') }, outfile })
    const program = run('bundle-esbuild', [outfile], 'http://127.0.0.1:9')
    await program.printed(/Cannot find module '.*worker\.js'/)
  })

  it('works with both packages external, and node_modules beside it', async () => {
    const receiver = await receiverFor()
    const outfile = join(folderOf('bundle-esbuild'), 'dist', 'external.cjs')
    await esbuild.build({ ...common, entryPoints: ['app.mjs'], outfile, external: ['pino', 'pino-openpipeline'] })
    await runToEnd('bundle-esbuild', [outfile], receiver.url)
    expect(receiver.events).toHaveLength(2)
  })

  it('of winston needs nothing: one file is the whole program', async () => {
    const receiver = await receiverFor()
    const folder = temporaryFolder()
    const entryPoints = [join(folderOf('winston-basic'), 'index.mjs')]
    await esbuild.build({
      ...common,
      absWorkingDir: folderOf('winston-basic'),
      entryPoints,
      outfile: join(folder, 'app.cjs'),
    })
    await runToEnd('winston-basic', ['app.cjs'], receiver.url, { cwd: folder })
    expect(receiver.events).toHaveLength(3)
  })
})
