import { hash } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import type { DataKey } from '../data-key.ts'
import { type CheckRun, PAGE, paged } from '../maintenance/check-run.ts'
import { tellUs, tryOpen } from '../maintenance/findings.ts'
import { DAY_MS, dayNumber, type EventRow, eventsOf, searchKeys } from './trace.ts'

/** A day of an organisation's trace; days count from 1970-01-01. */
export type TraceDay = { org: OrganizationId; day: number }

type KeyRow = { search_key: Uint8Array; at: number; no: number; found: number | null }

/** The first day after `last` of which there are events, or what events are found by. */
export async function nextTraceDay(
  { sql }: CheckRun,
  last: TraceDay | undefined,
): Promise<TraceDay | undefined> {
  const from = { org: last?.org ?? '', day: (last?.day ?? -1) + 1 }
  const event = await sql.get<{ org: OrganizationId; at: number }>(
    'SELECT org, at FROM trace_event WHERE (org, at) >= (?, ?) ORDER BY org, at LIMIT 1',
    from.org,
    from.day * DAY_MS,
  )
  const key = await sql.get<TraceDay>(
    'SELECT org, day FROM trace_key WHERE (org, day) >= (?, ?) ORDER BY org, day LIMIT 1',
    from.org,
    from.day,
  )
  const found = event && { org: event.org, day: dayNumber(event.at) }
  if (!found || !key) return found ?? key
  return key.org < found.org || (key.org === found.org && key.day < found.day) ? key : found
}

/** The events of a day open, and are found by all that they name and by nothing else. Without `key` only that what is found is there. */
export async function checkTrace(
  run: CheckRun,
  { org, day }: TraceDay,
  key: DataKey | undefined,
): Promise<void> {
  const where = `trace of organisation ${org}, ${new Date(day * DAY_MS).toISOString().slice(0, 10)}`
  const named = new RowSet()
  let opened = key !== undefined
  for await (const row of eventsOn(run, org, day)) {
    const events = key && tryOpen(run.findings, where, () => eventsOf(key, org, row))
    opened &&= events !== undefined
    for (const search of key && events ? searchKeys(key, events) : []) named.add(search, row)
  }
  const first = await run.sql.get<{ at: number }>(
    'SELECT at FROM trace_event WHERE org = ? ORDER BY at LIMIT 1',
    org,
  )
  const listed = new RowSet()
  let lost = 0
  for await (const row of keysOn(run, org, day)) {
    if (row.found !== null) listed.add(row.search_key, row)
    // What is forgotten goes in the order of time, first the events and then what they were found by.
    else if (first && row.at > first.at) lost++
  }
  if (lost > 0) run.findings.add(where, `${lost} names lead to events that are not there.`, tellUs)
  if (opened && !listed.equals(named))
    run.findings.add(where, 'Its events are not found by just what they name.', tellUs)
}

function eventsOn({ sql }: CheckRun, org: OrganizationId, day: number): AsyncGenerator<EventRow> {
  return paged((last) =>
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

function keysOn({ sql }: CheckRun, org: OrganizationId, day: number): AsyncGenerator<KeyRow> {
  const select = `SELECT k.search_key, k.at, k.no, e.no AS found FROM trace_key k
    LEFT JOIN trace_event e ON e.org = k.org AND e.at = k.at AND e.no = k.no WHERE k.org = ? AND k.day = ?`
  const order = `ORDER BY k.search_key, k.at, k.no LIMIT ${PAGE}`
  return paged((last) =>
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
