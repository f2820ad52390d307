/** What is registered with OpenTelemetry's API in this process, found without a dependency on it. */

/**
 * Where `@opentelemetry/api` of any 1.x keeps what was registered with it, so that all its copies in a program share it. Looking
 * here works wherever the package is installed.
 * https://github.com/open-telemetry/opentelemetry-js/blob/main/api/src/internal/global-utils.ts
 */
const API = Symbol.for('opentelemetry.js.api.1')

/** Undefined where OpenTelemetry is not in use. */
export function registered(kind: 'context' | 'metrics'): unknown {
  const api: unknown = Reflect.get(globalThis, API)
  return typeof api === 'object' && api !== null ? Reflect.get(api, kind) : undefined
}

/** Calls a method where there is one; undefined also where it throws. */
export function call(object: unknown, method: string, ...args: readonly unknown[]): unknown {
  try {
    const found: unknown = typeof object === 'object' && object !== null ? Reflect.get(object, method) : undefined
    return typeof found === 'function' ? Reflect.apply(found, object, args) : undefined
  } catch {
    return undefined
  }
}
