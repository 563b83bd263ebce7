/**
 * Messages.xsd, in the language of `../xml/schema-language.ts`, of Exchange Web Services, build 15.2.2562.17.
 * Made by `node scripts/ews-schema.ts FOLDER` from the files of an Exchange server; not edited by hand.
 */
// one thing: a table of the types in Messages.xsd
export const messagesSchema = `
ResponseCodeType ~ 'NoError' | 'ErrorAccessDenied' | 'ErrorAccessModeSpecified' | 'ErrorAccountDisabled' |
  'ErrorAddDelegatesFailed' | 'ErrorAddressSpaceNotFound' | 'ErrorADOperation' | 'ErrorADSessionFilter' |
  'ErrorADUnavailable' | 'ErrorServiceUnavailable' | 'ErrorAutoDiscoverFailed' |
  'ErrorAffectedTaskOccurrencesRequired' | 'ErrorAttachmentNestLevelLimitExceeded' |
  'ErrorAttachmentSizeLimitExceeded' | 'ErrorArchiveFolderPathCreation' | 'ErrorArchiveMailboxNotEnabled' |
  'ErrorArchiveMailboxServiceDiscoveryFailed' | 'ErrorAvailabilityConfigNotFound' |
  'ErrorBatchProcessingStopped' | 'ErrorCalendarCannotMoveOrCopyOccurrence' |
  'ErrorCalendarCannotUpdateDeletedItem' | 'ErrorCalendarCannotUseIdForOccurrenceId' |
  'ErrorCalendarCannotUseIdForRecurringMasterId' | 'ErrorCalendarDurationIsTooLong' |
  'ErrorCalendarEndDateIsEarlierThanStartDate' | 'ErrorCalendarFolderIsInvalidForCalendarView' |
  'ErrorCalendarInvalidAttributeValue' | 'ErrorCalendarInvalidDayForTimeChangePattern' |
  'ErrorCalendarInvalidDayForWeeklyRecurrence' | 'ErrorCalendarInvalidPropertyState' |
  'ErrorCalendarInvalidPropertyValue' | 'ErrorCalendarInvalidRecurrence' | 'ErrorCalendarInvalidTimeZone' |
  'ErrorCalendarIsCancelledForAccept' | 'ErrorCalendarIsCancelledForDecline' |
  'ErrorCalendarIsCancelledForRemove' | 'ErrorCalendarIsCancelledForTentative' |
  'ErrorCalendarIsDelegatedForAccept' | 'ErrorCalendarIsDelegatedForDecline' |
  'ErrorCalendarIsDelegatedForRemove' | 'ErrorCalendarIsDelegatedForTentative' |
  'ErrorCalendarIsNotOrganizer' | 'ErrorCalendarIsOrganizerForAccept' | 'ErrorCalendarIsOrganizerForDecline'
  | 'ErrorCalendarIsOrganizerForRemove' | 'ErrorCalendarIsOrganizerForTentative' |
  'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange' | 'ErrorCalendarOccurrenceIsDeletedFromRecurrence' |
  'ErrorCalendarOutOfRange' | 'ErrorCalendarMeetingRequestIsOutOfDate' | 'ErrorCalendarViewRangeTooBig' |
  'ErrorCallerIsInvalidADAccount' | 'ErrorCannotAccessDeletedPublicFolder' |
  'ErrorCannotArchiveCalendarContactTaskFolderException' | 'ErrorCannotArchiveItemsInPublicFolders' |
  'ErrorCannotArchiveItemsInArchiveMailbox' | 'ErrorCannotCreateCalendarItemInNonCalendarFolder' |
  'ErrorCannotCreateContactInNonContactFolder' | 'ErrorCannotCreatePostItemInNonMailFolder' |
  'ErrorCannotCreateTaskInNonTaskFolder' | 'ErrorCannotDeleteObject' | 'ErrorCannotDisableMandatoryExtension'
  | 'ErrorCannotFindUser' | 'ErrorCannotGetSourceFolderPath' | 'ErrorCannotGetExternalEcpUrl' |
  'ErrorCannotOpenFileAttachment' | 'ErrorCannotDeleteTaskOccurrence' | 'ErrorCannotEmptyFolder' |
  'ErrorCannotSetCalendarPermissionOnNonCalendarFolder' |
  'ErrorCannotSetNonCalendarPermissionOnCalendarFolder' | 'ErrorCannotSetPermissionUnknownEntries' |
  'ErrorCannotSpecifySearchFolderAsSourceFolder' | 'ErrorCannotUseFolderIdForItemId' |
  'ErrorCannotUseItemIdForFolderId' | 'ErrorChangeKeyRequired' | 'ErrorChangeKeyRequiredForWriteOperations' |
  'ErrorClientDisconnected' | 'ErrorClientIntentInvalidStateDefinition' | 'ErrorClientIntentNotFound' |
  'ErrorConnectionFailed' | 'ErrorContainsFilterWrongType' | 'ErrorContentConversionFailed' |
  'ErrorContentIndexingNotEnabled' | 'ErrorCorruptData' | 'ErrorCreateItemAccessDenied' |
  'ErrorCreateManagedFolderPartialCompletion' | 'ErrorCreateSubfolderAccessDenied' |
  'ErrorCrossMailboxMoveCopy' | 'ErrorCrossSiteRequest' | 'ErrorDataSizeLimitExceeded' |
  'ErrorDataSourceOperation' | 'ErrorDelegateAlreadyExists' | 'ErrorDelegateCannotAddOwner' |
  'ErrorDelegateMissingConfiguration' | 'ErrorDelegateNoUser' | 'ErrorDelegateValidationFailed' |
  'ErrorDeleteDistinguishedFolder' | 'ErrorDeleteItemsFailed' | 'ErrorDeleteUnifiedMessagingPromptFailed' |
  'ErrorDistinguishedUserNotSupported' | 'ErrorDistributionListMemberNotExist' |
  'ErrorDuplicateInputFolderNames' | 'ErrorDuplicateUserIdsSpecified' | 'ErrorEmailAddressMismatch' |
  'ErrorEventNotFound' | 'ErrorExceededConnectionCount' | 'ErrorExceededSubscriptionCount' |
  'ErrorExceededFindCountLimit' | 'ErrorExpiredSubscription' | 'ErrorExtensionNotFound' |
  'ErrorExtensionsNotAuthorized' | 'ErrorFolderCorrupt' | 'ErrorFolderNotFound' |
  'ErrorFolderPropertRequestFailed' | 'ErrorFolderSave' | 'ErrorFolderSaveFailed' |
  'ErrorFolderSavePropertyError' | 'ErrorFolderExists' | 'ErrorFreeBusyGenerationFailed' |
  'ErrorGetServerSecurityDescriptorFailed' | 'ErrorImContactLimitReached' |
  'ErrorImGroupDisplayNameAlreadyExists' | 'ErrorImGroupLimitReached' | 'ErrorImpersonateUserDenied' |
  'ErrorImpersonationDenied' | 'ErrorImpersonationFailed' | 'ErrorIncorrectSchemaVersion' |
  'ErrorIncorrectUpdatePropertyCount' | 'ErrorIndividualMailboxLimitReached' | 'ErrorInsufficientResources' |
  'ErrorInternalServerError' | 'ErrorInternalServerTransientError' | 'ErrorInvalidAccessLevel' |
  'ErrorInvalidArgument' | 'ErrorInvalidAttachmentId' | 'ErrorInvalidAttachmentSubfilter' |
  'ErrorInvalidAttachmentSubfilterTextFilter' | 'ErrorInvalidAuthorizationContext' | 'ErrorInvalidChangeKey'
  | 'ErrorInvalidClientSecurityContext' | 'ErrorInvalidCompleteDate' | 'ErrorInvalidContactEmailAddress' |
  'ErrorInvalidContactEmailIndex' | 'ErrorInvalidCrossForestCredentials' | 'ErrorInvalidDelegatePermission' |
  'ErrorInvalidDelegateUserId' | 'ErrorInvalidExcludesRestriction' | 'ErrorInvalidExpressionTypeForSubFilter'
  | 'ErrorInvalidExtendedProperty' | 'ErrorInvalidExtendedPropertyValue' | 'ErrorInvalidFolderId' |
  'ErrorInvalidFolderTypeForOperation' | 'ErrorInvalidFractionalPagingParameters' |
  'ErrorInvalidFreeBusyViewType' | 'ErrorInvalidId' | 'ErrorInvalidIdEmpty' | 'ErrorInvalidIdMalformed' |
  'ErrorInvalidIdMalformedEwsLegacyIdFormat' | 'ErrorInvalidIdMonikerTooLong' |
  'ErrorInvalidIdNotAnItemAttachmentId' | 'ErrorInvalidIdReturnedByResolveNames' |
  'ErrorInvalidIdStoreObjectIdTooLong' | 'ErrorInvalidIdTooManyAttachmentLevels' | 'ErrorInvalidIdXml' |
  'ErrorInvalidImContactId' | 'ErrorInvalidImDistributionGroupSmtpAddress' | 'ErrorInvalidImGroupId' |
  'ErrorInvalidIndexedPagingParameters' | 'ErrorInvalidInternetHeaderChildNodes' |
  'ErrorInvalidItemForOperationArchiveItem' | 'ErrorInvalidItemForOperationCreateItemAttachment' |
  'ErrorInvalidItemForOperationCreateItem' | 'ErrorInvalidItemForOperationAcceptItem' |
  'ErrorInvalidItemForOperationDeclineItem' | 'ErrorInvalidItemForOperationCancelItem' |
  'ErrorInvalidItemForOperationExpandDL' | 'ErrorInvalidItemForOperationRemoveItem' |
  'ErrorInvalidItemForOperationSendItem' | 'ErrorInvalidItemForOperationTentative' | 'ErrorInvalidLogonType'
  | 'ErrorInvalidLikeRequest' | 'ErrorInvalidMailbox' | 'ErrorInvalidManagedFolderProperty' |
  'ErrorInvalidManagedFolderQuota' | 'ErrorInvalidManagedFolderSize' | 'ErrorInvalidMergedFreeBusyInterval' |
  'ErrorInvalidNameForNameResolution' | 'ErrorInvalidOperation' | 'ErrorInvalidNetworkServiceContext' |
  'ErrorInvalidOofParameter' | 'ErrorInvalidPagingMaxRows' | 'ErrorInvalidParentFolder' |
  'ErrorInvalidPercentCompleteValue' | 'ErrorInvalidPermissionSettings' | 'ErrorInvalidPhoneCallId' |
  'ErrorInvalidPhoneNumber' | 'ErrorInvalidUserInfo' | 'ErrorInvalidPropertyAppend' |
  'ErrorInvalidPropertyDelete' | 'ErrorInvalidPropertyForExists' | 'ErrorInvalidPropertyForOperation' |
  'ErrorInvalidPropertyRequest' | 'ErrorInvalidPropertySet' | 'ErrorInvalidPropertyUpdateSentMessage' |
  'ErrorInvalidProxySecurityContext' | 'ErrorInvalidPullSubscriptionId' | 'ErrorInvalidPushSubscriptionUrl' |
  'ErrorInvalidRecipients' | 'ErrorInvalidRecipientSubfilter' | 'ErrorInvalidRecipientSubfilterComparison' |
  'ErrorInvalidRecipientSubfilterOrder' | 'ErrorInvalidRecipientSubfilterTextFilter' |
  'ErrorInvalidReferenceItem' | 'ErrorInvalidRequest' | 'ErrorInvalidRestriction' |
  'ErrorInvalidRetentionTagTypeMismatch' | 'ErrorInvalidRetentionTagInvisible' |
  'ErrorInvalidRetentionTagInheritance' | 'ErrorInvalidRetentionTagIdGuid' | 'ErrorInvalidRoutingType' |
  'ErrorInvalidScheduledOofDuration' | 'ErrorInvalidSchemaVersionForMailboxVersion' |
  'ErrorInvalidSecurityDescriptor' | 'ErrorInvalidSendItemSaveSettings' | 'ErrorInvalidSerializedAccessToken'
  | 'ErrorInvalidServerVersion' | 'ErrorInvalidSid' | 'ErrorInvalidSIPUri' | 'ErrorInvalidSmtpAddress' |
  'ErrorInvalidSubfilterType' | 'ErrorInvalidSubfilterTypeNotAttendeeType' |
  'ErrorInvalidSubfilterTypeNotRecipientType' | 'ErrorInvalidSubscription' |
  'ErrorInvalidSubscriptionRequest' | 'ErrorInvalidSyncStateData' | 'ErrorInvalidTimeInterval' |
  'ErrorInvalidUserOofSettings' | 'ErrorInvalidUserPrincipalName' | 'ErrorInvalidUserSid' |
  'ErrorInvalidUserSidMissingUPN' | 'ErrorInvalidValueForProperty' | 'ErrorInvalidWatermark' |
  'ErrorIPGatewayNotFound' | 'ErrorIrresolvableConflict' | 'ErrorItemCorrupt' | 'ErrorItemNotFound' |
  'ErrorItemPropertyRequestFailed' | 'ErrorItemSave' | 'ErrorItemSavePropertyError' |
  'ErrorLegacyMailboxFreeBusyViewTypeNotMerged' | 'ErrorLocalServerObjectNotFound' |
  'ErrorLogonAsNetworkServiceFailed' | 'ErrorMailboxConfiguration' | 'ErrorMailboxDataArrayEmpty' |
  'ErrorMailboxDataArrayTooBig' | 'ErrorMailboxHoldNotFound' | 'ErrorMailboxLogonFailed' |
  'ErrorMailboxMoveInProgress' | 'ErrorMailboxStoreUnavailable' | 'ErrorMailRecipientNotFound' |
  'ErrorMailTipsDisabled' | 'ErrorManagedFolderAlreadyExists' | 'ErrorManagedFolderNotFound' |
  'ErrorManagedFoldersRootFailure' | 'ErrorMeetingSuggestionGenerationFailed' |
  'ErrorMessageDispositionRequired' | 'ErrorMessageSizeExceeded' | 'ErrorMimeContentConversionFailed' |
  'ErrorMimeContentInvalid' | 'ErrorMimeContentInvalidBase64String' | 'ErrorMissingArgument' |
  'ErrorMissingEmailAddress' | 'ErrorMissingEmailAddressForManagedFolder' |
  'ErrorMissingInformationEmailAddress' | 'ErrorMissingInformationReferenceItemId' |
  'ErrorMissingItemForCreateItemAttachment' | 'ErrorMissingManagedFolderId' | 'ErrorMissingRecipients' |
  'ErrorMissingUserIdInformation' | 'ErrorMoreThanOneAccessModeSpecified' | 'ErrorMoveCopyFailed' |
  'ErrorMoveDistinguishedFolder' | 'ErrorMultiLegacyMailboxAccess' | 'ErrorNameResolutionMultipleResults' |
  'ErrorNameResolutionNoMailbox' | 'ErrorNameResolutionNoResults' |
  'ErrorNoApplicableProxyCASServersAvailable' | 'ErrorNoCalendar' |
  'ErrorNoDestinationCASDueToKerberosRequirements' | 'ErrorNoDestinationCASDueToSSLRequirements' |
  'ErrorNoDestinationCASDueToVersionMismatch' | 'ErrorNoFolderClassOverride' | 'ErrorNoFreeBusyAccess' |
  'ErrorNonExistentMailbox' | 'ErrorNonPrimarySmtpAddress' | 'ErrorNoPropertyTagForCustomProperties' |
  'ErrorNoPublicFolderReplicaAvailable' | 'ErrorNoPublicFolderServerAvailable' |
  'ErrorNoRespondingCASInDestinationSite' | 'ErrorNotDelegate' | 'ErrorNotEnoughMemory' |
  'ErrorObjectTypeChanged' | 'ErrorOccurrenceCrossingBoundary' | 'ErrorOccurrenceTimeSpanTooBig' |
  'ErrorOperationNotAllowedWithPublicFolderRoot' | 'ErrorParentFolderIdRequired' |
  'ErrorParentFolderNotFound' | 'ErrorPasswordChangeRequired' | 'ErrorPasswordExpired' |
  'ErrorPhoneNumberNotDialable' | 'ErrorPropertyUpdate' | 'ErrorPromptPublishingOperationFailed' |
  'ErrorPropertyValidationFailure' | 'ErrorProxiedSubscriptionCallFailure' | 'ErrorProxyCallFailed' |
  'ErrorProxyGroupSidLimitExceeded' | 'ErrorProxyRequestNotAllowed' | 'ErrorProxyRequestProcessingFailed' |
  'ErrorProxyServiceDiscoveryFailed' | 'ErrorProxyTokenExpired' | 'ErrorPublicFolderMailboxDiscoveryFailed' |
  'ErrorPublicFolderOperationFailed' | 'ErrorPublicFolderRequestProcessingFailed' |
  'ErrorPublicFolderServerNotFound' | 'ErrorPublicFolderSyncException' | 'ErrorQueryFilterTooLong' |
  'ErrorQuotaExceeded' | 'ErrorReadEventsFailed' | 'ErrorReadReceiptNotPending' |
  'ErrorRecurrenceEndDateTooBig' | 'ErrorRecurrenceHasNoOccurrence' | 'ErrorRemoveDelegatesFailed' |
  'ErrorRequestAborted' | 'ErrorRequestStreamTooBig' | 'ErrorRequiredPropertyMissing' |
  'ErrorResolveNamesInvalidFolderType' | 'ErrorResolveNamesOnlyOneContactsFolderAllowed' |
  'ErrorResponseSchemaValidation' | 'ErrorRestrictionTooLong' | 'ErrorRestrictionTooComplex' |
  'ErrorResultSetTooBig' | 'ErrorInvalidExchangeImpersonationHeaderData' | 'ErrorSavedItemFolderNotFound' |
  'ErrorSchemaValidation' | 'ErrorSearchFolderNotInitialized' | 'ErrorSendAsDenied' |
  'ErrorSendMeetingCancellationsRequired' | 'ErrorSendMeetingInvitationsOrCancellationsRequired' |
  'ErrorSendMeetingInvitationsRequired' | 'ErrorSentMeetingRequestUpdate' | 'ErrorSentTaskRequestUpdate' |
  'ErrorServerBusy' | 'ErrorServiceDiscoveryFailed' | 'ErrorStaleObject' | 'ErrorSubmissionQuotaExceeded' |
  'ErrorSubscriptionAccessDenied' | 'ErrorSubscriptionDelegateAccessNotSupported' |
  'ErrorSubscriptionNotFound' | 'ErrorSubscriptionUnsubscribed' | 'ErrorSyncFolderNotFound' |
  'ErrorTeamMailboxNotFound' | 'ErrorTeamMailboxNotLinkedToSharePoint' |
  'ErrorTeamMailboxUrlValidationFailed' | 'ErrorTeamMailboxNotAuthorizedOwner' |
  'ErrorTeamMailboxActiveToPendingDelete' | 'ErrorTeamMailboxFailedSendingNotifications' |
  'ErrorTeamMailboxErrorUnknown' | 'ErrorTimeIntervalTooBig' | 'ErrorTimeoutExpired' | 'ErrorTimeZone' |
  'ErrorToFolderNotFound' | 'ErrorTokenSerializationDenied' | 'ErrorTooManyObjectsOpened' |
  'ErrorUpdatePropertyMismatch' | 'ErrorUnifiedGroupMailboxAADCreationFailed' |
  'ErrorUnifiedGroupMailboxAADDeleteFailed' | 'ErrorUnifiedGroupMailboxNamingPolicy' |
  'ErrorUnifiedGroupMailboxDeleteFailed' | 'ErrorUnifiedGroupMailboxNotFound' |
  'ErrorUnifiedGroupMailboxUpdateDelayed' | 'ErrorUnifiedGroupMailboxUpdatedPartialProperties' |
  'ErrorUnifiedGroupMailboxUpdateFailed' | 'ErrorUnifiedGroupMailboxProvisionFailed' |
  'ErrorUnifiedMessagingDialPlanNotFound' | 'ErrorUnifiedMessagingReportDataNotFound' |
  'ErrorUnifiedMessagingPromptNotFound' | 'ErrorUnifiedMessagingRequestFailed' |
  'ErrorUnifiedMessagingServerNotFound' | 'ErrorUnableToGetUserOofSettings' |
  'ErrorUnableToRemoveImContactFromGroup' | 'ErrorUnsupportedSubFilter' | 'ErrorUnsupportedCulture' |
  'ErrorUnsupportedMapiPropertyType' | 'ErrorUnsupportedMimeConversion' | 'ErrorUnsupportedPathForQuery' |
  'ErrorUnsupportedPathForSortGroup' | 'ErrorUnsupportedPropertyDefinition' | 'ErrorUnsupportedQueryFilter' |
  'ErrorUnsupportedRecurrence' | 'ErrorUnsupportedTypeForConversion' | 'ErrorUpdateDelegatesFailed' |
  'ErrorUserNotUnifiedMessagingEnabled' | 'ErrorVoiceMailNotImplemented' | 'ErrorValueOutOfRange' |
  'ErrorVirusDetected' | 'ErrorVirusMessageDeleted' | 'ErrorWebRequestInInvalidState' |
  'ErrorWin32InteropError' | 'ErrorWorkingHoursSaveFailed' | 'ErrorWorkingHoursXmlMalformed' |
  'ErrorWrongServerVersion' | 'ErrorWrongServerVersionDelegate' | 'ErrorMissingInformationSharingFolderId' |
  'ErrorDuplicateSOAPHeader' | 'ErrorSharingSynchronizationFailed' | 'ErrorSharingNoExternalEwsAvailable' |
  'ErrorFreeBusyDLLimitReached' | 'ErrorInvalidGetSharingFolderRequest' |
  'ErrorNotAllowedExternalSharingByPolicy' | 'ErrorUserNotAllowedByPolicy' |
  'ErrorPermissionNotAllowedByPolicy' | 'ErrorOrganizationNotFederated' | 'ErrorMailboxFailover' |
  'ErrorInvalidExternalSharingInitiator' | 'ErrorMessageTrackingPermanentError' |
  'ErrorMessageTrackingTransientError' | 'ErrorMessageTrackingNoSuchDomain' |
  'ErrorUserWithoutFederatedProxyAddress' | 'ErrorInvalidOrganizationRelationshipForFreeBusy' |
  'ErrorInvalidFederatedOrganizationId' | 'ErrorInvalidExternalSharingSubscriber' | 'ErrorInvalidSharingData'
  | 'ErrorInvalidSharingMessage' | 'ErrorNotSupportedSharingMessage' | 'ErrorApplyConversationActionFailed' |
  'ErrorInboxRulesValidationError' | 'ErrorOutlookRuleBlobExists' | 'ErrorRulesOverQuota' |
  'ErrorNewEventStreamConnectionOpened' | 'ErrorMissedNotificationEvents' |
  'ErrorDuplicateLegacyDistinguishedName' | 'ErrorInvalidClientAccessTokenRequest' |
  'ErrorUnauthorizedClientAccessTokenRequest' | 'ErrorNoSpeechDetected' | 'ErrorUMServerUnavailable' |
  'ErrorRecipientNotFound' | 'ErrorRecognizerNotInstalled' | 'ErrorSpeechGrammarError' |
  'ErrorInvalidManagementRoleHeader' | 'ErrorLocationServicesDisabled' |
  'ErrorLocationServicesRequestTimedOut' | 'ErrorLocationServicesRequestFailed' |
  'ErrorLocationServicesInvalidRequest' | 'ErrorWeatherServiceDisabled' |
  'ErrorMailboxScopeNotAllowedWithoutQueryString' | 'ErrorArchiveMailboxSearchFailed' |
  'ErrorGetRemoteArchiveFolderFailed' | 'ErrorFindRemoteArchiveFolderFailed' |
  'ErrorGetRemoteArchiveItemFailed' | 'ErrorExportRemoteArchiveItemsFailed' | 'ErrorInvalidPhotoSize' |
  'ErrorSearchQueryHasTooManyKeywords' | 'ErrorSearchTooManyMailboxes' | 'ErrorInvalidRetentionTagNone' |
  'ErrorDiscoverySearchesDisabled' | 'ErrorCalendarSeekToConditionNotSupported' |
  'ErrorCalendarIsGroupMailboxForAccept' | 'ErrorCalendarIsGroupMailboxForDecline' |
  'ErrorCalendarIsGroupMailboxForTentative' | 'ErrorCalendarIsGroupMailboxForSuppressReadReceipt' |
  'ErrorOrganizationAccessBlocked' | 'ErrorInvalidLicense' | 'ErrorMessagePerFolderCountReceiveQuotaExceeded'
  | 'ErrorInvalidBulkActionType' | 'ErrorInvalidKeepNCount' | 'ErrorInvalidKeepNType' |
  'ErrorNoOAuthServerAvailableForRequest' | 'ErrorInstantSearchSessionExpired' | 'ErrorInstantSearchTimeout'
  | 'ErrorInstantSearchFailed' | 'ErrorUnsupportedUserForExecuteSearch' |
  'ErrorDuplicateExtendedKeywordDefinition' | 'ErrorMissingExchangePrincipal' |
  'ErrorUnexpectedUnifiedGroupsCount' | 'ErrorParsingXMLResponse' |
  'ErrorInvalidFederationOrganizationIdentifier' | 'ErrorInvalidSweepRule' |
  'ErrorInvalidSweepRuleOperationType' | 'ErrorTargetDomainNotSupported' |
  'ErrorInvalidInternetWebProxyOnLocalServer' | 'ErrorNoSenderRestrictionsSettingsFoundInRequest' |
  'ErrorDuplicateSenderRestrictionsInputFound' | 'ErrorSenderRestrictionsUpdateFailed' |
  'ErrorMessageSubmissionBlocked' | 'ErrorExceededMessageLimit' | 'ErrorExceededMaxRecipientLimitBlock' |
  'ErrorAccountSuspend' | 'ErrorExceededMaxRecipientLimit' | 'ErrorMessageBlocked' |
  'ErrorAccountSuspendShowTierUpgrade' | 'ErrorExceededMessageLimitShowTierUpgrade' |
  'ErrorExceededMaxRecipientLimitShowTierUpgrade' | 'ErrorInvalidLongitude' | 'ErrorInvalidLatitude' |
  'ErrorProxySoapException' | 'ErrorUnifiedGroupAlreadyExists' |
  'ErrorUnifiedGroupAadAuthorizationRequestDenied' | 'ErrorUnifiedGroupCreationDisabled' |
  'ErrorMarketPlaceExtensionAlreadyInstalledForOrg' | 'ErrorExtensionAlreadyInstalledForOrg' |
  'ErrorNewerExtensionAlreadyInstalled' | 'ErrorNewerMarketPlaceExtensionAlreadyInstalled' |
  'ErrorInvalidExtensionId' | 'ErrorCannotUninstallProvidedExtensions' |
  'ErrorNoRbacPermissionToInstallMarketPlaceExtensions' |
  'ErrorNoRbacPermissionToInstallReadWriteMailboxExtensions' | 'ErrorInvalidReportMessageActionType' |
  'ErrorCannotDownloadExtensionManifest' | 'ErrorCalendarForwardActionNotAllowed' |
  'ErrorUnifiedGroupAliasNamingPolicy' | 'ErrorSubscriptionsDisabledForGroup'
ResponseMessageTypeMessageXml = any*
ResponseMessageType = ( MessageText? ResponseCode:ResponseCodeType? DescriptiveLinkKey:int?
  MessageXml:ResponseMessageTypeMessageXml? )? @ResponseClass:ResponseClassType!
ArrayOfResponseMessagesType = ( CreateItemResponseMessage:ItemInfoResponseMessageType |
  DeleteItemResponseMessage:DeleteItemResponseMessageType |
  GetItemResponseMessage:ItemInfoResponseMessageType |
  UpdateItemResponseMessage:UpdateItemResponseMessageType |
  UpdateItemInRecoverableItemsResponseMessage:UpdateItemInRecoverableItemsResponseMessageType |
  SendItemResponseMessage:ResponseMessageType | DeleteFolderResponseMessage:ResponseMessageType |
  EmptyFolderResponseMessage:ResponseMessageType | CreateFolderResponseMessage:FolderInfoResponseMessageType
  | GetFolderResponseMessage:FolderInfoResponseMessageType |
  FindFolderResponseMessage:FindFolderResponseMessageType |
  UpdateFolderResponseMessage:FolderInfoResponseMessageType |
  MoveFolderResponseMessage:FolderInfoResponseMessageType |
  CopyFolderResponseMessage:FolderInfoResponseMessageType |
  CreateFolderPathResponseMessage:FolderInfoResponseMessageType |
  CreateAttachmentResponseMessage:AttachmentInfoResponseMessageType |
  DeleteAttachmentResponseMessage:DeleteAttachmentResponseMessageType |
  GetAttachmentResponseMessage:AttachmentInfoResponseMessageType |
  UploadItemsResponseMessage:UploadItemsResponseMessageType |
  ExportItemsResponseMessage:ExportItemsResponseMessageType |
  MarkAllItemsAsReadResponseMessage:ResponseMessageType |
  GetClientAccessTokenResponseMessage:GetClientAccessTokenResponseMessageType |
  GetAppManifestsResponseMessage:ResponseMessageType | SetClientExtensionResponseMessage:ResponseMessageType
  | GetOMEConfigurationResponseMessage:ResponseMessageType |
  SetOMEConfigurationResponseMessage:ResponseMessageType |
  FindItemResponseMessage:FindItemResponseMessageType | MoveItemResponseMessage:ItemInfoResponseMessageType |
  ArchiveItemResponseMessage:ItemInfoResponseMessageType |
  CopyItemResponseMessage:ItemInfoResponseMessageType |
  ResolveNamesResponseMessage:ResolveNamesResponseMessageType |
  ExpandDLResponseMessage:ExpandDLResponseMessageType |
  GetServerTimeZonesResponseMessage:GetServerTimeZonesResponseMessageType |
  GetEventsResponseMessage:GetEventsResponseMessageType |
  GetStreamingEventsResponseMessage:GetStreamingEventsResponseMessageType |
  SubscribeResponseMessage:SubscribeResponseMessageType | UnsubscribeResponseMessage:ResponseMessageType |
  SendNotificationResponseMessage:SendNotificationResponseMessageType |
  SyncFolderHierarchyResponseMessage:SyncFolderHierarchyResponseMessageType |
  SyncFolderItemsResponseMessage:SyncFolderItemsResponseMessageType |
  CreateManagedFolderResponseMessage:FolderInfoResponseMessageType |
  ConvertIdResponseMessage:ConvertIdResponseMessageType |
  GetSharingMetadataResponseMessage:GetSharingMetadataResponseMessageType |
  RefreshSharingFolderResponseMessage:RefreshSharingFolderResponseMessageType |
  GetSharingFolderResponseMessage:GetSharingFolderResponseMessageType |
  CreateUserConfigurationResponseMessage:ResponseMessageType |
  DeleteUserConfigurationResponseMessage:ResponseMessageType |
  GetUserConfigurationResponseMessage:GetUserConfigurationResponseMessageType |
  GetSpecificUserConfigurationResponseMessage:GetSpecificUserConfigurationResponseMessageType |
  UpdateUserConfigurationResponseMessage:ResponseMessageType |
  GetRoomListsResponse:GetRoomListsResponseMessageType | GetRoomsResponse:GetRoomsResponseMessageType |
  GetRemindersResponse:GetRemindersResponseMessageType |
  PerformReminderActionResponse:PerformReminderActionResponseMessageType |
  ApplyConversationActionResponseMessage:ApplyConversationActionResponseMessageType |
  FindMailboxStatisticsByKeywordsResponseMessage:FindMailboxStatisticsByKeywordsResponseMessageType |
  GetSearchableMailboxesResponseMessage:GetSearchableMailboxesResponseMessageType |
  SearchMailboxesResponseMessage:SearchMailboxesResponseMessageType |
  GetDiscoverySearchConfigurationResponseMessage:GetDiscoverySearchConfigurationResponseMessageType |
  GetHoldOnMailboxesResponseMessage:GetHoldOnMailboxesResponseMessageType |
  SetHoldOnMailboxesResponseMessage:SetHoldOnMailboxesResponseMessageType |
  GetNonIndexableItemStatisticsResponseMessage:GetNonIndexableItemStatisticsResponseMessageType |
  GetNonIndexableItemDetailsResponseMessage:GetNonIndexableItemDetailsResponseMessageType |
  FindPeopleResponseMessage:FindPeopleResponseMessageType |
  FindTagsResponseMessage:FindTagsResponseMessageType | AddTagResponseMessage:AddTagResponseMessageType |
  HideTagResponseMessage:HideTagResponseMessageType |
  GetPasswordExpirationDateResponse:GetPasswordExpirationDateResponseMessageType |
  GetPersonaResponseMessage:GetPersonaResponseMessageType |
  GetConversationItemsResponseMessage:GetConversationItemsResponseMessageType |
  GetUserRetentionPolicyTagsResponseMessage:GetUserRetentionPolicyTagsResponseMessageType |
  GetUserPhotoResponseMessage:GetUserPhotoResponseMessageType |
  MarkAsJunkResponseMessage:MarkAsJunkResponseMessageType |
  ReportMessageResponseMessage:ReportMessageResponseMessageType |
  PostModernGroupItemResponseMessage:ItemInfoResponseMessageType |
  GetLastPrivateCatalogUpdateResponseMessage:ResponseMessageType |
  GetPrivateCatalogAddInsResponseMessage:ResponseMessageType )+
BaseResponseMessageType = ResponseMessages:ArrayOfResponseMessagesType
BaseRequestType =
GetFolderType : BaseRequestType = FolderShape:FolderResponseShapeType
  FolderIds:NonEmptyArrayOfBaseFolderIdsType
element GetFolder : GetFolderType
UploadItemsType : BaseRequestType = Items:NonEmptyArrayOfUploadItemsType
element UploadItems : UploadItemsType
UploadItemsResponseMessageType : ResponseMessageType = ItemId:ItemIdType?
UploadItemsResponseType : BaseResponseMessageType =
element UploadItemsResponse : UploadItemsResponseType
ExportItemsType : BaseRequestType = ItemIds:NonEmptyArrayOfItemIdsType
element ExportItems : ExportItemsType
ExportItemsResponseMessageType : ResponseMessageType = ItemId:ItemIdType? Data:base64?
ExportItemsResponseType : BaseResponseMessageType =
element ExportItemsResponse : ExportItemsResponseType
CreateFolderType : BaseRequestType = ParentFolderId:TargetFolderIdType Folders:NonEmptyArrayOfFoldersType
element CreateFolder : CreateFolderType
FindFolderType : BaseRequestType = FolderShape:FolderResponseShapeType (
  IndexedPageFolderView:IndexedPageViewType | FractionalPageFolderView:FractionalPageViewType )?
  Restriction:RestrictionType? ParentFolderIds:NonEmptyArrayOfBaseFolderIdsType
  @Traversal:FolderQueryTraversalType!
element FindFolder : FindFolderType
FolderInfoResponseMessageType : ResponseMessageType = Folders:ArrayOfFoldersType?
FindFolderResponseMessageType : ResponseMessageType = RootFolder:FindFolderParentType?
FindFolderResponseType : BaseResponseMessageType =
element FindFolderResponse : FindFolderResponseType
DeleteFolderType : BaseRequestType = FolderIds:NonEmptyArrayOfBaseFolderIdsType @DeleteType:DisposalType!
element DeleteFolder : DeleteFolderType
DeleteFolderResponseType : BaseResponseMessageType =
element DeleteFolderResponse : DeleteFolderResponseType
EmptyFolderType : BaseRequestType = FolderIds:NonEmptyArrayOfBaseFolderIdsType @DeleteType:DisposalType!
  @DeleteSubFolders:boolean!
element EmptyFolder : EmptyFolderType
EmptyFolderResponseType : BaseResponseMessageType =
element EmptyFolderResponse : EmptyFolderResponseType
BaseMoveCopyFolderType : BaseRequestType = ToFolderId:TargetFolderIdType
  FolderIds:NonEmptyArrayOfBaseFolderIdsType
MoveFolderType : BaseMoveCopyFolderType =
CopyFolderType : BaseMoveCopyFolderType =
element MoveFolder : MoveFolderType
element CopyFolder : CopyFolderType
UpdateFolderType : BaseRequestType = FolderChanges:NonEmptyArrayOfFolderChangesType
element UpdateFolder : UpdateFolderType
CreateFolderResponseType : BaseResponseMessageType =
element CreateFolderResponse : CreateFolderResponseType
GetFolderResponseType : BaseResponseMessageType =
element GetFolderResponse : GetFolderResponseType
UpdateFolderResponseType : BaseResponseMessageType =
element UpdateFolderResponse : UpdateFolderResponseType
MoveFolderResponseType : BaseResponseMessageType =
CopyFolderResponseType : BaseResponseMessageType =
element MoveFolderResponse : MoveFolderResponseType
element CopyFolderResponse : CopyFolderResponseType
CreateFolderPathType : BaseRequestType = ParentFolderId:TargetFolderIdType
  RelativeFolderPath:NonEmptyArrayOfFoldersType
element CreateFolderPath : CreateFolderPathType
CreateFolderPathResponseType : BaseResponseMessageType =
element CreateFolderPathResponse : CreateFolderPathResponseType
GetItemType : BaseRequestType = ItemShape:ItemResponseShapeType ItemIds:NonEmptyArrayOfBaseItemIdsType
element GetItem : GetItemType
CreateItemType : BaseRequestType = SavedItemFolderId:TargetFolderIdType? Items:NonEmptyArrayOfAllItemsType
  @MessageDisposition:MessageDispositionType @SendMeetingInvitations:CalendarItemCreateOrDeleteOperationType
element CreateItem : CreateItemType
UpdateItemType : BaseRequestType = SavedItemFolderId:TargetFolderIdType?
  ItemChanges:NonEmptyArrayOfItemChangesType @ConflictResolution:ConflictResolutionType!
  @MessageDisposition:MessageDispositionType
  @SendMeetingInvitationsOrCancellations:CalendarItemUpdateOperationType @SuppressReadReceipts:boolean
element UpdateItem : UpdateItemType
ItemInfoResponseMessageType : ResponseMessageType = Items:ArrayOfRealItemsType
UpdateItemResponseMessageType : ItemInfoResponseMessageType = ConflictResults:ConflictResultsType?
UpdateItemInRecoverableItemsType : BaseRequestType = ItemId:ItemIdType
  Updates:NonEmptyArrayOfItemChangeDescriptionsType? Attachments:NonEmptyArrayOfAttachmentsType?
  MakeItemImmutable:boolean?
element UpdateItemInRecoverableItems : UpdateItemInRecoverableItemsType
UpdateItemInRecoverableItemsResponseMessageType : ItemInfoResponseMessageType =
  Attachments:ArrayOfAttachmentsType? ConflictResults:ConflictResultsType?
DeleteItemType : BaseRequestType = ItemIds:NonEmptyArrayOfBaseItemIdsType @DeleteType:DisposalType!
  @SendMeetingCancellations:CalendarItemCreateOrDeleteOperationType
  @AffectedTaskOccurrences:AffectedTaskOccurrencesType @SuppressReadReceipts:boolean
element DeleteItem : DeleteItemType
AttachmentInfoResponseMessageType : ResponseMessageType = Attachments:ArrayOfAttachmentsType
DeleteAttachmentResponseMessageType : ResponseMessageType = RootItemId:RootItemIdType?
BaseMoveCopyItemType : BaseRequestType = ToFolderId:TargetFolderIdType ItemIds:NonEmptyArrayOfBaseItemIdsType
  ReturnNewItemIds:boolean?
MoveItemType : BaseMoveCopyItemType =
CopyItemType : BaseMoveCopyItemType =
element MoveItem : MoveItemType
element CopyItem : CopyItemType
ArchiveItemType : BaseRequestType = ArchiveSourceFolderId:TargetFolderIdType
  ItemIds:NonEmptyArrayOfBaseItemIdsType
element ArchiveItem : ArchiveItemType
SendItemType : BaseRequestType = ItemIds:NonEmptyArrayOfBaseItemIdsType SavedItemFolderId:TargetFolderIdType?
  @SaveItemToFolder:boolean!
element SendItem : SendItemType
SendItemResponseType : BaseResponseMessageType =
element SendItemResponse : SendItemResponseType
QueryStringType = $:string @ResetCache:boolean @ReturnHighlightTerms:boolean @ReturnDeletedItems:boolean
FindItemType : BaseRequestType = ItemShape:ItemResponseShapeType ( IndexedPageItemView:IndexedPageViewType |
  FractionalPageItemView:FractionalPageViewType | SeekToConditionPageItemView:SeekToConditionPageViewType |
  CalendarView:CalendarViewType | ContactsView:ContactsViewType )? ( GroupBy:GroupByType |
  DistinguishedGroupBy:DistinguishedGroupByType )? Restriction:RestrictionType?
  SortOrder:NonEmptyArrayOfFieldOrdersType? ParentFolderIds:NonEmptyArrayOfBaseFolderIdsType
  QueryString:QueryStringType? @Traversal:ItemQueryTraversalType!
element FindItem : FindItemType
FindConversationType : BaseRequestType = ( IndexedPageItemView:IndexedPageViewType |
  SeekToConditionPageItemView:SeekToConditionPageViewType )? SortOrder:NonEmptyArrayOfFieldOrdersType?
  ParentFolderId:TargetFolderIdType MailboxScope:MailboxSearchLocationType? QueryString:QueryStringType?
  ConversationShape:ConversationResponseShapeType? @Traversal:ConversationQueryTraversalType
  @ViewFilter:ViewFilterType
element FindConversation : FindConversationType
FindConversationResponseMessageType : ResponseMessageType = Conversations:ArrayOfConversationsType?
  HighlightTerms:ArrayOfHighlightTermsType? TotalConversationsInView:int? IndexedOffset:int?
element FindConversationResponse : FindConversationResponseMessageType
PerformInstantSearchRequest : BaseRequestType = SearchSessionId ItemType:InstantSearchItemType
  QueryOptions:QueryOptionsType SearchRequestId:long KqlQuery FolderScope:ArrayOfFolderIdType
  DistinguishedFolderScope:ArrayOfDistinguishedFolderIdType? IsDeepTraversal:boolean?
  WaitOnSearchResults:boolean?
element PerformInstantSearch : PerformInstantSearchRequest
PerformInstantSearchResponse : ResponseMessageType = Payload:InstantSearchPayloadType?
element PerformInstantSearchResponse : PerformInstantSearchResponse
EndInstantSearchSessionRequest : BaseRequestType = SessionId
element EndInstantSearchSession : EndInstantSearchSessionRequest
ApplyConversationActionType : BaseRequestType =
  ConversationActions:NonEmptyArrayOfApplyConversationActionType
element ApplyConversationAction : ApplyConversationActionType
ApplyConversationActionResponseType : BaseResponseMessageType =
element ApplyConversationActionResponse : ApplyConversationActionResponseType
ApplyConversationActionResponseMessageType : ResponseMessageType =
FindPeopleType : BaseRequestType = PersonaShape:PersonaResponseShapeType?
  IndexedPageItemView:IndexedPageViewType Restriction:RestrictionType?
  AggregationRestriction:RestrictionType? SortOrder:NonEmptyArrayOfFieldOrdersType?
  ParentFolderId:TargetFolderIdType? QueryString? SearchPeopleSuggestionIndex:boolean? TopicQueryString?
  Context:ArrayOfContextProperty? QuerySources:ArrayOfPeopleQuerySource?
element FindPeople : FindPeopleType
FindPeopleResponseMessageType : ResponseMessageType = People:ArrayOfPeopleType?
  TotalNumberOfPeopleInView:int? FirstMatchingRowIndex:int? FirstLoadedRowIndex:int? TransactionId:GuidType?
element FindPeopleResponse : FindPeopleResponseMessageType
FindTagsType : BaseRequestType = IndexedPageItemView:IndexedPageViewType
  SortOrder:NonEmptyArrayOfFieldOrdersType? QueryString? Context:ArrayOfContextProperty?
element FindTags : FindTagsType
FindTagsResponseMessageType : ResponseMessageType = Tags:ArrayOfStringsType?
element FindTagsResponse : FindTagsResponseMessageType
AddTagType : BaseRequestType = Tag AppName
element AddTag : AddTagType
AddTagResponseMessageType : ResponseMessageType = WasSuccessful:boolean?
element AddTagResponse : AddTagResponseMessageType
HideTagType : BaseRequestType = Tag
element HideTag : HideTagType
HideTagResponseMessageType : ResponseMessageType = WasSuccessful:boolean?
element HideTagResponse : HideTagResponseMessageType
GetPersonaType : BaseRequestType = PersonaId:ItemIdType? EmailAddress:EmailAddressType?
  ParentFolderId:TargetFolderIdType? ItemLinkId? AdditionalProperties:NonEmptyArrayOfPathsToElementType?
element GetPersona : GetPersonaType
GetPersonaResponseMessageType : ResponseMessageType = Persona:PersonaType
element GetPersonaResponseMessage : GetPersonaResponseMessageType
CreateAttachmentType : BaseRequestType = ParentItemId:ItemIdType Attachments:NonEmptyArrayOfAttachmentsType
element CreateAttachment : CreateAttachmentType
CreateAttachmentResponseType : BaseResponseMessageType =
element CreateAttachmentResponse : CreateAttachmentResponseType
DeleteAttachmentType : BaseRequestType = AttachmentIds:NonEmptyArrayOfRequestAttachmentIdsType
element DeleteAttachment : DeleteAttachmentType
DeleteAttachmentResponseType : BaseResponseMessageType =
element DeleteAttachmentResponse : DeleteAttachmentResponseType
GetAttachmentType : BaseRequestType = AttachmentShape:AttachmentResponseShapeType?
  AttachmentIds:NonEmptyArrayOfRequestAttachmentIdsType
element GetAttachment : GetAttachmentType
GetAttachmentResponseType : BaseResponseMessageType =
element GetAttachmentResponse : GetAttachmentResponseType
CreateItemResponseType : BaseResponseMessageType =
element CreateItemResponse : CreateItemResponseType
UpdateItemResponseType : BaseResponseMessageType =
element UpdateItemResponse : UpdateItemResponseType
UpdateItemInRecoverableItemsResponseType : BaseResponseMessageType =
element UpdateItemInRecoverableItemsResponse : UpdateItemInRecoverableItemsResponseType
GetItemResponseType : BaseResponseMessageType =
element GetItemResponse : GetItemResponseType
MoveItemResponseType : BaseResponseMessageType =
CopyItemResponseType : BaseResponseMessageType =
element MoveItemResponse : MoveItemResponseType
element CopyItemResponse : CopyItemResponseType
DeleteItemResponseType : BaseResponseMessageType =
element DeleteItemResponse : DeleteItemResponseType
DeleteItemResponseMessageType : ResponseMessageType =
FindItemResponseMessageType : ResponseMessageType = RootFolder:FindItemParentType?
  HighlightTerms:ArrayOfHighlightTermsType?
FindItemResponseType : BaseResponseMessageType =
element FindItemResponse : FindItemResponseType
ArchiveItemResponseType : BaseResponseMessageType =
element ArchiveItemResponse : ArchiveItemResponseType
GetClientAccessTokenType : BaseRequestType = TokenRequests:NonEmptyArrayOfClientAccessTokenRequestsType
element GetClientAccessToken : GetClientAccessTokenType
GetClientAccessTokenResponseMessageType : ResponseMessageType = Token:ClientAccessTokenType?
GetClientAccessTokenResponseType : BaseResponseMessageType =
element GetClientAccessTokenResponse : GetClientAccessTokenResponseType
GetFocusedOtherOverridesRequestType : BaseRequestType =
element GetFocusedOtherOverrides : GetFocusedOtherOverridesRequestType
GetFocusedOtherOverridesResponseType : BaseResponseMessageType =
  Overrides:ArrayOfInferenceClassificationOverridesType
element GetFocusedOtherOverridesResponse : GetFocusedOtherOverridesResponseType
CreateOrUpdateFocusedOtherOverrideRequestType : BaseRequestType = SenderSmtpAddress SenderDisplayName?
  AlwaysClassifyAs:InferenceClassificationType
element CreateOrUpdateFocusedOtherOverride : CreateOrUpdateFocusedOtherOverrideRequestType
CreateOrUpdateFocusedOtherOverrideResponseType : BaseResponseMessageType =
  Override:InferenceClassificationOverrideType
element CreateOrUpdateFocusedOtherOverrideResponse : CreateOrUpdateFocusedOtherOverrideResponseType
DeleteFocusedOtherOverrideRequestType : BaseRequestType = Id:GuidType
element DeleteFocusedOtherOverride : DeleteFocusedOtherOverrideRequestType
DeleteFocusedOtherOverrideResponseType : BaseResponseMessageType =
  Override:InferenceClassificationOverrideType
element DeleteFocusedOtherOverrideResponse : DeleteFocusedOtherOverrideResponseType
ResolveNamesType : BaseRequestType = ParentFolderIds:NonEmptyArrayOfBaseFolderIdsType?
  UnresolvedEntry:NonEmptyStringType @ReturnFullContactData:boolean! @SearchScope:ResolveNamesSearchScopeType
  @ContactDataShape:DefaultShapeNamesType
element ResolveNames : ResolveNamesType
ResolveNamesResponseMessageType : ResponseMessageType = ResolutionSet:ArrayOfResolutionType?
ResolveNamesResponseType : BaseResponseMessageType =
element ResolveNamesResponse : ResolveNamesResponseType
GetPasswordExpirationDateType : BaseRequestType = MailboxSmtpAddress?
element GetPasswordExpirationDate : GetPasswordExpirationDateType
GetPasswordExpirationDateResponseMessageType : ResponseMessageType = PasswordExpirationDate:dateTime
element GetPasswordExpirationDateResponse : GetPasswordExpirationDateResponseMessageType
GetMailTipsType : BaseRequestType = SendingAs:EmailAddressType Recipients:ArrayOfRecipientsType
  MailTipsRequested:MailTipTypes
element GetMailTips : GetMailTipsType
element GetMailTipsResponse : GetMailTipsResponseMessageType
GetMailTipsResponseMessageType : ResponseMessageType = ResponseMessages:ArrayOfMailTipsResponseMessageType?
ArrayOfMailTipsResponseMessageType = MailTipsResponseMessageType:MailTipsResponseMessageType+
MailTipsResponseMessageType : ResponseMessageType = MailTips:MailTips?
PlayOnPhoneType : BaseRequestType = ItemId:ItemIdType DialString
element PlayOnPhone : PlayOnPhoneType
PlayOnPhoneResponseMessageType : ResponseMessageType = PhoneCallId:PhoneCallIdType?
element PlayOnPhoneResponse : PlayOnPhoneResponseMessageType
GetPhoneCallInformationType : BaseRequestType = PhoneCallId:PhoneCallIdType
element GetPhoneCallInformation : GetPhoneCallInformationType
GetPhoneCallInformationResponseMessageType : ResponseMessageType =
  PhoneCallInformation:PhoneCallInformationType?
element GetPhoneCallInformationResponse : GetPhoneCallInformationResponseMessageType
DisconnectPhoneCallType : BaseRequestType = PhoneCallId:PhoneCallIdType
element DisconnectPhoneCall : DisconnectPhoneCallType
DisconnectPhoneCallResponseMessageType : ResponseMessageType =
element DisconnectPhoneCallResponse : DisconnectPhoneCallResponseMessageType
ExpandDLType : BaseRequestType = Mailbox:EmailAddressType
element ExpandDL : ExpandDLType
ExpandDLResponseMessageType : ResponseMessageType = DLExpansion:ArrayOfDLExpansionType?
  @IndexedPagingOffset:int @NumeratorOffset:int @AbsoluteDenominator:int @IncludesLastItemInRange:boolean
  @TotalItemsInView:int
ExpandDLResponseType : BaseResponseMessageType =
element ExpandDLResponse : ExpandDLResponseType
GetServerTimeZonesType : BaseRequestType = Ids:NonEmptyArrayOfTimeZoneIdType? @ReturnFullTimeZoneData:boolean
element GetServerTimeZones : GetServerTimeZonesType
GetServerTimeZonesResponseMessageType : ResponseMessageType =
  TimeZoneDefinitions:ArrayOfTimeZoneDefinitionType
GetServerTimeZonesResponseType : BaseResponseMessageType =
element GetServerTimeZonesResponse : GetServerTimeZonesResponseType
CreateManagedFolderRequestType : BaseRequestType = FolderNames:NonEmptyArrayOfFolderNamesType
  Mailbox:EmailAddressType?
element CreateManagedFolder : CreateManagedFolderRequestType
CreateManagedFolderResponseType : BaseResponseMessageType =
element CreateManagedFolderResponse : CreateManagedFolderResponseType
SubscribeType : BaseRequestType = ( PullSubscriptionRequest:PullSubscriptionRequestType |
  PushSubscriptionRequest:PushSubscriptionRequestType |
  StreamingSubscriptionRequest:StreamingSubscriptionRequestType )
element Subscribe : SubscribeType
SubscribeResponseMessageType : ResponseMessageType = SubscriptionId:SubscriptionIdType?
  Watermark:WatermarkType?
SubscribeResponseType : BaseResponseMessageType =
element SubscribeResponse : SubscribeResponseType
UnsubscribeType : BaseRequestType = SubscriptionId:SubscriptionIdType
element Unsubscribe : UnsubscribeType
UnsubscribeResponseType : BaseResponseMessageType =
element UnsubscribeResponse : UnsubscribeResponseType
GetEventsType : BaseRequestType = SubscriptionId:SubscriptionIdType Watermark:WatermarkType
element GetEvents : GetEventsType
GetEventsResponseMessageType : ResponseMessageType = Notification:NotificationType?
GetEventsResponseType : BaseResponseMessageType =
element GetEventsResponse : GetEventsResponseType
GetStreamingEventsType : BaseRequestType = SubscriptionIds:NonEmptyArrayOfSubscriptionIdsType
  ConnectionTimeout:StreamingSubscriptionConnectionTimeoutType
element GetStreamingEvents : GetStreamingEventsType
GetStreamingEventsResponseMessageType : ResponseMessageType = Notifications:NonEmptyArrayOfNotificationsType?
  ErrorSubscriptionIds:NonEmptyArrayOfSubscriptionIdsType? ConnectionStatus:ConnectionStatusType?
GetStreamingEventsResponseType : BaseResponseMessageType =
element GetStreamingEventsResponse : GetStreamingEventsResponseType
SendNotificationResponseMessageType : ResponseMessageType = Notification:NotificationType
SendNotificationResponseType : BaseResponseMessageType =
element SendNotification : SendNotificationResponseType
SendNotificationResultType = SubscriptionStatus:SubscriptionStatusType
element SendNotificationResult : SendNotificationResultType
SyncFolderHierarchyType : BaseRequestType = FolderShape:FolderResponseShapeType
  SyncFolderId:TargetFolderIdType? SyncState?
element SyncFolderHierarchy : SyncFolderHierarchyType
SyncFolderHierarchyResponseMessageType : ResponseMessageType = SyncState? IncludesLastFolderInRange:boolean?
  Changes:SyncFolderHierarchyChangesType?
SyncFolderHierarchyResponseType : BaseResponseMessageType =
element SyncFolderHierarchyResponse : SyncFolderHierarchyResponseType
SyncFolderItemsType : BaseRequestType = ItemShape:ItemResponseShapeType SyncFolderId:TargetFolderIdType
  SyncState? Ignore:ArrayOfBaseItemIdsType? MaxChangesReturned:MaxSyncChangesReturnedType
  SyncScope:SyncFolderItemsScopeType?
element SyncFolderItems : SyncFolderItemsType
SyncFolderItemsResponseMessageType : ResponseMessageType = SyncState? IncludesLastItemInRange:boolean?
  Changes:SyncFolderItemsChangesType?
SyncFolderItemsResponseType : BaseResponseMessageType =
element SyncFolderItemsResponse : SyncFolderItemsResponseType
GetUserAvailabilityRequestType : BaseRequestType = t/TimeZone:SerializableTimeZone?
  MailboxDataArray:ArrayOfMailboxData t/FreeBusyViewOptions:FreeBusyViewOptionsType?
  t/SuggestionsViewOptions:SuggestionsViewOptionsType?
element GetUserAvailabilityRequest : GetUserAvailabilityRequestType
FreeBusyResponseType = ResponseMessage:ResponseMessageType? FreeBusyView:FreeBusyView?
ArrayOfFreeBusyResponse = FreeBusyResponse:FreeBusyResponseType*
SuggestionsResponseType = ResponseMessage:ResponseMessageType?
  SuggestionDayResultArray:ArrayOfSuggestionDayResult?
GetUserAvailabilityResponseType = FreeBusyResponseArray:ArrayOfFreeBusyResponse?
  SuggestionsResponse:SuggestionsResponseType?
element GetUserAvailabilityResponse : GetUserAvailabilityResponseType
GetUserOofSettingsRequest : BaseRequestType = t/Mailbox:EmailAddress
element GetUserOofSettingsRequest : GetUserOofSettingsRequest
GetUserOofSettingsResponse = ResponseMessage:ResponseMessageType t/OofSettings:UserOofSettings?
  AllowExternalOof:ExternalAudience?
element GetUserOofSettingsResponse : GetUserOofSettingsResponse
SetUserOofSettingsRequest : BaseRequestType = t/Mailbox:EmailAddress t/UserOofSettings:UserOofSettings
element SetUserOofSettingsRequest : SetUserOofSettingsRequest
SetUserOofSettingsResponse = ResponseMessage:ResponseMessageType?
element SetUserOofSettingsResponse : SetUserOofSettingsResponse
ConvertIdType : BaseRequestType = SourceIds:NonEmptyArrayOfAlternateIdsType @DestinationFormat:IdFormatType!
element ConvertId : ConvertIdType
ConvertIdResponseType : BaseResponseMessageType =
element ConvertIdResponse : ConvertIdResponseType
ConvertIdResponseMessageType : ResponseMessageType = AlternateId:AnyAlternateIdType?
GetDelegateType : BaseDelegateType = UserIds:ArrayOfUserIdType? @IncludePermissions:boolean!
element GetDelegate : GetDelegateType
GetDelegateResponseMessageType : BaseDelegateResponseMessageType =
  DeliverMeetingRequests:DeliverMeetingRequestsType?
ArrayOfDelegateUserResponseMessageType = DelegateUserResponseMessageType:DelegateUserResponseMessageType+
DelegateUserResponseMessageType : ResponseMessageType = DelegateUser:DelegateUserType?
element GetDelegateResponse : GetDelegateResponseMessageType
AddDelegateType : BaseDelegateType = DelegateUsers:ArrayOfDelegateUserType
  DeliverMeetingRequests:DeliverMeetingRequestsType?
element AddDelegate : AddDelegateType
BaseDelegateResponseMessageType : ResponseMessageType =
  ResponseMessages:ArrayOfDelegateUserResponseMessageType?
BaseDelegateType : BaseRequestType = Mailbox:EmailAddressType
AddDelegateResponseMessageType : BaseDelegateResponseMessageType =
element AddDelegateResponse : AddDelegateResponseMessageType
RemoveDelegateType : BaseDelegateType = UserIds:ArrayOfUserIdType
element RemoveDelegate : RemoveDelegateType
RemoveDelegateResponseMessageType : BaseDelegateResponseMessageType =
element RemoveDelegateResponse : RemoveDelegateResponseMessageType
UpdateDelegateType : BaseDelegateType = DelegateUsers:ArrayOfDelegateUserType?
  DeliverMeetingRequests:DeliverMeetingRequestsType?
element UpdateDelegate : UpdateDelegateType
UpdateDelegateResponseMessageType : BaseDelegateResponseMessageType =
element UpdateDelegateResponse : UpdateDelegateResponseMessageType
GetSharingMetadataType : BaseRequestType = IdOfFolderToShare:FolderIdType
  SenderSmtpAddress:NonEmptyStringType Recipients:ArrayOfSmtpAddressType
element GetSharingMetadata : GetSharingMetadataType
GetSharingMetadataResponseMessageType : ResponseMessageType = (
  EncryptedSharedFolderDataCollection:ArrayOfEncryptedSharedFolderDataType
  InvalidRecipients:ArrayOfInvalidRecipientsType )?
element GetSharingMetadataResponse : GetSharingMetadataResponseMessageType
RefreshSharingFolderType : BaseRequestType = SharingFolderId:FolderIdType
element RefreshSharingFolder : RefreshSharingFolderType
RefreshSharingFolderResponseMessageType : ResponseMessageType =
element RefreshSharingFolderResponse : RefreshSharingFolderResponseMessageType
GetSharingFolderType : BaseRequestType = SmtpAddress:NonEmptyStringType DataType:SharingDataType?
  SharedFolderId:NonEmptyStringType?
element GetSharingFolder : GetSharingFolderType
GetSharingFolderResponseMessageType : ResponseMessageType = ( SharingFolderId:FolderIdType )?
element GetSharingFolderResponse : GetSharingFolderResponseMessageType
CreateUserConfigurationType : BaseRequestType = UserConfiguration:UserConfigurationType
element CreateUserConfiguration : CreateUserConfigurationType
CreateUserConfigurationResponseType : BaseResponseMessageType =
element CreateUserConfigurationResponse : CreateUserConfigurationResponseType
DeleteUserConfigurationType : BaseRequestType = UserConfigurationName:UserConfigurationNameType
element DeleteUserConfiguration : DeleteUserConfigurationType
DeleteUserConfigurationResponseType : BaseResponseMessageType =
element DeleteUserConfigurationResponse : DeleteUserConfigurationResponseType
GetUserConfigurationType : BaseRequestType = UserConfigurationName:UserConfigurationNameType
  UserConfigurationProperties:UserConfigurationPropertyType
element GetUserConfiguration : GetUserConfigurationType
GetUserConfigurationResponseMessageType : ResponseMessageType = UserConfiguration:UserConfigurationType?
GetUserConfigurationResponseType : BaseResponseMessageType =
element GetUserConfigurationResponse : GetUserConfigurationResponseType
GetSpecificUserConfigurationType : BaseRequestType = UserConfigurationName:UserConfigurationNameType
  UserConfigurationProperties:UserConfigurationPropertyType
element GetSpecificUserConfiguration : GetSpecificUserConfigurationType
GetSpecificUserConfigurationResponseMessageType : ResponseMessageType =
  UserConfiguration:UserConfigurationType?
GetSpecificUserConfigurationResponseType : BaseResponseMessageType =
element GetSpecificUserConfigurationResponse : GetSpecificUserConfigurationResponseType
UpdateUserConfigurationType : BaseRequestType = UserConfiguration:UserConfigurationType
element UpdateUserConfiguration : UpdateUserConfigurationType
UpdateUserConfigurationResponseType : BaseResponseMessageType =
element UpdateUserConfigurationResponse : UpdateUserConfigurationResponseType
SetTeamMailboxRequestType : BaseRequestType = EmailAddress:EmailAddressType SharePointSiteUrl
  State:TeamMailboxLifecycleStateType
element SetTeamMailbox : SetTeamMailboxRequestType
UnpinTeamMailboxRequestType : BaseRequestType = EmailAddress:EmailAddressType
element UnpinTeamMailbox : UnpinTeamMailboxRequestType
SetTeamMailboxResponseMessageType : ResponseMessageType =
element SetTeamMailboxResponse : SetTeamMailboxResponseMessageType
UnpinTeamMailboxResponseMessageType : ResponseMessageType =
element UnpinTeamMailboxResponse : UnpinTeamMailboxResponseMessageType
GetRoomListsType : BaseRequestType =
element GetRoomLists : GetRoomListsType
GetRoomListsResponseMessageType : ResponseMessageType = RoomLists:ArrayOfEmailAddressesType?
element GetRoomListsResponse : GetRoomListsResponseMessageType
GetRoomsType : BaseRequestType = RoomList:EmailAddressType
element GetRooms : GetRoomsType
GetRoomsResponseMessageType : ResponseMessageType = Rooms:ArrayOfRoomsType?
element GetRoomsResponse : GetRoomsResponseMessageType
GetRemindersTypeMaxItems ~ int 0..200
GetRemindersTypeReminderType ~ 'All' | 'Current' | 'Old'
GetRemindersType : BaseRequestType = BeginTime:dateTime? EndTime:dateTime? MaxItems:GetRemindersTypeMaxItems?
  ReminderType:GetRemindersTypeReminderType?
element GetReminders : GetRemindersType
GetRemindersResponseMessageType : ResponseMessageType = Reminders:ArrayOfRemindersType
element GetRemindersResponse : GetRemindersResponseMessageType
PerformReminderActionType : BaseRequestType = ReminderItemActions:NonEmptyArrayOfReminderItemActionType
element PerformReminderAction : PerformReminderActionType
PerformReminderActionResponseMessageType : ResponseMessageType = UpdatedItemIds:NonEmptyArrayOfItemIdsType
element PerformReminderActionResponse : PerformReminderActionResponseMessageType
ArrayOfServiceConfigurationType = ConfigurationName:ServiceConfigurationType+
GetServiceConfigurationType : BaseRequestType = ActingAs:EmailAddressType?
  RequestedConfiguration:ArrayOfServiceConfigurationType
  ConfigurationRequestDetails:ConfigurationRequestDetailsType?
element GetServiceConfiguration : GetServiceConfigurationType
element GetServiceConfigurationResponse : GetServiceConfigurationResponseMessageType
GetServiceConfigurationResponseMessageType : ResponseMessageType =
  ResponseMessages:ArrayOfServiceConfigurationResponseMessageType?
ArrayOfServiceConfigurationResponseMessageType =
  ServiceConfigurationResponseMessageType:ServiceConfigurationResponseMessageType+
ServiceConfigurationResponseMessageType : ResponseMessageType =
  MailTipsConfiguration:MailTipsServiceConfiguration?
  UnifiedMessagingConfiguration:UnifiedMessageServiceConfiguration?
  ProtectionRulesConfiguration:ProtectionRulesServiceConfiguration?
  PolicyNudgeRulesConfiguration:PolicyNudgeRulesServiceConfiguration?
  SharePointURLsConfiguration:SharePointURLsServiceConfiguration?
FindMessageTrackingReportRequestType : BaseRequestType = Scope:NonEmptyStringType Domain:NonEmptyStringType
  Sender:EmailAddressType? PurportedSender:EmailAddressType? Recipient:EmailAddressType? Subject?
  StartDateTime:dateTime? EndDateTime:dateTime? MessageId:NonEmptyStringType?
  FederatedDeliveryMailbox:EmailAddressType? DiagnosticsLevel? ServerHint?
  Properties:ArrayOfTrackingPropertiesType?
element FindMessageTrackingReport : FindMessageTrackingReportRequestType
FindMessageTrackingReportResponseMessageType : ResponseMessageType = Diagnostics:ArrayOfStringsType?
  MessageTrackingSearchResults:ArrayOfFindMessageTrackingSearchResultType? ExecutedSearchScope?
  Errors:ArrayOfArraysOfTrackingPropertiesType? Properties:ArrayOfTrackingPropertiesType?
element FindMessageTrackingReportResponse : FindMessageTrackingReportResponseMessageType
GetMessageTrackingReportRequestType : BaseRequestType = Scope:NonEmptyStringType
  ReportTemplate:MessageTrackingReportTemplateType RecipientFilter:EmailAddressType?
  MessageTrackingReportId:NonEmptyStringType ReturnQueueEvents:boolean? DiagnosticsLevel?
  Properties:ArrayOfTrackingPropertiesType?
element GetMessageTrackingReport : GetMessageTrackingReportRequestType
GetMessageTrackingReportResponseMessageType : ResponseMessageType =
  MessageTrackingReport:MessageTrackingReportType? Diagnostics:ArrayOfStringsType?
  Errors:ArrayOfArraysOfTrackingPropertiesType? Properties:ArrayOfTrackingPropertiesType?
element GetMessageTrackingReportResponse : GetMessageTrackingReportResponseMessageType
GetInboxRulesRequestType : BaseRequestType = MailboxSmtpAddress?
element GetInboxRules : GetInboxRulesRequestType
GetInboxRulesResponseType : ResponseMessageType = OutlookRuleBlobExists:boolean? InboxRules:ArrayOfRulesType?
element GetInboxRulesResponse : GetInboxRulesResponseType
UpdateInboxRulesRequestType : BaseRequestType = MailboxSmtpAddress? RemoveOutlookRuleBlob:boolean?
  Operations:ArrayOfRuleOperationsType
element UpdateInboxRules : UpdateInboxRulesRequestType
UpdateInboxRulesResponseType : ResponseMessageType = RuleOperationErrors:ArrayOfRuleOperationErrorsType?
element UpdateInboxRulesResponse : UpdateInboxRulesResponseType
FindMailboxStatisticsByKeywordsType : BaseRequestType = Mailboxes:ArrayOfUserMailboxesType
  Keywords:ArrayOfStringsType Language? Senders:ArrayOfSmtpAddressType? Recipients:ArrayOfSmtpAddressType?
  FromDate:dateTime? ToDate:dateTime? MessageTypes:ArrayOfSearchItemKindsType? SearchDumpster:boolean?
  IncludePersonalArchive:boolean? IncludeUnsearchableItems:boolean?
element FindMailboxStatisticsByKeywords : FindMailboxStatisticsByKeywordsType
FindMailboxStatisticsByKeywordsResponseType : BaseResponseMessageType =
element FindMailboxStatisticsByKeywordsResponse : FindMailboxStatisticsByKeywordsResponseType
FindMailboxStatisticsByKeywordsResponseMessageType : ResponseMessageType =
  MailboxStatisticsSearchResult:MailboxStatisticsSearchResultType
GetSearchableMailboxesType : BaseRequestType = SearchFilter? ExpandGroupMembership:boolean?
element GetSearchableMailboxes : GetSearchableMailboxesType
GetSearchableMailboxesResponseMessageType : ResponseMessageType =
  SearchableMailboxes:ArrayOfSearchableMailboxesType FailedMailboxes:ArrayOfFailedSearchMailboxesType?
element GetSearchableMailboxesResponse : GetSearchableMailboxesResponseMessageType
SearchMailboxesType : BaseRequestType = SearchQueries:NonEmptyArrayOfMailboxQueriesType
  ResultType:SearchResultType PreviewItemResponseShape:PreviewItemResponseShapeType? SortBy:FieldOrderType?
  Language? Deduplication:boolean? PageSize:int? PageItemReference? PageDirection:SearchPageDirectionType?
element SearchMailboxes : SearchMailboxesType
SearchMailboxesResponseType : BaseResponseMessageType =
element SearchMailboxesResponse : SearchMailboxesResponseType
SearchMailboxesResponseMessageType : ResponseMessageType = SearchMailboxesResult:SearchMailboxesResultType?
GetDiscoverySearchConfigurationType : BaseRequestType = SearchId? ExpandGroupMembership:boolean?
  InPlaceHoldConfigurationOnly:boolean?
element GetDiscoverySearchConfiguration : GetDiscoverySearchConfigurationType
GetDiscoverySearchConfigurationResponseMessageType : ResponseMessageType =
  DiscoverySearchConfigurations:ArrayOfDiscoverySearchConfigurationType
element GetDiscoverySearchConfigurationResponse : GetDiscoverySearchConfigurationResponseMessageType
GetHoldOnMailboxesType : BaseRequestType = HoldId
element GetHoldOnMailboxes : GetHoldOnMailboxesType
GetHoldOnMailboxesResponseMessageType : ResponseMessageType = MailboxHoldResult:MailboxHoldResultType?
element GetHoldOnMailboxesResponse : GetHoldOnMailboxesResponseMessageType
SetHoldOnMailboxesType : BaseRequestType = ActionType:HoldActionType HoldId Query
  Mailboxes:ArrayOfStringsType? Language? IncludeNonIndexableItems:boolean? Deduplication:boolean?
  InPlaceHoldIdentity? ItemHoldPeriod?
element SetHoldOnMailboxes : SetHoldOnMailboxesType
SetHoldOnMailboxesResponseMessageType : ResponseMessageType = MailboxHoldResult:MailboxHoldResultType?
element SetHoldOnMailboxesResponse : SetHoldOnMailboxesResponseMessageType
GetNonIndexableItemStatisticsType : BaseRequestType = Mailboxes:NonEmptyArrayOfLegacyDNsType
  SearchArchiveOnly:boolean?
element GetNonIndexableItemStatistics : GetNonIndexableItemStatisticsType
GetNonIndexableItemStatisticsResponseMessageType : ResponseMessageType =
  NonIndexableItemStatistics:ArrayOfNonIndexableItemStatisticsType?
element GetNonIndexableItemStatisticsResponse : GetNonIndexableItemStatisticsResponseMessageType
GetNonIndexableItemDetailsType : BaseRequestType = Mailboxes:NonEmptyArrayOfLegacyDNsType PageSize:int?
  PageItemReference? PageDirection:SearchPageDirectionType? SearchArchiveOnly:boolean?
element GetNonIndexableItemDetails : GetNonIndexableItemDetailsType
GetNonIndexableItemDetailsResponseMessageType : ResponseMessageType =
  NonIndexableItemDetailsResult:NonIndexableItemDetailResultType?
element GetNonIndexableItemDetailsResponse : GetNonIndexableItemDetailsResponseMessageType
MarkAllItemsAsReadType : BaseRequestType = ReadFlag:boolean SuppressReadReceipts:boolean
  FolderIds:NonEmptyArrayOfBaseFolderIdsType
element MarkAllItemsAsRead : MarkAllItemsAsReadType
MarkAllItemsAsReadResponseType : BaseResponseMessageType =
element MarkAllItemsAsReadResponse : MarkAllItemsAsReadResponseType
GetConversationItemsType : BaseRequestType = ItemShape:ItemResponseShapeType
  FoldersToIgnore:NonEmptyArrayOfBaseFolderIdsType? MaxItemsToReturn:int?
  SortOrder:ConversationNodeSortOrder? MailboxScope:MailboxSearchLocationType?
  Conversations:ArrayOfConversationRequestsType
element GetConversationItems : GetConversationItemsType
GetConversationItemsResponseMessageType : ResponseMessageType = Conversation:ConversationResponseType?
GetConversationItemsResponseType : BaseResponseMessageType =
element GetConversationItemsResponse : GetConversationItemsResponseType
GetOMEConfigurationType : BaseRequestType =
element GetOMEConfiguration : GetOMEConfigurationType
OMEConfigurationResponseType : ResponseMessageType = Xml?
element GetOMEConfigurationResponse : OMEConfigurationResponseType
SetOMEConfigurationType : BaseRequestType = Xml?
element SetOMEConfiguration : SetOMEConfigurationType
SetOMEConfigurationResponseType : ResponseMessageType =
element SetOMEConfigurationResponse : SetOMEConfigurationResponseType
GetAppManifestsType : BaseRequestType = ApiVersionSupported? SchemaVersionSupported?
  IncludeAllInstalledAddIns:boolean? IncludeEntitlementData:boolean? IncludeManifestData:boolean?
  IncludeCustomAppsData:boolean? ExtensionIds:ListOfExtensionIdsType? AddIns:ArrayOfPrivateCatalogAddInsType?
ListOfExtensionIdsType ~ list string
  /[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}/
element GetAppManifests : GetAppManifestsType
GetAppManifestsResponseType : ResponseMessageType = ( Apps:ArrayOfAppsType |
  Manifests:ArrayOfAppManifestsType )
ArrayOfAppManifestsType = Manifest:base64*
element GetAppManifestsResponse : GetAppManifestsResponseType
GetAppMarketplaceUrlType : BaseRequestType =
element GetAppMarketplaceUrl : GetAppMarketplaceUrlType
GetAppMarketplaceUrlResponseMessageType : ResponseMessageType = AppMarketplaceUrl? ConnectorsManagementUrl?
element GetAppMarketplaceUrlResponse : GetAppMarketplaceUrlResponseMessageType
MarkAsJunkType : BaseRequestType = ItemIds:NonEmptyArrayOfBaseItemIdsType @IsJunk:boolean! @MoveItem:boolean!
element MarkAsJunk : MarkAsJunkType
MarkAsJunkResponseType : BaseResponseMessageType =
element MarkAsJunkResponse : MarkAsJunkResponseType
MarkAsJunkResponseMessageType : ResponseMessageType = MovedItemId:ItemIdType?
ReportMessageType : BaseRequestType = ItemIds:NonEmptyArrayOfBaseItemIdsType
  @ReportAction:ReportMessageActionType!
element ReportMessage : ReportMessageType
ReportMessageResponseType : BaseResponseMessageType =
element ReportMessageResponse : ReportMessageResponseType
ReportMessageResponseMessageType : ResponseMessageType = MovedItemId:ItemIdType?
InstallAppType : BaseRequestType = Manifest:base64 MarketplaceAssetId? MarketplaceContentMarket?
  SendWelcomeEmail:boolean? ManifestUrl? MarketplaceCorrelationId? CampaignId?
element InstallApp : InstallAppType
InstallAppResponseType : ResponseMessageType = WasFirstInstall:boolean? Extension:InstalledAppType?
element InstallAppResponse : InstallAppResponseType
UninstallAppType : BaseRequestType = ID
element UninstallApp : UninstallAppType
UninstallAppResponseType : ResponseMessageType =
element UninstallAppResponse : UninstallAppResponseType
DisableAppType : BaseRequestType = ID DisableReason:DisableReasonType
element DisableApp : DisableAppType
DisableAppResponseType : ResponseMessageType =
element DisableAppResponse : DisableAppResponseType
AddNewImContactToGroupType : BaseRequestType = ImAddress:NonEmptyStringType DisplayName:NonEmptyStringType?
  GroupId:ItemIdType?
element AddNewImContactToGroup : AddNewImContactToGroupType
AddNewImContactToGroupResponseMessageType : ResponseMessageType = Persona:PersonaType?
element AddNewImContactToGroupResponse : AddNewImContactToGroupResponseMessageType
AddNewTelUriContactToGroupType : BaseRequestType = TelUriAddress:NonEmptyStringType
  ImContactSipUriAddress:NonEmptyStringType ImTelephoneNumber:NonEmptyStringType GroupId:ItemIdType?
element AddNewTelUriContactToGroup : AddNewTelUriContactToGroupType
AddNewTelUriContactToGroupResponseMessageType : ResponseMessageType = Persona:PersonaType?
element AddNewTelUriContactToGroupResponse : AddNewTelUriContactToGroupResponseMessageType
AddImContactToGroupType : BaseRequestType = ContactId:ItemIdType GroupId:ItemIdType?
element AddImContactToGroup : AddImContactToGroupType
AddImContactToGroupResponseMessageType : ResponseMessageType =
element AddImContactToGroupResponse : AddImContactToGroupResponseMessageType
RemoveImContactFromGroupType : BaseRequestType = ContactId:ItemIdType GroupId:ItemIdType
element RemoveImContactFromGroup : RemoveImContactFromGroupType
RemoveImContactFromGroupResponseMessageType : ResponseMessageType =
element RemoveImContactFromGroupResponse : RemoveImContactFromGroupResponseMessageType
AddImGroupType : BaseRequestType = DisplayName:NonEmptyStringType
element AddImGroup : AddImGroupType
AddImGroupResponseMessageType : ResponseMessageType = ImGroup:ImGroupType?
element AddImGroupResponse : AddImGroupResponseMessageType
AddDistributionGroupToImListType : BaseRequestType = SmtpAddress:NonEmptyStringType
  DisplayName:NonEmptyStringType
element AddDistributionGroupToImList : AddDistributionGroupToImListType
AddDistributionGroupToImListResponseMessageType : ResponseMessageType = ImGroup:ImGroupType?
element AddDistributionGroupToImListResponse : AddDistributionGroupToImListResponseMessageType
GetImItemListType : BaseRequestType = ExtendedProperties:NonEmptyArrayOfExtendedFieldURIs?
element GetImItemList : GetImItemListType
GetImItemListResponseMessageType : ResponseMessageType = ImItemList:ImItemListType?
element GetImItemListResponse : GetImItemListResponseMessageType
GetImItemsType : BaseRequestType = ContactIds:NonEmptyArrayOfBaseItemIdsType?
  GroupIds:NonEmptyArrayOfBaseItemIdsType? ExtendedProperties:NonEmptyArrayOfExtendedFieldURIs?
element GetImItems : GetImItemsType
GetImItemsResponseMessageType : ResponseMessageType = ImItemList:ImItemListType?
element GetImItemsResponse : GetImItemsResponseMessageType
RemoveContactFromImListType : BaseRequestType = ContactId:ItemIdType
element RemoveContactFromImList : RemoveContactFromImListType
RemoveContactFromImListResponseMessageType : ResponseMessageType =
element RemoveContactFromImListResponse : RemoveContactFromImListResponseMessageType
RemoveDistributionGroupFromImListType : BaseRequestType = GroupId:ItemIdType
element RemoveDistributionGroupFromImList : RemoveDistributionGroupFromImListType
RemoveDistributionGroupFromImListResponseMessageType : ResponseMessageType =
element RemoveDistributionGroupFromImListResponse : RemoveDistributionGroupFromImListResponseMessageType
RemoveImGroupType : BaseRequestType = GroupId:ItemIdType
element RemoveImGroup : RemoveImGroupType
RemoveImGroupResponseMessageType : ResponseMessageType =
element RemoveImGroupResponse : RemoveImGroupResponseMessageType
SetImGroupType : BaseRequestType = GroupId:ItemIdType NewDisplayName:NonEmptyStringType
element SetImGroup : SetImGroupType
SetImGroupResponseMessageType : ResponseMessageType =
element SetImGroupResponse : SetImGroupResponseMessageType
SetImListMigrationCompletedType : BaseRequestType = ImListMigrationCompleted:boolean
element SetImListMigrationCompleted : SetImListMigrationCompletedType
SetImListMigrationCompletedResponseMessageType : ResponseMessageType =
element SetImListMigrationCompletedResponse : SetImListMigrationCompletedResponseMessageType
GetUserRetentionPolicyTagsType : BaseRequestType =
element GetUserRetentionPolicyTags : GetUserRetentionPolicyTagsType
GetUserRetentionPolicyTagsResponseMessageType : ResponseMessageType =
  RetentionPolicyTags:ArrayOfRetentionPolicyTagsType
element GetUserRetentionPolicyTagsResponse : GetUserRetentionPolicyTagsResponseMessageType
GetUserPhotoType : BaseRequestType = Email SizeRequested:UserPhotoSizeType TypeRequested:UserPhotoTypeType?
element GetUserPhoto : GetUserPhotoType
GetUserPhotoResponseMessageType : ResponseMessageType = HasChanged:boolean PictureData:base64?
GetUserPhotoResponseType : BaseResponseMessageType =
element GetUserPhotoResponse : GetUserPhotoResponseMessageType
GetMeetingSpaceType : BaseRequestType = ItemId:ItemIdType
element GetMeetingSpace : GetMeetingSpaceType
GetMeetingSpaceResponseMessageType : ResponseMessageType = MeetingSpace:MeetingSpaceType
element GetMeetingSpaceResponseMessage : GetMeetingSpaceResponseMessageType
CreateMeetingSpaceType : BaseRequestType = MeetingSpace:MeetingSpaceType
element CreateMeetingSpace : CreateMeetingSpaceType
CreateMeetingSpaceResponseMessageType : ResponseMessageType = MeetingSpace:MeetingSpaceType
element CreateMeetingSpaceResponseMessage : CreateMeetingSpaceResponseMessageType
UpdateMeetingSpaceType : BaseRequestType = ItemId:ItemIdType MeetingSpace:MeetingSpaceType
element UpdateMeetingSpace : UpdateMeetingSpaceType
UpdateMeetingSpaceResponseMessageType : ResponseMessageType = MeetingSpace:MeetingSpaceType
element UpdateMeetingSpaceResponseMessage : UpdateMeetingSpaceResponseMessageType
FindMeetingSpaceByJoinUrlType : BaseRequestType = JoinUrl
element FindMeetingSpaceByJoinUrl : FindMeetingSpaceByJoinUrlType
FindMeetingSpaceByJoinUrlResponseMessageType : ResponseMessageType = MeetingSpace:MeetingSpaceType?
element FindMeetingSpaceByJoinUrlResponseMessage : FindMeetingSpaceByJoinUrlResponseMessageType
DeleteMeetingSpaceType : BaseRequestType = ItemId:ItemIdType
element DeleteMeetingSpace : DeleteMeetingSpaceType
DeleteMeetingSpaceResponseMessageType : ResponseMessageType =
element DeleteMeetingSpaceResponseMessage : DeleteMeetingSpaceResponseMessageType
GetMeetingInstanceRequestType : BaseRequestType = ItemId:ItemIdType
element GetMeetingInstanceRequest : GetMeetingInstanceRequestType
GetMeetingInstanceResponseMessageType : ResponseMessageType = MeetingInstance:MeetingInstanceType
element GetMeetingInstanceResponse : GetMeetingInstanceResponseMessageType
CreateMeetingInstanceRequestType : BaseRequestType = MeetingInstance:MeetingInstanceType
element CreateMeetingInstanceRequest : CreateMeetingInstanceRequestType
CreateMeetingInstanceResponseMessageType : ResponseMessageType = MeetingInstance:MeetingInstanceType
element CreateMeetingInstanceResponse : CreateMeetingInstanceResponseMessageType
UpdateMeetingInstanceRequestType : BaseRequestType = ItemId:ItemIdType MeetingInstance:MeetingInstanceType?
  ContentActivitiesToAdd:NonEmptyArrayOfContentActivities?
  ParticipantActivitiesToAdd:NonEmptyArrayOfParticipantActivities?
element UpdateMeetingInstanceRequest : UpdateMeetingInstanceRequestType
UpdateMeetingInstanceResponseMessageType : ResponseMessageType = MeetingInstance:MeetingInstanceType
element UpdateMeetingInstanceResponse : UpdateMeetingInstanceResponseMessageType
DeleteMeetingInstanceRequestType : BaseRequestType = ItemId:ItemIdType
element DeleteMeetingInstanceRequest : DeleteMeetingInstanceRequestType
DeleteMeetingInstanceResponseMessageType : ResponseMessageType =
element DeleteMeetingInstanceResponse : DeleteMeetingInstanceResponseMessageType
SetUserPhotoType : BaseRequestType = Email:NonEmptyStringType Content TypeRequested:UserPhotoTypeType?
element SetUserPhoto : SetUserPhotoType
SetUserPhotoResponseMessageType : BaseResponseMessageType =
element SetUserPhotoResponse : SetUserPhotoResponseMessageType
RegisterConsentType : BaseRequestType = Id ConsentState:ConsentStateType
element RegisterConsent : RegisterConsentType
RegisterConsentResponseMessageType : ResponseMessageType =
element RegisterConsentResponse : RegisterConsentResponseMessageType
FindAvailableMeetingTimesType : BaseRequestType = Attendees:ArrayOfSmtpAddressType?
  SearchWindowStart:dateTime SearchWindowDuration:duration MeetingDurationInMinutes:int? Location?
  MaxCandidates:int? ActivityDomain:ActivityDomainType?
element FindAvailableMeetingTimes : FindAvailableMeetingTimesType
FindAvailableMeetingTimesResponseMessageType : ResponseMessageType =
  MeetingTimeCandidates:ArrayOfMeetingTimeCandidate EmptySuggestionsHint:EmptySuggestionReason?
element FindAvailableMeetingTimesResponse : FindAvailableMeetingTimesResponseMessageType
FindMeetingTimeCandidatesType : BaseRequestType = AttendeeConstraints:FindMeetingTimesAttendeeConstraints?
  LocationConstraints:FindMeetingTimesLocationConstraints?
  SearchConstraints:FindMeetingTimesSearchConstraints? Constraints:FindMeetingTimesConstraints?
element FindMeetingTimeCandidates : FindMeetingTimeCandidatesType
FindMeetingTimeCandidatesResponseMessageType : ResponseMessageType =
  MeetingTimeCandidates:ArrayOfMeetingTimeCandidate
element FindMeetingTimeCandidatesResponse : FindMeetingTimeCandidatesResponseMessageType
StartSearchSession : BaseRequestType = SearchSessionId:GuidType WarmupOptions:WarmupOptionsType
  SuggestionTypes:SuggestionKindType SearchScope:ArrayOfSearchScopeType IdFormat:IdFormatType? ApplicationId?
  Scenario?
element StartSearchSession : StartSearchSession
StartSearchSessionResponseMessage : ResponseMessageType =
element StartSearchSessionResponse : StartSearchSessionResponseMessage
GetSearchSuggestions : BaseRequestType = SearchSessionId:GuidType Query? SuggestionTypes:SuggestionKindType?
  SuggestionsPrimer:boolean? MaxSuggestionsCountPerSuggestionType:long? SearchScope:ArrayOfSearchScopeType?
  Scenario?
element GetSearchSuggestions : GetSearchSuggestions
GetSearchSuggestionsResponseMessage : ResponseMessageType = SearchSuggestions:SearchSuggestionsType
element GetSearchSuggestionsResponse : GetSearchSuggestionsResponseMessage
DeleteSearchSuggestion : BaseRequestType = SearchSessionId:GuidType Query SuggestionTypes:SuggestionKindType
  SearchScope:ArrayOfSearchScopeType? Scenario?
element DeleteSearchSuggestion : DeleteSearchSuggestion
DeleteSearchSuggestionResponseMessageType : ResponseMessageType = Response:DeleteSearchSuggestionResponseType
element DeleteSearchSuggestionResponse : DeleteSearchSuggestionResponseMessageType
ExecuteSearchSearchRefiners = SearchRefiner:DynamicRefinerQueryType*
ExecuteSearchExtendedKeywords = ExtendedKeywordDefinition:ExtendedKeywordDefinitionType*
ExecuteSearch : BaseRequestType = ApplicationId:SearchApplicationIdType Scenario SearchSessionId:GuidType
  SearchScope:ArrayOfSearchScopeType Query AnalyzedQuery:AnalyzedQuery? ResultRowCount:long?
  ResultRowOffset:long? MaxResultsCountHint:long? MaxPreviewLength:long?
  SearchRefiners:ExecuteSearchSearchRefiners? ExtendedKeywords:ExecuteSearchExtendedKeywords?
  RetrieveRefiners:boolean? MaxRefinersCountPerRefinerType:long? IdFormat:IdFormatType?
  ItemTypes:ItemTypesFilterType PropertySetName:SearchResultsPropertySetNameType?
  SearchRestrictions:RestrictionType? IncludeDeleted:boolean? SortOrder:ExecuteSearchSortOrderType?
  KeywordMatchOption:MatchOptionsType? ReturnAdditionalIds:boolean?
element ExecuteSearch : ExecuteSearch
ExecuteSearchResponseMessage : ResponseMessageType = SearchResults:SearchResultsType
element ExecuteSearchResponse : ExecuteSearchResponseMessage
EndSearchSession : BaseRequestType = SearchSessionId:GuidType
element EndSearchSession : EndSearchSession
EndSearchSessionResponseMessage : ResponseMessageType =
element EndSearchSessionResponse : EndSearchSessionResponseMessage
GetLastPrivateCatalogUpdateType : BaseRequestType = Client:OfficeClientType?
element GetLastPrivateCatalogUpdate : GetLastPrivateCatalogUpdateType
GetLastPrivateCatalogUpdateResponseType : ResponseMessageType = ( LastUpdate:dateTime | CatalogHash )?
element GetLastPrivateCatalogUpdateResponse : GetLastPrivateCatalogUpdateResponseType
GetPrivateCatalogAddInsType : BaseRequestType = Client:OfficeClientType?
element GetPrivateCatalogAddIns : GetPrivateCatalogAddInsType
GetPrivateCatalogAddInsResponseType : ResponseMessageType = AddIns:ArrayOfPrivateCatalogAddInsType?
ArrayOfPrivateCatalogAddInsType = AddIn:PrivateCatalogAddInsType*
PrivateCatalogAddInsType = StoreInfo:PrivateCatalogAddInStoreInfoType? @ProductId! @State:AddInStateType!
  @Version:VersionType!
PrivateCatalogAddInStoreInfoType = @AssetId! @ContentMarket!
element GetPrivateCatalogAddInsResponse : GetPrivateCatalogAddInsResponseType
`
