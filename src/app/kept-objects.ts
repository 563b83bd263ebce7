import { link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Refusal } from '#src/domain/refusal.ts'
import { syncFolder } from '#src/platform/files/sync-folder.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { isThere } from './is-there.ts'
import { requireWritable } from './writable-folder.ts'

/** Refuses `name-taken` where something is there: objects as they were are never overwritten. */
export async function requireNewFile(file: string): Promise<void> {
  if (file === '-')
    throw new Refusal(
      'invalid-parameter',
      'The objects as they were are kept in a file, and not shown. Name one.',
    )
  await requireWritable(dirname(file))
  if (await isThere(file))
    throw new Refusal(
      'name-taken',
      `${file} is there already and is never overwritten: it may be all that is left of the objects as they were. Name another file.`,
    )
}

/** Writes objects down, on the disk when it answers. Refuses `name-taken`. */
export async function writeKeptObjects(file: string, objects: readonly JsonObject[]): Promise<void> {
  await requireNewFile(file)
  const passing = `${file}.new`
  const handle = await open(passing, 'w', 0o600)
  try {
    await handle.writeFile(`[\n${objects.map((object) => JSON.stringify(object)).join(',\n')}\n]\n`)
    await handle.sync()
    // Unlike a rename, it never takes the place of another file.
    await link(passing, file)
    await syncFolder(dirname(file))
  } finally {
    await handle.close()
    await rm(passing, { force: true })
  }
}
