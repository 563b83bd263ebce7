import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EwsClient, ewsSiteWith, shown } from './ews-site.ts'

let ann: EwsClient
ewsSiteWith(['ann'], (programs) => {
  ;[ann] = programs
})

const all = { BaseShape: 'AllProperties' } as const

test('contacts, tasks and notes keep what they are given', async () => {
  const contact = {
    GivenName: 'Zoë',
    Surname: 'Müller',
    DisplayName: 'Zoë Müller',
    FileAs: 'Müller, Zoë',
    CompanyName: 'Corp',
    Department: 'R&D',
    JobTitle: 'Engineer',
    EmailAddresses: [{ Key: 'EmailAddress1', Value: 'zoe@example.com' }],
    PhoneNumbers: [
      { Key: 'MobilePhone', Value: '+49 1' },
      { Key: 'BusinessFax', Value: '+49 2' },
    ],
    PhysicalAddresses: [
      { Key: 'Business', Street: 'Main 1', City: 'Bonn', CountryOrRegion: 'Germany', PostalCode: '53111' },
    ],
    Birthday: '1980-02-29T00:00:00Z',
    AssistantName: 'Max',
  } as const
  const made = await ann.one('CreateItem', { Items: [{ Contact: contact }] })
  const id = { ItemId: shown(made.Items[0]).ItemId }
  const read = async () => shown((await ann.one('GetItem', { ItemShape: all, ItemIds: [id] })).Items[0])
  const first = await read()
  for (const [name, value] of Object.entries(contact)) {
    if (!Array.isArray(value)) assert.deepEqual(first[name], value, name)
  }
  assert.equal(first.EmailAddresses[0].Value, 'zoe@example.com')
  const numbers = first.PhoneNumbers.map(
    ({ Key, Value }: { Key: string; Value: string }) => `${Key} ${Value}`,
  )
  assert.deepEqual(numbers.sort(), ['BusinessFax +49 2', 'MobilePhone +49 1'])
  assert.equal(first.PhysicalAddresses[0].City, 'Bonn')
  await ann.one('UpdateItem', {
    ConflictResolution: 'AutoResolve',
    ItemChanges: [
      {
        ...id,
        Updates: [
          {
            SetItemField: {
              IndexedFieldURI: { FieldURI: 'contacts:PhoneNumber', FieldIndex: 'HomePhone' },
              Contact: { PhoneNumbers: [{ Key: 'HomePhone', Value: '+49 3' }] },
            },
          },
          {
            DeleteItemField: {
              IndexedFieldURI: { FieldURI: 'contacts:PhoneNumber', FieldIndex: 'MobilePhone' },
            },
          },
          {
            SetItemField: {
              IndexedFieldURI: { FieldURI: 'contacts:PhysicalAddress:City', FieldIndex: 'Business' },
              Contact: { PhysicalAddresses: [{ Key: 'Business', City: 'Köln' }] },
            },
          },
        ],
      },
    ],
  })
  const second = await read()
  assert.deepEqual(second.PhoneNumbers.map((each: { Key: string }) => each.Key).sort(), [
    'BusinessFax',
    'HomePhone',
  ])
  assert.equal(second.PhysicalAddresses[0].City, 'Köln')
  assert.equal(second.PhysicalAddresses[0].Street, 'Main 1')

  const task = await ann.one('CreateItem', {
    Items: [
      {
        Task: {
          Subject: 'Pay',
          DueDate: '2026-12-01T00:00:00Z',
          StartDate: '2026-11-25T00:00:00Z',
          Status: 'WaitingOnOthers',
          PercentComplete: 20,
          Body: { BodyType: 'Text', Value: 'soon' },
        },
      },
    ],
  })
  const taskId = { ItemId: shown(task.Items[0]).ItemId }
  const shownTask = shown((await ann.one('GetItem', { ItemShape: all, ItemIds: [taskId] })).Items[0])
  assert.equal(shownTask.Status, 'WaitingOnOthers')
  assert.equal(shownTask.DueDate, '2026-12-01T00:00:00Z')
  assert.equal(shownTask.PercentComplete, 20)
  await ann.one('UpdateItem', {
    ConflictResolution: 'AutoResolve',
    ItemChanges: [
      {
        ...taskId,
        Updates: [{ SetItemField: { FieldURI: { FieldURI: 'task:Status' }, Task: { Status: 'Completed' } } }],
      },
    ],
  })
  assert.equal(
    shown((await ann.one('GetItem', { ItemShape: all, ItemIds: [taskId] })).Items[0]).IsComplete,
    true,
  )

  const note = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [
      {
        Message: {
          ItemClass: 'IPM.StickyNote',
          Subject: 'Milk',
          Body: { BodyType: 'Text', Value: 'Milk\nBread' },
        },
      },
    ],
  })
  const shownNote = shown(
    (await ann.one('GetItem', { ItemShape: all, ItemIds: [{ ItemId: shown(note.Items[0]).ItemId }] }))
      .Items[0],
  )
  assert.equal(shownNote.ItemClass, 'IPM.StickyNote')
  assert.equal(shownNote.Body.Value, 'Milk\nBread')
})

test('a contact that is given as a vCard is what the vCard says, and what is no vCard is refused', async () => {
  const card = (text: string) => ({ MimeContent: { CharacterSet: 'UTF-8', Value: Buffer.from(text) } })
  const text =
    'BEGIN:VCARD\r\nVERSION:3.0\r\nN:Card;Cara;;;\r\nFN:Cara Card\r\nEMAIL:cara@example.com\r\nNOTE:Met\r\nEND:VCARD\r\n'
  const made = await ann.one('CreateItem', { Items: [{ Contact: { ...card(text), JobTitle: 'Chief' } }] })
  const found = await ann.one('GetItem', {
    ItemShape: all,
    ItemIds: [{ ItemId: shown(made.Items[0]).ItemId }],
  })
  const { Surname, DisplayName, EmailAddresses, JobTitle } = shown(found.Items[0])
  assert.deepEqual([Surname, DisplayName, JobTitle], ['Card', 'Cara Card', 'Chief'])
  assert.equal(EmailAddresses[0].Value, 'cara@example.com')
  for (const wrong of ['no card', '', `${text}${text}`])
    assert.equal(
      await ann.code('CreateItem', { Items: [{ Contact: card(wrong) }] }),
      'ErrorMimeContentInvalid',
    )
})
