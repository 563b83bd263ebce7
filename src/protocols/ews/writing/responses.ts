/** What CreateItem does with items that are answers to others: replies and forwards. */

import { cancelMeeting, type SendMeeting } from '#src/domain/calendar/scheduling/organize.ts'
import { attendeesOf, mailAddressOf, organizerOf } from '#src/domain/calendar/scheduling/people.ts'
import { lookupText } from '#src/domain/directory/address.ts'
import { primaryAddress } from '#src/domain/directory/entry.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import { Flag, type Flags } from '#src/domain/mailbox/item.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import type { Mailbox } from '#src/formats/address/mailbox-list.ts'
import type { Participant } from '#src/formats/jscalendar/event.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import { kindOfAttendee } from '#src/wire/ews/model/attendee-kind.ts'
import { updatesOfItem } from '#src/wire/ews/model/updates.ts'
import type { BodyType, ItemIdType, SmartResponseType } from '#src/wire/ews/schema-types.ts'
import { addressText, displayNames, mailboxesOf } from '../addresses.ts'
import type { EwsCall } from '../call.ts'
import type { ItemView } from '../item-view.ts'
import type { ItemPlace } from '../places.ts'
import { bodyOf, htmlOf } from '../properties/body.ts'
import { readItem, viewOf } from '../read-items.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { invitationOf, invitationPart, passOn } from './forwards.ts'
import { meetingActor, meetingPost } from './meeting-actor.ts'
import { type DraftAttachment, draftOf, emptyDraft } from './message-draft.ts'
import { marksOf, updateDraft } from './message-updates.ts'
import { type Disposition, disposeDraft, type MadeMessage } from './new-message.ts'

type ReplyKind = 'reply' | 'reply-all' | 'forward'

const noUpdates = { values: {}, indexed: [], extended: {}, appended: {} }
const wholeShape = { BaseShape: 'AllProperties' } as const

/** The item that something is an answer to. Refuses ErrorInvalidReferenceItem, and as `readItem`; also what is private, as answers quote it. */
export async function referred(call: EwsCall, id: ItemIdType | undefined): Promise<ItemPlace> {
  if (id === undefined)
    throw new EwsRefusal(
      'ErrorInvalidReferenceItem',
      'invalid-parameter',
      'It does not say to what this is an answer.',
    )
  return readItem(call, await call.places.named({ ItemId: id }), FolderRight.readAny, false)
}

/**
 * ReplyToItem, ReplyAllToItem and ForwardItem of a message; ForwardItem of an event or of a request passes the invitation on, at
 * once or when the draft is sent.
 */
export async function createReply(
  call: EwsCall,
  given: SmartResponseType,
  kind: ReplyKind,
  disposition: Disposition,
): Promise<MadeMessage> {
  const place = await referred(call, given.ReferenceItemId)
  const view = viewOf(call, place, wholeShape)
  const invitation = kind === 'forward' ? await invitationOf(call, place) : undefined
  if (invitation !== undefined && disposition.disposition !== 'SaveOnly') {
    await passOn(call, place, invitation, given, disposition.disposition)
    await mark(call, place, Flag.forwarded)
    return undefined
  }
  const { ReferenceItemId, NewBodyContent, ...message } = given
  const { now, hostName } = call.services
  const draft = emptyDraft(now(), hostName)
  const { envelope } = view
  const prefix = kind === 'forward' ? 'FW: ' : 'RE: '
  draft.subject =
    /^(?:re|fw|fwd|aw|wg)\s*:/i.test(view.subject) && kind !== 'forward'
      ? view.subject
      : prefix + view.subject
  draft.references = [...(envelope.references ?? []), ...(envelope.messageId ? [envelope.messageId] : [])]
  if (kind !== 'forward') {
    draft.inReplyTo = envelope.messageId
    Object.assign(draft, repliedTo(call, view, kind))
  } else draft.attachments.push(...(await draftOf(view)).attachments)
  if (invitation !== undefined) draft.meeting = await invitationPart(call, place, invitation)
  await updateDraft(call, draft, updatesOfItem(message))
  if (message.Body === undefined) {
    draft.body = await quoting(view, NewBodyContent)
    if (kind !== 'forward') draft.attachments.push(...inlineOf((await draftOf(view)).attachments))
  }
  const made = await disposeDraft(call, draft, marksOf(noUpdates, []), disposition)
  await mark(call, place, kind === 'forward' ? Flag.forwarded : Flag.answered)
  return made
}

