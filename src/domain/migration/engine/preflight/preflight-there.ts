import { counted, octetWords } from '#src/base/figure-words.ts'
import { countsForQuota } from '../../../mailbox/distinguished-folders.ts'
import { MIME_GROWTH } from '../../mime-growth.ts'
import type { LargeItem, MailboxSource, SourceFolder, SourceMailbox } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import type { CheckLine, Member } from '../project/project.ts'

/** Of a mailbox there; `countedBytes`: what of it counts against a quota. */
export type SizeThere = { bytes: number; countedBytes: number }

/** What somebody said of its size when it was added; null: nothing. */
export const saidOf = ({ expected }: Pick<Member, 'expected'>): SizeThere | null =>
  expected && { bytes: expected.bytes, countedBytes: expected.bytes }

/** What is seen of a mailbox without reading any of its items. */
export type LookThere = { size: SizeThere | null; lines: readonly CheckLine[] }

/** Items above the limit that are named. */
const MOST_NAMED = 5
/** Folders that are asked for them; a mailbox with more has the others looked at when they are copied. */
const MOST_FOLDERS = 500
/** Of a list of changes that is asked for them. */
const PAGE = 512
const MOST_PAGES = 400

/**
 * How large a mailbox is there by what its folders say, unless somebody said it, and which of its items are above the limit: asked of
 * folders alone that are larger than one such item. Throws what the source throws.
 */
export async function lookThere(
  source: MailboxSource,
  member: Pick<Member, 'address' | 'expected'>,
  largestBytes: number,
  signal: AbortSignal,
): Promise<LookThere> {
  const said = saidOf(member)
  if (said !== null && said.bytes > 0 && said.bytes <= largestBytes) return { size: said, lines: [] }
  const mailbox = await source.open(member.address, signal)
  try {
    const folders = await Array.fromAsync(mailbox.folders(signal))
    const size = said ?? sizeOf(folders, mailbox.fileBytes)
    const lines = await largeLines(mailbox, { address: member.address, folders, largestBytes }, signal)
    return { size, lines }
  } finally {
    await mailbox.close()
  }
}

/** Null: nobody says it. */
function sizeOf(folders: readonly SourceFolder[], fileBytes: number | undefined): SizeThere | null {
  const told = folders.filter(({ sizeBytes }) => sizeBytes !== null)
  if (told.length === 0) return fileBytes === undefined ? null : { bytes: fileBytes, countedBytes: fileBytes }
  const sum = (all: readonly SourceFolder[]) =>
    all.reduce((total, { sizeBytes }) => total + (sizeBytes ?? 0), 0)
  return { bytes: sum(told), countedBytes: sum(told.filter(({ role }) => countsForQuota(role))) }
}

async function largeLines(
  mailbox: SourceMailbox,
  of: { address: string; folders: readonly SourceFolder[]; largestBytes: number },
  signal: AbortSignal,
): Promise<readonly CheckLine[]> {
  const { address, folders, largestBytes } = of
  const line = (state: CheckLine['state'], found: string, remedy: string): CheckLine => ({
    ...{ mailbox: address, name: 'items over the limit' },
    ...{ state, found, remedy },
  })
  const limit = octetWords(largestBytes)
  const none = line('ok', `No item is larger than ${limit}.`, '')
  if ((mailbox.fileBytes ?? Number.POSITIVE_INFINITY) * MIME_GROWTH <= largestBytes) return [none]
  // A list is only gone through for a folder that is large; whoever searches is asked about those of unknown size too.
  const unsaid = mailbox.largeItems === undefined ? 0 : Number.POSITIVE_INFINITY
  const large = folders.filter(({ sizeBytes }) => (sizeBytes ?? unsaid) > largestBytes)
  if (large.length === 0 && folders.some(({ sizeBytes }) => sizeBytes === null) && unsaid === 0) return []
  const found: { folder: string; item: LargeItem }[] = []
  let isWhole = large.length <= MOST_FOLDERS
  for (const folder of large.slice(0, MOST_FOLDERS)) {
    signal.throwIfAborted()
    const above = { bytes: largestBytes, most: MOST_NAMED + 1 - found.length }
    const items = await itemsAbove(mailbox, folder, above, signal).catch(unreadable)
    found.push(...items.map((item) => ({ folder: folder.name, item })))
    if (found.length > MOST_NAMED) {
      isWhole = false
      break
    }
  }
  if (found.length === 0) return [none]
  const named = found
    .slice(0, MOST_NAMED)
    .map(
      ({ folder, item }) =>
        `${item.title === '' ? 'an item' : `"${item.title}"`} in "${folder}" (${octetWords(item.sizeBytes)})`,
    )
  const many = isWhole
    ? `${counted(found.length, 'item')} ${found.length === 1 ? 'is' : 'are'}`
    : `More than ${counted(Math.min(found.length, MOST_NAMED), 'item')} are`
  return [
    line(
      'warning',
      `${many} larger than ${limit} and would be left behind: ${named.join(', ')}${isWhole ? '' : ' and others'}.`,
      'Let them come over with "landbridge migrate settings --largest-mb N", or have them taken out there.',
    ),
  ]
}

/** By the source's own search, else by its list, which says sizes. */
async function itemsAbove(
  mailbox: SourceMailbox,
  folder: SourceFolder,
  above: { bytes: number; most: number },
  signal: AbortSignal,
): Promise<readonly LargeItem[]> {
  if (mailbox.largeItems) return mailbox.largeItems(folder, above, signal)
  const found: LargeItem[] = []
  for (let cursor: string | null = null, page = 0; page < MOST_PAGES; page++) {
    const { changes, more, cursor: next } = await mailbox.changes(folder, cursor, PAGE, signal)
    for (const change of changes)
      if (change.kind === 'item' && (change.sizeBytes ?? 0) > above.bytes && found.length < above.most)
        found.push({ title: '', sizeBytes: change.sizeBytes! })
    if (!more || found.length >= above.most) break
    cursor = next
  }
  return found
}

/** A folder that cannot be read is told when it is copied. */
function unreadable(error: unknown): readonly LargeItem[] {
  if (error instanceof SourceFailure && error.kind === 'item-permanent') return []
  throw error
}
