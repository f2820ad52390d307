/** What properties draw from: any text, also one that is not well-formed, and events made of it. */
import fc from 'fast-check'
import { quote } from '../../packages/core/src/encode/quote.ts'

/** Any sequence of UTF-16 units: controls, quotes, pairs and lone halves of surrogate pairs. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc
    .array(fc.constantFrom('\ud83d', '\ude00', '\ud83d\ude00', '"', '\\', '\n', '\u0000', 'a', 'é', '漢'))
    .map((parts) => parts.join('')),
)

/** An encoded event: JSON text, as the encoder gives it. */
export const eventText = anyText.map((text) => `{"content":${quote(text)}}`)

/** Keys that collide with each other, with ours and with what objects inherit. */
const hostileKey = fc.constantFrom(
  'a',
  'b',
  'a.b',
  'a.b.c',
  'log.a',
  'log.a.b',
  'log.log.a',
  '1',
  '',
  'event.id',
  'event.type',
  'event',
  'id',
  'type',
  'log',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
)

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** Any JSON object, with keys from `hostileKey` so that names clash often. */
export const anyRecord: fc.Arbitrary<{ [key: string]: Json }> = fc.letrec<{
  value: Json
  record: { [key: string]: Json }
}>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    anyText,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('record'),
  ),
  record: fc
    .uniqueArray(fc.tuple(fc.oneof(hostileKey, anyText), tie('value')), { selector: ([key]) => key, maxLength: 6 })
    // not by assignment, which would lose a key named __proto__
    .map((entries) => Object.fromEntries(entries)),
})).record
