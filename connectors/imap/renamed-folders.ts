import type { ImapSession } from '#src/clients/imap/session.ts'
import type { RenamedFolders } from '#src/domain/migration/source.ts'
import { examine } from './folder-changes.ts'
import { parseCursor } from './folder-state.ts'
import { nameOfKey } from './folder-tree.ts'
import { uidOfLife, validityOfKey } from './item-key.ts'
import { listMessages } from './listed-message.ts'

/** UIDVALIDITY, which a folder that is renamed keeps (RFC 9051 section 6.3.6); undefined for one that has an id. */
export const lifeWas: RenamedFolders['lifeWas'] = ({ key, cursor }, item) => {
  if (nameOfKey(key) === undefined) return undefined
  const told = cursor === null ? undefined : parseCursor(cursor)?.validity
  const validity = told ?? (item === undefined ? undefined : validityOfKey(item))
  return validity === undefined ? undefined : String(validity)
}

/**
 * Whether a folder has under their UIDs the messages that another one had: of those that are left each one by its match, and one at
 * least. Undefined where none is left that tells. Rejects with ImapFailure.
 */
export async function holdsMessages(
  session: ImapSession,
  path: string,
  items: readonly { key: string; match: string | null }[],
): Promise<boolean | undefined> {
  const { uidValidity } = await examine(session, path, true)
  const wanted = new Map<number, string>()
  for (const { key, match } of items) {
    const uid = uidOfLife(key, uidValidity)
    if (uid !== undefined && match !== null) wanted.set(uid, match)
  }
  const { listed } = await listMessages(session, [...wanted.keys()])
  const same = [...listed].map(([uid, { match }]) => match === wanted.get(uid))
  return same.length === 0 ? undefined : same.every(Boolean)
}
