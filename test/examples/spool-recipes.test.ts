/** The recipes for the spool: as far as that can be known without a cluster, they are right. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createShipper } from 'openpipeline-core'
import { startReceiver } from 'openpipeline-receiver'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { start } from '../cli/program.ts'
import { temporaryFolder } from '../support/temporary.ts'

const folder = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url))

const token = 'dt0c01.RECIPE'

interface Container {
  readonly name: string
  readonly args?: readonly string[]
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}

interface Manifest {
  readonly kind: string
  readonly data: Readonly<Record<string, string>>
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly Container[]
        readonly initContainers: readonly Container[]
        readonly volumes: readonly { readonly name: string }[]
      }
    }
  }
}

/** Runs `ship` as a recipe does, where its directory and its token are somewhere else, after an application with these options. */
async function shipAs(args: readonly string[], options: object, spool: string): Promise<void> {
  const receiver = await startReceiver({ token })
  onTestFinished(() => receiver.close())
  const proxy = 'http://127.0.0.1:9'
  const shipper = createShipper({ ...options, url: receiver.url, token, proxy, diagnostics: 'silent' })
  shipper.push({ n: 1 })
  expect(await shipper.close()).toMatchObject({ spooled: 1 })
  const program = start(args, { env: { OPENPIPELINE_URL: receiver.url } })
  await receiver.received(1)
  await program.printed(/1 delivered/)
  // one that does not watch ends by itself, at this very moment
  if (args.includes('--watch')) program.process.kill('SIGTERM')
  expect(await program.exit).toBe(0)
  expect(readdirSync(spool, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.seg'))).toEqual([])
}

describe('the manifest for Kubernetes', () => {
  const documents = parseAllDocuments(readFileSync(join(folder('kubernetes'), 'deployment.yaml'), 'utf8'))
  const [settings, deployment] = documents.map((document) => document.toJS() as Manifest)
  const pod = deployment?.spec.template.spec
  const [ship, application] = [pod?.initContainers[0], pod?.containers[0]]

  it('is YAML, and mounts only volumes that it has', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([])
    expect([settings?.kind, deployment?.kind]).toEqual(['ConfigMap', 'Deployment'])
    const volumes = pod?.volumes.map(({ name }) => name)
    for (const { name } of [...(ship?.volumeMounts ?? []), ...(application?.volumeMounts ?? [])])
      expect(volumes).toContain(name)
  })

  it('has a side-car that delivers what an application with its options has left', async () => {
    const options = JSON.parse(settings?.data['openpipeline.json'] ?? '') as { spool: { directory: string } }
    const mounted = [ship, application].map((container) => container?.volumeMounts.find(({ name }) => name === 'spool'))
    expect(mounted.map((mount) => mount?.mountPath)).toEqual([options.spool.directory, options.spool.directory])
    const here = temporaryFolder()
    writeFileSync(join(here, 'token'), token)
    const args = (ship?.args ?? []).map((arg) =>
      arg.replace('/run/secrets/openpipeline', here).replace(/^\/spool$/, join(here, 'spool')),
    )
    mkdirSync(join(here, 'spool'))
    await shipAs(args, { ...options, spool: { ...options.spool, directory: join(here, 'spool') } }, join(here, 'spool'))
  })
})

describe('the units for systemd', () => {
  const units = readdirSync(folder('systemd')).filter((name) => /\.(?:service|timer)$/.test(name))

  it('are such', (context) => {
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) return context.skip('needs systemd-analyze')
    const here = temporaryFolder()
    cpSync(folder('systemd'), here, { recursive: true })
    for (const name of units) {
      const unit = readFileSync(join(here, name), 'utf8')
      writeFileSync(join(here, name), unit.replaceAll(/\/usr\/bin\/(?:node|openpipeline)/g, '/bin/true'))
    }
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...units.map((name) => join(here, name))], { encoding: 'utf8' }) // prettier-ignore
    expect(stderr.split('\n').filter((line) => line.includes(here))).toEqual([])
    expect(status).toBe(0)
  })

  it.each(['orders.service', 'orders-ship.service'])('%s delivers what the application has left', async (name) => {
    const here = temporaryFolder()
    writeFileSync(join(here, 'token'), token)
    const unit = readFileSync(join(folder('systemd'), name), 'utf8')
    const command = /=-?\/usr\/bin\/openpipeline (.*)/.exec(unit)?.[1] ?? ''
    const args = command.replaceAll(/\$\{(?:STATE|CREDENTIALS)_DIRECTORY\}/g, here).split(' ')
    await shipAs(args, { spool: { directory: join(here, 'spool') } }, join(here, 'spool'))
  })
})
