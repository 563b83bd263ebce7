/** Long administration actions answer in parts: each call is bounded, and the parts together are the whole. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Action, ActionContext } from '#src/protocols/admin/action.ts'
import { getMigrationPreflight } from '#src/protocols/admin/actions/get-migration-preflight.ts'
import { listMigrationItems } from '#src/protocols/admin/actions/list-migration-items.ts'
import { previewMigration } from '#src/protocols/admin/actions/preview-migration.ts'
import { rollBackMigrationBatch } from '#src/protocols/admin/actions/roll-back-migration-batch.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'
import { back, isBack, movedMailbox } from '#test/support/moved-mailbox.ts'

const start = openSites()

/** By a clock that is a minute further each time somebody looks at it, so that every call has time for one step. */
const slowContext = (site: MigrationSite): ActionContext => {
  let now = site.clock.now()
  const context: Partial<ActionContext> = {
    store: site.store,
    caller: { kind: 'local' },
    now: () => (now += 60_000),
    signal: new AbortController().signal,
    migration: {
      live: () => ({ lanes: [], servers: [], rates: [], noRoom: null }),
      openSource: async () => site.source,
      budgeted: (_organization, _config, source) => source,
      requireFolder: async () => {},
      freeBytes: async () => 1e12,
    },
  }
  return context as ActionContext
}

async function partsOf(site: MigrationSite, action: Action, more: JsonObject): Promise<JsonObject[]> {
  const parts: JsonObject[] = []
  const context = slowContext(site)
  for (let NextToken: unknown; ; ) {
    assert.ok(parts.length < 50, 'it comes to an end')
    const given = { OrganizationId: site.organization, ProjectId: 'move', ...more }
    const part = await action.run(context, { ...given, ...(NextToken !== undefined && { NextToken }) })
    parts.push(part)
    NextToken = part.NextToken
    if (NextToken === undefined) return parts
  }
}

const rowsOf = (parts: readonly JsonObject[], name: string): readonly JsonObject[] =>
  parts.flatMap((part) => (part[name] ?? []) as readonly JsonObject[])

test('a pre-flight looks at some mailboxes in a call, and all of it is as if it were one', async () => {
  const site = await start(['anna', 'ben', 'cleo'])
  await addMembers(site.steering(), [
    { address: 'anna.old@corp.example', batch: 1, source: 'old', entry: site.entries.get('anna')! },
  ])
  site.source.box('anna.old@corp.example')
  const parts = await partsOf(site, getMigrationPreflight, { BatchNumber: 1 })
  assert.deepEqual(
    parts.map(({ Looked, Mailboxes, Passed }) => [Looked, Mailboxes, Passed]),
    [
      [1, 4, true],
      [2, 4, true],
      [3, 4, true],
      [4, 4, false],
    ],
  )
  const checks = rowsOf(parts, 'Checks')
  const named = (name: string) => checks.filter(({ Check }) => Check === name).map(({ Mailbox }) => Mailbox)
  assert.equal(named('target').length, 4)
  assert.deepEqual([named('free space'), named('duration')], [[''], ['']])
  assert.equal(checks.filter(({ Mailbox, Check }) => Mailbox === '' && Check === 'mailbox').length, 1)
  // Two for one person, though a part lies between them.
  assert.match(String(checks.find(({ State }) => State === 'failed')!.Found), /anna@corp\.example goes to/)
})

test('a server that wants to be left alone is not asked about further mailboxes', async () => {
  const site = await start(['anna', 'ben', 'cleo'])
  let asked = 0
  site.source.before = ({ op, mailbox }) => {
    if (op !== 'check' || mailbox === '') return
    asked++
    throw new SourceFailure('throttled', 'ErrorServerBusy', 'The server is busy.')
  }
  const context = { ...slowContext(site), now: () => 0 }
  const found = await getMigrationPreflight.run(context, {
    ...{ OrganizationId: site.organization, ProjectId: 'move', BatchNumber: 1 },
  })
  assert.equal(asked, 1)
  assert.equal(found.Passed, false)
  const checks = found.Checks as readonly JsonObject[]
  assert.match(
    String(checks.find(({ State }) => State === 'failed')!.Found),
    /left alone: The server is busy/,
  )
  assert.equal(checks.filter(({ Check }) => Check === 'target').length, 3, 'what is here is looked at')
})

