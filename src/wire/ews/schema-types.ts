/** The types of `types-schema.ts` and `messages-schema.ts`, made by `node scripts/schema-types.ts`; not edited by hand. */
// one thing: the types of a schema
import type { AnyElement } from '../xml/any-element.ts'
import type { Octets } from '../xml/octets.ts'
import type { OneOf } from '../xml/one-of.ts'

export type Path = OneOf<{
  FieldURI: PathToUnindexedFieldType
  IndexedFieldURI: PathToIndexedFieldType
  ExtendedFieldURI: PathToExtendedFieldType
}>

export type TimeChangePatternTypes = OneOf<{
  RelativeYearlyRecurrence: RelativeYearlyRecurrencePatternType
  AbsoluteDate: string
}>

export type Transition = OneOf<{
  Transition: TransitionType
  AbsoluteDateTransition: AbsoluteDateTransitionType
  RecurringDayTransition: RecurringDayTransitionType
  RecurringDateTransition: RecurringDateTransitionType
}>

export type RecurrencePatternTypes = OneOf<{
  RelativeYearlyRecurrence: RelativeYearlyRecurrencePatternType
  AbsoluteYearlyRecurrence: AbsoluteYearlyRecurrencePatternType
  RelativeMonthlyRecurrence: RelativeMonthlyRecurrencePatternType
  AbsoluteMonthlyRecurrence: AbsoluteMonthlyRecurrencePatternType
  WeeklyRecurrence: WeeklyRecurrencePatternType
  DailyRecurrence: DailyRecurrencePatternType
}>

export type TaskRecurrencePatternTypes = OneOf<{
  RelativeYearlyRecurrence: RelativeYearlyRecurrencePatternType
  AbsoluteYearlyRecurrence: AbsoluteYearlyRecurrencePatternType
  RelativeMonthlyRecurrence: RelativeMonthlyRecurrencePatternType
  AbsoluteMonthlyRecurrence: AbsoluteMonthlyRecurrencePatternType
  WeeklyRecurrence: WeeklyRecurrencePatternType
  DailyRecurrence: DailyRecurrencePatternType
  DailyRegeneration: DailyRegeneratingPatternType
  WeeklyRegeneration: WeeklyRegeneratingPatternType
  MonthlyRegeneration: MonthlyRegeneratingPatternType
  YearlyRegeneration: YearlyRegeneratingPatternType
}>

export type RecurrenceRangeTypes = OneOf<{
  NoEndRecurrence: NoEndRecurrenceRangeType
  EndDateRecurrence: EndDateRecurrenceRangeType
  NumberedRecurrence: NumberedRecurrenceRangeType
}>

export type SearchExpression = OneOf<{
  Exists: ExistsType
  Excludes: ExcludesType
  IsEqualTo: IsEqualToType
  IsNotEqualTo: IsNotEqualToType
  IsGreaterThan: IsGreaterThanType
  IsGreaterThanOrEqualTo: IsGreaterThanOrEqualToType
  IsLessThan: IsLessThanType
  IsLessThanOrEqualTo: IsLessThanOrEqualToType
  Contains: ContainsExpressionType
  Not: NotType
  And: AndType
  Or: OrType
  Near: NearType
}>

export interface MailboxCultureType {
  Value: string
}

export interface InstalledAppType {
  Id?: string | undefined
  MarketplaceAssetId?: string | undefined
  Enabled?: boolean | undefined
  ConsentState?: string | undefined
  Type?: string | undefined
  LicenseStatus?: string | undefined
  TrialExpirationDate?: string | undefined
  ProviderName?: string | undefined
  IconUrl?: string | undefined
  HighResolutionIconUrl?: string | undefined
  DisplayName?: string | undefined
  Description?: string | undefined
  Requirements?: string | undefined
  Version?: string | undefined
}

export type NonEmptyArrayOfRoleType = readonly string[]

export interface ManagementRoleType {
  UserRoles?: NonEmptyArrayOfRoleType | undefined
  ApplicationRoles?: NonEmptyArrayOfRoleType | undefined
}

export interface SidAndAttributesType {
  Attributes: number
  SecurityIdentifier: string
}

export type NonEmptyArrayOfGroupIdentifiersType = readonly SidAndAttributesType[]

export type NonEmptyArrayOfRestrictedGroupIdentifiersType = readonly SidAndAttributesType[]

export interface SerializedSecurityContextType {
  UserSid: string
  GroupSids?: NonEmptyArrayOfGroupIdentifiersType | undefined
  RestrictedGroupSids?: NonEmptyArrayOfRestrictedGroupIdentifiersType | undefined
  PrimarySmtpAddress?: string | undefined
}

export type ConnectingSIDType = OneOf<{
  PrincipalName: PrincipalNameType
  SID: SIDType
  PrimarySmtpAddress: PrimarySmtpAddressType
  SmtpAddress: SmtpAddressType
}>

export interface PrincipalNameType {
  Value: string
}

export interface SIDType {
  Value: string
}

export interface PrimarySmtpAddressType {
  Value: string
}

export interface SmtpAddressType {
  Value: string
}

export interface ExchangeImpersonationType {
  ConnectingSID: ConnectingSIDType
}

export type SpecialLogonTypeType = 'Admin' | 'SystemService'

export interface OpenAsAdminOrSystemServiceType {
  LogonType: SpecialLogonTypeType
  BudgetType?: number | undefined
  ConnectingSID: ConnectingSIDType
}

export interface ProxySecurityContextType {
  Value: Octets
}

export interface ServerVersionInfo {
  MajorVersion?: number | undefined
  MinorVersion?: number | undefined
  MajorBuildNumber?: number | undefined
  MinorBuildNumber?: number | undefined
  Version?: string | undefined
}

export interface RequestServerVersion {
  Version: string
}

export type DateTimePrecisionType = 'Seconds' | 'Milliseconds'

export type BaseEmailAddressType = Record<never, never>

export type MailboxTypeType =
  | 'Unknown'
  | 'OneOff'
  | 'Mailbox'
  | 'PublicDL'
  | 'PrivateDL'
  | 'Contact'
  | 'PublicFolder'
  | 'GroupMailbox'
  | 'ImplicitContact'

export interface EmailAddressType extends BaseEmailAddressType {
  Name?: string | undefined
  EmailAddress?: string | undefined
  RoutingType?: string | undefined
  MailboxType?: MailboxTypeType | undefined
  ItemId?: ItemIdType | undefined
  OriginalDisplayName?: string | undefined
}

export interface EmailAddressExtendedType extends EmailAddressType {
  ExternalObjectId?: string | undefined
  PrimaryEmailAddress?: string | undefined
}

export type ArrayOfEmailAddressesType = readonly EmailAddressType[]

export interface DirectoryEntryType {
  Id?: EmailAddressType | undefined
}

export type RoomType = DirectoryEntryType

export type ArrayOfRoomsType = readonly RoomType[]

export interface TimeSlot {
  StartTime: string
  DurationInMinutes: number
}

export interface MeetingLocation {
  EmailAddress: string
  DisplayName: string
}

export type ActivityDomainType = 'Unknown' | 'Personal' | 'Work'

export type ReminderGroupType = 'Calendar' | 'Task'

export interface ReminderType {
  Subject: string
  Location?: string | undefined
  ReminderTime: string
  StartDate: string
  EndDate: string
  ItemId: ItemIdType
  RecurringMasterItemId?: ItemIdType | undefined
  ReminderGroup?: ReminderGroupType | undefined
  UID: string
}

export type ArrayOfRemindersType = readonly ReminderType[]

export type ArrayOfRecipientsType = readonly EmailAddressType[]

export interface SingleRecipientType {
  Mailbox: EmailAddressType
}

export type UnindexedFieldURIType =
  | 'folder:FolderId'
  | 'folder:ParentFolderId'
  | 'folder:DisplayName'
  | 'folder:UnreadCount'
  | 'folder:TotalCount'
  | 'folder:ChildFolderCount'
  | 'folder:FolderClass'
  | 'folder:SearchParameters'
  | 'folder:ManagedFolderInformation'
  | 'folder:PermissionSet'
  | 'folder:EffectiveRights'
  | 'folder:SharingEffectiveRights'
  | 'folder:DistinguishedFolderId'
  | 'folder:PolicyTag'
  | 'folder:ArchiveTag'
  | 'folder:ReplicaList'
  | 'item:ItemId'
  | 'item:ParentFolderId'
  | 'item:ItemClass'
  | 'item:MimeContent'
  | 'item:Attachments'
  | 'item:Subject'
  | 'item:DateTimeReceived'
  | 'item:Size'
  | 'item:Categories'
  | 'item:HasAttachments'
  | 'item:Importance'
  | 'item:InReplyTo'
  | 'item:InternetMessageHeaders'
  | 'item:IsAssociated'
  | 'item:IsDraft'
  | 'item:IsFromMe'
  | 'item:IsResend'
  | 'item:IsSubmitted'
  | 'item:IsUnmodified'
  | 'item:DateTimeSent'
  | 'item:DateTimeCreated'
  | 'item:Body'
  | 'item:ResponseObjects'
  | 'item:Sensitivity'
  | 'item:ReminderDueBy'
  | 'item:ReminderIsSet'
  | 'item:ReminderNextTime'
  | 'item:ReminderMinutesBeforeStart'
  | 'item:DisplayTo'
  | 'item:DisplayCc'
  | 'item:DisplayBcc'
  | 'item:Culture'
  | 'item:EffectiveRights'
  | 'item:LastModifiedName'
  | 'item:LastModifiedTime'
  | 'item:ConversationId'
  | 'item:UniqueBody'
  | 'item:Flag'
  | 'item:StoreEntryId'
  | 'item:InstanceKey'
  | 'item:NormalizedBody'
  | 'item:EntityExtractionResult'
  | 'item:PolicyTag'
  | 'item:ArchiveTag'
  | 'item:RetentionDate'
  | 'item:Preview'
  | 'item:PredictedActionReasons'
  | 'item:IsClutter'
  | 'item:RightsManagementLicenseData'
  | 'item:BlockStatus'
  | 'item:HasBlockedImages'
  | 'item:WebClientReadFormQueryString'
  | 'item:WebClientEditFormQueryString'
  | 'item:TextBody'
  | 'item:IconIndex'
  | 'item:MimeContentUTF8'
  | 'item:Mentions'
  | 'item:MentionedMe'
  | 'item:MentionsPreview'
  | 'item:MentionsEx'
  | 'item:Hashtags'
  | 'item:AppliedHashtags'
  | 'item:AppliedHashtagsPreview'
  | 'item:Likes'
  | 'item:LikesPreview'
  | 'item:PendingSocialActivityTagIds'
  | 'item:AtAllMention'
  | 'item:CanDelete'
  | 'item:InferenceClassification'
  | 'item:FirstBody'
  | 'message:ConversationIndex'
  | 'message:ConversationTopic'
  | 'message:InternetMessageId'
  | 'message:IsRead'
  | 'message:IsResponseRequested'
  | 'message:IsReadReceiptRequested'
  | 'message:IsDeliveryReceiptRequested'
  | 'message:ReceivedBy'
  | 'message:ReceivedRepresenting'
  | 'message:References'
  | 'message:ReplyTo'
  | 'message:From'
  | 'message:Sender'
  | 'message:ToRecipients'
  | 'message:CcRecipients'
  | 'message:BccRecipients'
  | 'message:ApprovalRequestData'
  | 'message:VotingInformation'
  | 'message:ReminderMessageData'
  | 'message:PublishedCalendarItemIcs'
  | 'message:PublishedCalendarItemName'
  | 'message:MessageSafety'
  | 'sharingMessage:SharingMessageAction'
  | 'meeting:AssociatedCalendarItemId'
  | 'meeting:IsDelegated'
  | 'meeting:IsOutOfDate'
  | 'meeting:HasBeenProcessed'
  | 'meeting:ResponseType'
  | 'meeting:ProposedStart'
  | 'meeting:ProposedEnd'
  | 'meeting:DoNotForwardMeeting'
  | 'meetingRequest:MeetingRequestType'
  | 'meetingRequest:IntendedFreeBusyStatus'
  | 'meetingRequest:ChangeHighlights'
  | 'calendar:Start'
  | 'calendar:End'
  | 'calendar:OriginalStart'
  | 'calendar:StartWallClock'
  | 'calendar:EndWallClock'
  | 'calendar:StartTimeZoneId'
  | 'calendar:EndTimeZoneId'
  | 'calendar:IsAllDayEvent'
  | 'calendar:LegacyFreeBusyStatus'
  | 'calendar:Location'
  | 'calendar:EnhancedLocation'
  | 'calendar:When'
  | 'calendar:IsMeeting'
  | 'calendar:IsCancelled'
  | 'calendar:IsRecurring'
  | 'calendar:MeetingRequestWasSent'
  | 'calendar:IsResponseRequested'
  | 'calendar:CalendarItemType'
  | 'calendar:MyResponseType'
  | 'calendar:Organizer'
  | 'calendar:RequiredAttendees'
  | 'calendar:OptionalAttendees'
  | 'calendar:Resources'
  | 'calendar:ConflictingMeetingCount'
  | 'calendar:AdjacentMeetingCount'
  | 'calendar:ConflictingMeetings'
  | 'calendar:AdjacentMeetings'
  | 'calendar:InboxReminders'
  | 'calendar:Duration'
  | 'calendar:TimeZone'
  | 'calendar:AppointmentReplyTime'
  | 'calendar:AppointmentSequenceNumber'
  | 'calendar:AppointmentState'
  | 'calendar:Recurrence'
  | 'calendar:FirstOccurrence'
  | 'calendar:LastOccurrence'
  | 'calendar:ModifiedOccurrences'
  | 'calendar:DeletedOccurrences'
  | 'calendar:MeetingTimeZone'
  | 'calendar:ConferenceType'
  | 'calendar:AllowNewTimeProposal'
  | 'calendar:IsOnlineMeeting'
  | 'calendar:MeetingWorkspaceUrl'
  | 'calendar:NetShowUrl'
  | 'calendar:UID'
  | 'calendar:RecurrenceId'
  | 'calendar:DateTimeStamp'
  | 'calendar:StartTimeZone'
  | 'calendar:EndTimeZone'
  | 'calendar:JoinOnlineMeetingUrl'
  | 'calendar:OnlineMeetingSettings'
  | 'calendar:IsOrganizer'
  | 'calendar:CalendarActivityData'
  | 'calendar:DoNotForwardMeeting'
  | 'task:ActualWork'
  | 'task:AssignedTime'
  | 'task:BillingInformation'
  | 'task:ChangeCount'
  | 'task:Companies'
  | 'task:CompleteDate'
  | 'task:Contacts'
  | 'task:DelegationState'
  | 'task:Delegator'
  | 'task:DueDate'
  | 'task:IsAssignmentEditable'
  | 'task:IsComplete'
  | 'task:IsRecurring'
  | 'task:IsTeamTask'
  | 'task:Mileage'
  | 'task:Owner'
  | 'task:PercentComplete'
  | 'task:Recurrence'
  | 'task:StartDate'
  | 'task:Status'
  | 'task:StatusDescription'
  | 'task:TotalWork'
  | 'contacts:Alias'
  | 'contacts:AssistantName'
  | 'contacts:Birthday'
  | 'contacts:BusinessHomePage'
  | 'contacts:Children'
  | 'contacts:Companies'
  | 'contacts:CompanyName'
  | 'contacts:CompleteName'
  | 'contacts:ContactSource'
  | 'contacts:Culture'
  | 'contacts:Department'
  | 'contacts:DisplayName'
  | 'contacts:DirectoryId'
  | 'contacts:DirectReports'
  | 'contacts:EmailAddresses'
  | 'contacts:AbchEmailAddresses'
  | 'contacts:FileAs'
  | 'contacts:FileAsMapping'
  | 'contacts:Generation'
  | 'contacts:GivenName'
  | 'contacts:ImAddresses'
  | 'contacts:Initials'
  | 'contacts:JobTitle'
  | 'contacts:Manager'
  | 'contacts:ManagerMailbox'
  | 'contacts:MiddleName'
  | 'contacts:Mileage'
  | 'contacts:MSExchangeCertificate'
  | 'contacts:Nickname'
  | 'contacts:Notes'
  | 'contacts:OfficeLocation'
  | 'contacts:PhoneNumbers'
  | 'contacts:PhoneticFullName'
  | 'contacts:PhoneticFirstName'
  | 'contacts:PhoneticLastName'
  | 'contacts:Photo'
  | 'contacts:PhysicalAddresses'
  | 'contacts:PostalAddressIndex'
  | 'contacts:Profession'
  | 'contacts:SpouseName'
  | 'contacts:Surname'
  | 'contacts:WeddingAnniversary'
  | 'contacts:UserSMIMECertificate'
  | 'contacts:HasPicture'
  | 'contacts:AccountName'
  | 'contacts:IsAutoUpdateDisabled'
  | 'contacts:IsMessengerEnabled'
  | 'contacts:Comment'
  | 'contacts:ContactShortId'
  | 'contacts:ContactType'
  | 'contacts:CreatedBy'
  | 'contacts:Gender'
  | 'contacts:IsHidden'
  | 'contacts:ObjectId'
  | 'contacts:PassportId'
  | 'contacts:IsPrivate'
  | 'contacts:SourceId'
  | 'contacts:TrustLevel'
  | 'contacts:Urls'
  | 'contacts:Cid'
  | 'contacts:SkypeAuthCertificate'
  | 'contacts:SkypeContext'
  | 'contacts:SkypeId'
  | 'contacts:XboxLiveTag'
  | 'contacts:SkypeRelationship'
  | 'contacts:YomiNickname'
  | 'contacts:InviteFree'
  | 'contacts:HidePresenceAndProfile'
  | 'contacts:IsPendingOutbound'
  | 'contacts:SupportGroupFeeds'
  | 'contacts:UserTileHash'
  | 'contacts:UnifiedInbox'
  | 'contacts:Mris'
  | 'contacts:Wlid'
  | 'contacts:AbchContactId'
  | 'contacts:NotInBirthdayCalendar'
  | 'contacts:ShellContactType'
  | 'contacts:ImMri'
  | 'contacts:PresenceTrustLevel'
  | 'contacts:OtherMri'
  | 'contacts:ProfileLastChanged'
  | 'contacts:MobileIMEnabled'
  | 'distributionlist:Members'
  | 'contacts:PartnerNetworkProfilePhotoUrl'
  | 'contacts:PartnerNetworkThumbnailPhotoUrl'
  | 'contacts:PersonId'
  | 'contacts:ConversationGuid'
  | 'postitem:PostedTime'
  | 'conversation:ConversationId'
  | 'conversation:ConversationTopic'
  | 'conversation:UniqueRecipients'
  | 'conversation:GlobalUniqueRecipients'
  | 'conversation:UniqueUnreadSenders'
  | 'conversation:GlobalUniqueUnreadSenders'
  | 'conversation:UniqueSenders'
  | 'conversation:GlobalUniqueSenders'
  | 'conversation:LastDeliveryTime'
  | 'conversation:GlobalLastDeliveryTime'
  | 'conversation:Categories'
  | 'conversation:GlobalCategories'
  | 'conversation:FlagStatus'
  | 'conversation:GlobalFlagStatus'
  | 'conversation:HasAttachments'
  | 'conversation:GlobalHasAttachments'
  | 'conversation:HasIrm'
  | 'conversation:GlobalHasIrm'
  | 'conversation:MessageCount'
  | 'conversation:GlobalMessageCount'
  | 'conversation:UnreadCount'
  | 'conversation:GlobalUnreadCount'
  | 'conversation:Size'
  | 'conversation:GlobalSize'
  | 'conversation:ItemClasses'
  | 'conversation:GlobalItemClasses'
  | 'conversation:Importance'
  | 'conversation:GlobalImportance'
  | 'conversation:ItemIds'
  | 'conversation:GlobalItemIds'
  | 'conversation:LastModifiedTime'
  | 'conversation:InstanceKey'
  | 'conversation:Preview'
  | 'conversation:IconIndex'
  | 'conversation:GlobalIconIndex'
  | 'conversation:DraftItemIds'
  | 'conversation:HasClutter'
  | 'conversation:MentionedMe'
  | 'conversation:GlobalMentionedMe'
  | 'conversation:AtAllMention'
  | 'conversation:GlobalAtAllMention'
  | 'person:FullName'
  | 'person:GivenName'
  | 'person:Surname'
  | 'person:PhoneNumber'
  | 'person:SMSNumber'
  | 'person:EmailAddress'
  | 'person:Alias'
  | 'person:Department'
  | 'person:LinkedInProfileLink'
  | 'person:Skills'
  | 'person:ProfessionalBiography'
  | 'person:ManagementChain'
  | 'person:DirectReports'
  | 'person:Peers'
  | 'person:TeamSize'
  | 'person:CurrentJob'
  | 'person:Birthday'
  | 'person:Hometown'
  | 'person:CurrentLocation'
  | 'person:CompanyProfile'
  | 'person:Office'
  | 'person:Headline'
  | 'person:MutualConnections'
  | 'person:Title'
  | 'person:MutualManager'
  | 'person:Insights'
  | 'person:UserProfilePicture'
  | 'persona:PersonaId'
  | 'persona:PersonaType'
  | 'persona:GivenName'
  | 'persona:CompanyName'
  | 'persona:Surname'
  | 'persona:DisplayName'
  | 'persona:EmailAddress'
  | 'persona:FileAs'
  | 'persona:HomeCity'
  | 'persona:CreationTime'
  | 'persona:RelevanceScore'
  | 'persona:RankingWeight'
  | 'persona:WorkCity'
  | 'persona:PersonaObjectStatus'
  | 'persona:FileAsId'
  | 'persona:DisplayNamePrefix'
  | 'persona:YomiCompanyName'
  | 'persona:YomiFirstName'
  | 'persona:YomiLastName'
  | 'persona:Title'
  | 'persona:EmailAddresses'
  | 'persona:PhoneNumber'
  | 'persona:ImAddress'
  | 'persona:ImAddresses'
  | 'persona:ImAddresses2'
  | 'persona:ImAddresses3'
  | 'persona:FolderIds'
  | 'persona:Attributions'
  | 'persona:DisplayNames'
  | 'persona:Initials'
  | 'persona:FileAses'
  | 'persona:FileAsIds'
  | 'persona:DisplayNamePrefixes'
  | 'persona:GivenNames'
  | 'persona:MiddleNames'
  | 'persona:Surnames'
  | 'persona:Generations'
  | 'persona:Nicknames'
  | 'persona:YomiCompanyNames'
  | 'persona:YomiFirstNames'
  | 'persona:YomiLastNames'
  | 'persona:BusinessPhoneNumbers'
  | 'persona:BusinessPhoneNumbers2'
  | 'persona:HomePhones'
  | 'persona:HomePhones2'
  | 'persona:MobilePhones'
  | 'persona:MobilePhones2'
  | 'persona:AssistantPhoneNumbers'
  | 'persona:CallbackPhones'
  | 'persona:CarPhones'
  | 'persona:HomeFaxes'
  | 'persona:OrganizationMainPhones'
  | 'persona:OtherFaxes'
  | 'persona:OtherTelephones'
  | 'persona:OtherPhones2'
  | 'persona:Pagers'
  | 'persona:RadioPhones'
  | 'persona:TelexNumbers'
  | 'persona:WorkFaxes'
  | 'persona:Emails1'
  | 'persona:Emails2'
  | 'persona:Emails3'
  | 'persona:BusinessHomePages'
  | 'persona:School'
  | 'persona:PersonalHomePages'
  | 'persona:OfficeLocations'
  | 'persona:BusinessAddresses'
  | 'persona:HomeAddresses'
  | 'persona:OtherAddresses'
  | 'persona:Titles'
  | 'persona:Departments'
  | 'persona:CompanyNames'
  | 'persona:Managers'
  | 'persona:AssistantNames'
  | 'persona:Professions'
  | 'persona:SpouseNames'
  | 'persona:Hobbies'
  | 'persona:WeddingAnniversaries'
  | 'persona:Birthdays'
  | 'persona:Children'
  | 'persona:Locations'
  | 'persona:ExtendedProperties'
  | 'persona:PostalAddress'
  | 'persona:Bodies'
  | 'persona:IsFavorite'
  | 'persona:InlineLinks'
  | 'persona:ItemLinkIds'
  | 'persona:HasActiveDeals'
  | 'persona:IsBusinessContact'
  | 'persona:AttributedHasActiveDeals'
  | 'persona:AttributedIsBusinessContact'
  | 'persona:SourceMailboxGuids'
  | 'persona:LastContactedDate'
  | 'persona:ExternalDirectoryObjectId'
  | 'persona:MapiEntryId'
  | 'persona:MapiEmailAddress'
  | 'persona:MapiAddressType'
  | 'persona:MapiSearchKey'
  | 'persona:MapiTransmittableDisplayName'
  | 'persona:MapiSendRichInfo'
  | 'rolemember:MemberType'
  | 'rolemember:MemberId'
  | 'rolemember:DisplayName'
  | 'network:TokenRefreshLastCompleted'
  | 'network:TokenRefreshLastAttempted'
  | 'network:SyncEnabled'
  | 'network:RejectedOffers'
  | 'network:SessionHandle'
  | 'network:RefreshTokenExpiry2'
  | 'network:RefreshToken2'
  | 'network:PsaLastChanged'
  | 'network:Offers'
  | 'network:LastWelcomeContact'
  | 'network:LastVersionSaved'
  | 'network:DomainTag'
  | 'network:FirstAuthErrorDates'
  | 'network:ErrorOffers'
  | 'network:ContactSyncSuccess'
  | 'network:ContactSyncError'
  | 'network:ClientToken2'
  | 'network:ClientToken'
  | 'network:ClientPublishSecret'
  | 'network:UserEmail'
  | 'network:AutoLinkSuccess'
  | 'network:AutoLinkError'
  | 'network:IsDefault'
  | 'network:Settings'
  | 'network:ProfileUrl'
  | 'network:UserTileUrl'
  | 'network:DomainId'
  | 'network:DisplayName'
  | 'network:AccountName'
  | 'network:SourceEntryID'
  | 'abchperson:FavoriteOrder'
  | 'abchperson:PersonId'
  | 'abchperson:ExchangePersonIdGuid'
  | 'abchperson:AntiLinkInfo'
  | 'abchperson:RelevanceOrder1'
  | 'abchperson:RelevanceOrder2'
  | 'abchperson:ContactHandles'
  | 'abchperson:Categories'
  | 'booking:ServiceIds'
  | 'booking:StaffIds'
  | 'booking:StaffInitials'
  | 'booking:CustomerName'
  | 'booking:CustomerEmail'
  | 'booking:CustomerPhone'
  | 'booking:CustomerId'
  | 'insight:InsightId'
  | 'insight:Type'
  | 'insight:StartTimeUtc'
  | 'insight:EndTimeUtc'
  | 'insight:Status'
  | 'insight:Version'
  | 'insight:ApplicationsIds'
  | 'insight:Text'
  | 'insight:SuggestedActions'
  | 'insight:AppContexts'

export type DictionaryURIType =
  | 'item:InternetMessageHeader'
  | 'contacts:ImAddress'
  | 'contacts:PhysicalAddress:Street'
  | 'contacts:PhysicalAddress:City'
  | 'contacts:PhysicalAddress:State'
  | 'contacts:PhysicalAddress:CountryOrRegion'
  | 'contacts:PhysicalAddress:PostalCode'
  | 'contacts:PhoneNumber'
  | 'contacts:EmailAddress'
  | 'distributionlist:Members:Member'

export type ExceptionPropertyURIType =
  | 'attachment:Name'
  | 'attachment:ContentType'
  | 'attachment:Content'
  | 'recurrence:Month'
  | 'recurrence:DayOfWeekIndex'
  | 'recurrence:DaysOfWeek'
  | 'recurrence:DayOfMonth'
  | 'recurrence:Interval'
  | 'recurrence:NumberOfOccurrences'
  | 'timezone:Offset'

export type DistinguishedPropertySetType =
  | 'Meeting'
  | 'Appointment'
  | 'Common'
  | 'PublicStrings'
  | 'Address'
  | 'InternetHeaders'
  | 'CalendarAssistant'
  | 'UnifiedMessaging'
  | 'Task'
  | 'Sharing'

export type MapiPropertyTypeType =
  | 'ApplicationTime'
  | 'ApplicationTimeArray'
  | 'Binary'
  | 'BinaryArray'
  | 'Boolean'
  | 'CLSID'
  | 'CLSIDArray'
  | 'Currency'
  | 'CurrencyArray'
  | 'Double'
  | 'DoubleArray'
  | 'Error'
  | 'Float'
  | 'FloatArray'
  | 'Integer'
  | 'IntegerArray'
  | 'Long'
  | 'LongArray'
  | 'Null'
  | 'Object'
  | 'ObjectArray'
  | 'Short'
  | 'ShortArray'
  | 'SystemTime'
  | 'SystemTimeArray'
  | 'String'
  | 'StringArray'

export type BasePathToElementType = Record<never, never>

export interface PathToUnindexedFieldType extends BasePathToElementType {
  FieldURI: UnindexedFieldURIType
}

export interface PathToIndexedFieldType extends BasePathToElementType {
  FieldURI: DictionaryURIType
  FieldIndex: string
}

export interface PathToExceptionFieldType extends BasePathToElementType {
  FieldURI: ExceptionPropertyURIType
}

export interface PathToExtendedFieldType extends BasePathToElementType {
  DistinguishedPropertySetId?: DistinguishedPropertySetType | undefined
  PropertySetId?: string | undefined
  PropertyTag?: string | undefined
  PropertyName?: string | undefined
  PropertyId?: number | undefined
  PropertyType: MapiPropertyTypeType
}

export type NonEmptyArrayOfPathsToElementType = readonly Path[]

export type NonEmptyArrayOfPropertyValuesType = readonly string[]

export type NonEmptyArrayOfExtendedPropertyType = readonly ExtendedPropertyType[]

export type ExtendedPropertyType = {
  ExtendedFieldURI: PathToExtendedFieldType
} & OneOf<{
  Value: string
  Values: NonEmptyArrayOfPropertyValuesType
}>

export type FolderQueryTraversalType = 'Shallow' | 'Deep' | 'SoftDeleted'

export type SearchFolderTraversalType = 'Shallow' | 'Deep'

export type ItemQueryTraversalType = 'Shallow' | 'SoftDeleted' | 'Associated'

export type ConversationQueryTraversalType = 'Shallow' | 'Deep'

export type DefaultShapeNamesType = 'IdOnly' | 'Default' | 'AllProperties' | 'PcxPeopleSearch'

export type BodyTypeResponseType = 'Best' | 'HTML' | 'Text'

export interface FolderResponseShapeType {
  BaseShape: DefaultShapeNamesType
  AdditionalProperties?: NonEmptyArrayOfPathsToElementType | undefined
}

export interface ItemResponseShapeType {
  BaseShape: DefaultShapeNamesType
  IncludeMimeContent?: boolean | undefined
  BodyType?: BodyTypeResponseType | undefined
  UniqueBodyType?: BodyTypeResponseType | undefined
  NormalizedBodyType?: BodyTypeResponseType | undefined
  FilterHtmlContent?: boolean | undefined
  ConvertHtmlCodePageToUTF8?: boolean | undefined
  InlineImageUrlTemplate?: string | undefined
  BlockExternalImages?: boolean | undefined
  AddBlankTargetToLinks?: boolean | undefined
  MaximumBodySize?: number | undefined
  AdditionalProperties?: NonEmptyArrayOfPathsToElementType | undefined
}

export interface AttachmentResponseShapeType {
  IncludeMimeContent?: boolean | undefined
  BodyType?: BodyTypeResponseType | undefined
  FilterHtmlContent?: boolean | undefined
  AdditionalProperties?: NonEmptyArrayOfPathsToElementType | undefined
}

export interface ConversationResponseShapeType {
  BaseShape: DefaultShapeNamesType
  AdditionalProperties?: NonEmptyArrayOfPathsToElementType | undefined
}

export interface PersonaResponseShapeType {
  BaseShape: DefaultShapeNamesType
  AdditionalProperties?: NonEmptyArrayOfPathsToElementType | undefined
}

export type DisposalType = 'HardDelete' | 'SoftDelete' | 'MoveToDeletedItems'

export type ConflictResolutionType = 'NeverOverwrite' | 'AutoResolve' | 'AlwaysOverwrite'

export type ClientAccessTokenTypeType =
  | 'CallerIdentity'
  | 'ExtensionCallback'
  | 'ScopedToken'
  | 'ExtensionRestApiCallback'
  | 'Connectors'
  | 'Loki'
  | 'DesktopOutlook'

export type NonEmptyArrayOfClientAccessTokenRequestsType = readonly ClientAccessTokenRequestType[]

export interface ClientAccessTokenRequestType {
  Id: string
  TokenType: ClientAccessTokenTypeType
  Scope?: string | undefined
  ResourceUri?: string | undefined
}

export interface ClientAccessTokenType {
  Id: string
  TokenType: ClientAccessTokenTypeType
  TokenValue: string
  TTL: number
}

export type ResponseClassType = 'Success' | 'Warning' | 'Error'

export type ChangeDescriptionType = Path

export type ItemChangeDescriptionType = ChangeDescriptionType

export type FolderChangeDescriptionType = ChangeDescriptionType

export type SetItemFieldType = ItemChangeDescriptionType &
  OneOf<{
    Item: ItemType
    Message: MessageType
    SharingMessage: SharingMessageType
    CalendarItem: CalendarItemType
    Contact: ContactItemType
    DistributionList: DistributionListType
    MeetingMessage: MeetingMessageType
    MeetingRequest: MeetingRequestMessageType
    MeetingResponse: MeetingResponseMessageType
    MeetingCancellation: MeetingCancellationMessageType
    Task: TaskType
    PostItem: PostItemType
    RoleMember: RoleMemberItemType
    Network: NetworkItemType
    Person: AbchPersonItemType
  }>

export type SetFolderFieldType = FolderChangeDescriptionType &
  OneOf<{
    Folder: FolderType
    CalendarFolder: CalendarFolderType
    ContactsFolder: ContactsFolderType
    SearchFolder: SearchFolderType
    TasksFolder: TasksFolderType
  }>

export type DeleteItemFieldType = ItemChangeDescriptionType

export type DeleteFolderFieldType = FolderChangeDescriptionType

export type AppendToItemFieldType = ItemChangeDescriptionType &
  OneOf<{
    Item: ItemType
    Message: MessageType
    SharingMessage: SharingMessageType
    CalendarItem: CalendarItemType
    Contact: ContactItemType
    DistributionList: DistributionListType
    MeetingMessage: MeetingMessageType
    MeetingRequest: MeetingRequestMessageType
    MeetingResponse: MeetingResponseMessageType
    MeetingCancellation: MeetingCancellationMessageType
    Task: TaskType
    PostItem: PostItemType
    RoleMember: RoleMemberItemType
    Network: NetworkItemType
    Person: AbchPersonItemType
  }>

export type AppendToFolderFieldType = FolderChangeDescriptionType &
  OneOf<{
    Folder: FolderType
    CalendarFolder: CalendarFolderType
    ContactsFolder: ContactsFolderType
    SearchFolder: SearchFolderType
    TasksFolder: TasksFolderType
  }>

export type NonEmptyArrayOfItemChangeDescriptionsType = readonly OneOf<{
  AppendToItemField: AppendToItemFieldType
  SetItemField: SetItemFieldType
  DeleteItemField: DeleteItemFieldType
}>[]

export type NonEmptyArrayOfFolderChangeDescriptionsType = readonly OneOf<{
  AppendToFolderField: AppendToFolderFieldType
  SetFolderField: SetFolderFieldType
  DeleteFolderField: DeleteFolderFieldType
}>[]

export type ItemChangeType = {
  Updates: NonEmptyArrayOfItemChangeDescriptionsType
  CalendarActivityData?: CalendarActivityDataType | undefined
} & OneOf<{
  ItemId: ItemIdType
  OccurrenceItemId: OccurrenceItemIdType
  RecurringMasterItemId: RecurringMasterItemIdType
}>

export type NonEmptyArrayOfItemChangesType = readonly ItemChangeType[]

export interface InternetHeaderType {
  HeaderName: string
  Value: string
}

export type NonEmptyArrayOfInternetHeadersType = readonly InternetHeaderType[]

export type NonEmptyArrayOfPredictedActionReasonType = readonly PredictedActionReasonType[]

export interface RequestAttachmentIdType extends BaseItemIdType {
  Id: string
}

export interface AttachmentIdType extends RequestAttachmentIdType {
  RootItemId?: string | undefined
  RootItemChangeKey?: string | undefined
}

export interface RootItemIdType extends BaseItemIdType {
  RootItemId: string
  RootItemChangeKey: string
}

export type NonEmptyArrayOfRequestAttachmentIdsType = readonly RequestAttachmentIdType[]

