import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { type EwsClient, ewsSiteWith, shown } from './ews-site.ts'

let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob'], (programs) => {
  ;[ann, bob] = programs
})

const inbox = { DistinguishedFolderId: { Id: 'inbox' } } as const
const drafts = { DistinguishedFolderId: { Id: 'drafts' } } as const
const all = { BaseShape: 'AllProperties' } as const
const idOnly = { BaseShape: 'IdOnly' } as const

const find = async (
  client: EwsClient,
  folder: Parameters<EwsClient['ask']>[1] | typeof inbox,
  request: object = {},
) => {
  const { RootFolder } = await client.one('FindItem', {
    ItemShape: all,
    ParentFolderIds: [folder as never],
    Traversal: 'Shallow',
    ...request,
  })
  return RootFolder.Items.map(shown)
}

test('a message that is sent lies with its recipient and among what was sent', async () => {
  const made = await ann.one('CreateItem', {
    MessageDisposition: 'SendAndSaveCopy',
    Items: [
      {
        Message: {
          Subject: 'Grüße & <more>',
          Body: { BodyType: 'HTML', Value: '<p>Hello <b>Bob</b></p>' },
          ToRecipients: [{ Name: 'Bob', EmailAddress: 'bob@corp.test' }],
          Importance: 'High',
          IsReadReceiptRequested: true,
        },
      },
    ],
  })
  assert.deepEqual(made.Items.length, 1)
  const [got] = await find(bob, inbox)
  assert.equal(got!.Subject, 'Grüße & <more>')
  assert.equal(got!.From.Mailbox.EmailAddress, 'ann@corp.test')
  assert.equal(got!.IsRead, false)
  const { Items } = await bob.one('GetItem', {
    ItemShape: { ...all, BodyType: 'HTML', IncludeMimeContent: true },
    ItemIds: [{ ItemId: got!.ItemId }],
  })
  const whole = shown(Items[0])
  assert.match(whole.Body.Value, /<b>Bob<\/b>/)
  assert.equal(whole.Importance, 'High')
  assert.equal(whole.IsReadReceiptRequested, true)
  assert.match(Buffer.from(whole.MimeContent.Value).toString(), /^Subject: =\?UTF-8/im)
  assert.ok(
    whole.InternetMessageHeaders.some((each: { HeaderName: string }) => each.HeaderName === 'Received'),
  )
  const text = await bob.one('GetItem', {
    ItemShape: {
      BaseShape: 'IdOnly',
      AdditionalProperties: [{ FieldURI: { FieldURI: 'item:Body' } }],
      BodyType: 'Text',
    },
    ItemIds: [{ ItemId: got!.ItemId }],
  })
  assert.match(shown(text.Items[0]).Body.Value, /Hello Bob/)
  const [copy] = await find(ann, { DistinguishedFolderId: { Id: 'sentitems' } } as never)
  assert.equal(copy!.Subject, 'Grüße & <more>')
  assert.equal(copy!.IsDraft, false)
})

test('whether a message that is put there was read or is a draft, is what PidTagMessageFlags says, and IsRead before it', async () => {
  const made = async (flags: number, more: object = {}) => {
    const { Items } = await ann.one('CreateItem', {
      MessageDisposition: 'SaveOnly',
      SavedItemFolderId: { DistinguishedFolderId: { Id: 'junkemail' } },
      Items: [
        {
          Message: {
            MimeContent: { Value: Buffer.from('From: x@partner.example\r\n\r\nx\r\n') },
            ExtendedProperty: [
              {
                ExtendedFieldURI: { PropertyTag: '0x0e07', PropertyType: 'Integer' },
                Value: String(flags),
              },
            ],
            ...more,
          },
        },
      ],
    })
    const got = await ann.one('GetItem', {
      ItemShape: all,
      ItemIds: [{ ItemId: { Id: shown(Items[0]!).ItemId.Id } }],
    })
    const { IsRead, IsDraft } = shown(got.Items[0])
    return `${IsRead ? 'read' : 'unread'}${IsDraft ? ' draft' : ''}`
  }
  assert.deepEqual(
    [await made(0), await made(1), await made(8), await made(9), await made(1, { IsRead: false })],
    ['unread', 'read', 'unread draft', 'read draft', 'unread'],
  )
})

