import { existsSync } from 'node:fs'
import { configFileName } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import type { Report } from '#src/domain/organization/store.ts'
import { checkMembers } from '#src/protocols/admin/check-members.ts'
import { databaseFile } from '#src/store/layout.ts'
import { lockDataFolder } from '#src/store/lock.ts'
import { checkRestore, type RestoreResult, restoreStore } from '#src/store/restore.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { dataFolderPaths } from './data-folder.ts'
import { freshFolder } from './fresh-folder.ts'
import { keyProviders } from './key-providers.ts'

/** As the store tells it, and the check in the words of the operation CheckStore. */
export type RestoredData = Omit<RestoreResult, 'check'> & { check: JsonObject }

/** Makes the data folder of the configuration from a backup, and proves it with a check. No service may run on it. */
export async function restoreBackup(
  config: Config,
  backup: string,
  report: Report,
  signal: AbortSignal,
): Promise<RestoredData> {
  const { folder, keys: keyFolder } = dataFolderPaths(config)
  // Settings may be written before the data is brought back.
  const mayHold = [configFileName]
  // Before the folder is made or locked: what is refused leaves nothing behind.
  await checkRestore({ backup, folder, mayHold })
  const wasThere = existsSync(folder)
  const lock = lockDataFolder(folder)
  const fresh = wasThere ? undefined : await freshFolder(config, wasThere)
  const keys = keyProviders(config)
  try {
    const { check, ...restored } = await restoreStore({
      backup,
      folder,
      keyProviders: keys.providers,
      defaultKeyProvider: config['keys.provider'],
      keyFolder,
      mayHold,
      report,
      signal,
    })
    return { ...restored, check: checkMembers(check) }
  } catch (error) {
    // Data that is whole stays, also when its check was interrupted.
    if (!existsSync(databaseFile(folder))) fresh?.restore()
    throw error
  } finally {
    await keys.close()
    lock.release()
  }
}
