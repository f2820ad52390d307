/** Lines as the real pino writes them, and the events they become. */
import pino from 'pino'
import type { DestinationStream, Logger, LoggerOptions } from 'pino'
import type { PinoConfig } from '../../packages/pino-openpipeline/src/record-to-event.ts'
import { createRecordToEvent } from '../../packages/pino-openpipeline/src/record-to-event.ts'
import type { SentEvent } from '../support/as-sent.ts'
import { asSent } from '../support/as-sent.ts'

/** A destination that keeps the lines, without their ends. */
export class KeptLines implements DestinationStream {
  readonly lines: string[] = []

  write(text: string): void {
    this.lines.push(...text.split('\n').filter((line) => line !== ''))
  }
}

/** What a logger with these options writes, as it is sent. */
export function logged(options: LoggerOptions, log: (logger: Logger) => void, config?: PinoConfig): SentEvent[] {
  const kept = new KeptLines()
  log(pino({ level: 'trace', ...options }, kept))
  return sentOf(kept.lines, config)
}

export function sentOf(lines: readonly string[], config?: PinoConfig): SentEvent[] {
  return lines.map(createRecordToEvent(config)).map((mapped) => asSent(mapped))
}

export function sentOfLine(line: string, config?: PinoConfig): SentEvent {
  return sentOf([line], config)[0] ?? {}
}
