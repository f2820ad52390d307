/** Logs one record for each value that JSON cannot hold or that throws when it is touched. */
import { given, report } from './report.mjs'
import { open } from './ways.mjs'

const { way, options, withoutUs } = given

const circular = { name: 'circular' }
circular.self = circular
let deep = {}
for (let level = 0; level < 10_000; level++) deep = { deep }

const values = {
  BigInt: 12_345_678_901_234_567_890n,
  circular,
  'throwing getter and toJSON': {
    getter: {
      get value() {
        throw new Error('getter')
      },
    },
    json: {
      toJSON() {
        throw new Error('toJSON')
      },
    },
  },
  NaN,
  'invalid Date': new Date(NaN),
  '2 MB string': 'x'.repeat(2_000_000),
  'Error with cause': new Error('outer', { cause: new Error('inner') }),
  AggregateError: new AggregateError([new Error('one'), new Error('two')], 'both'),
  Symbol: Symbol('symbol'),
  function: function named() {},
  Map: new Map([['key', new Map([[{}, 1]])]]),
  Set: new Set([1, new Set()]),
  Buffer: Buffer.from([0, 255, 128]),
  'lone surrogate': 'a\ud800b',
  '__proto__ key': JSON.parse('{ "__proto__": { "polluted": true } }'),
  'depth 10,000': deep,
  'frozen info': 'frozen',
  'null prototype': Object.assign(Object.create(null), { key: 'value' }),
}

const log = await opener()
for (const [marker, value] of Object.entries(values)) {
  const fields = { marker, value }
  if (marker === 'null prototype') Object.setPrototypeOf(fields, null)
  if (marker === 'frozen info') Object.freeze(fields)
  log(fields)
}
if (way === 'winston') process.stdout.write('that was all\n') // nothing of what the application sees may come later
report({ logged: Object.keys(values).length, polluted: {}.polluted ?? false })

async function opener() {
  if (way.startsWith('pino')) {
    const { info } = await open(way, options)
    return (fields) => info(fields, 'hostile')
  }
  const winston = await import('winston')
  const { combine, printf } = winston.format
  // What the application sees of its own records on the terminal; the second format runs behind our transport.
  const console = new winston.transports.Console({
    format: printf((info) => `${String(info.text)} keys: ${Object.keys(info).join(', ')}`),
  })
  const text = winston.format((info) =>
    Object.assign(info, { text: [info.level, info.message, info.marker].join(' ') }),
  )
  const freeze = winston.format((info) => (info.marker === 'frozen info' ? Object.freeze(info) : info))
  const format = combine(text(), freeze())
  if (withoutUs) {
    const logger = winston.createLogger({ format, transports: [console] })
    return (fields) => logger.info('hostile', fields)
  }
  const { info } = await open(way, options, { format, transports: [console] })
  return (fields) => info(fields, 'hostile')
}
