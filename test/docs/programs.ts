/** The JavaScript of the READMEs as programs: what stands around a block that is only a part of one, and what arrives. */

export interface Program {
  /** For what the block takes from the text around it. */
  readonly before?: string
  /** Logs where the block does not, and ends. */
  readonly after?: string
  /** `content` of the events that arrive. */
  readonly arrive: readonly string[]
  /** @defaultValue 0 */
  readonly exit?: number | NodeJS.Signals
}

export interface Example {
  readonly file: string
  /** A text that no other block of the file holds. */
  readonly part: string
  /** Where the block is several programs, what stands between them. */
  readonly between?: RegExp
  readonly programs: readonly Program[]
}

const root = 'README.md'
const core = 'packages/core/README.md'
const pino = 'packages/pino-openpipeline/README.md'
const receiver = 'packages/receiver/README.md'
const winston = 'packages/winston-openpipeline/README.md'

const pinoWorker = `
import pino from 'pino'
import { flushTransport as flushOf } from 'pino-openpipeline'
const transport = pino.transport({ target: 'pino-openpipeline' })
const logger = pino(transport)
`
const pinoInProcess = `
import pino from 'pino'
import { openPipelineStream as openStream } from 'pino-openpipeline'
const stream = openStream()
const logger = pino(stream)
`
const winstonLogger = `
import winston from 'winston'
import { OpenPipelineTransport } from 'winston-openpipeline'
const transport = new OpenPipelineTransport()
const logger = winston.createLogger({ transports: [transport] })
`
const withoutName = (program: string, name: string): string =>
  program.replace(new RegExp(`^const ${name} = .*\n`, 'm'), '')

const signalled = `
logger.info('logged before')
setInterval(() => {}, 1000)
process.kill(process.pid, 'SIGTERM')
`
/** Nothing but the flush has time to deliver. */
const killed = `process.kill(process.pid, 'SIGKILL')`
const log = `logger.info('logged before')\n`
const importFlush = `import { flushTransport } from 'pino-openpipeline'\n`

export const examples: readonly Example[] = [
  { file: root, part: "import pino from 'pino'", programs: [{ arrive: ['order accepted'] }] },
  { file: root, part: "import winston from 'winston'", programs: [{ arrive: ['order accepted'] }] },
  {
    file: root,
    part: 'traceMixin()',
    programs: [{ before: withoutName(pinoWorker, 'logger'), after: log, arrive: ['logged before'] }],
  },
  {
    file: root,
    part: '// pino ends the worker',
    between: /\n\n/,
    programs: [
      { before: pinoWorker + importFlush, after: signalled, arrive: ['logged before'] },
      { before: winstonLogger, after: signalled, arrive: ['logged before'] },
      { before: pinoInProcess, after: signalled, arrive: ['logged before'] },
    ],
  },
  {
    file: root,
    part: 'import { installShutdown }',
    programs: [{ before: pinoWorker, after: signalled, arrive: ['logged before'], exit: 'SIGTERM' }],
  },
  {
    file: root,
    part: 'await transport.flush() // winston',
    between: /\n(?=.)/,
    programs: [
      { before: pinoWorker + importFlush + log, after: killed, arrive: ['logged before'], exit: 'SIGKILL' },
      { before: winstonLogger + log, after: killed, arrive: ['logged before'], exit: 'SIGKILL' },
      { before: pinoInProcess + log, after: killed, arrive: ['logged before'], exit: 'SIGKILL' },
    ],
  },
  { file: core, part: 'createShipper', programs: [{ arrive: ['order accepted'] }] },
  { file: pino, part: 'pino.transport', programs: [{ arrive: ['order accepted'] }] },
  {
    file: pino,
    part: 'openPipelineStream',
    programs: [
      {
        before: `import pino from 'pino'\n`,
        after: `${log}await stream.flush()\n${killed}`,
        arrive: ['logged before'],
        exit: 'SIGKILL',
      },
    ],
  },
  {
    file: pino,
    part: 'flushTransport',
    programs: [{ before: pinoWorker, after: signalled, arrive: ['logged before'], exit: 'SIGTERM' }],
  },
  {
    file: pino,
    part: 'observeTransport',
    programs: [{ before: pinoWorker + log, after: 'await flushOf(transport)', arrive: ['logged before'] }],
  },
  { file: winston, part: 'createLogger', programs: [{ arrive: ['order accepted'] }] },
  { file: winston, part: "once('finish'", programs: [{ before: winstonLogger + log, arrive: ['logged before'] }] },
  { file: receiver, part: 'assert.rejects', programs: [{ arrive: [] }] },
  {
    file: receiver,
    part: "'retry-after'",
    programs: [
      {
        before: "import { startReceiver } from 'openpipeline-receiver'\nconst receiver = await startReceiver()\n",
        after: `
const { status } = await fetch(receiver.url + '/platform/ingest/v1/events', { method: 'POST' })
if (status !== 429) throw new Error(String(status))
await receiver.close()`,
        arrive: [],
      },
    ],
  },
]
