import { chmod, type FileHandle, open, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder } from './sync-folder.ts'

/**
 * Puts a file in the place of the one that is there, if any: whole or not at all, and on disk when it resolves. Nobody
 * but this user may read it, unless `mode` says otherwise. Two at once on one path are the caller's to prevent.
 */
export async function writeWhole(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const fresh = `${path}.new`
  {
    await using file = await open(fresh, 'w', mode)
    // One that a crash left there keeps the mode it was made with.
    await chmod(fresh, mode)
    await giveToOwner(file, path)
    await file.writeFile(content)
    await file.sync()
  }
  await rename(fresh, path)
  await syncFolder(dirname(path))
}

/** Makes a file that must not be there yet (EEXIST), on disk when it resolves. */
export async function writeNew(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  {
    await using file = await open(path, 'wx', mode)
    await giveToOwner(file, path)
    await file.writeFile(content)
    await file.sync()
  }
  await syncFolder(dirname(path))
}

/** What root writes into a folder of the service's user is that user's, who could not read it otherwise. */
async function giveToOwner(file: FileHandle, path: string): Promise<void> {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = await stat(dirname(path))
  if (uid !== 0) await file.chown(uid, gid)
}
