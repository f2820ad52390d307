export interface SoakRecord {
  readonly producer: string
  readonly seq: number
  readonly text: string
  readonly hash: string
  readonly poison?: true
}
export function recordOf(seed: number, producer: string, seq: number): SoakRecord