export interface AttachmentType {
  AttachmentId?: AttachmentIdType | undefined
  Name?: string | undefined
  ContentType?: string | undefined
  ContentId?: string | undefined
  ContentLocation?: string | undefined
  AttachmentOriginalUrl?: string | undefined
  Size?: number | undefined
  LastModifiedTime?: string | undefined
  IsInline?: boolean | undefined
}

export interface ItemAttachmentType extends AttachmentType {
  Item?: ItemType | undefined
  Message?: MessageType | undefined
  SharingMessage?: SharingMessageType | undefined
  CalendarItem?: CalendarItemType | undefined
  Contact?: ContactItemType | undefined
  MeetingMessage?: MeetingMessageType | undefined
  MeetingRequest?: MeetingRequestMessageType | undefined
  MeetingResponse?: MeetingResponseMessageType | undefined
  MeetingCancellation?: MeetingCancellationMessageType | undefined
  Task?: TaskType | undefined
  PostItem?: PostItemType | undefined
  RoleMember?: RoleMemberItemType | undefined
  Network?: NetworkItemType | undefined
  Person?: AbchPersonItemType | undefined
}

export type SyncFolderItemsCreateOrUpdateType = OneOf<{
  Item: ItemType
  Message: MessageType
  SharingMessage: SharingMessageType
  CalendarItem: CalendarItemType
  Contact: ContactItemType
  DistributionList: DistributionListType
  MeetingMessage: MeetingMessageType
  MeetingRequest: MeetingRequestMessageType
  MeetingResponse: MeetingResponseMessageType
  MeetingCancellation: MeetingCancellationMessageType
  Task: TaskType
  PostItem: PostItemType
  RoleMember: RoleMemberItemType
  Network: NetworkItemType
  Person: AbchPersonItemType
}>

export interface FileAttachmentType extends AttachmentType {
  IsContactPhoto?: boolean | undefined
  Content?: Octets | undefined
}

export interface ReferenceAttachmentType extends AttachmentType {
  AttachLongPathName?: string | undefined
  ProviderType?: string | undefined
  ProviderEndpointUrl?: string | undefined
  AttachmentThumbnailUrl?: string | undefined
  AttachmentPreviewUrl?: string | undefined
  PermissionType?: number | undefined
  OriginalPermissionType?: number | undefined
  AttachmentIsFolder?: boolean | undefined
}

export type ArrayOfAttachmentsType = readonly OneOf<{
  ItemAttachment: ItemAttachmentType
  FileAttachment: FileAttachmentType
  ReferenceAttachment: ReferenceAttachmentType
}>[]

export type NonEmptyArrayOfAttachmentsType = readonly OneOf<{
  ItemAttachment: ItemAttachmentType
  FileAttachment: FileAttachmentType
  ReferenceAttachment: ReferenceAttachmentType
}>[]

export type SensitivityChoicesType = 'Normal' | 'Personal' | 'Private' | 'Confidential'

export type ImportanceChoicesType = 'Low' | 'Normal' | 'High'

export type BodyTypeType = 'HTML' | 'Text'

export interface BodyType {
  BodyType: BodyTypeType
  IsTruncated?: boolean | undefined
  Value: string
}

export interface UniqueBodyType {
  UniqueBodyType: BodyTypeType
  IsTruncated?: boolean | undefined
  Value: string
}

export interface NormalizedBodyType {
  NormalizedBodyType: BodyTypeType
  IsTruncated?: boolean | undefined
  Value: string
}

export type BaseFolderIdType = Record<never, never>

export type DistinguishedFolderIdNameType =
  | 'calendar'
  | 'contacts'
  | 'deleteditems'
  | 'drafts'
  | 'inbox'
  | 'journal'
  | 'notes'
  | 'outbox'
  | 'sentitems'
  | 'tasks'
  | 'msgfolderroot'
  | 'publicfoldersroot'
  | 'root'
  | 'junkemail'
  | 'searchfolders'
  | 'voicemail'
  | 'recoverableitemsroot'
  | 'recoverableitemsdeletions'
  | 'recoverableitemsversions'
  | 'recoverableitemspurges'
  | 'recoverableitemsdiscoveryholds'
  | 'archiveroot'
  | 'archivemsgfolderroot'
  | 'archivedeleteditems'
  | 'archiveinbox'
  | 'archiverecoverableitemsroot'
  | 'archiverecoverableitemsdeletions'
  | 'archiverecoverableitemsversions'
  | 'archiverecoverableitemspurges'
  | 'archiverecoverableitemsdiscoveryholds'
  | 'syncissues'
  | 'conflicts'
  | 'localfailures'
  | 'serverfailures'
  | 'recipientcache'
  | 'quickcontacts'
  | 'conversationhistory'
  | 'adminauditlogs'
  | 'todosearch'
  | 'mycontacts'
  | 'directory'
  | 'imcontactlist'
  | 'peopleconnect'
  | 'favorites'
  | 'mecontact'
  | 'personmetadata'
  | 'teamspaceactivity'
  | 'teamspacemessaging'
  | 'teamspaceworkitems'
  | 'scheduled'
  | 'orionnotes'
  | 'tagitems'
  | 'alltaggeditems'
  | 'externalcontacts'
  | 'teamchat'
  | 'teamchathistory'
  | 'yammerroot'
  | 'yammerinbound'
  | 'yammeroutbound'
  | 'yammerfeeds'
  | 'onedriveroot'
  | 'onedriverecylebin'
  | 'onedrivesystem'
  | 'onedrivevolume'
  | 'important'
  | 'starred'
  | 'archive'

export interface DistinguishedFolderIdType extends BaseFolderIdType {
  Id: DistinguishedFolderIdNameType
  ChangeKey?: string | undefined
  Mailbox?: EmailAddressType | undefined
}

export interface FolderIdType extends BaseFolderIdType {
  Id: string
  ChangeKey?: string | undefined
}

export interface AddressListIdType extends BaseFolderIdType {
  Id: string
}

export type ArrayOfDistinguishedFolderIdType = readonly DistinguishedFolderIdType[]

export type NonEmptyArrayOfBaseFolderIdsType = readonly OneOf<{
  FolderId: FolderIdType
  DistinguishedFolderId: DistinguishedFolderIdType
}>[]

export type TargetFolderIdType = OneOf<{
  FolderId: FolderIdType
  DistinguishedFolderId: DistinguishedFolderIdType
  AddressListId: AddressListIdType
}>

export type NonEmptyArrayOfUploadItemsType = readonly UploadItemType[]

export interface UploadItemType {
  CreateAction: CreateActionType
  IsAssociated?: boolean | undefined
  ParentFolderId: FolderIdType
  ItemId?: ItemIdType | undefined
  Data: Octets
}

export type CreateActionType = 'CreateNew' | 'Update' | 'UpdateOrCreate'

export type CompleteActionType = 'Commit' | 'Abandon'

export type ViewFilterType =
  | 'All'
  | 'Flagged'
  | 'HasAttachment'
  | 'ToOrCcMe'
  | 'Unread'
  | 'TaskActive'
  | 'TaskOverdue'
  | 'TaskCompleted'
  | 'NoClutter'
  | 'Clutter'

export interface FindFolderParentType {
  IndexedPagingOffset?: number | undefined
  NumeratorOffset?: number | undefined
  AbsoluteDenominator?: number | undefined
  IncludesLastItemInRange?: boolean | undefined
  TotalItemsInView?: number | undefined
  Folders?: ArrayOfFoldersType | undefined
}

export interface BaseFolderType {
  FolderId?: FolderIdType | undefined
  ParentFolderId?: FolderIdType | undefined
  FolderClass?: string | undefined
  DisplayName?: string | undefined
  TotalCount?: number | undefined
  ChildFolderCount?: number | undefined
  ExtendedProperty?: readonly ExtendedPropertyType[] | undefined
  ManagedFolderInformation?: ManagedFolderInformationType | undefined
  EffectiveRights?: EffectiveRightsType | undefined
  DistinguishedFolderId?: DistinguishedFolderIdNameType | undefined
  PolicyTag?: RetentionTagType | undefined
  ArchiveTag?: RetentionTagType | undefined
  ReplicaList?: ArrayOfStringsType | undefined
}

export interface ManagedFolderInformationType {
  CanDelete?: boolean | undefined
  CanRenameOrMove?: boolean | undefined
  MustDisplayComment?: boolean | undefined
  HasQuota?: boolean | undefined
  IsManagedFoldersRoot?: boolean | undefined
  ManagedFolderId?: string | undefined
  Comment?: string | undefined
  StorageQuota?: number | undefined
  FolderSize?: number | undefined
  HomePage?: string | undefined
}

export interface FolderType extends BaseFolderType {
  PermissionSet?: PermissionSetType | undefined
  UnreadCount?: number | undefined
}

export interface CalendarFolderType extends BaseFolderType {
  SharingEffectiveRights?: CalendarPermissionReadAccessType | undefined
  PermissionSet?: CalendarPermissionSetType | undefined
}

export type ReminderActionType = 'Dismiss' | 'Snooze'

export interface ReminderItemActionType {
  ActionType: ReminderActionType
  ItemId: ItemIdType
  NewReminderTime?: string | undefined
}

export type NonEmptyArrayOfReminderItemActionType = readonly ReminderItemActionType[]

export interface ContactsFolderType extends BaseFolderType {
  SharingEffectiveRights?: PermissionReadAccessType | undefined
  PermissionSet?: PermissionSetType | undefined
  SourceId?: string | undefined
  AccountName?: string | undefined
}

export interface SearchFolderType extends FolderType {
  SearchParameters?: SearchParametersType | undefined
}

export type TasksFolderType = FolderType

export type NonEmptyArrayOfFoldersType = readonly OneOf<{
  Folder: FolderType
  CalendarFolder: CalendarFolderType
  ContactsFolder: ContactsFolderType
  SearchFolder: SearchFolderType
  TasksFolder: TasksFolderType
}>[]

export type ArrayOfFoldersType = readonly OneOf<{
  Folder: FolderType
  CalendarFolder: CalendarFolderType
  ContactsFolder: ContactsFolderType
  SearchFolder: SearchFolderType
  TasksFolder: TasksFolderType
}>[]

export type BaseItemIdType = Record<never, never>

export interface ItemIdType extends BaseItemIdType {
  Id: string
  ChangeKey?: string | undefined
}

export type NonEmptyArrayOfBaseItemIdsType = readonly OneOf<{
  ItemId: ItemIdType
  OccurrenceItemId: OccurrenceItemIdType
  RecurringMasterItemId: RecurringMasterItemIdType
  RecurringMasterItemIdRanges: RecurringMasterItemIdRangesType
}>[]

export type ArrayOfBaseItemIdsType = readonly ItemIdType[]

export type NonEmptyArrayOfItemIdsType = readonly ItemIdType[]

export type ArrayOfItemIdsType = readonly ItemIdType[]

export interface ResponseObjectCoreType extends MessageType {
  ReferenceItemId?: ItemIdType | undefined
}

export interface ResponseObjectType extends ResponseObjectCoreType {
  ObjectName?: string | undefined
}

export type NonEmptyArrayOfResponseObjectsType = readonly OneOf<{
  AcceptItem: AcceptItemType
  TentativelyAcceptItem: TentativelyAcceptItemType
  DeclineItem: DeclineItemType
  ReplyToItem: ReplyToItemType
  ForwardItem: ForwardItemType
  ReplyAllToItem: ReplyAllToItemType
  CancelCalendarItem: CancelCalendarItemType
  RemoveItem: RemoveItemType
  SuppressReadReceipt: SuppressReadReceiptType
  PostReplyItem: PostReplyItemType
  AcceptSharingInvitation: AcceptSharingInvitationType
  AddItemToMyCalendar: AddItemToMyCalendarType
  ProposeNewTime: ProposeNewTimeType
}>[]

export type FolderChangeType = {
  Updates: NonEmptyArrayOfFolderChangeDescriptionsType
} & OneOf<{
  FolderId: FolderIdType
  DistinguishedFolderId: DistinguishedFolderIdType
}>

export type NonEmptyArrayOfFolderChangesType = readonly FolderChangeType[]

export interface WellKnownResponseObjectType {
  ItemClass?: string | undefined
  Sensitivity?: SensitivityChoicesType | undefined
  Body?: BodyType | undefined
  Attachments?: NonEmptyArrayOfAttachmentsType | undefined
  InternetMessageHeaders?: NonEmptyArrayOfInternetHeadersType | undefined
  Sender?: SingleRecipientType | undefined
  ToRecipients?: ArrayOfRecipientsType | undefined
  CcRecipients?: ArrayOfRecipientsType | undefined
  BccRecipients?: ArrayOfRecipientsType | undefined
  IsReadReceiptRequested?: boolean | undefined
  IsDeliveryReceiptRequested?: boolean | undefined
  From?: SingleRecipientType | undefined
  ReferenceItemId?: ItemIdType | undefined
}

export interface SmartResponseBaseType {
  Subject?: string | undefined
  Body?: BodyType | undefined
  ToRecipients?: ArrayOfRecipientsType | undefined
  CcRecipients?: ArrayOfRecipientsType | undefined
  BccRecipients?: ArrayOfRecipientsType | undefined
  IsReadReceiptRequested?: boolean | undefined
  IsDeliveryReceiptRequested?: boolean | undefined
  From?: SingleRecipientType | undefined
  ReferenceItemId?: ItemIdType | undefined
}

export interface SmartResponseType extends SmartResponseBaseType {
  NewBodyContent?: BodyType | undefined
}

export type ReplyToItemType = SmartResponseType

export interface ReplyAllToItemType extends SmartResponseType {
  IsSpecificMessageReply?: boolean | undefined
}

export type ForwardItemType = SmartResponseType

export type CancelCalendarItemType = SmartResponseType

export interface ReferenceItemResponseType {
  ReferenceItemId?: ItemIdType | undefined
}

export type SuppressReadReceiptType = ReferenceItemResponseType

export type FindItemParentType = {
  IndexedPagingOffset?: number | undefined
  NumeratorOffset?: number | undefined
  AbsoluteDenominator?: number | undefined
  IncludesLastItemInRange?: boolean | undefined
  TotalItemsInView?: number | undefined
} & OneOf<{
  Items: ArrayOfRealItemsType
  Groups: ArrayOfGroupedItemsType
}>

export interface ItemType {
  MimeContent?: MimeContentType | undefined
  ItemId?: ItemIdType | undefined
  ParentFolderId?: FolderIdType | undefined
  ItemClass?: string | undefined
  Subject?: string | undefined
  Sensitivity?: SensitivityChoicesType | undefined
  Body?: BodyType | undefined
  Attachments?: NonEmptyArrayOfAttachmentsType | undefined
  DateTimeReceived?: string | undefined
  Size?: number | undefined
  Categories?: ArrayOfStringsType | undefined
  Importance?: ImportanceChoicesType | undefined
  InReplyTo?: string | undefined
  IsSubmitted?: boolean | undefined
  IsDraft?: boolean | undefined
  IsFromMe?: boolean | undefined
  IsResend?: boolean | undefined
  IsUnmodified?: boolean | undefined
  InternetMessageHeaders?: NonEmptyArrayOfInternetHeadersType | undefined
  DateTimeSent?: string | undefined
  DateTimeCreated?: string | undefined
  ResponseObjects?: NonEmptyArrayOfResponseObjectsType | undefined
  ReminderDueBy?: string | undefined
  ReminderIsSet?: boolean | undefined
  ReminderNextTime?: string | undefined
  ReminderMinutesBeforeStart?: number | undefined
  DisplayCc?: string | undefined
  DisplayTo?: string | undefined
  DisplayBcc?: string | undefined
  HasAttachments?: boolean | undefined
  ExtendedProperty?: readonly ExtendedPropertyType[] | undefined
  Culture?: string | undefined
  EffectiveRights?: EffectiveRightsType | undefined
  LastModifiedName?: string | undefined
  LastModifiedTime?: string | undefined
  IsAssociated?: boolean | undefined
  WebClientReadFormQueryString?: string | undefined
  WebClientEditFormQueryString?: string | undefined
  ConversationId?: ItemIdType | undefined
  UniqueBody?: BodyType | undefined
  Flag?: FlagType | undefined
  StoreEntryId?: Octets | undefined
  InstanceKey?: Octets | undefined
  NormalizedBody?: BodyType | undefined
  EntityExtractionResult?: EntityExtractionResultType | undefined
  PolicyTag?: RetentionTagType | undefined
  ArchiveTag?: RetentionTagType | undefined
  RetentionDate?: string | undefined
  Preview?: string | undefined
  RightsManagementLicenseData?: RightsManagementLicenseDataType | undefined
  PredictedActionReasons?: NonEmptyArrayOfPredictedActionReasonType | undefined
  IsClutter?: boolean | undefined
  BlockStatus?: boolean | undefined
  HasBlockedImages?: boolean | undefined
  TextBody?: BodyType | undefined
  IconIndex?: IconIndexType | undefined
  SearchKey?: Octets | undefined
  SortKey?: number | undefined
  Hashtags?: ArrayOfStringsType | undefined
  Mentions?: ArrayOfRecipientsType | undefined
  MentionedMe?: boolean | undefined
  MentionsPreview?: MentionsPreviewType | undefined
  MentionsEx?: NonEmptyArrayOfMentionActionsType | undefined
  AppliedHashtags?: NonEmptyArrayOfAppliedHashtagType | undefined
  AppliedHashtagsPreview?: AppliedHashtagsPreviewType | undefined
  Likes?: NonEmptyArrayOfLikeType | undefined
  LikesPreview?: LikesPreviewType | undefined
  PendingSocialActivityTagIds?: ArrayOfStringsType | undefined
  AtAllMention?: boolean | undefined
  CanDelete?: boolean | undefined
  InferenceClassification?: InferenceClassificationType | undefined
}

export type ArrayOfItemClassType = readonly string[]

export interface FlagType {
  FlagStatus: FlagStatusType
  StartDate?: string | undefined
  DueDate?: string | undefined
  CompleteDate?: string | undefined
}

export type FlagStatusType = 'NotFlagged' | 'Flagged' | 'Complete'

export type PredictedActionReasonType =
  | 'None'
  | 'ConversationStarterIsYou'
  | 'OnlyRecipient'
  | 'ConversationContributions'
  | 'MarkedImportantBySender'
  | 'SenderIsManager'
  | 'SenderIsInManagementChain'
  | 'SenderIsDirectReport'
  | 'ActionBasedOnSender'
  | 'NameOnToLine'
  | 'NameOnCcLine'
  | 'ManagerPosition'
  | 'ReplyToAMessageFromMe'
  | 'PreviouslyFlagged'
  | 'ActionBasedOnRecipients'
  | 'ActionBasedOnSubjectWords'
  | 'ActionBasedOnBasedOnBodyWords'

export type EntityType = readonly EmailPositionType[]

export type ArrayOfAddressesType = readonly string[]

export type ArrayOfAddressEntitiesType = readonly AddressEntityType[]

export interface AddressEntityType {
  Position?: readonly EmailPositionType[] | undefined
  Address?: string | undefined
}

export type ArrayOfEmailAddressEntitiesType = readonly EmailAddressEntityType[]

export interface EmailAddressEntityType {
  Position?: readonly EmailPositionType[] | undefined
  EmailAddress?: string | undefined
}

export type ArrayOfUrlEntitiesType = readonly UrlEntityType[]

export interface UrlEntityType {
  Position?: readonly EmailPositionType[] | undefined
  Url?: string | undefined
}

export type ArrayOfMeetingSuggestionsType = readonly MeetingSuggestionType[]

export interface MeetingSuggestionType {
  Position?: readonly EmailPositionType[] | undefined
  Attendees?: ArrayOfEmailUsersType | undefined
  Location?: string | undefined
  Subject?: string | undefined
  MeetingString?: string | undefined
  StartTime?: string | undefined
  EndTime?: string | undefined
}

export type ArrayOfTaskSuggestionsType = readonly TaskSuggestionType[]

export type ArrayOfContactsType = readonly ContactType[]

export interface ContactType {
  Position?: readonly EmailPositionType[] | undefined
  PersonName?: string | undefined
  BusinessName?: string | undefined
  PhoneNumbers?: ArrayOfPhonesType | undefined
  Urls?: ArrayOfUrlsType | undefined
  EmailAddresses?: ArrayOfExtractedEmailAddresses | undefined
  Addresses?: ArrayOfAddressesType | undefined
  ContactString?: string | undefined
}

export type ArrayOfUrlsType = readonly string[]

export type ArrayOfPhonesType = readonly PhoneType[]

export interface PhoneType {
  OriginalPhoneString?: string | undefined
  PhoneString?: string | undefined
  Type?: string | undefined
}

export type ArrayOfPhoneEntitiesType = readonly PhoneEntityType[]

export interface PhoneEntityType {
  Position?: readonly EmailPositionType[] | undefined
  OriginalPhoneString?: string | undefined
  PhoneString?: string | undefined
  Type?: string | undefined
}

export type EmailPositionType = 'LatestReply' | 'Other' | 'Subject' | 'Signature'

export type ArrayOfEmailUsersType = readonly EmailUserType[]

export interface EmailUserType {
  Name?: string | undefined
  UserId?: string | undefined
}

export interface TaskSuggestionType {
  Position?: readonly EmailPositionType[] | undefined
  TaskString?: string | undefined
  Assignees?: ArrayOfEmailUsersType | undefined
}

export type ArrayOfExtractedEmailAddresses = readonly string[]

export interface ParcelDeliveryEntityType {
  Carrier?: string | undefined
  TrackingNumber?: string | undefined
  TrackingUrl?: string | undefined
  ExpectedArrivalFrom?: string | undefined
  ExpectedArrivalUntil?: string | undefined
  Product?: string | undefined
  ProductUrl?: string | undefined
  ProductImage?: string | undefined
  ProductSku?: string | undefined
  ProductDescription?: string | undefined
  ProductBrand?: string | undefined
  ProductColor?: string | undefined
  OrderNumber?: string | undefined
  Seller?: string | undefined
  OrderStatus?: string | undefined
  AddressName?: string | undefined
  StreetAddress?: string | undefined
  AddressLocality?: string | undefined
  AddressRegion?: string | undefined
  AddressCountry?: string | undefined
  PostalCode?: string | undefined
}

export type InferenceClassificationType = 'Focused' | 'Other'

export interface InferenceClassificationOverrideType {
  Id: string
  SenderSmtpAddress: string
  SenderDisplayName: string
  AlwaysClassifyAs: InferenceClassificationType
}

export type ArrayOfInferenceClassificationOverridesType = readonly InferenceClassificationOverrideType[]

export type ArrayOfParcelDeliveryEntitiesType = readonly ParcelDeliveryEntityType[]

export interface FlightEntityType {
  FlightNumber?: string | undefined
  AirlineIataCode?: string | undefined
  DepartureTime?: string | undefined
  WindowsTimeZoneName?: string | undefined
  DepartureAirportIataCode?: string | undefined
  ArrivalAirportIataCode?: string | undefined
}

export type ArrayOfFlightsType = readonly FlightEntityType[]

export interface FlightReservationEntityType {
  ReservationId?: string | undefined
  ReservationStatus?: string | undefined
  UnderName?: string | undefined
  BrokerName?: string | undefined
  BrokerPhone?: string | undefined
  Flights?: ArrayOfFlightsType | undefined
}

export type ArrayOfFlightReservationsType = readonly FlightReservationEntityType[]

export interface SenderAddInEntityType {
  ExtensionId?: string | undefined
}

export type ArrayOfSenderAddInsType = readonly SenderAddInEntityType[]

export interface EntityExtractionResultType {
  Addresses?: ArrayOfAddressEntitiesType | undefined
  MeetingSuggestions?: ArrayOfMeetingSuggestionsType | undefined
  TaskSuggestions?: ArrayOfTaskSuggestionsType | undefined
  EmailAddresses?: ArrayOfEmailAddressEntitiesType | undefined
  Contacts?: ArrayOfContactsType | undefined
  Urls?: ArrayOfUrlEntitiesType | undefined
  PhoneNumbers?: ArrayOfPhoneEntitiesType | undefined
  ParcelDeliveries?: ArrayOfParcelDeliveryEntitiesType | undefined
  FlightReservations?: ArrayOfFlightReservationsType | undefined
  SenderAddIns?: ArrayOfSenderAddInsType | undefined
}

export interface RightsManagementLicenseDataType {
  RightsManagedMessageDecryptionStatus?: number | undefined
  RmsTemplateId?: string | undefined
  TemplateName?: string | undefined
  TemplateDescription?: string | undefined
  EditAllowed?: boolean | undefined
  ReplyAllowed?: boolean | undefined
  ReplyAllAllowed?: boolean | undefined
  ForwardAllowed?: boolean | undefined
  ModifyRecipientsAllowed?: boolean | undefined
  ExtractAllowed?: boolean | undefined
  PrintAllowed?: boolean | undefined
  ExportAllowed?: boolean | undefined
  ProgrammaticAccessAllowed?: boolean | undefined
  IsOwner?: boolean | undefined
  ContentOwner?: string | undefined
  ContentExpiryDate?: string | undefined
}

export type ConversationActionTypeType =
  | 'AlwaysCategorize'
  | 'AlwaysDelete'
  | 'AlwaysMove'
  | 'Delete'
  | 'Move'
  | 'Copy'
  | 'SetReadState'
  | 'SetRetentionPolicy'
  | 'Flag'

export interface ConversationActionType {
  Action: ConversationActionTypeType
  ConversationId: ItemIdType
  ContextFolderId?: TargetFolderIdType | undefined
  ConversationLastSyncTime?: string | undefined
  ProcessRightAway?: boolean | undefined
  DestinationFolderId?: TargetFolderIdType | undefined
  Categories?: ArrayOfStringsType | undefined
  EnableAlwaysDelete?: boolean | undefined
  IsRead?: boolean | undefined
  DeleteType?: DisposalType | undefined
  RetentionPolicyType?: RetentionType | undefined
  RetentionPolicyTagId?: string | undefined
  Flag?: FlagType | undefined
  SuppressReadReceipts?: boolean | undefined
}

export type NonEmptyArrayOfApplyConversationActionType = readonly ConversationActionType[]

export type ConversationTypeMailboxGuids = readonly string[]

export interface ConversationType {
  ConversationId?: ItemIdType | undefined
  ConversationTopic?: string | undefined
  UniqueRecipients?: ArrayOfStringsType | undefined
  GlobalUniqueRecipients?: ArrayOfStringsType | undefined
  UniqueUnreadSenders?: ArrayOfStringsType | undefined
  GlobalUniqueUnreadSenders?: ArrayOfStringsType | undefined
  UniqueSenders?: ArrayOfStringsType | undefined
  GlobalUniqueSenders?: ArrayOfStringsType | undefined
  LastDeliveryTime?: string | undefined
  GlobalLastDeliveryTime?: string | undefined
  Categories?: ArrayOfStringsType | undefined
  GlobalCategories?: ArrayOfStringsType | undefined
  FlagStatus?: FlagStatusType | undefined
  GlobalFlagStatus?: FlagStatusType | undefined
  HasAttachments?: boolean | undefined
  GlobalHasAttachments?: boolean | undefined
  MessageCount?: number | undefined
  GlobalMessageCount?: number | undefined
  UnreadCount?: number | undefined
  GlobalUnreadCount?: number | undefined
  Size?: number | undefined
  GlobalSize?: number | undefined
  ItemClasses?: ArrayOfItemClassType | undefined
  GlobalItemClasses?: ArrayOfItemClassType | undefined
  Importance?: ImportanceChoicesType | undefined
  GlobalImportance?: ImportanceChoicesType | undefined
  ItemIds?: NonEmptyArrayOfBaseItemIdsType | undefined
  GlobalItemIds?: NonEmptyArrayOfBaseItemIdsType | undefined
  LastModifiedTime?: string | undefined
  InstanceKey?: Octets | undefined
  Preview?: string | undefined
  MailboxScope?: MailboxSearchLocationType | undefined
  IconIndex?: IconIndexType | undefined
  GlobalIconIndex?: IconIndexType | undefined
  DraftItemIds?: NonEmptyArrayOfBaseItemIdsType | undefined
  HasIrm?: boolean | undefined
  GlobalHasIrm?: boolean | undefined
  InferenceClassification?: InferenceClassificationType | undefined
  SortKey?: number | undefined
  MentionedMe?: boolean | undefined
  GlobalMentionedMe?: boolean | undefined
  SenderSMTPAddress?: SmtpAddressType | undefined
  MailboxGuids?: ConversationTypeMailboxGuids | undefined
  From?: SingleRecipientType | undefined
  AtAllMention?: boolean | undefined
  GlobalAtAllMention?: boolean | undefined
}

export interface HighlightTermType {
  Scope: string
  Value: string
}

export type ArrayOfConversationsType = readonly ConversationType[]

export interface ConversationRequestType {
  ConversationId: ItemIdType
  SyncState?: Octets | undefined
}

export type ArrayOfConversationRequestsType = readonly ConversationRequestType[]

export interface ConversationNodeType {
  InternetMessageId?: string | undefined
  ParentInternetMessageId?: string | undefined
  Items?: NonEmptyArrayOfAllItemsType | undefined
}

export type ArrayOfConversationNodesType = readonly ConversationNodeType[]

export interface ConversationResponseType {
  ConversationId: ItemIdType
  SyncState?: Octets | undefined
  ConversationNodes?: ArrayOfConversationNodesType | undefined
  CanDelete?: boolean | undefined
}

export type ConversationNodeSortOrder =
  | 'TreeOrderAscending'
  | 'TreeOrderDescending'
  | 'DateOrderAscending'
  | 'DateOrderDescending'

export type ArrayOfHighlightTermsType = readonly HighlightTermType[]

export interface PersonaAttributionType {
  Id: string
  SourceId: ItemIdType
  DisplayName: string
  IsWritable?: boolean | undefined
  IsQuickContact?: boolean | undefined
  IsHidden?: boolean | undefined
  FolderId?: FolderIdType | undefined
}

export type ArrayOfPersonaAttributionsType = readonly PersonaAttributionType[]

export type ArrayOfValueAttributionsType = readonly string[]

export type ArrayOfStringValueType = readonly string[]

export interface StringAttributedValueType {
  Value: string
  Attributions: ArrayOfValueAttributionsType
}

export interface BodyContentType {
  Value: string
  BodyType: BodyTypeType
}

export interface BodyContentAttributedValueType {
  Value: BodyContentType
  Attributions: ArrayOfValueAttributionsType
}

export interface StringArrayAttributedValueType {
  Values: ArrayOfStringValueType
  Attributions: ArrayOfValueAttributionsType
}

export interface EmailAddressAttributedValueType {
  Value: EmailAddressType
  Attributions: ArrayOfValueAttributionsType
}

export interface PersonaPhoneNumberType {
  Number: string
  Type: string
}

export interface PhoneNumberAttributedValueType {
  Value: PersonaPhoneNumberType
  Attributions: ArrayOfValueAttributionsType
}

export interface PersonaPostalAddressType {
  Street?: string | undefined
  City?: string | undefined
  State?: string | undefined
  Country?: string | undefined
  PostalCode?: string | undefined
  PostOfficeBox?: string | undefined
  Type?: string | undefined
  Latitude?: number | undefined
  Longitude?: number | undefined
  Accuracy?: number | undefined
  Altitude?: number | undefined
  AltitudeAccuracy?: number | undefined
  FormattedAddress?: string | undefined
  LocationUri?: string | undefined
  LocationSource?: LocationSourceType | undefined
}

export interface PostalAddressAttributedValueType {
  Value: PersonaPostalAddressType
  Attributions: ArrayOfValueAttributionsType
}

export interface ExtendedPropertyAttributedValueType {
  Value: ExtendedPropertyType
  Attributions: ArrayOfValueAttributionsType
}

export type ArrayOfStringAttributedValuesType = readonly StringAttributedValueType[]

export type ArrayOfStringArrayAttributedValuesType = readonly StringArrayAttributedValueType[]

export type ArrayOfBodyContentAttributedValuesType = readonly BodyContentAttributedValueType[]

export type ArrayOfEmailAddressAttributedValuesType = readonly EmailAddressAttributedValueType[]

export type ArrayOfPhoneNumberAttributedValuesType = readonly PhoneNumberAttributedValueType[]

export type ArrayOfPostalAddressAttributedValuesType = readonly PostalAddressAttributedValueType[]

export type ArrayOfExtendedPropertyAttributedValueType = readonly ExtendedPropertyAttributedValueType[]

export interface InsightFiltersType {
  Count?: number | undefined
  Types?: ArrayOfStringsType | undefined
  KeyInsightsOnly?: boolean | undefined
}

export interface InsightValue {
  InsightSource?: string | undefined
  UpdatedUtcTicks?: number | undefined
}

export interface StringInsightValue extends InsightValue {
  Data?: string | undefined
}

export interface DelveDocument extends InsightValue {
  Rank?: number | undefined
  Author?: string | undefined
  Created?: string | undefined
  LastModifiedTime?: string | undefined
  DefaultEncodingURL?: string | undefined
  FileType?: string | undefined
  Title?: string | undefined
  DocumentId?: string | undefined
  PreviewURL?: string | undefined
  LastEditor?: string | undefined
}

export interface ProfileInsightValue extends InsightValue {
  FullName?: string | undefined
  FirstName?: string | undefined
  LastName?: string | undefined
  EmailAddress?: string | undefined
  Avatar?: string | undefined
  JoinedUtcTicks?: number | undefined
  ProfilePicture?: UserProfilePicture | undefined
  Title?: string | undefined
}

export interface OutOfOfficeInsightValue extends InsightValue {
  StartTime?: string | undefined
  EndTime?: string | undefined
  Message?: string | undefined
  Culture?: string | undefined
}

export interface JobInsightValue extends InsightValue {
  Company?: string | undefined
  CompanyDescription?: string | undefined
  CompanyTicker?: string | undefined
  CompanyLogoUrl?: string | undefined
  CompanyWebsiteUrl?: string | undefined
  CompanyLinkedInUrl?: string | undefined
  Title?: string | undefined
  StartUtcTicks?: number | undefined
  EndUtcTicks?: number | undefined
}

export interface CompanyInsightValue extends InsightValue {
  Name: string
  SatoriId?: string | undefined
  Description?: string | undefined
  DescriptionAttribution?: string | undefined
  ImageUrl?: string | undefined
  ImageUrlAttribution?: string | undefined
  YearFound?: string | undefined
  FinanceSymbol?: string | undefined
  WebsiteUrl?: string | undefined
}

export interface UserProfilePicture extends InsightValue {
  Blob?: string | undefined
  PhotoSize?: string | undefined
  Url?: string | undefined
  ImageType?: string | undefined
}

export interface EducationInsightValue extends InsightValue {
  Institute?: string | undefined
  Degree?: string | undefined
  StartUtcTicks?: number | undefined
  EndUtcTicks?: number | undefined
}

export interface SkillInsightValue extends InsightValue {
  Name?: string | undefined
  Strength?: number | undefined
}

export interface MeetingInsightValue extends InsightValue {
  Id?: string | undefined
  Subject?: string | undefined
  StartUtcTicks?: number | undefined
  EndUtcTicks?: number | undefined
  Location?: string | undefined
  Organizer?: ProfileInsightValue | undefined
  Attendees?: ArrayOfProfileInsightValue | undefined
}

export interface EmailInsightValue extends InsightValue {
  Id?: string | undefined
  ThreadId?: string | undefined
  Subject?: string | undefined
  LastEmailDateUtcTicks?: number | undefined
  Body?: string | undefined
  LastEmailSender?: ProfileInsightValue | undefined
  EmailsCount?: number | undefined
}

export type ArrayOfInsightValue = readonly InsightValue[]

export type ArrayOfSkillInsightValue = readonly SkillInsightValue[]

export type ArrayOfProfileInsightValue = readonly ProfileInsightValue[]

export type ArrayOfJobInsightValue = readonly JobInsightValue[]

export type ArrayOfCompanyInsightValue = readonly CompanyInsightValue[]

export type InsightContent = Record<never, never>

export interface SingleValueInsightContent extends InsightContent {
  Item?: InsightValue | undefined
}

export interface MultiValueInsightContent extends InsightContent {
  ItemList?: ArrayOfInsightValue | undefined
}

export interface Insight {
  InsightType?: string | undefined
  Rank?: number | undefined
  Content?: InsightContent | undefined
  Text?: string | undefined
  ItemList?: ArrayOfInsightValue | undefined
  RequiresToken?: boolean | undefined
}

export interface ComputedInsightValueProperty {
  Key: string
  Value: string
}

export type ArrayOfComputedInsightValueProperty = readonly ComputedInsightValueProperty[]

export interface ComputedInsightValue extends InsightValue {
  Properties?: ArrayOfComputedInsightValueProperty | undefined
}

export type ArrayOfInsight = readonly Insight[]

export interface PersonResponseShapeType {
  BaseShape: DefaultShapeNamesType
  AdditionalProperties?: NonEmptyArrayOfPathsToElementType | undefined
}

