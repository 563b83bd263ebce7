import { counted } from '#src/base/figure-words.ts'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../directory/entry.ts'
import { DAY_MS } from '../directory/limits.ts'
import type { Store } from '../store.ts'
import { isKeptHere } from './candidate.ts'
import { Contests, type Entrant } from './contests.ts'
import type { Decision, ObjectClass } from './decision.ts'
import type { Departures } from './departures.ts'
import { changesOf, found, renewedEntry, renewedLocal } from './entry-of.ts'
import { losesMembers, memberChanges } from './group-members.ts'
import { GUARDS } from './guards.ts'
import { linkedEntries } from './linked.ts'
import { NOT_FOUND, noteOf } from './object-note.ts'
import { appearanceOf, entryIdOf, type Ground, type Projection, project } from './projection.ts'
import type { SourceGuid } from './source.ts'
import type { KnownObject, ObjectNote, StagedObject, StoredObject } from './store.ts'

/** What decisions depend on besides the objects themselves. */
export type Circumstances = Ground & {
  run: number
  /** GAL-03: without it, only those who are here stay in the address book. */
  interoperability: boolean
  /** The server is another than before: what it lacks may be late only. */
  suppressesDeletions: boolean
  /** When its directory was read, which it is judged by whenever it is approved. */
  readAt: number
}

/** What one object becomes; `counts`: for the guards. */
export type Verdict = Pick<StagedObject, 'decision' | 'step' | 'entry' | 'note'> & {
  counts?: { created?: ObjectClass; deleted?: ObjectClass; dismissed?: ObjectClass; readdressed?: boolean }
  /** What an administrator should hear of at once: somebody over there reaches for what is here, or is about to leave. */
  alerts?: readonly string[]
}

/** The next step of a decision: first addresses and names are freed, then entries written, then links. */
export const STEP = { release: 1, write: 2, link: 3 } as const

/** Decides what one object of a run becomes. Reads only; what others of the run do is in `departures` and the contests. */
export class ObjectDecisions {
  readonly #store: Pick<Store, 'directory' | 'directorySync'>
  readonly #organization: OrganizationId
  readonly #at: Circumstances
  readonly #departures: Departures
  readonly #contests: Contests
  readonly #now: number
  readonly #projections = new Map<SourceGuid, Projection>()
  #known: ReadonlyMap<SourceGuid, KnownObject> = new Map()
  #takenIds: ReadonlySet<EntryId> = new Set()

  constructor(
    store: Pick<Store, 'directory' | 'directorySync'>,
    organization: OrganizationId,
    circumstances: Circumstances,
    departures: Departures,
    now: number,
  ) {
    this.#store = store
    this.#organization = organization
    this.#at = circumstances
    this.#departures = departures
    this.#contests = new Contests(store, organization, circumstances)
    this.#now = now
  }

  /** Enters objects of one page for the addresses they ask for: all of a run, before anything is decided. */
  async enter(page: readonly StagedObject[]): Promise<void> {
    await this.#contests.enter(page.flatMap((row) => this.#entrant(row)))
  }

  /** The same and `lookUp` for a page that is decided as it comes, which holds until two ask for the same address. */
  async lookUpComing(page: readonly StagedObject[]): Promise<void> {
    await this.lookUp(page)
    await this.#contests.enter(
      page.flatMap((row) => this.#entrant(row)),
      true,
    )
  }

  /** Whether what was decided about objects as they came still holds. */
  get hold(): boolean {
    return !this.#contests.hasMet
  }

  /** Those who were not read in this run and lose an address to one that was: to be staged before anything is decided. */
  get losers(): readonly SourceGuid[] {
    return this.#contests.losers
  }

  #entrant({ guid, object }: StagedObject): Entrant | [] {
    if (object === null) return []
    return { guid, object, projection: this.#projections.get(guid) ?? project(object, this.#at) }
  }

