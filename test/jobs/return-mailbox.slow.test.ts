/** What was changed here of a mailbox itself goes back with it, folders and absence, rules too, or is named: rights. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addDelegate } from '#src/domain/calendar/delegates.ts'
import { outOfOffice, setOutOfOffice } from '#src/domain/calendar/out-of-office.ts'
import { rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { type RollbackPlace, rollBack } from '#src/domain/migration/engine/return/rollback.ts'
import { lostThereOf } from '#src/domain/migration/engine/return/run-return.ts'
import {
  approveBatch,
  cutOverBatch,
  putBatch,
  retryBatch,
} from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { addGrants } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { SourceRule } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { changeRules, inboxRules } from '#src/domain/rules/kept-rules.ts'
import type { Rule } from '#src/domain/rules/rule.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'
import {
  arrives,
  back,
  backThroughEnds,
  isBack,
  move,
  placeOf,
  there,
  tree,
  write,
} from '#test/support/moved-mailbox.ts'
import { stageBytes } from '#test/support/store.ts'

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

test('names that were passed on go to their folders, and what lies in them to its own', async () => {
  const site = await moved()
  const at = await placeOf(site)
  const folders = await site.store.mailboxes.listFolders(at)
  const no = (name: string) => folders.find((folder) => folder.name === name)!.no
  const top = folders.find(({ distinguished }) => distinguished === 'msgfolderroot')!.no
  const rename = (folder: FolderNo, name: string) =>
    write(site, ({ mailboxes }) => mailboxes.changeFolder(at, folder, { name }))
  // Projekte is called Kunden, Kunden Alt, Alt is another one; a new Projekte has a message.
  await rename(no('Alt'), 'Archiv')
  await rename(no('Kunden'), 'Alt')
  await rename(no('Projekte'), 'Kunden')
  const octets = Buffer.from('Subject: fresh\r\n\r\nText\r\n')
  const body = await stageBytes(site.store, at, octets)
  await write(site, async ({ mailboxes }) => {
    const made = await mailboxes.createFolder(at, { parent: top, name: 'Projekte', class: 'message' })
    const item = {
      class: 'message',
      receivedAt: site.clock.now(),
      summary: { subject: 'fresh' },
      body,
    } as const
    await mailboxes.appendItem(at, { ...item, folder: made.no })
  })
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(tree(site), {
    'anna-inbox': '/Posteingang',
    'anna-bin': '/Gelöschte Elemente',
    'anna-projects': '/Kunden',
    'anna-clients': '/Alt',
    'anna-old': '/Archiv',
    'anna-inner': 'anna-old/Innen',
    'made-Projekte': '/Projekte',
  })
  assert.deepEqual(there(site, 'made-Projekte'), ['fresh'])
  assert.deepEqual(await lost(site), [])
})

for (const ends of [false, true])
  test(`where names are keys${ends ? ' and the answers are lost' : ''}, folders that were renamed are known by their new ones`, async () => {
    const site = await moved()
    const { box } = site.inbox('anna')
    box.namesAreKeys = true
    const at = await placeOf(site)
    const folders = await site.store.mailboxes.listFolders(at)
    const no = (name: string) => folders.find((folder) => folder.name === name)!.no
    await write(site, async ({ mailboxes }) => {
      await mailboxes.changeFolder(at, no('Alt'), { name: 'Archiv', parent: no('Kunden') })
      await mailboxes.changeFolder(at, no('Innen'), { name: 'Ganz innen' })
    })
    if (ends) await backThroughEnds(site, ['place'])
    else await back(site)
    await site.until('it is back', isBack(site))
    const archive = 'anna-clients/Archiv'
    const { 'anna-projects': _, ...places } = tree(site)
    assert.deepEqual(places, {
      'anna-inbox': '/Posteingang',
      'anna-bin': '/Gelöschte Elemente',
      'anna-clients': '/Kunden',
      [archive]: archive,
      [`${archive}/Ganz innen`]: `${archive}/Ganz innen`,
    })
    assert.deepEqual(await lost(site), [])
    // Whoever moves again has the same folders, and each item once.
    const before = (await site.store.mailboxes.listFolders(at)).map(({ name, items }) => [name, items])
    // Somebody there makes one that has the key which another had.
    box.addFolder('Alt', { key: 'anna-old' })
    await putBatch(site.steering(), { no: 2, name: 'again' })
    await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
    await move(site, 2)
    const after = await site.store.mailboxes.listFolders(at)
    assert.deepEqual(
      after.map(({ name, items }) => [name, items]),
      [...before, ['Alt', 0]],
    )
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
    'folder "Neu": It was made here and is not there. The folder "Neu" is not made.',
    'folder "Vorhaben": It was renamed or moved here; there it is "Projekte". The source does not rename or move folders.',
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

/** "changes" does something else, "goes" is deleted, "comes" is made between the others and "ends" behind them. */
async function changeOwnRules(site: MigrationSite): Promise<void> {
  const at = await placeOf(site)
  const rules = await inboxRules(site.store.mailboxes, at)
  const id = (name: string) => rules.find((each) => each.name === name)!.id
  await changeRules(site.store, at, [
    { kind: 'set', id: id('changes'), rule: rule('changes', 'other'), place: 2 },
    { kind: 'delete', id: id('goes') },
    { kind: 'create', rule: rule('comes', 'D'), place: 2 },
  ])
}

