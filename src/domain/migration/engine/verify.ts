import { octetWords } from '#src/base/figure-words.ts'
import { allFilesIn, OCCURRENCE } from '../../mailbox/files.ts'
import type { BodyNo, FolderNo, Item } from '../../mailbox/item.ts'
import type { MailboxRef } from '../../mailbox/store.ts'
import type { Store } from '../../store.ts'
import type { LossWeight, SourceFolder, SourceItem, SourceMailbox } from '../source.ts'
import type { LedgerFolderNo, LedgerItem } from '../store.ts'
import {
  contentDigestLike,
  digestLike,
  factsDigestHere,
  propertyDigest,
  propertyDigestHere,
} from './canonical.ts'
import { digestsOf } from './digest-items.ts'
import { type Grade, gradeOf, weights } from './grade.ts'
import type { Lane } from './lane.ts'

const ROWS = 200
const LEAST_SAMPLED = 50

/** `weight`: absent: content. */
export type Difference = { key: string; title: string; what: string; weight?: LossWeight }

export type Verification = {
  level: 1 | 2 | 3
  items: number
  bodies: number
  differences: readonly Difference[]
  grade: Grade
}

export type VerifyDeps = {
  store: Store
  at: MailboxRef
  sourceId: string
  level: 1 | 2 | 3
  sampledPart: number
  random: () => number
  signal: AbortSignal
  /** Folders as the source told of them before the last pass: whatever lay in one is known by now. */
  listed?: readonly SourceFolder[]
  /** With them properties are compared with the source as it is now; without, what is here with what was read then. */
  source?: SourceMailbox
  lane?: Lane
}

/** As many differences as are listed. */
const MOST_LISTED = 1_000

/**
 * Compares what is here with what the ledger noted as it was read: 1 that every folder was read to its end and as many items and
 * octets of it are known as the source counts, 2 also class, time and
 * properties of all items, and bodies, contents and files of a sample, 3 of all, and every item once more with the source as it is
 * now, where it can be had. What somebody here changed or deleted since is not a difference.
 */
export async function verifyMailbox(deps: VerifyDeps): Promise<Verification> {
  const { store, at, sourceId, level, random } = deps
  const { counts, losses } = await store.migration.countLedger(at, sourceId)
  const differences: Difference[] = [...(await missingFolders(deps))]
  const part = level === 3 ? 1 : Math.max(deps.sampledPart, LEAST_SAMPLED / Math.max(1, counts.copied))
  let items = 0
  let bodies = 0
  const known = new Map<LedgerFolderNo, Known>()
  for (let after: string | null = null; ; ) {
    deps.signal.throwIfAborted()
    const { rows, next } = await store.migration.listLedgerItems(at, { after, limit: ROWS })
    const own = rows.filter(({ source }) => source === sourceId)
    for (const row of own) if (row.state !== 'pending') addKnown(known, row)
    const page = { rows: own.filter(({ state }) => state === 'copied'), next }
    const found = new Map(
      (
        await store.mailboxes.getItems(
          at,
          page.rows.flatMap(({ item }) => item ?? []),
          level === 1 ? [] : ['content', 'properties', 'structure'],
        )
      ).map((item) => [item.no, item]),
    )
    for (const row of page.rows) {
      items++
      const item = found.get(row.item!)
      if (item === undefined || item.modseq !== row.modseq || level === 1) continue
      if (row.facts !== undefined && factsDigestHere(item) !== row.facts)
        note(differences, row, 'Its properties are not those that were read from the source.')
      if (random() >= part) continue
      bodies++
      const digest =
        item.class === 'message'
          ? await bodyDigest(store, at, item.body!, row.hash)
          : contentDigestLike(row.hash, item.content ?? {})
      if (digest !== row.hash) note(differences, row, 'It is not what was read from the source.')
      if (
        row.files !== undefined &&
        (item.body === null || (await bodyDigest(store, at, item.body, row.files)) !== row.files)
      )
        note(differences, row, 'Its files are not those that were read from the source.')
    }
    if (level > 1 && deps.source && deps.lane) await compareWithSource(deps, page.rows, found, differences)
    if (page.next === null) break
    after = page.next
  }
  differences.push(...(await missingItems(deps, known)))
  const all = { ...losses }
  for (const each of weights)
    all[each] += differences.filter(({ weight = 'content' }) => weight === each).length
  return { level, items, bodies, differences, grade: gradeOf(all, counts.copied + counts.skipped) }
}

async function missingFolders({ store, at, sourceId }: VerifyDeps): Promise<readonly Difference[]> {
  const here = new Set((await store.mailboxes.listFolders(at)).map(({ no }) => no as FolderNo))
  const folders = await store.migration.listLedgerFolders(at, sourceId)
  return folders
    .filter(
      ({ target, gone, isListing, cursor }) => !gone && (isListing || cursor === null) && here.has(target),
    )
    .slice(0, MOST_LISTED)
    .map(({ key, name }) => ({ key, title: name, what: 'The folder was not read to its end.' }))
}

/** What the ledger has of a folder: items, and octets as the source listed them; null where it listed none of some. */
type Known = { items: number; bytes: number | null }

function addKnown(all: Map<LedgerFolderNo, Known>, { folder, state, sizeBytes }: LedgerItem): void {
  const { items, bytes } = all.get(folder) ?? { items: 0, bytes: 0 }
  const isTold = state !== 'skipped' || sizeBytes > 0
  all.set(folder, { items: items + 1, bytes: isTold && bytes !== null ? bytes + sizeBytes : null })
}

