/** What JSON.parse would lose of a line: the digits of a long integer, and the first of two members with the same key. */

/** Strings come first, so that what looks like a token inside one is passed over. */
const STRING = String.raw`"(?:[^"\\]|\\.)*"`
const STRING_OR_NUMBER = new RegExp(String.raw`${STRING}|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`, 'g')
const STRING_OR_MARK = new RegExp(String.raw`${STRING}|[{}[\],]`, 'g')

/** Ends of a member of the top level. */
const ENDS: ReadonlySet<string> = new Set([',', '}'])

const DEPTHS: ReadonlyMap<string, number> = new Map([
  ['{', 1],
  ['[', 1],
  ['}', -1],
  [']', -1],
])

/** Digits of the shortest integer that may be inexact. */
const LONG = 16
const LONG_INTEGER = /^-?\d{16,}$/

/** pino writes a BigInt as a number; one that a double cannot hold becomes text. Other lines are returned as they are. */
export function withExactIntegers(line: string): string {
  if (!hasLongNumber(line)) return line
  return line.replaceAll(STRING_OR_NUMBER, (token) =>
    LONG_INTEGER.test(token) && String(Number(token)) !== token ? `"${token}"` : token,
  )
}

/** So many digits in a row cannot all stand between two places that are this far apart. */
function hasLongNumber(line: string): boolean {
  for (let at = LONG - 1; at < line.length; at += LONG) {
    if (!isDigit(line, at)) continue
    let first = at
    while (isDigit(line, first - 1)) first--
    let last = at
    while (isDigit(line, last + 1)) last++
    if (last - first + 1 >= LONG) return true
  }
  return false
}

function isDigit(line: string, at: number): boolean {
  const unit = line.charCodeAt(at)
  return unit >= 0x30 && unit <= 0x39
}

/** Finds the value of a line's first member with this key, where another one follows; undefined otherwise. */
export function createFirstOfTwo(key: string): (line: string) => unknown {
  const member = `${JSON.stringify(key)}:`
  const furtherMember = `,${member}`
  return (line) => {
    const last = line.lastIndexOf(furtherMember)
    if (last === -1 || (line.indexOf(furtherMember) === last && !line.startsWith(member, 1))) return undefined
    const texts = valuesOf(line, member)
    return texts.length > 1 && texts[0] !== undefined ? parse(texts[0]) : undefined
  }
}

/** Texts of the values behind this beginning of a member, at the top level. */
function valuesOf(line: string, member: string): string[] {
  const texts: string[] = []
  let depth = 0
  let start = -1
  for (const { 0: token, index } of line.matchAll(STRING_OR_MARK)) {
    if (depth === 1 && start === -1 && line.startsWith(member, index)) start = index + member.length
    if (depth === 1 && start !== -1 && ENDS.has(token)) {
      texts.push(line.slice(start, index))
      start = -1
    }
    depth += DEPTHS.get(token) ?? 0
  }
  return texts
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
