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

/** Said of one that another server than before does not have. */
export const NOT_FOUND =
  'Another server than before was read, and it does not have it. It is deleted when the next run does not find it either.'

/** The same for one that becomes an entry with all that it asks for. */
export const plainNoteOf = (object: StoredObject): ObjectNote => ({
  ...noteOf(object),
  dropped: [],
  remarks: [],
})
