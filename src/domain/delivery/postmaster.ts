import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../directory/entry.ts'
import { resolveRecipient } from '../directory/recipient.ts'
import type { DirectoryReader } from '../directory/store.ts'

/** Names under which organisations keep a mailbox for this. */
const usualNames = ['postmaster', 'administrator', 'admin']

/**
 * Who gets mail to postmaster@ and abuse@ (RFC 5321 §4.5.1): the address configured, if it is in this organisation; else a user
 * with one of the usual names; else the user that was there first. Undefined when nobody has a mailbox.
 */
export async function findPostmaster(
  directory: DirectoryReader,
  organization: OrganizationId,
  configured: string,
): Promise<Entry | undefined> {
  const chosen =
    configured === '' ? undefined : (await resolveRecipient(directory, organization, configured))?.entry
  if (receives(chosen)) return chosen
  for (const name of usualNames) {
    const named = await directory.findEntry(organization, { name, kind: 'user' })
    if (receives(named)) return named
  }
  const first = await directory.listEntries(organization, {
    kind: 'user',
    filter: { states: ['ENABLED'] },
    limit: 100,
  })
  return first.rows.find(receives)
}

const receives = (entry: Entry | undefined): entry is Entry =>
  entry !== undefined && entry.state === 'ENABLED' && entry.home === 'local' && entry.mailbox !== null
