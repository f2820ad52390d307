/** A step of a pino pipeline: changes each line's message. */
import { Transform } from 'node:stream'

export default () => {
  let rest = ''
  return new Transform({
    transform(chunk, _encoding, done) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()
      done(null, lines.map((line) => `${shout(line)}\n`).join(''))
    },
  })
}

function shout(line) {
  const record = JSON.parse(line)
  return JSON.stringify({ ...record, msg: record.msg.toUpperCase() })
}
