import { mkdir, mkdtemp, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Refusal } from '#src/domain/refusal.ts'
import { diskReason } from './disk-trouble.ts'

/**
 * Refuses a folder into which nothing could be written (`invalid-parameter`), before long work is begun. It may be one that is
 * still to be made. Nothing stays behind.
 */
export async function requireWritable(folder: string): Promise<void> {
  const { there } = await nearest(folder)
  try {
    await rmdir(await mkdtemp(join(there, '.landbridge-')))
  } catch (error) {
    throw cannotWrite(folder, there, error)
  }
}

/** Makes a folder and those above it. One at a time: asked for all at once, Node tries without end below /proc. */
export async function makeFolder(folder: string): Promise<void> {
  const { there, missing } = await nearest(folder)
  let at = there
  for (const name of missing) {
    at = join(at, name)
    try {
      await mkdir(at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(folder, there, error)
    }
  }
}

/** The nearest folder above that exists, and what has to be made below it. */
async function nearest(folder: string): Promise<{ there: string; missing: string[] }> {
  const missing: string[] = []
  for (let at = resolve(folder); ; at = dirname(at)) {
    try {
      if ((await stat(at)).isDirectory()) return { there: at, missing }
      throw new Refusal('invalid-parameter', `${at} is a file, not a folder. Name another folder.`)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (error instanceof Refusal) throw error
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw cannotWrite(folder, at, error)
      missing.unshift(basename(at))
    }
  }
}

function cannotWrite(folder: string, at: string, error: unknown): unknown {
  const reason = diskReason(error)
  if (reason === undefined) return error
  const where = resolve(folder) === at ? folder : `${folder} (below ${at})`
  return new Refusal('invalid-parameter', `Nothing can be written into ${where}: ${reason}.`, {
    cause: error,
  })
}
