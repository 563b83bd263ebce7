import type { OrganizationId } from '#src/base/ids.ts'
import type { ExchangeDirectory } from '#src/domain/migration/cut-over/directory-values.ts'
import type { Project } from '#src/domain/migration/engine/project/project.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { ActionContext } from './action.ts'
import { tellingWhy } from './sync-deps.ts'

type Input = { OrganizationId: OrganizationId; ProjectId: string; Account: string; Password: string }

/** Opens the directory that the organisation is connected to by an account that may write there, and closes it. */
export async function withExchangeDirectory<T>(
  { store, directorySync, signal }: ActionContext,
  { OrganizationId, ProjectId, Account, Password }: Input,
  work: (project: Project, directory: ExchangeDirectory) => Promise<T>,
): Promise<T> {
  const project = await findProject(store, OrganizationId, ProjectId)
  const connection = await store.directorySync.findConnection(OrganizationId)
  if (connection === undefined)
    throw new Refusal(
      'invalid-configuration',
      'No directory is connected. Connect one with "landbridge gal connect", or use "landbridge migrate script".',
    )
  return tellingWhy(async () => {
    const account = { name: Account, password: Password }
    const directory = await directorySync.openWriter(connection, account, signal)
    try {
      return await work(project, directory)
    } finally {
      await directory.close()
    }
  })
}
