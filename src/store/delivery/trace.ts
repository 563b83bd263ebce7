import type { OrganizationId } from '#src/base/ids.ts'
import type { DeliveryReader, DeliveryWriter } from '#src/domain/delivery/store.ts'
import type { TraceEvent, TraceQuery } from '#src/domain/delivery/trace.ts'
import type { DataKey } from '../data-key.ts'
import type { Sql, Value } from '../driver/driver.ts'
import type { Session } from '../session.ts'
import { formatCursor, pageSize, parseCursor } from './cursor.ts'

const DAY_MS = 86_400_000
/** Events looked at by one call: a page may be short, even empty, and still go on. */
const MOST_LOOKED_AT = 1_000

export const dayNumber = (at: number): number => Math.floor(at / DAY_MS)

type EventRow = { at: number; no: number; sealed: Uint8Array }
/** All of an event but what its place says. */
type EventRecord = Omit<TraceEvent, 'organization' | 'at'>
type Span = { from: number; to: number; after: { at: number; no: number } }

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
      for await (const row of eventsOf(sql, key, org, query, span)) {
        const event: TraceEvent = {
          ...key.openJson<EventRecord>(place(org, row), row.sealed),
          organization: org,
          at: row.at,
        }
        if (fits(event, query)) found.push(event)
        if (found.length === size || ++looked === MOST_LOOKED_AT)
          return { rows: found, next: formatCursor(row.at, row.no.toString(16)) }
      }
      return { rows: found, next: null }
    },
  }
}

export function traceWrites(
  { sql, keys }: Session,
  numbers: TraceNumbers,
  traced: (events: readonly TraceEvent[]) => void,
): Pick<DeliveryWriter, 'writeTrace'> {
  return {
    async writeTrace(events) {
      const blinded = new Map<string, Uint8Array>()
      const next = new Map<string, number>()
      const rows: Value[][] = []
      const found: Value[][] = []
      for (const { organization: org, at, ...record } of events) {
        const key = await keys.organization(org)
        const moment = `${org}:${at}`
        const ofMoment = () => events.filter((other) => other.organization === org && other.at === at).length
        const no = next.get(moment) ?? (await numbers.reserve(sql, org, at, ofMoment()))
        next.set(moment, no + 1)
        rows.push([org, at, no, key.sealJson(place(org, { at, no }), record satisfies EventRecord)])
        for (const search of searchKeys(remembering(key, org, blinded), record))
          found.push([org, dayNumber(at), search, at, no])
      }
      await insertAll(sql, 'trace_event (org, at, no, sealed)', rows)
      await insertAll(sql, 'trace_key (org, day, search_key, at, no)', found)
      traced(events)
    },
  }
}

/** Numbers of the events of one moment. All who write into a trace share them. */
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

/** So that there are few texts of statements; most messages need no more. */
const ROWS_AT_ONCE = 10

/** Events of one message are found by the same things: each is made blind once. */
const remembering = (key: Blinding, org: OrganizationId, found: Map<string, Uint8Array>): Blinding => ({
  blind: (kind, value) => {
    const name = `${org}\0${kind}\0${value}`
    const known = found.get(name)
    if (known !== undefined) return known
    const made = key.blind(kind, value)
    found.set(name, made)
    return made
  },
})

type Blinding = Pick<DataKey, 'blind'>

const fold = (address: string): string => address.normalize('NFC').toLowerCase()
const bySender = (key: Blinding, address: string) => key.blind('trace-sender', fold(address))
const byRecipient = (key: Blinding, address: string) => key.blind('trace-recipient', fold(address))
const byMessageId = (key: Blinding, id: string) => key.blind('trace-message-id', id)
const byTraceId = (key: Blinding, id: string) => key.blind('trace-id', id)

function searchKeys(key: Blinding, event: EventRecord): Uint8Array[] {
  const { traceId, messageId, senders, recipients } = event
  return [
    byTraceId(key, traceId),
    ...(messageId ? [byMessageId(key, messageId)] : []),
    ...[...new Set(senders.map(fold))].map((address) => bySender(key, address)),
    ...[...new Set(recipients.map(fold))].map((address) => byRecipient(key, address)),
  ]
}

/** The index that is likely to find the fewest; the other conditions are looked at in the events themselves. */
function narrowest(key: DataKey, query: TraceQuery): Uint8Array | undefined {
  if (query.traceId !== undefined) return byTraceId(key, query.traceId)
  if (query.messageId !== undefined) return byMessageId(key, query.messageId)
  if (query.recipient !== undefined) return byRecipient(key, query.recipient)
  if (query.sender !== undefined) return bySender(key, query.sender)
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
  const [at, no] = cursor ? parseCursor(cursor) : [-1, '0']
  const from = Math.max(query.from ?? 0, first.at, at)
  const to = Math.min(query.to ?? Number.MAX_SAFE_INTEGER, last.at + 1)
  return { from, to, after: { at, no: Number.parseInt(no, 16) } }
}

/** In order of time, after the cursor. */
async function* eventsOf(
  sql: Sql,
  key: DataKey,
  org: OrganizationId,
  query: TraceQuery,
  { from, to, after }: Span,
): AsyncGenerator<EventRow> {
  const search = narrowest(key, query)
  if (search === undefined) {
    yield* paged(after, (last) =>
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
    yield* paged(after, (last) =>
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
