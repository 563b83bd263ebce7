/** What EWS has elements for, and the content of an item here does not say: it is kept beside it, as the MAPI property that it is. */
import { receivedForKeys } from '#src/domain/calendar/scheduling/meeting-message.ts'
import { MODIFIED_KEY } from '#src/domain/mailbox/change-message.ts'
import {
  IMPORTANCE_KEY,
  importances,
  SENSITIVITY_KEY,
  sensitivities,
} from '#src/wire/ews/model/numbered-words.ts'
import { twins, twinsOf } from '#src/wire/ews/model/twins.ts'
import type { CalendarItemType, ContactItemType, ItemType, MessageType } from '#src/wire/ews/schema-types.ts'
import { flagStatus, type Kept, messageFlags, propertyOf } from './extended-properties.ts'
import { type ItemKind, isMeetingClass } from './item-kind.ts'

/** What items are shown with here that do not say it. */
const USUAL_CULTURE = 'en-US'
export const CLASS_KEY = '0x001a:String'
const FLAG_KEY = '0x1090:Integer'
/** PidTagSubject. */
const SUBJECT_KEY = '0x0037:String'

/** The class that an item of its kind has when nothing else is said. */
export const usualClass: Readonly<Record<ItemKind | 'message', RegExp>> = {
  mail: /^IPM\.Note$/i,
  message: /^IPM\.Note$/i,
  event: /^IPM\.Appointment$/i,
  contact: /^IPM\.(?:Contact|DistList)$/i,
  task: /^IPM\.Task$/i,
  note: /^IPM\.StickyNote$/i,
}

/** What a client would have set as marks of the item: its class, importance and sensitivity, a flag that is done, what events have no place for. */
export function marksOf(kind: ItemKind, item: ItemType, kept: Kept): Kept {
  const { ItemClass = '', Importance, Sensitivity, Culture = USUAL_CULTURE } = item
  const known = twins[kind === 'mail' ? 'message' : kind]
  const marks = twinsOf(known, {
    Culture: Culture === USUAL_CULTURE ? undefined : Culture,
    IsResponseRequested: (kind === 'mail' && (item as MessageType).IsResponseRequested) || undefined,
  }) as Kept
  if (!usualClass[kind].test(ItemClass) && ItemClass !== '') marks[CLASS_KEY] = ItemClass
  if (kind === 'event' || kind === 'task') {
    if (Sensitivity === 'Personal') marks[SENSITIVITY_KEY] = '1'
  } else {
    if (Importance !== undefined && Importance !== 'Normal' && kept[IMPORTANCE_KEY] === undefined)
      marks[IMPORTANCE_KEY] = String(importances.indexOf(Importance))
    if (Sensitivity !== undefined && Sensitivity !== 'Normal' && kept[SENSITIVITY_KEY] === undefined)
      marks[SENSITIVITY_KEY] = String(sensitivities.indexOf(Sensitivity))
  }
  if (kind === 'event') return { ...marks, ...besideEvent(item) }
  if (kind === 'contact') return { ...marks, ...subjectApart(item) }
  if (kind !== 'mail') return marks
  if (propertyOf(item.ExtendedProperty, flagStatus) === '1') marks[FLAG_KEY] = '1'
  return { ...marks, ...receivedFor(item), ...modifiedOf(item) }
}

/**
 * Of mail that was changed after it came or was sent: neither mfUnmodified nor mfUnsent (MS-OXCMSG 2.2.1.6). When that was a server moves
 * on with every mark, so the earliest that it can have been stands for it.
 */
function modifiedOf({ ExtendedProperty, DateTimeReceived = '' }: ItemType): Kept {
  const flags = propertyOf(ExtendedProperty, messageFlags)
  if (flags === undefined || (Number(flags) & 0xa) !== 0) return {}
  const since = Date.parse(DateTimeReceived)
  return { [MODIFIED_KEY]: new Date(Number.isNaN(since) ? 0 : since).toISOString() }
}

/** Links, kinds and places of meetings. Whether it is held online follows from its link, unless it says otherwise. */
function besideEvent(item: CalendarItemType): Kept {
  const { ConferenceType, EnhancedLocation, IsOnlineMeeting = false, OnlineMeetingSettings } = item
  const { JoinOnlineMeetingUrl, NetShowUrl, MeetingWorkspaceUrl } = item
  const { Annotation, PostalAddress: { Type, LocationSource, ...address } = {} } = EnhancedLocation ?? {}
  const says = [Annotation, ...Object.values(address)].some((one) => one !== undefined && one !== '')
  const isLinked = Boolean(JoinOnlineMeetingUrl ?? NetShowUrl ?? MeetingWorkspaceUrl)
  const values = {
    ConferenceType: ConferenceType || undefined,
    MeetingWorkspaceUrl: MeetingWorkspaceUrl || undefined,
    NetShowUrl: NetShowUrl || undefined,
    When: item.When || undefined,
    OnlineMeetingSettings,
    EnhancedLocation: says ? EnhancedLocation : undefined,
    IsOnlineMeeting: IsOnlineMeeting === isLinked ? undefined : IsOnlineMeeting,
  }
  return twinsOf(twins.event, values) as Kept
}

/** The subject of a contact is its name, unless a program said otherwise. */
function subjectApart({ Subject, DisplayName = '' }: ItemType & ContactItemType): Kept {
  return Subject && Subject !== DisplayName ? { [SUBJECT_KEY]: Subject } : {}
}

/** Of a delegate's copy of a meeting message: whose it is. */
function receivedFor(item: MessageType & ItemType): Kept {
  const [by, representing] = [item.ReceivedBy?.Mailbox, item.ReceivedRepresenting?.Mailbox]
  const { EmailAddress = '', Name = '' } = representing ?? {}
  const isAnothers = EmailAddress !== '' && EmailAddress.toLowerCase() !== by?.EmailAddress?.toLowerCase()
  if (by?.EmailAddress === undefined || !isAnothers || !isMeetingClass(item.ItemClass ?? '')) return {}
  return { [receivedForKeys.address]: EmailAddress, ...(Name !== '' && { [receivedForKeys.name]: Name }) }
}
