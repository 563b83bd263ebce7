/** Scenario 13 of migration.md 5: properties set at random, and changed between passes, are shown by EWS on both sides alike. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  contactProperties,
  eventProperties,
  mailProperties,
  noteProperties,
  taskProperties,
} from '#connectors/exchange/extended-properties.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { SourceBudget } from '#src/domain/migration/engine/budget.ts'
import { Lane } from '#src/domain/migration/engine/lane.ts'
import { LEASE_MS } from '#src/domain/migration/engine/page-run.ts'
import { type ProjectId, usualSettings } from '#src/domain/migration/engine/project.ts'
import { runPass } from '#src/domain/migration/engine/run-pass.ts'
import type { PathToExtendedFieldType } from '#src/wire/ews/schema-types.ts'
import type { EwsClient } from '#test/protocols/ews/ews-site.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { aMember } from '#test/support/migrated-mailbox.ts'
import { type ExchangeSite, openExchangeSite, signal } from './exchange-site.ts'

const ANN = 'ann@corp.test'
const EACH = 6
const PASSES = 2

let there: ExchangeSite
let here: ExchangeSite
before(async () => {
  ;[there, here] = [await openExchangeSite(), await openExchangeSite()]
  for (const site of [there, here]) await site.user('ann')
})
after(async () => {
  await there?.end()
  await here?.end()
})

/** The same numbers in every run (Numerical Recipes' generator). */
let seed = 20_261_123
function random(below: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((seed / 2 ** 32) * below)
}
const pick = <T>(from: readonly T[]): T => from[random(from.length)]!
const half = (): boolean => random(2) === 0
const word = (): string =>
  `${pick(['alpha', 'Größe', 'x<y>&z', 'd e', '日本', "o'brien", ' lead'])}${random(99)}`
const two = (no: number): string => String(no).padStart(2, '0')
const day = (): string => `2027-${two(1 + random(12))}-${two(1 + random(28))}T00:00:00Z`
const person = () => ({ Name: `Person ${random(50)}`, EmailAddress: `p${random(50)}@x.example` })
const attendee = () => ({ Mailbox: person() })
const body = () =>
  half()
    ? { BodyType: 'Text', Value: word() }
    : { BodyType: 'HTML', Value: `<html><body><p>${random(99)} <b>bold</b></p></body></html>` }

