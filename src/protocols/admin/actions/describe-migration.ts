import { z } from 'zod'
import { findProject } from '#src/domain/migration/engine/steer-project.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { batchMembers, inProject, projectMembers, sourceMembers } from '../migration-members.ts'

/** Ours: a migration with its batches, and what runs of it in this process just now. */
export const describeMigration = defineAction({
  name: 'DescribeMigration',
  reads: true,
  input: z.object({ ...inProject }),
  run: async ({ store, migration }, { OrganizationId, ProjectId }) => {
    const project = await findProject(store, OrganizationId, ProjectId)
    const { lanes, servers } = migration.live()
    const own = lanes.filter((lane) => lane.project === project.id)
    return {
      ...projectMembers(project),
      Sources: (await store.migration.listSources(OrganizationId, project.id)).map(sourceMembers),
      Batches: (await store.migration.listBatches(OrganizationId, project.id)).map(batchMembers),
      Lanes: own.map((lane) =>
        present({
          Address: lane.address,
          BatchNumber: lane.batch,
          Server: lane.server,
          StartedDate: lane.startedAt / 1_000,
          Items: lane.items,
          Bytes: lane.bytes,
          Requests: lane.requests,
          Idle: lane.idle ?? undefined,
          Draining: lane.draining,
        }),
      ),
      Servers: servers
        .filter(({ projects }) => projects.includes(project.id))
        .map((server) =>
          present({
            Server: server.server,
            InUse: server.inUse,
            Limit: server.limit,
            Calls: server.calls,
            Bytes: server.bytes,
            Breaches: server.breaches,
            Trouble: server.trouble ?? undefined,
            IdleMs: { ...server.idle },
          }),
        ),
    }
  },
})
