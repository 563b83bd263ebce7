import type { Config } from '#src/config/settings.ts'
import type { Report } from '#src/domain/organization/store.ts'
import { lockDataFolder } from '#src/store/lock.ts'
import { type RestoreResult, restoreStore } from '#src/store/restore.ts'
import { dataFolderPaths } from './data-folder.ts'
import { keyProviders } from './key-providers.ts'

/** Makes the data folder of the configuration from a backup, and proves it with a check. No service may run on it. */
export async function restoreBackup(
  config: Config,
  backup: string,
  report: Report,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const { folder, keys: keyFolder } = dataFolderPaths(config)
  const lock = lockDataFolder(folder)
  const keys = keyProviders(config)
  try {
    return await restoreStore({
      backup,
      folder,
      keyProviders: keys.providers,
      defaultKeyProvider: config['keys.provider'],
      keyFolder,
      report,
      signal,
    })
  } finally {
    await keys.close()
    lock.release()
  }
}
