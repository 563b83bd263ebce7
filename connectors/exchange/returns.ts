import { Flag } from '#src/domain/mailbox/item.ts'
import type { Loss, SourceFolder, SourceItem, SourceReturns } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { formatCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { isOfSeries } from '#src/formats/jscalendar/occurrences.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import { utc } from '#src/formats/time-zone/zone.ts'
import { reminderMinutes } from '#src/wire/ews/model/event-fields.ts'
import { timesOf } from '#src/wire/ews/model/event-times.ts'
import type {
  ExtendedPropertyType,
  ItemInfoResponseMessageType,
  ItemType,
  NonEmptyArrayOfAllItemsType,
} from '#src/wire/ews/schema-types.ts'
import { changeRules } from './change-rules.ts'
import { changeThere, lostMarks } from './change-there.ts'
import { UNMODIFIED } from './changes.ts'
import { isOfEvent } from './event-there.ts'
import type { EwsSession } from './ews-session.ts'
import {
  deliveryTime,
  flagStatus,
  isDone,
  lastVerb,
  messageFlags,
  returnToken,
  submitTime,
  verbOf,
} from './extended-properties.ts'
import { failureOfOne } from './failures.ts'
import { CLASS_KEY } from './item-marks.ts'
import { makeFolder } from './make-folder.ts'
import { setOutOfOffice } from './out-of-office.ts'
import { placeFolder } from './place-folder.ts'
import { comparePut, removePut } from './put-check.ts'
import { filesOf, itemsAsFiles, OCTETS_PER_MS } from './put-files.ts'
import { ensureModified, isAsItCame } from './put-modified.ts'
import { settleEvent, timeElements } from './put-occurrences.ts'
import { besideOf, elementsOf, ensureBeside } from './put-properties.ts'
import { bodyOf, typedContact, typedTask, withPlainText } from './put-typed.ts'
import { findToken, type Named } from './return-token.ts'
import { putConfiguration } from './user-configurations.ts'

/**
 * Puts items back over CreateItem, saved and never sent: mail as its octets, events as iCalendar (which is how Exchange
 * imports them), contacts, tasks and notes by their properties. What is there is read again, but for the octets of mail, and what is not is a loss. Each carries its token as a named property, by which it is
 * found when the answer to an earlier attempt was lost.
 */
export const exchangeReturns = (session: EwsSession, callMs: number): SourceReturns => ({
  // The token alone tells.
  mark: async () => '',

  makeFolder: (folder, parent, signal) => makeFolder(session, folder, parent, signal),
  placeFolder: (folder, to, signal) => placeFolder(session, folder, to, signal),
  setOutOfOffice: (absence, signal) => setOutOfOffice(session, absence, signal),
  changeRules: (orders, signal) => changeRules(session, orders, signal),
  putConfiguration: (order, signal) => putConfiguration(session, order, signal),

  async put(folder, given, { token, again }, signal) {
    const item = withMeetingClass(given)
    const made = written(item, token, signal)
    const known = again ? await findToken(session, folder, token, signal) : undefined
    const put = known ?? (await createWhole(session, folder, item, { token, made, callMs }, signal))
    const named = { key: put.key, title: item.title, class: item.class }
    const wanted = besideOf(item.class, item.properties)
    const beside = await ensureBeside(session, named, { wanted, asked: [] }, signal)
    const id = beside.id ?? put
    const losses = [...made.losses, ...beside.losses]
    if (made.told === undefined) {
      const { title, properties } = item
      const modified = await ensureModified(session, { key: id.key, title }, properties, signal)
      const marks = await lostMarks(session, id.key, item, signal)
      return { ...(modified.id ?? id), match: null, losses: [...losses, ...modified.losses, ...marks] }
    }
    const told = { ...made.told, DateTimeReceived: timeOf(item), DateTimeSent: timeOf(item) }
    const there = await comparePut(session, named, told, signal)
    if (there.bare) {
      if (known === undefined) await removePut(session, id.key, item.title, signal)
      const said = `The server took "${item.title}" and kept nothing of it. It stays here: save it by hand.`
      throw new SourceFailure('item-permanent', 'not-kept', said)
    }
    if (item.class !== 'event') return { ...id, match: null, losses: [...losses, ...there.losses] }
    const event = await settleEvent(session, id, item, callMs, signal)
    const others = there.losses.filter(({ property }) => !isOfEvent(property))
    return { ...event.id, match: null, losses: [...losses, ...others, ...event.losses] }
  },

  change: (item, wanted, how, signal) => changeThere(session, item, wanted, how, signal),
})

/** Of a meeting message that came here programs there are told by its class alone. */
const withMeetingClass = (item: SourceItem): SourceItem =>
  item.meetingClass === undefined
    ? item
    : { ...item, properties: { [CLASS_KEY]: item.meetingClass, ...item.properties } }

/** Should the server refuse what lies beside it, the item is made without: each of it is tried, and named, by itself then. */
async function createWhole(
  session: EwsSession,
  folder: SourceFolder,
  item: SourceItem,
  { token, made, callMs }: { token: string; made: Parts; callMs: number },
  signal: AbortSignal,
): Promise<Named> {
  try {
    return await create(session, folder, item, made.items, callMs, signal)
  } catch (error) {
    const beside = besideOf(item.class, item.properties)
    const hasMore = item.class !== 'message' || Object.keys(beside).length > 0
    if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent' || !hasMore) throw error
    // What the item itself says by them stays: that a follow-up is done, how a task stands.
    const own = Object.entries(item.properties).filter(([key]) => !(key in beside))
    const { items } = written({ ...item, properties: Object.fromEntries(own) }, token, signal, false)
    return create(session, folder, item, items, callMs, signal)
  }
}

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
  if (answer.ResponseClass === 'Error') throw failureOfOne(answer, what)
  const id = (Object.values(answer.Items?.[0] ?? {})[0] as ItemType | undefined)?.ItemId
  if (id === undefined)
    throw new SourceFailure('transient', 'protocol', `${what}: the answer to CreateItem names no item.`)
  return { key: id.Id, version: id.ChangeKey ?? '' }
}

