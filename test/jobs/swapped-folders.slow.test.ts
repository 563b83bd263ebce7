/** The way back of folders that have each other's names by now. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lostThereOf } from '#src/domain/migration/engine/run-return.ts'
import { openSites } from '#test/support/migration-site.ts'
import { back, backThroughEnds, isBack, move, placeOf, there, tree } from '#test/support/moved-mailbox.ts'

const start = openSites()

const folders = [
  ['Projekte', 'anna-projects', null],
  ['Alt', 'anna-old', null],
  ['Innen', 'anna-inner', 'anna-old'],
  ['Kunden', 'anna-clients', null],
] as const

for (const [how, namesAreKeys, ends] of [
  ['', false, false],
  [' where the answers are lost', false, true],
  [' where names are keys', true, false],
  [' where names are keys and the answers are lost', true, true],
] as const)
  test(`folders that have each other’s names are so at the source${how}`, async () => {
    const site = await start(['anna'])
    const { box } = site.inbox('anna')
    for (const [name, key, parent] of folders) box.addFolder(name, { key, parent })
    box.addMessage('anna-inner', 'inner')
    site.engine()
    await move(site, 1)
    box.namesAreKeys = namesAreKeys
    const at = await placeOf(site)
    const here = await site.store.mailboxes.listFolders(at)
    const no = (name: string) => here.find((folder) => folder.name === name)!.no
    const scope = { organization: at.organization, mailboxes: [at.mailbox] }
    await site.store.transact(scope, async ({ mailboxes }) => {
      // Each of three has the name of the next.
      await mailboxes.changeFolder(at, no('Innen'), { name: 'Aside' })
      await mailboxes.changeFolder(at, no('Projekte'), { name: 'Hin' })
      await mailboxes.changeFolder(at, no('Kunden'), { name: 'Projekte' })
      await mailboxes.changeFolder(at, no('Alt'), { name: 'Kunden' })
      await mailboxes.changeFolder(at, no('Projekte'), { name: 'Alt' })
    })
    // As each first tries what is in the way, it would come no further were it ended at every third call for ever.
    if (ends) await backThroughEnds(site, ['place'], 5)
    else await back(site)
    await site.until('it is back', isBack(site))
    const key = (of: string, name: string) => (namesAreKeys ? `/${name}` : of)
    const old = key('anna-old', 'Kunden')
    assert.deepEqual(tree(site), {
      'anna-inbox': '/Posteingang',
      [key('anna-clients', 'Projekte')]: '/Projekte',
      [key('anna-projects', 'Alt')]: '/Alt',
      [old]: '/Kunden',
      [namesAreKeys ? `${old}/Aside` : 'anna-inner']: `${old}/Aside`,
    })
    assert.deepEqual(lostThereOf(await site.member('anna')), [])
    assert.deepEqual(there(site, namesAreKeys ? `${old}/Aside` : 'anna-inner'), ['inner'])
  })
