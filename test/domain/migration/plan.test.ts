import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDay } from '#src/domain/migration/day.ts'
import { Refusal } from '#src/domain/refusal.ts'
import {
  type Asked,
  day,
  grantOf,
  mailboxNamed,
  membersOf,
  people,
  plainRules,
  planned,
} from '#test/support/migration-plan.ts'

const refused = (words: RegExp) => (error: unknown) => error instanceof Refusal && words.test(error.message)

test('who is tied moves on the same night, and says so', async () => {
  const { plan } = await planned({
    mailboxes: people('ann', 'bea', 'cid', 'dan', 'eve', 'fay'),
    grants: [grantOf('ann', 'bea'), grantOf('bea', 'cid'), grantOf('dan', 'eve'), grantOf('eve', 'fay')],
  })
  assert.deepEqual(membersOf(plan), [
    ['ann', 'bea', 'cid'],
    ['dan', 'eve', 'fay'],
  ])
  assert.deepEqual(
    plan.batches.map((batch) => formatDay(batch.day)),
    ['2027-01-04', '2027-01-05'],
  )
  assert.equal(plan.totals.cutGrants, 0)
  assert.equal(plan.placementOf(0).why, 'whole-group')
})

test('a cut grant is broken from the first end to the second, and has a remedy (scenario 25)', async () => {
  const { plan } = await planned({
    mailboxes: [
      mailboxNamed('owner', { pinnedDay: day('2027-01-04') }),
      mailboxNamed('other'),
      mailboxNamed('deputy', { notBeforeDay: day('2027-01-11') }),
    ],
    grants: [grantOf('owner', 'deputy', 'delegate'), grantOf('other', 'owner')],
  })
  const [cut] = plan.cuts
  assert.equal(plan.cuts.length, 1)
  assert.equal(cut!.days, 7)
  assert.equal(formatDay(cut!.brokenFrom), '2027-01-04')
  assert.equal(formatDay(cut!.brokenUntil), '2027-01-11')
  assert.equal(cut!.right, 'delegate')
  // 10 for a delegate, 0.7 because nobody knows when it was used, 7 days.
  assert.equal(plan.totals.brokenDays, 49)
  assert.equal(cut!.remedy.kind, 'bear')
})

test('a grant that nobody used for half a year is worth asking for its removal', async () => {
  const { plan } = await planned({
    mailboxes: people('ann', 'bea', 'cid', 'dan'),
    grants: [
      ...[grantOf('ann', 'bea'), grantOf('bea', 'cid'), grantOf('cid', 'ann')],
      { ...grantOf('dan', 'ann'), lastUsedDay: day('2026-01-01') },
    ],
  })
  assert.equal(plan.cuts[0]!.remedy.kind, 'remove-unused')
  assert.equal(plan.cuts[0]!.weight, 1.6)
})

test('the cheapest remedy is a larger cap where that is all that is missing', async () => {
  const { plan } = await planned({
    mailboxes: people('ann', 'bea', 'cid', 'dan'),
    grants: [
      grantOf('ann', 'bea'),
      grantOf('bea', 'cid'),
      grantOf('cid', 'ann'),
      grantOf('dan', 'ann', 'folder-read'),
    ],
  })
  const { remedy } = plan.cuts[0]!
  assert.ok(remedy.kind === 'raise-cap')
  assert.equal(remedy.mailboxes, 4)
})

test('must-together sets hold; one that is too large is refused with the chain that forces it', async () => {
  const mailboxes = people('ann', 'bea', 'cid', 'dan', 'eve')
  const { plan } = await planned({
    mailboxes,
    grants: [],
    rules: { together: [['ann@corp.example', 'eve']] },
  })
  assert.equal(plan.batchOf[0], plan.batchOf[4])
  const asked: Asked = {
    mailboxes,
    grants: [grantOf('ann', 'bea', 'delegate'), grantOf('bea', 'cid', 'delegate')],
    rules: { keepWhole: ['delegate'], together: [['cid', 'dan']] },
  }
  await assert.rejects(
    planned(asked),
    refused(
      /4 mailboxes must move together and a batch takes 3: dan@corp\.example with cid@corp\.example \(rule "together" 1\), .*bea@corp\.example with ann.* Raise the cap to 4/,
    ),
  )
})

