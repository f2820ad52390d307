/** Every example is described, listed, found by its links, and named by a test. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../package/workspace.ts'

const examples = join(root, 'examples')
const names = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name) // prettier-ignore
const read = (...path: string[]): string => readFileSync(join(...path), 'utf8')

const tests = readdirSync(import.meta.dirname).filter((name) => name !== 'readmes.test.ts').map((name) => read(import.meta.dirname, name)).join() // prettier-ignore

describe.each(names.filter((name) => name !== 'demo'))('the example %s', (name) => {
  it('has a README whose links lead somewhere', () => {
    const readme = read(examples, name, 'README.md')
    expect(readme.startsWith(`# ${name}\n`)).toBe(true)
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !existsSync(join(examples, name, link)))).toEqual([])
  })

  it('is listed', () => {
    expect(read(examples, 'README.md')).toContain(`| [\`${name}\`](${name})`)
  })

  it('is run by a test', () => {
    expect(tests).toContain(name)
  })
})
