import type { Folder } from '../../../mailbox/folder.ts'
import { folderName } from '../../../mailbox/folder-name.ts'
import { DEEPEST_FOLDER, recoverableArea } from '../../../mailbox/folders.ts'
import type { FolderNo } from '../../../mailbox/item.ts'
import { Refusal } from '../../../refusal.ts'
import type { Writer } from '../../../store.ts'
import type { Loss, SourceFolder } from '../../source.ts'
import type { LedgerFolder, LedgerOrigin } from '../../store.ts'
import { passBeyondOthers } from '../flip/shared-ledger.ts'
import { renameFoldersOfGrants } from '../grants/grants.ts'
import { isOrigin, requireOrigin } from '../ledger/ledger-origin.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import { knownAgain } from './renamed-folders.ts'
import { leftUnmade, UnmadeFolders } from './unmade-folders.ts'

/** Folders that one transaction maps. */
const AT_ONCE = 100
const LONGEST_NAME = 255

export type MappedFolder = { at: SourceFolder; folder: LedgerFolder }
export type MappedFolders = {
  mapped: readonly MappedFolder[]
  /** Those that the source does not name any more, in the order in which they were made. */
  gone: readonly LedgerFolder[]
  /** Folders here in which items are deleted ones. */
  buried: ReadonlySet<FolderNo>
  /** Whether the ledger has a folder that the source does not have any more. */
  hasGone: boolean
  /** They are among the mapped ones, and lead nowhere until they are made. */
  unmade: UnmadeFolders
}

/**
 * Gives each folder of the source one here: the one with its role, else one of its name in the same place, else a new one;
 * never two for one, and never a user's folder that only has the name of another role. Renames and moves at the source are
 * followed where nobody here has renamed or moved the folder. What is not named any more is marked as gone, unless the source
 * could not name all. Unless it `makesAll`, one that was deleted here is left to be made once something comes into it.
 * Refuses as `requireOrigin`.
 */
export async function mapFolders(
  run: PassRun,
  sources: readonly SourceFolder[],
  { makesAll }: { makesAll: boolean },
): Promise<MappedFolders> {
  const { store, at, member, origin } = run
  const rows = await store.migration.listLedgerFolders(at, member.source)
  await requireOrigin(store.migration, at.organization, { name: member.source, rows, origin })
  await passBeyondOthers(run, rows)
  const { known, doubts } = await knownAgain(run, sources, rows)
  const map = new FolderMap(await store.mailboxes.listFolders(at), known, sources, { origin, doubts })
  const wanted = sources.filter((folder) => folder.class !== 'search')
  const deleted = makesAll ? [] : wanted.filter((folder) => map.isDeletedHere(folder))
  const others = wanted.filter((folder) => !map.isDeletedHere(folder) && !map.isSettled(folder))
  const unmade = new UnmadeFolders(leftUnmade(deleted, others, wanted), async (folder) => {
    await commit(run, (writer) => map.settle(run, writer, folder))
    return map.known(folder)
  })
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    run.lane.throwIfDraining()
    const page = wanted.slice(from, from + AT_ONCE)
    const planned = page.filter((folder) => !unmade.has(folder.key) && !map.isSettled(folder))
    // Most passes find all folders as they were.
    if (planned.length > 0)
      await commit(run, async (writer) => {
        const keys = new Map<string, string>()
        for (const folder of planned) {
          const former = await map.settle(run, writer, folder)
          if (former !== undefined) keys.set(former, folder.key)
        }
        if (keys.size > 0) await renameFoldersOfGrants(writer, at.organization, member, keys)
      })
  }
  // Names that were in use until others were renamed.
  const renamed = wanted.filter((folder) => map.isNameFree(folder))
  if (renamed.length > 0)
    await commit(run, async (writer) => {
      for (const folder of renamed) if (map.isNameFree(folder)) await map.settle(run, writer, folder)
    })
  const mapped = wanted.map((folder) => ({ at: folder, folder: map.known(folder) }))
  const named = new Set(sources.map(({ key }) => key))
  const unnamed = map.all.filter(
    ({ key, gone }) => !named.has(key) && (gone || run.source.lacksFolders !== true),
  )
  const gone = unnamed.map((folder) => (folder.gone ? folder : begunEmpty(folder)))
  if (unnamed.some((folder) => !folder.gone))
    await commit(run, async ({ migration }) => {
      for (const [index, folder] of gone.entries())
        if (!unnamed[index]!.gone) await migration.putLedgerFolder(at, folder)
    })
  const hasGone = gone.length > 0 || map.all.some((folder) => folder.gone)
  return { mapped, gone, buried: map.buried, hasGone, unmade }
}

