import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { lookupText } from '../directory/address.ts'
import { certificateOf } from '../directory/attachments.ts'
import type { AttachmentNote, Entry, EntryAddress, NewEntry } from '../directory/entry.ts'
import { LIMITS } from '../directory/limits.ts'
import { Refusal } from '../refusal.ts'
import { type Appearance, newEntryOf, type Projection } from './projection.ts'
import type { StoredObject } from './store.ts'

/** The form in which an address is found; an empty text for what is none. */
export const found = ({ kind, address }: EntryAddress): string => lookupText(kind, address) ?? ''

/** An entry as the source has it now: what is only here (its id, times, mailbox, photo) stays. */
export function renewedEntry(
  entry: Entry,
  object: StoredObject,
  projection: Extract<Projection, { is: 'entry' }>,
  appearance: Appearance,
  dropped: readonly string[],
  now: number,
): NewEntry {
  const fresh = newEntryOf(object, projection, entry.id, appearance, now)
  const { version: _version, createdVersion: _created, source: _source, ...kept } = entry
  const isBack = entry.state !== 'ENABLED'
  return {
    ...kept,
    ...fresh,
    addresses: projection.addresses.filter((address) => !dropped.includes(found(address))),
    createdAt: entry.createdAt,
    enabledAt: isBack || fresh.state === 'DISABLED' ? fresh.enabledAt : entry.enabledAt,
    disabledAt: null,
    deletedAt: null,
    purgeAt: null,
    name: isBack ? fresh.name : entry.name,
    mailbox: entry.mailbox,
    photo: object.hasPhoto ? entry.photo : null,
    certificate: certificateNote(object, entry.certificate),
  } as NewEntry
}

/**
 * An entry whose mailbox is here, with what the address book shows of it. Addresses are added and never taken away: mail
 * and replies to them belong into that mailbox.
 */
export function renewedLocal(
  entry: Entry,
  appearance: Appearance,
  addresses: readonly EntryAddress[],
  dropped: readonly string[],
): Entry {
  const own = new Set(entry.addresses.map(found))
  const added = addresses
    .filter((address) => !own.has(found(address)) && !dropped.includes(found(address)))
    .map((address): EntryAddress => (address.kind === 'primary' ? { ...address, kind: 'alias' } : address))
  return { ...entry, ...appearance, addresses: [...entry.addresses, ...added] }
}

/** What would be seen to change, in words; none where nothing would. */
export function changesOf(before: Entry | NewEntry, after: Entry | NewEntry): string[] {
  const changes: string[] = []
  const moved = (name: string, from: unknown, to: unknown) => {
    if (!isDeepStrictEqual(from, to)) changes.push(`${name}: ${shown(from)} → ${shown(to)}`)
  }
  moved('display name', before.displayName, after.displayName)
  moved('hidden', before.hidden, after.hidden)
  moved('home', before.home, after.home)
  moved('target', before.target, after.target)
  if (before.state !== after.state) changes.push(`state: ${before.state} → ${after.state}`)
  const was = before.addresses.map(written)
  const is = after.addresses.map(written)
  for (const address of is) if (!was.includes(address)) changes.push(`+ ${address}`)
  for (const address of was) if (!is.includes(address)) changes.push(`- ${address}`)
  const names = new Set([...Object.keys(before.details), ...Object.keys(after.details)])
  for (const name of names)
    moved(
      name,
      Object.entries(before.details).find(isNamed(name))?.[1],
      Object.entries(after.details).find(isNamed(name))?.[1],
    )
  if (!isDeepStrictEqual(before.source, after.source)) changes.push('what the directory says of it')
  if (before.kind === 'resource' && after.kind === 'resource') {
    moved('capacity', before.capacity, after.capacity)
    moved('type', before.type, after.type)
    moved('description', before.description, after.description)
  }
  if (before.photo !== null && after.photo === null) changes.push('- photo')
  if (before.certificate?.digest !== after.certificate?.digest) changes.push('certificate')
  return changes.slice(0, 20)
}

const isNamed =
  (name: string) =>
  ([each]: [string, unknown]): boolean =>
    each === name

const written = ({ kind, address }: EntryAddress): string => `${kind} ${address}`

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** The certificate's note; the one that is there already, when it is the same, and null for what is no certificate. */
export function certificateNote(
  { certificate }: StoredObject,
  present: AttachmentNote | null,
): AttachmentNote | null {
  if (certificate === null) return null
  const octets = Buffer.from(certificate, 'base64')
  const digest = createHash('sha256').update(octets).digest('hex')
  if (present?.digest === digest) return present
  if (octets.length > LIMITS.certificateBytes) return null
  try {
    return { type: certificateOf(octets).type, sizeBytes: octets.length, digest }
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}
