import type { Action } from '../action.ts'
import { associateDelegateToResource } from './associate-delegate-to-resource.ts'
import { associateMemberToGroup } from './associate-member-to-group.ts'
import { backupStore } from './backup-store.ts'
import { cancelOperation } from './cancel-operation.ts'
import { checkStore } from './check-store.ts'
import { createAccessKey } from './create-access-key.ts'
import { createAlias } from './create-alias.ts'
import { createGroup } from './create-group.ts'
import { createOrganization } from './create-organization.ts'
import { createPersonalAccessToken } from './create-personal-access-token.ts'
import { createResource } from './create-resource.ts'
import { createUser } from './create-user.ts'
import { deleteAccessKey } from './delete-access-key.ts'
import { deleteAlias } from './delete-alias.ts'
import { deleteGroup } from './delete-group.ts'
import { deleteMailboxPermissions } from './delete-mailbox-permissions.ts'
import { deleteOrganization } from './delete-organization.ts'
import { deletePersonalAccessToken } from './delete-personal-access-token.ts'
import { deleteResource } from './delete-resource.ts'
import { deleteUser } from './delete-user.ts'
import { deregisterFromWorkMail } from './deregister-from-work-mail.ts'
import { deregisterMailDomain } from './deregister-mail-domain.ts'
import { describeEntity } from './describe-entity.ts'
import { describeGroup } from './describe-group.ts'
import { describeInboundDmarcSettings } from './describe-inbound-dmarc-settings.ts'
import { describeOperation } from './describe-operation.ts'
import { describeOrganization } from './describe-organization.ts'
import { describeResource } from './describe-resource.ts'
import { describeService } from './describe-service.ts'
import { describeUser } from './describe-user.ts'
import { disableOrganizationKey } from './disable-organization-key.ts'
import { disassociateDelegateFromResource } from './disassociate-delegate-from-resource.ts'
import { disassociateMemberFromGroup } from './disassociate-member-from-group.ts'
import { enableOrganizationKey } from './enable-organization-key.ts'
import { getMailDomain } from './get-mail-domain.ts'
import { getMailboxDetails } from './get-mailbox-details.ts'
import { getPersonalAccessTokenMetadata } from './get-personal-access-token-metadata.ts'
import { listAccessKeys } from './list-access-keys.ts'
import { listAliases } from './list-aliases.ts'
import { listGroupMembers } from './list-group-members.ts'
import { listGroups } from './list-groups.ts'
import { listGroupsForEntity } from './list-groups-for-entity.ts'
import { listMailDomains } from './list-mail-domains.ts'
import { listMailboxPermissions } from './list-mailbox-permissions.ts'
import { listOrganizations } from './list-organizations.ts'
import { listPersonalAccessTokens } from './list-personal-access-tokens.ts'
import { listResourceDelegates } from './list-resource-delegates.ts'
import { listResources } from './list-resources.ts'
import { listTagsForResource } from './list-tags-for-resource.ts'
import { listUsers } from './list-users.ts'
import { putInboundDmarcSettings } from './put-inbound-dmarc-settings.ts'
import { putMailboxPermissions } from './put-mailbox-permissions.ts'
import { registerMailDomain } from './register-mail-domain.ts'
import { registerToWorkMail } from './register-to-work-mail.ts'
import { resetPassword } from './reset-password.ts'
import { rotateOrganizationKey } from './rotate-organization-key.ts'
import { tagResource } from './tag-resource.ts'
import { untagResource } from './untag-resource.ts'
import { updateDefaultMailDomain } from './update-default-mail-domain.ts'
import { updateGroup } from './update-group.ts'
import { updateMailboxQuota } from './update-mailbox-quota.ts'
import { updatePrimaryEmailAddress } from './update-primary-email-address.ts'
import { updateResource } from './update-resource.ts'
import { updateUser } from './update-user.ts'
import { verifyMailDomain } from './verify-mail-domain.ts'

/** Every operation that is served, by its name. One of WorkMail's that is not among them answers UnsupportedOperationException. */
export const actions: ReadonlyMap<string, Action> = new Map(
  [
    associateDelegateToResource,
    associateMemberToGroup,
    backupStore,
    cancelOperation,
    checkStore,
    createAccessKey,
    createAlias,
    createGroup,
    createOrganization,
    createPersonalAccessToken,
    createResource,
    createUser,
    deleteAccessKey,
    deleteAlias,
    deleteGroup,
    deleteMailboxPermissions,
    deleteOrganization,
    deletePersonalAccessToken,
    deleteResource,
    deleteUser,
    deregisterFromWorkMail,
    deregisterMailDomain,
    describeEntity,
    describeGroup,
    describeInboundDmarcSettings,
    describeOperation,
    describeOrganization,
    describeResource,
    describeService,
    describeUser,
    disableOrganizationKey,
    disassociateDelegateFromResource,
    disassociateMemberFromGroup,
    enableOrganizationKey,
    getMailDomain,
    getMailboxDetails,
    getPersonalAccessTokenMetadata,
    listAccessKeys,
    listAliases,
    listGroupMembers,
    listGroupsForEntity,
    listGroups,
    listMailDomains,
    listMailboxPermissions,
    listOrganizations,
    listPersonalAccessTokens,
    listResourceDelegates,
    listResources,
    listTagsForResource,
    listUsers,
    putInboundDmarcSettings,
    putMailboxPermissions,
    registerMailDomain,
    registerToWorkMail,
    resetPassword,
    rotateOrganizationKey,
    tagResource,
    untagResource,
    updateDefaultMailDomain,
    updateGroup,
    updateMailboxQuota,
    updatePrimaryEmailAddress,
    updateResource,
    updateUser,
    verifyMailDomain,
  ].map((action) => [action.name, action]),
)
