import { open } from 'node:fs/promises'

/** Puts on disk which files the folder holds: a new or renamed file survives a power cut only after this. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r')
  await handle.sync()
}
