/** Extended properties that are asked for: what Exchange keeps beside an item and neither MIME nor a property of EWS says. */

import { Flag, type Flags, type ItemClass } from '#src/domain/mailbox/item.ts'
import type { Loss, SourceItem } from '#src/domain/migration/source.ts'
import { propertyKey, type propertySets, tagNumber } from '#src/wire/ews/extended-property.ts'
import { keptValues } from '#src/wire/ews/model/kept-properties.ts'
import type { ExtendedPropertyType, PathToExtendedFieldType } from '#src/wire/ews/schema-types.ts'

type Type = PathToExtendedFieldType['PropertyType']
/** A property that has a number of its own in every mailbox. */
export type TagPath = { readonly PropertyTag: string; readonly PropertyType: Type }
const tag = (number: number, PropertyType: Type): TagPath => ({
  PropertyTag: `0x${number.toString(16)}`,
  PropertyType,
})
const named = (
  set: keyof typeof propertySets,
  PropertyId: number,
  PropertyType: Type,
): PathToExtendedFieldType => ({
  DistinguishedPropertySetId: set,
  PropertyId,
  PropertyType,
})
const custom = (PropertySetId: string, PropertyId: number, PropertyType: Type): PathToExtendedFieldType => ({
  PropertySetId,
  PropertyId,
  PropertyType,
})
const text = (PropertyName: string): PathToExtendedFieldType => ({
  DistinguishedPropertySetId: 'PublicStrings',
  PropertyName,
  PropertyType: 'String',
})

const NOTE_SET = '0006200e-0000-0000-c000-000000000046'
const LOG_SET = '0006200a-0000-0000-c000-000000000046'

/** PidTagSearchKey: stays when an item moves to another folder. */
export const searchKey = tag(0x300b, 'Binary')
/** PidTagMessageFlags, PidTagRead, PidTagFlagStatus, PidTagLastVerbExecuted: marks that a list of changes tells. */
export const messageFlags = tag(0x0e07, 'Integer')
export const readMark = tag(0x0e69, 'Boolean')
export const flagStatus = tag(0x1090, 'Integer')
export const lastVerb = tag(0x1081, 'Integer')
/** PidTagFlagStatus: what was to be done about it is done. */
export const isDone = (kept: SourceItem['properties']): boolean => kept[propertyKey(flagStatus)] === '1'
/** PidTagLastVerbExecuted of what has these flags: none, or one; to all (103) where it is kept so. */
export const verbOf = (flags: Flags, kept: SourceItem['properties']): readonly number[] =>
  (flags & Flag.forwarded) !== 0
    ? [104]
    : (flags & Flag.answered) === 0
      ? []
      : [kept[propertyKey(lastVerb)] === '103' ? 103 : 102]
/** PidTagMessageDeliveryTime and PidTagClientSubmitTime, which may be set while an item is made. */
export const deliveryTime = tag(0x0e06, 'SystemTime')
export const submitTime = tag(0x0039, 'SystemTime')
/** Ours: what an item was put back with. */
export const returnToken = text('LandbridgeReturned')

/**
 * PidTagPolicyTag, …RetentionPeriod, …RetentionDate, and of the archive PidTagArchiveTag, …ArchivePeriod, …ArchiveDate;
 * PidTagRetentionFlags ([MS-OXCMSG] 2.2.1.58).
 */
const retention = [
  ...[0x3018, 0x3019].map((number) => tag(number, 'Binary')),
  ...[0x301a, 0x301d, 0x301e].map((number) => tag(number, 'Integer')),
  ...[0x301c, 0x301f].map((number) => tag(number, 'SystemTime')),
]

