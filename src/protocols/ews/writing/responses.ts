/** What CreateItem does with items that are answers to others: replies and forwards. */

import type { MeetingMark } from '#src/domain/calendar/scheduling/meeting-message.ts'
import type { Named } from '#src/domain/calendar/scheduling/meeting-objects.ts'
import {
  cancelMeeting,
  forwardInvitation,
  forwardMeeting,
  type SendMeeting,
} from '#src/domain/calendar/scheduling/organize.ts'
import { eventOfMeeting } from '#src/domain/calendar/scheduling/take-meeting.ts'
import { primaryAddress } from '#src/domain/directory/entry.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import { Flag, type Flags } from '#src/domain/mailbox/item.ts'
import type { Mailbox } from '#src/formats/address/mailbox-list.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import { updatesOfItem } from '#src/wire/ews/model/updates.ts'
import type { BodyType, EmailAddressType, ItemIdType, SmartResponseType } from '#src/wire/ews/schema-types.ts'
import { addressText, displayNames, mailboxesOf, recipientsOf } from '../addresses.ts'
import type { EwsCall } from '../call.ts'
import type { ItemView } from '../item-view.ts'
import { nameAt } from '../people/address-book-name.ts'
import type { ItemPlace } from '../places.ts'
import { bodyOf, htmlOf } from '../properties/body.ts'
import { readItem, viewOf } from '../read-items.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { meetingActor, meetingPost } from './meeting-actor.ts'
import { type DraftAttachment, draftOf, emptyDraft } from './message-draft.ts'
import { marksOf, updateDraft } from './message-updates.ts'
import { type Disposition, disposeDraft, type MadeMessage } from './new-message.ts'

export type ReplyKind = 'reply' | 'reply-all' | 'forward'

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
 * ReplyToItem, ReplyAllToItem and ForwardItem of a message; ForwardItem of an event, or of a request that is sent at once, passes
 * the invitation on.
 */
export async function createReply(
  call: EwsCall,
  given: SmartResponseType,
  kind: ReplyKind,
  disposition: Disposition,
): Promise<MadeMessage> {
  const place = await referred(call, given.ReferenceItemId)
  const view = viewOf(call, place, wholeShape)
  if (view.item.class === 'event' && kind === 'forward') return forwardEvent(call, place, given)
  if (view.meeting?.kind === 'request' && kind === 'forward' && disposition.disposition !== 'SaveOnly')
    return forwardRequest(call, place, view.meeting, given, disposition)
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

function repliedTo(call: EwsCall, { envelope }: ItemView, kind: ReplyKind): { to: Mailbox[]; cc: Mailbox[] } {
  const own = (primaryAddress(call.caller.acting.user) ?? '').toLowerCase()
  const others = (list: readonly Mailbox[]) => list.filter((one) => addressText(one).toLowerCase() !== own)
  const to = mailboxesOf(envelope.replyTo ?? envelope.from)
  if (kind === 'reply') return { to, cc: [] }
  return { to: [...to, ...others(mailboxesOf(envelope.to))], cc: others(mailboxesOf(envelope.cc)) }
}

/** What is written, with the original below it. */
async function quoting(
  view: ItemView,
  written: BodyType | undefined,
): Promise<{ type: 'HTML' | 'Text'; text: string }> {
  const type = written?.BodyType ?? 'HTML'
  const original = await bodyOf(view, type)
  const { envelope, subject } = view
  const lines = [
    ['From', displayNames(envelope.from)],
    ['Sent', envelope.date ?? ''],
    ['To', displayNames(envelope.to)],
    ...(envelope.cc ? [['Cc', displayNames(envelope.cc)]] : []),
    ['Subject', subject],
  ].map(([name, value]) => `${name}: ${value}`)
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

async function forwardEvent(
  call: EwsCall,
  { mailbox, item, recurrenceId }: ItemPlace,
  given: SmartResponseType,
): Promise<undefined> {
  await forwardMeeting(meetingPost(call), meetingActor(call, mailbox), item.no, {
    ...(await passedOn(call, given)),
    send: 'SendToAllAndSaveCopy',
    ...(recurrenceId !== undefined && { recurrenceId }),
  })
  return undefined
}

/** As the calendar has the meeting, else as the request says it. */
async function forwardRequest(
  call: EwsCall,
  place: ItemPlace,
  meeting: MeetingMark,
  given: SmartResponseType,
  { disposition }: Disposition,
): Promise<undefined> {
  const { mailbox } = place
  const found = await eventOfMeeting(call.services.store.mailboxes, mailbox.at, meeting)
  const ofSeries = found !== undefined && found.event.recurrenceId === undefined
  await forwardInvitation(meetingPost(call), meetingActor(call, mailbox), found?.event ?? meeting.object, {
    ...(await passedOn(call, given)),
    send: disposition === 'SendOnly' ? 'SendOnlyToAll' : 'SendToAllAndSaveCopy',
    ...(ofSeries && meeting.recurrenceId !== undefined && { recurrenceId: meeting.recurrenceId }),
  })
  await mark(call, place, Flag.forwarded)
  return undefined
}

/** To whom an invitation is passed on, and what is written above it. */
async function passedOn(call: EwsCall, given: SmartResponseType): Promise<{ to: Named[]; comment?: string }> {
  const named: readonly EmailAddressType[] = [...(given.ToRecipients ?? []), ...(given.CcRecipients ?? [])]
  const to: Named[] = []
  for (const one of await recipientsOf(call, named)) {
    const address = addressText(one)
    to.push({ name: (await nameAt(call, address, one.name)) ?? '', address })
  }
  const comment = commentOf(given.NewBodyContent ?? given.Body)
  return { to, ...(comment && { comment }) }
}

export function commentOf(body: BodyType | undefined): string | undefined {
  if (body === undefined) return undefined
  const text = body.BodyType === 'HTML' ? htmlToText(body.Value) : body.Value
  return text.trim() === '' ? undefined : text.trim()
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
