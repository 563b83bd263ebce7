/** Items of every kind with properties set at random over EWS, and what EWS shows of them. */
import {
  contactProperties,
  eventProperties,
  mailProperties,
  noteProperties,
  taskProperties,
} from '#connectors/exchange/extended-properties.ts'
import type { PathToExtendedFieldType } from '#src/wire/ews/schema-types.ts'
import type { EwsClient } from '#test/protocols/ews/ews-site.ts'

const EACH = 6

/** The same numbers in every run (Numerical Recipes' generator). */
let seed = 20_261_123
export const seedWith = (number: number): void => {
  seed = number
}
export function random(below: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}
export const pick = <T>(from: readonly T[]): T => from[random(from.length)]!
export const half = (): boolean => random(2) === 0
let words = 0
/** Another one each time: by its title an item is known in what was lost. */
const word = (): string =>
  `${pick(['alpha', 'Größe', 'x<y>&z', 'd e', '日本', "o'brien", ' lead'])}${random(99)}.${++words}`
const two = (no: number): string => String(no).padStart(2, '0')
const day = (): string => `2027-${two(1 + random(12))}-${two(1 + random(28))}T00:00:00Z`
const person = () => ({ Name: `Person ${random(50)}`, EmailAddress: `p${random(50)}@x.example` })
/** Nobody is invited twice. */
function attendee(of: string) {
  const { Name, EmailAddress } = person()
  return { Mailbox: { Name, EmailAddress: `${of}${EmailAddress}` } }
}
const body = () =>
  half()
    ? { BodyType: 'Text', Value: word() }
    : { BodyType: 'HTML', Value: `<html><body><p>${random(99)} <b>bold</b></p></body></html>` }

type Fields = Readonly<Record<string, () => unknown>>
export type Kind = {
  folders: readonly [string, ...string[]]
  element: string
  first: () => object
  fields: Fields
  extended: readonly PathToExtendedFieldType[]
}

