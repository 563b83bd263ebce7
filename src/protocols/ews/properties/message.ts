import { Flag } from '#src/domain/mailbox/item.ts'
import { baseSubject } from '#src/formats/header/base-subject.ts'
import { formatTime } from '#src/wire/ews/model/time-zones.ts'
import type { EmailAddressType } from '#src/wire/ews/schema-types.ts'
import { mailboxesOf, shownAddress, shownRecipients } from '../addresses.ts'
import type { ItemView } from '../item-view.ts'
import { typedByAddressBook } from '../people/address-book-name.ts'
import type { FieldTable, ItemField } from './field.ts'

/** Of messages alone, meeting messages among them. */
const mail = (field: ItemField): ItemField => ({
  ...field,
  read: (view) =>
    view.item.class === 'message' || view.item.class === 'note' ? field.read(view) : undefined,
})

/** What kind of addresses they are costs lookups that lists do without. */
const typed = ({ call, options }: ItemView, people: readonly EmailAddressType[]) =>
  options.listed ? people : typedByAddressBook(call, people)

const firstOf = (list: 'from' | 'sender') => (view: ItemView) => {
  const [first] = mailboxesOf(view.envelope[list] ?? view.envelope.from)
  if (first === undefined) return undefined
  const shown = typed(view, [shownAddress(first)])
  const one = ([Mailbox]: readonly EmailAddressType[]) => ({ Mailbox })
  return shown instanceof Promise ? shown.then(one) : one(shown)
}

const recipients = (list: 'to' | 'cc' | 'bcc' | 'replyTo') => (view: ItemView) => {
  const shown = shownRecipients(view.envelope[list])
  return shown && typed(view, shown)
}

const received = ({ item, mailbox }: ItemView) => {
  const address = mailbox.owner.addresses.find(({ kind }) => kind === 'primary')?.address
  if (address === undefined || (item.flags & Flag.draft) !== 0) return undefined
  return {
    Mailbox: {
      Name: mailbox.owner.displayName,
      EmailAddress: address,
      RoutingType: 'SMTP',
      MailboxType: 'Mailbox' as const,
    },
  }
}

/** Of a delegate's copy whose it is. */
const receivedFor = (view: ItemView) => {
  const by = received(view)
  const principal = view.meeting?.receivedFor
  if (by === undefined || principal === undefined) return by
  return { Mailbox: { ...by.Mailbox, Name: principal.name, EmailAddress: principal.address } }
}

const conversationTopicOf = (view: ItemView): string => baseSubject(view.subject).base

const fields: FieldTable = {
  Sender: { in: 'AllProperties', read: firstOf('sender') },
  ToRecipients: { in: 'Default', read: recipients('to') },
  CcRecipients: { in: 'Default', read: recipients('cc') },
  BccRecipients: { in: 'Default', read: recipients('bcc') },
  IsReadReceiptRequested: {
    in: 'Default',
    costly: true,
    read: async (view) => (await view.field('disposition-notification-to')) !== undefined,
  },
  IsDeliveryReceiptRequested: {
    in: 'Default',
    costly: true,
    read: async (view) => (await view.field('return-receipt-to')) !== undefined,
  },
  ConversationIndex: {
    in: 'AllProperties',
    costly: true,
    read: async (view) => {
      const index = await view.field('thread-index')
      return index !== undefined && /^[A-Za-z0-9+/=\s]{28,}$/.test(index)
        ? Buffer.from(index, 'base64')
        : undefined
    },
  },
  ConversationTopic: { in: 'AllProperties', read: conversationTopicOf },
  From: { in: 'Default', read: firstOf('from') },
  InternetMessageId: { in: 'Default', read: ({ envelope }) => envelope.messageId },
  IsRead: { in: 'Default', read: ({ item }) => (item.flags & Flag.seen) !== 0 },
  IsResponseRequested: {
    in: 'AllProperties',
    // Of an invitation its event says it.
    read: ({ meeting }) => (meeting?.kind === 'request' ? undefined : false),
  },
  References: { in: 'AllProperties', read: ({ envelope }) => envelope.references?.join(' ') },
  ReplyTo: { in: 'AllProperties', read: recipients('replyTo') },
  ReceivedBy: { in: 'AllProperties', read: received },
  ReceivedRepresenting: { in: 'AllProperties', read: receivedFor },
  PostedTime: { in: 'asked', read: ({ item }) => formatTime(item.receivedAt) },
}

/** Properties of messages. */
export const messageFields: FieldTable = Object.fromEntries(
  Object.entries(fields).map(([name, field]) => [name, mail(field)]),
)