export interface PersonType {
  FullName?: string | undefined
  GivenName?: string | undefined
  Surname?: string | undefined
  PhoneNumber?: string | undefined
  SMSNumber?: string | undefined
  EmailAddress?: string | undefined
  Alias?: string | undefined
  Department?: string | undefined
  LinkedInProfileLink?: string | undefined
  Skills?: ArrayOfSkillInsightValue | undefined
  ProfessionalBiography?: string | undefined
  ManagementChain?: ArrayOfProfileInsightValue | undefined
  DirectReports?: ArrayOfProfileInsightValue | undefined
  Peers?: ArrayOfProfileInsightValue | undefined
  TeamSize?: string | undefined
  CurrentJob?: ArrayOfJobInsightValue | undefined
  Birthday?: string | undefined
  Hometown?: string | undefined
  CurrentLocation?: string | undefined
  CompanyProfile?: ArrayOfCompanyInsightValue | undefined
  Office?: string | undefined
  Headline?: string | undefined
  MutualConnections?: ArrayOfProfileInsightValue | undefined
  Title?: string | undefined
  MutualManager?: ProfileInsightValue | undefined
  Insights?: ArrayOfInsight | undefined
  UserProfilePicture?: UserProfilePicture | undefined
}

export type ArrayOfPersonType = readonly PersonType[]

export type TokenSourceType = 'None' | 'LinkedIn'

export interface PeopleTokenType {
  TokenSource: TokenSourceType
  ExpirationDateTime?: string | undefined
  TokenValue?: string | undefined
}

export type NonEmptyArrayOfPeopleTokenType = readonly PeopleTokenType[]

export interface PersonaType {
  PersonaId: ItemIdType
  PersonaType?: string | undefined
  PersonaObjectStatus?: string | undefined
  CreationTime?: string | undefined
  Bodies?: ArrayOfBodyContentAttributedValuesType | undefined
  DisplayNameFirstLastSortKey?: string | undefined
  DisplayNameLastFirstSortKey?: string | undefined
  CompanyNameSortKey?: string | undefined
  HomeCitySortKey?: string | undefined
  WorkCitySortKey?: string | undefined
  DisplayNameFirstLastHeader?: string | undefined
  DisplayNameLastFirstHeader?: string | undefined
  DisplayName?: string | undefined
  DisplayNameFirstLast?: string | undefined
  DisplayNameLastFirst?: string | undefined
  FileAs?: string | undefined
  FileAsId?: string | undefined
  DisplayNamePrefix?: string | undefined
  GivenName?: string | undefined
  MiddleName?: string | undefined
  Surname?: string | undefined
  Generation?: string | undefined
  Nickname?: string | undefined
  YomiCompanyName?: string | undefined
  YomiFirstName?: string | undefined
  YomiLastName?: string | undefined
  Title?: string | undefined
  Department?: string | undefined
  CompanyName?: string | undefined
  Location?: string | undefined
  EmailAddress?: EmailAddressType | undefined
  EmailAddresses?: ArrayOfEmailAddressesType | undefined
  PhoneNumber?: PersonaPhoneNumberType | undefined
  ImAddress?: string | undefined
  HomeCity?: string | undefined
  WorkCity?: string | undefined
  RelevanceScore?: number | undefined
  FolderIds?: ArrayOfFolderIdType | undefined
  Attributions?: ArrayOfPersonaAttributionsType | undefined
  DisplayNames?: ArrayOfStringAttributedValuesType | undefined
  FileAses?: ArrayOfStringAttributedValuesType | undefined
  FileAsIds?: ArrayOfStringAttributedValuesType | undefined
  DisplayNamePrefixes?: ArrayOfStringAttributedValuesType | undefined
  GivenNames?: ArrayOfStringAttributedValuesType | undefined
  MiddleNames?: ArrayOfStringAttributedValuesType | undefined
  Surnames?: ArrayOfStringAttributedValuesType | undefined
  Generations?: ArrayOfStringAttributedValuesType | undefined
  Nicknames?: ArrayOfStringAttributedValuesType | undefined
  Initials?: ArrayOfStringAttributedValuesType | undefined
  YomiCompanyNames?: ArrayOfStringAttributedValuesType | undefined
  YomiFirstNames?: ArrayOfStringAttributedValuesType | undefined
  YomiLastNames?: ArrayOfStringAttributedValuesType | undefined
  BusinessPhoneNumbers?: ArrayOfPhoneNumberAttributedValuesType | undefined
  BusinessPhoneNumbers2?: ArrayOfPhoneNumberAttributedValuesType | undefined
  HomePhones?: ArrayOfPhoneNumberAttributedValuesType | undefined
  HomePhones2?: ArrayOfPhoneNumberAttributedValuesType | undefined
  MobilePhones?: ArrayOfPhoneNumberAttributedValuesType | undefined
  MobilePhones2?: ArrayOfPhoneNumberAttributedValuesType | undefined
  AssistantPhoneNumbers?: ArrayOfPhoneNumberAttributedValuesType | undefined
  CallbackPhones?: ArrayOfPhoneNumberAttributedValuesType | undefined
  CarPhones?: ArrayOfPhoneNumberAttributedValuesType | undefined
  HomeFaxes?: ArrayOfPhoneNumberAttributedValuesType | undefined
  OrganizationMainPhones?: ArrayOfPhoneNumberAttributedValuesType | undefined
  OtherFaxes?: ArrayOfPhoneNumberAttributedValuesType | undefined
  OtherTelephones?: ArrayOfPhoneNumberAttributedValuesType | undefined
  OtherPhones2?: ArrayOfPhoneNumberAttributedValuesType | undefined
  Pagers?: ArrayOfPhoneNumberAttributedValuesType | undefined
  RadioPhones?: ArrayOfPhoneNumberAttributedValuesType | undefined
  TelexNumbers?: ArrayOfPhoneNumberAttributedValuesType | undefined
  TTYTDDPhoneNumbers?: ArrayOfPhoneNumberAttributedValuesType | undefined
  WorkFaxes?: ArrayOfPhoneNumberAttributedValuesType | undefined
  Emails1?: ArrayOfEmailAddressAttributedValuesType | undefined
  Emails2?: ArrayOfEmailAddressAttributedValuesType | undefined
  Emails3?: ArrayOfEmailAddressAttributedValuesType | undefined
  BusinessHomePages?: ArrayOfStringAttributedValuesType | undefined
  PersonalHomePages?: ArrayOfStringAttributedValuesType | undefined
  OfficeLocations?: ArrayOfStringAttributedValuesType | undefined
  ImAddresses?: ArrayOfStringAttributedValuesType | undefined
  ImAddresses2?: ArrayOfStringAttributedValuesType | undefined
  ImAddresses3?: ArrayOfStringAttributedValuesType | undefined
  BusinessAddresses?: ArrayOfPostalAddressAttributedValuesType | undefined
  HomeAddresses?: ArrayOfPostalAddressAttributedValuesType | undefined
  OtherAddresses?: ArrayOfPostalAddressAttributedValuesType | undefined
  Titles?: ArrayOfStringAttributedValuesType | undefined
  Departments?: ArrayOfStringAttributedValuesType | undefined
  CompanyNames?: ArrayOfStringAttributedValuesType | undefined
  Managers?: ArrayOfStringAttributedValuesType | undefined
  AssistantNames?: ArrayOfStringAttributedValuesType | undefined
  Professions?: ArrayOfStringAttributedValuesType | undefined
  SpouseNames?: ArrayOfStringAttributedValuesType | undefined
  Children?: ArrayOfStringArrayAttributedValuesType | undefined
  Schools?: ArrayOfStringAttributedValuesType | undefined
  Hobbies?: ArrayOfStringAttributedValuesType | undefined
  WeddingAnniversaries?: ArrayOfStringAttributedValuesType | undefined
  Birthdays?: ArrayOfStringAttributedValuesType | undefined
  Locations?: ArrayOfStringAttributedValuesType | undefined
  InlineLinks?: ArrayOfStringAttributedValuesType | undefined
  ItemLinkIds?: ArrayOfStringArrayAttributedValuesType | undefined
  HasActiveDeals?: string | undefined
  IsBusinessContact?: string | undefined
  AttributedHasActiveDeals?: ArrayOfStringAttributedValuesType | undefined
  AttributedIsBusinessContact?: ArrayOfStringAttributedValuesType | undefined
  SourceMailboxGuids?: ArrayOfStringAttributedValuesType | undefined
  LastContactedDate?: string | undefined
  ExtendedProperties?: ArrayOfExtendedPropertyAttributedValueType | undefined
  ExternalDirectoryObjectId?: string | undefined
  MapiEntryId?: string | undefined
  MapiEmailAddress?: string | undefined
  MapiAddressType?: string | undefined
  MapiSearchKey?: string | undefined
  MapiTransmittableDisplayName?: string | undefined
  MapiSendRichInfo?: boolean | undefined
}

export type ArrayOfPeopleType = readonly PersonaType[]

export interface MailboxLocatorType {
  ExternalDirectoryObjectId?: string | undefined
  LegacyDn?: string | undefined
}

export type GroupLocatorType = MailboxLocatorType

export type UserLocatorType = MailboxLocatorType

export type GroupMailboxConfigurationActionType =
  | 'SetRegionalSettings'
  | 'CreateDefaultFolders'
  | 'SetInitialFolderPermissions'
  | 'SetAllFolderPermissions'
  | 'ConfigureCalendar'
  | 'SendWelcomeMessage'
  | 'GenerateGroupPhoto'
  | 'AllowOnlyMembersToPost'
  | 'ConfigureConnectors'
  | 'ConfigureFileChangeNotification'

export type InstantSearchItemType = 'None' | 'MailItem' | 'MailConversation' | 'CalendarItem' | 'Persona'

export type InstantSearchResultType =
  | 'None'
  | 'Suggestions'
  | 'ItemResults'
  | 'ConversationResults'
  | 'Refiners'
  | 'SearchTerms'
  | 'Errors'
  | 'QueryStatistics'
  | 'CalendarItemResults'
  | 'PersonaResults'
  | 'SuggestionsPrimer'

export type ArrayOfItemsType = readonly ItemType[]

export type ArrayOfCalendarItemsType = readonly CalendarItemType[]

export interface InstantSearchPayloadType {
  SearchSessionId: string
  SearchRequestId: number
  ResultType: readonly InstantSearchResultType[]
  Items?: ArrayOfItemsType | undefined
  Conversations?: ArrayOfConversationsType | undefined
  CalendarItems?: ArrayOfCalendarItemsType | undefined
}

export type QueryOptionsType =
  | 'None'
  | 'Suggestions'
  | 'Results'
  | 'Refiners'
  | 'SearchTerms'
  | 'ExplicitSearch'
  | 'SuggestionsPrimer'
  | 'AllowFuzzing'

export type OneDriveViewType = 'None' | 'SharedWithMe' | 'MyDocuments' | 'RecycleBin'

export type DelveViewType = 'None' | 'Files'

export type GroupMemberIdentifierType = 'ExternalDirectoryObjectId' | 'LegacyExchangeDN' | 'SmtpAddress'

export type ModernGroupTypeType = 'None' | 'Private' | 'Secret' | 'Public'

export type ArrayOfStringsType = readonly string[]

export type ArrayOfRealItemsType = readonly OneOf<{
  Item: ItemType
  Message: MessageType
  SharingMessage: SharingMessageType
  CalendarItem: CalendarItemType
  Contact: ContactItemType
  DistributionList: DistributionListType
  MeetingMessage: MeetingMessageType
  MeetingRequest: MeetingRequestMessageType
  MeetingResponse: MeetingResponseMessageType
  MeetingCancellation: MeetingCancellationMessageType
  Task: TaskType
  PostItem: PostItemType
  RoleMember: RoleMemberItemType
  Network: NetworkItemType
  Person: AbchPersonItemType
}>[]

export type NonEmptyArrayOfAllItemsType = readonly OneOf<{
  Item: ItemType
  Message: MessageType
  SharingMessage: SharingMessageType
  CalendarItem: CalendarItemType
  Contact: ContactItemType
  DistributionList: DistributionListType
  MeetingMessage: MeetingMessageType
  MeetingRequest: MeetingRequestMessageType
  MeetingResponse: MeetingResponseMessageType
  MeetingCancellation: MeetingCancellationMessageType
  Task: TaskType
  PostItem: PostItemType
  ReplyToItem: ReplyToItemType
  ForwardItem: ForwardItemType
  ReplyAllToItem: ReplyAllToItemType
  AcceptItem: AcceptItemType
  TentativelyAcceptItem: TentativelyAcceptItemType
  DeclineItem: DeclineItemType
  CancelCalendarItem: CancelCalendarItemType
  RemoveItem: RemoveItemType
  SuppressReadReceipt: SuppressReadReceiptType
  PostReplyItem: PostReplyItemType
  AcceptSharingInvitation: AcceptSharingInvitationType
  RoleMember: RoleMemberItemType
  Network: NetworkItemType
  Person: AbchPersonItemType
}>[]

export interface MeetingRegistrationResponseObjectType extends WellKnownResponseObjectType {
  ProposedStart?: string | undefined
  ProposedEnd?: string | undefined
}

export type AcceptItemType = MeetingRegistrationResponseObjectType

export type TentativelyAcceptItemType = MeetingRegistrationResponseObjectType

export type DeclineItemType = MeetingRegistrationResponseObjectType

export type ProposeNewTimeType = ResponseObjectType

export type RemoveItemType = ResponseObjectType

export type AddItemToMyCalendarType = ResponseObjectType

export interface PostReplyItemBaseType {
  Subject?: string | undefined
  Body?: BodyType | undefined
  ReferenceItemId?: ItemIdType | undefined
}

export interface PostReplyItemType extends PostReplyItemBaseType {
  NewBodyContent?: BodyType | undefined
}

export interface MimeContentType {
  CharacterSet?: string | undefined
  Value: Octets
}

export interface MimeContentUTF8Type {
  CharacterSet?: string | undefined
  Value: Octets
}

export type MessageDispositionType = 'SaveOnly' | 'SendOnly' | 'SendAndSaveCopy'

export type CalendarItemCreateOrDeleteOperationType = 'SendToNone' | 'SendOnlyToAll' | 'SendToAllAndSaveCopy'

export type CalendarItemUpdateOperationType =
  | 'SendToNone'
  | 'SendOnlyToAll'
  | 'SendOnlyToChanged'
  | 'SendToAllAndSaveCopy'
  | 'SendToChangedAndSaveCopy'

export type AffectedTaskOccurrencesType = 'AllOccurrences' | 'SpecifiedOccurrenceOnly'

export type MessageTypeMailboxGuids = readonly string[]

export interface MessageType extends ItemType {
  Sender?: SingleRecipientType | undefined
  ToRecipients?: ArrayOfRecipientsType | undefined
  CcRecipients?: ArrayOfRecipientsType | undefined
  BccRecipients?: ArrayOfRecipientsType | undefined
  IsReadReceiptRequested?: boolean | undefined
  IsDeliveryReceiptRequested?: boolean | undefined
  ConversationIndex?: Octets | undefined
  ConversationTopic?: string | undefined
  From?: SingleRecipientType | undefined
  InternetMessageId?: string | undefined
  IsRead?: boolean | undefined
  IsResponseRequested?: boolean | undefined
  References?: string | undefined
  ReplyTo?: ArrayOfRecipientsType | undefined
  ReceivedBy?: SingleRecipientType | undefined
  ReceivedRepresenting?: SingleRecipientType | undefined
  ApprovalRequestData?: ApprovalRequestDataType | undefined
  VotingInformation?: VotingInformationType | undefined
  ReminderMessageData?: ReminderMessageDataType | undefined
  MessageSafety?: MessageSafetyType | undefined
  SenderSMTPAddress?: SmtpAddressType | undefined
  MailboxGuids?: MessageTypeMailboxGuids | undefined
  PublishedCalendarItemIcs?: string | undefined
  PublishedCalendarItemName?: string | undefined
}

export type TaskStatusType = 'NotStarted' | 'InProgress' | 'Completed' | 'WaitingOnOthers' | 'Deferred'

export type TaskDelegateStateType = 'NoMatch' | 'OwnNew' | 'Owned' | 'Accepted' | 'Declined' | 'Max'

export interface TaskType extends ItemType {
  ActualWork?: number | undefined
  AssignedTime?: string | undefined
  BillingInformation?: string | undefined
  ChangeCount?: number | undefined
  Companies?: ArrayOfStringsType | undefined
  CompleteDate?: string | undefined
  Contacts?: ArrayOfStringsType | undefined
  DelegationState?: TaskDelegateStateType | undefined
  Delegator?: string | undefined
  DueDate?: string | undefined
  IsAssignmentEditable?: number | undefined
  IsComplete?: boolean | undefined
  IsRecurring?: boolean | undefined
  IsTeamTask?: boolean | undefined
  Mileage?: string | undefined
  Owner?: string | undefined
  PercentComplete?: number | undefined
  Recurrence?: TaskRecurrenceType | undefined
  StartDate?: string | undefined
  Status?: TaskStatusType | undefined
  StatusDescription?: string | undefined
  TotalWork?: number | undefined
}

export interface PostItemType extends ItemType {
  ConversationIndex?: Octets | undefined
  ConversationTopic?: string | undefined
  From?: SingleRecipientType | undefined
  InternetMessageId?: string | undefined
  IsRead?: boolean | undefined
  PostedTime?: string | undefined
  References?: string | undefined
  Sender?: SingleRecipientType | undefined
}

export interface SharingMessageType extends MessageType {
  SharingMessageAction?: SharingMessageActionType | undefined
  SharingMessageActions?: ArrayOfSharingMessageActionType | undefined
}

export interface ArrayOfSharingMessageActionType {
  SharingMessageAction?: SharingMessageActionType | undefined
}

export interface SharingMessageActionType {
  Importance?: SharingActionImportance | undefined
  ActionType?: SharingActionType | undefined
  Action?: SharingAction | undefined
}

export type SharingActionImportance = 'Primary' | 'Secondary'

export type SharingAction = 'AcceptAndViewCalendar' | 'ViewCalendar' | 'AddThisCalendar' | 'Accept'

export type SharingActionType = 'Accept'

export interface BasePagingType {
  MaxEntriesReturned?: number | undefined
}

export type IndexBasePointType = 'Beginning' | 'End'

export interface IndexedPageViewType extends BasePagingType {
  Offset: number
  BasePoint: IndexBasePointType
}

export interface FractionalPageViewType extends BasePagingType {
  Numerator: number
  Denominator: number
}

export interface SeekToConditionPageViewType extends BasePagingType {
  BasePoint: IndexBasePointType
  Condition: RestrictionType
}

export interface CalendarViewType extends BasePagingType {
  StartDate: string
  EndDate: string
}

export interface ContactsViewType extends BasePagingType {
  InitialName?: string | undefined
  FinalName?: string | undefined
}

export type ResolveNamesSearchScopeType =
  | 'ActiveDirectory'
  | 'ActiveDirectoryContacts'
  | 'Contacts'
  | 'ContactsActiveDirectory'

export interface ResolutionType {
  Mailbox: EmailAddressType
  Contact?: ContactItemType | undefined
}

export interface ArrayOfResolutionType {
  IndexedPagingOffset?: number | undefined
  NumeratorOffset?: number | undefined
  AbsoluteDenominator?: number | undefined
  IncludesLastItemInRange?: boolean | undefined
  TotalItemsInView?: number | undefined
  Resolution?: readonly ResolutionType[] | undefined
}

export interface ArrayOfDLExpansionType {
  IndexedPagingOffset?: number | undefined
  NumeratorOffset?: number | undefined
  AbsoluteDenominator?: number | undefined
  IncludesLastItemInRange?: boolean | undefined
  TotalItemsInView?: number | undefined
  Mailbox?: readonly EmailAddressType[] | undefined
}

export type NonEmptyArrayOfTimeZoneIdType = readonly string[]

export type ArrayOfTimeZoneDefinitionType = readonly TimeZoneDefinitionType[]

export type MeetingRequestTypeType =
  | 'None'
  | 'FullUpdate'
  | 'InformationalUpdate'
  | 'NewMeetingRequest'
  | 'Outdated'
  | 'SilentUpdate'
  | 'PrincipalWantsCopy'

export type AvailabilityStatusType = 'Unknown' | 'Free' | 'Tentative' | 'Busy' | 'Oof' | 'WorkingElsewhere'

export type LegacyFreeBusyType = 'Free' | 'Tentative' | 'Busy' | 'OOF' | 'WorkingElsewhere' | 'NoData'

export type CalendarItemTypeType = 'Single' | 'Occurrence' | 'Exception' | 'RecurringMaster'

export type ResponseTypeType =
  | 'Unknown'
  | 'Organizer'
  | 'Tentative'
  | 'Accept'
  | 'Decline'
  | 'NoResponseReceived'

export interface OnlineMeetingSettingsType {
  LobbyBypass: LobbyBypassType
  AccessLevel: OnlineMeetingAccessLevelType
  Presenters: PresentersType
}

export type LobbyBypassType = 'Disabled' | 'EnabledForGatewayParticipants'

export type OnlineMeetingAccessLevelType = 'Locked' | 'Invited' | 'Internal' | 'Everyone'

export type PresentersType = 'Disabled' | 'Internal' | 'Everyone'

export interface AttendeeType {
  Mailbox: EmailAddressType
  ResponseType?: ResponseTypeType | undefined
  LastResponseTime?: string | undefined
  ProposedStart?: string | undefined
  ProposedEnd?: string | undefined
}

export type NonEmptyArrayOfAttendeesType = readonly AttendeeType[]

export interface OccurrenceItemIdType extends BaseItemIdType {
  RecurringMasterId: string
  ChangeKey?: string | undefined
  InstanceIndex: number
}

export interface RecurringMasterItemIdType extends BaseItemIdType {
  OccurrenceId: string
  ChangeKey?: string | undefined
}

export interface RecurringMasterItemIdRangesType extends ItemIdType {
  Ranges?: ArrayOfOccurrenceRangesType | undefined
}

export type ArrayOfOccurrenceRangesType = readonly OccurrencesRangeType[]

export interface OccurrencesRangeType {
  Start?: string | undefined
  End?: string | undefined
  Count?: number | undefined
  CompareOriginalStartTime?: boolean | undefined
}

export type DayOfWeekType =
  | 'Sunday'
  | 'Monday'
  | 'Tuesday'
  | 'Wednesday'
  | 'Thursday'
  | 'Friday'
  | 'Saturday'
  | 'Day'
  | 'Weekday'
  | 'WeekendDay'

export type DaysOfWeekType =
  | 'Sunday'
  | 'Monday'
  | 'Tuesday'
  | 'Wednesday'
  | 'Thursday'
  | 'Friday'
  | 'Saturday'
  | 'Day'
  | 'Weekday'
  | 'WeekendDay'

export type DayOfWeekIndexType = 'First' | 'Second' | 'Third' | 'Fourth' | 'Last'

export type MonthNamesType =
  | 'January'
  | 'February'
  | 'March'
  | 'April'
  | 'May'
  | 'June'
  | 'July'
  | 'August'
  | 'September'
  | 'October'
  | 'November'
  | 'December'

export type RecurrencePatternBaseType = Record<never, never>

export interface IntervalRecurrencePatternBaseType extends RecurrencePatternBaseType {
  Interval: number
}

export type RegeneratingPatternBaseType = IntervalRecurrencePatternBaseType

export type DailyRegeneratingPatternType = RegeneratingPatternBaseType

export type WeeklyRegeneratingPatternType = RegeneratingPatternBaseType

export type MonthlyRegeneratingPatternType = RegeneratingPatternBaseType

export type YearlyRegeneratingPatternType = RegeneratingPatternBaseType

export interface RelativeYearlyRecurrencePatternType extends RecurrencePatternBaseType {
  DaysOfWeek: DayOfWeekType
  DayOfWeekIndex: DayOfWeekIndexType
  Month: MonthNamesType
}

export interface AbsoluteYearlyRecurrencePatternType extends RecurrencePatternBaseType {
  DayOfMonth: number
  Month: MonthNamesType
}

export interface RelativeMonthlyRecurrencePatternType extends IntervalRecurrencePatternBaseType {
  DaysOfWeek: DayOfWeekType
  DayOfWeekIndex: DayOfWeekIndexType
}

export interface AbsoluteMonthlyRecurrencePatternType extends IntervalRecurrencePatternBaseType {
  DayOfMonth: number
}

export interface WeeklyRecurrencePatternType extends IntervalRecurrencePatternBaseType {
  DaysOfWeek: readonly DaysOfWeekType[]
  FirstDayOfWeek?: DayOfWeekType | undefined
}

export type DailyRecurrencePatternType = IntervalRecurrencePatternBaseType

export type LocationSourceType =
  | 'None'
  | 'LocationServices'
  | 'PhonebookServices'
  | 'Device'
  | 'Contact'
  | 'Resource'

export interface EnhancedLocationType {
  DisplayName: string
  Annotation?: string | undefined
  PostalAddress?: PersonaPostalAddressType | undefined
}

export interface TimeChangeType {
  TimeZoneName?: string | undefined
  Offset: string
  RelativeYearlyRecurrence?: RelativeYearlyRecurrencePatternType | undefined
  AbsoluteDate?: string | undefined
  Time: string
}

export interface TimeZoneType {
  TimeZoneName?: string | undefined
  BaseOffset?: string | undefined
  Standard?: TimeChangeType | undefined
  Daylight?: TimeChangeType | undefined
}

export interface TimeZoneContextType {
  TimeZoneDefinition: TimeZoneDefinitionType
}

export type TransitionTargetKindType = 'Period' | 'Group'

export interface TransitionTargetType {
  Kind: TransitionTargetKindType
  Value: string
}

export interface TransitionType {
  To: TransitionTargetType
}

export interface AbsoluteDateTransitionType extends TransitionType {
  DateTime: string
}

export interface RecurringTimeTransitionType extends TransitionType {
  TimeOffset: string
  Month: number
}

export interface RecurringDateTransitionType extends RecurringTimeTransitionType {
  Day: number
}

export interface RecurringDayTransitionType extends RecurringTimeTransitionType {
  DayOfWeek: DayOfWeekType
  Occurrence: number
}

export interface TimeZoneDefinitionType {
  Id?: string | undefined
  Name?: string | undefined
  Periods?: NonEmptyArrayOfPeriodsType | undefined
  TransitionsGroups?: ArrayOfTransitionsGroupsType | undefined
  Transitions?: ArrayOfTransitionsType | undefined
}

export type NonEmptyArrayOfPeriodsType = readonly PeriodType[]

export interface PeriodType {
  Bias?: string | undefined
  Name?: string | undefined
  Id?: string | undefined
}

export type ArrayOfTransitionsGroupsType = readonly ArrayOfTransitionsType[]

export interface ArrayOfTransitionsType {
  Id?: string | undefined
  Transitions: readonly Transition[]
}

export interface RecurrenceRangeBaseType {
  StartDate: string
}

export type NoEndRecurrenceRangeType = RecurrenceRangeBaseType

export interface EndDateRecurrenceRangeType extends RecurrenceRangeBaseType {
  EndDate: string
}

export interface NumberedRecurrenceRangeType extends RecurrenceRangeBaseType {
  NumberOfOccurrences: number
}

export type RecurrenceType = RecurrencePatternTypes & RecurrenceRangeTypes

export type TaskRecurrenceType = TaskRecurrencePatternTypes & RecurrenceRangeTypes

export interface OccurrenceInfoType {
  ItemId: ItemIdType
  Start: string
  End: string
  OriginalStart: string
}

export type NonEmptyArrayOfOccurrenceInfoType = readonly OccurrenceInfoType[]

export interface DeletedOccurrenceInfoType {
  Start: string
}

export type NonEmptyArrayOfDeletedOccurrencesType = readonly DeletedOccurrenceInfoType[]

export interface CalendarItemType extends ItemType {
  UID?: string | undefined
  RecurrenceId?: string | undefined
  DateTimeStamp?: string | undefined
  Start?: string | undefined
  End?: string | undefined
  OriginalStart?: string | undefined
  IsAllDayEvent?: boolean | undefined
  LegacyFreeBusyStatus?: LegacyFreeBusyType | undefined
  Location?: string | undefined
  When?: string | undefined
  IsMeeting?: boolean | undefined
  IsCancelled?: boolean | undefined
  IsRecurring?: boolean | undefined
  MeetingRequestWasSent?: boolean | undefined
  IsResponseRequested?: boolean | undefined
  CalendarItemType?: CalendarItemTypeType | undefined
  MyResponseType?: ResponseTypeType | undefined
  Organizer?: SingleRecipientType | undefined
  RequiredAttendees?: NonEmptyArrayOfAttendeesType | undefined
  OptionalAttendees?: NonEmptyArrayOfAttendeesType | undefined
  Resources?: NonEmptyArrayOfAttendeesType | undefined
  InboxReminders?: ArrayOfInboxReminderType | undefined
  ConflictingMeetingCount?: number | undefined
  AdjacentMeetingCount?: number | undefined
  ConflictingMeetings?: NonEmptyArrayOfAllItemsType | undefined
  AdjacentMeetings?: NonEmptyArrayOfAllItemsType | undefined
  Duration?: string | undefined
  TimeZone?: string | undefined
  AppointmentReplyTime?: string | undefined
  AppointmentSequenceNumber?: number | undefined
  AppointmentState?: number | undefined
  Recurrence?: RecurrenceType | undefined
  FirstOccurrence?: OccurrenceInfoType | undefined
  LastOccurrence?: OccurrenceInfoType | undefined
  ModifiedOccurrences?: NonEmptyArrayOfOccurrenceInfoType | undefined
  DeletedOccurrences?: NonEmptyArrayOfDeletedOccurrencesType | undefined
  MeetingTimeZone?: TimeZoneType | undefined
  StartTimeZone?: TimeZoneDefinitionType | undefined
  EndTimeZone?: TimeZoneDefinitionType | undefined
  ConferenceType?: number | undefined
  AllowNewTimeProposal?: boolean | undefined
  IsOnlineMeeting?: boolean | undefined
  MeetingWorkspaceUrl?: string | undefined
  NetShowUrl?: string | undefined
  EnhancedLocation?: EnhancedLocationType | undefined
  StartWallClock?: string | undefined
  EndWallClock?: string | undefined
  StartTimeZoneId?: string | undefined
  EndTimeZoneId?: string | undefined
  IntendedFreeBusyStatus?: LegacyFreeBusyType | undefined
  JoinOnlineMeetingUrl?: string | undefined
  OnlineMeetingSettings?: OnlineMeetingSettingsType | undefined
  IsOrganizer?: boolean | undefined
  CalendarActivityData?: CalendarActivityDataType | undefined
  DoNotForwardMeeting?: boolean | undefined
}

export interface MeetingMessageType extends MessageType {
  AssociatedCalendarItemId?: ItemIdType | undefined
  IsDelegated?: boolean | undefined
  IsOutOfDate?: boolean | undefined
  HasBeenProcessed?: boolean | undefined
  ResponseType?: ResponseTypeType | undefined
  UID?: string | undefined
  RecurrenceId?: string | undefined
  DateTimeStamp?: string | undefined
  IsOrganizer?: boolean | undefined
}

export interface ChangeHighlightsType {
  HasLocationChanged?: boolean | undefined
  Location?: string | undefined
  HasStartTimeChanged?: boolean | undefined
  Start?: string | undefined
  HasEndTimeChanged?: boolean | undefined
  End?: string | undefined
}

export interface MeetingRequestMessageType extends MeetingMessageType {
  MeetingRequestType?: MeetingRequestTypeType | undefined
  IntendedFreeBusyStatus?: LegacyFreeBusyType | undefined
  Start?: string | undefined
  End?: string | undefined
  OriginalStart?: string | undefined
  IsAllDayEvent?: boolean | undefined
  LegacyFreeBusyStatus?: LegacyFreeBusyType | undefined
  Location?: string | undefined
  When?: string | undefined
  IsMeeting?: boolean | undefined
  IsCancelled?: boolean | undefined
  IsRecurring?: boolean | undefined
  MeetingRequestWasSent?: boolean | undefined
  CalendarItemType?: CalendarItemTypeType | undefined
  MyResponseType?: ResponseTypeType | undefined
  Organizer?: SingleRecipientType | undefined
  RequiredAttendees?: NonEmptyArrayOfAttendeesType | undefined
  OptionalAttendees?: NonEmptyArrayOfAttendeesType | undefined
  Resources?: NonEmptyArrayOfAttendeesType | undefined
  ConflictingMeetingCount?: number | undefined
  AdjacentMeetingCount?: number | undefined
  ConflictingMeetings?: NonEmptyArrayOfAllItemsType | undefined
  AdjacentMeetings?: NonEmptyArrayOfAllItemsType | undefined
  Duration?: string | undefined
  TimeZone?: string | undefined
  AppointmentReplyTime?: string | undefined
  AppointmentSequenceNumber?: number | undefined
  AppointmentState?: number | undefined
  Recurrence?: RecurrenceType | undefined
  FirstOccurrence?: OccurrenceInfoType | undefined
  LastOccurrence?: OccurrenceInfoType | undefined
  ModifiedOccurrences?: NonEmptyArrayOfOccurrenceInfoType | undefined
  DeletedOccurrences?: NonEmptyArrayOfDeletedOccurrencesType | undefined
  MeetingTimeZone?: TimeZoneType | undefined
  StartTimeZone?: TimeZoneDefinitionType | undefined
  EndTimeZone?: TimeZoneDefinitionType | undefined
  ConferenceType?: number | undefined
  AllowNewTimeProposal?: boolean | undefined
  IsOnlineMeeting?: boolean | undefined
  MeetingWorkspaceUrl?: string | undefined
  NetShowUrl?: string | undefined
  EnhancedLocation?: EnhancedLocationType | undefined
  ChangeHighlights?: ChangeHighlightsType | undefined
  StartWallClock?: string | undefined
  EndWallClock?: string | undefined
  StartTimeZoneId?: string | undefined
  EndTimeZoneId?: string | undefined
  DoNotForwardMeeting?: boolean | undefined
}

export interface MeetingResponseMessageType extends MeetingMessageType {
  Start?: string | undefined
  End?: string | undefined
  Location?: string | undefined
  Recurrence?: RecurrenceType | undefined
  CalendarItemType?: string | undefined
  ProposedStart?: string | undefined
  ProposedEnd?: string | undefined
  EnhancedLocation?: EnhancedLocationType | undefined
}

export interface MeetingCancellationMessageType extends MeetingMessageType {
  Start?: string | undefined
  End?: string | undefined
  Location?: string | undefined
  Recurrence?: RecurrenceType | undefined
  CalendarItemType?: string | undefined
  EnhancedLocation?: EnhancedLocationType | undefined
  DoNotForwardMeeting?: boolean | undefined
}

export type RoleMemberTypeType =
  | 'None'
  | 'Passport'
  | 'Everyone'
  | 'Email'
  | 'Phone'
  | 'SkypeId'
  | 'ExternalId'
  | 'Group'
  | 'Guid'
  | 'Role'
  | 'Service'
  | 'Circle'
  | 'Domain'
  | 'Partner'

export type ImAddressKeyType = 'ImAddress1' | 'ImAddress2' | 'ImAddress3'

export type EmailAddressKeyType = 'EmailAddress1' | 'EmailAddress2' | 'EmailAddress3'

export type AbchEmailAddressTypeType = 'Personal' | 'Business' | 'Other' | 'Passport'

export type ContactUrlKeyType =
  | 'Personal'
  | 'Business'
  | 'Attachment'
  | 'EbcDisplayDefinition'
  | 'EbcFinalImage'
  | 'EbcLogo'
  | 'Feed'
  | 'Image'
  | 'InternalMarker'
  | 'Other'

export type PhoneNumberKeyType =
  | 'AssistantPhone'
  | 'BusinessFax'
  | 'BusinessPhone'
  | 'BusinessPhone2'
  | 'Callback'
  | 'CarPhone'
  | 'CompanyMainPhone'
  | 'HomeFax'
  | 'HomePhone'
  | 'HomePhone2'
  | 'Isdn'
  | 'MobilePhone'
  | 'OtherFax'
  | 'OtherTelephone'
  | 'Pager'
  | 'PrimaryPhone'
  | 'RadioPhone'
  | 'Telex'
  | 'TtyTddPhone'
  | 'BusinessMobile'
  | 'IPPhone'
  | 'Mms'
  | 'Msn'

export type PhysicalAddressIndexType = 'None' | 'Home' | 'Business' | 'Other'

export type PhysicalAddressKeyType = 'Home' | 'Business' | 'Other'

export type FileAsMappingType =
  | 'None'
  | 'LastCommaFirst'
  | 'FirstSpaceLast'
  | 'Company'
  | 'LastCommaFirstCompany'
  | 'CompanyLastFirst'
  | 'LastFirst'
  | 'LastFirstCompany'
  | 'CompanyLastCommaFirst'
  | 'LastFirstSuffix'
  | 'LastSpaceFirstCompany'
  | 'CompanyLastSpaceFirst'
  | 'LastSpaceFirst'
  | 'DisplayName'
  | 'FirstName'
  | 'LastFirstMiddleSuffix'
  | 'LastName'
  | 'Empty'

