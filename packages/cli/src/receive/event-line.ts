/** An event as a line of JSON, however deep it is: JSON can be parsed deeper than `JSON.stringify` can write it. */

export function eventLine(event: object): string {
  try {
    return JSON.stringify(event)
  } catch {
    return writeDeep(event)
  }
}

/** An object or array that has begun and not ended. */
interface Begun {
  readonly end: ']' | '}'
  readonly members: Iterator<[string, unknown]>
  isEmpty: boolean
}

/** The same text, without a call for each level. */
function writeDeep(event: object): string {
  const pieces: string[] = []
  const begun: Begun[] = []
  const write = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return void pieces.push(JSON.stringify(value))
    const isArray = Array.isArray(value)
    pieces.push(isArray ? '[' : '{')
    begun.push({ end: isArray ? ']' : '}', members: Object.entries(value).values(), isEmpty: true })
  }
  write(event)
  for (let inner = begun.at(-1); inner !== undefined; inner = begun.at(-1)) {
    const { done, value: member } = inner.members.next()
    if (done === true) {
      pieces.push(inner.end)
      begun.pop()
      continue
    }
    const [name, value] = member
    pieces.push(inner.isEmpty ? '' : ',', inner.end === '}' ? `${JSON.stringify(name)}:` : '')
    inner.isEmpty = false
    write(value)
  }
  return pieces.join('')
}
