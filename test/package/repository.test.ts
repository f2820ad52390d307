/** Facts that stand in more than one place of the repository, and must agree. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestOf, packages, root } from './workspace.ts'

describe('the repository', () => {
  it('starts the pnpm that it pins', () => {
    const { packageManager = '', scripts = {} } = manifestOf('.')
    const started = Object.values(scripts).flatMap((script) => script.match(/pnpm@[\d.]+/g) ?? [])
    expect(new Set(started)).toEqual(new Set([packageManager.split('+')[0]]))
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
