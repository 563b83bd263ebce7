import { CalendarTooShort } from '#src/domain/migration/batching/order.ts'
import type { BatchSolution } from '#src/domain/migration/batching/solve.ts'
import { calendarRefusal } from '#src/domain/migration/calendar-refusal.ts'
import { collectGrants, type GrantRules } from '#src/domain/migration/collect-grants.ts'
import { parseDay } from '#src/domain/migration/day.ts'
import type { FoundGrant, LeftOut } from '#src/domain/migration/grant.ts'
import { type GroupRow, Groups } from '#src/domain/migration/groups.ts'
import { IdentityIndex } from '#src/domain/migration/identity-index.ts'
import type { PlanMailbox } from '#src/domain/migration/mailbox.ts'
import { describePlan, type Plan } from '#src/domain/migration/plan.ts'
import { type PlanProblem, planProblem } from '#src/domain/migration/problem.ts'
import type { PlanReport } from '#src/domain/migration/report/report.ts'
import type { Right } from '#src/domain/migration/right.ts'
import type { PlanRules } from '#src/domain/migration/rules.ts'
import { solved } from './batch-problem.ts'

export const day = (text: string): number => parseDay(text)!

export const mailboxNamed = (name: string, said: Partial<PlanMailbox> = {}): PlanMailbox => ({
  id: `${name}@corp.example`,
  displayName: name,
  kind: 'user',
  sizeBytes: 2 ** 30,
  items: 1_000,
  department: '',
  server: 'EX01',
  status: 'waiting',
  migratedDay: null,
  announcedDay: null,
  pinnedDay: null,
  notBeforeDay: null,
  pilot: false,
  vip: false,
  ...said,
})

export const people = (...names: readonly string[]): PlanMailbox[] => names.map((name) => mailboxNamed(name))

/** Rules with no other cap than so many mailboxes. */
export const capOf = (mailboxes: number) => ({ caps: { mailboxes, bytes: null, perServer: {} } })

export const grantOf = (owner: string, grantee: string, right: Right = 'full-access'): FoundGrant => ({
  ...{ owner, grantee, right, folder: null, lastUsedDay: null, where: 'grants.csv line 1' },
})

export const plainRules: PlanRules = {
  caps: { mailboxes: 3, bytes: null, perServer: {} },
  calendar: {
    from: day('2027-01-04'),
    until: null,
    weekdays: [1, 2, 3, 4],
    holidays: [],
    batchesPerWindow: 1,
    begin: '22:00',
    end: '06:00',
    zone: 'Europe/Berlin',
  },
  together: [],
  apart: [],
  keepWhole: [],
  pilotPauseDays: 7,
  vipNotBefore: null,
  shared: 'tied',
  objective: 'days',
  loyalty: 1_000,
  spareBatches: null,
  seed: 1,
}

export type Asked = {
  mailboxes: readonly PlanMailbox[]
  grants: readonly FoundGrant[]
  leftOut?: readonly LeftOut[]
  groups?: readonly GroupRow[]
  rules?: Partial<PlanRules>
  grantRules?: Partial<GrantRules>
}

/** A plan of what is told, from its sources to its explanation. */
export async function planned(asked: Asked): Promise<{ plan: Plan; report: PlanReport }> {
  const identities = new IdentityIndex()
  const mailboxes = [...asked.mailboxes].sort((a, b) => (a.id < b.id ? -1 : 1))
  mailboxes.forEach(({ id, displayName }, at) => {
    identities.add(at, { exact: [id], loose: [displayName] })
  })
  const groups = new Groups()
  for (const row of asked.groups ?? []) groups.add(row)
  const source = {
    name: 'told',
    read: async function* () {
      yield { grants: asked.grants, leftOut: asked.leftOut ?? [] }
    },
  }
  const { grants, untied, leftOut } = await collectGrants([source], identities, groups, {
    ...{ ignoredGrantees: [], unbroken: [], largestGroup: 1_000 },
    ...asked.grantRules,
  })
  const problem = planProblem({
    ...{ mailboxes, identities, grants, today: day('2026-11-21') },
    rules: { ...plainRules, ...asked.rules },
  })
  const plan = describePlan(problem, solvedIn(problem))
  return {
    plan,
    report: { plan, leftOut, untied, whatIf: [], notes: [], sources: [], madeAt: '2026-11-21' },
  }
}

function solvedIn(problem: PlanProblem): BatchSolution {
  try {
    return solved(problem.batches)
  } catch (error) {
    throw error instanceof CalendarTooShort ? calendarRefusal(error, problem) : error
  }
}

/** Names of the members of each batch. */
export function membersOf(plan: Plan): string[][] {
  const members: string[][] = plan.batches.map(() => [])
  for (const at of plan.problem.waiting) {
    members[plan.batchOf[at]! - 1]!.push(plan.problem.input.mailboxes[at]!.displayName)
  }
  return members
}
