import { isDeepStrictEqual } from 'node:util'
import { Breath } from '#src/base/breath.ts'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { Entry, EntryAddress, NewEntry } from '../directory/entry.ts'
import { DAY_MS, LIMITS } from '../directory/limits.ts'
import { Refusal } from '../refusal.ts'
import { isCandidate, isKeptHere } from './candidate.ts'
import { STEP } from './decide-object.ts'
import { type Decision, entryDecisions } from './decision.ts'
import { certificateNote, found, renewedEntry, renewedLocal } from './entry-of.ts'
import { keptLinks, linkedEntries } from './linked.ts'
import { appearanceOf, newEntryOf, type Projection, project } from './projection.ts'
import { type ApplyingTo, link } from './relink.ts'
import type { SourceGuid } from './source.ts'
import type {
  Link,
  LinkedObject,
  ObjectState,
  StagedObject,
  StoredObject,
  SyncReader,
  SyncTransaction,
} from './store.ts'

/** Puts the objects of a run into place, one at a time. Doing one again gives the same. */
export class Applying {
  readonly #writer: SyncTransaction
  readonly #organization: OrganizationId
  readonly #run: number
  readonly #ground: ApplyingTo
  readonly #now: number
  /** Whose the addresses are that the looked-up rows ask for, as of now. */
  readonly #owners = new Map<string, EntryId | undefined>()
  /** Of the looked-up rows, those entries that were there; and whom they link to. */
  #present: ReadonlySet<EntryId> = new Set()
  readonly #linked = new Map<SourceGuid, LinkedObject | undefined>()
  readonly #projections = new Map<SourceGuid, Projection>()
  /** What a first run makes anew, all at the end; and whom it has to look at one by one. */
  readonly #coming: Coming[] = []
  readonly #alone = new Set<SourceGuid>()
  /** Objects of a first run that nothing more is to be done about, and their links. */
  readonly #settled: SourceGuid[] = []
  readonly #links: (Link & { guid: SourceGuid })[] = []

  constructor(writer: SyncTransaction, to: ApplyingTo) {
    this.#writer = writer
    this.#organization = to.organization
    this.#run = to.run
    this.#ground = to
    this.#now = to.now
  }

