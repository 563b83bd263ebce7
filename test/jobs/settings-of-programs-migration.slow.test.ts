/** What programs keep with folders comes over, stays where it was set here, and goes back where it was changed here. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setOutOfOffice } from '#src/domain/calendar/out-of-office.ts'
import { saidHours } from '#src/domain/calendar/working-hours.ts'
import type { Configuration } from '#src/domain/mailbox/configuration.ts'
import { lostThereOf } from '#src/domain/migration/engine/return/run-return.ts'
import { bringConfigurations } from '#src/domain/migration/engine/settings/bring-configurations.ts'
import { keptSettings } from '#src/domain/migration/engine/settings/kept-settings.ts'
import { approveBatch, cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import type { SourceConfiguration } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'
import { back, backThroughEnds, isBack, placeOf } from '#test/support/moved-mailbox.ts'

const start = openSites()

const COLOURS = 'IPM.Configuration.CategoryList'
const HOURS = 'IPM.Configuration.WorkHours'
const OPTIONS = 'IPM.Configuration.OWA.UserOptions'
const PROPERTIES = 'Landbridge.FolderProperties'
const calendar = { role: 'calendar' } as const
const xml = (text: string) => ({ xmlData: Buffer.from(text).toString('base64') })
const workingHours = {
  timeZone: 'Asia/Tokyo',
  periods: [{ days: ['mo'], startMinutes: 60, endMinutes: 120 }],
} as const
const away = {
  ...({ state: 'enabled', from: 0, to: 1, externalAudience: 'none' } as const),
  ...{ internalText: 'away', externalText: '' },
}
const tagged = (value: string) => ({ '0x3019:Binary': value })

const colours: SourceConfiguration = { folder: calendar, name: COLOURS, content: xml('red') }
const hours: SourceConfiguration = { folder: calendar, name: HOURS, content: xml('hours') }
const options: SourceConfiguration = { folder: { role: 'root' }, name: OPTIONS, content: xml('signature') }
const retention: SourceConfiguration = {
  ...{ folder: { key: 'anna-projects' }, name: PROPERTIES },
  content: { ...tagged('AQID'), '0x301a:Integer': '30' },
}
const all = [colours, hours, options, retention]

/** Anna's mailbox with these, as far as its first copy. */
async function copied(configurations: readonly SourceConfiguration[] = all) {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addFolder('Kalender', { role: 'calendar', class: 'event', key: 'anna-calendar' })
  box.addFolder('Projekte', { key: 'anna-projects' })
  box.addMessage(folder, 'mail')
  box.settled = { ...box.settled, configurations, workingHours }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  return { site, box, ...(await placesOf(site)) }
}

async function placesOf(site: MigrationSite) {
  const at = await placeOf(site)
  const { mailboxes } = site.store
  const folders = await mailboxes.listFolders(at)
  const numberOf = (name: string) =>
    folders.find((folder) => folder.distinguished === name || folder.name === name)!.no
  return {
    at,
    here: async (folder: string, name: string) =>
      (await mailboxes.findConfiguration(at, numberOf(folder), name))?.content,
    write: (folder: string, name: string, content: Configuration['content'] | null) =>
      site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, (writer) =>
        writer.mailboxes.putConfiguration(at, numberOf(folder), name, content),
      ),
  }
}

async function cutOver(site: MigrationSite): Promise<void> {
  await approveBatch(site.steering(), 1, 'known')
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state.startsWith('done'))
}

const lossesOf = async (site: MigrationSite) =>
  (await site.member('anna')).losses.map(({ property, reason }) => `${property}: ${reason}`)

test('they lie in the folders here as they were there, with what changes there until the cut-over', async () => {
  const { site, box, at, here } = await copied()
  assert.deepEqual(await here('calendar', COLOURS), colours.content)
  assert.deepEqual(await here('root', OPTIONS), options.content)
  assert.deepEqual(await here('Projekte', PROPERTIES), retention.content)
  assert.deepEqual(await saidHours(site.store.mailboxes, at), workingHours)
  assert.deepEqual(await lossesOf(site), [])
  // The colours change, the hours and one of the properties go.
  const { workingHours: _, ...settled } = box.settled
  box.settled = {
    ...settled,
    configurations: [
      { ...colours, content: xml('blue') },
      options,
      { ...retention, content: tagged('BAUG') },
    ],
  }
  await cutOver(site)
  assert.deepEqual(await here('calendar', COLOURS), xml('blue'))
  assert.equal(await here('calendar', HOURS), undefined)
  assert.equal(await saidHours(site.store.mailboxes, at), undefined)
  assert.deepEqual(await here('Projekte', PROPERTIES), tagged('BAUG'))
})

