/** What programs keep with folders of a mailbox of another Landbridge, and when its owner works. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { storedReturns } from '#connectors/landbridge/returns.ts'
import { storedMailbox } from '#connectors/landbridge/stored-mailbox.ts'
import { newMailboxId } from '#src/base/ids.ts'
import { saidHours, setWorkingHours } from '#src/domain/calendar/working-hours.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { ConfigurationOrder } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { setJunkLists } from '#src/domain/rules/kept-rules.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'
import { workHours } from '#test/support/work-hours.ts'

const { signal } = new AbortController()
let from: TemporaryStore
before(async () => {
  from = await temporaryStore()
})
after(() => from?.remove())

/** A mailbox as a user gets it. */
async function wholeMailbox() {
  const { store } = from
  const at = { organization: from.organization.id, mailbox: newMailboxId() }
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  await store.transact({ organization: at.organization, newMailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.createMailbox(at, { quotaBytes: 2 ** 30, folders: distinguishedFolders }),
  )
  const folders = await store.mailboxes.listFolders(at)
  return {
    at,
    of: (role: string) => folders.find(({ distinguished }) => distinguished === role)!.no,
    change: (work: Parameters<TemporaryStore['store']['transact']>[1]) => store.transact(scope, work),
  }
}

test('settings of programs and of folders, and working hours, are told; what does not come over is named, each once', async () => {
  const { at, of, change } = await wholeMailbox()
  const colours = { xmlData: 'PHgvPg==' }
  const tagged = { '0x3019:Binary': 'AQID' }
  const junk = { blocked: ['spam.example'], safe: ['a@good.example'], safeRecipients: [] }
  const hours = {
    timeZone: 'Asia/Tokyo',
    periods: [{ days: ['mo'], startMinutes: 60, endMinutes: 120 }],
  } as const
  await change(async ({ mailboxes }) => {
    await setWorkingHours(mailboxes, at, hours)
    await mailboxes.putConfiguration(at, of('archive'), 'IPM.Configuration.CategoryList', colours)
    await mailboxes.putConfiguration(at, of('root'), 'IPM.Configuration.OWA.UserOptions', colours)
    await mailboxes.putConfiguration(at, of('archive'), 'Landbridge.FolderProperties', tagged)
    await setJunkLists(mailboxes, at, junk)
    for (const folder of [of('archive'), of('calendar')])
      for (const name of ['Some.Program', 'Landbridge.InboxRules'])
        await mailboxes.putConfiguration(at, folder, name, { rules: [] })
  })
  const mailbox = storedMailbox(from.store, at, false)
  const { losses, configurations, workingHours, junk: told } = await mailbox.settings(signal)
  assert.deepEqual(told, junk)
  assert.deepEqual(losses, [
    {
      property: 'settings "Some.Program"',
      reason: 'They stay in the mailbox there. Set them here by hand.',
      weight: 'metadata',
    },
  ])
  const key = String(of('archive'))
  assert.deepEqual(
    configurations!.toSorted((one, other) => (one.name < other.name ? -1 : 1)),
    [
      { folder: { key }, name: 'IPM.Configuration.CategoryList', content: colours },
      { folder: { role: 'root' }, name: 'IPM.Configuration.OWA.UserOptions', content: colours },
      { folder: { key }, name: 'Landbridge.FolderProperties', content: tagged },
    ],
  )
  assert.deepEqual(workingHours, hours)
})

test('what programs keep with folders is put back, properties of folders one by one, working hours with theirs', async () => {
  const { at, of } = await wholeMailbox()
  const { mailboxes } = from.store
  const returns = storedReturns({ store: from.store, spool: { create: () => assert.fail() } as never }, at)
  const put = (order: ConfigurationOrder) => returns.putConfiguration!(order, signal)
  const folder = { key: String(of('calendar')) }
  const find = async (name: string) => (await mailboxes.findConfiguration(at, of('calendar'), name))?.content
  await put({ folder, name: 'IPM.Configuration.Autocomplete', content: { binaryData: 'AQ==' } })
  assert.deepEqual(await find('IPM.Configuration.Autocomplete'), { binaryData: 'AQ==' })
  await put({ folder, name: 'IPM.Configuration.Autocomplete', content: null })
  assert.equal(await find('IPM.Configuration.Autocomplete'), undefined)
  const name = 'Landbridge.FolderProperties'
  await put({ folder, name, content: { '0x3019:Binary': 'AQID', '0x301a:Integer': '30' } })
  await put({ folder, name, content: { '0x3019:Binary': null, '0x301a:Integer': '60' } })
  assert.deepEqual(await find(name), { '0x301a:Integer': '60' })
  await put({ folder, name, content: { '0x301a:Integer': null } })
  assert.equal(await find(name), undefined)
  const hours = { xmlData: Buffer.from(workHours('06:30:00')).toString('base64') }
  await put({ folder: { role: 'calendar' }, name: 'IPM.Configuration.WorkHours', content: hours })
  assert.deepEqual(await saidHours(mailboxes, at), {
    timeZone: 'Europe/Berlin',
    periods: [{ days: ['su', 'mo'], startMinutes: 390, endMinutes: 900 }],
  })
  await put({ folder, name: 'IPM.Configuration.WorkHours', content: null })
  assert.equal(await saidHours(mailboxes, at), undefined)
  await assert.rejects(
    put({ folder: { role: 'nothing' }, name: 'IPM.Configuration.CategoryList', content: {} }),
    (error) => error instanceof SourceFailure && error.kind === 'item-permanent',
    'it has no such folder',
  )
})
