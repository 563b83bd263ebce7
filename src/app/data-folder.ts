import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '#src/config/settings.ts'
import { databaseFile } from '#src/store/layout.ts'

/** Where things lie in the data folder, as far as no setting says otherwise. The store's own files are its own affair. */
export function dataFolderPaths(config: Config) {
  const folder = config.dataFolder
  const keys = config['keys.folder'] || join(folder, 'keys')
  return {
    folder,
    adminSocket: join(folder, 'admin.sock'),
    log: join(folder, 'log', 'landbridge.log'),
    tls: join(folder, 'tls'),
    keys,
    accessKeys: join(folder, 'access-keys.json'),
    /** Seals the access keys; it lies with the organisation keys, so that a copy of the data alone opens neither. */
    accessKeySealing: join(keys, 'access-keys.sealing-key'),
  }
}

/** Whether a service ever kept data there. */
export const holdsData = (config: Config): boolean => existsSync(databaseFile(config.dataFolder))
