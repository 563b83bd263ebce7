import { octetWords } from '#src/base/figure-words.ts'
import type { BodyNo, FolderNo } from '../../../mailbox/item.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { Store } from '../../../store.ts'
import type { SourceFolder, SourceMailbox } from '../../source.ts'
import type { LedgerFolderNo, LedgerItem } from '../../store.ts'
import { contentDigestLike, digestLike, factsDigestHere } from '../items/canonical.ts'
import type { Lane } from '../pace/lane.ts'
import { type Grade, gradeOf, weights } from '../project/grade.ts'
import { compareWithSource } from './compare-with-source.ts'
import { type Difference, MOST_LISTED, note } from './difference.ts'

const ROWS = 200
const LEAST_SAMPLED = 50

export type Verification = {
  level: 1 | 2 | 3
  items: number
  bodies: number
  /** Messages whose octets are written otherwise by the source now than when they were copied, and say the same. */
  rewritten: number
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
  const seen = { rewritten: 0 }
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
        note(
          differences,
          await titled(deps, row),
          'Its properties are not those that were read from the source.',
        )
      if (random() >= part) continue
      bodies++
      const digest =
        item.class === 'message'
          ? await bodyDigest(store, at, item.body!, row.hash)
          : contentDigestLike(row.hash, item.content ?? {})
      if (digest !== row.hash)
        note(differences, await titled(deps, row), 'It is not what was read from the source.')
      if (
        row.files !== undefined &&
        (item.body === null || (await bodyDigest(store, at, item.body, row.files)) !== row.files)
      )
        note(differences, await titled(deps, row), 'Its files are not those that were read from the source.')
    }
    if (level > 1 && deps.source && deps.lane)
      await compareWithSource(
        { ...deps, source: deps.source, lane: deps.lane },
        page.rows,
        found,
        differences,
        seen,
      )
    if (page.next === null) break
    after = page.next
  }
  differences.push(...(await missingItems(deps, known)))
  const all = { ...losses }
  for (const each of weights)
    all[each] += differences.filter(({ weight = 'content' }) => weight === each).length
  return { level, items, bodies, ...seen, differences, grade: gradeOf(all, counts.copied + counts.skipped) }
}

/** With what people know it by: the ledger has that of items that lack something. */
async function titled({ store, at }: VerifyDeps, row: LedgerItem): Promise<LedgerItem> {
  if (row.title !== '') return row
  const [item] = await store.mailboxes.getItems(at, [row.item!], ['summary'])
  return { ...row, title: item?.summary?.subject ?? '' }
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