export type ContactSourceType = 'ActiveDirectory' | 'Store'

export interface CompleteNameType {
  Title?: string | undefined
  FirstName?: string | undefined
  MiddleName?: string | undefined
  LastName?: string | undefined
  Suffix?: string | undefined
  Initials?: string | undefined
  FullName?: string | undefined
  Nickname?: string | undefined
  YomiFirstName?: string | undefined
  YomiLastName?: string | undefined
}

export interface ImAddressDictionaryEntryType {
  Key: ImAddressKeyType
  Value: string
}

export interface ContactUrlDictionaryEntryType {
  Type: ContactUrlKeyType
  Name?: string | undefined
  Address?: string | undefined
}

export interface AbchEmailAddressDictionaryEntryType {
  Type: AbchEmailAddressTypeType
  Address: string
  IsMessengerEnabled?: boolean | undefined
  Capabilities?: number | undefined
}

export interface EmailAddressDictionaryEntryType {
  Key: EmailAddressKeyType
  Name?: string | undefined
  RoutingType?: string | undefined
  MailboxType?: MailboxTypeType | undefined
  Value: string
}

export interface PhoneNumberDictionaryEntryType {
  Key: PhoneNumberKeyType
  Value: string
}

export interface PhysicalAddressDictionaryEntryType {
  Key: PhysicalAddressKeyType
  Street?: string | undefined
  City?: string | undefined
  State?: string | undefined
  CountryOrRegion?: string | undefined
  PostalCode?: string | undefined
}

export type ContactUrlDictionaryType = readonly ContactUrlDictionaryEntryType[]

export type AbchEmailAddressDictionaryType = readonly AbchEmailAddressDictionaryEntryType[]

export type ImAddressDictionaryType = readonly ImAddressDictionaryEntryType[]

export type EmailAddressDictionaryType = readonly EmailAddressDictionaryEntryType[]

export type PhoneNumberDictionaryType = readonly PhoneNumberDictionaryEntryType[]

export type PhysicalAddressDictionaryType = readonly PhysicalAddressDictionaryEntryType[]

export type MemberStatusType = 'Unrecognized' | 'Normal' | 'Demoted'

export type MembersListType = readonly MemberType[]

export interface MemberType {
  Key?: string | undefined
  Mailbox?: EmailAddressType | undefined
  Status?: MemberStatusType | undefined
}

export interface RoleMemberItemType extends ItemType {
  DisplayName?: string | undefined
  Type?: RoleMemberTypeType | undefined
  MemberId?: string | undefined
}

export interface NetworkItemType extends ItemType {
  DomainId?: number | undefined
  DomainTag?: string | undefined
  UserTileUrl?: string | undefined
  ProfileUrl?: string | undefined
  Settings?: number | undefined
  IsDefault?: boolean | undefined
  AutoLinkError?: string | undefined
  AutoLinkSuccess?: string | undefined
  UserEmail?: string | undefined
  ClientPublishSecret?: string | undefined
  ClientToken?: string | undefined
  ClientToken2?: string | undefined
  ContactSyncError?: string | undefined
  ContactSyncSuccess?: string | undefined
  ErrorOffers?: number | undefined
  FirstAuthErrorDates?: string | undefined
  LastVersionSaved?: number | undefined
  LastWelcomeContact?: string | undefined
  Offers?: number | undefined
  PsaLastChanged?: string | undefined
  RefreshToken2?: string | undefined
  RefreshTokenExpiry2?: string | undefined
  SessionHandle?: string | undefined
  RejectedOffers?: number | undefined
  SyncEnabled?: boolean | undefined
  TokenRefreshLastAttempted?: string | undefined
  TokenRefreshLastCompleted?: string | undefined
  PsaState?: string | undefined
  SourceEntryID?: Octets | undefined
  AccountName?: string | undefined
  LastSync?: string | undefined
}

export interface AbchPersonItemType extends ItemType {
  AntiLinkInfo?: string | undefined
  PersonId?: string | undefined
  ContactHandles?: ArrayOfAbchPersonContactHandlesType | undefined
  ContactCategories?: ArrayOfStringsType | undefined
  RelevanceOrder1?: string | undefined
  RelevanceOrder2?: string | undefined
  TrustLevel?: number | undefined
  FavoriteOrder?: number | undefined
  ExchangePersonIdGuid?: string | undefined
}

export type ArrayOfAbchPersonContactHandlesType = readonly AbchPersonContactHandle[]

export interface AbchPersonContactHandle {
  SourceId: string
  ObjectId: string
  AccountName?: string | undefined
}

export type ArrayOfGuidType = readonly string[]

export interface ContactItemType extends ItemType {
  FileAs?: string | undefined
  FileAsMapping?: FileAsMappingType | undefined
  DisplayName?: string | undefined
  GivenName?: string | undefined
  Initials?: string | undefined
  MiddleName?: string | undefined
  Nickname?: string | undefined
  CompleteName?: CompleteNameType | undefined
  CompanyName?: string | undefined
  EmailAddresses?: EmailAddressDictionaryType | undefined
  AbchEmailAddresses?: AbchEmailAddressDictionaryType | undefined
  PhysicalAddresses?: PhysicalAddressDictionaryType | undefined
  PhoneNumbers?: PhoneNumberDictionaryType | undefined
  AssistantName?: string | undefined
  Birthday?: string | undefined
  BusinessHomePage?: string | undefined
  Children?: ArrayOfStringsType | undefined
  Companies?: ArrayOfStringsType | undefined
  ContactSource?: ContactSourceType | undefined
  Department?: string | undefined
  Generation?: string | undefined
  ImAddresses?: ImAddressDictionaryType | undefined
  JobTitle?: string | undefined
  Manager?: string | undefined
  Mileage?: string | undefined
  OfficeLocation?: string | undefined
  PostalAddressIndex?: PhysicalAddressIndexType | undefined
  Profession?: string | undefined
  SpouseName?: string | undefined
  Surname?: string | undefined
  WeddingAnniversary?: string | undefined
  HasPicture?: boolean | undefined
  PhoneticFullName?: string | undefined
  PhoneticFirstName?: string | undefined
  PhoneticLastName?: string | undefined
  Alias?: string | undefined
  Notes?: string | undefined
  Photo?: Octets | undefined
  UserSMIMECertificate?: ArrayOfBinaryType | undefined
  MSExchangeCertificate?: ArrayOfBinaryType | undefined
  DirectoryId?: string | undefined
  ManagerMailbox?: SingleRecipientType | undefined
  DirectReports?: ArrayOfRecipientsType | undefined
  AccountName?: string | undefined
  IsAutoUpdateDisabled?: boolean | undefined
  IsMessengerEnabled?: boolean | undefined
  Comment?: string | undefined
  ContactShortId?: number | undefined
  ContactType?: string | undefined
  Gender?: string | undefined
  IsHidden?: boolean | undefined
  ObjectId?: string | undefined
  PassportId?: number | undefined
  IsPrivate?: boolean | undefined
  SourceId?: string | undefined
  TrustLevel?: number | undefined
  CreatedBy?: string | undefined
  Urls?: ContactUrlDictionaryType | undefined
  Cid?: number | undefined
  SkypeAuthCertificate?: string | undefined
  SkypeContext?: string | undefined
  SkypeId?: string | undefined
  SkypeRelationship?: string | undefined
  YomiNickname?: string | undefined
  XboxLiveTag?: string | undefined
  InviteFree?: boolean | undefined
  HidePresenceAndProfile?: boolean | undefined
  IsPendingOutbound?: boolean | undefined
  SupportGroupFeeds?: boolean | undefined
  UserTileHash?: string | undefined
  UnifiedInbox?: boolean | undefined
  Mris?: ArrayOfStringsType | undefined
  Wlid?: string | undefined
  AbchContactId?: string | undefined
  NotInBirthdayCalendar?: boolean | undefined
  ShellContactType?: string | undefined
  ImMri?: string | undefined
  PresenceTrustLevel?: number | undefined
  OtherMri?: string | undefined
  ProfileLastChanged?: string | undefined
  MobileIMEnabled?: boolean | undefined
  PartnerNetworkProfilePhotoUrl?: string | undefined
  PartnerNetworkThumbnailPhotoUrl?: string | undefined
  PersonId?: string | undefined
  ConversationGuid?: string | undefined
}

export type ArrayOfBinaryType = readonly Octets[]

export interface DistributionListType extends ItemType {
  DisplayName?: string | undefined
  FileAs?: string | undefined
  ContactSource?: ContactSourceType | undefined
  Members?: MembersListType | undefined
}

export interface SearchParametersType {
  Traversal?: SearchFolderTraversalType | undefined
  Restriction: RestrictionType
  BaseFolderIds: NonEmptyArrayOfBaseFolderIdsType
}

export interface ConstantValueType {
  Value: string
}

export type SearchExpressionType = Record<never, never>

export type AggregateType = 'Minimum' | 'Maximum'

export type AggregateOnType = {
  Aggregate: AggregateType
} & OneOf<{
  FieldURI: PathToUnindexedFieldType
  IndexedFieldURI: PathToIndexedFieldType
  ExtendedFieldURI: PathToExtendedFieldType
}>

export interface BaseGroupByType {
  Order: SortDirectionType
}

export type GroupByType = BaseGroupByType & {
  AggregateOn: AggregateOnType
  UseCollapsibleGroups?: boolean | undefined
  ItemsPerGroup?: number | undefined
  MaxItemsPerGroup?: number | undefined
  GroupsToExpand?: ArrayOfGroupIdType | undefined
} & OneOf<{
    FieldURI: PathToUnindexedFieldType
    IndexedFieldURI: PathToIndexedFieldType
    ExtendedFieldURI: PathToExtendedFieldType
  }>

export type StandardGroupByType = 'ConversationTopic'

export interface DistinguishedGroupByType extends BaseGroupByType {
  StandardGroupBy: StandardGroupByType
}

export type ArrayOfGroupIdType = readonly Octets[]

export interface GroupedItemsType {
  GroupIndex: string
  Items: ArrayOfRealItemsType
  GroupSummary?: GroupSummaryType | undefined
}

export type ArrayOfGroupedItemsType = readonly GroupedItemsType[]

export interface GroupSummaryType {
  GroupCount: number
  UnreadCount: number
  InstanceKey: Octets
  GroupByValue: string
}

export type ExistsType = SearchExpressionType & Path

export interface FieldURIOrConstantType {
  FieldURI?: PathToUnindexedFieldType | undefined
  IndexedFieldURI?: PathToIndexedFieldType | undefined
  ExtendedFieldURI?: PathToExtendedFieldType | undefined
  Constant?: ConstantValueType | undefined
}

export type TwoOperandExpressionType = SearchExpressionType & {
  FieldURIOrConstant: FieldURIOrConstantType
} & Path

export interface ExcludesValueType {
  Value: string
}

export type ExcludesType = SearchExpressionType & {
  Bitmask: ExcludesValueType
} & Path

export type IsEqualToType = TwoOperandExpressionType

export type IsNotEqualToType = TwoOperandExpressionType

export type IsGreaterThanType = TwoOperandExpressionType

export type IsGreaterThanOrEqualToType = TwoOperandExpressionType

export type IsLessThanType = TwoOperandExpressionType

export type IsLessThanOrEqualToType = TwoOperandExpressionType

export type ContainmentModeType = 'FullString' | 'Prefixed' | 'Substring' | 'PrefixOnWords' | 'ExactPhrase'

export type ContainmentComparisonType =
  | 'Exact'
  | 'IgnoreCase'
  | 'IgnoreNonSpacingCharacters'
  | 'Loose'
  | 'IgnoreCaseAndNonSpacingCharacters'
  | 'LooseAndIgnoreCase'
  | 'LooseAndIgnoreNonSpace'
  | 'LooseAndIgnoreCaseAndIgnoreNonSpace'

export type ContainsExpressionType = SearchExpressionType & {
  ContainmentMode?: ContainmentModeType | undefined
  ContainmentComparison?: ContainmentComparisonType | undefined
  Constant: ConstantValueType
} & Path

export type NotType = SearchExpressionType & SearchExpression

export type MultipleOperandBooleanExpressionType = readonly SearchExpression[]

export type AndType = readonly OneOf<{
  Exists: ExistsType
  Excludes: ExcludesType
  IsEqualTo: IsEqualToType
  IsNotEqualTo: IsNotEqualToType
  IsGreaterThan: IsGreaterThanType
  IsGreaterThanOrEqualTo: IsGreaterThanOrEqualToType
  IsLessThan: IsLessThanType
  IsLessThanOrEqualTo: IsLessThanOrEqualToType
  Contains: ContainsExpressionType
  Not: NotType
  And: AndType
  Or: OrType
  Near: NearType
}>[]

export type OrType = readonly OneOf<{
  Exists: ExistsType
  Excludes: ExcludesType
  IsEqualTo: IsEqualToType
  IsNotEqualTo: IsNotEqualToType
  IsGreaterThan: IsGreaterThanType
  IsGreaterThanOrEqualTo: IsGreaterThanOrEqualToType
  IsLessThan: IsLessThanType
  IsLessThanOrEqualTo: IsLessThanOrEqualToType
  Contains: ContainsExpressionType
  Not: NotType
  And: AndType
  Or: OrType
  Near: NearType
}>[]

export interface NearType {
  Operands: readonly SearchExpression[]
  Distance: number
  Ordered: boolean
}

export type RestrictionType = SearchExpression

export type SortDirectionType = 'Ascending' | 'Descending'

export type FieldOrderType = {
  Order: SortDirectionType
} & Path

export type NonEmptyArrayOfFieldOrdersType = readonly FieldOrderType[]

export type NonEmptyArrayOfFolderNamesType = readonly string[]

export interface BaseNotificationEventType {
  Watermark?: string | undefined
}

export type BaseObjectChangedEventType = BaseNotificationEventType & {
  TimeStamp: string
  ParentFolderId: FolderIdType
} & OneOf<{
    FolderId: FolderIdType
    ItemId: ItemIdType
  }>

export type ModifiedEventType = BaseObjectChangedEventType & {
  UnreadCount?: number | undefined
}

export type MovedCopiedEventType = BaseObjectChangedEventType & {
  OldParentFolderId: FolderIdType
} & OneOf<{
    OldFolderId: FolderIdType
    OldItemId: ItemIdType
  }>

export interface NotificationType {
  SubscriptionId: string
  PreviousWatermark?: string | undefined
  MoreEvents?: boolean | undefined
  Events: readonly OneOf<{
    CopiedEvent: MovedCopiedEventType
    CreatedEvent: BaseObjectChangedEventType
    DeletedEvent: BaseObjectChangedEventType
    ModifiedEvent: ModifiedEventType
    MovedEvent: MovedCopiedEventType
    NewMailEvent: BaseObjectChangedEventType
    StatusEvent: BaseNotificationEventType
    FreeBusyChangedEvent: BaseObjectChangedEventType
  }>[]
}

export type NotificationEventTypeType =
  | 'CopiedEvent'
  | 'CreatedEvent'
  | 'DeletedEvent'
  | 'ModifiedEvent'
  | 'MovedEvent'
  | 'NewMailEvent'
  | 'FreeBusyChangedEvent'

export type NonEmptyArrayOfNotificationEventTypesType = readonly NotificationEventTypeType[]

export interface BaseSubscriptionRequestType {
  SubscribeToAllFolders?: boolean | undefined
  FolderIds?: NonEmptyArrayOfBaseFolderIdsType | undefined
  EventTypes: NonEmptyArrayOfNotificationEventTypesType
  Watermark?: string | undefined
}

export interface PushSubscriptionRequestType extends BaseSubscriptionRequestType {
  StatusFrequency: number
  URL: string
  CallerData?: string | undefined
}

export interface PullSubscriptionRequestType extends BaseSubscriptionRequestType {
  Timeout: number
}

export interface StreamingSubscriptionRequestType {
  SubscribeToAllFolders?: boolean | undefined
  FolderIds?: NonEmptyArrayOfBaseFolderIdsType | undefined
  EventTypes: NonEmptyArrayOfNotificationEventTypesType
}

export type SubscriptionStatusType = 'OK' | 'Unsubscribe'

export type NonEmptyArrayOfSubscriptionIdsType = readonly string[]

export type NonEmptyArrayOfNotificationsType = readonly NotificationType[]

export type ConnectionStatusType = 'OK' | 'Closed'

export type UnifiedGroupAccessType = 'None' | 'Private' | 'Secret' | 'Public'

export interface SyncFolderItemsDeleteType {
  ItemId: ItemIdType
}

export interface SyncFolderItemsReadFlagType {
  ItemId: ItemIdType
  IsRead: boolean
}

export type SyncFolderItemsChangesType = readonly OneOf<{
  Create: SyncFolderItemsCreateOrUpdateType
  Update: SyncFolderItemsCreateOrUpdateType
  Delete: SyncFolderItemsDeleteType
  ReadFlagChange: SyncFolderItemsReadFlagType
}>[]

export type SyncFolderHierarchyCreateOrUpdateType = OneOf<{
  Folder: FolderType
  CalendarFolder: CalendarFolderType
  ContactsFolder: ContactsFolderType
  SearchFolder: SearchFolderType
  TasksFolder: TasksFolderType
}>

export interface SyncFolderHierarchyDeleteType {
  FolderId: FolderIdType
}

export type SyncFolderHierarchyChangesType = readonly OneOf<{
  Create: SyncFolderHierarchyCreateOrUpdateType
  Update: SyncFolderHierarchyCreateOrUpdateType
  Delete: SyncFolderHierarchyDeleteType
}>[]

export type SyncFolderItemsScopeType = 'NormalItems' | 'NormalAndAssociatedItems'

export type AvailabilityProxyRequestType = 'CrossSite' | 'CrossForest'

export interface RequestTypeHeader {
  RequestType: AvailabilityProxyRequestType
}

export type MeetingAttendeeType = 'Organizer' | 'Required' | 'Optional' | 'Room' | 'Resource'

export interface CalendarEventDetails {
  ID?: string | undefined
  Subject?: string | undefined
  Location?: string | undefined
  IsMeeting: boolean
  IsRecurring: boolean
  IsException: boolean
  IsReminderSet: boolean
  IsPrivate: boolean
}

export interface CalendarEvent {
  StartTime: string
  EndTime: string
  BusyType: LegacyFreeBusyType
  CalendarEventDetails?: CalendarEventDetails | undefined
}

export type ArrayOfCalendarEvent = readonly CalendarEvent[]

export interface Duration {
  StartTime: string
  EndTime: string
}

export interface EmailAddress {
  Name?: string | undefined
  Address: string
  RoutingType?: string | undefined
}

export type FreeBusyViewType =
  | 'None'
  | 'MergedOnly'
  | 'FreeBusy'
  | 'FreeBusyMerged'
  | 'Detailed'
  | 'DetailedMerged'

export interface FreeBusyViewOptionsType {
  TimeWindow: Duration
  MergedFreeBusyIntervalInMinutes?: number | undefined
  RequestedView?: readonly FreeBusyViewType[] | undefined
}

export interface WorkingPeriod {
  DayOfWeek: readonly DaysOfWeekType[]
  StartTimeInMinutes: number
  EndTimeInMinutes: number
}

export type ArrayOfWorkingPeriod = readonly WorkingPeriod[]

export interface SerializableTimeZoneTime {
  Bias: number
  Time: string
  DayOrder: number
  Month: number
  DayOfWeek: DayOfWeekType
  Year?: string | undefined
}

export interface SerializableTimeZone {
  Bias: number
  StandardTime: SerializableTimeZoneTime
  DaylightTime: SerializableTimeZoneTime
}

export interface WorkingHours {
  TimeZone: SerializableTimeZone
  WorkingPeriodArray: ArrayOfWorkingPeriod
}

export interface FreeBusyView {
  FreeBusyViewType: readonly FreeBusyViewType[]
  MergedFreeBusy?: string | undefined
  CalendarEventArray?: ArrayOfCalendarEvent | undefined
  WorkingHours?: WorkingHours | undefined
}

export interface MailboxData {
  Email: EmailAddress
  AttendeeType: MeetingAttendeeType
  ExcludeConflicts?: boolean | undefined
}

export type ArrayOfMailboxData = readonly (MailboxData | null)[]

export type SuggestionQuality = 'Excellent' | 'Good' | 'Fair' | 'Poor'

export interface SuggestionsViewOptionsType {
  GoodThreshold?: number | undefined
  MaximumResultsByDay?: number | undefined
  MaximumNonWorkHourResultsByDay?: number | undefined
  MeetingDurationInMinutes?: number | undefined
  MinimumSuggestionQuality?: SuggestionQuality | undefined
  DetailedSuggestionsWindow: Duration
  CurrentMeetingTime?: string | undefined
  GlobalObjectId?: string | undefined
}

export type ArrayOfAttendeeConflictData = readonly OneOf<{
  UnknownAttendeeConflictData?: UnknownAttendeeConflictData | null | undefined
  IndividualAttendeeConflictData?: IndividualAttendeeConflictData | null | undefined
  TooBigGroupAttendeeConflictData?: TooBigGroupAttendeeConflictData | null | undefined
  GroupAttendeeConflictData?: GroupAttendeeConflictData | null | undefined
}>[]

export type AttendeeConflictData = Record<never, never>

export type UnknownAttendeeConflictData = AttendeeConflictData

export type TooBigGroupAttendeeConflictData = AttendeeConflictData

export interface IndividualAttendeeConflictData extends AttendeeConflictData {
  BusyType: LegacyFreeBusyType
}

export interface GroupAttendeeConflictData extends AttendeeConflictData {
  NumberOfMembers: number
  NumberOfMembersAvailable: number
  NumberOfMembersWithConflict: number
  NumberOfMembersWithNoData: number
}

export interface Suggestion {
  MeetingTime: string
  IsWorkTime: boolean
  SuggestionQuality: SuggestionQuality
  AttendeeConflictDataArray?: ArrayOfAttendeeConflictData | undefined
}

export type ArrayOfSuggestion = readonly Suggestion[]

export interface SuggestionDayResult {
  Date: string
  DayQuality: SuggestionQuality
  SuggestionArray?: ArrayOfSuggestion | undefined
}

export type ArrayOfSuggestionDayResult = readonly SuggestionDayResult[]

export type OofState = 'Disabled' | 'Enabled' | 'Scheduled'

export type ExternalAudience = 'None' | 'Known' | 'All'

export interface ReplyBody {
  lang?: string | undefined
  Message?: string | undefined
}

export type ArrayOfEventIDType = readonly string[]

export interface UserOofSettings {
  OofState: OofState
  ExternalAudience: ExternalAudience
  Duration?: Duration | undefined
  InternalReply?: ReplyBody | undefined
  ExternalReply?: ReplyBody | undefined
  DeclineMeetingReply?: ReplyBody | undefined
  DeclineEventsForScheduledOOF?: boolean | undefined
  DeclineAllEventsForScheduledOOF?: boolean | undefined
  CreateOOFEvent?: boolean | undefined
  OOFEventSubject?: string | undefined
  AutoDeclineFutureRequestsWhenOOF?: boolean | undefined
  OOFEventID?: string | undefined
  EventsToDeleteIDs?: ArrayOfEventIDType | undefined
}

export interface Value {
  Name: string
  Value: string
}

export interface ApprovalRequestDataType {
  IsUndecidedApprovalRequest?: boolean | undefined
  ApprovalDecision?: number | undefined
  ApprovalDecisionMaker?: string | undefined
  ApprovalDecisionTime?: string | undefined
}

export interface ReminderMessageDataType {
  ReminderText?: string | undefined
  Location?: string | undefined
  StartTime?: string | undefined
  EndTime?: string | undefined
  AssociatedCalendarItemId?: ItemIdType | undefined
}

export interface MessageSafetyType {
  MessageSafetyLevel?: number | undefined
  MessageSafetyReason?: number | undefined
  Info?: string | undefined
}

export type SendPromptType = 'None' | 'Send' | 'VotingOption'

export interface VotingOptionDataType {
  DisplayName?: string | undefined
  SendPrompt?: SendPromptType | undefined
}

export type ArrayOfVotingOptionDataType = readonly VotingOptionDataType[]

export interface VotingInformationType {
  UserOptions?: ArrayOfVotingOptionDataType | undefined
  VotingResponse?: string | undefined
}

export type IdFormatType = 'EwsLegacyId' | 'EwsId' | 'EntryId' | 'HexEntryId' | 'StoreId' | 'OwaId'

export interface AlternateIdBaseType {
  Format: IdFormatType
}

export interface AnyAlternateIdType {
  type: string
  Format: IdFormatType
  Id?: string | undefined
  Mailbox?: string | undefined
  IsArchive?: boolean | undefined
  FolderId?: string | undefined
  ItemId?: string | undefined
}

export interface AlternateIdType extends AlternateIdBaseType {
  Id: string
  Mailbox: string
  IsArchive?: boolean | undefined
}

export interface AlternatePublicFolderIdType extends AlternateIdBaseType {
  FolderId: string
}

export interface AlternatePublicFolderItemIdType extends AlternatePublicFolderIdType {
  ItemId: string
}

export type NonEmptyArrayOfAlternateIdsType = readonly OneOf<{
  AlternateId: AlternateIdType
  AlternatePublicFolderId: AlternatePublicFolderIdType
  AlternatePublicFolderItemId: AlternatePublicFolderItemIdType
}>[]

export interface UserIdType {
  SID?: string | undefined
  PrimarySmtpAddress?: string | undefined
  DisplayName?: string | undefined
  DistinguishedUser?: DistinguishedUserType | undefined
  ExternalUserIdentity?: string | undefined
}

export type DistinguishedUserType = 'Default' | 'Anonymous'

export type ArrayOfPermissionsType = readonly PermissionType[]

export type ArrayOfCalendarPermissionsType = readonly CalendarPermissionType[]

export type ArrayOfUnknownEntriesType = readonly string[]

export type PermissionReadAccessType = 'None' | 'FullDetails'

export type CalendarPermissionReadAccessType =
  | 'None'
  | 'TimeOnly'
  | 'TimeAndSubjectAndLocation'
  | 'FullDetails'

export interface BasePermissionType {
  UserId: UserIdType
  CanCreateItems?: boolean | undefined
  CanCreateSubFolders?: boolean | undefined
  IsFolderOwner?: boolean | undefined
  IsFolderVisible?: boolean | undefined
  IsFolderContact?: boolean | undefined
  EditItems?: PermissionActionType | undefined
  DeleteItems?: PermissionActionType | undefined
}

export interface PermissionType extends BasePermissionType {
  ReadItems?: PermissionReadAccessType | undefined
  PermissionLevel: PermissionLevelType
}

export interface CalendarPermissionType extends BasePermissionType {
  ReadItems?: CalendarPermissionReadAccessType | undefined
  CalendarPermissionLevel: CalendarPermissionLevelType
}

export type PermissionActionType = 'None' | 'Owned' | 'All'

export type PermissionLevelType =
  | 'None'
  | 'Owner'
  | 'PublishingEditor'
  | 'Editor'
  | 'PublishingAuthor'
  | 'Author'
  | 'NoneditingAuthor'
  | 'Reviewer'
  | 'Contributor'
  | 'Custom'

export type CalendarPermissionLevelType =
  | 'None'
  | 'Owner'
  | 'PublishingEditor'
  | 'Editor'
  | 'PublishingAuthor'
  | 'Author'
  | 'NoneditingAuthor'
  | 'Reviewer'
  | 'Contributor'
  | 'FreeBusyTimeOnly'
  | 'FreeBusyTimeAndSubjectAndLocation'
  | 'Custom'

export interface PermissionSetType {
  Permissions: ArrayOfPermissionsType
  UnknownEntries?: ArrayOfUnknownEntriesType | undefined
}

export interface CalendarPermissionSetType {
  CalendarPermissions: ArrayOfCalendarPermissionsType
  UnknownEntries?: ArrayOfUnknownEntriesType | undefined
}

export interface EffectiveRightsType {
  CreateAssociated: boolean
  CreateContents: boolean
  CreateHierarchy: boolean
  Delete: boolean
  Modify: boolean
  Read: boolean
  ViewPrivateItems?: boolean | undefined
}

export type ArrayOfDelegateUserType = readonly DelegateUserType[]

export type ArrayOfUserIdType = readonly UserIdType[]

export type DeliverMeetingRequestsType =
  | 'DelegatesOnly'
  | 'DelegatesAndMe'
  | 'DelegatesAndSendInformationToMe'
  | 'NoForward'

export interface DelegateUserType {
  UserId: UserIdType
  DelegatePermissions?: DelegatePermissionsType | undefined
  ReceiveCopiesOfMeetingMessages?: boolean | undefined
  ViewPrivateItems?: boolean | undefined
}

export interface DelegatePermissionsType {
  CalendarFolderPermissionLevel?: DelegateFolderPermissionLevelType | undefined
  TasksFolderPermissionLevel?: DelegateFolderPermissionLevelType | undefined
  InboxFolderPermissionLevel?: DelegateFolderPermissionLevelType | undefined
  ContactsFolderPermissionLevel?: DelegateFolderPermissionLevelType | undefined
  NotesFolderPermissionLevel?: DelegateFolderPermissionLevelType | undefined
  JournalFolderPermissionLevel?: DelegateFolderPermissionLevelType | undefined
}

export type DelegateFolderPermissionLevelType = 'None' | 'Editor' | 'Reviewer' | 'Author' | 'Custom'

export interface ConflictResultsType {
  Count: number
}

export type MailTipTypes =
  | 'All'
  | 'OutOfOfficeMessage'
  | 'MailboxFullStatus'
  | 'CustomMailTip'
  | 'ExternalMemberCount'
  | 'TotalMemberCount'
  | 'MaxMessageSize'
  | 'DeliveryRestriction'
  | 'ModerationStatus'
  | 'InvalidRecipient'
  | 'Scope'
  | 'RecipientSuggestions'
  | 'PreferAccessibleContent'

export interface OutOfOfficeMailTip {
  ReplyBody: ReplyBody
  Duration?: Duration | undefined
}

export type SmtpDomainList = readonly SmtpDomain[]

export interface SmtpDomain {
  Name: string
  IncludeSubdomains?: boolean | undefined
}

export interface MailTips {
  RecipientAddress: EmailAddressType
  PendingMailTips: readonly MailTipTypes[]
  OutOfOffice?: OutOfOfficeMailTip | undefined
  MailboxFull?: boolean | undefined
  CustomMailTip?: string | undefined
  TotalMemberCount?: number | undefined
  ExternalMemberCount?: number | undefined
  MaxMessageSize?: number | undefined
  DeliveryRestricted?: boolean | undefined
  IsModerated?: boolean | undefined
  InvalidRecipient?: boolean | undefined
  Scope?: number | undefined
  RecipientSuggestions?: ArrayOfRecipientSuggestionsType | undefined
  PreferAccessibleContent?: boolean | undefined
}

export type ArrayOfRecipientSuggestionsType = readonly RecipientSuggestionType[]

export interface RecipientSuggestionType {
  DisplayName: string
  EmailAddress: string
}

export type ServiceConfigurationType =
  | 'MailTips'
  | 'UnifiedMessagingConfiguration'
  | 'ProtectionRules'
  | 'PolicyNudges'
  | 'SharePointURLs'
  | 'OfficeIntegrationConfiguration'

export type ServiceConfiguration = Record<never, never>

export interface MailTipsServiceConfiguration extends ServiceConfiguration {
  MailTipsEnabled: boolean
  MaxRecipientsPerGetMailTipsRequest: number
  MaxMessageSize: number
  LargeAudienceThreshold: number
  ShowExternalRecipientCount: boolean
  InternalDomains: SmtpDomainList
  PolicyTipsEnabled: boolean
  LargeAudienceCap: number
}

export interface UnifiedMessageServiceConfiguration extends ServiceConfiguration {
  UmEnabled: boolean
  PlayOnPhoneDialString: string
  PlayOnPhoneEnabled: boolean
}

export interface SharePointURLsServiceConfiguration extends ServiceConfiguration {
  InternalSPMySiteHostURL: string
  ExternalSPMySiteHostURL: string
}

export interface OfficeIntegrationConfiguration extends ServiceConfiguration {
  OfficeSidebarURL: string
}

export type ConfigurationRequestDetailsType = readonly AnyElement[]

export type ArrayOfSmtpAddressType = readonly string[]

export type ArrayOfEncryptedSharedFolderDataType = readonly EncryptedSharedFolderDataType[]

export interface EncryptedSharedFolderDataType {
  Token: EncryptedDataContainerType
  Data: EncryptedDataContainerType
}

export type EncryptedDataContainerType = readonly AnyElement[]

export type ArrayOfInvalidRecipientsType = readonly InvalidRecipientType[]

export interface InvalidRecipientType {
  SmtpAddress: string
  ResponseCode: InvalidRecipientResponseCodeType
  MessageText?: string | undefined
}

export type InvalidRecipientResponseCodeType =
  | 'OtherError'
  | 'RecipientOrganizationNotFederated'
  | 'CannotObtainTokenFromSTS'
  | 'SystemPolicyBlocksSharingWithThisRecipient'
  | 'RecipientOrganizationFederatedWithUnknownTokenIssuer'

export type AcceptSharingInvitationType = ReferenceItemResponseType

export type SharingDataType = 'Calendar' | 'Contacts'

export interface PhoneCallIdType {
  Id: string
}

export interface PhoneCallInformationType {
  PhoneCallState: PhoneCallStateType
  ConnectionFailureCause: ConnectionFailureCauseType
  SIPResponseText?: string | undefined
  SIPResponseCode?: number | undefined
}

export type PhoneCallStateType =
  | 'Idle'
  | 'Connecting'
  | 'Alerted'
  | 'Connected'
  | 'Disconnected'
  | 'Incoming'
  | 'Transferring'
  | 'Forwarding'

export type ConnectionFailureCauseType = 'None' | 'UserBusy' | 'NoAnswer' | 'Unavailable' | 'Other'

export type UserConfigurationNameType = TargetFolderIdType & {
  Name: string
}

export type UserConfigurationDictionaryObjectTypesType =
  | 'DateTime'
  | 'Boolean'
  | 'Byte'
  | 'String'
  | 'Integer32'
  | 'UnsignedInteger32'
  | 'Integer64'
  | 'UnsignedInteger64'
  | 'StringArray'
  | 'ByteArray'

export interface UserConfigurationDictionaryObjectType {
  Type: UserConfigurationDictionaryObjectTypesType
  Value: readonly string[]
}

export interface UserConfigurationDictionaryEntryType {
  DictionaryKey: UserConfigurationDictionaryObjectType
  DictionaryValue?: UserConfigurationDictionaryObjectType | null | undefined
}

export type UserConfigurationDictionaryType = readonly UserConfigurationDictionaryEntryType[]

export interface UserConfigurationType {
  UserConfigurationName: UserConfigurationNameType
  ItemId?: ItemIdType | undefined
  Dictionary?: UserConfigurationDictionaryType | undefined
  XmlData?: Octets | undefined
  BinaryData?: Octets | undefined
}

export type UserConfigurationPropertyType = 'Id' | 'Dictionary' | 'XmlData' | 'BinaryData' | 'All'

export interface ProtectionRulesServiceConfiguration extends ServiceConfiguration {
  RefreshInterval: number
  Rules: ArrayOfProtectionRulesType
  InternalDomains: SmtpDomainList
}

export type ArrayOfProtectionRulesType = readonly ProtectionRuleType[]

export interface ProtectionRuleType {
  Name: string
  UserOverridable: boolean
  Priority: number
  Condition: ProtectionRuleConditionType
  Action: ProtectionRuleActionType
}

export type ProtectionRuleConditionType = OneOf<{
  AllInternal: string
  And: ProtectionRuleAndType
  RecipientIs: ProtectionRuleRecipientIsType
  SenderDepartments: ProtectionRuleSenderDepartmentsType
  True: string
}>

export type ProtectionRuleAndType = readonly OneOf<{
  AllInternal: string
  And: ProtectionRuleAndType
  RecipientIs: ProtectionRuleRecipientIsType
  SenderDepartments: ProtectionRuleSenderDepartmentsType
  True: string
}>[]

export type ProtectionRuleRecipientIsType = readonly string[]

export type ProtectionRuleSenderDepartmentsType = readonly string[]

export type ProtectionRuleActionKindType = 'RightsProtectMessage'

export interface ProtectionRuleActionType {
  Name: ProtectionRuleActionKindType
  Argument?: readonly ProtectionRuleArgumentType[] | undefined
}

export interface ProtectionRuleArgumentType {
  Value: string
}

export type PolicyNudgeRulesServiceConfiguration = readonly AnyElement[]

export type ArrayOfFolderIdType = readonly FolderIdType[]

export type TeamMailboxLifecycleStateType = 'Active' | 'Closed' | 'Unlinked' | 'PendingDelete'

export type ReportMessageActionType = 'Junk' | 'NotJunk' | 'Phish' | 'Unsubscribe'

