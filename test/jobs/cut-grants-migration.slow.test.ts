/** What a plan calls cut is what waits while batches move, no more and no less, and for as long as it said (migration.md 4.3). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '#src/domain/migration/batching/random.ts'
import { addGrants } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { Right } from '#src/domain/migration/right.ts'
import { grantOf, mailboxNamed, membersOf, planned } from '#test/support/migration-plan.ts'
import { openSites } from '#test/support/migration-site.ts'
import { move } from '#test/support/moved-mailbox.ts'

const start = openSites()
const DAY = 86_400_000
const BATCHES = 4
const TOGETHER = 3
const RIGHTS: readonly Right[] = ['full-access', 'send-as', 'send-on-behalf']

test('the rights that wait after each batch are those that the plan cut there, and all are given in the end', async () => {
  const random = new SeededRandom(7)
  const any = <T>(of: readonly T[]): T => of[random.below(of.length)]!
  const names = Array.from({ length: BATCHES * TOGETHER }, (_, at) => `u${String(at).padStart(2, '0')}`)
  const told = new Map(
    Array.from({ length: 30 }, () => grantOf(any(names), any(names), any(RIGHTS)))
      .filter(({ owner, grantee }) => owner !== grantee)
      .map(({ owner, grantee, ...grant }) => [
        `${owner} ${grantee} ${grant.right}`,
        { ...grant, owner: `${owner}@corp.example`, grantee: `${grantee}@corp.example` },
      ]),
  )
  const { plan } = await planned({
    mailboxes: names.map((name) => mailboxNamed(name)),
    grants: [...told.values()],
    rules: { caps: { mailboxes: TOGETHER, bytes: null, perServer: {} } },
  })
  const batches = membersOf(plan)
  assert.deepEqual(
    batches.map(({ length }) => length),
    Array(BATCHES).fill(TOGETHER),
  )
  const { mailboxes } = plan.problem.input
  const named = (at: number) => mailboxes[at]!.id
  const cuts = plan.cuts.map(({ owner, grantee, right, fromBatch, toBatch, days }) => ({
    name: `${named(owner)} ${named(grantee)} ${right}`,
    first: Math.min(fromBatch, toBatch),
    last: Math.max(fromBatch, toBatch),
    days,
  }))
  assert.ok(cuts.length > 5 && cuts.length < told.size)

  // A site deals its people out to its batches in turn.
  const people = Array.from({ length: TOGETHER }, (_, place) => batches.map((batch) => batch[place]!)).flat()
  const site = await start(people, { batches: BATCHES })
  assert.equal(await addGrants(site.steering(), [...told.values()]), told.size)
  const began = site.clock.now()
  site.engine()
  const noted = async () =>
    (await site.store.migration.listGrants(site.organization, site.project.id, { limit: 100 })).rows.map(
      (grant) => ({ ...grant, name: `${grant.owner} ${grant.grantee} ${grant.right}` }),
    )
  for (let batch = 1; batch <= BATCHES; batch++) {
    site.clock.advanceTo(began + (plan.batches[batch - 1]!.day - plan.batches[0]!.day) * DAY)
    await move(site, batch)
    const waiting = (await noted()).filter(
      ({ state, brokenFrom }) => state === 'waiting' && brokenFrom !== null,
    )
    assert.deepEqual(
      waiting.map(({ name }) => name).sort(),
      cuts.flatMap(({ name, first, last }) => (first <= batch && batch < last ? name : [])).sort(),
      `after batch ${batch}`,
    )
  }
  const all = await noted()
  assert.deepEqual(new Set(all.map(({ state }) => state)), new Set(['applied']))
  const days = (name: string) => {
    const { brokenFrom, appliedAt } = all.find((grant) => grant.name === name)!
    return (appliedAt! - brokenFrom!) / DAY
  }
  for (const cut of cuts) assert.equal(days(cut.name), cut.days, cut.name)
})
