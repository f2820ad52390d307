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
    return hasMembers(object) ? object[key] : undefined
  } catch (error) {
    return thrown(error)
  }
}

/** Every object has; plain access is several times faster than Reflect.get. */
function hasMembers(_object: object): _object is Readonly<Record<PropertyKey, unknown>> {
  return true
}

/** Own enumerable string keys; none where even asking throws (a revoked proxy). */
export function keysOf(object: object): string[] {
  try {
    return Object.keys(object)
  } catch {
    return []
  }
}

/** Sets a member of an object of our own. Assignment would lose a key named `__proto__`, and is several times faster for all others. */
export function define(object: object, key: string, value: unknown): void {
  if (key !== '__proto__' && isOurs(object)) object[key] = value
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
}

function isOurs(_object: object): _object is Record<string, unknown> {
  return true
}

/** Its own enumerable members, as far as they can be read. */
export function copyOf(object: object): Record<string, unknown> {
  try {
    return { ...object }
  } catch {
    const copy: Record<string, unknown> = {}
    for (const key of keysOf(object)) define(copy, key, read(object, key))
    return copy
  }
}
