import { createHash } from 'node:crypto'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { Attachment, AttachmentKind, Entry, EntryKind, NewEntry } from './entry.ts'
import { keptAsAccount, keptElsewhere } from './kept-elsewhere.ts'
import { DAY_MS, LIMITS } from './limits.ts'
import { changeDetails, type DetailsChange, invalid, requireText } from './names.ts'
import type { DirectoryReader, DirectoryWriter } from './store.ts'

type Of<K extends EntryKind> = Extract<Entry, { kind: K }>

/** What every kind of entry begins with. */
export function freshEntry(id: EntryId, name: string, displayName: string, now: number) {
  return {
    id,
    name,
    displayName: requireText('The display name', displayName),
    state: 'DISABLED',
    home: 'local',
    hidden: false,
    addresses: [],
    target: null,
    details: {},
    photo: null,
    certificate: null,
    mailbox: null,
    createdAt: now,
    enabledAt: null,
    disabledAt: null,
    deletedAt: null,
    purgeAt: null,
  } as const satisfies Partial<NewEntry>
}

/** The entry, when it is one of these kinds and not deleted. Refuses `no-such-entry`, `wrong-state`. */
export async function requireEntry<K extends EntryKind>(
  directory: DirectoryReader,
  organization: OrganizationId,
  id: EntryId,
  ...kinds: readonly K[]
): Promise<Of<K>> {
  const entry = await directory.getEntry(organization, id)
  if (!(kinds as readonly EntryKind[]).includes(entry.kind)) {
    throw new Refusal('no-such-entry', `${id} is a ${entry.kind}; this asks for a ${kinds.join(' or ')}.`)
  }
  if (entry.state === 'DELETED') {
    throw new Refusal('wrong-state', `${nameOf(entry)} was deleted, which cannot be undone. Create it anew.`)
  }
  return entry as Of<K>
}

/** As `requireEntry`, and enabled. */
export async function requireEnabled<K extends EntryKind>(
  directory: DirectoryReader,
  organization: OrganizationId,
  id: EntryId,
  ...kinds: readonly K[]
): Promise<Of<K>> {
  return enabled(await requireEntry(directory, organization, id, ...kinds))
}

/** The entry, when it is enabled. Refuses `wrong-state`. */
export function enabled<E extends Entry>(entry: E): E {
  if (entry.state === 'ENABLED') return entry
  throw new Refusal('wrong-state', `${nameOf(entry)} is disabled. Enable it first.`)
}

/** For sentences: `user "ann"`. */
export const nameOf = (entry: Pick<Entry, 'kind' | 'name'>): string => `${entry.kind} "${entry.name}"`

/** What can be changed of every kind of entry. */
export type EntryChange = {
  displayName?: string
  hidden?: boolean
  details?: DetailsChange
  target?: string | null
}

/** Refuses `invalid-parameter`. */
export function withChange<E extends Entry>(entry: E, change: EntryChange): E {
  return {
    ...entry,
    displayName:
      change.displayName === undefined
        ? entry.displayName
        : requireText('The display name', change.displayName),
    hidden: change.hidden ?? entry.hidden,
    details: change.details === undefined ? entry.details : changeDetails(entry.details, change.details),
    target: change.target === undefined ? entry.target : change.target,
  }
}

/** Reads an entry, changes it and saves it, in one transaction. Refuses `not-supported` for one that is kept elsewhere (INT-09). */
export async function changeEntry<K extends EntryKind>(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  kinds: readonly K[],
  change: (entry: Of<K>, directory: DirectoryWriter) => Of<K> | Promise<Of<K>>,
): Promise<Of<K>> {
  const requireKeptHere = await keptElsewhere(store, organization)
  return store.transact({ organization }, async ({ directory }) => {
    const entry = await requireEntry(directory, organization, id, ...kinds)
    requireKeptHere(entry)
    return (await directory.saveEntry(organization, await change(entry, directory))) as Of<K>
  })
}

/**
 * Deletes for good: names, addresses and rights are free at once, the mailbox is destroyed after 30 days
 * (DIR-07). Refuses `wrong-state` unless it is DISABLED; a contact can be deleted as it is.
 */
export async function deleteEntry(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  now: number,
): Promise<void> {
  const requireKeptHere = await keptElsewhere(store, organization)
  const requireNoAccount = await keptAsAccount(store, organization)
  await store.transact({ organization }, async ({ directory }) => {
    const entry = await requireEntry(directory, organization, id, 'user', 'group', 'resource', 'contact')
    requireNoAccount(entry)
    if (entry.home !== 'local') requireKeptHere(entry)
    if (entry.state === 'ENABLED' && entry.kind !== 'contact') {
      throw new Refusal('wrong-state', `${nameOf(entry)} is enabled. Disable it before you delete it.`)
    }
    await directory.removeRelations(organization, id)
    await directory.putAttachment(organization, id, 'photo', null)
    await directory.putAttachment(organization, id, 'certificate', null)
    await directory.saveEntry(organization, {
      ...entry,
      state: 'DELETED',
      addresses: [],
      details: {},
      photo: null,
      certificate: null,
      deletedAt: now,
      purgeAt: now + LIMITS.graceDays * DAY_MS,
    })
  })
}

const TYPES: Record<AttachmentKind, { types: readonly string[]; most: number }> = {
  photo: { types: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'], most: LIMITS.photoBytes },
  certificate: { types: ['application/pkix-cert'], most: LIMITS.certificateBytes },
}

/** Sets or, with null, removes the photo or certificate that the address book shows. Refuses `invalid-parameter`, `too-large`. */
export async function putEntryAttachment(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  kind: AttachmentKind,
  attachment: Attachment | null,
): Promise<Entry> {
  if (attachment) requireAttachment(kind, attachment)
  const note = attachment && {
    type: attachment.type,
    sizeBytes: attachment.octets.length,
    digest: createHash('sha256').update(attachment.octets).digest('hex'),
  }
  const requireNoAccount = await keptAsAccount(store, organization)
  return changeEntry(
    store,
    organization,
    id,
    ['user', 'group', 'resource', 'contact'],
    async (entry, directory) => {
      requireNoAccount(entry)
      await directory.putAttachment(organization, id, kind, attachment)
      return { ...entry, [kind]: note }
    },
  )
}

function requireAttachment(kind: AttachmentKind, { type, octets }: Attachment): void {
  const { types, most } = TYPES[kind]
  if (!types.includes(type)) throw invalid(`A ${kind} is ${types.join(' or ')}, not ${type.slice(0, 40)}.`)
  if (octets.length > most) {
    throw new Refusal('too-large', `A ${kind} has at most ${most} octets; this one has ${octets.length}.`)
  }
}
