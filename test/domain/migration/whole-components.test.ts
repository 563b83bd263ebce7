/** Who is tied together and fits a batch moves together, whatever the rules say of some of them (migration.md 2.4, steps 3 and 8). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDay } from '#src/domain/migration/day.ts'
import { Refusal } from '#src/domain/refusal.ts'
import {
  capOf,
  day,
  grantOf,
  mailboxNamed,
  membersOf,
  people,
  plainRules,
  planned,
} from '#test/support/migration-plan.ts'

/** Teams of four, each a chain of grants. */
const teams = (count: number, said: (team: number, member: number) => object = () => ({})) => ({
  mailboxes: Array.from({ length: count * 4 }, (_, at) =>
    mailboxNamed(`t${Math.floor(at / 4)}m${at % 4}`, said(Math.floor(at / 4), at % 4)),
  ),
  grants: Array.from({ length: count * 3 }, (_, at) => {
    const [team, member] = [Math.floor(at / 3), at % 3]
    return grantOf(`t${team}m${member}`, `t${team}m${member + 1}`)
  }),
})

test('a team waits for the one of it who may not move earlier, and where the calendar ends before it does not', async () => {
  const late = teams(6, (_, member) => (member === 0 ? { notBeforeDay: day('2027-01-18') } : {}))
  const { plan } = await planned({ ...late, rules: capOf(8) })
  assert.equal(plan.totals.cutGrants, 0)
  assert.equal(formatDay(plan.batches[0]!.day), '2027-01-18')
  const { calendar } = plan.problem.input.rules
  const short = { ...capOf(8), calendar: { ...calendar, until: day('2027-01-18') } }
  const hurried = await planned({ ...late, rules: short })
  assert.equal(hurried.plan.batches.length, 3)
})

test('teams follow those of them who have a day, as long as that night has room', async () => {
  const pinned = teams(6, (team, member) =>
    member === 0 && team < 3 ? { pinnedDay: day('2027-01-06') } : {},
  )
  const roomy = await planned({ ...pinned, rules: capOf(12) })
  assert.equal(roomy.plan.totals.cutGrants, 0)
  const tight = await planned({ ...pinned, rules: capOf(8) })
  const there = tight.plan.batches.filter((batch) => formatDay(batch.day) === '2027-01-06')
  assert.deepEqual(
    there.map(({ mailboxes }) => mailboxes),
    [8],
  )
})

test('nobody follows to a night for which the rules leave them no place', async () => {
  const on = { pinnedDay: day('2027-01-05') }
  const { plan } = await planned({
    mailboxes: [mailboxNamed('ann', on), mailboxNamed('bea'), mailboxNamed('cid', on)],
    grants: [grantOf('bea', 'cid')],
    rules: { apart: [['ann', 'bea']] },
  })
  assert.deepEqual(membersOf(plan), [['bea'], ['ann', 'cid']])
})

test('a pilot goes alone, also where its night would take more batches', async () => {
  const { plan } = await planned({
    mailboxes: [mailboxNamed('ann', { pilot: true }), ...people('bea', 'cid')],
    grants: [],
    rules: { ...capOf(1), calendar: { ...plainRules.calendar, batchesPerWindow: 2 } },
  })
  assert.deepEqual(
    plan.batches.map(({ day, pilot }) => [formatDay(day), pilot]),
    [
      ['2027-01-04', true],
      ['2027-01-11', false],
      ['2027-01-11', false],
    ],
  )
})

test('without those who go with the pilot, the others of a team stay together', async () => {
  const { plan } = await planned({
    ...teams(3, (_, member) => ({ pilot: member === 0 })),
    rules: capOf(6),
  })
  for (const members of membersOf(plan).slice(1))
    for (const team of new Set(members.map((name) => name.slice(0, 2))))
      assert.equal(members.filter((name) => name.startsWith(team)).length, 3)
})

test('a larger cap draws nobody away from the day that was announced', async () => {
  const told = { m0: '2027-01-04', m1: '2027-01-04', m2: '2027-01-05', m3: '2027-01-05', m4: '2027-01-06' }
  const { plan } = await planned({
    mailboxes: Object.entries(told).map(([name, on]) => mailboxNamed(name, { announcedDay: day(on) })),
    grants: [0, 1, 2, 3].map((at) => grantOf(`m${at}`, `m${at + 1}`)),
    rules: capOf(10),
  })
  assert.equal(plan.totals.moved, 0)
})

test('a pin may name a night that was announced to others, while it has room', async () => {
  const nights = ['2027-01-04', '2027-01-05', '2027-01-06']
  const told = (at: number) => ({ announcedDay: day(nights[Math.floor(at / 4)]!) })
  const mailboxes = Array.from({ length: 12 }, (_, at) => mailboxNamed(`m${at}`, told(at)))
  mailboxes[0] = mailboxNamed('m0', { ...told(0), pinnedDay: day('2027-01-05') })
  mailboxes.push(mailboxNamed('new', { pinnedDay: day('2027-01-06') }))
  const { plan } = await planned({ mailboxes, grants: [], rules: capOf(5) })
  assert.deepEqual(
    plan.batches.map((batch) => formatDay(batch.day)),
    nights,
  )
  const there = membersOf(plan).map((names) => names.filter((name) => name === 'm0' || name === 'new'))
  assert.deepEqual(there, [[], ['m0'], ['new']])
  assert.equal(plan.totals.moved, 1)
})

