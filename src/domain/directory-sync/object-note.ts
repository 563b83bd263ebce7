import { classOf } from './decision.ts'
import { primaryOf } from './primary.ts'
import type { ObjectNote, StoredObject } from './store.ts'

/** What is told about an object that nothing else is to be said of. */
export function noteOf({ proxyAddresses, displayName, alias, type }: StoredObject): ObjectNote {
  return {
    reason: null,
    name: displayName ?? alias,
    address: primaryOf(proxyAddresses),
    class: classOf(type),
  }
}

/** The same for one that becomes an entry with all that it asks for. */
export const plainNoteOf = (object: StoredObject): ObjectNote => ({
  ...noteOf(object),
  dropped: [],
  remarks: [],
})
