import type { OrganizationId } from '#src/base/ids.ts'
import type { Mailbox } from '#src/formats/address/mailbox-list.ts'
import { domainOf, lookupText, splitDetail } from '../directory/address.ts'
import { type Entry, primaryAddress, type User } from '../directory/entry.ts'
import { findSendingRight } from '../directory/mailbox-permission.ts'
import type { DirectoryReader } from '../directory/store.ts'
import { type Authors, addressesShown, addressOf } from './author-fields.ts'
import { MailRefusal } from './intake.ts'

/** As whom a message is sent. */
type SendingAs = {
  right: 'own' | 'send-as' | 'send-on-behalf'
  /** Whose address it is. */
  owner: Entry
  address: string
}

/** Somebody wants to send with an address that is not theirs to use (DIR-21). */
export class SenderRefused extends MailRefusal {
  readonly address: string

  constructor(address: string, sentence: string) {
    super('not-allowed', '5.7.1', sentence)
    this.address = address
  }
}

export type SendingDeps = {
  directory: DirectoryReader
  /** Whether who may send as an address may send as its subaddresses (`ann+shop@`) too; WorkMail has them receive only (CLT-10). */
  fromSubaddresses: boolean
}

/**
 * How `user` may send with that address: its own primary address and aliases (CLT-10), or those of others by right (DIR-20). An
 * address that somebody has as a whole is that one's (CLT-11). Refuses `not-allowed` as `SenderRefused`.
 */
export async function requireSendingRight(
  deps: SendingDeps,
  organization: OrganizationId,
  user: User,
  address: string,
): Promise<SendingAs> {
  const { directory, fromSubaddresses } = deps
  const find = async (text: string) =>
    lookupText('primary', text) === undefined
      ? undefined
      : directory.findEntry(organization, { address: text })
  const exact = await find(address)
  const base = exact === undefined ? splitDetail(address)?.base : undefined
  const owner = base === undefined ? exact : await find(base)
  const usable = owner?.state === 'ENABLED'
  const right = usable ? await findSendingRight(directory, organization, owner.id, user.id) : null
  if (owner && right !== null && (base === undefined || fromSubaddresses)) return { right, owner, address }
  if (right !== null) {
    const sentence = `Mail to ${address} arrives, but nobody sends from an address with a + in it. Send as ${base}.`
    throw new SenderRefused(address, sentence)
  }
  throw new SenderRefused(
    address,
    `${primaryAddress(user) ?? user.name} may not send as ${address}. Ask its owner or your administrator for the right to send as it or on its behalf.`,
  )
}

/**
 * Checks the authors in From and gives what Sender must say, as DIR-20 has it: nothing new for one's own address, the owner for
 * SEND_AS, the delegate for SEND_ON_BEHALF (C-05). An address of this organisation in a display name needs the same right: many mail
 * programs show nothing else. Refuses as `requireSendingRight`, and 5.6.0 without an author.
 */
export async function requireAuthors(
  deps: SendingDeps,
  organization: OrganizationId,
  user: User,
  { from, sender, resent }: Authors,
): Promise<{ authors: readonly SendingAs[]; sender: string | null }> {
  if (from.length === 0) {
    throw new MailRefusal('invalid-parameter', '5.6.0', 'The message does not say in From who wrote it.')
  }
  const rights: SendingAs[] = []
  for (const author of from)
    rights.push(await requireSendingRight(deps, organization, user, addressOf(author)))
  for (const one of resent) await requireSendingRight(deps, organization, user, addressOf(one))
  for (const one of [...from, ...sender, ...resent]) await requireHonestName(deps, organization, user, one)
  if (rights.some(({ right }) => right === 'send-on-behalf')) {
    return { authors: rights, sender: primaryAddress(user) }
  }
  const sentAs = rights.find(({ right }) => right === 'send-as')
  if (sentAs !== undefined) return { authors: rights, sender: sentAs.address }
  for (const one of sender) await requireSendingRight(deps, organization, user, addressOf(one))
  return { authors: rights, sender: null }
}

/** Names that show more addresses than this are no names. */
const MOST_SHOWN = 10

async function requireHonestName(
  deps: SendingDeps,
  organization: OrganizationId,
  user: User,
  mailbox: Mailbox,
): Promise<void> {
  const shown = addressesShown(mailbox)
  if (shown.length > MOST_SHOWN)
    throw new MailRefusal('invalid-parameter', '5.6.0', 'The name of an author is a list of addresses.')
  for (const address of shown) {
    const owner = await deps.directory.findDomainOwner(domainOf(address))
    if (owner?.organization === organization) await requireSendingRight(deps, organization, user, address)
  }
}
