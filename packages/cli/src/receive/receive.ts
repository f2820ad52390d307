/** `openpipeline receive`: the local stand-in of the ingest endpoint, showing what arrives until it is ended. */
import { type Receiver, startReceiver } from 'openpipeline-receiver'

import { type Command, EXIT_OK } from '../command.ts'
import { readFlags, readInteger } from '../flags.ts'
import { readTokenFile } from '../token-file.ts'
import { eventLine } from './event-line.ts'
import { receiveHelp } from './help.ts'
import { instructions, requestLine, summaryLine } from './lines.ts'

const DEFAULT_PORT = 4020

const FLAGS = {
  port: { type: 'string' },
  host: { type: 'string' },
  'token-file': { type: 'string' },
  latency: { type: 'string' },
  gzip: { type: 'boolean' },
  json: { type: 'boolean' },
  verbose: { type: 'boolean', short: 'v' },
} as const

export const receiveCommand: Command = {
  summary: 'be the ingest endpoint on this machine and show what arrives',
  help: receiveHelp(DEFAULT_PORT),
  run: async (args) => {
    const flags = readFlags(args, FLAGS)
    const tokenFile = flags['token-file']
    const receiver = await startReceiver({
      port: readInteger('port', flags.port, { from: 0, to: 65_535 }) ?? DEFAULT_PORT,
      host: flags.host,
      token: tokenFile === undefined ? undefined : readTokenFile(tokenFile),
      latencyMs: readInteger('latency', flags.latency, { from: 0, to: 600_000 }),
      gzip: flags.gzip,
    })
    const ended = untilEnded()
    show(receiver, { isJson: flags.json === true, isVerbose: flags.verbose === true, tokenFile })
    await ended
    await receiver.close()
    process.stderr.write(`${summaryLine(receiver.stats())}\n`)
    return EXIT_OK
  },
}

interface Display {
  readonly isJson: boolean
  readonly isVerbose: boolean
  readonly tokenFile: string | undefined
}

/** With `--json` stdout belongs to the events alone. */
function show(receiver: Receiver, { isJson, isVerbose, tokenFile }: Display): void {
  const words = isJson ? process.stderr : process.stdout
  words.write(`${instructions(receiver.url, tokenFile)}\n`)
  if (isJson) receiver.on('event', (event) => process.stdout.write(`${eventLine(event)}\n`))
  if (!isVerbose && (isJson || !process.stdout.isTTY)) return
  let droppedReasons: string[] = []
  receiver.on('dropped', ({ reason }) => droppedReasons.push(reason))
  receiver.on('request', (request) => {
    words.write(`${requestLine(request, droppedReasons)}\n`)
    droppedReasons = []
  })
}

/** Until Ctrl-C or SIGTERM, or until nobody reads stdout any more. */
function untilEnded(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve())
    process.stdout.once('error', () => resolve())
  })
}
