import { isDeepStrictEqual } from 'node:util'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { Decision } from '#src/domain/directory-sync/decision.ts'
import { plainNoteOf } from '#src/domain/directory-sync/object-note.ts'
import type {
  KnownObject,
  ObjectNote,
  ObjectState,
  StagedObject,
  StoredObject,
} from '#src/domain/directory-sync/store.ts'
import type { DataKey } from '../data-key.ts'
import type { Row } from '../driver/driver.ts'

export const KNOWN_COLUMNS =
  'guid, entry, state, change_number, digest, missing_run, held_run, gone_at, sealed, sealed_note, sealed_held'

export type KnownRow = Row & {
  guid: string
  entry: EntryId | null
  state: ObjectState
  change_number: string
  digest: Uint8Array
  missing_run: number | null
  held_run: number | null
  gone_at: number | null
  sealed: Uint8Array | null
  sealed_note: Uint8Array
  sealed_held: Uint8Array | null
}

/** Of a known object about which nothing waits for the next run. */
export const SETTLED = "state NOT IN ('gone', 'quarantined') AND missing_run IS NULL AND held_run IS NULL"

export const STAGED_COLUMNS = 'guid, change_number, digest, decision, step, entry, sealed, sealed_note'

export type StagedRow = Row & {
  guid: string
  change_number: string
  digest: Uint8Array
  decision: Decision | null
  step: number | null
  entry: EntryId | null
  sealed: Uint8Array | null
  sealed_note: Uint8Array | null
}

/**
 * What is sealed of an object: what the source says, or why it leaves it out. Its change number moves without anything else,
 * so that lies beside it.
 */
export type SealedObject = {
  object: StoredObject | null
  reason: string | null
  place: string
  name?: string
  address?: string | null
}

/** The same for what is staged, known and held, so that a row moves from one to the next as it is. */
export const objectPlace = (org: OrganizationId, guid: string): string => `source-object:${org}:${guid}`
const notePlace = (org: OrganizationId, guid: string): string => `source-note:${org}:${guid}`

/** Most notes say no more than the object itself: of those no octets are kept. */
const PLAIN = new Uint8Array()

/** The sealed octets of a note; none for one that `openNote` makes anew of the object. */
export function sealNote(
  key: DataKey,
  org: OrganizationId,
  guid: string,
  note: ObjectNote,
  object: StoredObject | null,
): Uint8Array {
  return object !== null && isDeepStrictEqual(note, plainNoteOf(object))
    ? PLAIN
    : key.sealJson(notePlace(org, guid), note)
}

const openNote = (
  key: DataKey,
  org: OrganizationId,
  guid: string,
  sealed: Uint8Array,
  object: StoredObject | null,
): ObjectNote =>
  sealed.length === 0 && object !== null
    ? plainNoteOf(object)
    : key.openJson<ObjectNote>(notePlace(org, guid), sealed)

export function openKnown(key: DataKey, org: OrganizationId, row: KnownRow): KnownObject {
  const opened = (sealed: Uint8Array | null) =>
    sealed === null ? null : openObject(key, org, row, sealed).object
  const object = opened(row.sealed)
  return {
    guid: row.guid,
    entry: row.entry,
    state: row.state,
    changeNumber: row.change_number,
    digest: Buffer.from(row.digest).toString('hex'),
    missingRun: row.missing_run,
    heldRun: row.held_run,
    goneAt: row.gone_at,
    object,
    held: opened(row.sealed_held),
    note: openNote(key, org, row.guid, row.sealed_note, object),
  }
}

export function openStaged(key: DataKey, org: OrganizationId, row: StagedRow): StagedObject {
  const sealed: SealedObject =
    row.sealed === null ? { object: null, reason: null, place: '' } : openObject(key, org, row, row.sealed)
  return {
    guid: row.guid,
    changeNumber: row.change_number,
    object: sealed.object,
    reason: sealed.reason,
    ...(sealed.name !== undefined && { name: sealed.name, address: sealed.address ?? null }),
    place: sealed.place,
    digest: Buffer.from(row.digest).toString('hex'),
    decision: row.decision,
    step: row.step,
    entry: row.entry,
    note: row.sealed_note === null ? null : openNote(key, org, row.guid, row.sealed_note, sealed.object),
  }
}

function openObject(
  key: DataKey,
  org: OrganizationId,
  { guid, change_number }: Pick<KnownRow, 'guid' | 'change_number'>,
  sealed: Uint8Array,
): SealedObject {
  const opened = key.openJson<SealedObject>(objectPlace(org, guid), sealed)
  if (opened.object !== null) opened.object.changeNumber = change_number
  return opened
}

/** Distinguished names are one without regard to case. */
export const placeKey = (key: DataKey, place: string): Uint8Array =>
  key.blindOnce('source-place', place.normalize('NFC').toLowerCase())

/** Account names are one without regard to case; those of before Windows 2000 are unique in their domain only. */
export const upnKey = (key: DataKey, upn: string): Uint8Array => key.blindOnce('source-upn', folded(upn))
export const formKey = (key: DataKey, form: string): Uint8Array => key.blindOnce('source-form', form)
export const sidKey = (key: DataKey, sid: string): Uint8Array =>
  key.blindOnce('source-sid', sid.trim().toUpperCase())
export const samKey = (key: DataKey, partition: string, sam: string): Uint8Array =>
  key.blindOnce('source-sam', `${partition}\0${folded(sam)}`)

const folded = (name: string): string => name.normalize('NFC').toLowerCase()
