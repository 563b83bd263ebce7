import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listDelegates } from '#src/domain/calendar/delegates.ts'
import { completeRights, FolderRight, rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import { rollBack } from '#src/domain/migration/engine/return/rollback.ts'
import {
  approveBatch,
  cutOverBatch,
  putBatch,
  retryBatch,
} from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addGrants } from '#src/domain/migration/engine/steer/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { ActionContext } from '#src/protocols/admin/action.ts'
import { listMigrationGrants } from '#src/protocols/admin/actions/list-migration-grants.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { inboxSubjects, type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()

test('a batch goes from its pre-flight to done, and its people are at home here together', async () => {
  const site = await start(['anna', 'ben'])
  for (const name of ['anna', 'ben']) {
    const { box, folder } = site.inbox(name)
    for (let i = 0; i < 5; i++) box.addMessage(folder, `${name} ${i}`)
  }
  site.inbox('anna').box.settled = {
    ...site.inbox('anna').box.settled,
    outOfOffice: { state: 'enabled', audience: 'all', from: null, to: null, inside: 'away', outside: 'gone' },
    grants: [
      {
        owner: 'anna@corp.example',
        grantee: '/o=Corp/ou=Exchange/cn=Recipients/cn=ben',
        right: 'full-access',
        folder: null,
        lastUsedDay: null,
        where: '',
      },
      {
        owner: 'anna@corp.example',
        grantee: 'S-1-5-21-9',
        right: 'send-as',
        folder: null,
        lastUsedDay: null,
        where: '',
      },
    ],
    folderGrants: [{ folder: 'anna-inbox', grantee: 'CORP\\ben', role: 'Editor', rights: null }],
  }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.equal((await site.entry('anna')).home, 'exchange', 'nobody has moved yet')
  assert.deepEqual(await inboxSubjects(site, 'anna'), ['anna 0', 'anna 1', 'anna 2', 'anna 3', 'anna 4'])
  assert.equal((await site.batch()).grade, 'perfect')

  const { box, folder } = site.inbox('ben')
  box.addMessage(folder, 'ben late')
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  for (const name of ['anna', 'ben']) {
    const entry = await site.entry(name)
    assert.equal(entry.home, 'local')
    assert.equal(entry.target, null)
    assert.equal(entry.mailbox, (await site.member(name)).mailbox)
    assert.ok(entry.addresses.some(({ kind }) => kind === 'x500'))
  }
  assert.ok((await inboxSubjects(site, 'ben')).includes('ben late'))
  // Rights whose two ends are here now are given again; who is not known is listed.
  const { directory } = site.store
  const [anna, ben] = [await site.entry('anna'), await site.entry('ben')]
  assert.equal(await directory.mailboxRights(site.organization, anna.id, ben.id), MailboxRight.fullAccess)
  const rights = await directory.folderPermissionsFor(site.organization, anna.mailbox!, ben.id)
  assert.equal(rights.length, 1)
  const grants = await site.store.migration.listGrants(site.organization, site.project.id, { limit: 10 })
  assert.deepEqual(grants.rows.map(({ state }) => state).sort(), ['applied', 'applied', 'unresolved'])
  const shown = await listMigrationGrants.run({ store: site.store } as ActionContext, {
    ...{ OrganizationId: site.organization, ProjectId: 'move' },
  })
  const folders = (shown.Grants as readonly JsonObject[]).flatMap(({ Folder }) => Folder ?? [])
  assert.deepEqual(folders, ['Posteingang'], 'people read a name, and no key of the source')
  // Nothing left because of it.
  assert.equal((await site.store.delivery.listQueue(site.organization, { limit: 10 })).rows.length, 0)
})

