import type { LedgerItem } from '../../store.ts'
import type { MappedFolders } from '../folders/map-folders.ts'
import { madeForRows } from '../folders/unmade-folders.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import { stillAsListed, untilAsPlanned } from './as-planned.ts'
import { LookAlikes } from './look-alikes.ts'
import { readItems } from './read-items.ts'

/** Rows that one look at the ledger brings. */
const ROWS = 200

/**
 * What was copied here because it looks like another item (id, date and size) is that one where that one went from another folder:
 * it moved. Each one that went became one other, which is written with it: whoever goes on after a kill knows. The rest stays pending,
 * as looks are no proof, and so does all where more came up than went.
 */
export async function confirmCopies(run: PassRun): Promise<void> {
  const { store, at, member } = run
  for (let after: string | null = null; ; ) {
    const page = await store.migration.listLedgerItems(at, {
      state: 'pending',
      troubled: true,
      after,
      limit: ROWS,
    })
    const copies = page.rows.filter(
      ({ item, match, source }) => item !== null && match !== null && source === member.source,
    )
    if (copies.length > 0)
      await commit(run, async (writer, counts) => {
        const lots = new LookAlikes(writer.migration, at)
        for (const row of await stillAsListed(run, writer, copies)) {
          const left = whatMoved(row, await lots.of(row))
          if (left === undefined) continue
          const came: LedgerItem = { ...row, state: 'copied', paired: true }
          counts.put(row, came)
          for (const each of [came, { ...left, paired: true }]) {
            await lots.put(each)
            await writer.migration.putLedgerItem(at, each)
          }
        }
      })
    if (page.next === null) return
    after = page.next
  }
}

/** One of another folder that went; none where more came up than went, as nobody can tell which of them it is. */
function whatMoved(row: LedgerItem, twins: readonly LedgerItem[]): LedgerItem | undefined {
  const gone = twins.filter(
    ({ state, folder, paired }) => state === 'gone' && folder !== row.folder && !paired,
  )
  const copies = twins.filter(({ state, item }) => state === 'pending' && item !== null)
  return copies.length > gone.length ? undefined : gone[0]
}

/**
 * What is to be read whatever the lists say: what was left behind and asked for again by `retry`, and with `copies`, when every
 * folder was seen, also what is here already: copies that nobody confirmed. A folder that was deleted here is made again for it.
 */
export async function readPending(
  run: PassRun,
  { mapped, unmade }: Pick<MappedFolders, 'mapped' | 'unmade'>,
  { copies }: { copies: boolean },
): Promise<void> {
  const byNo = new Map(mapped.map((each) => [each.folder.no, each]))
  const readSome = async (after: string | null) => {
    const page = await run.store.migration.listLedgerItems(run.at, {
      state: 'pending',
      troubled: true,
      after,
      limit: ROWS,
    })
    for (const [no, rows] of Map.groupBy(page.rows, ({ folder }) => folder)) {
      const each = byNo.get(no)
      if (each === undefined) continue
      const own = rows.filter(({ source, item }) => source === run.member.source && (copies || item === null))
      if (own.length === 0) continue
      const wanted = own.map((row) => ({ change: row, row }))
      await readItems(run, each.at, await madeForRows(unmade, each, own), wanted)
    }
    return page.next
  }
  let after: string | null = null
  do after = await untilAsPlanned(run, () => readSome(after))
  while (after !== null)
}
