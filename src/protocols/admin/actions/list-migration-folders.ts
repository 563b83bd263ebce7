import { z } from 'zod'
import { placeFolders } from '#src/domain/mailbox/folder-path.ts'
import { getMemberOf } from '#src/domain/migration/engine/named.ts'
import { findProject } from '#src/domain/migration/engine/steer-project.ts'
import { defineAction } from '../action.ts'
import { present, timestamp } from '../entries.ts'
import { folderPaths, folderReadAt, folderState } from '../migration-folders.ts'
import { address, inProject, lossMembers } from '../migration-members.ts'

/** Ours: of one mailbox, the folders of its source: where each goes to, how far it is and what of it did not come over. */
export const listMigrationFolders = defineAction({
  name: 'ListMigrationFolders',
  reads: true,
  input: z.object({ ...inProject, Address: address }),
  run: async ({ store }, input) => {
    const { id } = await findProject(store, input.OrganizationId, input.ProjectId)
    const member = await getMemberOf(store, input.OrganizationId, id, input.Address)
    if (member.mailbox === null) return { Folders: [] }
    const at = { organization: input.OrganizationId, mailbox: member.mailbox }
    const folders = await store.migration.listLedgerFolders(at, member.source)
    const counts = new Map((await store.migration.countLedgerFolders(at)).map((row) => [row.folder, row]))
    const here = new Map(
      placeFolders(await store.mailboxes.listFolders(at), { all: true }).map(({ folder, path }) => [
        folder.no,
        path,
      ]),
    )
    const pathOf = folderPaths(folders)
    return {
      Folders: folders
        .map((folder) => {
          const { copied = 0, bytes = 0, settled = 0 } = counts.get(folder.no) ?? {}
          return present({
            ...{ Folder: pathOf(folder), Here: here.get(folder.target), State: folderState(folder) },
            ...{ Copied: copied, CopiedBytes: bytes, NotHere: settled - copied, Pass: folder.pass },
            ReadDate: timestamp(folderReadAt(folder, member)),
            Losses: folder.losses.length === 0 ? undefined : folder.losses.map(lossMembers),
          })
        })
        .sort((a, b) => (String(a.Folder) < String(b.Folder) ? -1 : 1)),
    }
  },
})
