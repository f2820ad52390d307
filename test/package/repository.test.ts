/** Facts that stand in more than one place of the repository, and must agree. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestOf, packages, root } from './workspace.ts'

describe('the repository', () => {
  it('starts the pnpm that it pins', () => {
    const { packageManager = '', scripts = {} } = manifestOf('.')
    const texts = [...Object.values(scripts), ...filesIn('.github')]
    const started = texts.flatMap((text) => text.match(/pnpm@[\d.]+/g) ?? [])
    expect(new Set(started)).toEqual(new Set([packageManager.split('+')[0]]))
  })

  it('publishes without a secret that could leak, and with provenance', () => {
    const workflows = filesIn('.github/workflows')
    expect(workflows.filter((text) => text.includes('secrets.'))).toEqual([])
    expect(workflows.filter((text) => text.includes('id-token: write'))).toHaveLength(1)
    for (const { folder } of packages) expect(manifestOf(`packages/${folder}`).publishConfig?.provenance).toBe(true)
  })

  it('gives its five packages one version', () => {
    const versions = packages.map(({ folder }) => manifestOf(`packages/${folder}`).version)
    expect(new Set(versions).size).toBe(1)
  })

  it('puts the licence into each package', () => {
    const text = (folder: string) => readFileSync(join(root, folder, 'LICENSE'), 'utf8')
    for (const { folder } of packages) expect(text(`packages/${folder}`)).toBe(text('.'))
  })
})

/** The texts of all files below a folder. */
function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
}
