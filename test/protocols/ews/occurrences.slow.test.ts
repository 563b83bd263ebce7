/** What is done to one occurrence of a series is done to that one alone. */
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { type EwsClient, ewsSiteWith, type Message, shown } from './ews-site.ts'

let ann: EwsClient
let master: string
let second: string
ewsSiteWith(['ann'], (programs) => {
  ;[ann] = programs
})
beforeEach(async () => {
  const { Items } = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [
      {
        CalendarItem: {
          Subject: 'Daily',
          Start: '2031-01-06T09:00:00Z',
          End: '2031-01-06T10:00:00Z',
          Categories: ['Blue'],
          Recurrence: {
            DailyRecurrence: { Interval: 1 },
            NumberedRecurrence: { StartDate: '2031-01-06', NumberOfOccurrences: 4 },
          },
        },
      },
    ],
  })
  master = shown(Items[0]).ItemId.Id
  second = (await get({ OccurrenceItemId: { RecurringMasterId: master, InstanceIndex: 2 } })).ItemId.Id
})

const ExtendedFieldURI = {
  DistinguishedPropertySetId: 'Common',
  PropertyId: 0x8570,
  PropertyType: 'String',
} as const
const get = async (id: object): Promise<Message> => {
  const { Items } = await ann.one('GetItem', {
    ItemShape: { BaseShape: 'AllProperties', AdditionalProperties: [{ ExtendedFieldURI }] },
    ItemIds: [id as never],
  })
  return shown(Items[0])
}
const change = (Id: string, ...Updates: object[]) =>
  ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    SendMeetingInvitationsOrCancellations: 'SendToNone',
    ItemChanges: [{ ItemId: { Id }, Updates: Updates as never }],
  })

test('an occurrence does not leave its series, and does not take it along', async () => {
  const ToFolderId = { DistinguishedFolderId: { Id: 'drafts' } } as const
  const ids = [
    { ItemId: { Id: second } },
    { OccurrenceItemId: { RecurringMasterId: master, InstanceIndex: 3 } },
  ]
  const code = 'ErrorCalendarCannotMoveOrCopyOccurrence'
  for (const id of ids) {
    const ItemIds = [id as never]
    assert.equal(await ann.code('MoveItem', { ToFolderId, ItemIds }), code)
    assert.equal(await ann.code('CopyItem', { ToFolderId, ItemIds }), code)
    const ArchiveSourceFolderId = { DistinguishedFolderId: { Id: 'calendar' } } as const
    assert.equal(await ann.code('ArchiveItem', { ArchiveSourceFolderId, ItemIds }), code)
    assert.equal(await ann.code('MarkAsJunk', { IsJunk: true, MoveItem: true, ItemIds }), code)
  }
  assert.equal(await ann.code('ExportItems', { ItemIds: [{ Id: second }] }), code)
  const { ParentFolderId } = await get({ ItemId: { Id: master } })
  const { Folders } = await ann.one('GetFolder', {
    FolderShape: { BaseShape: 'IdOnly' },
    FolderIds: [{ DistinguishedFolderId: { Id: 'calendar' } }],
  })
  assert.equal(ParentFolderId.Id, shown(Folders[0]).FolderId.Id)
})

test('an occurrence that was deleted is not there any more, for any operation', async () => {
  const remove = () =>
    ann.code('DeleteItem', {
      DeleteType: 'HardDelete',
      SendMeetingCancellations: 'SendToNone',
      ItemIds: [{ ItemId: { Id: second } }],
    })
  assert.equal(await remove(), 'NoError')
  const code = 'ErrorCalendarOccurrenceIsDeletedFromRecurrence'
  assert.equal(await remove(), code)
  const attached = {
    ParentItemId: { Id: second },
    Attachments: [{ FileAttachment: { Name: 'x', Content: Buffer.from('x') } }],
  }
  assert.equal(await ann.code('CreateAttachment', attached), code)
  const { DeletedOccurrences } = await get({ ItemId: { Id: master } })
  assert.deepEqual(DeletedOccurrences, [{ Start: '2031-01-07T09:00:00Z' }])
})

test('the series of an occurrence is found by the id of an occurrence alone', async () => {
  const seriesOf = async (OccurrenceId: string) =>
    (
      await ann.messages('GetItem', {
        ItemShape: { BaseShape: 'IdOnly' },
        ItemIds: [{ RecurringMasterItemId: { OccurrenceId } }],
      })
    )[0]!
  const third = await get({ OccurrenceItemId: { RecurringMasterId: master, InstanceIndex: 3 } })
  assert.equal(shown((await seriesOf(third.ItemId.Id)).Items[0]).ItemId.Id, master)
  assert.equal((await seriesOf(master)).ResponseCode, 'ErrorCalendarCannotUseIdForOccurrenceId')
})