/** Its last list has begun, in which nothing is named. */
const begunEmpty = (folder: LedgerFolder): LedgerFolder => ({
  ...folder,
  gone: true,
  cursor: null,
  listing: folder.listing + 1,
  isListing: true,
})

/** Folders that programs make below others: a word for them would be refused by older servers, what they hold tells as well. */
const hiddenRoles = [{ role: 'teamchat', below: 'conversationhistory', holds: /^IPF\.SkypeTeams/i }] as const

/** What a folder is to become: pure but for the numbers that new folders get. */
class FolderMap {
  readonly #targets = new Map<FolderNo, Folder>()
  readonly #children = new Map<FolderNo | null, Map<string, Folder>>()
  readonly #roles = new Map<string, Folder>()
  readonly #depths = new Map<FolderNo, number>()
  readonly #known = new Map<string, LedgerFolder>()
  /** Targets that a folder of the source has already. */
  readonly #taken = new Set<FolderNo>()
  /** Roles that some folder of the source says it has. */
  readonly #claimed: ReadonlySet<string>
  /** It has no folders but those of mail. */
  readonly #isMailOnly: boolean
  /** What the source does not name any more. */
  readonly #unnamedOfName: ReadonlyMap<string, readonly LedgerFolder[]>
  readonly #unnamedOfRole: ReadonlyMap<string | null | undefined, readonly LedgerFolder[]>
  /** Keys of folders that were renamed there and are for something else since: they get another one here. */
  readonly #displaced: Set<string>
  /** Targets of folders that it names. */
  readonly #held = new Set<FolderNo>()
  /** Keys that folders had until they were made anew, and those that they have now. */
  readonly #anew = new Map<string, string>()

  readonly #origin: LedgerOrigin
  /** What is told of folders that may be ones known before. */
  readonly #doubts: ReadonlyMap<string, Loss>
  /** Of the recoverable area, as they were when the pass began. */
  readonly #buried: ReadonlySet<FolderNo>