test('a draft is changed, gets attachments, is sent, and leaves the drafts', async () => {
  const made = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [
      {
        Message: {
          Subject: 'One',
          Body: { BodyType: 'Text', Value: 'first' },
          ToRecipients: [{ EmailAddress: 'bob@corp.test' }],
        },
      },
    ],
  })
  const id = shown(made.Items[0]).ItemId
  const updated = await ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    MessageDisposition: 'SaveOnly',
    ItemChanges: [
      {
        ItemId: id,
        Updates: [
          { SetItemField: { FieldURI: { FieldURI: 'item:Subject' }, Message: { Subject: 'Two' } } },
          {
            SetItemField: {
              FieldURI: { FieldURI: 'message:BccRecipients' },
              Message: { BccRecipients: [{ EmailAddress: 'ann@corp.test' }] },
            },
          },
          {
            SetItemField: {
              FieldURI: { FieldURI: 'item:Categories' },
              Message: { Categories: ['Red', 'Blue category'] },
            },
          },
          {
            SetItemField: {
              ExtendedFieldURI: {
                PropertySetId: 'C11FF724-AA03-4555-9952-8FA248A11C3E',
                PropertyName: 'mine',
                PropertyType: 'StringArray',
              },
              Message: {
                ExtendedProperty: [
                  {
                    ExtendedFieldURI: {
                      PropertySetId: 'C11FF724-AA03-4555-9952-8FA248A11C3E',
                      PropertyName: 'mine',
                      PropertyType: 'StringArray',
                    },
                    Values: ['a', 'b'],
                  },
                ],
              },
            },
          },
        ],
      },
    ],
  })
  const second = shown(updated.Items[0]).ItemId
  assert.equal(second.Id, id.Id)
  assert.notEqual(second.ChangeKey, id.ChangeKey)
  const stale = await ann.code('UpdateItem', {
    ConflictResolution: 'NeverOverwrite',
    MessageDisposition: 'SaveOnly',
    ItemChanges: [
      { ItemId: id, Updates: [{ DeleteItemField: { FieldURI: { FieldURI: 'item:Categories' } } }] },
    ],
  })
  assert.equal(stale, 'ErrorIrresolvableConflict')
  const blind = await ann.code('UpdateItem', {
    ConflictResolution: 'NeverOverwrite',
    MessageDisposition: 'SaveOnly',
    ItemChanges: [
      {
        ItemId: { Id: id.Id },
        Updates: [{ DeleteItemField: { FieldURI: { FieldURI: 'item:Categories' } } }],
      },
    ],
  })
  assert.equal(blind, 'ErrorChangeKeyRequired')
  const content = randomBytes(700_000)
  const attached = await ann.one('CreateAttachment', {
    ParentItemId: second,
    Attachments: [
      { FileAttachment: { Name: 'größe.bin', ContentType: 'application/x-test', Content: content } },
    ],
  })
  const { AttachmentId } = attached.Attachments[0].FileAttachment
  assert.equal(AttachmentId.RootItemId, id.Id)
  const [read] = await ann.messages('GetAttachment', { AttachmentIds: [{ Id: AttachmentId.Id }] })
  assert.deepEqual(Buffer.from(read!.Attachments[0].FileAttachment.Content), content)
  const whole = await ann.one('GetItem', {
    ItemShape: {
      ...all,
      AdditionalProperties: [
        {
          ExtendedFieldURI: {
            PropertySetId: 'c11ff724-aa03-4555-9952-8fa248a11c3e',
            PropertyName: 'mine',
            PropertyType: 'StringArray',
          },
        },
      ],
    },
    ItemIds: [{ ItemId: { Id: id.Id } }],
  })
  const draft = shown(whole.Items[0])
  assert.equal(draft.Subject, 'Two')
  assert.equal(draft.IsDraft, true)
  assert.equal(draft.HasAttachments, true)
  assert.deepEqual(draft.Categories, ['Red', 'Blue category'])
  assert.equal(draft.BccRecipients[0].EmailAddress, 'ann@corp.test')
  assert.deepEqual(draft.ExtendedProperty[0].Values, ['a', 'b'])
  assert.equal(draft.Attachments[0].FileAttachment.Name, 'größe.bin')
  await ann.one('SendItem', { SaveItemToFolder: true, ItemIds: [{ ItemId: draft.ItemId }] })
  assert.deepEqual(await find(ann, drafts as never), [])
  const got = (await find(bob, inbox)).find((each: { Subject: string }) => each.Subject === 'Two')
  assert.equal(got!.HasAttachments, true)
  assert.equal(got!.BccRecipients, undefined)
  assert.equal((await find(ann, inbox)).length, 1, 'the blind copy arrived')
})