test('where one mailbox ties many, the refusal names it beside the chain', async () => {
  await assert.rejects(
    planned({
      mailboxes: people('ann', 'bea', 'cid', 'dan', 'eve'),
      grants: ['bea', 'cid', 'dan', 'eve'].map((name) => grantOf('ann', name, 'full-access')),
      rules: { keepWhole: ['full-access'] },
    }),
    refused(
      /5 mailboxes must move together .*; ann@corp\.example alone is tied to 4 of them\. Raise the cap to 5/,
    ),
  )
})

test('who must not move together and has the one batch of a night is named, with the rule and the column', async () => {
  const night = { pinnedDay: day('2027-01-04') }
  const mailboxes = [mailboxNamed('ann', night), mailboxNamed('bea', night), mailboxNamed('cid')]
  const rules = { together: [['ann', 'cid']], apart: [['bea', 'cid']] }
  await assert.rejects(
    planned({ mailboxes, grants: [], rules }),
    refused(
      /^bea@corp\.example and cid@corp\.example must not move together \(rule "apart" 1\), yet both are to move on Mon 4 Jan 2027, which takes one batch: bea@corp\.example has that day \(column MoveOn\); ann@corp\.example has that day \(column MoveOn\) and must move with ann@corp\.example with cid@corp\.example \(rule "together" 1\)\. .*--per-window\.$/,
    ),
  )
  const { calendar } = plainRules
  const { plan } = await planned({
    mailboxes,
    grants: [],
    rules: { ...rules, calendar: { ...calendar, batchesPerWindow: 2 } },
  })
  assert.notEqual(plan.batchOf[1], plan.batchOf[2])
})

test('who may not move before the last night is over is named, with --until and the column that says so', async () => {
  const { calendar } = plainRules
  const rules = { calendar: { ...calendar, until: day('2027-01-13') }, vipNotBefore: day('2027-01-18') }
  for (const [said, words] of [
    [
      { notBeforeDay: day('2027-02-01') },
      /^ann@corp\.example is to move not before Mon 1 Feb 2027 \(column NotBefore\), and the last night on which batches move is Wed 13 Jan 2027 \(--until 2027-01-13\)\./,
    ],
    [{ vip: true }, /not before Mon 18 Jan 2027 \(column Vip and --vip-not-before\), .*--until 2027-01-13/],
  ] as const)
    await assert.rejects(
      planned({ mailboxes: [mailboxNamed('ann', said)], grants: [], rules }),
      refused(words),
    )
})