test('rights bit by bit, rights of everybody and what a delegate gets are as they were there', async () => {
  const site = await start(['anna', 'ben', 'cem'])
  const { box, folder } = site.inbox('anna')
  box.addFolder('Kalender', { role: 'calendar', class: 'event', key: 'anna-calendar' })
  box.addMessage(folder, 'one')
  const whole = { folder: null, lastUsedDay: null, where: '' } as const
  const custom = FolderRight.visible | FolderRight.create | FolderRight.editAny
  box.settled = {
    ...box.settled,
    grants: [
      { owner: 'anna@corp.example', grantee: 'ben@corp.example', right: 'delegate', ...whole },
      { owner: 'anna@corp.example', grantee: 'cem@corp.example', right: 'send-on-behalf', ...whole },
    ],
    delegates: {
      named: [
        { grantee: 'ben@corp.example', receiveCopies: true, viewPrivate: true },
        { grantee: 'cem@corp.example', receiveCopies: false, viewPrivate: false },
      ],
      delivery: 'DelegatesOnly',
    },
    folderGrants: [
      { folder: 'anna-inbox', grantee: 'cem@corp.example', role: 'Custom', rights: completeRights(custom) },
      { folder: 'anna-calendar', grantee: 'ben@corp.example', role: 'Reviewer', rights: null },
      { folder: 'anna-calendar', grantee: 'Default', role: 'Reviewer', rights: null },
    ],
  }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  const [anna, ben, cem] = [await site.entry('anna'), await site.entry('ben'), await site.entry('cem')]
  const at = { organization: site.organization, mailbox: anna.mailbox! }
  const told = await listDelegates(site.store, { owner: anna.id, at })
  assert.equal(told.delivery, 'DelegatesOnly')
  assert.deepEqual(
    told.delegates.map(({ entry, receiveCopies, viewPrivate, folders }) => [
      ...[entry.name, receiveCopies, viewPrivate, folders.calendar],
    ]),
    [
      ['ben', true, true, 'Reviewer'],
      ['cem', false, false, 'None'],
    ],
  )
  const rightsOn = async (distinguished: string) => {
    const { no } = (await site.store.mailboxes.findFolder(at, { distinguished }))!
    const given = await site.store.directory.listFolderPermissions(site.organization, at.mailbox, no)
    return given.map(({ grantee, rights }) => [grantee, rights])
  }
  assert.deepEqual(await rightsOn('inbox'), [[cem.id, completeRights(custom)]])
  assert.deepEqual(
    new Map((await rightsOn('calendar')) as [string, number][]),
    new Map<string, number>([
      [ben.id, rightsOfProfile('Reviewer')],
      ['default', rightsOfProfile('Reviewer')],
    ]),
  )
})

test('a grant waits for its second end and is given when that arrives', async () => {
  const site = await start(['anna', 'ben'], { batches: 2 })
  site.inbox('anna').box.settled = {
    ...site.inbox('anna').box.settled,
    grants: [
      {
        owner: 'anna@corp.example',
        grantee: 'ben@corp.example',
        right: 'delegate',
        folder: null,
        lastUsedDay: null,
        where: '',
      },
    ],
  }
  site.engine()
  const move = async (batch: number) => {
    await site.start(batch)
    await site.until('it is synced', async () => (await site.batch(batch)).state === 'synced')
    await cutOverBatch(site.steering(), batch, { at: null, failing: null })
    await site.until('it is done', async () => (await site.batch(batch)).state === 'done')
  }
  const grant = async () =>
    (await site.store.migration.listGrants(site.organization, site.project.id, { limit: 10 })).rows[0]!
  await move(1)
  const waiting = await grant()
  assert.equal(waiting.state, 'waiting')
  const brokenFrom = waiting.brokenFrom!
  site.clock.advance(3 * 86_400_000)
  await move(2)
  const applied = await grant()
  assert.equal(applied.state, 'applied')
  assert.equal(applied.brokenFrom, brokenFrom)
  assert.ok(applied.appliedAt! - brokenFrom >= 3 * 86_400_000)
  const [anna, ben] = [await site.entry('anna'), await site.entry('ben')]
  const rights = await site.store.directory.mailboxRights(site.organization, anna.id, ben.id)
  assert.equal(rights, MailboxRight.sendOnBehalf)
})

