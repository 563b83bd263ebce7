/** What a plan says has to be so: remedies, sums by right, shared mailboxes that are the last. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readableName } from '#src/domain/migration/readable-name.ts'
import { formatJson } from '#src/domain/migration/report/json.ts'
import { formatPage } from '#src/domain/migration/report/page.ts'
import { remedyWords } from '#src/domain/migration/report/remedy-words.ts'
import {
  capOf,
  day,
  grantOf,
  mailboxNamed,
  people,
  plainRules,
  planned,
} from '#test/support/migration-plan.ts'

const on = (name: string, date: string) => mailboxNamed(name, { pinnedDay: day(date) })
const room = capOf(4)

test('a remedy that mends more than it breaks says both', async () => {
  const [first, last] = ['2027-01-04', '2027-01-11']
  const { plan } = await planned({
    mailboxes: [on('boss', first), on('team', first), on('other', last), on('more', last), ...people('mid')],
    grants: [
      grantOf('boss', 'mid'),
      grantOf('team', 'mid', 'folder-edit'),
      grantOf('other', 'mid', 'folder-read'),
    ],
    rules: { ...room, caps: { mailboxes: 2, bytes: null, perServer: {} } },
  })
  // Between the two nights as its own batch, or beside either: what is told has to be the difference in days.
  const { grants } = plan.problem.input
  const moves = plan.cuts.filter(({ remedy }) => 'breaks' in remedy)
  assert.ok(moves.length > 0)
  for (const cut of moves) {
    const { remedy } = cut
    assert.ok('breaks' in remedy)
    const there = plan.batches[remedy.toBatch - 1]!.day
    let breaks = 0
    let mends = 0
    const dayOf = (mailbox: number) => plan.batches[plan.batchOf[mailbox]! - 1]!.day
    for (let at = 0; at < grants.count; at++) {
      const ends = [grants.ownerOf(at), grants.granteeOf(at)]
      if (!ends.includes(remedy.mailbox)) continue
      const other = dayOf(ends.find((end) => end !== remedy.mailbox)!)
      const more = Math.abs(there - other) - Math.abs(dayOf(remedy.mailbox) - other)
      const worth = (grants.weightOf(at, day('2026-11-21')) / 100) * more
      if (more > 0) breaks += worth
      else mends -= worth
    }
    assert.ok(Math.abs(remedy.breaks - breaks) < 1e-9, `${remedy.breaks} and not ${breaks}`)
    assert.ok(Math.abs(remedy.breaks - remedy.price - mends) < 1e-9)
    const words = remedyWords(plan, cut)
    assert.equal(words.includes('breaks nothing else'), breaks === 0, words)
    if (breaks > 0)
      assert.match(
        words,
        /which (keeps \d+ grants whole, )?breaks [\d,.]+ delegation-days elsewhere and mends [\d,.]+/,
      )
  }
  assert.ok(
    moves.some(({ remedy }) => 'breaks' in remedy && remedy.breaks > 0 && remedy.price < remedy.breaks),
  )
})

test('grants that stay behind are counted under their right, on the page too', async () => {
  const { report, plan } = await planned({
    mailboxes: [mailboxNamed('stays', { status: 'excluded' }), ...people('ann', 'bea')],
    grants: [grantOf('stays', 'ann', 'send-as'), grantOf('bea', 'stays'), grantOf('ann', 'bea')],
  })
  const { byRight } = JSON.parse([...formatJson(report)].join('')).totals
  assert.deepEqual(byRight['send-as'], {
    ...{ grants: 1, cut: 0, staysBehind: 1 },
    ...{ weight: 4.2, cutWeight: 0, staysBehindWeight: 4.2 },
  })
  assert.equal(byRight['full-access'].staysBehind, 1)
  assert.equal(byRight['full-access'].grants, 2)
  assert.equal(plan.totals.staysBehind, 2)
  assert.equal(plan.totals.grants, 3)
  assert.match(formatPage(report), /Broken for good/)
})

test('what is broken for good is no part of what stays whole', async () => {
  const { report, plan } = await planned({
    mailboxes: [mailboxNamed('stays', { status: 'excluded' }), ...people('ann', 'bea', 'cid', 'dan')],
    grants: [
      ...[grantOf('ann', 'bea'), grantOf('bea', 'cid'), grantOf('cid', 'dan'), grantOf('dan', 'ann')],
      grantOf('stays', 'ann', 'send-as'),
    ],
  })
  const { allWeight, cutWeight, staysBehindWeight } = plan.totals
  assert.deepEqual([allWeight, cutWeight, staysBehindWeight], [26.6, 11.2, 4.2])
  const page = formatPage(report)
  assert.match(page, /42\.1 % of all delegation, by weight, stays whole/)
  assert.match(page, /broken for good, and no part of what stays whole/)
})

test('notes of what is as it should be do not stand out on the page', async () => {
  const { report } = await planned({ mailboxes: people('ann'), grants: [] })
  const page = formatPage({ ...report, notes: ['Look here.'], asides: ['All well.'] })
  assert.match(page, /<p class="note">Look here\.</)
  assert.match(page, /<p class="soft">All well\.</)
})

test('shared mailboxes that are the last do not begin on the last night of the others', async () => {
  for (const batchesPerWindow of [1, 2, 3]) {
    for (const count of [3, 4, 6, 7, 9]) {
      const shared = ['s1', 's2', 's3', 's4'].map((name) => mailboxNamed(name, { kind: 'shared' }))
      const { plan } = await planned({
        mailboxes: [...people(...Array.from({ length: count }, (_, at) => `p${at}`)), ...shared],
        grants: [],
        rules: { shared: 'last', calendar: { ...plainRules.calendar, batchesPerWindow } },
      })
      const days = (kind: string) =>
        plan.problem.input.mailboxes.flatMap((one, at) =>
          one.kind === kind ? [plan.batches[plan.batchOf[at]! - 1]!.day] : [],
        )
      const nights = Math.ceil(Math.ceil(count / 3) / batchesPerWindow)
      assert.equal(Math.min(...days('shared')), day('2027-01-04') + nights, `${count} by ${batchesPerWindow}`)
    }
  }
})

test('a remedy by which nothing is gained is not asked for: announcing comes first', async () => {
  const { plan } = await planned({
    mailboxes: people('ann', 'ben', 'eve'),
    grants: [grantOf('ann', 'ben'), grantOf('ben', 'eve', 'folder-read')],
  })
  const step = { mailbox: 1, toBatch: 2, keeps: 1 }
  const cut = { remedy: { kind: 'move' as const, ...step, price: 3, breaks: 5 } } as Parameters<
    typeof remedyWords
  >[1]
  assert.match(
    remedyWords(plan, cut),
    /^Announce it: .* Nothing is gained by moving ben to batch 2, which breaks 5 delegation-days elsewhere and mends 2\.$/,
  )
  const better = { remedy: { kind: 'move' as const, ...step, price: -3, breaks: 5 } } as typeof cut
  assert.match(remedyWords(plan, better), /^Move ben to batch 2, which breaks 5 .* and mends 8\.$/)
})

test('two who have the same name are told apart by their addresses', async () => {
  const { plan } = await planned({
    mailboxes: [
      mailboxNamed('anna1', { displayName: 'Anna Schmidt' }),
      mailboxNamed('anna2', { displayName: 'anna schmidt' }),
      mailboxNamed('ben'),
    ],
    grants: [],
  })
  const { mailboxes } = plan.problem.input
  assert.deepEqual(
    mailboxes.map((_, at) => readableName(mailboxes, at)),
    ['Anna Schmidt (anna1@corp.example)', 'anna schmidt (anna2@corp.example)', 'ben'],
  )
  const step = { mailbox: 0, toBatch: 1, keeps: 1, price: -3, breaks: 0 }
  const cut = { remedy: { kind: 'move' as const, ...step } } as Parameters<typeof remedyWords>[1]
  assert.match(remedyWords(plan, cut), /^Move Anna Schmidt \(anna1@corp\.example\) to batch 1/)
})
