import { Breath } from '#src/base/breath.ts'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { lookupText } from '../directory/address.ts'
import type { Entry, EntryAddress } from '../directory/entry.ts'
import type { Store } from '../store.ts'
import { isKeptHere } from './candidate.ts'
import { Claims } from './claims.ts'
import { type Contender, inOrderOfRight, whyNot } from './contender.ts'
import { found } from './entry-of.ts'
import { type Ground, type Projection, project } from './projection.ts'
import type { SourceGuid } from './source.ts'
import type { KnownObject, StagedObject, StoredObject } from './store.ts'

type Surroundings = Ground & { run: number; interoperability: boolean; suppressesDeletions: boolean }

/** An object of a run that is there, and what it would become. */
export type Entrant = { guid: SourceGuid; object: StoredObject; projection: Projection }

/** An address that somebody asks for and somebody else has, or asks for too. */
type Contest = {
  contenders: Map<SourceGuid, Contender>
  /** Has it and keeps it, whoever asks: a mailbox or an entry of our own, or one that this run leaves as it is. */
  kept?: { entry: EntryId; words: string; isOurs?: true }
  /** Has it, and was not read in this run. */
  incumbent?: SourceGuid
  winner?: SourceGuid | null
}

/** An address that is somebody else's, in the form in which it is found, with a sentence about it. */
type Lost = {
  text: string
  isPrimary: boolean
  reason: string
  /** It is that of a mailbox here, or of an entry that was made here. */
  isOurs: boolean
}

/** Who has an address before the run, and what is known and read of it. */
type Owner = {
  kept: NonNullable<Contest['kept']>
  known: KnownObject | undefined
  staged: StagedObject | undefined
}

/**
 * Whose addresses are that several objects ask for. First everybody of a run enters, then it is asked: the answer follows from what is
 * asked for alone, not from who had it (docs/decisions/0009). In memory are a number for each address, and the contested ones.
 */
export class Contests {
  readonly #store: Pick<Store, 'directory' | 'directorySync'>
  readonly #organization: OrganizationId
  readonly #at: Surroundings
  readonly #claims = new Claims()
  readonly #contests = new Map<string, Contest>()
  readonly #breath = new Breath()
  /** Whom the last question was about. */
  #owner: Owner | undefined
  #hasMet = false

  constructor(
    store: Pick<Store, 'directory' | 'directorySync'>,
    organization: OrganizationId,
    at: Surroundings,
  ) {
    this.#store = store
    this.#organization = organization
    this.#at = at
  }

  /** Two objects met: who came before the other may have been told of an address that is not its own. */
  get hasMet(): boolean {
    return this.#hasMet
  }

  /** Enters what objects of one page ask for. `isComing`: they are staged only afterwards. */
  async enter(page: readonly Entrant[], isComing = false): Promise<void> {
    const { directorySync } = this.#store
    const asked = page.flatMap((row) =>
      row.projection.is === 'unusable' ? [] : row.projection.addresses.map((address) => ({ row, address })),
    )
    const owners = await directorySync.ownersOf(
      this.#organization,
      asked.map(({ address }) => address),
    )
    await this.#breath.taken()
    const linked = await directorySync.findAllLinked(
      this.#organization,
      page.map(({ guid }) => guid),
    )
    for (const [at, { row, address }] of asked.entries()) {
      await this.#breath.taken()
      const text = found(address)
      const owner = owners[at] === linked.get(row.guid)?.entry ? undefined : owners[at]
      await this.#claim(row, text, owner, isComing)
    }
  }

  async #claim(row: Entrant, text: string, owner: EntryId | undefined, isComing: boolean): Promise<void> {
    const { guid, object } = row
    const first = this.#claims.whoHas(text)
    if (first === undefined) this.#claims.claim(text, guid)
    const hasRival = first !== undefined && first !== guid
    if (hasRival) this.#hasMet = true
    let contest = this.#contests.get(text)
    if (contest === undefined) {
      if (owner === undefined && (!hasRival || isComing)) return
      contest = { contenders: new Map() }
      if (hasRival && !isComing) await this.#addStaged(contest, text, first)
      const isLeft = owner !== undefined && (await this.#addOwner(contest, text, owner))
      if (isComing && contest.kept === undefined) this.#hasMet = true
      // Where the same people come under new keys that is so of every address.
      if (isLeft && !hasRival) return
      this.#contests.set(text, contest)
    }
    await this.#add(contest, text, guid, object)
  }

  /** Those who were not read in this run and lose an address by it: they are to be looked at again. */
  get losers(): readonly SourceGuid[] {
    const losers = [...this.#contests].flatMap(([text, { incumbent }]) =>
      incumbent !== undefined && this.#winner(text) !== incumbent ? incumbent : [],
    )
    return [...new Set(losers)]
  }

