import { setImmediate as breathe } from 'node:timers/promises'
import { AndFilter, type Filter, FilterParser, PresenceFilter } from 'ldapts'
import {
  type KnownForms,
  type SourceBatch,
  SourceFailure,
  type SourceForm,
  type SourceGuid,
  type SourceKey,
} from '#src/domain/directory-sync/source.ts'
import { ATTRIBUTES, IN_SCOPE, IN_SCOPE_WITH_ACCOUNTS, PHOTO, RIGHTS_ATTRIBUTES } from './attributes.ts'
import { AccessListOnly, ExtendedNames } from './controls.ts'
import { changedSince, refusesCookie } from './dirsync-changes.ts'
import { EntryRights, latin1, type Rights } from './entry-rights.ts'
import { formatGuid, parseGuid } from './guid.ts'
import { sourceFailureOf } from './ldap-fault.ts'
import { amongThose, anyOf, chunks, MOST_TERMS } from './octet-filter.ts'
import type { OpenDomain } from './open-domain.ts'
import { pagedSearch } from './paged-search.ts'
import { ownPrimaryGroup, primaryGroupOf, primaryMembersOf } from './primary-members.ts'
import { isPartial, withWholeValues } from './ranged-values.ts'
import type { RawEntry } from './raw-entry.ts'
import { parseSid } from './security-descriptor.ts'
import {
  batchOf,
  changeNumberOf,
  formOf,
  type Judged,
  type Surroundings,
  sourceObjectOf,
} from './source-object.ts'
import { Trustees } from './trustees.ts'

/** What is read beside the attributes themselves. */
export type Extent = {
  photos: boolean
  rights: boolean
  /** Who is not in this address list is hidden. */
  addressList?: string
  /** Those who are no recipients of Exchange too. */
  accounts: boolean
  reader: string
  pageSize: number
  warn: (sentence: string) => void
}

const KEYS_AT_ONCE = 1_000
/** Of at most 100 KB each. */
const PHOTOS_AT_ONCE = 25
/** Entries worked on between two breaths of the event loop. */
const AT_A_STRETCH = 50

/** One domain read from one domain controller. Failures are SourceFailure, or the reason of the signal. */
export class DomainReading {
  readonly #open: OpenDomain
  readonly #extent: Extent
  readonly #trustees: Trustees
  readonly #attributes: readonly string[]
  readonly #scope: string
  /** SIDs of primary groups of those who were read, and of groups that were. */
  readonly #primaryGroups = new Set<string>()
  readonly #groupsRead = new Set<string>()
  readonly #rights: EntryRights

  constructor(open: OpenDomain, extent: Extent) {
    this.#open = open
    this.#extent = extent
    this.#trustees = new Trustees(open.connection, open.identity.namingContext)
    this.#rights = new EntryRights(open.server, extent.warn)
    this.#scope = extent.accounts ? IN_SCOPE_WITH_ACCOUNTS : IN_SCOPE
    this.#attributes = extent.rights ? [...ATTRIBUTES, ...RIGHTS_ATTRIBUTES] : ATTRIBUTES
  }

