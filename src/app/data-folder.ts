import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '#src/config/settings.ts'
import { databaseFile, segmentFolder } from '#src/store/layout.ts'
import { findDatabase } from '#src/store/probe.ts'

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
    /** Messages while they come in. */
    spool: config['smtp.spoolFolder'] || join(folder, 'spool'),
    /** Behind loop marks and rewritten senders. */
    mailSecret: join(keys, 'mail.secret'),
  }
}

/** What was kept in the data folder is there in part only. The message says what, and how to go on. */
export class DataIncomplete extends Error {
  override readonly name = 'DataIncomplete'
}

/**
 * Whether a service ever kept data there. Throws `DataIncomplete` where keys or bodies are left of data whose database
 * is gone or empty: starting anew would make them unreadable for ever. Refuses `damaged` for a file that is no database.
 */
export async function holdsData(config: Config): Promise<boolean> {
  const { folder, keys } = dataFolderPaths(config)
  const database = await findDatabase(folder)
  if (database === 'there') return true
  const bodies = count(segmentFolder(folder), /\.segment$/)
  const keyFiles = count(keys, /\.key(\.disabled)?$/)
  const left = [
    ...(bodies > 0
      ? [`${bodies} ${bodies === 1 ? 'file' : 'files'} of mail in ${segmentFolder(folder)}`]
      : []),
    ...(keyFiles > 0 ? [`${keyFiles} ${keyFiles === 1 ? 'key' : 'keys'} in ${keys}`] : []),
  ]
  // An empty file alone is what a crash in the very first start leaves.
  if (left.length === 0) return false
  throw new DataIncomplete(
    `The database ${databaseFile(folder)} is ${database === 'missing' ? 'not there' : 'empty'}, but what belongs to it is: ${left.join(', ')}. ` +
      'Move them away, then bring the data back with "landbridge restore BACKUP"; or begin anew without them.',
  )
}

function count(folder: string, pattern: RegExp): number {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name)).length
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

/** Whether the data folder can be opened or made, without making it. Throws `DataIncomplete`, and what the system says. */
export async function checkPlace(config: Config): Promise<void> {
  await holdsData(config)
  let nearest = config.dataFolder
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest)
  accessSync(nearest, constants.R_OK | constants.W_OK | constants.X_OK)
}
