import { z } from 'zod'
import { dryRun } from '#src/domain/migration/engine/dry-run.ts'
import { countLate } from '#src/domain/migration/engine/late-items.ts'
import { findProject } from '#src/domain/migration/engine/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { address, inProject } from '../migration-members.ts'

/**
 * Ours: what the next pass would do with one mailbox; of one that has moved, also what a way back would take there. Nothing is
 * written, neither here nor there.
 */
export const previewMigration = defineAction({
  name: 'PreviewMigration',
  reads: true,
  input: z.object({ ...inProject, Address: address }),
  run: async ({ store, migration, signal }, { OrganizationId, ProjectId, Address }) => {
    const project = await findProject(store, OrganizationId, ProjectId)
    const member = await store.migration.findMember(OrganizationId, project.id, Address)
    if (member === undefined) throw new Refusal('no-such-item', `${Address} is not in this project.`)
    const login = await store.migration.getSourceLogin(OrganizationId, project.id, member.source)
    const source = await migration.openSource(login)
    try {
      const mailbox = await source.open(member.address, signal)
      const { folders } = await dryRun(store, member, OrganizationId, mailbox, project.settings, signal)
      const at = member.mailbox === null ? null : { organization: OrganizationId, mailbox: member.mailbox }
      const late = at && member.flippedAt !== null && (await countLate(store, at, member.flippedAt))
      const Writable = mailbox.returns !== undefined
      await mailbox.close()
      return {
        ...(late && { ArrivedSince: { Items: late.items, Bytes: late.bytes, Writable } }),
        Folders: folders.map((folder) => ({
          Name: folder.name,
          New: folder.isNew,
          Items: folder.fresh,
          Bytes: folder.bytes,
          Changed: folder.changed,
          Gone: folder.gone,
          TooLarge: folder.tooLarge,
        })),
      }
    } catch (error) {
      if (error instanceof SourceFailure) throw new Refusal('try-later', error.message)
      throw error
    } finally {
      await source.close()
    }
  },
})
