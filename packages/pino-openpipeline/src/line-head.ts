/**
 * The begin of a line, which pino wrote by itself: level, time and its bindings. A record's field of the same name stands
 * behind it, and JSON.parse would take that one.
 */

type Scalar = string | number | undefined

/** What is not there, or not in pino's order, is undefined. */
export interface LineHead {
  /** Value of the first key, where that is not `level`: a formatter's own form of the level. */
  readonly first: Scalar
  readonly level: Scalar
  readonly time: Scalar
  readonly pid: Scalar
  readonly hostname: Scalar
  readonly name: Scalar
}

/** A head, and where its parts stand in the text of every line that begins in the same way. */
interface Known {
  readonly head: { -readonly [Key in keyof LineHead]: LineHead[Key] }
  /** The level's JSON text. */
  readonly level: string
  readonly timeAt: number
}

const LEVEL_AT = '{"level":'.length

const VALUE = String.raw`(-?\d{1,15}(?:\.\d{1,9})?|"[^"\\]*")`
const HEAD = new RegExp(
  String.raw`^\{(?:"(?!time")([^"\\]+)":${VALUE})?(?:(,?"time":)${VALUE})?` +
    `(?:,"pid":${VALUE})?(?:,"hostname":${VALUE})?(?:,"name":${VALUE})?[,}]`,
)

/** A program has few levels, but a record's own `level` may be anything. */
const MAX_KNOWN = 64

const ZERO = 0x30

/** Reads heads. Most are those of an earlier line of the same level but for the time, which is then all that is looked at. */
export class LineHeadReader {
  readonly #known = new Map<unknown, Known>()

  /**
   * The answer is valid until the next call.
   * @param record what JSON.parse made of the line
   */
  read(line: string, record: Readonly<Record<string, unknown>>): LineHead {
    const { level, time } = record
    const known = this.#known.get(level)
    if (known === undefined || !hasLevel(line, known.level) || !hasTime(line, known.timeAt, time)) {
      return this.#readInFull(line, level)
    }
    const { head } = known
    if (record['pid'] !== head.pid || record['hostname'] !== head.hostname || record['name'] !== head.name) {
      return this.#readInFull(line, level)
    }
    head.time = typeof time === 'number' || typeof time === 'string' ? time : undefined
    return head
  }

  #readInFull(line: string, recordLevel: unknown): LineHead {
    const [text = '', firstKey, firstValue, timeKey, time, pid, hostname, name] = HEAD.exec(line) ?? []
    const isLevel = firstKey === 'level'
    const head = {
      first: isLevel ? undefined : scalar(firstValue),
      level: isLevel ? scalar(firstValue) : undefined,
      time: scalar(time),
      pid: scalar(pid),
      hostname: scalar(hostname),
      name: scalar(name),
    }
    if (isLevel && firstValue !== undefined && timeKey !== undefined && head.level === recordLevel) {
      if (this.#known.size >= MAX_KNOWN) this.#known.clear()
      this.#known.set(recordLevel, { head, level: firstValue, timeAt: text.indexOf(timeKey) + timeKey.length })
    }
    return head
  }
}

function hasLevel(line: string, level: string): boolean {
  for (let index = 0; index < level.length; index++) {
    if (line.charCodeAt(LEVEL_AT + index) !== level.charCodeAt(index)) return false
  }
  return true
}

function hasTime(line: string, at: number, time: unknown): boolean {
  if (typeof time === 'string') return line.startsWith(time, at + 1)
  let number = 0
  for (let index = at; ; index++) {
    const digit = line.charCodeAt(index) - ZERO
    if (!(digit >= 0 && digit <= 9)) break
    number = number * 10 + digit
  }
  return number === time
}

function scalar(text: string | undefined): Scalar {
  if (text === undefined) return undefined
  return text.startsWith('"') ? text.slice(1, -1) : Number(text)
}
