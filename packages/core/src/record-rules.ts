/** What an adapter applies to a record before and while it becomes an event. */
import type { CustomLevels } from './options/levels.ts'
import { createRedact } from './redact/redact.ts'
import type { Redact } from './redact/redact.ts'
import type { Settings } from './settings.ts'

/** Absent members cost nothing: there is nothing to be done. */
export interface RecordRules {
  /** To be applied first, so that nothing is derived from what must not be sent. */
  readonly redact?: Redact
  /** The option `levels`. */
  readonly levels?: CustomLevels
  /** Records of a level below are not pushed. */
  readonly minLevel?: string | number
  /** The record will be handed to the user's `map` function, and must stay as it was logged. */
  readonly keepsRecord?: boolean
}

export function recordRulesOf({ levels, map, minLevel, redact }: Settings): RecordRules {
  return {
    ...(redact.length > 0 && { redact: createRedact(redact) }),
    ...(Object.keys(levels).length > 0 && { levels }),
    ...(minLevel !== undefined && { minLevel }),
    ...(map !== undefined && { keepsRecord: true }),
  }
}
