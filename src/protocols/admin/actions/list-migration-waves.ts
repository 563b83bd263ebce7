import { z } from 'zod'
import { findProject } from '#src/domain/migration/engine/steer-project.ts'
import { getWave, wavesOf } from '#src/domain/migration/engine/waves.ts'
import { defineAction } from '../action.ts'
import { inProject } from '../migration-members.ts'
import { waveMembers, waveName } from '../wave-members.ts'

/** Mailboxes that are read at once. */
const PAGE = 500

/** Ours: waves of a migration, or one of them, with sums over their mailboxes. */
export const listMigrationWaves = defineAction({
  name: 'ListMigrationWaves',
  reads: true,
  input: z.object({ ...inProject, Wave: waveName.optional() }),
  run: async ({ store, signal }, { OrganizationId, ProjectId, Wave }) => {
    const project = await findProject(store, OrganizationId, ProjectId)
    const only = Wave === undefined ? undefined : getWave(project, Wave)
    const batches = await store.migration.listBatches(OrganizationId, project.id)
    const waves = wavesOf(project, batches).filter(
      ({ record }) => only === undefined || record.no === only.no,
    )
    const told = []
    for (const wave of waves) {
      const sums = { Mailboxes: 0, Moved: 0, Failed: 0, Copied: 0, CopiedBytes: 0, Skipped: 0 }
      for (const { no: batch } of wave.batches)
        for (let after: number | null = null; ; ) {
          signal?.throwIfAborted()
          const page = await store.migration.listMembers(OrganizationId, project.id, {
            ...{ batch, after, limit: PAGE },
          })
          for (const { state, counts } of page.rows) {
            sums.Mailboxes++
            if (state === 'flipped' || state === 'verified') sums.Moved++
            if (state === 'failed') sums.Failed++
            sums.Copied += counts.copied
            sums.CopiedBytes += counts.bytes
            sums.Skipped += counts.skipped
          }
          if (page.next === null) break
          after = page.next
        }
      told.push({ ...waveMembers(project, wave), ...sums })
    }
    return { Waves: told }
  },
})
