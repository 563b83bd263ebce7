/**
 * Types.xsd, in the language of `../xml/schema-language.ts`, of Exchange Web Services, build 15.2.2562.17.
 * Made by `node scripts/ews-schema.ts FOLDER` from the files of an Exchange server; not edited by hand.
 */
// one thing: a table of the types in Types.xsd
export const typesSchema = String.raw`
MailboxCultureType = $:language
element MailboxCulture : MailboxCultureType
InstalledAppType = ( Id? MarketplaceAssetId? Enabled:boolean? ConsentState? Type? LicenseStatus?
  TrialExpirationDate:dateTime? ProviderName? IconUrl? HighResolutionIconUrl? DisplayName? Description?
  Requirements? Version? )?
NonEmptyArrayOfRoleType = Role+
ManagementRoleType = UserRoles:NonEmptyArrayOfRoleType? ApplicationRoles:NonEmptyArrayOfRoleType?
element ManagementRole : ManagementRoleType
SidAndAttributesType = SecurityIdentifier @Attributes:unsignedInt!
NonEmptyArrayOfGroupIdentifiersType = GroupIdentifier:SidAndAttributesType+
NonEmptyArrayOfRestrictedGroupIdentifiersType = RestrictedGroupIdentifier:SidAndAttributesType+
SerializedSecurityContextType = UserSid GroupSids:NonEmptyArrayOfGroupIdentifiersType?
  RestrictedGroupSids:NonEmptyArrayOfRestrictedGroupIdentifiersType? PrimarySmtpAddress?
element SerializedSecurityContext : SerializedSecurityContextType
ConnectingSIDType = ( PrincipalName:PrincipalNameType | SID:SIDType |
  PrimarySmtpAddress:PrimarySmtpAddressType | SmtpAddress:SmtpAddressType )
PrincipalNameType = $:NonEmptyStringType
SIDType = $:NonEmptyStringType
PrimarySmtpAddressType = $:NonEmptyStringType
SmtpAddressType = $:NonEmptyStringType
ExchangeImpersonationType = ConnectingSID:ConnectingSIDType
element ExchangeImpersonation : ExchangeImpersonationType
SpecialLogonTypeType ~ 'Admin' | 'SystemService'
OpenAsAdminOrSystemServiceType = ConnectingSID:ConnectingSIDType @LogonType:SpecialLogonTypeType!
  @BudgetType:int
element OpenAsAdminOrSystemService : OpenAsAdminOrSystemServiceType
element SharingSecurity : EncryptedDataContainerType
ExchangeVersionType ~ string
ProxySecurityContextType = $:base64
element ProxySecurityContext : ProxySecurityContextType
element ProxySuggesterSid : ProxySecurityContextType
element ProxyPartnerToken : ProxySecurityContextType
ServerVersionInfo = @MajorVersion:int @MinorVersion:int @MajorBuildNumber:int @MinorBuildNumber:int @Version
element ServerVersionInfo : ServerVersionInfo
RequestServerVersion = @Version:ExchangeVersionType!
element RequestServerVersion : RequestServerVersion
DateTimePrecisionType ~ 'Seconds' | 'Milliseconds'
element DateTimePrecision : DateTimePrecisionType
NonEmptyStringType ~ string 1..
BaseEmailAddressType =
MailboxTypeType ~ 'Unknown' | 'OneOff' | 'Mailbox' | 'PublicDL' | 'PrivateDL' | 'Contact' | 'PublicFolder' |
  'GroupMailbox' | 'ImplicitContact'
EmailAddressType : BaseEmailAddressType = Name? EmailAddress:NonEmptyStringType?
  RoutingType:NonEmptyStringType? MailboxType:MailboxTypeType? ItemId:ItemIdType? OriginalDisplayName?
EmailAddressExtendedType : EmailAddressType = ExternalObjectId? PrimaryEmailAddress:NonEmptyStringType?
ArrayOfEmailAddressesType = Address:EmailAddressType*
DirectoryEntryType = Id:EmailAddressType?
RoomType : DirectoryEntryType =
ArrayOfRoomsType = Room:RoomType*
TimeSlot = StartTime:dateTime DurationInMinutes:double
MeetingLocation = EmailAddress DisplayName
ActivityDomainType ~ 'Unknown' | 'Personal' | 'Work'
ReminderGroupType ~ 'Calendar' | 'Task'
ReminderType = Subject Location? ReminderTime:dateTime StartDate:dateTime EndDate:dateTime ItemId:ItemIdType
  RecurringMasterItemId:ItemIdType? ReminderGroup:ReminderGroupType? UID
ArrayOfRemindersType = Reminder:ReminderType*
ArrayOfRecipientsType = Mailbox:EmailAddressType*
SingleRecipientType = Mailbox:EmailAddressType
UnindexedFieldURIType ~ 'folder:FolderId' | 'folder:ParentFolderId' | 'folder:DisplayName' |
  'folder:UnreadCount' | 'folder:TotalCount' | 'folder:ChildFolderCount' | 'folder:FolderClass' |
  'folder:SearchParameters' | 'folder:ManagedFolderInformation' | 'folder:PermissionSet' |
  'folder:EffectiveRights' | 'folder:SharingEffectiveRights' | 'folder:DistinguishedFolderId' |
  'folder:PolicyTag' | 'folder:ArchiveTag' | 'folder:ReplicaList' | 'item:ItemId' | 'item:ParentFolderId' |
  'item:ItemClass' | 'item:MimeContent' | 'item:Attachments' | 'item:Subject' | 'item:DateTimeReceived' |
  'item:Size' | 'item:Categories' | 'item:HasAttachments' | 'item:Importance' | 'item:InReplyTo' |
  'item:InternetMessageHeaders' | 'item:IsAssociated' | 'item:IsDraft' | 'item:IsFromMe' | 'item:IsResend' |
  'item:IsSubmitted' | 'item:IsUnmodified' | 'item:DateTimeSent' | 'item:DateTimeCreated' | 'item:Body' |
  'item:ResponseObjects' | 'item:Sensitivity' | 'item:ReminderDueBy' | 'item:ReminderIsSet' |
  'item:ReminderNextTime' | 'item:ReminderMinutesBeforeStart' | 'item:DisplayTo' | 'item:DisplayCc' |
  'item:DisplayBcc' | 'item:Culture' | 'item:EffectiveRights' | 'item:LastModifiedName' |
  'item:LastModifiedTime' | 'item:ConversationId' | 'item:UniqueBody' | 'item:Flag' | 'item:StoreEntryId' |
  'item:InstanceKey' | 'item:NormalizedBody' | 'item:EntityExtractionResult' | 'item:PolicyTag' |
  'item:ArchiveTag' | 'item:RetentionDate' | 'item:Preview' | 'item:PredictedActionReasons' |
  'item:IsClutter' | 'item:RightsManagementLicenseData' | 'item:BlockStatus' | 'item:HasBlockedImages' |
  'item:WebClientReadFormQueryString' | 'item:WebClientEditFormQueryString' | 'item:TextBody' |
  'item:IconIndex' | 'item:MimeContentUTF8' | 'item:Mentions' | 'item:MentionedMe' | 'item:MentionsPreview' |
  'item:MentionsEx' | 'item:Hashtags' | 'item:AppliedHashtags' | 'item:AppliedHashtagsPreview' | 'item:Likes'
  | 'item:LikesPreview' | 'item:PendingSocialActivityTagIds' | 'item:AtAllMention' | 'item:CanDelete' |
  'item:InferenceClassification' | 'item:FirstBody' | 'message:ConversationIndex' |
  'message:ConversationTopic' | 'message:InternetMessageId' | 'message:IsRead' |
  'message:IsResponseRequested' | 'message:IsReadReceiptRequested' | 'message:IsDeliveryReceiptRequested' |
  'message:ReceivedBy' | 'message:ReceivedRepresenting' | 'message:References' | 'message:ReplyTo' |
  'message:From' | 'message:Sender' | 'message:ToRecipients' | 'message:CcRecipients' |
  'message:BccRecipients' | 'message:ApprovalRequestData' | 'message:VotingInformation' |
  'message:ReminderMessageData' | 'message:PublishedCalendarItemIcs' | 'message:PublishedCalendarItemName' |
  'message:MessageSafety' | 'sharingMessage:SharingMessageAction' | 'meeting:AssociatedCalendarItemId' |
  'meeting:IsDelegated' | 'meeting:IsOutOfDate' | 'meeting:HasBeenProcessed' | 'meeting:ResponseType' |
  'meeting:ProposedStart' | 'meeting:ProposedEnd' | 'meeting:DoNotForwardMeeting' |
  'meetingRequest:MeetingRequestType' | 'meetingRequest:IntendedFreeBusyStatus' |
  'meetingRequest:ChangeHighlights' | 'calendar:Start' | 'calendar:End' | 'calendar:OriginalStart' |
  'calendar:StartWallClock' | 'calendar:EndWallClock' | 'calendar:StartTimeZoneId' | 'calendar:EndTimeZoneId'
  | 'calendar:IsAllDayEvent' | 'calendar:LegacyFreeBusyStatus' | 'calendar:Location' |
  'calendar:EnhancedLocation' | 'calendar:When' | 'calendar:IsMeeting' | 'calendar:IsCancelled' |
  'calendar:IsRecurring' | 'calendar:MeetingRequestWasSent' | 'calendar:IsResponseRequested' |
  'calendar:CalendarItemType' | 'calendar:MyResponseType' | 'calendar:Organizer' |
  'calendar:RequiredAttendees' | 'calendar:OptionalAttendees' | 'calendar:Resources' |
  'calendar:ConflictingMeetingCount' | 'calendar:AdjacentMeetingCount' | 'calendar:ConflictingMeetings' |
  'calendar:AdjacentMeetings' | 'calendar:InboxReminders' | 'calendar:Duration' | 'calendar:TimeZone' |
  'calendar:AppointmentReplyTime' | 'calendar:AppointmentSequenceNumber' | 'calendar:AppointmentState' |
  'calendar:Recurrence' | 'calendar:FirstOccurrence' | 'calendar:LastOccurrence' |
  'calendar:ModifiedOccurrences' | 'calendar:DeletedOccurrences' | 'calendar:MeetingTimeZone' |
  'calendar:ConferenceType' | 'calendar:AllowNewTimeProposal' | 'calendar:IsOnlineMeeting' |
  'calendar:MeetingWorkspaceUrl' | 'calendar:NetShowUrl' | 'calendar:UID' | 'calendar:RecurrenceId' |
  'calendar:DateTimeStamp' | 'calendar:StartTimeZone' | 'calendar:EndTimeZone' |
  'calendar:JoinOnlineMeetingUrl' | 'calendar:OnlineMeetingSettings' | 'calendar:IsOrganizer' |
  'calendar:CalendarActivityData' | 'calendar:DoNotForwardMeeting' | 'task:ActualWork' | 'task:AssignedTime'
  | 'task:BillingInformation' | 'task:ChangeCount' | 'task:Companies' | 'task:CompleteDate' | 'task:Contacts'
  | 'task:DelegationState' | 'task:Delegator' | 'task:DueDate' | 'task:IsAssignmentEditable' |
  'task:IsComplete' | 'task:IsRecurring' | 'task:IsTeamTask' | 'task:Mileage' | 'task:Owner' |
  'task:PercentComplete' | 'task:Recurrence' | 'task:StartDate' | 'task:Status' | 'task:StatusDescription' |
  'task:TotalWork' | 'contacts:Alias' | 'contacts:AssistantName' | 'contacts:Birthday' |
  'contacts:BusinessHomePage' | 'contacts:Children' | 'contacts:Companies' | 'contacts:CompanyName' |
  'contacts:CompleteName' | 'contacts:ContactSource' | 'contacts:Culture' | 'contacts:Department' |
  'contacts:DisplayName' | 'contacts:DirectoryId' | 'contacts:DirectReports' | 'contacts:EmailAddresses' |
  'contacts:AbchEmailAddresses' | 'contacts:FileAs' | 'contacts:FileAsMapping' | 'contacts:Generation' |
  'contacts:GivenName' | 'contacts:ImAddresses' | 'contacts:Initials' | 'contacts:JobTitle' |
  'contacts:Manager' | 'contacts:ManagerMailbox' | 'contacts:MiddleName' | 'contacts:Mileage' |
  'contacts:MSExchangeCertificate' | 'contacts:Nickname' | 'contacts:Notes' | 'contacts:OfficeLocation' |
  'contacts:PhoneNumbers' | 'contacts:PhoneticFullName' | 'contacts:PhoneticFirstName' |
  'contacts:PhoneticLastName' | 'contacts:Photo' | 'contacts:PhysicalAddresses' |
  'contacts:PostalAddressIndex' | 'contacts:Profession' | 'contacts:SpouseName' | 'contacts:Surname' |
  'contacts:WeddingAnniversary' | 'contacts:UserSMIMECertificate' | 'contacts:HasPicture' |
  'contacts:AccountName' | 'contacts:IsAutoUpdateDisabled' | 'contacts:IsMessengerEnabled' |
  'contacts:Comment' | 'contacts:ContactShortId' | 'contacts:ContactType' | 'contacts:CreatedBy' |
  'contacts:Gender' | 'contacts:IsHidden' | 'contacts:ObjectId' | 'contacts:PassportId' |
  'contacts:IsPrivate' | 'contacts:SourceId' | 'contacts:TrustLevel' | 'contacts:Urls' | 'contacts:Cid' |
  'contacts:SkypeAuthCertificate' | 'contacts:SkypeContext' | 'contacts:SkypeId' | 'contacts:XboxLiveTag' |
  'contacts:SkypeRelationship' | 'contacts:YomiNickname' | 'contacts:InviteFree' |
  'contacts:HidePresenceAndProfile' | 'contacts:IsPendingOutbound' | 'contacts:SupportGroupFeeds' |
  'contacts:UserTileHash' | 'contacts:UnifiedInbox' | 'contacts:Mris' | 'contacts:Wlid' |
  'contacts:AbchContactId' | 'contacts:NotInBirthdayCalendar' | 'contacts:ShellContactType' |
  'contacts:ImMri' | 'contacts:PresenceTrustLevel' | 'contacts:OtherMri' | 'contacts:ProfileLastChanged' |
  'contacts:MobileIMEnabled' | 'distributionlist:Members' | 'contacts:PartnerNetworkProfilePhotoUrl' |
  'contacts:PartnerNetworkThumbnailPhotoUrl' | 'contacts:PersonId' | 'contacts:ConversationGuid' |
  'postitem:PostedTime' | 'conversation:ConversationId' | 'conversation:ConversationTopic' |
  'conversation:UniqueRecipients' | 'conversation:GlobalUniqueRecipients' |
  'conversation:UniqueUnreadSenders' | 'conversation:GlobalUniqueUnreadSenders' |
  'conversation:UniqueSenders' | 'conversation:GlobalUniqueSenders' | 'conversation:LastDeliveryTime' |
  'conversation:GlobalLastDeliveryTime' | 'conversation:Categories' | 'conversation:GlobalCategories' |
  'conversation:FlagStatus' | 'conversation:GlobalFlagStatus' | 'conversation:HasAttachments' |
  'conversation:GlobalHasAttachments' | 'conversation:HasIrm' | 'conversation:GlobalHasIrm' |
  'conversation:MessageCount' | 'conversation:GlobalMessageCount' | 'conversation:UnreadCount' |
  'conversation:GlobalUnreadCount' | 'conversation:Size' | 'conversation:GlobalSize' |
  'conversation:ItemClasses' | 'conversation:GlobalItemClasses' | 'conversation:Importance' |
  'conversation:GlobalImportance' | 'conversation:ItemIds' | 'conversation:GlobalItemIds' |
  'conversation:LastModifiedTime' | 'conversation:InstanceKey' | 'conversation:Preview' |
  'conversation:IconIndex' | 'conversation:GlobalIconIndex' | 'conversation:DraftItemIds' |
  'conversation:HasClutter' | 'conversation:MentionedMe' | 'conversation:GlobalMentionedMe' |
  'conversation:AtAllMention' | 'conversation:GlobalAtAllMention' | 'person:FullName' | 'person:GivenName' |
  'person:Surname' | 'person:PhoneNumber' | 'person:SMSNumber' | 'person:EmailAddress' | 'person:Alias' |
  'person:Department' | 'person:LinkedInProfileLink' | 'person:Skills' | 'person:ProfessionalBiography' |
  'person:ManagementChain' | 'person:DirectReports' | 'person:Peers' | 'person:TeamSize' |
  'person:CurrentJob' | 'person:Birthday' | 'person:Hometown' | 'person:CurrentLocation' |
  'person:CompanyProfile' | 'person:Office' | 'person:Headline' | 'person:MutualConnections' | 'person:Title'
  | 'person:MutualManager' | 'person:Insights' | 'person:UserProfilePicture' | 'persona:PersonaId' |
  'persona:PersonaType' | 'persona:GivenName' | 'persona:CompanyName' | 'persona:Surname' |
  'persona:DisplayName' | 'persona:EmailAddress' | 'persona:FileAs' | 'persona:HomeCity' |
  'persona:CreationTime' | 'persona:RelevanceScore' | 'persona:RankingWeight' | 'persona:WorkCity' |
  'persona:PersonaObjectStatus' | 'persona:FileAsId' | 'persona:DisplayNamePrefix' |
  'persona:YomiCompanyName' | 'persona:YomiFirstName' | 'persona:YomiLastName' | 'persona:Title' |
  'persona:EmailAddresses' | 'persona:PhoneNumber' | 'persona:ImAddress' | 'persona:ImAddresses' |
  'persona:ImAddresses2' | 'persona:ImAddresses3' | 'persona:FolderIds' | 'persona:Attributions' |
  'persona:DisplayNames' | 'persona:Initials' | 'persona:FileAses' | 'persona:FileAsIds' |
  'persona:DisplayNamePrefixes' | 'persona:GivenNames' | 'persona:MiddleNames' | 'persona:Surnames' |
  'persona:Generations' | 'persona:Nicknames' | 'persona:YomiCompanyNames' | 'persona:YomiFirstNames' |
  'persona:YomiLastNames' | 'persona:BusinessPhoneNumbers' | 'persona:BusinessPhoneNumbers2' |
  'persona:HomePhones' | 'persona:HomePhones2' | 'persona:MobilePhones' | 'persona:MobilePhones2' |
  'persona:AssistantPhoneNumbers' | 'persona:CallbackPhones' | 'persona:CarPhones' | 'persona:HomeFaxes' |
  'persona:OrganizationMainPhones' | 'persona:OtherFaxes' | 'persona:OtherTelephones' |
  'persona:OtherPhones2' | 'persona:Pagers' | 'persona:RadioPhones' | 'persona:TelexNumbers' |
  'persona:WorkFaxes' | 'persona:Emails1' | 'persona:Emails2' | 'persona:Emails3' |
  'persona:BusinessHomePages' | 'persona:School' | 'persona:PersonalHomePages' | 'persona:OfficeLocations' |
  'persona:BusinessAddresses' | 'persona:HomeAddresses' | 'persona:OtherAddresses' | 'persona:Titles' |
  'persona:Departments' | 'persona:CompanyNames' | 'persona:Managers' | 'persona:AssistantNames' |
  'persona:Professions' | 'persona:SpouseNames' | 'persona:Hobbies' | 'persona:WeddingAnniversaries' |
  'persona:Birthdays' | 'persona:Children' | 'persona:Locations' | 'persona:ExtendedProperties' |
  'persona:PostalAddress' | 'persona:Bodies' | 'persona:IsFavorite' | 'persona:InlineLinks' |
  'persona:ItemLinkIds' | 'persona:HasActiveDeals' | 'persona:IsBusinessContact' |
  'persona:AttributedHasActiveDeals' | 'persona:AttributedIsBusinessContact' | 'persona:SourceMailboxGuids' |
  'persona:LastContactedDate' | 'persona:ExternalDirectoryObjectId' | 'persona:MapiEntryId' |
  'persona:MapiEmailAddress' | 'persona:MapiAddressType' | 'persona:MapiSearchKey' |
  'persona:MapiTransmittableDisplayName' | 'persona:MapiSendRichInfo' | 'rolemember:MemberType' |
  'rolemember:MemberId' | 'rolemember:DisplayName' | 'network:TokenRefreshLastCompleted' |
  'network:TokenRefreshLastAttempted' | 'network:SyncEnabled' | 'network:RejectedOffers' |
  'network:SessionHandle' | 'network:RefreshTokenExpiry2' | 'network:RefreshToken2' |
  'network:PsaLastChanged' | 'network:Offers' | 'network:LastWelcomeContact' | 'network:LastVersionSaved' |
  'network:DomainTag' | 'network:FirstAuthErrorDates' | 'network:ErrorOffers' | 'network:ContactSyncSuccess'
  | 'network:ContactSyncError' | 'network:ClientToken2' | 'network:ClientToken' |
  'network:ClientPublishSecret' | 'network:UserEmail' | 'network:AutoLinkSuccess' | 'network:AutoLinkError' |
  'network:IsDefault' | 'network:Settings' | 'network:ProfileUrl' | 'network:UserTileUrl' |
  'network:DomainId' | 'network:DisplayName' | 'network:AccountName' | 'network:SourceEntryID' |
  'abchperson:FavoriteOrder' | 'abchperson:PersonId' | 'abchperson:ExchangePersonIdGuid' |
  'abchperson:AntiLinkInfo' | 'abchperson:RelevanceOrder1' | 'abchperson:RelevanceOrder2' |
  'abchperson:ContactHandles' | 'abchperson:Categories' | 'booking:ServiceIds' | 'booking:StaffIds' |
  'booking:StaffInitials' | 'booking:CustomerName' | 'booking:CustomerEmail' | 'booking:CustomerPhone' |
  'booking:CustomerId' | 'insight:InsightId' | 'insight:Type' | 'insight:StartTimeUtc' | 'insight:EndTimeUtc'
  | 'insight:Status' | 'insight:Version' | 'insight:ApplicationsIds' | 'insight:Text' |
  'insight:SuggestedActions' | 'insight:AppContexts'
DictionaryURIType ~ 'item:InternetMessageHeader' | 'contacts:ImAddress' | 'contacts:PhysicalAddress:Street' |
  'contacts:PhysicalAddress:City' | 'contacts:PhysicalAddress:State' |
  'contacts:PhysicalAddress:CountryOrRegion' | 'contacts:PhysicalAddress:PostalCode' | 'contacts:PhoneNumber'
  | 'contacts:EmailAddress' | 'distributionlist:Members:Member'
ExceptionPropertyURIType ~ 'attachment:Name' | 'attachment:ContentType' | 'attachment:Content' |
  'recurrence:Month' | 'recurrence:DayOfWeekIndex' | 'recurrence:DaysOfWeek' | 'recurrence:DayOfMonth' |
  'recurrence:Interval' | 'recurrence:NumberOfOccurrences' | 'timezone:Offset'
GuidType ~ string /[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}/
DistinguishedPropertySetType ~ 'Meeting' | 'Appointment' | 'Common' | 'PublicStrings' | 'Address' |
  'InternetHeaders' | 'CalendarAssistant' | 'UnifiedMessaging' | 'Task' | 'Sharing'
MapiPropertyTypeType ~ 'ApplicationTime' | 'ApplicationTimeArray' | 'Binary' | 'BinaryArray' | 'Boolean' |
  'CLSID' | 'CLSIDArray' | 'Currency' | 'CurrencyArray' | 'Double' | 'DoubleArray' | 'Error' | 'Float' |
  'FloatArray' | 'Integer' | 'IntegerArray' | 'Long' | 'LongArray' | 'Null' | 'Object' | 'ObjectArray' |
  'Short' | 'ShortArray' | 'SystemTime' | 'SystemTimeArray' | 'String' | 'StringArray'
BasePathToElementType =
PathToUnindexedFieldType : BasePathToElementType = @FieldURI:UnindexedFieldURIType!
PathToIndexedFieldType : BasePathToElementType = @FieldURI:DictionaryURIType! @FieldIndex!
PathToExceptionFieldType : BasePathToElementType = @FieldURI:ExceptionPropertyURIType!
PropertyTagType ~ string /(0x|0X)[0-9A-Fa-f]{1,4}|[0-9]{1,5}/
PathToExtendedFieldType : BasePathToElementType = @DistinguishedPropertySetId:DistinguishedPropertySetType
  @PropertySetId:GuidType @PropertyTag:PropertyTagType @PropertyName @PropertyId:int
  @PropertyType:MapiPropertyTypeType!
group Path = ( FieldURI:PathToUnindexedFieldType | IndexedFieldURI:PathToIndexedFieldType |
  ExtendedFieldURI:PathToExtendedFieldType )
element FieldURI : PathToUnindexedFieldType
element IndexedFieldURI : PathToIndexedFieldType
element ExtendedFieldURI : PathToExtendedFieldType
element ExceptionFieldURI : PathToExceptionFieldType
NonEmptyArrayOfPathsToElementType = &Path+
NonEmptyArrayOfPropertyValuesType = Value+
NonEmptyArrayOfExtendedPropertyType = ExtendedProperty:ExtendedPropertyType+
ExtendedPropertyType = ExtendedFieldURI:PathToExtendedFieldType ( Value |
  Values:NonEmptyArrayOfPropertyValuesType )
FolderQueryTraversalType ~ 'Shallow' | 'Deep' | 'SoftDeleted'
SearchFolderTraversalType ~ 'Shallow' | 'Deep'
ItemQueryTraversalType ~ 'Shallow' | 'SoftDeleted' | 'Associated'
ConversationQueryTraversalType ~ 'Shallow' | 'Deep'
DefaultShapeNamesType ~ 'IdOnly' | 'Default' | 'AllProperties' | 'PcxPeopleSearch'
BodyTypeResponseType ~ 'Best' | 'HTML' | 'Text'
FolderResponseShapeType = BaseShape:DefaultShapeNamesType
  AdditionalProperties:NonEmptyArrayOfPathsToElementType?
ItemResponseShapeType = BaseShape:DefaultShapeNamesType IncludeMimeContent:boolean?
  BodyType:BodyTypeResponseType? UniqueBodyType:BodyTypeResponseType?
  NormalizedBodyType:BodyTypeResponseType? FilterHtmlContent:boolean? ConvertHtmlCodePageToUTF8:boolean?
  InlineImageUrlTemplate? BlockExternalImages:boolean? AddBlankTargetToLinks:boolean? MaximumBodySize:int?
  AdditionalProperties:NonEmptyArrayOfPathsToElementType?
AttachmentResponseShapeType = IncludeMimeContent:boolean? BodyType:BodyTypeResponseType?
  FilterHtmlContent:boolean? AdditionalProperties:NonEmptyArrayOfPathsToElementType?
ConversationResponseShapeType = BaseShape:DefaultShapeNamesType
  AdditionalProperties:NonEmptyArrayOfPathsToElementType?
PersonaResponseShapeType = BaseShape:DefaultShapeNamesType
  AdditionalProperties:NonEmptyArrayOfPathsToElementType?
DisposalType ~ 'HardDelete' | 'SoftDelete' | 'MoveToDeletedItems'
ConflictResolutionType ~ 'NeverOverwrite' | 'AutoResolve' | 'AlwaysOverwrite'
ClientAccessTokenTypeType ~ 'CallerIdentity' | 'ExtensionCallback' | 'ScopedToken' |
  'ExtensionRestApiCallback' | 'Connectors' | 'Loki' | 'DesktopOutlook'
NonEmptyArrayOfClientAccessTokenRequestsType = TokenRequest:ClientAccessTokenRequestType+
ClientAccessTokenRequestType = Id TokenType:ClientAccessTokenTypeType Scope? ResourceUri?
ClientAccessTokenType = Id TokenType:ClientAccessTokenTypeType TokenValue TTL:long
ResponseClassType ~ 'Success' | 'Warning' | 'Error'
ChangeDescriptionType = &Path
ItemChangeDescriptionType : ChangeDescriptionType =
FolderChangeDescriptionType : ChangeDescriptionType =
SetItemFieldType : ItemChangeDescriptionType = ( Item:ItemType | Message:MessageType |
  SharingMessage:SharingMessageType | CalendarItem:CalendarItemType | Contact:ContactItemType |
  DistributionList:DistributionListType | MeetingMessage:MeetingMessageType |
  MeetingRequest:MeetingRequestMessageType | MeetingResponse:MeetingResponseMessageType |
  MeetingCancellation:MeetingCancellationMessageType | Task:TaskType | PostItem:PostItemType |
  RoleMember:RoleMemberItemType | Network:NetworkItemType | Person:AbchPersonItemType )
SetFolderFieldType : FolderChangeDescriptionType = ( Folder:FolderType | CalendarFolder:CalendarFolderType |
  ContactsFolder:ContactsFolderType | SearchFolder:SearchFolderType | TasksFolder:TasksFolderType )
DeleteItemFieldType : ItemChangeDescriptionType =
DeleteFolderFieldType : FolderChangeDescriptionType =
AppendToItemFieldType : ItemChangeDescriptionType = ( Item:ItemType | Message:MessageType |
  SharingMessage:SharingMessageType | CalendarItem:CalendarItemType | Contact:ContactItemType |
  DistributionList:DistributionListType | MeetingMessage:MeetingMessageType |
  MeetingRequest:MeetingRequestMessageType | MeetingResponse:MeetingResponseMessageType |
  MeetingCancellation:MeetingCancellationMessageType | Task:TaskType | PostItem:PostItemType |
  RoleMember:RoleMemberItemType | Network:NetworkItemType | Person:AbchPersonItemType )
AppendToFolderFieldType : FolderChangeDescriptionType = ( Folder:FolderType |
  CalendarFolder:CalendarFolderType | ContactsFolder:ContactsFolderType | SearchFolder:SearchFolderType |
  TasksFolder:TasksFolderType )
NonEmptyArrayOfItemChangeDescriptionsType = ( AppendToItemField:AppendToItemFieldType |
  SetItemField:SetItemFieldType | DeleteItemField:DeleteItemFieldType )+
NonEmptyArrayOfFolderChangeDescriptionsType = ( AppendToFolderField:AppendToFolderFieldType |
  SetFolderField:SetFolderFieldType | DeleteFolderField:DeleteFolderFieldType )+
ItemChangeType = ( ItemId:ItemIdType | OccurrenceItemId:OccurrenceItemIdType |
  RecurringMasterItemId:RecurringMasterItemIdType ) Updates:NonEmptyArrayOfItemChangeDescriptionsType
  CalendarActivityData:CalendarActivityDataType?
NonEmptyArrayOfItemChangesType = ItemChange:ItemChangeType+
InternetHeaderType = $:string @HeaderName!
NonEmptyArrayOfInternetHeadersType = InternetMessageHeader:InternetHeaderType+
NonEmptyArrayOfPredictedActionReasonType = PredictedActionReason:PredictedActionReasonType+
RequestAttachmentIdType : BaseItemIdType = @Id!
AttachmentIdType : RequestAttachmentIdType = @RootItemId @RootItemChangeKey
RootItemIdType : BaseItemIdType = @RootItemId! @RootItemChangeKey!
NonEmptyArrayOfRequestAttachmentIdsType = AttachmentId:RequestAttachmentIdType+
AttachmentType = AttachmentId:AttachmentIdType? Name? ContentType? ContentId? ContentLocation?
  AttachmentOriginalUrl? Size:int? LastModifiedTime:dateTime? IsInline:boolean?
ItemAttachmentType : AttachmentType = ( Item:ItemType | Message:MessageType |
  SharingMessage:SharingMessageType | CalendarItem:CalendarItemType | Contact:ContactItemType |
  MeetingMessage:MeetingMessageType | MeetingRequest:MeetingRequestMessageType |
  MeetingResponse:MeetingResponseMessageType | MeetingCancellation:MeetingCancellationMessageType |
  Task:TaskType | PostItem:PostItemType | RoleMember:RoleMemberItemType | Network:NetworkItemType |
  Person:AbchPersonItemType )?
SyncFolderItemsCreateOrUpdateType = ( Item:ItemType | Message:MessageType | SharingMessage:SharingMessageType
  | CalendarItem:CalendarItemType | Contact:ContactItemType | DistributionList:DistributionListType |
  MeetingMessage:MeetingMessageType | MeetingRequest:MeetingRequestMessageType |
  MeetingResponse:MeetingResponseMessageType | MeetingCancellation:MeetingCancellationMessageType |
  Task:TaskType | PostItem:PostItemType | RoleMember:RoleMemberItemType | Network:NetworkItemType |
  Person:AbchPersonItemType )
FileAttachmentType : AttachmentType = IsContactPhoto:boolean? Content:base64?
ReferenceAttachmentType : AttachmentType = AttachLongPathName? ProviderType? ProviderEndpointUrl?
  AttachmentThumbnailUrl? AttachmentPreviewUrl? PermissionType:int? OriginalPermissionType:int?
  AttachmentIsFolder:boolean?
ArrayOfAttachmentsType = ( ItemAttachment:ItemAttachmentType | FileAttachment:FileAttachmentType |
  ReferenceAttachment:ReferenceAttachmentType )*
NonEmptyArrayOfAttachmentsType = ( ItemAttachment:ItemAttachmentType | FileAttachment:FileAttachmentType |
  ReferenceAttachment:ReferenceAttachmentType )+
SensitivityChoicesType ~ 'Normal' | 'Personal' | 'Private' | 'Confidential'
ImportanceChoicesType ~ 'Low' | 'Normal' | 'High'
BodyTypeType ~ 'HTML' | 'Text'
BodyType = $:string @BodyType:BodyTypeType! @IsTruncated:boolean
UniqueBodyType = $:string @UniqueBodyType:BodyTypeType! @IsTruncated:boolean
NormalizedBodyType = $:string @NormalizedBodyType:BodyTypeType! @IsTruncated:boolean
BaseFolderIdType =
FolderClassType ~ string
DistinguishedFolderIdNameType ~ 'calendar' | 'contacts' | 'deleteditems' | 'drafts' | 'inbox' | 'journal' |
  'notes' | 'outbox' | 'sentitems' | 'tasks' | 'msgfolderroot' | 'publicfoldersroot' | 'root' | 'junkemail' |
  'searchfolders' | 'voicemail' | 'recoverableitemsroot' | 'recoverableitemsdeletions' |
  'recoverableitemsversions' | 'recoverableitemspurges' | 'recoverableitemsdiscoveryholds' | 'archiveroot' |
  'archivemsgfolderroot' | 'archivedeleteditems' | 'archiveinbox' | 'archiverecoverableitemsroot' |
  'archiverecoverableitemsdeletions' | 'archiverecoverableitemsversions' | 'archiverecoverableitemspurges' |
  'archiverecoverableitemsdiscoveryholds' | 'syncissues' | 'conflicts' | 'localfailures' | 'serverfailures' |
  'recipientcache' | 'quickcontacts' | 'conversationhistory' | 'adminauditlogs' | 'todosearch' | 'mycontacts'
  | 'directory' | 'imcontactlist' | 'peopleconnect' | 'favorites' | 'mecontact' | 'personmetadata' |
  'teamspaceactivity' | 'teamspacemessaging' | 'teamspaceworkitems' | 'scheduled' | 'orionnotes' | 'tagitems'
  | 'alltaggeditems' | 'externalcontacts' | 'teamchat' | 'teamchathistory' | 'yammerroot' | 'yammerinbound' |
  'yammeroutbound' | 'yammerfeeds' | 'onedriveroot' | 'onedriverecylebin' | 'onedrivesystem' |
  'onedrivevolume' | 'important' | 'starred' | 'archive'
DistinguishedFolderIdType : BaseFolderIdType = Mailbox:EmailAddressType? @Id:DistinguishedFolderIdNameType!
  @ChangeKey
FolderIdType : BaseFolderIdType = @Id! @ChangeKey
AddressListIdType : BaseFolderIdType = @Id!
ArrayOfDistinguishedFolderIdType = DistinguishedFolderId:DistinguishedFolderIdType*
NonEmptyArrayOfBaseFolderIdsType = ( FolderId:FolderIdType | DistinguishedFolderId:DistinguishedFolderIdType
  )+
TargetFolderIdType = ( FolderId:FolderIdType | DistinguishedFolderId:DistinguishedFolderIdType |
  AddressListId:AddressListIdType )
NonEmptyArrayOfUploadItemsType = Item:UploadItemType+
UploadItemType = ParentFolderId:FolderIdType ItemId:ItemIdType? Data:base64 @CreateAction:CreateActionType!
  @IsAssociated:boolean
CreateActionType ~ 'CreateNew' | 'Update' | 'UpdateOrCreate'
CompleteActionType ~ 'Commit' | 'Abandon'
ViewFilterType ~ 'All' | 'Flagged' | 'HasAttachment' | 'ToOrCcMe' | 'Unread' | 'TaskActive' | 'TaskOverdue' |
  'TaskCompleted' | 'NoClutter' | 'Clutter'
FindFolderParentType = Folders:ArrayOfFoldersType? @IndexedPagingOffset:int @NumeratorOffset:int
  @AbsoluteDenominator:int @IncludesLastItemInRange:boolean @TotalItemsInView:int
BaseFolderType = FolderId:FolderIdType? ParentFolderId:FolderIdType? FolderClass? DisplayName?
  TotalCount:int? ChildFolderCount:int? ExtendedProperty:ExtendedPropertyType*
  ManagedFolderInformation:ManagedFolderInformationType? EffectiveRights:EffectiveRightsType?
  DistinguishedFolderId:DistinguishedFolderIdNameType? PolicyTag:RetentionTagType?
  ArchiveTag:RetentionTagType? ReplicaList:ArrayOfStringsType?
ManagedFolderInformationType = CanDelete:boolean? CanRenameOrMove:boolean? MustDisplayComment:boolean?
  HasQuota:boolean? IsManagedFoldersRoot:boolean? ManagedFolderId? Comment? StorageQuota:int? FolderSize:int?
  HomePage?
FolderType : BaseFolderType = PermissionSet:PermissionSetType? UnreadCount:int?
CalendarFolderType : BaseFolderType = SharingEffectiveRights:CalendarPermissionReadAccessType?
  PermissionSet:CalendarPermissionSetType?
ReminderActionType ~ 'Dismiss' | 'Snooze'
ReminderItemActionType = ActionType:ReminderActionType ItemId:ItemIdType NewReminderTime?
NonEmptyArrayOfReminderItemActionType = ReminderItemAction:ReminderItemActionType+
ContactsFolderType : BaseFolderType = SharingEffectiveRights:PermissionReadAccessType?
  PermissionSet:PermissionSetType? SourceId? AccountName?
SearchFolderType : FolderType = SearchParameters:SearchParametersType?
TasksFolderType : FolderType =
NonEmptyArrayOfFoldersType = ( Folder:FolderType | CalendarFolder:CalendarFolderType |
  ContactsFolder:ContactsFolderType | SearchFolder:SearchFolderType | TasksFolder:TasksFolderType )+
ArrayOfFoldersType = ( Folder:FolderType | CalendarFolder:CalendarFolderType |
  ContactsFolder:ContactsFolderType | SearchFolder:SearchFolderType | TasksFolder:TasksFolderType )*
BaseItemIdType =
element BaseItemId : BaseItemIdType
DerivedItemIdType ~ string
ItemIdType : BaseItemIdType = @Id! @ChangeKey
NonEmptyArrayOfBaseItemIdsType = ( ItemId:ItemIdType | OccurrenceItemId:OccurrenceItemIdType |
  RecurringMasterItemId:RecurringMasterItemIdType |
  RecurringMasterItemIdRanges:RecurringMasterItemIdRangesType )+
ArrayOfBaseItemIdsType = ItemId:ItemIdType*
NonEmptyArrayOfItemIdsType = ItemId:ItemIdType+
ArrayOfItemIdsType = ItemId:ItemIdType*
ItemClassType ~ string
ResponseObjectCoreType : MessageType = ReferenceItemId:ItemIdType?
ResponseObjectType : ResponseObjectCoreType = @ObjectName
NonEmptyArrayOfResponseObjectsType = ( AcceptItem:AcceptItemType |
  TentativelyAcceptItem:TentativelyAcceptItemType | DeclineItem:DeclineItemType | ReplyToItem:ReplyToItemType
  | ForwardItem:ForwardItemType | ReplyAllToItem:ReplyAllToItemType |
  CancelCalendarItem:CancelCalendarItemType | RemoveItem:RemoveItemType |
  SuppressReadReceipt:SuppressReadReceiptType | PostReplyItem:PostReplyItemType |
  AcceptSharingInvitation:AcceptSharingInvitationType | AddItemToMyCalendar:AddItemToMyCalendarType |
  ProposeNewTime:ProposeNewTimeType )*
FolderChangeType = ( FolderId:FolderIdType | DistinguishedFolderId:DistinguishedFolderIdType )
  Updates:NonEmptyArrayOfFolderChangeDescriptionsType
NonEmptyArrayOfFolderChangesType = FolderChange:FolderChangeType+
WellKnownResponseObjectType = ItemClass:ItemClassType? Sensitivity:SensitivityChoicesType? Body:BodyType?
  Attachments:NonEmptyArrayOfAttachmentsType? InternetMessageHeaders:NonEmptyArrayOfInternetHeadersType?
  Sender:SingleRecipientType? ToRecipients:ArrayOfRecipientsType? CcRecipients:ArrayOfRecipientsType?
  BccRecipients:ArrayOfRecipientsType? IsReadReceiptRequested:boolean? IsDeliveryReceiptRequested:boolean?
  From:SingleRecipientType? ReferenceItemId:ItemIdType?
SmartResponseBaseType = Subject? Body:BodyType? ToRecipients:ArrayOfRecipientsType?
  CcRecipients:ArrayOfRecipientsType? BccRecipients:ArrayOfRecipientsType? IsReadReceiptRequested:boolean?
  IsDeliveryReceiptRequested:boolean? From:SingleRecipientType? ReferenceItemId:ItemIdType?
SmartResponseType : SmartResponseBaseType = NewBodyContent:BodyType?
ReplyToItemType : SmartResponseType =
ReplyAllToItemType : SmartResponseType = IsSpecificMessageReply:boolean?
ForwardItemType : SmartResponseType =
CancelCalendarItemType : SmartResponseType =
ReferenceItemResponseType = ReferenceItemId:ItemIdType?
SuppressReadReceiptType : ReferenceItemResponseType =
FindItemParentType = ( Items:ArrayOfRealItemsType | Groups:ArrayOfGroupedItemsType ) @IndexedPagingOffset:int
  @NumeratorOffset:int @AbsoluteDenominator:int @IncludesLastItemInRange:boolean @TotalItemsInView:int
ItemType = MimeContent:MimeContentType? ItemId:ItemIdType? ParentFolderId:FolderIdType?
  ItemClass:ItemClassType? Subject? Sensitivity:SensitivityChoicesType? Body:BodyType?
  Attachments:NonEmptyArrayOfAttachmentsType? DateTimeReceived:dateTime? Size:int?
  Categories:ArrayOfStringsType? Importance:ImportanceChoicesType? InReplyTo? IsSubmitted:boolean?
  IsDraft:boolean? IsFromMe:boolean? IsResend:boolean? IsUnmodified:boolean?
  InternetMessageHeaders:NonEmptyArrayOfInternetHeadersType? DateTimeSent:dateTime? DateTimeCreated:dateTime?
  ResponseObjects:NonEmptyArrayOfResponseObjectsType? ReminderDueBy:dateTime? ReminderIsSet:boolean?
  ReminderNextTime:dateTime? ReminderMinutesBeforeStart:ReminderMinutesBeforeStartType? DisplayCc? DisplayTo?
  DisplayBcc? HasAttachments:boolean? ExtendedProperty:ExtendedPropertyType* Culture:language?
  EffectiveRights:EffectiveRightsType? LastModifiedName? LastModifiedTime:dateTime? IsAssociated:boolean?
  WebClientReadFormQueryString? WebClientEditFormQueryString? ConversationId:ItemIdType? UniqueBody:BodyType?
  Flag:FlagType? StoreEntryId:base64? InstanceKey:base64? NormalizedBody:BodyType?
  EntityExtractionResult:EntityExtractionResultType? PolicyTag:RetentionTagType? ArchiveTag:RetentionTagType?
  RetentionDate:dateTime? Preview? RightsManagementLicenseData:RightsManagementLicenseDataType?
  PredictedActionReasons:NonEmptyArrayOfPredictedActionReasonType? IsClutter:boolean? BlockStatus:boolean?
  HasBlockedImages:boolean? TextBody:BodyType? IconIndex:IconIndexType? SearchKey:base64? SortKey:long?
  Hashtags:ArrayOfStringsType? Mentions:ArrayOfRecipientsType? MentionedMe:boolean?
  MentionsPreview:MentionsPreviewType? MentionsEx:NonEmptyArrayOfMentionActionsType?
  AppliedHashtags:NonEmptyArrayOfAppliedHashtagType? AppliedHashtagsPreview:AppliedHashtagsPreviewType?
  Likes:NonEmptyArrayOfLikeType? LikesPreview:LikesPreviewType?
  PendingSocialActivityTagIds:ArrayOfStringsType? AtAllMention:boolean? CanDelete:boolean?
  InferenceClassification:InferenceClassificationType?
ArrayOfItemClassType = ItemClass:ItemClassType*
FlagType = FlagStatus:FlagStatusType StartDate:dateTime? DueDate:dateTime? CompleteDate:dateTime?
FlagStatusType ~ 'NotFlagged' | 'Flagged' | 'Complete'
PredictedActionReasonType ~ 'None' | 'ConversationStarterIsYou' | 'OnlyRecipient' |
  'ConversationContributions' | 'MarkedImportantBySender' | 'SenderIsManager' | 'SenderIsInManagementChain' |
  'SenderIsDirectReport' | 'ActionBasedOnSender' | 'NameOnToLine' | 'NameOnCcLine' | 'ManagerPosition' |
  'ReplyToAMessageFromMe' | 'PreviouslyFlagged' | 'ActionBasedOnRecipients' | 'ActionBasedOnSubjectWords' |
  'ActionBasedOnBasedOnBodyWords'
EntityType = Position:EmailPositionType*
ArrayOfAddressesType = Address*
ArrayOfAddressEntitiesType = AddressEntity:AddressEntityType*
AddressEntityType : EntityType = Address?
ArrayOfEmailAddressEntitiesType = EmailAddressEntity:EmailAddressEntityType*
EmailAddressEntityType : EntityType = EmailAddress?
ArrayOfUrlEntitiesType = UrlEntity:UrlEntityType*
UrlEntityType : EntityType = Url?
ArrayOfMeetingSuggestionsType = MeetingSuggestion:MeetingSuggestionType+
MeetingSuggestionType : EntityType = Attendees:ArrayOfEmailUsersType? Location? Subject? MeetingString?
  StartTime:dateTime? EndTime:dateTime?
ArrayOfTaskSuggestionsType = TaskSuggestion:TaskSuggestionType+
ArrayOfContactsType = Contact:ContactType*
ContactType : EntityType = PersonName? BusinessName? PhoneNumbers:ArrayOfPhonesType? Urls:ArrayOfUrlsType?
  EmailAddresses:ArrayOfExtractedEmailAddresses? Addresses:ArrayOfAddressesType? ContactString?
ArrayOfUrlsType = Url*
ArrayOfPhonesType = Phone:PhoneType*
PhoneType = OriginalPhoneString? PhoneString? Type?
ArrayOfPhoneEntitiesType = Phone:PhoneEntityType*
PhoneEntityType : EntityType = OriginalPhoneString? PhoneString? Type?
EmailPositionType ~ 'LatestReply' | 'Other' | 'Subject' | 'Signature'
ArrayOfEmailUsersType = EmailUser:EmailUserType*
EmailUserType = Name? UserId?
TaskSuggestionType : EntityType = TaskString? Assignees:ArrayOfEmailUsersType?
ArrayOfExtractedEmailAddresses = EmailAddress*
ParcelDeliveryEntityType = Carrier? TrackingNumber? TrackingUrl? ExpectedArrivalFrom? ExpectedArrivalUntil?
  Product? ProductUrl? ProductImage? ProductSku? ProductDescription? ProductBrand? ProductColor? OrderNumber?
  Seller? OrderStatus? AddressName? StreetAddress? AddressLocality? AddressRegion? AddressCountry?
  PostalCode?
InferenceClassificationType ~ 'Focused' | 'Other'
InferenceClassificationOverrideType = Id:GuidType SenderSmtpAddress SenderDisplayName
  AlwaysClassifyAs:InferenceClassificationType
ArrayOfInferenceClassificationOverridesType = Override:InferenceClassificationOverrideType*
ArrayOfParcelDeliveryEntitiesType = ParcelDelivery:ParcelDeliveryEntityType*
FlightEntityType = FlightNumber? AirlineIataCode? DepartureTime? WindowsTimeZoneName?
  DepartureAirportIataCode? ArrivalAirportIataCode?
ArrayOfFlightsType = Flight:FlightEntityType*
FlightReservationEntityType = ReservationId? ReservationStatus? UnderName? BrokerName? BrokerPhone?
  Flights:ArrayOfFlightsType?
ArrayOfFlightReservationsType = FlightReservation:FlightReservationEntityType*
SenderAddInEntityType = ExtensionId?
ArrayOfSenderAddInsType = Microsoft.OutlookServices.SenderApp:SenderAddInEntityType*
EntityExtractionResultType = Addresses:ArrayOfAddressEntitiesType?
  MeetingSuggestions:ArrayOfMeetingSuggestionsType? TaskSuggestions:ArrayOfTaskSuggestionsType?
  EmailAddresses:ArrayOfEmailAddressEntitiesType? Contacts:ArrayOfContactsType? Urls:ArrayOfUrlEntitiesType?
  PhoneNumbers:ArrayOfPhoneEntitiesType? ParcelDeliveries:ArrayOfParcelDeliveryEntitiesType?
  FlightReservations:ArrayOfFlightReservationsType? SenderAddIns:ArrayOfSenderAddInsType?
RightsManagementLicenseDataType = RightsManagedMessageDecryptionStatus:int? RmsTemplateId? TemplateName?
  TemplateDescription? EditAllowed:boolean? ReplyAllowed:boolean? ReplyAllAllowed:boolean?
  ForwardAllowed:boolean? ModifyRecipientsAllowed:boolean? ExtractAllowed:boolean? PrintAllowed:boolean?
  ExportAllowed:boolean? ProgrammaticAccessAllowed:boolean? IsOwner:boolean? ContentOwner? ContentExpiryDate?
ConversationActionTypeType ~ 'AlwaysCategorize' | 'AlwaysDelete' | 'AlwaysMove' | 'Delete' | 'Move' | 'Copy'
  | 'SetReadState' | 'SetRetentionPolicy' | 'Flag'
ConversationActionType = Action:ConversationActionTypeType ConversationId:ItemIdType
  ContextFolderId:TargetFolderIdType? ConversationLastSyncTime:dateTime? ProcessRightAway:boolean?
  DestinationFolderId:TargetFolderIdType? Categories:ArrayOfStringsType? EnableAlwaysDelete:boolean?
  IsRead:boolean? DeleteType:DisposalType? RetentionPolicyType:RetentionType? RetentionPolicyTagId?
  Flag:FlagType? SuppressReadReceipts:boolean?
NonEmptyArrayOfApplyConversationActionType = ConversationAction:ConversationActionType+
ConversationTypeMailboxGuids = MailboxGuid:GuidType+
ConversationType = ConversationId:ItemIdType? ConversationTopic? UniqueRecipients:ArrayOfStringsType?
  GlobalUniqueRecipients:ArrayOfStringsType? UniqueUnreadSenders:ArrayOfStringsType?
  GlobalUniqueUnreadSenders:ArrayOfStringsType? UniqueSenders:ArrayOfStringsType?
  GlobalUniqueSenders:ArrayOfStringsType? LastDeliveryTime:dateTime? GlobalLastDeliveryTime:dateTime?
  Categories:ArrayOfStringsType? GlobalCategories:ArrayOfStringsType? FlagStatus:FlagStatusType?
  GlobalFlagStatus:FlagStatusType? HasAttachments:boolean? GlobalHasAttachments:boolean? MessageCount:int?
  GlobalMessageCount:int? UnreadCount:int? GlobalUnreadCount:int? Size:int? GlobalSize:int?
  ItemClasses:ArrayOfItemClassType? GlobalItemClasses:ArrayOfItemClassType? Importance:ImportanceChoicesType?
  GlobalImportance:ImportanceChoicesType? ItemIds:NonEmptyArrayOfBaseItemIdsType?
  GlobalItemIds:NonEmptyArrayOfBaseItemIdsType? LastModifiedTime:dateTime? InstanceKey:base64? Preview?
  MailboxScope:MailboxSearchLocationType? IconIndex:IconIndexType? GlobalIconIndex:IconIndexType?
  DraftItemIds:NonEmptyArrayOfBaseItemIdsType? HasIrm:boolean? GlobalHasIrm:boolean?
  InferenceClassification:InferenceClassificationType? SortKey:long? MentionedMe:boolean?
  GlobalMentionedMe:boolean? SenderSMTPAddress:SmtpAddressType? MailboxGuids:ConversationTypeMailboxGuids?
  From:SingleRecipientType? AtAllMention:boolean? GlobalAtAllMention:boolean?
HighlightTermType = Scope Value
ArrayOfConversationsType = Conversation:ConversationType*
ConversationRequestType = ConversationId:ItemIdType SyncState:base64?
ArrayOfConversationRequestsType = Conversation:ConversationRequestType*
ConversationNodeType = InternetMessageId? ParentInternetMessageId? Items:NonEmptyArrayOfAllItemsType?
ArrayOfConversationNodesType = ConversationNode:ConversationNodeType*
ConversationResponseType = ConversationId:ItemIdType SyncState:base64?
  ConversationNodes:ArrayOfConversationNodesType? CanDelete:boolean?
ConversationNodeSortOrder ~ 'TreeOrderAscending' | 'TreeOrderDescending' | 'DateOrderAscending' |
  'DateOrderDescending'
ArrayOfHighlightTermsType = Term:HighlightTermType*
PersonaAttributionType = Id SourceId:ItemIdType DisplayName IsWritable:boolean? IsQuickContact:boolean?
  IsHidden:boolean? FolderId:FolderIdType?
ArrayOfPersonaAttributionsType = Attribution:PersonaAttributionType+
ArrayOfValueAttributionsType = Attribution+
ArrayOfStringValueType = Value+
StringAttributedValueType = Value Attributions:ArrayOfValueAttributionsType
BodyContentType = Value BodyType:BodyTypeType
BodyContentAttributedValueType = Value:BodyContentType Attributions:ArrayOfValueAttributionsType
StringArrayAttributedValueType = Values:ArrayOfStringValueType Attributions:ArrayOfValueAttributionsType
EmailAddressAttributedValueType = Value:EmailAddressType Attributions:ArrayOfValueAttributionsType
PersonaPhoneNumberType = Number Type
PhoneNumberAttributedValueType = Value:PersonaPhoneNumberType Attributions:ArrayOfValueAttributionsType
PersonaPostalAddressType = Street? City? State? Country? PostalCode? PostOfficeBox? Type? Latitude:double?
  Longitude:double? Accuracy:double? Altitude:double? AltitudeAccuracy:double? FormattedAddress? LocationUri?
  LocationSource:LocationSourceType?
PostalAddressAttributedValueType = Value:PersonaPostalAddressType Attributions:ArrayOfValueAttributionsType
ExtendedPropertyAttributedValueType = Value:ExtendedPropertyType Attributions:ArrayOfValueAttributionsType
ArrayOfStringAttributedValuesType = StringAttributedValue:StringAttributedValueType*
ArrayOfStringArrayAttributedValuesType = StringArrayAttributedValue:StringArrayAttributedValueType*
ArrayOfBodyContentAttributedValuesType = BodyContentAttributedValue:BodyContentAttributedValueType*
ArrayOfEmailAddressAttributedValuesType = EmailAddressAttributedValue:EmailAddressAttributedValueType*
ArrayOfPhoneNumberAttributedValuesType = PhoneNumberAttributedValue:PhoneNumberAttributedValueType*
ArrayOfPostalAddressAttributedValuesType = PostalAddressAttributedValue:PostalAddressAttributedValueType*
ArrayOfExtendedPropertyAttributedValueType =
  ExtendedPropertyAttributedValue:ExtendedPropertyAttributedValueType*
InsightFiltersType = Count:int? Types:ArrayOfStringsType? KeyInsightsOnly:boolean?
InsightValue = InsightSource? UpdatedUtcTicks:long?
StringInsightValue : InsightValue = Data?
DelveDocument : InsightValue = Rank:double? Author? Created? LastModifiedTime? DefaultEncodingURL? FileType?
  Title? DocumentId? PreviewURL? LastEditor?
ProfileInsightValue : InsightValue = FullName? FirstName? LastName? EmailAddress? Avatar?
  JoinedUtcTicks:long? ProfilePicture:UserProfilePicture? Title?
OutOfOfficeInsightValue : InsightValue = StartTime:dateTime? EndTime:dateTime? Message? Culture?
JobInsightValue : InsightValue = Company? CompanyDescription? CompanyTicker? CompanyLogoUrl?
  CompanyWebsiteUrl? CompanyLinkedInUrl? Title? StartUtcTicks:long? EndUtcTicks:long?
CompanyInsightValue : InsightValue = Name SatoriId? Description? DescriptionAttribution? ImageUrl?
  ImageUrlAttribution? YearFound? FinanceSymbol? WebsiteUrl?
UserProfilePicture : InsightValue = Blob? PhotoSize? Url? ImageType?
EducationInsightValue : InsightValue = Institute? Degree? StartUtcTicks:long? EndUtcTicks:long?
SkillInsightValue : InsightValue = Name? Strength:int?
MeetingInsightValue : InsightValue = Id? Subject? StartUtcTicks:long? EndUtcTicks:long? Location?
  Organizer:ProfileInsightValue? Attendees:ArrayOfProfileInsightValue?
EmailInsightValue : InsightValue = Id? ThreadId? Subject? LastEmailDateUtcTicks:long? Body?
  LastEmailSender:ProfileInsightValue? EmailsCount:int?
ArrayOfInsightValue = Item:InsightValue*
ArrayOfSkillInsightValue = Item:SkillInsightValue*
ArrayOfProfileInsightValue = Item:ProfileInsightValue*
ArrayOfJobInsightValue = Item:JobInsightValue*
ArrayOfCompanyInsightValue = Item:CompanyInsightValue*
InsightContent =
SingleValueInsightContent : InsightContent = Item:InsightValue?
MultiValueInsightContent : InsightContent = ItemList:ArrayOfInsightValue?
Insight = InsightType? Rank:double? Content:InsightContent? Text? ItemList:ArrayOfInsightValue?
  RequiresToken:boolean?
ComputedInsightValueProperty = Key Value
ArrayOfComputedInsightValueProperty = Property:ComputedInsightValueProperty*
ComputedInsightValue : InsightValue = Properties:ArrayOfComputedInsightValueProperty?
ArrayOfInsight = Insight:Insight*
PersonResponseShapeType = BaseShape:DefaultShapeNamesType
  AdditionalProperties:NonEmptyArrayOfPathsToElementType?
PersonType = FullName? GivenName? Surname? PhoneNumber? SMSNumber? EmailAddress? Alias? Department?
  LinkedInProfileLink? Skills:ArrayOfSkillInsightValue? ProfessionalBiography?
  ManagementChain:ArrayOfProfileInsightValue? DirectReports:ArrayOfProfileInsightValue?
  Peers:ArrayOfProfileInsightValue? TeamSize? CurrentJob:ArrayOfJobInsightValue? Birthday? Hometown?
  CurrentLocation? CompanyProfile:ArrayOfCompanyInsightValue? Office? Headline?
  MutualConnections:ArrayOfProfileInsightValue? Title? MutualManager:ProfileInsightValue?
  Insights:ArrayOfInsight? UserProfilePicture:UserProfilePicture?
ArrayOfPersonType = Person:PersonType*
TokenSourceType ~ 'None' | 'LinkedIn'
PeopleTokenType = TokenSource:TokenSourceType ExpirationDateTime:dateTime? TokenValue?
NonEmptyArrayOfPeopleTokenType = PeopleToken:PeopleTokenType+
PersonaType = PersonaId:ItemIdType PersonaType? PersonaObjectStatus? CreationTime:dateTime?
  Bodies:ArrayOfBodyContentAttributedValuesType? DisplayNameFirstLastSortKey? DisplayNameLastFirstSortKey?
  CompanyNameSortKey? HomeCitySortKey? WorkCitySortKey? DisplayNameFirstLastHeader?
  DisplayNameLastFirstHeader? DisplayName? DisplayNameFirstLast? DisplayNameLastFirst? FileAs? FileAsId?
  DisplayNamePrefix? GivenName? MiddleName? Surname? Generation? Nickname? YomiCompanyName? YomiFirstName?
  YomiLastName? Title? Department? CompanyName? Location? EmailAddress:EmailAddressType?
  EmailAddresses:ArrayOfEmailAddressesType? PhoneNumber:PersonaPhoneNumberType? ImAddress? HomeCity?
  WorkCity? RelevanceScore:int? FolderIds:ArrayOfFolderIdType? Attributions:ArrayOfPersonaAttributionsType?
  DisplayNames:ArrayOfStringAttributedValuesType? FileAses:ArrayOfStringAttributedValuesType?
  FileAsIds:ArrayOfStringAttributedValuesType? DisplayNamePrefixes:ArrayOfStringAttributedValuesType?
  GivenNames:ArrayOfStringAttributedValuesType? MiddleNames:ArrayOfStringAttributedValuesType?
  Surnames:ArrayOfStringAttributedValuesType? Generations:ArrayOfStringAttributedValuesType?
  Nicknames:ArrayOfStringAttributedValuesType? Initials:ArrayOfStringAttributedValuesType?
  YomiCompanyNames:ArrayOfStringAttributedValuesType? YomiFirstNames:ArrayOfStringAttributedValuesType?
  YomiLastNames:ArrayOfStringAttributedValuesType?
  BusinessPhoneNumbers:ArrayOfPhoneNumberAttributedValuesType?
  BusinessPhoneNumbers2:ArrayOfPhoneNumberAttributedValuesType?
  HomePhones:ArrayOfPhoneNumberAttributedValuesType? HomePhones2:ArrayOfPhoneNumberAttributedValuesType?
  MobilePhones:ArrayOfPhoneNumberAttributedValuesType? MobilePhones2:ArrayOfPhoneNumberAttributedValuesType?
  AssistantPhoneNumbers:ArrayOfPhoneNumberAttributedValuesType?
  CallbackPhones:ArrayOfPhoneNumberAttributedValuesType? CarPhones:ArrayOfPhoneNumberAttributedValuesType?
  HomeFaxes:ArrayOfPhoneNumberAttributedValuesType?
  OrganizationMainPhones:ArrayOfPhoneNumberAttributedValuesType?
  OtherFaxes:ArrayOfPhoneNumberAttributedValuesType? OtherTelephones:ArrayOfPhoneNumberAttributedValuesType?
  OtherPhones2:ArrayOfPhoneNumberAttributedValuesType? Pagers:ArrayOfPhoneNumberAttributedValuesType?
  RadioPhones:ArrayOfPhoneNumberAttributedValuesType? TelexNumbers:ArrayOfPhoneNumberAttributedValuesType?
  TTYTDDPhoneNumbers:ArrayOfPhoneNumberAttributedValuesType?
  WorkFaxes:ArrayOfPhoneNumberAttributedValuesType? Emails1:ArrayOfEmailAddressAttributedValuesType?
  Emails2:ArrayOfEmailAddressAttributedValuesType? Emails3:ArrayOfEmailAddressAttributedValuesType?
  BusinessHomePages:ArrayOfStringAttributedValuesType? PersonalHomePages:ArrayOfStringAttributedValuesType?
  OfficeLocations:ArrayOfStringAttributedValuesType? ImAddresses:ArrayOfStringAttributedValuesType?
  ImAddresses2:ArrayOfStringAttributedValuesType? ImAddresses3:ArrayOfStringAttributedValuesType?
  BusinessAddresses:ArrayOfPostalAddressAttributedValuesType?
  HomeAddresses:ArrayOfPostalAddressAttributedValuesType?
  OtherAddresses:ArrayOfPostalAddressAttributedValuesType? Titles:ArrayOfStringAttributedValuesType?
  Departments:ArrayOfStringAttributedValuesType? CompanyNames:ArrayOfStringAttributedValuesType?
  Managers:ArrayOfStringAttributedValuesType? AssistantNames:ArrayOfStringAttributedValuesType?
  Professions:ArrayOfStringAttributedValuesType? SpouseNames:ArrayOfStringAttributedValuesType?
  Children:ArrayOfStringArrayAttributedValuesType? Schools:ArrayOfStringAttributedValuesType?
  Hobbies:ArrayOfStringAttributedValuesType? WeddingAnniversaries:ArrayOfStringAttributedValuesType?
  Birthdays:ArrayOfStringAttributedValuesType? Locations:ArrayOfStringAttributedValuesType?
  InlineLinks:ArrayOfStringAttributedValuesType? ItemLinkIds:ArrayOfStringArrayAttributedValuesType?
  HasActiveDeals? IsBusinessContact? AttributedHasActiveDeals:ArrayOfStringAttributedValuesType?
  AttributedIsBusinessContact:ArrayOfStringAttributedValuesType?
  SourceMailboxGuids:ArrayOfStringAttributedValuesType? LastContactedDate:dateTime?
  ExtendedProperties:ArrayOfExtendedPropertyAttributedValueType? ExternalDirectoryObjectId? MapiEntryId?
  MapiEmailAddress? MapiAddressType? MapiSearchKey? MapiTransmittableDisplayName? MapiSendRichInfo:boolean?
ArrayOfPeopleType = Persona:PersonaType*
MailboxLocatorType = ExternalDirectoryObjectId? LegacyDn?
GroupLocatorType : MailboxLocatorType =
UserLocatorType : MailboxLocatorType =
GroupMailboxConfigurationActionType ~ list 'SetRegionalSettings' | 'CreateDefaultFolders' |
  'SetInitialFolderPermissions' | 'SetAllFolderPermissions' | 'ConfigureCalendar' | 'SendWelcomeMessage' |
  'GenerateGroupPhoto' | 'AllowOnlyMembersToPost' | 'ConfigureConnectors' | 'ConfigureFileChangeNotification'
InstantSearchItemType ~ list 'None' | 'MailItem' | 'MailConversation' | 'CalendarItem' | 'Persona'
InstantSearchResultType ~ list 'None' | 'Suggestions' | 'ItemResults' | 'ConversationResults' | 'Refiners' |
  'SearchTerms' | 'Errors' | 'QueryStatistics' | 'CalendarItemResults' | 'PersonaResults' |
  'SuggestionsPrimer'
ArrayOfItemsType = Item:ItemType*
ArrayOfCalendarItemsType = CalendarItem:CalendarItemType*
InstantSearchPayloadType = SearchSessionId SearchRequestId:long ResultType:InstantSearchResultType
  Items:ArrayOfItemsType? Conversations:ArrayOfConversationsType? CalendarItems:ArrayOfCalendarItemsType?
QueryOptionsType ~ list 'None' | 'Suggestions' | 'Results' | 'Refiners' | 'SearchTerms' | 'ExplicitSearch' |
  'SuggestionsPrimer' | 'AllowFuzzing'
OneDriveViewType ~ list 'None' | 'SharedWithMe' | 'MyDocuments' | 'RecycleBin'
DelveViewType ~ list 'None' | 'Files'
GroupMemberIdentifierType ~ 'ExternalDirectoryObjectId' | 'LegacyExchangeDN' | 'SmtpAddress'
ModernGroupTypeType ~ 'None' | 'Private' | 'Secret' | 'Public'
ArrayOfStringsType = String*
ArrayOfRealItemsType = ( Item:ItemType | Message:MessageType | SharingMessage:SharingMessageType |
  CalendarItem:CalendarItemType | Contact:ContactItemType | DistributionList:DistributionListType |
  MeetingMessage:MeetingMessageType | MeetingRequest:MeetingRequestMessageType |
  MeetingResponse:MeetingResponseMessageType | MeetingCancellation:MeetingCancellationMessageType |
  Task:TaskType | PostItem:PostItemType | RoleMember:RoleMemberItemType | Network:NetworkItemType |
  Person:AbchPersonItemType )*
NonEmptyArrayOfAllItemsType = ( Item:ItemType | Message:MessageType | SharingMessage:SharingMessageType |
  CalendarItem:CalendarItemType | Contact:ContactItemType | DistributionList:DistributionListType |
  MeetingMessage:MeetingMessageType | MeetingRequest:MeetingRequestMessageType |
  MeetingResponse:MeetingResponseMessageType | MeetingCancellation:MeetingCancellationMessageType |
  Task:TaskType | PostItem:PostItemType | ReplyToItem:ReplyToItemType | ForwardItem:ForwardItemType |
  ReplyAllToItem:ReplyAllToItemType | AcceptItem:AcceptItemType |
  TentativelyAcceptItem:TentativelyAcceptItemType | DeclineItem:DeclineItemType |
  CancelCalendarItem:CancelCalendarItemType | RemoveItem:RemoveItemType |
  SuppressReadReceipt:SuppressReadReceiptType | PostReplyItem:PostReplyItemType |
  AcceptSharingInvitation:AcceptSharingInvitationType | RoleMember:RoleMemberItemType |
  Network:NetworkItemType | Person:AbchPersonItemType )+
MeetingRegistrationResponseObjectType : WellKnownResponseObjectType = ProposedStart:dateTime?
  ProposedEnd:dateTime?
AcceptItemType : MeetingRegistrationResponseObjectType =
TentativelyAcceptItemType : MeetingRegistrationResponseObjectType =
DeclineItemType : MeetingRegistrationResponseObjectType =
ProposeNewTimeType : ResponseObjectType =
RemoveItemType : ResponseObjectType =
AddItemToMyCalendarType : ResponseObjectType =
PostReplyItemBaseType = Subject? Body:BodyType? ReferenceItemId:ItemIdType?
PostReplyItemType : PostReplyItemBaseType = NewBodyContent:BodyType?
MimeContentType = $:base64 @CharacterSet
MimeContentUTF8Type = $:base64 @CharacterSet
MessageDispositionType ~ 'SaveOnly' | 'SendOnly' | 'SendAndSaveCopy'
CalendarItemCreateOrDeleteOperationType ~ 'SendToNone' | 'SendOnlyToAll' | 'SendToAllAndSaveCopy'
CalendarItemUpdateOperationType ~ 'SendToNone' | 'SendOnlyToAll' | 'SendOnlyToChanged' |
  'SendToAllAndSaveCopy' | 'SendToChangedAndSaveCopy'
AffectedTaskOccurrencesType ~ 'AllOccurrences' | 'SpecifiedOccurrenceOnly'
MessageTypeMailboxGuids = MailboxGuid:GuidType+
MessageType : ItemType = Sender:SingleRecipientType? ToRecipients:ArrayOfRecipientsType?
  CcRecipients:ArrayOfRecipientsType? BccRecipients:ArrayOfRecipientsType? IsReadReceiptRequested:boolean?
  IsDeliveryReceiptRequested:boolean? ConversationIndex:base64? ConversationTopic? From:SingleRecipientType?
  InternetMessageId? IsRead:boolean? IsResponseRequested:boolean? References? ReplyTo:ArrayOfRecipientsType?
  ReceivedBy:SingleRecipientType? ReceivedRepresenting:SingleRecipientType?
  ApprovalRequestData:ApprovalRequestDataType? VotingInformation:VotingInformationType?
  ReminderMessageData:ReminderMessageDataType? MessageSafety:MessageSafetyType?
  SenderSMTPAddress:SmtpAddressType? MailboxGuids:MessageTypeMailboxGuids? PublishedCalendarItemIcs?
  PublishedCalendarItemName?
TaskStatusType ~ 'NotStarted' | 'InProgress' | 'Completed' | 'WaitingOnOthers' | 'Deferred'
TaskDelegateStateType ~ 'NoMatch' | 'OwnNew' | 'Owned' | 'Accepted' | 'Declined' | 'Max'
TaskType : ItemType = ActualWork:int? AssignedTime:dateTime? BillingInformation? ChangeCount:int?
  Companies:ArrayOfStringsType? CompleteDate:dateTime? Contacts:ArrayOfStringsType?
  DelegationState:TaskDelegateStateType? Delegator? DueDate:dateTime? IsAssignmentEditable:int?
  IsComplete:boolean? IsRecurring:boolean? IsTeamTask:boolean? Mileage? Owner? PercentComplete:double?
  Recurrence:TaskRecurrenceType? StartDate:dateTime? Status:TaskStatusType? StatusDescription? TotalWork:int?
PostItemType : ItemType = ConversationIndex:base64? ConversationTopic? From:SingleRecipientType?
  InternetMessageId? IsRead:boolean? PostedTime:dateTime? References? Sender:SingleRecipientType?
SharingMessageType : MessageType = SharingMessageAction:SharingMessageActionType?
  SharingMessageActions:ArrayOfSharingMessageActionType?
ArrayOfSharingMessageActionType = SharingMessageAction:SharingMessageActionType?
SharingMessageActionType = Importance:SharingActionImportance? ActionType:SharingActionType?
  Action:SharingAction?
SharingActionImportance ~ 'Primary' | 'Secondary'
SharingAction ~ 'AcceptAndViewCalendar' | 'ViewCalendar' | 'AddThisCalendar' | 'Accept'
SharingActionType ~ 'Accept'
BasePagingType = @MaxEntriesReturned:int
IndexBasePointType ~ 'Beginning' | 'End'
IndexedPageViewType : BasePagingType = @Offset:int! @BasePoint:IndexBasePointType!
FractionalPageViewType : BasePagingType = @Numerator:int! @Denominator:int!
SeekToConditionPageViewType : BasePagingType = Condition:RestrictionType @BasePoint:IndexBasePointType!
CalendarViewType : BasePagingType = @StartDate:dateTime! @EndDate:dateTime!
ContactsViewType : BasePagingType = @InitialName @FinalName
ResolveNamesSearchScopeType ~ 'ActiveDirectory' | 'ActiveDirectoryContacts' | 'Contacts' |
  'ContactsActiveDirectory'
ResolutionType = Mailbox:EmailAddressType Contact:ContactItemType?
ArrayOfResolutionType = Resolution:ResolutionType* @IndexedPagingOffset:int @NumeratorOffset:int
  @AbsoluteDenominator:int @IncludesLastItemInRange:boolean @TotalItemsInView:int
ArrayOfDLExpansionType = Mailbox:EmailAddressType* @IndexedPagingOffset:int @NumeratorOffset:int
  @AbsoluteDenominator:int @IncludesLastItemInRange:boolean @TotalItemsInView:int
NonEmptyArrayOfTimeZoneIdType = Id+
ArrayOfTimeZoneDefinitionType = TimeZoneDefinition:TimeZoneDefinitionType*
MeetingRequestTypeType ~ 'None' | 'FullUpdate' | 'InformationalUpdate' | 'NewMeetingRequest' | 'Outdated' |
  'SilentUpdate' | 'PrincipalWantsCopy'
ReminderMinutesBeforeStartType ~ int 0..1525252321
AvailabilityStatusType ~ 'Unknown' | 'Free' | 'Tentative' | 'Busy' | 'Oof' | 'WorkingElsewhere'
LegacyFreeBusyType ~ 'Free' | 'Tentative' | 'Busy' | 'OOF' | 'WorkingElsewhere' | 'NoData'
CalendarItemTypeType ~ 'Single' | 'Occurrence' | 'Exception' | 'RecurringMaster'
ResponseTypeType ~ 'Unknown' | 'Organizer' | 'Tentative' | 'Accept' | 'Decline' | 'NoResponseReceived'
OnlineMeetingSettingsType = LobbyBypass:LobbyBypassType AccessLevel:OnlineMeetingAccessLevelType
  Presenters:PresentersType
LobbyBypassType ~ 'Disabled' | 'EnabledForGatewayParticipants'
OnlineMeetingAccessLevelType ~ 'Locked' | 'Invited' | 'Internal' | 'Everyone'
PresentersType ~ 'Disabled' | 'Internal' | 'Everyone'
AttendeeType = Mailbox:EmailAddressType ResponseType:ResponseTypeType? LastResponseTime:dateTime?
  ProposedStart:dateTime? ProposedEnd:dateTime?
NonEmptyArrayOfAttendeesType = Attendee:AttendeeType+
OccurrenceItemIdType : BaseItemIdType = @RecurringMasterId:DerivedItemIdType! @ChangeKey @InstanceIndex:int!
RecurringMasterItemIdType : BaseItemIdType = @OccurrenceId:DerivedItemIdType! @ChangeKey
RecurringMasterItemIdRangesType : ItemIdType = Ranges:ArrayOfOccurrenceRangesType?
ArrayOfOccurrenceRangesType = Range:OccurrencesRangeType+
OccurrencesRangeType = @Start:dateTime @End:dateTime @Count:int @CompareOriginalStartTime:boolean
DayOfWeekType ~ 'Sunday' | 'Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday' | 'Day' |
  'Weekday' | 'WeekendDay'
DaysOfWeekType ~ list 'Sunday' | 'Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday' |
  'Day' | 'Weekday' | 'WeekendDay'
DayOfWeekIndexType ~ 'First' | 'Second' | 'Third' | 'Fourth' | 'Last'
MonthNamesType ~ 'January' | 'February' | 'March' | 'April' | 'May' | 'June' | 'July' | 'August' |
  'September' | 'October' | 'November' | 'December'
RecurrencePatternBaseType =
IntervalRecurrencePatternBaseType : RecurrencePatternBaseType = Interval:int
RegeneratingPatternBaseType : IntervalRecurrencePatternBaseType =
DailyRegeneratingPatternType : RegeneratingPatternBaseType =
WeeklyRegeneratingPatternType : RegeneratingPatternBaseType =
MonthlyRegeneratingPatternType : RegeneratingPatternBaseType =
YearlyRegeneratingPatternType : RegeneratingPatternBaseType =
RelativeYearlyRecurrencePatternType : RecurrencePatternBaseType = DaysOfWeek:DayOfWeekType
  DayOfWeekIndex:DayOfWeekIndexType Month:MonthNamesType
AbsoluteYearlyRecurrencePatternType : RecurrencePatternBaseType = DayOfMonth:int Month:MonthNamesType
RelativeMonthlyRecurrencePatternType : IntervalRecurrencePatternBaseType = DaysOfWeek:DayOfWeekType
  DayOfWeekIndex:DayOfWeekIndexType
AbsoluteMonthlyRecurrencePatternType : IntervalRecurrencePatternBaseType = DayOfMonth:int
WeeklyRecurrencePatternType : IntervalRecurrencePatternBaseType = DaysOfWeek:DaysOfWeekType
  FirstDayOfWeek:DayOfWeekType?
DailyRecurrencePatternType : IntervalRecurrencePatternBaseType =
LocationSourceType ~ 'None' | 'LocationServices' | 'PhonebookServices' | 'Device' | 'Contact' | 'Resource'
EnhancedLocationType = DisplayName Annotation? PostalAddress:PersonaPostalAddressType?
group TimeChangePatternTypes = ( RelativeYearlyRecurrence:RelativeYearlyRecurrencePatternType |
  AbsoluteDate:date )
TimeChangeType = Offset:duration &TimeChangePatternTypes? Time:time @TimeZoneName
TimeZoneType = ( BaseOffset:duration ( Standard:TimeChangeType Daylight:TimeChangeType )? )? @TimeZoneName
TimeZoneContextType = TimeZoneDefinition:TimeZoneDefinitionType
element TimeZoneContext : TimeZoneContextType
TransitionTargetKindType ~ 'Period' | 'Group'
TransitionTargetType = $:string @Kind:TransitionTargetKindType!
TransitionType = To:TransitionTargetType
AbsoluteDateTransitionType : TransitionType = DateTime:dateTime
RecurringTimeTransitionType : TransitionType = TimeOffset:duration Month:int
RecurringDateTransitionType : RecurringTimeTransitionType = Day:int
RecurringDayTransitionType : RecurringTimeTransitionType = DayOfWeek:DayOfWeekType Occurrence:int
group Transition = ( Transition:TransitionType | AbsoluteDateTransition:AbsoluteDateTransitionType |
  RecurringDayTransition:RecurringDayTransitionType | RecurringDateTransition:RecurringDateTransitionType )
element Transition : TransitionType
element AbsoluteDateTransition : AbsoluteDateTransitionType
element RecurringDayTransition : RecurringDayTransitionType
element RecurringDateTransition : RecurringDateTransitionType
TimeZoneDefinitionType = ( Periods:NonEmptyArrayOfPeriodsType TransitionsGroups:ArrayOfTransitionsGroupsType?
  Transitions:ArrayOfTransitionsType? )? @Id @Name
NonEmptyArrayOfPeriodsType = Period:PeriodType+
PeriodType = @Bias:duration @Name @Id
ArrayOfTransitionsGroupsType = TransitionsGroup:ArrayOfTransitionsType+
ArrayOfTransitionsType = Transitions=( &Transition )+ @Id
RecurrenceRangeBaseType = StartDate:date
NoEndRecurrenceRangeType : RecurrenceRangeBaseType =
EndDateRecurrenceRangeType : RecurrenceRangeBaseType = EndDate:date
NumberedRecurrenceRangeType : RecurrenceRangeBaseType = NumberOfOccurrences:int
group RecurrencePatternTypes = ( RelativeYearlyRecurrence:RelativeYearlyRecurrencePatternType |
  AbsoluteYearlyRecurrence:AbsoluteYearlyRecurrencePatternType |
  RelativeMonthlyRecurrence:RelativeMonthlyRecurrencePatternType |
  AbsoluteMonthlyRecurrence:AbsoluteMonthlyRecurrencePatternType |
  WeeklyRecurrence:WeeklyRecurrencePatternType | DailyRecurrence:DailyRecurrencePatternType )
group TaskRecurrencePatternTypes = ( RelativeYearlyRecurrence:RelativeYearlyRecurrencePatternType |
  AbsoluteYearlyRecurrence:AbsoluteYearlyRecurrencePatternType |
  RelativeMonthlyRecurrence:RelativeMonthlyRecurrencePatternType |
  AbsoluteMonthlyRecurrence:AbsoluteMonthlyRecurrencePatternType |
  WeeklyRecurrence:WeeklyRecurrencePatternType | DailyRecurrence:DailyRecurrencePatternType |
  DailyRegeneration:DailyRegeneratingPatternType | WeeklyRegeneration:WeeklyRegeneratingPatternType |
  MonthlyRegeneration:MonthlyRegeneratingPatternType | YearlyRegeneration:YearlyRegeneratingPatternType )
group RecurrenceRangeTypes = ( NoEndRecurrence:NoEndRecurrenceRangeType |
  EndDateRecurrence:EndDateRecurrenceRangeType | NumberedRecurrence:NumberedRecurrenceRangeType )
RecurrenceType = &RecurrencePatternTypes &RecurrenceRangeTypes
TaskRecurrenceType = &TaskRecurrencePatternTypes &RecurrenceRangeTypes
OccurrenceInfoType = ItemId:ItemIdType Start:dateTime End:dateTime OriginalStart:dateTime
NonEmptyArrayOfOccurrenceInfoType = Occurrence:OccurrenceInfoType+
DeletedOccurrenceInfoType = Start:dateTime
NonEmptyArrayOfDeletedOccurrencesType = DeletedOccurrence:DeletedOccurrenceInfoType+
CalendarItemType : ItemType = UID? RecurrenceId:dateTime? DateTimeStamp:dateTime? Start:dateTime?
  End:dateTime? OriginalStart:dateTime? IsAllDayEvent:boolean? LegacyFreeBusyStatus:LegacyFreeBusyType?
  Location? When? IsMeeting:boolean? IsCancelled:boolean? IsRecurring:boolean? MeetingRequestWasSent:boolean?
  IsResponseRequested:boolean? CalendarItemType:CalendarItemTypeType? MyResponseType:ResponseTypeType?
  Organizer:SingleRecipientType? RequiredAttendees:NonEmptyArrayOfAttendeesType?
  OptionalAttendees:NonEmptyArrayOfAttendeesType? Resources:NonEmptyArrayOfAttendeesType?
  InboxReminders:ArrayOfInboxReminderType? ConflictingMeetingCount:int? AdjacentMeetingCount:int?
  ConflictingMeetings:NonEmptyArrayOfAllItemsType? AdjacentMeetings:NonEmptyArrayOfAllItemsType? Duration?
  TimeZone? AppointmentReplyTime:dateTime? AppointmentSequenceNumber:int? AppointmentState:int?
  Recurrence:RecurrenceType? FirstOccurrence:OccurrenceInfoType? LastOccurrence:OccurrenceInfoType?
  ModifiedOccurrences:NonEmptyArrayOfOccurrenceInfoType?
  DeletedOccurrences:NonEmptyArrayOfDeletedOccurrencesType? MeetingTimeZone:TimeZoneType?
  StartTimeZone:TimeZoneDefinitionType? EndTimeZone:TimeZoneDefinitionType? ConferenceType:int?
  AllowNewTimeProposal:boolean? IsOnlineMeeting:boolean? MeetingWorkspaceUrl? NetShowUrl?
  EnhancedLocation:EnhancedLocationType? StartWallClock:dateTime? EndWallClock:dateTime? StartTimeZoneId?
  EndTimeZoneId? IntendedFreeBusyStatus:LegacyFreeBusyType? JoinOnlineMeetingUrl?
  OnlineMeetingSettings:OnlineMeetingSettingsType? IsOrganizer:boolean?
  CalendarActivityData:CalendarActivityDataType? DoNotForwardMeeting:boolean?
MeetingMessageType : MessageType = AssociatedCalendarItemId:ItemIdType? IsDelegated:boolean?
  IsOutOfDate:boolean? HasBeenProcessed:boolean? ResponseType:ResponseTypeType? UID? RecurrenceId:dateTime?
  DateTimeStamp:dateTime? IsOrganizer:boolean?
ChangeHighlightsType = HasLocationChanged:boolean? Location? HasStartTimeChanged:boolean? Start:dateTime?
  HasEndTimeChanged:boolean? End:dateTime?
MeetingRequestMessageType : MeetingMessageType = MeetingRequestType:MeetingRequestTypeType?
  IntendedFreeBusyStatus:LegacyFreeBusyType? Start:dateTime? End:dateTime? OriginalStart:dateTime?
  IsAllDayEvent:boolean? LegacyFreeBusyStatus:LegacyFreeBusyType? Location? When? IsMeeting:boolean?
  IsCancelled:boolean? IsRecurring:boolean? MeetingRequestWasSent:boolean?
  CalendarItemType:CalendarItemTypeType? MyResponseType:ResponseTypeType? Organizer:SingleRecipientType?
  RequiredAttendees:NonEmptyArrayOfAttendeesType? OptionalAttendees:NonEmptyArrayOfAttendeesType?
  Resources:NonEmptyArrayOfAttendeesType? ConflictingMeetingCount:int? AdjacentMeetingCount:int?
  ConflictingMeetings:NonEmptyArrayOfAllItemsType? AdjacentMeetings:NonEmptyArrayOfAllItemsType? Duration?
  TimeZone? AppointmentReplyTime:dateTime? AppointmentSequenceNumber:int? AppointmentState:int?
  Recurrence:RecurrenceType? FirstOccurrence:OccurrenceInfoType? LastOccurrence:OccurrenceInfoType?
  ModifiedOccurrences:NonEmptyArrayOfOccurrenceInfoType?
  DeletedOccurrences:NonEmptyArrayOfDeletedOccurrencesType? MeetingTimeZone:TimeZoneType?
  StartTimeZone:TimeZoneDefinitionType? EndTimeZone:TimeZoneDefinitionType? ConferenceType:int?
  AllowNewTimeProposal:boolean? IsOnlineMeeting:boolean? MeetingWorkspaceUrl? NetShowUrl?
  EnhancedLocation:EnhancedLocationType? ChangeHighlights:ChangeHighlightsType? StartWallClock:dateTime?
  EndWallClock:dateTime? StartTimeZoneId? EndTimeZoneId? DoNotForwardMeeting:boolean?
MeetingResponseMessageType : MeetingMessageType = Start:dateTime? End:dateTime? Location?
  Recurrence:RecurrenceType? CalendarItemType? ProposedStart:dateTime? ProposedEnd:dateTime?
  EnhancedLocation:EnhancedLocationType?
MeetingCancellationMessageType : MeetingMessageType = Start:dateTime? End:dateTime? Location?
  Recurrence:RecurrenceType? CalendarItemType? EnhancedLocation:EnhancedLocationType?
  DoNotForwardMeeting:boolean?
RoleMemberTypeType ~ 'None' | 'Passport' | 'Everyone' | 'Email' | 'Phone' | 'SkypeId' | 'ExternalId' |
  'Group' | 'Guid' | 'Role' | 'Service' | 'Circle' | 'Domain' | 'Partner'
ImAddressKeyType ~ 'ImAddress1' | 'ImAddress2' | 'ImAddress3'
EmailAddressKeyType ~ 'EmailAddress1' | 'EmailAddress2' | 'EmailAddress3'
AbchEmailAddressTypeType ~ 'Personal' | 'Business' | 'Other' | 'Passport'
ContactUrlKeyType ~ 'Personal' | 'Business' | 'Attachment' | 'EbcDisplayDefinition' | 'EbcFinalImage' |
  'EbcLogo' | 'Feed' | 'Image' | 'InternalMarker' | 'Other'
PhoneNumberKeyType ~ 'AssistantPhone' | 'BusinessFax' | 'BusinessPhone' | 'BusinessPhone2' | 'Callback' |
  'CarPhone' | 'CompanyMainPhone' | 'HomeFax' | 'HomePhone' | 'HomePhone2' | 'Isdn' | 'MobilePhone' |
  'OtherFax' | 'OtherTelephone' | 'Pager' | 'PrimaryPhone' | 'RadioPhone' | 'Telex' | 'TtyTddPhone' |
  'BusinessMobile' | 'IPPhone' | 'Mms' | 'Msn'
PhysicalAddressIndexType ~ 'None' | 'Home' | 'Business' | 'Other'
PhysicalAddressKeyType ~ 'Home' | 'Business' | 'Other'
FileAsMappingType ~ 'None' | 'LastCommaFirst' | 'FirstSpaceLast' | 'Company' | 'LastCommaFirstCompany' |
  'CompanyLastFirst' | 'LastFirst' | 'LastFirstCompany' | 'CompanyLastCommaFirst' | 'LastFirstSuffix' |
  'LastSpaceFirstCompany' | 'CompanyLastSpaceFirst' | 'LastSpaceFirst' | 'DisplayName' | 'FirstName' |
  'LastFirstMiddleSuffix' | 'LastName' | 'Empty'
ContactSourceType ~ 'ActiveDirectory' | 'Store'
CompleteNameType = Title? FirstName? MiddleName? LastName? Suffix? Initials? FullName? Nickname?
  YomiFirstName? YomiLastName?
ImAddressDictionaryEntryType = $:string @Key:ImAddressKeyType!
ContactUrlDictionaryEntryType = Type:ContactUrlKeyType Name? Address?
AbchEmailAddressDictionaryEntryType = Type:AbchEmailAddressTypeType Address IsMessengerEnabled:boolean?
  Capabilities:long?
EmailAddressDictionaryEntryType = $:string @Key:EmailAddressKeyType! @Name @RoutingType
  @MailboxType:MailboxTypeType
PhoneNumberDictionaryEntryType = $:string @Key:PhoneNumberKeyType!
PhysicalAddressDictionaryEntryType = Street? City? State? CountryOrRegion? PostalCode?
  @Key:PhysicalAddressKeyType!
ContactUrlDictionaryType = Url:ContactUrlDictionaryEntryType+
AbchEmailAddressDictionaryType = Email:AbchEmailAddressDictionaryEntryType+
ImAddressDictionaryType = Entry:ImAddressDictionaryEntryType+
EmailAddressDictionaryType = Entry:EmailAddressDictionaryEntryType+
PhoneNumberDictionaryType = Entry:PhoneNumberDictionaryEntryType+
PhysicalAddressDictionaryType = Entry:PhysicalAddressDictionaryEntryType+
MemberStatusType ~ 'Unrecognized' | 'Normal' | 'Demoted'
MembersListType = Member:MemberType*
MemberType = Mailbox:EmailAddressType? Status:MemberStatusType? @Key
RoleMemberItemType : ItemType = DisplayName? Type:RoleMemberTypeType? MemberId?
NetworkItemType : ItemType = DomainId:int? DomainTag? UserTileUrl? ProfileUrl? Settings:int?
  IsDefault:boolean? AutoLinkError? AutoLinkSuccess? UserEmail? ClientPublishSecret? ClientToken?
  ClientToken2? ContactSyncError? ContactSyncSuccess? ErrorOffers:int? FirstAuthErrorDates?
  LastVersionSaved:int? LastWelcomeContact? Offers:int? PsaLastChanged:dateTime? RefreshToken2?
  RefreshTokenExpiry2? SessionHandle? RejectedOffers:int? SyncEnabled:boolean?
  TokenRefreshLastAttempted:dateTime? TokenRefreshLastCompleted:dateTime? PsaState? SourceEntryID:base64?
  AccountName? LastSync:dateTime?
AbchPersonItemType : ItemType = AntiLinkInfo? PersonId:GuidType?
  ContactHandles:ArrayOfAbchPersonContactHandlesType? ContactCategories:ArrayOfStringsType? RelevanceOrder1?
  RelevanceOrder2? TrustLevel:int? FavoriteOrder:int? ExchangePersonIdGuid:GuidType?
ArrayOfAbchPersonContactHandlesType = ContactHandle:AbchPersonContactHandle*
AbchPersonContactHandle = SourceId ObjectId AccountName?
ArrayOfGuidType = Guid:GuidType*
ContactItemType : ItemType = FileAs? FileAsMapping:FileAsMappingType? DisplayName? GivenName? Initials?
  MiddleName? Nickname? CompleteName:CompleteNameType? CompanyName?
  EmailAddresses:EmailAddressDictionaryType? AbchEmailAddresses:AbchEmailAddressDictionaryType?
  PhysicalAddresses:PhysicalAddressDictionaryType? PhoneNumbers:PhoneNumberDictionaryType? AssistantName?
  Birthday:dateTime? BusinessHomePage:uri? Children:ArrayOfStringsType? Companies:ArrayOfStringsType?
  ContactSource:ContactSourceType? Department? Generation? ImAddresses:ImAddressDictionaryType? JobTitle?
  Manager? Mileage? OfficeLocation? PostalAddressIndex:PhysicalAddressIndexType? Profession? SpouseName?
  Surname? WeddingAnniversary:dateTime? HasPicture:boolean? PhoneticFullName? PhoneticFirstName?
  PhoneticLastName? Alias? Notes? Photo:base64? UserSMIMECertificate:ArrayOfBinaryType?
  MSExchangeCertificate:ArrayOfBinaryType? DirectoryId? ManagerMailbox:SingleRecipientType?
  DirectReports:ArrayOfRecipientsType? AccountName? IsAutoUpdateDisabled:boolean? IsMessengerEnabled:boolean?
  Comment? ContactShortId:int? ContactType? Gender? IsHidden:boolean? ObjectId? PassportId:long?
  IsPrivate:boolean? SourceId? TrustLevel:int? CreatedBy? Urls:ContactUrlDictionaryType? Cid:long?
  SkypeAuthCertificate? SkypeContext? SkypeId? SkypeRelationship? YomiNickname? XboxLiveTag?
  InviteFree:boolean? HidePresenceAndProfile:boolean? IsPendingOutbound:boolean? SupportGroupFeeds:boolean?
  UserTileHash? UnifiedInbox:boolean? Mris:ArrayOfStringsType? Wlid? AbchContactId:GuidType?
  NotInBirthdayCalendar:boolean? ShellContactType? ImMri? PresenceTrustLevel:int? OtherMri?
  ProfileLastChanged? MobileIMEnabled:boolean? PartnerNetworkProfilePhotoUrl?
  PartnerNetworkThumbnailPhotoUrl? PersonId? ConversationGuid:GuidType?
ArrayOfBinaryType = Base64Binary:base64*
DistributionListType : ItemType = DisplayName? FileAs? ContactSource:ContactSourceType?
  Members:MembersListType?
SearchParametersType = Restriction:RestrictionType BaseFolderIds:NonEmptyArrayOfBaseFolderIdsType
  @Traversal:SearchFolderTraversalType
ConstantValueType = @Value!
SearchExpressionType =
group SearchExpression = ( Exists:ExistsType | Excludes:ExcludesType | IsEqualTo:IsEqualToType |
  IsNotEqualTo:IsNotEqualToType | IsGreaterThan:IsGreaterThanType |
  IsGreaterThanOrEqualTo:IsGreaterThanOrEqualToType | IsLessThan:IsLessThanType |
  IsLessThanOrEqualTo:IsLessThanOrEqualToType | Contains:ContainsExpressionType | Not:NotType | And:AndType |
  Or:OrType | Near:NearType )
element SearchExpression : SearchExpressionType
AggregateType ~ 'Minimum' | 'Maximum'
AggregateOnType = ( FieldURI:PathToUnindexedFieldType | IndexedFieldURI:PathToIndexedFieldType |
  ExtendedFieldURI:PathToExtendedFieldType ) @Aggregate:AggregateType!
BaseGroupByType = @Order:SortDirectionType!
GroupByType : BaseGroupByType = ( FieldURI:PathToUnindexedFieldType | IndexedFieldURI:PathToIndexedFieldType
  | ExtendedFieldURI:PathToExtendedFieldType ) AggregateOn:AggregateOnType UseCollapsibleGroups:boolean?
  ItemsPerGroup:unsigned? MaxItemsPerGroup:unsigned? GroupsToExpand:ArrayOfGroupIdType?
StandardGroupByType ~ 'ConversationTopic'
DistinguishedGroupByType : BaseGroupByType = StandardGroupBy:StandardGroupByType
ArrayOfGroupIdType = GroupId:base64*
GroupedItemsType = GroupIndex Items:ArrayOfRealItemsType GroupSummary:GroupSummaryType?
ArrayOfGroupedItemsType = GroupedItems:GroupedItemsType*
GroupSummaryType = GroupCount:int UnreadCount:int InstanceKey:base64 GroupByValue
ExistsType : SearchExpressionType = &Path
element Exists : ExistsType
FieldURIOrConstantType = ( &Path | Constant:ConstantValueType )
TwoOperandExpressionType : SearchExpressionType = &Path FieldURIOrConstant:FieldURIOrConstantType
ExcludesAttributeType ~ string /((0x|0X)[0-9A-Fa-f]*)|([0-9]*)/
ExcludesValueType = @Value:ExcludesAttributeType!
ExcludesType : SearchExpressionType = &Path Bitmask:ExcludesValueType
element Excludes : ExcludesType
IsEqualToType : TwoOperandExpressionType =
element IsEqualTo : IsEqualToType
IsNotEqualToType : TwoOperandExpressionType =
element IsNotEqualTo : IsNotEqualToType
IsGreaterThanType : TwoOperandExpressionType =
element IsGreaterThan : IsGreaterThanType
IsGreaterThanOrEqualToType : TwoOperandExpressionType =
element IsGreaterThanOrEqualTo : IsGreaterThanOrEqualToType
IsLessThanType : TwoOperandExpressionType =
element IsLessThan : IsLessThanType
IsLessThanOrEqualToType : TwoOperandExpressionType =
element IsLessThanOrEqualTo : IsLessThanOrEqualToType
ContainmentModeType ~ 'FullString' | 'Prefixed' | 'Substring' | 'PrefixOnWords' | 'ExactPhrase'
ContainmentComparisonType ~ 'Exact' | 'IgnoreCase' | 'IgnoreNonSpacingCharacters' | 'Loose' |
  'IgnoreCaseAndNonSpacingCharacters' | 'LooseAndIgnoreCase' | 'LooseAndIgnoreNonSpace' |
  'LooseAndIgnoreCaseAndIgnoreNonSpace'
ContainsExpressionType : SearchExpressionType = &Path Constant:ConstantValueType
  @ContainmentMode:ContainmentModeType @ContainmentComparison:ContainmentComparisonType
element Contains : ContainsExpressionType
NotType : SearchExpressionType = &SearchExpression
element Not : NotType
MultipleOperandBooleanExpressionType : SearchExpressionType = &SearchExpression+
AndType : MultipleOperandBooleanExpressionType =
element And : AndType
OrType : MultipleOperandBooleanExpressionType =
element Or : OrType
NearType = Operands=( &SearchExpression )+ Distance:unsignedInt Ordered:boolean
element Near : NearType
RestrictionType = &SearchExpression
SortDirectionType ~ 'Ascending' | 'Descending'
FieldOrderType = &Path @Order:SortDirectionType!
NonEmptyArrayOfFieldOrdersType = FieldOrder:FieldOrderType+
NonEmptyArrayOfFolderNamesType = FolderName+
WatermarkType ~ string 1..
SubscriptionIdType ~ string 1..
BaseNotificationEventType = Watermark:WatermarkType?
BaseObjectChangedEventType : BaseNotificationEventType = TimeStamp:dateTime ( FolderId:FolderIdType |
  ItemId:ItemIdType ) ParentFolderId:FolderIdType
ModifiedEventType : BaseObjectChangedEventType = UnreadCount:int?
MovedCopiedEventType : BaseObjectChangedEventType = ( OldFolderId:FolderIdType | OldItemId:ItemIdType )
  OldParentFolderId:FolderIdType
NotificationType = SubscriptionId:SubscriptionIdType PreviousWatermark:WatermarkType? MoreEvents:boolean?
  Events=( CopiedEvent:MovedCopiedEventType | CreatedEvent:BaseObjectChangedEventType |
  DeletedEvent:BaseObjectChangedEventType | ModifiedEvent:ModifiedEventType | MovedEvent:MovedCopiedEventType
  | NewMailEvent:BaseObjectChangedEventType | StatusEvent:BaseNotificationEventType |
  FreeBusyChangedEvent:BaseObjectChangedEventType )+
NotificationEventTypeType ~ 'CopiedEvent' | 'CreatedEvent' | 'DeletedEvent' | 'ModifiedEvent' | 'MovedEvent'
  | 'NewMailEvent' | 'FreeBusyChangedEvent'
NonEmptyArrayOfNotificationEventTypesType = EventType:NotificationEventTypeType+
SubscriptionTimeoutType ~ int 1..1440
SubscriptionStatusFrequencyType ~ int 1..1440
BaseSubscriptionRequestType = FolderIds:NonEmptyArrayOfBaseFolderIdsType?
  EventTypes:NonEmptyArrayOfNotificationEventTypesType Watermark:WatermarkType?
  @SubscribeToAllFolders:boolean
PushSubscriptionRequestType : BaseSubscriptionRequestType = StatusFrequency:SubscriptionStatusFrequencyType
  URL CallerData?
PullSubscriptionRequestType : BaseSubscriptionRequestType = Timeout:SubscriptionTimeoutType
StreamingSubscriptionRequestType = FolderIds:NonEmptyArrayOfBaseFolderIdsType?
  EventTypes:NonEmptyArrayOfNotificationEventTypesType @SubscribeToAllFolders:boolean
SubscriptionStatusType ~ 'OK' | 'Unsubscribe'
NonEmptyArrayOfSubscriptionIdsType = SubscriptionId:SubscriptionIdType+
NonEmptyArrayOfNotificationsType = Notification:NotificationType*
StreamingSubscriptionConnectionTimeoutType ~ int 1..30
ConnectionStatusType ~ 'OK' | 'Closed'
UnifiedGroupAccessType ~ 'None' | 'Private' | 'Secret' | 'Public'
SyncFolderItemsDeleteType = ItemId:ItemIdType
SyncFolderItemsReadFlagType = ItemId:ItemIdType IsRead:boolean
SyncFolderItemsChangesType = ( Create:SyncFolderItemsCreateOrUpdateType |
  Update:SyncFolderItemsCreateOrUpdateType | Delete:SyncFolderItemsDeleteType |
  ReadFlagChange:SyncFolderItemsReadFlagType )*
SyncFolderHierarchyCreateOrUpdateType = ( Folder:FolderType | CalendarFolder:CalendarFolderType |
  ContactsFolder:ContactsFolderType | SearchFolder:SearchFolderType | TasksFolder:TasksFolderType )
SyncFolderHierarchyDeleteType = FolderId:FolderIdType
SyncFolderHierarchyChangesType = ( Create:SyncFolderHierarchyCreateOrUpdateType |
  Update:SyncFolderHierarchyCreateOrUpdateType | Delete:SyncFolderHierarchyDeleteType )*
MaxSyncChangesReturnedType ~ int 1..512
SyncFolderItemsScopeType ~ 'NormalItems' | 'NormalAndAssociatedItems'
AvailabilityProxyRequestType ~ 'CrossSite' | 'CrossForest'
RequestTypeHeader = RequestType:AvailabilityProxyRequestType
MeetingAttendeeType ~ 'Organizer' | 'Required' | 'Optional' | 'Room' | 'Resource'
CalendarEventDetails = ID? Subject? Location? IsMeeting:boolean IsRecurring:boolean IsException:boolean
  IsReminderSet:boolean IsPrivate:boolean
CalendarEvent = StartTime:dateTime EndTime:dateTime BusyType:LegacyFreeBusyType
  CalendarEventDetails:CalendarEventDetails?
ArrayOfCalendarEvent = CalendarEvent:CalendarEvent*
Duration = StartTime:dateTime EndTime:dateTime
EmailAddress = Name? Address RoutingType?
element Mailbox : EmailAddress
FreeBusyViewType ~ list 'None' | 'MergedOnly' | 'FreeBusy' | 'FreeBusyMerged' | 'Detailed' | 'DetailedMerged'
FreeBusyViewOptionsType = TimeWindow:Duration MergedFreeBusyIntervalInMinutes:int?
  RequestedView:FreeBusyViewType?
element FreeBusyViewOptions : FreeBusyViewOptionsType
WorkingPeriod = DayOfWeek:DaysOfWeekType StartTimeInMinutes:int EndTimeInMinutes:int
ArrayOfWorkingPeriod = WorkingPeriod:WorkingPeriod*
SerializableTimeZoneTime = Bias:int Time DayOrder:short Month:short DayOfWeek:DayOfWeekType Year?
SerializableTimeZone = Bias:int StandardTime:SerializableTimeZoneTime DaylightTime:SerializableTimeZoneTime
element TimeZone : SerializableTimeZone
WorkingHours = TimeZone:SerializableTimeZone WorkingPeriodArray:ArrayOfWorkingPeriod
FreeBusyView = FreeBusyViewType:FreeBusyViewType MergedFreeBusy? CalendarEventArray:ArrayOfCalendarEvent?
  WorkingHours:WorkingHours?
MailboxData = Email:EmailAddress AttendeeType:MeetingAttendeeType ExcludeConflicts:boolean?
ArrayOfMailboxData = MailboxData:MailboxData~*
SuggestionQuality ~ 'Excellent' | 'Good' | 'Fair' | 'Poor'
SuggestionsViewOptionsType = GoodThreshold:int? MaximumResultsByDay:int? MaximumNonWorkHourResultsByDay:int?
  MeetingDurationInMinutes:int? MinimumSuggestionQuality:SuggestionQuality?
  DetailedSuggestionsWindow:Duration CurrentMeetingTime:dateTime? GlobalObjectId?
element SuggestionsViewOptions : SuggestionsViewOptionsType
ArrayOfAttendeeConflictData = ( UnknownAttendeeConflictData:UnknownAttendeeConflictData~ |
  IndividualAttendeeConflictData:IndividualAttendeeConflictData~ |
  TooBigGroupAttendeeConflictData:TooBigGroupAttendeeConflictData~ |
  GroupAttendeeConflictData:GroupAttendeeConflictData~ )*
AttendeeConflictData =
UnknownAttendeeConflictData : AttendeeConflictData =
TooBigGroupAttendeeConflictData : AttendeeConflictData =
IndividualAttendeeConflictData : AttendeeConflictData = BusyType:LegacyFreeBusyType
GroupAttendeeConflictData : AttendeeConflictData = NumberOfMembers:int NumberOfMembersAvailable:int
  NumberOfMembersWithConflict:int NumberOfMembersWithNoData:int
Suggestion = MeetingTime:dateTime IsWorkTime:boolean SuggestionQuality:SuggestionQuality
  AttendeeConflictDataArray:ArrayOfAttendeeConflictData?
ArrayOfSuggestion = Suggestion:Suggestion*
SuggestionDayResult = Date:dateTime DayQuality:SuggestionQuality SuggestionArray:ArrayOfSuggestion?
ArrayOfSuggestionDayResult = SuggestionDayResult:SuggestionDayResult*
OofState ~ 'Disabled' | 'Enabled' | 'Scheduled'
ExternalAudience ~ 'None' | 'Known' | 'All'
ReplyBody = Message? @xml/lang
ArrayOfEventIDType = EventToDeleteID*
UserOofSettings = OofState:OofState ExternalAudience:ExternalAudience Duration:Duration?
  InternalReply:ReplyBody? ExternalReply:ReplyBody? DeclineMeetingReply:ReplyBody?
  DeclineEventsForScheduledOOF:boolean? DeclineAllEventsForScheduledOOF:boolean? CreateOOFEvent:boolean?
  OOFEventSubject? AutoDeclineFutureRequestsWhenOOF:boolean? OOFEventID?
  EventsToDeleteIDs:ArrayOfEventIDType?
element OofSettings : UserOofSettings
element UserOofSettings : UserOofSettings
Value = $:string @Name!
element Value : Value
ApprovalRequestDataType = IsUndecidedApprovalRequest:boolean? ApprovalDecision:int? ApprovalDecisionMaker?
  ApprovalDecisionTime:dateTime?
ReminderMessageDataType = ReminderText? Location? StartTime:dateTime? EndTime:dateTime?
  AssociatedCalendarItemId:ItemIdType?
MessageSafetyType = MessageSafetyLevel:int? MessageSafetyReason:int? Info?
SendPromptType ~ 'None' | 'Send' | 'VotingOption'
VotingOptionDataType = DisplayName? SendPrompt:SendPromptType?
ArrayOfVotingOptionDataType = VotingOptionData:VotingOptionDataType*
VotingInformationType = UserOptions:ArrayOfVotingOptionDataType? VotingResponse?
IdFormatType ~ 'EwsLegacyId' | 'EwsId' | 'EntryId' | 'HexEntryId' | 'StoreId' | 'OwaId'
AlternateIdBaseType = @Format:IdFormatType!
AnyAlternateIdType = @xsi/type! @Format:IdFormatType! @Id @Mailbox:NonEmptyStringType @IsArchive:boolean
  @FolderId @ItemId
AlternateIdType : AlternateIdBaseType = @Id! @Mailbox:NonEmptyStringType! @IsArchive:boolean
AlternatePublicFolderIdType : AlternateIdBaseType = @FolderId!
AlternatePublicFolderItemIdType : AlternatePublicFolderIdType = @ItemId!
NonEmptyArrayOfAlternateIdsType = ( AlternateId:AlternateIdType |
  AlternatePublicFolderId:AlternatePublicFolderIdType |
  AlternatePublicFolderItemId:AlternatePublicFolderItemIdType )+
UserIdType = SID? PrimarySmtpAddress? DisplayName? DistinguishedUser:DistinguishedUserType?
  ExternalUserIdentity?
DistinguishedUserType ~ 'Default' | 'Anonymous'
ArrayOfPermissionsType = Permission:PermissionType*
ArrayOfCalendarPermissionsType = CalendarPermission:CalendarPermissionType*
ArrayOfUnknownEntriesType = UnknownEntry*
PermissionReadAccessType ~ 'None' | 'FullDetails'
CalendarPermissionReadAccessType ~ 'None' | 'TimeOnly' | 'TimeAndSubjectAndLocation' | 'FullDetails'
BasePermissionType = UserId:UserIdType CanCreateItems:boolean? CanCreateSubFolders:boolean?
  IsFolderOwner:boolean? IsFolderVisible:boolean? IsFolderContact:boolean? EditItems:PermissionActionType?
  DeleteItems:PermissionActionType?
PermissionType : BasePermissionType = ReadItems:PermissionReadAccessType? PermissionLevel:PermissionLevelType
CalendarPermissionType : BasePermissionType = ReadItems:CalendarPermissionReadAccessType?
  CalendarPermissionLevel:CalendarPermissionLevelType
PermissionActionType ~ 'None' | 'Owned' | 'All'
PermissionLevelType ~ 'None' | 'Owner' | 'PublishingEditor' | 'Editor' | 'PublishingAuthor' | 'Author' |
  'NoneditingAuthor' | 'Reviewer' | 'Contributor' | 'Custom'
CalendarPermissionLevelType ~ 'None' | 'Owner' | 'PublishingEditor' | 'Editor' | 'PublishingAuthor' |
  'Author' | 'NoneditingAuthor' | 'Reviewer' | 'Contributor' | 'FreeBusyTimeOnly' |
  'FreeBusyTimeAndSubjectAndLocation' | 'Custom'
PermissionSetType = Permissions:ArrayOfPermissionsType UnknownEntries:ArrayOfUnknownEntriesType?
CalendarPermissionSetType = CalendarPermissions:ArrayOfCalendarPermissionsType
  UnknownEntries:ArrayOfUnknownEntriesType?
EffectiveRightsType = CreateAssociated:boolean CreateContents:boolean CreateHierarchy:boolean Delete:boolean
  Modify:boolean Read:boolean ViewPrivateItems:boolean?
ArrayOfDelegateUserType = DelegateUser:DelegateUserType+
ArrayOfUserIdType = UserId:UserIdType+
DeliverMeetingRequestsType ~ 'DelegatesOnly' | 'DelegatesAndMe' | 'DelegatesAndSendInformationToMe' |
  'NoForward'
DelegateUserType = UserId:UserIdType DelegatePermissions:DelegatePermissionsType?
  ReceiveCopiesOfMeetingMessages:boolean? ViewPrivateItems:boolean?
DelegatePermissionsType = CalendarFolderPermissionLevel:DelegateFolderPermissionLevelType?
  TasksFolderPermissionLevel:DelegateFolderPermissionLevelType?
  InboxFolderPermissionLevel:DelegateFolderPermissionLevelType?
  ContactsFolderPermissionLevel:DelegateFolderPermissionLevelType?
  NotesFolderPermissionLevel:DelegateFolderPermissionLevelType?
  JournalFolderPermissionLevel:DelegateFolderPermissionLevelType?
DelegateFolderPermissionLevelType ~ 'None' | 'Editor' | 'Reviewer' | 'Author' | 'Custom'
ConflictResultsType = Count:int
MailTipTypes ~ list 'All' | 'OutOfOfficeMessage' | 'MailboxFullStatus' | 'CustomMailTip' |
  'ExternalMemberCount' | 'TotalMemberCount' | 'MaxMessageSize' | 'DeliveryRestriction' | 'ModerationStatus'
  | 'InvalidRecipient' | 'Scope' | 'RecipientSuggestions' | 'PreferAccessibleContent'
OutOfOfficeMailTip = ReplyBody:ReplyBody Duration:Duration?
SmtpDomainList = Domain:SmtpDomain*
SmtpDomain = @Name! @IncludeSubdomains:boolean
MailTips = RecipientAddress:EmailAddressType PendingMailTips:MailTipTypes OutOfOffice:OutOfOfficeMailTip?
  MailboxFull:boolean? CustomMailTip? TotalMemberCount:int? ExternalMemberCount:int? MaxMessageSize:int?
  DeliveryRestricted:boolean? IsModerated:boolean? InvalidRecipient:boolean? Scope:int?
  RecipientSuggestions:ArrayOfRecipientSuggestionsType? PreferAccessibleContent:boolean?
ArrayOfRecipientSuggestionsType = RecipientSuggestion:RecipientSuggestionType*
RecipientSuggestionType = DisplayName EmailAddress
ServiceConfigurationType ~ list 'MailTips' | 'UnifiedMessagingConfiguration' | 'ProtectionRules' |
  'PolicyNudges' | 'SharePointURLs' | 'OfficeIntegrationConfiguration'
ServiceConfiguration =
MailTipsServiceConfiguration : ServiceConfiguration = MailTipsEnabled:boolean
  MaxRecipientsPerGetMailTipsRequest:int MaxMessageSize:int LargeAudienceThreshold:int
  ShowExternalRecipientCount:boolean InternalDomains:SmtpDomainList PolicyTipsEnabled:boolean
  LargeAudienceCap:int
UnifiedMessageServiceConfiguration : ServiceConfiguration = UmEnabled:boolean PlayOnPhoneDialString
  PlayOnPhoneEnabled:boolean
SharePointURLsServiceConfiguration : ServiceConfiguration = InternalSPMySiteHostURL ExternalSPMySiteHostURL
OfficeIntegrationConfiguration : ServiceConfiguration = OfficeSidebarURL
ConfigurationRequestDetailsType = any*
ArrayOfSmtpAddressType = SmtpAddress:NonEmptyStringType+
ArrayOfEncryptedSharedFolderDataType = EncryptedSharedFolderData:EncryptedSharedFolderDataType*
EncryptedSharedFolderDataType = Token:EncryptedDataContainerType Data:EncryptedDataContainerType
EncryptedDataContainerType = any*
ArrayOfInvalidRecipientsType = InvalidRecipient:InvalidRecipientType*
InvalidRecipientType = SmtpAddress:NonEmptyStringType ResponseCode:InvalidRecipientResponseCodeType
  MessageText?
InvalidRecipientResponseCodeType ~ 'OtherError' | 'RecipientOrganizationNotFederated' |
  'CannotObtainTokenFromSTS' | 'SystemPolicyBlocksSharingWithThisRecipient' |
  'RecipientOrganizationFederatedWithUnknownTokenIssuer'
AcceptSharingInvitationType : ReferenceItemResponseType =
SharingDataType ~ 'Calendar' | 'Contacts'
PhoneCallIdType = @Id!
PhoneCallInformationType = PhoneCallState:PhoneCallStateType
  ConnectionFailureCause:ConnectionFailureCauseType SIPResponseText? SIPResponseCode:int?
PhoneCallStateType ~ 'Idle' | 'Connecting' | 'Alerted' | 'Connected' | 'Disconnected' | 'Incoming' |
  'Transferring' | 'Forwarding'
ConnectionFailureCauseType ~ 'None' | 'UserBusy' | 'NoAnswer' | 'Unavailable' | 'Other'
UserConfigurationNameType : TargetFolderIdType = @Name:NonEmptyStringType!
UserConfigurationDictionaryObjectTypesType ~ 'DateTime' | 'Boolean' | 'Byte' | 'String' | 'Integer32' |
  'UnsignedInteger32' | 'Integer64' | 'UnsignedInteger64' | 'StringArray' | 'ByteArray'
UserConfigurationDictionaryObjectType = Type:UserConfigurationDictionaryObjectTypesType Value+
UserConfigurationDictionaryEntryType = DictionaryKey:UserConfigurationDictionaryObjectType
  DictionaryValue:UserConfigurationDictionaryObjectType~
UserConfigurationDictionaryType = DictionaryEntry:UserConfigurationDictionaryEntryType*
UserConfigurationType = UserConfigurationName:UserConfigurationNameType ItemId:ItemIdType?
  Dictionary:UserConfigurationDictionaryType? XmlData:base64? BinaryData:base64?
UserConfigurationPropertyType ~ list 'Id' | 'Dictionary' | 'XmlData' | 'BinaryData' | 'All'
ProtectionRulesServiceConfigurationRefreshInterval ~ int 1..
ProtectionRulesServiceConfiguration : ServiceConfiguration = Rules:ArrayOfProtectionRulesType
  InternalDomains:SmtpDomainList @RefreshInterval:ProtectionRulesServiceConfigurationRefreshInterval!
ArrayOfProtectionRulesType = Rule:ProtectionRuleType*
ProtectionRuleTypeName ~ string 1..
ProtectionRuleTypePriority ~ int 1..
ProtectionRuleType = Condition:ProtectionRuleConditionType Action:ProtectionRuleActionType
  @Name:ProtectionRuleTypeName! @UserOverridable:boolean! @Priority:ProtectionRuleTypePriority!
ProtectionRuleConditionType = ( AllInternal:ProtectionRuleAllInternalType | And:ProtectionRuleAndType |
  RecipientIs:ProtectionRuleRecipientIsType | SenderDepartments:ProtectionRuleSenderDepartmentsType |
  True:ProtectionRuleTrueType )
ProtectionRuleAndType = ( AllInternal:ProtectionRuleAllInternalType | And:ProtectionRuleAndType |
  RecipientIs:ProtectionRuleRecipientIsType | SenderDepartments:ProtectionRuleSenderDepartmentsType |
  True:ProtectionRuleTrueType )+
ProtectionRuleRecipientIsType = Value:ProtectionRuleValueType+
ProtectionRuleSenderDepartmentsType = Value:ProtectionRuleValueType+
ProtectionRuleTrueType ~ string 0..0
ProtectionRuleAllInternalType ~ string 0..0
ProtectionRuleValueType ~ string 1..
ProtectionRuleActionKindType ~ 'RightsProtectMessage'
ProtectionRuleActionType = Argument:ProtectionRuleArgumentType* @Name:ProtectionRuleActionKindType!
ProtectionRuleArgumentTypeValue ~ string 1..
ProtectionRuleArgumentType = @Value:ProtectionRuleArgumentTypeValue!
PolicyNudgeRulesServiceConfiguration = any*
ArrayOfFolderIdType = FolderId:FolderIdType*
TeamMailboxLifecycleStateType ~ 'Active' | 'Closed' | 'Unlinked' | 'PendingDelete'
ReportMessageActionType ~ 'Junk' | 'NotJunk' | 'Phish' | 'Unsubscribe'
FindMessageTrackingSearchResultType = Subject Sender:EmailAddressType PurportedSender:EmailAddressType?
  Recipients:ArrayOfRecipientsType SubmittedTime:dateTime MessageTrackingReportId:NonEmptyStringType
  PreviousHopServer:NonEmptyStringType? FirstHopServer:NonEmptyStringType?
  Properties:ArrayOfTrackingPropertiesType?
ArrayOfFindMessageTrackingSearchResultType = MessageTrackingSearchResult:FindMessageTrackingSearchResultType*
MessageTrackingReportTemplateType ~ 'Summary' | 'RecipientPath'
RecipientTrackingEventType = Date:dateTime Recipient:EmailAddressType DeliveryStatus EventDescription
  EventData:ArrayOfStringsType? Server:NonEmptyStringType InternalId:unsigned BccRecipient:boolean?
  HiddenRecipient:boolean? UniquePathId:NonEmptyStringType? RootAddress:NonEmptyStringType?
  Properties:ArrayOfTrackingPropertiesType?
MessageTrackingReportType = Sender:EmailAddressType? PurportedSender:EmailAddressType? Subject?
  SubmitTime:dateTime? OriginalRecipients:ArrayOfEmailAddressesType?
  RecipientTrackingEvents:ArrayOfRecipientTrackingEventType Properties:ArrayOfTrackingPropertiesType?
TrackingPropertyType = Name Value?
ArrayOfTrackingPropertiesType = TrackingPropertyType:TrackingPropertyType*
ArrayOfArraysOfTrackingPropertiesType = ArrayOfTrackingPropertiesType:ArrayOfTrackingPropertiesType*
ArrayOfRecipientTrackingEventType = RecipientTrackingEvent:RecipientTrackingEventType*
RulePredicateSizeRangeType = MinimumSize:int? MaximumSize:int?
RulePredicateDateRangeType = StartDateTime:dateTime? EndDateTime:dateTime?
FlaggedForActionType ~ 'Any' | 'Call' | 'DoNotForward' | 'FollowUp' | 'FYI' | 'Forward' |
  'NoResponseNecessary' | 'Read' | 'Reply' | 'ReplyToAll' | 'Review'
RulePredicatesType = Categories:ArrayOfStringsType? ContainsBodyStrings:ArrayOfStringsType?
  ContainsHeaderStrings:ArrayOfStringsType? ContainsRecipientStrings:ArrayOfStringsType?
  ContainsSenderStrings:ArrayOfStringsType? ContainsSubjectOrBodyStrings:ArrayOfStringsType?
  ContainsSubjectStrings:ArrayOfStringsType? FlaggedForAction:FlaggedForActionType?
  FromAddresses:ArrayOfEmailAddressesType? FromConnectedAccounts:ArrayOfStringsType? HasAttachments:boolean?
  Importance:ImportanceChoicesType? IsApprovalRequest:boolean? IsAutomaticForward:boolean?
  IsAutomaticReply:boolean? IsEncrypted:boolean? IsMeetingRequest:boolean? IsMeetingResponse:boolean?
  IsNDR:boolean? IsPermissionControlled:boolean? IsReadReceipt:boolean? IsSigned:boolean?
  IsVoicemail:boolean? ItemClasses:ArrayOfStringsType? MessageClassifications:ArrayOfStringsType?
  NotSentToMe:boolean? SentCcMe:boolean? SentOnlyToMe:boolean? SentToAddresses:ArrayOfEmailAddressesType?
  SentToMe:boolean? SentToOrCcMe:boolean? Sensitivity:SensitivityChoicesType?
  WithinDateRange:RulePredicateDateRangeType? WithinSizeRange:RulePredicateSizeRangeType?
RuleActionsType = AssignCategories:ArrayOfStringsType? CopyToFolder:TargetFolderIdType? Delete:boolean?
  ForwardAsAttachmentToRecipients:ArrayOfEmailAddressesType? ForwardToRecipients:ArrayOfEmailAddressesType?
  MarkImportance:ImportanceChoicesType? MarkAsRead:boolean? MoveToFolder:TargetFolderIdType?
  PermanentDelete:boolean? RedirectToRecipients:ArrayOfEmailAddressesType?
  SendSMSAlertToRecipients:ArrayOfEmailAddressesType? ServerReplyWithMessage:ItemIdType?
  StopProcessingRules:boolean?
RuleType = RuleId? DisplayName Priority:int IsEnabled:boolean IsNotSupported:boolean? IsInError:boolean?
  Conditions:RulePredicatesType? Exceptions:RulePredicatesType? Actions:RuleActionsType?
ArrayOfRulesType = Rule:RuleType*
RuleFieldURIType ~ 'RuleId' | 'DisplayName' | 'Priority' | 'IsNotSupported' | 'Actions' |
  'Condition:Categories' | 'Condition:ContainsBodyStrings' | 'Condition:ContainsHeaderStrings' |
  'Condition:ContainsRecipientStrings' | 'Condition:ContainsSenderStrings' |
  'Condition:ContainsSubjectOrBodyStrings' | 'Condition:ContainsSubjectStrings' |
  'Condition:FlaggedForAction' | 'Condition:FromAddresses' | 'Condition:FromConnectedAccounts' |
  'Condition:HasAttachments' | 'Condition:Importance' | 'Condition:IsApprovalRequest' |
  'Condition:IsAutomaticForward' | 'Condition:IsAutomaticReply' | 'Condition:IsEncrypted' |
  'Condition:IsMeetingRequest' | 'Condition:IsMeetingResponse' | 'Condition:IsNDR' |
  'Condition:IsPermissionControlled' | 'Condition:IsReadReceipt' | 'Condition:IsSigned' |
  'Condition:IsVoicemail' | 'Condition:ItemClasses' | 'Condition:MessageClassifications' |
  'Condition:NotSentToMe' | 'Condition:SentCcMe' | 'Condition:SentOnlyToMe' | 'Condition:SentToAddresses' |
  'Condition:SentToMe' | 'Condition:SentToOrCcMe' | 'Condition:Sensitivity' | 'Condition:WithinDateRange' |
  'Condition:WithinSizeRange' | 'Exception:Categories' | 'Exception:ContainsBodyStrings' |
  'Exception:ContainsHeaderStrings' | 'Exception:ContainsRecipientStrings' |
  'Exception:ContainsSenderStrings' | 'Exception:ContainsSubjectOrBodyStrings' |
  'Exception:ContainsSubjectStrings' | 'Exception:FlaggedForAction' | 'Exception:FromAddresses' |
  'Exception:FromConnectedAccounts' | 'Exception:HasAttachments' | 'Exception:Importance' |
  'Exception:IsApprovalRequest' | 'Exception:IsAutomaticForward' | 'Exception:IsAutomaticReply' |
  'Exception:IsEncrypted' | 'Exception:IsMeetingRequest' | 'Exception:IsMeetingResponse' | 'Exception:IsNDR'
  | 'Exception:IsPermissionControlled' | 'Exception:IsReadReceipt' | 'Exception:IsSigned' |
  'Exception:IsVoicemail' | 'Exception:ItemClasses' | 'Exception:MessageClassifications' |
  'Exception:NotSentToMe' | 'Exception:SentCcMe' | 'Exception:SentOnlyToMe' | 'Exception:SentToAddresses' |
  'Exception:SentToMe' | 'Exception:SentToOrCcMe' | 'Exception:Sensitivity' | 'Exception:WithinDateRange' |
  'Exception:WithinSizeRange' | 'Action:AssignCategories' | 'Action:CopyToFolder' | 'Action:Delete' |
  'Action:ForwardAsAttachmentToRecipients' | 'Action:ForwardToRecipients' | 'Action:MarkImportance' |
  'Action:MarkAsRead' | 'Action:MoveToFolder' | 'Action:PermanentDelete' | 'Action:RedirectToRecipients' |
  'Action:SendSMSAlertToRecipients' | 'Action:ServerReplyWithMessage' | 'Action:StopProcessingRules' |
  'IsEnabled' | 'IsInError' | 'Conditions' | 'Exceptions'
RuleValidationErrorCodeType ~ 'ADOperationFailure' | 'ConnectedAccountNotFound' | 'CreateWithRuleId' |
  'EmptyValueFound' | 'DuplicatedPriority' | 'DuplicatedOperationOnTheSameRule' | 'FolderDoesNotExist' |
  'InvalidAddress' | 'InvalidDateRange' | 'InvalidFolderId' | 'InvalidSizeRange' | 'InvalidValue' |
  'MessageClassificationNotFound' | 'MissingAction' | 'MissingParameter' | 'MissingRangeValue' |
  'NotSettable' | 'RecipientDoesNotExist' | 'RuleNotFound' | 'SizeLessThanZero' | 'StringValueTooBig' |
  'UnsupportedAddress' | 'UnexpectedError' | 'UnsupportedRule'
RuleValidationErrorType = FieldURI:RuleFieldURIType ErrorCode:RuleValidationErrorCodeType ErrorMessage
  FieldValue
ArrayOfRuleValidationErrorsType = Error:RuleValidationErrorType+
RuleOperationType =
ArrayOfRuleOperationsType = ( CreateRuleOperation:CreateRuleOperationType |
  SetRuleOperation:SetRuleOperationType | DeleteRuleOperation:DeleteRuleOperationType )+
CreateRuleOperationType : RuleOperationType = Rule:RuleType
SetRuleOperationType : RuleOperationType = Rule:RuleType
DeleteRuleOperationType : RuleOperationType = RuleId
RuleOperationErrorType = OperationIndex:int ValidationErrors:ArrayOfRuleValidationErrorsType
ArrayOfRuleOperationErrorsType = RuleOperationError:RuleOperationErrorType+
SearchItemKindType ~ 'Email' | 'Meetings' | 'Tasks' | 'Notes' | 'Docs' | 'Journals' | 'Contacts' | 'Im' |
  'Voicemail' | 'Faxes' | 'Posts' | 'Rssfeeds'
ArrayOfSearchItemKindsType = SearchItemKind:SearchItemKindType+
UserMailboxType = @Id! @IsArchive:boolean!
ArrayOfUserMailboxesType = UserMailbox:UserMailboxType+
SearchableMailboxType = Guid:GuidType PrimarySmtpAddress IsExternalMailbox:boolean ExternalEmailAddress
  DisplayName IsMembershipGroup:boolean ReferenceId
ArrayOfSearchableMailboxesType = SearchableMailbox:SearchableMailboxType*
KeywordStatisticsSearchResultType = Keyword ItemHits:int Size:long
ArrayOfKeywordStatisticsSearchResultsType = KeywordStat:KeywordStatisticsSearchResultType*
MailboxStatisticsSearchResultType = UserMailbox:UserMailboxType
  KeywordStatisticsSearchResult:KeywordStatisticsSearchResultType?
ExtendedAttributeType = Name Value
ArrayOfExtendedAttributesType = ExtendedAttribute:ExtendedAttributeType*
MailboxSearchLocationType ~ 'PrimaryOnly' | 'ArchiveOnly' | 'All'
MailboxSearchScopeType = Mailbox SearchScope:MailboxSearchLocationType
  ExtendedAttributes:ArrayOfExtendedAttributesType?
NonEmptyArrayOfMailboxSearchScopesType = MailboxSearchScope:MailboxSearchScopeType+
MailboxQueryType = Query MailboxSearchScopes:NonEmptyArrayOfMailboxSearchScopesType
PreviewItemMailboxType = MailboxId PrimarySmtpAddress
NonEmptyArrayOfMailboxQueriesType = MailboxQuery:MailboxQueryType+
SearchResultType ~ 'StatisticsOnly' | 'PreviewOnly'
SearchPageDirectionType ~ 'Previous' | 'Next'
PreviewItemBaseShapeType ~ 'Default' | 'Compact'
NonEmptyArrayOfExtendedFieldURIsType = ExtendedFieldURI:PathToExtendedFieldType+
PreviewItemResponseShapeType = BaseShape:PreviewItemBaseShapeType
  AdditionalProperties:NonEmptyArrayOfExtendedFieldURIsType?
SearchPreviewItemType = Id:ItemIdType Mailbox:PreviewItemMailboxType? ParentId:ItemIdType?
  ItemClass:ItemClassType? UniqueHash? SortValue? OwaLink? Sender? ToRecipients:ArrayOfSmtpAddressType?
  CcRecipients:ArrayOfSmtpAddressType? BccRecipients:ArrayOfSmtpAddressType? CreatedTime:dateTime?
  ReceivedTime:dateTime? SentTime:dateTime? Subject? Size:long? Preview? Importance:ImportanceChoicesType?
  Read:boolean? HasAttachment:boolean? ExtendedProperties:NonEmptyArrayOfExtendedPropertyType?
ArrayOfSearchPreviewItemsType = SearchPreviewItem:SearchPreviewItemType*
FailedSearchMailboxType = Mailbox ErrorCode:int ErrorMessage IsArchive:boolean
ArrayOfFailedSearchMailboxesType = FailedMailbox:FailedSearchMailboxType*
SearchMailboxesResultType = SearchQueries:NonEmptyArrayOfMailboxQueriesType ResultType:SearchResultType
  ItemCount:long Size:long PageItemCount:int PageItemSize:long
  KeywordStats:ArrayOfKeywordStatisticsSearchResultsType? Items:ArrayOfSearchPreviewItemsType?
  FailedMailboxes:ArrayOfFailedSearchMailboxesType? Refiners:ArrayOfSearchRefinerItemsType?
  MailboxStats:ArrayOfMailboxStatisticsItemsType?
SearchRefinerItemType = Name Value Count:long Token
ArrayOfSearchRefinerItemsType = Refiner:SearchRefinerItemType*
OneDriveItemType : ItemType = ResourceId
FileItemType : ItemType = FileName? FileExtension? FileSize:long? FileCreatedTime? FileModifiedTime?
  StorageProviderContext? FileID? ItemReferenceId? ReferenceId? Sender? ItemReceivedTime? ItemPath?
  ItemSentTime? FileContexts:ArrayOfStringsType? VisualizationContainerUrl? VisualizationContainerTitle?
  VisualizationAccessUrl? ReferenceAttachmentProviderEndpoint? ReferenceAttachmentProviderType?
  ItemConversationId? SharepointItemListId:GuidType? SharepointItemListItemId? SharepointItemSiteId:GuidType?
  SharepointItemSitePath? SharepointItemWebId:GuidType? AttachmentId?
DocumentFileItemType : FileItemType = Author:ArrayOfStringsType? Title? LastModifiedBy?
DelveItemType : ItemType = GraphNodeLogicalId
MailboxStatisticsItemType = MailboxId DisplayName ItemCount:long Size:long
ArrayOfMailboxStatisticsItemsType = MailboxStat:MailboxStatisticsItemType*
HoldActionType ~ 'Create' | 'Update' | 'Remove'
HoldStatusType ~ 'NotOnHold' | 'Pending' | 'OnHold' | 'PartialHold' | 'Failed'
MailboxHoldStatusType = Mailbox Status:HoldStatusType AdditionalInfo?
ArrayOfMailboxHoldStatusType = MailboxHoldStatus:MailboxHoldStatusType*
MailboxHoldResultType = HoldId Query? MailboxHoldStatuses:ArrayOfMailboxHoldStatusType
NonEmptyArrayOfLegacyDNsType = LegacyDN+
NonIndexableItemStatisticType = Mailbox ItemCount:long ErrorMessage?
ArrayOfNonIndexableItemStatisticsType = NonIndexableItemStatistic:NonIndexableItemStatisticType*
ItemIndexErrorType ~ 'None' | 'GenericError' | 'Timeout' | 'StaleEvent' | 'MailboxOffline' |
  'AttachmentLimitReached' | 'MarsWriterTruncation' | 'DocumentParserFailure'
NonIndexableItemDetailType = ItemId:ItemIdType ErrorCode:ItemIndexErrorType ErrorDescription
  IsPartiallyIndexed:boolean IsPermanentFailure:boolean SortValue AttemptCount:int LastAttemptTime:dateTime?
  AdditionalInfo?
ArrayOfNonIndexableItemDetailsType = NonIndexableItemDetail:NonIndexableItemDetailType*
NonIndexableItemDetailResultType = Items:ArrayOfNonIndexableItemDetailsType?
  FailedMailboxes:ArrayOfFailedSearchMailboxesType?
DiscoverySearchConfigurationType = SearchId SearchQuery SearchableMailboxes:ArrayOfSearchableMailboxesType?
  InPlaceHoldIdentity? ManagedByOrganization? Language?
ArrayOfDiscoverySearchConfigurationType = DiscoverySearchConfiguration:DiscoverySearchConfigurationType*
RetentionTagType = $:GuidType @IsExplicit:boolean!
UserPhotoSizeType ~ 'HR48x48' | 'HR64x64' | 'HR96x96' | 'HR120x120' | 'HR240x240' | 'HR360x360' | 'HR432x432'
  | 'HR504x504' | 'HR648x648' | 'HR1024xN' | 'HR1920xN'
UserPhotoTypeType ~ 'UserPhoto' | 'ProfileHeaderPhoto'
ElcFolderType ~ 'Calendar' | 'Contacts' | 'DeletedItems' | 'Drafts' | 'Inbox' | 'JunkEmail' | 'Journal' |
  'Notes' | 'Outbox' | 'SentItems' | 'Tasks' | 'All' | 'ManagedCustomFolder' | 'RssSubscriptions' |
  'SyncIssues' | 'ConversationHistory' | 'Personal' | 'RecoverableItems' | 'NonIpmRoot'
RetentionActionType ~ 'None' | 'MoveToDeletedItems' | 'MoveToFolder' | 'DeleteAndAllowRecovery' |
  'PermanentlyDelete' | 'MarkAsPastRetentionLimit' | 'MoveToArchive'
RetentionPolicyTagType = DisplayName RetentionId:GuidType RetentionPeriod:int Type:ElcFolderType
  RetentionAction:RetentionActionType Description? IsVisible:boolean OptedInto:boolean IsArchive:boolean
  ParentLabelIdentity? Priority:int?
ArrayOfRetentionPolicyTagsType = RetentionPolicyTag:RetentionPolicyTagType*
RetentionType ~ 'Delete' | 'Archive'
ClientExtensionProvidedToType ~ 'Everyone' | 'SpecificUsers'
ClientExtensionTypeType ~ 'Default' | 'Private' | 'MarketPlace' | 'PrivateCatalog' |
  'MarketplacePrivateCatalog'
ClientExtensionScopeType ~ 'None' | 'User' | 'Organization' | 'Default'
ClientExtensionType = SpecificUsers:ArrayOfStringsType? Manifest:base64? @IsAvailable:boolean
  @IsMandatory:boolean @IsEnabledByDefault:boolean @ProvidedTo:ClientExtensionProvidedToType
  @Type:ClientExtensionTypeType @Scope:ClientExtensionScopeType @MarketplaceAssetId @MarketplaceContentMarket
  @AppStatus @Etoken @InstalledDateTime
ConsentStateType ~ 'NotResponded' | 'NotConsented' | 'Consented'
ImGroupType = DisplayName:NonEmptyStringType GroupType:NonEmptyStringType ExchangeStoreId:ItemIdType?
  MemberCorrelationKey:NonEmptyArrayOfItemIdsType? ExtendedProperties:NonEmptyArrayOfExtendedPropertyType?
  SmtpAddress?
ArrayOfImGroupType = ImGroup:ImGroupType*
ImItemListType = Groups:ArrayOfImGroupType? Personas:ArrayOfPeopleType?
NonEmptyArrayOfExtendedFieldURIs = ExtendedProperty:PathToExtendedFieldType+
DisableReasonType ~ 'NoReason' | 'OutlookClientPerformance' | 'OWAClientPerformance' |
  'MobileClientPerformance'
NonEmptyStateDefinitionType = ( DeletedOccurrenceStateDefinition:DeletedOccurrenceStateDefinitionType |
  DeleteFromFolderStateDefinition:DeleteFromFolderStateDefinitionType |
  LocationBasedStateDefinition:LocationBasedStateDefinitionType )?
BaseCalendarItemStateDefinitionType =
DeletedOccurrenceStateDefinitionType : BaseCalendarItemStateDefinitionType = OccurrenceDate:dateTime
  IsOccurrencePresent:boolean?
DeleteFromFolderStateDefinitionType : BaseCalendarItemStateDefinitionType =
LocationBasedStateDefinitionType : BaseCalendarItemStateDefinitionType = OrganizerLocation AttendeeLocation
IconIndexType ~ 'Default' | 'PostItem' | 'MailRead' | 'MailUnread' | 'MailReplied' | 'MailForwarded' |
  'MailEncrypted' | 'MailSmimeSigned' | 'MailEncryptedReplied' | 'MailSmimeSignedReplied' |
  'MailEncryptedForwarded' | 'MailSmimeSignedForwarded' | 'MailEncryptedRead' | 'MailSmimeSignedRead' |
  'MailIrm' | 'MailIrmForwarded' | 'MailIrmReplied' | 'SmsSubmitted' | 'SmsRoutedToDeliveryPoint' |
  'SmsRoutedToExternalMessagingSystem' | 'SmsDelivered' | 'OutlookDefaultForContacts' | 'AppointmentItem' |
  'AppointmentRecur' | 'AppointmentMeet' | 'AppointmentMeetRecur' | 'AppointmentMeetNY' |
  'AppointmentMeetYes' | 'AppointmentMeetNo' | 'AppointmentMeetMaybe' | 'AppointmentMeetCancel' |
  'AppointmentMeetInfo' | 'TaskItem' | 'TaskRecur' | 'TaskOwned' | 'TaskDelegated'
MeetingSpaceTypeEnum ~ 'Public' | 'Private'
MeetingSpaceType = Id? ChangeKey? Type:MeetingSpaceTypeEnum? Version? JoinUrl? DateTimeCreated?
  DateTimeModified? ExpiryTime? Meadata? Tag?
element MeetingSpace : MeetingSpaceType
ParticipantActivityRole ~ 'Organizer' | 'Attendee' | 'Presenter'
ParticipantActivityMediaType ~ 'AppSharing' | 'AudioVideo' | 'Chat' | 'DataConf' | 'Meeting' | 'MeetingConf'
  | 'PhoneConf' | 'Focus'
ParticipantActivity = Id:GuidType CreatedBy StartTime EndTime ClientVersion Role:ParticipantActivityRole
  MediaType:ParticipantActivityMediaType MediaDetails?
NonEmptyArrayOfParticipantActivities = ParticipantActivity:ParticipantActivity+
ContentActivity = Id:GuidType SharedBy ContentLocation StartTime EndTime Type:ContentActivityType
  MediaType:ContentActivityMediaType Acl:ContentActivityAcl
ContentActivityType ~ 'Poll' | 'WhiteBoard' | 'QAndA' | 'Chat' | 'Meeting' | 'Annotations' | 'SharedNotes'
ContentActivityMediaType ~ 'AppSharing' | 'AudioVideo' | 'Chat' | 'DataConf' | 'Meeting' | 'MeetingConf' |
  'PhoneConf'
ContentActivityAcl ~ 'Organizer' | 'Presenter' | 'Everyone'
NonEmptyArrayOfContentActivities = ContentActivity:ContentActivity+
MeetingInstanceType = Id? ChangeKey? Version? JoinUrl? DateTimeCreated? DateTimeModified? Meadata? Tag?
  ParentGoid? ParticipantActivities:NonEmptyArrayOfParticipantActivities?
  ContentActivities:NonEmptyArrayOfContentActivities?
element MeetingInstance : MeetingInstanceType
WarmupOptionsType ~ list 'None' | 'Suggestions' | 'Results' | 'All'
SearchApplicationIdType ~ 'Outlook' | 'Owa' | 'Paw' | 'Teamspace' | 'OneDrive' | 'Other'
ItemTypesFilterType ~ list 'None' | 'MailItems' | 'MailConversations' | 'CalendarItems' | 'Contacts' |
  'OneDriveItems' | 'FileItems' | 'DelveItems' | 'MessageItems'
SuggestionKindType ~ list 'None' | 'Keywords' | 'People' | 'Hashtags' | 'QueryHistory' | 'All'
RefinerTypeType ~ 'None' | 'To' | 'From' | 'Folder' | 'HasAttachment' | 'MailboxSource'
SearchResultsPropertySetNameType ~ 'Default' | 'Owa16' | 'Outlook16'
SearchScopeGroupsType ~ list 'MyGroups'
SearchScopeArchivesType ~ list 'MainArchive' | 'AuxArchive' | 'All'
ExecuteSearchSortOrderType ~ 'DateTime' | 'Relevance'
MatchOptionsType ~ 'FullString' | 'Prefix'
SearchFolderScopeType = ( FolderId:FolderIdType | WellKnownFolder:DistinguishedFolderIdType )
PrimaryMailboxSearchScopeType = FolderScope:SearchFolderScopeType? IsDeepTraversal:boolean?
LargeArchiveSearchScopeType = ArchiveTypes:SearchScopeArchivesType
GroupSearchScopeType = GroupTypes:SearchScopeGroupsType
SingleLargeArchiveSearchScopeType = MailboxGuid:GuidType? FolderScope:SearchFolderScopeType
  IsDeepTraversal:boolean
OneDriveSearchScopeType = OneDriveView:OneDriveViewType
DelveSearchScopeType = DelveView:DelveViewType
CustomSearchScopeType = MailboxGuid:GuidType FolderScope:SearchFolderScopeType IsDeepTraversal:boolean
ArrayOfSearchScopeType = PrimaryMailboxSearchScope:PrimaryMailboxSearchScopeType?
  LargeArchiveSearchScope:LargeArchiveSearchScopeType? GroupSearchScope:GroupSearchScopeType?
  CustomSearchScope:CustomSearchScopeType* OneDriveSearchScope:OneDriveSearchScopeType?
  SingleLargeArchiveSearchScope:SingleLargeArchiveSearchScopeType? DelveSearchScope:DelveSearchScopeType?
DynamicRefinerQueryType = RefinerQuery TDRefinerId:int
ExtendedKeywordDefinitionType = Keyword Properties:NonEmptyArrayOfExtendedFieldURIsType
SuggestionType = SuggestedQuery DisplayText SuggestionType:SuggestionKindType Trigger? TDSuggestionId:int
  IsDeletable:boolean
PeopleSuggestionType : SuggestionType = PrimarySmtpAddress PersonType?
PeopleSuggestionPersonType ~ 'Unknown' | 'Person' | 'DistributionList' | 'Room' | 'Place' | 'ModernGroup'
FileSuggestionType : SuggestionType = FileName FileExtension FileReferenceId? FileTitle? ContainerTitle?
  ContainerUrl?
SearchSuggestionsTypeSuggestions = Suggestion:SuggestionType*
SearchSuggestionsType = TDSuggestionsBatchId:long TDSuggestionsInstanceId:GuidType
  Suggestions:SearchSuggestionsTypeSuggestions? DiagnosticsData:SearchDiagnosticsType?
DeleteSearchSuggestionResponseType = Success:boolean StatusMessage? DiagnosticsData:SearchDiagnosticsType?
SearchDiagnosticsStepTypeAdditionalEntries = Entry*
SearchDiagnosticsStepType = StartTime? StepTime:long? StepType?
  AdditionalEntries:SearchDiagnosticsStepTypeAdditionalEntries?
SearchRefinerType = RefinerType:RefinerTypeType Refiner:DynamicRefinerQueryType ResultCount:long?
FolderRefinerType : SearchRefinerType = FolderId:FolderIdType?
PeopleRefinerType : SearchRefinerType = DisplayName? SmtpAddress:SmtpAddressType?
MailboxRefinerType : SearchRefinerType = MailboxDisplayName?
AttachmentRefinerType : SearchRefinerType = HasAttachment:boolean?
HashtagRefinerType : SearchRefinerType = DisplayName?
SearchDiagnosticsType = any*
MailboxInformationType = MailboxGuid:GuidType MailboxAddress:SmtpAddressType MailboxDisplayName
ExecuteSearchQueryIdType = @Id:GuidType!
SearchResultsTypeItems = Item:ItemType*
SearchResultsTypeConversations = Conversation:ConversationType*
SearchResultsTypePeople = Persona:PersonaType*
SearchResultsTypeSearchRefiners = SearchRefiner:SearchRefinerType+
SearchResultsTypeMailboxesInformation = MailboxInformation:MailboxInformationType*
SearchResultsType = Items:SearchResultsTypeItems? Conversations:SearchResultsTypeConversations?
  People:SearchResultsTypePeople? MoreResultsAvailable:boolean RefinerTelemetryBatchId:int
  SearchRefiners:SearchResultsTypeSearchRefiners? DiagnosticsData:SearchDiagnosticsType?
  SearchResultsCount:int? TotalResultsCount:int? SearchTerms:ArrayOfStringsType?
  QueryId:ExecuteSearchQueryIdType? MailboxesInformation:SearchResultsTypeMailboxesInformation?
SearchResultItemIdType : ItemIdType = EntryId:base64? OutlookItemId:base64?
SearchResultConversationIdType : ItemIdType = OutlookConversationId:base64?
ClientIdType ~ 'Web' | 'Mobile' | 'Tablet' | 'Desktop' | 'Exchange' | 'Outlook' | 'MacOutlook' | 'POP3' |
  'IMAP4' | 'Other' | 'Lync' | 'OutlookService' | 'MacMail'
EntityFeedbackEntityAddSourceType ~ 'None' | 'EntityRelevanceApi' | 'EntityRelevanceApiCache' |
  'ActiveDirectory' | 'ExplicitTyping' | 'Paste' | 'LocalCacheAndEntityRelevanceApi' | 'LocalCache' | 'Other'
ArrayOfWorkHours = WorkHours:WorkHoursType*
WorkHoursType = WorkDay:SystemDayOfWeek? TimeSlots:ArrayOfWorkTimeSlot?
SystemDayOfWeek ~ 'Sunday' | 'Monday' | 'Tuesday' | 'Wednesday' | 'Thursday' | 'Friday' | 'Saturday'
ArrayOfWorkTimeSlot = TimeSlot:WorkTimeSlot*
WorkTimeSlot = StartTimeInMinutes:int EndTimeInMinutes:int
AnalyzedQuery = QueryLanguage SearchRestrictions:RestrictionType
ContextPropertyType = Key Value
ArrayOfContextProperty = ContextProperty:ContextPropertyType+
ArrayOfEntityFeedbackEntry = EntityFeedbackEntry:EntityFeedbackEntryType+
EntityFeedbackEntryType = ClientEventTimeUtc:dateTime ClientEventTimeLocal:dateTime ClientSessionId:GuidType
  ClientVersion ClientId:ClientIdType EntrySequenceNumber:int TransactionId? EventType TargetEntityList?
  EntityAddSource:EntityFeedbackEntityAddSourceType? JsonPropertyBag?
ArrayOfInboxReminderType = InboxReminder:InboxReminderType*
InboxReminderType = Id:GuidType? ReminderOffset:int? Message? IsOrganizerReminder:boolean?
  OccurrenceChange:EmailReminderChangeType? SendOption:EmailReminderSendOption?
EmailReminderChangeType ~ 'None' | 'Added' | 'Override' | 'Deleted'
EmailReminderSendOption ~ 'NotSet' | 'User' | 'AllAttendees' | 'Staff' | 'Customer'
InsightStatusType ~ 'Created' | 'Active' | 'Dismissed' | 'Invalid'
InsightContextItem = Name? Val?
ArrayOfInsightContextItem = Context:InsightContextItem*
InsightItemType = ItemId:ItemIdType InsightId:GuidType Type? StartTimeUtc:dateTime? EndTimeUtc:dateTime?
  Status:InsightStatusType? Version? Context:ArrayOfInsightContextItem? Text?
  ApplicationsIds:ArrayOfStringsType? SuggestedActions? AppContexts:ArrayOfStringsType?
ArrayOfInsightItemType = Insight:InsightItemType*
ResponseMessageInfoType = ( MessageText? ResponseCode? )? @ResponseClass:ResponseClassType!
BaseAvailabilityCalendarViewType = FreeBusyViewType:FreeBusyViewType
ArrayOfPeopleQuerySource = Source+
CalendarActivityDataType = ActivityAction ClientId CasRequestId:GuidType IndexSelected:int
MentionActionType = Id CreatedBy:EmailAddressExtendedType CreatedDateTime? ServerCreatedDateTime? DeepLink?
  Application? Mentioned:EmailAddressExtendedType MentionText? ClientReference?
NonEmptyArrayOfMentionActionsType = MentionAction:MentionActionType+
AppliedHashtagType = Id CreatedBy:EmailAddressExtendedType CreatedDateTime? ServerCreatedDateTime? DeepLink?
  Application? Tag IsAutoTagged:boolean IsInlined:boolean
AppliedHashtagsPreviewType = Hashtags:ArrayOfStringsType
NonEmptyArrayOfAppliedHashtagType = AppliedHashtag:AppliedHashtagType+
LikeType = Id CreatedBy:EmailAddressExtendedType CreatedDateTime? ServerCreatedDateTime? DeepLink?
  Application?
LikesPreviewType = LikeCount:int
MentionsPreviewType = IsMentioned:boolean
NonEmptyArrayOfLikeType = Like:LikeType+
AttendeeAvailability = EmailAddress Availability:AvailabilityStatusType
ArrayOfMeetingLocation = MeetingLocation:MeetingLocation*
ArrayOfAttendeeAvailability = AttendeeAvailability:AttendeeAvailability*
MeetingTimeCandidate = MeetingTimeslot:TimeSlot Confidence:double Score:int
  OrganizerAvailability:AvailabilityStatusType AttendeeAvailabilities:ArrayOfAttendeeAvailability
  Locations:ArrayOfMeetingLocation SuggestionHint
ArrayOfMeetingTimeCandidate = MeetingTimeCandidate:MeetingTimeCandidate+
MeetingTimeCandidatesConstraintItem = Email?
AttendeeConstraintItem : MeetingTimeCandidatesConstraintItem = IsRequired:boolean?
LocationConstraintItem : MeetingTimeCandidatesConstraintItem = Name? ResolveAvailability:boolean?
ArrayOfLocationConstraintItems = LocationItem:LocationConstraintItem*
ArrayOfAttendeeConstraintItems = AttendeeItem:AttendeeConstraintItem*
ArrayOfTimeSlot = TimeSlot:TimeSlot*
EmptySuggestionReason ~ 'Unknown' | 'AttendeesUnavailable' | 'LocationsUnavailable' | 'OrganizerUnavailable'
  | 'AttendeesUnavailableOrUnknown'
FindMeetingTimesAttendeeConstraints = AttendeeEntries:ArrayOfAttendeeConstraintItems?
FindMeetingTimesLocationConstraints = LocationEntries:ArrayOfLocationConstraintItems? IsRequired:boolean?
  SuggestLocation:boolean?
FindMeetingTimesSearchConstraints = SearchWindows:ArrayOfTimeSlot? MeetingDurationInMinutes:int?
  ActivityDomain:ActivityDomainType?
FindMeetingTimesConstraints = MaxCandidates:int? IsOrganizerOptional:boolean? ReturnSuggestionHints:boolean?
  AppName? AppScenario? MinimumAttendeePercentage:double?
AddInStateType ~ 'Flagged' | 'OK' | 'Removed' | 'Undefined' | 'WithdrawingSoon' | 'Withdrawn'
OfficeClientType = @Code:OfficeClientCodeType! @Version:VersionType!
OfficeClientCodeType ~ string /[a-zA-Z0-9]+_[a-zA-Z0-9]+/
VersionType ~ string /[0-9]{1,4}\.[0-9]{1,4}(\.[0-9]{1,4}(\.[0-9]{1,4})?)?/
ArrayOfAppsType = App:AppType* Metadata:Metadata?
AppType = Metadata:AppMetadata? Manifest:base64
Metadata = CustomApps
AppMetadata = EndNodeUrl? AppStatus? ActionUrl? ProductId? EnabledStatus:boolean? ConsentState?
  ExtensionType? MarketplaceAssetId? LicenseStatus? TrialExpirationDate:dateTime? InstalledBy?
  IsMandatory:boolean?
`