const ofEvery: Fields = {
  'item:Subject': word,
  'item:Body': body,
  'item:Categories': () => [...new Set([word(), word()])],
  'item:Importance': () => pick(['Low', 'Normal', 'High']),
  'item:Sensitivity': () => pick(['Normal', 'Personal', 'Private', 'Confidential']),
}
const flagged = () => ({ FlagStatus: 'Flagged', StartDate: '2027-01-02T00:00:00Z', DueDate: day() })
const recurrence = () => ({
  ...pick<object>([
    { DailyRecurrence: { Interval: 2 } },
    { WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Monday', 'Friday'], FirstDayOfWeek: 'Monday' } },
    { AbsoluteMonthlyRecurrence: { Interval: 1, DayOfMonth: 5 } },
    { RelativeYearlyRecurrence: { DaysOfWeek: 'Monday', DayOfWeekIndex: 'Last', Month: 'May' } },
  ]),
  ...pick<object>([
    { NumberedRecurrence: { StartDate: '2027-01-04', NumberOfOccurrences: 5 } },
    { NoEndRecurrence: { StartDate: '2027-01-04' } },
    { EndDateRecurrence: { StartDate: '2027-01-04', EndDate: '2027-06-01' } },
  ]),
})
const link = () => `https://meet.example/${random(9)}`
const texts = (of: string, names: string): Fields =>
  Object.fromEntries(names.split(' ').map((name) => [`${of}:${name}`, word]))

export const kinds: Readonly<Record<string, Kind>> = {
  mail: {
    folders: ['inbox', 'junkemail'],
    element: 'Message',
    extended: mailProperties,
    first: () => ({
      ...{ Subject: word(), Body: { BodyType: 'Text', Value: word() }, ToRecipients: [person()] },
      ...{ From: attendee('f'), IsRead: half() },
    }),
    fields: {
      ...ofEvery,
      'message:IsRead': half,
      'item:Flag': () =>
        pick<object>([
          { FlagStatus: 'NotFlagged' },
          flagged(),
          { FlagStatus: 'Complete', CompleteDate: day() },
        ]),
      'item:ItemClass': () => pick(['IPM.Note', 'IPM.Note.Custom', 'IPM.Note.SMIME', 'REPORT.IPM.Note.NDR']),
    },
  },
  draft: {
    folders: ['drafts'],
    element: 'Message',
    extended: mailProperties,
    first: () => ({ Subject: word() }),
    fields: {
      ...ofEvery,
      'message:ToRecipients': () => [person(), person()],
      'message:CcRecipients': () => [person()],
      'message:BccRecipients': () => [person()],
      'message:ReplyTo': () => [person()],
      'message:IsReadReceiptRequested': half,
      'message:IsDeliveryReceiptRequested': half,
      'message:References': () => '<a@b> <c@d>',
      'item:InReplyTo': () => '<q@w>',
    },
  },
  event: {
    folders: ['calendar'],
    element: 'CalendarItem',
    extended: eventProperties,
    first: () => ({
      ...{ Subject: word(), Start: '2027-01-04T09:00:00Z', End: '2027-01-04T10:00:00Z' },
      ...(half() && { StartTimeZone: { Id: 'W. Europe Standard Time' } }),
    }),
    fields: {
      ...ofEvery,
      'item:ReminderIsSet': half,
      'item:ReminderMinutesBeforeStart': () => String(pick([5, 15, 60, 1440])),
      'calendar:LegacyFreeBusyStatus': () => pick(['Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere']),
      'calendar:Location': word,
      'calendar:EnhancedLocation': () => ({ DisplayName: word(), Annotation: 'Ring twice' }),
      'calendar:IsAllDayEvent': half,
      'calendar:RequiredAttendees': () => [attendee('q'), attendee('r')],
      'calendar:OptionalAttendees': () => [attendee('o')],
      'calendar:Resources': () => [attendee('s')],
      'calendar:AllowNewTimeProposal': half,
      'calendar:DoNotForwardMeeting': half,
      'calendar:IsResponseRequested': half,
      'calendar:IsOnlineMeeting': half,
      'calendar:ConferenceType': () => '1',
      'calendar:MeetingWorkspaceUrl': link,
      'calendar:NetShowUrl': link,
      'calendar:When': word,
      'calendar:OnlineMeetingSettings': () => ({
        ...{ LobbyBypass: 'Disabled', AccessLevel: 'Everyone', Presenters: 'Everyone' },
      }),
      'calendar:Recurrence': recurrence,
    },
  },
  contact: {
    folders: ['contacts'],
    element: 'Contact',
    extended: contactProperties,
    first: () => ({ FileAs: word(), DisplayName: word(), GivenName: word(), Surname: word() }),
    fields: {
      ...ofEvery,
      ...texts(
        'contacts',
        'FileAs DisplayName GivenName Initials MiddleName Nickname CompanyName AssistantName Department Generation JobTitle Manager Mileage OfficeLocation Profession SpouseName Surname',
      ),
      'contacts:BusinessHomePage': link,
      'contacts:Birthday': day,
      'contacts:WeddingAnniversary': day,
      'contacts:Children': () => [word(), word()],
      'contacts:Companies': () => [word()],
      'contacts:PostalAddressIndex': () => pick(['Home', 'Business', 'None']),
      'item:Flag': flagged,
    },
  },
  task: {
    folders: ['tasks'],
    element: 'Task',
    extended: taskProperties,
    first: () => ({ Subject: word() }),
    fields: {
      ...ofEvery,
      ...texts('task', 'BillingInformation Mileage'),
      'task:ActualWork': () => String(random(99)),
      'task:TotalWork': () => String(random(99)),
      'task:Companies': () => [word(), word()],
      'task:Contacts': () => [word()],
      'task:DueDate': day,
      'task:PercentComplete': () => String(pick([0, 25, 50, 100])),
      'task:Status': () => pick(['NotStarted', 'InProgress', 'Completed', 'WaitingOnOthers', 'Deferred']),
      'item:ReminderIsSet': half,
      'item:ReminderDueBy': day,
    },
  },
  note: {
    folders: ['notes'],
    element: 'Message',
    extended: noteProperties,
    first: () => ({
      ItemClass: 'IPM.StickyNote',
      Subject: word(),
      Body: { BodyType: 'Text', Value: word() },
    }),
    fields: {
      ...ofEvery,
      'item:Body': () => ({ BodyType: 'Text', Value: word() }),
      'item:Flag': flagged,
    },
  },
}

/** By which an item is known on both sides: PidLidToDoTitle, which comes over with every kind. */
export const named: PathToExtendedFieldType = {
  ...{ DistinguishedPropertySetId: 'Common', PropertyId: 0x85a4, PropertyType: 'String' },
}
/** What servers make themselves, what is said by the fields above, or is about what was sent. */
const madeThere = new Set(['0x300b', '0xe07', '0x3007', '0xe69', '0x1080', '0x1090', '0x1081'])
const settable = ({ extended }: Kind): PathToExtendedFieldType[] =>
  extended.filter(
    ({ PropertyTag = '', PropertyId, DistinguishedPropertySetId: set }) =>
      !madeThere.has(PropertyTag) &&
      set !== 'Meeting' &&
      PropertyId !== named.PropertyId &&
      !(set === 'Task' && (PropertyId === 0x8101 || PropertyId === 0x810f)),
  )
const values: Readonly<Record<string, () => string>> = {
  Integer: () => String(random(4)),
  Boolean: () => String(half()),
  Short: () => String(random(4)),
  SystemTime: day,
  String: word,
  Binary: () => Buffer.from(word()).toString('base64'),
}

export type Made = { kind: Kind; id: string; folder: string }

const setField = ({ element }: Kind, FieldURI: string, value: unknown) => ({
  SetItemField: { FieldURI: { FieldURI }, [element]: { [FieldURI.split(':')[1]!]: value } },
})
function setExtended({ element }: Kind, path: PathToExtendedFieldType) {
  const isList = path.PropertyType === 'StringArray'
  const said = isList ? { Values: [word(), word()] } : { Value: values[path.PropertyType]!() }
  const ExtendedProperty = [{ ExtendedFieldURI: path, ...said }]
  return { SetItemField: { ExtendedFieldURI: path, [element]: { ExtendedProperty } } }
}

/** Some of it is refused: what counts is what the item is then. */
async function update(client: EwsClient, id: object, updates: readonly object[]): Promise<void> {
  for (const each of updates)
    await client.messages('UpdateItem', {
      ConflictResolution: 'AlwaysOverwrite',
      MessageDisposition: 'SaveOnly',
      SendMeetingInvitationsOrCancellations: 'SendToNone',
      ItemChanges: [{ ...id, Updates: [each] }] as never,
    })
}

export async function make(client: EwsClient, of = ''): Promise<Made[]> {
  const made: Made[] = []
  for (const [word, kind] of Object.entries(kinds))
    for (let no = 0; no < EACH; no++) {
      const name = `${of}${word} ${no}`
      const [folder] = kind.folders
      const isMail = word === 'mail' ? [{ PropertyTag: '0x0e07', PropertyType: 'Integer' }] : []
      const ExtendedProperty = [
        { ExtendedFieldURI: named, Value: name },
        ...isMail.map((ExtendedFieldURI) => ({ ExtendedFieldURI, Value: '1' })),
      ]
      const { Items } = await client.one('CreateItem', {
        MessageDisposition: 'SaveOnly',
        SendMeetingInvitations: 'SendToNone',
        SavedItemFolderId: { DistinguishedFolderId: { Id: folder as never } },
        Items: [{ [kind.element]: { ...kind.first(), ExtendedProperty } } as never],
      })
      const { ItemId } = Object.values(Items[0])[0] as { ItemId: { Id: string } }
      const updates: object[] = []
      for (const [field, value] of Object.entries(kind.fields))
        if (random(5) < 2) updates.push(setField(kind, field, value()))
      for (const path of settable(kind)) if (random(5) === 0) updates.push(setExtended(kind, path))
      await update(client, { ItemId }, updates)
      if (word === 'event') await changeOccurrences(client, ItemId.Id)
      if (random(4) === 0) await attach(client, { ItemId })
      made.push({ kind, id: ItemId.Id, folder })
    }
  return made
}

export const INSTANCES = [1, 2, 3, 4]
const ofOccurrences = Object.entries(kinds.event!.fields).filter(([field]) => !/Recur|AllDay/.test(field))

/** Some occurrences of a series are otherwise, or not there. */
async function changeOccurrences(client: EwsClient, RecurringMasterId: string): Promise<void> {
  for (const InstanceIndex of INSTANCES) {
    const occurrence = { OccurrenceItemId: { RecurringMasterId, InstanceIndex } }
    const [field, value] = pick(ofOccurrences)
    const how = random(8)
    if (how < 3) await update(client, occurrence, [setField(kinds.event!, field, value())])
    if (how === 3) await attach(client, occurrence)
    if (how === 4)
      await client.messages('DeleteItem', {
        ...{ DeleteType: 'MoveToDeletedItems', SendMeetingCancellations: 'SendToNone' },
        ItemIds: [occurrence],
      })
  }
}

/** A file, where the item takes one. */
async function attach(client: EwsClient, id: object): Promise<void> {
  const [found] = await client.messages('GetItem', {
    ItemShape: { BaseShape: 'IdOnly' },
    ItemIds: [id] as never,
  })
  if (found?.ResponseCode !== 'NoError') return
  const { ItemId } = Object.values(found.Items[0])[0] as { ItemId: { Id: string } }
  const Content = Buffer.from(word())
  await client.messages('CreateAttachment', {
    ParentItemId: ItemId,
    Attachments: [{ FileAttachment: { Name: `${word()}.txt`, ContentType: 'text/plain', Content } }] as never,
  })
}

/** One to three properties of each are set or taken away, and some mail moves. */
export async function change(client: EwsClient, made: readonly Made[]): Promise<void> {
  for (const one of made) {
    const { kind } = one
    const updates: object[] = []
    for (let left = 1 + random(3); left > 0; left--) {
      const [FieldURI, value] = pick(Object.entries(kind.fields))
      const path = pick(settable(kind))
      if (random(5) < 3)
        updates.push(
          random(4) === 0 && FieldURI !== 'item:Subject'
            ? { DeleteItemField: { FieldURI: { FieldURI } } }
            : setField(kind, FieldURI, value()),
        )
      else
        updates.push(
          random(3) === 0 ? { DeleteItemField: { ExtendedFieldURI: path } } : setExtended(kind, path),
        )
    }
    await update(client, { ItemId: { Id: one.id } }, updates)
    if (kind === kinds.event && half()) await changeOccurrences(client, one.id)
    if (random(6) === 0) await attach(client, { ItemId: { Id: one.id } })
    if (kind.folders.length === 1 || half()) continue
    one.folder = kind.folders.find((each) => each !== one.folder)!
    const { Items } = await client.one('MoveItem', {
      ToFolderId: { DistinguishedFolderId: { Id: one.folder as never } },
      ItemIds: [{ ItemId: { Id: one.id } }],
    })
    one.id = (Object.values(Items[0])[0] as { ItemId: { Id: string } }).ItemId.Id
  }
}
