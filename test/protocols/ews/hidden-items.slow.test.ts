/** What lies hidden in folders: settings of programs and the rule for junk mail, over FindItem Associated and GetItem. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { noJunkLists } from '#src/domain/rules/junk-lists.ts'
import { junkLists, setJunkLists } from '#src/domain/rules/kept-rules.ts'
import { formatJunkRule, parseJunkRule } from '#src/wire/ews/junk-rule.ts'
import { formatDictionary, parseDictionary } from '#src/wire/ews/roaming-dictionary.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob', 'carl'], (programs, opened) => {
  site = opened
  ;[ann, bob] = programs
})

const tag = (PropertyTag: string, PropertyType: 'String' | 'Integer' | 'Binary') =>
  ({ ExtendedFieldURI: { PropertyTag, PropertyType } }) as const
const provider = tag('0x65eb', 'String')
const condition = tag('0x0e9a', 'Binary')
const [types, dictionary, xml, binary] = [
  tag('0x7c06', 'Integer'),
  tag('0x7c07', 'Binary'),
  tag('0x7c08', 'Binary'),
  tag('0x7c09', 'Binary'),
]
const itemClass = { FieldURI: { FieldURI: 'item:ItemClass' } } as const

type Where = 'inbox' | 'calendar' | 'root' | 'drafts'
type Shown = {
  ItemId: { Id: string; ChangeKey: string }
  ItemClass?: string
  IsAssociated?: boolean
  ExtendedProperty?: { ExtendedFieldURI: { PropertyTag: string }; Value: string }[]
}

const folder = (Id: Where, EmailAddress?: string) =>
  ({ DistinguishedFolderId: { Id, ...(EmailAddress && { Mailbox: { EmailAddress } }) } }) as const

async function hidden(client: EwsClient, where: Where, more: object = {}, owner?: string) {
  const { RootFolder } = await client.one('FindItem', {
    Traversal: 'Associated',
    ItemShape: { BaseShape: 'IdOnly', AdditionalProperties: [itemClass, provider] },
    ParentFolderIds: [folder(where, owner)],
    ...more,
  } as never)
  const items = (RootFolder.Items as object[]).map((one) => shown(one) as unknown as Shown)
  return { items, classes: items.map(({ ItemClass }) => ItemClass), RootFolder }
}

const told = ({ ExtendedProperty = [] }: Shown, { ExtendedFieldURI }: ReturnType<typeof tag>) =>
  ExtendedProperty.find(
    (one) => Number(one.ExtendedFieldURI.PropertyTag) === Number(ExtendedFieldURI.PropertyTag),
  )?.Value

async function get(client: EwsClient, Id: string, ...AdditionalProperties: object[]): Promise<Shown> {
  const { Items } = await client.one('GetItem', {
    ItemShape: { BaseShape: 'AllProperties', AdditionalProperties },
    ItemIds: [{ ItemId: { Id } }],
  } as never)
  return shown((Items as object[])[0]!) as unknown as Shown
}

const keep = (client: EwsClient, where: Where, Name: string, parts: object) =>
  client.one('CreateUserConfiguration', {
    UserConfiguration: { UserConfigurationName: { Name, ...folder(where) }, ...parts },
  } as never)

async function placeOf(address: string): Promise<MailboxRef> {
  return site.mailboxAt(address)
}

const text = (Value: string) => ({ Type: 'String', Value: [Value] })

test('settings are listed with their folder, restricted, sorted, paged and read with their octets', async () => {
  const pairs = [
    { DictionaryKey: text('a-b'), DictionaryValue: text('<p>"ü"</p>') },
    { DictionaryKey: text('yes'), DictionaryValue: { Type: 'Boolean', Value: ['1'] } },
    { DictionaryKey: text('n'), DictionaryValue: { Type: 'Integer32', Value: ['7'] } },
  ]
  await keep(ann, 'calendar', 'Zeta', { Dictionary: pairs, XmlData: Buffer.from('<x>ü</x>') })
  const octets = Buffer.alloc(2_000, 'ab')
  await keep(ann, 'calendar', 'Alpha', { BinaryData: octets })
  for (let no = 0; no < 20; no++) await keep(ann, 'calendar', `Many.${no}`, { XmlData: Buffer.from('<x/>') })

  const { classes, RootFolder, items } = await hidden(ann, 'calendar')
  assert.equal(RootFolder.TotalItemsInView, 22)
  assert.equal(classes[0], 'IPM.Configuration.Alpha')
  assert.equal(classes.at(-1), 'IPM.Configuration.Zeta')
  assert.equal(new Set(items.map(({ ItemId }) => ItemId.Id)).size, 22)

  const Restriction = {
    Or: [
      {
        Contains: {
          ...itemClass,
          Constant: { Value: 'ipm.configuration.many.1' },
          ContainmentMode: 'Prefixed',
          ContainmentComparison: 'IgnoreCase',
        },
      },
      { IsEqualTo: { ...types, FieldURIOrConstant: { Constant: { Value: '6' } } } },
    ],
  }
  const first = await hidden(ann, 'calendar', {
    Restriction,
    SortOrder: [{ ...itemClass, Order: 'Descending' }],
    IndexedPageItemView: { MaxEntriesReturned: 5, Offset: 0, BasePoint: 'Beginning' },
  })
  assert.deepEqual(first.classes, [
    'IPM.Configuration.Zeta',
    ...['9', '8', '7', '6'].map((no) => `IPM.Configuration.Many.1${no}`),
  ])
  assert.equal(first.RootFolder.TotalItemsInView, 12)
  assert.equal(first.RootFolder.IncludesLastItemInRange, false)
  const sought = await hidden(ann, 'calendar', {
    SeekToConditionPageItemView: {
      BasePoint: 'Beginning',
      MaxEntriesReturned: 2,
      Condition: { IsEqualTo: { ...types, FieldURIOrConstant: { Constant: { Value: '6' } } } },
    },
  })
  assert.deepEqual(sought.classes, ['IPM.Configuration.Zeta'])

  const zeta = await get(ann, items.at(-1)!.ItemId.Id, types, dictionary, xml, binary)
  assert.equal(zeta.IsAssociated, true)
  assert.equal(zeta.ItemClass, 'IPM.Configuration.Zeta')
  assert.equal(told(zeta, types), '6')
  assert.equal(Buffer.from(told(zeta, xml)!, 'base64').toString(), '<x>ü</x>')
  assert.equal(told(zeta, binary), undefined)
  assert.deepEqual(parseDictionary(Buffer.from(told(zeta, dictionary)!, 'base64')), {
    pairs: [
      [text('a-b'), text('<p>"ü"</p>')],
      [text('yes'), { Type: 'Boolean', Value: ['true'] }],
      [text('n'), { Type: 'Integer32', Value: ['7'] }],
    ],
    unread: 0,
  })
  // Sorted by what lists show of octets, beside those that have none.
  const byOctets = await hidden(ann, 'calendar', { SortOrder: [{ ...binary, Order: 'Descending' }] })
  assert.equal(byOctets.classes[0], 'IPM.Configuration.Alpha')
  // As Exchange does, lists show the beginning of octets and GetItem all of them.
  const listed = await hidden(ann, 'calendar', {
    ItemShape: { BaseShape: 'IdOnly', AdditionalProperties: [binary] },
    IndexedPageItemView: { MaxEntriesReturned: 1, Offset: 0, BasePoint: 'Beginning' },
  })
  assert.equal(Buffer.from(told(listed.items[0]!, binary)!, 'base64').length, 512)
  const alpha = await get(ann, items[0]!.ItemId.Id, binary)
  assert.deepEqual(Buffer.from(told(alpha, binary)!, 'base64'), octets)

  // What people see of the folder is as it was, and nothing hidden is among it.
  const { RootFolder: seen } = await ann.one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'IdOnly' },
    ParentFolderIds: [folder('calendar')],
  })
  assert.equal(seen.TotalItemsInView, 0)
  assert.deepEqual((await hidden(ann, 'drafts')).classes, [])
  assert.deepEqual((await hidden(ann, 'root')).classes, ['IPM.Configuration.OWA.UserOptions'])
})

test('the rule for junk mail has the lists; setting it sets them, deleting it empties them', async () => {
  const { store } = site.service.data
  const at = await placeOf('ann@corp.test')
  const lists = { blocked: ['bad@x.example', '@worse.example'], safe: ['good.example'], safeRecipients: [] }
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    setJunkLists(mailboxes, at, lists),
  )
  const { items } = await hidden(ann, 'inbox', {
    Restriction: {
      And: [
        {
          IsEqualTo: {
            ...itemClass,
            FieldURIOrConstant: { Constant: { Value: 'IPM.ExtendedRule.Message' } },
          },
        },
        { IsEqualTo: { ...provider, FieldURIOrConstant: { Constant: { Value: 'JunkEmailRule' } } } },
      ],
    },
  })
  const [{ ItemId } = assert.fail('no rule')] = items
  const rule = await get(ann, ItemId.Id, condition)
  assert.deepEqual(parseJunkRule(Buffer.from(told(rule, condition)!, 'base64')), lists)

  const set = (path: ReturnType<typeof tag>, Value: string) => ({
    ItemChanges: [
      {
        ItemId,
        Updates: [
          {
            SetItemField: {
              ...path,
              Message: { ExtendedProperty: [{ ...path, Value }] },
            },
          },
        ],
      },
    ],
    ConflictResolution: 'AlwaysOverwrite',
    MessageDisposition: 'SaveOnly',
  })
  const others = { blocked: ['One@X.example'], safe: [], safeRecipients: ['list@x.example'] }
  const octets = formatJunkRule(others).toString('base64')
  const { Items } = await ann.one('UpdateItem', set(condition, octets) as never)
  const changed = shown((Items as object[])[0]!) as unknown as Shown
  assert.equal(changed.ItemId.Id, ItemId.Id)
  assert.notEqual(changed.ItemId.ChangeKey, ItemId.ChangeKey)
  assert.deepEqual(await junkLists(store.mailboxes, at), { ...others, blocked: ['one@x.example'] })
  assert.equal(
    await ann.code('UpdateItem', set(tag('0x65e9', 'Integer'), '48') as never),
    'ErrorInvalidOperation',
  )
  assert.equal(
    await ann.code('UpdateItem', set(tag('0x1035', 'String'), 'x') as never),
    'ErrorInvalidOperation',
  )

  assert.equal(
    await ann.code('MoveItem', { ToFolderId: folder('drafts'), ItemIds: [{ ItemId }] } as never),
    'ErrorInvalidOperation',
  )
  await ann.one('DeleteItem', { DeleteType: 'HardDelete', ItemIds: [{ ItemId }] } as never)
  assert.deepEqual(await junkLists(store.mailboxes, at), noJunkLists)
})

test('settings are made, changed and deleted as hidden items too; what is not kept is refused, not put among mail', async () => {
  const Message = (ItemClass: string, Value = Buffer.from('<a/>').toString('base64')) => ({
    ItemClass,
    IsAssociated: true,
    ExtendedProperty: [{ ...xml, Value }],
  })
  const create = (ItemClass: string) =>
    ({
      MessageDisposition: 'SaveOnly',
      SavedItemFolderId: folder('drafts'),
      Items: [{ Message: Message(ItemClass) }],
    }) as never
  const { Items } = await ann.one('CreateItem', create('IPM.Configuration.Mine'))
  const { ItemId } = shown((Items as object[])[0]!) as unknown as Shown
  assert.equal(await ann.code('CreateItem', create('IPM.Configuration.mine')), 'ErrorItemSave')
  for (const odd of ['IPM.Note', 'IPM.ExtendedRule.Message', `IPM.Configuration.${'x'.repeat(800)}`])
    assert.equal(await ann.code('CreateItem', create(odd)), 'ErrorInvalidOperation', odd)
  const { UserConfiguration } = await ann.one('GetUserConfiguration', {
    UserConfigurationName: { Name: 'Mine', ...folder('drafts') },
    UserConfigurationProperties: ['All'],
  } as never)
  assert.equal(Buffer.from(UserConfiguration.XmlData as Uint8Array).toString(), '<a/>')
  await ann.one('UpdateItem', {
    ItemChanges: [{ ItemId, Updates: [{ DeleteItemField: xml }] }],
    ConflictResolution: 'AlwaysOverwrite',
    MessageDisposition: 'SaveOnly',
  } as never)
  assert.equal(told(await get(ann, ItemId.Id, xml), xml), undefined)
  const odd = Buffer.from(formatDictionary([[text('a'), text('b')]]).replaceAll('18-b', '99-b'))
  for (const [path, element] of [
    [{ FieldURI: { FieldURI: 'item:Body' } }, { Body: { BodyType: 'Text', Value: 'x' } }],
    [itemClass, { ItemClass: 'IPM.Configuration.Other' }],
    [dictionary, { ExtendedProperty: [{ ...dictionary, Value: odd.toString('base64') }] }],
  ] as const)
    assert.equal(
      await ann.code('UpdateItem', {
        ItemChanges: [{ ItemId, Updates: [{ SetItemField: { ...path, Message: element } }] }],
        ConflictResolution: 'AlwaysOverwrite',
        MessageDisposition: 'SaveOnly',
      } as never),
      'ErrorInvalidOperation',
    )
  await ann.one('DeleteItem', { DeleteType: 'MoveToDeletedItems', ItemIds: [{ ItemId }] } as never)
  assert.equal(
    await ann.code('GetItem', { ItemShape: { BaseShape: 'IdOnly' }, ItemIds: [{ ItemId }] } as never),
    'ErrorItemNotFound',
  )
  const { RootFolder } = await ann.one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'IdOnly' },
    ParentFolderIds: [folder('drafts')],
  })
  assert.equal(RootFolder.TotalItemsInView, 0)
})

test('who may read an inbox does not see whom its owner blocks, and who may not sees nothing', async () => {
  await keep(ann, 'inbox', 'Shared', { XmlData: Buffer.from('<a/>') })
  const [{ ItemId: rule } = assert.fail()] = (await hidden(ann, 'inbox')).items.filter(
    ({ ItemClass }) => ItemClass === 'IPM.ExtendedRule.Message',
  )
  const find = {
    Traversal: 'Associated',
    ItemShape: { BaseShape: 'IdOnly' },
    ParentFolderIds: [folder('inbox', 'ann@corp.test')],
  } as never
  const read = { ItemShape: { BaseShape: 'IdOnly' }, ItemIds: [{ ItemId: rule }] } as never
  assert.equal(await bob.code('FindItem', find), 'ErrorAccessDenied')
  assert.equal(await bob.code('GetItem', read), 'ErrorAccessDenied')
  await ann.one('UpdateFolder', {
    FolderChanges: [
      {
        ...folder('inbox'),
        Updates: [
          {
            SetFolderField: {
              FieldURI: { FieldURI: 'folder:PermissionSet' },
              Folder: {
                PermissionSet: {
                  Permissions: [
                    { UserId: { PrimarySmtpAddress: 'bob@corp.test' }, PermissionLevel: 'Reviewer' },
                  ],
                },
              },
            },
          },
        ],
      },
    ],
  } as never)
  const { classes, items } = await hidden(bob, 'inbox', {}, 'ann@corp.test')
  assert.deepEqual(classes, ['IPM.Configuration.Shared'])
  assert.equal(await bob.code('GetItem', read), 'ErrorItemNotFound')
  const remove = (ItemId: object) => ({ DeleteType: 'HardDelete', ItemIds: [{ ItemId }] }) as never
  assert.equal(await bob.code('DeleteItem', remove(items[0]!.ItemId)), 'ErrorAccessDenied')
  assert.equal(await bob.code('DeleteItem', remove(rule)), 'ErrorAccessDenied')
})
