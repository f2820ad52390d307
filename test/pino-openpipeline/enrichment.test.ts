/** What the surroundings say changes while the process runs, and both lanes follow. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pino from 'pino'
import { expect, it } from 'vitest'
import type { Clock } from '../../packages/core/src/clock.ts'
import { systemClock } from '../../packages/core/src/clock.ts'
import { createShipper } from '../../packages/core/src/shipper.ts'
import { HOST } from '../../packages/pino-openpipeline/src/options.ts'
import { LineStream } from '../../packages/pino-openpipeline/src/stream.ts'
import { receiverHere } from '../support/receiver-here.ts'
import { temporaryFolder } from '../support/temporary.ts'

const MINUTE = 60_000

it('a metadata file that changes at run time is in the next events, by whichever lane they go', async () => {
  const directory = join(temporaryFolder(), 'enrichment')
  mkdirSync(directory)
  const write = (content: object): void => writeFileSync(join(directory, 'dt_metadata.json'), JSON.stringify(content))
  let look = (): void => undefined
  const clock: Clock = {
    ...systemClock,
    after(ms, run) {
      if (ms !== MINUTE) return systemClock.after(ms, run)
      look = run
      return () => undefined
    },
  }
  const receiver = await receiverHere()
  write({ 'k8s.pod.name': 'orders-1' })
  const metadata = { virtualFile: '', directory }
  const stream = new LineStream(createShipper(receiver.target, HOST, { clock, metadata }))
  const logger = pino({}, stream)
  const log = (): void => {
    logger.info({ team: 'of the record' }, 'fast')
    logger.info({ team: 'of the record', list: [1] }, 'mapped')
  }
  log()
  write({ 'k8s.pod.name': 'orders-2', team: 'of the file', 'dt.entity.host': 'HOST-1' })
  log()
  look()
  log()
  await stream.close()
  expect(receiver.events.map((event) => [event['k8s.pod.name'], event['dt.entity.host'], event['team']])).toEqual(
    [1, 1, 1, 1, 2, 2].map((number) => [`orders-${number}`, number === 2 ? 'HOST-1' : undefined, 'of the record']),
  )
})
