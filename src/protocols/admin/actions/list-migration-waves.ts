import { z } from 'zod'
import { getWave, wavesOf } from '#src/domain/migration/engine/project/waves.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import { defineAction } from '../action.ts'
import { inProject } from '../migration-members.ts'
import { memberSums, waveMembers, waveName } from '../wave-members.ts'

/** Ours: waves of a migration, or one of them, and how many of their mailboxes have moved or failed. */
export const listMigrationWaves = defineAction({
  name: 'ListMigrationWaves',
  reads: true,
  input: z.object({ ...inProject, Wave: waveName.optional() }),
  run: async ({ store }, { OrganizationId, ProjectId, Wave }) => {
    const project = await findProject(store, OrganizationId, ProjectId)
    const only = Wave === undefined ? undefined : getWave(project, Wave)
    const batches = await store.migration.listBatches(OrganizationId, project.id)
    const states = await store.migration.countMemberStates(OrganizationId, project.id)
    const byBatch = Map.groupBy(states, ({ batch }) => batch)
    const waves = wavesOf(project, batches).filter(
      ({ record }) => only === undefined || record.no === only.no,
    )
    return {
      Waves: waves.map((wave) => ({
        ...waveMembers(project, wave),
        ...memberSums(wave.batches.flatMap(({ no }) => byBatch.get(no) ?? [])),
      })),
    }
  },
})
