/**
 * `npm run compare [-- --only NAME] [--scenario NAME]`: what becomes of records with this project's transports and with others, fault by
 * fault, as one Markdown table. Everything runs on loopback; each cell has a server and an application of its own, and a limit of time.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as after } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { installPeers } from '../bench/peers/install.mjs'
import { contenders } from './contenders.mjs'
import { scenarios } from './scenarios.mjs'

const { values: only } = parseArgs({ options: { only: { type: 'string' }, scenario: { type: 'string' } } })

/** Longest time of a cell whose application does not end by itself. */
const LIMIT_MS = 40_000

/** How long a scenario that waits does so for records to arrive. */
const PATIENCE_MS = 15_000

const chosen = Object.keys(contenders).filter((name) => only.only === undefined || name.includes(only.only))
if (chosen.some((name) => !name.includes('openpipeline'))) installPeers()
const cells = Object.keys(scenarios).filter((name) => only.scenario === undefined || name === only.scenario)

console.log(`| | ${chosen.join(' | ')} |\n|---|${chosen.map(() => '---|').join('')}`)
for (const scenario of cells) {
  const row = []
  for (const contender of chosen) row.push(await cell(contender, scenario))
  console.log(`| ${scenarios[scenario].title} | ${row.join(' | ')} |`)
}

async function cell(contender, scenario) {
  const { behaviour, count, end: way, isAboutEnd } = scenarios[scenario]
  const backend = fork(here('backend.mjs'), [JSON.stringify(behaviour)])
  const [{ port }] = await once(backend, 'message')
  const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] // some print what they lose, and more
  const application = fork(here('application.mjs'), [JSON.stringify({ contender, scenario, port })], { stdio })
  try {
    const end = await endOf(application, way === 'wait' ? () => hasAll(backend, count) : () => true)
    if (!end.wasOpened) throw new Error(`${contender} could not be opened: is it installed?`)
    if (isAboutEnd === true) return end.description
    const { accepted, twice } = await countOf(backend)
    return [end.hasNoFlush ? 'no flush' : accepted, twice > 0 && `${twice} twice`, end.trouble]
      .filter((part) => part !== false && part !== '')
      .join(', ')
  } finally {
    application.kill('SIGKILL')
    backend.kill()
  }
}

async function endOf(application, isReadyToEnd) {
  let closingAt = performance.now()
  let hasNoFlush = false
  let wasOpened = false
  const limit = new AbortController()
  application.on('message', (message) => {
    if (message === 'opened') wasOpened = true
    if (message === 'closing') closingAt = performance.now()
    if (message === 'no flush') {
      hasNoFlush = true
      application.kill('SIGKILL')
    }
  })
  void allowEnd(application, isReadyToEnd, limit.signal)
  const ended = once(application, 'exit').then(([code, signal]) => ({ code, signal }))
  const end = await Promise.race([ended, after(LIMIT_MS, undefined, { signal: limit.signal })])
  limit.abort()
  const seconds = ((performance.now() - closingAt) / 1000).toFixed(1)
  if (end === undefined) return { description: 'never ends', trouble: 'never ends', hasNoFlush, wasOpened }
  const isCrash = end.signal === null && end.code !== 0
  return {
    description: `${seconds} s, ${end.code}`,
    trouble: isCrash ? `crash, exit ${end.code}` : '',
    hasNoFlush,
    wasOpened,
  }
}

/** Tells the application that waits when everything has arrived, or when it has waited long enough. */
async function allowEnd(application, isReadyToEnd, signal) {
  const deadline = performance.now() + PATIENCE_MS
  while (!signal.aborted && performance.now() < deadline && !(await isReadyToEnd())) await after(200)
  // It may be ending at this very moment, which is no fault.
  if (application.connected) application.send('all has arrived', () => undefined)
}

async function hasAll(backend, count) {
  return (await countOf(backend)).accepted >= count
}

async function countOf(backend) {
  backend.send('count')
  const [counted] = await once(backend, 'message')
  return counted
}

function here(name) {
  return fileURLToPath(new URL(name, import.meta.url))
}
