import { type BodyExtent, changeLiveBytes, extentBytes, isExtent } from '../bodies/bodies.ts'
import { type Place, SEGMENT_BYTES, type Segments } from '../bodies/segments.ts'
import type { Driver, Sql } from '../driver/driver.ts'
import { PAGE, paged, yielding } from './check-run.ts'
import { sizeOf } from './files.ts'
import type { Keepers } from './keepers.ts'

const PAGE_ROWS = 64
/** Octets copied between two syncs, so that a crash wastes little and a page's transaction comes soon. */
const PAGE_BYTES = 16 * 1024 * 1024
const COPY_BYTES = 1024 * 1024

type Parts = { driver: Driver; segments: Segments; keepers: Keepers }
type Move = { row: BodyExtent; bytes: number; to: Place }

/** Every start that writes large bodies begins a file: beyond this many that stayed small, they become one. */
const MOST_SMALL = 8
const SMALL_BYTES = SEGMENT_BYTES / 4

/**
 * Copies what is alive out of segment files that are more than half garbage, or small and many, as it is and
 * without a key, then removes them. Octets are on disk at their new place before rows point there, and a file goes only after the
 * transaction that ends its last use is durable: a crash at any point costs disk space and nothing else.
 */
export async function compact(parts: Parts, signal: AbortSignal): Promise<void> {
  const read = yielding(parts.driver.read, signal)
  await removeStrays(parts, read)
  const rows = paged<{ no: number; live_bytes: number }>((last) =>
    read.all(`SELECT no, live_bytes FROM segment WHERE no > ? ORDER BY no LIMIT ${PAGE}`, last?.no ?? 0),
  )
  const small: { no: number; size: number }[] = []
  for await (const { no, live_bytes } of rows) {
    // Whatever its size, no more than half of it is garbage, and it is not small.
    if (live_bytes * 2 >= SEGMENT_BYTES || !parts.segments.isSettled(no)) continue
    const size = await sizeOf(parts.segments.fileOf(no))
    // A backup leaves out files of which nothing is alive.
    if (size === undefined && live_bytes === 0) await retire(parts, no)
    if (size === undefined) continue
    if (live_bytes * 2 < size) await empty(parts, no, size, signal)
    else if (size < SMALL_BYTES) small.push({ no, size })
  }
  if (small.length <= MOST_SMALL) return
  for (const { no, size } of small) await empty(parts, no, size, signal)
}

async function empty(parts: Parts, segment: number, size: number, signal: AbortSignal): Promise<void> {
  if (await moveLiving(parts, segment, size, signal)) await retire(parts, segment)
}

/** Files that no row refers to: a crash came before the first row, or between the last row's end and the file's. */
async function removeStrays({ segments, keepers }: Parts, read: Sql): Promise<void> {
  for (const no of await segments.list()) {
    // Asked first: once settled no new row will refer to it, so what the database says then is the last word.
    if (!segments.isSettled(no)) continue
    if (await read.get('SELECT no FROM segment WHERE no = ?', no)) continue
    if (await read.get('SELECT no FROM body WHERE segment = ? LIMIT 1', no)) continue
    await keepers.retire(no)
  }
}

/** False when something in it cannot be copied: then the file stays, and `check` names the body. */
async function moveLiving(
  parts: Parts,
  segment: number,
  size: number,
  signal: AbortSignal,
): Promise<boolean> {
  let whole = true
  for (let after = -1; ; ) {
    signal.throwIfAborted()
    const rows = await parts.driver.read.all<BodyExtent>(
      'SELECT mailbox, no, size_bytes, segment, place FROM body WHERE segment = ? AND place > ? ORDER BY place LIMIT ?',
      segment,
      after,
      PAGE_ROWS,
    )
    if (rows.length === 0) return whole
    const moves: Move[] = []
    try {
      let copied = 0
      for (const row of rows) {
        if (copied >= PAGE_BYTES) break
        after = row.place
        const bytes = extentBytes(row.size_bytes)
        if (!isExtent(row) || row.place + bytes > size) {
          whole = false
          continue
        }
        const to = await parts.segments.reserve(bytes)
        moves.push({ row, bytes, to })
        await copyExtent(parts.segments, row, to, bytes)
        copied += bytes
      }
      for (const target of new Set(moves.map(({ to }) => to.segment))) await parts.segments.sync(target)
      await pointTo(parts.driver, moves)
    } finally {
      for (const { to } of moves) parts.segments.release(to.segment)
    }
  }
}

async function copyExtent(segments: Segments, from: Place, to: Place, bytes: number): Promise<void> {
  for (let offset = 0; offset < bytes; offset += COPY_BYTES) {
    const piece = await segments.read(from, offset, Math.min(COPY_BYTES, bytes - offset))
    await segments.write(to, offset, [piece])
  }
}

/** A body that was freed meanwhile is left alone: its copy is garbage. */
async function pointTo(driver: Driver, moves: readonly Move[]): Promise<void> {
  await driver.transact(async (sql) => {
    const live = new Map<number, number>()
    for (const { row, bytes, to } of moves) {
      const moved = await sql.run(
        'UPDATE body SET segment = ?, place = ? WHERE mailbox = ? AND no = ? AND segment = ? AND place = ?',
        to.segment,
        to.place,
        row.mailbox,
        row.no,
        row.segment,
        row.place,
      )
      if (moved === 0) continue
      live.set(row.segment, (live.get(row.segment) ?? 0) - bytes)
      live.set(to.segment, (live.get(to.segment) ?? 0) + bytes)
    }
    for (const [segment, by] of live) await changeLiveBytes(sql, segment, by)
  })
}

async function retire({ driver, keepers }: Parts, segment: number): Promise<void> {
  const gone = await driver.transact((sql) =>
    sql.run(
      'DELETE FROM segment WHERE no = ? AND NOT EXISTS (SELECT 1 FROM body WHERE segment = ?)',
      segment,
      segment,
    ),
  )
  if (gone > 0) await keepers.retire(segment)
}
