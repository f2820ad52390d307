import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { TokenReading } from '../../../packages/core/src/deliver/token-reading.ts'
import { createTokenReader } from '../../../packages/core/src/deliver/token-reader.ts'
import type { TokenSource } from '../../../packages/core/src/options/token.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { temporaryFolder } from '../../support/temporary.ts'

function readerOf(source: TokenSource): () => Promise<TokenReading> {
  const read = createTokenReader(source, {}, new FakeClock())
  return () => read(new AbortController().signal)
}

function held(cause: string): object {
  return { outcome: { status: 'held', cause } }
}

describe('a token in a file', () => {
  function fileWith(content: string): string {
    const file = join(temporaryFolder(), 'token')
    writeFileSync(file, content)
    return file
  }

  it.each(['first', 'first\n', ' first \r\n', '\n\nfirst'])(
    'is read without white space around it: %j',
    async (text) => {
      expect(await readerOf({ kind: 'file', file: fileWith(text) })()).toEqual({ token: 'first', validForMs: 0 })
    },
  )

  it('is read again for each request, so that one of the same length in the same instant is seen as well', async () => {
    const file = fileWith('token0')
    const read = readerOf({ kind: 'file', file })
    for (let n = 0; n < 10; n++) {
      writeFileSync(file, `token${n}`)
      expect(await read()).toMatchObject({ token: `token${n}` })
    }
  })

  it('may be replaced by rename', async () => {
    const file = fileWith('first')
    const read = readerOf({ kind: 'file', file })
    await read()
    writeFileSync(`${file}.new`, 'second')
    renameSync(`${file}.new`, file)
    expect(await read()).toMatchObject({ token: 'second' })
  })

  it('may be replaced as Kubernetes does it: by another folder behind a link', async () => {
    const folder = temporaryFolder()
    const put = (name: string, token: string): void => {
      mkdirSync(join(folder, name))
      writeFileSync(join(folder, name, 'token'), token)
      symlinkSync(name, join(folder, '..data_tmp'))
      renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
    }
    put('..2026_01', 'first')
    symlinkSync('..data/token', join(folder, 'token'))
    const read = readerOf({ kind: 'file', file: join(folder, 'token') })
    expect(await read()).toMatchObject({ token: 'first' })
    put('..2026_02', 'second')
    rmSync(join(folder, '..2026_01'), { recursive: true })
    expect(await read()).toMatchObject({ token: 'second' })
  })

  it.each<[string, string | undefined, string]>([
    ['is not there', undefined, 'the token file FILE cannot be read (ENOENT)'],
    ['is empty', ' \n', 'the token in FILE is empty'],
    ['holds two words', 'hunter2 secret', 'the token in FILE contains a control character, a space or a letter outside ASCII; copy it again'], // prettier-ignore
    ['holds a header', 'Bearer hunter2', 'the token in FILE must be the token alone, without "Bearer" or "Api-Token" in front of it'], // prettier-ignore
  ])('that %s is held with what to do, and shows nothing of it', async (_, content, cause) => {
    const file = content === undefined ? join(temporaryFolder(), 'none') : fileWith(content)
    expect(await readerOf({ kind: 'file', file })()).toEqual(held(cause.replace('FILE', file)))
  })

  it('that is a folder is held', async () => {
    const file = temporaryFolder()
    expect(await readerOf({ kind: 'file', file })()).toEqual(held(`the token file ${file} cannot be read (EISDIR)`))
  })
})

describe('a token from a function', () => {
  const from = (read: () => unknown): Promise<TokenReading> =>
    readerOf({ kind: 'function', read: read as () => string })()

  it.each([
    ['returns it', (): unknown => 'one'],
    ['promises it', (): unknown => Promise.resolve('one')],
    // oxlint-disable-next-line unicorn/no-thenable -- what an older library of promises gives
    ['gives something with a then', (): unknown => ({ then: (resolve: (token: string) => void) => resolve('one') })],
  ])('is taken where it %s', async (_, read) => {
    expect(await from(read)).toEqual({ token: 'one', validForMs: 300_000 })
  })

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new RangeError('hunter2')
      },
      'the token function failed (RangeError)',
    ],
    [
      'throws with a code',
      () => {
        throw Object.assign(new Error('hunter2'), { code: 'EVAULT' })
      },
      'the token function failed (EVAULT)',
    ],
    [
      'throws a text',
      () => {
        throw 'hunter2' // oxlint-disable-line typescript/only-throw-error -- a function of the user's may
      },
      'the token function failed (string)',
    ],
    ['rejects', () => Promise.reject(new Error('hunter2')), 'the token function failed (Error)'],
    [
      'returns nothing',
      () => undefined,
      'what the token function returned must be a string, got a value of type undefined',
    ],
    ['returns null', () => null, 'what the token function returned must be a string, got a value of type object'],
    ['returns a number', () => 5, 'what the token function returned must be a string, got a value of type number'],
    [
      'returns an object',
      () => ({ token: 'hunter2' }),
      'what the token function returned must be a string, got a value of type object',
    ],
    ['returns an empty text', () => '', 'what the token function returned is empty'],
    [
      'returns a line break too',
      () => 'hunter2\n',
      'what the token function returned has white space or a line break at an end; remove it',
    ],
    [
      'returns a header',
      () => 'Bearer hunter2',
      'what the token function returned must be the token alone, without "Bearer" or "Api-Token" in front of it',
    ],
    [
      'returns two lines',
      () => 'hunter2\r\nx: y',
      'what the token function returned contains a control character, a space or a letter outside ASCII; copy it again',
    ],
  ])('is held where it %s, and what it said is not shown', async (_, read, cause) => {
    // prettier-ignore
    expect(await from(read)).toEqual(held(cause))
  })
})

