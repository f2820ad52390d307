/** Ids of events: unique everywhere, fixed before the first attempt, in the order of logging when sorted as text. */
import { randomBytes } from 'node:crypto'

/** Digits of the counter's end that come from a table. */
const TABLE_DIGITS = 3
const TABLE_SIZE = 16 ** TABLE_DIGITS
const HEAD_DIGITS = 8

const TAILS = Array.from({ length: TABLE_SIZE }, (_, index) => index.toString(16).padStart(TABLE_DIGITS, '0'))

/**
 * `<start time>-<random>-<counter>`, lower-case hexadecimal of fixed width: the first two make the instance,
 * so that ids of a restarted service sort behind those of its earlier life.
 */
export function createEventIds(wallMs: number): () => string {
  const instance = `${Math.floor(wallMs).toString(16).padStart(11, '0')}-${randomBytes(6).toString('hex')}`
  let block = 0
  let index = 0
  let head = headOf(instance, block)
  return () => {
    const id = head + (TAILS[index] ?? '')
    if (++index === TABLE_SIZE) {
      index = 0
      head = headOf(instance, ++block)
    }
    return id
  }
}

function headOf(instance: string, block: number): string {
  return `${instance}-${block.toString(16).padStart(HEAD_DIGITS, '0')}`
}
