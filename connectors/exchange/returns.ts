import { Flag } from '#src/domain/mailbox/item.ts'
import type {
  Loss,
  PutItem,
  SourceAttachment,
  SourceFolder,
  SourceItem,
  SourceReturns,
} from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { formatCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { Card } from '#src/formats/jscontact/card.ts'
import { formatCards } from '#src/formats/vcard/format.ts'
import type {
  ExtendedPropertyType,
  FindItemResponseMessageType,
  ItemInfoResponseMessageType,
  ItemType,
  NonEmptyArrayOfAllItemsType,
  NonEmptyArrayOfAttachmentsType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { deliveryTime, flagStatus, lastVerb, messageFlags, returnToken } from './extended-properties.ts'
import { failureOfMessage } from './failures.ts'

/** What a call may take for each octet that is sent, beside its usual time. */
const OCTETS_PER_MS = 50

/**
 * Puts items back over CreateItem, saved and never sent: mail as its octets, events as iCalendar and contacts as vCard (which is
 * how Exchange imports them), tasks and notes by their properties. Each carries its token as a named property, by which it is
 * found when the answer to an earlier attempt was lost.
 */
export const exchangeReturns = (session: EwsSession, callMs: number): SourceReturns => ({
  // The token alone tells.
  mark: async () => '',

  async put(folder, item, { token, again }, signal) {
    const made = partsOf(item, token, signal)
    const known = again ? await findToken(session, folder, token, signal) : undefined
    const id = known ?? (await create(session, folder, item, made.items, callMs, signal))
    return { ...id, match: null, losses: made.losses }
  },
})

type Named = Pick<PutItem, 'key' | 'version'>

async function create(
  session: EwsSession,
  { key, name }: SourceFolder,
  { title, message, attachments }: SourceItem,
  Items: NonEmptyArrayOfAllItemsType,
  callMs: number,
  signal: AbortSignal,
): Promise<Named> {
  const octets = [message, ...attachments].reduce((sum, each) => sum + (each?.sizeBytes ?? 0), 0)
  const [answer] = await session.messages<'CreateItem', ItemInfoResponseMessageType>(
    'CreateItem',
    {
      MessageDisposition: 'SaveOnly',
      SendMeetingInvitations: 'SendToNone',
      SavedItemFolderId: { FolderId: { Id: key } },
      Items,
    },
    signal,
    { timeoutMs: Math.ceil(callMs + octets / OCTETS_PER_MS) },
  )
  const what = `Putting "${title}" into "${name}"`
  if (answer === undefined)
    throw new SourceFailure('transient', 'protocol', `${what}: the answer to CreateItem is empty.`)
  if (answer.ResponseClass === 'Error') {
    const failure = failureOfMessage(answer, what)
    // Of this item or its folder alone, where the mailbox could be opened.
    const { kind, code, message: said } = failure
    throw kind === 'refused' || kind === 'mailbox-permanent'
      ? new SourceFailure('item-permanent', code, said)
      : failure
  }
  const id = (Object.values(answer.Items?.[0] ?? {})[0] as ItemType | undefined)?.ItemId
  if (id === undefined)
    throw new SourceFailure('transient', 'protocol', `${what}: the answer to CreateItem names no item.`)
  return { key: id.Id, version: id.ChangeKey ?? '' }
}

/** The item that was put there with this token. */
async function findToken(
  session: EwsSession,
  { key, name }: SourceFolder,
  token: string,
  signal: AbortSignal,
): Promise<Named | undefined> {
  const [answer] = await session.messages<'FindItem', FindItemResponseMessageType>(
    'FindItem',
    {
      Traversal: 'Shallow',
      ItemShape: { BaseShape: 'IdOnly' },
      IndexedPageItemView: { MaxEntriesReturned: 1, Offset: 0, BasePoint: 'Beginning' },
      Restriction: {
        IsEqualTo: { ExtendedFieldURI: returnToken, FieldURIOrConstant: { Constant: { Value: token } } },
      },
      ParentFolderIds: [{ FolderId: { Id: key } }],
    },
    signal,
  )
  if (answer === undefined || answer.ResponseClass === 'Error')
    throw failureOfMessage(answer ?? { ResponseClass: 'Error' }, `Looking into "${name}"`, 'transient')
  const id = (Object.values(answer.RootFolder?.Items?.[0] ?? {})[0] as ItemType | undefined)?.ItemId
  return id && { key: id.Id, version: id.ChangeKey ?? '' }
}

type Parts = { items: NonEmptyArrayOfAllItemsType; losses: readonly Loss[] }

function partsOf(item: SourceItem, token: string, signal: AbortSignal): Parts {
  const { title, keywords, content } = item
  const common = {
    ...(keywords.length > 0 && { Categories: keywords }),
    ExtendedProperty: [{ ExtendedFieldURI: returnToken, Value: token }],
  }
  const files = filesOf(item.attachments, signal)
  const mime = (text: string) => ({ MimeContent: { CharacterSet: 'UTF-8', Value: Buffer.from(text) } })
  const { text, losses } = wordsOf(item)
  const body = { Body: { BodyType: 'Text' as const, Value: text } }
  switch (item.class) {
    case 'message':
      return messageOf(item, common, signal)
    case 'event': {
      const event = formatCalendar([content as unknown as CalendarObject], { stamp: item.receivedAt })
      return {
        items: [{ CalendarItem: { ...mime(event), ...common, ...files.given } }],
        losses: files.losses,
      }
    }
    case 'contact': {
      if ((content as { kind?: string }).kind === 'group') throw notTaken('A distribution list')
      const card = formatCards([content as unknown as Card], '3.0')
      return {
        items: [{ Contact: { ...mime(card), DisplayName: title, ...common, ...files.given } }],
        losses: files.losses,
      }
    }
    case 'task':
      return {
        items: [{ Task: { Subject: title, ...body, ...timesOf(content), ...common, ...files.given } }],
        losses: [...losses, ...files.losses],
      }
    case 'note':
      return {
        items: [{ Message: { ItemClass: 'IPM.StickyNote', Subject: title, ...body, ...common } }],
        losses,
      }
  }
}

function messageOf(
  { title, message, flags, receivedAt }: SourceItem,
  common: { ExtendedProperty: readonly ExtendedPropertyType[] },
  signal: AbortSignal,
): Parts {
  if (message === null) throw notTaken(`"${title}", which has no text,`)
  const { sizeBytes } = message
  const has = (flag: number) => (flags & flag) !== 0
  const number = (ExtendedFieldURI: ExtendedPropertyType['ExtendedFieldURI'], value: number) => ({
    ExtendedFieldURI,
    Value: String(value),
  })
  // MAPI counts what was not sent yet as 8, what was read as 1 (MS-OXCMSG 2.2.1.6): without it everything would be a draft.
  const ExtendedProperty = [
    ...common.ExtendedProperty,
    number(messageFlags, (has(Flag.draft) ? 8 : 0) | (has(Flag.seen) ? 1 : 0)),
    { ExtendedFieldURI: deliveryTime, Value: new Date(receivedAt).toISOString() },
    ...(has(Flag.flagged) ? [number(flagStatus, 2)] : []),
    ...(has(Flag.forwarded) ? [number(lastVerb, 104)] : has(Flag.answered) ? [number(lastVerb, 102)] : []),
  ]
  const Value = { ...(sizeBytes !== null && { sizeBytes }), read: () => message.open(signal) }
  const MimeContent = { CharacterSet: 'UTF-8', Value }
  return {
    items: [{ Message: { ...common, MimeContent, ExtendedProperty, IsRead: has(Flag.seen) } }],
    losses: [],
  }
}

function filesOf(
  attachments: readonly SourceAttachment[],
  signal: AbortSignal,
): { given: { Attachments?: NonEmptyArrayOfAttachmentsType }; losses: readonly Loss[] } {
  const own = attachments.filter(({ occurrence }) => occurrence === null)
  const losses = attachments
    .filter(({ occurrence }) => occurrence !== null)
    .map(
      ({ name }): Loss => ({
        property: 'attachment',
        reason: `"${name}" belongs to one occurrence of a series and stays here.`,
        weight: 'visible',
      }),
    )
  if (own.length === 0) return { given: {}, losses }
  const Attachments = own.map(({ name, type, contentId, inline, sizeBytes, open }) => ({
    FileAttachment: {
      Name: name,
      ContentType: type,
      IsInline: inline,
      ...(contentId !== null && { ContentId: contentId }),
      Content: { ...(sizeBytes !== null && { sizeBytes }), read: () => open(signal) },
    },
  }))
  return { given: { Attachments }, losses }
}

/** The text of a task or note, and what neither has a property for. */
function wordsOf({ class: kind, content }: SourceItem): { text: string; losses: readonly Loss[] } {
  const { description, text, recurrenceRules } = (content ?? {}) as Record<string, unknown>
  const repeats = kind === 'task' && Array.isArray(recurrenceRules) && recurrenceRules.length > 0
  return {
    text: String((kind === 'note' ? text : description) ?? ''),
    losses: repeats
      ? [{ property: 'recurrence', reason: 'It does not repeat there. Set it by hand.', weight: 'visible' }]
      : [],
  }
}

function timesOf(content: SourceItem['content']) {
  const { start, due, percentComplete } = (content ?? {}) as Record<string, unknown>
  const day = (time: unknown) => `${String(time).slice(0, 10)}T00:00:00Z`
  return {
    ...(start !== undefined && { StartDate: day(start) }),
    ...(due !== undefined && { DueDate: day(due) }),
    ...(percentComplete !== undefined && { PercentComplete: Number(percentComplete) }),
  }
}

const notTaken = (what: string): SourceFailure =>
  new SourceFailure('item-permanent', 'not-taken', `${what} is not put back over EWS. Save it by hand.`)
