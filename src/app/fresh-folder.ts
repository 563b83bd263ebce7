import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '#src/config/settings.ts'
import { holdsData } from './data-folder.ts'

/** What a start makes in a data folder. A log is left: whoever asked for one may want to read why the start failed. */
const made = /^(landbridge\.sqlite(-wal|-shm)?|keys|bodies|spool|tls|admin\.sock)$/

/** A data folder without data, as it was before a start. */
type FreshFolder = {
  /** Removes what was made in it since. Only while its lock is held, and before anything was kept there. */
  restore(): void
}

/**
 * What a start that fails can put back, so that nothing half made is left and the next start is a first one; undefined
 * where the folder holds data. `wasThere`: whether the folder was, before the lock, which the caller holds. Throws `DataIncomplete`.
 */
export async function freshFolder(config: Config, wasThere: boolean): Promise<FreshFolder | undefined> {
  if (await holdsData(config)) return undefined
  const folder = config.dataFolder
  const before = new Set(readdirSync(folder))
  return {
    restore() {
      for (const name of readdirSync(folder)) {
        if (made.test(name) && !before.has(name)) rmSync(join(folder, name), { recursive: true })
      }
      if (wasThere) return
      // The lock goes last: until then nobody else begins here.
      for (const name of ['pid', 'lock-journal', 'lock']) rmSync(join(folder, name), { force: true })
      if (readdirSync(folder).length === 0) rmdirSync(folder)
    },
  }
}
