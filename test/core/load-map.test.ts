import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadMap } from '../../packages/core/src/load-map.ts'
import { temporaryFolder } from '../support/temporary.ts'

function moduleOf(name: string, text: string): string {
  const file = join(temporaryFolder(), name)
  writeFileSync(file, text)
  return file
}

describe('a map function in a module', () => {
  it.each([
    ['is its default export', 'map.mjs', 'export default (event) => ({ ...event, mapped: true })', undefined],
    ['has a name', 'map.mjs', 'export const hook = (event) => ({ ...event, mapped: true })', 'hook'],
    ['is the exports of CommonJS', 'map.cjs', 'module.exports = (event) => ({ ...event, mapped: true })', undefined],
    ['is among the exports of CommonJS', 'map.cjs', 'exports.hook = (event) => ({ ...event, mapped: true })', 'hook'],
    ['comes after a while', 'map.mjs', 'await new Promise(setImmediate); export default (event) => ({ ...event, mapped: true })', undefined],
  ])('%s', async (_, name, text, exported) => {
    const file = moduleOf(name, text)
    for (const module of [file, `./${relative('.', file)}`]) {
      const map = await loadMap({ module, ...(exported !== undefined && { export: exported }) }, 'test')
      expect(map({ content: 'c' }, {})).toEqual({ content: 'c', mapped: true })
    }
  }) // prettier-ignore

  it('is refused when it is not there', async () => {
    const file = moduleOf('map.mjs', 'export const hook = 7')
    await expect(loadMap({ module: file }, 'test')).rejects.toThrow(`test: map.module ${file} exports no function named default`) // prettier-ignore
    await expect(loadMap({ module: file, export: 'hook' }, 'test')).rejects.toThrow('exports no function named hook')
    await expect(loadMap({ module: './nowhere.mjs' }, 'test')).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('test: map.module ./nowhere.mjs cannot be loaded: ') as unknown,
    })
    const broken = moduleOf('broken.mjs', 'throw new Error("no database")')
    await expect(loadMap({ module: broken }, 'test')).rejects.toThrow('cannot be loaded: no database')
  })

  it.each([
    [{}, 'map must be a function or { module, export }, got another object'],
    [{ module: 7 }, 'map.module must be a non-empty string, got 7 (number)'],
    [{ module: 'x', exports: 'y' }, 'map.exports is not an option; did you mean map.export?'],
  ])('is refused when it is named wrong: %j', async (map, problem) => {
    await expect(loadMap(map, 'test')).rejects.toThrow(problem)
  })
})
