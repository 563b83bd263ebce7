import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { LinkedEntries } from './projection.ts'
import { linksOf } from './projection.ts'
import type { SourceGuid, SourceLink } from './source.ts'
import type { Link, StoredObject, SyncReader } from './store.ts'

/** As what a link is kept: the key it names, or a blind key of the distinguished name. */
export async function targetOf(
  sync: Pick<SyncReader, 'placeTarget'>,
  organization: OrganizationId,
  link: SourceLink,
): Promise<string> {
  return 'guid' in link ? link.guid : sync.placeTarget(organization, link.place)
}

/** Under which targets others link to an object. */
export async function targetsFor(
  sync: SyncReader,
  organization: OrganizationId,
  { guid, place }: { guid: SourceGuid; place: string },
): Promise<readonly string[]> {
  return [guid, await sync.placeTarget(organization, place)]
}

/** All links of an object, as they are kept. */
export async function keptLinks(
  sync: SyncReader,
  organization: OrganizationId,
  object: StoredObject,
): Promise<readonly Link[]> {
  const links: Link[] = []
  for (const { kind, link } of linksOf(object))
    links.push({ kind, target: await targetOf(sync, organization, link) })
  return links
}

/** The entry that a link leads to, in whatever state; null where it is in no address book. */
export async function entryOf(
  sync: Pick<SyncReader, 'findLinked'>,
  organization: OrganizationId,
  link: SourceLink,
): Promise<EntryId | null> {
  return (await sync.findLinked(organization, link))?.entry ?? null
}

/**
 * Manager and sender restrictions as entries. Somebody unknown who may send stays in the list under the name of the link,
 * so that a restriction never opens because of it.
 */
export async function linkedEntries(
  sync: Pick<SyncReader, 'findLinked' | 'placeTarget'>,
  organization: OrganizationId,
  object: StoredObject,
): Promise<LinkedEntries> {
  const { manager, restrictions } = object
  const boss = manager === null ? undefined : await sync.findLinked(organization, manager)
  const ids = async (links: readonly SourceLink[]) => {
    const found: EntryId[] = []
    for (const link of links)
      found.push(
        (await entryOf(sync, organization, link)) ?? ((await targetOf(sync, organization, link)) as EntryId),
      )
    return found.toSorted()
  }
  const isOpen =
    !restrictions.authenticatedOnly &&
    restrictions.maxSizeBytes === null &&
    [
      restrictions.from,
      restrictions.fromMembersOf,
      restrictions.notFrom,
      restrictions.notFromMembersOf,
    ].every(({ length }) => length === 0)
  return {
    manager: boss !== undefined && boss.state !== 'gone' ? boss.entry : null,
    restrictions: isOpen
      ? null
      : {
          authenticatedOnly: restrictions.authenticatedOnly,
          from: await ids(restrictions.from),
          fromMembersOf: await ids(restrictions.fromMembersOf),
          notFrom: await ids(restrictions.notFrom),
          notFromMembersOf: await ids(restrictions.notFromMembersOf),
          maxSizeBytes: restrictions.maxSizeBytes,
        },
  }
}