test('items are found by restrictions, query strings and in order', async () => {
  const folder = await ann.one('CreateFolder', {
    ParentFolderId: { DistinguishedFolderId: { Id: 'msgfolderroot' } },
    Folders: [{ Folder: { DisplayName: 'Finding' } }],
  })
  const { FolderId } = folder.Folders[0].Folder
  const place = { FolderId: { Id: FolderId.Id } }
  for (const [Subject, Value, IsRead] of [
    ['Apple pie', 'sweet', true],
    ['Berry', 'sour apple', false],
    ['Cherry tart', 'sweet', false],
  ] as const) {
    await ann.one('CreateItem', {
      MessageDisposition: 'SaveOnly',
      SavedItemFolderId: place,
      Items: [
        {
          Message: {
            Subject,
            Body: { BodyType: 'Text', Value },
            IsRead,
            ExtendedProperty: [
              {
                ExtendedFieldURI: { PropertyTag: '0x0e23', PropertyType: 'Integer' },
                Value: String(Subject.length),
              },
            ],
          },
        },
      ],
    })
  }
  const subjects = async (request: object) =>
    (await find(ann, place as never, request)).map((each: { Subject: string }) => each.Subject)
  const constant = (Value: string) => ({ FieldURIOrConstant: { Constant: { Value } } })
  assert.deepEqual(
    await subjects({ SortOrder: [{ Order: 'Ascending', FieldURI: { FieldURI: 'item:Subject' } }] }),
    ['Apple pie', 'Berry', 'Cherry tart'],
  )
  assert.deepEqual(
    (
      await subjects({
        Restriction: { IsEqualTo: { FieldURI: { FieldURI: 'message:IsRead' }, ...constant('false') } },
      })
    ).sort(),
    ['Berry', 'Cherry tart'],
  )
  assert.deepEqual(
    await subjects({
      Restriction: {
        And: [
          {
            Contains: {
              ContainmentMode: 'Substring',
              ContainmentComparison: 'IgnoreCase',
              FieldURI: { FieldURI: 'item:Subject' },
              Constant: { Value: 'A' },
            },
          },
          {
            Not: {
              IsGreaterThan: {
                ExtendedFieldURI: { PropertyTag: '0x0e23', PropertyType: 'Integer' },
                ...constant('9'),
              },
            },
          },
        ],
      },
    }),
    ['Apple pie'],
  )
  assert.deepEqual(await subjects({ QueryString: { Value: 'body:apple OR subject:cherry' } }), [
    'Cherry tart',
    'Berry',
  ])
  assert.deepEqual(
    await subjects({
      SortOrder: [
        { Order: 'Descending', ExtendedFieldURI: { PropertyTag: '0x0e23', PropertyType: 'Integer' } },
      ],
    }),
    ['Cherry tart', 'Apple pie', 'Berry'],
  )
  const page = await ann.one('FindItem', {
    ItemShape: idOnly,
    ParentFolderIds: [place],
    Traversal: 'Shallow',
    IndexedPageItemView: { MaxEntriesReturned: 2, Offset: 2, BasePoint: 'Beginning' },
  })
  const { Items, ...attributes } = page.RootFolder
  assert.equal(Items.length, 1)
  assert.deepEqual(attributes, { IndexedPagingOffset: 3, TotalItemsInView: 3, IncludesLastItemInRange: true })
})