test('rules that were made, changed and deleted here are so at the source, whatever of it ends in between', async () => {
  const site = await moved()
  const { box } = site.inbox('anna')
  await changeOwnRules(site)
  const at = await placeOf(site)
  const folders = await site.store.mailboxes.listFolders(at)
  const no = (distinguished: string) => folders.find((each) => each.distinguished === distinguished)!.no
  const made = await site.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    ({ mailboxes }) =>
      mailboxes.createFolder(at, { parent: no('msgfolderroot'), name: 'Neu', class: 'message' }),
  )
  const places = { copyTo: made.no, moveTo: no('inbox') }
  await changeRules(site.store, at, [
    { kind: 'create', rule: { ...rule('files', 'E'), actions: places }, place: 4 },
  ])
  await backThroughEnds(site, ['rules'])
  assert.deepEqual(box.settled.rules, [
    rule('stays', 'A'),
    rule('comes', 'D'),
    rule('changes', 'other'),
    { ...rule('files', ''), actions: { copyTo: { key: 'made-Neu' }, moveTo: { key: 'anna-inbox' } } },
  ])
  assert.deepEqual(await lost(site), [])
})

test('a rule that the source refuses, or cannot be told, is named with why; the others are changed', async () => {
  const site = await moved()
  const { box } = site.inbox('anna')
  box.refusedRules = ['comes']
  await changeOwnRules(site)
  const at = await placeOf(site)
  await arrives(site, 'inbox', {}, 'I am away')
  const { no } = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const { rows } = await site.store.mailboxes.listItems(at, no, { order: 'uid', limit: 9 })
  await changeRules(site.store, at, [
    { kind: 'create', rule: { ...rule('answers', ''), actions: { replyWith: rows.at(-1)!.no } }, place: 9 },
  ])
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(box.settled.rules, [rule('stays', 'A'), rule('changes', 'other')])
  const found = lostThereOf(await site.member('anna')).map(({ property, reason }) => `${property}: ${reason}`)
  assert.deepEqual(found, [
    'rule "comes": It was made here and is not there since the move. The rule "comes" is not taken. Do the same there, if it is still wanted.',
    'rule "answers": It was made here and is not there since the move. The message it answers with is here alone. Do the same there, if it is still wanted.',
  ])
  box.refusedRules = []
  await retryBatch(site.steering(), 1)
  await site.until('it is back', isBack(site))
  assert.deepEqual(
    box.settled.rules.map(({ name }) => name),
    ['stays', 'comes', 'changes'],
  )
})