test('what could not be read the second time stays, what has no folder or is too large is named', async () => {
  const lost = { ...colours, folder: { key: 'nowhere' } }
  const large = { ...options, content: { xmlData: 'A'.repeat(1_100_000) } }
  const { site, box, here } = await copied([colours, lost, large])
  const named = [
    'category colours: The folder that it belongs to did not come over.',
    'signature and options of Outlook on the web: It has 1100069 octets, and at most 1048576 are kept.',
  ]
  assert.deepEqual(await lossesOf(site), named)
  box.settled = { ...box.settled, configurations: [], untoldConfigurations: [COLOURS] }
  await cutOver(site)
  assert.deepEqual(await here('calendar', COLOURS), colours.content)
})

test('what became too large there stays as it came, and is not written over there on the way back', async () => {
  const { site, box, here } = await copied([options, colours])
  const large = { ...options, content: { xmlData: 'A'.repeat(1_100_000) } }
  const many = { ...colours, content: large.content }
  box.settled = { ...box.settled, configurations: [large, many] }
  await cutOver(site)
  assert.deepEqual(await here('root', OPTIONS), options.content)
  assert.deepEqual(await here('calendar', COLOURS), colours.content)
  assert.equal((await lossesOf(site)).filter((loss) => /at most 1048576 are kept/.test(loss)).length, 2)
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(box.settled.configurations, [large, many])
})

test('what was not asked for stays, what was and is not there any more goes', async () => {
  const { site, box, here } = await copied([colours, options])
  box.settled = { ...box.settled, configurations: [], askedConfigurations: [OPTIONS] }
  await cutOver(site)
  assert.deepEqual(await here('calendar', COLOURS), colours.content)
  assert.equal(await here('root', OPTIONS), undefined)
})

test('what somebody has set here stays and is named; properties that are not in the way come', async () => {
  const { site, box, at, here, write } = await copied([])
  const mine = { ...workingHours, timeZone: 'Europe/Berlin' }
  await write('calendar', COLOURS, xml('mine'))
  await write('Projekte', PROPERTIES, { '0x3601:Integer': '1' })
  await write('root', 'Landbridge.WorkingHours', mine)
  box.settled = { ...box.settled, configurations: all }
  await cutOver(site)
  assert.deepEqual(await here('calendar', COLOURS), xml('mine'))
  assert.deepEqual(await saidHours(site.store.mailboxes, at), mine)
  assert.deepEqual(await here('Projekte', PROPERTIES), { '0x3601:Integer': '1', ...retention.content })
  const stays = 'It was set here otherwise and stays as it is here.'
  assert.deepEqual(await lossesOf(site), [`working hours: ${stays}`, `category colours: ${stays}`])
})

test('categories come among those that are here, colours that were chosen here stay over every pass, and all go back', async () => {
  const list = (colours: Readonly<Record<string, number>>) =>
    xml(
      `<categories xmlns="CategoryList.xsd">${Object.entries(colours)
        .map(([name, color]) => `<category name="${name}" color="${color}"/>`)
        .join('')}</categories>`,
    )
  const { site, box, here, write } = await copied([])
  const tell = (told: Readonly<Record<string, number>>) => {
    box.settled = { ...box.settled, configurations: [{ ...colours, content: list(told) }] }
  }
  await write('calendar', COLOURS, list({ Mine: 1, Both: 2 }))
  tell({ Both: 3, Theirs: 4, Old: 5 })
  const came = list({ Mine: 1, Both: 2, Theirs: 4, Old: 5 })
  site.pass(3 * 86_400_000)
  await site.until('they came', async () => (await here('calendar', COLOURS))?.xmlData === came.xmlData)
  // One is taken away here, one gets another colour there, one goes there.
  await write('calendar', COLOURS, list({ Mine: 1, Both: 7, Old: 5 }))
  tell({ Both: 6, Theirs: 6, New: 8 })
  await cutOver(site)
  assert.deepEqual(await here('calendar', COLOURS), list({ Mine: 1, Both: 7, New: 8 }))
  assert.deepEqual(await lossesOf(site), [
    'category colours: Set here otherwise than there, and as they are here: "Both".',
  ])
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(box.settled.configurations![0]!.content, list({ Mine: 1, Both: 7, New: 8 }))
})

test('what somebody has taken away here does not come again, and is gone there too once the mailbox is back', async () => {
  const { site, box, here, write } = await copied()
  await write('calendar', COLOURS, null)
  await write('Projekte', PROPERTIES, null)
  box.settled = { ...box.settled, configurations: [{ ...colours, content: xml('blue') }, options, retention] }
  await cutOver(site)
  assert.equal(await here('calendar', COLOURS), undefined)
  assert.equal(await here('Projekte', PROPERTIES), undefined)
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(
    box.settled.configurations!.map(({ name }) => name),
    [OPTIONS],
  )
})