test('items that stay busy are listed with code and subject, and somebody has to approve', async () => {
  const site = await start(['anna'], { settings: { itemAttempts: 3 } })
  const { box, folder } = site.inbox('anna')
  const keys = Array.from({ length: 20 }, (_, i) => box.addMessage(folder, `mail ${i}`))
  const busy = new Set(keys.slice(3, 6))
  site.source.before = ({ op, key }) => {
    if (op === 'item' && busy.has(key!))
      throw new SourceFailure('transient', 'ErrorServerBusy', 'MAPI_E_BUSY on this item')
  }
  const stop = site.clock.leap()
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  stop()
  assert.equal((await site.batch()).grade, 'investigate')
  const member = await site.member('anna')
  assert.deepEqual([member.counts.copied, member.counts.skipped], [17, 3])
  const at = { organization: site.organization, mailbox: member.mailbox! }
  const listed = await site.store.migration.listLedgerItems(at, { troubled: true, limit: 10 })
  assert.deepEqual(listed.rows.map(({ title, code, attempts }) => `${title} ${code} ${attempts}`).sort(), [
    'mail 3 ErrorServerBusy 3',
    'mail 4 ErrorServerBusy 3',
    'mail 5 ErrorServerBusy 3',
  ])
  const came = keys.slice(3, 6).map((key) => box.folder(folder).items.get(key)!.item.receivedAt)
  assert.deepEqual(listed.rows.map(({ receivedAt }) => receivedAt!).sort(), came.sort())
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it asks for approval', async () => (await site.batch()).state === 'approving')
  assert.equal((await site.entry('anna')).home, 'exchange')

  // Tried again, one of them can be had, and only those three are asked for.
  busy.delete(keys[3]!)
  site.source.calls.length = 0
  const again = site.clock.leap()
  assert.deepEqual(await retryBatch(site.steering(), 1), { mailboxes: 0, items: 3, rights: 0 })
  await site.until('it was tried again', async () => (await site.member('anna')).counts.skipped === 2)
  assert.ok(site.source.calls.every(({ op, key }) => op !== 'item' || keys.slice(3, 6).includes(key!)))

  await approveBatch(site.steering(), 1, 'two old newsletters')
  await site.until('it is done', async () => (await site.batch()).state === 'done-with-skips')
  again()
  const { approval } = await site.batch()
  assert.deepEqual(
    [approval?.by, approval?.grade, approval?.note],
    ['ed', 'investigate', 'two old newsletters'],
  )
  await assert.rejects(approveBatch(site.steering(), 1, 'once more'), { reason: 'wrong-state' })
})

test('a failing member holds its batch, or leaves it by policy; the batch goes back until its window is over', async () => {
  const site = await start(['anna', 'ben', 'cleo'])
  for (const name of site.entries.keys())
    site.inbox(name).box.addMessage(site.inbox(name).folder, `${name} 1`)
  site.source.before = ({ op, mailbox }) => {
    if (op === 'folders' && mailbox.startsWith('cleo'))
      throw new SourceFailure(
        'mailbox-permanent',
        'ErrorMailboxMoveInProgress',
        'Its mailbox is being moved.',
      )
  }
  await addGrants(site.steering(), [
    {
      ...{ owner: 'cleo@corp.example', grantee: 'anna@corp.example' },
      ...{ right: 'full-access', folder: null },
    },
  ])
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.equal((await site.member('cleo')).state, 'failed')
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is held', async () =>
    (await site.batch()).cause.includes('cleo@corp.example failed and holds'),
  )
  assert.equal((await site.entry('anna')).home, 'exchange')
  const before = await site.entry('anna')
  await cutOverBatch(site.steering(), 1, { at: null, failing: 'leave' })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.equal((await site.entry('anna')).home, 'local')
  assert.equal((await site.entry('cleo')).home, 'exchange')
  assert.equal((await site.member('cleo')).state, 'left')
  assert.deepEqual(await leavings(site), [
    'cleo@corp.example failed and left batch 1, which breaks a right between them and those who move (8 delegation-days a day): Its mailbox is being moved.',
  ])

  site.clock.advance(3 * 86_400_000)
  const { mailbox } = await site.member('anna')
  const at = { organization: site.organization, mailbox: mailbox! }
  const inbox = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  await site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.appendItem(at, {
      folder: inbox.no,
      class: 'note',
      receivedAt: 1,
      summary: { subject: 'since' },
      content: {},
    }),
  )
  const signal = new AbortController().signal
  const { late } = await rollBack(site.store, await site.current(), 1, {
    by: 'ed',
    now: site.clock.now(),
    signal,
  })
  assert.deepEqual(late, [{ address: 'anna@corp.example', items: 1, bytes: 2, changed: 0, whole: true }])
  const { version: _version, ...restored } = await site.entry('anna')
  const { version: _before, ...was } = before
  assert.deepEqual(restored, was)
  await site.until('all of it is back', async () => (await site.batch()).state === 'rolled-back')
})

test('a cut-over without a time is now, whatever the plan says; with one it waits for that', async () => {
  const site = await start(['anna'])
  const day = 86_400_000
  const { no, name } = await site.batch()
  await putBatch(site.steering(), { no, name, completeAfter: site.clock.now() + 10 * day })
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await cutOverBatch(site.steering(), 1, { at: site.clock.now() + day, failing: null })
  await site.until('it waits', async () => (await site.batch()).cause.startsWith('It is cut over after'))
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
})

