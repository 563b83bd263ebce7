import {
  AnnotationLimit,
  LARGEST_ANNOTATION_BYTES,
  writeAnnotations,
} from '#src/domain/mailbox/annotations.ts'
import { setSpecialUse } from '#src/domain/mailbox/special-uses.ts'
import { parseSetMetadata } from '#src/wire/imap/metadata.ts'
import { command } from '../command.ts'
import { knownUse, specialUseOf } from '../folder-tree.ts'
import { getMetadataPlace, isUse, type MetadataPlace, splitEntryName } from '../metadata-place.ts'
import { notAllowed } from '../reachable-mailboxes.ts'

/** SETMETADATA, RFC 5464 §4.3: all of the entries or none. */
export const setmetadata = command({
  name: 'SETMETADATA',
  state: 'authenticated',
  parse: parseSetMetadata,

  run: async (session, { mailbox: name, entries }) => {
    const place = await getMetadataPlace(session, name)
    const use = entries.findLast((each) => isUse(place, each.name))?.value
    if (use !== undefined && !mayBeUsed(place, use))
      return { status: 'NO', code: { code: 'USEATTR' }, text: 'The mailbox is not used for that' }
    const kept = entries.filter((each) => !isUse(place, each.name))
    const changes = kept.map((each) => ({ ...splitEntryName(session, each.name), value: each.value }))
    if (!place.mayWriteShared && changes.some(({ owner }) => owner === 'shared')) throw notAllowed()
    try {
      if (changes.length > 0) await writeAnnotations(session.store, place.at, place.folder.no, changes)
    } catch (error) {
      if (!(error instanceof AnnotationLimit)) throw error
      const code =
        error.limit === 'count'
          ? ({ code: 'METADATA', problem: 'TOOMANY' } as const)
          : ({ code: 'METADATA', problem: 'MAXSIZE', octets: LARGEST_ANNOTATION_BYTES } as const)
      return { status: 'NO', code, text: error.message }
    }
    if (use !== undefined)
      await setSpecialUse(session.store, place.at, place.folder.no, use === null ? null : knownUse(use)!)
    return undefined
  },
})

/** Mailboxes that came with a use keep it, and those of others are for them to use. */
const mayBeUsed = ({ isOwn, folder }: MetadataPlace, use: string | null): boolean =>
  isOwn && specialUseOf(folder) === undefined && (use === null || knownUse(use) !== undefined)
