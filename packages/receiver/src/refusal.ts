/** A refusal and the error envelope that carries it: `{"error":{"code":401,"message":"…"}}`. */

export interface Refusal {
  readonly status: number
  readonly message: string
  readonly headers?: Readonly<Record<string, string>>
}

/** The documented envelope, as JSON text. */
export function errorEnvelope(status: number, message: string): string {
  return JSON.stringify({ error: { code: status, message } })
}
