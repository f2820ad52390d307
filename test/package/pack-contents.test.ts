/** What lands on a user's disk: the files of each tarball against a reviewed list, and a manifest that works outside of here. */
import { beforeAll, describe, expect, it } from 'vitest'
import { type Manifest, packAll, packages, root, run } from './workspace.ts'

let tarballs: string[]

beforeAll(async () => {
  tarballs = await packAll()
})

describe.each(packages.map(({ name }, index) => ({ name, index })))('tarball of $name', ({ name, index }) => {
  it('holds the reviewed files', async () => {
    const listing = await run('tar', ['-tzf', tarballs[index] ?? ''], { cwd: root })
    await expect(withoutHashes(listing)).toMatchFileSnapshot(`contents/${name}.txt`)
  })

  it('names versions, not places in this workspace, and runs nothing at install', async () => {
    const text = await run('tar', ['-xzOf', tarballs[index] ?? '', 'package/package.json'], { cwd: root })
    const { scripts = {}, dependencies = {}, peerDependencies = {} } = JSON.parse(text) as Manifest
    const atInstall = ['preinstall', 'install', 'postinstall', 'prepare'].filter((script) => script in scripts)
    expect(atInstall).toEqual([])
    for (const range of Object.values({ ...dependencies, ...peerDependencies })) expect(range).toMatch(/^[\^>=~]*\d/)
  })
})

/** Sorted, once each, with `chunk-XK3J2PQA.js` as `chunk-*.js`: the hash changes with every edit, the list does not. */
function withoutHashes(listing: string): string {
  const files = listing
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, '').replace(/-[\w-]{8}(?=\.(?:js|cjs|d\.ts|d\.cts)(?:\.map)?$)/, '-*'))
  return [...new Set(files)].toSorted().join('\n') + '\n'
}
