import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TaskType } from '#src/wire/ews/schema-types.ts'
import { type EwsClient, ewsSiteWith, shown } from './ews-site.ts'

let ann: EwsClient
ewsSiteWith(['ann'], (programs) => {
  ;[ann] = programs
})

const ItemShape = { BaseShape: 'AllProperties' } as const

const create = async (task: TaskType) =>
  shown((await ann.one('CreateItem', { Items: [{ Task: task }] })).Items[0]).ItemId
const get = async (ItemId: { Id: string }) =>
  shown((await ann.one('GetItem', { ItemShape, ItemIds: [{ ItemId }] })).Items[0])
/** The id that is answered with. */
const finish = async (ItemId: { Id: string }, CompleteDate?: string) => {
  const reply = await ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    ItemChanges: [
      {
        ItemId,
        Updates: [
          CompleteDate === undefined
            ? { SetItemField: { FieldURI: { FieldURI: 'task:Status' }, Task: { Status: 'Completed' } } }
            : { SetItemField: { FieldURI: { FieldURI: 'task:CompleteDate' }, Task: { CompleteDate } } },
        ],
      },
    ],
  })
  return shown(reply.Items[0]).ItemId as { Id: string }
}
const tasks = async (): Promise<string[]> => {
  const { RootFolder } = await ann.one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'Default' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'tasks' } }],
  })
  return RootFolder.Items.map((item: object) => `${shown(item).Subject} ${shown(item).Status}`).sort()
}

test('a task that is made anew comes so long after the day on which it was done', async () => {
  const id = await create({
    Subject: 'Water',
    StartDate: '2026-01-05T00:00:00Z',
    DueDate: '2026-01-07T00:00:00Z',
    Categories: ['home'],
    Recurrence: {
      WeeklyRegeneration: { Interval: 2 },
      NumberedRecurrence: { StartDate: '2026-01-05', NumberOfOccurrences: 3 },
    },
  })
  const first = await get(id)
  assert.deepEqual(first.Recurrence, {
    WeeklyRegeneration: { Interval: 2 },
    NumberedRecurrence: { StartDate: '2026-01-05', NumberOfOccurrences: 3 },
  })
  assert.equal(first.IsRecurring, true)
  const done = await finish(id, '2026-01-09T00:00:00Z')
  assert.notEqual(done.Id, id.Id)
  const over = await get(done)
  assert.deepEqual(
    [
      over.Subject,
      over.Status,
      over.StartDate,
      over.DueDate,
      over.CompleteDate,
      over.IsRecurring,
      over.Categories,
    ],
    [
      'Water',
      'Completed',
      '2026-01-05T00:00:00Z',
      '2026-01-07T00:00:00Z',
      '2026-01-09T00:00:00Z',
      false,
      ['home'],
    ],
  )
  const next = await get(id)
  assert.deepEqual(
    [next.Status, next.PercentComplete, next.StartDate, next.DueDate, next.CompleteDate],
    ['NotStarted', 0, '2026-01-23T00:00:00Z', '2026-01-25T00:00:00Z', undefined],
  )
  assert.deepEqual(next.Recurrence.NumberedRecurrence, { StartDate: '2026-01-23', NumberOfOccurrences: 2 })
  assert.notEqual((await finish(id, '2026-02-01T00:00:00Z')).Id, id.Id)
  // The last one is not followed by another: it is done itself.
  assert.equal((await finish(id, '2026-03-01T00:00:00Z')).Id, id.Id)
  const last = await get(id)
  assert.deepEqual(
    [last.Status, last.IsRecurring, last.StartDate],
    ['Completed', false, '2026-02-15T00:00:00Z'],
  )
  assert.deepEqual(await tasks(), ['Water Completed', 'Water Completed', 'Water Completed'])
})

test('each pattern of tasks that are made anew is kept, and counts from the day it is done', async () => {
  const begins = { StartDate: '2026-01-31' }
  const cases: [NonNullable<TaskType['Recurrence']>, next: string][] = [
    [{ DailyRegeneration: { Interval: 10 }, NoEndRecurrence: begins }, '2026-02-10T00:00:00Z'],
    [{ WeeklyRegeneration: { Interval: 1 }, NoEndRecurrence: begins }, '2026-02-07T00:00:00Z'],
    [{ MonthlyRegeneration: { Interval: 1 }, NoEndRecurrence: begins }, '2026-02-28T00:00:00Z'],
    [{ YearlyRegeneration: { Interval: 1 }, NoEndRecurrence: begins }, '2027-01-31T00:00:00Z'],
  ]
  for (const [Recurrence, next] of cases) {
    const id = await create({ Subject: 'again', Recurrence })
    assert.deepEqual((await get(id)).Recurrence, Recurrence)
    await finish(id, '2026-01-31T00:00:00Z')
    assert.equal((await get(id)).StartDate, next)
  }
  const ends = { DailyRegeneration: { Interval: 3 }, EndDateRecurrence: { ...begins, EndDate: '2026-02-02' } }
  const id = await create({ Subject: 'once', Recurrence: ends })
  assert.deepEqual((await get(id)).Recurrence, ends)
  assert.equal((await finish(id, '2026-01-31T00:00:00Z')).Id, id.Id)
})

