/** What was changed here of a mailbox itself goes back with it, folders and absence, or is named: rules and rights. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addDelegate } from '#src/domain/calendar/delegates.ts'
import { outOfOffice, setOutOfOffice } from '#src/domain/calendar/out-of-office.ts'
import { rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import { lostThereOf } from '#src/domain/migration/engine/run-return.ts'
import { retryBatch } from '#src/domain/migration/engine/steer-batch.ts'
import { addGrants } from '#src/domain/migration/engine/steer-project.ts'
import type { SourceRule } from '#src/domain/migration/source.ts'
import { changeRules, inboxRules } from '#src/domain/rules/kept-rules.ts'
import type { Rule } from '#src/domain/rules/rule.ts'
import type { Writer } from '#src/domain/store.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'
import { back, backThroughEnds, isBack, move, placeOf } from '#test/support/moved-mailbox.ts'

const start = openSites()
const HOUR = 3_600_000

const rule = (name: string, category: string): SourceRule & Omit<Rule, 'id'> => ({
  ...{ name, enabled: true, conditions: {}, exceptions: {} },
  actions: { assignCategories: [category] },
})

/** Anna, with folders, rules and rights, has moved; Ben and Carl too. */
async function moved(): Promise<MigrationSite> {
  const site = await start(['anna', 'ben', 'carl'])
  const { box, folder } = site.inbox('anna')
  box.addFolder('Gelöschte Elemente', { role: 'deleteditems', key: 'anna-bin' })
  box.addFolder('Projekte', { key: 'anna-projects' })
  box.addFolder('Alt', { key: 'anna-old' })
  box.addFolder('Innen', { key: 'anna-inner', parent: 'anna-old' })
  box.addFolder('Kunden', { key: 'anna-clients' })
  box.addMessage(folder, 'before')
  box.addMessage('anna-inner', 'inner')
  box.settled = {
    ...box.settled,
    rules: [rule('stays', 'A'), rule('changes', 'B'), rule('goes', 'C')],
    outOfOffice: { state: 'disabled', audience: 'all', from: null, to: null, inside: '', outside: '' },
  }
  const anna = { owner: 'anna@corp.example', folder: null }
  await addGrants(site.steering(), [
    { ...anna, grantee: 'ben@corp.example', right: 'full-access' },
    { ...anna, grantee: 'carl@corp.example', right: 'send-as' },
  ])
  site.engine()
  await move(site, 1)
  return site
}

const lost = async (site: MigrationSite) =>
  lostThereOf(await site.member('anna'))
    .map(
      ({ property, reason }) =>
        `${property}: ${reason.slice(0, reason.indexOf(' since the move') + 1 || undefined).trim()}`,
    )
    .sort()

async function write(site: MigrationSite, work: (writer: Writer) => Promise<unknown>): Promise<void> {
  const at = await placeOf(site)
  await site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, work)
}

const tree = (site: MigrationSite) =>
  Object.fromEntries(
    [...site.inbox('anna').box.tree.values()].map(({ key, name, parent }) => [
      key,
      `${parent ?? ''}/${name}`,
    ]),
  )

/** Projekte is called Vorhaben and lies in Kunden, Alt with what is in it is deleted, Neu is made. */
async function changeFolders(site: MigrationSite): Promise<void> {
  const at = await placeOf(site)
  const folders = await site.store.mailboxes.listFolders(at)
  const no = (name: string) => folders.find((folder) => folder.name === name)!.no
  const inner = await site.store.mailboxes.listItems(at, no('Innen'), { order: 'uid', limit: 5 })
  const recoverable = folders.find(({ distinguished }) => distinguished === 'recoverableitemsdeletions')!.no
  await write(site, async ({ mailboxes }) => {
    await mailboxes.changeFolder(at, no('Projekte'), { name: 'Vorhaben', parent: no('Kunden') })
    await mailboxes.moveItems(at, { items: inner.rows.map((item) => item.no), to: recoverable })
    await mailboxes.deleteFolder(at, no('Innen'))
    await mailboxes.deleteFolder(at, no('Alt'))
    await mailboxes.createFolder(at, { parent: no('Kunden'), name: 'Neu', class: 'message' })
  })
}

const changedTree = {
  'anna-inbox': '/Posteingang',
  'anna-bin': '/Gelöschte Elemente',
  'anna-clients': '/Kunden',
  'anna-projects': 'anna-clients/Vorhaben',
  'anna-old': 'anna-bin/Alt',
  'anna-inner': 'anna-old/Innen',
  'made-Neu': 'anna-clients/Neu',
}

