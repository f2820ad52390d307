/** A message that is a line of an access log, in one of the formats morgan has names for → the attributes of that request. */
import { setAddress, setAgent, setDuration, setMethod, setStatusCode, setUrl } from './http-attributes.ts'
import type { Mapping } from './mapping.ts'

/** A longer message is no such line, or not worth the work. */
const MAX_LENGTH = 8192

/** `combined` and `common`, which Apache and nginx write too. */
const COMMON =
  /^(?<address>\S+) \S+ \S+ \[[^\]]{1,64}\] "(?<method>[A-Z]+) (?<url>\S+) HTTP\/[\d.]+" (?<status>\d{3}) (?:\d+|-)(?: "[^"]*" "(?<agent>[^"]*)")?\s*$/

/** `short` and `tiny`. */
const SHORT =
  /^(?:(?<address>\S+) \S+ )?(?<method>[A-Z]+) (?<url>\S+) (?:HTTP\/[\d.]+ )?(?<status>\d{3}) (?:\d+|-) - (?<ms>[\d.]+) ms\s*$/

/** `dev`, without its colours. */
const DEV = /^(?<method>[A-Z]+) (?<url>\S+) (?<status>\d{3}) (?<ms>[\d.]+) ms - (?:\d+|-)\s*$/

/** The message itself stays the content. */
export function mapAccessLine({ event }: Mapping): void {
  const { content } = event
  if (content === undefined || content.length > MAX_LENGTH || event['http.request.method'] !== undefined) return
  const parts = patternOf(content)?.exec(content)?.groups
  if (parts === undefined || !setMethod(event, parts['method'])) return
  setUrl(event, parts['url'])
  setStatusCode(event, parts['status'])
  setDuration(event, parts['ms'])
  if (parts['address'] !== '-') setAddress(event, parts['address'])
  if (parts['agent'] !== '-') setAgent(event, parts['agent'])
}

/** Whether `mapAccessLine` may find something in it. */
export function mayBeAccessLine(content: string): boolean {
  return content.length <= MAX_LENGTH && patternOf(content) !== undefined
}

/** Told by the end, so that other messages cost no search and no match. */
function patternOf(content: string): RegExp | undefined {
  const end = content.endsWith('\n') ? content.length - 1 : content.length
  const last = content.charAt(end - 1)
  if (last === 's') return content.endsWith(' ms', end) ? SHORT : undefined
  if (last !== '"' && last !== '-' && !(last >= '0' && last <= '9')) return undefined
  if (content.includes('] "')) return COMMON
  return content.includes(' ms - ') ? DEV : undefined
}
