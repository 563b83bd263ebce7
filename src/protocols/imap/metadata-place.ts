import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { type AnnotationOwner, type Annotations, readAnnotations } from '#src/domain/mailbox/annotations.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { readSpecialUses } from '#src/domain/mailbox/special-uses.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { MetadataEntry } from '#src/wire/imap/metadata.ts'
import { specialUseOf } from './folder-tree.ts'
import { notAllowed } from './reachable-mailboxes.ts'
import type { ImapSession } from './session.ts'

/** What annotations hang on: a mailbox, or for `""` the server (RFC 5464 §3.2), which is the root of the user's own mailbox. */
export type MetadataPlace = {
  at: MailboxRef
  folder: Folder
  isServer: boolean
  /** It lies in the user's own mailbox. */
  isOwn: boolean
  mayWriteShared: boolean
}

/** Any of `r`, `s`, `w`, `i` (RFC 5464 §3.3). */
const reading = FolderRight.readAny | FolderRight.editAny | FolderRight.editOwned | FolderRight.create

/** Refuses `no-such-folder`, `not-allowed`. */
export async function getMetadataPlace(session: ImapSession, name: string): Promise<MetadataPlace> {
  if (name !== '') {
    const { mailbox, folder, rights } = await session.mailboxes.get(name)
    if ((rights & reading) === 0) throw notAllowed()
    const mayWriteShared = (rights & (FolderRight.editAny | FolderRight.owner)) !== 0
    const isOwn = mailbox === session.mailboxes.own
    return { at: mailbox.at, folder, isServer: false, isOwn, mayWriteShared }
  }
  const { at } = session.mailboxes.own
  const folder = await session.store.mailboxes.findFolder(at, { distinguished: 'msgfolderroot' })
  if (folder === undefined) throw new Refusal('no-such-folder', 'The mailbox has no root.')
  return { at, folder, isServer: true, isOwn: true, mayWriteShared: false }
}

/** The name of an entry as whose it is and which: `/private/comment`; of all of somebody's, `''`. */
export function splitEntryName(session: ImapSession, name: string): { owner: AnnotationOwner; name: string } {
  const [, scope, rest = ''] = /^\/(private|shared)(\/.*)?$/.exec(name)!
  return { owner: scope === 'shared' ? 'shared' : session.user.login.user.id, name: rest }
}

/** What a mailbox is used for is an entry, too (RFC 6154 §4). */
export const isUse = (place: MetadataPlace, name: string): boolean =>
  !place.isServer && name === '/private/specialuse'

/**
 * Values of entries by their whole names: of each that is named, null when it has none, and with `depth` of what lies
 * below it.
 */
export async function readEntries(
  session: ImapSession,
  place: MetadataPlace,
  names: readonly string[],
  depth: 0 | 1 | 'infinity' = 0,
): Promise<MetadataEntry[]> {
  const kept = new Map<AnnotationOwner, Annotations>()
  const found = new Map<string, string | null>()
  for (const whole of names) {
    const { owner, name } = splitEntryName(session, whole)
    const values =
      kept.get(owner) ?? (await readAnnotations(session.store.mailboxes, place.at, place.folder.no, owner))
    kept.set(owner, values)
    const own = isUse(place, whole) ? await useOf(session, place) : values.get(name)
    if (own !== undefined || depth === 0) found.set(whole, own ?? null)
    if (depth === 0) continue
    const prefix = whole.slice(0, whole.length - name.length)
    for (const [other, value] of values) {
      const below = other.startsWith(`${name}/`) ? other.slice(name.length + 1) : ''
      if (below !== '' && (depth === 'infinity' || !below.includes('/'))) found.set(prefix + other, value)
    }
  }
  return [...found].map(([name, value]) => ({ name, value }))
}

async function useOf({ store }: ImapSession, place: MetadataPlace): Promise<string | undefined> {
  const { at, folder, isOwn } = place
  return specialUseOf(folder, isOwn ? await readSpecialUses(store.mailboxes, at) : undefined)
}
