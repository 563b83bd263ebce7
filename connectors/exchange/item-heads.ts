/** What is known of an item before it is read. */
export type ItemHead = {
  sizeBytes: number | null
  itemClass: string
  /** PR_SEARCH_KEY, base64: by it lists find what cannot be read itself. */
  searchKey?: string | undefined
}

/** As many as some pages of changes have. */
const MOST = 8_192

/** Heads of items that lists have told, the latest of them: they say how much a request for the items brings. */
export class ItemHeads {
  readonly #heads = new Map<string, ItemHead>()

  put(key: string, head: ItemHead): void {
    this.#heads.delete(key)
    this.#heads.set(key, head)
    if (this.#heads.size <= MOST) return
    for (const oldest of this.#heads.keys()) {
      this.#heads.delete(oldest)
      return
    }
  }

  find(key: string): ItemHead | undefined {
    return this.#heads.get(key)
  }
}
