import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rollBack } from '#src/domain/migration/engine/return/rollback.ts'
import { askForLate, lateLook } from '#src/domain/migration/engine/steer/steer-late.ts'
import { changeSettings } from '#src/domain/migration/engine/steer/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { inboxSubjects, type MigrationSite, openSites } from '#test/support/migration-site.ts'
import { move } from '#test/support/moved-mailbox.ts'

const start = openSites()
const HOUR = 3_600_000

async function moved(
  settings: NonNullable<Parameters<typeof start>[1]>['settings'] = {},
  seed: (site: MigrationSite) => void = () => undefined,
) {
  const site = await start(['anna'], { settings })
  const { box, folder } = site.inbox('anna')
  for (let i = 0; i < 3; i++) box.addMessage(folder, `anna ${i}`)
  seed(site)
  site.engine()
  await move(site, 1)
  return site
}

const late = async (site: MigrationSite) => (await site.member('anna')).late
const lookIsOver = (site: MigrationSite) =>
  site.until('it is looked', async () => {
    const { late, passFor } = await site.member('anna')
    return late?.askedAt === undefined && passFor === null
  })
const place = async (site: MigrationSite) => ({
  organization: site.organization,
  mailbox: (await site.member('anna')).mailbox!,
})
const folders = async (site: MigrationSite) => site.store.mailboxes.listFolders(await place(site))

test('a look that was asked for during another one follows it, once, also where the clock is put back meanwhile', async () => {
  const site = await moved({ lateHours: [] })
  const looks = (await late(site))!.looks
  const held = Promise.withResolvers<void>()
  let listed = 0
  site.source.before = ({ op }) => (op === 'folders' && ++listed === 1 ? held.promise : undefined)
  const ask = () => {
    site.clock.advance(1)
    return askForLate(site.steering(), { batch: 1 })
  }
  await ask()
  await site.until('it looks', () => listed === 1)
  await ask()
  site.clock.setBack(HOUR)
  held.resolve()
  await site.until('both are done', async () => (await late(site))!.askedAt === undefined)
  assert.equal((await late(site))!.looks, looks + 2)
  assert.equal((await site.member('anna')).dueAt, null)
})

test('what came while a look waited for its source comes too, also after it was given up', async () => {
  const site = await moved({ lateHours: [1, 2, 80] }, ({ inbox }) => {
    const { box } = inbox('anna')
    box.addMessage(box.addFolder('Projects', { key: 'projects' }), 'plan')
  })
  const { box, folder } = site.inbox('anna')
  box.addMessage(folder, 'in the first hour')
  let isAway = true
  // The inbox is read, and the other folder cannot be.
  site.source.before = (call) => {
    if (isAway && 'folder' in call && call.folder === 'projects')
      throw new SourceFailure('transient', 'ECONNREFUSED', 'Nobody answers there.')
  }
  site.pass(HOUR)
  await site.until('it waits', async () => {
    site.pass(2_000)
    return (await site.member('anna')).idle !== undefined
  })
  assert.ok((await inboxSubjects(site, 'anna')).includes('in the first hour'))
  box.addMessage(folder, 'in the second hour')
  site.pass(30 * HOUR)
  await site.until('it is given up', async () => (await late(site))?.trouble !== undefined)
  isAway = false
  site.pass(60 * HOUR)
  await site.until('it was looked', async () => (await late(site))!.trouble === undefined)
  assert.ok((await inboxSubjects(site, 'anna')).includes('in the second hour'))
})

test('an hour that passes while a look goes on is made up for', async () => {
  const site = await moved({ lateHours: [1, 2] })
  const { box, folder } = site.inbox('anna')
  const held = Promise.withResolvers<void>()
  site.source.before = ({ op }) => (op === 'items' ? held.promise : undefined)
  box.addMessage(folder, 'first')
  const read = site.source.count('items')
  site.pass(HOUR)
  await site.until('it reads', () => site.source.count('items') > read)
  site.clock.advance(2 * HOUR)
  box.addMessage(folder, 'second')
  held.resolve()
  await site.until('both are here', async () => (await inboxSubjects(site, 'anna')).includes('second'))
  await lookIsOver(site)
  await site.until('none is to come', async () => (await site.member('anna')).dueAt === null)
})

