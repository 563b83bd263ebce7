import { stat } from 'node:fs/promises'
import { Refusal } from '#src/domain/refusal.ts'

/** Refuses `invalid-parameter` unless it is a folder that can be looked into. */
export async function requireFolder(path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => undefined,
  )
  if (isFolder === true) return
  throw new Refusal(
    'invalid-parameter',
    isFolder === false
      ? `${path} is no folder. Name the folder in which the files are with --url.`
      : `There is no folder ${path}. Name the folder in which the files are with --url.`,
  )
}
