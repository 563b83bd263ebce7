import type { Loss } from '#src/domain/migration/source.ts'
import type { ItemType } from '#src/wire/ews/schema-types.ts'
import type { ItemKind } from './item-kind.ts'

const words = (text: string): string[] => text.trim().split(/\s+/)

/** Properties that are taken over, and those that follow from others or from where the item lies. */
const ofEvery = words(`
  ItemId ParentFolderId ItemClass Subject Sensitivity Body Attachments DateTimeReceived Size Categories Importance InReplyTo
  IsSubmitted IsDraft IsFromMe IsResend IsUnmodified DateTimeSent DateTimeCreated ResponseObjects ReminderDueBy ReminderIsSet
  ReminderNextTime ReminderMinutesBeforeStart DisplayCc DisplayTo HasAttachments ExtendedProperty Culture EffectiveRights
  LastModifiedName LastModifiedTime IsAssociated WebClientReadFormQueryString WebClientEditFormQueryString ConversationId
  UniqueBody Flag StoreEntryId InstanceKey NormalizedBody EntityExtractionResult PolicyTag ArchiveTag RetentionDate Preview
  TextBody IconIndex SearchKey SortKey HashTags MimeContent MimeContentUTF8 InternetMessageHeaders BlockStatus HasBlockedImages
  ContainsOnlyMandatoryProperties PredictedActionReasons IsClutter HasQuotedText`)

const known: Readonly<Record<ItemKind, ReadonlySet<string>>> = {
  mail: new Set([
    ...ofEvery,
    ...words('BccRecipients IsRead IsResponseRequested ReceivedBy ReceivedRepresenting'),
  ]),
  event: new Set([
    ...ofEvery,
    ...words(`
      UID RecurrenceId DateTimeStamp Start End OriginalStart IsAllDayEvent LegacyFreeBusyStatus Location When IsMeeting IsCancelled
      IsRecurring MeetingRequestWasSent IsResponseRequested CalendarItemType MyResponseType Organizer RequiredAttendees
      OptionalAttendees Resources ConflictingMeetingCount AdjacentMeetingCount ConflictingMeetings AdjacentMeetings Duration
      TimeZone AppointmentReplyTime AppointmentSequenceNumber AppointmentState Recurrence FirstOccurrence LastOccurrence
      ModifiedOccurrences DeletedOccurrences MeetingTimeZone StartTimeZone EndTimeZone ConferenceType AllowNewTimeProposal
      IsOnlineMeeting MeetingWorkspaceUrl NetShowUrl EnhancedLocation StartWallClock EndWallClock StartTimeZoneId EndTimeZoneId
      IntendedFreeBusyStatus JoinOnlineMeetingUrl OnlineMeetingSettings IsOrganizer`),
  ]),
  contact: new Set([
    ...ofEvery,
    ...words(`
      FileAs FileAsMapping DisplayName GivenName Initials MiddleName Nickname CompleteName CompanyName EmailAddresses
      PhysicalAddresses PhoneNumbers AssistantName Birthday BusinessHomePage Children Companies ContactSource Department
      Generation ImAddresses JobTitle Manager Mileage OfficeLocation PostalAddressIndex Profession SpouseName Surname
      WeddingAnniversary HasPicture PhoneticFullName PhoneticFirstName PhoneticLastName Alias Notes UserSMIMECertificate
      MSExchangeCertificate YomiNickname Gender Members PersonaType`),
  ]),
  task: new Set([
    ...ofEvery,
    ...words(`
      ActualWork AssignedTime BillingInformation ChangeCount Companies CompleteDate Contacts DelegationState Delegator DueDate
      IsAssignmentEditable IsComplete IsRecurring IsTeamTask Mileage Owner PercentComplete Recurrence StartDate Status
      StatusDescription TotalWork`),
  ]),
  note: new Set([
    ...ofEvery,
    ...words(`
      Sender ToRecipients CcRecipients BccRecipients IsReadReceiptRequested IsDeliveryReceiptRequested ConversationIndex
      ConversationTopic From InternetMessageId IsRead IsResponseRequested References ReplyTo ReceivedBy ReceivedRepresenting
      PostedTime`),
  ]),
}

/** Everything that the server said of an item and nobody here has looked at: nothing is lost without a word. */
export function unknownProperties(kind: ItemKind, item: ItemType): Loss[] {
  return Object.entries(item).flatMap(([property, value]): Loss[] =>
    known[kind].has(property) || isNothing(value)
      ? []
      : [{ property, reason: 'there is no place for it here', weight: 'metadata' }],
  )
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  value === 0 ||
  (Array.isArray(value) && value.length === 0)