test('a task of the calendar goes on with its next day, whenever it was done', async () => {
  const id = await create({
    Subject: 'Report',
    DueDate: '2026-01-06T00:00:00Z',
    Recurrence: {
      WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Monday', 'Thursday'] },
      NumberedRecurrence: { StartDate: '2026-01-05', NumberOfOccurrences: 3 },
    },
  })
  const done = await finish(id)
  assert.equal((await get(done)).StartDate, '2026-01-05T00:00:00Z')
  const next = await get(id)
  assert.deepEqual([next.StartDate, next.DueDate], ['2026-01-08T00:00:00Z', '2026-01-09T00:00:00Z'])
  assert.deepEqual(next.Recurrence.NumberedRecurrence, { StartDate: '2026-01-08', NumberOfOccurrences: 2 })
  await finish(id)
  assert.equal((await finish(id)).Id, id.Id)
  assert.equal((await get(id)).StartDate, '2026-01-12T00:00:00Z')
  // What is done already is not done again.
  assert.equal((await finish(id)).Id, id.Id)
})

test('an interval that no calendar has is refused', async () => {
  const Recurrence = { DailyRegeneration: { Interval: 0 }, NoEndRecurrence: { StartDate: '2026-01-01' } }
  const code = await ann.code('CreateItem', { Items: [{ Task: { Subject: 'x', Recurrence } }] })
  assert.equal(code, 'ErrorCalendarInvalidRecurrence')
})

test('who moves a task of the calendar moves its present occurrence; one that is made anew moves itself', async () => {
  const move = async (ItemId: { Id: string }, StartDate: string) => {
    const reply = await ann.one('UpdateItem', {
      ConflictResolution: 'AlwaysOverwrite',
      ItemChanges: [
        {
          ItemId,
          Updates: [{ SetItemField: { FieldURI: { FieldURI: 'task:StartDate' }, Task: { StartDate } } }],
        },
      ],
    })
    return shown(reply.Items[0]).ItemId as { Id: string }
  }
  const range = { NoEndRecurrence: { StartDate: '2026-05-01' } }
  const daily = await create({ Subject: 'd', Recurrence: { DailyRecurrence: { Interval: 1 }, ...range } })
  const moved = await move(daily, '2026-06-01T00:00:00Z')
  const { StartDate, IsRecurring, Status } = await get(moved)
  assert.deepEqual([StartDate, IsRecurring, Status], ['2026-06-01T00:00:00Z', false, 'NotStarted'])
  assert.equal((await get(daily)).StartDate, '2026-05-02T00:00:00Z')
  // Said again as it is, nothing moves.
  assert.equal((await move(daily, '2026-05-02T00:00:00Z')).Id, daily.Id)
  const anew = await create({ Subject: 'a', Recurrence: { DailyRegeneration: { Interval: 1 }, ...range } })
  assert.equal((await move(anew, '2026-06-01T00:00:00Z')).Id, anew.Id)
  assert.equal((await get(anew)).StartDate, '2026-06-01T00:00:00Z')
})

test('the reminder of a task that comes again rings as long before the next one, once and for all of them', async () => {
  const id = await create({
    Subject: 'Rent',
    StartDate: '2031-01-06T00:00:00Z',
    DueDate: '2031-01-06T00:00:00Z',
    ReminderIsSet: true,
    ReminderDueBy: '2031-01-05T16:00:00Z',
    Recurrence: {
      WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Monday'] },
      NumberedRecurrence: { StartDate: '2031-01-06', NumberOfOccurrences: 3 },
    },
  })
  const over = await get(await finish(id))
  assert.deepEqual([over.Status, over.ReminderDueBy], ['Completed', '2031-01-05T16:00:00Z'])
  for (const [due, rings] of [
    ['2031-01-13T00:00:00Z', '2031-01-12T16:00:00Z'],
    ['2031-01-20T00:00:00Z', '2031-01-19T16:00:00Z'],
  ]) {
    const next = await get(id)
    assert.deepEqual([next.DueDate, next.ReminderIsSet, next.ReminderDueBy], [due, true, rings])
    await finish(id)
  }
})