/** Follow-up, reminders and retention, of every kind of item. */
const common = [
  searchKey,
  tag(0x3007, 'SystemTime'),
  ...retention,
  named('Common', 0x8502, 'SystemTime'),
  named('Common', 0x8503, 'Boolean'),
  named('Common', 0x8506, 'Boolean'),
  named('Common', 0x8516, 'SystemTime'),
  named('Common', 0x8517, 'SystemTime'),
  named('Common', 0x8530, 'String'),
  named('Common', 0x8560, 'SystemTime'),
  named('Common', 0x85a0, 'SystemTime'),
  named('Common', 0x85a4, 'String'),
]

export const mailProperties: readonly PathToExtendedFieldType[] = [
  ...common,
  messageFlags,
  flagStatus,
  lastVerb,
  tag(0x1082, 'SystemTime'),
  tag(0x1080, 'Integer'),
  tag(0x1095, 'Integer'),
  tag(0x1091, 'SystemTime'),
  tag(0x0e2b, 'Integer'),
  tag(0x0070, 'String'),
  tag(0x0071, 'Binary'),
  tag(0x3013, 'Binary'),
  tag(0x0017, 'Integer'),
  tag(0x0036, 'Integer'),
  tag(0x3fde, 'Integer'),
  named('Common', 0x8520, 'Binary'),
  named('Common', 0x8524, 'String'),
  named('Task', 0x8101, 'Integer'),
  named('Task', 0x8104, 'SystemTime'),
  named('Task', 0x8105, 'SystemTime'),
  named('Task', 0x810f, 'SystemTime'),
  named('Task', 0x811c, 'Boolean'),
  custom(LOG_SET, 0x8700, 'String'),
  custom(LOG_SET, 0x8706, 'SystemTime'),
  custom(LOG_SET, 0x8707, 'Integer'),
  custom(LOG_SET, 0x8708, 'SystemTime'),
  custom(LOG_SET, 0x870c, 'Integer'),
  ...[0x870e, 0x870f, 0x8710, 0x8711].map((id) => custom(LOG_SET, id, 'Boolean')),
  ...[0x8539, 0x853a].map((id) => named('Common', id, 'StringArray')),
  custom(LOG_SET, 0x8712, 'String'),
]

export const eventProperties: readonly PathToExtendedFieldType[] = [
  ...common,
  named('Meeting', 0x0001, 'SystemTime'),
  named('Meeting', 0x0003, 'Binary'),
  named('Meeting', 0x001a, 'SystemTime'),
  named('Meeting', 0x0023, 'Binary'),
  named('Appointment', 0x8214, 'Integer'),
  named('Appointment', 0x8217, 'Integer'),
  named('Appointment', 0x8218, 'Integer'),
  named('Appointment', 0x8220, 'SystemTime'),
  named('Appointment', 0x8224, 'Integer'),
  named('Appointment', 0x8229, 'Boolean'),
  named('Appointment', 0x8230, 'String'),
  named('Appointment', 0x8257, 'Boolean'),
  text('OnlineMeetingExternalLink'),
  text('OnlineMeetingConfLink'),
  text('SkypeTeamsMeetingUrl'),
  text('UCMeetingSetting'),
]

/** Follow-up of what is neither mail nor a task. */
const flagged = [
  flagStatus,
  tag(0x1091, 'SystemTime'),
  tag(0x1095, 'Integer'),
  tag(0x0e2b, 'Integer'),
  ...[0x8104, 0x8105, 0x810f].map((id) => named('Task', id, 'SystemTime')),
]

export const contactProperties: readonly PathToExtendedFieldType[] = [
  ...common,
  ...flagged,
  tag(0x3a00, 'String'),
  tag(0x3a07, 'String'),
  tag(0x3a0c, 'String'),
  tag(0x3a46, 'String'),
  tag(0x3a47, 'String'),
  tag(0x3a4a, 'String'),
  ...[0x3a2b, 0x3a43, 0x3a49, 0x3a4c, 0x3a50, 0x3a5e, 0x3a64].map((number) => tag(number, 'String')),
  tag(0x3a4d, 'Short'),
  named('Common', 0x8535, 'String'),
  ...[0x802c, 0x802d, 0x802e, 0x804a].map((id) => named('Address', id, 'String')),
  ...[
    0x8006, 0x8082, 0x8083, 0x8084, 0x8092, 0x8093, 0x80a2, 0x80a3, 0x802b, 0x804f, 0x8050, 0x8051, 0x8052,
    0x8062, 0x80d8,
  ].map((id) => named('Address', id, id === 0x8006 ? 'Integer' : 'String')),
]

