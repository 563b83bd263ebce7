import type { GrantTable } from '../grant-table.ts'
import type { PlanMailbox } from '../mailbox.ts'
import { type Right, rights } from '../right.ts'

/** What the numbers in the rows mean. */
export type GrantNames = {
  rights: readonly Right[]
  folders: readonly string[]
  /** Grantees that do not move with this plan: groups, who has moved or stays, and whom nobody told. */
  others: readonly string[]
}

const whole = -1
/** What a grant is told apart by is one number, exact up to so many parties and seven million names of folders. */
const MOST_PARTIES = 2 ** 27

/**
 * Every grant whose owner moves, a row for each owner: its place among those who move, then right, folder (-1: the whole mailbox)
 * and grantee, again and again. Grantees are numbered as those who move, and on from there the others. A group is one grantee.
 * The names are complete once all rows were taken.
 */
export function planGrants(
  mailboxes: readonly PlanMailbox[],
  waiting: Int32Array,
  tables: readonly GrantTable[],
): { rows: Iterable<number[]>; names: GrantNames } {
  const folders = new Words()
  const others = new Words()
  const placeOf = new Int32Array(mailboxes.length).fill(-1)
  waiting.forEach((mailbox, place) => {
    placeOf[mailbox] = place
  })
  const chains = tables.map((table) => chained(table, mailboxes.length))

  function* rows(): Generator<number[]> {
    for (const [place, owner] of waiting.entries()) {
      const row = [place]
      const known = new Set<number>()
      for (const [number, table] of tables.entries()) {
        const { first, next } = chains[number]!
        for (let at = first[owner]!; at !== -1; at = next[at]!) {
          const { grantee, group, right, folder } = table.get(at)
          const there = group === null ? placeOf[grantee]! : -1
          const party = there === -1 ? waiting.length + others.number(group ?? mailboxes[grantee]!.id) : there
          const kind = rights.indexOf(right)
          const place = folder === null ? whole : folders.number(folder)
          const key = ((place + 1) * rights.length + kind) * MOST_PARTIES + party
          if (known.has(key)) continue
          known.add(key)
          row.push(kind, place, party)
        }
      }
      if (row.length > 1) yield row
    }
  }
  return { rows: rows(), names: { rights, folders: folders.all, others: others.all } }
}

/** The grants of each owner, in the order in which they were read. */
function chained(table: GrantTable, owners: number): { first: Int32Array; next: Int32Array } {
  const first = new Int32Array(owners).fill(-1)
  const next = new Int32Array(table.count)
  for (let at = table.count - 1; at >= 0; at--) {
    const owner = table.ownerOf(at)
    next[at] = first[owner]!
    first[owner] = at
  }
  return { first, next }
}

class Words {
  readonly all: string[] = []
  readonly #numbers = new Map<string, number>()

  number(word: string): number {
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    this.#numbers.set(word, this.all.length)
    return this.all.push(word) - 1
  }
}