test('importance is sorted and compared as Low, Normal, High', async () => {
  const { Folders } = await ann.one('CreateFolder', {
    ParentFolderId: { DistinguishedFolderId: { Id: 'msgfolderroot' } },
    Folders: [{ Folder: { DisplayName: 'Levels' } }],
  })
  const place = { FolderId: { Id: shown(Folders[0]).FolderId.Id } }
  for (const Importance of ['Normal', 'High', 'Low'] as const)
    await ann.one('CreateItem', {
      MessageDisposition: 'SaveOnly',
      SavedItemFolderId: place,
      Items: [{ Message: { Subject: Importance, Importance } }],
    })
  const importance = { FieldURI: { FieldURI: 'item:Importance' } } as const
  const found = async (more: object): Promise<string[]> => {
    const { RootFolder } = await ann.one('FindItem', {
      ItemShape: { BaseShape: 'IdOnly', AdditionalProperties: [{ FieldURI: { FieldURI: 'item:Subject' } }] },
      ParentFolderIds: [place],
      Traversal: 'Shallow',
      ...more,
    })
    return RootFolder.Items.map((one: object) => shown(one).Subject)
  }
  const rising = [{ ...importance, Order: 'Ascending' }]
  assert.deepEqual(await found({ SortOrder: rising }), ['Low', 'Normal', 'High'])
  const than = (Value: string) => ({ ...importance, FieldURIOrConstant: { Constant: { Value } } })
  assert.deepEqual(await found({ Restriction: { IsGreaterThan: than('Low') }, SortOrder: rising }), [
    'Normal',
    'High',
  ])
  assert.deepEqual(await found({ Restriction: { IsEqualTo: than('High') } }), ['High'])
  assert.deepEqual(await found({ Restriction: { IsLessThan: than('Sky') } }), [])
})

test('replies and forwards quote, name whom they are for, and mark what they answer', async () => {
  const [message] = await find(bob, inbox)
  const made = await bob.one('CreateItem', {
    MessageDisposition: 'SendAndSaveCopy',
    Items: [
      {
        ReplyAllToItem: {
          ReferenceItemId: message!.ItemId,
          NewBodyContent: { BodyType: 'HTML', Value: '<p>Thanks</p>' },
        },
      },
    ],
  })
  const reply = shown(
    (await bob.one('GetItem', { ItemShape: all, ItemIds: [{ ItemId: shown(made.Items[0]).ItemId }] }))
      .Items[0],
  )
  assert.match(reply.Subject, /^RE: /)
  assert.equal(reply.ToRecipients[0].EmailAddress, 'ann@corp.test')
  assert.match(reply.Body.Value, /Thanks[\s\S]*From: /)
  assert.equal(reply.InReplyTo, message!.InternetMessageId)
  await bob.one('CreateItem', {
    MessageDisposition: 'SendOnly',
    Items: [
      {
        ForwardItem: {
          ReferenceItemId: message!.ItemId,
          ToRecipients: [{ EmailAddress: 'ann@corp.test' }],
          NewBodyContent: { BodyType: 'Text', Value: 'see below' },
        },
      },
    ],
  })
  const verb = await bob.one('GetItem', {
    ItemShape: {
      ...idOnly,
      AdditionalProperties: [{ ExtendedFieldURI: { PropertyTag: '0x1081', PropertyType: 'Integer' } }],
    },
    ItemIds: [{ ItemId: message!.ItemId }],
  })
  assert.equal(shown(verb.Items[0]).ExtendedProperty[0].Value, '102')
  assert.ok((await find(ann, inbox)).some((each: { Subject: string }) => /^FW: /.test(each.Subject)))
})

test('what is not there, or nobody may, is refused item by item', async () => {
  const [mine] = await find(ann, inbox)
  const codes = async (client: EwsClient, ...ids: { Id: string }[]) =>
    (await client.messages('GetItem', { ItemShape: idOnly, ItemIds: ids.map((ItemId) => ({ ItemId })) })).map(
      ({ ResponseCode }) => ResponseCode,
    )
  const garbled = { Id: `${mine!.ItemId.Id.slice(0, -4)}AAAA` }
  assert.deepEqual(await codes(ann, mine!.ItemId, garbled), ['NoError', 'ErrorInvalidIdMalformed'])
  assert.deepEqual(await codes(bob, mine!.ItemId), ['ErrorItemNotFound'])
  const { Id } = mine!.ItemId
  const keys = ['', 'AAAA', 'DwAAAB']
  assert.deepEqual(await codes(ann, ...keys.map((ChangeKey) => ({ Id, ChangeKey }))), [
    'NoError',
    'ErrorInvalidChangeKey',
    'ErrorInvalidChangeKey',
  ])
  const shared = await bob.messages('GetFolder', {
    FolderShape: idOnly,
    FolderIds: [{ DistinguishedFolderId: { Id: 'inbox', Mailbox: { EmailAddress: 'ann@corp.test' } } }],
  })
  assert.equal(shared[0]!.ResponseCode, 'ErrorAccessDenied')
})
