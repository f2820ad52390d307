/** The options table of the README against the types: each option has its row, each row its option, with the same default. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { root } from './workspace.ts'

interface Option {
  readonly name: string
  /** The begin of its `@defaultValue`. */
  readonly fallback: string
}

const OPTIONS_FILE = join(root, 'packages/core/src/options.ts')

/** Groups whose parts are explained in one row or in a section of their own. */
const IN_ONE_ROW = new Set(['tls', 'endpoint', 'token', 'diagnostics', 'map'])

/** Values as they are written; anything else is explained in words. */
const LITERAL = /^(\d+|'[^']*'|true|false|\{\}|\[\])/

describe('the options table of the README', () => {
  const rows = rowsOf(readFileSync(join(root, 'README.md'), 'utf8'))
  const options = optionsOf(OPTIONS_FILE, 'ShipperOptions')

  it('has a row for each option, and for nothing else', () => {
    expect([...rows.keys()].toSorted()).toEqual(options.map(({ name }) => name).toSorted())
  })

  it.each(options.filter(({ fallback }) => LITERAL.test(fallback)))(
    'gives the default of $name',
    ({ fallback, name }) => {
      expect(rows.get(name)).toBe(`\`${LITERAL.exec(fallback)?.[0]}\``)
    },
  )
})

/** A user of the packages has no other README than theirs. */
it('the README of the core has the chapter on options, word for word', async () => {
  const core = readFileSync(join(root, 'packages/core/README.md'), 'utf8')
  const chapter = chapterOf(readFileSync(join(root, 'README.md'), 'utf8'))
  const withIt = core.replace(
    /(<!-- chapter: .*-->\n)[^]*?(?=<!-- end of chapter -->)/,
    (_, begin: string) => `${begin}\n${chapter}\n`,
  )
  expect(withIt).toContain(chapter)
  await expect(withIt).toMatchFileSnapshot(join(root, 'packages/core/README.md'))
})

/** From the options to the spool, with its links as they are seen from there. */
function chapterOf(readme: string): string {
  return readme
    .slice(readme.indexOf('## Options\n'), readme.indexOf('### Traces\n'))
    .trimEnd()
    .concat('\n')
    .replace(/<!-- options: .*-->\n\n/, '')
    .replaceAll('](packages/cli#', '](../cli/README.md#')
    .replaceAll('](examples/', '](../../examples/')
}

/** First and second column of the table behind the comment that names this test. */
function rowsOf(readme: string): Map<string, string> {
  const table = readme.slice(readme.indexOf('<!-- options:')).split('\n\n')[1] ?? ''
  const cells = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  return new Map(cells.slice(2).map(([, name = '', fallback = '']) => [name.replaceAll('`', ''), fallback]))
}

function optionsOf(file: string, interfaceName: string): Option[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const declaration = source.statements
    .filter(ts.isInterfaceDeclaration)
    .find(({ name }) => name.text === interfaceName)
  if (declaration === undefined) throw new Error(`no interface ${interfaceName} in ${file}`)
  return declaration.members.filter(ts.isPropertySignature).flatMap((property) => {
    const name = property.name.getText()
    const type = property.type?.getText() ?? ''
    const groupFile = IN_ONE_ROW.has(name) ? undefined : fileOf(type, source)
    if (groupFile === undefined) return [{ name, fallback: fallbackOf(property) }]
    return optionsOf(groupFile, type).map((inner) => ({ ...inner, name: `${name}.${inner.name}` }))
  })
}

/** Where the interface of a group of options stands. */
function fileOf(type: string, source: ts.SourceFile): string | undefined {
  if (!/^\w+Options$/.test(type)) return undefined
  if (source.statements.some((node) => ts.isInterfaceDeclaration(node) && node.name.text === type))
    return source.fileName
  const imported = source.statements
    .filter(ts.isImportDeclaration)
    .find((node) => node.importClause?.getText().includes(type))
  const file = join(OPTIONS_FILE, '..', imported?.moduleSpecifier.getText().slice(1, -1) ?? '')
  return imported !== undefined && existsSync(file) ? file : undefined
}

function fallbackOf(property: ts.PropertySignature): string {
  const tag = ts.getJSDocTags(property).find(({ tagName }) => tagName.text === 'defaultValue')
  return ts.getTextOfJSDocComment(tag?.comment) ?? ''
}
