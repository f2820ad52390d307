/** An event whose members come as bytes from elsewhere: its id goes in front of them, the constant attributes behind. */
import type { EncodedEvent } from '../event.ts'
import { Bytes } from './bytes.ts'

/** In front of the members, for the id: it is drawn only once the event is sure to be one, so that ids stay in the order of events. */
const ROOM = 64

export class SplicedEvent {
  readonly #nextId: () => string
  readonly #bytes = new Bytes()

  /** @param nextId gives ids that need no escape and have no more than some forty characters */
  constructor(nextId: () => string) {
    this.#nextId = nextId
  }

  /** Begins anew. Members, `,"name":value` each, are to be added to what is returned. */
  begin(): Bytes {
    this.#bytes.length = ROOM
    return this.#bytes
  }

  /** @param closing what comes behind the members, the brace included. @returns the event, valid until another is begun */
  end(closing: Uint8Array): EncodedEvent {
    this.#bytes.add(closing)
    const { buffer, length } = this.#bytes
    const head = `{"event.id":"${this.#nextId()}"`
    const start = ROOM - head.length
    for (let index = 0; index < head.length; index++) buffer[start + index] = head.charCodeAt(index)
    return { bytes: buffer, start, end: length }
  }
}