test('of one file after the other, what the first one brought stays, and the other says otherwise where it does', async () => {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addFolder('Projekte', { key: 'anna-projects' })
  box.addMessage(folder, 'mail')
  Object.assign(box, { file: 'first' })
  const here = { folder: { key: 'anna-projects' }, name: COLOURS, content: xml('red') }
  box.settled = { ...box.settled, configurations: [here, retention] }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const at = await placeOf(site)
  const { here: find } = await placesOf(site)
  assert.deepEqual(await find('Projekte', COLOURS), here.content)
  const kept = await keptSettings(site.store.mailboxes, at)
  const bring = (content: Configuration['content']) =>
    site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, (writer) =>
      bringConfigurations(writer, at, 'old', {
        ...{
          file: 'second',
          told: [{ ...here, content }],
          untold: [],
          workingHours: undefined,
          before: kept,
        },
      }),
    )
  assert.deepEqual((await bring(xml('red'))).losses, [])
  const { losses, brought } = await bring(xml('blue'))
  assert.deepEqual(
    losses.map(({ property }) => property),
    ['category colours'],
  )
  assert.deepEqual(await find('Projekte', COLOURS), here.content)
  assert.deepEqual(await find('Projekte', PROPERTIES), retention.content)
  assert.equal(brought!.length, 2)
})

test('what was changed, made and taken away here is so there once the mailbox is back; what is not taken is named', async () => {
  const { site, box, write } = await copied()
  await cutOver(site)
  await write('calendar', COLOURS, xml('blue'))
  await write('calendar', HOURS, null)
  await write('inbox', 'IPM.Configuration.Autocomplete', { binaryData: 'AQ==' })
  await write('Projekte', PROPERTIES, { '0x301a:Integer': '60' })
  await write('root', OPTIONS, xml('new'))
  box.refusedConfigurations = [OPTIONS]
  await back(site)
  await site.until('it is back', isBack(site))
  const there = new Map(box.settled.configurations!.map(({ name, ...rest }) => [name, rest]))
  assert.deepEqual(
    there,
    new Map<string, Omit<SourceConfiguration, 'name'>>([
      [OPTIONS, { folder: { role: 'root' }, content: options.content }],
      [PROPERTIES, { folder: { key: 'anna-projects' }, content: { '0x301a:Integer': '60' } }],
      ['IPM.Configuration.Autocomplete', { folder: { key: 'anna-inbox' }, content: { binaryData: 'AQ==' } }],
      [COLOURS, { folder: calendar, content: xml('blue') }],
    ]),
  )
  assert.deepEqual(lostThereOf(await site.member('anna')), [
    {
      property: 'signature and options of Outlook on the web',
      reason: 'Changed here, and as it was there. It is not taken.',
      weight: 'metadata',
    },
  ])
})

test('a server that refuses the whole call for settings or the absence holds up nothing else, and each is named', async () => {
  const { site, box, at, write } = await copied([options])
  await cutOver(site)
  await write('root', OPTIONS, xml('new'))
  await setOutOfOffice(site.store, at, away)
  site.source.before = async ({ op }) => {
    if (op !== 'configuration' && op !== 'absence') return
    throw new SourceFailure('mailbox-permanent', 'HTTP 400', 'What is that?')
  }
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(
    lostThereOf(await site.member('anna')).map(({ property, reason }) => `${property}: ${reason}`),
    [
      'out of office: It was set here and is as it was there. What is that? Set it by hand.',
      'signature and options of Outlook on the web: Changed here, and as it was there. What is that?',
    ],
  )
  assert.deepEqual(box.settled.configurations, [options])
})

test('ended at any point and begun again, they are the same there', async () => {
  const { site, box, write } = await copied()
  await cutOver(site)
  await write('calendar', COLOURS, xml('blue'))
  await write('Projekte', PROPERTIES, null)
  await write('root', OPTIONS, xml('new'))
  assert.ok((await backThroughEnds(site, ['configuration'], 2)) > 0)
  assert.deepEqual(
    new Map(box.settled.configurations!.map(({ name, content }) => [name, content])),
    new Map([
      [COLOURS, xml('blue')],
      [HOURS, hours.content],
      [OPTIONS, xml('new')],
    ]),
  )
  assert.deepEqual(lostThereOf(await site.member('anna')), [])
})

test('a mailbox in which nothing of it was changed does not open the source for it', async () => {
  const { site } = await copied()
  await cutOver(site)
  site.source.calls.length = 0
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(site.source.calls, [])
})
