import type {
  DirectorySource,
  SourceGuid,
  SourceLink,
  SourceObject,
  SourcePosition,
  WhyFull,
} from '#src/domain/directory-sync/source.ts'

/** What a keeper of the address book does with readings, at its simplest. */
export class Book {
  objects = new Map<SourceGuid, SourceObject>()
  since: readonly SourcePosition[] = []
  full: WhyFull | null = null
  changed = 0

  async bringUpToDate(from: DirectorySource): Promise<void> {
    const reading = await from.read({ since: this.since, full: null, signal: new AbortController().signal })
    try {
      const next = new Map(reading.full === null ? this.objects : [])
      this.changed = 0
      for await (const { objects, omitted } of reading.changes()) {
        for (const object of objects) next.set(object.guid, object)
        for (const { guid } of omitted) next.delete(guid)
        this.changed += objects.length
      }
      const keys = new Set<SourceGuid>()
      for await (const some of reading.keys()) for (const { guid } of some) keys.add(guid)
      const gone = new Set([...next.keys()].filter((guid) => !keys.has(guid)))
      for (const guid of gone) next.delete(guid)
      // Who is deleted leaves the groups too, though they do not change, and does not come back to them by coming back.
      this.objects =
        gone.size === 0 ? next : new Map([...next].map(([guid, object]) => [guid, without(object, gone)]))
      this.since = reading.positions
      this.full = reading.full
    } finally {
      await reading.close()
    }
  }

  /** Sorted; links to what is in the book only, because who is deleted vanishes from groups without changing them. */
  get content(): unknown[] {
    const isHere = (link: SourceLink | null) =>
      link !== null && (!('guid' in link) || this.objects.has(link.guid))
    const links = (all: readonly SourceLink[]) =>
      all
        .filter(isHere)
        .map((link) => JSON.stringify(link))
        .sort()
    return [...this.objects.values()]
      .map((object) => ({
        ...object,
        proxyAddresses: [...object.proxyAddresses].sort(),
        members: object.members && links(object.members),
        manager: isHere(object.manager) ? object.manager : null,
        owners: links(object.owners),
        delegates: links(object.delegates),
        fullAccess: links(object.fullAccess),
        sendAs: links(object.sendAs),
      }))
      .sort((a, b) => (a.guid < b.guid ? -1 : 1))
  }

  byAlias(alias: string): SourceObject | undefined {
    return [...this.objects.values()].find((object) => object.alias === alias)
  }
}

function without(object: SourceObject, gone: ReadonlySet<SourceGuid>): SourceObject {
  const stays = (link: SourceLink | null) => link !== null && (!('guid' in link) || !gone.has(link.guid))
  return {
    ...object,
    members: object.members?.filter(stays) ?? null,
    manager: stays(object.manager) ? object.manager : null,
    owners: object.owners.filter(stays),
    delegates: object.delegates.filter(stays),
    fullAccess: object.fullAccess.filter(stays),
    sendAs: object.sendAs.filter(stays),
  }
}
