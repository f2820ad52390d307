/** `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME`. https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */
import type { Environment } from '../options/environment.ts'

/** `key=value` pairs between commas, percent-encoded; an entry that is not well formed says nothing. */
export function resourceAttributes(environment: Environment): Record<string, string> {
  const attributes: Record<string, string> = {}
  for (const entry of (environment['OTEL_RESOURCE_ATTRIBUTES'] ?? '').split(',')) {
    const at = entry.indexOf('=')
    const key = decode(entry.slice(0, Math.max(at, 0)))
    const value = decode(entry.slice(at + 1))
    if (at > 0 && key !== '' && value !== '') Object.defineProperty(attributes, key, { value, enumerable: true })
  }
  const serviceName = environment['OTEL_SERVICE_NAME']?.trim() ?? ''
  return serviceName === '' ? attributes : { ...attributes, 'service.name': serviceName }
}

/** Empty for what cannot be decoded. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    return ''
  }
}
