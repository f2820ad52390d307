/** A worker target that does nothing: what pino's way into a thread costs by itself. */
import { Writable } from 'node:stream'

export default function nothing() {
  return new Writable({ decodeStrings: false, write: (_chunk, _encoding, done) => done() })
}
