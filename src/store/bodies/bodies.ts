import { giveBack } from '#src/base/give-back.ts'
import { Damaged } from '#src/domain/damaged.ts'
import type { BodyNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef, StagedBody } from '#src/domain/mailbox/store.ts'
import type { Refusal } from '#src/domain/refusal.ts'
import type { Sql } from '../driver/driver.ts'
import { randomOctets } from '../random-octets.ts'
import type { Sequence } from '../sequence.ts'
import type { Keys, OpenMailbox, Session } from '../session.ts'
import {
  BodyCipher,
  CHUNK_BYTES,
  chunkCount,
  SALT_BYTES,
  SEALED_CHUNK_BYTES,
  sealedSize,
} from './body-cipher.ts'
import type { Place, Segments } from './segments.ts'
import { chunksOf, piecesOf } from './source.ts'

/** Up to this many octets a body lies in its row: one sync fewer. Beyond it the log would write it twice. */
const INLINE_BYTES = 16 * 1024
/** Before each body in a segment: what it is, for a person with a hex dump and for `check`. */
export const HEADER_BYTES = 24
const MAGIC = 'LBBODY01'

export function headerOf(mailbox: number, body: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(MAGIC, 'latin1')
  header.writeBigUInt64BE(BigInt(mailbox), 8)
  header.writeBigUInt64BE(BigInt(body), 16)
  return header
}

/** Goes only when neither the item that it came with has it any more nor another one. */
const endUnheld = `DELETE FROM body WHERE no = ? AND mailbox = ?
  AND NOT EXISTS (SELECT 1 FROM item WHERE item.mailbox = body.mailbox AND item.no = body.item AND item.body = body.no)
  AND NOT EXISTS (SELECT 1 FROM body_share WHERE body_share.mailbox = body.mailbox AND body_share.body = body.no)
  RETURNING size_bytes, segment`

/** Chunks read at once, and written at once. */
const READ_AHEAD = 4
const WRITE_TOGETHER = 8
/** Buffers kept for reading: fresh memory costs the system more than the reading itself. */
const MOST_SPARE = 8

/** What `stage` hands out. It is written already, but no row refers to it. */
class Staged implements StagedBody {
  declare readonly staged: StagedBody['staged']
  readonly mailbox: number
  readonly no: number
  readonly salt: Uint8Array
  readonly sizeBytes: number
  readonly sealed: Uint8Array | undefined
  readonly at: Place | undefined

  constructor(
    name: { mailbox: number; no: number; salt: Uint8Array },
    sizeBytes: number,
    lies: { sealed: Uint8Array } | { at: Place },
  ) {
    this.mailbox = name.mailbox
    this.no = name.no
    this.salt = name.salt
    this.sizeBytes = sizeBytes
    this.sealed = 'sealed' in lies ? lies.sealed : undefined
    this.at = 'at' in lies ? lies.at : undefined
  }
}

type PlainBody = {
  chunks: AsyncIterable<readonly Uint8Array[]>
  /** How many chunks there are. */
  count: number
  onSealed: () => void
}

type BodyRow = {
  salt: Uint8Array
  size_bytes: number
  sealed: Uint8Array | null
  segment: number | null
  place: number | null
}

/** A body that lies in a segment file. */
export type BodyExtent = { mailbox: number; no: number; size_bytes: number; segment: number; place: number }

/** Whether there can be such a place: what a database says need not be a number. */
export const isExtent = (row: { size_bytes: unknown; segment: unknown; place: unknown }): boolean =>
  [row.size_bytes, row.segment, row.place].every((value) => Number.isSafeInteger(value) && Number(value) >= 0)

/** Octets a body takes in its segment file. */
export const extentBytes = (sizeBytes: number): number => HEADER_BYTES + sealedSize(sizeBytes)

/** The stored originals of items: small ones in their row, large ones in segment files, each under a key of its own. */
export class Bodies {
  readonly #numbers: Sequence
  readonly #segments: Segments
  readonly #spare: Buffer[] = []
  /** A staged body holds its segment for as long as somebody could still store an item with it. */
  readonly #dropped: FinalizationRegistry<number>

