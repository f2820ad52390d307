/** Which path and method is an ingest endpoint, and how anything else is refused. */
import type { Refusal } from './refusal.ts'

const BUILT_IN_PATH = /^\/platform\/ingest\/v1\/(?:events|events\.sdlc|security\.events)$/
const CUSTOM_PATH = /^\/platform\/ingest\/custom\/(events|events\.sdlc|security\.events)\/([^/]+)$/
/** Starts with a letter; letters, digits and single dots; no dot at the end. */
const CUSTOM_NAME = /^[a-z][a-z0-9]*(?:\.[a-z0-9]+)*$/i

/** Answers with the refusal, or with nothing where the request may go on. `endpoints` are lower-case, absent = any name. */
export function route(method: string, path: string, endpoints: ReadonlySet<string> | undefined): Refusal | undefined {
  if (!isEndpoint(path, endpoints)) return { status: 404, message: `Endpoint not found: ${path}` }
  if (method !== 'POST')
    return { status: 405, message: `Method ${method} is not allowed, use POST`, headers: { allow: 'POST' } }
  return undefined
}

/** True for a name as `endpoints` may hold it: `shop`, or `security.events/shop` for one kind only. */
export function isEndpointName(name: string): boolean {
  return CUSTOM_NAME.test(name) || CUSTOM_NAME.test(CUSTOM_PATH.exec(`/platform/ingest/custom/${name}`)?.[2] ?? '')
}

function isEndpoint(path: string, endpoints: ReadonlySet<string> | undefined): boolean {
  if (BUILT_IN_PATH.test(path)) return true
  const [, kind, name] = CUSTOM_PATH.exec(path) ?? []
  if (kind === undefined || name === undefined || !CUSTOM_NAME.test(name)) return false
  // Custom names are case-insensitive at the service.
  return endpoints === undefined || endpoints.has(name.toLowerCase()) || endpoints.has(`${kind}/${name.toLowerCase()}`)
}
