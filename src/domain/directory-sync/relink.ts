import { isDeepStrictEqual } from 'node:util'
import { Breath } from '#src/base/breath.ts'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../directory/entry.ts'
import { entryOf, keptLinks, linkedEntries, targetsFor } from './linked.ts'
import { appearanceOf } from './projection.ts'
import type { SourceGuid, SourceLink } from './source.ts'
import type { StagedObject, StoredObject, SyncReader, SyncTransaction } from './store.ts'

const DEPENDENTS = 500

/** What applying an object depends on besides the object itself. */
export type ApplyingTo = {
  organization: OrganizationId
  run: number
  now: number
  routingDomains: ReadonlySet<string>
  /** Nothing was here before: nobody can name somebody who comes. */
  isFirst: boolean
  hasPlaceLinks: boolean
}

/** Members, manager and restrictions of one object, once everybody is there; and of those who name it. */
export async function link(writer: SyncTransaction, to: ApplyingTo, row: StagedObject): Promise<void> {
  const { directory, sync } = writer
  const { organization } = to
  const { guid, decision, object, entry: id } = row
  if (object !== null && decision !== 'delete') {
    await sync.replaceLinks(organization, guid, await keptLinks(sync, organization, object))
    const entry = id === null ? undefined : await directory.findEntry(organization, { id })
    if (entry !== undefined) await relink(writer, to, entry, object)
  }
  if (decision !== 'change' && decision !== 'note' && decision !== 'hold')
    await relinkDependents(writer, to, row)
}

async function relink(
  { directory, sync }: SyncTransaction,
  { organization }: ApplyingTo,
  entry: Entry,
  object: StoredObject,
): Promise<void> {
  if (entry.kind === 'group' && entry.home !== 'local') {
    // A dynamic one has none that are told, also where it was an ordinary one before.
    await sync.setMembers(organization, entry.id, await membersOf(sync, organization, object.members ?? []))
  }
  const hasLinks =
    object.manager !== null || entry.details.manager !== undefined || entry.source?.restrictions
  if (!hasLinks) return
  const appearance = appearanceOf(object, await linkedEntries(sync, organization, object))
  if (isDeepStrictEqual([appearance.details, appearance.source], [entry.details, entry.source])) return
  await directory.saveEntry(organization, { ...entry, ...appearance })
}

/** Those of a group's members that are in the address book, in whatever state. */
async function membersOf(
  sync: SyncReader,
  organization: OrganizationId,
  links: readonly SourceLink[],
): Promise<readonly EntryId[]> {
  const members: EntryId[] = []
  const breath = new Breath()
  for (let from = 0; from < links.length; from += DEPENDENTS) {
    await breath.taken()
    const some = links.slice(from, from + DEPENDENTS)
    const known = await sync.findAllLinked(
      organization,
      some.flatMap((link) => ('guid' in link ? link.guid : [])),
    )
    for (const link of some) {
      const member =
        'guid' in link ? (known.get(link.guid)?.entry ?? null) : await entryOf(sync, organization, link)
      if (member !== null) members.push(member)
    }
  }
  return members
}

/** Those who name one that came, went, or took over another entry, and were not read in this run themselves. */
async function relinkDependents(
  writer: SyncTransaction,
  to: ApplyingTo,
  { guid, entry: id, object, decision, note }: StagedObject,
): Promise<void> {
  const { directory, sync } = writer
  const { organization } = to
  // Of a first run those are left that did not become what was decided: somebody may name them as if they had.
  if (to.isFirst && (await sync.findLinked(organization, { guid }))?.state !== 'quarantined') return
  // It may not have become an entry after all.
  const comer =
    id !== null && decision !== 'delete' ? await directory.findEntry(organization, { id }) : undefined
  await eachDependent(writer, to, { guid, object }, async (kind, entry, dependent) => {
    if (kind === 'manager') await relink(writer, to, entry, dependent)
    else if (comer !== undefined && entry.kind === 'group' && entry.home !== 'local')
      await directory.addMember(organization, entry.id, comer.id)
  })
  // Who named the one before does not mean this one, though the entry is the same.
  if (note?.replaces !== undefined)
    await eachDependent(writer, to, { guid: note.replaces, object: null }, (_kind, entry, dependent) =>
      relink(writer, to, entry, dependent),
    )
}

/** Those whose member or manager it is by what they were read as. */
async function eachDependent(
  { directory, sync }: SyncTransaction,
  { organization, run, isFirst, hasPlaceLinks }: ApplyingTo,
  { guid, object }: Pick<StagedObject, 'guid' | 'object'>,
  work: (kind: 'member' | 'manager', entry: Entry, object: StoredObject) => Promise<void>,
): Promise<void> {
  const place = object?.place ?? (await sync.findKnown(organization, { guid }))?.object?.place ?? ''
  const targets = hasPlaceLinks ? await targetsFor(sync, organization, { guid, place }) : [guid]
  for (const target of targets) {
    for (const kind of ['member', 'manager'] as const) {
      for (let after: SourceGuid | null = null; ; ) {
        const dependents: readonly SourceGuid[] = await sync.linksTo(organization, {
          ...{ target, kind, after },
          notIn: isFirst ? null : run,
          limit: DEPENDENTS,
        })
        for (const dependent of dependents) {
          const known = await sync.findKnown(organization, { guid: dependent })
          const entry = known?.entry
            ? await directory.findEntry(organization, { id: known.entry })
            : undefined
          if (known?.object && entry !== undefined && entry.state !== 'DELETED')
            await work(kind, entry, known.object)
        }
        if (dependents.length < DEPENDENTS) break
        after = dependents.at(-1)!
      }
    }
  }
}
