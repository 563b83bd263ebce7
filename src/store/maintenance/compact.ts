import { type BodyExtent, changeLiveBytes, extentBytes } from '../bodies/bodies.ts'
import type { Place, Segments } from '../bodies/segments.ts'
import type { Driver } from '../driver/driver.ts'
import type { Keepers } from './keepers.ts'

const PAGE_ROWS = 64
/** Octets copied between two syncs, so that a crash wastes little and a page's transaction comes soon. */
const PAGE_BYTES = 16 * 1024 * 1024
const COPY_BYTES = 1024 * 1024

type Parts = { driver: Driver; segments: Segments; keepers: Keepers }
type Move = { row: BodyExtent; bytes: number; to: Place }

/**
 * Copies what is alive out of segment files that are more than half garbage, as it is and without a key, then
 * removes them. Octets are on disk at their new place before rows point there, and a file goes only after the
 * transaction that ends its last use is durable: a crash at any point costs disk space and nothing else.
 */
export async function compact(parts: Parts, signal: AbortSignal): Promise<void> {
  await removeStrays(parts, signal)
  for (let after = 0; ; ) {
    signal.throwIfAborted()
    const [row] = await parts.driver.read.all<{ no: number; live_bytes: number }>(
      'SELECT no, live_bytes FROM segment WHERE no > ? ORDER BY no LIMIT 1',
      after,
    )
    if (!row) return
    after = row.no
    if (!parts.segments.isSettled(row.no)) continue
    const size = await parts.segments.sizeOf(row.no).catch(ifMissing)
    // A backup leaves out files of which nothing is alive.
    if (size === undefined && row.live_bytes === 0) await retire(parts, row.no)
    if (size === undefined || row.live_bytes * 2 >= size) continue
    if (await moveLiving(parts, row.no, size, signal)) await retire(parts, row.no)
  }
}

/** Files that no row refers to: a crash came before the first row, or between the last row's end and the file's. */
async function removeStrays({ driver, segments, keepers }: Parts, signal: AbortSignal): Promise<void> {
  for (const no of await segments.list()) {
    signal.throwIfAborted()
    // Asked first: once settled no new row will refer to it, so what the database says then is the last word.
    if (!segments.isSettled(no)) continue
    if (await driver.read.get('SELECT no FROM segment WHERE no = ?', no)) continue
    if (await driver.read.get('SELECT no FROM body WHERE segment = ? LIMIT 1', no)) continue
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
        if (row.place + bytes > size) {
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
    await segments.write(to, offset, piece)
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

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
