/** The way back of folders that have each other's names by now. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lostThereOf } from '#src/domain/migration/engine/return/run-return.ts'
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

for (const [how, namesAreKeys] of [
  ['', false],
  [' where names are keys', true],
] as const)
  test(`one that can have neither its name nor its place has one that people know${how}`, async () => {
    const site = await start(['anna'])
    const { box } = site.inbox('anna')
    for (const name of ['A', 'B']) box.addFolder(name, { key: `anna-${name}` })
    box.addMessage('anna-B', 'in b')
    site.engine()
    await move(site, 1)
    box.namesAreKeys = namesAreKeys
    box.refusedNames = ['C/D']
    const at = await placeOf(site)
    const here = await site.store.mailboxes.listFolders(at)
    const no = (name: string) => here.find((folder) => folder.name === name)!.no
    await site.store.transact(
      { organization: at.organization, mailboxes: [at.mailbox] },
      async ({ mailboxes }) => {
        await mailboxes.changeFolder(at, no('B'), { name: 'C/D' })
        await mailboxes.changeFolder(at, no('A'), { name: 'B' })
      },
    )
    await back(site)
    await site.until('it is back', isBack(site))
    assert.deepEqual(Object.values(tree(site)).sort(), ['/B', '/B (2)', '/Posteingang'])
    assert.deepEqual(there(site, namesAreKeys ? '/B (2)' : 'anna-B'), ['in b'])
    assert.deepEqual(
      lostThereOf(await site.member('anna')).map(({ property, reason }) => [property, reason.slice(0, 54)]),
      [['folder "C/D"', 'It was renamed or moved here; there it is "B (2)". The']],
    )
  })
