/** What keeps a cut grant whole may take more than one mailbox; what is said of it has to be so (migration.md 2.4, step 7). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Cut } from '#src/domain/migration/cuts.ts'
import type { Plan } from '#src/domain/migration/plan.ts'
import { formatJson } from '#src/domain/migration/report/json.ts'
import { remedyWords } from '#src/domain/migration/report/remedy-words.ts'
import type { Right } from '#src/domain/migration/right.ts'
import { capOf, day, grantOf, mailboxNamed, planned } from '#test/support/migration-plan.ts'

const [monday, tuesday] = [day('2027-01-04'), day('2027-01-05')]
const told = (name: string) => mailboxNamed(name, { announcedDay: monday })
const pinned = (name: string, night = tuesday) => mailboxNamed(name, { pinnedDay: night })
const nameOf = (at: number) => String.fromCharCode(97 + at)
const keepsWhatWasTold = { loyalty: 1_000_000 }

test('two who hold each other back are moved together', async () => {
  const { plan, report } = await planned({
    mailboxes: [told('boss'), told('desk'), pinned('team'), pinned('room')],
    grants: [
      ...[grantOf('boss', 'desk'), grantOf('boss', 'desk', 'delegate')],
      ...[grantOf('boss', 'team'), grantOf('desk', 'room')],
    ],
    rules: { ...capOf(4), ...keepsWhatWasTold },
  })
  assert.equal(plan.cuts.length, 2)
  for (const { remedy } of plan.cuts) {
    assert.ok(remedy.kind === 'move')
    assert.deepEqual([remedy.along?.length, remedy.breaks, remedy.keeps], [1, 0, 2])
  }
  assert.match(
    remedyWords(plan, plan.cuts[0]!),
    /^Move boss \(who was told Mon 4 Jan 2027\) with desk \(who .*\) to batch 2, which keeps 2 grants whole and breaks nothing else\.$/,
  )
  const { cuts } = JSON.parse([...formatJson(report)].join(''))
  assert.deepEqual(
    [cuts[0].remedy.mailbox, cuts[0].remedy.along],
    ['boss@corp.example', ['desk@corp.example']],
  )
})

test('a larger cap is told that has room for all who belong together', async () => {
  const names = Array.from({ length: 6 }, (_, at) => `m${at}`)
  const there = Array.from({ length: 16 }, (_, at) => `x${at}`)
  const { plan } = await planned({
    mailboxes: [...names.map(told), ...there.map((name) => pinned(name))],
    grants: [
      ...names.slice(1).map((name, at) => grantOf(names[at]!, name, 'delegate')),
      ...names.flatMap((name) => [grantOf('x0', name, 'folder-read'), grantOf('x1', name, 'folder-read')]),
    ],
    rules: { ...capOf(20), ...keepsWhatWasTold },
  })
  assert.equal(plan.cuts.length, 12)
  const [cut] = plan.cuts
  assert.ok(cut?.remedy.kind === 'raise-cap')
  assert.deepEqual([cut.remedy.mailboxes, cut.remedy.along?.length, cut.remedy.keeps], [22, 5, 12])
  assert.match(
    remedyWords(plan, cut),
    /^With a cap of 22 instead of 20 m\d .* with m\d .* and m\d .* fit into batch 2, which keeps 12 grants whole and breaks nothing else\.$/,
  )
})

test('nobody is told to make two full batches one', async () => {
  const [here, there] = ['a', 'b'].map((name) => Array.from({ length: 6 }, (_, at) => `${name}${at}`))
  const { plan } = await planned({
    mailboxes: [...here!.map(told), ...there!.map((name) => pinned(name))],
    grants: here!.flatMap((name, at) => [
      ...here!.slice(at + 1).map((other) => grantOf(name, other)),
      grantOf(there![at]!, name, 'folder-read'),
    ]),
    rules: { ...capOf(6), ...keepsWhatWasTold },
  })
  assert.equal(plan.cuts.length, 6)
  for (const { remedy } of plan.cuts) assert.ok(remedy.kind === 'raise-cap' && remedy.mailboxes === 7)
})

test('who has no room changes places with somebody who is tied to nobody', async () => {
  const { plan } = await planned({
    mailboxes: [told('ann'), pinned('bea'), mailboxNamed('cid', { announcedDay: tuesday })],
    grants: [grantOf('ann', 'bea')],
    rules: { caps: { mailboxes: 2, bytes: 2 ** 31, perServer: {} }, ...keepsWhatWasTold },
  })
  const [cut] = plan.cuts
  assert.ok(cut?.remedy.kind === 'swap')
  const { mailboxes } = plan.problem.input
  assert.deepEqual(
    [cut.remedy.mailbox, cut.remedy.other].map((at) => mailboxes[at]!.displayName),
    ['ann', 'cid'],
  )
  assert.match(
    remedyWords(plan, cut),
    /^Move ann .* to batch 2 and cid .* in its place, which breaks nothing else\.$/,
  )
})

test('a set that must move together is moved together, and nobody who is bound is', async () => {
  const mailboxes = [told('ann'), told('ben'), pinned('cid')]
  const asked = { mailboxes, grants: [grantOf('ann', 'cid')] }
  const together = [['ann@corp.example', 'ben@corp.example']]
  const { plan } = await planned({ ...asked, rules: { ...capOf(4), ...keepsWhatWasTold, together } })
  const [cut] = plan.cuts
  assert.ok(cut?.remedy.kind === 'move' && cut.remedy.along?.length === 1)
  const apart = [['ann@corp.example', 'ben@corp.example']]
  const other = await planned({ ...asked, rules: { ...capOf(4), ...keepsWhatWasTold, apart } })
  for (const { remedy } of other.plan.cuts) assert.equal(remedy.kind, 'bear')
})

test('prices, what a step breaks and keeps, and caps are those of the plan after it', async () => {
  const kinds = new Map<string, number>()
  const right = fc.constantFrom<Right>('full-access', 'delegate', 'folder-read', 'send-as')
  const tie = fc.tuple(fc.nat(13), fc.nat(13), right)
  const night = fc.constantFrom(monday, tuesday, tuesday + 1, null)
  await fc.assert(
    fc.asyncProperty(
      fc.array(tie, { minLength: 6, maxLength: 40 }),
      fc.array(night, { minLength: 14, maxLength: 14 }),
      fc.integer({ min: 4, max: 8 }),
      fc.boolean(),
      async (ties, nights, cap, areSized) => {
        const { plan } = await planned({
          mailboxes: nights.map((announcedDay, at) =>
            mailboxNamed(nameOf(at), { announcedDay, sizeBytes: (1 + (at % 3)) * 2 ** 30 }),
          ),
          grants: ties.filter(([a, b]) => a !== b).map(([a, b, kind]) => grantOf(nameOf(a), nameOf(b), kind)),
          rules: {
            ...{ caps: { mailboxes: cap, bytes: areSized ? cap * 2 ** 31 : null, perServer: {} } },
            ...{ together: [['a@corp.example', 'b@corp.example']], ...keepsWhatWasTold },
          },
        })
        for (const cut of plan.cuts) {
          kinds.set(cut.remedy.kind, (kinds.get(cut.remedy.kind) ?? 0) + 1)
          checkStep(plan, cut)
        }
      },
    ),
    { numRuns: 120, seed: 20_270_104 },
  )
  for (const kind of ['move', 'swap', 'raise-cap']) assert.ok((kinds.get(kind) ?? 0) > 0, kind)
})

/** Does what a remedy says and looks. */
function checkStep(plan: Plan, { owner, grantee, remedy }: Cut): void {
  if (!('toBatch' in remedy)) return
  const { graph, input, numberOf } = plan.problem
  const { caps } = input.rules
  const after = plan.batchOf.slice()
  for (const each of [remedy.mailbox, ...(remedy.along ?? [])]) after[each] = remedy.toBatch
  if (remedy.kind === 'swap') after[remedy.other] = plan.batchOf[remedy.mailbox]!
  const dayIn = (batchOf: Int32Array, at: number) => plan.batches[batchOf[at]! - 1]!.day
  const isCut = (batchOf: Int32Array, a: number, b: number) => dayIn(batchOf, a) !== dayIn(batchOf, b)
  assert.ok(!isCut(after, owner, grantee), 'the grant is whole')
  assert.equal(after[0], after[1], 'what must move together does')
  let price = 0
  let breaks = 0
  for (let a = 0; a < graph.nodes; a++) {
    assert.notEqual(numberOf[a], -1)
    for (let edge = graph.offsets[a]!; edge < graph.offsets[a + 1]!; edge++) {
      const b = graph.targets[edge]!
      if (b < a) continue
      const apart = (batchOf: Int32Array) => Math.abs(dayIn(batchOf, a) - dayIn(batchOf, b))
      const more = graph.weights[edge]! * (apart(after) - apart(plan.batchOf))
      price += more
      breaks += Math.max(0, more)
    }
  }
  assert.ok(Math.abs(remedy.price - price / 100) < 1e-6, `price ${remedy.price} and not ${price / 100}`)
  assert.ok(Math.abs(remedy.breaks - breaks / 100) < 1e-6, `breaks ${remedy.breaks} and not ${breaks / 100}`)
  const kept = plan.cuts.filter((each) => !isCut(after, each.owner, each.grantee)).length
  assert.equal(remedy.keeps, kept)
  for (const { number } of plan.batches) {
    const members = [...after.keys()].filter((at) => after[at] === number)
    const isRaised = remedy.kind === 'raise-cap' && number === remedy.toBatch
    if (isRaised) assert.ok(members.length === remedy.mailboxes && remedy.mailboxes > caps.mailboxes)
    else assert.ok(members.length <= caps.mailboxes, 'the cap holds')
    const bytes = members.reduce((sum, at) => sum + input.mailboxes[at]!.sizeBytes, 0)
    assert.ok(caps.bytes === null || bytes <= caps.bytes, 'the cap of bytes holds')
  }
}
