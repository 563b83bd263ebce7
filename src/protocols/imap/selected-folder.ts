import type { FolderRights } from '#src/domain/directory/folder-permission.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { ItemState } from '#src/domain/mailbox/item.ts'
import type { FlagsChanged, MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import type { FolderMemory } from './folder-memory.ts'
import { SequenceView } from './sequence-view.ts'

/** Changes read at once. */
const CHANGES_AT_ONCE = 1_000

/** What has happened in a folder since the client was told last. */
type FolderNews = {
  /** UIDs that are no more, and may be told now. */
  gone: NumberSet
  /** Whether messages came. */
  grown: boolean
  /** UIDs whose flags changed, ascending, with their state where it is at hand. */
  changed: ReadonlyMap<number, ItemState | undefined>
}

/**
 * The folder a client has selected, as that client knows it: it changes only when the client is told. What others do
 * arrives through the store's change log.
 */
export class SelectedFolder {
  readonly at: MailboxRef
  readonly no: Folder['no']
  readonly uidValidity: number
  /** As the client names it. */
  readonly name: string
  readonly readOnly: boolean
  /** Of the user on it, as last looked up. */
  rights: FolderRights
  readonly view: SequenceView
  /** UIDs of the saved search result, `$` (RFC 5182). */
  saved = NumberSet.empty
  readonly #highestUid: number
  readonly #store: Store
  readonly #memory: FolderMemory
  /** UIDs that no session was told of before this one (`\\Recent`). */
  #recent = NumberSet.empty
  /** Changes up to here are in the view, or wait in `#gone`. */
  #modseq: number
  readonly #gone = new Set<number>()
  /** Modseqs that the client has heard of from its own STORE. */
  readonly #heard = new Map<number, number>()
  #isBehind = false
  #unwatch: () => void = () => {}
  /** Called when something may have changed. */
  onChange: (() => void) | undefined

  private constructor(
    store: Store,
    at: MailboxRef,
    folder: Folder,
    options: Opening & { modseq: number; view: SequenceView },
  ) {
    this.#store = store
    this.#memory = options.memory
    this.view = options.view
    this.at = at
    this.no = folder.no
    this.uidValidity = folder.uidValidity
    this.name = options.name
    this.readOnly = options.readOnly
    this.rights = options.rights
    this.#modseq = options.modseq
    this.#highestUid = folder.uidNext - 1
  }

  /** Opens a folder as it is now. Refuses `no-such-folder`. */
  static async open(
    store: Store,
    at: MailboxRef,
    no: Folder['no'],
    options: Opening,
  ): Promise<{ selected: SelectedFolder; folder: Folder }> {
    const { modseq } = await store.mailboxes.getMailbox(at)
    const folder = await store.mailboxes.getFolder(at, no)
    const uids = await options.memory.uids.read(store.mailboxes, at, folder)
    const selected = new SelectedFolder(store, at, folder, {
      ...options,
      modseq,
      view: SequenceView.of(uids),
    })
    selected.#takeRecent(1, folder.uidNext - 1)
    selected.#unwatch = store.watch(at, () => selected.touch())
    // What has changed since the first read is read from the log; what the list has of it already is told as changed.
    selected.#isBehind = true
    return { selected, folder }
  }

  /** The highest UID that the client can have heard of, here or in an earlier session; messages behind the last may be gone. */
  get highestUid(): number {
    return Math.max(this.#highestUid, this.view.lastUid)
  }

  /** UIDs that this session is the first to be told of; those that are gone may be among them. */
  get recent(): NumberSet {
    return this.#recent
  }

  /** How many messages of the view are recent. */
  get recentCount(): number {
    let count = 0
    for (const [from, to] of this.#recent.ranges()) count += this.view.countBetween(from, to)
    return count
  }

  /** Changes up to here are known to the client, but for messages that are gone and wait to be told. */
  get knownModseq(): number {
    return this.#modseq
  }

  /** What nobody was told of between two UIDs is recent here, and then, unless this session only reads, nowhere else. */
  #takeRecent(first: number, last: number): void {
    const { recent } = this.#memory
    const from = Math.max(
      first,
      this.readOnly ? recent.from(this.at, this) : recent.claim(this.at, this, last + 1),
    )
    if (from <= last) this.#recent = this.#recent.union(NumberSet.ofBounds([from, last]))
  }

  /** Something may have changed: the next `news` looks. */
  touch(): void {
    this.#isBehind = true
    this.onChange?.()
  }

  close(): void {
    this.#unwatch()
    this.onChange = undefined
  }

  /** Whether messages of the view are known to be gone, though the client was not told yet. */
  get hasGone(): boolean {
    return this.#gone.size > 0
  }

  isGone(uid: number): boolean {
    return this.#gone.has(uid)
  }

  /** The client has heard of these states: they are not told again. */
  heard(states: Iterable<Pick<ItemState, 'uid' | 'modseq'>>): void {
    for (const { uid, modseq } of states) this.#heard.set(uid, modseq)
  }

  /**
   * The client's own change, in the order of modseqs. It was told of the outcome, or it knows it without (`silent`),
   * unless it had not heard yet of what somebody else changed before.
   */
  changedItself(changes: readonly FlagsChanged[], options: { silent: boolean }): void {
    const real = changes.filter(({ before, after }) => after !== before)
    const last = real.at(-1)?.after.modseq
    // Nobody changed anything in between: all up to here is known.
    if (last !== undefined && last === this.#modseq + real.length) this.#modseq = last
    else if (options.silent) for (const change of real) this.#changedInSilence(change)
    else this.heard(changes.map(({ after }) => after))
  }

  #changedInSilence({ before, after }: FlagsChanged): void {
    const wasKnown = before.modseq <= this.#modseq || this.#heard.get(before.uid) === before.modseq
    if (wasKnown) this.#heard.set(after.uid, after.modseq)
  }

  /**
   * Takes over what has happened. With `expunge`, messages that are gone leave the view; without, they keep their sequence
   * numbers. Undefined when there is nothing to tell. Refuses `no-such-folder` when the folder is gone.
   */
  async news(options: { expunge: boolean }): Promise<FolderNews | undefined> {
    const changed = new Map<number, ItemState | undefined>()
    const lengthBefore = this.view.length
    if (this.#isBehind) {
      this.#isBehind = false
      await this.#catchUp(changed)
    }
    const tells = options.expunge && this.#gone.size > 0
    if (!tells && changed.size === 0 && this.view.length === lengthBefore) return undefined
    const grown = this.view.length > lengthBefore
    const gone = tells ? NumberSet.of([...this.#gone].sort((a, b) => a - b)) : NumberSet.empty
    return { gone, grown, changed }
  }

  /** The client has been told that these are gone. */
  forgetGone(): void {
    this.view.remove(this.#gone)
    this.saved = this.saved.minus(NumberSet.of([...this.#gone].sort((a, b) => a - b)))
    this.#gone.clear()
  }

  async #catchUp(changed: Map<number, ItemState | undefined>): Promise<void> {
    const { mailboxes } = this.#store
    const { modseq } = await mailboxes.getMailbox(this.at)
    if (modseq === this.#modseq) return
    const fresh = new Set<number>()
    try {
      for (let since: number | null = this.#modseq; since !== null; ) {
        const page = await mailboxes.changes(this.at, { since, folder: this.no, limit: CHANGES_AT_ONCE })
        for (const change of page.rows) {
          if (change.kind === 'gone') this.#leave(change.uid, fresh, changed)
          else if (change.kind === 'item') this.#enter(change.item, fresh, changed)
          this.#modseq = change.modseq
        }
        since = page.next
      }
      this.#modseq = Math.max(this.#modseq, modseq)
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'cannot-calculate-changes') throw error
      await this.#compare(modseq, fresh, changed)
    }
    const came = await this.#withoutGaps([...fresh].sort((a, b) => a - b))
    this.view.append(came)
    if (came.length > 0) this.#takeRecent(came[0]!, came.at(-1)!)
    this.#heard.clear()
  }

  /**
   * UIDs that came, and those among them that the log passed over as they changed while it was read: told later, they
   * would have to stand before what the client knows already.
   */
  async #withoutGaps(came: readonly number[]): Promise<readonly number[]> {
    const { lastUid } = this.view
    const uidTo = came.at(-1) ?? lastUid
    if (uidTo - lastUid === came.length) return came
    const uids: number[] = []
    for (let after: number | null = lastUid; after !== null; ) {
      const options = { after, uidTo, limit: CHANGES_AT_ONCE }
      const page = await this.#store.mailboxes.listUids(this.at, this.no, options)
      for (const [from, to] of page.rows) for (let uid = from; uid <= to; uid++) uids.push(uid)
      after = page.next
    }
    return uids
  }

  #leave(uid: number, fresh: Set<number>, changed: Map<number, ItemState | undefined>): void {
    changed.delete(uid)
    if (this.view.has(uid)) this.#gone.add(uid)
    else fresh.delete(uid)
  }

  #enter(item: ItemState, fresh: Set<number>, changed: Map<number, ItemState | undefined>): void {
    if (item.uid > this.view.lastUid) fresh.add(item.uid)
    else if (this.#heard.get(item.uid) !== item.modseq && this.view.has(item.uid))
      changed.set(item.uid, changed.size < CHANGES_AT_ONCE ? item : undefined)
  }

  /** The log does not reach back to where this client stands: everything is looked at anew. */
  async #compare(
    modseq: number,
    fresh: Set<number>,
    changed: Map<number, ItemState | undefined>,
  ): Promise<void> {
    const { mailboxes } = this.#store
    const folder = await mailboxes.getFolder(this.at, this.no)
    const there = SequenceView.of(await this.#memory.uids.read(mailboxes, this.at, folder))
    fresh.clear()
    for (const uid of this.view.uids) {
      if (there.has(uid)) changed.set(uid, undefined)
      else this.#gone.add(uid)
    }
    for (const uid of there.uids) if (uid > this.view.lastUid) fresh.add(uid)
    this.#modseq = modseq
  }
}

type Opening = { name: string; readOnly: boolean; rights: FolderRights; memory: FolderMemory }