test('a rule that did not come over is none that was deleted here, also where it could come by now', async () => {
  const site = await start(['anna', 'ben'], { batches: 2 })
  const { box } = site.inbox('anna')
  const old = { ...rule('tells', ''), actions: { redirectTo: [{ name: 'Ben', address: '/o=Corp/cn=ben' }] } }
  box.settled = { ...box.settled, rules: [old, rule('stays', 'A')] }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it waits', async () => (await site.batch()).state === 'approving')
  await approveBatch(site.steering(), 1, 'known')
  await site.until('it is done', async () => (await site.batch()).state === 'done-with-skips')
  const ben = await site.entry('ben')
  await write(site, ({ directory }) =>
    directory.saveEntry(site.organization, {
      ...ben,
      addresses: [...ben.addresses, { kind: 'x500', address: '/o=Corp/cn=ben' }],
    }),
  )
  const { losses } = await site.member('anna')
  assert.match(
    losses.find(({ property }) => property === 'rule "tells"')?.reason ?? '',
    /^It did not come over: /,
  )
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(box.settled.rules, [old, rule('stays', 'A')])
  assert.deepEqual(await lost(site), [])
})

test('a source that knows no changes of rules holds up nothing else', async () => {
  const site = await moved()
  await changeOwnRules(site)
  site.source.after = ({ op }) => {
    if (op === 'rules') throw new SourceFailure('mailbox-permanent', 'HTTP 400', 'What is that?')
  }
  await back(site)
  await site.until('it is back', isBack(site))
  assert.equal((await lost(site)).length, 3)
})

test('rights, and rules that the source does not take, are named one by one', async () => {
  const site = await moved()
  const at = await placeOf(site)
  site.inbox('anna').box.takesRules = false
  await changeOwnRules(site)
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

test('rights on a folder that wait since their other end went back are none that were given by hand', async () => {
  const site = await start(['anna', 'ben'], { batches: 2 })
  const { box, folder } = site.inbox('anna')
  box.addMessage(folder, 'before')
  box.settled = {
    ...box.settled,
    folderGrants: [{ folder, grantee: 'ben@corp.example', role: 'Reviewer', rights: null }],
  }
  site.engine()
  await move(site, 1)
  await move(site, 2)
  await back(site, 2)
  await back(site, 1)
  await site.until('it is back', isBack(site))
  assert.deepEqual(await lost(site), [])
})

test('a way back of many mailboxes is prepared in parts, and begins once all of it is', async () => {
  const site = await moved()
  const at = await placeOf(site)
  const [anna, carl] = await Promise.all(['anna', 'carl'].map((name) => site.entry(name)))
  await write(site, ({ directory }) =>
    directory.putPermission(site.organization, {
      owner: anna!.id,
      grantee: carl!.id,
      rights: MailboxRight.fullAccess,
    }),
  )
  const part = { by: 'ed', now: site.clock.now(), signal: new AbortController().signal }
  const parts = []
  for (let from: RollbackPlace | null = null; ; ) {
    const { next } = await rollBack(site.store, await site.current(), 1, {
      ...part,
      from,
      isOver: () => true,
    })
    parts.push(next)
    if (next === null) break
    assert.equal((await site.entry('anna')).home, 'local')
    assert.match((await site.batch()).cause, /^Its way back is being prepared;/)
    from = next
  }
  assert.equal(parts.length, 4)
  await site.until('it is back', isBack(site))
  assert.equal((await site.entry('anna')).home, 'exchange')
  assert.deepEqual(await lost(site), [
    'Full Access: carl@corp.example has it',
    'Send As: carl@corp.example has it no more',
  ])
  assert.equal(at.mailbox, anna!.mailbox)
})

test('a mailbox in which nothing was changed has nothing to name, and its source is not opened', async () => {
  const site = await moved()
  const opened = site.source.count('open')
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(await lost(site), [])
  assert.equal(site.source.count('open'), opened)
})
