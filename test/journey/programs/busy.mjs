/** A stage of a pipeline that leaves the worker's event loop no turn for `forMs` once a record has come. */
import { Transform } from 'node:stream'

export default ({ forMs }) =>
  new Transform({
    transform(chunk, _encoding, done) {
      for (const end = performance.now() + forMs; performance.now() < end;);
      done(null, chunk)
    },
  })