export interface FindMessageTrackingSearchResultType {
  Subject: string
  Sender: EmailAddressType
  PurportedSender?: EmailAddressType | undefined
  Recipients: ArrayOfRecipientsType
  SubmittedTime: string
  MessageTrackingReportId: string
  PreviousHopServer?: string | undefined
  FirstHopServer?: string | undefined
  Properties?: ArrayOfTrackingPropertiesType | undefined
}

export type ArrayOfFindMessageTrackingSearchResultType = readonly FindMessageTrackingSearchResultType[]

export type MessageTrackingReportTemplateType = 'Summary' | 'RecipientPath'

export interface RecipientTrackingEventType {
  Date: string
  Recipient: EmailAddressType
  DeliveryStatus: string
  EventDescription: string
  EventData?: ArrayOfStringsType | undefined
  Server: string
  InternalId: number
  BccRecipient?: boolean | undefined
  HiddenRecipient?: boolean | undefined
  UniquePathId?: string | undefined
  RootAddress?: string | undefined
  Properties?: ArrayOfTrackingPropertiesType | undefined
}

export interface MessageTrackingReportType {
  Sender?: EmailAddressType | undefined
  PurportedSender?: EmailAddressType | undefined
  Subject?: string | undefined
  SubmitTime?: string | undefined
  OriginalRecipients?: ArrayOfEmailAddressesType | undefined
  RecipientTrackingEvents: ArrayOfRecipientTrackingEventType
  Properties?: ArrayOfTrackingPropertiesType | undefined
}

export interface TrackingPropertyType {
  Name: string
  Value?: string | undefined
}

export type ArrayOfTrackingPropertiesType = readonly TrackingPropertyType[]

export type ArrayOfArraysOfTrackingPropertiesType = readonly ArrayOfTrackingPropertiesType[]

export type ArrayOfRecipientTrackingEventType = readonly RecipientTrackingEventType[]

export interface RulePredicateSizeRangeType {
  MinimumSize?: number | undefined
  MaximumSize?: number | undefined
}

export interface RulePredicateDateRangeType {
  StartDateTime?: string | undefined
  EndDateTime?: string | undefined
}

export type FlaggedForActionType =
  | 'Any'
  | 'Call'
  | 'DoNotForward'
  | 'FollowUp'
  | 'FYI'
  | 'Forward'
  | 'NoResponseNecessary'
  | 'Read'
  | 'Reply'
  | 'ReplyToAll'
  | 'Review'

export interface RulePredicatesType {
  Categories?: ArrayOfStringsType | undefined
  ContainsBodyStrings?: ArrayOfStringsType | undefined
  ContainsHeaderStrings?: ArrayOfStringsType | undefined
  ContainsRecipientStrings?: ArrayOfStringsType | undefined
  ContainsSenderStrings?: ArrayOfStringsType | undefined
  ContainsSubjectOrBodyStrings?: ArrayOfStringsType | undefined
  ContainsSubjectStrings?: ArrayOfStringsType | undefined
  FlaggedForAction?: FlaggedForActionType | undefined
  FromAddresses?: ArrayOfEmailAddressesType | undefined
  FromConnectedAccounts?: ArrayOfStringsType | undefined
  HasAttachments?: boolean | undefined
  Importance?: ImportanceChoicesType | undefined
  IsApprovalRequest?: boolean | undefined
  IsAutomaticForward?: boolean | undefined
  IsAutomaticReply?: boolean | undefined
  IsEncrypted?: boolean | undefined
  IsMeetingRequest?: boolean | undefined
  IsMeetingResponse?: boolean | undefined
  IsNDR?: boolean | undefined
  IsPermissionControlled?: boolean | undefined
  IsReadReceipt?: boolean | undefined
  IsSigned?: boolean | undefined
  IsVoicemail?: boolean | undefined
  ItemClasses?: ArrayOfStringsType | undefined
  MessageClassifications?: ArrayOfStringsType | undefined
  NotSentToMe?: boolean | undefined
  SentCcMe?: boolean | undefined
  SentOnlyToMe?: boolean | undefined
  SentToAddresses?: ArrayOfEmailAddressesType | undefined
  SentToMe?: boolean | undefined
  SentToOrCcMe?: boolean | undefined
  Sensitivity?: SensitivityChoicesType | undefined
  WithinDateRange?: RulePredicateDateRangeType | undefined
  WithinSizeRange?: RulePredicateSizeRangeType | undefined
}

export interface RuleActionsType {
  AssignCategories?: ArrayOfStringsType | undefined
  CopyToFolder?: TargetFolderIdType | undefined
  Delete?: boolean | undefined
  ForwardAsAttachmentToRecipients?: ArrayOfEmailAddressesType | undefined
  ForwardToRecipients?: ArrayOfEmailAddressesType | undefined
  MarkImportance?: ImportanceChoicesType | undefined
  MarkAsRead?: boolean | undefined
  MoveToFolder?: TargetFolderIdType | undefined
  PermanentDelete?: boolean | undefined
  RedirectToRecipients?: ArrayOfEmailAddressesType | undefined
  SendSMSAlertToRecipients?: ArrayOfEmailAddressesType | undefined
  ServerReplyWithMessage?: ItemIdType | undefined
  StopProcessingRules?: boolean | undefined
}

export interface RuleType {
  RuleId?: string | undefined
  DisplayName: string
  Priority: number
  IsEnabled: boolean
  IsNotSupported?: boolean | undefined
  IsInError?: boolean | undefined
  Conditions?: RulePredicatesType | undefined
  Exceptions?: RulePredicatesType | undefined
  Actions?: RuleActionsType | undefined
}

export type ArrayOfRulesType = readonly RuleType[]

export type RuleFieldURIType =
  | 'RuleId'
  | 'DisplayName'
  | 'Priority'
  | 'IsNotSupported'
  | 'Actions'
  | 'Condition:Categories'
  | 'Condition:ContainsBodyStrings'
  | 'Condition:ContainsHeaderStrings'
  | 'Condition:ContainsRecipientStrings'
  | 'Condition:ContainsSenderStrings'
  | 'Condition:ContainsSubjectOrBodyStrings'
  | 'Condition:ContainsSubjectStrings'
  | 'Condition:FlaggedForAction'
  | 'Condition:FromAddresses'
  | 'Condition:FromConnectedAccounts'
  | 'Condition:HasAttachments'
  | 'Condition:Importance'
  | 'Condition:IsApprovalRequest'
  | 'Condition:IsAutomaticForward'
  | 'Condition:IsAutomaticReply'
  | 'Condition:IsEncrypted'
  | 'Condition:IsMeetingRequest'
  | 'Condition:IsMeetingResponse'
  | 'Condition:IsNDR'
  | 'Condition:IsPermissionControlled'
  | 'Condition:IsReadReceipt'
  | 'Condition:IsSigned'
  | 'Condition:IsVoicemail'
  | 'Condition:ItemClasses'
  | 'Condition:MessageClassifications'
  | 'Condition:NotSentToMe'
  | 'Condition:SentCcMe'
  | 'Condition:SentOnlyToMe'
  | 'Condition:SentToAddresses'
  | 'Condition:SentToMe'
  | 'Condition:SentToOrCcMe'
  | 'Condition:Sensitivity'
  | 'Condition:WithinDateRange'
  | 'Condition:WithinSizeRange'
  | 'Exception:Categories'
  | 'Exception:ContainsBodyStrings'
  | 'Exception:ContainsHeaderStrings'
  | 'Exception:ContainsRecipientStrings'
  | 'Exception:ContainsSenderStrings'
  | 'Exception:ContainsSubjectOrBodyStrings'
  | 'Exception:ContainsSubjectStrings'
  | 'Exception:FlaggedForAction'
  | 'Exception:FromAddresses'
  | 'Exception:FromConnectedAccounts'
  | 'Exception:HasAttachments'
  | 'Exception:Importance'
  | 'Exception:IsApprovalRequest'
  | 'Exception:IsAutomaticForward'
  | 'Exception:IsAutomaticReply'
  | 'Exception:IsEncrypted'
  | 'Exception:IsMeetingRequest'
  | 'Exception:IsMeetingResponse'
  | 'Exception:IsNDR'
  | 'Exception:IsPermissionControlled'
  | 'Exception:IsReadReceipt'
  | 'Exception:IsSigned'
  | 'Exception:IsVoicemail'
  | 'Exception:ItemClasses'
  | 'Exception:MessageClassifications'
  | 'Exception:NotSentToMe'
  | 'Exception:SentCcMe'
  | 'Exception:SentOnlyToMe'
  | 'Exception:SentToAddresses'
  | 'Exception:SentToMe'
  | 'Exception:SentToOrCcMe'
  | 'Exception:Sensitivity'
  | 'Exception:WithinDateRange'
  | 'Exception:WithinSizeRange'
  | 'Action:AssignCategories'
  | 'Action:CopyToFolder'
  | 'Action:Delete'
  | 'Action:ForwardAsAttachmentToRecipients'
  | 'Action:ForwardToRecipients'
  | 'Action:MarkImportance'
  | 'Action:MarkAsRead'
  | 'Action:MoveToFolder'
  | 'Action:PermanentDelete'
  | 'Action:RedirectToRecipients'
  | 'Action:SendSMSAlertToRecipients'
  | 'Action:ServerReplyWithMessage'
  | 'Action:StopProcessingRules'
  | 'IsEnabled'
  | 'IsInError'
  | 'Conditions'
  | 'Exceptions'

export type RuleValidationErrorCodeType =
  | 'ADOperationFailure'
  | 'ConnectedAccountNotFound'
  | 'CreateWithRuleId'
  | 'EmptyValueFound'
  | 'DuplicatedPriority'
  | 'DuplicatedOperationOnTheSameRule'
  | 'FolderDoesNotExist'
  | 'InvalidAddress'
  | 'InvalidDateRange'
  | 'InvalidFolderId'
  | 'InvalidSizeRange'
  | 'InvalidValue'
  | 'MessageClassificationNotFound'
  | 'MissingAction'
  | 'MissingParameter'
  | 'MissingRangeValue'
  | 'NotSettable'
  | 'RecipientDoesNotExist'
  | 'RuleNotFound'
  | 'SizeLessThanZero'
  | 'StringValueTooBig'
  | 'UnsupportedAddress'
  | 'UnexpectedError'
  | 'UnsupportedRule'

export interface RuleValidationErrorType {
  FieldURI: RuleFieldURIType
  ErrorCode: RuleValidationErrorCodeType
  ErrorMessage: string
  FieldValue: string
}

export type ArrayOfRuleValidationErrorsType = readonly RuleValidationErrorType[]

export type RuleOperationType = Record<never, never>

export type ArrayOfRuleOperationsType = readonly OneOf<{
  CreateRuleOperation: CreateRuleOperationType
  SetRuleOperation: SetRuleOperationType
  DeleteRuleOperation: DeleteRuleOperationType
}>[]

export interface CreateRuleOperationType extends RuleOperationType {
  Rule: RuleType
}

export interface SetRuleOperationType extends RuleOperationType {
  Rule: RuleType
}

export interface DeleteRuleOperationType extends RuleOperationType {
  RuleId: string
}

export interface RuleOperationErrorType {
  OperationIndex: number
  ValidationErrors: ArrayOfRuleValidationErrorsType
}

export type ArrayOfRuleOperationErrorsType = readonly RuleOperationErrorType[]

export type SearchItemKindType =
  | 'Email'
  | 'Meetings'
  | 'Tasks'
  | 'Notes'
  | 'Docs'
  | 'Journals'
  | 'Contacts'
  | 'Im'
  | 'Voicemail'
  | 'Faxes'
  | 'Posts'
  | 'Rssfeeds'

export type ArrayOfSearchItemKindsType = readonly SearchItemKindType[]

export interface UserMailboxType {
  Id: string
  IsArchive: boolean
}

export type ArrayOfUserMailboxesType = readonly UserMailboxType[]

export interface SearchableMailboxType {
  Guid: string
  PrimarySmtpAddress: string
  IsExternalMailbox: boolean
  ExternalEmailAddress: string
  DisplayName: string
  IsMembershipGroup: boolean
  ReferenceId: string
}

export type ArrayOfSearchableMailboxesType = readonly SearchableMailboxType[]

export interface KeywordStatisticsSearchResultType {
  Keyword: string
  ItemHits: number
  Size: number
}

export type ArrayOfKeywordStatisticsSearchResultsType = readonly KeywordStatisticsSearchResultType[]

export interface MailboxStatisticsSearchResultType {
  UserMailbox: UserMailboxType
  KeywordStatisticsSearchResult?: KeywordStatisticsSearchResultType | undefined
}

export interface ExtendedAttributeType {
  Name: string
  Value: string
}

export type ArrayOfExtendedAttributesType = readonly ExtendedAttributeType[]

export type MailboxSearchLocationType = 'PrimaryOnly' | 'ArchiveOnly' | 'All'

export interface MailboxSearchScopeType {
  Mailbox: string
  SearchScope: MailboxSearchLocationType
  ExtendedAttributes?: ArrayOfExtendedAttributesType | undefined
}

export type NonEmptyArrayOfMailboxSearchScopesType = readonly MailboxSearchScopeType[]

export interface MailboxQueryType {
  Query: string
  MailboxSearchScopes: NonEmptyArrayOfMailboxSearchScopesType
}

export interface PreviewItemMailboxType {
  MailboxId: string
  PrimarySmtpAddress: string
}

export type NonEmptyArrayOfMailboxQueriesType = readonly MailboxQueryType[]

export type SearchResultType = 'StatisticsOnly' | 'PreviewOnly'

export type SearchPageDirectionType = 'Previous' | 'Next'

export type PreviewItemBaseShapeType = 'Default' | 'Compact'

export type NonEmptyArrayOfExtendedFieldURIsType = readonly PathToExtendedFieldType[]

export interface PreviewItemResponseShapeType {
  BaseShape: PreviewItemBaseShapeType
  AdditionalProperties?: NonEmptyArrayOfExtendedFieldURIsType | undefined
}

export interface SearchPreviewItemType {
  Id: ItemIdType
  Mailbox?: PreviewItemMailboxType | undefined
  ParentId?: ItemIdType | undefined
  ItemClass?: string | undefined
  UniqueHash?: string | undefined
  SortValue?: string | undefined
  OwaLink?: string | undefined
  Sender?: string | undefined
  ToRecipients?: ArrayOfSmtpAddressType | undefined
  CcRecipients?: ArrayOfSmtpAddressType | undefined
  BccRecipients?: ArrayOfSmtpAddressType | undefined
  CreatedTime?: string | undefined
  ReceivedTime?: string | undefined
  SentTime?: string | undefined
  Subject?: string | undefined
  Size?: number | undefined
  Preview?: string | undefined
  Importance?: ImportanceChoicesType | undefined
  Read?: boolean | undefined
  HasAttachment?: boolean | undefined
  ExtendedProperties?: NonEmptyArrayOfExtendedPropertyType | undefined
}

export type ArrayOfSearchPreviewItemsType = readonly SearchPreviewItemType[]

export interface FailedSearchMailboxType {
  Mailbox: string
  ErrorCode: number
  ErrorMessage: string
  IsArchive: boolean
}

export type ArrayOfFailedSearchMailboxesType = readonly FailedSearchMailboxType[]

export interface SearchMailboxesResultType {
  SearchQueries: NonEmptyArrayOfMailboxQueriesType
  ResultType: SearchResultType
  ItemCount: number
  Size: number
  PageItemCount: number
  PageItemSize: number
  KeywordStats?: ArrayOfKeywordStatisticsSearchResultsType | undefined
  Items?: ArrayOfSearchPreviewItemsType | undefined
  FailedMailboxes?: ArrayOfFailedSearchMailboxesType | undefined
  Refiners?: ArrayOfSearchRefinerItemsType | undefined
  MailboxStats?: ArrayOfMailboxStatisticsItemsType | undefined
}

export interface SearchRefinerItemType {
  Name: string
  Value: string
  Count: number
  Token: string
}

export type ArrayOfSearchRefinerItemsType = readonly SearchRefinerItemType[]

export interface OneDriveItemType extends ItemType {
  ResourceId: string
}

export interface FileItemType extends ItemType {
  FileName?: string | undefined
  FileExtension?: string | undefined
  FileSize?: number | undefined
  FileCreatedTime?: string | undefined
  FileModifiedTime?: string | undefined
  StorageProviderContext?: string | undefined
  FileID?: string | undefined
  ItemReferenceId?: string | undefined
  ReferenceId?: string | undefined
  Sender?: string | undefined
  ItemReceivedTime?: string | undefined
  ItemPath?: string | undefined
  ItemSentTime?: string | undefined
  FileContexts?: ArrayOfStringsType | undefined
  VisualizationContainerUrl?: string | undefined
  VisualizationContainerTitle?: string | undefined
  VisualizationAccessUrl?: string | undefined
  ReferenceAttachmentProviderEndpoint?: string | undefined
  ReferenceAttachmentProviderType?: string | undefined
  ItemConversationId?: string | undefined
  SharepointItemListId?: string | undefined
  SharepointItemListItemId?: string | undefined
  SharepointItemSiteId?: string | undefined
  SharepointItemSitePath?: string | undefined
  SharepointItemWebId?: string | undefined
  AttachmentId?: string | undefined
}

export interface DocumentFileItemType extends FileItemType {
  Author?: ArrayOfStringsType | undefined
  Title?: string | undefined
  LastModifiedBy?: string | undefined
}

export interface DelveItemType extends ItemType {
  GraphNodeLogicalId: string
}

export interface MailboxStatisticsItemType {
  MailboxId: string
  DisplayName: string
  ItemCount: number
  Size: number
}

export type ArrayOfMailboxStatisticsItemsType = readonly MailboxStatisticsItemType[]

export type HoldActionType = 'Create' | 'Update' | 'Remove'

export type HoldStatusType = 'NotOnHold' | 'Pending' | 'OnHold' | 'PartialHold' | 'Failed'

export interface MailboxHoldStatusType {
  Mailbox: string
  Status: HoldStatusType
  AdditionalInfo?: string | undefined
}

export type ArrayOfMailboxHoldStatusType = readonly MailboxHoldStatusType[]

export interface MailboxHoldResultType {
  HoldId: string
  Query?: string | undefined
  MailboxHoldStatuses: ArrayOfMailboxHoldStatusType
}

export type NonEmptyArrayOfLegacyDNsType = readonly string[]

export interface NonIndexableItemStatisticType {
  Mailbox: string
  ItemCount: number
  ErrorMessage?: string | undefined
}

export type ArrayOfNonIndexableItemStatisticsType = readonly NonIndexableItemStatisticType[]

export type ItemIndexErrorType =
  | 'None'
  | 'GenericError'
  | 'Timeout'
  | 'StaleEvent'
  | 'MailboxOffline'
  | 'AttachmentLimitReached'
  | 'MarsWriterTruncation'
  | 'DocumentParserFailure'

export interface NonIndexableItemDetailType {
  ItemId: ItemIdType
  ErrorCode: ItemIndexErrorType
  ErrorDescription: string
  IsPartiallyIndexed: boolean
  IsPermanentFailure: boolean
  SortValue: string
  AttemptCount: number
  LastAttemptTime?: string | undefined
  AdditionalInfo?: string | undefined
}

export type ArrayOfNonIndexableItemDetailsType = readonly NonIndexableItemDetailType[]

export interface NonIndexableItemDetailResultType {
  Items?: ArrayOfNonIndexableItemDetailsType | undefined
  FailedMailboxes?: ArrayOfFailedSearchMailboxesType | undefined
}

export interface DiscoverySearchConfigurationType {
  SearchId: string
  SearchQuery: string
  SearchableMailboxes?: ArrayOfSearchableMailboxesType | undefined
  InPlaceHoldIdentity?: string | undefined
  ManagedByOrganization?: string | undefined
  Language?: string | undefined
}

export type ArrayOfDiscoverySearchConfigurationType = readonly DiscoverySearchConfigurationType[]

export interface RetentionTagType {
  IsExplicit: boolean
  Value: string
}

export type UserPhotoSizeType =
  | 'HR48x48'
  | 'HR64x64'
  | 'HR96x96'
  | 'HR120x120'
  | 'HR240x240'
  | 'HR360x360'
  | 'HR432x432'
  | 'HR504x504'
  | 'HR648x648'
  | 'HR1024xN'
  | 'HR1920xN'

export type UserPhotoTypeType = 'UserPhoto' | 'ProfileHeaderPhoto'

export type ElcFolderType =
  | 'Calendar'
  | 'Contacts'
  | 'DeletedItems'
  | 'Drafts'
  | 'Inbox'
  | 'JunkEmail'
  | 'Journal'
  | 'Notes'
  | 'Outbox'
  | 'SentItems'
  | 'Tasks'
  | 'All'
  | 'ManagedCustomFolder'
  | 'RssSubscriptions'
  | 'SyncIssues'
  | 'ConversationHistory'
  | 'Personal'
  | 'RecoverableItems'
  | 'NonIpmRoot'

export type RetentionActionType =
  | 'None'
  | 'MoveToDeletedItems'
  | 'MoveToFolder'
  | 'DeleteAndAllowRecovery'
  | 'PermanentlyDelete'
  | 'MarkAsPastRetentionLimit'
  | 'MoveToArchive'

export interface RetentionPolicyTagType {
  DisplayName: string
  RetentionId: string
  RetentionPeriod: number
  Type: ElcFolderType
  RetentionAction: RetentionActionType
  Description?: string | undefined
  IsVisible: boolean
  OptedInto: boolean
  IsArchive: boolean
  ParentLabelIdentity?: string | undefined
  Priority?: number | undefined
}

export type ArrayOfRetentionPolicyTagsType = readonly RetentionPolicyTagType[]

export type RetentionType = 'Delete' | 'Archive'

export type ClientExtensionProvidedToType = 'Everyone' | 'SpecificUsers'

export type ClientExtensionTypeType =
  | 'Default'
  | 'Private'
  | 'MarketPlace'
  | 'PrivateCatalog'
  | 'MarketplacePrivateCatalog'

export type ClientExtensionScopeType = 'None' | 'User' | 'Organization' | 'Default'

export interface ClientExtensionType {
  IsAvailable?: boolean | undefined
  IsMandatory?: boolean | undefined
  IsEnabledByDefault?: boolean | undefined
  ProvidedTo?: ClientExtensionProvidedToType | undefined
  Type?: ClientExtensionTypeType | undefined
  Scope?: ClientExtensionScopeType | undefined
  MarketplaceAssetId?: string | undefined
  MarketplaceContentMarket?: string | undefined
  AppStatus?: string | undefined
  Etoken?: string | undefined
  InstalledDateTime?: string | undefined
  SpecificUsers?: ArrayOfStringsType | undefined
  Manifest?: Octets | undefined
}

export type ConsentStateType = 'NotResponded' | 'NotConsented' | 'Consented'

export interface ImGroupType {
  DisplayName: string
  GroupType: string
  ExchangeStoreId?: ItemIdType | undefined
  MemberCorrelationKey?: NonEmptyArrayOfItemIdsType | undefined
  ExtendedProperties?: NonEmptyArrayOfExtendedPropertyType | undefined
  SmtpAddress?: string | undefined
}

export type ArrayOfImGroupType = readonly ImGroupType[]

export interface ImItemListType {
  Groups?: ArrayOfImGroupType | undefined
  Personas?: ArrayOfPeopleType | undefined
}

export type NonEmptyArrayOfExtendedFieldURIs = readonly PathToExtendedFieldType[]

export type DisableReasonType =
  | 'NoReason'
  | 'OutlookClientPerformance'
  | 'OWAClientPerformance'
  | 'MobileClientPerformance'

export interface NonEmptyStateDefinitionType {
  DeletedOccurrenceStateDefinition?: DeletedOccurrenceStateDefinitionType | undefined
  DeleteFromFolderStateDefinition?: DeleteFromFolderStateDefinitionType | undefined
  LocationBasedStateDefinition?: LocationBasedStateDefinitionType | undefined
}

export type BaseCalendarItemStateDefinitionType = Record<never, never>

export interface DeletedOccurrenceStateDefinitionType extends BaseCalendarItemStateDefinitionType {
  OccurrenceDate: string
  IsOccurrencePresent?: boolean | undefined
}

export type DeleteFromFolderStateDefinitionType = BaseCalendarItemStateDefinitionType

export interface LocationBasedStateDefinitionType extends BaseCalendarItemStateDefinitionType {
  OrganizerLocation: string
  AttendeeLocation: string
}

export type IconIndexType =
  | 'Default'
  | 'PostItem'
  | 'MailRead'
  | 'MailUnread'
  | 'MailReplied'
  | 'MailForwarded'
  | 'MailEncrypted'
  | 'MailSmimeSigned'
  | 'MailEncryptedReplied'
  | 'MailSmimeSignedReplied'
  | 'MailEncryptedForwarded'
  | 'MailSmimeSignedForwarded'
  | 'MailEncryptedRead'
  | 'MailSmimeSignedRead'
  | 'MailIrm'
  | 'MailIrmForwarded'
  | 'MailIrmReplied'
  | 'SmsSubmitted'
  | 'SmsRoutedToDeliveryPoint'
  | 'SmsRoutedToExternalMessagingSystem'
  | 'SmsDelivered'
  | 'OutlookDefaultForContacts'
  | 'AppointmentItem'
  | 'AppointmentRecur'
  | 'AppointmentMeet'
  | 'AppointmentMeetRecur'
  | 'AppointmentMeetNY'
  | 'AppointmentMeetYes'
  | 'AppointmentMeetNo'
  | 'AppointmentMeetMaybe'
  | 'AppointmentMeetCancel'
  | 'AppointmentMeetInfo'
  | 'TaskItem'
  | 'TaskRecur'
  | 'TaskOwned'
  | 'TaskDelegated'

export type MeetingSpaceTypeEnum = 'Public' | 'Private'

export interface MeetingSpaceType {
  Id?: string | undefined
  ChangeKey?: string | undefined
  Type?: MeetingSpaceTypeEnum | undefined
  Version?: string | undefined
  JoinUrl?: string | undefined
  DateTimeCreated?: string | undefined
  DateTimeModified?: string | undefined
  ExpiryTime?: string | undefined
  Meadata?: string | undefined
  Tag?: string | undefined
}

export type ParticipantActivityRole = 'Organizer' | 'Attendee' | 'Presenter'

export type ParticipantActivityMediaType =
  | 'AppSharing'
  | 'AudioVideo'
  | 'Chat'
  | 'DataConf'
  | 'Meeting'
  | 'MeetingConf'
  | 'PhoneConf'
  | 'Focus'

export interface ParticipantActivity {
  Id: string
  CreatedBy: string
  StartTime: string
  EndTime: string
  ClientVersion: string
  Role: ParticipantActivityRole
  MediaType: ParticipantActivityMediaType
  MediaDetails?: string | undefined
}

export type NonEmptyArrayOfParticipantActivities = readonly ParticipantActivity[]

export interface ContentActivity {
  Id: string
  SharedBy: string
  ContentLocation: string
  StartTime: string
  EndTime: string
  Type: ContentActivityType
  MediaType: ContentActivityMediaType
  Acl: ContentActivityAcl
}

export type ContentActivityType =
  | 'Poll'
  | 'WhiteBoard'
  | 'QAndA'
  | 'Chat'
  | 'Meeting'
  | 'Annotations'
  | 'SharedNotes'

export type ContentActivityMediaType =
  | 'AppSharing'
  | 'AudioVideo'
  | 'Chat'
  | 'DataConf'
  | 'Meeting'
  | 'MeetingConf'
  | 'PhoneConf'

export type ContentActivityAcl = 'Organizer' | 'Presenter' | 'Everyone'

export type NonEmptyArrayOfContentActivities = readonly ContentActivity[]

export interface MeetingInstanceType {
  Id?: string | undefined
  ChangeKey?: string | undefined
  Version?: string | undefined
  JoinUrl?: string | undefined
  DateTimeCreated?: string | undefined
  DateTimeModified?: string | undefined
  Meadata?: string | undefined
  Tag?: string | undefined
  ParentGoid?: string | undefined
  ParticipantActivities?: NonEmptyArrayOfParticipantActivities | undefined
  ContentActivities?: NonEmptyArrayOfContentActivities | undefined
}

export type WarmupOptionsType = 'None' | 'Suggestions' | 'Results' | 'All'

export type SearchApplicationIdType = 'Outlook' | 'Owa' | 'Paw' | 'Teamspace' | 'OneDrive' | 'Other'

export type ItemTypesFilterType =
  | 'None'
  | 'MailItems'
  | 'MailConversations'
  | 'CalendarItems'
  | 'Contacts'
  | 'OneDriveItems'
  | 'FileItems'
  | 'DelveItems'
  | 'MessageItems'

export type SuggestionKindType = 'None' | 'Keywords' | 'People' | 'Hashtags' | 'QueryHistory' | 'All'

export type RefinerTypeType = 'None' | 'To' | 'From' | 'Folder' | 'HasAttachment' | 'MailboxSource'

export type SearchResultsPropertySetNameType = 'Default' | 'Owa16' | 'Outlook16'

export type SearchScopeGroupsType = 'MyGroups'

export type SearchScopeArchivesType = 'MainArchive' | 'AuxArchive' | 'All'

export type ExecuteSearchSortOrderType = 'DateTime' | 'Relevance'

export type MatchOptionsType = 'FullString' | 'Prefix'

export type SearchFolderScopeType = OneOf<{
  FolderId: FolderIdType
  WellKnownFolder: DistinguishedFolderIdType
}>

export interface PrimaryMailboxSearchScopeType {
  FolderScope?: SearchFolderScopeType | undefined
  IsDeepTraversal?: boolean | undefined
}

export interface LargeArchiveSearchScopeType {
  ArchiveTypes: readonly SearchScopeArchivesType[]
}

export interface GroupSearchScopeType {
  GroupTypes: readonly SearchScopeGroupsType[]
}

export interface SingleLargeArchiveSearchScopeType {
  MailboxGuid?: string | undefined
  FolderScope: SearchFolderScopeType
  IsDeepTraversal: boolean
}

export interface OneDriveSearchScopeType {
  OneDriveView: readonly OneDriveViewType[]
}

export interface DelveSearchScopeType {
  DelveView: readonly DelveViewType[]
}

export interface CustomSearchScopeType {
  MailboxGuid: string
  FolderScope: SearchFolderScopeType
  IsDeepTraversal: boolean
}

export interface ArrayOfSearchScopeType {
  PrimaryMailboxSearchScope?: PrimaryMailboxSearchScopeType | undefined
  LargeArchiveSearchScope?: LargeArchiveSearchScopeType | undefined
  GroupSearchScope?: GroupSearchScopeType | undefined
  CustomSearchScope?: readonly CustomSearchScopeType[] | undefined
  OneDriveSearchScope?: OneDriveSearchScopeType | undefined
  SingleLargeArchiveSearchScope?: SingleLargeArchiveSearchScopeType | undefined
  DelveSearchScope?: DelveSearchScopeType | undefined
}

export interface DynamicRefinerQueryType {
  RefinerQuery: string
  TDRefinerId: number
}

export interface ExtendedKeywordDefinitionType {
  Keyword: string
  Properties: NonEmptyArrayOfExtendedFieldURIsType
}

export interface SuggestionType {
  SuggestedQuery: string
  DisplayText: string
  SuggestionType: readonly SuggestionKindType[]
  Trigger?: string | undefined
  TDSuggestionId: number
  IsDeletable: boolean
}

export interface PeopleSuggestionType extends SuggestionType {
  PrimarySmtpAddress: string
  PersonType?: string | undefined
}

export type PeopleSuggestionPersonType =
  | 'Unknown'
  | 'Person'
  | 'DistributionList'
  | 'Room'
  | 'Place'
  | 'ModernGroup'

export interface FileSuggestionType extends SuggestionType {
  FileName: string
  FileExtension: string
  FileReferenceId?: string | undefined
  FileTitle?: string | undefined
  ContainerTitle?: string | undefined
  ContainerUrl?: string | undefined
}

export type SearchSuggestionsTypeSuggestions = readonly SuggestionType[]

export interface SearchSuggestionsType {
  TDSuggestionsBatchId: number
  TDSuggestionsInstanceId: string
  Suggestions?: SearchSuggestionsTypeSuggestions | undefined
  DiagnosticsData?: SearchDiagnosticsType | undefined
}

export interface DeleteSearchSuggestionResponseType {
  Success: boolean
  StatusMessage?: string | undefined
  DiagnosticsData?: SearchDiagnosticsType | undefined
}

export type SearchDiagnosticsStepTypeAdditionalEntries = readonly string[]

export interface SearchDiagnosticsStepType {
  StartTime?: string | undefined
  StepTime?: number | undefined
  StepType?: string | undefined
  AdditionalEntries?: SearchDiagnosticsStepTypeAdditionalEntries | undefined
}

export interface SearchRefinerType {
  RefinerType: RefinerTypeType
  Refiner: DynamicRefinerQueryType
  ResultCount?: number | undefined
}

export interface FolderRefinerType extends SearchRefinerType {
  FolderId?: FolderIdType | undefined
}

export interface PeopleRefinerType extends SearchRefinerType {
  DisplayName?: string | undefined
  SmtpAddress?: SmtpAddressType | undefined
}

export interface MailboxRefinerType extends SearchRefinerType {
  MailboxDisplayName?: string | undefined
}

export interface AttachmentRefinerType extends SearchRefinerType {
  HasAttachment?: boolean | undefined
}

export interface HashtagRefinerType extends SearchRefinerType {
  DisplayName?: string | undefined
}

export type SearchDiagnosticsType = readonly AnyElement[]

export interface MailboxInformationType {
  MailboxGuid: string
  MailboxAddress: SmtpAddressType
  MailboxDisplayName: string
}

export interface ExecuteSearchQueryIdType {
  Id: string
}

export type SearchResultsTypeItems = readonly ItemType[]

export type SearchResultsTypeConversations = readonly ConversationType[]

export type SearchResultsTypePeople = readonly PersonaType[]

export type SearchResultsTypeSearchRefiners = readonly SearchRefinerType[]

export type SearchResultsTypeMailboxesInformation = readonly MailboxInformationType[]

export interface SearchResultsType {
  Items?: SearchResultsTypeItems | undefined
  Conversations?: SearchResultsTypeConversations | undefined
  People?: SearchResultsTypePeople | undefined
  MoreResultsAvailable: boolean
  RefinerTelemetryBatchId: number
  SearchRefiners?: SearchResultsTypeSearchRefiners | undefined
  DiagnosticsData?: SearchDiagnosticsType | undefined
  SearchResultsCount?: number | undefined
  TotalResultsCount?: number | undefined
  SearchTerms?: ArrayOfStringsType | undefined
  QueryId?: ExecuteSearchQueryIdType | undefined
  MailboxesInformation?: SearchResultsTypeMailboxesInformation | undefined
}

export interface SearchResultItemIdType extends ItemIdType {
  EntryId?: Octets | undefined
  OutlookItemId?: Octets | undefined
}

export interface SearchResultConversationIdType extends ItemIdType {
  OutlookConversationId?: Octets | undefined
}

export type ClientIdType =
  | 'Web'
  | 'Mobile'
  | 'Tablet'
  | 'Desktop'
  | 'Exchange'
  | 'Outlook'
  | 'MacOutlook'
  | 'POP3'
  | 'IMAP4'
  | 'Other'
  | 'Lync'
  | 'OutlookService'
  | 'MacMail'

export type EntityFeedbackEntityAddSourceType =
  | 'None'
  | 'EntityRelevanceApi'
  | 'EntityRelevanceApiCache'
  | 'ActiveDirectory'
  | 'ExplicitTyping'
  | 'Paste'
  | 'LocalCacheAndEntityRelevanceApi'
  | 'LocalCache'
  | 'Other'

export type ArrayOfWorkHours = readonly WorkHoursType[]

export interface WorkHoursType {
  WorkDay?: SystemDayOfWeek | undefined
  TimeSlots?: ArrayOfWorkTimeSlot | undefined
}

export type SystemDayOfWeek =
  | 'Sunday'
  | 'Monday'
  | 'Tuesday'
  | 'Wednesday'
  | 'Thursday'
  | 'Friday'
  | 'Saturday'

export type ArrayOfWorkTimeSlot = readonly WorkTimeSlot[]

export interface WorkTimeSlot {
  StartTimeInMinutes: number
  EndTimeInMinutes: number
}

export interface AnalyzedQuery {
  QueryLanguage: string
  SearchRestrictions: RestrictionType
}

export interface ContextPropertyType {
  Key: string
  Value: string
}

export type ArrayOfContextProperty = readonly ContextPropertyType[]

export type ArrayOfEntityFeedbackEntry = readonly EntityFeedbackEntryType[]

export interface EntityFeedbackEntryType {
  ClientEventTimeUtc: string
  ClientEventTimeLocal: string
  ClientSessionId: string
  ClientVersion: string
  ClientId: ClientIdType
  EntrySequenceNumber: number
  TransactionId?: string | undefined
  EventType: string
  TargetEntityList?: string | undefined
  EntityAddSource?: EntityFeedbackEntityAddSourceType | undefined
  JsonPropertyBag?: string | undefined
}

