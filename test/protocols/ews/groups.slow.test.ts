import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Request } from '#src/wire/ews/message.ts'
import { type EwsClient, type EwsSite, type Message, openEwsSite, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
  ann = site.client('ann@corp.test')
  const subjects = ['Plan', 'Budget', 'RE: Plan', 'Lunch', 'Re: budget', 'RE: Plan']
  for (const [at, Subject] of subjects.entries()) {
    const text = `From: a${at % 2}@x.example\r\nSubject: ${Subject}\r\nImportance: ${at === 3 ? 'high' : 'normal'}\r\n\r\n${'x'.repeat(100 * at)}\r\n`
    await ann.one('CreateItem', {
      SavedItemFolderId: { DistinguishedFolderId: { Id: 'inbox' } },
      MessageDisposition: 'SaveOnly',
      Items: [
        {
          Message: {
            MimeContent: { Value: Buffer.from(text) },
            ExtendedProperty: [
              {
                ExtendedFieldURI: { PropertyTag: '0x0e06', PropertyType: 'SystemTime' },
                Value: `2031-01-0${at + 1}T00:00:00Z`,
              },
            ],
          },
        },
      ],
    })
  }
})
after(async () => {
  site.judge()
  await site.end()
})

const find = async (more: Partial<Request<'FindItem'>>): Promise<Message> =>
  (
    await ann.one('FindItem', {
      Traversal: 'Shallow',
      ItemShape: { BaseShape: 'Default' },
      ParentFolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
      ...more,
    } as Request<'FindItem'>)
  ).RootFolder

type Group = { GroupIndex: string; Items: object[] }
const told = ({ Groups }: Message): [string, string[]][] =>
  Groups.map(({ GroupIndex, Items }: Group) => [
    GroupIndex.toUpperCase(),
    Items.map((item) => shown(item).Subject),
  ])

const bySubject = { FieldURI: { FieldURI: 'message:ConversationTopic' } } as const
const size = { FieldURI: { FieldURI: 'item:Size' } } as const

test('conversations are groups, the newest first', async () => {
  const found = await find({
    DistinguishedGroupBy: { StandardGroupBy: 'ConversationTopic', Order: 'Descending' },
  })
  assert.deepEqual(told(found), [
    ['PLAN', ['RE: Plan', 'RE: Plan', 'Plan']],
    ['BUDGET', ['Re: budget', 'Budget']],
    ['LUNCH', ['Lunch']],
  ])
  assert.equal(found.TotalItemsInView, 6)
})

test('groups follow each other by the least or greatest of their items', async () => {
  const SortOrder = [{ ...size, Order: 'Ascending' }] as const
  const by = (Aggregate: 'Minimum' | 'Maximum', Order: 'Ascending' | 'Descending') =>
    find({ GroupBy: { ...bySubject, Order, AggregateOn: { ...size, Aggregate } }, SortOrder })
  const names = (found: Message) => told(found).map(([name]) => name)
  assert.deepEqual(names(await by('Minimum', 'Ascending')), ['PLAN', 'BUDGET', 'LUNCH'])
  assert.deepEqual(names(await by('Maximum', 'Ascending')), ['LUNCH', 'BUDGET', 'PLAN'])
  assert.deepEqual(told(await by('Minimum', 'Descending'))[2], ['PLAN', ['Plan', 'RE: Plan', 'RE: Plan']])
})

test('a page ends within a group, and the next goes on with it', async () => {
  const GroupBy = {
    ...bySubject,
    Order: 'Ascending',
    AggregateOn: { ...size, Aggregate: 'Minimum' },
  } as const
  const page = (Offset: number) =>
    find({ GroupBy, IndexedPageItemView: { MaxEntriesReturned: 4, Offset, BasePoint: 'Beginning' } })
  const first = await page(0)
  const second = await page(first.IndexedPagingOffset)
  assert.deepEqual(
    [...told(first), ...told(second)].map(([name, items]) => `${name} ${items.length}`),
    ['PLAN 3', 'BUDGET 1', 'BUDGET 1', 'LUNCH 1'],
  )
  assert.equal(second.IncludesLastItemInRange, true)
})

test('what no item has is one group; nothing is none', async () => {
  const color = { ExtendedFieldURI: { PropertyTag: '0x6001', PropertyType: 'String' } } as const
  const GroupBy = { ...color, Order: 'Ascending', AggregateOn: { ...size, Aggregate: 'Minimum' } } as const
  assert.deepEqual(
    told(await find({ GroupBy })).map(([name, items]) => [name, items.length]),
    [['', 6]],
  )
  const none = {
    IsEqualTo: { FieldURI: { FieldURI: 'item:Subject' }, FieldURIOrConstant: { Constant: { Value: 'no' } } },
  }
  assert.deepEqual((await find({ GroupBy, Restriction: none } as Partial<Request<'FindItem'>>)).Groups, [])
})