  /** What is known of objects of one page from before the run: read at once. */
  async lookUp(page: readonly StagedObject[]): Promise<void> {
    const { directorySync } = this.#store
    this.#known = await directorySync.findAllKnown(
      this.#organization,
      page.map(({ guid }) => guid),
    )
    this.#projections.clear()
    const ids: EntryId[] = []
    for (const { guid, object } of page) {
      if (object === null) continue
      const projection = project(object, this.#at)
      this.#projections.set(guid, projection)
      const isUnlinked = (this.#known.get(guid)?.entry ?? null) === null
      if (projection.is === 'entry' && isUnlinked) ids.push(entryIdOf(guid, projection.kind))
    }
    this.#takenIds = await directorySync.entriesAmong(this.#organization, ids)
  }

  /** Of an object of the page that was looked up. */
  async of(staged: StagedObject): Promise<Verdict> {
    const known = this.#known.get(staged.guid)
    const entry = (await this.#entryOf(known)) ?? (await this.#letGo(staged.guid))
    if (staged.object === null) return this.#decideWithout(staged, known, entry)
    const projection = this.#projections.get(staged.guid)!
    if (projection.is === 'unusable')
      return this.#decideUnusable(staged.object, known, entry, projection.reason)
    if (entry !== undefined && isKeptHere(entry)) return this.#decideLocal(staged.object, entry, projection)
    if (projection.is === 'ours') return this.#decideOurs(staged.object, known, entry, projection)
    if (!this.#at.interoperability && projection.state === 'ENABLED')
      return this.#leaveOut(staged.object, entry, NOT_HERE, false)
    return this.#decideEntry(staged, known, entry, projection)
  }

  /** The entry of an object that is still there in some state. */
  async #entryOf(known: KnownObject | undefined): Promise<Entry | undefined> {
    if (known === undefined || known.entry === null) return undefined
    return this.#store.directory.findEntry(this.#organization, { id: known.entry })
  }

  /** The mailbox here that was let go of when its object went, for an object that is back under its key (exchange-interop 1.7). */
  async #letGo(guid: SourceGuid): Promise<Entry | undefined> {
    const projection = this.#projections.get(guid)
    const id = projection?.is === 'entry' ? entryIdOf(guid, projection.kind) : undefined
    if (id === undefined || !this.#takenIds.has(id)) return undefined
    const entry = await this.#store.directory.findEntry(this.#organization, { id })
    const isFree = entry?.home === 'local' && entry.source === undefined && entry.state !== 'DELETED'
    return isFree ? entry : undefined
  }

  #decideWithout(staged: StagedObject, known: KnownObject | undefined, entry: Entry | undefined): Verdict {
    const { reason } = staged
    if (known === undefined || known.state === 'gone')
      return reason === null
        ? nothing
        : { decision: 'omit', step: STEP.write, entry: null, note: omissionNote(staged) }
    // What an earlier run did with it is not done again.
    const {
      replaces: _replaces,
      retires: _retires,
      releases: _releases,
      unusableSince: _since,
      ...was
    } = known.note
    const { name = was.name, address = was.address } = staged
    const note: ObjectNote = { ...was, name, address, reason, changes: [], remarks: [] }
    if (entry === undefined || entry.state === 'DELETED')
      return {
        decision: reason === null ? 'note' : 'omit',
        step: STEP.write,
        entry: known.entry,
        note,
      }
    if (isKeptHere(entry)) return { decision: 'unlink', step: STEP.write, entry: entry.id, note }
    if (reason === null && this.#at.suppressesDeletions && known.missingRun === null) {
      return { decision: 'missing', step: STEP.write, entry: entry.id, note: { ...note, reason: NOT_FOUND } }
    }
    const isListed = entry.state === 'ENABLED'
    return {
      decision: isListed ? 'delete' : 'account',
      step: STEP.release,
      entry: entry.id,
      note: { ...note, address: primary(entry) },
      counts: isListed ? { deleted: note.class } : {},
    }
  }

  /**
   * It stays as it was for some days, but for addresses that somebody else asks for; then it leaves, so that the address book is what
   * a fresh reading gives. At once where somebody else's is what it is known by.
   */
  #decideUnusable(
    object: StoredObject,
    known: KnownObject | undefined,
    entry: Entry | undefined,
    reason: string,
  ): Verdict {
    if (entry === undefined || entry.state === 'DELETED' || isKeptHere(entry))
      return quarantined(object, entry, reason)
    if (!this.#at.interoperability && entry.state === 'ENABLED')
      return this.#leaveOut(object, entry, NOT_HERE, false)
    const since = known?.note.unusableSince ?? this.#at.readAt
    const leavesAt = since + GUARDS.unusableDays * DAY_MS
    const wanted = this.#contests.wanted(entry)
    if (leavesAt <= this.#at.readAt || wanted.some(({ isPrimary }) => isPrimary))
      return this.#leaveOut(object, entry, reason, true)
    const until = `It leaves the address book on ${new Date(leavesAt).toISOString().slice(0, 10)} unless it is mended.`
    const isNew = known?.note.unusableSince === undefined
    return {
      decision: 'quarantine',
      step: wanted.length > 0 ? STEP.release : STEP.write,
      entry: entry.id,
      note: {
        ...{ ...noteOf(object), reason, unusableSince: since },
        dropped: wanted.map(({ text }) => text),
        remarks: [until, ...wanted.map((each) => each.reason)],
      },
      alerts: isNew ? [`${object.place}: ${reason} ${until}`] : [],
    }
  }

  #leaveOut(object: StoredObject, entry: Entry | undefined, reason: string, isWatched: boolean): Verdict {
    const note = { ...noteOf(object), reason }
    if (entry === undefined || entry.state === 'DELETED')
      return { decision: 'omit', step: STEP.write, entry: entry?.id ?? null, note }
    return {
      decision: 'delete',
      step: STEP.release,
      entry: entry.id,
      note,
      ...(entry.state === 'ENABLED' && { counts: { [isWatched ? 'deleted' : 'dismissed']: note.class } }),
    }
  }

  /** One whose mailbox is here: only what the address book shows of it is renewed. */
  async #decideLocal(
    object: StoredObject,
    entry: Entry,
    projection: Exclude<Projection, { is: 'unusable' }>,
  ): Promise<Verdict> {
    const { dropped, reaches, remarks, alerts } = this.#lost(object, entry.id, projection)
    const linked = await linkedEntries(this.#store.directorySync, this.#organization, object)
    const after = renewedLocal(entry, appearanceOf(object, linked), projection.addresses, dropped)
    const changes = changesOf(entry, after)
    return {
      decision: changes.length === 0 ? 'note' : 'local',
      step: STEP.write,
      entry: entry.id,
      note: {
        ...noteOf(object),
        changes,
        dropped,
        ...(reaches.length > 0 && { reaches }),
        remarks: [...projection.remarks, ...remarks],
      },
      alerts,
    }
  }

  async #decideOurs(
    object: StoredObject,
    known: KnownObject | undefined,
    entry: Entry | undefined,
    projection: Extract<Projection, { is: 'ours' }>,
  ): Promise<Verdict> {
    const owner = await this.#store.directory.findEntry(this.#organization, { address: projection.address })
    if (owner?.home !== 'local')
      return this.#decideUnusable(
        object,
        known,
        entry,
        `Its mail goes to ${projection.address}, which only this service could have, and nobody here has that address.`,
      )
    if (owner.source !== undefined && owner.source.guid !== object.guid) {
      const other = await this.#store.directorySync.findKnown(this.#organization, { guid: owner.source.guid })
      if (other !== undefined && other.state !== 'gone' && !this.#departures.frees(other.guid))
        return this.#decideUnusable(
          object,
          known,
          entry,
          `Its mail goes to ${projection.address}, and so does that of another object, ${other.note.name}.`,
        )
    }
    const verdict = await this.#decideLocal(object, owner, projection)
    if (owner.source?.guid === object.guid || object.account === null) return verdict
    const alert = `The mailbox ${projection.address} here is from now on that of ${object.place}: the password of that account opens it.`
    return { ...verdict, alerts: [...(verdict.alerts ?? []), alert] }
  }

  async #decideEntry(
    staged: StagedObject,
    known: KnownObject | undefined,
    before: Entry | undefined,
    projection: Extract<Projection, { is: 'entry' }>,
  ): Promise<Verdict> {
    const object = staged.object!
    const { dropped, reaches, remarks, refusal, alerts } = this.#lost(object, before?.id, projection)
    if (refusal !== undefined) {
      const isOut = before === undefined || before.state === 'DELETED'
      const out = isOut ? quarantined(object, before, refusal) : this.#leaveOut(object, before, refusal, true)
      return { ...out, note: { ...out.note!, ...(reaches.length > 0 && { reaches }) }, alerts }
    }
    const isOtherKind = before !== undefined && before.kind !== projection.kind
    let entry = isOtherKind ? undefined : before
    const replaced = before === undefined ? await this.#replaced(projection) : undefined
    entry ??= replaced?.entry
    const note: ObjectNote = {
      ...noteOf(object),
      dropped,
      ...(reaches.length > 0 && { reaches }),
      remarks: [...projection.remarks, ...remarks],
      ...(replaced && { replaces: replaced.guid }),
      ...(isOtherKind && { retires: before.id, releases: true }),
    }
    const isListed = projection.state === 'ENABLED'
    if (entry === undefined) {
      const id = await this.#freeId(object.guid, projection, known !== undefined)
      const counts = isOtherKind || !isListed ? {} : { created: note.class }
      return {
        decision: isListed ? 'create' : 'account',
        step: isOtherKind ? STEP.release : STEP.write,
        entry: id,
        ...{ note, counts, alerts },
      }
    }
    const linked = await linkedEntries(this.#store.directorySync, this.#organization, object)
    const after = renewedEntry(entry, object, projection, appearanceOf(object, linked), dropped, this.#now)
    const changes = changesOf(entry, after)
    const shrinks =
      known !== undefined &&
      entry.state !== 'DELETED' &&
      (await losesMembers(this.#store.directorySync, this.#organization, object, known))
    if (shrinks)
      note.reason = `It loses more than half of its ${counted(known.object?.members?.length ?? 0, 'member')}. They stay until the next run finds the same.`
    else changes.push(...(await memberChanges(this.#store.directorySync, this.#organization, object, known)))
    const isBack = entry.state === 'DELETED'
    const wasListed = entry.state === 'ENABLED'
    const free = new Set(after.addresses.map(found))
    const releases = entry.addresses.some((address) => !free.has(found(address)))
    const decision: Decision = shrinks
      ? 'hold'
      : replaced
        ? 'replace'
        : changes.length === 0
          ? 'note'
          : !isListed && !wasListed
            ? 'account'
            : isBack
              ? 'return'
              : 'change'
    return {
      decision,
      step: releases ? STEP.release : STEP.write,
      entry: entry.id,
      note: { ...note, changes, ...(releases && { releases }) },
      alerts,
      counts: {
        ...(isListed && !wasListed && { created: note.class }),
        ...(wasListed && !isListed && { deleted: note.class }),
        readdressed:
          isListed && wasListed && (primary(entry) !== primary(after) || entry.target !== after.target),
      },
    }
  }

  /** Ids are the source's own, unless an entry has that id already that is another kind or somebody else's now. */
  async #freeId(guid: SourceGuid, { kind }: { kind: Entry['kind'] }, isKnown: boolean): Promise<EntryId> {
    const id = entryIdOf(guid, kind)
    const isTaken = isKnown
      ? (await this.#store.directory.findEntry(this.#organization, { id })) !== undefined
      : this.#takenIds.has(id)
    return isTaken ? (crypto.randomUUID() as EntryId) : id
  }

  /** The same address under a new key while the old one is gone: made anew over there, it keeps its place here. */
  async #replaced(
    projection: Extract<Projection, { is: 'entry' }>,
  ): Promise<{ guid: SourceGuid; entry: Entry } | undefined> {
    const [first] = projection.addresses
    if (this.#departures.isEmpty || first === undefined || first.kind !== 'primary') return undefined
    const owner = await this.#store.directory.findEntry(this.#organization, { address: first.address })
    if (owner?.source === undefined || owner.home === 'local' || owner.kind !== projection.kind)
      return undefined
    const { guid } = owner.source
    if (!this.#departures.has(guid)) return undefined
    const staged = await this.#store.directorySync.findStaged(this.#organization, this.#at.run, guid)
    return staged?.object === null ? { guid, entry: owner } : undefined
  }

  /** What it asks for and does not get; `refusal`: without its primary address it gets nothing. */
  #lost(
    { guid, place }: StoredObject,
    entry: EntryId | undefined,
    { addresses }: Exclude<Projection, { is: 'unusable' }>,
  ) {
    const lost = this.#contests.lost(guid, entry, addresses)
    const ours = lost.filter(({ isOurs }) => isOurs)
    const before = this.#known.get(guid)?.note
    // Notes of an earlier release say only what it did not get.
    const told = before?.reaches ?? before?.dropped ?? []
    return {
      alerts: ours
        .filter(({ text }) => !told.includes(text))
        .map(({ reason }) => `${place} asks for an address of somebody here and does not get it: ${reason}`),
      reaches: ours.map(({ text }) => text),
      dropped: lost.map(({ text }) => text),
      remarks: lost.map(({ reason }) => reason),
      refusal: lost.find(({ isPrimary }) => isPrimary)?.reason,
    }
  }
}

const NOT_HERE = 'Interoperability is off, and its mailbox is not here.'

const quarantined = (object: StoredObject, entry: Entry | undefined, reason: string): Verdict => ({
  decision: 'quarantine',
  step: STEP.write,
  entry: entry?.id ?? null,
  note: { ...noteOf(object), reason },
})

const nothing: Verdict = { decision: null, step: null, entry: null, note: null }

const omissionNote = ({ reason, place, name = place, address = null }: StagedObject): ObjectNote => ({
  reason,
  name,
  address,
  class: 'other',
})

const primary = ({ addresses }: Pick<Entry, 'addresses'>): string | null =>
  addresses.find(({ kind }) => kind === 'primary')?.address ?? null
