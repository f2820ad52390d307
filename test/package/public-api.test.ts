/** What users can name: the built declarations against reviewed copies in `api/`. `vitest -u` renews them, a person reads the diff. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packages, root } from './workspace.ts'

const declarationsOf = [
  { name: 'openpipeline-core', folder: 'core', file: 'index' },
  { name: 'openpipeline-core.mapping', folder: 'core', file: 'mapping' },
  { name: 'openpipeline-core.stats', folder: 'core', file: 'stats' }, // of both doors, and split off by the build
  { name: 'pino-openpipeline', folder: 'pino-openpipeline', file: 'index' },
  { name: 'winston-openpipeline', folder: 'winston-openpipeline', file: 'index' },
  { name: 'openpipeline-receiver', folder: 'receiver', file: 'index' },
]

describe.each(declarationsOf)('declarations of $name', ({ name, folder, file }) => {
  it('are the reviewed ones', async () => {
    await expect(declarations(folder, file, 'ts')).toMatchFileSnapshot(`api/${name}.d.ts`)
  })

  it('are the same for import and for require', () => {
    // A bundler that writes `export =` for CommonJS while the code exports names passes every other check.
    expect(declarations(folder, file, 'cts')).toBe(declarations(folder, file, 'ts'))
  })
})

it('are all reviewed', () => {
  const reviewed = declarationsOf.map(({ folder, file }) => `${folder}/${file}`)
  const built = packages.flatMap(({ folder }) =>
    filesOf(folder, 'ts').map((file) => `${folder}/${withoutHash(file).replace(/\.d\.ts$/, '')}`),
  )
  expect(built.toSorted()).toEqual(reviewed.toSorted())
})

function filesOf(folder: string, extension: string): string[] {
  return readdirSync(join(root, 'packages', folder, 'dist')).filter((file) => file.endsWith(`.d.${extension}`))
}

/** Pieces that the build splits off have a hash in their names, also where the others name them. */
function withoutHash(text: string): string {
  return text.replaceAll(/\b([\w.]+)-[\w-]{8}(?=\.(?:d\.c?ts|c?js)\b)/g, '$1')
}

function declarations(folder: string, file: string, extension: 'ts' | 'cts'): string {
  const built = filesOf(folder, extension).find((name) => withoutHash(name) === `${file}.d.${extension}`)
  const text = readFileSync(join(root, 'packages', folder, 'dist', built ?? file), 'utf8')
  return (
    withoutHash(text)
      .replaceAll(/(?<=from '\.\/\w+)\.cjs(?=')/g, '.js')
      .trimEnd() + '\n'
  )
}
