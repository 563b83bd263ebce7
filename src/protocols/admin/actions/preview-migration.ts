import { z } from 'zod'
import { countChanged } from '#src/domain/migration/engine/ledger/changed-items.ts'
import { countLate, sinceFlip } from '#src/domain/migration/engine/ledger/late-items.ts'
import { dryRun } from '#src/domain/migration/engine/progress/dry-run.ts'
import { getMemberOf } from '#src/domain/migration/engine/project/named.ts'
import { settingsFor } from '#src/domain/migration/engine/project/own-settings.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { Refusal, type RefusalReason } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { address, inProject } from '../migration-members.ts'
import { formatPlace, parsePlace, partOf } from '../part.ts'

const count = z.number().min(0)
/** Where a mailbox is gone on with; the cursor is its source's, and of any length. */
const place = z.object({
  folder: z.string(),
  cursor: z.string().nullable(),
  seen: z.object({ fresh: count, changed: count, gone: count, bytes: count, tooLarge: count }),
})

/**
 * Ours: what the next pass would do with one mailbox; of one that has moved, also what a way back would take there. Nothing is
 * written, neither here nor there. A part of its folders at each call, until no NextToken is left.
 */
export const previewMigration = defineAction({
  name: 'PreviewMigration',
  reads: true,
  input: z.object({ ...inProject, Address: address, NextToken: z.string().min(1).max(700_000).optional() }),
  run: async ({ store, migration, now, signal }, { OrganizationId, ProjectId, Address, NextToken }) => {
    const from = parsePlace(NextToken, place)
    const project = await findProject(store, OrganizationId, ProjectId)
    const member = await getMemberOf(store, OrganizationId, project.id, Address)
    const batch = await store.migration.getBatch(OrganizationId, project.id, member.batch)
    const settings = settingsFor(project, batch, member)
    const login = await store.migration.getSourceLogin(OrganizationId, project.id, member.source)
    const source = await migration.openSource(login)
    try {
      const mailbox = await source.open(member.address, signal)
      const part = { from, isOver: partOf(now), signal }
      const { folders, next } = await dryRun(store, member, OrganizationId, mailbox, settings, part)
      const at = member.mailbox === null ? null : { organization: OrganizationId, mailbox: member.mailbox }
      const isCounted = at !== null && member.flippedAt !== null && from === null
      const late = isCounted && (await countLate(store, at, sinceFlip(member), partOf(now)))
      const edits = isCounted && (await countChanged(store, at, member.source, partOf(now)))
      const Writable = mailbox.returns !== undefined
      await mailbox.close()
      return present({
        ArrivedSince:
          late && edits
            ? {
                Items: late.items,
                Bytes: late.bytes,
                Changed: edits.changed,
                Writable,
                ...((!late.whole || !edits.whole) && { AtLeast: true }),
              }
            : undefined,
        Folders: folders.map((folder) => ({
          Name: folder.name,
          New: folder.isNew,
          Items: folder.fresh,
          Bytes: folder.bytes,
          Changed: folder.changed,
          Gone: folder.gone,
          TooLarge: folder.tooLarge,
          ...(folder.unread !== undefined && { Unread: folder.unread }),
        })),
        NextToken: formatPlace(next),
      })
    } catch (error) {
      if (error instanceof SourceFailure) throw new Refusal(reasonOf(error), error.message)
      throw error
    } finally {
      await source.close()
    }
  },
})

/** Only what time mends is worth another try. */
function reasonOf({ kind }: SourceFailure): RefusalReason {
  if (kind === 'mailbox-permanent' || kind === 'item-permanent') return 'no-such-item'
  return kind === 'refused' ? 'invalid-configuration' : 'try-later'
}