  constructor(numbers: Sequence, segments: Segments) {
    this.#numbers = numbers
    this.#segments = segments
    this.#dropped = new FinalizationRegistry((segment) => segments.release(segment))
  }

  /**
   * Takes in a body of exactly `sizeBytes` octets; it is on disk when this resolves, unless it is small enough to
   * go with its row. Refuses `invalid-parameter` when the source gives more or fewer octets. `onSealed`: nobody looks at the
   * octets of the source any more.
   */
  async stage(
    keys: Keys,
    at: MailboxRef,
    sizeBytes: number,
    source: AsyncIterable<Uint8Array>,
    onSealed: () => void = () => undefined,
  ): Promise<StagedBody> {
    const { no: mailbox, key } = await keys.mailbox(at)
    const no = await this.#numbers.next()
    const salt = randomOctets(SALT_BYTES)
    const cipher = new BodyCipher(key, no, salt)
    if (sizeBytes <= INLINE_BYTES) {
      const sealed = Buffer.concat(cipher.seal(0, true, await piecesOf(source, sizeBytes)))
      onSealed()
      return new Staged({ mailbox, no, salt }, sizeBytes, { sealed })
    }
    const place = await this.#segments.reserve(extentBytes(sizeBytes))
    try {
      const body = { chunks: chunksOf(source, sizeBytes), count: chunkCount(sizeBytes), onSealed }
      await this.#writeSealed(place, headerOf(mailbox, no), cipher, body)
      await this.#segments.sync(place.segment)
    } catch (error) {
      this.#segments.release(place.segment)
      throw error
    }
    const staged = new Staged({ mailbox, no, salt }, sizeBytes, { at: place })
    this.#dropped.register(staged, place.segment)
    return staged
  }

