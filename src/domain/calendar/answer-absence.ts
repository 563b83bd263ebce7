import { randomUUID } from 'node:crypto'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { buildMessage, type NewPart } from '#src/formats/mime/build.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import type { ArrivingMessage } from '../delivery/arrival.ts'
import type { LocalTarget } from '../delivery/recipients.ts'
import { decideAbsence, isAway, isContact, noteAnswered, outOfOffice } from './out-of-office.ts'
import { type MeetingPost, mailboxOf, namedOwner, sendAutomatic } from './scheduling/post.ts'
import { addressesOfEntry, personOf } from './scheduling/who.ts'

/** What of a message an answer needs, kept while its octets are let go. */
export type Answerable = Pick<ArrivingMessage, 'organization' | 'messageId'> & {
  sender: string
  fields: ArrivingMessage['message']['fields']
  subject: string
}

/**
 * Answers a message for somebody who is away: once per sender, never what is automatic, to the sender of the envelope, under
 * the null sender (RFC 3834 §3). Nothing when nobody is to be answered.
 */
export async function answerAbsence(
  deps: MeetingPost,
  message: Answerable,
  { mailbox, entry }: LocalTarget,
): Promise<void> {
  const { store } = deps
  const { id: organization } = message.organization
  const at = { organization, mailbox }
  const settings = await outOfOffice(store.mailboxes, at)
  const now = deps.now()
  if (message.sender === '' || !isAway(settings, now)) return
  const { internal } = await personOf(store.directory, organization, message.sender)
  const own = new Set(addressesOfEntry(entry))
  const decision = decideAbsence({
    settings,
    now,
    sender: message.sender,
    fields: message.fields,
    own,
    internal,
  })
  if (decision === undefined) return
  if (decision.ifKnown && !(await isContact(store.mailboxes, at, message.sender))) return
  const first = await store.transact({ organization, mailboxes: [mailbox] }, ({ mailboxes }) =>
    noteAnswered(mailboxes, at, message.sender, now),
  )
  if (!first) return
  const owner = await store.directory.getEntry(organization, entry.id)
  const actor = { owner, at, login: null }
  const octets = absenceMessage(deps, actor, message, decision.text)
  await sendAutomatic(deps, actor, message.sender, octets)
}

function absenceMessage(
  { hostName, now }: MeetingPost,
  actor: Parameters<typeof namedOwner>[0],
  { sender, subject, messageId }: Answerable,
  text: string,
): Uint8Array {
  const isHtml = /<[a-z][^>]*>/i.test(text)
  const parts: [NewPart, ...NewPart[]] = isHtml
    ? [{ text: htmlToText(text).trim() }, { text, subtype: 'html' }]
    : [{ text: `${text.trimEnd()}\n` }]
  const id = /^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.test(messageId) ? messageId : undefined
  return buildMessage({
    from: [mailboxOf(namedOwner(actor))],
    to: [parseAddrSpec(sender)],
    subject: `Automatic reply: ${subject.replace(/[\r\n\0]+/g, ' ').slice(0, 400)}`,
    dateMs: now(),
    messageId: `<${randomUUID()}@${hostName}>`,
    ...(id !== undefined && { inReplyTo: id, references: [id] }),
    headers: [
      ['Auto-Submitted', 'auto-replied'],
      ['X-Auto-Response-Suppress', 'All'],
      ['Precedence', 'auto_reply'],
    ],
    parts,
    multipart: 'alternative',
  })
}
