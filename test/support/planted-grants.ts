import { SeededRandom } from '#src/domain/migration/batching/random.ts'
import { rights, weightOf } from '#src/domain/migration/right.ts'

export type PlantedGrants = {
  from: Int32Array
  to: Int32Array
  /** In hundredths. */
  weight: Int32Array
  /** What is planted: the department of each mailbox. */
  department: Int32Array
}

/**
 * Grants of a company: departments of 40 to 400, in them teams of 6 to 15 and three hubs (assistants, shared mailboxes).
 * 60 % of the grants stay in a team, 27.5 % in a department, 10 % go to its hubs, 2.5 % to anybody.
 */
export function plantedGrants(mailboxes: number, grants: number, seed: number): PlantedGrants {
  const random = new SeededRandom(seed)
  const name = random.permutation(mailboxes)
  const departmentAt = new Int32Array(mailboxes)
  const teamAt = new Int32Array(mailboxes)
  const departments: number[] = []
  const teams: number[] = []
  for (let at = 0; at < mailboxes; ) {
    const size = Math.min(mailboxes - at, 40 + random.below(360))
    departments.push(at)
    for (let begin = at; begin < at + size; ) {
      const team = Math.min(at + size - begin, 6 + random.below(10))
      teams.push(begin)
      departmentAt.fill(departments.length - 1, begin, begin + team)
      teamAt.fill(teams.length - 1, begin, begin + team)
      begin += team
    }
    at += size
  }
  departments.push(mailboxes)
  teams.push(mailboxes)
  const someOf = (begins: readonly number[], which: number, most = mailboxes) =>
    begins[which]! + random.below(Math.min(most, begins[which + 1]! - begins[which]!))
  const from = new Int32Array(grants)
  const to = new Int32Array(grants)
  const weight = new Int32Array(grants)
  const weights = rights.slice(0, -1).flatMap((right) =>
    [30, null, 400].map((ago) => {
      const lastUsedDay = ago === null ? null : 20_000 - ago
      return weightOf(right, { today: 20_000, lastUsedDay }, null)
    }),
  )
  for (let grant = 0; grant < grants; grant++) {
    const a = random.below(mailboxes)
    const chance = random.fraction()
    let b = random.below(mailboxes)
    if (chance < 0.6) b = someOf(teams, teamAt[a]!)
    else if (chance < 0.875) b = someOf(departments, departmentAt[a]!)
    else if (chance < 0.975) b = someOf(departments, departmentAt[a]!, 3)
    from[grant] = name[a]!
    to[grant] = name[b]!
    weight[grant] = weights[random.below(weights.length)]!
  }
  const department = new Int32Array(mailboxes)
  for (let at = 0; at < mailboxes; at++) department[name[at]!] = departmentAt[at]!
  return { from, to, weight, department }
}
