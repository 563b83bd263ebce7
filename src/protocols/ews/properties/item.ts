import { attendeesOf } from '#src/domain/calendar/scheduling/people.ts'
import { MODIFIED_KEY } from '#src/domain/mailbox/change-message.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import { threadIdOf } from '#src/domain/mailbox/thread-id.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { unfold } from '#src/formats/header/fields.ts'
import { importanceIn, sensitivityIn } from '#src/formats/header/importance.ts'
import { kindOfAttendee } from '#src/wire/ews/model/attendee-kind.ts'
import { reminderMinutes } from '#src/wire/ews/model/event-fields.ts'
import {
  IMPORTANCE_KEY,
  importances,
  SENSITIVITY_KEY,
  sensitivities,
} from '#src/wire/ews/model/numbered-words.ts'
import { taskReminder } from '#src/wire/ews/model/task-updates.ts'
import { formatTime } from '#src/wire/ews/model/time-zones.ts'
import { flagTwins, twinValue } from '#src/wire/ews/model/twins.ts'
import { addressText, displayNames, mailboxesOf } from '../addresses.ts'
import { shownPerson, viewTimes } from '../calendar/show-event.ts'
import { addressOfCaller } from '../caller.ts'
import { shownCategories } from '../categories.ts'
import { effectiveRights } from '../folder-view.ts'
import { formatChangeKey, formatFolderId, formatItemId } from '../ids.ts'
import type { ItemView } from '../item-view.ts'
import { attachedParts, shownAttachments } from './attachments.ts'
import { bodyOf } from './body.ts'
import type { FieldTable } from './field.ts'
import { responseObjects } from './response-objects.ts'

const isDraft = ({ item }: ItemView): boolean => item.class === 'message' && (item.flags & Flag.draft) !== 0

/** PidTagFlagStatus: 1 is complete, 2 is flagged, which only what is no message keeps here. */
export const FLAG_KEY = '0x1090:Integer'

export async function importanceOf(view: ItemView): Promise<(typeof importances)[number]> {
  const { object } = view
  if (object !== undefined) {
    const { priority = 0 } = object
    return priority === 0 || priority === 5 ? 'Normal' : priority < 5 ? 'High' : 'Low'
  }
  const kept = view.property(IMPORTANCE_KEY)
  if (typeof kept === 'string') return importances[Number(kept)] ?? 'Normal'
  if (view.item.class !== 'message') return 'Normal'
  return importanceIn(await view.fields())
}

export async function sensitivityOf(view: ItemView): Promise<(typeof sensitivities)[number]> {
  const kept = view.property(SENSITIVITY_KEY)
  // Of a message it is a mark of the reader, also of one that is about a meeting.
  if (view.object === undefined && typeof kept === 'string') return sensitivities[Number(kept)] ?? 'Normal'
  const event = view.object ?? view.meeting?.object
  if (event?.privacy === 'private') return kept === '1' ? 'Personal' : 'Private'
  if (event !== undefined) return event.privacy === 'secret' ? 'Confidential' : 'Normal'
  if (view.item.class !== 'message') return 'Normal'
  return sensitivityIn(await view.fields())
}

const sentMs = (view: ItemView): number =>
  view.item.class === 'message' ? (view.envelope.dateMs ?? view.item.receivedAt) : view.item.receivedAt

function isFromMe(view: ItemView): boolean {
  const [from] = mailboxesOf(view.envelope.from)
  return (
    from !== undefined && addressText(from).toLowerCase() === addressOfCaller(view.call.caller).toLowerCase()
  )
}

