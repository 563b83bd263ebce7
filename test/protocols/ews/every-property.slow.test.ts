/** Each property that the schema gives an item, set by CreateItem and by UpdateItem, comes back as it was set. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { ewsSchema } from '#src/wire/ews/schema.ts'
import type { ComplexType, Type } from '#src/wire/xml/schema.ts'
import { type EwsClient, type EwsSite, type Message, openEwsSite, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
  ann = site.client('ann@corp.test', { RequestServerVersion: { Version: 'Exchange2016' } })
})
after(async () => {
  site.judge()
  await site.end()
})

/** What the service works out itself, in Exchange as here; or is not asked for by an element of its own. */
const workedOut = new Set(
  `MimeContent ItemId ParentFolderId Attachments Size IsSubmitted IsDraft IsFromMe IsResend IsUnmodified DateTimeCreated
  ResponseObjects ReminderNextTime DisplayCc DisplayTo DisplayBcc HasAttachments ExtendedProperty EffectiveRights
  LastModifiedName LastModifiedTime IsAssociated WebClientReadFormQueryString WebClientEditFormQueryString ConversationId
  UniqueBody StoreEntryId InstanceKey NormalizedBody TextBody Preview EntityExtractionResult RightsManagementLicenseData
  InternetMessageHeaders ConversationTopic RecurrenceId DateTimeStamp OriginalStart IsMeeting IsCancelled IsRecurring
  MeetingRequestWasSent CalendarItemType MyResponseType Organizer ConflictingMeetingCount AdjacentMeetingCount
  ConflictingMeetings AdjacentMeetings Duration TimeZone AppointmentReplyTime AppointmentSequenceNumber AppointmentState
  FirstOccurrence LastOccurrence ModifiedOccurrences DeletedOccurrences IsOrganizer JoinOnlineMeetingUrl CompleteName
  ContactSource HasPicture IsComplete StatusDescription ReceivedBy ReceivedRepresenting PostedTime DirectoryId
  ManagerMailbox DirectReports Photo UserSMIMECertificate MSExchangeCertificate AssignedTime ChangeCount DelegationState
  Delegator IsAssignmentEditable IsTeamTask MessageSafety SenderSMTPAddress MailboxGuids VotingInformation
  ApprovalRequestData ReminderMessageData PublishedCalendarItemIcs PublishedCalendarItemName IconIndex SearchKey SortKey
  BlockStatus HasBlockedImages Hashtags Mentions MentionedMe MentionsPreview MentionsEx AppliedHashtags
  AppliedHashtagsPreview Likes LikesPreview PendingSocialActivityTagIds AtAllMention CanDelete InferenceClassification
  PredictedActionReasons IsClutter PolicyTag ArchiveTag RetentionDate InboxReminders CalendarActivityData ModernReminders
  MeetingTimeZone UID StartWallClock EndWallClock StartTimeZoneId EndTimeZoneId Task.Flag Task.ReminderMinutesBeforeStart`.split(
    /\s+/,
  ),
)

/** What only messages have: when they came, and to what they are answers. */
const ofMessages = new Set(['DateTimeReceived', 'DateTimeSent', 'InReplyTo'])

/** Of cloud address books and of programs that are no more: named in docs/protocols.md. */
const notOffered = new Set(
  `AbchEmailAddresses AccountName IsAutoUpdateDisabled IsMessengerEnabled Comment ContactShortId ContactType IsHidden ObjectId
  PassportId IsPrivate SourceId TrustLevel CreatedBy Urls Cid SkypeAuthCertificate SkypeContext SkypeId SkypeRelationship
  XboxLiveTag InviteFree HidePresenceAndProfile IsPendingOutbound SupportGroupFeeds UserTileHash UnifiedInbox Mris Wlid
  AbchContactId NotInBirthdayCalendar ShellContactType ImMri PresenceTrustLevel OtherMri ProfileLastChanged MobileIMEnabled
  PartnerNetworkProfilePhotoUrl PartnerNetworkThumbnailPhotoUrl PersonId ConversationGuid`.split(/\s+/),
)

