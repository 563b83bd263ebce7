import type { OrganizationId } from '#src/base/ids.ts'
import type { DeliveryReader, DeliveryWriter } from '#src/domain/delivery/store.ts'
import type { TraceEvent, TraceQuery } from '#src/domain/delivery/trace.ts'
import type { DataKey } from '../data-key.ts'
import type { Sql, Value } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import { formatCursor, pageSize, parseCursor } from './cursor.ts'

export const DAY_MS = 86_400_000
/** Events looked at by one call: a page may be short, even empty, and still go on. */
const MOST_LOOKED_AT = 1_000

export const dayNumber = (at: number): number => Math.floor(at / DAY_MS)

/** Events of one moment that lie in one row: most messages have no more, and a row costs as much as what it is found by. */
const MOST_IN_A_ROW = 32
/** Room for the events of a row in the number that a cursor gives. */
const PLACES = 64

export type EventRow = { at: number; no: number; sealed: Uint8Array }
/** All of an event but what its place says. */
type EventRecord = Omit<TraceEvent, 'organization' | 'at'>
/** Where the reading of a trace goes on: behind so many events of that row. */
type Place = { at: number; no: number; seen: number }
type Span = { from: number; to: number; after: Place }

const place = (org: OrganizationId, row: { at: number; no: number }) => `trace:${org}:${row.at}:${row.no}`

export function traceReads({ sql, keys }: Session): Pick<DeliveryReader, 'findTrace'> {
  return {
    async findTrace(org, query, { after, limit }) {
      const key = await keys.organization(org)
      const size = pageSize(limit)
      const span = await spanOf(sql, org, query, after)
      const found: TraceEvent[] = []
      if (!span) return { rows: found, next: null }
      let looked = 0
      for await (const row of rowsOf(sql, key, org, query, span)) {
        const events = eventsOf(key, org, row)
        const isLast = row.at === span.after.at && row.no === span.after.no
        for (let index = isLast ? span.after.seen : 0; index < events.length; index++) {
          const event = events[index]!
          if (fits(event, query)) found.push(event)
          if (found.length === size || ++looked === MOST_LOOKED_AT)
            return { rows: found, next: formatPlace({ ...row, seen: index + 1 }) }
        }
      }
      return { rows: found, next: null }
    },
  }
}

/** Rows of earlier versions hold one event each, not in a list. */
export function eventsOf(key: DataKey, org: OrganizationId, row: EventRow): TraceEvent[] {
  const held = key.openJson<EventRecord | EventRecord[]>(place(org, row), row.sealed)
  return [held].flat().map((record) => ({ ...record, organization: org, at: row.at }))
}

export function traceWrites(
  { sql, keys }: Session,
  numbers: TraceNumbers,
  traced: (events: readonly TraceEvent[]) => void,
): Pick<DeliveryWriter, 'writeTrace'> {
  return {
    async writeTrace(events) {
      const rows: Value[][] = []
      const found: Value[][] = []
      for (const moment of momentsOf(events)) {
        const { organization: org, at } = moment[0]!
        const key = await keys.organization(org)
        let no = await numbers.reserve(sql, org, at, Math.ceil(moment.length / MOST_IN_A_ROW))
        for (let from = 0; from < moment.length; from += MOST_IN_A_ROW) {
          const records = moment.slice(from, from + MOST_IN_A_ROW).map(recordOf)
          rows.push([org, at, no, key.sealJson(place(org, { at, no }), records)])
          for (const search of searchKeys(key, records)) found.push([org, dayNumber(at), search, at, no])
          no++
        }
      }
      await insertAll(sql, 'trace_event (org, at, no, sealed)', rows)
      await insertAll(sql, 'trace_key (org, day, search_key, at, no)', found)
      traced(events)
    },
  }
}

const momentsOf = (events: readonly TraceEvent[]) =>
  Map.groupBy(events, ({ organization, at }) => `${organization}:${at}`).values()

const recordOf = ({ organization, at, ...record }: TraceEvent): EventRecord => record

/** Numbers of the rows of one moment. All who write into a trace share them. */
export class TraceNumbers {
  /** The newest moment of each organisation, and the last number given then where that is known. */
  readonly #newest = new Map<OrganizationId, { at: number; no: number | undefined }>()

  /** The first of `count` numbers that nobody has. Those of a transaction that is undone are left out. */
  async reserve(sql: Sql, org: OrganizationId, at: number, count: number): Promise<number> {
    const newest = this.#newest.get(org) ?? { at: await newestMoment(sql, org), no: undefined }
    const last =
      at > newest.at ? 0 : ((at === newest.at ? newest.no : undefined) ?? (await lastNumber(sql, org, at)))
    this.#newest.set(org, at >= newest.at ? { at, no: last + count } : newest)
    return last + 1
  }
}

async function newestMoment(sql: Sql, org: OrganizationId): Promise<number> {
  const last = await sql.get<{ at: number }>(
    'SELECT at FROM trace_event WHERE org = ? ORDER BY at DESC LIMIT 1',
    org,
  )
  return last?.at ?? -1
}

async function lastNumber(sql: Sql, org: OrganizationId, at: number): Promise<number> {
  const last = await sql.get<{ no: number }>(
    'SELECT no FROM trace_event WHERE org = ? AND at = ? ORDER BY no DESC LIMIT 1',
    org,
    at,
  )
  return last?.no ?? 0
}