  /** Those of its addresses that are somebody else's, with a sentence each; `entry`: as which it is here already. */
  lost(guid: SourceGuid, entry: EntryId | undefined, addresses: readonly EntryAddress[]): readonly Lost[] {
    return addresses.flatMap((address) => {
      const text = found(address)
      const contest = this.#contests.get(text)
      if (contest === undefined || this.#winner(text) === guid) return []
      const { kept, contenders } = contest
      if (kept !== undefined && kept.entry === entry) return []
      const loser = contenders.get(guid)
      const winner = contenders.get(this.#winner(text) ?? '')
      const reason =
        winner === undefined || loser === undefined
          ? `${address.address} belongs to ${kept?.words ?? 'somebody else'} already.`
          : whyNot(address.address, winner, loser)
      return { text, isPrimary: address.kind === 'primary', reason, isOurs: kept?.isOurs ?? false }
    })
  }

  /** Those addresses of an entry whose object can be none that somebody else gets, with a sentence each. */
  wanted({ addresses }: Entry): readonly Lost[] {
    return addresses.flatMap((address) => {
      const text = found(address)
      const winner = this.#contests.get(text)?.contenders.get(this.#winner(text) ?? '')
      if (winner === undefined) return []
      const reason = `${address.address} belongs to ${winner.name} now.`
      return { text, isPrimary: address.kind === 'primary', reason, isOurs: false }
    })
  }

  #winner(text: string): SourceGuid | null {
    const contest = this.#contests.get(text)
    if (contest === undefined || contest.kept !== undefined) return null
    contest.winner ??= this.#judge(text, [...contest.contenders.values()])
    return contest.winner
  }

  /** Primary addresses are judged among those alone, and everything else among those who have their primary one. */
  #judge(text: string, all: readonly Contender[]): SourceGuid | null {
    const primaries = all.filter(({ primary }) => primary === text)
    const entitled =
      primaries.length > 0 ? primaries : all.filter((each) => each.isHere || this.#isThere(each))
    return entitled.toSorted(inOrderOfRight)[0]?.guid ?? null
  }

  #isThere({ guid, primary }: Contender): boolean {
    return !this.#contests.has(primary) || this.#winner(primary) === guid
  }

  async #addStaged(contest: Contest, text: string, guid: SourceGuid): Promise<void> {
    const staged = await this.#store.directorySync.findStaged(this.#organization, this.#at.run, guid)
    if (staged?.object) await this.#add(contest, text, guid, staged.object)
  }

  /** Who has it now: keeps it, goes and leaves it (then true), gives it up, or is one among those who ask for it. */
  async #addOwner(contest: Contest, text: string, id: EntryId): Promise<boolean> {
    const { kept, known, staged } = await this.#ownerOf(id)
    if (known === undefined) contest.kept = { ...kept, isOurs: true }
    else if (staged !== undefined) {
      if (this.#mayBeLate(staged, known)) contest.kept = kept
      else if (staged.object === null) return true
      else await this.#add(contest, text, known.guid, staged.object)
    } else if (known.object === null) contest.kept = kept
    else {
      contest.incumbent = known.guid
      await this.#add(contest, text, known.guid, known.object)
    }
    return false
  }

  /** Addresses that follow each other are mostly those of one. */
  async #ownerOf(id: EntryId): Promise<Owner> {
    if (this.#owner?.kept.entry === id) return this.#owner
    const { directory, directorySync } = this.#store
    const { kind, displayName, source, home } = await directory.getEntry(this.#organization, id)
    const known =
      source && home !== 'local'
        ? await directorySync.findKnown(this.#organization, { guid: source.guid })
        : undefined
    const staged = known && (await directorySync.findStaged(this.#organization, this.#at.run, known.guid))
    this.#owner = { kept: { entry: id, words: `${kind} ${displayName}` }, known, staged }
    return this.#owner
  }

  /** One that another server lacks waits for the next run with all it has. */
  #mayBeLate({ object, reason }: StagedObject, { missingRun }: KnownObject): boolean {
    return object === null && reason === null && this.#at.suppressesDeletions && missingRun === null
  }

  async #add(contest: Contest, text: string, guid: SourceGuid, object: StoredObject): Promise<void> {
    if (contest.contenders.has(guid)) return
    const projection = project(object, this.#at)
    // It may be here because of a number that two addresses share, or ask for the address no more.
    if (projection.is === 'unusable' || !asksFor(projection, text)) return
    const isHere = await this.#isHere(guid, projection)
    if (!isHere && (projection.is === 'ours' || !this.#at.interoperability)) return
    const primary = projection.addresses.find(({ kind }) => kind === 'primary')
    const primaryText = primary === undefined ? '' : found(primary)
    const isLegacy = object.legacyDn !== null && lookupText('x500', object.legacyDn) === text
    contest.contenders.set(guid, {
      ...{ guid, isHere, primary: primaryText, isOwn: isLegacy || primaryText === text },
      name: object.displayName ?? object.alias,
      madeAt: object.madeAt ?? '',
    })
  }

  async #isHere(guid: SourceGuid, projection: Projection): Promise<boolean> {
    const { directory, directorySync } = this.#store
    const linked = await directorySync.findLinked(this.#organization, { guid })
    const by =
      projection.is === 'ours'
        ? { address: projection.address }
        : linked?.entry
          ? { id: linked.entry }
          : undefined
    const entry = by && (await directory.findEntry(this.#organization, by))
    if (entry === undefined || !isKeptHere(entry)) return false
    const { source } = entry
    if (projection.is !== 'ours' || source === undefined || source.guid === guid) return true
    // One mailbox is that of one object: this one is quarantined for as long as the other is there.
    const other = await directorySync.findLinked(this.#organization, { guid: source.guid })
    return other === undefined || other.state === 'gone'
  }
}

const asksFor = ({ addresses }: Exclude<Projection, { is: 'unusable' }>, text: string): boolean =>
  addresses.some((address) => found(address) === text)