export type ArrayOfInboxReminderType = readonly InboxReminderType[]

export interface InboxReminderType {
  Id?: string | undefined
  ReminderOffset?: number | undefined
  Message?: string | undefined
  IsOrganizerReminder?: boolean | undefined
  OccurrenceChange?: EmailReminderChangeType | undefined
  SendOption?: EmailReminderSendOption | undefined
}

export type EmailReminderChangeType = 'None' | 'Added' | 'Override' | 'Deleted'

export type EmailReminderSendOption = 'NotSet' | 'User' | 'AllAttendees' | 'Staff' | 'Customer'

export type InsightStatusType = 'Created' | 'Active' | 'Dismissed' | 'Invalid'

export interface InsightContextItem {
  Name?: string | undefined
  Val?: string | undefined
}

export type ArrayOfInsightContextItem = readonly InsightContextItem[]

export interface InsightItemType {
  ItemId: ItemIdType
  InsightId: string
  Type?: string | undefined
  StartTimeUtc?: string | undefined
  EndTimeUtc?: string | undefined
  Status?: InsightStatusType | undefined
  Version?: string | undefined
  Context?: ArrayOfInsightContextItem | undefined
  Text?: string | undefined
  ApplicationsIds?: ArrayOfStringsType | undefined
  SuggestedActions?: string | undefined
  AppContexts?: ArrayOfStringsType | undefined
}

export type ArrayOfInsightItemType = readonly InsightItemType[]

export interface ResponseMessageInfoType {
  ResponseClass: ResponseClassType
  MessageText?: string | undefined
  ResponseCode?: string | undefined
}

export interface BaseAvailabilityCalendarViewType {
  FreeBusyViewType: readonly FreeBusyViewType[]
}

export type ArrayOfPeopleQuerySource = readonly string[]

export interface CalendarActivityDataType {
  ActivityAction: string
  ClientId: string
  CasRequestId: string
  IndexSelected: number
}

export interface MentionActionType {
  Id: string
  CreatedBy: EmailAddressExtendedType
  CreatedDateTime?: string | undefined
  ServerCreatedDateTime?: string | undefined
  DeepLink?: string | undefined
  Application?: string | undefined
  Mentioned: EmailAddressExtendedType
  MentionText?: string | undefined
  ClientReference?: string | undefined
}

export type NonEmptyArrayOfMentionActionsType = readonly MentionActionType[]

export interface AppliedHashtagType {
  Id: string
  CreatedBy: EmailAddressExtendedType
  CreatedDateTime?: string | undefined
  ServerCreatedDateTime?: string | undefined
  DeepLink?: string | undefined
  Application?: string | undefined
  Tag: string
  IsAutoTagged: boolean
  IsInlined: boolean
}

export interface AppliedHashtagsPreviewType {
  Hashtags: ArrayOfStringsType
}

export type NonEmptyArrayOfAppliedHashtagType = readonly AppliedHashtagType[]

export interface LikeType {
  Id: string
  CreatedBy: EmailAddressExtendedType
  CreatedDateTime?: string | undefined
  ServerCreatedDateTime?: string | undefined
  DeepLink?: string | undefined
  Application?: string | undefined
}

export interface LikesPreviewType {
  LikeCount: number
}

export interface MentionsPreviewType {
  IsMentioned: boolean
}

export type NonEmptyArrayOfLikeType = readonly LikeType[]

export interface AttendeeAvailability {
  EmailAddress: string
  Availability: AvailabilityStatusType
}

export type ArrayOfMeetingLocation = readonly MeetingLocation[]

export type ArrayOfAttendeeAvailability = readonly AttendeeAvailability[]

export interface MeetingTimeCandidate {
  MeetingTimeslot: TimeSlot
  Confidence: number
  Score: number
  OrganizerAvailability: AvailabilityStatusType
  AttendeeAvailabilities: ArrayOfAttendeeAvailability
  Locations: ArrayOfMeetingLocation
  SuggestionHint: string
}

export type ArrayOfMeetingTimeCandidate = readonly MeetingTimeCandidate[]

export interface MeetingTimeCandidatesConstraintItem {
  Email?: string | undefined
}

export interface AttendeeConstraintItem extends MeetingTimeCandidatesConstraintItem {
  IsRequired?: boolean | undefined
}

export interface LocationConstraintItem extends MeetingTimeCandidatesConstraintItem {
  Name?: string | undefined
  ResolveAvailability?: boolean | undefined
}

export type ArrayOfLocationConstraintItems = readonly LocationConstraintItem[]

export type ArrayOfAttendeeConstraintItems = readonly AttendeeConstraintItem[]

export type ArrayOfTimeSlot = readonly TimeSlot[]

export type EmptySuggestionReason =
  | 'Unknown'
  | 'AttendeesUnavailable'
  | 'LocationsUnavailable'
  | 'OrganizerUnavailable'
  | 'AttendeesUnavailableOrUnknown'

export interface FindMeetingTimesAttendeeConstraints {
  AttendeeEntries?: ArrayOfAttendeeConstraintItems | undefined
}

export interface FindMeetingTimesLocationConstraints {
  LocationEntries?: ArrayOfLocationConstraintItems | undefined
  IsRequired?: boolean | undefined
  SuggestLocation?: boolean | undefined
}

export interface FindMeetingTimesSearchConstraints {
  SearchWindows?: ArrayOfTimeSlot | undefined
  MeetingDurationInMinutes?: number | undefined
  ActivityDomain?: ActivityDomainType | undefined
}

export interface FindMeetingTimesConstraints {
  MaxCandidates?: number | undefined
  IsOrganizerOptional?: boolean | undefined
  ReturnSuggestionHints?: boolean | undefined
  AppName?: string | undefined
  AppScenario?: string | undefined
  MinimumAttendeePercentage?: number | undefined
}

export type AddInStateType = 'Flagged' | 'OK' | 'Removed' | 'Undefined' | 'WithdrawingSoon' | 'Withdrawn'

export interface OfficeClientType {
  Code: string
  Version: string
}

export interface ArrayOfAppsType {
  App?: readonly AppType[] | undefined
  Metadata?: Metadata | undefined
}

export interface AppType {
  Metadata?: AppMetadata | undefined
  Manifest: Octets
}

export interface Metadata {
  CustomApps: string
}

export interface AppMetadata {
  EndNodeUrl?: string | undefined
  AppStatus?: string | undefined
  ActionUrl?: string | undefined
  ProductId?: string | undefined
  EnabledStatus?: boolean | undefined
  ConsentState?: string | undefined
  ExtensionType?: string | undefined
  MarketplaceAssetId?: string | undefined
  LicenseStatus?: string | undefined
  TrialExpirationDate?: string | undefined
  InstalledBy?: string | undefined
  IsMandatory?: boolean | undefined
}

export type ResponseCodeType =
  | 'NoError'
  | 'ErrorAccessDenied'
  | 'ErrorAccessModeSpecified'
  | 'ErrorAccountDisabled'
  | 'ErrorAddDelegatesFailed'
  | 'ErrorAddressSpaceNotFound'
  | 'ErrorADOperation'
  | 'ErrorADSessionFilter'
  | 'ErrorADUnavailable'
  | 'ErrorServiceUnavailable'
  | 'ErrorAutoDiscoverFailed'
  | 'ErrorAffectedTaskOccurrencesRequired'
  | 'ErrorAttachmentNestLevelLimitExceeded'
  | 'ErrorAttachmentSizeLimitExceeded'
  | 'ErrorArchiveFolderPathCreation'
  | 'ErrorArchiveMailboxNotEnabled'
  | 'ErrorArchiveMailboxServiceDiscoveryFailed'
  | 'ErrorAvailabilityConfigNotFound'
  | 'ErrorBatchProcessingStopped'
  | 'ErrorCalendarCannotMoveOrCopyOccurrence'
  | 'ErrorCalendarCannotUpdateDeletedItem'
  | 'ErrorCalendarCannotUseIdForOccurrenceId'
  | 'ErrorCalendarCannotUseIdForRecurringMasterId'
  | 'ErrorCalendarDurationIsTooLong'
  | 'ErrorCalendarEndDateIsEarlierThanStartDate'
  | 'ErrorCalendarFolderIsInvalidForCalendarView'
  | 'ErrorCalendarInvalidAttributeValue'
  | 'ErrorCalendarInvalidDayForTimeChangePattern'
  | 'ErrorCalendarInvalidDayForWeeklyRecurrence'
  | 'ErrorCalendarInvalidPropertyState'
  | 'ErrorCalendarInvalidPropertyValue'
  | 'ErrorCalendarInvalidRecurrence'
  | 'ErrorCalendarInvalidTimeZone'
  | 'ErrorCalendarIsCancelledForAccept'
  | 'ErrorCalendarIsCancelledForDecline'
  | 'ErrorCalendarIsCancelledForRemove'
  | 'ErrorCalendarIsCancelledForTentative'
  | 'ErrorCalendarIsDelegatedForAccept'
  | 'ErrorCalendarIsDelegatedForDecline'
  | 'ErrorCalendarIsDelegatedForRemove'
  | 'ErrorCalendarIsDelegatedForTentative'
  | 'ErrorCalendarIsNotOrganizer'
  | 'ErrorCalendarIsOrganizerForAccept'
  | 'ErrorCalendarIsOrganizerForDecline'
  | 'ErrorCalendarIsOrganizerForRemove'
  | 'ErrorCalendarIsOrganizerForTentative'
  | 'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange'
  | 'ErrorCalendarOccurrenceIsDeletedFromRecurrence'
  | 'ErrorCalendarOutOfRange'
  | 'ErrorCalendarMeetingRequestIsOutOfDate'
  | 'ErrorCalendarViewRangeTooBig'
  | 'ErrorCallerIsInvalidADAccount'
  | 'ErrorCannotAccessDeletedPublicFolder'
  | 'ErrorCannotArchiveCalendarContactTaskFolderException'
  | 'ErrorCannotArchiveItemsInPublicFolders'
  | 'ErrorCannotArchiveItemsInArchiveMailbox'
  | 'ErrorCannotCreateCalendarItemInNonCalendarFolder'
  | 'ErrorCannotCreateContactInNonContactFolder'
  | 'ErrorCannotCreatePostItemInNonMailFolder'
  | 'ErrorCannotCreateTaskInNonTaskFolder'
  | 'ErrorCannotDeleteObject'
  | 'ErrorCannotDisableMandatoryExtension'
  | 'ErrorCannotFindUser'
  | 'ErrorCannotGetSourceFolderPath'
  | 'ErrorCannotGetExternalEcpUrl'
  | 'ErrorCannotOpenFileAttachment'
  | 'ErrorCannotDeleteTaskOccurrence'
  | 'ErrorCannotEmptyFolder'
  | 'ErrorCannotSetCalendarPermissionOnNonCalendarFolder'
  | 'ErrorCannotSetNonCalendarPermissionOnCalendarFolder'
  | 'ErrorCannotSetPermissionUnknownEntries'
  | 'ErrorCannotSpecifySearchFolderAsSourceFolder'
  | 'ErrorCannotUseFolderIdForItemId'
  | 'ErrorCannotUseItemIdForFolderId'
  | 'ErrorChangeKeyRequired'
  | 'ErrorChangeKeyRequiredForWriteOperations'
  | 'ErrorClientDisconnected'
  | 'ErrorClientIntentInvalidStateDefinition'
  | 'ErrorClientIntentNotFound'
  | 'ErrorConnectionFailed'
  | 'ErrorContainsFilterWrongType'
  | 'ErrorContentConversionFailed'
  | 'ErrorContentIndexingNotEnabled'
  | 'ErrorCorruptData'
  | 'ErrorCreateItemAccessDenied'
  | 'ErrorCreateManagedFolderPartialCompletion'
  | 'ErrorCreateSubfolderAccessDenied'
  | 'ErrorCrossMailboxMoveCopy'
  | 'ErrorCrossSiteRequest'
  | 'ErrorDataSizeLimitExceeded'
  | 'ErrorDataSourceOperation'
  | 'ErrorDelegateAlreadyExists'
  | 'ErrorDelegateCannotAddOwner'
  | 'ErrorDelegateMissingConfiguration'
  | 'ErrorDelegateNoUser'
  | 'ErrorDelegateValidationFailed'
  | 'ErrorDeleteDistinguishedFolder'
  | 'ErrorDeleteItemsFailed'
  | 'ErrorDeleteUnifiedMessagingPromptFailed'
  | 'ErrorDistinguishedUserNotSupported'
  | 'ErrorDistributionListMemberNotExist'
  | 'ErrorDuplicateInputFolderNames'
  | 'ErrorDuplicateUserIdsSpecified'
  | 'ErrorEmailAddressMismatch'
  | 'ErrorEventNotFound'
  | 'ErrorExceededConnectionCount'
  | 'ErrorExceededSubscriptionCount'
  | 'ErrorExceededFindCountLimit'
  | 'ErrorExpiredSubscription'
  | 'ErrorExtensionNotFound'
  | 'ErrorExtensionsNotAuthorized'
  | 'ErrorFolderCorrupt'
  | 'ErrorFolderNotFound'
  | 'ErrorFolderPropertRequestFailed'
  | 'ErrorFolderSave'
  | 'ErrorFolderSaveFailed'
  | 'ErrorFolderSavePropertyError'
  | 'ErrorFolderExists'
  | 'ErrorFreeBusyGenerationFailed'
  | 'ErrorGetServerSecurityDescriptorFailed'
  | 'ErrorImContactLimitReached'
  | 'ErrorImGroupDisplayNameAlreadyExists'
  | 'ErrorImGroupLimitReached'
  | 'ErrorImpersonateUserDenied'
  | 'ErrorImpersonationDenied'
  | 'ErrorImpersonationFailed'
  | 'ErrorIncorrectSchemaVersion'
  | 'ErrorIncorrectUpdatePropertyCount'
  | 'ErrorIndividualMailboxLimitReached'
  | 'ErrorInsufficientResources'
  | 'ErrorInternalServerError'
  | 'ErrorInternalServerTransientError'
  | 'ErrorInvalidAccessLevel'
  | 'ErrorInvalidArgument'
  | 'ErrorInvalidAttachmentId'
  | 'ErrorInvalidAttachmentSubfilter'
  | 'ErrorInvalidAttachmentSubfilterTextFilter'
  | 'ErrorInvalidAuthorizationContext'
  | 'ErrorInvalidChangeKey'
  | 'ErrorInvalidClientSecurityContext'
  | 'ErrorInvalidCompleteDate'
  | 'ErrorInvalidContactEmailAddress'
  | 'ErrorInvalidContactEmailIndex'
  | 'ErrorInvalidCrossForestCredentials'
  | 'ErrorInvalidDelegatePermission'
  | 'ErrorInvalidDelegateUserId'
  | 'ErrorInvalidExcludesRestriction'
  | 'ErrorInvalidExpressionTypeForSubFilter'
  | 'ErrorInvalidExtendedProperty'
  | 'ErrorInvalidExtendedPropertyValue'
  | 'ErrorInvalidFolderId'
  | 'ErrorInvalidFolderTypeForOperation'
  | 'ErrorInvalidFractionalPagingParameters'
  | 'ErrorInvalidFreeBusyViewType'
  | 'ErrorInvalidId'
  | 'ErrorInvalidIdEmpty'
  | 'ErrorInvalidIdMalformed'
  | 'ErrorInvalidIdMalformedEwsLegacyIdFormat'
  | 'ErrorInvalidIdMonikerTooLong'
  | 'ErrorInvalidIdNotAnItemAttachmentId'
  | 'ErrorInvalidIdReturnedByResolveNames'
  | 'ErrorInvalidIdStoreObjectIdTooLong'
  | 'ErrorInvalidIdTooManyAttachmentLevels'
  | 'ErrorInvalidIdXml'
  | 'ErrorInvalidImContactId'
  | 'ErrorInvalidImDistributionGroupSmtpAddress'
  | 'ErrorInvalidImGroupId'
  | 'ErrorInvalidIndexedPagingParameters'
  | 'ErrorInvalidInternetHeaderChildNodes'
  | 'ErrorInvalidItemForOperationArchiveItem'
  | 'ErrorInvalidItemForOperationCreateItemAttachment'
  | 'ErrorInvalidItemForOperationCreateItem'
  | 'ErrorInvalidItemForOperationAcceptItem'
  | 'ErrorInvalidItemForOperationDeclineItem'
  | 'ErrorInvalidItemForOperationCancelItem'
  | 'ErrorInvalidItemForOperationExpandDL'
  | 'ErrorInvalidItemForOperationRemoveItem'
  | 'ErrorInvalidItemForOperationSendItem'
  | 'ErrorInvalidItemForOperationTentative'
  | 'ErrorInvalidLogonType'
  | 'ErrorInvalidLikeRequest'
  | 'ErrorInvalidMailbox'
  | 'ErrorInvalidManagedFolderProperty'
  | 'ErrorInvalidManagedFolderQuota'
  | 'ErrorInvalidManagedFolderSize'
  | 'ErrorInvalidMergedFreeBusyInterval'
  | 'ErrorInvalidNameForNameResolution'
  | 'ErrorInvalidOperation'
  | 'ErrorInvalidNetworkServiceContext'
  | 'ErrorInvalidOofParameter'
  | 'ErrorInvalidPagingMaxRows'
  | 'ErrorInvalidParentFolder'
  | 'ErrorInvalidPercentCompleteValue'
  | 'ErrorInvalidPermissionSettings'
  | 'ErrorInvalidPhoneCallId'
  | 'ErrorInvalidPhoneNumber'
  | 'ErrorInvalidUserInfo'
  | 'ErrorInvalidPropertyAppend'
  | 'ErrorInvalidPropertyDelete'
  | 'ErrorInvalidPropertyForExists'
  | 'ErrorInvalidPropertyForOperation'
  | 'ErrorInvalidPropertyRequest'
  | 'ErrorInvalidPropertySet'
  | 'ErrorInvalidPropertyUpdateSentMessage'
  | 'ErrorInvalidProxySecurityContext'
  | 'ErrorInvalidPullSubscriptionId'
  | 'ErrorInvalidPushSubscriptionUrl'
  | 'ErrorInvalidRecipients'
  | 'ErrorInvalidRecipientSubfilter'
  | 'ErrorInvalidRecipientSubfilterComparison'
  | 'ErrorInvalidRecipientSubfilterOrder'
  | 'ErrorInvalidRecipientSubfilterTextFilter'
  | 'ErrorInvalidReferenceItem'
  | 'ErrorInvalidRequest'
  | 'ErrorInvalidRestriction'
  | 'ErrorInvalidRetentionTagTypeMismatch'
  | 'ErrorInvalidRetentionTagInvisible'
  | 'ErrorInvalidRetentionTagInheritance'
  | 'ErrorInvalidRetentionTagIdGuid'
  | 'ErrorInvalidRoutingType'
  | 'ErrorInvalidScheduledOofDuration'
  | 'ErrorInvalidSchemaVersionForMailboxVersion'
  | 'ErrorInvalidSecurityDescriptor'
  | 'ErrorInvalidSendItemSaveSettings'
  | 'ErrorInvalidSerializedAccessToken'
  | 'ErrorInvalidServerVersion'
  | 'ErrorInvalidSid'
  | 'ErrorInvalidSIPUri'
  | 'ErrorInvalidSmtpAddress'
  | 'ErrorInvalidSubfilterType'
  | 'ErrorInvalidSubfilterTypeNotAttendeeType'
  | 'ErrorInvalidSubfilterTypeNotRecipientType'
  | 'ErrorInvalidSubscription'
  | 'ErrorInvalidSubscriptionRequest'
  | 'ErrorInvalidSyncStateData'
  | 'ErrorInvalidTimeInterval'
  | 'ErrorInvalidUserOofSettings'
  | 'ErrorInvalidUserPrincipalName'
  | 'ErrorInvalidUserSid'
  | 'ErrorInvalidUserSidMissingUPN'
  | 'ErrorInvalidValueForProperty'
  | 'ErrorInvalidWatermark'
  | 'ErrorIPGatewayNotFound'
  | 'ErrorIrresolvableConflict'
  | 'ErrorItemCorrupt'
  | 'ErrorItemNotFound'
  | 'ErrorItemPropertyRequestFailed'
  | 'ErrorItemSave'
  | 'ErrorItemSavePropertyError'
  | 'ErrorLegacyMailboxFreeBusyViewTypeNotMerged'
  | 'ErrorLocalServerObjectNotFound'
  | 'ErrorLogonAsNetworkServiceFailed'
  | 'ErrorMailboxConfiguration'
  | 'ErrorMailboxDataArrayEmpty'
  | 'ErrorMailboxDataArrayTooBig'
  | 'ErrorMailboxHoldNotFound'
  | 'ErrorMailboxLogonFailed'
  | 'ErrorMailboxMoveInProgress'
  | 'ErrorMailboxStoreUnavailable'
  | 'ErrorMailRecipientNotFound'
  | 'ErrorMailTipsDisabled'
  | 'ErrorManagedFolderAlreadyExists'
  | 'ErrorManagedFolderNotFound'
  | 'ErrorManagedFoldersRootFailure'
  | 'ErrorMeetingSuggestionGenerationFailed'
  | 'ErrorMessageDispositionRequired'
  | 'ErrorMessageSizeExceeded'
  | 'ErrorMimeContentConversionFailed'
  | 'ErrorMimeContentInvalid'
  | 'ErrorMimeContentInvalidBase64String'
  | 'ErrorMissingArgument'
  | 'ErrorMissingEmailAddress'
  | 'ErrorMissingEmailAddressForManagedFolder'
  | 'ErrorMissingInformationEmailAddress'
  | 'ErrorMissingInformationReferenceItemId'
  | 'ErrorMissingItemForCreateItemAttachment'
  | 'ErrorMissingManagedFolderId'
  | 'ErrorMissingRecipients'
  | 'ErrorMissingUserIdInformation'
  | 'ErrorMoreThanOneAccessModeSpecified'
  | 'ErrorMoveCopyFailed'
  | 'ErrorMoveDistinguishedFolder'
  | 'ErrorMultiLegacyMailboxAccess'
  | 'ErrorNameResolutionMultipleResults'
  | 'ErrorNameResolutionNoMailbox'
  | 'ErrorNameResolutionNoResults'
  | 'ErrorNoApplicableProxyCASServersAvailable'
  | 'ErrorNoCalendar'
  | 'ErrorNoDestinationCASDueToKerberosRequirements'
  | 'ErrorNoDestinationCASDueToSSLRequirements'
  | 'ErrorNoDestinationCASDueToVersionMismatch'
  | 'ErrorNoFolderClassOverride'
  | 'ErrorNoFreeBusyAccess'
  | 'ErrorNonExistentMailbox'
  | 'ErrorNonPrimarySmtpAddress'
  | 'ErrorNoPropertyTagForCustomProperties'
  | 'ErrorNoPublicFolderReplicaAvailable'
  | 'ErrorNoPublicFolderServerAvailable'
  | 'ErrorNoRespondingCASInDestinationSite'
  | 'ErrorNotDelegate'
  | 'ErrorNotEnoughMemory'
  | 'ErrorObjectTypeChanged'
  | 'ErrorOccurrenceCrossingBoundary'
  | 'ErrorOccurrenceTimeSpanTooBig'
  | 'ErrorOperationNotAllowedWithPublicFolderRoot'
  | 'ErrorParentFolderIdRequired'
  | 'ErrorParentFolderNotFound'
  | 'ErrorPasswordChangeRequired'
  | 'ErrorPasswordExpired'
  | 'ErrorPhoneNumberNotDialable'
  | 'ErrorPropertyUpdate'
  | 'ErrorPromptPublishingOperationFailed'
  | 'ErrorPropertyValidationFailure'
  | 'ErrorProxiedSubscriptionCallFailure'
  | 'ErrorProxyCallFailed'
  | 'ErrorProxyGroupSidLimitExceeded'
  | 'ErrorProxyRequestNotAllowed'
  | 'ErrorProxyRequestProcessingFailed'
  | 'ErrorProxyServiceDiscoveryFailed'
  | 'ErrorProxyTokenExpired'
  | 'ErrorPublicFolderMailboxDiscoveryFailed'
  | 'ErrorPublicFolderOperationFailed'
  | 'ErrorPublicFolderRequestProcessingFailed'
  | 'ErrorPublicFolderServerNotFound'
  | 'ErrorPublicFolderSyncException'
  | 'ErrorQueryFilterTooLong'
  | 'ErrorQuotaExceeded'
  | 'ErrorReadEventsFailed'
  | 'ErrorReadReceiptNotPending'
  | 'ErrorRecurrenceEndDateTooBig'
  | 'ErrorRecurrenceHasNoOccurrence'
  | 'ErrorRemoveDelegatesFailed'
  | 'ErrorRequestAborted'
  | 'ErrorRequestStreamTooBig'
  | 'ErrorRequiredPropertyMissing'
  | 'ErrorResolveNamesInvalidFolderType'
  | 'ErrorResolveNamesOnlyOneContactsFolderAllowed'
  | 'ErrorResponseSchemaValidation'
  | 'ErrorRestrictionTooLong'
  | 'ErrorRestrictionTooComplex'
  | 'ErrorResultSetTooBig'
  | 'ErrorInvalidExchangeImpersonationHeaderData'
  | 'ErrorSavedItemFolderNotFound'
  | 'ErrorSchemaValidation'
  | 'ErrorSearchFolderNotInitialized'
  | 'ErrorSendAsDenied'
  | 'ErrorSendMeetingCancellationsRequired'
  | 'ErrorSendMeetingInvitationsOrCancellationsRequired'
  | 'ErrorSendMeetingInvitationsRequired'
  | 'ErrorSentMeetingRequestUpdate'
  | 'ErrorSentTaskRequestUpdate'
  | 'ErrorServerBusy'
  | 'ErrorServiceDiscoveryFailed'
  | 'ErrorStaleObject'
  | 'ErrorSubmissionQuotaExceeded'
  | 'ErrorSubscriptionAccessDenied'
  | 'ErrorSubscriptionDelegateAccessNotSupported'
  | 'ErrorSubscriptionNotFound'
  | 'ErrorSubscriptionUnsubscribed'
  | 'ErrorSyncFolderNotFound'
  | 'ErrorTeamMailboxNotFound'
  | 'ErrorTeamMailboxNotLinkedToSharePoint'
  | 'ErrorTeamMailboxUrlValidationFailed'
  | 'ErrorTeamMailboxNotAuthorizedOwner'
  | 'ErrorTeamMailboxActiveToPendingDelete'
  | 'ErrorTeamMailboxFailedSendingNotifications'
  | 'ErrorTeamMailboxErrorUnknown'
  | 'ErrorTimeIntervalTooBig'
  | 'ErrorTimeoutExpired'
  | 'ErrorTimeZone'
  | 'ErrorToFolderNotFound'
  | 'ErrorTokenSerializationDenied'
  | 'ErrorTooManyObjectsOpened'
  | 'ErrorUpdatePropertyMismatch'
  | 'ErrorUnifiedGroupMailboxAADCreationFailed'
  | 'ErrorUnifiedGroupMailboxAADDeleteFailed'
  | 'ErrorUnifiedGroupMailboxNamingPolicy'
  | 'ErrorUnifiedGroupMailboxDeleteFailed'
  | 'ErrorUnifiedGroupMailboxNotFound'
  | 'ErrorUnifiedGroupMailboxUpdateDelayed'
  | 'ErrorUnifiedGroupMailboxUpdatedPartialProperties'
  | 'ErrorUnifiedGroupMailboxUpdateFailed'
  | 'ErrorUnifiedGroupMailboxProvisionFailed'
  | 'ErrorUnifiedMessagingDialPlanNotFound'
  | 'ErrorUnifiedMessagingReportDataNotFound'
  | 'ErrorUnifiedMessagingPromptNotFound'
  | 'ErrorUnifiedMessagingRequestFailed'
  | 'ErrorUnifiedMessagingServerNotFound'
  | 'ErrorUnableToGetUserOofSettings'
  | 'ErrorUnableToRemoveImContactFromGroup'
  | 'ErrorUnsupportedSubFilter'
  | 'ErrorUnsupportedCulture'
  | 'ErrorUnsupportedMapiPropertyType'
  | 'ErrorUnsupportedMimeConversion'
  | 'ErrorUnsupportedPathForQuery'
  | 'ErrorUnsupportedPathForSortGroup'
  | 'ErrorUnsupportedPropertyDefinition'
  | 'ErrorUnsupportedQueryFilter'
  | 'ErrorUnsupportedRecurrence'
  | 'ErrorUnsupportedTypeForConversion'
  | 'ErrorUpdateDelegatesFailed'
  | 'ErrorUserNotUnifiedMessagingEnabled'
  | 'ErrorVoiceMailNotImplemented'
  | 'ErrorValueOutOfRange'
  | 'ErrorVirusDetected'
  | 'ErrorVirusMessageDeleted'
  | 'ErrorWebRequestInInvalidState'
  | 'ErrorWin32InteropError'
  | 'ErrorWorkingHoursSaveFailed'
  | 'ErrorWorkingHoursXmlMalformed'
  | 'ErrorWrongServerVersion'
  | 'ErrorWrongServerVersionDelegate'
  | 'ErrorMissingInformationSharingFolderId'
  | 'ErrorDuplicateSOAPHeader'
  | 'ErrorSharingSynchronizationFailed'
  | 'ErrorSharingNoExternalEwsAvailable'
  | 'ErrorFreeBusyDLLimitReached'
  | 'ErrorInvalidGetSharingFolderRequest'
  | 'ErrorNotAllowedExternalSharingByPolicy'
  | 'ErrorUserNotAllowedByPolicy'
  | 'ErrorPermissionNotAllowedByPolicy'
  | 'ErrorOrganizationNotFederated'
  | 'ErrorMailboxFailover'
  | 'ErrorInvalidExternalSharingInitiator'
  | 'ErrorMessageTrackingPermanentError'
  | 'ErrorMessageTrackingTransientError'
  | 'ErrorMessageTrackingNoSuchDomain'
  | 'ErrorUserWithoutFederatedProxyAddress'
  | 'ErrorInvalidOrganizationRelationshipForFreeBusy'
  | 'ErrorInvalidFederatedOrganizationId'
  | 'ErrorInvalidExternalSharingSubscriber'
  | 'ErrorInvalidSharingData'
  | 'ErrorInvalidSharingMessage'
  | 'ErrorNotSupportedSharingMessage'
  | 'ErrorApplyConversationActionFailed'
  | 'ErrorInboxRulesValidationError'
  | 'ErrorOutlookRuleBlobExists'
  | 'ErrorRulesOverQuota'
  | 'ErrorNewEventStreamConnectionOpened'
  | 'ErrorMissedNotificationEvents'
  | 'ErrorDuplicateLegacyDistinguishedName'
  | 'ErrorInvalidClientAccessTokenRequest'
  | 'ErrorUnauthorizedClientAccessTokenRequest'
  | 'ErrorNoSpeechDetected'
  | 'ErrorUMServerUnavailable'
  | 'ErrorRecipientNotFound'
  | 'ErrorRecognizerNotInstalled'
  | 'ErrorSpeechGrammarError'
  | 'ErrorInvalidManagementRoleHeader'
  | 'ErrorLocationServicesDisabled'
  | 'ErrorLocationServicesRequestTimedOut'
  | 'ErrorLocationServicesRequestFailed'
  | 'ErrorLocationServicesInvalidRequest'
  | 'ErrorWeatherServiceDisabled'
  | 'ErrorMailboxScopeNotAllowedWithoutQueryString'
  | 'ErrorArchiveMailboxSearchFailed'
  | 'ErrorGetRemoteArchiveFolderFailed'
  | 'ErrorFindRemoteArchiveFolderFailed'
  | 'ErrorGetRemoteArchiveItemFailed'
  | 'ErrorExportRemoteArchiveItemsFailed'
  | 'ErrorInvalidPhotoSize'
  | 'ErrorSearchQueryHasTooManyKeywords'
  | 'ErrorSearchTooManyMailboxes'
  | 'ErrorInvalidRetentionTagNone'
  | 'ErrorDiscoverySearchesDisabled'
  | 'ErrorCalendarSeekToConditionNotSupported'
  | 'ErrorCalendarIsGroupMailboxForAccept'
  | 'ErrorCalendarIsGroupMailboxForDecline'
  | 'ErrorCalendarIsGroupMailboxForTentative'
  | 'ErrorCalendarIsGroupMailboxForSuppressReadReceipt'
  | 'ErrorOrganizationAccessBlocked'
  | 'ErrorInvalidLicense'
  | 'ErrorMessagePerFolderCountReceiveQuotaExceeded'
  | 'ErrorInvalidBulkActionType'
  | 'ErrorInvalidKeepNCount'
  | 'ErrorInvalidKeepNType'
  | 'ErrorNoOAuthServerAvailableForRequest'
  | 'ErrorInstantSearchSessionExpired'
  | 'ErrorInstantSearchTimeout'
  | 'ErrorInstantSearchFailed'
  | 'ErrorUnsupportedUserForExecuteSearch'
  | 'ErrorDuplicateExtendedKeywordDefinition'
  | 'ErrorMissingExchangePrincipal'
  | 'ErrorUnexpectedUnifiedGroupsCount'
  | 'ErrorParsingXMLResponse'
  | 'ErrorInvalidFederationOrganizationIdentifier'
  | 'ErrorInvalidSweepRule'
  | 'ErrorInvalidSweepRuleOperationType'
  | 'ErrorTargetDomainNotSupported'
  | 'ErrorInvalidInternetWebProxyOnLocalServer'
  | 'ErrorNoSenderRestrictionsSettingsFoundInRequest'
  | 'ErrorDuplicateSenderRestrictionsInputFound'
  | 'ErrorSenderRestrictionsUpdateFailed'
  | 'ErrorMessageSubmissionBlocked'
  | 'ErrorExceededMessageLimit'
  | 'ErrorExceededMaxRecipientLimitBlock'
  | 'ErrorAccountSuspend'
  | 'ErrorExceededMaxRecipientLimit'
  | 'ErrorMessageBlocked'
  | 'ErrorAccountSuspendShowTierUpgrade'
  | 'ErrorExceededMessageLimitShowTierUpgrade'
  | 'ErrorExceededMaxRecipientLimitShowTierUpgrade'
  | 'ErrorInvalidLongitude'
  | 'ErrorInvalidLatitude'
  | 'ErrorProxySoapException'
  | 'ErrorUnifiedGroupAlreadyExists'
  | 'ErrorUnifiedGroupAadAuthorizationRequestDenied'
  | 'ErrorUnifiedGroupCreationDisabled'
  | 'ErrorMarketPlaceExtensionAlreadyInstalledForOrg'
  | 'ErrorExtensionAlreadyInstalledForOrg'
  | 'ErrorNewerExtensionAlreadyInstalled'
  | 'ErrorNewerMarketPlaceExtensionAlreadyInstalled'
  | 'ErrorInvalidExtensionId'
  | 'ErrorCannotUninstallProvidedExtensions'
  | 'ErrorNoRbacPermissionToInstallMarketPlaceExtensions'
  | 'ErrorNoRbacPermissionToInstallReadWriteMailboxExtensions'
  | 'ErrorInvalidReportMessageActionType'
  | 'ErrorCannotDownloadExtensionManifest'
  | 'ErrorCalendarForwardActionNotAllowed'
  | 'ErrorUnifiedGroupAliasNamingPolicy'
  | 'ErrorSubscriptionsDisabledForGroup'

export type ResponseMessageTypeMessageXml = readonly AnyElement[]

export interface ResponseMessageType {
  ResponseClass: ResponseClassType
  MessageText?: string | undefined
  ResponseCode?: ResponseCodeType | undefined
  DescriptiveLinkKey?: number | undefined
  MessageXml?: ResponseMessageTypeMessageXml | undefined
}

