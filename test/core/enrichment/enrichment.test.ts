import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Enrichment, enrichmentSettings } from '../../../packages/core/src/enrichment/enrichment.ts'
import type { Attributes } from '../../../packages/core/src/event.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { temporaryFolder } from '../../support/temporary.ts'

const MINUTE = 60_000

interface Rig {
  readonly enrichment: Enrichment
  readonly changes: Attributes[]
  readonly warnings: string[]
  readonly clock: FakeClock
  /** Writes a metadata file; it counts for one. */
  readonly write: (content: object | string) => void
  readonly remove: () => void
}

function rig(environment: Readonly<Record<string, string>> = {}, content?: object | string): Rig {
  const folder = temporaryFolder()
  const directory = join(folder, 'enrichment')
  const file = join(directory, 'dt_metadata.json')
  mkdirSync(directory)
  const write = (text: object | string): void =>
    writeFileSync(file, typeof text === 'string' ? text : JSON.stringify(text))
  if (content !== undefined) write(content)
  const clock = new FakeClock()
  const changes: Attributes[] = []
  const warnings: string[] = []
  const enrichment = new Enrichment({
    settings: enrichmentSettings(environment, { virtualFile: join(folder, 'virtual'), directory }),
    clock,
    warn: (message) => warnings.push(message),
    onChange: (attributes) => changes.push(attributes),
  })
  return { enrichment, changes, warnings, clock, write, remove: () => rmSync(file) }
}

describe('enrichment', () => {
  it('knows host and process without being told', () => {
    expect(rig().enrichment.attributes).toEqual({
      'host.name': hostname(),
      'process.pid': process.pid,
      'process.executable.name': basename(process.execPath),
    })
  })

  it('says nothing of its own process where the records are those of others', () => {
    const files = { virtualFile: '', directory: temporaryFolder() }
    expect(enrichmentSettings({ POD_NAME: 'p' }, files, true).found).toEqual({
      'host.name': hostname(),
      'k8s.pod.name': 'p',
    })
  })

  it('takes nothing from the variables of npm', () => {
    const { attributes } = rig({ npm_package_name: 'x', npm_package_version: '9.9.9' }).enrichment
    expect(JSON.stringify(attributes)).not.toContain('9.9.9')
  })

  it('believes what somebody has set, then the files, then what it finds out', () => {
    const environment = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=set,dt.security_context=set', POD_NAME: 'found' }
    const file = { 'service.name': 'file', 'k8s.pod.name': 'file', 'host.name': 'file' }
    expect(rig(environment, file).enrichment.attributes).toMatchObject({
      'service.name': 'set',
      'dt.security_context': 'set',
      'k8s.pod.name': 'file',
      'host.name': 'file',
    })
  })

  it('notices within a minute that the file has changed', async () => {
    const { changes, clock, enrichment, write } = rig({}, { 'dt.entity.host': 'HOST-1' })
    write({ 'dt.entity.host': 'HOST-2' })
    await clock.advance(MINUTE - 1)
    expect(changes).toEqual([])
    await clock.advance(1)
    expect(changes).toEqual([expect.objectContaining({ 'dt.entity.host': 'HOST-2', 'host.name': hostname() })])
    expect(enrichment.attributes).toEqual(changes[0])
    write({ 'dt.entity.host': 'HOST-3' })
    await clock.advance(MINUTE)
    expect(changes).toHaveLength(2)
    enrichment.close()
  })

  it('says nothing while the file stays the same, is gone or half written', async () => {
    const { changes, clock, enrichment, remove, write } = rig({}, { 'dt.entity.host': 'HOST-1' })
    await clock.advance(MINUTE)
    write('{"dt.entity.host":"HO')
    await clock.advance(MINUTE)
    remove()
    await clock.advance(MINUTE)
    expect(changes).toEqual([])
    expect(enrichment.attributes).toMatchObject({ 'dt.entity.host': 'HOST-1' })
    enrichment.close()
  })

  it('never looks again where there was no file', async () => {
    const { changes, clock, enrichment, write } = rig()
    write({ 'dt.entity.host': 'HOST-1' })
    await clock.advance(60 * MINUTE)
    expect(changes).toEqual([])
    expect(enrichment.attributes).not.toHaveProperty('dt.entity.host')
  })

  it('looks no more once it is closed', async () => {
    const { changes, clock, enrichment, write } = rig({}, { 'dt.entity.host': 'HOST-1' })
    enrichment.close()
    write({ 'dt.entity.host': 'HOST-2' })
    await clock.advance(60 * MINUTE)
    expect(changes).toEqual([])
  })

  it('tells when there is more than is sent', () => {
    const tags = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`tag.${index}`, 'x']))
    const { enrichment, warnings } = rig({ OTEL_SERVICE_NAME: 'orders' }, tags)
    expect(Object.keys(enrichment.attributes).slice(0, 2)).toEqual(['service.name', 'host.name'])
    expect(warnings).toEqual(['enrichment knows 104 attributes; only 50 of them are sent'])
  })
})
