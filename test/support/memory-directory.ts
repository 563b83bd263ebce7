/** A directory in memory that is read as Active Directory is: change numbers, generations, deltas, a key sweep. */
import {
  type DirectorySource,
  SourceFailure,
  type SourceGuid,
  type SourceObject,
  type SourceOmission,
  type SourceReading,
  type WhyFull,
} from '#src/domain/directory-sync/source.ts'

export const guidOf = (no: number): SourceGuid =>
  `${no.toString(16).padStart(8, '0')}-1111-4111-8111-${(no * 7_919).toString(16).padStart(12, '0')}`

const nobody = {
  authenticatedOnly: false,
  from: [],
  fromMembersOf: [],
  notFrom: [],
  notFromMembersOf: [],
  maxSizeBytes: null,
}

/** A mailbox named `name`, with whatever else is given. */
export function mailboxObject(
  no: number,
  name: string,
  given: Partial<SourceObject> = {},
): Omit<SourceObject, 'changeNumber'> {
  return {
    guid: guidOf(no),
    place: `CN=${name},OU=People,DC=corp,DC=example`,
    partition: 'DC=corp,DC=example',
    type: 'mailbox',
    hidden: false,
    alias: name,
    displayName: name,
    proxyAddresses: [`SMTP:${name}@corp.example`],
    legacyDn: `/o=Corp/ou=Exchange/cn=Recipients/cn=${name}`,
    targetAddress: null,
    hasMailbox: true,
    account: { sam: name, upn: `${name}@corp.example`, disabled: false },
    details: {},
    manager: null,
    hasPhoto: false,
    certificate: null,
    capacity: null,
    members: null,
    owners: [],
    restrictions: nobody,
    maxRecipients: null,
    forwarding: null,
    delegates: [],
    fullAccess: [],
    sendAs: [],
    ...given,
  }
}

export function groupObject(
  no: number,
  name: string,
  members: readonly SourceGuid[],
  given: Partial<SourceObject> = {},
): Omit<SourceObject, 'changeNumber'> {
  return mailboxObject(no, name, {
    type: 'group',
    hasMailbox: false,
    account: null,
    members: members.map((guid) => ({ guid })),
    ...given,
  })
}

export class MemoryDirectory implements DirectorySource {
  readonly name = 'memory'
  server = 'dc1'
  generation = 'g1'
  changeNumber = 0
  readonly objects = new Map<SourceGuid, SourceObject>()
  readonly omissions = new Map<SourceGuid, SourceOmission>()
  readonly photosOf = new Map<SourceGuid, Uint8Array>()
  /** Objects in one batch. */
  batch = 100
  /** Fails in the reading once that many objects were told. */
  failAfter = Number.POSITIVE_INFINITY
  /** Called before each batch. */
  onBatch: () => void | Promise<void> = () => undefined
  readings: (WhyFull | null)[] = []

  /** Deletions of a key that were, or will be, undone. */
  readonly #removed = new Map<SourceGuid, number>()

  /** One that was removed before is undeleted by it, each time out of another place. */
  put(...objects: Omit<SourceObject, 'changeNumber'>[]): void {
    for (const object of objects) {
      const removed = this.#removed.get(object.guid)
      const restored = removed !== undefined && { restoredFrom: `ou=place ${removed}` }
      this.objects.set(object.guid, { ...object, ...restored, changeNumber: String(++this.changeNumber) })
    }
  }

  change(guid: SourceGuid, change: Partial<SourceObject>): void {
    const object = this.objects.get(guid)
    if (object !== undefined) this.put({ ...object, ...change })
  }

  /** As a directory does it: gone from the groups too, without a change number of theirs. */
  remove(guid: SourceGuid): void {
    if (this.objects.delete(guid)) this.#removed.set(guid, (this.#removed.get(guid) ?? 0) + 1)
    for (const [key, object] of this.objects) {
      if (!object.members?.some((link) => 'guid' in link && link.guid === guid)) continue
      const members = object.members.filter((link) => !('guid' in link) || link.guid !== guid)
      this.objects.set(key, { ...object, members })
    }
  }

  async read({ since, full, signal }: Parameters<DirectorySource['read']>[0]): Promise<SourceReading> {
    signal.throwIfAborted()
    const at = since[0]
    const why: WhyFull | null =
      full ??
      (at === undefined
        ? 'first-run'
        : at.server !== this.server
          ? 'server-changed'
          : at.generation !== this.generation
            ? 'generation-changed'
            : null)
    this.readings.push(why)
    const from = why === null ? BigInt(at!.changeNumber) : -1n
    const all = [...this.objects.values(), ...this.omissions.values()].filter(
      ({ changeNumber }) => BigInt(changeNumber) > from,
    )
    const keys = () =>
      [...this.objects.values(), ...this.omissions.values()].map(({ guid, changeNumber }) => ({
        guid,
        changeNumber,
        partition: 'DC=corp,DC=example',
      }))
    let told = 0
    const directory = this
    return {
      positions: [
        {
          partition: 'DC=corp,DC=example',
          server: this.server,
          generation: this.generation,
          changeNumber: String(this.changeNumber),
        },
      ],
      full: why,
      async *changes() {
        for (let begin = 0; begin < all.length; begin += directory.batch) {
          await directory.onBatch()
          signal.throwIfAborted()
          const rows = all.slice(begin, begin + directory.batch)
          told += rows.length
          if (told > directory.failAfter) throw new SourceFailure('interrupted', 'The connection was lost.')
          yield {
            objects: rows.filter((row): row is SourceObject => 'type' in row),
            omitted: rows.filter((row): row is SourceOmission => !('type' in row)),
          }
        }
      },
      async *keys() {
        const now = keys()
        for (let begin = 0; begin < now.length; begin += 1_000) yield now.slice(begin, begin + 1_000)
      },
      async *photos(of) {
        for (const guid of of) {
          const octets = directory.photosOf.get(guid)
          if (octets) yield { guid, octets }
        }
      },
      close: async () => undefined,
    }
  }
}
