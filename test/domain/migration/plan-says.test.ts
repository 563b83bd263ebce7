/** What a plan says of those who were told a night, who stay behind, and why somebody is where they are. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstAnnounced } from '#src/domain/migration/calendar.ts'
import { placementWords } from '#src/domain/migration/placement.ts'
import { formatPage } from '#src/domain/migration/report/page.ts'
import { planNotes } from '#src/domain/migration/report/plan-notes.ts'
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

test('the first announced night is the first that is still to come for somebody who waits', () => {
  const told = (name: string, announced: string | null, more: object = {}) =>
    mailboxNamed(name, { announcedDay: announced === null ? null : day(announced), ...more })
  const mailboxes = [
    told('past', '2027-01-04'),
    told('moved', '2027-01-06', { status: 'migrated', migratedDay: day('2027-01-06') }),
    told('later', '2027-01-12'),
    told('next', '2027-01-07'),
    told('nobody', null),
  ]
  assert.equal(firstAnnounced(mailboxes, day('2027-01-05')), day('2027-01-07'))
  assert.equal(firstAnnounced(mailboxes, day('2027-01-07')), day('2027-01-07'))
  assert.equal(firstAnnounced(mailboxes, day('2027-01-13')), null)
})

test('a plan that cuts nothing says what is broken for good', async () => {
  const { report } = await planned({
    mailboxes: [mailboxNamed('stays', { status: 'excluded' }), mailboxNamed('ann'), mailboxNamed('bea')],
    grants: [grantOf('stays', 'ann'), grantOf('ann', 'bea')],
  })
  const page = formatPage(report)
  assert.match(
    page,
    /between those who move is broken at any time\. 1 grant ends at a mailbox that is excluded/,
  )
  assert.match(page, /1 day<\/b>/)
})

test('who had no place with those they are tied to is not called tied to nobody', async () => {
  const { plan } = await planned({
    mailboxes: [
      mailboxNamed('ann', { pinnedDay: day('2027-01-04') }),
      mailboxNamed('bea', { vip: true }),
      mailboxNamed('cid'),
    ],
    grants: [grantOf('ann', 'bea')],
    rules: { ...capOf(1), vipNotBefore: day('2027-01-06') },
  })
  const { mailboxes } = plan.problem.input
  const words = (name: string) =>
    placementWords(
      plan.placementOf(mailboxes.findIndex(({ displayName }) => displayName === name)),
      (mailbox) => mailboxes[mailbox]!.displayName,
    )
  assert.match(
    words('bea'),
    /^May not move before Wed 6 Jan.*, as the VIPs; the only one it is tied to moves/,
  )
  assert.match(words('cid'), /^Tied to nobody who moves/)
})

test('a remedy says who was told a night', async () => {
  const night = day('2027-01-05')
  const { plan } = await planned({
    mailboxes: [
      mailboxNamed('ann', { announcedDay: night }),
      mailboxNamed('bea', { pinnedDay: day('2027-01-11') }),
    ],
    grants: [grantOf('ann', 'bea')],
    rules: { loyalty: 100_000 },
  })
  const [cut] = plan.cuts
  assert.ok(cut !== undefined)
  assert.match(remedyWords(plan, cut), /^Move ann \(who was told Tue 5 Jan 2027\) to batch 2/)
})

test('shared mailboxes wait for whoever is asked for or told a late night', async () => {
  for (const late of ['pinnedDay', 'notBeforeDay', 'announcedDay']) {
    const { plan } = await planned({
      mailboxes: [
        mailboxNamed('ann'),
        mailboxNamed('late', { [late]: day('2027-02-01') }),
        mailboxNamed('team', { kind: 'shared' }),
      ],
      grants: [grantOf('team', 'ann')],
      rules: { shared: 'last' },
    })
    const team = plan.problem.input.mailboxes.findIndex(({ kind }) => kind === 'shared')
    assert.equal(plan.batches[plan.batchOf[team]! - 1]!.day, day('2027-02-02'), late)
    assert.deepEqual(planNotes(plan), [], late)
  }
})

test('shared mailboxes that are not the last are told, and VIPs that nobody is', async () => {
  const { plan } = await planned({
    mailboxes: [
      mailboxNamed('ann', { pinnedDay: day('2027-01-04') }),
      mailboxNamed('late', { pinnedDay: day('2027-02-01') }),
      mailboxNamed('team', { kind: 'shared' }),
    ],
    grants: [],
    rules: { shared: 'last', vipNotBefore: day('2027-01-06') },
  })
  const nobody = /--vip-not-before holds for nobody/
  assert.match(planNotes(plan).join('\n'), nobody)
  assert.equal(planNotes(plan).length, 1)
  const team = plan.problem.input.mailboxes.findIndex(({ kind }) => kind === 'shared')
  const notes = planNotes({ ...plan, batchOf: plan.batchOf.with(team, 1) }).join('\n')
  assert.match(notes, /1 shared mailbox moves before the last of the others, who move until Mon 1 Feb 2027/)
  assert.match(notes, /NotBefore of the shared mailboxes: team@corp\.example \(Mon 4 Jan 2027\)\./)
  assert.match(notes, nobody)
})

test('shared mailboxes that a date of their own keeps from being the last are told by name', async () => {
  const { plan } = await planned({
    mailboxes: [
      mailboxNamed('ann', { pinnedDay: day('2027-02-01') }),
      mailboxNamed('asked', { kind: 'shared', pinnedDay: day('2027-01-05') }),
      mailboxNamed('told', { kind: 'shared', announcedDay: day('2027-01-06') }),
      mailboxNamed('team', { kind: 'shared' }),
    ],
    grants: [],
    rules: { shared: 'last' },
  })
  assert.deepEqual(planNotes(plan), [
    '2 shared mailboxes move before the last of the others, who move until Mon 1 Feb 2027, as a column Pilot, MoveOn or ' +
      'Announced says and in spite of --shared last: asked@corp.example (Tue 5 Jan 2027), told@corp.example (Wed 6 Jan 2027).',
  ])
})

test('a mailbox of the pilot is not asked for on another night, and figures that read the same are told apart', async () => {
  const pilot = mailboxNamed('ann', { pilot: true, pinnedDay: day('2027-01-12') })
  await assert.rejects(planned({ mailboxes: [pilot], grants: [] }), /column Pilot.*column MoveOn/)
  const large = mailboxNamed('ann', { sizeBytes: 2 ** 30 + 5 })
  const caps = { ...plainRules.caps, bytes: 2 ** 30 }
  await assert.rejects(
    planned({ mailboxes: [large], grants: [], rules: { caps } }),
    /5 bytes more than the cap/,
  )
})

test('where another batch of the night has room, no larger cap is asked for', async () => {
  const on = (name: string, pinned: string) => mailboxNamed(name, { pinnedDay: day(pinned) })
  const { plan } = await planned({
    mailboxes: [
      ...['a', 'b', 'c'].map((name) => on(name, '2027-01-04')),
      ...[mailboxNamed('x'), on('y', '2027-01-05')],
    ],
    grants: [grantOf('x', 'y'), grantOf('x', 'a', 'folder-read')],
    rules: {
      together: [['a@corp.example', 'b@corp.example']],
      caps: { mailboxes: 2, bytes: null, perServer: {} },
      calendar: { ...plainRules.calendar, batchesPerWindow: 2 },
    },
  })
  const [cut] = plan.cuts
  assert.deepEqual([plan.cuts.length, cut?.remedy.kind], [1, 'move'])
  const { toBatch } = cut!.remedy as { toBatch: number }
  assert.notEqual(toBatch, cut!.toBatch)
  assert.equal(plan.batches[toBatch - 1]!.mailboxes, 1)
})

test('broken grants stand in the order of what they say, whichever rows they were read from', async () => {
  const folders = ['Calendar', 'Contacts', 'Notes', 'Tasks']
  const told = async (rows: readonly string[]) => {
    const grants = rows.map((folder, at) => ({
      ...grantOf('anna', 'bert', 'folder-edit'),
      ...{ folder, where: `grants.csv line ${at + 2}` },
    }))
    const { plan } = await planned({ mailboxes: people('anna', 'bert'), grants, rules: capOf(1) })
    return plan.cuts.map(({ folder }) => folder)
  }
  assert.deepEqual(await told(folders), folders)
  assert.deepEqual(await told(folders.toReversed()), folders)
})
