/** Where things go at the source that came in or were changed here. */
import type { Folder } from '../../../mailbox/folder.ts'
import type { FolderNo } from '../../../mailbox/item.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { SourceFolder } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { LedgerFolder, LedgerFolderNo, MigrationWriter } from '../../store.ts'
import { binnedKeys } from '../ledger/binned.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'

/** A folder of the source that something goes back to, and how the ledger has it. */
export type Place = { at: SourceFolder; folder: LedgerFolder }

/** The folder that was copied to this one, else one that is made for it, else the nearest above it, else the inbox. */
export class Places {
  readonly #here: ReadonlyMap<FolderNo, Folder>
  readonly #there: readonly SourceFolder[]
  readonly #places: Map<FolderNo, Place>
  readonly #named: Map<string, Place>
  readonly #inbox: Place | undefined
  readonly #binned: ReadonlySet<string>
  /** Of the ledger, folders that are not there. */
  readonly #notThere: readonly LedgerFolder[]
  /** Folders that the source does not make, and what it says of them. */
  readonly #refused = new Map<FolderNo, string>()

  constructor(
    here: readonly Folder[],
    there: readonly SourceFolder[],
    places: readonly Place[],
    notThere: readonly LedgerFolder[],
  ) {
    this.#notThere = notThere
    this.#here = new Map(here.map((folder) => [folder.no, folder]))
    this.#there = there
    this.#binned = binnedKeys(there)
    // Several may lie in one here; the first is the one that it was made for.
    this.#places = new Map(places.toReversed().map((place) => [place.folder.target, place]))
    this.#named = new Map(places.map((place) => [place.at.key, place]))
    this.#inbox = places.find(({ at }) => at.role === 'inbox')
  }

  /** By its key at the source. */
  named(key: string): Place | undefined {
    return this.#named.get(key)
  }

  /** By its key, also of one that the ledger does not know. */
  there(key: string | null): SourceFolder | undefined {
    return this.#there.find((each) => each.key === key)
  }

  /** The one that was copied to this folder. */
  copied(no: FolderNo): SourceFolder | undefined {
    return this.#places.get(no)?.at
  }

  /** By its number in the ledger. */
  ledger(no: LedgerFolderNo): Place | undefined {
    return this.#named.values().find(({ folder }) => folder.no === no)
  }

