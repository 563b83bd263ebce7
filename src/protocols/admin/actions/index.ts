import type { Action } from '../action.ts'
import { addMigrationGrants } from './add-migration-grants.ts'
import { addMigrationMailboxes } from './add-migration-mailboxes.ts'
import { announceMigrationBatch } from './announce-migration-batch.ts'
import { approveDirectorySync } from './approve-directory-sync.ts'
import { approveMigrationBatch } from './approve-migration-batch.ts'
import { associateDelegateToResource } from './associate-delegate-to-resource.ts'
import { associateMemberToGroup } from './associate-member-to-group.ts'
import { assumeImpersonationRole } from './assume-impersonation-role.ts'
import { backupStore } from './backup-store.ts'
import { cancelMigrationBatch } from './cancel-migration-batch.ts'
import { cancelOperation } from './cancel-operation.ts'
import { cancelQueued } from './cancel-queued.ts'
import { checkDirectory } from './check-directory.ts'
import { checkStore } from './check-store.ts'
import { connectDirectory } from './connect-directory.ts'
import { copyLateMigrationItems } from './copy-late-migration-items.ts'
import { createAccessKey } from './create-access-key.ts'
import { createAlias } from './create-alias.ts'
import { createAvailabilityConfiguration } from './create-availability-configuration.ts'
import { createContact } from './create-contact.ts'
import { createGateway } from './create-gateway.ts'
import { createGroup } from './create-group.ts'
import { createImpersonationRole } from './create-impersonation-role.ts'
import { createMigrationProject } from './create-migration-project.ts'
import { createOrganization } from './create-organization.ts'
import { createPersonalAccessToken } from './create-personal-access-token.ts'
import { createResource } from './create-resource.ts'
import { createUser } from './create-user.ts'
import { cutOverMigrationBatch } from './cut-over-migration-batch.ts'
import { deleteAccessKey } from './delete-access-key.ts'
import { deleteAlias } from './delete-alias.ts'
import { deleteAvailabilityConfiguration } from './delete-availability-configuration.ts'
import { deleteContact } from './delete-contact.ts'
import { deleteGateway } from './delete-gateway.ts'
import { deleteGroup } from './delete-group.ts'
import { deleteImpersonationRole } from './delete-impersonation-role.ts'
import { deleteMailboxFolderPermission } from './delete-mailbox-folder-permission.ts'
import { deleteMailboxPermissions } from './delete-mailbox-permissions.ts'
import { deleteMigrationProject } from './delete-migration-project.ts'
import { deleteOrganization } from './delete-organization.ts'
import { deletePersonalAccessToken } from './delete-personal-access-token.ts'
import { deleteResource } from './delete-resource.ts'
import { deleteUser } from './delete-user.ts'
import { deleteUserCertificate } from './delete-user-certificate.ts'
import { deleteUserPhoto } from './delete-user-photo.ts'
import { deregisterFromWorkMail } from './deregister-from-work-mail.ts'
import { deregisterMailDomain } from './deregister-mail-domain.ts'
import { describeAddressBookEntry } from './describe-address-book-entry.ts'
import { describeContact } from './describe-contact.ts'
import { describeDirectorySync } from './describe-directory-sync.ts'
import { describeEntity } from './describe-entity.ts'
import { describeGateway } from './describe-gateway.ts'
import { describeGroup } from './describe-group.ts'
import { describeInboundDmarcSettings } from './describe-inbound-dmarc-settings.ts'
import { describeMailFromDomain } from './describe-mail-from-domain.ts'
import { describeMigration } from './describe-migration.ts'
import { describeOfflineAddressBook } from './describe-offline-address-book.ts'
import { describeOperation } from './describe-operation.ts'
import { describeOrganization } from './describe-organization.ts'
import { describeResource } from './describe-resource.ts'
import { describeService } from './describe-service.ts'
import { describeUser } from './describe-user.ts'
import { disableOrganizationKey } from './disable-organization-key.ts'
import { disassociateDelegateFromResource } from './disassociate-delegate-from-resource.ts'
import { disassociateMemberFromGroup } from './disassociate-member-from-group.ts'
import { disconnectDirectory } from './disconnect-directory.ts'
import { enableOrganizationKey } from './enable-organization-key.ts'
import { findAddressBookEntries } from './find-address-book-entries.ts'
import { findTrace } from './find-trace.ts'
import { getImpersonationRole } from './get-impersonation-role.ts'
import { getImpersonationRoleEffect } from './get-impersonation-role-effect.ts'
import { getMailDomain } from './get-mail-domain.ts'
import { getMailboxDetails } from './get-mailbox-details.ts'
import { getMigrationPreflight } from './get-migration-preflight.ts'
import { getPersonalAccessTokenMetadata } from './get-personal-access-token-metadata.ts'
import { getUserCertificate } from './get-user-certificate.ts'
import { getUserPhoto } from './get-user-photo.ts'
import { listAccessKeys } from './list-access-keys.ts'
import { listAliases } from './list-aliases.ts'
import { listAvailabilityAccounts } from './list-availability-accounts.ts'
import { listAvailabilityConfigurations } from './list-availability-configurations.ts'
import { listContacts } from './list-contacts.ts'
import { listDirectoryDifference } from './list-directory-difference.ts'
import { listDirectoryGrants } from './list-directory-grants.ts'
import { listDirectoryGroups } from './list-directory-groups.ts'
import { listGateways } from './list-gateways.ts'
import { listGroupMembers } from './list-group-members.ts'
import { listGroups } from './list-groups.ts'
import { listGroupsForEntity } from './list-groups-for-entity.ts'
import { listImpersonationAccounts } from './list-impersonation-accounts.ts'
import { listImpersonationRoles } from './list-impersonation-roles.ts'
import { listJunkSenders } from './list-junk-senders.ts'
import { listMailDomains } from './list-mail-domains.ts'
import { listMailboxFolderPermissions } from './list-mailbox-folder-permissions.ts'
import { listMailboxFolders } from './list-mailbox-folders.ts'
import { listMailboxPermissions } from './list-mailbox-permissions.ts'
import { listMigrationDirectoryChanges } from './list-migration-directory-changes.ts'
import { listMigrationEvents } from './list-migration-events.ts'
import { listMigrationFolders } from './list-migration-folders.ts'
import { listMigrationFreezeSteps } from './list-migration-freeze-steps.ts'
import { listMigrationGrants } from './list-migration-grants.ts'
import { listMigrationItems } from './list-migration-items.ts'
import { listMigrationMailboxes } from './list-migration-mailboxes.ts'
import { listMigrationProjects } from './list-migration-projects.ts'
import { listMigrationScriptSteps } from './list-migration-script-steps.ts'
import { listMigrationWaves } from './list-migration-waves.ts'
import { listOrganizations } from './list-organizations.ts'
import { listPersonalAccessTokens } from './list-personal-access-tokens.ts'
import { listProxyAddresses } from './list-proxy-addresses.ts'
import { listQueue } from './list-queue.ts'
import { listResourceDelegates } from './list-resource-delegates.ts'
import { listResources } from './list-resources.ts'
import { listTagsForResource } from './list-tags-for-resource.ts'
import { listUsers } from './list-users.ts'
import { pauseMigrationBatch } from './pause-migration-batch.ts'
import { previewMigration } from './preview-migration.ts'
import { putAvailabilityAccount } from './put-availability-account.ts'
import { putImpersonationAccount } from './put-impersonation-account.ts'
import { putInboundDmarcSettings } from './put-inbound-dmarc-settings.ts'
import { putInteroperabilitySettings } from './put-interoperability-settings.ts'
import { putMailFromDomain } from './put-mail-from-domain.ts'
import { putMailboxFolderPermission } from './put-mailbox-folder-permission.ts'
import { putMailboxPermissions } from './put-mailbox-permissions.ts'
import { putMigrationBatch } from './put-migration-batch.ts'
import { putMigrationSource } from './put-migration-source.ts'
import { putMigrationWave } from './put-migration-wave.ts'
import { putUserCertificate } from './put-user-certificate.ts'
import { putUserPhoto } from './put-user-photo.ts'
import { queryAvailability } from './query-availability.ts'
import { registerMailDomain } from './register-mail-domain.ts'
import { registerToWorkMail } from './register-to-work-mail.ts'
import { rejectDirectorySync } from './reject-directory-sync.ts'
import { removeMigrationMailbox } from './remove-migration-mailbox.ts'
import { removeMigrationWave } from './remove-migration-wave.ts'
import { replaceMigrationGrants } from './replace-migration-grants.ts'
import { replaceProxyAddresses } from './replace-proxy-addresses.ts'
import { resetPassword } from './reset-password.ts'
import { resumeMigrationBatch } from './resume-migration-batch.ts'
import { retryMigrationBatch } from './retry-migration-batch.ts'
import { retryQueued } from './retry-queued.ts'
import { rollBackMigrationBatch } from './roll-back-migration-batch.ts'
import { rotateOrganizationKey } from './rotate-organization-key.ts'
import { showQueued } from './show-queued.ts'
import { startMigrationBatch } from './start-migration-batch.ts'
import { syncDirectory } from './sync-directory.ts'
import { tagResource } from './tag-resource.ts'
import { testAvailabilityConfiguration } from './test-availability-configuration.ts'
import { testGateway } from './test-gateway.ts'
import { untagResource } from './untag-resource.ts'
import { updateAvailabilityConfiguration } from './update-availability-configuration.ts'
import { updateContact } from './update-contact.ts'
import { updateDefaultMailDomain } from './update-default-mail-domain.ts'
import { updateGateway } from './update-gateway.ts'
import { updateGroup } from './update-group.ts'
import { updateImpersonationRole } from './update-impersonation-role.ts'
import { updateJunkSenders } from './update-junk-senders.ts'
import { updateMailboxQuota } from './update-mailbox-quota.ts'
import { updateMigrationMailbox } from './update-migration-mailbox.ts'
import { updateMigrationSettings } from './update-migration-settings.ts'
import { updateOfflineAddressBook } from './update-offline-address-book.ts'
import { updatePrimaryEmailAddress } from './update-primary-email-address.ts'
import { updateResource } from './update-resource.ts'
import { updateRoutingDomain } from './update-routing-domain.ts'
import { updateUser } from './update-user.ts'
import { verifyMailDomain } from './verify-mail-domain.ts'
import { writeMigrationDirectory } from './write-migration-directory.ts'

