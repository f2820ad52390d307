/** What reading a token comes to, wherever it is kept. */
import type { Outcome } from './outcome.ts'

/** A token and how long it may be used without asking again, or why there is none. */
export type TokenReading = { readonly token: string; readonly validForMs: number } | { readonly outcome: Outcome }

/** Never rejects. The signal gives the reading up. */
export type TokenReader = (signal: AbortSignal) => Promise<TokenReading>
