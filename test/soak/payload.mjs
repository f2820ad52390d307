/** What a producer logs and the oracle checks: a text that follows from seed, producer and number, and its hash. */
import { createHash } from 'node:crypto'

/** One in so many records is one that the endpoint will not have. */
const POISON_EVERY = 400

const ALPHABET = ['a', 'e', 'n', 'r', 's', 't', ' ', '"', '\\', '\n', 'ß', 'é', '€', '漢', '😀', '\u0000', '\u2028']

/** @returns {{ producer: string, seq: number, text: string, hash: string, poison?: true }} */
export function recordOf(seed, producer, seq) {
  const text = textOf(seed, producer, seq)
  const record = { producer, seq, text, hash: hashOf(producer, seq, text) }
  return isPoison(producer, seq) ? { ...record, poison: true } : record
}

export function hashOf(producer, seq, text) {
  return createHash('sha256').update(`${producer}:${seq}:${text}`).digest('hex').slice(0, 16)
}

export function isPoison(producer, seq) {
  return numberOf(`poison:${producer}:${seq}`) % POISON_EVERY === 0
}

/** Most are short, some are long, a few are very long: but none, encoded, is longer than the smallest body in use, which would cut it. */
function textOf(seed, producer, seq) {
  const number = numberOf(`${seed}:${producer}:${seq}`)
  const share = number % 1000
  const length = share < 900 ? 20 + (number % 300) : share < 995 ? 1000 + (number % 9000) : 15_000 + (number % 15_000)
  const word = Array.from({ length: 16 }, (_, index) => ALPHABET[(number >>> index) % ALPHABET.length]).join('')
  // Well-formed: the cut may go through a pair of surrogates, of which UTF-8 knows no half.
  return `${number} `.padEnd(length, word).toWellFormed()
}

function numberOf(text) {
  return createHash('sha256').update(text).digest().readUInt32BE(0)
}
