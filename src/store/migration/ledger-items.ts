import type { ItemNo } from '#src/domain/mailbox/item.ts'
import { heaviest } from '#src/domain/migration/engine/project/grade.ts'
import type { ItemLedgerState } from '#src/domain/migration/engine/project/state.ts'
import type {
  LedgerFolderNo,
  LedgerItem,
  MigrationReader,
  MigrationWriter,
} from '#src/domain/migration/store.ts'
import type { Value } from '../driver/driver.ts'
import type { OpenMailbox, Session } from '../session.ts'
import { OF_SOURCE, ofSource } from './ledger-counts.ts'
import { sourceKey } from './ledger-folders.ts'
import { itemKeys, matchKeys } from './ledger-keys.ts'

type Reads = Pick<
  MigrationReader,
  | 'digestKey'
  | 'findLedgerItems'
  | 'matchingItems'
  | 'findLedgerItemOf'
  | 'listLedgerItems'
  | 'unsettledStates'
  | 'unlistedItems'
>
type Writes = Pick<
  MigrationWriter,
  'putLedgerItem' | 'renameLedgerItem' | 'removeLedgerItem' | 'noteListed' | 'retrySkipped'
>

/** Keys that one statement names. */
const BLOCK = 32
const blockMarks = Array(BLOCK).fill('?').join(', ')
const REMOVE = 'DELETE FROM migration_item WHERE mailbox = ? AND item_key = ?'

function* blocksOf(keys: readonly Uint8Array[]): Generator<Value[]> {
  for (let from = 0; from < keys.length; from += BLOCK) {
    const block: Value[] = keys.slice(from, from + BLOCK)
    while (block.length < BLOCK) block.push(null)
    yield block
  }
}

type ItemRow = {
  item_key: Uint8Array
  folder: number
  item: number | null
  state: string
  version: string
  match_key: Uint8Array | null
  attempts: number
  modseq: number
  listing: number
  pass: number
  size_bytes: number
  sealed: Uint8Array
}
const ITEM =
  'item_key, folder, item, state, version, match_key, attempts, modseq, listing, pass, size_bytes, sealed'
/** What is sealed of an item; words that are empty are left out. */
export type ItemWords = Pick<LedgerItem, 'source' | 'key' | 'match' | 'hash'> &
  Partial<
    Pick<
      LedgerItem,
      'paired' | 'facts' | 'files' | 'contentId' | 'title' | 'receivedAt' | 'code' | 'problem' | 'losses'
    >
  >

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex')
export const itemPlace = (open: OpenMailbox, key: Uint8Array) => `migration-item:${open.no}:${hex(key)}`

function toItem(open: OpenMailbox, row: ItemRow): LedgerItem {
  const words = open.key.openJson<ItemWords>(itemPlace(open, row.item_key), row.sealed)
  return {
    title: '',
    code: '',
    problem: '',
    losses: [],
    ...words,
    folder: row.folder as LedgerFolderNo,
    item: row.item as ItemNo | null,
    state: row.state as ItemLedgerState,
    version: row.version,
    attempts: row.attempts,
    modseq: row.modseq,
    listing: row.listing,
    pass: row.pass,
    sizeBytes: row.size_bytes,
  }
}

/**
 * Items of a source: which one here each is, in which version it came, and what is wrong with it. `isCommitted`: outside a
 * transaction.
 */
