/** Reads stdin to its end: passes it through where asked, and pushes each line as an event. */
import type { Shipper } from 'openpipeline-core'

import { lineToEvent } from './line-to-event.ts'
import { LineSplitter } from './line-splitter.ts'

export interface InputOptions {
  readonly isTeed: boolean
  /** Reads no further than the endpoint follows. */
  readonly waits: boolean
}

export interface InputResult {
  readonly lines: number
  /** Why reading stopped before the end, if it did. */
  readonly failure: string | undefined
}

/** Well within the shipper's queue, and enough for several requests at a time. */
const MAX_BYTES_AHEAD = 8 * 1024 * 1024

export async function readInput(shipper: Shipper, { isTeed, waits }: InputOptions): Promise<InputResult> {
  const splitter = new LineSplitter()
  const pass = isTeed ? passThrough() : undefined
  let lines = 0
  let bytesAhead = 0
  try {
    for await (const chunk of chunksOfStdin()) {
      await pass?.(chunk)
      lines += pushAll(shipper, splitter.split(chunk))
      bytesAhead += chunk.length
      if (!waits || bytesAhead < MAX_BYTES_AHEAD) continue
      await untilDelivered(shipper)
      bytesAhead = 0
    }
    return { lines: lines + pushAll(shipper, splitter.rest()), failure: undefined }
  } catch (error) {
    lines += pushAll(shipper, splitter.rest())
    return { lines, failure: error instanceof Error ? error.message : String(error) }
  }
}

async function* chunksOfStdin(): AsyncGenerator<Buffer> {
  for await (const chunk of process.stdin) {
    if (Buffer.isBuffer(chunk)) yield chunk
  }
}

function pushAll(shipper: Shipper, lines: Iterable<string>): number {
  let count = 0
  for (const line of lines) {
    const mapped = lineToEvent(line, Date.now())
    if (mapped === undefined) continue
    shipper.push(mapped.event, mapped.fields, mapped.except)
    count += 1
  }
  return count
}

/** An outage may last: a file can wait as long as it takes. */
async function untilDelivered(shipper: Shipper): Promise<void> {
  let pending = Infinity
  while (pending > 0) {
    const result = await shipper.flush()
    pending = result.pending
  }
}

/** Writes to stdout and waits for it; when its reader has gone, delivery goes on without. */
function passThrough(): (chunk: Buffer) => Promise<void> {
  let isOpen = true
  process.stdout.on('error', () => {
    isOpen = false
  })
  return async (chunk) => {
    if (!isOpen) return
    await new Promise<void>((resolve) => {
      process.stdout.write(chunk, () => resolve())
    })
  }
}
