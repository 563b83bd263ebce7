import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { Entry, EntryAddress } from '../directory/entry.ts'
import type { Store } from '../store.ts'
import { Claims } from './claims.ts'
import type { Departures } from './departures.ts'
import { found } from './entry-of.ts'
import { losesMembers } from './group-members.ts'
import { type Ground, project } from './projection.ts'
import type { SourceGuid } from './source.ts'

/** Whose addresses are once a run is in place: the owner of now, unless it gives them up, then who asked first (exchange-interop 1.7). */
export class AddressOwners {
  readonly #store: Pick<Store, 'directory' | 'directorySync'>
  readonly #organization: OrganizationId
  readonly #at: Ground & { run: number }
  readonly #departures: Departures
  readonly #claims = new Claims()
  readonly #owners = new Map<string, EntryId>()

  constructor(
    store: Pick<Store, 'directory' | 'directorySync'>,
    organization: OrganizationId,
    at: Ground & { run: number },
    departures: Departures,
  ) {
    this.#store = store
    this.#organization = organization
    this.#at = at
    this.#departures = departures
  }

  /** Whose these are now: to be read before they are asked about. */
  async lookUp(addresses: readonly EntryAddress[]): Promise<void> {
    const owners = await this.#store.directorySync.ownersOf(this.#organization, addresses)
    this.#owners.clear()
    for (const [at, address] of addresses.entries()) {
      const owner = owners[at]
      if (owner !== undefined) this.#owners.set(found(address), owner)
    }
  }

  /**
   * Addresses that somebody else has, or has asked for in this run. One without an entry is refused for an SMTP address;
   * who is in the address book goes on without what is taken, but not without the primary one.
   */
  async taken(
    guid: SourceGuid,
    entry: Entry | undefined,
    addresses: Entry['addresses'],
    isNew: boolean,
    retired?: EntryId,
  ): Promise<{ dropped: string[]; remarks: string[]; refusal?: string }> {
    const dropped: string[] = []
    const remarks: string[] = []
    const asked: string[] = []
    for (const address of addresses) {
      const text = found(address)
      const now = this.#owners.get(text)
      if (entry !== undefined && now === entry.id) continue
      const owner = await this.#ownerOf(now, text, guid, retired)
      if (owner === undefined) {
        asked.push(text)
        continue
      }
      const sentence = `${address.address} belongs to ${owner} already.`
      const isMail = address.kind === 'primary' || address.kind === 'alias'
      const isLocal = entry?.home === 'local'
      if (!isLocal && isMail && (isNew || address.kind === 'primary'))
        return { dropped, remarks, refusal: `${sentence} Take it away from one of the two.` }
      dropped.push(text)
      remarks.push(sentence)
    }
    for (const text of asked) this.#claims.claim(text, guid)
    return { dropped, remarks }
  }

  /** In words; undefined where it is free, or will be once this run is in place. */
  async #ownerOf(
    id: EntryId | undefined,
    text: string,
    guid: SourceGuid,
    retired: EntryId | undefined,
  ): Promise<string | undefined> {
    const claimed = this.#claims.whoHas(text)
    if (claimed !== undefined && claimed !== guid)
      return `another object that came with this run (${claimed})`
    if (id === undefined || id === retired) return undefined
    const owner = await this.#store.directory.getEntry(this.#organization, id)
    if (
      owner.source !== undefined &&
      owner.home !== 'local' &&
      (await this.#givesUp(owner.source.guid, text))
    )
      return undefined
    return `${owner.kind} ${owner.displayName}`
  }

  /** Whether an object of the source no longer has an address once this run is in place. */
  async #givesUp(guid: SourceGuid, text: string): Promise<boolean> {
    if (this.#departures.frees(guid)) return true
    const staged = await this.#store.directorySync.findStaged(this.#organization, this.#at.run, guid)
    if (!staged?.object || staged.decision === 'quarantine' || staged.decision === 'hold') return false
    const projection = project(staged.object, this.#at)
    if (projection.is === 'unusable' || projection.addresses.some((address) => found(address) === text))
      return false
    const known = await this.#store.directorySync.findKnown(this.#organization, { guid })
    return (
      known === undefined ||
      !(await losesMembers(this.#store.directorySync, this.#organization, staged.object, known))
    )
  }
}
