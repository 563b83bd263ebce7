import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SuggestionDayResult, SuggestionsViewOptionsType } from '#src/wire/ews/schema-types.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { type EwsClient, type EwsSite, openEwsSite } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
before(async () => {
  site = await openEwsSite()
  for (const name of ['ann', 'bob', 'cat', 'dan']) await site.user(name)
  ann = site.client('ann@corp.test')
  await busy('bob', '2026-03-02T08:00:00Z', '2026-03-02T12:00:00Z')
  await busy('cat', '2026-03-02T12:00:00Z', '2026-03-02T13:00:00Z')
  const { GroupId } = await site.call('CreateGroup', { Name: 'team' })
  await site.call('RegisterToWorkMail', { EntityId: GroupId, Email: 'team@corp.test' })
  for (const MemberId of ['cat', 'dan']) await site.call('AssociateMemberToGroup', { GroupId, MemberId })
})
after(async () => {
  site.judge()
  await site.end()
})

const busy = (name: string, Start: string, End: string) =>
  site.client(`${name}@corp.test`).one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [{ CalendarItem: { Subject: 'taken', UID: `${name}-taken`, Start, End } }],
  })

async function suggested(
  addresses: readonly string[],
  more: Partial<SuggestionsViewOptionsType> = {},
): Promise<readonly SuggestionDayResult[]> {
  const { SuggestionsResponse, FreeBusyResponseArray } = await ann.ask('GetUserAvailability', {
    MailboxDataArray: addresses.map((address) => ({
      Email: { Address: `${address}@corp.test` },
      AttendeeType: 'Required',
    })),
    SuggestionsViewOptions: {
      DetailedSuggestionsWindow: { StartTime: '2026-03-02T00:00:00', EndTime: '2026-03-04T00:00:00' },
      MaximumResultsByDay: 3,
      ...more,
    },
  })
  assert.equal(FreeBusyResponseArray, undefined)
  assert.equal(SuggestionsResponse!.ResponseMessage!.ResponseCode, 'NoError')
  return SuggestionsResponse!.SuggestionDayResultArray!
}
const times = ({ SuggestionArray }: SuggestionDayResult) =>
  SuggestionArray!.map(({ MeetingTime }) => MeetingTime.slice(11, 16))

test('times at which everybody is free, day by day', async () => {
  const days = await suggested(['ann', 'bob', 'cat'])
  assert.deepEqual(
    days.map(({ Date: date, DayQuality }) => [date, DayQuality]),
    [
      ['2026-03-02T00:00:00', 'Excellent'],
      ['2026-03-03T00:00:00', 'Excellent'],
    ],
  )
  assert.deepEqual(days.map(times), [
    ['13:00', '13:30', '14:00'],
    ['08:00', '08:30', '09:00'],
  ])
})

test('what each has to do then is told in the order of the question', async () => {
  const options = { MaximumResultsByDay: 48, MinimumSuggestionQuality: 'Poor' } as const
  const [monday] = await suggested(['bob', 'team', 'nobody'], options)
  const at = (time: string) => monday!.SuggestionArray!.find(({ MeetingTime }) => MeetingTime.endsWith(time))!
  assert.deepEqual(at('12:00:00').AttendeeConflictDataArray, [
    { IndividualAttendeeConflictData: { BusyType: 'Free' } },
    {
      GroupAttendeeConflictData: {
        NumberOfMembers: 2,
        NumberOfMembersAvailable: 1,
        NumberOfMembersWithConflict: 1,
        NumberOfMembersWithNoData: 0,
      },
    },
    { UnknownAttendeeConflictData: {} },
  ])
  assert.deepEqual(at('08:00:00').AttendeeConflictDataArray![0], {
    IndividualAttendeeConflictData: { BusyType: 'Busy' },
  })
  assert.equal(at('08:00:00').SuggestionQuality, 'Good')
})

test('the meeting that is moved counts as free, and is told where it is', async () => {
  const wrapped = Buffer.concat([
    Buffer.from('040000008200E00074C5B7101A82E008', 'hex'),
    Buffer.alloc(24),
    Buffer.from('vCal-Uid\x01\0\0\0bob-taken\0', 'latin1'),
  ])
  const [monday] = await suggested(['bob'], {
    GlobalObjectId: wrapped.toString('hex'),
    CurrentMeetingTime: '2026-03-02T08:15:00',
  })
  assert.deepEqual(times(monday!), ['08:00', '08:15', '08:30'])
})

test('options that make no sense are refused', async () => {
  const ask = (more: object) =>
    ann.askAnyway('GetUserAvailability', {
      MailboxDataArray: [{ Email: { Address: 'ann@corp.test' }, AttendeeType: 'Required' }],
      SuggestionsViewOptions: {
        DetailedSuggestionsWindow: { StartTime: '2026-03-02T00:00:00', EndTime: '2026-03-04T00:00:00' },
        ...more,
      },
    })
  assert.equal((await ask({ MeetingDurationInMinutes: 0 })).fault?.code, 'ErrorInvalidArgument')
  assert.equal((await ask({ GoodThreshold: 51 })).fault?.code, 'ErrorInvalidArgument')
  const backwards = { StartTime: '2026-03-04T00:00:00', EndTime: '2026-03-02T00:00:00' }
  assert.equal((await ask({ DetailedSuggestionsWindow: backwards })).fault?.code, 'ErrorInvalidTimeInterval')
})

test('ews-javascript-api reads suggestions', async () => {
  const ews = await import('ews-javascript-api')
  const { globalAgent } = await import('node:https')
  globalAgent.options.rejectUnauthorized = false
  try {
    const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013)
    service.Credentials = new ews.WebCredentials('ann@corp.test', PASSWORD)
    service.Url = new ews.Uri(site.url)
    const window = new ews.TimeWindow(new ews.DateTime('2026-03-02'), new ews.DateTime('2026-03-03'))
    const people = ['ann', 'bob'].map((name) => new ews.AttendeeInfo(`${name}@corp.test`))
    const { Suggestions } = await service.GetUserAvailability(
      people,
      window,
      ews.AvailabilityData.FreeBusyAndSuggestions,
    )
    const [day] = Suggestions
    assert.ok(day!.TimeSuggestions.length > 0)
    assert.equal(day!.Quality, ews.SuggestionQuality.Excellent)
  } finally {
    globalAgent.destroy()
  }
})