/** What a source counts for a folder is no sum to the octet (RFC 8438: at least that), nor is the folder what it was a moment ago. */
const LEAST_LACKING = 1024 * 1024
const LACKING_PART = 0.05

/**
 * Folders of which fewer items are known than the source counted, or far fewer octets: those that were left behind by name are known
 * too.
 */
async function missingItems(
  { store, at, sourceId, listed = [] }: VerifyDeps,
  known: ReadonlyMap<LedgerFolderNo, Known>,
): Promise<readonly Difference[]> {
  const rows = new Map((await store.migration.listLedgerFolders(at, sourceId)).map((row) => [row.key, row]))
  return listed.flatMap(({ key, name, items, sizeBytes, class: kind }): Difference[] => {
    const row = rows.get(key)
    const { items: here, bytes } = (row && known.get(row.no)) ?? { items: 0, bytes: 0 }
    if (kind === 'search') return []
    if (items !== null && items > here)
      return [
        { key, title: name, what: `The source counts ${items} items in it, and ${here} came from there.` },
      ]
    if (sizeBytes === null || bytes === null) return []
    if (sizeBytes - bytes <= Math.max(LEAST_LACKING, LACKING_PART * sizeBytes)) return []
    const [there, came] = [octetWords(sizeBytes), octetWords(bytes)]
    const what = `The source counts ${there} in it, and its items came to ${came} as it listed them.`
    return [{ key, title: name, what, weight: 'metadata' }]
  })
}

/** Level 2 and 3 with the source at hand: what it says of each item now. */
async function compareWithSource(
  { store, at, sourceId, source, lane, signal }: VerifyDeps,
  rows: readonly LedgerItem[],
  found: ReadonlyMap<number, Awaited<ReturnType<Store['mailboxes']['getItems']>>[number]>,
  differences: Difference[],
): Promise<void> {
  const folders = new Map(
    (await store.migration.listLedgerFolders(at, sourceId)).map((folder) => [folder.no, folder]),
  )
  const key = await store.migration.digestKey(at)
  for (const [no, some] of Map.groupBy(rows, ({ folder }) => folder)) {
    const folder = folders.get(no)
    if (folder === undefined || folder.gone) continue
    const place = {
      key: folder.key,
      parent: folder.parent,
      name: folder.name,
      role: null,
      class: 'message' as const,
    }
    const byKey = new Map(some.map((row) => [row.key, row]))
    const listed = { ...place, folderClass: null, items: null, sizeBytes: null }
    for (let left: readonly LedgerItem[] = some; left.length > 0; ) {
      const portion = lane!.portion(left, ({ sizeBytes }) => sizeBytes)
      left = left.slice(portion.some.length)
      await lane!.call(async (_, spend) => {
        const keys = portion.some.flatMap(({ key }) => (byKey.has(key) ? key : []))
        for await (const read of source!.items(listed, keys, signal)) {
          if (read.kind === 'failed') continue
          spend(read.item.message?.sizeBytes ?? 1024)
          const row = byKey.get(read.item.key)
          const item = row && found.get(row.item!)
          // Changed there or here meanwhile: the next delta is for that.
          if (
            row === undefined ||
            item === undefined ||
            item.modseq !== row.modseq ||
            read.item.version !== row.version
          )
            continue
          // A server may say of mail that was changed and moved that it is as it came (mfUnmodified): its list tells no more.
          const isNoted = row.facts !== undefined && row.hash !== null
          const now = isNoted ? await digestsOf(read.item, key, signal, row.hash) : undefined
          // Read to its end: a call that breaks off before asks for it again.
          byKey.delete(read.item.key)
          // Where nobody noted it, it was put back: the server has made of what lay beside it, and when it came, what it does.
          const beside = row.facts === undefined && {
            properties: {},
            ...(item.class !== 'message' && { receivedAt: 0 }),
          }
          if (propertyDigest({ ...read.item, ...beside }) !== propertyDigestHere({ ...item, ...beside }))
            note(differences, row, 'Its properties are not those of the source.')
          if (now !== undefined && !now.includes(row.hash!))
            note(differences, row, 'What it says is not what it says at the source.')
          if (row.facts !== undefined && filesDiffer(read.item, item))
            note(
              differences,
              row,
              'Its files, or of which occurrences they are, are not those of the source.',
            )
        }
      }, portion.bytes)
    }
  }
}

/** Whether there are more or fewer files of the whole or of one of its occurrences than the source says; their octets have a digest. */
function filesDiffer({ class: kind, attachments }: SourceItem, { body, structure }: Item): boolean {
  if (kind === 'message') return false
  const here = body === null || !structure ? [] : allFilesIn(structure)
  const wholeOrOne = (all: readonly string[]) => all.toSorted().join('\n')
  return (
    wholeOrOne(attachments.map(({ occurrence }) => occurrence ?? '')) !==
    wholeOrOne(here.map(({ params }) => params[OCCURRENCE] ?? ''))
  )
}

function note(differences: Difference[], { key, title }: LedgerItem, what: string): void {
  if (differences.length < MOST_LISTED) differences.push({ key, title, what })
}

/** Digest of a stored body, as the ledger keeps it; in the form that `kept` has, where it is compared with that. */
export async function bodyDigest(
  store: Store,
  at: MailboxRef,
  body: BodyNo,
  kept?: string | null,
): Promise<string> {
  const digest = await digestLike(kept, () => store.migration.digestKey(at))
  for await (const octets of store.mailboxes.readBody(at, body)) digest.push(octets)
  return digest.finish()
}
