import { z } from 'zod'
import type { OrganizationId } from '#src/base/ids.ts'
import { formatFolderRights } from '#src/domain/directory/folder-words.ts'
import { defaultRights } from '#src/domain/directory/mailbox-access.ts'
import type { FolderGrantee } from '#src/domain/directory/store.ts'
import type { Store } from '#src/domain/store.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { defineAction } from '../action.ts'
import { memberType, present } from '../entries.ts'
import { page } from '../fields.ts'
import { getOwnedFolder, ofFolder } from '../mailbox-folders.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/**
 * Who may do what with one folder. `default` and `anonymous` are told also where nothing was set for them, with what
 * then holds and `Implied`.
 */
export const listMailboxFolderPermissions = defineAction({
  name: 'ListMailboxFolderPermissions',
  reads: true,
  input: z.object({ ...ofFolder, ...page }),
  run: async ({ store }, input) => {
    const { OrganizationId: organization } = input
    const { mailbox, folder, place } = await getOwnedFolder(store, input)
    const set = await store.directory.listFolderPermissions(organization, mailbox, folder)
    const implied = [
      { grantee: 'default' as const, rights: defaultRights(place), implied: true },
      { grantee: 'anonymous' as const, rights: 0, implied: true },
    ].filter(({ grantee }) => !set.some((each) => each.grantee === grantee))
    const all = [...set.map((each) => ({ ...each, implied: false })), ...implied].sort((a, b) =>
      a.grantee < b.grantee ? -1 : 1,
    )
    const after = parseNextToken(input.NextToken, 'string')
    const left = after === null ? all : all.filter(({ grantee }) => grantee > after)
    const rows = left.slice(0, pageLimit(input.MaxResults))
    const permissions = await Promise.all(
      rows.map(async ({ grantee, rights, implied: isImplied }) => ({
        ...(await granteeMembers(store, organization, grantee)),
        AccessRights: formatFolderRights(rights),
        Implied: isImplied,
      })),
    )
    return present({
      FolderId: String(folder),
      Permissions: permissions,
      NextToken: formatNextToken(rows.length < left.length ? rows.at(-1)!.grantee : null),
    })
  },
})

async function granteeMembers(
  store: Store,
  organization: OrganizationId,
  grantee: FolderGrantee,
): Promise<JsonObject> {
  if (grantee === 'default' || grantee === 'anonymous')
    return { GranteeId: grantee, GranteeType: grantee.toUpperCase() }
  const entry = await store.directory.getEntry(organization, grantee)
  return { GranteeId: grantee, GranteeName: entry.name, GranteeType: memberType(entry) }
}