export type ArrayOfResponseMessagesType = readonly OneOf<{
  CreateItemResponseMessage: ItemInfoResponseMessageType
  DeleteItemResponseMessage: DeleteItemResponseMessageType
  GetItemResponseMessage: ItemInfoResponseMessageType
  UpdateItemResponseMessage: UpdateItemResponseMessageType
  UpdateItemInRecoverableItemsResponseMessage: UpdateItemInRecoverableItemsResponseMessageType
  SendItemResponseMessage: ResponseMessageType
  DeleteFolderResponseMessage: ResponseMessageType
  EmptyFolderResponseMessage: ResponseMessageType
  CreateFolderResponseMessage: FolderInfoResponseMessageType
  GetFolderResponseMessage: FolderInfoResponseMessageType
  FindFolderResponseMessage: FindFolderResponseMessageType
  UpdateFolderResponseMessage: FolderInfoResponseMessageType
  MoveFolderResponseMessage: FolderInfoResponseMessageType
  CopyFolderResponseMessage: FolderInfoResponseMessageType
  CreateFolderPathResponseMessage: FolderInfoResponseMessageType
  CreateAttachmentResponseMessage: AttachmentInfoResponseMessageType
  DeleteAttachmentResponseMessage: DeleteAttachmentResponseMessageType
  GetAttachmentResponseMessage: AttachmentInfoResponseMessageType
  UploadItemsResponseMessage: UploadItemsResponseMessageType
  ExportItemsResponseMessage: ExportItemsResponseMessageType
  MarkAllItemsAsReadResponseMessage: ResponseMessageType
  GetClientAccessTokenResponseMessage: GetClientAccessTokenResponseMessageType
  GetAppManifestsResponseMessage: ResponseMessageType
  SetClientExtensionResponseMessage: ResponseMessageType
  GetOMEConfigurationResponseMessage: ResponseMessageType
  SetOMEConfigurationResponseMessage: ResponseMessageType
  FindItemResponseMessage: FindItemResponseMessageType
  MoveItemResponseMessage: ItemInfoResponseMessageType
  ArchiveItemResponseMessage: ItemInfoResponseMessageType
  CopyItemResponseMessage: ItemInfoResponseMessageType
  ResolveNamesResponseMessage: ResolveNamesResponseMessageType
  ExpandDLResponseMessage: ExpandDLResponseMessageType
  GetServerTimeZonesResponseMessage: GetServerTimeZonesResponseMessageType
  GetEventsResponseMessage: GetEventsResponseMessageType
  GetStreamingEventsResponseMessage: GetStreamingEventsResponseMessageType
  SubscribeResponseMessage: SubscribeResponseMessageType
  UnsubscribeResponseMessage: ResponseMessageType
  SendNotificationResponseMessage: SendNotificationResponseMessageType
  SyncFolderHierarchyResponseMessage: SyncFolderHierarchyResponseMessageType
  SyncFolderItemsResponseMessage: SyncFolderItemsResponseMessageType
  CreateManagedFolderResponseMessage: FolderInfoResponseMessageType
  ConvertIdResponseMessage: ConvertIdResponseMessageType
  GetSharingMetadataResponseMessage: GetSharingMetadataResponseMessageType
  RefreshSharingFolderResponseMessage: RefreshSharingFolderResponseMessageType
  GetSharingFolderResponseMessage: GetSharingFolderResponseMessageType
  CreateUserConfigurationResponseMessage: ResponseMessageType
  DeleteUserConfigurationResponseMessage: ResponseMessageType
  GetUserConfigurationResponseMessage: GetUserConfigurationResponseMessageType
  GetSpecificUserConfigurationResponseMessage: GetSpecificUserConfigurationResponseMessageType
  UpdateUserConfigurationResponseMessage: ResponseMessageType
  GetRoomListsResponse: GetRoomListsResponseMessageType
  GetRoomsResponse: GetRoomsResponseMessageType
  GetRemindersResponse: GetRemindersResponseMessageType
  PerformReminderActionResponse: PerformReminderActionResponseMessageType
  ApplyConversationActionResponseMessage: ApplyConversationActionResponseMessageType
  FindMailboxStatisticsByKeywordsResponseMessage: FindMailboxStatisticsByKeywordsResponseMessageType
  GetSearchableMailboxesResponseMessage: GetSearchableMailboxesResponseMessageType
  SearchMailboxesResponseMessage: SearchMailboxesResponseMessageType
  GetDiscoverySearchConfigurationResponseMessage: GetDiscoverySearchConfigurationResponseMessageType
  GetHoldOnMailboxesResponseMessage: GetHoldOnMailboxesResponseMessageType
  SetHoldOnMailboxesResponseMessage: SetHoldOnMailboxesResponseMessageType
  GetNonIndexableItemStatisticsResponseMessage: GetNonIndexableItemStatisticsResponseMessageType
  GetNonIndexableItemDetailsResponseMessage: GetNonIndexableItemDetailsResponseMessageType
  FindPeopleResponseMessage: FindPeopleResponseMessageType
  FindTagsResponseMessage: FindTagsResponseMessageType
  AddTagResponseMessage: AddTagResponseMessageType
  HideTagResponseMessage: HideTagResponseMessageType
  GetPasswordExpirationDateResponse: GetPasswordExpirationDateResponseMessageType
  GetPersonaResponseMessage: GetPersonaResponseMessageType
  GetConversationItemsResponseMessage: GetConversationItemsResponseMessageType
  GetUserRetentionPolicyTagsResponseMessage: GetUserRetentionPolicyTagsResponseMessageType
  GetUserPhotoResponseMessage: GetUserPhotoResponseMessageType
  MarkAsJunkResponseMessage: MarkAsJunkResponseMessageType
  ReportMessageResponseMessage: ReportMessageResponseMessageType
  PostModernGroupItemResponseMessage: ItemInfoResponseMessageType
  GetLastPrivateCatalogUpdateResponseMessage: ResponseMessageType
  GetPrivateCatalogAddInsResponseMessage: ResponseMessageType
}>[]

export interface BaseResponseMessageType {
  ResponseMessages: ArrayOfResponseMessagesType
}

export type BaseRequestType = Record<never, never>

export interface GetFolderType extends BaseRequestType {
  FolderShape: FolderResponseShapeType
  FolderIds: NonEmptyArrayOfBaseFolderIdsType
}

export interface UploadItemsType extends BaseRequestType {
  Items: NonEmptyArrayOfUploadItemsType
}

export interface UploadItemsResponseMessageType extends ResponseMessageType {
  ItemId?: ItemIdType | undefined
}

export type UploadItemsResponseType = BaseResponseMessageType

export interface ExportItemsType extends BaseRequestType {
  ItemIds: NonEmptyArrayOfItemIdsType
}

export interface ExportItemsResponseMessageType extends ResponseMessageType {
  ItemId?: ItemIdType | undefined
  Data?: Octets | undefined
}

export type ExportItemsResponseType = BaseResponseMessageType

export interface CreateFolderType extends BaseRequestType {
  ParentFolderId: TargetFolderIdType
  Folders: NonEmptyArrayOfFoldersType
}

export interface FindFolderType extends BaseRequestType {
  Traversal: FolderQueryTraversalType
  FolderShape: FolderResponseShapeType
  IndexedPageFolderView?: IndexedPageViewType | undefined
  FractionalPageFolderView?: FractionalPageViewType | undefined
  Restriction?: RestrictionType | undefined
  ParentFolderIds: NonEmptyArrayOfBaseFolderIdsType
}

export interface FolderInfoResponseMessageType extends ResponseMessageType {
  Folders?: ArrayOfFoldersType | undefined
}

export interface FindFolderResponseMessageType extends ResponseMessageType {
  RootFolder?: FindFolderParentType | undefined
}

export type FindFolderResponseType = BaseResponseMessageType

export interface DeleteFolderType extends BaseRequestType {
  DeleteType: DisposalType
  FolderIds: NonEmptyArrayOfBaseFolderIdsType
}

export type DeleteFolderResponseType = BaseResponseMessageType

export interface EmptyFolderType extends BaseRequestType {
  DeleteType: DisposalType
  DeleteSubFolders: boolean
  FolderIds: NonEmptyArrayOfBaseFolderIdsType
}

export type EmptyFolderResponseType = BaseResponseMessageType

export interface BaseMoveCopyFolderType extends BaseRequestType {
  ToFolderId: TargetFolderIdType
  FolderIds: NonEmptyArrayOfBaseFolderIdsType
}

export type MoveFolderType = BaseMoveCopyFolderType

export type CopyFolderType = BaseMoveCopyFolderType

export interface UpdateFolderType extends BaseRequestType {
  FolderChanges: NonEmptyArrayOfFolderChangesType
}

export type CreateFolderResponseType = BaseResponseMessageType

export type GetFolderResponseType = BaseResponseMessageType

export type UpdateFolderResponseType = BaseResponseMessageType

export type MoveFolderResponseType = BaseResponseMessageType

export type CopyFolderResponseType = BaseResponseMessageType

export interface CreateFolderPathType extends BaseRequestType {
  ParentFolderId: TargetFolderIdType
  RelativeFolderPath: NonEmptyArrayOfFoldersType
}

export type CreateFolderPathResponseType = BaseResponseMessageType

export interface GetItemType extends BaseRequestType {
  ItemShape: ItemResponseShapeType
  ItemIds: NonEmptyArrayOfBaseItemIdsType
}

export interface CreateItemType extends BaseRequestType {
  MessageDisposition?: MessageDispositionType | undefined
  SendMeetingInvitations?: CalendarItemCreateOrDeleteOperationType | undefined
  SavedItemFolderId?: TargetFolderIdType | undefined
  Items: NonEmptyArrayOfAllItemsType
}

export interface UpdateItemType extends BaseRequestType {
  ConflictResolution: ConflictResolutionType
  MessageDisposition?: MessageDispositionType | undefined
  SendMeetingInvitationsOrCancellations?: CalendarItemUpdateOperationType | undefined
  SuppressReadReceipts?: boolean | undefined
  SavedItemFolderId?: TargetFolderIdType | undefined
  ItemChanges: NonEmptyArrayOfItemChangesType
}

export interface ItemInfoResponseMessageType extends ResponseMessageType {
  Items: ArrayOfRealItemsType
}

export interface UpdateItemResponseMessageType extends ItemInfoResponseMessageType {
  ConflictResults?: ConflictResultsType | undefined
}

export interface UpdateItemInRecoverableItemsType extends BaseRequestType {
  ItemId: ItemIdType
  Updates?: NonEmptyArrayOfItemChangeDescriptionsType | undefined
  Attachments?: NonEmptyArrayOfAttachmentsType | undefined
  MakeItemImmutable?: boolean | undefined
}

export interface UpdateItemInRecoverableItemsResponseMessageType extends ItemInfoResponseMessageType {
  Attachments?: ArrayOfAttachmentsType | undefined
  ConflictResults?: ConflictResultsType | undefined
}

export interface DeleteItemType extends BaseRequestType {
  DeleteType: DisposalType
  SendMeetingCancellations?: CalendarItemCreateOrDeleteOperationType | undefined
  AffectedTaskOccurrences?: AffectedTaskOccurrencesType | undefined
  SuppressReadReceipts?: boolean | undefined
  ItemIds: NonEmptyArrayOfBaseItemIdsType
}

export interface AttachmentInfoResponseMessageType extends ResponseMessageType {
  Attachments: ArrayOfAttachmentsType
}

export interface DeleteAttachmentResponseMessageType extends ResponseMessageType {
  RootItemId?: RootItemIdType | undefined
}

export interface BaseMoveCopyItemType extends BaseRequestType {
  ToFolderId: TargetFolderIdType
  ItemIds: NonEmptyArrayOfBaseItemIdsType
  ReturnNewItemIds?: boolean | undefined
}

export type MoveItemType = BaseMoveCopyItemType

export type CopyItemType = BaseMoveCopyItemType

export interface ArchiveItemType extends BaseRequestType {
  ArchiveSourceFolderId: TargetFolderIdType
  ItemIds: NonEmptyArrayOfBaseItemIdsType
}

export interface SendItemType extends BaseRequestType {
  SaveItemToFolder: boolean
  ItemIds: NonEmptyArrayOfBaseItemIdsType
  SavedItemFolderId?: TargetFolderIdType | undefined
}

export type SendItemResponseType = BaseResponseMessageType

export interface QueryStringType {
  ResetCache?: boolean | undefined
  ReturnHighlightTerms?: boolean | undefined
  ReturnDeletedItems?: boolean | undefined
  Value: string
}

export interface FindItemType extends BaseRequestType {
  Traversal: ItemQueryTraversalType
  ItemShape: ItemResponseShapeType
  IndexedPageItemView?: IndexedPageViewType | undefined
  FractionalPageItemView?: FractionalPageViewType | undefined
  SeekToConditionPageItemView?: SeekToConditionPageViewType | undefined
  CalendarView?: CalendarViewType | undefined
  ContactsView?: ContactsViewType | undefined
  GroupBy?: GroupByType | undefined
  DistinguishedGroupBy?: DistinguishedGroupByType | undefined
  Restriction?: RestrictionType | undefined
  SortOrder?: NonEmptyArrayOfFieldOrdersType | undefined
  ParentFolderIds: NonEmptyArrayOfBaseFolderIdsType
  QueryString?: QueryStringType | undefined
}

export interface FindConversationType extends BaseRequestType {
  Traversal?: ConversationQueryTraversalType | undefined
  ViewFilter?: ViewFilterType | undefined
  IndexedPageItemView?: IndexedPageViewType | undefined
  SeekToConditionPageItemView?: SeekToConditionPageViewType | undefined
  SortOrder?: NonEmptyArrayOfFieldOrdersType | undefined
  ParentFolderId: TargetFolderIdType
  MailboxScope?: MailboxSearchLocationType | undefined
  QueryString?: QueryStringType | undefined
  ConversationShape?: ConversationResponseShapeType | undefined
}

export interface FindConversationResponseMessageType extends ResponseMessageType {
  Conversations?: ArrayOfConversationsType | undefined
  HighlightTerms?: ArrayOfHighlightTermsType | undefined
  TotalConversationsInView?: number | undefined
  IndexedOffset?: number | undefined
}

export interface PerformInstantSearchRequest extends BaseRequestType {
  SearchSessionId: string
  ItemType: readonly InstantSearchItemType[]
  QueryOptions: readonly QueryOptionsType[]
  SearchRequestId: number
  KqlQuery: string
  FolderScope: ArrayOfFolderIdType
  DistinguishedFolderScope?: ArrayOfDistinguishedFolderIdType | undefined
  IsDeepTraversal?: boolean | undefined
  WaitOnSearchResults?: boolean | undefined
}

export interface PerformInstantSearchResponse extends ResponseMessageType {
  Payload?: InstantSearchPayloadType | undefined
}

export interface EndInstantSearchSessionRequest extends BaseRequestType {
  SessionId: string
}

export interface ApplyConversationActionType extends BaseRequestType {
  ConversationActions: NonEmptyArrayOfApplyConversationActionType
}

export type ApplyConversationActionResponseType = BaseResponseMessageType

export type ApplyConversationActionResponseMessageType = ResponseMessageType

export interface FindPeopleType extends BaseRequestType {
  PersonaShape?: PersonaResponseShapeType | undefined
  IndexedPageItemView: IndexedPageViewType
  Restriction?: RestrictionType | undefined
  AggregationRestriction?: RestrictionType | undefined
  SortOrder?: NonEmptyArrayOfFieldOrdersType | undefined
  ParentFolderId?: TargetFolderIdType | undefined
  QueryString?: string | undefined
  SearchPeopleSuggestionIndex?: boolean | undefined
  TopicQueryString?: string | undefined
  Context?: ArrayOfContextProperty | undefined
  QuerySources?: ArrayOfPeopleQuerySource | undefined
}

export interface FindPeopleResponseMessageType extends ResponseMessageType {
  People?: ArrayOfPeopleType | undefined
  TotalNumberOfPeopleInView?: number | undefined
  FirstMatchingRowIndex?: number | undefined
  FirstLoadedRowIndex?: number | undefined
  TransactionId?: string | undefined
}

export interface FindTagsType extends BaseRequestType {
  IndexedPageItemView: IndexedPageViewType
  SortOrder?: NonEmptyArrayOfFieldOrdersType | undefined
  QueryString?: string | undefined
  Context?: ArrayOfContextProperty | undefined
}

export interface FindTagsResponseMessageType extends ResponseMessageType {
  Tags?: ArrayOfStringsType | undefined
}

export interface AddTagType extends BaseRequestType {
  Tag: string
  AppName: string
}

export interface AddTagResponseMessageType extends ResponseMessageType {
  WasSuccessful?: boolean | undefined
}

export interface HideTagType extends BaseRequestType {
  Tag: string
}

export interface HideTagResponseMessageType extends ResponseMessageType {
  WasSuccessful?: boolean | undefined
}

export interface GetPersonaType extends BaseRequestType {
  PersonaId?: ItemIdType | undefined
  EmailAddress?: EmailAddressType | undefined
  ParentFolderId?: TargetFolderIdType | undefined
  ItemLinkId?: string | undefined
  AdditionalProperties?: NonEmptyArrayOfPathsToElementType | undefined
}

export interface GetPersonaResponseMessageType extends ResponseMessageType {
  Persona: PersonaType
}

export interface CreateAttachmentType extends BaseRequestType {
  ParentItemId: ItemIdType
  Attachments: NonEmptyArrayOfAttachmentsType
}

export type CreateAttachmentResponseType = BaseResponseMessageType

export interface DeleteAttachmentType extends BaseRequestType {
  AttachmentIds: NonEmptyArrayOfRequestAttachmentIdsType
}

export type DeleteAttachmentResponseType = BaseResponseMessageType

export interface GetAttachmentType extends BaseRequestType {
  AttachmentShape?: AttachmentResponseShapeType | undefined
  AttachmentIds: NonEmptyArrayOfRequestAttachmentIdsType
}

export type GetAttachmentResponseType = BaseResponseMessageType

export type CreateItemResponseType = BaseResponseMessageType

export type UpdateItemResponseType = BaseResponseMessageType

export type UpdateItemInRecoverableItemsResponseType = BaseResponseMessageType

export type GetItemResponseType = BaseResponseMessageType

export type MoveItemResponseType = BaseResponseMessageType

export type CopyItemResponseType = BaseResponseMessageType

export type DeleteItemResponseType = BaseResponseMessageType

export type DeleteItemResponseMessageType = ResponseMessageType

export interface FindItemResponseMessageType extends ResponseMessageType {
  RootFolder?: FindItemParentType | undefined
  HighlightTerms?: ArrayOfHighlightTermsType | undefined
}

export type FindItemResponseType = BaseResponseMessageType

export type ArchiveItemResponseType = BaseResponseMessageType

export interface GetClientAccessTokenType extends BaseRequestType {
  TokenRequests: NonEmptyArrayOfClientAccessTokenRequestsType
}

export interface GetClientAccessTokenResponseMessageType extends ResponseMessageType {
  Token?: ClientAccessTokenType | undefined
}

export type GetClientAccessTokenResponseType = BaseResponseMessageType

export type GetFocusedOtherOverridesRequestType = BaseRequestType

export interface GetFocusedOtherOverridesResponseType extends BaseResponseMessageType {
  Overrides: ArrayOfInferenceClassificationOverridesType
}

export interface CreateOrUpdateFocusedOtherOverrideRequestType extends BaseRequestType {
  SenderSmtpAddress: string
  SenderDisplayName?: string | undefined
  AlwaysClassifyAs: InferenceClassificationType
}

export interface CreateOrUpdateFocusedOtherOverrideResponseType extends BaseResponseMessageType {
  Override: InferenceClassificationOverrideType
}

export interface DeleteFocusedOtherOverrideRequestType extends BaseRequestType {
  Id: string
}

export interface DeleteFocusedOtherOverrideResponseType extends BaseResponseMessageType {
  Override: InferenceClassificationOverrideType
}

export interface ResolveNamesType extends BaseRequestType {
  ReturnFullContactData: boolean
  SearchScope?: ResolveNamesSearchScopeType | undefined
  ContactDataShape?: DefaultShapeNamesType | undefined
  ParentFolderIds?: NonEmptyArrayOfBaseFolderIdsType | undefined
  UnresolvedEntry: string
}

export interface ResolveNamesResponseMessageType extends ResponseMessageType {
  ResolutionSet?: ArrayOfResolutionType | undefined
}

export type ResolveNamesResponseType = BaseResponseMessageType

export interface GetPasswordExpirationDateType extends BaseRequestType {
  MailboxSmtpAddress?: string | undefined
}

export interface GetPasswordExpirationDateResponseMessageType extends ResponseMessageType {
  PasswordExpirationDate: string
}

export interface GetMailTipsType extends BaseRequestType {
  SendingAs: EmailAddressType
  Recipients: ArrayOfRecipientsType
  MailTipsRequested: readonly MailTipTypes[]
}

export interface GetMailTipsResponseMessageType extends ResponseMessageType {
  ResponseMessages?: ArrayOfMailTipsResponseMessageType | undefined
}

export type ArrayOfMailTipsResponseMessageType = readonly MailTipsResponseMessageType[]

export interface MailTipsResponseMessageType extends ResponseMessageType {
  MailTips?: MailTips | undefined
}

export interface PlayOnPhoneType extends BaseRequestType {
  ItemId: ItemIdType
  DialString: string
}

export interface PlayOnPhoneResponseMessageType extends ResponseMessageType {
  PhoneCallId?: PhoneCallIdType | undefined
}

export interface GetPhoneCallInformationType extends BaseRequestType {
  PhoneCallId: PhoneCallIdType
}

export interface GetPhoneCallInformationResponseMessageType extends ResponseMessageType {
  PhoneCallInformation?: PhoneCallInformationType | undefined
}

export interface DisconnectPhoneCallType extends BaseRequestType {
  PhoneCallId: PhoneCallIdType
}

export type DisconnectPhoneCallResponseMessageType = ResponseMessageType

export interface ExpandDLType extends BaseRequestType {
  Mailbox: EmailAddressType
}

export interface ExpandDLResponseMessageType extends ResponseMessageType {
  IndexedPagingOffset?: number | undefined
  NumeratorOffset?: number | undefined
  AbsoluteDenominator?: number | undefined
  IncludesLastItemInRange?: boolean | undefined
  TotalItemsInView?: number | undefined
  DLExpansion?: ArrayOfDLExpansionType | undefined
}

export type ExpandDLResponseType = BaseResponseMessageType

export interface GetServerTimeZonesType extends BaseRequestType {
  ReturnFullTimeZoneData?: boolean | undefined
  Ids?: NonEmptyArrayOfTimeZoneIdType | undefined
}

export interface GetServerTimeZonesResponseMessageType extends ResponseMessageType {
  TimeZoneDefinitions: ArrayOfTimeZoneDefinitionType
}

export type GetServerTimeZonesResponseType = BaseResponseMessageType

export interface CreateManagedFolderRequestType extends BaseRequestType {
  FolderNames: NonEmptyArrayOfFolderNamesType
  Mailbox?: EmailAddressType | undefined
}

export type CreateManagedFolderResponseType = BaseResponseMessageType

export type SubscribeType = BaseRequestType &
  OneOf<{
    PullSubscriptionRequest: PullSubscriptionRequestType
    PushSubscriptionRequest: PushSubscriptionRequestType
    StreamingSubscriptionRequest: StreamingSubscriptionRequestType
  }>

export interface SubscribeResponseMessageType extends ResponseMessageType {
  SubscriptionId?: string | undefined
  Watermark?: string | undefined
}

export type SubscribeResponseType = BaseResponseMessageType

export interface UnsubscribeType extends BaseRequestType {
  SubscriptionId: string
}

export type UnsubscribeResponseType = BaseResponseMessageType

export interface GetEventsType extends BaseRequestType {
  SubscriptionId: string
  Watermark: string
}

export interface GetEventsResponseMessageType extends ResponseMessageType {
  Notification?: NotificationType | undefined
}

export type GetEventsResponseType = BaseResponseMessageType

export interface GetStreamingEventsType extends BaseRequestType {
  SubscriptionIds: NonEmptyArrayOfSubscriptionIdsType
  ConnectionTimeout: number
}

export interface GetStreamingEventsResponseMessageType extends ResponseMessageType {
  Notifications?: NonEmptyArrayOfNotificationsType | undefined
  ErrorSubscriptionIds?: NonEmptyArrayOfSubscriptionIdsType | undefined
  ConnectionStatus?: ConnectionStatusType | undefined
}

export type GetStreamingEventsResponseType = BaseResponseMessageType

export interface SendNotificationResponseMessageType extends ResponseMessageType {
  Notification: NotificationType
}

export type SendNotificationResponseType = BaseResponseMessageType

export interface SendNotificationResultType {
  SubscriptionStatus: SubscriptionStatusType
}

export interface SyncFolderHierarchyType extends BaseRequestType {
  FolderShape: FolderResponseShapeType
  SyncFolderId?: TargetFolderIdType | undefined
  SyncState?: string | undefined
}

export interface SyncFolderHierarchyResponseMessageType extends ResponseMessageType {
  SyncState?: string | undefined
  IncludesLastFolderInRange?: boolean | undefined
  Changes?: SyncFolderHierarchyChangesType | undefined
}

export type SyncFolderHierarchyResponseType = BaseResponseMessageType

export interface SyncFolderItemsType extends BaseRequestType {
  ItemShape: ItemResponseShapeType
  SyncFolderId: TargetFolderIdType
  SyncState?: string | undefined
  Ignore?: ArrayOfBaseItemIdsType | undefined
  MaxChangesReturned: number
  SyncScope?: SyncFolderItemsScopeType | undefined
}

export interface SyncFolderItemsResponseMessageType extends ResponseMessageType {
  SyncState?: string | undefined
  IncludesLastItemInRange?: boolean | undefined
  Changes?: SyncFolderItemsChangesType | undefined
}

export type SyncFolderItemsResponseType = BaseResponseMessageType

export interface GetUserAvailabilityRequestType extends BaseRequestType {
  TimeZone?: SerializableTimeZone | undefined
  MailboxDataArray: ArrayOfMailboxData
  FreeBusyViewOptions?: FreeBusyViewOptionsType | undefined
  SuggestionsViewOptions?: SuggestionsViewOptionsType | undefined
}

export interface FreeBusyResponseType {
  ResponseMessage?: ResponseMessageType | undefined
  FreeBusyView?: FreeBusyView | undefined
}

export type ArrayOfFreeBusyResponse = readonly FreeBusyResponseType[]

export interface SuggestionsResponseType {
  ResponseMessage?: ResponseMessageType | undefined
  SuggestionDayResultArray?: ArrayOfSuggestionDayResult | undefined
}

export interface GetUserAvailabilityResponseType {
  FreeBusyResponseArray?: ArrayOfFreeBusyResponse | undefined
  SuggestionsResponse?: SuggestionsResponseType | undefined
}

export interface GetUserOofSettingsRequest extends BaseRequestType {
  Mailbox: EmailAddress
}

export interface GetUserOofSettingsResponse {
  ResponseMessage: ResponseMessageType
  OofSettings?: UserOofSettings | undefined
  AllowExternalOof?: ExternalAudience | undefined
}

export interface SetUserOofSettingsRequest extends BaseRequestType {
  Mailbox: EmailAddress
  UserOofSettings: UserOofSettings
}

export interface SetUserOofSettingsResponse {
  ResponseMessage?: ResponseMessageType | undefined
}

export interface ConvertIdType extends BaseRequestType {
  DestinationFormat: IdFormatType
  SourceIds: NonEmptyArrayOfAlternateIdsType
}

export type ConvertIdResponseType = BaseResponseMessageType

export interface ConvertIdResponseMessageType extends ResponseMessageType {
  AlternateId?: AnyAlternateIdType | undefined
}

export interface GetDelegateType extends BaseDelegateType {
  IncludePermissions: boolean
  UserIds?: ArrayOfUserIdType | undefined
}

export interface GetDelegateResponseMessageType extends BaseDelegateResponseMessageType {
  DeliverMeetingRequests?: DeliverMeetingRequestsType | undefined
}

export type ArrayOfDelegateUserResponseMessageType = readonly DelegateUserResponseMessageType[]

export interface DelegateUserResponseMessageType extends ResponseMessageType {
  DelegateUser?: DelegateUserType | undefined
}

export interface AddDelegateType extends BaseDelegateType {
  DelegateUsers: ArrayOfDelegateUserType
  DeliverMeetingRequests?: DeliverMeetingRequestsType | undefined
}

export interface BaseDelegateResponseMessageType extends ResponseMessageType {
  ResponseMessages?: ArrayOfDelegateUserResponseMessageType | undefined
}

export interface BaseDelegateType extends BaseRequestType {
  Mailbox: EmailAddressType
}

export type AddDelegateResponseMessageType = BaseDelegateResponseMessageType

export interface RemoveDelegateType extends BaseDelegateType {
  UserIds: ArrayOfUserIdType
}

export type RemoveDelegateResponseMessageType = BaseDelegateResponseMessageType

export interface UpdateDelegateType extends BaseDelegateType {
  DelegateUsers?: ArrayOfDelegateUserType | undefined
  DeliverMeetingRequests?: DeliverMeetingRequestsType | undefined
}

export type UpdateDelegateResponseMessageType = BaseDelegateResponseMessageType

export interface GetSharingMetadataType extends BaseRequestType {
  IdOfFolderToShare: FolderIdType
  SenderSmtpAddress: string
  Recipients: ArrayOfSmtpAddressType
}

export interface GetSharingMetadataResponseMessageType extends ResponseMessageType {
  EncryptedSharedFolderDataCollection?: ArrayOfEncryptedSharedFolderDataType | undefined
  InvalidRecipients?: ArrayOfInvalidRecipientsType | undefined
}

export interface RefreshSharingFolderType extends BaseRequestType {
  SharingFolderId: FolderIdType
}

export type RefreshSharingFolderResponseMessageType = ResponseMessageType

export interface GetSharingFolderType extends BaseRequestType {
  SmtpAddress: string
  DataType?: SharingDataType | undefined
  SharedFolderId?: string | undefined
}

export interface GetSharingFolderResponseMessageType extends ResponseMessageType {
  SharingFolderId?: FolderIdType | undefined
}

export interface CreateUserConfigurationType extends BaseRequestType {
  UserConfiguration: UserConfigurationType
}

export type CreateUserConfigurationResponseType = BaseResponseMessageType

export interface DeleteUserConfigurationType extends BaseRequestType {
  UserConfigurationName: UserConfigurationNameType
}

export type DeleteUserConfigurationResponseType = BaseResponseMessageType

export interface GetUserConfigurationType extends BaseRequestType {
  UserConfigurationName: UserConfigurationNameType
  UserConfigurationProperties: readonly UserConfigurationPropertyType[]
}

export interface GetUserConfigurationResponseMessageType extends ResponseMessageType {
  UserConfiguration?: UserConfigurationType | undefined
}

export type GetUserConfigurationResponseType = BaseResponseMessageType

export interface GetSpecificUserConfigurationType extends BaseRequestType {
  UserConfigurationName: UserConfigurationNameType
  UserConfigurationProperties: readonly UserConfigurationPropertyType[]
}

export interface GetSpecificUserConfigurationResponseMessageType extends ResponseMessageType {
  UserConfiguration?: UserConfigurationType | undefined
}

export type GetSpecificUserConfigurationResponseType = BaseResponseMessageType

export interface UpdateUserConfigurationType extends BaseRequestType {
  UserConfiguration: UserConfigurationType
}

export type UpdateUserConfigurationResponseType = BaseResponseMessageType

export interface SetTeamMailboxRequestType extends BaseRequestType {
  EmailAddress: EmailAddressType
  SharePointSiteUrl: string
  State: TeamMailboxLifecycleStateType
}

export interface UnpinTeamMailboxRequestType extends BaseRequestType {
  EmailAddress: EmailAddressType
}

export type SetTeamMailboxResponseMessageType = ResponseMessageType

export type UnpinTeamMailboxResponseMessageType = ResponseMessageType

export type GetRoomListsType = BaseRequestType

export interface GetRoomListsResponseMessageType extends ResponseMessageType {
  RoomLists?: ArrayOfEmailAddressesType | undefined
}

export interface GetRoomsType extends BaseRequestType {
  RoomList: EmailAddressType
}

export interface GetRoomsResponseMessageType extends ResponseMessageType {
  Rooms?: ArrayOfRoomsType | undefined
}

export type GetRemindersTypeReminderType = 'All' | 'Current' | 'Old'

export interface GetRemindersType extends BaseRequestType {
  BeginTime?: string | undefined
  EndTime?: string | undefined
  MaxItems?: number | undefined
  ReminderType?: GetRemindersTypeReminderType | undefined
}

export interface GetRemindersResponseMessageType extends ResponseMessageType {
  Reminders: ArrayOfRemindersType
}

export interface PerformReminderActionType extends BaseRequestType {
  ReminderItemActions: NonEmptyArrayOfReminderItemActionType
}

export interface PerformReminderActionResponseMessageType extends ResponseMessageType {
  UpdatedItemIds: NonEmptyArrayOfItemIdsType
}

export type ArrayOfServiceConfigurationType = readonly (readonly ServiceConfigurationType[])[]

export interface GetServiceConfigurationType extends BaseRequestType {
  ActingAs?: EmailAddressType | undefined
  RequestedConfiguration: ArrayOfServiceConfigurationType
  ConfigurationRequestDetails?: ConfigurationRequestDetailsType | undefined
}

export interface GetServiceConfigurationResponseMessageType extends ResponseMessageType {
  ResponseMessages?: ArrayOfServiceConfigurationResponseMessageType | undefined
}

export type ArrayOfServiceConfigurationResponseMessageType =
  readonly ServiceConfigurationResponseMessageType[]

export interface ServiceConfigurationResponseMessageType extends ResponseMessageType {
  MailTipsConfiguration?: MailTipsServiceConfiguration | undefined
  UnifiedMessagingConfiguration?: UnifiedMessageServiceConfiguration | undefined
  ProtectionRulesConfiguration?: ProtectionRulesServiceConfiguration | undefined
  PolicyNudgeRulesConfiguration?: PolicyNudgeRulesServiceConfiguration | undefined
  SharePointURLsConfiguration?: SharePointURLsServiceConfiguration | undefined
}

export interface FindMessageTrackingReportRequestType extends BaseRequestType {
  Scope: string
  Domain: string
  Sender?: EmailAddressType | undefined
  PurportedSender?: EmailAddressType | undefined
  Recipient?: EmailAddressType | undefined
  Subject?: string | undefined
  StartDateTime?: string | undefined
  EndDateTime?: string | undefined
  MessageId?: string | undefined
  FederatedDeliveryMailbox?: EmailAddressType | undefined
  DiagnosticsLevel?: string | undefined
  ServerHint?: string | undefined
  Properties?: ArrayOfTrackingPropertiesType | undefined
}

export interface FindMessageTrackingReportResponseMessageType extends ResponseMessageType {
  Diagnostics?: ArrayOfStringsType | undefined
  MessageTrackingSearchResults?: ArrayOfFindMessageTrackingSearchResultType | undefined
  ExecutedSearchScope?: string | undefined
  Errors?: ArrayOfArraysOfTrackingPropertiesType | undefined
  Properties?: ArrayOfTrackingPropertiesType | undefined
}

export interface GetMessageTrackingReportRequestType extends BaseRequestType {
  Scope: string
  ReportTemplate: MessageTrackingReportTemplateType
  RecipientFilter?: EmailAddressType | undefined
  MessageTrackingReportId: string
  ReturnQueueEvents?: boolean | undefined
  DiagnosticsLevel?: string | undefined
  Properties?: ArrayOfTrackingPropertiesType | undefined
}

export interface GetMessageTrackingReportResponseMessageType extends ResponseMessageType {
  MessageTrackingReport?: MessageTrackingReportType | undefined
  Diagnostics?: ArrayOfStringsType | undefined
  Errors?: ArrayOfArraysOfTrackingPropertiesType | undefined
  Properties?: ArrayOfTrackingPropertiesType | undefined
}

export interface GetInboxRulesRequestType extends BaseRequestType {
  MailboxSmtpAddress?: string | undefined
}

export interface GetInboxRulesResponseType extends ResponseMessageType {
  OutlookRuleBlobExists?: boolean | undefined
  InboxRules?: ArrayOfRulesType | undefined
}

export interface UpdateInboxRulesRequestType extends BaseRequestType {
  MailboxSmtpAddress?: string | undefined
  RemoveOutlookRuleBlob?: boolean | undefined
  Operations: ArrayOfRuleOperationsType
}

export interface UpdateInboxRulesResponseType extends ResponseMessageType {
  RuleOperationErrors?: ArrayOfRuleOperationErrorsType | undefined
}

export interface FindMailboxStatisticsByKeywordsType extends BaseRequestType {
  Mailboxes: ArrayOfUserMailboxesType
  Keywords: ArrayOfStringsType
  Language?: string | undefined
  Senders?: ArrayOfSmtpAddressType | undefined
  Recipients?: ArrayOfSmtpAddressType | undefined
  FromDate?: string | undefined
  ToDate?: string | undefined
  MessageTypes?: ArrayOfSearchItemKindsType | undefined
  SearchDumpster?: boolean | undefined
  IncludePersonalArchive?: boolean | undefined
  IncludeUnsearchableItems?: boolean | undefined
}

export type FindMailboxStatisticsByKeywordsResponseType = BaseResponseMessageType

export interface FindMailboxStatisticsByKeywordsResponseMessageType extends ResponseMessageType {
  MailboxStatisticsSearchResult: MailboxStatisticsSearchResultType
}

export interface GetSearchableMailboxesType extends BaseRequestType {
  SearchFilter?: string | undefined
  ExpandGroupMembership?: boolean | undefined
}

export interface GetSearchableMailboxesResponseMessageType extends ResponseMessageType {
  SearchableMailboxes: ArrayOfSearchableMailboxesType
  FailedMailboxes?: ArrayOfFailedSearchMailboxesType | undefined
}

