import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type ReportCalls, writeMigrationReport } from '#src/app/migration-report.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import { rollBack } from '#src/domain/migration/engine/return/rollback.ts'
import { approveBatch, cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { changeSettings } from '#src/domain/migration/engine/steer/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { ActionContext } from '#src/protocols/admin/action.ts'
import { actions } from '#src/protocols/admin/actions/index.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { type MigrationSite, migrationSite } from '#test/support/migration-site.ts'
import { arrives, back, isBack, movedMailbox } from '#test/support/moved-mailbox.ts'

const ends: (() => Promise<unknown>)[] = []
after(async () => {
  for (const end of ends) await end()
})

/** The actions as a client calls them, without a wire between. */
function callsOf(site: MigrationSite, live: () => unknown): ReportCalls {
  const now = () => site.clock.now()
  const context = { store: site.store, migration: { live }, now } as unknown as ActionContext
  const call = async (name: string, input: JsonObject): Promise<JsonObject> => {
    const action = [...actions.values()].find((each) => each.name === name)!
    return action.run(context, action.input.parse({ OrganizationId: site.organization, ...input }))
  }
  return {
    call,
    async *pages(name, member, input) {
      for (let NextToken: string | undefined; ; ) {
        const page = await call(name, {
          ...input,
          MaxResults: 2,
          ...(NextToken !== undefined && { NextToken }),
        })
        yield page[member] as readonly JsonObject[]
        if (typeof page.NextToken !== 'string') return
        NextToken = page.NextToken
      }
    },
  }
}

const rowsOf = (csv: string): string[][] =>
  csv
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','))

test('page, table and ledger of a migration tell the same sums, and each loss by name', async () => {
  const site = await migrationSite(['anna', 'ben', 'cleo'], { batches: 2, settings: { itemAttempts: 1 } })
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-report-'))
  ends.push(
    () => site.close(),
    () => rm(folder, { recursive: true, force: true }),
  )
  for (const name of ['anna', 'ben', 'cleo']) {
    const { box, folder: inbox } = site.inbox(name)
    for (let i = 0; i < 5; i++) box.addMessage(inbox, `${name} ${i}`)
  }
  const { box, folder: inbox } = site.inbox('anna')
  const busy = box.addMessage(inbox, '<script>alert(1)</script> =SUM(A1)')
  box.addMessage(inbox, 'with a flag', {
    losses: [{ property: 'follow-up', reason: 'A date that is none.', weight: 'visible' }],
  })
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
    grants: [
      {
        owner: 'anna@corp.example',
        grantee: 'ben@corp.example',
        right: 'send-as',
        folder: null,
        lastUsedDay: null,
        where: '',
      },
    ],
  }
  site.source.before = ({ op, key }) => {
    if (op === 'item' && key === busy)
      throw new SourceFailure('item-permanent', 'ErrorCorruptData', 'The item is damaged')
  }
  const engine = site.engine()
  const move = async (no: number) => {
    await site.start(no)
    await site.until('it is synced', async () => (await site.batch(no)).state === 'synced')
    await cutOverBatch(site.steering(), no, { at: null, failing: null })
    await site.until('it is decided', async () =>
      ['approving', 'done', 'done-with-skips'].includes((await site.batch(no)).state),
    )
    if ((await site.batch(no)).state !== 'approving') return
    await approveBatch(site.steering(), no, 'two things that nobody misses')
    await site.until('it is done', async () => (await site.batch(no)).state === 'done-with-skips')
  }
  await move(1)
  site.clock.advance(3 * 86_400_000 + 2 * 3_600_000)
  const write = (now: number) =>
    writeMigrationReport(
      callsOf(site, () => engine.live()),
      {
        project: 'move',
        organization: 'corp',
        now,
        html: join(folder, 'report.html'),
        csv: join(folder, 'mailboxes.csv'),
        itemsCsv: join(folder, 'items.csv'),
      },
    )
  await write(site.clock.now())
  assert.match(await readFile(join(folder, 'report.html'), 'utf8'), /3 d 2 h so far/)

  await move(2)
  const written = await write(site.clock.now())
  assert.deepEqual((await readdir(folder)).sort(), ['items.csv', 'mailboxes.csv', 'report.html'])
  const page = await readFile(join(folder, 'report.html'), 'utf8')
  const [head, ...rows] = rowsOf(await readFile(join(folder, 'mailboxes.csv'), 'utf8'))
  const sum = (column: string) => rows.reduce((total, row) => total + Number(row[head!.indexOf(column)]), 0)

  // What the ledger itself says.
  const ledger = { copied: 0, bytes: 0, skipped: 0, content: 0, visible: 0 }
  for (const { mailbox } of await site.members()) {
    const at = { organization: site.organization, mailbox: mailbox! }
    const { counts, losses } = await site.store.migration.countLedger(at)
    ledger.copied += counts.copied
    ledger.bytes += counts.bytes
    ledger.skipped += counts.skipped
    ledger.content += losses.content
    ledger.visible += losses.visible
  }
  assert.deepEqual([ledger.copied, ledger.skipped, ledger.content, ledger.visible], [16, 1, 1, 1])
  assert.deepEqual(
    [sum('Copied'), sum('CopiedBytes'), sum('Skipped'), sum('LostContent'), sum('LostVisible')],
    // The rule of the mailbox is no item of the ledger.
    [ledger.copied, ledger.bytes, ledger.skipped, ledger.content, ledger.visible + 1],
  )
  assert.deepEqual(
    [written.totals.copied, written.totals.bytes, written.totals.skipped, written.items],
    [ledger.copied, ledger.bytes, ledger.skipped, 2],
  )
  assert.match(page, /<b>16<\/b><span>items copied<\/span>/)
  assert.match(page, /<b>1<\/b><span>items left behind<\/span>/)

  // Everybody finds the reason, and nothing of a mailbox becomes markup or a formula.
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
  assert.doesNotMatch(page, /<script/)
  for (const words of [/ErrorCorruptData/, /The item is damaged/, /follow-up/, /Newsletters/])
    assert.match(page, words)
  assert.match(page, /approved as “investigate” by ed.*two things that nobody misses/)
  assert.match(
    page,
    /anna@corp\.example<\/td><td>ben@corp\.example<\/td><td>Send As<\/td><td class="why">works again/,
  )
  assert.match(page, /3 d 2 h/)
  const items = await readFile(join(folder, 'items.csv'), 'utf8')
  assert.match(items, /anna@corp\.example,1,skipped,<script>alert\(1\)<\/script> =SUM\(A1\),ErrorCorruptData/)
  assert.doesNotMatch(page, /(?:src|href)=/, 'it needs nothing else')
})

