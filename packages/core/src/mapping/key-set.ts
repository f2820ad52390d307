/** The keys of a record that its event contains already: few combinations, each made once and shared by all records. */

/** To make a Set for each record would cost more than to map the record. */
export class KeySet extends Set<string> {
  /** Sets of one key more. Keys come from the code and the configuration, never from records, so there are few. */
  readonly #next = new Map<string, KeySet>()

  /** This set and one more key. */
  with(key: string): KeySet {
    let next = this.#next.get(key)
    if (next === undefined) {
      next = this.has(key) ? this : new KeySet([...this, key])
      this.#next.set(key, next)
    }
    return next
  }
}

export const NO_KEYS = new KeySet()
