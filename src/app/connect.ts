import { connect as connectSocket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import { socketClient } from '#src/clients/admin/http-client.ts'
import type { Config } from '#src/config/settings.ts'
import { openLog } from '#src/platform/log/open-log.ts'
import { type DataLock, DataLocked, lockDataFolder } from '#src/store/lock.ts'
import { dataFolderPaths, holdsData } from './data-folder.ts'
import { inProcessClient } from './in-process-client.ts'
import { openData } from './open-data.ts'
import { version } from './version.ts'

/** The administration of a data folder, whether a service runs on it or not. */
export type Connection = {
  client: AdminClient
  /** Whether a running service answers. */
  serving: boolean
  close(): Promise<void>
}

/** There is nothing in the data folder, and the command does not make it. */
export class NoData extends Error {
  override readonly name = 'NoData'
}

const waitMs = 5_000
const lookAgainMs = 100

/**
 * Reaches the running service through its socket; where none runs, takes the lock and opens the data in this process.
 * While another command, or a service that is starting or stopping, holds the lock it waits up to five seconds.
 * Throws `NoData` unless `create`, and `DataLocked`.
 */
export async function connectAdmin(config: Config, { create = false } = {}): Promise<Connection> {
  const { folder, adminSocket } = dataFolderPaths(config)
  if (!create && !holdsData(config)) {
    throw new NoData(
      `There is no Landbridge data in ${folder}. Make it with "landbridge init", or name the right folder with --data.`,
    )
  }
  for (const until = Date.now() + waitMs; ; await pause(lookAgainMs)) {
    if (await answers(adminSocket)) {
      return { client: socketClient(adminSocket), serving: true, close: async () => {} }
    }
    try {
      return await openHere(config, lockDataFolder(folder))
    } catch (error) {
      if (!(error instanceof DataLocked) || Date.now() > until) throw error
    }
  }
}

async function openHere(config: Config, lock: DataLock): Promise<Connection> {
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
    const data = await openData(config, log, about)
    return {
      client: inProcessClient(data.answer),
      serving: false,
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

/** Whether somebody listens on the socket file. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