test('the file of items names each one that went back, the page those that somebody has to look at', async () => {
  const site = await movedMailbox(migrationSite)
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-report-'))
  ends.push(
    () => site.close(),
    () => rm(folder, { recursive: true, force: true }),
  )
  for (const subject of ['came', 'came later']) await arrives(site, 'inbox', { summary: { subject } })
  await back(site)
  await site.until('it is back', isBack(site))
  const window = { begin: '22:00', end: '06:00', zone: 'Europe/Berlin', weekdays: [1, 5] }
  await changeSettings(site.steering(), {
    ...{ window: { ...window, holidays: ['2026-12-25'] }, caps: { old: { connections: 3 } } },
    ...{ deletesHere: true, alerts: { webhook: 'https://hooks.example/secret', addresses: [] } },
  })
  const files = {
    itemsCsv: join(folder, 'items.csv'),
    csv: join(folder, 'mailboxes.csv'),
    html: join(folder, 'report.html'),
  }
  const { items } = await writeMigrationReport(
    callsOf(site, () => site.engines[0]!.live()),
    { project: site.project.id, organization: 'corp', now: site.clock.now(), ...files },
  )
  const rows = rowsOf(await readFile(files.itemsCsv, 'utf8')).slice(1)
  assert.deepEqual(rows.map(([, , state, subject]) => `${state} ${subject}`).sort(), [
    'returned came',
    'returned came later',
  ])
  assert.equal(items, 2)
  const [head, anna] = rowsOf(await readFile(files.csv, 'utf8'))
  assert.equal(anna![head!.indexOf('Returned')], '2')
  const page = await readFile(files.html, 'utf8')
  assert.doesNotMatch(page, /came later/)
  // How it was set, as it was then (migration.md 1.3: settings are a snapshot that every run shows).
  for (const told of [
    '<th scope="row">source old</th><td>exchange at https://old.example; at most 3 calls at once</td>',
    '<td>22:00-06:00 (Europe/Berlin) on Mon, Fri, not on 2026-12-25</td>',
    '<th scope="row">what is deleted there</th><td>is deleted here</td>',
    '<td>every item, and the bodies of some (2 %, at least 50)</td>',
  ])
    assert.ok(page.includes(told), told)
  assert.ok(!page.includes('hooks.example/secret'))
})

test('what is gone there, deleted here or was changed after the move is told by its subject', async () => {
  const site = await migrationSite(['anna'])
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-report-'))
  ends.push(
    () => site.close(),
    () => rm(folder, { recursive: true, force: true }),
  )
  const { box, folder: inbox } = site.inbox('anna')
  const [gone, deleted] = ['gone there', 'deleted here', 'changed later'].map((subject) =>
    box.addMessage(inbox, subject),
  )
  const engine = site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const at = { organization: site.organization, mailbox: (await site.member('anna')).mailbox! }
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const numberOf = async (subject: string) => {
    const { no } = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
    const { rows } = await site.store.mailboxes.listItems(at, no, {
      ...{ order: 'uid', limit: 10 },
      parts: ['summary'],
    })
    return rows.find(({ summary }) => summary?.subject === subject)!.no
  }
  const bin = (await site.store.mailboxes.findFolder(at, { distinguished: 'recoverableitemsdeletions' }))!
  const here = await numberOf('deleted here')
  await site.store.transact(scope, ({ mailboxes }) => mailboxes.moveItems(at, { items: [here], to: bin.no }))
  box.remove(inbox, gone!)
  box.read(inbox, deleted!, true)
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  const later = await numberOf('changed later')
  await site.store.transact(scope, ({ mailboxes }) =>
    mailboxes.changeFlags(at, [later], { add: Flag.flagged }),
  )
  box.takesBack = false
  const { signal } = new AbortController()
  await rollBack(site.store, await site.current(), 1, { by: 'ed', now: site.clock.now(), signal })
  await site.until('it is back', async () => (await site.member('anna')).state === 'rolled-back')
  const itemsCsv = join(folder, 'items.csv')
  const html = join(folder, 'report.html')
  await writeMigrationReport(
    callsOf(site, () => engine.live()),
    { project: site.project.id, organization: 'corp', now: site.clock.now(), itemsCsv, html },
  )
  const [columns, ...rows] = rowsOf(await readFile(itemsCsv, 'utf8'))
  const ofFolder = columns!.indexOf('Folder')
  assert.equal(rows.find(([, , state]) => state === 'deleted')![ofFolder], 'Posteingang')
  assert.deepEqual(rows.map(([, , state, subject]) => `${state} ${subject}`).sort(), [
    'deleted deleted here',
    'gone gone there',
    'left-here changed later',
  ])
  assert.match(await readFile(html, 'utf8'), /was marked or moved here, did not go back/)
})