const zone = (Id: string) => ({ Id })
const address = (EmailAddress: string) => ({ Name: 'Zoë', EmailAddress, RoutingType: 'SMTP' })
const one = (text: string) => ({ Mailbox: address(text) })
const attendees = (text: string) => [{ Mailbox: address(text) }]
/** Of complex types, and where not every value makes sense. */
const particular: Readonly<Record<string, readonly [first: unknown, then: unknown]>> = {
  'Message.ItemClass': ['IPM.Note.Mine', 'IPM.Note.Other'],
  'CalendarItem.ItemClass': ['IPM.Appointment.Mine', 'IPM.Appointment.Other'],
  'Contact.ItemClass': ['IPM.Contact.Mine', 'IPM.Contact.Other'],
  'Task.ItemClass': ['IPM.Task.Mine', 'IPM.Task.Other'],
  Body: [
    { BodyType: 'Text', Value: 'one' },
    { BodyType: 'Text', Value: 'two' },
  ],
  Culture: ['de-DE', 'fr'],
  InReplyTo: ['<a@b.example>', '<c@d.example>'],
  References: ['<a@b.example>', '<a@b.example> <c@d.example>'],
  InternetMessageId: ['<a@b.example>', '<c@d.example>'],
  Flag: [{ FlagStatus: 'Flagged' }, { FlagStatus: 'Flagged', DueDate: '2031-01-07T00:00:00Z' }],
  ToRecipients: [[address('a@b.example')], [address('c@d.example')]],
  CcRecipients: [[address('a@b.example')], [address('c@d.example')]],
  BccRecipients: [[address('a@b.example')], [address('c@d.example')]],
  ReplyTo: [[address('a@b.example')], [address('c@d.example')]],
  From: [one('ann@corp.test'), one('c@d.example')],
  Sender: [one('a@b.example'), one('c@d.example')],
  ConversationIndex: [Buffer.alloc(22, 1), Buffer.alloc(22, 2)],
  RequiredAttendees: [attendees('a@b.example'), attendees('c@d.example')],
  OptionalAttendees: [attendees('a@b.example'), attendees('c@d.example')],
  Resources: [attendees('a@b.example'), attendees('c@d.example')],
  IsResponseRequested: [true, true],
  'CalendarItem.Start': ['2031-01-06T08:00:00Z', '2031-01-06T09:30:00Z'],
  'CalendarItem.End': ['2031-01-06T11:00:00Z', '2031-01-06T12:00:00Z'],
  'CalendarItem.IsAllDayEvent': [false, true],
  'CalendarItem.LegacyFreeBusyStatus': ['Tentative', 'OOF'],
  'CalendarItem.IntendedFreeBusyStatus': ['Tentative', 'OOF'],
  StartTimeZone: [zone('W. Europe Standard Time'), zone('Tokyo Standard Time')],
  EndTimeZone: [zone('W. Europe Standard Time'), zone('Tokyo Standard Time')],
  'CalendarItem.ReminderDueBy': ['2031-01-06T09:00:00Z', '2031-01-06T09:00:00Z'],
  'CalendarItem.Recurrence': [
    {
      DailyRecurrence: { Interval: 1 },
      NumberedRecurrence: { StartDate: '2031-01-06', NumberOfOccurrences: 3 },
    },
    {
      WeeklyRecurrence: { Interval: 2, DaysOfWeek: ['Monday'], FirstDayOfWeek: 'Monday' },
      NoEndRecurrence: { StartDate: '2031-01-06' },
    },
  ],
  EnhancedLocation: [
    {
      DisplayName: 'Room 1',
      Annotation: 'by the stairs',
      PostalAddress: { City: 'Bern', Country: 'CH', Type: 'Business' },
    },
    { DisplayName: 'Room 2' },
  ],
  OnlineMeetingSettings: [
    { LobbyBypass: 'Disabled', AccessLevel: 'Invited', Presenters: 'Internal' },
    { LobbyBypass: 'EnabledForGatewayParticipants', AccessLevel: 'Everyone', Presenters: 'Everyone' },
  ],
  EmailAddresses: [
    [{ Key: 'EmailAddress1', Value: 'a@b.example', RoutingType: 'SMTP' }],
    [{ Key: 'EmailAddress2', Value: 'c@d.example', RoutingType: 'SMTP', Name: 'C' }],
  ],
  PhoneNumbers: [[{ Key: 'Pager', Value: '1' }], [{ Key: 'Isdn', Value: '2' }]],
  ImAddresses: [[{ Key: 'ImAddress1', Value: 'a' }], [{ Key: 'ImAddress2', Value: 'b' }]],
  PhysicalAddresses: [
    [{ Key: 'Business', Street: 'A 1', City: 'B', State: 'C', CountryOrRegion: 'D', PostalCode: '1' }],
    [{ Key: 'Home', City: 'B' }],
  ],
  Members: [[one('a@b.example')], [one('c@d.example'), one('e@f.example')]],
  PostalAddressIndex: ['Business', 'Home'],
  'Task.DueDate': ['2031-01-06T00:00:00Z', '2031-02-06T00:00:00Z'],
  'Task.StartDate': ['2031-01-06T00:00:00Z', '2031-02-06T00:00:00Z'],
  'Task.CompleteDate': ['2031-01-06T00:00:00Z', '2031-02-06T00:00:00Z'],
  PercentComplete: [30, 60],
  ReminderMinutesBeforeStart: [7, 30],
  'Task.Recurrence': [
    {
      DailyRecurrence: { Interval: 1 },
      NumberedRecurrence: { StartDate: '2031-01-06', NumberOfOccurrences: 3 },
    },
    { DailyRegeneration: { Interval: 2 }, NoEndRecurrence: { StartDate: '2031-01-06' } },
  ],
}