test('categories and extended properties of an occurrence are its own; what it has none of is that of the series', async () => {
  const property = (Value: string) => ({
    SetItemField: { ExtendedFieldURI, CalendarItem: { ExtendedProperty: [{ ExtendedFieldURI, Value }] } },
  })
  const categories = (...Categories: string[]) => ({
    SetItemField: { FieldURI: { FieldURI: 'item:Categories' }, CalendarItem: { Categories } },
  })
  const told = async (id: object) => {
    const { Categories, ExtendedProperty } = await get(id)
    return [Categories, ExtendedProperty?.[0]?.Value]
  }
  const nth = (InstanceIndex: number) => ({ OccurrenceItemId: { RecurringMasterId: master, InstanceIndex } })
  await change(master, property('of all'))
  await change(second, property('of one'), categories('Red'))
  assert.deepEqual(await told(nth(2)), [['Red'], 'of one'])
  for (const id of [nth(1), nth(3), { ItemId: { Id: master } }])
    assert.deepEqual(await told(id), [['Blue'], 'of all'])
  await change(second, { DeleteItemField: { ExtendedFieldURI } }, categories('Blue'))
  assert.deepEqual(await told(nth(2)), [['Blue'], 'of all'])
})

test('an occurrence that is somewhere else says nothing of the place of its series', async () => {
  const place = (name: string, value: unknown) => ({
    SetItemField: { FieldURI: { FieldURI: `calendar:${name}` }, CalendarItem: { [name]: value } },
  })
  const told = async (id: object) => {
    const { Items } = await ann.one('GetItem', {
      ItemShape: {
        BaseShape: 'Default',
        AdditionalProperties: [{ FieldURI: { FieldURI: 'calendar:EnhancedLocation' } }],
      },
      ItemIds: [id as never],
    })
    const { Location, EnhancedLocation } = shown(Items[0])
    return [Location, EnhancedLocation]
  }
  const room = { DisplayName: 'Room 1', Annotation: 'by the stairs' }
  await change(master, place('EnhancedLocation', room), place('Location', 'Room 1'))
  assert.deepEqual(await told({ ItemId: { Id: second } }), ['Room 1', room])
  await change(second, place('Location', 'Room 2'))
  assert.deepEqual(await told({ ItemId: { Id: second } }), ['Room 2', { DisplayName: 'Room 2' }])
  assert.deepEqual(await told({ ItemId: { Id: master } }), ['Room 1', room])
})

test('a calendar is not emptied at once', async () => {
  const code = await ann.code('EmptyFolder', {
    DeleteType: 'HardDelete',
    DeleteSubFolders: false,
    FolderIds: [{ DistinguishedFolderId: { Id: 'calendar' } }],
  })
  assert.equal(code, 'ErrorCannotEmptyFolder')
  assert.equal((await get({ ItemId: { Id: master } })).Subject, 'Daily')
})

test('a series of whole days says its occurrences as dates in its MIME', async () => {
  const days = {
    ...{ Subject: 'Days', IsAllDayEvent: true, StartTimeZone: { Id: 'W. Europe Standard Time' } },
    ...{ Start: '2031-01-05T23:00:00Z', End: '2031-01-06T23:00:00Z' },
    Recurrence: {
      DailyRecurrence: { Interval: 1 },
      EndDateRecurrence: { StartDate: '2031-01-06', EndDate: '2031-01-10' },
    },
  }
  const { Items } = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [{ CalendarItem: days as never }],
  })
  const { Id } = shown(Items[0]).ItemId
  const at = (InstanceIndex: number) => ({ OccurrenceItemId: { RecurringMasterId: Id, InstanceIndex } })
  const { Id: changed } = (await get(at(2))).ItemId
  await change(changed, {
    SetItemField: { FieldURI: { FieldURI: 'item:Subject' }, CalendarItem: { Subject: 'Changed' } },
  })
  await ann.one('DeleteItem', {
    ...{ DeleteType: 'HardDelete', SendMeetingCancellations: 'SendToNone' },
    ItemIds: [at(3)],
  })
  const mimeOf = async (id: string) => {
    const answer = await ann.one('GetItem', {
      ItemShape: { BaseShape: 'IdOnly', IncludeMimeContent: true },
      ItemIds: [{ ItemId: { Id: id } }],
    })
    const lines = String(shown(answer.Items[0]).MimeContent.Value).split('\r\n')
    return lines.flatMap((line) =>
      /^(?:DTSTART;VALUE|RECURRENCE-ID|EXDATE)/.test(line) ? line : (/UNTIL=[^;]*/.exec(line)?.[0] ?? []),
    )
  }
  const changedDay = ['DTSTART;VALUE=DATE:20310107', 'RECURRENCE-ID;VALUE=DATE:20310107']
  assert.deepEqual(await mimeOf(Id), [
    ...['DTSTART;VALUE=DATE:20310106', 'UNTIL=20310110', 'EXDATE;VALUE=DATE:20310108', ...changedDay],
  ])
  assert.deepEqual(await mimeOf(changed), changedDay)
})
