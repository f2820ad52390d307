import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

import { makeDirectories } from '../../packages/core/src/make-directories.ts'
import { temporaryFolder } from '../support/temporary.ts'

// That it comes back where none can be made is shown by `test/journey/disk-faults.test.ts`, since here it would hang the tests.

it('makes a directory and those above it, for this user alone', () => {
  const folder = temporaryFolder()
  makeDirectories(join(folder, 'a/b/c'), 0o700)
  for (const path of ['a', 'a/b', 'a/b/c']) expect(statSync(join(folder, path)).mode & 0o777).toBe(0o700)
})

it('leaves what is there as it is', () => {
  const folder = temporaryFolder()
  makeDirectories(join(folder, 'a'), 0o755)
  makeDirectories(join(folder, 'a/b'), 0o700)
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o755)
})

it.each<[string, (path: string) => void, string]>([
  ['a file', (path) => writeFileSync(path, ''), 'ENOTDIR'],
  ['a link to nothing', (path) => symlinkSync('nothing', path), 'ENOENT'],
])('throws below %s', (_, put, code) => {
  const folder = temporaryFolder()
  put(join(folder, 'a'))
  expect(() => makeDirectories(join(folder, 'a/b'), 0o700)).toThrow(expect.objectContaining({ code }))
  expect(existsSync(join(folder, 'a/b'))).toBe(false)
})
