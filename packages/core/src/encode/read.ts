/** Reads foreign objects: their getters and traps may throw, which costs the value at hand and nothing else. */

/** What stands in for a value that threw when it was read. */
export function thrown(error: unknown): string {
  try {
    return `[Throws: ${error instanceof Error ? error.message : String(error)}]`
  } catch {
    return '[Throws]'
  }
}

/** The value of a property, or what stands in for it. */
export function read(object: object, key: string | number): unknown {
  try {
    return Reflect.get(object, key)
  } catch (error) {
    return thrown(error)
  }
}

/** Own enumerable string keys; none where even asking throws (a revoked proxy). */
export function keysOf(object: object): string[] {
  try {
    return Object.keys(object)
  } catch {
    return []
  }
}

/** Assignment would lose a key named `__proto__`. */
export function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}
