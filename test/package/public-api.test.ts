/** What users can name: the built declarations against reviewed copies in `api/`. `vitest -u` renews them, a person reads the diff. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './workspace.ts'

const doors = [
  { name: 'openpipeline-core', folder: 'core', door: 'index' },
  { name: 'openpipeline-core.mapping', folder: 'core', door: 'mapping' },
  { name: 'pino-openpipeline', folder: 'pino-openpipeline', door: 'index' },
  { name: 'winston-openpipeline', folder: 'winston-openpipeline', door: 'index' },
  { name: 'openpipeline-receiver', folder: 'receiver', door: 'index' },
]

describe.each(doors)('declarations of $name', ({ name, folder, door }) => {
  it('are the reviewed ones', async () => {
    await expect(declarations(folder, door, 'ts')).toMatchFileSnapshot(`api/${name}.d.ts`)
  })

  it('are the same for import and for require', () => {
    // A bundler that writes `export =` for CommonJS while the code exports names passes every other check.
    expect(declarations(folder, door, 'cts')).toBe(declarations(folder, door, 'ts'))
  })
})

/** A declaration file with the shared pieces that the build split off appended; their names lose the hash. */
function declarations(folder: string, door: string, extension: 'ts' | 'cts', seen = new Set<string>()): string {
  const text = readFileSync(join(root, 'packages', folder, 'dist', `${door}.d.${extension}`), 'utf8')
  const pieces: string[] = []
  const own = text.replaceAll(/'\.\/([\w.-]+?)-([\w-]{8})\.(?:js|cjs)'/g, (_match, piece: string, hash: string) => {
    const file = `${piece}-${hash}`
    if (!seen.has(file)) {
      seen.add(file)
      pieces.push(`// ${piece}.d.ts\n${declarations(folder, file, extension, seen)}`)
    }
    return `'./${piece}.js'`
  })
  return [own.trimEnd(), ...pieces].join('\n\n') + '\n'
}
