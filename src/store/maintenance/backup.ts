import { chmod, mkdir, realpath, rm, statfs } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { type KeyProvider, parseKeyRef } from '#src/domain/keys/provider.ts'
import type { BackupResult } from '#src/domain/maintenance/store.ts'
import type { Report } from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { syncFolder } from '#src/platform/files/sync-folder.ts'
import { extentBytes, isExtent } from '../bodies/bodies.ts'
import type { Segments } from '../bodies/segments.ts'
import type { Driver, Sql } from '../driver/driver.ts'
import { SqliteConnection } from '../driver/sqlite-connection.ts'
import type { Keyring } from '../keyring.ts'
import { databaseFile, segmentFolder } from '../layout.ts'
import { makeFolder } from '../make-folder.ts'
import { schemaNumber } from '../migrate.ts'
import { yielding } from './check-run.ts'
import { type BackupFile, copyFile, fingerprint, namesIn } from './files.ts'
import type { Keepers } from './keepers.ts'
import { LogWatch } from './log-watch.ts'
import { type Manifest, manifestName, writeManifest } from './manifest.ts'
import { statistics } from './statistics.ts'

type Parts = {
  folder: string
  driver: Driver
  keys: Keyring
  segments: Segments
  keepers: Keepers
  now: () => number
  /** Octets that the disk below a folder still takes. */
  freeBytes?: (folder: string) => Promise<number>
}

const keyFolder = (folder: string): string => join(folder, 'keys')

/**
 * Copies the database as it is at one moment, then as much of each segment file as that copy refers to; files
 * are only ever added to, so they still hold it. The manifest comes last: without one a backup is not whole.
 * Refuses `try-later` when so much is written meanwhile that the disk of the data folder would fill.
 * Refuses `invalid-parameter` for a folder that holds something or lies in the data folder, `limit-exceeded` for a
 * disk that is too small, `not-supported` for keys that their provider does not let out.
 */
export async function backup(
  parts: Parts,
  folder: string,
  options: { withKeys: boolean },
  report: Report | undefined,
  signal: AbortSignal,
): Promise<BackupResult> {
  const target = resolve(folder)
  await refuseInside(parts.folder, target)
  const present = await namesIn(target)
  if (present && present.length > 0) throw notEmpty(target, present)
  if (options.withKeys) await refuseHeldKeys(parts)
  await refuseSmallDisk(parts, target)
  makeFolder(segmentFolder(target))
  await chmod(target, 0o700)
  try {
    return await parts.keepers.keeping(() => write(parts, target, options, report, signal))
  } catch (error) {
    await removeUnfinished(target, present === undefined, error)
    throw error
  }
}

async function write(
  parts: Parts,
  target: string,
  options: { withKeys: boolean },
  report: Report | undefined,
  signal: AbortSignal,
): Promise<BackupResult> {
  const { folder, driver, keys, segments, now } = parts
  const log = new LogWatch(folder, parts.freeBytes ?? freeBelow)
  signal.throwIfAborted()
  const createdAt = new Date(now()).toISOString()
  const before = await statistics(folder, driver.read, segments)
  let total = before.databaseBytes + before.bodyBytes
  let done = 0
  const what = 'Copying'
  report?.({ what, done, total })
  const database = databaseFile(target)
  await log.during(signal, (both) =>
    driver.copyTo(database, both, (part, parts) => {
      done = Math.floor((before.databaseBytes * part) / parts)
      report?.({ what, done, total })
    }),
  )
  const copy = new SqliteConnection(database, { readonly: true })
  try {
    const sql = yielding(copy, signal)
    const extents = await extentsOf(sql)
    const sealed = await fingerprint(database, () => undefined, signal)
    done = sealed.sizeBytes
    total = extents.reduce((sum, { sizeBytes }) => sum + sizeBytes, sealed.sizeBytes)
    report?.({ what, done, total })
    const files: BackupFile[] = [{ path: 'landbridge.sqlite', ...sealed }]
    for (const { segment, sizeBytes } of extents) {
      const from = segments.fileOf(segment)
      const name = `${String(segment).padStart(10, '0')}.segment`
      const copied = (bytes: number) => {
        done += bytes
        report?.({ what, done, total })
      }
      const file = await copyFile(from, join(segmentFolder(target), name), sizeBytes, copied, signal)
      if (file.sizeBytes < sizeBytes) throw cutSegment(from)
      files.push({ path: `bodies/${name}`, ...file })
    }
    await syncFolder(segmentFolder(target))
    const organizations = await organizationsOf(sql)
    const serviceKeys = await serviceKeysOf(sql)
    const refs = [...new Set([...organizations.flatMap(({ keys }) => keys), ...serviceKeys])]
    if (options.withKeys) files.push(...(await copyKeys(keys, refs, keyFolder(target), signal)))
    const mailboxes = (await sql.get<{ rows: number }>(
      "SELECT COUNT(*) AS rows FROM mailbox WHERE state = 'active'",
    ))!.rows
    const schema = await schemaNumber(sql)
    copy.close()
    const content: Manifest = {
      format: 1,
      schema,
      createdAt,
      mailboxes,
      organizations,
      serviceKeys,
      files,
    }
    await writeManifest(target, content)
    await syncFolder(dirname(target))
    const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    return { folder: target, bytes, mailboxes, keys: refs }
  } finally {
    if (copy.database.open) copy.close()
  }
}