  /** What the domain controller says has changed since the cookie, as keys; null when the cookie means nothing to it any more. */
  async told(since: Buffer | null): Promise<{ keys: readonly Buffer[] | null; cookie: Buffer }> {
    const { connection, identity } = this.#open
    try {
      const { namingContext } = identity
      return await changedSince(connection, { namingContext, accounts: this.#extent.accounts }, since)
    } catch (error) {
      if (since !== null && refusesCookie(error)) return { ...(await this.told(null)), keys: null }
      throw this.#failed(error)
    }
  }

  /** Those of these that are in scope. */
  async *those(keys: readonly Buffer[]): AsyncGenerator<SourceBatch> {
    for (const some of chunks(keys, MOST_TERMS))
      yield* this.#found(amongThose(this.#scope, 'objectGUID', some))
    yield* this.#groupsOfFound()
  }

  /** Everything in scope. */
  all(known?: KnownForms): AsyncGenerator<SourceBatch> {
    return this.#found(this.#scope, known)
  }

  /** What changed after that change number. */
  async *since(changeNumber: string): AsyncGenerator<SourceBatch> {
    yield* this.#found(`(&${this.#scope}(uSNChanged>=${BigInt(changeNumber) + 1n}))`)
    yield* this.#groupsOfFound()
  }

  /** A group is not touched by a new account whose primary group it is, so it is read for each that changed. */
  async *#groupsOfFound(): AsyncGenerator<SourceBatch> {
    const sids = [...this.#primaryGroups].filter((sid) => !this.#groupsRead.has(sid)).map(parseSid)
    for (const some of chunks(sids, MOST_TERMS))
      yield* this.#found(amongThose(this.#scope, 'objectSid', some))
  }

  async *#found(filter: string | Filter, known?: KnownForms): AsyncGenerator<SourceBatch> {
    const controls = [new ExtendedNames(), ...(this.#extent.rights ? [new AccessListOnly()] : [])]
    const query = {
      base: this.#open.base,
      scope: 'sub',
      filter,
      attributes: this.#attributes,
      controls,
    } as const
    try {
      // Before the objects: a photo that comes in between changes its object, which the next run reads.
      const pictured = await this.#pictured(filter)
      for await (const page of pagedSearch(this.#open.connection, query, this.#extent.pageSize)) {
        const entries: RawEntry[] = []
        for (const entry of page) {
          const whole = isPartial(entry)
            ? await withWholeValues(this.#open.connection, entry, { attributes: this.#attributes, controls })
            : entry
          if (whole !== undefined) entries.push(whole)
        }
        yield await this.#batchOf(entries, pictured, known)
      }
    } catch (error) {
      throw this.#failed(error)
    }
  }

  /** The key and change number of everything in scope. */
  async *keys(): AsyncGenerator<SourceKey[]> {
    const query = {
      base: this.#open.base,
      scope: 'sub',
      filter: this.#scope,
      attributes: ['objectGUID', 'uSNChanged'],
    } as const
    const { partition } = this.#open
    try {
      for await (const page of pagedSearch(this.#open.connection, query, KEYS_AT_ONCE)) {
        yield page.flatMap((entry) => {
          const guid = formatGuid(entry.octets('objectGUID'))
          return guid === undefined ? [] : [{ guid, changeNumber: changeNumberOf(entry), partition }]
        })
      }
    } catch (error) {
      throw this.#failed(error)
    }
  }

  /** Those of these that have one. */
  async *photos(of: readonly SourceGuid[]): AsyncGenerator<{ guid: SourceGuid; octets: Uint8Array }> {
    try {
      for (const some of chunks(of, PHOTOS_AT_ONCE)) {
        for (const entry of await this.#withPhotos(some, [PHOTO])) {
          const guid = formatGuid(entry.octets('objectGUID'))
          const octets = entry.octets(PHOTO)
          if (guid !== undefined && octets !== undefined) yield { guid, octets: Uint8Array.from(octets) }
        }
      }
    } catch (error) {
      throw this.#failed(error)
    }
  }

  /** With the server that was read, so that the next run can read another. */
  #failed(error: unknown): unknown {
    const { server, partition, identity } = this.#open
    const failure = sourceFailureOf(error, server)
    if (failure instanceof SourceFailure) failure.at = { partition, server: identity.server }
    return failure
  }

  async #batchOf(
    entries: readonly RawEntry[],
    pictured: ReadonlySet<string>,
    known?: KnownForms,
  ): Promise<SourceBatch> {
    const primary = await this.#primaryMembers(entries)
    const rights = this.#extent.rights ? await this.#rightsOfAll(entries) : []
    const seen: Seen[] = []
    for (const [at, entry] of entries.entries()) {
      if (at % AT_A_STRETCH === 0) await breathe()
      const guid = formatGuid(entry.octets('objectGUID'))
      if (guid === undefined) continue
      const members = primary.get(entry)
      const around = {
        ...this.#around(entry, rights[at], pictured),
        ...(members && { primaryMembers: members }),
      }
      seen.push({ entry, guid, around, form: formOf(entry, around, this.#extent.reader) })
    }
    const formed = known ? seen.flatMap(sourceFormOf) : []
    const same = known ? await known(formed) : undefined
    const judged: Judged[] = []
    const forms = new Map<SourceGuid, string>()
    for (const { entry, guid, around, form } of seen) {
      if (same?.has(guid)) continue
      if (judged.length % AT_A_STRETCH === 0) await breathe()
      if (form !== undefined) forms.set(guid, form)
      const found = sourceObjectOf(entry, around)
      if (found !== undefined) judged.push(found)
    }
    const passed = same && { same: formed.filter(({ guid }) => same.has(guid)) }
    return { ...batchOf(judged), forms, ...passed }
  }

  /** Of those of these that are groups and have some. */
  async #primaryMembers(entries: readonly RawEntry[]): Promise<ReadonlyMap<RawEntry, readonly SourceGuid[]>> {
    const groups = entries.flatMap((entry) => {
      const own = ownPrimaryGroup(entry)
      if (own !== undefined) this.#primaryGroups.add(own)
      const sid = primaryGroupOf(entry)
      return sid === undefined ? [] : [{ entry, sid }]
    })
    for (const { sid } of groups) this.#groupsRead.add(sid)
    if (groups.length === 0) return new Map()
    const { connection, identity } = this.#open
    const sids = groups.map(({ sid }) => sid)
    const members = await primaryMembersOf(connection, identity.namingContext, sids)
    return new Map(groups.flatMap(({ entry, sid }) => (members.has(sid) ? [[entry, members.get(sid)!]] : [])))
  }

  /** In their order; whoever is named is known to the trustees then. */
  async #rightsOfAll(entries: readonly RawEntry[]): Promise<readonly Rights[]> {
    const rights: Rights[] = []
    for (const [at, entry] of entries.entries()) {
      if (at % AT_A_STRETCH === 0) await breathe()
      rights.push(this.#rights.of(entry))
    }
    await this.#trustees.learn(rights.flatMap(({ sendAs, fullAccess }) => [...sendAs, ...fullAccess]))
    return rights
  }

  #around(entry: RawEntry, rights: Rights | undefined, pictured: ReadonlySet<string>): Surroundings {
    const { addressList } = this.#extent
    return {
      partition: this.#open.partition,
      hasPhoto: pictured.size > 0 && pictured.has(latin1(entry.octets('objectGUID'))),
      ...(addressList !== undefined && { addressList }),
      sendAs: this.#trustees.linksOf(rights?.sendAs ?? []),
      fullAccess: this.#trustees.linksOf(rights?.fullAccess ?? []),
      unknownType: this.#unknownType,
    }
  }

  readonly #unknownType = (details: number): void =>
    this.#extent.warn(
      `${this.#open.server}: recipients of the type ${details} (msExchRecipientTypeDetails) are not known here. They are taken for what their object class says.`,
    )

  /** Keys of those that a filter finds and that have a photo: 16 octets each, as Latin-1. */
  async #pictured(filter: string | Filter): Promise<ReadonlySet<string>> {
    const found = new Set<string>()
    if (!this.#extent.photos) return found
    const query = {
      base: this.#open.base,
      scope: 'sub',
      filter: new AndFilter({
        filters: [
          typeof filter === 'string' ? FilterParser.parseString(filter) : filter,
          new PresenceFilter({ attribute: PHOTO }),
        ],
      }),
      attributes: ['objectGUID'],
    } as const
    for await (const page of pagedSearch(this.#open.connection, query, KEYS_AT_ONCE))
      for (const entry of page) found.add(latin1(entry.octets('objectGUID')))
    return found
  }

  async #withPhotos(guids: readonly SourceGuid[], attributes: readonly string[]): Promise<RawEntry[]> {
    const keys = guids.flatMap((guid) => parseGuid(guid) ?? [])
    if (keys.length === 0) return []
    const { entries } = await this.#open.connection.search({
      base: this.#open.identity.namingContext,
      scope: 'sub',
      filter: anyOf('objectGUID', keys, PHOTO),
      attributes: ['objectGUID', ...attributes],
    })
    return entries
  }
}

/** An entry with a key, and what is said of it elsewhere. */
type Seen = { entry: RawEntry; guid: SourceGuid; around: Surroundings; form: string | undefined }

function sourceFormOf({ guid, form, around: { hasPhoto } }: Seen): SourceForm[] {
  return form === undefined ? [] : [{ guid, form, hasPhoto }]
}
