import { z } from 'zod'
import { deleteFolderPermission } from '#src/domain/directory/folder-permissions.ts'
import { defineAction } from '../action.ts'
import { entity } from '../fields.ts'
import { getFolderGrantee, getOwnedFolder, ofFolder } from '../mailbox-folders.ts'

/** Takes away what was set for one grantee on one folder; that there was nothing is no error. */
export const deleteMailboxFolderPermission = defineAction({
  name: 'DeleteMailboxFolderPermission',
  input: z.object({ ...ofFolder, GranteeId: entity }),
  run: async ({ store }, input) => {
    const folder = await getOwnedFolder(store, input)
    const grantee = await getFolderGrantee(store, input.OrganizationId, input.GranteeId)
    await deleteFolderPermission(store, input.OrganizationId, folder, grantee)
    return {}
  },
})
