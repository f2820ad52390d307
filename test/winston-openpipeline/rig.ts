/** A transport and a logger in this process, and the account that each must keep. */
import { expect, onTestFinished } from 'vitest'
import winston from 'winston'
import type { WinstonOpenPipelineOptions } from 'winston-openpipeline'
import { OpenPipelineTransport } from 'winston-openpipeline'
import type { Target } from '../support/receiver-here.ts'
import { asIs } from './infos.ts'

export function transportTo(target: Target, options: WinstonOpenPipelineOptions = {}): OpenPipelineTransport {
  const transport = new OpenPipelineTransport({ ...target, ...options })
  transport.on('error', (error) => expect.fail(`error: ${String(error)}`))
  onTestFinished(async () => void (await transport.close()))
  return transport
}

export function loggerTo(...transports: winston.transport[]): winston.Logger {
  return winston.createLogger({ level: 'silly', format: asIs, transports })
}

export function expectAccount(transport: OpenPipelineTransport): void {
  const { accepted, deadLettered, delivered, lost, pending, spooled } = transport.stats()
  const losses = Object.values(lost).reduce((sum, count) => sum + count, 0)
  expect(delivered + pending + spooled + deadLettered + losses).toBe(accepted)
}