const inlineOf = (attachments: readonly DraftAttachment[]): DraftAttachment[] =>
  attachments.filter(
    (each) => 'kept' in each && each.kept.id !== undefined && each.kept.disposition !== 'attachment',
  )

/** Whom an item is from and to: an event is from who holds it to whom it invites. */
function peopleOf({ item, object, envelope }: ItemView): Pick<Envelope, 'replyTo' | 'from' | 'to' | 'cc'> {
  if (item.class !== 'event' || object === undefined) return envelope
  const organizer = organizerOf(object)
  const invited = (kind: 'required' | 'optional') =>
    attendeesOf(object).filter((each) => kindOfAttendee(each) === kind)
  return {
    from: organizer === undefined ? [] : mailboxesFor([organizer]),
    to: mailboxesFor(invited('required')),
    cc: mailboxesFor(invited('optional')),
  }
}

/** Who has no address that mail can be sent to is left out. */
const mailboxesFor = (participants: readonly Participant[]): Mailbox[] =>
  participants.flatMap((participant) => {
    const address = mailAddressOf(participant)
    if (address === undefined || lookupText('primary', address) === undefined) return []
    const named = participant.name === undefined ? {} : { name: participant.name }
    return [{ ...named, ...parseAddrSpec(address) }]
  })

function repliedTo(call: EwsCall, view: ItemView, kind: ReplyKind): { to: Mailbox[]; cc: Mailbox[] } {
  const people = peopleOf(view)
  const own = (primaryAddress(call.caller.acting.user) ?? '').toLowerCase()
  const others = (list: readonly Mailbox[]) => list.filter((one) => addressText(one).toLowerCase() !== own)
  const to = mailboxesOf(people.replyTo ?? people.from)
  if (kind === 'reply') return { to, cc: [] }
  return { to: [...to, ...others(mailboxesOf(people.to))], cc: others(mailboxesOf(people.cc)) }
}

/** What is written, with the original below it. */
async function quoting(
  view: ItemView,
  written: BodyType | undefined,
): Promise<{ type: 'HTML' | 'Text'; text: string }> {
  const type = written?.BodyType ?? 'HTML'
  const original = await bodyOf(view, type)
  const people = peopleOf(view)
  const lines = [
    ['From', displayNames(people.from)],
    ['Sent', view.envelope.date ?? ''],
    ['To', displayNames(people.to)],
    ['Cc', displayNames(people.cc)],
    ['Subject', view.subject],
  ].flatMap(([name, value]) => (value === '' && name !== 'Subject' ? [] : [`${name}: ${value}`]))
  if (type === 'Text') {
    return {
      type,
      text: `${written?.Value ?? ''}\r\n\r\n________________________________\r\n${lines.join('\r\n')}\r\n\r\n${original.Value}`,
    }
  }
  const head = htmlOf(lines.join('\n')).replace(/^.*<body>|<\/body>.*$/gs, '')
  const inner = (html: string) => /<body[^>]*>(.*)<\/body>/is.exec(html)?.[1] ?? html
  return {
    type,
    text: `<html><body>${inner(written?.Value ?? '')}<hr>${head}<br>${inner(original.Value)}</body></html>`,
  }
}

async function mark(call: EwsCall, { mailbox, item, rights }: ItemPlace, flag: Flags): Promise<void> {
  if ((rights & FolderRight.editAny) === 0 || item.class !== 'message') return
  const { at } = mailbox
  await call.services.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    ({ mailboxes }) => mailboxes.changeFlags(at, [item.no], { add: flag }),
  )
}

/** Calls an event off and takes it out of the calendar; of a series, one occurrence. */
export async function cancelAndDelete(
  call: EwsCall,
  { mailbox, item, recurrenceId }: ItemPlace,
  send: SendMeeting,
  mode: 'trash' | 'soft' | 'hard',
  comment?: string,
): Promise<void> {
  await cancelMeeting(meetingPost(call), meetingActor(call, mailbox), item.no, {
    send,
    ...(comment && { comment }),
    ...(recurrenceId !== undefined && { recurrenceId }),
  })
  if (recurrenceId === undefined) await deleteItems(call.services.store, mailbox.at, [item.no], mode)
}