  /** One of that name there that the ledger does not know. */
  unknown(name: string, parent: string | null): SourceFolder | undefined {
    return this.#there.find(
      (each) => each.name === name && (each.parent ?? null) === parent && !this.#named.has(each.key),
    )
  }

  /** Whether another folder than that of `key` has this name there. */
  isTaken(name: string, parent: string | null, key: string): boolean {
    return this.#there.some(
      (each) => each.name === name && (each.parent ?? null) === parent && each.key !== key,
    )
  }

  /** By what it is for at the source; one that was never copied is not in the ledger. */
  ofRole(role: string): { at: SourceFolder; folder: LedgerFolder | undefined } | undefined {
    const at = this.#there.find((folder) => folder.role === role)
    return at && { at, folder: this.#named.get(at.key)?.folder }
  }

  /** Whether what is deleted here may stay in it there: it lies among the deleted items, or goes there with its folder. */
  isDeletedIn({ at, folder }: Place): boolean {
    return this.#binned.has(at.key) || !this.#here.has(folder.target)
  }

  /** Throws as `Lane.call` where a folder cannot be made yet. */
  async of(run: PassRun, folder: FolderNo): Promise<Place | undefined> {
    for (let no: FolderNo | null = folder; no !== null; no = this.#here.get(no)?.parent ?? null) {
      const place = await this.#made(run, no)
      if (place !== undefined) return place
    }
    return this.#inbox
  }

  /** Why the source has none for this folder, in a sentence: what it says of it, or of one that it lies in. */
  whyRefused(folder: FolderNo): string {
    for (let no: FolderNo | null = folder; no !== null; no = this.#here.get(no)?.parent ?? null) {
      const said = this.#refused.get(no)
      if (said !== undefined) return said
    }
    return 'The source does not make it.'
  }

  async #made(run: PassRun, no: FolderNo): Promise<Place | undefined> {
    const known = this.#places.get(no)
    const folder = this.#here.get(no)
    const { returns } = run.source
    if (known !== undefined || folder === undefined || folder.parent === null) return known
    if (returns?.makeFolder === undefined || this.#refused.has(no)) return undefined
    // One of ours that is not there is made there for mail alone: servers know what it is for by its name.
    if (folder.distinguished !== null && (folder.class !== 'message' || this.ofRole(folder.distinguished)))
      return undefined
    const isTop = this.#here.get(folder.parent)?.distinguished === 'msgfolderroot'
    const above = await this.#made(run, folder.parent)
    if (above === undefined && !isTop) return undefined
    const { name } = folder
    const parent = above?.at ?? null
    // One of an earlier attempt, or that somebody made there meanwhile.
    const same = this.unknown(name, parent?.key ?? null)
    const found = same?.class === folder.class ? same : undefined
    try {
      const make = returns.makeFolder
      const at =
        found ?? (await run.lane.call((signal) => make({ name, class: folder.class }, parent, signal)))
      return await this.#add(run, folder, at)
    } catch (error) {
      if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
      this.#refused.set(no, error.message)
      return undefined
    }
  }

  /** Should the mailbox move again, it is known as the folder that is here; names and places are followed on either side. */
  async #add(run: PassRun, here: Folder, at: SourceFolder): Promise<Place> {
    const target = here.no
    const { key, name, parent } = at
    const row = {
      ...{ source: run.member.source, key, name, parent, target, cursor: null },
      placed: here.distinguished === null ? { name: here.name, parent: here.parent! } : null,
      ...{ pass: 0, listing: 0, isListing: false, gone: false, losses: [] },
    }
    const place = this.#named.get(key) ?? {
      at,
      folder: await commit(run, async ({ migration }) => {
        await freeKeys(migration, run.at, this.#notThere, new Set([key]))
        return migration.putLedgerFolder(run.at, row)
      }),
    }
    this.#places.set(target, place)
    this.#named.set(key, place)
    return place
  }
}

/**
 * Something was put into this folder there: should the mailbox move again, the folder is listed anew. What is deleted there before that
 * came after the cursor and is gone again, so that no list of changes would name it.
 */
export async function listAnew(migration: MigrationWriter, at: MailboxRef, place: Place): Promise<void> {
  const { cursor, isListing } = place.folder
  if (cursor === null && !isListing) return
  place.folder = await migration.putLedgerFolder(at, { ...place.folder, cursor: null, isListing: false })
}

/** Where names are keys: gives folders that have, or had, these keys others, so that they may be another's. */
export async function freeKeys(
  migration: MigrationWriter,
  at: MailboxRef,
  rows: readonly LedgerFolder[],
  keys: ReadonlySet<string>,
): Promise<void> {
  for (const row of rows)
    if (keys.has(row.key)) await migration.putLedgerFolder(at, { ...row, key: `${row.key}\0${row.no}` })
}

/** Both sides' folders as they stand. Throws as `Lane.call`. */
export async function findPlaces({ store, at, member, lane, source }: PassRun): Promise<Places> {
  const there = await lane.call(async (signal) => {
    const found = new Map<string, SourceFolder>()
    for await (const folder of source.folders(signal)) found.set(folder.key, folder)
    return found
  })
  const rows = await store.migration.listLedgerFolders(at, member.source)
  const isThere = ({ key, gone }: LedgerFolder) => there.has(key) && !gone
  const places = rows.filter(isThere).map((folder): Place => ({ at: there.get(folder.key)!, folder }))
  const notThere = rows.filter((row) => !isThere(row))
  return new Places(await store.mailboxes.listFolders(at), [...there.values()], places, notThere)
}
