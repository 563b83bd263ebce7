import { AddressBooks, type AddressBooksDeps } from '#src/domain/address-book/address-book.ts'
import { wordsKeeper } from '#src/domain/address-book/kept-words.ts'
import type { Store } from '#src/domain/store.ts'

/** Address books of a store, with room for all of them. */
export function booksOf(store: Store, deps: Partial<AddressBooksDeps> = {}): AddressBooks {
  return new AddressBooks({
    directory: store.directory,
    keeper: wordsKeeper(store),
    now: Date.now,
    memoryBytes: 2 ** 30,
    trouble: (message, error) => {
      throw new Error(message, { cause: error })
    },
    ...deps,
  })
}
