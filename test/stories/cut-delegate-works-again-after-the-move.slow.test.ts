/** An owner moves in the first batch, her delegate in the third: what is broken between, and what works again then (scenario 25). */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { User } from '#src/domain/directory/entry.ts'
import { flipBatch, membersOf } from '#src/domain/migration/engine/flip/flip.ts'
import type { Project } from '#src/domain/migration/engine/project/project.ts'
import { putBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { addGrants, createProject, putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import { type EwsSite, openEwsSite } from '#test/protocols/ews/ews-site.ts'

let site: EwsSite
let project: Project
const DAY = 86_400_000
const T1 = Date.UTC(2026, 10, 2, 22)
const T3 = T1 + 14 * DAY

before(async () => {
  site = await openEwsSite()
  const { store } = site.service.data
  const organization = site.organization
  for (const name of ['anna', 'ben', 'cleo']) await site.user(name)
  project = await createProject(store, organization, { name: 'move', settings: {}, by: 'ed' }, T1)
  const steering = { store, organization, project: project.id, by: 'ed', now: T1 }
  await putSource(steering, {
    config: {
      id: 'old',
      kind: 'exchange',
      url: 'https://old.invalid/EWS/Exchange.asmx',
      user: 'svc',
      options: {},
      anywhere: true,
      changedAt: 0,
    },
    secret: 'x',
  })
  for (const no of [1, 2, 3]) await putBatch(steering, { no, name: `batch ${no}` })
  await addMembers(
    steering,
    ['anna', 'cleo', 'ben'].flatMap((name, at) =>
      [name, `beside-${name}`].map((each) => ({
        address: `${each}@corp.test`,
        batch: at + 1,
        source: 'old',
      })),
    ),
  )
  await addGrants(steering, [
    { owner: 'anna@corp.test', grantee: 'ben@corp.test', right: 'delegate', folder: null },
    { owner: 'anna@corp.test', grantee: 'ben@corp.test', right: 'calendar-edit', folder: null },
  ])
  // They are at home on the other side, and their last deltas have come over. The engine of the service waits for those who
  // stand beside them: each batch moves when this test says so.
  for (const member of await membersOf(store.migration, organization, project.id)) {
    if (member.address.startsWith('beside-')) {
      await store.transact({ organization }, ({ migration }) =>
        migration.putMember(organization, { ...member, state: 'flipped' }),
      )
      continue
    }
    const entry = (await store.directory.findEntry(organization, { address: member.address })) as User
    await store.transact({ organization }, async ({ directory, migration }) => {
      await directory.saveEntry(organization, { ...entry, home: 'exchange' })
      await migration.putMember(organization, {
        ...member,
        state: 'final',
        entry: entry.id,
        mailbox: entry.mailbox,
      })
      const batch = await migration.getBatch(organization, project.id, member.batch)
      await migration.putBatch(organization, { ...batch, state: 'finalising' })
    })
  }
})
after(() => site.end())

const grants = async () =>
  (await site.service.data.store.migration.listGrants(site.organization, project.id, { limit: 10 })).rows.map(
    ({ right, state, brokenFrom, appliedAt }) => ({ right, state, brokenFrom, appliedAt }),
  )
const flip = (batch: number, at: number) =>
  flipBatch(site.service.data.store, site.organization, project.id, batch, at)
const box = { EmailAddress: 'anna@corp.test' }
const annasCalendar = { DistinguishedFolderId: { Id: 'calendar', Mailbox: box } } as const

test('what was cut waits from the first move to the last, then works over EWS', async () => {
  await flip(1, T1)
  await flip(2, T1 + 7 * DAY)
  const waiting = { state: 'waiting', brokenFrom: T1, appliedAt: null }
  assert.deepEqual(await grants(), [
    { right: 'delegate', ...waiting },
    { right: 'calendar-edit', ...waiting },
  ])
  const anna = site.client('anna@corp.test')
  const none = await anna.ask('GetDelegate', { Mailbox: box, IncludePermissions: true })
  assert.deepEqual(none.ResponseMessages ?? [], [])

  await flip(3, T3)
  const applied = { state: 'applied', brokenFrom: T1, appliedAt: T3 }
  assert.deepEqual(await grants(), [
    { right: 'delegate', ...applied },
    { right: 'calendar-edit', ...applied },
  ])

  const { ResponseMessages } = await anna.ask('GetDelegate', { Mailbox: box, IncludePermissions: true })
  const found = ResponseMessages!.map(({ DelegateUser }) => DelegateUser!)
  assert.deepEqual(
    found.map(({ UserId, DelegatePermissions, ReceiveCopiesOfMeetingMessages }) => [
      UserId.PrimarySmtpAddress,
      DelegatePermissions?.CalendarFolderPermissionLevel,
      ReceiveCopiesOfMeetingMessages,
    ]),
    [['ben@corp.test', 'Editor', true]],
  )

  const ben = site.client('ben@corp.test')
  const opened = await ben.one('GetFolder', {
    FolderShape: { BaseShape: 'IdOnly' },
    FolderIds: [annasCalendar],
  })
  assert.ok(opened.Folders[0].CalendarFolder.FolderId.Id)
  await ben.one('CreateItem', {
    MessageDisposition: 'SendOnly',
    Items: [
      {
        Message: {
          Subject: 'on behalf of Anna',
          Body: { BodyType: 'Text', Value: 'Hello' },
          ToRecipients: [{ EmailAddress: 'cleo@corp.test' }],
          From: { Mailbox: box },
        },
      },
    ],
  } as never)
  const arrived = async () => (await site.messages('cleo@corp.test')).map(({ text }) => text)
  await site.until(async () => (await arrived()).length > 0)
  const [text] = await arrived()
  assert.match(text!, /^From: .*anna@corp\.test/m)
  assert.match(text!, /^Sender: .*ben@corp\.test/m)
  // Who moved beside them has no such right.
  const cleo = site.client('cleo@corp.test')
  const code = await cleo.code('GetFolder', {
    FolderShape: { BaseShape: 'AllProperties' },
    FolderIds: [{ DistinguishedFolderId: { Id: 'inbox', Mailbox: box } }],
  })
  assert.notEqual(code, 'NoError')
})