test('shared mailboxes move with those who use them, or when the others have moved', async () => {
  const asked = teams(4, (_, member) => (member === 3 ? { kind: 'shared' } : {}))
  const tied = await planned({ ...asked, rules: capOf(4) })
  assert.equal(tied.plan.totals.cutGrants, 0)
  const last = await planned({ ...asked, rules: { ...capOf(4), shared: 'last' } })
  assert.deepEqual(membersOf(last.plan).at(-1), ['t0m3', 't1m3', 't2m3', 't3m3'])
})

test('one right that several sources tell counts once; through a group it is another one', async () => {
  const twice = { ...grantOf('ann', 'bea'), where: 'other.csv line 9', lastUsedDay: day('2026-11-01') }
  const { plan } = await planned({
    mailboxes: people('ann', 'bea'),
    groups: [{ group: 'team', groupNames: [], member: 'bea' }],
    grants: [
      ...[
        grantOf('ann', 'bea'),
        twice,
        { ...grantOf('ann', 'bea'), folder: 'Inbox' },
        grantOf('ann', 'team'),
      ],
      { ...grantOf('ann', 'bea', 'folder-read'), folder: 'A' },
      { ...grantOf('ann', 'bea', 'folder-read'), folder: 'B' },
    ],
    rules: capOf(1),
  })
  assert.equal(plan.totals.grants, 4)
  // 8 as it was used this month and 5.6 through the group, and 1.4 for each folder.
  assert.equal(plan.totals.cutWeight, 16.4)
  const none = { staysBehind: 0, staysBehindWeight: 0 }
  const { 'full-access': full, 'folder-read': read } = plan.totals.byRight
  assert.deepEqual(full, { grants: 2, cut: 2, weight: 13.6, cutWeight: 13.6, ...none })
  assert.deepEqual(read, { grants: 2, cut: 2, weight: 2.8, cutWeight: 2.8, ...none })
})

test('members of groups that nobody knows are told, and groups are followed however deep they lie', async () => {
  const groups = Array.from({ length: 200 }, (_, at) => ({
    ...{ group: `g${at}`, groupNames: [] },
    member: at === 199 ? 'bea' : `g${at + 1}`,
  }))
  const { plan, report } = await planned({
    mailboxes: people('ann', 'bea'),
    groups: [...groups, { group: 'g0', groupNames: [], member: 'kim@elsewhere.example' }],
    grants: [grantOf('ann', 'g0'), grantOf('ann', 'g0', 'send-as')],
  })
  assert.equal(plan.totals.grants, 2)
  assert.deepEqual(
    report.leftOut.kept.map(({ reason, owner, grantee }) => [reason, owner, grantee]),
    [['unknown-member', 'g0', 'kim@elsewhere.example']],
  )
})

test('a remedy says how much it keeps, and who is tied to somebody who stays is named', async () => {
  const { plan } = await planned({
    mailboxes: [...people('ann', 'bea', 'cid', 'dan'), mailboxNamed('eve', { status: 'excluded' })],
    grants: [
      ...['bea', 'cid'].flatMap((name) => [grantOf('ann', name), grantOf('ann', name, 'send-as')]),
      ...[grantOf('bea', 'cid'), grantOf('dan', 'ann', 'folder-read'), grantOf('dan', 'ann', 'send-as')],
      grantOf('dan', 'eve'),
    ],
  })
  const [{ remedy }] = plan.cuts as [(typeof plan.cuts)[0]]
  assert.ok(remedy.kind === 'raise-cap' && remedy.keeps === 2)
  assert.equal(plan.staysBehind.length, 1)
})

test('what contradicts itself is refused by name: a server that is none, and more than a night has room for', async () => {
  const refused = (words: RegExp) => (error: unknown) => error instanceof Refusal && words.test(error.message)
  await assert.rejects(
    planned({
      mailboxes: people('ann'),
      grants: [],
      rules: { caps: { mailboxes: 3, bytes: null, perServer: { EX9: 1 } } },
    }),
    refused(/mailboxes of EX9, and no mailbox is there\. They are on EX01\./),
  )
  const on = (sizeBytes: number) => ({ pinnedDay: day('2027-01-05'), sizeBytes })
  await assert.rejects(
    planned({
      mailboxes: [mailboxNamed('ann', on(2 ** 31)), mailboxNamed('bea', on(2 ** 31))],
      grants: [],
      rules: { caps: { mailboxes: 3, bytes: 3 * 2 ** 30, perServer: {} } },
    }),
    refused(/2 mailboxes with 4 GB are to move on Tue 5 Jan 2027 .* takes 3 GB/),
  )
  await assert.rejects(
    planned({
      mailboxes: people('ann', 'bea').map((one) => ({ ...one, pinnedDay: day('2027-01-05') })),
      grants: [],
      rules: { apart: [['ann', 'bea']] },
    }),
    refused(
      /^ann@corp\.example and bea@corp\.example must not move together \(rule "apart" 1\), yet both are to move on Tue 5 Jan 2027/,
    ),
  )
  await assert.rejects(
    planned({
      mailboxes: people('ann', 'bea', 'cid', 'dan').map((one, at) => ({
        ...one,
        pinnedDay: at < 2 ? day('2027-01-05') : null,
      })),
      grants: [],
      rules: {
        ...capOf(3),
        together: [
          ['cid', 'ann'],
          ['bea', 'dan'],
        ],
      },
    }),
    refused(
      /What has to move on Tue 5 Jan 2027 needs more batches than the 1 of that night: .*\(ann@corp\.example, bea@corp\.example; cid@corp\.example with ann@corp\.example by rule "together" 1\).*--per-window/,
    ),
  )
})