/** Beside what is asked for, so that it means something. */
const beside: Readonly<Record<string, object>> = {
  'Task.ReminderDueBy': { ReminderIsSet: true },
  'CalendarItem.ReminderMinutesBeforeStart': { ReminderIsSet: true },
  IsResponseRequested: { RequiredAttendees: attendees('a@b.example') },
  EndTimeZone: { StartTimeZone: zone('UTC') },
  'Task.ReminderIsSet': { DueDate: '2031-01-06T00:00:00Z' },
}

const elements = {
  Message: ['MessageType', 'message', { Subject: 'x' }],
  PostItem: ['PostItemType', 'message', { Subject: 'x' }],
  CalendarItem: [
    'CalendarItemType',
    'calendar',
    { Subject: 'x', Start: '2031-01-06T09:00:00Z', End: '2031-01-06T10:00:00Z' },
  ],
  Contact: ['ContactItemType', 'contacts', { DisplayName: 'x' }],
  Task: ['TaskType', 'task', { Subject: 'x' }],
  DistributionList: ['DistributionListType', 'distributionlist', { DisplayName: 'x' }],
} as const

const uris = (ewsSchema.type('UnindexedFieldURIType') as { words: ReadonlySet<string> }).words

function valuesOf(element: string, name: string, type: Type): readonly [unknown, unknown] | undefined {
  const known = particular[`${element}.${name}`] ?? particular[name]
  if (known !== undefined || type.kind === 'complex') {
    const isTexts = type.kind === 'complex' && type.name.endsWith('ArrayOfStringsType')
    return known ?? (isTexts ? [['one', 'two'], ['three']] : undefined)
  }
  if (type.words !== undefined) {
    const [first, second] = [...type.words].slice(1)
    return [first, second ?? first]
  }
  switch (type.base) {
    case 'boolean':
      return [true, false]
    case 'int':
    case 'double':
      return [1, 2]
    case 'dateTime':
      return ['2031-01-05T09:00:00Z', '2031-01-06T09:00:00Z']
    case 'string':
    case 'uri':
      return [`https://${name}.example/`, 'https://other.example/']
    default:
      return undefined
  }
}