describe('a token from a module', () => {
  /** A working directory with packages and files in it. */
  function workingDirectory(): string {
    const folder = temporaryFolder()
    const put = (path: string, content: string): void => {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), content)
    }
    put(
      'token.mjs',
      "export default () => 'esm-default'\nexport const named = async () => 'esm-named'\nexport const text = 'x'",
    )
    put('token.cjs', "module.exports = () => 'cjs-default'\nmodule.exports.named = () => 'cjs-named'")
    put('computed.cjs', "const name = 'na' + 'med'\nmodule.exports = { [name]: () => 'cjs-computed' }")
    put('throws.mjs', "throw new Error('hunter2')")
    put('fails.mjs', "export default () => { throw new TypeError('hunter2') }")
    const manifest = (fields: object): string => JSON.stringify({ name: 'x', version: '1.0.0', ...fields })
    put('node_modules/esm-only/package.json', manifest({ type: 'module', exports: { import: './index.js' } }))
    put('node_modules/esm-only/index.js', "export default () => 'esm-only'")
    put('node_modules/cjs-only/package.json', manifest({ main: './lib.js' }))
    put('node_modules/cjs-only/lib.js', "exports.named = () => 'cjs-only'")
    put('node_modules/@scope/both/package.json', manifest({ exports: { '.': { import: './i.mjs', require: './r.cjs' }, './sub': './s.mjs' } })) // prettier-ignore
    put('node_modules/@scope/both/i.mjs', "export default () => 'both-import'")
    put('node_modules/@scope/both/r.cjs', "module.exports = () => 'both-require'")
    put('node_modules/@scope/both/s.mjs', "export default () => 'both-sub'")
    return folder
  }

  async function from(module: string, name = 'default', folder = workingDirectory()): Promise<TokenReading> {
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    onTestFinished(() => void vi.restoreAllMocks())
    return readerOf({ kind: 'module', module: module.replace('$CWD', folder), name })()
  }

  it.each([
    ['./token.mjs', 'default', 'esm-default'],
    ['./token.mjs', 'named', 'esm-named'],
    ['$CWD/token.mjs', 'named', 'esm-named'],
    ['./token.cjs', 'default', 'cjs-default'],
    ['./token.cjs', 'named', 'cjs-named'],
    ['./computed.cjs', 'named', 'cjs-computed'],
    ['esm-only', 'default', 'esm-only'],
    ['cjs-only', 'named', 'cjs-only'],
    ['@scope/both', 'default', 'both-require'],
    ['@scope/both/sub', 'default', 'both-sub'],
  ])('%s, export %s', async (module, name, token) => {
    expect(await from(module, name)).toEqual({ token, validForMs: 300_000 })
  })

  it('may be named by its URL', async () => {
    const folder = workingDirectory()
    expect(await from(`file://${folder}/token.mjs`, 'default', folder)).toMatchObject({ token: 'esm-default' })
  })

  it.each([
    ['./none.mjs', 'default', 'the token module ./none.mjs cannot be loaded (ERR_MODULE_NOT_FOUND)'],
    ['no-such-package', 'default', 'the token module no-such-package cannot be loaded (MODULE_NOT_FOUND)'],
    ['@scope/both/other', 'default', 'the token module @scope/both/other cannot be loaded (ERR_PACKAGE_PATH_NOT_EXPORTED)'], // prettier-ignore
    ['./throws.mjs', 'default', 'the token module ./throws.mjs cannot be loaded (Error)'],
    ['./token.mjs', 'other', 'the token module ./token.mjs exports no function named other'],
    ['./token.mjs', 'text', 'the token module ./token.mjs exports no function named text'],
    ['./fails.mjs', 'default', 'the function default of ./fails.mjs failed (TypeError)'],
  ])('is held with what is wrong: %s, export %s', async (module, name, cause) => {
    expect(await from(module, name)).toEqual(held(cause))
  })
})
