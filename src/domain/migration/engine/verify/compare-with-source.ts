import { allFilesIn, OCCURRENCE } from '../../../mailbox/files.ts'
import { Flag, type Item } from '../../../mailbox/item.ts'
import type { SourceFolder, SourceItem } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { LedgerItem } from '../../store.ts'
import { propertyDigest, propertyDigestHere } from '../items/canonical.ts'
import { CanonicalMessage } from '../items/canonical-message.ts'
import { digestsOf } from '../items/digest-items.ts'
import { filesOtherwise, otherwise, sayingsHere, sayingsOf, UNTOLD } from './compare-octets.ts'
import { type Difference, note } from './difference.ts'
import type { VerifyDeps } from './verify.ts'

type Compared = {
  deps: VerifyDeps & Required<Pick<VerifyDeps, 'source' | 'lane'>>
  key: Uint8Array
  differences: Difference[]
  seen: { rewritten: number }
}

/**
 * What the source says of each item now. Messages whose octets differ are compared by what they say: `rewritten` counts those that say
 * the same; once there is one, the others are looked at in that way as they are read, before that they are read once more.
 */
export async function compareWithSource(
  deps: Compared['deps'],
  rows: readonly LedgerItem[],
  found: ReadonlyMap<number, Item>,
  differences: Difference[],
  seen: Compared['seen'],
): Promise<void> {
  const { store, at, sourceId, lane } = deps
  const ledger = await store.migration.listLedgerFolders(at, sourceId)
  const folders = new Map(ledger.map((folder) => [folder.no, folder]))
  const run = { deps, differences, seen, key: await store.migration.digestKey(at) }
  for (const [no, some] of Map.groupBy(rows, ({ folder }) => folder)) {
    const folder = folders.get(no)
    if (folder === undefined || folder.gone) continue
    const { key, parent, name } = folder
    const place = { key, parent, name, role: null, class: 'message' as const }
    const listed = { ...place, folderClass: null, items: null, sizeBytes: null }
    for (let left: readonly LedgerItem[] = some; left.length > 0; ) {
      const portion = lane.portion(left, ({ sizeBytes }) => sizeBytes)
      left = left.slice(portion.some.length)
      const unlike = new Map<string, LedgerItem>()
      await readEach(run, listed, portion, found, async (read, row, item) => {
        if (!(await compare(run, read, row, item))) unlike.set(row.key, row)
      })
      for (let rest: readonly LedgerItem[] = [...unlike.values()]; rest.length > 0; ) {
        const again = lane.portion(rest, ({ sizeBytes }) => sizeBytes)
        rest = rest.slice(again.some.length)
        await readEach(run, listed, again, found, async (read, row, item) => {
          const { message } = read
          if (message === null) return
          try {
            const there = await sayingsOf(message.open(deps.signal), isDraft(item))
            await noteSayings(run, there, row, item)
            unlike.delete(row.key)
          } catch (error) {
            if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
          } finally {
            message.letGo?.()
          }
        })
      }
      // Which cannot be read any more.
      for (const row of unlike.values()) note(differences, row, UNTOLD)
    }
  }
}

/** Items of which neither side has another version than the ledger: what changed meanwhile is for the next delta. */
async function readEach(
  { deps: { source, lane, signal } }: Compared,
  folder: SourceFolder,
  { some, bytes }: { some: readonly LedgerItem[]; bytes: number },
  found: ReadonlyMap<number, Item>,
  each: (read: SourceItem, row: LedgerItem, item: Item) => Promise<void>,
): Promise<void> {
  const byKey = new Map(some.map((row) => [row.key, row]))
  await lane.call(async (_, spend) => {
    for await (const read of source.items(folder, [...byKey.keys()], signal)) {
      if (read.kind === 'failed') continue
      spend(read.item.message?.sizeBytes ?? 1024)
      const row = byKey.get(read.item.key)
      const item = row && found.get(row.item!)
      if (row === undefined || item === undefined) continue
      if (item.modseq !== row.modseq || read.item.version !== row.version) continue
      await each(read.item, { ...row, title: row.title || read.item.title }, item)
      // Read to its end: a call that breaks off before asks for it again.
      byKey.delete(read.item.key)
    }
  }, bytes)
}

/** False: its octets are others, and what they say is not known yet. */
async function compare(run: Compared, read: SourceItem, row: LedgerItem, item: Item): Promise<boolean> {
  const { deps, key, differences, seen } = run
  const { store, at, signal } = deps
  // A server may say of mail that was changed and moved that it is as it came (mfUnmodified): its list tells no more.
  const isNoted = row.facts !== undefined && row.hash !== null
  const isMessage = item.class === 'message'
  const message = seen.rewritten > 0 && isMessage ? new CanonicalMessage() : undefined
  const now = isNoted ? await digestsOf(read, key, signal, row.hash, message) : undefined
  const files =
    row.facts === undefined
      ? undefined
      : filesDiffer(read, item)
        ? 'Its files, or of which occurrences they are, are not those of the source.'
        : row.files !== undefined && !isMessage
          ? await filesOtherwise(store, at, read, item, signal)
          : undefined
  // Where nobody noted it, it was put back: the server has made of what lay beside it, and when it came, what it does.
  const beside = row.facts === undefined && {
    properties: {},
    ...(!isMessage && { receivedAt: 0 }),
  }
  if (propertyDigest({ ...read, ...beside }) !== propertyDigestHere({ ...item, ...beside }))
    note(differences, row, 'Its properties are not those of the source.')
  if (files !== undefined) note(differences, row, files)
  if (now === undefined || now.includes(row.hash!)) return true
  if (message !== undefined) await noteSayings(run, message.finish({ draft: isDraft(item) }), row, item)
  else if (isMessage) return false
  else note(differences, row, 'What it says is not what it says at the source.')
  return true
}

async function noteSayings(
  { deps: { store, at }, differences, seen }: Compared,
  there: Awaited<ReturnType<typeof sayingsOf>>,
  row: LedgerItem,
  item: Item,
): Promise<void> {
  const said = otherwise(there, await sayingsHere(store, at, item))
  if (said === undefined) seen.rewritten++
  else note(differences, row, said)
}

const isDraft = ({ flags }: Item): boolean => (flags & Flag.draft) !== 0

/** Whether there are more or fewer files of the whole or of one of its occurrences than the source says. */
function filesDiffer({ class: kind, attachments }: SourceItem, { body, structure }: Item): boolean {
  if (kind === 'message') return false
  const here = body === null || !structure ? [] : allFilesIn(structure)
  const wholeOrOne = (all: readonly string[]) => all.toSorted().join('\n')
  return (
    wholeOrOne(attachments.map(({ occurrence }) => occurrence ?? '')) !==
    wholeOrOne(here.map(({ params }) => params[OCCURRENCE] ?? ''))
  )
}
