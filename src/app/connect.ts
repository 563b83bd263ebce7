import { get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { type AdminClient, AdminUnreachable } from '#src/clients/admin/admin-client.ts'
import { socketClient } from '#src/clients/admin/http-client.ts'
import type { Config } from '#src/config/settings.ts'
import type { Report } from '#src/domain/organization/store.ts'
import { type DataLock, DataLocked, lockDataFolder } from '#src/store/lock.ts'
import { dataFolderPaths, holdsData } from './data-folder.ts'
import { openAlone } from './open-alone.ts'

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

export type ConnectOptions = { create?: boolean; answerMs?: number; report?: Report }

const waitMs = 5_000
const lookAgainMs = 100
/** How long a service that takes the connection may take for its first word, unless the command says otherwise. */
const wordMs = 20_000

/**
 * Reaches the running service through its socket; where none runs, takes the lock and opens the data in this process.
 * While another command, or a service that is starting or stopping, holds the lock it waits up to five seconds.
 * Throws `NoData` unless `create`, `DataIncomplete`, `DataLocked`, and `AdminUnreachable` when a service is there but
 * says nothing for `answerMs`. `report`: told how far data of an older version is that is opened here.
 */
export async function connectAdmin(
  config: Config,
  { create = false, answerMs = wordMs, report }: ConnectOptions = {},
): Promise<Connection> {
  const { folder, adminSocket } = dataFolderPaths(config)
  if (!(await holdsData(config)) && !create) {
    throw new NoData(
      `There is no Landbridge data in ${folder}. Make it with "landbridge init", or name the right folder with --data.`,
    )
  }
  for (const until = Date.now() + waitMs; ; await pause(lookAgainMs)) {
    if (await answers(adminSocket, answerMs)) {
      return { client: socketClient(adminSocket), serving: true, close: async () => {} }
    }
    try {
      return await openHere(config, lockDataFolder(folder), report)
    } catch (error) {
      if (!(error instanceof DataLocked) || Date.now() > until) throw error
    }
  }
}

async function openHere(config: Config, lock: DataLock, report?: Report): Promise<Connection> {
  const { client, close } = await openAlone(config, lock, report)
  return { client, serving: false, close }
}

/**
 * Whether a service listens on the socket file. A process that is stopped (SIGSTOP) or hangs takes connections all the
 * same, so a word of it is waited for; which one does not matter. Throws `AdminUnreachable` when none comes.
 */
function answers(socketPath: string, answerMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const asked = get({ socketPath, path: '/', agent: false, timeout: answerMs }, (response) => {
      response.resume()
      resolve(true)
    })
    asked.once('timeout', () => {
      reject(
        new AdminUnreachable(
          `The service at ${socketPath} takes connections but has not answered for ${answerMs / 1_000} seconds: it hangs or was stopped. Look into its log; let it go on (kill -CONT) or end it.`,
        ),
      )
      asked.destroy()
    })
    asked.once('error', () => resolve(false))
  })
}