test('folders that were made, renamed, moved and deleted here are so at the source once the mailbox is back', async () => {
  const site = await moved()
  await changeFolders(site)
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(tree(site), changedTree)
  assert.deepEqual(await lost(site), [])
  await site.until('nothing is left to say', async () => (await site.batch()).cause === '')
})

test('ended at any point and begun again, folders and the absence are the same', async () => {
  const site = await moved()
  await changeFolders(site)
  const at = await placeOf(site)
  const from = site.clock.now() + HOUR
  const away = { state: 'scheduled', from, to: from + HOUR, externalAudience: 'known' } as const
  await setOutOfOffice(site.store, at, { ...away, internalText: 'am Meer', externalText: 'away' })
  const ends = await backThroughEnds(site, ['place', 'absence', 'change'])
  assert.ok(ends >= 1, `${ends} ends`)
  assert.deepEqual(tree(site), changedTree)
  assert.deepEqual(site.inbox('anna').box.settled.outOfOffice, {
    ...{ state: 'scheduled', audience: 'known', from, to: from + HOUR, inside: 'am Meer', outside: 'away' },
  })
})

test('a source that takes neither: each folder and the absence are named, and tried again where somebody asks', async () => {
  const site = await moved()
  const { box } = site.inbox('anna')
  box.makesFolders = false
  box.takesAbsence = false
  await changeFolders(site)
  const at = await placeOf(site)
  await setOutOfOffice(site.store, at, {
    ...(await outOfOffice(site.store.mailboxes, at)),
    state: 'enabled',
    internalText: 'gone',
  })
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(await lost(site), [
    'folder "Alt": It was deleted here and is still there. The source does not rename or move folders.',
    'folder "Neu": It was made here and is not there. The source does not make it.',
    'folder "Vorhaben": It was renamed or moved here; there it is still "Projekte". The source does not rename or move folders.',
    'out of office: It was set here and is as it was there. The source takes none. Set it by hand.',
  ])
  await site.until('its batch says so', async () =>
    /^4 changes of folders, rules, rights or absence did not go back/.test((await site.batch()).cause),
  )
  box.makesFolders = true
  box.takesAbsence = true
  assert.deepEqual(await retryBatch(site.steering(), 1), { mailboxes: 1, items: 0, rights: 0 })
  await site.until('it is back', isBack(site))
  assert.deepEqual(await lost(site), [])
  assert.deepEqual(tree(site), changedTree)
  assert.equal(box.settled.outOfOffice?.inside, 'gone')
})

test('rules and rights that stand otherwise here are named one by one', async () => {
  const site = await moved()
  const at = await placeOf(site)
  const rules = await inboxRules(site.store.mailboxes, at)
  const id = (name: string) => rules.find((each) => each.name === name)!.id
  await changeRules(site.store, at, [
    { kind: 'set', id: id('changes'), rule: rule('changes', 'other'), place: 2 },
    { kind: 'delete', id: id('goes') },
    { kind: 'create', rule: rule('comes', 'D'), place: 3 },
  ])
  const [anna, ben, carl] = await Promise.all(['anna', 'ben', 'carl'].map((name) => site.entry(name)))
  const inbox = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!.no
  await addDelegate(site.store, { owner: anna!.id, at }, ben!.id, { folders: { calendar: 'Editor' } })
  await write(site, async ({ directory }) => {
    await directory.putPermission(site.organization, {
      owner: anna!.id,
      grantee: carl!.id,
      rights: MailboxRight.fullAccess,
    })
    await directory.putFolderPermission(
      site.organization,
      at.mailbox,
      inbox,
      carl!.id,
      rightsOfProfile('Reviewer'),
    )
  })
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(await lost(site), [
    'Full Access: carl@corp.example has it',
    'Send As: carl@corp.example has it no more',
    'Send on behalf: ben@corp.example has it',
    'delegate: ben@corp.example is a delegate',
    'rights on the folder "Calendar": ben@corp.example has Editor',
    'rights on the folder "Inbox": carl@corp.example has Reviewer',
    'rule "changes": It was changed here and is as it was there',
    'rule "comes": It was made here and is not there',
    'rule "goes": It was deleted here and is still there',
  ])
})

test('a mailbox in which nothing was changed has nothing to name, and its source is not opened', async () => {
  const site = await moved()
  const opened = site.source.count('open')
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(await lost(site), [])
  assert.equal(site.source.count('open'), opened)
})