test('hours that are set otherwise take nothing from who is due already', async () => {
  const site = await moved({ lateHours: [1] })
  const { box, folder } = site.inbox('anna')
  for (const engine of site.engines.splice(0)) await engine.stop(AbortSignal.abort())
  box.addMessage(folder, 'late')
  site.clock.advance(HOUR)
  await changeSettings(site.steering(), { lateHours: [50] })
  site.engine()
  await site.until('it is here', async () => (await inboxSubjects(site, 'anna')).includes('late'))
})

test('a folder that was deleted here is made again only for mail that arrives in it', async () => {
  const site = await moved({ lateHours: [] }, ({ inbox }) => {
    const { box } = inbox('anna')
    box.addMessage(box.addFolder('Projects', { key: 'projects' }), 'plan')
    box.addFolder('Empty', { key: 'empty' })
  })
  const at = await place(site)
  const named = async (name: string) => (await folders(site)).find((each) => each.name === name)
  await site.store.transact({ organization: site.organization, mailboxes: [at.mailbox] }, async (writer) => {
    for (const name of ['Projects', 'Empty']) {
      const { no } = (await named(name))!
      const { rows } = await site.store.mailboxes.listItems(at, no, { order: 'uid', limit: 10 })
      await writer.mailboxes.removeItems(
        at,
        rows.map((row) => row.no),
      )
      await writer.mailboxes.deleteFolder(at, no)
    }
  })
  const ask = async () => {
    site.clock.advance(1)
    await askForLate(site.steering(), { batch: 1 })
    await lookIsOver(site)
  }
  await ask()
  assert.deepEqual([await named('Projects'), await named('Empty')], [undefined, undefined])
  site.inbox('anna').box.addMessage('projects', 'new plan')
  await ask()
  const { no } = (await named('Projects'))!
  const { rows } = await site.store.mailboxes.listItems(at, no, {
    ...{ order: 'uid', limit: 10, parts: ['summary'] },
  })
  assert.deepEqual(
    rows.map(({ summary }) => summary!.subject),
    ['new plan'],
  )
  assert.equal(await named('Empty'), undefined)
})

test('a mailbox that is emptied there after it has moved is not emptied here', async () => {
  const site = await moved({ lateHours: [], deletesHere: true }, ({ inbox }) => {
    inbox('anna').box.addFolder('Gelöschte Elemente', { role: 'deleteditems', key: 'bin' })
  })
  const { box, folder } = site.inbox('anna')
  const [first, second] = [...box.folder(folder).items.keys()]
  box.move(folder, first!, 'bin')
  box.remove(folder, second!)
  box.addMessage(folder, 'late')
  site.clock.advance(1)
  await askForLate(site.steering(), { batch: 1 })
  await lookIsOver(site)
  assert.deepEqual(await inboxSubjects(site, 'anna'), ['anna 0', 'anna 1', 'anna 2', 'late'])
})

test('whoever waits for the look of a mailbox that goes back is told so', async () => {
  const site = await moved({ lateHours: [] })
  const held = Promise.withResolvers<void>()
  site.source.before = () => held.promise
  const target = { address: 'anna@corp.example' } as const
  site.clock.advance(1)
  const { at } = await askForLate(site.steering(), target)
  await rollBack(site.store, await site.current(), 1, {
    ...{ by: 'ed', now: site.clock.now(), signal: new AbortController().signal },
  })
  const of = { organization: site.organization, project: site.project.id }
  const { mailboxes, looked, troubles } = await lateLook(site.store.migration, of, target, { at })
  held.resolve()
  assert.equal(looked, mailboxes)
  assert.match(troubles[0]!.cause, /nothing of it is copied any more/)
})
