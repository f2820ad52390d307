import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createShipper } from 'openpipeline-core'
import { startReceiver } from 'openpipeline-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'
import { bin, start, watch } from './program.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('the README of the receiver', () => {
  const readme = read('packages/receiver/README.md')

  it('begins with an example that runs', async () => {
    const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
    expect(await run(example)).toEqual([0, ''])
  })

  it('has a script of answers that the receiver takes', async () => {
    const example = /```js\n(receiver\.answer\([\s\S]*?)```/.exec(readme)?.[1] ?? ''
    const before = "import { startReceiver } from 'openpipeline-receiver'\nconst receiver = await startReceiver()\n"
    const after =
      "if ((await fetch(receiver.url + '/platform/ingest/v1/events', { method: 'POST' })).status !== 429) throw 1"
    expect(await run(`${before}${example}${after}\nawait receiver.close()`)).toEqual([0, ''])
  })

  it('lists every option, and no other', async () => {
    const table = readme.slice(readme.indexOf('## Options of'), readme.indexOf('## The receiver'))
    const listed = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
    const refusal = startReceiver({ none: true } as never)
    await expect(refusal).rejects.toThrow(`known are ${listed.join(', ')}`)
  })
})

describe('the README of the command line', () => {
  it.each(['check', 'pipe', 'receive', 'replay', 'ship'])(
    'lists every flag of %s that its help knows, and no other',
    async (command) => {
      const readme = read('packages/cli/README.md')
      const section = readme.split(/^## /m).find((part) => part.startsWith(`openpipeline ${command}\n`)) ?? ''
      const listed = [...section.matchAll(/^\| `(--[\w-]+)/gm)].map(([, flag]) => flag)
      const program = start([command, '--help'])
      await program.exit
      const known = [...program.stdout().matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag)
      expect(listed.concat('--help')).toEqual(known)
    },
  )
})

describe('the ship example in the README of the command line', () => {
  it('runs as it is written there', async () => {
    const section = read('packages/cli/README.md').split('## openpipeline ship\n')[1] ?? ''
    const example = /```sh\n([\s\S]*?)```/.exec(section)?.[1] ?? ''
    expect(example).toContain('openpipeline ship')
    const receiver = await startReceiver()
    onTestFinished(() => receiver.close())
    const folder = temporaryFolder()
    const program = join(folder, 'openpipeline')
    writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`, { mode: 0o755 })
    // What an application has left while its endpoint was down.
    const spool = join(folder, 'spool')
    const options = {
      url: receiver.url,
      token: 'dt0c01.local',
      proxy: 'http://127.0.0.1:9',
      spool: { directory: spool },
    }
    const shipper = createShipper({ ...options, diagnostics: 'silent' })
    for (let n = 1; n <= 3; n++) shipper.push({ n })
    expect(await shipper.close()).toMatchObject({ spooled: 3 })
    const env = {
      PATH: `${folder}:${process.env['PATH']}`,
      OPENPIPELINE_URL: receiver.url,
      OPENPIPELINE_TOKEN: 'dt0c01.local',
    }
    const running = watch(spawn('sh', ['-e'], { env, stdio: ['pipe', 'pipe', 'pipe'] }))
    running.process.stdin?.end(example.replaceAll('/var/lib/orders/spool', spool))
    expect([await running.exit, running.stderr()]).toEqual([0, expect.stringContaining('3 delivered\n')])
    expect(running.stdout()).toBe('0\n')
    expect(receiver.stats()).toMatchObject({ distinct: 3 })
  })
})

async function run(program: string): Promise<[exit: unknown, stderr: string]> {
  // In here so that the package is found by its name.
  const file = fileURLToPath(new URL(`../node_modules/readme-${randomUUID()}.mjs`, import.meta.url))
  writeFileSync(file, program)
  onTestFinished(() => rmSync(file))
  const running = watch(spawn(process.execPath, [file]))
  return [await running.exit, running.stderr()]
}