/** A few rows in each statement: one for each row costs more than the row. */
async function insertAll(sql: Sql, into: string, rows: readonly Value[][]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const some = rows.slice(from, from + ROWS_AT_ONCE)
    const marks = some.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ')
    await sql.run(`INSERT INTO ${into} VALUES ${marks}`, ...some.flat())
  }
}

/** So that there are few texts of statements; most messages need fewer. */
const ROWS_AT_ONCE = 10

const fold = (address: string): string => address.normalize('NFC').toLowerCase()
/** What the trace is searched by, and how it is called when it is made blind. */
const kinds = {
  traceId: 'trace-id',
  messageId: 'trace-message-id',
  sender: 'trace-sender',
  recipient: 'trace-recipient',
} as const

/** What the events of a row are found by, each once: those of one message share most of it. */
export function searchKeys(key: DataKey, events: readonly EventRecord[]): Iterable<Uint8Array> {
  const made = new Map<string, Uint8Array>()
  const add = (kind: keyof typeof kinds, value: string) => {
    const name = `${kind} ${value}`
    if (!made.has(name)) made.set(name, key.blind(kinds[kind], value))
  }
  for (const { traceId, messageId, senders, recipients } of events) {
    add('traceId', traceId)
    if (messageId) add('messageId', messageId)
    for (const address of senders) add('sender', fold(address))
    for (const address of recipients) add('recipient', fold(address))
  }
  return made.values()
}

/** The index that is likely to find the fewest; the other conditions are looked at in the events themselves. */
function narrowest(key: DataKey, query: TraceQuery): Uint8Array | undefined {
  if (query.traceId !== undefined) return key.blind(kinds.traceId, query.traceId)
  if (query.messageId !== undefined) return key.blind(kinds.messageId, query.messageId)
  if (query.recipient !== undefined) return key.blind(kinds.recipient, fold(query.recipient))
  if (query.sender !== undefined) return key.blind(kinds.sender, fold(query.sender))
  return undefined
}

function fits(event: TraceEvent, query: TraceQuery): boolean {
  const among = (addresses: readonly string[], wanted: string | undefined) =>
    wanted === undefined || addresses.some((address) => fold(address) === fold(wanted))
  return (
    (query.traceId === undefined || event.traceId === query.traceId) &&
    (query.messageId === undefined || event.messageId === query.messageId) &&
    among(event.senders, query.sender) &&
    among(event.recipients, query.recipient)
  )
}

/** What of the asked for time there are events in; undefined when there are none. */
async function spanOf(
  sql: Sql,
  org: OrganizationId,
  query: TraceQuery,
  cursor: string | null | undefined,
): Promise<Span | undefined> {
  const edge = (order: 'ASC' | 'DESC') =>
    sql.get<{ at: number }>(`SELECT at FROM trace_event WHERE org = ? ORDER BY at ${order} LIMIT 1`, org)
  const first = await edge('ASC')
  const last = await edge('DESC')
  if (!first || !last) return undefined
  const after = cursor ? parsePlace(cursor) : { at: -1, no: 0, seen: 0 }
  const from = Math.max(query.from ?? 0, first.at, after.at)
  const to = Math.min(query.to ?? Number.MAX_SAFE_INTEGER, last.at + 1)
  return { from, to, after }
}

const formatPlace = ({ at, no, seen }: Place): string => formatCursor(at, (no * PLACES + seen).toString(16))

function parsePlace(cursor: string): Place {
  const [at, rest] = parseCursor(cursor)
  const number = Number.parseInt(rest, 16)
  return { at, no: Math.floor(number / PLACES), seen: number % PLACES }
}

/** In order of time, from the row of the cursor on. */
async function* rowsOf(
  sql: Sql,
  key: DataKey,
  org: OrganizationId,
  query: TraceQuery,
  { from, to, after }: Span,
): AsyncGenerator<EventRow> {
  const search = narrowest(key, query)
  const before = { at: after.at, no: after.no - 1 }
  if (search === undefined) {
    yield* paged(before, (last) =>
      sql.all<EventRow>(
        `SELECT at, no, sealed FROM trace_event WHERE org = ? AND (at, no) > (?, ?) AND at >= ? AND at < ?
         ORDER BY at, no LIMIT ?`,
        org,
        last.at,
        last.no,
        from,
        to,
        PAGE,
      ),
    )
    return
  }
  for (let day = dayNumber(from); day <= dayNumber(to - 1); day++) {
    yield* paged(before, (last) =>
      sql.all<EventRow>(
        `SELECT e.at, e.no, e.sealed FROM trace_key k JOIN trace_event e ON e.org = k.org AND e.at = k.at AND e.no = k.no
         WHERE k.org = ? AND k.day = ? AND k.search_key = ? AND (k.at, k.no) > (?, ?) AND k.at >= ? AND k.at < ?
         ORDER BY k.at, k.no LIMIT ?`,
        ...([org, day, search, last.at, last.no, from, to, PAGE] satisfies Value[]),
      ),
    )
  }
}

const PAGE = 200

async function* paged(
  after: { at: number; no: number },
  read: (last: { at: number; no: number }) => Promise<EventRow[]>,
): AsyncGenerator<EventRow> {
  for (let last = after; ; ) {
    const rows = await read(last)
    yield* rows
    if (rows.length < PAGE) return
    last = rows.at(-1)!
  }
}
