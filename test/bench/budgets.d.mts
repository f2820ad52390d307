export interface Verdict {
  readonly what: string
  readonly limit: number
  readonly figure?: { readonly median: number; readonly min: number; readonly max: number }
  /** Absent where nothing was measured. */
  readonly isKept?: boolean
}

export function judge(measured: {
  readonly results: readonly object[]
  readonly installs: readonly object[]
  readonly tolerance: number
}): Verdict[]
