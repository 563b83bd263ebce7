import { hash } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import type { DataKey } from '../data-key.ts'
import { type CheckRun, PAGE, paged } from '../maintenance/check-run.ts'
import { tellUs, tryOpen } from '../maintenance/findings.ts'
import { DAY_MS, dayNumber, type EventRow, eventsOf, searchKeys } from './trace.ts'

/** Rows looked at in one step. */
const STEP = 20_000
/** Who writes an event may be that late: the events of the last minutes are still coming in. */
const SETTLED_MS = 10 * 60_000

/** A day of an organisation's trace; days count from 1970-01-01. `left`: what is still to be looked at of it. */
export type TraceDay = { org: OrganizationId; day: number; left?: Left }

/**
 * A day that takes more than a step is looked at from one moment to the next: then only what had settled when it was begun is
 * compared. `until`: the last time that is.
 */
type Left = {
  until: number
  first: number | undefined
  named: RowSet
  listed: RowSet
  opened: boolean
  lost: number
  /** The last row that was looked at. */
  event?: EventRow
  key?: KeyRow
  isAllNamed: boolean
}

type KeyRow = { search_key: Uint8Array; at: number; no: number; found: number | null }

/** The first day after `last` of which there are events, or what events are found by. */
export async function nextTraceDay(
  { sql }: CheckRun,
  last: TraceDay | undefined,
): Promise<TraceDay | undefined> {
  const { org, day } = last ?? { org: '', day: -1 }
  const event = await sql.get<{ org: OrganizationId; at: number }>(
    'SELECT org, at FROM trace_event WHERE (org, at) >= (?, ?) ORDER BY org, at LIMIT 1',
    org,
    (day + 1) * DAY_MS,
  )
  const key = await sql.get<{ org: OrganizationId; day: number }>(
    'SELECT org, day FROM trace_key WHERE (org, day) > (?, ?) ORDER BY org, day LIMIT 1',
    org,
    day,
  )
  const found = event && { org: event.org, day: dayNumber(event.at) }
  if (!found || !key) return found ?? key
  return key.org < found.org || (key.org === found.org && key.day < found.day) ? key : found
}

/**
 * The events of a day open, and are found by all that they name and by nothing else. Without `key` only that what is found is
 * there. Does one step of it; gives the day with what is left, or without when it is done.
 */
export async function checkTrace(
  run: CheckRun,
  { org, day, left: before }: TraceDay,
  key: DataKey | undefined,
  step = STEP,
): Promise<TraceDay> {
  const where = `trace of organisation ${org}, ${new Date(day * DAY_MS).toISOString().slice(0, 10)}`
  const first = await outermost(run, org, 'at')
  const left = before ?? {
    until: Number.MAX_SAFE_INTEGER,
    first,
    named: new RowSet(),
    listed: new RowSet(),
    opened: key !== undefined,
    lost: 0,
    isAllNamed: false,
  }
  let looked = 0
  if (!left.isAllNamed) {
    for await (const row of eventsOn(run, org, day, left.event)) {
      const events = key && tryOpen(run.findings, where, () => eventsOf(key, org, row))
      left.opened &&= events !== undefined
      if (row.at <= left.until)
        for (const search of key && events ? searchKeys(key, events) : []) left.named.add(search, row)
      left.event = row
      if (++looked === step) {
        if (!before) left.until = ((await outermost(run, org, 'at DESC')) ?? 0) - SETTLED_MS
        return { org, day, left: { ...left } }
      }
    }
    left.isAllNamed = true
  }
  for await (const row of keysOn(run, org, day, left.key)) {
    if (row.found !== null) {
      if (row.at <= left.until) left.listed.add(row.search_key, row)
    }
    // What is forgotten goes in the order of time, first the events and then what they were found by.
    else if (first !== undefined && row.at > first) left.lost++
    left.key = row
    // What was begun at this moment is ended at it.
    if (before && ++looked === step) return { org, day, left: { ...left } }
  }
  if (left.lost > 0) run.findings.add(where, `${left.lost} names lead to events that are not there.`, tellUs)
  // A day that is being forgotten meanwhile cannot be compared with what it was.
  const isForgotten = first !== left.first && (first === undefined || dayNumber(first) >= day)
  if (left.opened && !isForgotten && !left.listed.equals(left.named))
    run.findings.add(where, 'Its events are not found by just what they name.', tellUs)
  return { org, day }
}

/** When the first or the last event was. */
async function outermost({ sql }: CheckRun, org: OrganizationId, order: string): Promise<number | undefined> {
  const row = await sql.get<{ at: number }>(
    `SELECT at FROM trace_event WHERE org = ? ORDER BY ${order} LIMIT 1`,
    org,
  )
  return row?.at
}

function eventsOn(
  { sql }: CheckRun,
  org: OrganizationId,
  day: number,
  after: EventRow | undefined,
): AsyncGenerator<EventRow> {
  return paged((last = after) =>
    sql.all(
      `SELECT at, no, sealed FROM trace_event WHERE org = ? AND (at, no) > (?, ?) AND at < ?
       ORDER BY at, no LIMIT ${PAGE}`,
      org,
      last?.at ?? day * DAY_MS,
      last?.no ?? -1,
      (day + 1) * DAY_MS,
    ),
  )
}

function keysOn(
  { sql }: CheckRun,
  org: OrganizationId,
  day: number,
  after: KeyRow | undefined,
): AsyncGenerator<KeyRow> {
  const select = `SELECT k.search_key, k.at, k.no, e.no AS found FROM trace_key k
    LEFT JOIN trace_event e ON e.org = k.org AND e.at = k.at AND e.no = k.no WHERE k.org = ? AND k.day = ?`
  const order = `ORDER BY k.search_key, k.at, k.no LIMIT ${PAGE}`
  return paged((last = after) =>
    last
      ? sql.all(
          `${select} AND (k.search_key, k.at, k.no) > (?, ?, ?) ${order}`,
          org,
          day,
          last.search_key,
          last.at,
          last.no,
        )
      : sql.all(`${select} ${order}`, org, day),
  )
}

/** Rows of which none comes twice, in whatever order: as many as there are, it holds no more than a count and a sum. */
class RowSet {
  #count = 0
  #sum = 0n

  add(search: Uint8Array, { at, no }: { at: number; no: number }): void {
    this.#count++
    this.#sum ^= hash(
      'sha256',
      Buffer.concat([search, Buffer.from(`${at}:${no}`)]),
      'buffer',
    ).readBigUInt64BE()
  }

  equals(other: RowSet): boolean {
    return this.#count === other.#count && this.#sum === other.#sum
  }
}
