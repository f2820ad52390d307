/** Options that are wrong: the terminal says what to write instead, whichever way and however the program ends. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

import { it, ways, waysInProcess } from './journey.ts'

const SECRET = 'dt0c01.PUBLIC0PUBLIC0PUBLIC0.SECRET0SECRET0SECRET0SECRET0SECRET0'

/** Nobody gets as far as sending. */
const NOWHERE = 'http://127.0.0.1:9'

const mistakes = [
  { options: { batch: { maxbytes: 5 } }, says: 'batch.maxbytes is not an option; did you mean batch.maxBytes?' },
  {
    options: { closeTimeoutMs: 'soon' },
    says: 'closeTimeoutMs must be an integer from 0 to 8000, got "soon" (string)',
  },
  { options: { maxRetries: 3 }, says: 'maxRetries is not an option' },
  { options: { url: undefined }, says: "url is missing; set it to your environment's URL" },
  { options: { token: undefined }, says: 'token is missing; give an access token with the scope openpipeline.events' },
  { options: { url: 'http://logs.example.com' }, says: 'url must start with https://; plain http is accepted to this' },
  { options: { token: `${SECRET}\u0007` }, says: 'token contains a control character' },
  { options: { token: `${SECRET}\n` }, says: 'token has white space or a line break at an end; remove it' },
]
const inProcess = mistakes.flatMap((mistake) => waysInProcess.map((way) => ({ ...mistake, way })))

it.concurrent.for(inProcess)('$way throws: $says', async ({ way, options, says }, { journey }) => {
  const ended = await journey.run('bad-input', NOWHERE, { way, options, end: 'naturally' })
  expect(ended.exit).toBe(1)
  expect(ended.said['thrown']).toEqual({ name: 'OpenPipelineError', code: 'INVALID_OPTIONS' })
  expectReadable(ended, says)
})

it.concurrent.for(mistakes)('the pino worker tells it: $says', async ({ options, says }, { journey }) => {
  const given = { way: 'pino worker', options, hearErrors: false, end: 'naturally' } as const
  const ended = await journey.run('bad-input', NOWHERE, given)
  expect(ended.exit).toBe(1) // an error event without a listener, as for every transport that cannot start
  expectReadable(ended, says)
})

const says = 'closeTimeoutMs must be an integer from 0 to 8000, got "soon" (string)'
const options = { closeTimeoutMs: 'soon' }

/** How the pino worker may be set up. */
const setups = [
  { setup: 'alone' },
  { setup: 'beside another target', targets: [{ target: 'pino/file', options: { destination: '/dev/null' } }] },
  { setup: 'in a pipeline', pipeline: [{ target: fileURLToPath(new URL('./programs/shout.mjs', import.meta.url)) }] },
]
const ends = ['naturally', 'never, it is a server', 'process.exit at once'] as const
const cases = setups.flatMap((one) => ends.map((end) => ({ ...one, end })))

it.concurrent.for(cases)('a pino worker $setup tells the cause, end: $end', async ({ end, ...setup }, { journey }) => {
  const given = { way: 'pino worker', options, hearErrors: false, ...setup, end } as const
  const ended = await journey.run('bad-input', NOWHERE, given)
  expectReadable(ended, says)
  // An `error` event that nobody listens to, if the program lives long enough to have one.
  expect(ended.exit).toBe(end === 'process.exit at once' ? 0 : 1)
  if (end === 'process.exit at once') expect(ended.otherLines).toHaveLength(1)
})

it.concurrent(
  'whoever listens to the error event of the pino worker goes on, and so do other targets',
  async ({ journey, onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'openpipeline-journey-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const destination = join(folder, 'log')
    const targets = [{ target: 'pino/file', options: { destination } }]
    const given = { way: 'pino worker', options, targets, end: 'after half a second' } as const
    const ended = await journey.run('bad-input', NOWHERE, given)
    expect(ended.exit).toBe(0)
    expect(ended.said).toMatchObject({ error: expect.stringContaining(says), alive: true })
    expect(ended.otherLines).toHaveLength(1)
    expectReadable(ended, says)
    expect(readFileSync(destination, 'utf8')).toContain('a record that nobody will take')
  },
)

it.concurrent.for(ways)('several mistakes are told at once: %s', async (way, { journey }) => {
  const wrong = { url: 'logs.example.com', token: 5, nested: 'no', bach: {} }
  const ended = await journey.run('bad-input', NOWHERE, {
    way,
    options: wrong,
    hearErrors: false,
    end: 'naturally',
  })
  expect(ended.exit).toBe(1)
  for (const name of ['url', 'token', 'nested', 'bach']) expect(ended.stderr).toContain(`- ${name} `)
  expect(ended.stderr).toContain('did you mean batch?')
})

/**
 * The message stands on a line of its own, unescaped; nothing of the token, and no control character, gets to the terminal. Nor
 * has pino waited for a worker that is gone, which it does for ten seconds and then says so.
 */
function expectReadable({ stdout, stderr }: { stdout: string; stderr: string }, message: string): void {
  expect(stderr).toMatch(new RegExp(`^.*openpipeline: ${escaped(message)}`, 'm'))
  expect(stderr).not.toMatch(/took too long|has exited/)
  expect(stdout + stderr).not.toMatch(/SECRET|\u0007/)
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