export function ledgerItemReads({ sql, keys }: Session, isCommitted = false): Reads {
  return {
    digestKey: async (at) => (await keys.mailbox(at)).key.derive('migration-digest'),

    async findLedgerItems(at, source, wanted) {
      const open = await keys.mailbox(at)
      const found = new Map<string, LedgerItem>()
      const { made, hashed } = await itemKeys({ sql, isCommitted }, open, source, wanted)
      for (const block of blocksOf([...made, ...hashed])) {
        const rows = await sql.all<ItemRow>(
          `SELECT ${ITEM} FROM migration_item WHERE mailbox = ? AND item_key IN (${blockMarks})`,
          open.no,
          ...block,
        )
        for (const row of rows) {
          const item = toItem(open, row)
          found.set(item.key, item)
        }
      }
      return found
    },

    async matchingItems(at, source, match, sizeBytes, most) {
      const open = await keys.mailbox(at)
      for (let limit = most; ; limit *= 2) {
        const rows = await sql.all<ItemRow>(
          `SELECT ${ITEM} FROM migration_item WHERE mailbox = ? AND match_key IN (?, ?) LIMIT ?`,
          open.no,
          ...matchKeys(open, source, match, sizeBytes),
          limit,
        )
        // What they are found by is too short to be a proof, and others must not take their places.
        const items = rows
          .map((row) => toItem(open, row))
          .filter((item) => item.source === source && item.match === match && item.sizeBytes === sizeBytes)
        if (items.length >= most || rows.length < limit) return items.slice(0, most)
      }
    },

    async findLedgerItemOf(at, item) {
      const open = await keys.mailbox(at)
      const row = await sql.get<ItemRow>(
        `SELECT ${ITEM} FROM migration_item WHERE mailbox = ? AND item = ? LIMIT 1`,
        open.no,
        item,
      )
      return row && toItem(open, row)
    },

    async listLedgerItems(at, { after, limit, state, folder, source, troubled }) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<ItemRow>(
        `SELECT ${ITEM} FROM migration_item WHERE mailbox = ? AND item_key > ? AND (? IS NULL OR state = ?)
        AND (? IS NULL OR folder = ?) ${OF_SOURCE}
        ${troubled ? "AND (state <> 'copied' OR weight IS NOT NULL)" : ''}
        ORDER BY item_key LIMIT ?`,
        open.no,
        Buffer.from(after ?? '', 'hex'),
        state ?? null,
        state ?? null,
        folder ?? null,
        folder ?? null,
        ...ofSource(open, source),
        limit,
      )
      return {
        rows: rows.map((row) => toItem(open, row)),
        next: rows.length < limit ? null : hex(rows.at(-1)!.item_key),
      }
    },

    async unsettledStates(at) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<{ state: 'pending' | 'gone' }>(
        `SELECT state FROM migration_item WHERE mailbox = ? AND (state <> 'copied' OR weight IS NOT NULL)
          AND state IN ('pending', 'gone') GROUP BY state`,
        open.no,
      )
      return new Set(rows.map(({ state }) => state))
    },

    async unlistedItems(at, folder, listing, limit) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<ItemRow>(
        `SELECT ${ITEM} FROM migration_item WHERE mailbox = ? AND folder = ? AND listing < ? LIMIT ?`,
        open.no,
        folder,
        listing,
        limit,
      )
      return rows.map((row) => toItem(open, row))
    },
  }
}

export function ledgerItemWrites({ sql, keys }: Session): Writes {
  return {
    async putLedgerItem(at, item) {
      const open = await keys.mailbox(at)
      const { made, hashed } = await itemKeys({ sql }, open, item.source, [item.key])
      for (const key of hashed) await sql.run(REMOVE, open.no, key)
      const [key] = made as [Uint8Array]
      await sql.run(
        `INSERT INTO migration_item (mailbox, item_key, folder, item, state, version, match_key, attempts, modseq, listing,
          pass, size_bytes, weight, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (mailbox, item_key) DO UPDATE SET folder = excluded.folder, item = excluded.item, state = excluded.state,
          version = excluded.version, match_key = excluded.match_key, attempts = excluded.attempts, modseq = excluded.modseq,
          listing = excluded.listing, pass = excluded.pass, size_bytes = excluded.size_bytes,
          weight = excluded.weight, sealed = excluded.sealed`,
        open.no,
        key,
        item.folder,
        item.item,
        item.state,
        item.version,
        item.match === null ? null : matchKeys(open, item.source, item.match, item.sizeBytes)[0],
        item.attempts,
        item.modseq,
        item.listing,
        item.pass,
        item.sizeBytes,
        heaviest(item.losses),
        open.key.sealJson(itemPlace(open, key), wordsOf(item)),
      )
    },

    async renameLedgerItem(at, item, key) {
      await this.removeLedgerItem(at, item.source, item.key)
      await this.putLedgerItem(at, { ...item, key })
    },

    async removeLedgerItem(at, source, key) {
      const open = await keys.mailbox(at)
      const { made, hashed } = await itemKeys({ sql }, open, source, [key])
      for (const each of [...made, ...hashed]) await sql.run(REMOVE, open.no, each)
    },

    async noteListed(at, source, listed, listing) {
      const open = await keys.mailbox(at)
      const { made, hashed } = await itemKeys({ sql }, open, source, listed)
      for (const block of blocksOf([...made, ...hashed]))
        await sql.run(
          `UPDATE migration_item SET listing = ? WHERE mailbox = ? AND item_key IN (${blockMarks})`,
          listing,
          open.no,
          ...block,
        )
    },

    async retrySkipped(at, source) {
      const open = await keys.mailbox(at)
      return sql.run(
        `UPDATE migration_item SET state = 'pending', attempts = 0 WHERE mailbox = ? AND state = 'skipped'
          AND folder IN (SELECT no FROM migration_folder WHERE mailbox = ? AND source_key = ?)`,
        open.no,
        open.no,
        sourceKey(open, source),
      )
    },
  }
}

function wordsOf(item: LedgerItem): ItemWords {
  const { source, key, match, hash, paired, facts, files, contentId } = item
  const { title, receivedAt, code, problem, losses } = item
  return {
    source,
    key,
    match,
    hash,
    ...(paired && { paired }),
    ...(facts !== undefined && { facts }),
    ...(files !== undefined && { files }),
    ...(contentId !== undefined && { contentId }),
    ...(title !== '' && { title }),
    ...(receivedAt !== undefined && { receivedAt }),
    ...(code !== '' && { code }),
    ...(problem !== '' && { problem }),
    ...(losses.length > 0 && { losses }),
  }
}
