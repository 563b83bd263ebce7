import { z } from 'zod'
import { putFolderPermission } from '#src/domain/directory/folder-permissions.ts'
import { parseFolderRights } from '#src/domain/directory/folder-words.ts'
import { defineAction } from '../action.ts'
import { entity } from '../fields.ts'
import { getFolderGrantee, getOwnedFolder, ofFolder } from '../mailbox-folders.ts'

/**
 * Replaces what a user, a group, `default` or `anonymous` may do with one folder. AccessRights are a role or single
 * rights as Exchange's Add-MailboxFolderPermission takes them.
 */
export const putMailboxFolderPermission = defineAction({
  name: 'PutMailboxFolderPermission',
  input: z.object({
    ...ofFolder,
    GranteeId: entity,
    AccessRights: z.array(z.string().min(1).max(64)).min(1).max(16),
  }),
  run: async ({ store }, input) => {
    const { OrganizationId: organization } = input
    const rights = parseFolderRights(input.AccessRights)
    const folder = await getOwnedFolder(store, input)
    const grantee = await getFolderGrantee(store, organization, input.GranteeId)
    await putFolderPermission(store, organization, folder, { grantee, rights })
    return {}
  },
})