/** What cannot be written as EWS wants it is a reason of this item; trying again mends nothing. */
function written(item: SourceItem, token: string, signal: AbortSignal, withTimes = true): Parts {
  try {
    return partsOf(item, token, withTimes, signal)
  } catch (error) {
    if (error instanceof SourceFailure) throw error
    const said = `"${item.title}" cannot be written for EWS: ${(error as Error).message} Save it by hand.`
    throw new SourceFailure('item-permanent', 'not-written', said, { cause: error })
  }
}

type Parts = {
  items: NonEmptyArrayOfAllItemsType
  losses: readonly Loss[]
  /** What the item has to have there, by the names of EWS; undefined for mail, which is octets. */
  told?: Readonly<Record<string, unknown>>
}

/** When it came. */
const timeOf = ({ receivedAt }: SourceItem): string => new Date(receivedAt).toISOString()

function partsOf(item: SourceItem, token: string, withTimes: boolean, signal: AbortSignal): Parts {
  const { title, keywords, content } = item
  const { elements, extended } = elementsOf(besideOf(item.class, item.properties))
  const Value = timeOf(item)
  // Mail says in its text when it was sent.
  const times =
    item.class !== 'message' && withTimes
      ? [deliveryTime, submitTime].map((ExtendedFieldURI) => ({ ExtendedFieldURI, Value }))
      : []
  const common = {
    ...elements,
    ...(keywords.length > 0 && { Categories: keywords }),
    ExtendedProperty: [{ ExtendedFieldURI: returnToken, Value: token }, ...times, ...extended],
  }
  const files = filesOf(item.attachments, signal)
  const asFiles = itemsAsFiles(item.attachments.filter(({ occurrence }) => occurrence === null))
  const mime = (text: string) => ({ MimeContent: { CharacterSet: 'UTF-8', Value: Buffer.from(text) } })
  const hasFiles = { HasAttachments: files.Attachments !== undefined }
  switch (item.class) {
    case 'message':
      return messageOf(item, common, signal)
    case 'event': {
      const given = content as unknown as CalendarObject
      const event = formatCalendar([withPlainText(given)], { stamp: item.receivedAt })
      const page = bodyOf(given)
      const Body = page?.BodyType === 'HTML' && { Body: page }
      const repeats = (given.recurrenceRules ?? []).length > 0
      // Said beside the text too: of an alarm at the very moment (TRIGGER:PT0S) a server may make no reminder.
      const minutes = reminderMinutes(given)
      const reminder = minutes !== undefined && { ReminderIsSet: true, ReminderMinutesBeforeStart: minutes }
      const ofDays = given.showWithoutTime === true && timeElements(given)
      return {
        items: [{ CalendarItem: { ...mime(event), ...Body, ...reminder, ...ofDays, ...common, ...files } }],
        losses: [...lostAnswers(given), ...asFiles],
        told: {
          ...{ Subject: title, ...(page && { Body: page }), ...reminder, Recurrence: repeats, ...hasFiles },
          ...startOf(given),
        },
      }
    }
    case 'contact': {
      if ((content as { kind?: string }).kind === 'group') throw notTaken('A distribution list')
      const { values, losses } = typedContact(item, common.ExtendedProperty)
      const { ExtendedProperty: _, ...told } = values
      return {
        items: [{ Contact: { ...common, ...values, ...files } }],
        losses: [...losses, ...asFiles],
        told: { ...told, ...hasFiles },
      }
    }
    case 'task': {
      const { values, losses } = typedTask(item)
      return {
        items: [{ Task: { ...common, ...values, ...files } }],
        losses: [...losses, ...asFiles],
        told: { ...values, ...hasFiles },
      }
    }
    case 'note': {
      const text = String((content as { text?: unknown } | null)?.text ?? '')
      const told = { Subject: title, Body: { BodyType: 'Text' as const, Value: text } }
      return {
        items: [{ Message: { ItemClass: 'IPM.StickyNote', ...told, ...common, ...files } }],
        losses: asFiles,
        told: { ...told, ...hasFiles },
      }
    }
  }
}

