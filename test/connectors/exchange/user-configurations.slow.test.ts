/** What programs keep with folders at a server over Exchange Web Services, and what retention says of folders. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConfigurationOrder } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { workHours } from '#test/support/work-hours.ts'
import { exchangeSiteWith, folderOf, signal } from './exchange-site.ts'
import { bad, good, type Script, scriptedExchange } from './scripted-exchange.ts'

const site = await exchangeSiteWith('ann')
const ann = site.client('ann@corp.test')
const mailbox = await site.open('ann@corp.test')

const text = (Value: string) => ({ Type: 'String' as const, Value: [Value] })
const base64 = (octets: string | Uint8Array) => Buffer.from(octets).toString('base64')
const colours =
  '<?xml version="1.0"?><categories default="Rot" xmlns="CategoryList.xsd"><category name="Rot" color="0"/></categories>'

const create = (role: 'calendar' | 'root' | 'inbox', Name: string, given: object) =>
  ann.one('CreateUserConfiguration', {
    UserConfiguration: { UserConfigurationName: { Name, DistinguishedFolderId: { Id: role } }, ...given },
  })

test('colours of categories, working hours, the signature of the web and remembered addresses are read as they are', async () => {
  const { configurations: before } = await mailbox.settings(signal)
  // Of the options there is always the time zone.
  assert.deepEqual(
    before!.map(({ name }) => name),
    ['IPM.Configuration.OWA.UserOptions'],
  )
  const signature = [
    { DictionaryKey: text('signaturehtml'), DictionaryValue: text('<p>Grüße, Ann</p>') },
    { DictionaryKey: text('autoaddsignature'), DictionaryValue: { Type: 'Boolean', Value: ['true'] } },
    { DictionaryKey: text('nothing'), DictionaryValue: null },
  ]
  const addresses = Buffer.from([0, 13, 240, 186, 255])
  await create('calendar', 'CategoryList', { XmlData: Buffer.from(colours) })
  await create('calendar', 'WorkHours', { XmlData: Buffer.from(workHours('06:30:00')) })
  await ann.one('UpdateUserConfiguration', {
    UserConfiguration: {
      UserConfigurationName: { Name: 'OWA.UserOptions', DistinguishedFolderId: { Id: 'root' } },
      Dictionary: signature as never,
    },
  })
  await create('inbox', 'Autocomplete', { BinaryData: addresses })
  const { configurations, untoldConfigurations, workingHours, losses } = await mailbox.settings(signal)
  assert.deepEqual(configurations, [
    {
      folder: { role: 'calendar' },
      name: 'IPM.Configuration.CategoryList',
      content: { xmlData: base64(colours) },
    },
    {
      folder: { role: 'calendar' },
      name: 'IPM.Configuration.WorkHours',
      content: { xmlData: base64(workHours('06:30:00')) },
    },
    {
      folder: { role: 'root' },
      name: 'IPM.Configuration.OWA.UserOptions',
      content: {
        dictionary: signature.map(({ DictionaryKey, DictionaryValue }) => [DictionaryKey, DictionaryValue]),
      },
    },
    {
      folder: { role: 'inbox' },
      name: 'IPM.Configuration.Autocomplete',
      content: { binaryData: base64(addresses) },
    },
  ])
  assert.deepEqual(untoldConfigurations, [])
  assert.deepEqual(workingHours, {
    timeZone: 'Europe/Berlin',
    periods: [{ days: ['su', 'mo'], startMinutes: 390, endMinutes: 900 }],
  })
  assert.deepEqual(
    losses.filter(({ property }) => /signature|categor|hours|retention/.test(property)),
    [
      {
        property: 'signature',
        reason: 'That of Outlook on the web came with its options; no program here adds it to mail.',
        weight: 'metadata',
      },
    ],
  )
})

const order = (folder: ConfigurationOrder['folder'], name: string, content: ConfigurationOrder['content']) =>
  mailbox.returns!.putConfiguration!({ folder, name: `IPM.Configuration.${name}`, content }, signal)

const told = async (name: string) =>
  (await mailbox.settings(signal)).configurations!.find((each) => each.name === `IPM.Configuration.${name}`)
    ?.content

test('what was changed, made and taken away goes back, any number of times', async () => {
  const calendar = { role: 'calendar' }
  const changed = { xmlData: base64(colours.replace('Rot', 'Blau')) }
  for (let time = 0; time < 2; time++) {
    await order(calendar, 'CategoryList', changed)
    assert.deepEqual(await told('CategoryList'), changed)
    const minutes = [text('piRemindDefault'), text('30')] as const
    const processes = (said: string) => [text('piAutoProcess'), { Type: 'Boolean', Value: [said] }] as const
    await order(calendar, 'Calendar', { dictionary: [minutes, processes('1')] })
    assert.deepEqual(await told('Calendar'), { dictionary: [minutes, processes('true')] })
    await order({ role: 'inbox' }, 'Autocomplete', null)
    assert.equal(await told('Autocomplete'), undefined)
  }
  // Update keeps the parts that it is not given.
  await assert.rejects(
    order(calendar, 'CategoryList', { binaryData: 'AQ==' }),
    (error) => error instanceof SourceFailure && error.kind === 'item-permanent' && error.code === 'not-kept',
  )
})

test('retention tags of folders are told with their folders, and go back', async () => {
  const { key } = await folderOf(mailbox, 'calendar')
  const tag = base64(Buffer.alloc(16, 7))
  const put = (content: Record<string, string | null>) =>
    mailbox.returns!.putConfiguration!(
      { folder: { key }, name: 'Landbridge.FolderProperties', content },
      signal,
    )
  await put({ '0x3019:Binary': tag, '0x301a:Integer': '30', '0x3018:Binary': tag })
  const again = await site.open('ann@corp.test')
  const { configurations, losses } = await again.settings(signal)
  const content = { '0x3018:Binary': tag, '0x3019:Binary': tag, '0x301a:Integer': '30' }
  assert.deepEqual(
    configurations!.filter(({ name }) => name === 'Landbridge.FolderProperties'),
    [{ folder: { key }, name: 'Landbridge.FolderProperties', content }],
  )
  const named = losses.find(({ property }) => property === 'retention of folders')
  assert.match(named!.reason, /^tags came with "Calendar", and nothing is deleted because of them/)
  await put({ '0x3018:Binary': null, '0x301a:Integer': '60' })
  const { configurations: now } = await (await site.open('ann@corp.test')).settings(signal)
  assert.deepEqual(now!.find(({ name }) => name === 'Landbridge.FolderProperties')?.content, {
    '0x3019:Binary': tag,
    '0x301a:Integer': '60',
  })
})

const folder = { FolderId: { Id: 'F1', ChangeKey: 'a' }, DisplayName: 'Inbox', FolderClass: 'IPF.Note' }
const usual: Script = {
  FindFolder: () => ({
    ResponseMessages: [
      {
        FindFolderResponseMessage: {
          ...good,
          RootFolder: { IncludesLastItemInRange: true, TotalItemsInView: 1, Folders: [{ Folder: folder }] },
        },
      },
    ],
  }),
  GetDelegate: () => ({ ...good, ResponseMessages: [] }),
  GetUserOofSettings: () => ({ ResponseMessage: bad('ErrorInvalidOperation') }),
  GetInboxRules: () => ({ ...good, OutlookRuleBlobExists: false, InboxRules: [] }),
}

test('a property of a folder is kept in whatever form the server writes it', async (t) => {
  let said = 'true'
  const told = (name: string, parts: () => object) => () => ({
    ResponseMessages: [
      { [`${name}ResponseMessage`]: { ...good, Folders: [{ Folder: { ...folder, ...parts() } }] } },
    ],
  })
  const path = { PropertyTag: '0x10f4', PropertyType: 'Boolean' }
  const exchange = await scriptedExchange({
    ...usual,
    GetFolder: told('GetFolder', () => ({ ExtendedProperty: [{ ExtendedFieldURI: path, Value: said }] })),
    UpdateFolder: told('UpdateFolder', () => ({})),
  })
  t.after(() => exchange.end())
  const { returns } = await exchange.source().open('ann@corp.test', signal)
  const content = { '0x10f4:Boolean': '1' }
  const put = () =>
    returns!.putConfiguration!(
      { folder: { key: 'F1' }, name: 'Landbridge.FolderProperties', content },
      signal,
    )
  await put()
  said = 'false'
  await assert.rejects(put(), (error) => error instanceof SourceFailure && error.code === 'not-kept')
})

test('one that is damaged, too large or unreadable is named, and is not taken for gone; the others come', async (t) => {
  const script: Script = {
    ...usual,
    GetUserConfiguration: ({ UserConfigurationName }) => {
      const { Name } = UserConfigurationName
      const answer = (parts: object) => ({
        ...good,
        UserConfiguration: {
          UserConfigurationName: { Name, FolderId: { Id: 'F1', ChangeKey: 'a' } },
          ...parts,
        },
      })
      const said: Record<string, object> = {
        CategoryList: bad('ErrorItemCorrupt', 'broken'),
        WorkHours: answer({ XmlData: Buffer.from('<Root/>') }),
        'OWA.UserOptions': answer({ Dictionary: [] }),
        'OWA.AutocompleteCache': answer({ XmlData: Buffer.alloc(1_100_000, 32) }),
        Autocomplete: answer({ BinaryData: Buffer.from([1]) }),
      }
      return {
        ResponseMessages: [{ GetUserConfigurationResponseMessage: said[Name] ?? bad('ErrorItemNotFound') }],
      }
    },
  }
  const exchange = await scriptedExchange(script)
  t.after(() => exchange.end())
  const box = await exchange.source().open('ann@corp.test', signal)
  const { configurations, untoldConfigurations, workingHours, losses } = await box.settings(signal)
  assert.deepEqual(
    configurations!.map(({ name }) => name),
    ['WorkHours', 'OWA.UserOptions', 'Autocomplete'].map((name) => `IPM.Configuration.${name}`),
  )
  assert.deepEqual(
    untoldConfigurations,
    ['CategoryList', 'OWA.AutocompleteCache'].map((name) => `IPM.Configuration.${name}`),
  )
  assert.equal(workingHours, undefined)
  const reasons = new Map(losses.map(({ property, reason }) => [property, reason]))
  assert.equal(reasons.get('category colours'), 'The category colours: ErrorItemCorrupt, broken.')
  assert.match(reasons.get('working hours')!, /nobody here can read them/)
  assert.match(reasons.get('addresses that Outlook on the web remembers')!, /more than 1048576 octets/)
  assert.equal(reasons.has('signature'), false)
})

test('what else is hidden where settings lie comes too, and is known for gone only where the server lists all', async (t) => {
  let listed: object | undefined
  const page = (...classes: string[]) => ({
    FindItemResponseMessage: {
      ...good,
      RootFolder: {
        IncludesLastItemInRange: true,
        TotalItemsInView: classes.length,
        Items: classes.map((ItemClass, n) => ({
          Message: { ItemId: { Id: `${ItemClass} ${n}`, ChangeKey: 'a' }, ItemClass },
        })),
      },
    },
  })
  const asked: string[] = []
  const exchange = await scriptedExchange({
    ...usual,
    FindItem: () => listed,
    GetUserConfiguration: ({ UserConfigurationName: { Name, DistinguishedFolderId } }) => {
      asked.push(`${DistinguishedFolderId!.Id} ${Name}`)
      const answer = /^(?:CategoryList|Some\.Program)$/.test(Name)
        ? {
            ...good,
            UserConfiguration: {
              UserConfigurationName: { Name, FolderId: { Id: 'F1', ChangeKey: 'a' } },
              XmlData: Buffer.from('<x/>'),
            },
          }
        : bad('ErrorItemNotFound')
      return { ResponseMessages: [{ GetUserConfigurationResponseMessage: answer }] }
    },
  })
  t.after(() => exchange.end())
  const box = await exchange.source().open('ann@corp.test', signal)
  const read = async (...pages: string[][]) => {
    listed = { ResponseMessages: pages.map((classes) => page(...classes)) }
    const { configurations, askedConfigurations, losses } = await box.settings(signal)
    return {
      names: configurations!.map(({ name }) => name.slice('IPM.Configuration.'.length)),
      asked: askedConfigurations,
      lost: losses.some(({ property }) => property === 'settings of other programs'),
    }
  }
  const C = 'IPM.Configuration'
  assert.deepEqual(
    await read([`${C}.Some.Program`, `${C}.MRM`, 'IPM.ExtendedRule.Message'], [`${C}.CategoryList`], []),
    { names: ['CategoryList', 'Some.Program'], asked: undefined, lost: false },
  )
  assert.deepEqual(
    asked.filter((each) => /Some|MRM/.test(each)),
    ['inbox Some.Program'],
  )
  const { names, asked: only, lost } = await read([], [], [])
  assert.deepEqual([names, lost], [['CategoryList'], true], 'a server that lists nothing')
  assert.ok(only!.includes(`${C}.CategoryList`) && !only!.includes(`${C}.Some.Program`))
  listed = undefined
})

test('what the server takes and does not keep is named; what it refuses is a reason of this one alone', async (t) => {
  const answers: Record<string, object> = { write: good, read: bad('ErrorItemNotFound') }
  const one = (name: string, answer: () => object) => () => ({
    ResponseMessages: [{ [`${name}ResponseMessage`]: answer() }],
  })
  const exchange = await scriptedExchange({
    ...usual,
    UpdateUserConfiguration: one('UpdateUserConfiguration', () => bad('ErrorItemNotFound')),
    CreateUserConfiguration: one('CreateUserConfiguration', () => answers.write!),
    DeleteUserConfiguration: one('DeleteUserConfiguration', () => answers.write!),
    GetUserConfiguration: one('GetUserConfiguration', () => answers.read!),
  })
  t.after(() => exchange.end())
  const { returns } = await exchange.source().open('ann@corp.test', signal)
  const put = (content: ConfigurationOrder['content']) =>
    returns!.putConfiguration!(
      { folder: { role: 'calendar' }, name: 'IPM.Configuration.CategoryList', content },
      signal,
    )
  const fails = (code: string) => (error: unknown) =>
    error instanceof SourceFailure && error.kind === 'item-permanent' && error.code === code
  await assert.rejects(put({ xmlData: 'PHgvPg==' }), fails('not-kept'))
  answers.write = bad('ErrorAccessDenied')
  await assert.rejects(put({ xmlData: 'PHgvPg==' }), fails('ErrorAccessDenied'))
  await assert.rejects(put(null), fails('ErrorAccessDenied'))
  answers.write = bad('ErrorItemNotFound')
  await put(null)
})