/** How much of each segment file the copy refers to. */
async function extentsOf(sql: Sql): Promise<{ segment: number; sizeBytes: number }[]> {
  const extents: { segment: number; sizeBytes: number }[] = []
  for (let after = 0; ; ) {
    const next = await sql.get<{ segment: number }>(
      'SELECT segment FROM body WHERE segment IS NOT NULL AND segment > ? ORDER BY segment LIMIT 1',
      after,
    )
    if (!next) return extents
    const last = await sql.get<{ place: number; size_bytes: number }>(
      'SELECT place, size_bytes FROM body WHERE segment = ? ORDER BY place DESC LIMIT 1',
      next.segment,
    )
    if (!isExtent({ ...last!, ...next })) throw noPlace()
    extents.push({ segment: next.segment, sizeBytes: last!.place + extentBytes(last!.size_bytes) })
    after = next.segment
  }
}

/** A rotation that is under way has some keys of an organisation under one version and some under another. */
async function organizationsOf(sql: Sql): Promise<Manifest['organizations']> {
  const organizations: Manifest['organizations'] = []
  const rows = await sql.all<{ id: string; alias: string; key_ref: string }>(
    'SELECT id, alias, key_ref FROM organization ORDER BY id',
  )
  for (const { id, alias, key_ref } of rows) {
    const others = await sql.all<{ key_ref: string }>(
      'SELECT DISTINCT key_ref FROM mailbox WHERE organization = ? AND wrapped_key IS NOT NULL AND key_ref <> ?',
      id,
      key_ref,
    )
    organizations.push({ id, alias, keys: [key_ref, ...others.map((other) => other.key_ref)] })
  }
  return organizations
}

async function serviceKeysOf(sql: Sql): Promise<string[]> {
  const rows = await sql.all<{ key_ref: string }>('SELECT DISTINCT key_ref FROM service_key ORDER BY key_ref')
  return rows.map(({ key_ref }) => key_ref)
}

async function copyKeys(
  keys: Keyring,
  refs: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<BackupFile[]> {
  await mkdir(folder, { mode: 0o700 })
  const files: BackupFile[] = []
  for (const text of refs) {
    const ref = parseKeyRef(text)
    const name = await exporter(keys, text).copyTo(ref, folder)
    files.push({ path: `keys/${name}`, ...(await fingerprint(join(folder, name), () => undefined, signal)) })
  }
  await syncFolder(folder)
  return files
}

/** The provider of a key that it lets out. Refuses `not-supported`. */
function exporter(keys: Keyring, text: string): Required<KeyProvider> {
  const provider = keys.provider(parseKeyRef(text).provider)
  if (provider.copyTo) return provider as Required<KeyProvider>
  throw new Refusal(
    'not-supported',
    `Key ${text} is held by ${provider.kind}, which lets no key out. Make the backup without keys, and keep that key with the means of its own provider.`,
  )
}

/** Said before anything is copied. */
async function refuseHeldKeys({ driver, keys }: Parts): Promise<void> {
  const rows = await driver.read.all<{ key_ref: string }>('SELECT key_ref FROM organization')
  const refs = [...rows.map(({ key_ref }) => key_ref), ...(await serviceKeysOf(driver.read))]
  for (const ref of refs) exporter(keys, ref)
}

/** It would be lost with the data, and taken for data that does not belong there. */
async function refuseInside(dataFolder: string, target: string): Promise<void> {
  const inside = relative(await realpath(dataFolder), await realPlace(target))
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return
  throw new Refusal(
    'invalid-parameter',
    `The folder ${target} lies in the data folder ${dataFolder}, and would be lost with it. Name a folder elsewhere, best on another disk.`,
  )
}

/** Where a folder that may not be there yet comes to lie, whatever links lead to it. */
async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(path) === path) throw error
    return join(await realPlace(dirname(path)), basename(path))
  }
}

async function refuseSmallDisk(parts: Parts, target: string): Promise<void> {
  const { databaseBytes, bodyBytes } = await statistics(parts.folder, parts.driver.read, parts.segments)
  const needed = databaseBytes + bodyBytes
  const free = await (parts.freeBytes ?? freeBelow)(target)
  if (free >= needed) return
  throw new Refusal(
    'limit-exceeded',
    `The disk of ${target} has ${gigabytes(free)} free, and the backup may take ${gigabytes(needed)}. Make room there, or name a folder on another disk.`,
  )
}

/** The folder itself may not be there yet. */
async function freeBelow(folder: string): Promise<number> {
  try {
    const disk = await statfs(folder)
    return disk.bavail * disk.bsize
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error
    return freeBelow(dirname(folder))
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(2)} GB`

async function removeUnfinished(target: string, ours: boolean, cause: unknown): Promise<void> {
  try {
    const made = (await namesIn(target)) ?? []
    for (const name of made) await rm(join(target, name), { recursive: true })
    if (ours) await rm(target, { recursive: true })
  } catch (error) {
    throw new Error(
      `The backup failed, and what is left of it in ${target} could not be removed (${(error as Error).message}). Remove it by hand: without ${manifestName} it is no backup.`,
      { cause },
    )
  }
}

function notEmpty(target: string, present: readonly string[]): Refusal {
  const what = present.includes(manifestName)
    ? 'holds a backup already'
    : present.includes('landbridge.sqlite')
      ? 'holds data or a backup that was interrupted'
      : 'is not empty'
  return new Refusal(
    'invalid-parameter',
    `The folder ${target} ${what}. Name an empty or a new folder for the backup.`,
  )
}

const noPlace = (): Refusal =>
  new Refusal(
    'damaged',
    'A body lies at a place that there cannot be: the database was changed outside the service. Run "landbridge check".',
  )

function cutSegment(file: string): Refusal {
  return new Refusal(
    'damaged',
    `${file} is shorter than the bodies in it: it was cut outside the service. Run "landbridge check".`,
  )
}