/** When somebody answered: iCalendar has no word for it. */
function lostAnswers(event: CalendarObject): readonly Loss[] {
  const changed = Object.keys(event.recurrenceOverrides ?? {}).map((id) => occurrenceOf(event, id))
  const people = [event, ...changed].flatMap(({ participants = {} }) => Object.values(participants))
  const reason = 'When somebody answered goes back to no server. It stays here.'
  const answered = people.some(
    ({ roles, scheduleUpdated }) => roles.attendee && !roles.owner && scheduleUpdated !== undefined,
  )
  return answered ? [{ property: 'LastResponseTime', reason, weight: 'metadata' }] : []
}

/** When it begins and ends, unless that goes by no zone, or its rule says otherwise. */
function startOf(event: CalendarObject): { Start?: string; End?: string } {
  const { start, timeZone, recurrenceRules = [] } = event
  if (start === undefined || timeZone == null) return {}
  if (recurrenceRules.length > 0 && !isOfSeries(event, start)) return {}
  const times = timesOf(event, utc)
  if (times === undefined) return {}
  const End = times.endMs > times.startMs && { End: new Date(times.endMs).toISOString() }
  return { Start: new Date(times.startMs).toISOString(), ...End }
}

function messageOf(
  item: SourceItem,
  common: { ExtendedProperty: readonly ExtendedPropertyType[] },
  signal: AbortSignal,
): Parts {
  const { title, message, flags, receivedAt, properties } = item
  if (message === null) throw notTaken(`"${title}", which has no text,`)
  const { sizeBytes } = message
  const has = (flag: number) => (flags & flag) !== 0
  const number = (ExtendedFieldURI: ExtendedPropertyType['ExtendedFieldURI'], value: number) => ({
    ExtendedFieldURI,
    Value: String(value),
  })
  const marks = (has(Flag.draft) ? 8 : 0) | (isAsItCame(item) ? UNMODIFIED : 0) | (has(Flag.seen) ? 1 : 0)
  // MAPI counts what was not sent yet as 8, what was read as 1 (MS-OXCMSG 2.2.1.6): without it everything would be a draft.
  const ExtendedProperty = [
    ...common.ExtendedProperty,
    number(messageFlags, marks),
    { ExtendedFieldURI: deliveryTime, Value: new Date(receivedAt).toISOString() },
    ...(has(Flag.flagged) ? [number(flagStatus, 2)] : isDone(properties) ? [number(flagStatus, 1)] : []),
    ...verbOf(flags, properties).map((verb) => number(lastVerb, verb)),
  ]
  const Value = { ...(sizeBytes !== null && { sizeBytes }), read: () => message.open(signal) }
  const MimeContent = { CharacterSet: 'UTF-8', Value }
  return {
    items: [{ Message: { ...common, MimeContent, ExtendedProperty, IsRead: has(Flag.seen) } }],
    losses: [],
  }
}

const notTaken = (what: string): SourceFailure =>
  new SourceFailure('item-permanent', 'not-taken', `${what} is not put back over EWS. Save it by hand.`)
