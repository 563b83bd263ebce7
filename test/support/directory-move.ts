import { putBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { createProject, putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import { synced } from '#test/domain/directory-sync/synced.ts'
import type { mailboxObject } from './memory-directory.ts'
import { oldExchange } from './migration-site.ts'

/** A directory of these objects that was synced, a routing domain, and a migration from Exchange with a batch without members. */
export async function directoryMove(...objects: ReturnType<typeof mailboxObject>[]) {
  const site = await synced()
  const { store, organization, directory } = site
  await store.transact({ organization }, async (writer) =>
    writer.directory.putSettings(organization, {
      ...(await writer.directory.settings(organization)),
      routingDomain: 'lb.corp.example',
    }),
  )
  directory.put(...objects)
  await site.sync()
  const project = await createProject(store, organization, { name: 'move', settings: {}, by: 'ed' }, 1)
  const steering = { store, organization, project: project.id, by: 'ed', now: 1 }
  await putSource(steering, { config: oldExchange, secret: 'password' })
  await putBatch(steering, { no: 1, name: 'one' })
  return { ...site, project, steering }
}
