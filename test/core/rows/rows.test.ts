/** The decision table has 45 rows, and one that was put in between. Each is named by the title of the tests that prove it. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const folder = new URL('.', import.meta.url)
const ROWS = [...Array.from({ length: 45 }, (_, index) => String(index + 1)), '22b']

/** Row numbers in titles, and in the lists of `it.each` that fill `row %s` in. */
const IN_TITLE = /\brow (\d+b?):/g
const IN_LIST = /^ *\['(\d+b?)', \d{3}/gm

it('each row of the decision table has its tests', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.test.ts') && name !== 'rows.test.ts')
  const text = files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n')
  const found = [...text.matchAll(IN_TITLE), ...text.matchAll(IN_LIST)].map(([, row]) => row)
  expect(ROWS.filter((row) => !found.includes(row))).toEqual([])
  expect(found.filter((row) => !ROWS.includes(row ?? ''))).toEqual([])
})