export interface SearchMailboxesType extends BaseRequestType {
  SearchQueries: NonEmptyArrayOfMailboxQueriesType
  ResultType: SearchResultType
  PreviewItemResponseShape?: PreviewItemResponseShapeType | undefined
  SortBy?: FieldOrderType | undefined
  Language?: string | undefined
  Deduplication?: boolean | undefined
  PageSize?: number | undefined
  PageItemReference?: string | undefined
  PageDirection?: SearchPageDirectionType | undefined
}

export type SearchMailboxesResponseType = BaseResponseMessageType

export interface SearchMailboxesResponseMessageType extends ResponseMessageType {
  SearchMailboxesResult?: SearchMailboxesResultType | undefined
}

export interface GetDiscoverySearchConfigurationType extends BaseRequestType {
  SearchId?: string | undefined
  ExpandGroupMembership?: boolean | undefined
  InPlaceHoldConfigurationOnly?: boolean | undefined
}

export interface GetDiscoverySearchConfigurationResponseMessageType extends ResponseMessageType {
  DiscoverySearchConfigurations: ArrayOfDiscoverySearchConfigurationType
}

export interface GetHoldOnMailboxesType extends BaseRequestType {
  HoldId: string
}

export interface GetHoldOnMailboxesResponseMessageType extends ResponseMessageType {
  MailboxHoldResult?: MailboxHoldResultType | undefined
}

export interface SetHoldOnMailboxesType extends BaseRequestType {
  ActionType: HoldActionType
  HoldId: string
  Query: string
  Mailboxes?: ArrayOfStringsType | undefined
  Language?: string | undefined
  IncludeNonIndexableItems?: boolean | undefined
  Deduplication?: boolean | undefined
  InPlaceHoldIdentity?: string | undefined
  ItemHoldPeriod?: string | undefined
}

export interface SetHoldOnMailboxesResponseMessageType extends ResponseMessageType {
  MailboxHoldResult?: MailboxHoldResultType | undefined
}

export interface GetNonIndexableItemStatisticsType extends BaseRequestType {
  Mailboxes: NonEmptyArrayOfLegacyDNsType
  SearchArchiveOnly?: boolean | undefined
}

export interface GetNonIndexableItemStatisticsResponseMessageType extends ResponseMessageType {
  NonIndexableItemStatistics?: ArrayOfNonIndexableItemStatisticsType | undefined
}

export interface GetNonIndexableItemDetailsType extends BaseRequestType {
  Mailboxes: NonEmptyArrayOfLegacyDNsType
  PageSize?: number | undefined
  PageItemReference?: string | undefined
  PageDirection?: SearchPageDirectionType | undefined
  SearchArchiveOnly?: boolean | undefined
}

export interface GetNonIndexableItemDetailsResponseMessageType extends ResponseMessageType {
  NonIndexableItemDetailsResult?: NonIndexableItemDetailResultType | undefined
}

export interface MarkAllItemsAsReadType extends BaseRequestType {
  ReadFlag: boolean
  SuppressReadReceipts: boolean
  FolderIds: NonEmptyArrayOfBaseFolderIdsType
}

export type MarkAllItemsAsReadResponseType = BaseResponseMessageType

export interface GetConversationItemsType extends BaseRequestType {
  ItemShape: ItemResponseShapeType
  FoldersToIgnore?: NonEmptyArrayOfBaseFolderIdsType | undefined
  MaxItemsToReturn?: number | undefined
  SortOrder?: ConversationNodeSortOrder | undefined
  MailboxScope?: MailboxSearchLocationType | undefined
  Conversations: ArrayOfConversationRequestsType
}

export interface GetConversationItemsResponseMessageType extends ResponseMessageType {
  Conversation?: ConversationResponseType | undefined
}

export type GetConversationItemsResponseType = BaseResponseMessageType

export type GetOMEConfigurationType = BaseRequestType

export interface OMEConfigurationResponseType extends ResponseMessageType {
  Xml?: string | undefined
}

export interface SetOMEConfigurationType extends BaseRequestType {
  Xml?: string | undefined
}

export type SetOMEConfigurationResponseType = ResponseMessageType

export interface GetAppManifestsType extends BaseRequestType {
  ApiVersionSupported?: string | undefined
  SchemaVersionSupported?: string | undefined
  IncludeAllInstalledAddIns?: boolean | undefined
  IncludeEntitlementData?: boolean | undefined
  IncludeManifestData?: boolean | undefined
  IncludeCustomAppsData?: boolean | undefined
  ExtensionIds?: readonly string[] | undefined
  AddIns?: ArrayOfPrivateCatalogAddInsType | undefined
}

export type GetAppManifestsResponseType = ResponseMessageType &
  OneOf<{
    Apps: ArrayOfAppsType
    Manifests: ArrayOfAppManifestsType
  }>

export type ArrayOfAppManifestsType = readonly Octets[]

export type GetAppMarketplaceUrlType = BaseRequestType

export interface GetAppMarketplaceUrlResponseMessageType extends ResponseMessageType {
  AppMarketplaceUrl?: string | undefined
  ConnectorsManagementUrl?: string | undefined
}

export interface MarkAsJunkType extends BaseRequestType {
  IsJunk: boolean
  MoveItem: boolean
  ItemIds: NonEmptyArrayOfBaseItemIdsType
}

export type MarkAsJunkResponseType = BaseResponseMessageType

export interface MarkAsJunkResponseMessageType extends ResponseMessageType {
  MovedItemId?: ItemIdType | undefined
}

export interface ReportMessageType extends BaseRequestType {
  ReportAction: ReportMessageActionType
  ItemIds: NonEmptyArrayOfBaseItemIdsType
}

export type ReportMessageResponseType = BaseResponseMessageType

export interface ReportMessageResponseMessageType extends ResponseMessageType {
  MovedItemId?: ItemIdType | undefined
}

export interface InstallAppType extends BaseRequestType {
  Manifest: Octets
  MarketplaceAssetId?: string | undefined
  MarketplaceContentMarket?: string | undefined
  SendWelcomeEmail?: boolean | undefined
  ManifestUrl?: string | undefined
  MarketplaceCorrelationId?: string | undefined
  CampaignId?: string | undefined
}

export interface InstallAppResponseType extends ResponseMessageType {
  WasFirstInstall?: boolean | undefined
  Extension?: InstalledAppType | undefined
}

export interface UninstallAppType extends BaseRequestType {
  ID: string
}

export type UninstallAppResponseType = ResponseMessageType

export interface DisableAppType extends BaseRequestType {
  ID: string
  DisableReason: DisableReasonType
}

export type DisableAppResponseType = ResponseMessageType

export interface AddNewImContactToGroupType extends BaseRequestType {
  ImAddress: string
  DisplayName?: string | undefined
  GroupId?: ItemIdType | undefined
}

export interface AddNewImContactToGroupResponseMessageType extends ResponseMessageType {
  Persona?: PersonaType | undefined
}

export interface AddNewTelUriContactToGroupType extends BaseRequestType {
  TelUriAddress: string
  ImContactSipUriAddress: string
  ImTelephoneNumber: string
  GroupId?: ItemIdType | undefined
}

export interface AddNewTelUriContactToGroupResponseMessageType extends ResponseMessageType {
  Persona?: PersonaType | undefined
}

export interface AddImContactToGroupType extends BaseRequestType {
  ContactId: ItemIdType
  GroupId?: ItemIdType | undefined
}

export type AddImContactToGroupResponseMessageType = ResponseMessageType

export interface RemoveImContactFromGroupType extends BaseRequestType {
  ContactId: ItemIdType
  GroupId: ItemIdType
}

export type RemoveImContactFromGroupResponseMessageType = ResponseMessageType

export interface AddImGroupType extends BaseRequestType {
  DisplayName: string
}

export interface AddImGroupResponseMessageType extends ResponseMessageType {
  ImGroup?: ImGroupType | undefined
}

export interface AddDistributionGroupToImListType extends BaseRequestType {
  SmtpAddress: string
  DisplayName: string
}

export interface AddDistributionGroupToImListResponseMessageType extends ResponseMessageType {
  ImGroup?: ImGroupType | undefined
}

export interface GetImItemListType extends BaseRequestType {
  ExtendedProperties?: NonEmptyArrayOfExtendedFieldURIs | undefined
}

export interface GetImItemListResponseMessageType extends ResponseMessageType {
  ImItemList?: ImItemListType | undefined
}

export interface GetImItemsType extends BaseRequestType {
  ContactIds?: NonEmptyArrayOfBaseItemIdsType | undefined
  GroupIds?: NonEmptyArrayOfBaseItemIdsType | undefined
  ExtendedProperties?: NonEmptyArrayOfExtendedFieldURIs | undefined
}

export interface GetImItemsResponseMessageType extends ResponseMessageType {
  ImItemList?: ImItemListType | undefined
}

export interface RemoveContactFromImListType extends BaseRequestType {
  ContactId: ItemIdType
}

export type RemoveContactFromImListResponseMessageType = ResponseMessageType

export interface RemoveDistributionGroupFromImListType extends BaseRequestType {
  GroupId: ItemIdType
}

export type RemoveDistributionGroupFromImListResponseMessageType = ResponseMessageType

export interface RemoveImGroupType extends BaseRequestType {
  GroupId: ItemIdType
}

export type RemoveImGroupResponseMessageType = ResponseMessageType

export interface SetImGroupType extends BaseRequestType {
  GroupId: ItemIdType
  NewDisplayName: string
}

export type SetImGroupResponseMessageType = ResponseMessageType

export interface SetImListMigrationCompletedType extends BaseRequestType {
  ImListMigrationCompleted: boolean
}

export type SetImListMigrationCompletedResponseMessageType = ResponseMessageType

export type GetUserRetentionPolicyTagsType = BaseRequestType

export interface GetUserRetentionPolicyTagsResponseMessageType extends ResponseMessageType {
  RetentionPolicyTags: ArrayOfRetentionPolicyTagsType
}

export interface GetUserPhotoType extends BaseRequestType {
  Email: string
  SizeRequested: UserPhotoSizeType
  TypeRequested?: UserPhotoTypeType | undefined
}

export interface GetUserPhotoResponseMessageType extends ResponseMessageType {
  HasChanged: boolean
  PictureData?: Octets | undefined
}

export type GetUserPhotoResponseType = BaseResponseMessageType

export interface GetMeetingSpaceType extends BaseRequestType {
  ItemId: ItemIdType
}

export interface GetMeetingSpaceResponseMessageType extends ResponseMessageType {
  MeetingSpace: MeetingSpaceType
}

export interface CreateMeetingSpaceType extends BaseRequestType {
  MeetingSpace: MeetingSpaceType
}

export interface CreateMeetingSpaceResponseMessageType extends ResponseMessageType {
  MeetingSpace: MeetingSpaceType
}

export interface UpdateMeetingSpaceType extends BaseRequestType {
  ItemId: ItemIdType
  MeetingSpace: MeetingSpaceType
}

export interface UpdateMeetingSpaceResponseMessageType extends ResponseMessageType {
  MeetingSpace: MeetingSpaceType
}

export interface FindMeetingSpaceByJoinUrlType extends BaseRequestType {
  JoinUrl: string
}

export interface FindMeetingSpaceByJoinUrlResponseMessageType extends ResponseMessageType {
  MeetingSpace?: MeetingSpaceType | undefined
}

export interface DeleteMeetingSpaceType extends BaseRequestType {
  ItemId: ItemIdType
}

export type DeleteMeetingSpaceResponseMessageType = ResponseMessageType

export interface GetMeetingInstanceRequestType extends BaseRequestType {
  ItemId: ItemIdType
}

export interface GetMeetingInstanceResponseMessageType extends ResponseMessageType {
  MeetingInstance: MeetingInstanceType
}

export interface CreateMeetingInstanceRequestType extends BaseRequestType {
  MeetingInstance: MeetingInstanceType
}

export interface CreateMeetingInstanceResponseMessageType extends ResponseMessageType {
  MeetingInstance: MeetingInstanceType
}

export interface UpdateMeetingInstanceRequestType extends BaseRequestType {
  ItemId: ItemIdType
  MeetingInstance?: MeetingInstanceType | undefined
  ContentActivitiesToAdd?: NonEmptyArrayOfContentActivities | undefined
  ParticipantActivitiesToAdd?: NonEmptyArrayOfParticipantActivities | undefined
}

export interface UpdateMeetingInstanceResponseMessageType extends ResponseMessageType {
  MeetingInstance: MeetingInstanceType
}

export interface DeleteMeetingInstanceRequestType extends BaseRequestType {
  ItemId: ItemIdType
}

export type DeleteMeetingInstanceResponseMessageType = ResponseMessageType

export interface SetUserPhotoType extends BaseRequestType {
  Email: string
  Content: string
  TypeRequested?: UserPhotoTypeType | undefined
}

export type SetUserPhotoResponseMessageType = BaseResponseMessageType

export interface RegisterConsentType extends BaseRequestType {
  Id: string
  ConsentState: ConsentStateType
}

export type RegisterConsentResponseMessageType = ResponseMessageType

export interface FindAvailableMeetingTimesType extends BaseRequestType {
  Attendees?: ArrayOfSmtpAddressType | undefined
  SearchWindowStart: string
  SearchWindowDuration: string
  MeetingDurationInMinutes?: number | undefined
  Location?: string | undefined
  MaxCandidates?: number | undefined
  ActivityDomain?: ActivityDomainType | undefined
}

export interface FindAvailableMeetingTimesResponseMessageType extends ResponseMessageType {
  MeetingTimeCandidates: ArrayOfMeetingTimeCandidate
  EmptySuggestionsHint?: EmptySuggestionReason | undefined
}

export interface FindMeetingTimeCandidatesType extends BaseRequestType {
  AttendeeConstraints?: FindMeetingTimesAttendeeConstraints | undefined
  LocationConstraints?: FindMeetingTimesLocationConstraints | undefined
  SearchConstraints?: FindMeetingTimesSearchConstraints | undefined
  Constraints?: FindMeetingTimesConstraints | undefined
}

export interface FindMeetingTimeCandidatesResponseMessageType extends ResponseMessageType {
  MeetingTimeCandidates: ArrayOfMeetingTimeCandidate
}

export interface StartSearchSession extends BaseRequestType {
  SearchSessionId: string
  WarmupOptions: readonly WarmupOptionsType[]
  SuggestionTypes: readonly SuggestionKindType[]
  SearchScope: ArrayOfSearchScopeType
  IdFormat?: IdFormatType | undefined
  ApplicationId?: string | undefined
  Scenario?: string | undefined
}

export type StartSearchSessionResponseMessage = ResponseMessageType

export interface GetSearchSuggestions extends BaseRequestType {
  SearchSessionId: string
  Query?: string | undefined
  SuggestionTypes?: readonly SuggestionKindType[] | undefined
  SuggestionsPrimer?: boolean | undefined
  MaxSuggestionsCountPerSuggestionType?: number | undefined
  SearchScope?: ArrayOfSearchScopeType | undefined
  Scenario?: string | undefined
}

export interface GetSearchSuggestionsResponseMessage extends ResponseMessageType {
  SearchSuggestions: SearchSuggestionsType
}

export interface DeleteSearchSuggestion extends BaseRequestType {
  SearchSessionId: string
  Query: string
  SuggestionTypes: readonly SuggestionKindType[]
  SearchScope?: ArrayOfSearchScopeType | undefined
  Scenario?: string | undefined
}

export interface DeleteSearchSuggestionResponseMessageType extends ResponseMessageType {
  Response: DeleteSearchSuggestionResponseType
}

export type ExecuteSearchSearchRefiners = readonly DynamicRefinerQueryType[]

export type ExecuteSearchExtendedKeywords = readonly ExtendedKeywordDefinitionType[]

export interface ExecuteSearch extends BaseRequestType {
  ApplicationId: SearchApplicationIdType
  Scenario: string
  SearchSessionId: string
  SearchScope: ArrayOfSearchScopeType
  Query: string
  AnalyzedQuery?: AnalyzedQuery | undefined
  ResultRowCount?: number | undefined
  ResultRowOffset?: number | undefined
  MaxResultsCountHint?: number | undefined
  MaxPreviewLength?: number | undefined
  SearchRefiners?: ExecuteSearchSearchRefiners | undefined
  ExtendedKeywords?: ExecuteSearchExtendedKeywords | undefined
  RetrieveRefiners?: boolean | undefined
  MaxRefinersCountPerRefinerType?: number | undefined
  IdFormat?: IdFormatType | undefined
  ItemTypes: readonly ItemTypesFilterType[]
  PropertySetName?: SearchResultsPropertySetNameType | undefined
  SearchRestrictions?: RestrictionType | undefined
  IncludeDeleted?: boolean | undefined
  SortOrder?: ExecuteSearchSortOrderType | undefined
  KeywordMatchOption?: MatchOptionsType | undefined
  ReturnAdditionalIds?: boolean | undefined
}

export interface ExecuteSearchResponseMessage extends ResponseMessageType {
  SearchResults: SearchResultsType
}

export interface EndSearchSession extends BaseRequestType {
  SearchSessionId: string
}

export type EndSearchSessionResponseMessage = ResponseMessageType

export interface GetLastPrivateCatalogUpdateType extends BaseRequestType {
  Client?: OfficeClientType | undefined
}

export interface GetLastPrivateCatalogUpdateResponseType extends ResponseMessageType {
  LastUpdate?: string | undefined
  CatalogHash?: string | undefined
}

export interface GetPrivateCatalogAddInsType extends BaseRequestType {
  Client?: OfficeClientType | undefined
}

export interface GetPrivateCatalogAddInsResponseType extends ResponseMessageType {
  AddIns?: ArrayOfPrivateCatalogAddInsType | undefined
}

export type ArrayOfPrivateCatalogAddInsType = readonly PrivateCatalogAddInsType[]

export interface PrivateCatalogAddInsType {
  ProductId: string
  State: AddInStateType
  Version: string
  StoreInfo?: PrivateCatalogAddInStoreInfoType | undefined
}

export interface PrivateCatalogAddInStoreInfoType {
  AssetId: string
  ContentMarket: string
}

/** Elements that stand alone, with prefix t. */
export interface TElements {
  MailboxCulture: MailboxCultureType
  ManagementRole: ManagementRoleType
  SerializedSecurityContext: SerializedSecurityContextType
  ExchangeImpersonation: ExchangeImpersonationType
  OpenAsAdminOrSystemService: OpenAsAdminOrSystemServiceType
  SharingSecurity: EncryptedDataContainerType
  ProxySecurityContext: ProxySecurityContextType
  ProxySuggesterSid: ProxySecurityContextType
  ProxyPartnerToken: ProxySecurityContextType
  ServerVersionInfo: ServerVersionInfo
  RequestServerVersion: RequestServerVersion
  DateTimePrecision: DateTimePrecisionType
  FieldURI: PathToUnindexedFieldType
  IndexedFieldURI: PathToIndexedFieldType
  ExtendedFieldURI: PathToExtendedFieldType
  ExceptionFieldURI: PathToExceptionFieldType
  BaseItemId: BaseItemIdType
  TimeZoneContext: TimeZoneContextType
  Transition: TransitionType
  AbsoluteDateTransition: AbsoluteDateTransitionType
  RecurringDayTransition: RecurringDayTransitionType
  RecurringDateTransition: RecurringDateTransitionType
  SearchExpression: SearchExpressionType
  Exists: ExistsType
  Excludes: ExcludesType
  IsEqualTo: IsEqualToType
  IsNotEqualTo: IsNotEqualToType
  IsGreaterThan: IsGreaterThanType
  IsGreaterThanOrEqualTo: IsGreaterThanOrEqualToType
  IsLessThan: IsLessThanType
  IsLessThanOrEqualTo: IsLessThanOrEqualToType
  Contains: ContainsExpressionType
  Not: NotType
  And: AndType
  Or: OrType
  Near: NearType
  Mailbox: EmailAddress
  FreeBusyViewOptions: FreeBusyViewOptionsType
  TimeZone: SerializableTimeZone
  SuggestionsViewOptions: SuggestionsViewOptionsType
  OofSettings: UserOofSettings
  UserOofSettings: UserOofSettings
  Value: Value
  MeetingSpace: MeetingSpaceType
  MeetingInstance: MeetingInstanceType
}

/** Elements that stand alone, with prefix m. */
export interface MElements {
  GetFolder: GetFolderType
  UploadItems: UploadItemsType
  UploadItemsResponse: UploadItemsResponseType
  ExportItems: ExportItemsType
  ExportItemsResponse: ExportItemsResponseType
  CreateFolder: CreateFolderType
  FindFolder: FindFolderType
  FindFolderResponse: FindFolderResponseType
  DeleteFolder: DeleteFolderType
  DeleteFolderResponse: DeleteFolderResponseType
  EmptyFolder: EmptyFolderType
  EmptyFolderResponse: EmptyFolderResponseType
  MoveFolder: MoveFolderType
  CopyFolder: CopyFolderType
  UpdateFolder: UpdateFolderType
  CreateFolderResponse: CreateFolderResponseType
  GetFolderResponse: GetFolderResponseType
  UpdateFolderResponse: UpdateFolderResponseType
  MoveFolderResponse: MoveFolderResponseType
  CopyFolderResponse: CopyFolderResponseType
  CreateFolderPath: CreateFolderPathType
  CreateFolderPathResponse: CreateFolderPathResponseType
  GetItem: GetItemType
  CreateItem: CreateItemType
  UpdateItem: UpdateItemType
  UpdateItemInRecoverableItems: UpdateItemInRecoverableItemsType
  DeleteItem: DeleteItemType
  MoveItem: MoveItemType
  CopyItem: CopyItemType
  ArchiveItem: ArchiveItemType
  SendItem: SendItemType
  SendItemResponse: SendItemResponseType
  FindItem: FindItemType
  FindConversation: FindConversationType
  FindConversationResponse: FindConversationResponseMessageType
  PerformInstantSearch: PerformInstantSearchRequest
  PerformInstantSearchResponse: PerformInstantSearchResponse
  EndInstantSearchSession: EndInstantSearchSessionRequest
  ApplyConversationAction: ApplyConversationActionType
  ApplyConversationActionResponse: ApplyConversationActionResponseType
  FindPeople: FindPeopleType
  FindPeopleResponse: FindPeopleResponseMessageType
  FindTags: FindTagsType
  FindTagsResponse: FindTagsResponseMessageType
  AddTag: AddTagType
  AddTagResponse: AddTagResponseMessageType
  HideTag: HideTagType
  HideTagResponse: HideTagResponseMessageType
  GetPersona: GetPersonaType
  GetPersonaResponseMessage: GetPersonaResponseMessageType
  CreateAttachment: CreateAttachmentType
  CreateAttachmentResponse: CreateAttachmentResponseType
  DeleteAttachment: DeleteAttachmentType
  DeleteAttachmentResponse: DeleteAttachmentResponseType
  GetAttachment: GetAttachmentType
  GetAttachmentResponse: GetAttachmentResponseType
  CreateItemResponse: CreateItemResponseType
  UpdateItemResponse: UpdateItemResponseType
  UpdateItemInRecoverableItemsResponse: UpdateItemInRecoverableItemsResponseType
  GetItemResponse: GetItemResponseType
  MoveItemResponse: MoveItemResponseType
  CopyItemResponse: CopyItemResponseType
  DeleteItemResponse: DeleteItemResponseType
  FindItemResponse: FindItemResponseType
  ArchiveItemResponse: ArchiveItemResponseType
  GetClientAccessToken: GetClientAccessTokenType
  GetClientAccessTokenResponse: GetClientAccessTokenResponseType
  GetFocusedOtherOverrides: GetFocusedOtherOverridesRequestType
  GetFocusedOtherOverridesResponse: GetFocusedOtherOverridesResponseType
  CreateOrUpdateFocusedOtherOverride: CreateOrUpdateFocusedOtherOverrideRequestType
  CreateOrUpdateFocusedOtherOverrideResponse: CreateOrUpdateFocusedOtherOverrideResponseType
  DeleteFocusedOtherOverride: DeleteFocusedOtherOverrideRequestType
  DeleteFocusedOtherOverrideResponse: DeleteFocusedOtherOverrideResponseType
  ResolveNames: ResolveNamesType
  ResolveNamesResponse: ResolveNamesResponseType
  GetPasswordExpirationDate: GetPasswordExpirationDateType
  GetPasswordExpirationDateResponse: GetPasswordExpirationDateResponseMessageType
  GetMailTips: GetMailTipsType
  GetMailTipsResponse: GetMailTipsResponseMessageType
  PlayOnPhone: PlayOnPhoneType
  PlayOnPhoneResponse: PlayOnPhoneResponseMessageType
  GetPhoneCallInformation: GetPhoneCallInformationType
  GetPhoneCallInformationResponse: GetPhoneCallInformationResponseMessageType
  DisconnectPhoneCall: DisconnectPhoneCallType
  DisconnectPhoneCallResponse: DisconnectPhoneCallResponseMessageType
  ExpandDL: ExpandDLType
  ExpandDLResponse: ExpandDLResponseType
  GetServerTimeZones: GetServerTimeZonesType
  GetServerTimeZonesResponse: GetServerTimeZonesResponseType
  CreateManagedFolder: CreateManagedFolderRequestType
  CreateManagedFolderResponse: CreateManagedFolderResponseType
  Subscribe: SubscribeType
  SubscribeResponse: SubscribeResponseType
  Unsubscribe: UnsubscribeType
  UnsubscribeResponse: UnsubscribeResponseType
  GetEvents: GetEventsType
  GetEventsResponse: GetEventsResponseType
  GetStreamingEvents: GetStreamingEventsType
  GetStreamingEventsResponse: GetStreamingEventsResponseType
  SendNotification: SendNotificationResponseType
  SendNotificationResult: SendNotificationResultType
  SyncFolderHierarchy: SyncFolderHierarchyType
  SyncFolderHierarchyResponse: SyncFolderHierarchyResponseType
  SyncFolderItems: SyncFolderItemsType
  SyncFolderItemsResponse: SyncFolderItemsResponseType
  GetUserAvailabilityRequest: GetUserAvailabilityRequestType
  GetUserAvailabilityResponse: GetUserAvailabilityResponseType
  GetUserOofSettingsRequest: GetUserOofSettingsRequest
  GetUserOofSettingsResponse: GetUserOofSettingsResponse
  SetUserOofSettingsRequest: SetUserOofSettingsRequest
  SetUserOofSettingsResponse: SetUserOofSettingsResponse
  ConvertId: ConvertIdType
  ConvertIdResponse: ConvertIdResponseType
  GetDelegate: GetDelegateType
  GetDelegateResponse: GetDelegateResponseMessageType
  AddDelegate: AddDelegateType
  AddDelegateResponse: AddDelegateResponseMessageType
  RemoveDelegate: RemoveDelegateType
  RemoveDelegateResponse: RemoveDelegateResponseMessageType
  UpdateDelegate: UpdateDelegateType
  UpdateDelegateResponse: UpdateDelegateResponseMessageType
  GetSharingMetadata: GetSharingMetadataType
  GetSharingMetadataResponse: GetSharingMetadataResponseMessageType
  RefreshSharingFolder: RefreshSharingFolderType
  RefreshSharingFolderResponse: RefreshSharingFolderResponseMessageType
  GetSharingFolder: GetSharingFolderType
  GetSharingFolderResponse: GetSharingFolderResponseMessageType
  CreateUserConfiguration: CreateUserConfigurationType
  CreateUserConfigurationResponse: CreateUserConfigurationResponseType
  DeleteUserConfiguration: DeleteUserConfigurationType
  DeleteUserConfigurationResponse: DeleteUserConfigurationResponseType
  GetUserConfiguration: GetUserConfigurationType
  GetUserConfigurationResponse: GetUserConfigurationResponseType
  GetSpecificUserConfiguration: GetSpecificUserConfigurationType
  GetSpecificUserConfigurationResponse: GetSpecificUserConfigurationResponseType
  UpdateUserConfiguration: UpdateUserConfigurationType
  UpdateUserConfigurationResponse: UpdateUserConfigurationResponseType
  SetTeamMailbox: SetTeamMailboxRequestType
  UnpinTeamMailbox: UnpinTeamMailboxRequestType
  SetTeamMailboxResponse: SetTeamMailboxResponseMessageType
  UnpinTeamMailboxResponse: UnpinTeamMailboxResponseMessageType
  GetRoomLists: GetRoomListsType
  GetRoomListsResponse: GetRoomListsResponseMessageType
  GetRooms: GetRoomsType
  GetRoomsResponse: GetRoomsResponseMessageType
  GetReminders: GetRemindersType
  GetRemindersResponse: GetRemindersResponseMessageType
  PerformReminderAction: PerformReminderActionType
  PerformReminderActionResponse: PerformReminderActionResponseMessageType
  GetServiceConfiguration: GetServiceConfigurationType
  GetServiceConfigurationResponse: GetServiceConfigurationResponseMessageType
  FindMessageTrackingReport: FindMessageTrackingReportRequestType
  FindMessageTrackingReportResponse: FindMessageTrackingReportResponseMessageType
  GetMessageTrackingReport: GetMessageTrackingReportRequestType
  GetMessageTrackingReportResponse: GetMessageTrackingReportResponseMessageType
  GetInboxRules: GetInboxRulesRequestType
  GetInboxRulesResponse: GetInboxRulesResponseType
  UpdateInboxRules: UpdateInboxRulesRequestType
  UpdateInboxRulesResponse: UpdateInboxRulesResponseType
  FindMailboxStatisticsByKeywords: FindMailboxStatisticsByKeywordsType
  FindMailboxStatisticsByKeywordsResponse: FindMailboxStatisticsByKeywordsResponseType
  GetSearchableMailboxes: GetSearchableMailboxesType
  GetSearchableMailboxesResponse: GetSearchableMailboxesResponseMessageType
  SearchMailboxes: SearchMailboxesType
  SearchMailboxesResponse: SearchMailboxesResponseType
  GetDiscoverySearchConfiguration: GetDiscoverySearchConfigurationType
  GetDiscoverySearchConfigurationResponse: GetDiscoverySearchConfigurationResponseMessageType
  GetHoldOnMailboxes: GetHoldOnMailboxesType
  GetHoldOnMailboxesResponse: GetHoldOnMailboxesResponseMessageType
  SetHoldOnMailboxes: SetHoldOnMailboxesType
  SetHoldOnMailboxesResponse: SetHoldOnMailboxesResponseMessageType
  GetNonIndexableItemStatistics: GetNonIndexableItemStatisticsType
  GetNonIndexableItemStatisticsResponse: GetNonIndexableItemStatisticsResponseMessageType
  GetNonIndexableItemDetails: GetNonIndexableItemDetailsType
  GetNonIndexableItemDetailsResponse: GetNonIndexableItemDetailsResponseMessageType
  MarkAllItemsAsRead: MarkAllItemsAsReadType
  MarkAllItemsAsReadResponse: MarkAllItemsAsReadResponseType
  GetConversationItems: GetConversationItemsType
  GetConversationItemsResponse: GetConversationItemsResponseType
  GetOMEConfiguration: GetOMEConfigurationType
  GetOMEConfigurationResponse: OMEConfigurationResponseType
  SetOMEConfiguration: SetOMEConfigurationType
  SetOMEConfigurationResponse: SetOMEConfigurationResponseType
  GetAppManifests: GetAppManifestsType
  GetAppManifestsResponse: GetAppManifestsResponseType
  GetAppMarketplaceUrl: GetAppMarketplaceUrlType
  GetAppMarketplaceUrlResponse: GetAppMarketplaceUrlResponseMessageType
  MarkAsJunk: MarkAsJunkType
  MarkAsJunkResponse: MarkAsJunkResponseType
  ReportMessage: ReportMessageType
  ReportMessageResponse: ReportMessageResponseType
  InstallApp: InstallAppType
  InstallAppResponse: InstallAppResponseType
  UninstallApp: UninstallAppType
  UninstallAppResponse: UninstallAppResponseType
  DisableApp: DisableAppType
  DisableAppResponse: DisableAppResponseType
  AddNewImContactToGroup: AddNewImContactToGroupType
  AddNewImContactToGroupResponse: AddNewImContactToGroupResponseMessageType
  AddNewTelUriContactToGroup: AddNewTelUriContactToGroupType
  AddNewTelUriContactToGroupResponse: AddNewTelUriContactToGroupResponseMessageType
  AddImContactToGroup: AddImContactToGroupType
  AddImContactToGroupResponse: AddImContactToGroupResponseMessageType
  RemoveImContactFromGroup: RemoveImContactFromGroupType
  RemoveImContactFromGroupResponse: RemoveImContactFromGroupResponseMessageType
  AddImGroup: AddImGroupType
  AddImGroupResponse: AddImGroupResponseMessageType
  AddDistributionGroupToImList: AddDistributionGroupToImListType
  AddDistributionGroupToImListResponse: AddDistributionGroupToImListResponseMessageType
  GetImItemList: GetImItemListType
  GetImItemListResponse: GetImItemListResponseMessageType
  GetImItems: GetImItemsType
  GetImItemsResponse: GetImItemsResponseMessageType
  RemoveContactFromImList: RemoveContactFromImListType
  RemoveContactFromImListResponse: RemoveContactFromImListResponseMessageType
  RemoveDistributionGroupFromImList: RemoveDistributionGroupFromImListType
  RemoveDistributionGroupFromImListResponse: RemoveDistributionGroupFromImListResponseMessageType
  RemoveImGroup: RemoveImGroupType
  RemoveImGroupResponse: RemoveImGroupResponseMessageType
  SetImGroup: SetImGroupType
  SetImGroupResponse: SetImGroupResponseMessageType
  SetImListMigrationCompleted: SetImListMigrationCompletedType
  SetImListMigrationCompletedResponse: SetImListMigrationCompletedResponseMessageType
  GetUserRetentionPolicyTags: GetUserRetentionPolicyTagsType
  GetUserRetentionPolicyTagsResponse: GetUserRetentionPolicyTagsResponseMessageType
  GetUserPhoto: GetUserPhotoType
  GetUserPhotoResponse: GetUserPhotoResponseMessageType
  GetMeetingSpace: GetMeetingSpaceType
  GetMeetingSpaceResponseMessage: GetMeetingSpaceResponseMessageType
  CreateMeetingSpace: CreateMeetingSpaceType
  CreateMeetingSpaceResponseMessage: CreateMeetingSpaceResponseMessageType
  UpdateMeetingSpace: UpdateMeetingSpaceType
  UpdateMeetingSpaceResponseMessage: UpdateMeetingSpaceResponseMessageType
  FindMeetingSpaceByJoinUrl: FindMeetingSpaceByJoinUrlType
  FindMeetingSpaceByJoinUrlResponseMessage: FindMeetingSpaceByJoinUrlResponseMessageType
  DeleteMeetingSpace: DeleteMeetingSpaceType
  DeleteMeetingSpaceResponseMessage: DeleteMeetingSpaceResponseMessageType
  GetMeetingInstanceRequest: GetMeetingInstanceRequestType
  GetMeetingInstanceResponse: GetMeetingInstanceResponseMessageType
  CreateMeetingInstanceRequest: CreateMeetingInstanceRequestType
  CreateMeetingInstanceResponse: CreateMeetingInstanceResponseMessageType
  UpdateMeetingInstanceRequest: UpdateMeetingInstanceRequestType
  UpdateMeetingInstanceResponse: UpdateMeetingInstanceResponseMessageType
  DeleteMeetingInstanceRequest: DeleteMeetingInstanceRequestType
  DeleteMeetingInstanceResponse: DeleteMeetingInstanceResponseMessageType
  SetUserPhoto: SetUserPhotoType
  SetUserPhotoResponse: SetUserPhotoResponseMessageType
  RegisterConsent: RegisterConsentType
  RegisterConsentResponse: RegisterConsentResponseMessageType
  FindAvailableMeetingTimes: FindAvailableMeetingTimesType
  FindAvailableMeetingTimesResponse: FindAvailableMeetingTimesResponseMessageType
  FindMeetingTimeCandidates: FindMeetingTimeCandidatesType
  FindMeetingTimeCandidatesResponse: FindMeetingTimeCandidatesResponseMessageType
  StartSearchSession: StartSearchSession
  StartSearchSessionResponse: StartSearchSessionResponseMessage
  GetSearchSuggestions: GetSearchSuggestions
  GetSearchSuggestionsResponse: GetSearchSuggestionsResponseMessage
  DeleteSearchSuggestion: DeleteSearchSuggestion
  DeleteSearchSuggestionResponse: DeleteSearchSuggestionResponseMessageType
  ExecuteSearch: ExecuteSearch
  ExecuteSearchResponse: ExecuteSearchResponseMessage
  EndSearchSession: EndSearchSession
  EndSearchSessionResponse: EndSearchSessionResponseMessage
  GetLastPrivateCatalogUpdate: GetLastPrivateCatalogUpdateType
  GetLastPrivateCatalogUpdateResponse: GetLastPrivateCatalogUpdateResponseType
  GetPrivateCatalogAddIns: GetPrivateCatalogAddInsType
  GetPrivateCatalogAddInsResponse: GetPrivateCatalogAddInsResponseType
}
