import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { parseKeyRef } from '#src/domain/keys/provider.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { syncFolder } from '#src/platform/files/sync-folder.ts'
import { namesIn } from './files.ts'

export const manifestName = 'manifest.json'
const MOST_BYTES = 256 * 1024 * 1024

/** The only files a backup has: nothing in a manifest can point anywhere else. */
const filePath = z
  .string()
  .regex(/^(landbridge\.sqlite|bodies\/\d{10}\.segment|keys\/[\w-]{1,160}\.v\d{1,9}\.key(\.disabled)?)$/)

const keyRef = z.string().refine((text) => {
  try {
    return parseKeyRef(text) !== undefined
  } catch {
    return false
  }
})

const FORMAT = 1

const manifest = z.strictObject({
  format: z.literal(FORMAT),
  schema: z.int().min(1),
  createdAt: z.iso.datetime(),
  mailboxes: z.int().min(0),
  /** Every version of a key that something in the backup is wrapped under. */
  organizations: z.array(z.strictObject({ id: z.string(), alias: z.string(), keys: z.array(keyRef) })),
  /** The same for what belongs to no organisation. */
  serviceKeys: z.array(keyRef),
  files: z.array(
    z.strictObject({ path: filePath, sizeBytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
})

/** What a backup holds. It is written last: a folder without it is a backup that was interrupted. */
export type Manifest = z.infer<typeof manifest>

export async function writeManifest(folder: string, content: Manifest): Promise<void> {
  const partial = join(folder, `${manifestName}.partial`)
  {
    await using file = await open(partial, 'wx', 0o600)
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`)
    await file.sync()
  }
  await rename(partial, join(folder, manifestName))
  await syncFolder(folder)
}

/** Refuses `invalid-parameter` for a folder that holds no whole backup. */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = join(folder, manifestName)
  let text: string
  try {
    await using handle = await open(file, 'r')
    if ((await handle.stat()).size > MOST_BYTES) throw notABackup(folder, 'its manifest is far too large')
    text = await readFile(handle, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    if ((await namesIn(folder)) === undefined) throw notABackup(folder, 'it is not there')
    throw notABackup(folder, `there is no ${manifestName} in it. It was interrupted, or is another folder`)
  }
  const content = parseJson(text)
  if (content === undefined) throw changed(file, 'it is no JSON, or ends too soon')
  const format = formatOf(content)
  if (format !== undefined && format > FORMAT) {
    throw new Refusal(
      'wrong-state',
      `${file} is of format ${format}, and this program reads format ${FORMAT}: a newer Landbridge wrote it. Restore it with that one.`,
    )
  }
  const result = manifest.safeParse(content)
  if (result.success) return result.data
  const { path } = result.error.issues[0]!
  throw changed(
    file,
    path.length === 0
      ? 'it is no list of files and keys'
      : `of "${path.join('.')}" it says what no backup says`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function formatOf(content: unknown): number | undefined {
  const { format } = (content ?? {}) as { format?: unknown }
  return typeof format === 'number' ? format : undefined
}

const changed = (file: string, how: string): Refusal =>
  new Refusal(
    'invalid-parameter',
    `${file} was changed or cut since the backup was written: ${how}. Restore another backup, or bring the file back as it was.`,
  )

function notABackup(folder: string, why: string): Refusal {
  return new Refusal(
    'invalid-parameter',
    `${folder} holds no whole backup: ${why}. Name the folder of a backup that was finished.`,
  )
}
