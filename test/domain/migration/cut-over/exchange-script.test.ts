import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { newMailboxId } from '#src/base/ids.ts'
import type { SourceObject } from '#src/domain/directory-sync/source.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { rollbackHead, type ScriptStep, scriptHead } from '#src/domain/migration/cut-over/exchange-script.ts'
import { listScriptSteps, type StepPlace } from '#src/domain/migration/cut-over/list-steps.ts'
import { flipBatch, membersOf } from '#src/domain/migration/engine/flip/flip.ts'
import type { Project } from '#src/domain/migration/engine/project/project.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { directoryMove } from '#test/support/directory-move.ts'
import { ExchangeShell, type ShellUser } from '#test/support/exchange-shell.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'

const ends: (() => Promise<unknown>)[] = []
after(async () => {
  for (const end of ends) await end()
})

const people: Omit<SourceObject, 'changeNumber'>[] = [
  mailboxObject(1, 'anna', {
    place: "CN=O'Hara\\, Anna,OU=People,DC=corp,DC=example",
    proxyAddresses: [
      'SMTP:anna@corp.example',
      'smtp:anna.ohara@corp.example',
      "smtp:anna.o'hara@corp.example",
      'X500:/o=Old/ou=Site/cn=Recipients/cn=anna',
      'sip:anna@corp.example',
    ],
    details: { customAttributes: { '3': "it's `$here" } },
    delegates: [{ guid: guidOf(2) }],
    restrictions: { ...mailboxObject(1, 'x').restrictions, authenticatedOnly: true },
  }),
  mailboxObject(2, 'ben', { hidden: true }),
  mailboxObject(3, 'sales', { type: 'shared-mailbox' }),
]

/** As Active Directory has them. */
const userOf = (object: Omit<SourceObject, 'changeNumber'>): [string, ShellUser] => [
  object.guid,
  {
    mailNickname: object.alias,
    proxyAddresses: [...object.proxyAddresses],
    legacyExchangeDN: object.legacyDn!,
    homeMDB: 'CN=DB1',
    msExchMailboxGuid: `mailbox-${object.guid}`,
    ...(object.delegates.length > 0 && {
      publicDelegates: object.delegates.map((link) => ('guid' in link ? link.guid : link.place)),
    }),
  },
]

async function movedBatch() {
  const closed = { ...mailboxObject(1, 'x').restrictions, authenticatedOnly: true }
  const site = await directoryMove(
    ...people,
    groupObject(10, 'everybody', [guidOf(1)], { restrictions: closed }),
    groupObject(11, 'open', [guidOf(1)]),
    mailboxObject(12, 'blue room', {
      type: 'room',
      alias: 'blue',
      proxyAddresses: ['SMTP:blue@corp.example'],
    }),
  )
  ends.push(() => site.temporary.remove())
  const { store, organization, project: made, steering } = site
  const names = ['anna', 'ben', 'sales']
  await addMembers(
    steering,
    names.map((name) => ({ address: `${name}@corp.example`, batch: 1, source: 'old' })),
  )
  const flip = async () => {
    for (const member of await membersOf(store.migration, organization, made.id)) {
      const mailbox = newMailboxId()
      await store.transact({ organization, newMailboxes: [mailbox] }, async ({ mailboxes, migration }) => {
        await mailboxes.createMailbox(
          { organization, mailbox },
          { quotaBytes: 2 ** 30, folders: distinguishedFolders },
        )
        await migration.putMember(organization, { ...member, state: 'final', mailbox })
      })
    }
    await store.transact({ organization }, async ({ migration }) =>
      migration.putBatch(organization, {
        ...(await migration.getBatch(organization, made.id, 1)),
        state: 'finalising',
      }),
    )
    await flipBatch(store, organization, made.id, 1, 5)
  }
  return { ...site, store, project: made, flip }
}

