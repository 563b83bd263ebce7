import type { EntryId } from '#src/base/ids.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { primaryAddress } from '#src/domain/directory/entry.ts'
import type { FolderGrantee } from '#src/domain/directory/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { ImapSession } from './session.ts'

/**
 * Who rights are for: `anyone` is everybody of the organisation, `anonymous` everybody else, and all others are named by
 * their addresses (RFC 4314 §3).
 */
const words: ReadonlyMap<string, FolderGrantee> = new Map([
  ['anyone', 'default'],
  ['anonymous', 'anonymous'],
])

/** SyntaxFault for negative rights, which are not kept. Refuses `no-such-entry`. */
export async function granteeOf({ store, user }: ImapSession, identifier: string): Promise<FolderGrantee> {
  if (identifier.startsWith('-')) throw new SyntaxFault('Rights are given, and not taken ahead')
  const word = words.get(identifier.toLowerCase())
  if (word !== undefined) return word
  const { organization } = user.at
  const entry =
    identifier === '' ? undefined : await store.directory.findEntry(organization, { address: identifier })
  if (entry === undefined || (entry.kind !== 'user' && entry.kind !== 'group'))
    throw new Refusal(
      'no-such-entry',
      'There is no user or group of that address. Give a whole address, anyone or anonymous.',
    )
  return entry.id
}

/** The opposite; undefined for who is gone. */
export async function identifierOf(
  { store, user }: ImapSession,
  grantee: FolderGrantee,
): Promise<string | undefined> {
  for (const [word, meant] of words) if (meant === grantee) return word
  const entry = await store.directory.findEntry(user.at.organization, { id: grantee as EntryId })
  return entry === undefined || entry.state === 'DELETED' ? undefined : (primaryAddress(entry) ?? entry.name)
}
