import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import type { Config } from '#src/config/settings.ts'
import type { Report } from '#src/domain/organization/store.ts'
import { openLog } from '#src/platform/log/open-log.ts'
import type { DataLock } from '#src/store/lock.ts'
import { dataFolderPaths } from './data-folder.ts'
import { inProcessClient } from './in-process-client.ts'
import { type OpenData, openData } from './open-data.ts'
import { version } from './version.ts'

/** A data folder opened by this process without a service; `close` lets go of the lock too. `report`: see `StoreOptions`. */
export async function openAlone(
  config: Config,
  lock: DataLock,
  report?: Report,
): Promise<{ data: OpenData; client: AdminClient; close(): Promise<void> }> {
  try {
    const paths = dataFolderPaths(config)
    const { log, close } = openLog({
      level: config['log.level'],
      output: 'file',
      file: paths.log,
      maxFileBytes: config['log.maxFileBytes'],
      keptFiles: config['log.keptFiles'],
      stdout: { write: () => {} },
    })
    const startedAt = Date.now()
    const about = () => ({ version, dataFolder: paths.folder, startedAt, serving: false, listeners: [] })
    const data = await openData(config, log, about, { report })
    return {
      data,
      client: inProcessClient(data.answer),
      async close() {
        await data.close()
        close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}