  constructor(
    targets: readonly Folder[],
    known: readonly LedgerFolder[],
    sources: readonly SourceFolder[],
    { origin, doubts }: { origin: LedgerOrigin; doubts: ReadonlyMap<string, Loss> },
  ) {
    this.#origin = origin
    this.#doubts = doubts
    this.#buried = recoverableArea(targets)
    // In the order in which they were made, a folder may have been moved below a later one.
    for (const folder of targets) this.#add(folder)
    this.#claimed = new Set(sources.flatMap(({ role }) => role ?? []))
    for (const folder of known) this.#known.set(folder.key, folder)
    const byKey = new Map(sources.map((folder) => [folder.key, folder]))
    const renamed = known.flatMap((row) => {
      const folder = byKey.get(row.key)
      return folder === undefined || row.gone || row.name === folder.name ? [] : [{ row, folder }]
    })
    const displaced = renamed.filter((each) => this.#isDisplaced(each))
    this.#displaced = new Set(displaced.map(({ row }) => row.key))
    for (const { key, gone, target } of known)
      if (!gone && !this.#displaced.has(key) && this.#targets.has(target)) this.#taken.add(target)
    for (const { row, folder } of renamed)
      if (row.placed !== null && this.#isFree(folder.role)) this.#displaced.add(row.key)
    this.#isMailOnly = [...this.#claimed].every(
      (role) => role === 'msgfolderroot' || (this.#roles.get(role)?.class ?? 'message') === 'message',
    )
    const named = new Set(sources.map(({ key }) => key))
    for (const { key, target } of known)
      if (named.has(key) && !this.#displaced.has(key)) this.#held.add(target)
    const unnamed = known.filter(({ key }) => !named.has(key))
    this.#unnamedOfName = Map.groupBy(unnamed, ({ name }) => name)
    this.#unnamedOfRole = Map.groupBy(unnamed, ({ target }) => this.#targets.get(target)?.distinguished)
  }

  get all(): readonly LedgerFolder[] {
    return [...this.#known.values()]
  }

  get buried(): ReadonlySet<FolderNo> {
    return recoverableArea([...this.#targets.values()])
  }

  known(folder: SourceFolder): LedgerFolder {
    return this.#known.get(folder.key)!
  }

  /** Whether the ledger has it as the source has it. */
  isSettled(folder: SourceFolder): boolean {
    const known = this.#known.get(folder.key)
    return (
      known !== undefined &&
      !known.gone &&
      !this.#displaced.has(folder.key) &&
      !this.#displaced.has(folder.parent ?? '') &&
      known.name === folder.name &&
      known.parent === folder.parent &&
      this.#targets.has(known.target) &&
      isOrigin(known.from, this.#origin)
    )
  }

  /** It came over, and somebody here has taken it away for good. */
  isDeletedHere({ key }: SourceFolder): boolean {
    const known = this.#known.get(key)
    return known !== undefined && !known.gone && !this.#displaced.has(key) && !this.#targets.has(known.target)
  }

  /** Whether a folder that we named otherwise, as its name was in use, may have it now. */
  isNameFree(folder: SourceFolder): boolean {
    const { placed, target: no } = this.#known.get(folder.key)!
    const target = this.#targets.get(no)
    if (placed === null || target?.name !== placed.name || target.parent !== placed.parent) return false
    const wanted = cleanName(folder.name)
    return placed.name !== wanted && this.#freeName(placed.parent, wanted, no) === wanted
  }

  /** The key that it had before, where it was made anew there. */
  async settle(run: PassRun, writer: Writer, folder: SourceFolder): Promise<string | undefined> {
    const known = this.#known.get(folder.key)
    if (known !== undefined && this.#displaced.has(folder.key)) {
      await this.#leave(run, writer, known)
      await this.#begin(run, writer, folder, undefined)
      return undefined
    }
    if (known !== undefined && this.#targets.has(known.target)) {
      await this.#follow(run, writer, folder, known)
      return undefined
    }
    const former = known === undefined ? this.#former(folder) : undefined
    if (former !== undefined) {
      await this.#takeOver(run, writer, folder, former)
      return former.key
    }
    await this.#begin(run, writer, folder, known)
    return undefined
  }

  async #begin(
    run: PassRun,
    writer: Writer,
    folder: SourceFolder,
    known: LedgerFolder | undefined,
  ): Promise<void> {
    const { target, placed, losses } = await this.#place(run, writer, folder)
    this.#taken.add(target)
    // What was here before has no mark of this person yet.
    const here = this.#targets.get(target)!
    const { subscribed } = folder
    if (!known && !placed && losses.length === 0 && here.class === 'message' && subscribed !== undefined)
      if (here.subscribed !== subscribed)
        this.#add(await writer.mailboxes.changeFolder(run.at, target, { subscribed }))
    const { key, name, parent } = folder
    const fresh = { cursor: null, pass: 0, listing: 0, isListing: false, ...known }
    const row = {
      ...fresh,
      source: run.member.source,
      key,
      name,
      parent,
      target,
      placed,
      losses: [...losses, ...(this.#doubts.has(key) ? [this.#doubts.get(key)!] : [])],
      gone: false,
      from: this.#origin,
    }
    this.#known.set(key, await writer.migration.putLedgerFolder(run.at, row))
  }

  /** It has one of ours by what it was for, and is a folder like any other now, or for something else. */
  #isDisplaced({ row: { target, placed }, folder }: { row: LedgerFolder; folder: SourceFolder }): boolean {
    const special = placed === null ? this.#targets.get(target)?.distinguished : null
    if (special == null || cleanName(folder.name) === this.#targets.get(target)!.name) return false
    return special !== (folder.role ?? this.#hiddenRole(folder))
  }

  /** Whether one of ours is for this, and no folder of the source has it. */
  #isFree(role: string | null): boolean {
    const special = role === null ? undefined : this.#roles.get(role)
    return special !== undefined && !this.#taken.has(special.no)
  }

  /** What it held is found again as what moved. */
  async #leave(run: PassRun, writer: Writer, row: LedgerFolder): Promise<void> {
    const left = begunEmpty({ ...row, key: `${row.key}\0${row.no}` })
    this.#known.delete(row.key)
    this.#known.set(left.key, await writer.migration.putLedgerFolder(run.at, left))
  }

  /** One that the source does not name any more, and that this one is in the place of: it was deleted there and made anew. */
  #former(folder: SourceFolder): LedgerFolder | undefined {
    const { name, parent, role } = folder
    const free = ({ target }: LedgerFolder) => this.#targets.has(target) && !this.#held.has(target)
    const sameRole = role === null ? [] : (this.#unnamedOfRole.get(role) ?? []).filter(free)
    const samePlace = (this.#unnamedOfName.get(name) ?? []).filter((row) => {
      const above = row.parent === null ? null : (this.#anew.get(row.parent) ?? row.parent)
      return above === parent && free(row) && isAlike(this.#targets.get(row.target)!, folder)
    })
    const rows = sameRole.length > 0 ? sameRole : samePlace
    // One that went with this pass, else the one that was here last.
    return rows.findLast(({ gone }) => !gone) ?? rows.at(-1)
  }

  /** Everything in it is listed anew, and known by what it is. */
  async #takeOver(run: PassRun, writer: Writer, folder: SourceFolder, former: LedgerFolder): Promise<void> {
    const { key, name, parent } = folder
    const anew = { cursor: null, mark: undefined, isListing: false }
    const now = { key, name, parent, gone: false, ...anew, from: this.#origin }
    this.#anew.set(former.key, key)
    this.#known.delete(former.key)
    this.#held.add(former.target)
    this.#taken.add(former.target)
    this.#known.set(key, await writer.migration.putLedgerFolder(run.at, { ...former, ...now }))
  }

  /** Renamed or moved at the source. */
  async #follow(run: PassRun, writer: Writer, folder: SourceFolder, known: LedgerFolder): Promise<void> {
    const target = this.#targets.get(known.target)!
    const { placed } = known
    let now = { ...known, name: folder.name, parent: folder.parent, gone: false, from: this.#origin }
    // Not ours to rename: it was here before, or somebody here has given it another place.
    if (placed !== null && target.name === placed.name && target.parent === placed.parent) {
      const parent = this.#parentOf(folder)
      const name = this.#freeName(parent, cleanName(folder.name), target.no)
      const changed = await writer.mailboxes.changeFolder(run.at, target.no, { parent, name })
      this.#children.get(target.parent)?.delete(target.name)
      this.#add(changed)
      now = { ...now, placed: { name, parent } }
    }
    this.#known.set(folder.key, await writer.migration.putLedgerFolder(run.at, now))
  }

  async #place(
    run: PassRun,
    { mailboxes }: Writer,
    folder: SourceFolder,
  ): Promise<Pick<LedgerFolder, 'target' | 'placed' | 'losses'>> {
    const role = folder.role ?? this.#hiddenRole(folder)
    const special = role === null ? undefined : this.#roles.get(role)
    // What is deleted there never becomes a folder that people see.
    const isShared = folder.role === 'msgfolderroot' || (special && this.#buried.has(special.no))
    if (special !== undefined && (isShared || !this.#taken.has(special.no)))
      return { target: special.no, placed: null, losses: [] }
    const parent = this.#parentOf(folder)
    const into = (reason: string): Pick<LedgerFolder, 'target' | 'placed' | 'losses'> => ({
      target: parent,
      placed: null,
      losses: [{ property: 'folder', reason, weight: 'visible' }],
    })
    if (this.#depths.get(parent)! + 1 > DEEPEST_FOLDER)
      return into(
        `Folders lie at most ${DEEPEST_FOLDER} deep here. The items of "${folder.name}" are in the folder above it.`,
      )
    const wanted = cleanName(folder.name)
    const there = this.#children.get(parent)?.get(wanted)
    if (there !== undefined && this.#mayShare(there, folder))
      return { target: there.no, placed: null, losses: [] }
    const name = this.#freeName(parent, wanted)
    try {
      const made = await mailboxes.createFolder(run.at, {
        parent,
        name,
        class: folder.class === 'search' ? 'other' : folder.class,
        subscribed: folder.class === 'message' && folder.subscribed !== false,
      })
      this.#add(made)
      const losses: Loss[] =
        name === folder.name
          ? []
          : [
              {
                property: 'folder name',
                reason: `"${visible(folder.name)}" is "${name}" here.`,
                weight: 'metadata',
              },
            ]
      return { target: made.no, placed: { name, parent }, losses }
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'limit-exceeded') throw error
      return into(`${error.message} The items of "${folder.name}" are in the folder above it.`)
    }
  }

  /** What a folder is for that no server tells by name: by the class of what it holds, below a folder with a role. */
  #hiddenRole({ parent, folderClass }: SourceFolder): string | null {
    const above = parent === null ? undefined : this.#known.get(parent)
    const parentRole = above && this.#targets.get(above.target)?.distinguished
    const found = hiddenRoles.find((each) => each.below === parentRole && each.holds.test(folderClass ?? ''))
    return found === undefined || this.#claimed.has(found.role) ? null : found.role
  }

  /** Whether a folder of that name that is here already is the same one. */
  #mayShare(there: Folder, folder: SourceFolder): boolean {
    if (this.#taken.has(there.no)) return false
    // IMAP does not show it: mail of a source that has nothing else would be out of sight.
    const hides = there.class !== folder.class && folder.class === 'message'
    if (hides && (there.distinguished === 'journal' || this.#isMailOnly)) return false
    return isAlike(there, folder) && !this.#claimed.has(there.distinguished ?? '')
  }

  #parentOf({ parent }: SourceFolder): FolderNo {
    const known = parent === null ? undefined : this.#known.get(parent)
    if (known !== undefined && this.#targets.has(known.target)) return known.target
    return (this.#roles.get('msgfolderroot') ?? [...this.#targets.values()][0]!).no
  }

  #freeName(parent: FolderNo, wanted: string, self?: FolderNo): string {
    const names = this.#children.get(parent)
    for (let count = 1; ; count++) {
      const suffix = count === 1 ? '' : ` (${count})`
      const name = `${[...wanted].slice(0, LONGEST_NAME - suffix.length).join('')}${suffix}`
      const other = names?.get(name)
      if (other === undefined || other.no === self) return name
    }
  }

  #add(folder: Folder): void {
    this.#targets.set(folder.no, folder)
    const siblings = this.#children.get(folder.parent) ?? new Map<string, Folder>()
    siblings.set(folder.name, folder)
    this.#children.set(folder.parent, siblings)
    if (folder.distinguished !== null) this.#roles.set(folder.distinguished, folder)
    const above = folder.parent === null ? 0 : (this.#depths.get(folder.parent) ?? 1)
    this.#depths.set(folder.no, above + 1)
  }
}

/** Folders of programs hold mail as well as anything else. */
const isAlike = (there: Folder, folder: SourceFolder): boolean =>
  there.class === folder.class ||
  (there.distinguished !== null && there.class === 'other' && folder.class === 'message')

/** Control characters as their pictures (U+2400 and on): a tab looks like a space. */
const visible = (name: string): string =>
  name.replace(/[\0-\x1f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)))

/** The name as it may be kept here. */
function cleanName(given: string): string {
  const name = given
    .normalize('NFC')
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
  return folderName([...(name === '' ? 'Unnamed' : name)].slice(0, LONGEST_NAME).join('').trim())
}
