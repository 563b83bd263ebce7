/** Members of personal distribution lists (DIR-16, EWS DistributionList). */
import type { Card } from '#src/formats/jscontact/card.ts'
import { distributionList, type ListMember, membersOf } from '#src/formats/jscontact/list-members.ts'
import type { EmailAddressType, MemberType } from '../schema-types.ts'
import type { ContactContent, Json } from './contact-fields.ts'

/** A member as a client gives it, and by what a card holds it: an address, or the uid of another card. */
export type GivenMember = { Mailbox: EmailAddressType; address?: string } & {
  uid?: string
  name?: string
  isList?: boolean
}

/** How clients said which item a card within a list is, by its uid. */
export type MemberItem = Pick<EmailAddressType, 'Name' | 'ItemId' | 'MailboxType'>
type MemberItems = Readonly<Record<string, MemberItem>>

const itemsOf = ({ ews }: ContactContent): MemberItems => (ews?.MemberItems ?? {}) as MemberItems

/** How EWS names a member of a list, so that it can be taken out by this. */
const memberKey = (member: ListMember): string =>
  Buffer.from('address' in member ? member.address : member.uid).toString('base64')

const listed = (content: ContactContent): ListMember[] => membersOf(content as unknown as Card)

/** The uids of members of whom no client said which item they are: they came with the card. */
export function unnamedMembers(content: ContactContent): string[] {
  const known = itemsOf(content)
  return listed(content).flatMap((one) => ('uid' in one && !Object.hasOwn(known, one.uid) ? one.uid : []))
}

/** Everybody in a list whom EWS can name; undefined for nobody. `found`: the items of unnamed members by their uid. */
export function shownMembers(
  content: ContactContent,
  found: Iterable<readonly [uid: string, item: MemberItem]> = [],
): MemberType[] | undefined {
  const items = new Map([...found, ...Object.entries(itemsOf(content))])
  const members = listed(content).flatMap((member): MemberType[] => {
    const Mailbox = 'address' in member ? addressed(member) : items.get(member.uid)
    return Mailbox === undefined ? [] : [{ Key: memberKey(member), Mailbox, Status: 'Normal' }]
  })
  return members.length === 0 ? undefined : members
}

const addressed = ({ name, address }: { name?: string; address: string }): EmailAddressType => ({
  Name: name ?? address,
  EmailAddress: address,
  RoutingType: 'SMTP',
  MailboxType: 'OneOff',
})

/** Puts members in the place of those of a list, or behind them. */
export function putMembers(
  content: ContactContent,
  given: readonly GivenMember[],
  { behind }: { behind: boolean },
): void {
  const added = given.map(
    ({ Mailbox: { Name: name }, address, uid }): ListMember =>
      uid === undefined ? { address: address!, ...(name && name !== address && { name }) } : { uid },
  )
  const items = given.flatMap(({ Mailbox: { Name, ItemId }, uid, name, isList }): [string, Json][] =>
    uid === undefined
      ? []
      : [[uid, { Name: Name ?? name, ItemId, MailboxType: isList ? 'PrivateDL' : 'Contact' }]],
  )
  write(content, [...(behind ? listed(content) : []), ...added], {
    ...itemsOf(content),
    ...Object.fromEntries(items),
  })
}

/** Takes out the member of that key. */
export function takeMember(content: ContactContent, key: string): void {
  const kept = listed(content).filter((one) => memberKey(one) !== key)
  write(content, kept, itemsOf(content))
}

function write(content: ContactContent, members: readonly ListMember[], known: MemberItems): void {
  content.members = distributionList('', members).members
  const { MemberItems: _, ...others } = content.ews ?? {}
  const uids = new Set(members.flatMap((one) => ('uid' in one ? one.uid : [])))
  const items = Object.fromEntries(Object.entries(known).filter(([uid]) => uids.has(uid)))
  if (uids.size === 0 && content.ews === undefined) return
  content.ews = Object.keys(items).length === 0 ? others : { ...others, MemberItems: items }
}