async function stepsOf(site: { store: Awaited<ReturnType<typeof movedBatch>>['store'] }, project: Project) {
  const steps: ScriptStep[] = []
  for (let place: StepPlace | null = null; ; ) {
    const page = await listScriptSteps(site.store, project, 1, place, 2)
    steps.push(...page.steps)
    if (page.next === null) return steps
    place = page.next
  }
}

test('the script makes mail users that keep every address, and its counterpart makes the directory what it was', async () => {
  const site = await movedBatch()
  const before = await stepsOf(site, site.project)
  await site.flip()
  const shell = new ExchangeShell(people.map(userOf))
  const was = structuredClone(shell.users)
  const run = (steps: readonly ScriptStep[], which: 'script' | 'rollback') => {
    for (const step of steps)
      if (step.before?.hasMailbox && step.before.type !== 'room') shell.run(step[which])
  }
  const after = await stepsOf(site, site.project)
  assert.deepEqual(after, before, 'the same before the batch moved and after')
  run(after, 'script')
  const anna = shell.users.get(guidOf(1))!
  assert.equal(anna.homeMDB, undefined)
  assert.equal(anna.targetAddress, 'SMTP:anna@lb.corp.example')
  assert.deepEqual(anna.proxyAddresses, [
    ...people[0]!.proxyAddresses,
    'X500:/o=Corp/ou=Exchange/cn=Recipients/cn=anna',
    'smtp:anna@lb.corp.example',
  ])
  // The directory is read anew: those who moved are known here by what Exchange says of them now.
  for (const { guid } of people) {
    const user = shell.users.get(guid)!
    site.directory.change(guid, {
      type: 'mail-user',
      hasMailbox: false,
      targetAddress: user.targetAddress as string,
      proxyAddresses: user.proxyAddresses as string[],
      legacyDn: user.legacyExchangeDN as string,
    })
  }
  await site.sync()
  const late = await stepsOf(site, site.project)
  assert.deepEqual(
    late.find(({ name }) => name === 'anna@corp.example'),
    after.find(({ name }) => name === 'anna@corp.example'),
    'the way back is from before the move',
  )

  run(late, 'script')
  assert.deepEqual(shell.users.get(guidOf(1)), anna, 'twice is once')
  run(late, 'rollback')
  assert.deepEqual(shell.users, was)
  assert.ok(late.find(({ name }) => name.startsWith('sales'))!.rollback.includes('-Shared'))
})

test('groups and rooms that stay let in who has moved', async () => {
  const site = await movedBatch()
  const steps = await stepsOf(site, site.project)
  assert.deepEqual(
    steps.map(({ name }) => name),
    ['anna@corp.example', 'ben@corp.example', 'sales@corp.example', 'everybody', 'blue room'],
  )
  const [group, room] = steps.slice(3) as [ScriptStep, ScriptStep]
  assert.match(
    group.script,
    new RegExp(
      `Set-DistributionGroup -Identity '${guidOf(10)}' -RequireSenderAuthenticationEnabled \\$false`,
    ),
  )
  assert.match(group.rollback, /if \(\$Shared\).*\r\n.*RequireSenderAuthenticationEnabled \$true/)
  assert.match(
    room.script,
    /Export-Clixml.*; Set-CalendarProcessing .* -ProcessExternalMeetingMessages \$true/,
  )
})

test('no name of a project becomes a line of the script', () => {
  const place = { project: 'a\r\nRemove-Mailbox *\u2028', batch: 1, routingDomain: "x'; Remove-Mailbox *; '" }
  for (const text of [scriptHead(place), rollbackHead(place)])
    for (const line of text.split(/\r\n|\u2028/))
      assert.doesNotMatch(line.replace(/'(?:[^']|'')*'/g, ''), /^[^#]*Remove-Mailbox/)
})

test('a script of people who have not moved yet says so at its head', () => {
  const of = { project: 'move', batch: 1, routingDomain: 'here.corp.example' }
  assert.match(scriptHead({ ...of, hasMoved: false }), /^# WARNING: its people had not moved yet/m)
  assert.doesNotMatch(scriptHead({ ...of, hasMoved: true }), /WARNING/)
})
