import { z } from 'zod'
import { placeFolders } from '#src/domain/mailbox/folder-path.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { entity, inOrganization, page } from '../fields.ts'
import { getOwner } from '../mailbox-folders.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** The folders a user sees, in the order of making; with AllFolders, those that are for programs too. A mailbox has 10,000 at most. */
export const listMailboxFolders = defineAction({
  name: 'ListMailboxFolders',
  reads: true,
  input: z.object({ ...inOrganization, EntityId: entity, AllFolders: z.boolean().optional(), ...page }),
  run: async ({ store }, input) => {
    const { at } = await getOwner(store, input.OrganizationId, input.EntityId)
    const placed = placeFolders(await store.mailboxes.listFolders(at), { all: input.AllFolders === true })
    const after = parseNextToken(input.NextToken, 'number')
    const left = after === null ? placed : placed.filter(({ folder }) => folder.no > after)
    const rows = left.slice(0, pageLimit(input.MaxResults))
    return present({
      Folders: rows.map(({ folder, path }) =>
        present({
          FolderId: String(folder.no),
          Path: path,
          Class: folder.class.toUpperCase(),
          DistinguishedName: folder.distinguished ?? undefined,
          ItemCount: folder.items,
          UnreadCount: folder.unseen,
          SizeBytes: folder.sizeBytes,
        }),
      ),
      NextToken: formatNextToken(rows.length < left.length ? rows.at(-1)!.folder.no : null),
    })
  },
})
