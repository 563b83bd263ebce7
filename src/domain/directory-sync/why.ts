import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { isShown } from '../address-book/card.ts'
import { type Entry, type EntryKind, primaryAddress } from '../directory/entry.ts'
import type { Store } from '../store.ts'
import { isCandidate } from './candidate.ts'
import type { SourceGuid } from './source.ts'
import type { KnownObject, ObjectState, SyncRecord } from './store.ts'

/** What is known about one entry or object, for whoever misses it in the address book. */
type Explanation = {
  name: string
  address: string | null
  guid: SourceGuid | null
  entry: EntryId | null
  place: string | null
  isShown: boolean
  /** Whole sentences. */
  sentences: readonly string[]
}

type Deps = Pick<Store, 'directory' | 'directorySync'>

const PAGE = 200
const MOST = 20

const kinds: readonly EntryKind[] = ['user', 'group', 'resource', 'contact']

/**
 * Why somebody is, or is not, in the address book: by address, name, alias, account, distinguished name or key. Objects that were left
 * out or quarantined are looked through one by one, and all others when nobody is found otherwise; with whom an address
 * belongs to come those who want it too. Nothing when nothing of the kind is known.
 */
export async function explain(
  { directory, directorySync }: Deps,
  organization: OrganizationId,
  text: string,
): Promise<readonly Explanation[]> {
  const wanted = text.trim().toLowerCase()
  const entry =
    (text.includes('@') ? await directory.findEntry(organization, { address: text }) : undefined) ??
    (text.startsWith('/') ? await directory.findEntry(organization, { x500: text }) : undefined) ??
    (await directory.findEntry(organization, { id: text as EntryId }))
  if (entry !== undefined) {
    const known = entry.source && (await directorySync.findKnown(organization, { guid: entry.source.guid }))
    const found = [aboutEntry(entry, known)]
    if (text.includes('@')) await lookThrough(found, ['quarantined', 'partial', 'local-partial'])
    return found
  }
  const known =
    (await directorySync.findKnown(organization, { guid: wanted })) ??
    (await directorySync.findKnown(organization, { place: text })) ??
    (await directorySync.findAccount(organization, { upn: wanted }))
  if (known !== undefined) return [await about({ directory, directorySync }, organization, known)]
  const found: Explanation[] = []
  for (const kind of kinds) {
    const named = await directory.findEntry(organization, { name: text.trim(), kind })
    if (named === undefined) continue
    const source = named.source && (await directorySync.findKnown(organization, { guid: named.source.guid }))
    found.push(aboutEntry(named, source))
  }
  await lookThrough(found, ['quarantined', 'omitted', 'candidate', 'gone'])
  if (found.length === 0) await lookThrough(found, ['partial', 'local-partial', 'local', 'imported'])
  return found

  async function lookThrough(found: Explanation[], states: readonly ObjectState[]): Promise<void> {
    for (const state of states) {
      for (let after: SourceGuid | null = null; ; ) {
        const page: Awaited<ReturnType<typeof directorySync.listKnown>> = await directorySync.listKnown(
          organization,
          { state, after, limit: PAGE },
        )
        for (const each of page.rows) {
          if (!isMeant(each, wanted) || found.some(({ guid }) => guid === each.guid)) continue
          found.push(await about({ directory, directorySync }, organization, each))
          if (found.length >= MOST) return
        }
        if (page.next === null) break
        after = page.next
        await new Promise(setImmediate)
      }
    }
  }
}

/** What a run that is under way means for what was explained; undefined without one. */
export function duringRun(record: SyncRecord | undefined, now: number): string | undefined {
  if (record === undefined) return undefined
  if (record.applying !== null)
    return 'A run is being put into place just now; until it has ended the address book is as it was before. Ask again then.'
  if (record.leasedUntil === null || record.leasedUntil <= now) return undefined
  return 'A run is under way just now and may change this: it is what the runs before it have found. Ask again once it has ended.'
}

