import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { Entry, SenderRestrictions } from '../directory/entry.ts'
import { LIMITS } from '../directory/limits.ts'
import type { DirectoryReader } from '../directory/store.ts'
import { MailRefusal } from './intake.ts'

/** Who sends, as far as that is proven. */
type RestrictedSender = {
  /** Empty for reports. */
  address: string
  sizeBytes?: number
  /** Who signed in; undefined for mail of anybody. */
  signedIn: EntryId | undefined
}

/** Why the directory does not let the sender of a message send to an entry; undefined where it does. */
export type Restriction = (entry: Entry) => Promise<MailRefusal | undefined>

/** For mail whose sender was judged before, or is judged by nobody. */
export const unrestricted: Restriction = async () => undefined

/**
 * What the directory says of one sender, in the words of Exchange (exchange-interop 4.5: msExchRequireAuthToSendTo, authOrig, dLMemSubmitPerms,
 * unauthOrig, dLMemRejectPerms, delivContLength): 5.7.1, and 5.2.3 for a size. Reports of other servers pass, except to groups.
 */
export function restrictionOf(
  directory: DirectoryReader,
  organization: OrganizationId,
  sender: RestrictedSender,
): Restriction {
  let ids: Promise<ReadonlySet<EntryId>> | undefined
  const senderIds = () => {
    ids ??= idsOf(directory, organization, sender)
    return ids
  }
  return async (entry) => {
    const restrictions = entry.source?.restrictions
    return restrictions && refusalOf(restrictions, sender, entry, senderIds)
  }
}

async function refusalOf(
  restrictions: SenderRestrictions,
  sender: RestrictedSender,
  entry: Entry,
  senderIds: () => Promise<ReadonlySet<EntryId>>,
): Promise<MailRefusal | undefined> {
  const tooLarge = refusalOfSize(restrictions, sender.sizeBytes ?? 0, entry)
  if (tooLarge) return tooLarge
  if (sender.address === '' && entry.kind !== 'group') return undefined
  const { authenticatedOnly, from, fromMembersOf, notFrom, notFromMembersOf } = restrictions
  if (authenticatedOnly && sender.signedIn === undefined)
    return new MailRefusal('not-allowed', '5.7.1', 'RESOLVER.RST.AuthRequired; authentication required')
  if ([from, fromMembersOf, notFrom, notFromMembersOf].every(({ length }) => length === 0)) return undefined
  const ids = await senderIds()
  const isAmong = (some: readonly EntryId[]) => some.some((id) => ids.has(id))
  const isOpen = from.length === 0 && fromMembersOf.length === 0
  // Refusals come first, as in Exchange: who is on both lists may not send.
  const isRefused = isAmong(notFrom) || isAmong(notFromMembersOf)
  if (!isRefused && (isOpen || isAmong(from) || isAmong(fromMembersOf))) return undefined
  return new MailRefusal(
    'not-allowed',
    '5.7.1',
    `RESOLVER.RST.NotAuthorized; not authorized to send to ${entry.displayName.replace(/[^ -~]/g, '?')}`,
  )
}

/** Refuses (5.2.3) a message that is larger than the directory lets the entry receive. */
export function requireAllowedSize(
  restrictions: SenderRestrictions,
  sizeBytes: number,
  entry: Pick<Entry, 'displayName'>,
): void {
  const refusal = refusalOfSize(restrictions, sizeBytes, entry)
  if (refusal) throw refusal
}

function refusalOfSize(
  { maxSizeBytes }: SenderRestrictions,
  sizeBytes: number,
  entry: Pick<Entry, 'displayName'>,
): MailRefusal | undefined {
  if (maxSizeBytes === null || sizeBytes <= maxSizeBytes) return undefined
  return new MailRefusal(
    'too-large',
    '5.2.3',
    `RESOLVER.RST.RecipSizeLimit; message too large for this recipient: ${entry.displayName.replace(/[^ -~]/g, '?')} takes up to ${Math.floor(maxSizeBytes / 1_024)} KB`,
  )
}

/** The sender and the groups it is in. An address that nobody proved is nobody's of ours, but may be that of a contact. */
async function idsOf(
  directory: DirectoryReader,
  organization: OrganizationId,
  { address, signedIn }: RestrictedSender,
): Promise<ReadonlySet<EntryId>> {
  const ids = new Set<EntryId>()
  const own = address === '' ? undefined : await directory.findEntry(organization, { address })
  const senders = [
    ...(signedIn === undefined ? [] : [signedIn]),
    // Somebody else of ours as whom the sender may send, which was checked.
    ...(own !== undefined && (signedIn !== undefined || own.home === 'external') ? [own.id] : []),
  ]
  for (const id of senders) {
    const limit = LIMITS.expandedMembers
    for (const each of await directory.listPrincipals(organization, id, { enabledOnly: false, limit }))
      ids.add(each)
  }
  return ids
}
