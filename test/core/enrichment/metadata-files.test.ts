import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { MetadataFiles } from '../../../packages/core/src/enrichment/metadata-files.ts'
import { metadataFiles, parseMetadata, readMetadata } from '../../../packages/core/src/enrichment/metadata-files.ts'
import { temporaryFolder } from '../../support/temporary.ts'

/** A folder with the files that are named; an object is written as JSON. */
function filesWith(contents: Readonly<Record<string, unknown>>): MetadataFiles & { readonly folder: string } {
  const folder = temporaryFolder()
  const directory = join(folder, 'enrichment')
  mkdirSync(directory)
  for (const [name, content] of Object.entries(contents)) {
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    writeFileSync(join(name === 'virtual' ? folder : directory, name), text.replaceAll('FOLDER', folder))
  }
  return { folder, directory, virtualFile: join(folder, 'virtual') }
}

describe('the metadata files', () => {
  it('are those that Dynatrace documents', () => {
    expect(metadataFiles({}, 'linux')).toEqual({
      virtualFile: 'dt_metadata_e617c525669e072eebe3d0f08212e8f2.json',
      directory: '/var/lib/dynatrace/enrichment',
    })
    const { directory } = metadataFiles({ ProgramData: 'D:\\Data' }, 'win32')
    expect(directory.replaceAll('/', '\\')).toBe('D:\\Data\\dynatrace\\enrichment')
  })

  it('say nothing where there are none', () => {
    expect(readMetadata(filesWith({}))).toBeUndefined()
  })

  it('are led by the file that the virtual one names', () => {
    const files = filesWith({
      virtual: 'FOLDER/enrichment/of-this-process.json\n',
      'of-this-process.json': { 'dt.entity.process_group_instance': 'PROCESS_GROUP_INSTANCE-1' },
      'dt_metadata.json': { 'k8s.pod.name': 'orders-7c9f' },
    })
    expect(readMetadata(files)).toContain('PROCESS_GROUP_INSTANCE-1')
  })

  it.each([
    ['names a file that is not there', '/nowhere/at/all.json'],
    ['is empty', ''],
    ['has several lines', '/a\n/b'],
  ])('are read in their order when the virtual one %s', (_, virtual) => {
    const host = { 'dt.entity.host': 'HOST-1' }
    const pod = { 'k8s.pod.name': 'orders-7c9f' }
    expect(readMetadata(filesWith({ virtual, 'dt_metadata.json': pod, 'dt_host_metadata.json': host }))).toBe(
      JSON.stringify(pod),
    )
    expect(readMetadata(filesWith({ virtual, 'dt_host_metadata.json': host }))).toBe(JSON.stringify(host))
  })

  it('are passed over when they are not JSON objects', () => {
    const host = { 'dt.entity.host': 'HOST-1' }
    for (const broken of ['', '{"half":', '[1]', 'null', '"text"']) {
      expect(readMetadata(filesWith({ 'dt_metadata.json': broken, 'dt_host_metadata.json': host }))).toBe(
        JSON.stringify(host),
      )
    }
  })

  it('are passed over when they are folders, or without measure', () => {
    const files = filesWith({ 'dt_host_metadata.json': `{"a":"${'x'.repeat(1_100_000)}"}` })
    mkdirSync(join(files.directory, 'dt_metadata.json'))
    expect(readMetadata(files)).toBeUndefined()
  })

  it('give the values that an attribute can have, and no empty ones', () => {
    const text = '{"a":"1","b":2,"c":true,"d":["x","y"],"e":"","f":null,"g":{"h":1},"":"i","__proto__":"p"}'
    expect(Object.entries(parseMetadata(text))).toEqual([
      ['a', '1'],
      ['b', 2],
      ['c', true],
      ['d', ['x', 'y']],
      ['__proto__', 'p'],
    ])
  })
})
