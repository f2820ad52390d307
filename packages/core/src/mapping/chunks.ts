/** Tells a shipper which pushes come in one chunk, so that its spool writes them together. */

export interface Chunks {
  begin(): void
  /** What was pushed since is on disk when this returns. */
  end(): void
}

/** Under this key a shipper with a spool takes the hint. */
export const CHUNKS = Symbol.for('openpipeline.chunks')

/** Undefined where nothing is won. */
export function chunksOf(shipper: object): Chunks | undefined {
  const chunks: unknown = Reflect.get(shipper, CHUNKS)
  return isChunks(chunks) ? chunks : undefined
}

function isChunks(chunks: unknown): chunks is Chunks {
  return typeof chunks === 'object' && chunks !== null && 'begin' in chunks && 'end' in chunks
}