test('what a mailbox itself has lost counts for its grade', async () => {
  const site = await start(['anna'])
  const { box } = site.inbox('anna')
  box.settled = {
    ...box.settled,
    rules: [
      {
        name: 'Newsletters',
        enabled: true,
        conditions: {},
        exceptions: {},
        actions: { moveTo: { key: 'gone' } },
      },
    ],
    losses: [{ property: 'views', reason: 'Views do not come over.', weight: 'metadata' }],
  }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.equal((await site.batch()).grade, 'investigate')
  assert.deepEqual(
    (await site.member('anna')).losses.map(({ property }) => property),
    ['views', 'rule "Newsletters"'],
  )
})

test('a batch that goes back before its flip leaves nothing here', async () => {
  const site = await start(['anna'])
  site.inbox('anna').box.addMessage(site.inbox('anna').folder, 'mail')
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const { mailbox, firstCopy } = await site.member('anna')
  assert.equal(firstCopy?.items, 1)
  const signal = new AbortController().signal
  await rollBack(site.store, await site.current(), 1, { by: 'ed', now: site.clock.now(), signal })
  assert.equal((await site.member('anna')).firstCopy, undefined, 'it tells of a copy that is gone')
  await assert.rejects(
    site.store.mailboxes.getMailbox({ organization: site.organization, mailbox: mailbox! }),
  )
  assert.equal((await site.member('anna')).state, 'rolled-back')
})

test('a mailbox that the other side takes away right after the flip is verified all the same, without asking on and on', async () => {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addMessage(folder, 'copied')
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  // Disable-Mailbox, in the moment of the flip.
  site.source.before = async ({ op }) => {
    if (op === 'open' && (await site.batch()).flippedAt !== null)
      site.source.boxes.delete('anna@corp.example')
  }
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.match((await site.member('anna')).cause, /^Nothing late was looked for: There is no mailbox anna@/)
  assert.deepEqual(await inboxSubjects(site, 'anna'), ['copied'])
  assert.ok(site.source.count('open') < 8, `${site.source.count('open')} times opened`)
})

test('what a verification finds is named on the item, and somebody has to approve it', async () => {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  for (const subject of ['good', 'damaged']) box.addMessage(folder, subject)
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const at = { organization: site.organization, mailbox: (await site.member('anna')).mailbox! }
  const row = (await site.store.migration.listLedgerItems(at, { limit: 1 })).rows[0]!
  await site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ migration }) =>
    migration.putLedgerItem(at, { ...row, hash: '00' }),
  )
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it waits', async () => /Verified as "investigate"/.test((await site.batch()).cause))
  const { rows } = await site.store.migration.listLedgerItems(at, { troubled: true, limit: 10 })
  assert.deepEqual(
    rows.map(({ key, losses }) => [key, losses.map(({ reason }) => reason)]),
    [[row.key, ['It is not what was read from the source.']]],
  )
})

test('a folder of which fewer items are known than its source counts is named, whatever the level of verification', async () => {
  const site = await start(['anna'], { settings: { verification: 1 } })
  const { box, folder } = site.inbox('anna')
  for (const subject of ['one', 'two', 'three']) box.addMessage(folder, subject)
  // A list that leaves one out, as that of a server whose index is broken.
  const { changes } = box
  box.changes = async (...of) => {
    const page = await changes.apply(box, of)
    return { ...page, changes: page.changes.slice(1) }
  }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it waits for an approval', async () =>
    (await site.batch()).cause.startsWith('Verified as "'),
  )
  assert.deepEqual((await site.member('anna')).losses, [
    {
      property: 'folder "Posteingang"',
      reason: 'The source counts 3 items in it, and 2 came from there.',
      weight: 'content',
    },
  ])
})

test('a mailbox that fails in the last delta leaves by policy, and the trail says so', async () => {
  const site = await start(['anna', 'ben'], { settings: { failingMember: 'leave' } })
  let isGone = false
  site.source.before = ({ op, mailbox }) => {
    if (isGone && op === 'folders' && mailbox.startsWith('ben'))
      throw new SourceFailure('mailbox-permanent', 'ErrorNonExistentMailbox', 'There is no such mailbox.')
  }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  isGone = true
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.equal((await site.member('ben')).state, 'left')
  assert.deepEqual(await leavings(site), [
    'ben@corp.example failed and left batch 1, which breaks no right that is known: There is no such mailbox.',
  ])
})

/** What the trail says of mailboxes that left. */
async function leavings({ store, organization, project }: MigrationSite): Promise<string[]> {
  const { rows } = await store.migration.listMigrationEvents(organization, project.id, { limit: 1_000 })
  return rows.filter(({ kind }) => kind === 'removed').map(({ sentence }) => sentence)
}
