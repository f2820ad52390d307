/** An event whose members come as bytes from elsewhere: its id goes in front of them, the constant attributes behind. */
import type { EncodedEvent } from '../event.ts'
import { Bytes } from './bytes.ts'

const HEAD = '{"event.id":"'
const QUOTE = 0x22

/** In front of the members, for the id: it is drawn only once the event is sure to be one, so that ids stay in the order of events. */
const ROOM = 64

export class SplicedEvent {
  readonly #nextId: () => string
  #bytes = new Bytes()
  /** The event at hand is being taken. */
  #isLent = false
  /** The head stands there already, for ids of one length. */
  #start = ROOM

  /** @param nextId gives ids that need no escape and have no more than some forty characters */
  constructor(nextId: () => string) {
    this.#nextId = nextId
  }

  /** Begins anew. Members, `,"name":value` each, are to be added to what is returned. */
  begin(): Bytes {
    if (this.#isLent) this.#renew()
    this.#bytes.length = ROOM
    return this.#bytes
  }

  /** @param closing what comes behind the members, the brace included. @returns the event, valid until `release` */
  end(closing: Uint8Array): EncodedEvent {
    this.#bytes.add(closing)
    const id = this.#nextId()
    const { buffer, length } = this.#bytes
    const start = ROOM - HEAD.length - id.length - 1
    if (start !== this.#start) {
      this.#start = start
      buffer.write(HEAD, start, 'latin1')
      buffer[ROOM - 1] = QUOTE
    }
    buffer.write(id, start + HEAD.length, 'latin1')
    this.#isLent = true
    return { bytes: buffer, start, end: length }
  }

  /** Nobody needs the event any more. */
  release(): void {
    this.#isLent = false
  }

  /** While an event is taken a program may be told of a fault, and log what it was told. */
  #renew(): void {
    this.#bytes = new Bytes()
    this.#start = ROOM
    this.#isLent = false
  }
}