/** What was set, as far as the answer says it: names and kinds of people come from the address book. */
function isSame(told: unknown, given: unknown): boolean {
  if (Array.isArray(given))
    return (
      Array.isArray(told) && told.length === given.length && given.every((each, at) => isSame(told[at], each))
    )
  if (given instanceof Uint8Array) return told instanceof Uint8Array && Buffer.compare(told, given) === 0
  if (given === null || typeof given !== 'object') return isDeepStrictEqual(told, given)
  return (
    told !== null &&
    typeof told === 'object' &&
    Object.entries(given).every(([name, value]) => isSame((told as Record<string, unknown>)[name], value))
  )
}

const create = async (element: string, value: object): Promise<string> => {
  const { Items } = await ann.one('CreateItem', {
    Items: [{ [element]: value } as never],
    SendMeetingInvitations: 'SendToNone',
    MessageDisposition: 'SaveOnly',
  })
  return shown(Items[0]).ItemId.Id
}
const get = async (Id: string, uri: string): Promise<Message> => {
  const { Items } = await ann.one('GetItem', {
    ItemShape: {
      BaseShape: 'IdOnly',
      BodyType: 'Text',
      AdditionalProperties: [{ FieldURI: { FieldURI: uri as never } }],
    },
    ItemIds: [{ ItemId: { Id } }],
  })
  return shown(Items[0])
}

for (const [element, [type, prefix, bare]] of Object.entries(elements)) {
  test(`every property of a ${element} comes back as it was set`, async () => {
    const { fields } = ewsSchema.type(type) as ComplexType
    const missing: string[] = []
    let tried = 0
    for (const { name, type: valueType } of fields) {
      if ([name, `${element}.${name}`].some((each) => workedOut.has(each) || notOffered.has(each))) continue
      if (ofMessages.has(name) && prefix !== 'message') continue
      const uri = [`${prefix}:${name}`, `item:${name}`, `postitem:${name}`, `contacts:${name}`].find((each) =>
        uris.has(each),
      )
      if (uri === undefined) continue
      const values = valuesOf(element, name, valueType)
      assert.ok(values, `${element} ${name}: say what to set it to, or why it is not set`)
      tried++
      const [first, then] = values
      const others = beside[`${element}.${name}`] ?? beside[name] ?? {}
      const trimmed = (told: Message) =>
        name === 'Body' ? { ...told.Body, Value: told.Body?.Value.trim() } : told[name]
      const id = await create(element, { ...bare, ...others, [name]: first })
      const told = trimmed(await get(id, uri))
      if (!isSame(told, first)) missing.push(`${uri} made ${JSON.stringify(first)}: ${JSON.stringify(told)}`)
      const [message] = await ann.messages('UpdateItem', {
        ConflictResolution: 'AlwaysOverwrite',
        MessageDisposition: 'SaveOnly',
        SendMeetingInvitationsOrCancellations: 'SendToNone',
        ItemChanges: [
          {
            ItemId: { Id: id },
            Updates: [
              {
                SetItemField: { FieldURI: { FieldURI: uri as never }, [element]: { [name]: then } } as never,
              },
            ],
          },
        ],
      })
      if (message!.ResponseCode !== 'NoError')
        missing.push(`${uri}: ${message!.ResponseCode} ${message!.MessageText}`)
      const changed = trimmed(await get(id, uri))
      if (!isSame(changed, then))
        missing.push(`${uri} changed ${JSON.stringify(then)}: ${JSON.stringify(changed)}`)
    }
    assert.ok(tried > 5)
    assert.deepEqual(missing, [])
  })
}