/** Every operation that is served, by its name. One of WorkMail's that is not among them answers UnsupportedOperationException. */
export const actions: ReadonlyMap<string, Action> = new Map(
  [
    approveDirectorySync,
    associateDelegateToResource,
    associateMemberToGroup,
    backupStore,
    cancelOperation,
    cancelQueued,
    checkDirectory,
    checkStore,
    connectDirectory,
    createAccessKey,
    createAlias,
    createContact,
    createGateway,
    createGroup,
    createOrganization,
    createPersonalAccessToken,
    createResource,
    createUser,
    deleteAccessKey,
    deleteAlias,
    deleteContact,
    deleteGateway,
    deleteGroup,
    deleteMailboxFolderPermission,
    deleteMailboxPermissions,
    deleteOrganization,
    deletePersonalAccessToken,
    deleteResource,
    deleteUser,
    deleteUserCertificate,
    deleteUserPhoto,
    deregisterFromWorkMail,
    deregisterMailDomain,
    describeAddressBookEntry,
    describeContact,
    describeDirectorySync,
    describeEntity,
    describeGateway,
    describeGroup,
    describeInboundDmarcSettings,
    describeOfflineAddressBook,
    describeOperation,
    describeOrganization,
    describeResource,
    describeService,
    describeUser,
    disableOrganizationKey,
    disassociateDelegateFromResource,
    disassociateMemberFromGroup,
    disconnectDirectory,
    enableOrganizationKey,
    findAddressBookEntries,
    findTrace,
    getMailDomain,
    getMailboxDetails,
    getPersonalAccessTokenMetadata,
    getUserCertificate,
    getUserPhoto,
    listAccessKeys,
    listAliases,
    listContacts,
    listDirectoryDifference,
    listDirectoryGrants,
    listDirectoryGroups,
    listGateways,
    listGroupMembers,
    listGroups,
    listGroupsForEntity,
    listMailDomains,
    listMailboxFolderPermissions,
    listJunkSenders,
    updateJunkSenders,
    listMailboxFolders,
    listMailboxPermissions,
    listOrganizations,
    listPersonalAccessTokens,
    listProxyAddresses,
    listQueue,
    listResourceDelegates,
    listResources,
    listTagsForResource,
    listUsers,
    putInboundDmarcSettings,
    putInteroperabilitySettings,
    createAvailabilityConfiguration,
    updateAvailabilityConfiguration,
    deleteAvailabilityConfiguration,
    listAvailabilityConfigurations,
    listAvailabilityAccounts,
    testAvailabilityConfiguration,
    queryAvailability,
    putAvailabilityAccount,

    createImpersonationRole,
    updateImpersonationRole,
    getImpersonationRole,
    deleteImpersonationRole,
    listImpersonationRoles,
    getImpersonationRoleEffect,
    assumeImpersonationRole,
    putImpersonationAccount,
    listImpersonationAccounts,
    putMailFromDomain,
    putMailboxFolderPermission,
    putMailboxPermissions,
    putUserCertificate,
    putUserPhoto,
    registerMailDomain,
    registerToWorkMail,
    rejectDirectorySync,
    replaceProxyAddresses,
    resetPassword,
    retryQueued,
    rotateOrganizationKey,
    showQueued,
    syncDirectory,
    tagResource,
    testGateway,
    untagResource,
    updateContact,
    updateDefaultMailDomain,
    updateGateway,
    updateGroup,
    updateMailboxQuota,
    updateOfflineAddressBook,
    updatePrimaryEmailAddress,
    updateResource,
    updateRoutingDomain,
    updateUser,
    verifyMailDomain,
    addMigrationGrants,
    addMigrationMailboxes,
    announceMigrationBatch,
    approveMigrationBatch,
    cancelMigrationBatch,
    copyLateMigrationItems,
    createMigrationProject,
    cutOverMigrationBatch,
    deleteMigrationProject,
    describeMailFromDomain,
    describeMigration,
    getMigrationPreflight,
    listMigrationDirectoryChanges,
    listMigrationEvents,
    listMigrationGrants,
    listMigrationItems,
    listMigrationMailboxes,
    listMigrationProjects,
    listMigrationFolders,
    listMigrationFreezeSteps,
    listMigrationScriptSteps,
    listMigrationWaves,
    pauseMigrationBatch,
    previewMigration,
    putMigrationBatch,
    putMigrationSource,
    putMigrationWave,
    removeMigrationMailbox,
    removeMigrationWave,
    replaceMigrationGrants,
    resumeMigrationBatch,
    retryMigrationBatch,
    rollBackMigrationBatch,
    startMigrationBatch,
    updateMigrationMailbox,
    updateMigrationSettings,
    writeMigrationDirectory,
  ].map((action) => [action.name, action]),
)
