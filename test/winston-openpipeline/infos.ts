/** Infos as the real winston hands them to a transport, and the events they become. */
import type { Logger, LoggerOptions } from 'winston'
import winston from 'winston'
import Transport from 'winston-transport'
import { createRecordToEvent } from '../../packages/winston-openpipeline/src/record-to-event.ts'
import type { SentEvent } from '../support/as-sent.ts'
import { asSent } from '../support/as-sent.ts'

/** A transport that maps at once, as ours does: winston may change an info later. */
export class MappingTransport extends Transport {
  override handleRejections = false
  readonly infos: object[] = []
  readonly events: SentEvent[] = []
  readonly #recordToEvent = createRecordToEvent()

  override log(info: object, next: () => void): void {
    this.infos.push(info)
    this.events.push(asSent(this.#recordToEvent(info)))
    next()
  }
}

/** Everything passes, as it is: no format, no bound. */
export function loggerWith(transport: Transport, options: LoggerOptions = {}): Logger {
  return winston.createLogger({ level: 'silly', format: asIs, ...options, transports: [transport] })
}

export const asIs = winston.format((info) => info)()

/** What a logger with these options hands over, as it is sent. */
export function logged(options: LoggerOptions, log: (logger: Logger) => void): SentEvent[] {
  const transport = new MappingTransport()
  const logger = loggerWith(transport, options)
  // set here, because an option would make winston listen to this process
  transport.handleExceptions = true
  transport.handleRejections = true
  log(logger)
  return transport.events
}