test('rules that contradict each other are refused by name', async () => {
  const mailboxes = people('ann', 'bea', 'cid')
  const both = { together: [['ann', 'bea']], apart: [['bea', 'ann']] }
  await assert.rejects(
    planned({ mailboxes, grants: [], rules: both }),
    refused(/must not move together .*yet they must/),
  )
  await assert.rejects(
    planned({ mailboxes, grants: [], rules: { together: [['ann', 'zoe']] } }),
    refused(/names "zoe", which is none of the mailboxes/),
  )
  const late = [
    mailboxNamed('ann', { pinnedDay: day('2027-01-04') }),
    mailboxNamed('bea', { notBeforeDay: day('2027-02-01') }),
  ]
  await assert.rejects(
    planned({ mailboxes: late, grants: [], rules: { together: [['ann', 'bea']] } }),
    refused(
      /ann@corp\.example is to move on Mon 4 Jan 2027 \(column MoveOn\) and bea@corp\.example not before Mon 1 Feb 2027 \(column NotBefore\), but they must move together: .*\(rule "together" 1\)/,
    ),
  )
  await assert.rejects(
    planned({ mailboxes: [mailboxNamed('ann', { pinnedDay: day('2027-01-09') })], grants: [] }),
    refused(
      /on Sat 9 Jan 2027 \(column MoveOn\), when there is no window.*other days of the week \(--days\).*next one is Mon 11 Jan 2027/,
    ),
  )
  const onThursday = mailboxNamed('ann', { pinnedDay: day('2027-01-14') })
  const { calendar } = plainRules
  for (const [rules, words] of [
    [
      { holidays: [day('2027-01-14')] },
      /: none moves that night \(--holidays\)\. The next one is Mon 18 Jan/,
    ],
    [{ until: day('2027-01-13') }, /: the last night is Wed 13 Jan 2027 \(--until\)\. There is none later/],
    [{ from: day('2027-01-18') }, /: the first night is Mon 18 Jan 2027 \(--from\)\. The next one/],
  ] as const)
    await assert.rejects(
      planned({ mailboxes: [onThursday], grants: [], rules: { calendar: { ...calendar, ...rules } } }),
      refused(words),
    )
  await assert.rejects(
    planned({
      mailboxes: [onThursday, mailboxNamed('bea', { pilot: true })],
      grants: [],
      rules: { pilotPauseDays: 14 },
    }),
    refused(
      /: after the pilot the first night is Mon 18 Jan 2027 \(--pilot-pause\)\. The next one is Mon 18 Jan/,
    ),
  )
  const large = [mailboxNamed('ann', { sizeBytes: 3 * 2 ** 30 })]
  await assert.rejects(
    planned({
      mailboxes: large,
      grants: [],
      rules: { caps: { mailboxes: 3, bytes: 2 ** 31, perServer: {} } },
    }),
    refused(/ann@corp.example alone has 3.0 GB, more than the cap of 2.0 GB/),
  )
  await assert.rejects(
    planned({
      mailboxes: people('ann', 'bea', 'cid', 'dan').map((each) => ({
        ...each,
        pinnedDay: day('2027-01-05'),
      })),
      grants: [],
    }),
    refused(/4 mailboxes are to move on Tue 5 Jan 2027 .* takes 3/),
  )
})

test('the pilot goes alone and first, then there is a pause', async () => {
  const { plan } = await planned({
    mailboxes: [mailboxNamed('ann', { pilot: true }), ...people('bea', 'cid', 'dan')],
    grants: [grantOf('ann', 'bea')],
  })
  assert.deepEqual(membersOf(plan), [['ann'], ['bea', 'cid', 'dan']])
  assert.equal(formatDay(plan.batches[1]!.day), '2027-01-11')
  assert.equal(plan.batches[0]!.pilot, true)
  assert.equal(plan.totals.fewestBatches, 2)
  assert.equal(plan.cuts[0]!.remedy.kind, 'change-pilot')
})

test('caps of bytes and of a source server hold', async () => {
  const mailboxes = Array.from({ length: 8 }, (_, at) =>
    mailboxNamed(`m${at}`, { server: at < 4 ? 'EX01' : 'EX02', sizeBytes: 2 ** 30 }),
  )
  const caps = { mailboxes: 8, bytes: 4 * 2 ** 30, perServer: { EX01: 1 } }
  const { plan } = await planned({ mailboxes, grants: [grantOf('m0', 'm1')], rules: { caps } })
  for (const { sizeBytes } of plan.batches) assert.ok(sizeBytes <= caps.bytes)
  const first = plan.batchOf.subarray(0, 4)
  assert.equal(new Set(first).size, 4)
})