export const taskProperties: readonly PathToExtendedFieldType[] = [
  ...common,
  named('Task', 0x8101, 'Integer'),
  named('Task', 0x8103, 'Boolean'),
  named('Task', 0x8110, 'Integer'),
  named('Task', 0x8111, 'Integer'),
  named('Task', 0x811f, 'String'),
  named('Task', 0x8120, 'Integer'),
  named('Task', 0x8129, 'Integer'),
  named('Common', 0x8534, 'String'),
  named('Common', 0x8535, 'String'),
  named('Common', 0x853a, 'StringArray'),
]

export const noteProperties: readonly PathToExtendedFieldType[] = [
  ...common,
  ...flagged,
  ...[0x8b00, 0x8b02, 0x8b03, 0x8b04, 0x8b05].map((id) => custom(NOTE_SET, id, 'Integer')),
]

/** What is asked for of each kind. */
export const propertiesOf: Readonly<Record<ItemClass, readonly PathToExtendedFieldType[]>> = {
  message: mailProperties,
  event: eventProperties,
  contact: contactProperties,
  task: taskProperties,
  note: noteProperties,
}

/** What people, or a policy of retention, set on an item and take away again: a follow-up with its dates, a reminder, a tag. */
export const followUp: readonly PathToExtendedFieldType[] = [
  ...retention,
  tag(0x1091, 'SystemTime'),
  ...[0x0e2b, 0x1095].map((number) => tag(number, 'Integer')),
  ...[0x8502, 0x8516, 0x8517, 0x8560, 0x85a0].map((id) => named('Common', id, 'SystemTime')),
  ...[0x8503, 0x8506].map((id) => named('Common', id, 'Boolean')),
  ...[0x8530, 0x85a4].map((id) => named('Common', id, 'String')),
  ...[0x8104, 0x8105, 0x810f].map((id) => named('Task', id, 'SystemTime')),
  named('Task', 0x8101, 'Integer'),
  named('Task', 0x811c, 'Boolean'),
]

/** What follows from an item as it stands: kept beside it, it would be out of date with the first change. */
const derived: ReadonlySet<string> = new Set(
  [messageFlags, readMark, searchKey, tag(0x1080, 'Integer')].map(propertyKey),
)

export type Kept = Record<string, string | readonly string[]>

/** The extended properties of an item as they are kept, those that follow from it left out. */
export function keptOf(properties: readonly ExtendedPropertyType[] = [], losses: Loss[]): Kept {
  const kept: Kept = {}
  for (const property of properties) {
    const key = keyOf(property)
    if (key === undefined || derived.has(key)) continue
    try {
      Object.assign(kept, keptValues([property]))
    } catch (error) {
      losses.push({ property: key, reason: (error as Error).message, weight: 'metadata' })
    }
  }
  return kept
}

/** The value of one of them, as it stands on the wire. Asked for several times of each item: no key is made of any. */
export function propertyOf(
  properties: readonly ExtendedPropertyType[] | undefined,
  { PropertyTag, PropertyType }: TagPath,
): string | undefined {
  return properties?.find(
    ({ ExtendedFieldURI: said }) =>
      said.PropertyType === PropertyType &&
      said.PropertyTag !== undefined &&
      (said.PropertyTag === PropertyTag || tagNumber(said.PropertyTag) === tagNumber(PropertyTag)),
  )?.Value
}

function keyOf({ ExtendedFieldURI }: ExtendedPropertyType): string | undefined {
  try {
    return propertyKey(ExtendedFieldURI)
  } catch {
    return undefined
  }
}
