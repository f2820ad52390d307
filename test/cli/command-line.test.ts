import { readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bin, start, temporaryFile } from './program.ts'

describe('the program', () => {
  it('can be run by its name', () => {
    expect(readFileSync(bin, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(statSync(bin).isFile()).toBe(true)
  })

  it('tells its version', async () => {
    const program = start(['--version'])
    expect(await program.exit).toBe(0)
    expect(program.stdout()).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([['--help'], ['-h'], ['help']])('lists its commands with %s', async (flag) => {
    const program = start([flag])
    expect(await program.exit).toBe(0)
    expect(program.stdout()).toMatch(/^ {2}pipe .*\n {2}receive /m)
  })

  it.each([
    [['pipe', '--help'], 'Usage: node app.js | openpipeline pipe [options]'],
    [['help', 'pipe'], 'node app.js 2>&1 | openpipeline pipe --tee'],
    [['receive', '--port', '1', '-h'], 'Usage: openpipeline receive [options]'],
    [['help', 'receive'], "openpipeline receive --json | jq 'select("],
  ])('explains a command with %j', async (args, text) => {
    const program = start(args)
    expect(await program.exit).toBe(0)
    expect(program.stdout()).toContain(text)
    expect(program.stdout()).toContain('Exit status')
    expect(program.stderr()).toBe('')
  })
})

describe('a mistake', () => {
  it.each([
    [[], 'openpipeline: which command?'],
    [['recieve'], 'openpipeline: there is no command "recieve"; did you mean "receive"?'],
    [['toString'], 'openpipeline: there is no command "toString"\n'],
    [['help', 'pip'], 'there is no command "pip"; did you mean "pipe"?'],
    [['pipe', '--urll', 'x'], 'openpipeline pipe: there is no flag --urll; did you mean --url?'],
    [
      ['pipe', '--frobnicate'],
      'there is no flag --frobnicate; known are --url, --token-file, --proxy, --ca, --config, --tee, --wait',
    ],
    [['receive', '-x'], 'openpipeline receive: there is no flag -x; known are --port'],
    [['receive', '--port'], '--port needs a value'],
    [['receive', '--port', '--json'], '--port needs a value'],
    [['receive', '--port', 'http'], '--port must be a whole number from 0 to 65535, got "http"'],
    [['receive', '--latency', '-5'], '--latency needs a value'],
    [['receive', '--latency=1.5'], '--latency must be a whole number from 0 to 600000, got "1.5"'],
    [['receive', '--json=yes'], "Option '--json' does not take an argument"],
    [['pipe', '--flush-timeout', 'soon'], '--flush-timeout must be a whole number from 0 to 86400000, got "soon"'],
    [['pipe', 'dt0c01.PUBLIC.SECRET'], 'there is an argument that belongs to no flag'],
    [['pipe', '--token', 'dt0c01.PUBLIC.SECRET'], 'a token is not taken from the command line'],
    [['receive', '--token=dt0c01.PUBLIC.SECRET'], 'use OPENPIPELINE_TOKEN or --token-file'],
  ])('is explained, with exit code 2 and without a token: %j', async (args, message) => {
    const program = start(args)
    expect(await program.exit).toBe(2)
    expect(program.stdout()).toBe('')
    expect(program.stderr()).toContain(message)
    expect(program.stderr()).not.toContain('SECRET')
    expect(program.stderr()).not.toContain('    at ')
  })

  it.each([
    ['missing', 'cannot be read (ENOENT)'],
    ['empty', 'is empty'],
    ['two words', 'must contain the token and nothing else'],
  ])('in the token file is explained: %s', async (content, message) => {
    const file = content === 'missing' ? '/nowhere/token' : temporaryFile(content === 'empty' ? ' \n' : content)
    for (const args of [['receive'], ['pipe', '--url', 'http://127.0.0.1:1']]) {
      const program = start([...args, '--token-file', file])
      expect(await program.exit).toBe(2)
      expect(program.stderr()).toContain(`the token file ${file} ${message}`)
    }
  })
})
