import { z } from 'zod'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { placeFolders } from '#src/domain/mailbox/folder-path.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { getMemberOf } from '#src/domain/migration/engine/project/named.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { defineAction } from '../action.ts'
import { present, timestamp } from '../entries.ts'
import { page } from '../fields.ts'
import { folderPaths, folderReadAt, folderState, withThoseAbove } from '../migration-folders.ts'
import { address, inProject, lossMembers } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/**
 * Ours: of one mailbox, the folders of its source in the order in which they were found: where each goes to, how far it is and what of it did not come
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
    const { rows, next } = await store.migration.pageLedgerFolders(at, member.source, { after, limit })
    const pathOf = folderPaths(await withThoseAbove(store.migration, at, member.source, rows))
    const nos = rows.map(({ no }) => no)
    const counts = new Map(
      (await store.migration.countLedgerFolders(at, nos)).map((row) => [row.folder, row]),
    )
    const here = await pathsHere(store, at, new Set(rows.map(({ target }) => target)))
    return present({
      Folders: rows.map((folder) => {
        const { copied = 0, bytes = 0, settled = 0 } = counts.get(folder.no) ?? {}
        return present({
          ...{ Folder: pathOf(folder), Here: here.get(folder.target), State: folderState(folder) },
          ...{ Copied: copied, CopiedBytes: bytes, NotHere: settled - copied, Pass: folder.pass },
          ReadDate: timestamp(folderReadAt(folder, member)),
          Losses: folder.losses.length === 0 ? undefined : folder.losses.map(lossMembers),
        })
      }),
      NextToken: formatNextToken(next),
    })
  },
})

function noneThere(error: unknown): undefined {
  if (!(error instanceof Refusal) || error.reason !== 'no-such-folder') throw error
}

/** Whole names of folders here; of those that are gone there is none. */
async function pathsHere(
  { mailboxes }: Pick<Store, 'mailboxes'>,
  at: MailboxRef,
  wanted: ReadonlySet<FolderNo>,
): Promise<ReadonlyMap<FolderNo, string>> {
  const known = new Map<FolderNo, Folder>()
  for (const no of wanted)
    for (let up: FolderNo | null = no; up !== null && !known.has(up); ) {
      const folder: Folder | undefined = await mailboxes.getFolder(at, up).catch(noneThere)
      if (folder === undefined) break
      known.set(folder.no, folder)
      up = folder.parent
    }
  return new Map(
    placeFolders([...known.values()], { all: true }).map(({ folder, path }) => [folder.no, path]),
  )
}
