import { rename, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { OrganizationId } from '#src/base/ids.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { type KeyProvider, type KeyState, parseKeyRef } from '#src/domain/keys/provider.ts'
import type { CheckResult } from '#src/domain/maintenance/store.ts'
import type { Report } from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { syncFolder } from '#src/platform/files/sync-folder.ts'
import { databaseFile, segmentFolder } from './layout.ts'
import { type BackupFile, copyFile, fingerprint, namesIn, sizeOf } from './maintenance/files.ts'
import { type Manifest, readManifest } from './maintenance/manifest.ts'
import { makeFolder } from './make-folder.ts'
import { migrations } from './migrations/index.ts'
import { openStore } from './open.ts'

type RestoreOptions = {
  /** Folder of a whole backup. */
  backup: string
  /** Data folder to be made: missing, or empty but for the lock that the caller holds on it and what `mayHold` names. */
  folder: string
  keyProviders: readonly KeyProvider[]
  defaultKeyProvider: string
  /** Where keys that are in the backup go, unless a file of that name is there already. */
  keyFolder?: string
  mayHold?: readonly string[]
  report?: Report
  signal?: AbortSignal
}

/** A key that the restored data is wrapped under, and whether it can be used. */
type NeededKey = {
  /** Whose it is; null for the key of the service, under which access keys are. */
  organization: OrganizationId | null
  alias: string | null
  key: string
  state: KeyState | 'unreachable'
}

export type RestoreResult = { bytes: number; keys: readonly NeededKey[]; check: CheckResult }

/** What may lie in a data folder that is otherwise empty: what the process that restores keeps there itself. */
const tolerated = new Set(['lock', 'lock-journal', 'pid', 'keys', 'log'])

/**
 * Refuses, before anything is made, what `restoreStore` refuses of the folder and the backup's manifest. Gives the manifest.
 */
export async function checkRestore({
  backup,
  folder,
  mayHold,
}: Pick<RestoreOptions, 'backup' | 'folder' | 'mayHold'>): Promise<Manifest> {
  const content = await readManifest(backup)
  if (content.schema > migrations.length) {
    throw new Refusal(
      'wrong-state',
      `The backup was made by a newer Landbridge: its schema is ${content.schema}, this program knows ${migrations.length}. Restore it with the newer program.`,
    )
  }
  const [present] = await othersIn(folder, mayHold)
  if (present !== undefined) {
    throw new Refusal(
      'invalid-parameter',
      `The folder ${resolve(folder)} is not empty (${present} is in it). Name a new folder, or move the old data away first.`,
    )
  }
  return content
}

/** What lies in the folder and may not. */
async function othersIn(folder: string, mayHold: readonly string[] = []): Promise<string[]> {
  const names = (await namesIn(folder)) ?? []
  return names.filter((name) => !tolerated.has(name) && !mayHold.includes(name))
}

/**
 * Makes a data folder from a backup and proves it by a check of everything, bodies included. The database comes
 * last under its name, so that a restore which was interrupted is not taken for data. Refuses `invalid-parameter`
 * for a folder that holds something or a backup that is not whole, `wrong-state` for one of a newer program, and
 * `damaged` for a file that is missing or not what the manifest says; then nothing is left behind.
 */
export async function restoreStore(options: RestoreOptions): Promise<RestoreResult> {
  const { report, signal } = options
  const folder = resolve(options.folder)
  const content = await checkRestore(options)
  makeFolder(segmentFolder(folder))
  const bytes = await copyAll(options, folder, content).catch(async (error) => {
    for (const name of await othersIn(folder, options.mayHold))
      await rm(join(folder, name), { recursive: true })
    throw error
  })
  const keys = await neededKeys(content, options.keyProviders)
  const store = await openStore({ ...options, folder })
  try {
    return { bytes, keys, check: await store.maintenance.check({ bodies: true }, report, signal) }
  } finally {
    await store.close()
  }
}

async function copyAll(
  { backup, keyFolder, report, signal }: RestoreOptions,
  folder: string,
  content: Manifest,
): Promise<number> {
  const total = content.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  for (const file of content.files) await requireThere(backup, file)
  let done = 0
  const copied = (bytes: number) => {
    done += bytes
    report?.({ what: 'Copying', done, total })
  }
  report?.({ what: 'Copying', done, total })
  const partial = `${databaseFile(folder)}.partial`
  for (const file of content.files) {
    if (file.path.startsWith('keys/')) {
      await copyKey(backup, file, keyFolder)
      copied(file.sizeBytes)
      continue
    }
    const to = file.path.startsWith('bodies/') ? join(folder, file.path) : partial
    prove(backup, file, await copyFile(join(backup, file.path), to, file.sizeBytes + 1, copied, signal))
  }
  await syncFolder(segmentFolder(folder))
  await rename(partial, databaseFile(folder))
  await syncFolder(folder)
  return done
}

/**
 * A key that is there already is left alone: it may have been switched off since the backup. One that is not comes
 * under its name only when it is whole, for a later restore leaves that alone too.
 */
async function copyKey(backup: string, file: BackupFile, keyFolder: string | undefined): Promise<void> {
  const from = join(backup, file.path)
  if (keyFolder === undefined) return prove(backup, file, await fingerprint(from, () => undefined, undefined))
  makeFolder(keyFolder)
  const name = basename(file.path)
  const plain = name.replace(/\.disabled$/, '')
  const there = new Set(await namesIn(keyFolder))
  if (there.has(plain) || there.has(`${plain}.disabled`))
    return prove(backup, file, await fingerprint(from, () => undefined, undefined))
  const partial = join(keyFolder, `${name}.partial`)
  // What a restore left that was killed.
  await rm(partial, { force: true })
  try {
    prove(backup, file, await copyFile(from, partial, file.sizeBytes + 1, () => undefined, undefined))
    await rename(partial, join(keyFolder, name))
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  await syncFolder(keyFolder)
}

/** Before anything is copied, which may take hours. */
async function requireThere(backup: string, { path }: BackupFile): Promise<void> {
  if ((await sizeOf(join(backup, path))) !== undefined) return
  throw new Refusal(
    'damaged',
    `${path} is missing from the backup ${backup}. Bring it back there, or restore another backup.`,
  )
}

function prove(backup: string, file: BackupFile, is: { sizeBytes: number; sha256: string }): void {
  if (is.sizeBytes === file.sizeBytes && is.sha256 === file.sha256) return
  throw new Refusal(
    'damaged',
    `${file.path} in the backup ${backup} is not what its manifest says: it was changed or cut since. Restore another backup.`,
  )
}

async function neededKeys(content: Manifest, providers: readonly KeyProvider[]): Promise<NeededKey[]> {
  const needed: NeededKey[] = []
  for (const { id, alias, keys } of content.organizations) {
    for (const key of keys) {
      needed.push({ organization: id as OrganizationId, alias, key, state: await stateOf(key, providers) })
    }
  }
  for (const key of content.serviceKeys)
    needed.push({ organization: null, alias: null, key, state: await stateOf(key, providers) })
  return needed
}

async function stateOf(key: string, providers: readonly KeyProvider[]): Promise<NeededKey['state']> {
  const ref = parseKeyRef(key)
  const provider = providers.find(({ kind }) => kind === ref.provider)
  if (!provider) return 'unreachable'
  try {
    return await provider.state(ref)
  } catch (error) {
    if (error instanceof KeyUnavailable) return 'unreachable'
    throw error
  }
}