test('a preview goes on in the middle of a folder', async () => {
  const site = await start(['anna'], { settings: { pageItems: 2 } })
  const { box, folder } = site.inbox('anna')
  for (let n = 0; n < 5; n++) box.addMessage(folder, `mail ${n}`)
  box.addMessage(box.addFolder('Projekte', { key: 'projects' }), 'other')
  const parts = await partsOf(site, previewMigration, { Address: 'anna@corp.example' })
  assert.ok(parts.length > 3)
  assert.deepEqual(
    rowsOf(parts, 'Folders').map(({ Name, Items }) => `${Name} ${Items}`),
    ['Posteingang 5', 'Projekte 1'],
  )
})

test('copies are removed in parts; the batch is held until the last of them', async () => {
  const site = await start(['anna', 'ben', 'cleo'])
  for (const name of ['anna', 'ben', 'cleo']) {
    const { box, folder } = site.inbox(name)
    box.addMessage(folder, 'one')
  }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const context = slowContext(site)
  const given = { OrganizationId: site.organization, ProjectId: 'move', BatchNumber: 1 }
  const first = await rollBackMigrationBatch.run(context, given)
  assert.equal(typeof first.NextToken, 'string')
  const held = await site.batch()
  assert.deepEqual([held.state, held.paused], ['synced', true])
  assert.equal((await site.member('anna')).mailbox, null)
  const parts = await partsOf(site, rollBackMigrationBatch, { BatchNumber: 1, NextToken: first.NextToken! })
  const last = parts.at(-1)!.Batch as JsonObject
  assert.deepEqual([last.State, last.Paused], ['rolled-back', false])
  for (const member of await site.members())
    assert.deepEqual([member.state, member.mailbox], ['rolled-back', null])
})

test('a token of something else is refused', async () => {
  const site = await start(['anna'])
  const given = { OrganizationId: site.organization, ProjectId: 'move', BatchNumber: 1 }
  for (const NextToken of ['x', Buffer.from('{"after":"1"}').toString('base64')])
    await assert.rejects(async () => getMigrationPreflight.run(slowContext(site), { ...given, NextToken }), {
      reason: 'invalid-parameter',
    })
})

test('what was deleted here since the move is listed once after the way back', async () => {
  const site = await movedMailbox(start)
  const bin = site
    .inbox('anna')
    .box.addFolder('Gelöschte Elemente', { role: 'deleteditems', key: 'anna-bin' })
  assert.ok(bin)
  const { mailbox } = await site.member('anna')
  const at = { organization: site.organization, mailbox: mailbox! }
  const inbox = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!.no
  const recoverable = (await site.store.mailboxes.findFolder(at, {
    distinguished: 'recoverableitemsdeletions',
  }))!.no
  const { rows } = await site.store.mailboxes.listItems(at, inbox, { order: 'uid', limit: 1 })
  await site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.moveItems(at, { items: [rows[0]!.no], to: recoverable }),
  )
  await back(site)
  await site.until('it is back', isBack(site))
  const parts = await partsOf(site, listMigrationItems, { Address: 'anna@corp.example' })
  assert.deepEqual(
    rowsOf(parts, 'Items').map(({ State, Change, Subject }) => [State, Change, Subject]),
    [['returned', 'deleted', 'before 1']],
  )
  // Once it moves again, it is nothing that was lost by that.
  const { returned: _, ...again } = await site.member('anna')
  await site.store.transact({ organization: at.organization }, ({ migration }) =>
    migration.putMember(at.organization, { ...again, state: 'synced', dueAt: null }),
  )
  const later = await partsOf(site, listMigrationItems, { Address: 'anna@corp.example' })
  assert.deepEqual(rowsOf(later, 'Items'), [])
})