function isMeant({ object, note }: KnownObject, wanted: string): boolean {
  const texts = [
    note.name,
    note.address,
    object?.alias,
    object?.displayName,
    object?.account?.sam,
    ...(object?.proxyAddresses ?? []).map((proxy) => proxy.slice(proxy.indexOf(':') + 1)),
  ]
  return texts.some((each) => each?.toLowerCase().includes(wanted))
}

async function about(
  { directory }: Deps,
  organization: OrganizationId,
  known: KnownObject,
): Promise<Explanation> {
  const entry =
    known.entry === null ? undefined : await directory.findEntry(organization, { id: known.entry })
  if (entry !== undefined) return aboutEntry(entry, known)
  return {
    name: known.note.name,
    address: known.note.address,
    guid: known.guid,
    entry: null,
    place: known.object?.place ?? null,
    isShown: false,
    sentences: [...(isComing(known) ? [COMING] : []), ...sentencesOf(known, false)],
  }
}

function aboutEntry(entry: Entry, known: KnownObject | undefined): Explanation {
  const sentences: string[] = []
  const isGone = known === undefined || known.state === 'gone'
  if (entry.state === 'DELETED') {
    if (isGone)
      sentences.push(
        'It is gone from the directory; it comes back with all that hung on it if it returns there within 30 days.',
      )
  } else if (isCandidate(entry)) sentences.push('It is not in the address book.')
  else if (entry.state === 'DISABLED') sentences.push('It is disabled here.')
  else if (entry.hidden) sentences.push('It is hidden from address lists. Mail to it is delivered.')
  else sentences.push('It is in the address book.')
  if (entry.source === undefined)
    sentences.push('It is kept here and not in the directory that is synchronised.')
  // One that was picked is here from that moment; what is known of it says so with the next change over there.
  const now =
    known?.state === 'candidate' && !isCandidate(entry) ? { ...known, state: 'local' as const } : known
  if (now !== undefined && !isGone) sentences.push(...sentencesOf(now, entry.state !== 'DELETED'))
  return {
    name: entry.displayName,
    address: primaryAddress(entry) ?? known?.note.address ?? null,
    guid: known?.guid ?? entry.source?.guid ?? null,
    entry: entry.id,
    place: known?.object?.place ?? null,
    isShown: isShown(entry),
    sentences,
  }
}

const words: Record<ObjectState, string | null> = {
  imported: null,
  partial: 'It does not have all of its addresses here:',
  local: 'Its mailbox is here; the directory only says what the address book shows of it.',
  'local-partial':
    'Its mailbox is here; the directory only says what the address book shows of it. It does not have all of the addresses it has there:',
  candidate: 'It is an account without a mailbox. "landbridge user enable" gives it one here.',
  quarantined: 'It is not in the address book, but quarantined until this is mended; each run looks again:',
  omitted: 'It is left out of the address book:',
  gone: 'The directory does not have it any more.',
}
/** Readers see the directory of before while a run is put into place, and what the run knows already. */
const COMING = 'It comes into the address book with the run that is being put into place.'
const isComing = ({ state, entry }: KnownObject): boolean =>
  entry !== null && (state === 'imported' || state === 'partial')
const STAYS =
  'It stays as it was before. What the directory says of it now is quarantined until this is mended:'

function sentencesOf({ state, note, heldRun, missingRun }: KnownObject, isThere: boolean): string[] {
  const begin = state === 'quarantined' && isThere ? STAYS : words[state]
  const hasReason = state === 'quarantined' || state === 'omitted'
  return [
    ...(begin === null ? [] : [begin]),
    ...(hasReason ? [note.reason ?? 'The reason was not kept.'] : []),
    ...(heldRun === null ? [] : ['It lost most of its members; the next run decides whether that is meant.']),
    ...(missingRun === null
      ? []
      : ['The last run did not find it, on another server; the next one decides.']),
    ...(note.remarks ?? []),
  ]
}
