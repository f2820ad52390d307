/** winston as it is measured, with the same doors as `pino.mjs`. */
import { once } from 'node:events'

import winston from 'winston'
import TransportStream from 'winston-transport'

import { createRecords } from './records.mjs'

/** Every winston contender formats as winston's own default does, with the time that a log needs. */
const jsonFormat = () => winston.format.combine(winston.format.timestamp(), winston.format.json())

export function winstonLogger(transport, count, format = jsonFormat()) {
  const logger = winston.createLogger({ level: 'silly', format, transports: [transport] })
  const records = createRecords('winston', count)
  return {
    log(index) {
      const { level, message, fields } = records.at(index)
      logger.log(level, message, fields)
    },
    isFull: () => logger.writableNeedDrain,
    drained: () => once(logger, 'drain'),
    async end() {
      const finished = once(logger, 'finish')
      logger.end()
      await finished
    },
  }
}

/** The infos as they come. */
export const noFormat = () => winston.format((info) => info)()

export function nothing() {
  return new Nothing()
}

class Nothing extends TransportStream {
  log(_info, next) {
    next()
  }
}
