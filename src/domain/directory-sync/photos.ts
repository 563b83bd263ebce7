import { createHash } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import { photoOf } from '../directory/attachments.ts'
import { LIMITS } from '../directory/limits.ts'
import type { Report } from '../organization/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { SourceGuid, SourceReading } from './source.ts'
import type { PendingRun, SyncState } from './store.ts'

const REPORTED = 20
/** As many are remembered by name; for more of them everything may as well be read. */
const MOST_OWED = 500

/** What is owed once a run is in place that names photos: until they were looked at they are not forgotten. */
export function owedAfter(
  { owesPhotos = false, owedPhotos = [] }: Pick<SyncState, 'owesPhotos' | 'owedPhotos'>,
  { namesPhotos = false, photos }: Pick<PendingRun, 'namesPhotos' | 'photos'>,
): Pick<SyncState, 'owesPhotos' | 'owedPhotos'> {
  if (!namesPhotos) return {}
  const named = [...new Set([...owedPhotos, ...(photos ?? [])])]
  return owesPhotos || photos === undefined || named.length > MOST_OWED
    ? { owesPhotos: true, owedPhotos: [] }
    : { owedPhotos: named }
}

/** The names to keep with a run, where they are few. */
export const fewPhotos = (photos: readonly SourceGuid[]): Pick<PendingRun, 'photos'> =>
  photos.length > MOST_OWED ? {} : { photos }

/** The second pass (exchange-interop 1.2): photos of those whose object moved. One that is no picture, or too large, is as none. */
export async function putPhotos(
  store: Pick<Store, 'directorySync' | 'transact'>,
  organization: OrganizationId,
  reading: Pick<SourceReading, 'photos'>,
  of: readonly SourceGuid[],
  { report, tick, signal }: { report: Report; tick: () => Promise<void>; signal: AbortSignal },
): Promise<void> {
  if (of.length === 0) return
  let done = 0
  for await (const { guid, octets } of reading.photos(of)) {
    signal.throwIfAborted()
    await putPhoto(store, organization, guid, octets)
    if (++done % REPORTED > 0) continue
    report({ what: 'Reading photos', done, total: of.length })
    await tick()
  }
}

async function putPhoto(
  store: Pick<Store, 'directorySync' | 'transact'>,
  organization: OrganizationId,
  guid: SourceGuid,
  octets: Uint8Array,
): Promise<void> {
  const photo = pictureIn(octets)
  const note = photo && {
    type: photo.type,
    sizeBytes: octets.length,
    digest: createHash('sha256').update(octets).digest('hex'),
  }
  await store.transact({ organization }, async ({ directory, directorySync }) => {
    const known = await directorySync.findKnown(organization, { guid })
    if (known === undefined || known.entry === null) return
    const entry = await directory.findEntry(organization, { id: known.entry })
    if (entry === undefined || entry.state === 'DELETED' || entry.photo?.digest === note?.digest) return
    await directory.putAttachment(organization, entry.id, 'photo', photo ?? null)
    await directory.saveEntry(organization, { ...entry, photo: note ?? null })
  })
}

function pictureIn(octets: Uint8Array): ReturnType<typeof photoOf> | undefined {
  if (octets.length > LIMITS.photoBytes) return undefined
  try {
    return photoOf(octets)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
  }
}
