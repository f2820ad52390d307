/** The user's `map` function around every event: it may change or drop one, and whatever it does wrong costs nothing but its own work. */
import { copyOf, define, keysOf, read, thrown } from './encode/read.ts'
import type { MapHook } from './options/map.ts'
import { isRecord } from './options/reader.ts'
import type { Pushed } from './pushed.ts'

export interface MapParts {
  readonly hook: MapHook
  /** Whether a record's field of this name is kept as `log.<name>`. */
  readonly isFixed: (name: string) => boolean
  readonly warn: (message: string) => void
}

/** @returns what maps an event; undefined is an event that is not wanted */
export function createMapping({ hook, isFixed, warn }: MapParts): (pushed: Pushed) => Pushed | undefined {
  let isBusy = false
  let hasWarned = false
  const fault = (what: string): void => {
    if (!hasWarned) warn(`map ${what}; its events are sent unmapped`)
    hasWarned = true
  }
  return (pushed) => {
    // What the function itself logs would call it again, without end.
    if (isBusy) return pushed
    isBusy = true
    try {
      const mapped = hook(merged(pushed, isFixed), pushed.fields ?? pushed.event)
      if (mapped === undefined || mapped === null) return undefined
      if (isRecord(mapped) && !isPromise(mapped)) return { event: mapped }
      fault(
        `returned ${isRecord(mapped) ? 'a promise' : `a value of type ${typeof mapped}`} instead of an event or undefined`,
      )
    } catch (error) {
      fault(`threw: ${thrown(error)}`)
    } finally {
      isBusy = false
    }
    return pushed
  }
}

function isPromise(value: object): boolean {
  return 'then' in value && typeof value.then === 'function'
}

/** The event with the record's other fields under their names, as the encoder would give them. */
function merged({ event, except, fields }: Pushed, isFixed: (name: string) => boolean): object {
  const all = copyOf(event)
  for (const key of fields === undefined ? [] : keysOf(fields)) {
    if (except?.has(key) === true || fields === undefined) continue
    let name = key
    while (Object.hasOwn(all, name) || isFixed(name)) name = `log.${name}`
    define(all, name, read(fields, key))
  }
  return all
}
