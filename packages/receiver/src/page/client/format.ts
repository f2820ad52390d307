/** Numbers, sizes, times and hostile text as the page shows them. */

const COUNT = new Intl.NumberFormat('en-US')

export function count(value: number): string {
  return COUNT.format(value)
}

/** `950`, `12.3k`, `1.2M`: for places that are too small for all digits. */
export function shortCount(value: number): string {
  if (value < 10_000) return count(value)
  return value < 1_000_000 ? `${trimmed(value / 1000)}k` : `${trimmed(value / 1_000_000)}M`
}

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

export function duration(ms: number): string {
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`
}

/** `12:03:44.123`, in the time zone of the reader. */
export function clock(epochMs: number): string {
  const date = new Date(epochMs)
  if (Number.isNaN(date.getTime())) return '–'
  const two = (value: number): string => String(value).padStart(2, '0')
  const seconds = `${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
  return `${two(date.getHours())}:${two(date.getMinutes())}:${seconds}`
}

/** The time of day, and for another day than that of the arrival its date: `11-23 12:03`. */
export function shortTime(epochMs: number, arrivedMs: number): string {
  const isSameDay = new Date(epochMs).toDateString() === new Date(arrivedMs).toDateString()
  return isSameDay ? clock(epochMs) : fullTime(epochMs).slice(5, 16)
}

/** With the date, for times that may be of another day. */
export function fullTime(epochMs: number): string {
  const date = new Date(epochMs)
  if (Number.isNaN(date.getTime())) return 'not a time'
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(epochMs)}`
}

/** One line of it: line breaks and control characters become visible, what is too long is cut. */
export function oneLine(text: string, maxLength = 400): string {
  const start = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return start.replaceAll(/\r\n?|\n/g, ' ⏎ ').replaceAll(/[\u0000-\u001f]/g, picture)
}

/** The same for text of several lines. */
export function visible(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f]/g, picture)
}

/** Text that is longer than anybody reads, and than a browser lays out with ease. */
export function cut(text: string, maxLength: number): string {
  const more = text.length - maxLength
  return more <= 0 ? text : `${text.slice(0, maxLength)}… (${count(more)} more characters, whole in the copied JSON)`
}

/** The text of a value, JSON where it is not text already. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return '(nested too deeply)'
  }
}

/** A control character's own symbol: ESC becomes ␛. */
function picture(character: string): string {
  return String.fromCharCode(0x2400 + character.charCodeAt(0))
}

function trimmed(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(1)
}