function flagOf(view: ItemView) {
  const dates = Object.fromEntries(
    Object.entries(flagTwins).flatMap(([name, twin]) => {
      const value = twinValue(twin, view.property(twin.key))
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const { CompleteDate = formatTime(view.item.savedAt), ...due } = dates
  const status = view.property(FLAG_KEY)
  if (status === '1') return { FlagStatus: 'Complete' as const, CompleteDate }
  if (view.item.class !== 'message' && status !== '2') return undefined
  return view.item.class === 'message' && (view.item.flags & Flag.flagged) === 0
    ? { FlagStatus: 'NotFlagged' as const }
    : { FlagStatus: 'Flagged' as const, ...due }
}

/** Whether an occurrence was given other categories than its series has. */
function hasOwnCategories({ series, options }: ItemView): boolean {
  const recurrenceId = options.occurrence?.at.recurrenceId
  const patch = recurrenceId == null ? undefined : series?.recurrenceOverrides?.[recurrenceId]
  return Object.keys(patch ?? {}).some((pointer) => pointer.split('/')[0] === 'keywords')
}

/** The names of whom an event invites; undefined for what is no event. */
const namesOf = ({ item, object }: ItemView, kind: 'required' | 'optional'): string | undefined =>
  item.class === 'event' && object !== undefined
    ? attendeesOf(object)
        .filter((one) => kindOfAttendee(one) === kind)
        .map((one) => shownPerson(one).Mailbox.Name)
        .join('; ')
    : undefined

/** One for all messages of a conversation. */
function conversationIdOf(view: ItemView): string | undefined {
  const { item } = view
  const id = item.summary && threadIdOf(item, item.summary)
  return id && Buffer.from(id).toString('base64')
}

/** What it says is what it said when it came or was sent. */
export const isUnmodified = (view: ItemView): boolean =>
  !isDraft(view) && view.property(MODIFIED_KEY) === undefined

/** When an item came to where it lies, or was changed since; epoch milliseconds. */
export function modifiedTime(view: ItemView): number {
  const { savedAt } = view.item
  const modified = Date.parse(String(view.property(MODIFIED_KEY)))
  return Number.isNaN(modified) ? savedAt : Math.max(savedAt, modified)
}

/** Properties of every item. */
export const itemFields: FieldTable = {
  ItemId: {
    in: 'Default',
    read: ({ item, mailbox, options }) =>
      options.nested
        ? undefined
        : (options.hidden ?? {
            Id: formatItemId(mailbox.at.mailbox, item.no, options.occurrence?.at.recurrenceId),
            ChangeKey: formatChangeKey('item', item.modseq),
          }),
  },
  ParentFolderId: {
    in: 'AllProperties',
    read: ({ item, mailbox, options }) =>
      options.nested ? undefined : { Id: formatFolderId(mailbox.at.mailbox, item.folder) },
  },
  ItemClass: { in: 'AllProperties', read: (view) => view.itemClass },
  Subject: { in: 'Default', read: (view) => view.subject },
  Sensitivity: { in: 'Default', costly: true, read: sensitivityOf },
  Body: { in: 'Default', costly: true, read: (view) => bodyOf(view, view.options.shape.BodyType) },
  UniqueBody: {
    in: 'asked',
    costly: true,
    read: (view) => bodyOf(view, view.options.shape.UniqueBodyType ?? 'HTML'),
  },
  NormalizedBody: {
    in: 'asked',
    costly: true,
    read: (view) => bodyOf(view, view.options.shape.NormalizedBodyType ?? 'HTML'),
  },
  TextBody: { in: 'asked', costly: true, read: (view) => bodyOf(view, 'Text') },
  Attachments: { in: 'Default', costly: true, read: shownAttachments },
  DateTimeReceived: { in: 'Default', read: ({ item }) => formatTime(item.receivedAt) },
  Size: { in: 'Default', read: ({ item }) => Math.min(item.sizeBytes, 2 ** 31 - 1) },
  Categories: {
    in: 'Default',
    read: (view) => shownCategories(view.object?.keywords, hasOwnCategories(view) ? [] : view.item.keywords),
  },
  Importance: { in: 'Default', costly: true, read: importanceOf },
  InReplyTo: { in: 'AllProperties', read: (view) => view.envelope.inReplyTo },
  IsSubmitted: { in: 'AllProperties', read: ({ item }) => (item.class === 'message' ? false : undefined) },
  IsDraft: { in: 'AllProperties', read: isDraft },
  IsFromMe: {
    in: 'AllProperties',
    read: (view) => (view.item.class === 'message' ? isFromMe(view) : undefined),
  },
  IsResend: { in: 'AllProperties', read: () => false },
  IsUnmodified: { in: 'AllProperties', read: isUnmodified },
  InternetMessageHeaders: {
    in: 'AllProperties',
    costly: true,
    read: async (view) => {
      if (view.item.class !== 'message') return undefined
      const fields = await view.fields()
      return fields.length === 0
        ? undefined
        : fields.map(({ name, value }) => ({ HeaderName: name, Value: decodeWords(unfold(value)) }))
    },
  },
  DateTimeSent: { in: 'Default', read: (view) => formatTime(sentMs(view)) },
  DateTimeCreated: { in: 'Default', read: ({ item }) => formatTime(Math.min(item.receivedAt, item.savedAt)) },
  ResponseObjects: { in: 'Default', costly: true, read: responseObjects },
  ReminderDueBy: {
    in: 'Default',
    read: (view) => {
      if (view.item.class === 'task') return view.object && taskReminder(view.object)
      const times = view.object && viewTimes(view)
      return times && formatTime(times.startMs)
    },
  },
  ReminderIsSet: {
    in: 'Default',
    read: (view) =>
      view.item.class === 'message'
        ? undefined
        : view.item.class === 'task'
          ? Object.keys(view.object?.alerts ?? {}).length > 0
          : reminderMinutes(view.object ?? { '@type': 'Event', uid: '' }) !== undefined,
  },
  ReminderMinutesBeforeStart: {
    in: 'Default',
    // A task has the moment at which it rings.
    read: (view) =>
      view.item.class === 'event' && view.object ? (reminderMinutes(view.object) ?? 0) : undefined,
  },
  DisplayCc: {
    in: 'AllProperties',
    read: (view) => namesOf(view, 'optional') ?? displayNames(view.envelope.cc),
  },
  DisplayTo: {
    in: 'AllProperties',
    read: (view) => namesOf(view, 'required') ?? displayNames(view.envelope.to),
  },
  DisplayBcc: { in: 'asked', read: (view) => displayNames(view.envelope.bcc) },
  HasAttachments: {
    in: 'Default',
    read: (view) =>
      view.series === undefined
        ? (view.item.flags & Flag.hasAttachment) !== 0
        : attachedParts(view).length > 0,
  },
  Culture: { in: 'AllProperties', read: () => 'en-US' },
  EffectiveRights: {
    in: 'AllProperties',
    read: ({ options }) => effectiveRights(options.rights, options.mailbox),
  },
  LastModifiedName: { in: 'AllProperties', read: ({ mailbox }) => mailbox.owner.displayName },
  LastModifiedTime: { in: 'AllProperties', read: (view) => formatTime(modifiedTime(view)) },
  IsAssociated: { in: 'AllProperties', read: ({ options }) => options.hidden !== undefined },
  ConversationId: {
    in: 'AllProperties',
    read: (view) => {
      const id = conversationIdOf(view)
      return id && { Id: id }
    },
  },
  // The dates of a flag are, of a task, those of the task.
  Flag: { in: 'AllProperties', read: (view) => (view.item.class === 'task' ? undefined : flagOf(view)) },
  InstanceKey: {
    in: 'AllProperties',
    read: ({ item }) => {
      const key = Buffer.alloc(8)
      key.writeUIntBE(item.no, 2, 6)
      return key
    },
  },
  Preview: { in: 'AllProperties', read: ({ item }) => item.summary?.preview },
  StoreEntryId: {
    in: 'asked',
    read: ({ item, mailbox }) => Buffer.from(formatItemId(mailbox.at.mailbox, item.no), 'base64'),
  },
}