  async step(row: StagedObject, step: number): Promise<void> {
    if (row.step === null) return
    if (step === STEP.release) await this.#release(row)
    else if (step === STEP.write) await this.#write(row)
    else if (row.decision === 'hold')
      await link(this.#writer, this.#ground, { ...row, object: await this.#inForce(row) })
    else if (linked.has(row.decision!)) await link(this.#writer, this.#ground, row)
  }

  /** Gives up addresses, names, or the whole entry. */
  async #release(row: StagedObject): Promise<void> {
    const { directory, sync } = this.#writer
    const { guid, decision, entry: id, note } = row
    if (decision === 'delete' || (decision === 'account' && row.object === null)) {
      await this.#softDelete(id!)
      if (row.reason === null && row.object === null) {
        await sync.setGone(this.#organization, guid, this.#now)
      } else {
        await sync.adopt(this.#organization, this.#run, guid, { state: leftOut(row), entry: id })
      }
      return
    }
    if (note?.retires !== undefined) await this.#softDelete(note.retires)
    else if (id !== null && row.object !== null) {
      const entry = await directory.findEntry(this.#organization, { id })
      if (entry === undefined || isKeptHere(entry)) return
      const projection = project(row.object, this.#ground)
      // What can be no entry any more asks for nothing: it keeps all that nobody else asks for.
      const isUnusable = decision === 'quarantine'
      if (!isUnusable && projection.is !== 'entry') return
      const asked = isUnusable || projection.is === 'unusable' ? entry.addresses : projection.addresses
      const kept = new Set(asked.map(found)).difference(new Set(note?.dropped))
      const addresses = entry.addresses.filter((address) => kept.has(found(address)))
      await directory.saveEntry(this.#organization, { ...entry, addresses })
    }
  }

  /** Hidden from everybody at once; what ties it to others stays for 30 days, for its return. */
  async #softDelete(id: EntryId): Promise<void> {
    const { directory } = this.#writer
    const entry = await directory.findEntry(this.#organization, { id })
    // Somebody may have moved in meanwhile: a mailbox here is never touched.
    if (entry === undefined || isKeptHere(entry) || entry.state === 'DELETED') return
    for (const kind of ['photo', 'certificate'] as const)
      if (entry[kind] !== null) await directory.putAttachment(this.#organization, id, kind, null)
    await directory.saveEntry(this.#organization, {
      ...entry,
      state: 'DELETED',
      addresses: [],
      details: {},
      photo: null,
      certificate: null,
      deletedAt: this.#now,
      purgeAt: this.#now + LIMITS.graceDays * DAY_MS,
    })
  }

  async #write(row: StagedObject): Promise<void> {
    const { sync } = this.#writer
    const { guid, decision, entry } = row
    switch (decision) {
      case 'create':
      case 'change':
      case 'return':
      case 'replace':
        return this.#writeEntry(row, row.object!)
      case 'hold':
        return this.#writeEntry(row, await this.#inForce(row))
      case 'account':
        return row.object === null ? undefined : this.#writeEntry(row, row.object)
      case 'local':
        return this.#writeLocal(row, row.object!)
      case 'note':
        return this.#writeNote(row)
      case 'unlink':
        await this.#unlink(row)
        break
      case 'quarantine':
        await sync.adopt(this.#organization, this.#run, guid, { state: 'quarantined', entry })
        break
      case 'omit':
        await sync.adopt(this.#organization, this.#run, guid, { state: leftOut(row), entry })
        break
      case 'missing':
        await sync.setMissing(this.#organization, guid, this.#run)
        break
    }
  }

  async #writeNote(row: StagedObject): Promise<void> {
    const { sync } = this.#writer
    if (row.object !== null) {
      const entry = row.entry === null ? undefined : await this.#find(row.entry)
      return sync.adopt(this.#organization, this.#run, row.guid, {
        state: stateOf(row, entry),
        entry: row.entry,
      })
    }
    // Its entry was taken over by another object, or was never there.
    if (row.entry === null) return sync.removeKnown(this.#organization, row.guid)
    await sync.setGone(this.#organization, row.guid, this.#now)
  }

  async #unlink({ guid, entry: id, reason }: StagedObject): Promise<void> {
    const { directory, sync } = this.#writer
    const entry = await this.#find(id!)
    if (entry !== undefined) {
      const { source: _source, ...own } = entry
      await directory.saveEntry(this.#organization, own as Entry)
    }
    if (reason === null) return sync.removeKnown(this.#organization, guid)
    await sync.adopt(this.#organization, this.#run, guid, { state: 'omitted', entry: null })
  }

  /** Links to those who come with this run lead to what they will be, so that most entries are written once. */
  #soon(): Pick<SyncReader, 'findLinked' | 'placeTarget'> {
    const { sync } = this.#writer
    return {
      placeTarget: (organization, place) => sync.placeTarget(organization, place),
      findLinked: async (organization, by) => {
        if ('place' in by) return sync.findLinked(organization, by)
        const known = this.#linked.get(by.guid)
        if (known !== undefined || this.#linked.has(by.guid)) return known
        const decided =
          (await sync.findLinked(organization, by)) ??
          (await sync.findDecided(organization, this.#run, by.guid))
        this.#linked.set(by.guid, decided)
        return decided
      },
    }
  }

  /** A group that is held, with the members that it had. */
  async #inForce({ guid, object }: StagedObject): Promise<StoredObject> {
    const known = await this.#writer.sync.findKnown(this.#organization, { guid })
    return { ...object!, members: known?.object?.members ?? object!.members }
  }

  #find(id: EntryId): Promise<Entry | undefined> {
    return this.#writer.directory.findEntry(this.#organization, { id })
  }

  /** Whether it may be made together with others. */
  #mayCome({ guid, decision, object, note }: StagedObject): boolean {
    const isWhole = (note?.dropped ?? []).length === 0 && object?.certificate === null
    return this.#ground.isFirst && decision === 'create' && isWhole && !this.#alone.has(guid)
  }

  async #writeEntry(row: StagedObject, object: StoredObject): Promise<void> {
    const { directory, sync } = this.#writer
    const { guid, entry: id } = row
    const projection = this.#projections.get(guid) ?? project(object, this.#ground)
    const before = this.#present.has(id!) ? await this.#find(id!) : undefined
    // The ground has moved under a run that was interrupted: the next run looks again.
    if (projection.is !== 'entry' || (before !== undefined && isKeptHere(before)))
      return sync.adopt(this.#organization, this.#run, guid, { state: 'quarantined', entry: id })
    const appearance = appearanceOf(object, await linkedEntries(this.#soon(), this.#organization, object))
    if (before === undefined && this.#mayCome(row)) {
      const entry = newEntryOf(object, projection, id!, appearance, this.#now)
      this.#coming.push({ row, entry, object })
      return
    }
    const dropped = this.#notFree(projection.addresses, id!, row.note?.dropped ?? [])
    if (
      projection.addresses.some((address) => address.kind === 'primary' && dropped.includes(found(address)))
    )
      return sync.adopt(this.#organization, this.#run, guid, {
        state: 'quarantined',
        entry: before ? id : null,
      })
    const wanted: NewEntry =
      before === undefined
        ? newEntryOf(object, projection, id!, appearance, this.#now)
        : renewedEntry(before, object, projection, appearance, dropped, this.#now)
    const record = {
      ...wanted,
      name:
        before === undefined || (before.state === 'ENABLED' && before.name === wanted.name)
          ? wanted.name
          : await this.#freeName(wanted, guid),
      addresses: wanted.addresses.filter((address) => !dropped.includes(found(address))),
    }
    if (before !== undefined && before.photo !== null && record.photo === null)
      await directory.putAttachment(this.#organization, before.id, 'photo', null)
    const saved =
      before === undefined
        ? await this.#create(record, guid)
        : await directory.saveEntry(this.#organization, { ...record, version: 0, createdVersion: 0 } as Entry)
    this.#owns(saved.id, before?.addresses ?? [], saved.addresses)
    await this.#certify(saved, object, before?.certificate != null)
    const state = saved.state === 'DISABLED' ? 'candidate' : dropped.length > 0 ? 'partial' : 'imported'
    if (row.note?.replaces !== undefined) await sync.setEntry(this.#organization, row.note.replaces, null)
    if (row.decision === 'hold')
      await sync.hold(this.#organization, this.#run, guid, { state, entry: id, object })
    else await sync.adopt(this.#organization, this.#run, guid, { state, entry: id })
    if (this.#ground.isFirst) await this.#settle(guid, object)
  }

  /** Of a first run only groups are looked at once more, when their members are there. */
  async #settle(guid: SourceGuid, object: StoredObject): Promise<void> {
    if (object.members !== null) return
    for (const link of await keptLinks(this.#writer.sync, this.#organization, object))
      this.#links.push({ guid, ...link })
    this.#settled.push(guid)
  }

  /** What is done for many at once, after the last of them. */
  async end(): Promise<void> {
    const { sync } = this.#writer
    const coming = this.#coming.splice(0)
    if (coming.length > 0) await this.#import(coming)
    await sync.addLinks(this.#organization, this.#links)
    await sync.unstage(this.#organization, this.#run, this.#settled)
  }

  /** Those whose name or addresses are somebody's after all are made one by one, as before. */
  async #import(coming: readonly Coming[]): Promise<void> {
    const entries = coming.map(({ row, entry }) => ({ guid: row.guid, entry }))
    const refused = await this.#writer.sync.importNew(this.#organization, this.#run, entries)
    for (const { row, object } of coming) if (!refused.has(row.guid)) await this.#settle(row.guid, object)
    const alone = coming.filter(({ row }) => refused.has(row.guid))
    for (const { row } of alone) this.#alone.add(row.guid)
    if (alone.length > 0) await this.lookUp(alone.map(({ row }) => row))
    for (const { row, object } of alone) await this.#writeEntry(row, object)
  }

  async #certify(entry: Entry, object: StoredObject, hadOne: boolean): Promise<void> {
    const { directory } = this.#writer
    const note = certificateNote(object, entry.certificate)
    if (note === null && entry.certificate === null && !hadOne) return
    const present = await directory.findAttachment(this.#organization, entry.id, 'certificate')
    const octets = object.certificate === null ? null : Buffer.from(object.certificate, 'base64')
    const isSame = note !== null && present !== undefined && octets!.equals(present.octets)
    if (!isSame)
      await directory.putAttachment(
        this.#organization,
        entry.id,
        'certificate',
        note === null ? null : { type: note.type, octets: octets! },
      )
    if (!isDeepStrictEqual(note, entry.certificate))
      await directory.saveEntry(this.#organization, { ...entry, certificate: note })
  }

  async #writeLocal(row: StagedObject, object: StoredObject): Promise<void> {
    const { directory, sync } = this.#writer
    const entry = await this.#find(row.entry!)
    const projection = project(object, this.#ground)
    if (entry?.home === 'local' && entry.state !== 'DELETED' && projection.is !== 'unusable') {
      const dropped = this.#notFree(projection.addresses, entry.id, row.note?.dropped ?? [])
      const appearance = appearanceOf(object, await linkedEntries(sync, this.#organization, object))
      const renewed = renewedLocal(entry, appearance, projection.addresses, dropped)
      await directory.saveEntry(this.#organization, renewed)
      this.#owns(entry.id, entry.addresses, renewed.addresses)
    }
    await sync.adopt(this.#organization, this.#run, row.guid, {
      state: stateOf(row, entry),
      entry: row.entry,
    })
  }

  /** Reads at once who has the addresses that these ask for, which of their entries are there, and whom they link to. */
  async lookUp(rows: readonly StagedObject[]): Promise<void> {
    const { sync } = this.#writer
    const addresses: EntryAddress[] = []
    const ids: EntryId[] = []
    const linked = new Set<SourceGuid>()
    const breath = new Breath()
    for (const row of rows) {
      await breath.taken()
      const { guid, object, decision, entry } = row
      if (object === null || decision === null || !saving.has(decision)) continue
      if (entry !== null) ids.push(entry)
      if (object.manager !== null && 'guid' in object.manager) linked.add(object.manager.guid)
      const projection = project(object, this.#ground)
      this.#projections.set(guid, projection)
      if (projection.is !== 'unusable' && !this.#mayCome(row)) addresses.push(...projection.addresses)
    }
    this.#present = await sync.entriesAmong(this.#organization, ids)
    await breath.taken()
    for (const [guid, known] of await sync.findAllLinked(this.#organization, [...linked]))
      this.#linked.set(guid, known)
    const owners = await sync.ownersOf(this.#organization, addresses)
    for (const [at, address] of addresses.entries()) this.#owners.set(found(address), owners[at])
  }

  /** An entry that was saved has these addresses now, and no others. */
  #owns(id: EntryId, before: readonly EntryAddress[], after: readonly EntryAddress[]): void {
    for (const address of before) {
      const text = found(address)
      if (this.#owners.get(text) === id) this.#owners.set(text, undefined)
    }
    for (const address of after) this.#owners.set(found(address), id)
  }

  /** Those that were not free when it was decided, and those that are not any more. */
  #notFree(addresses: readonly EntryAddress[], id: EntryId, dropped: readonly string[]): readonly string[] {
    const taken = [...dropped]
    for (const address of addresses) {
      const text = found(address)
      const owner = this.#owners.get(text)
      if (owner !== undefined && owner !== id) taken.push(text)
    }
    return taken
  }

  /** Names are refused before anything is written. */
  async #create(record: NewEntry, guid: SourceGuid): Promise<Entry> {
    const { directory } = this.#writer
    try {
      return await directory.createEntry(this.#organization, record)
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'name-taken') throw error
      return directory.createEntry(this.#organization, { ...record, name: withKey(record.name, guid) })
    }
  }

  /** Names are unique among entries of a kind; theirs need not be. */
  async #freeName({ id, kind, name }: NewEntry, guid: SourceGuid): Promise<string> {
    const owner = await this.#writer.directory.findEntry(this.#organization, { name, kind })
    return owner === undefined || owner.id === id ? name : withKey(name, guid)
  }
}

type Coming = { row: StagedObject; entry: NewEntry; object: StoredObject }

const withKey = (name: string, guid: SourceGuid): string => `${name} (${guid})`

/** Decisions that give an entry its addresses. */
const saving: ReadonlySet<Decision> = new Set([...entryDecisions, 'hold'])

/** Decisions after which links are looked at. */
const linked: ReadonlySet<Decision> = new Set([...entryDecisions, 'note', 'delete'])

/** What we leave out ourselves is looked at again in every run. */
const leftOut = ({ object }: StagedObject): 'omitted' | 'quarantined' =>
  object === null ? 'omitted' : 'quarantined'

function stateOf({ note }: StagedObject, entry: Entry | undefined): ObjectState {
  const isPartial = (note?.dropped?.length ?? 0) > 0
  if (entry !== undefined && isCandidate(entry)) return 'candidate'
  if (entry?.home === 'local') return isPartial ? 'local-partial' : 'local'
  return isPartial ? 'partial' : 'imported'
}
