import type { ItemNo } from '../../../mailbox/item.ts'
import type { Writer } from '../../../store.ts'
import type { SourceChange } from '../../source.ts'
import type { LedgerItem } from '../../store.ts'
import { wasDeleted } from '../ledger/decide-change.ts'
import type { PassRun } from '../ledger/page-run.ts'

/** Of what looks alike more than these nobody tells apart: what went stays, where nothing is deleted. */
const MOST_ALIKE = 20_000
/** Where more than these are in the ledger already, what comes up is read. */
const MOST_TWINS = 200

type Lots<T> = Map<string, Promise<T>>
type Look = Pick<LedgerItem, 'source' | 'match' | 'sizeBytes'>

function lotOf<T>(lots: Lots<T>, { source, match, sizeBytes }: Look, read: () => Promise<T>): Promise<T> {
  const name = `${source}\0${sizeBytes}\0${match}`
  const known = lots.get(name) ?? read()
  lots.set(name, known)
  return known
}

/**
 * Rows of the ledger that look alike (match and size). For as long as one page is settled: each lot is read once, so that many of
 * them in one folder do not cost their square, and whoever changes a row says so.
 */
export class LookAlikes {
  readonly #migration: Pick<Writer['migration'], 'matchingItems'>
  readonly #at: PassRun['at']
  readonly #lots: Lots<Map<string, LedgerItem>> = new Map()

  constructor(migration: Pick<Writer['migration'], 'matchingItems'>, at: PassRun['at']) {
    this.#migration = migration
    this.#at = at
  }

  /** It is among them. */
  async of(row: LedgerItem): Promise<readonly LedgerItem[]> {
    return row.match === null ? [] : [...(await this.#lot(row, row.match)).values()]
  }

  async put(row: LedgerItem): Promise<void> {
    if (row.match !== null) (await this.#lot(row, row.match)).set(row.key, row)
  }

  async remove(row: LedgerItem): Promise<void> {
    if (row.match !== null) (await this.#lot(row, row.match)).delete(row.key)
  }

  #lot(row: LedgerItem, match: string): Promise<Map<string, LedgerItem>> {
    return lotOf(this.#lots, row, async () => {
      const { source, sizeBytes } = row
      const rows = await this.#migration.matchingItems(this.#at, source, match, sizeBytes, MOST_ALIKE)
      return new Map(rows.map((each) => [each.key, each]))
    })
  }
}

type Twins = {
  twins: readonly LedgerItem[]
  /** The body of what is listed can be nothing but theirs. */
  isSure: boolean
}
export const noTwins: Twins = { twins: [], isSure: true }
type TwinLot = {
  rows: readonly LedgerItem[]
  /** The seconds in which they came in. */
  came: Promise<ReadonlyMap<ItemNo, number>> | undefined
}

/** What the items of one page of a list look like: each lot is read once. */
export class TwinsOfPage {
  readonly #run: Pick<PassRun, 'store' | 'at' | 'member'>
  readonly #lots: Lots<TwinLot> = new Map()

  constructor(run: Pick<PassRun, 'store' | 'at' | 'member'>) {
    this.#run = run
  }

  /** Those of the ledger with its match and size that came in when it did, where that is known, and what was deleted here of them. */
  async of(change: Extract<SourceChange, { kind: 'item' }>): Promise<Twins> {
    const { match, sizeBytes, receivedAt, unproven, contentId } = change
    if (match === null || sizeBytes === null) return noTwins
    const { store, at, member } = this.#run
    const lot = await lotOf(this.#lots, { source: member.source, match, sizeBytes }, async () => ({
      rows: await store.migration.matchingItems(at, member.source, match, sizeBytes, MOST_TWINS),
      came: undefined,
    }))
    const proven = contentId === undefined ? [] : lot.rows.filter((row) => row.contentId === contentId)
    const rows = proven.length > 0 ? proven : lot.rows
    const isSure = (some: readonly LedgerItem[]) =>
      // One that was not looked at may be of another body.
      (unproven !== true || proven.length > 0) &&
      lot.rows.length < MOST_TWINS &&
      new Set(some.map(({ hash }) => hash)).size === 1
    if (receivedAt === undefined || rows.length === 0) return { twins: rows, isSure: isSure(rows) }
    lot.came ??= this.#seconds(lot.rows)
    const came = await lot.came
    const second = secondOf(receivedAt)
    const same = rows.filter(({ item }) => item !== null && came.get(item) === second)
    // When what was deleted had come in, nobody knows any more.
    const twins = [...same, ...rows.filter(wasDeleted)]
    return { twins, isSure: same.length > 0 && isSure(twins) }
  }

  async #seconds(rows: readonly LedgerItem[]): Promise<ReadonlyMap<ItemNo, number>> {
    const { store, at } = this.#run
    const items = rows.flatMap(({ item }) => item ?? [])
    const here = await store.mailboxes.getItems(at, items)
    return new Map(here.map(({ no, receivedAt }) => [no, secondOf(receivedAt)]))
  }
}

const secondOf = (ms: number): number => Math.floor(ms / 1_000)
