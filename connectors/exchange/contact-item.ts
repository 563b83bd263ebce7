/** Contacts and distribution lists of Exchange as JSContact. */
import { createHash } from 'node:crypto'
import type { ItemContent } from '#src/domain/mailbox/content.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { distributionList, type ListMember } from '#src/formats/jscontact/list-members.ts'
import { pictureType } from '#src/formats/mime/picture-type.ts'
import type { Spool } from '#src/platform/spool/spool.ts'
import { withContactUpdates } from '#src/wire/ews/model/contact-updates.ts'
import type {
  CompleteNameType,
  ContactItemType,
  DistributionListType,
  EmailAddressType,
  ExpandDLResponseMessageType,
  ItemInfoResponseMessageType,
} from '#src/wire/ews/schema-types.ts'
import { attached, photoOf } from './attachments.ts'
import type { EwsSession } from './ews-session.ts'
import { utcOf } from './participants.ts'

type From = { session: EwsSession; spool: Spool }

/** Photos beyond this are no portraits: the card would be as large. */
const LARGEST_PHOTO = 4 * 1024 * 1024

/** The same item is the same card, however often it is read. */
const uidOf = (key: string): string => {
  const hex = createHash('sha256').update(key).digest('hex')
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const dated = ({ DateTimeCreated, LastModifiedTime }: ContactItemType) => ({
  ...(DateTimeCreated && { created: utcOf(DateTimeCreated) }),
  ...(LastModifiedTime && { updated: utcOf(LastModifiedTime) }),
})

const base = (key: string) => ({ '@type': 'Card', version: '1.0', uid: uidOf(key) })

/** The card of a contact. Rejects with SourceFailure where its photo cannot be read for a reason that passes. */
export async function contactOf(
  from: From,
  item: ContactItemType,
  key: string,
  losses: Loss[],
  signal: AbortSignal,
): Promise<ItemContent> {
  const { Attachments: _, Body, Notes, ...values } = item
  const text = Body?.Value || Notes
  const content: Record<string, unknown> = withContactUpdates(
    { ...base(key), ...dated(item) },
    { values: { ...values, ...(text && { Notes: text }) }, indexed: [], extended: {}, appended: {} },
  )
  withTitle(content, item.CompleteName)
  for (const { Key, Value, RoutingType } of item.EmailAddresses ?? [])
    if (Value && !Value.includes('@') && RoutingType !== undefined && RoutingType !== 'SMTP')
      losses.push({
        property: Key,
        reason: `it has no SMTP address, ${RoutingType}:${Value} is kept`,
        weight: 'metadata',
      })
  const certificates = [...(item.UserSMIMECertificate ?? []), ...(item.MSExchangeCertificate ?? [])]
  if (certificates.length > 0)
    content.cryptoKeys = Object.fromEntries(
      certificates.map((octets, at) => [String(at + 1), keyOf(octets as unknown)]),
    )
  await withPhoto(from, item, content, losses, signal)
  return content
}

const keyOf = (given: unknown) => {
  const base64 = typeof given === 'string' ? given : Buffer.from(given as Uint8Array).toString('base64')
  return { uri: `data:application/pkix-cert;base64,${base64}`, mediaType: 'application/pkix-cert' }
}

function withTitle(content: Record<string, unknown>, { Title, Suffix }: CompleteNameType = {}): void {
  const name = content.name as { components?: { kind: string; value: string }[] } | undefined
  const components = [...(name?.components ?? [])]
  if (Title) components.unshift({ kind: 'title', value: Title })
  if (Suffix && !components.some(({ kind }) => kind === 'generation'))
    components.push({ kind: 'generation', value: Suffix })
  if (components.length > 0) content.name = { ...name, components }
}

async function withPhoto(
  from: From,
  item: ContactItemType,
  content: Record<string, unknown>,
  losses: Loss[],
  signal: AbortSignal,
): Promise<void> {
  const photo = photoOf(item)
  const lose = (reason: string): void => {
    losses.push({ property: 'photo', reason, weight: 'visible' })
  }
  const id = photo?.AttachmentId?.Id
  if (id === undefined) {
    if (item.HasPicture) lose('the server says that there is one and does not hand it out')
    return
  }
  if ((photo?.Size ?? 0) > LARGEST_PHOTO) return lose(`it has ${photo?.Size} octets`)
  const pieces: Uint8Array[] = []
  try {
    for await (const piece of attached(from, { id, isMessage: false, size: photo?.Size ?? 0 }, signal))
      pieces.push(Uint8Array.from(piece))
  } catch (error) {
    if ((error as { kind?: string }).kind !== 'item-permanent') throw error
    return lose((error as Error).message)
  }
  const octets = Buffer.concat(pieces)
  if (octets.length > LARGEST_PHOTO) return lose(`it has ${octets.length} octets`)
  const mediaType = pictureType(octets) ?? 'image/jpeg'
  content.media = {
    photo: { kind: 'photo', mediaType, uri: `data:${mediaType};base64,${octets.toString('base64')}` },
  }
}

/** A distribution list with everybody in it by address: those in it as other contacts or lists are looked up. */
export async function listOf(
  session: EwsSession,
  item: DistributionListType,
  key: string,
  losses: Loss[],
  signal: AbortSignal,
): Promise<ItemContent> {
  const members: ListMember[] = []
  for (const { Mailbox } of item.Members ?? []) {
    const found = Mailbox === undefined ? [] : await membersAt(session, Mailbox, signal)
    if (found.length === 0)
      losses.push({
        property: 'member',
        reason: `"${Mailbox?.Name ?? Mailbox?.EmailAddress ?? ''}" has no address that is known any more`,
        weight: 'visible',
      })
    members.push(...found)
  }
  const name = item.DisplayName ?? item.Subject ?? ''
  const list: Record<string, unknown> = { ...distributionList(name, members), ...base(key), ...dated(item) }
  if (item.Body?.Value) list.notes = { n: { '@type': 'Note', note: item.Body.Value } }
  if (item.FileAs && item.FileAs !== name) list.ews = { FileAs: item.FileAs }
  return list
}

const named = (address: string, name: string | undefined): ListMember => ({
  address,
  ...(name && name !== address && { name }),
})

async function membersAt(
  session: EwsSession,
  mailbox: EmailAddressType,
  signal: AbortSignal,
): Promise<ListMember[]> {
  const { EmailAddress: address, Name, MailboxType, ItemId } = mailbox
  if (address?.includes('@')) return [named(address, Name)]
  if (MailboxType === 'PrivateDL' && ItemId !== undefined) {
    const [answer] = await session.messages<'ExpandDL', ExpandDLResponseMessageType>(
      'ExpandDL',
      { Mailbox: { ItemId: { Id: ItemId.Id } } },
      signal,
    )
    const all = answer?.ResponseClass === 'Error' ? [] : (answer?.DLExpansion?.Mailbox ?? [])
    return all.flatMap((one) => (one.EmailAddress?.includes('@') ? [named(one.EmailAddress, one.Name)] : []))
  }
  if (ItemId === undefined) return []
  const [answer] = await session.messages<'GetItem', ItemInfoResponseMessageType>(
    'GetItem',
    { ItemShape: { BaseShape: 'Default' }, ItemIds: [{ ItemId: { Id: ItemId.Id } }] },
    signal,
  )
  const contact = answer?.ResponseClass === 'Error' ? undefined : answer?.Items?.[0]?.Contact
  const first = contact?.EmailAddresses?.find(({ Value }) => Value?.includes('@'))
  return first === undefined ? [] : [named(first.Value, Name ?? contact?.DisplayName)]
}
