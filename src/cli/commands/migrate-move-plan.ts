import { createReadStream } from 'node:fs'
import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { requireFiles } from '../input-files.ts'
import { jsonMembers } from '../json-members.ts'
import { UsageFault } from '../usage-fault.ts'
import { isPlanGrants, type PlanGrants } from './migrate-plan-grants.ts'

/** The part of `plan.json` that becomes a migration. */
export type MovePlan = {
  /** `opens` in epoch milliseconds; `wave` null: the plan was written before there were any. */
  batches: readonly {
    number: number
    day: string
    opens: number
    pilot: boolean
    wave: string | null
    /** What its people know it as, where this plan counts otherwise. */
    announcedAs: number | null
  }[]
  /** `known`: what AddMigrationMailboxes takes beside: sizes, old names, how a room answers. */
  mailboxes: readonly { id: string; batch: number; known: JsonObject }[]
  /** As AddMigrationGrants takes them: those between two nights. */
  cuts: readonly JsonObject[]
  /** All of owners that move; null: the plan was written before it had them. */
  grants: PlanGrants | null
}

/** A plan that "landbridge migrate plan" wrote; a `UsageFault` says what is wrong with a file that is none. */
export async function readMovePlan(file: string): Promise<MovePlan> {
  const name = visibleText(file)
  const read = await membersOf(file, name)
  const batches = rowsOf(read, 'batches', name).map((row, at) => batchOf(row, `${name}, batch ${at + 1}`))
  if (batches.length === 0) throw noPlan(name, 'it has no batches')
  const numbers = new Set(batches.map(({ number }) => number))
  const mailboxes = rowsOf(read, 'mailboxes', name).map((row, at) => {
    const { id, batch } = row
    if (typeof id === 'string' && typeof batch === 'number' && numbers.has(batch))
      return { id, batch, known: knownOf(row) }
    throw damaged(`${name}, mailbox ${at + 1}`, 'it has no address, or is in no batch of the plan')
  })
  const { grants: rows, grantNames: names } = read
  if (rows !== undefined && !isPlanGrants(rows, names, mailboxes.length))
    throw damaged(`${name}, grants`, 'they are not as they were written')
  const grants = rows === undefined ? null : ({ rows, names } as PlanGrants)
  const cuts = rowsOf(read, 'cuts', name).flatMap(
    ({ owner, grantee, right, folder, group }, at): JsonObject[] => {
      if (typeof owner !== 'string' || typeof grantee !== 'string' || typeof right !== 'string')
        throw damaged(`${name}, cut ${at + 1}`, 'owner, grantee or right is missing')
      // What was given to a group is given to it again, not to each of its members.
      if (grants !== null && typeof group === 'string') return []
      return [
        { Owner: owner, Grantee: grantee, Right: right, Folder: typeof folder === 'string' ? folder : null },
      ]
    },
  )
  return { batches, mailboxes, cuts, grants }
}

/** Sizes of 0 are those that nobody told. */
function knownOf({ sizeBytes, items, x500, booking, database }: Row): JsonObject {
  const Booking = bookingOf(booking)
  const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0
  return {
    ...(isSize(sizeBytes) && { Bytes: sizeBytes, ...(isSize(items) && { Items: items }) }),
    ...(Array.isArray(x500) && x500.length > 0 && { X500: x500.slice(0, MOST_NAMES).map(String) }),
    ...(typeof database === 'string' && database !== '' && { Database: database.slice(0, 256) }),
    ...(Booking && { Booking }),
  }
}

/** As many as the administration takes of one mailbox. */
const MOST_NAMES = 100

/** The same settings by the names of the administration. */
const bookingOf = (written: unknown): JsonObject | undefined =>
  typeof written === 'object' && written !== null
    ? Object.fromEntries(
        Object.entries(written as JsonObject).map(([name, value]) => [
          `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
          value,
        ]),
      )
    : undefined

type Row = Record<string, unknown>

/** Members that a migration is made of, with what is not held of their rows: the words for people are most of a large plan. */
const wanted = new Map<string, readonly string[]>([
  ['batches', []],
  ['mailboxes', ['day', 'why', 'sentence']],
  ['cuts', ['remedy', 'sentence', 'where']],
  ['grants', []],
  ['grantNames', []],
])

/** The file may be larger than any string. */
async function membersOf(file: string, name: string): Promise<Row> {
  await requireFiles([file])
  const members: Row = {}
  try {
    for await (const { name, value, at } of jsonMembers(withoutMark(createReadStream(file, 'utf8')))) {
      const left = wanted.get(name)
      if (left === undefined) continue
      if (at === null) members[name] = value
      else if (at === 0) members[name] = [without(value, left)]
      else (members[name] as unknown[]).push(without(value, left))
    }
    return members
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw noPlan(name, visibleText(error.message))
  }
}

const without = (row: unknown, left: readonly string[]): unknown =>
  left.length === 0 || typeof row !== 'object' || row === null
    ? row
    : Object.fromEntries(Object.entries(row).filter(([name]) => !left.includes(name)))

async function* withoutMark(text: AsyncIterable<string>): AsyncGenerator<string> {
  let isFirst = true
  for await (const piece of text) {
    yield isFirst ? piece.replace(/^\ufeff/, '') : piece
    isFirst = false
  }
}

function rowsOf(plan: Row, member: string, name: string): readonly Row[] {
  const rows = plan[member]
  if (!Array.isArray(rows)) throw noPlan(name, `it has no ${member}`)
  const strange = rows.findIndex((row) => typeof row !== 'object' || row === null)
  if (strange !== -1) throw damaged(`${name}, ${member} ${strange + 1}`, 'it is no object')
  return rows as readonly Row[]
}

function batchOf(row: Row, where: string): MovePlan['batches'][number] {
  const { number, day, opens, pilot, wave, announcedAs } = row
  const at = typeof opens === 'string' ? Date.parse(opens) : Number.NaN
  if (typeof number === 'number' && Number.isInteger(number) && number >= 1 && Number.isFinite(at))
    return {
      ...{ number, day: String(day), opens: at, pilot: pilot === true },
      wave: typeof wave === 'string' && wave !== '' ? wave : null,
      announcedAs: typeof announcedAs === 'number' && announcedAs !== number ? announcedAs : null,
    }
  throw damaged(where, 'it has no number, or no moment at which its night opens')
}

const noPlan = (name: string, why: string) =>
  new UsageFault(`${name} is no plan of "migrate plan": ${why}. Name its plan.json.`)

const damaged = (where: string, what: string) =>
  new UsageFault(`${where}: ${what}. Was the file edited? Write it again with "landbridge migrate plan".`)
