/** The Next.js example, from the packed packages to its standalone server. `NEXT=1`: an install of 340 MB and a build are too dear for each run. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { packAll, run as runCommand } from '../package/workspace.ts'
import { addressOf, end, folderOf, receiverFor, run } from './example.ts'

describe.runIf(process.env['NEXT'] !== undefined)('nextjs', () => {
  it('logs from a standalone server that is all there is', { timeout: 300_000 }, async () => {
    const app = mkdtempSync(join(tmpdir(), 'openpipeline-next-'))
    onTestFinished(() => rmSync(app, { recursive: true, force: true }))
    cpSync(folderOf('nextjs'), app, { recursive: true })
    const tarballs = await packAll()
    const ours = tarballs.filter((path) => /(openpipeline-core|pino-openpipeline)-\d/.test(path))
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
    await runCommand('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...ours], { cwd: app, env })
    // Without the variables: a build must not need them.
    const built = await runCommand('npx', ['next', 'build'], { cwd: app, env })
    expect(built).not.toContain('is missing')

    const server = mkdtempSync(join(tmpdir(), 'openpipeline-next-server-'))
    onTestFinished(() => rmSync(server, { recursive: true, force: true }))
    // Next links its external packages; the links must stay relative.
    cpSync(join(app, '.next', 'standalone'), server, { recursive: true, verbatimSymlinks: true })
    rmSync(app, { recursive: true })
    const receiver = await receiverFor()
    const service = run('nextjs', ['server.js'], receiver.url, { cwd: server, env: { HOSTNAME: '127.0.0.1' } })
    const address = await addressOf(service)
    const statusOf = async (id: string): Promise<number> => (await fetch(`${address}/orders/${id}`)).status
    expect(await statusOf('1'), service.stderr()).toBe(200)
    expect(await statusOf('13')).toBe(500)
    await receiver.received(2, { timeoutMs: 20_000 })
    expect(receiver.events).toMatchObject([
      { content: 'order read', orderId: '1', 'service.name': 'next-orders' },
      { content: 'order cannot be read', orderId: '13', 'exception.message': 'order cannot be read: disk is gone' },
    ])
    await end(service)
  })
})