test('a group is a star, nested ones and cycles are followed, and its size lowers its weight (scenario 21)', async () => {
  const rows = [
    ...['ann', 'bea'].map((member) => ({ group: 'team', groupNames: ['The Team'], member })),
    { group: 'team', groupNames: [], member: 'all' },
    { group: 'all', groupNames: [], member: 'team' },
    ...['cid', 'dan'].map((member) => ({ group: 'all', groupNames: [], member })),
  ]
  const { plan, report } = await planned({
    mailboxes: people('ann', 'bea', 'cid', 'dan', 'shared'),
    groups: rows,
    grants: [
      ...[grantOf('shared', 'CORP\\The Team'), grantOf('shared', 'S-1-5-21-9-9-9-1234')],
      ...[grantOf('gone', 'ann'), grantOf('ann', 'stranger'), grantOf('ann', 'bea', 'availability')],
    ],
    rules: { caps: { mailboxes: 2, bytes: null, perServer: {} } },
  })
  const { grants } = plan.problem.input
  assert.equal(grants.count, 4)
  const pairs = Array.from({ length: 4 }, (_, at) => [grants.ownerOf(at), grants.granteeOf(at)])
  assert.deepEqual(pairs, [
    [4, 0],
    [4, 1],
    [4, 2],
    [4, 3],
  ])
  assert.equal(grants.get(0).groupMembers, 4)
  assert.equal(grants.weightOf(0, 0), Math.round(800 * 0.7 * 0.5))
  assert.deepEqual(Object.fromEntries(report.leftOut.counts), {
    'unresolved-sid': 1,
    'unknown-owner': 1,
    'unknown-grantee': 1,
    'availability-only': 1,
  })
  const tiny = await planned({
    ...{ mailboxes: people('ann', 'bea', 'shared'), groups: rows, grants: [grantOf('shared', 'team')] },
    grantRules: { largestGroup: 1 },
  })
  assert.equal(tiny.report.leftOut.counts.get('group-too-large'), 1)
})

test('names that were cut off are said to be so, whoever of the two it is', async () => {
  const { plan, report } = await planned({
    mailboxes: people('ann', 'bea'),
    grants: [grantOf('corp.example/U/Smi...', 'ann'), grantOf('ann', 'Smith…'), grantOf('ann', 'bea')],
    rules: { caps: { mailboxes: 2, bytes: null, perServer: {} } },
  })
  assert.equal(plan.problem.input.grants.count, 1)
  assert.deepEqual(Object.fromEntries(report.leftOut.counts), { 'cut-off-name': 2 })
})

test('who has moved already pulls who has not, and who stays behind is counted', async () => {
  const { plan } = await planned({
    mailboxes: [
      mailboxNamed('moved', { status: 'migrated', migratedDay: day('2026-12-31') }),
      mailboxNamed('stays', { status: 'excluded' }),
      ...people('ann', 'bea', 'cid', 'zoe'),
    ],
    grants: [grantOf('moved', 'zoe'), grantOf('stays', 'bea')],
    rules: { caps: { mailboxes: 2, bytes: null, perServer: {} } },
  })
  const { mailboxes } = plan.problem.input
  assert.equal(plan.batchOf[mailboxes.findIndex(({ displayName }) => displayName === 'zoe')], 1)
  assert.equal(plan.totals.staysBehind, 1)
  assert.equal(plan.cuts[0]!.days, 4)
  assert.equal(
    plan.batches.reduce((sum, { mailboxes: count }) => sum + count, 0),
    4,
  )
})

test('the order of mailboxes and grants does not show in the plan', async () => {
  const names = Array.from({ length: 14 }, (_, at) => `m${at}`)
  const pair = fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names))
  await fc.assert(
    fc.asyncProperty(fc.array(pair, { maxLength: 30 }), fc.integer(), async (pairs, seed) => {
      const grants = pairs.map(([owner, grantee]) => grantOf(owner, grantee))
      const turn = (((seed % 14) + 14) % 14) + 1
      const mixed = <T>(list: readonly T[]): T[] =>
        [...list.slice(turn % (list.length + 1)), ...list.slice(0, turn % (list.length + 1))].reverse()
      const one = await planned({ mailboxes: people(...names), grants })
      const other = await planned({ mailboxes: mixed(people(...names)), grants: mixed(grants) })
      assert.deepEqual(membersOf(one.plan), membersOf(other.plan))
      assert.deepEqual(one.plan.totals, other.plan.totals)
    }),
    { numRuns: 25 },
  )
})