type Fields = Readonly<Record<string, () => unknown>>
type Kind = {
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

const kinds: Readonly<Record<string, Kind>> = {
  mail: {
    folders: ['inbox', 'junkemail'],
    element: 'Message',
    extended: mailProperties,
    first: () => ({
      ...{ Subject: word(), Body: { BodyType: 'Text', Value: word() }, ToRecipients: [person()] },
      ...{ From: attendee(), IsRead: half() },
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
      'calendar:RequiredAttendees': () => [attendee(), attendee()],
      'calendar:OptionalAttendees': () => [attendee()],
      'calendar:Resources': () => [attendee()],
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
const named: PathToExtendedFieldType = {
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
  SystemTime: day,
  String: word,
  Binary: () => Buffer.from(word()).toString('base64'),
}

type Made = { name: string; kind: Kind; id: string; folder: string }

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

async function make(client: EwsClient): Promise<Made[]> {
  const made: Made[] = []
  for (const [word, kind] of Object.entries(kinds))
    for (let no = 0; no < EACH; no++) {
      const name = `${word} ${no}`
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
      const ofOccurrences = Object.entries(kind.fields).filter(([field]) => !/Recur|AllDay/.test(field))
      if (word === 'event')
        for (const InstanceIndex of [2, 3]) {
          const occurrence = { OccurrenceItemId: { RecurringMasterId: ItemId.Id, InstanceIndex } }
          const [field, value] = pick(ofOccurrences)
          await update(client, occurrence, [setField(kind, field, value())])
        }
      made.push({ name, kind, id: ItemId.Id, folder })
    }
  return made
}

/** One to three properties of each are set or taken away, and some mail moves. */
async function change(client: EwsClient, made: readonly Made[]): Promise<void> {
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
    if (kind.folders.length === 1 || half()) continue
    one.folder = kind.folders.find((each) => each !== one.folder)!
    const { Items } = await client.one('MoveItem', {
      ToFolderId: { DistinguishedFolderId: { Id: one.folder as never } },
      ItemIds: [{ ItemId: { Id: one.id } }],
    })
    one.id = (Object.values(Items[0])[0] as { ItemId: { Id: string } }).ItemId.Id
  }
}

/** What is another one of every copy, or follows from how it came. */
const ofCopy = new Set(
  'ItemId ParentFolderId ConversationId EffectiveRights DateTimeCreated LastModifiedTime LastModifiedName DateTimeStamp Size IsUnmodified WebClientReadFormQueryString WebClientEditFormQueryString InstanceKey StoreEntryId SearchKey Attachments'.split(
    ' ',
  ),
)
const tagsOfCopy = new Set(['0x300b', '0xe07', '0x1080'])

/** Of each item everything that EWS shows, by its name: `name property` → value. */
async function shown(client: EwsClient): Promise<Map<string, string>> {
  const all = new Map<string, string>()
  for (const kind of Object.values(kinds))
    for (const folder of kind.folders) {
      const { RootFolder } = await client.one('FindItem', {
        Traversal: 'Shallow',
        ItemShape: { BaseShape: 'IdOnly' },
        ParentFolderIds: [{ DistinguishedFolderId: { Id: folder as never } }],
      })
      const ids = RootFolder.Items.map((item: object) => ({
        ItemId: (Object.values(item)[0] as { ItemId: object }).ItemId,
      }))
      if (ids.length === 0) continue
      const answers = await client.messages('GetItem', {
        ItemShape: {
          BaseShape: 'AllProperties',
          IncludeMimeContent: kind.element === 'Message' && folder !== 'notes',
          AdditionalProperties: [
            { FieldURI: { FieldURI: 'item:Body' } },
            ...kind.extended.map((ExtendedFieldURI) => ({ ExtendedFieldURI })),
          ],
        },
        ItemIds: ids,
      })
      for (const { Items } of answers) addShown(all, folder, Object.values(Items[0])[0] as object)
    }
  return all
}

type Extended = { ExtendedFieldURI: PathToExtendedFieldType; Value?: string; Values?: string[] }

function addShown(all: Map<string, string>, folder: string, item: object): void {
  const {
    ExtendedProperty = [],
    MimeContent,
    ...fields
  } = item as Record<string, unknown> & {
    ExtendedProperty?: Extended[]
    MimeContent?: { Value: Uint8Array }
  }
  const name = ExtendedProperty.find(
    ({ ExtendedFieldURI: { PropertyId } }) => PropertyId === named.PropertyId,
  )
  assert.ok(name?.Value, 'each is known by its name')
  const put = (what: string, value: unknown) =>
    all.set(
      `${name.Value} ${what}`,
      JSON.stringify(value, (key, each) => (key === 'ItemId' ? undefined : each)),
    )
  put('folder', folder)
  if (MimeContent) put('MimeContent', Buffer.from(MimeContent.Value).toString())
  for (const [field, value] of Object.entries(fields)) if (!ofCopy.has(field)) put(field, value)
  for (const { ExtendedFieldURI: path, Value, Values } of ExtendedProperty)
    if (!tagsOfCopy.has(path.PropertyTag ?? '')) put(JSON.stringify(path), Values ?? Value)
}

/** A pass of the engine from one service to the other. */
async function passes(at: MailboxRef): Promise<() => Promise<void>> {
  const { store } = here.service.data
  const { organization } = at
  const clock = new ManualClock()
  const project = randomUUID() as ProjectId
  const member = aMember(project, ANN)
  await store.transact({ organization }, async ({ migration }) => {
    await migration.putProject({
      organization,
      id: project,
      name: 'move',
      createdAt: 0,
      settings: usualSettings,
    })
    await migration.putMember(organization, member)
  })
  let pass = 0
  return async () => {
    const token = randomUUID()
    const lease = { token, now: clock.now(), until: clock.now() + LEASE_MS }
    const fence = await store.transact({ organization }, ({ migration }) =>
      migration.leaseMember(organization, project, 1, lease),
    )
    const alert = (message: string) => assert.fail(message)
    const budget = new SourceBudget('there', 4, clock)
    await runPass({
      ...{ store, spool: here.spool, at, member, lease: { token, fence: fence! } },
      origin: { project, kind: 'exchange', url: there.url },
      lane: new Lane({ clock, budget, random: () => 0.5, signal, drain: signal, alert }),
      source: await there.open(ANN),
      ...{ settings: usualSettings, pass: ++pass, copiesOnly: false, asksAll: false },
      done: { items: 0, bytes: 0 },
    })
    await store.transact({ organization }, ({ migration }) =>
      migration.freeLease(organization, project, 1, token),
    )
  }
}

test('whatever is set of mail, drafts, events, contacts, tasks and notes, and changed between passes, is so here', async () => {
  const { store } = here.service.data
  const entry = await store.directory.findEntry(here.organization, { address: ANN })
  const pass = await passes({ organization: here.organization, mailbox: entry!.mailbox! })
  const [theirs, ours] = [there.client(ANN), here.client(ANN)]
  const made = await make(theirs)
  for (let no = 0; no <= PASSES; no++) {
    if (no > 0) await change(theirs, made)
    await pass()
    const [wanted, found] = [await shown(theirs), await shown(ours)]
    const keys = [...new Set([...wanted.keys(), ...found.keys()])]
    const other = keys.filter((key) => wanted.get(key) !== found.get(key))
    const told = other.map((key) => `pass ${no}: ${key}: ${wanted.get(key)} is ${found.get(key)}`)
    assert.deepEqual(told, [])
  }
})
