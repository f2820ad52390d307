/** Loki's bodies come compressed with it. */
import snappy from 'snappy'

export const unsnappy = (body) => snappy.uncompressSync(body)
