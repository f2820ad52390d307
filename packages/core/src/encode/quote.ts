/** A string as JSON text. */

/** Below this length a loop is faster than a regular expression. */
const SHORT = 42

/** What JSON.stringify escapes: quotes, backslashes, controls and lone surrogates. */
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/

/** Same result as JSON.stringify for every string, without its call where nothing needs an escape. */
export function quote(text: string): string {
  return needsEscape(text) ? JSON.stringify(text) : `"${text}"`
}

export function needsEscape(text: string): boolean {
  if (text.length >= SHORT) return NEEDS_ESCAPE.test(text)
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit >= 0xd800 && unit <= 0xdfff)) return true
  }
  return false
}

/** A string of at most `max` UTF-16 units as JSON text; what is cut is named in its place, in UTF-8 bytes. */
export function quoteWithin(text: string, max: number): string {
  return quote(text.length <= max ? text : truncate(text, max))
}

export function truncate(text: string, max: number): string {
  // half a surrogate pair at the end would become a replacement character
  const end = /[\ud800-\udbff]/.test(text.charAt(max - 1)) ? max - 1 : max
  const kept = text.slice(0, Math.max(0, end))
  return `${kept}…[truncated ${Buffer.byteLength(text) - Buffer.byteLength(kept)} bytes]`
}