  async #writeSealed(
    place: Place,
    header: Uint8Array,
    cipher: BodyCipher,
    { chunks, count, onSealed }: PlainBody,
  ): Promise<void> {
    let pieces = [header]
    let start = 0
    let index = 0
    for await (const plain of chunks) {
      pieces.push(...cipher.seal(index, index === count - 1, plain))
      index++
      if (index === count) onSealed()
      if (index % WRITE_TOGETHER !== 0 && index !== count) continue
      await this.#segments.write(place, start, pieces)
      giveBack(pieces)
      start = HEADER_BYTES + index * SEALED_CHUNK_BYTES
      pieces = []
    }
  }

  /** Inserts the row of a staged body, which comes with that item. */
  async attach(sql: Sql, open: OpenMailbox, item: number, staged: StagedBody): Promise<BodyNo> {
    if (!(staged instanceof Staged) || staged.mailbox !== open.no) {
      throw new Error('A body is attached in the mailbox it was staged for')
    }
    await sql.run(
      'INSERT INTO body (no, mailbox, item, salt, size_bytes, sealed, segment, place) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      staged.no,
      open.no,
      item,
      staged.salt,
      staged.sizeBytes,
      staged.sealed ?? null,
      staged.at?.segment ?? null,
      staged.at?.place ?? null,
    )
    if (staged.at) await changeLiveBytes(sql, staged.at.segment, extentBytes(staged.sizeBytes))
    return staged.no as BodyNo
  }

  /** One more item has it. */
  async share(sql: Sql, open: OpenMailbox, body: BodyNo, item: number): Promise<void> {
    const row = await sql.get<{ item: number }>(
      'SELECT item FROM body WHERE no = ? AND mailbox = ?',
      body,
      open.no,
    )
    if (!row) throw missing(open.no, body)
    // What it came with has had another one in between.
    if (row.item === item) return
    await sql.run('INSERT INTO body_share (mailbox, body, item) VALUES (?, ?, ?)', open.no, body, item)
  }

  /** An item does not have it any more. With the last one it goes, and its octets in a segment become garbage. */
  async release(sql: Sql, open: OpenMailbox, body: BodyNo, item: number): Promise<void> {
    await sql.run('DELETE FROM body_share WHERE mailbox = ? AND body = ? AND item = ?', open.no, body, item)
    const gone = await sql.get<{ size_bytes: number; segment: number | null }>(endUnheld, body, open.no)
    if (gone && gone.segment !== null) await changeLiveBytes(sql, gone.segment, -extentBytes(gone.size_bytes))
  }

  /**
   * The octets from `start` to before `end`, opening only the chunks they lie in. The key is asked for anew with
   * every stretch, so that a slow reader does not outlive a revoked key.
   */
  async *read(
    session: Session,
    at: MailboxRef,
    body: BodyNo,
    range: { start?: number; end?: number } = {},
  ): AsyncGenerator<Uint8Array> {
    const { no: mailbox } = await session.keys.mailbox(at)
    let row = await find(session.sql, mailbox, body)
    const start = Math.max(0, range.start ?? 0)
    const end = Math.min(row.size_bytes, range.end ?? row.size_bytes)
    const count = chunkCount(row.size_bytes)
    const last = start < end ? Math.ceil(end / CHUNK_BYTES) : 0
    for (let first = Math.floor(start / CHUNK_BYTES); first < last; first += READ_AHEAD) {
      const stretch = Math.min(READ_AHEAD, last - first)
      const cipher = new BodyCipher((await session.keys.mailbox(at)).key, body, row.salt)
      const room = row.sealed ? undefined : this.#takeRoom()
      try {
        const sealed =
          row.sealed ??
          (await this.#readStretch(row, first, stretch, room!).catch(async (error) => {
            // Compaction may have moved it between the look at the row and the read.
            const moved = await find(session.sql, mailbox, body)
            if (error.code !== 'ENOENT') throw error
            if (moved.segment === row.segment) throw missing(mailbox, body)
            row = moved
            return this.#readStretch(row, first, stretch, room!)
          }))
        for (let i = 0; i < stretch; i++) {
          const index = first + i
          const plain = cipher.open(
            index,
            index === count - 1,
            sealed.subarray(i * SEALED_CHUNK_BYTES, (i + 1) * SEALED_CHUNK_BYTES),
          )
          const from = Math.max(0, start - index * CHUNK_BYTES)
          const to = Math.min(plain.length, end - index * CHUNK_BYTES)
          if (from < to) yield plain.subarray(from, to)
        }
      } finally {
        if (room && this.#spare.length < MOST_SPARE) this.#spare.push(room)
      }
    }
  }

  #takeRoom(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(READ_AHEAD * SEALED_CHUNK_BYTES)
  }

  #readStretch(row: BodyRow, first: number, stretch: number, room: Buffer): Promise<Buffer> {
    const sealedEnd = sealedSize(row.size_bytes)
    const from = first * SEALED_CHUNK_BYTES
    const bytes = Math.min(stretch * SEALED_CHUNK_BYTES, sealedEnd - from)
    return this.#segments.read({ segment: row.segment!, place: row.place! }, HEADER_BYTES + from, bytes, room)
  }
}

async function find(sql: Sql, mailbox: number, body: BodyNo): Promise<BodyRow> {
  const row = await sql.get<BodyRow>(
    'SELECT salt, size_bytes, sealed, segment, place FROM body WHERE no = ? AND mailbox = ?',
    body,
    mailbox,
  )
  if (!row) throw missing(mailbox, body)
  if (!(row.sealed instanceof Uint8Array) && !isExtent(row))
    throw damagedBody(mailbox, body, 'lies at a place that there cannot be')
  return row
}

export async function changeLiveBytes(sql: Sql, segment: number, by: number): Promise<void> {
  await sql.run(
    'INSERT INTO segment (no, live_bytes) VALUES (?, ?) ON CONFLICT (no) DO UPDATE SET live_bytes = segment.live_bytes + excluded.live_bytes',
    segment,
    by,
  )
}

const missing = (mailbox: number, body: number): Refusal => damagedBody(mailbox, body, 'is not in the store')

function damagedBody(mailbox: number, body: number, is: string): Refusal {
  return new Damaged(
    `Body ${body} of mailbox number ${mailbox} ${is}.`,
    'Run "landbridge check", and restore the mailbox from a backup.',
  )
}
