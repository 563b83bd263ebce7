import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type DataLock, DataLocked, lockDataFolder } from '#src/store/lock.ts'

const waitMs = 5_000
const lookAgainMs = 100

/**
 * The lock of a data folder. A command that holds it for a moment, as commands do where no service runs, is waited for up to five
 * seconds; a service is not. Throws `DataLocked` and what `lockDataFolder` throws.
 */
export async function lockWhenFree(
  folder: string,
  adminSocket: string,
  signal?: AbortSignal,
): Promise<DataLock> {
  for (const until = Date.now() + waitMs; ; await pause(lookAgainMs, undefined, { signal })) {
    try {
      return lockDataFolder(folder)
    } catch (error) {
      if (!(error instanceof DataLocked) || Date.now() > until || (await isServed(adminSocket))) throw error
    }
  }
}

/** Whether somebody listens on the socket file. */
function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    const answer = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })
}
