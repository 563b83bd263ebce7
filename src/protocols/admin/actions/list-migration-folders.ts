import { z } from 'zod'
import { placeFolders } from '#src/domain/mailbox/folder-path.ts'
import { getMemberOf } from '#src/domain/migration/engine/named.ts'
import { findProject } from '#src/domain/migration/engine/steer-project.ts'
import { defineAction } from '../action.ts'
import { present, timestamp } from '../entries.ts'
import { page } from '../fields.ts'
import { folderPaths, folderReadAt, folderState } from '../migration-folders.ts'
import { address, inProject, lossMembers } from '../migration-members.ts'
import { foreignToken, formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/**
 * Ours: of one mailbox, the folders of its source in order of their names: where each goes to, how far it is and what of it did not come
 * over.
 */
export const listMigrationFolders = defineAction({
  name: 'ListMigrationFolders',
  reads: true,
  input: z.object({ ...inProject, ...page, Address: address }),
  run: async ({ store }, input) => {
    const { id } = await findProject(store, input.OrganizationId, input.ProjectId)
    const member = await getMemberOf(store, input.OrganizationId, id, input.Address)
    if (member.mailbox === null) return { Folders: [] }
    const at = { organization: input.OrganizationId, mailbox: member.mailbox }
    const after = parseNextToken(input.NextToken, 'number')
    const limit = pageLimit(input.MaxResults)
    const folders = await store.migration.listLedgerFolders(at, member.source)
    const pathOf = folderPaths(folders)
    const all = folders
      .map((folder) => ({ folder, path: pathOf(folder) }))
      .sort((a, b) => (a.path === b.path ? a.folder.no - b.folder.no : a.path < b.path ? -1 : 1))
    // One that is there no more was the last that was told: what followed it is not known.
    const from = after === null ? 0 : all.findIndex(({ folder }) => folder.no === after) + 1
    if (after !== null && from === 0) throw foreignToken()
    const some = all.slice(from, from + limit)
    const nos = some.map(({ folder }) => folder.no)
    const counts = new Map(
      (await store.migration.countLedgerFolders(at, nos)).map((row) => [row.folder, row]),
    )
    const here = new Map(
      placeFolders(await store.mailboxes.listFolders(at), { all: true }).map(({ folder, path }) => [
        folder.no,
        path,
      ]),
    )
    return present({
      Folders: some.map(({ folder, path }) => {
        const { copied = 0, bytes = 0, settled = 0 } = counts.get(folder.no) ?? {}
        return present({
          ...{ Folder: path, Here: here.get(folder.target), State: folderState(folder) },
          ...{ Copied: copied, CopiedBytes: bytes, NotHere: settled - copied, Pass: folder.pass },
          ReadDate: timestamp(folderReadAt(folder, member)),
          Losses: folder.losses.length === 0 ? undefined : folder.losses.map(lossMembers),
        })
      }),
      NextToken: formatNextToken(from + limit < all.length ? some.at(-1)!.folder.no : null),
    })
  },
})
