import { visibleText } from '#src/platform/log/visible-text.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { readWhole } from '../input-files.ts'
import { UsageFault } from '../usage-fault.ts'
import { isPlanGrants, type PlanGrants } from './migrate-plan-grants.ts'

/** The part of `plan.json` that becomes a migration. */
export type MovePlan = {
  /** `opens` in epoch milliseconds. */
  batches: readonly { number: number; day: string; opens: number; pilot: boolean }[]
  mailboxes: readonly { id: string; batch: number }[]
  /** As AddMigrationGrants takes them: those between two nights. */
  cuts: readonly JsonObject[]
  /** All of owners that move; null: the plan was written before it had them. */
  grants: PlanGrants | null
}

/** A million mailboxes with their sentences stay below. */
const MOST_BYTES = 512 * 1024 * 1024

/** A plan that "landbridge migrate plan" wrote; a `UsageFault` says what is wrong with a file that is none. */
export async function readMovePlan(file: string): Promise<MovePlan> {
  const text = await readWhole(file, MOST_BYTES)
  const name = visibleText(file)
  let read: unknown
  try {
    read = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    throw new UsageFault(
      `${name} is no plan of "landbridge migrate plan": ${visibleText((error as Error).message)}. Name its plan.json.`,
    )
  }
  const batches = rowsOf(read, 'batches', name).map((row, at) => batchOf(row, `${name}, batch ${at + 1}`))
  const numbers = new Set(batches.map(({ number }) => number))
  const mailboxes = rowsOf(read, 'mailboxes', name).map(({ id, batch }, at) => {
    if (typeof id === 'string' && typeof batch === 'number' && numbers.has(batch)) return { id, batch }
    throw damaged(`${name}, mailbox ${at + 1}`, 'it has no address, or is in no batch of the plan')
  })
  const { grants: rows, grantNames: names } = read as { grants?: unknown; grantNames?: unknown }
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

type Row = Record<string, unknown>

function rowsOf(plan: unknown, member: string, name: string): readonly Row[] {
  const rows = typeof plan === 'object' && plan !== null ? (plan as Row)[member] : undefined
  if (!Array.isArray(rows))
    throw new UsageFault(
      `${name} is no plan of "landbridge migrate plan": it has no ${member}. Name its plan.json.`,
    )
  const strange = rows.findIndex((row) => typeof row !== 'object' || row === null)
  if (strange !== -1) throw damaged(`${name}, ${member} ${strange + 1}`, 'it is no object')
  return rows as readonly Row[]
}

function batchOf({ number, day, opens, pilot }: Row, where: string): MovePlan['batches'][number] {
  const at = typeof opens === 'string' ? Date.parse(opens) : Number.NaN
  if (typeof number === 'number' && Number.isInteger(number) && number >= 1 && Number.isFinite(at))
    return { number, day: String(day), opens: at, pilot: pilot === true }
  throw damaged(where, 'it has no number, or no moment at which its night opens')
}

const damaged = (where: string, what: string) =>
  new UsageFault(`${where}: ${what}. Was the file edited? Write it again with "landbridge migrate plan".`)
