import { existsSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '#src/domain/refusal.ts'
import { type DataLock, lockDataFolder } from '#src/store/lock.ts'
import { makeFolder } from '#src/store/make-folder.ts'

/** Lies in a folder of the demonstration: only such a folder is emptied. */
const MARK = '.landbridge-demonstration'
const SIDES = ['exchange', 'landbridge']
/** Of the lock, which is held meanwhile. */
const KEPT = /^(?:pid|lock.*)$/

/**
 * Makes the folder, or empties it when it is of an earlier demonstration; nobody else may run one in it until the lock is released.
 * Refuses a folder that holds something else. DataLocked when a demonstration, or a service of one, still runs in it.
 */
export async function takeFolder(folder: string): Promise<DataLock> {
  makeFolder(folder)
  const names = await readdir(folder)
  if (names.length > 0 && !names.includes(MARK))
    throw new Refusal(
      'invalid-parameter',
      `${folder} holds something that is not of a demonstration. Name another folder with --data.`,
    )
  const lock = lockDataFolder(folder)
  try {
    for (const side of SIDES) if (existsSync(join(folder, side))) lockDataFolder(join(folder, side)).release()
    for (const name of names)
      if (!KEPT.test(name) && name !== MARK) await rm(join(folder, name), { recursive: true, force: true })
    const text = 'Made by landbridge demo, which empties this folder when it is run again.\n'
    await writeFile(join(folder, MARK), text)
    return lock
  } catch (error) {
    lock.release()
    throw error
  }
}
