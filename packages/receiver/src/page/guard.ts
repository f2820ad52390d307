/**
 * Who may use the page: programs on this machine only, under a name of this machine. Logs are private and the fault buttons change
 * answers, so neither another machine, nor a site that points its own name here (DNS rebinding), nor one that sends requests across.
 */
import type { IncomingMessage } from 'node:http'

/** Browsers send it only from the page itself: across sites it would take a CORS preflight, which nobody answers. */
const PAGE_HEADER = 'x-openpipeline-page'

/** The reason why this request may not see the page, or nothing. */
export function refuseReading({ headers, socket }: IncomingMessage): string | undefined {
  if (!isLoopback(socket.remoteAddress ?? '')) return 'the page is for the machine that the receiver runs on'
  if (!isLocalName(hostname(headers.host ?? ''))) {
    return 'the page is served as localhost, 127.0.0.1 or [::1] only, not under other names'
  }
  return undefined
}

/** The reason why this request may not be sent by a script, or nothing. */
export function refuseFetching(request: IncomingMessage): string | undefined {
  const { 'sec-fetch-site': site, origin, host } = request.headers
  const isForeign = (site !== undefined && site !== 'same-origin') || (origin !== undefined && !isSame(origin, host))
  return refuseReading(request) ?? (isForeign ? 'this is for the page of the receiver only' : undefined)
}

/** The reason why this request may not change anything, or nothing. */
export function refuseChanging(request: IncomingMessage): string | undefined {
  const { [PAGE_HEADER]: mark, 'content-type': contentType } = request.headers
  const refusal = refuseFetching(request)
  if (refusal !== undefined) return refusal
  if (mark !== '1') return `the header ${PAGE_HEADER}: 1 is missing`
  return contentType === 'application/json' ? undefined : 'the content type must be application/json'
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\./.test(address)
}

function isLocalName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name)
}

/** `[::1]:4020` → `[::1]`. */
function hostname(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}

function isSame(origin: string, host: string | undefined): boolean {
  return origin.replace(/^https?:\/\//, '') === host
}
