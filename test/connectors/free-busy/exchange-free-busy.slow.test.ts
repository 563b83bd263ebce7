import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { exchangeFreeBusy } from '#connectors/free-busy/exchange-free-busy.ts'
import { type FreeBusyQuestion, FreeBusyTrouble } from '#src/domain/availability/free-busy-source.ts'
import { formatFault } from '#src/wire/ews/fault.ts'
import type { Request } from '#src/wire/ews/message.ts'
import { parseRequest } from '#src/wire/ews/request.ts'
import { formatResponse } from '#src/wire/ews/response.ts'
import type { FreeBusyResponseType, FreeBusyView } from '#src/wire/ews/schema-types.ts'
import { ewsSchema, validateEws } from '#test/support/ews-schema.ts'
import { reply, type StubRequest, stubHttps } from '#test/support/stub-https.ts'

type Asked = Request<'GetUserAvailability'>

const DAY = 86_400_000
const from = Date.parse('2026-03-02T00:00:00Z')
const question = (addresses: string[], more: Partial<FreeBusyQuestion> = {}): FreeBusyQuestion => ({
  addresses,
  from,
  to: from + 2 * DAY,
  detailed: true,
  requester: null,
  ...more,
})

const seen = (view: Partial<FreeBusyView>): FreeBusyResponseType => ({
  ResponseMessage: { ResponseClass: 'Success', ResponseCode: 'NoError' },
  FreeBusyView: { FreeBusyViewType: ['DetailedMerged'], ...view },
})
const refused = (ResponseCode: string, MessageText = 'No.'): FreeBusyResponseType => ({
  ResponseMessage: { ResponseClass: 'Error', ResponseCode: ResponseCode as never, MessageText },
  FreeBusyView: { FreeBusyViewType: ['None'] },
})

async function against(t: TestContext, answer: (asked: StubRequest) => void, callMs = 20_000) {
  const stub = await stubHttps(answer)
  const source = exchangeFreeBusy({
    endpoint: `${stub.url}/EWS/Exchange.asmx`,
    user: 'CORP\\svc',
    password: 'geheim',
    scheme: 'basic',
    tls: { ca: stub.pair.cert },
    version: '1',
    callMs,
  })
  t.after(() => {
    source.close()
    return stub.close()
  })
  const ask = (given: FreeBusyQuestion, signal = new AbortController().signal) => source.ask(given, signal)
  return { stub, ask }
}

/** A server that answers each mailbox by a table. */
const answering =
  (answer: (address: string, asked: Asked) => FreeBusyResponseType) =>
  (asked: StubRequest): void => {
    const { call } = parseRequest(asked.body)
    assert.equal(call.operation, 'GetUserAvailability')
    const request = call.request as Asked
    const responses = request.MailboxDataArray.map((one) => answer(one!.Email.Address, request))
    reply(asked, 200, formatResponse('GetUserAvailability', { FreeBusyResponseArray: responses }).join(''))
  }

const berlin = {
  Bias: -60,
  StandardTime: { Bias: 0, Time: '03:00:00', DayOrder: 5, Month: 10, DayOfWeek: 'Sunday' },
  DaylightTime: { Bias: -60, Time: '02:00:00', DayOrder: 5, Month: 3, DayOfWeek: 'Sunday' },
} as const

test('events, hours and what is not known are understood; what is private stays so', ewsSchema, async (t) => {
  const { stub, ask } = await against(
    t,
    answering(() =>
      seen({
        MergedFreeBusy: `${'0'.repeat(92)}4444${'0'.repeat(96)}`,
        CalendarEventArray: [
          { StartTime: '2026-03-01T23:30:00', EndTime: '2026-03-02T00:30:00', BusyType: 'Busy' },
          { StartTime: '2026-03-02T09:00:00+01:00', EndTime: '2026-03-02T10:00:00Z', BusyType: 'OOF' },
          {
            StartTime: '2026-03-02T11:00:00',
            EndTime: '2026-03-02T12:00:00',
            BusyType: 'Tentative',
            CalendarEventDetails: {
              ID: 'AA',
              Subject: 'Plan',
              Location: 'Room 1',
              IsMeeting: true,
              IsRecurring: true,
              IsException: false,
              IsReminderSet: true,
              IsPrivate: false,
            },
          },
          {
            StartTime: '2026-03-02T13:00:00',
            EndTime: '2026-03-02T14:00:00',
            BusyType: 'WorkingElsewhere',
            CalendarEventDetails: {
              Subject: 'Doctor',
              IsMeeting: false,
              IsRecurring: false,
              IsException: false,
              IsReminderSet: false,
              IsPrivate: true,
            },
          },
          { StartTime: '2026-03-02T15:00:00', EndTime: '2026-03-02T16:00:00', BusyType: 'Free' },
          { StartTime: '2026-03-03T15:00:00', EndTime: '2026-03-03T16:00:00', BusyType: 'NoData' },
        ],
        WorkingHours: {
          TimeZone: berlin,
          WorkingPeriodArray: [
            { DayOfWeek: ['Weekday'], StartTimeInMinutes: 540, EndTimeInMinutes: 1_020 },
            { DayOfWeek: ['Sunday'], StartTimeInMinutes: 1_320, EndTimeInMinutes: 360 },
          ],
        },
      }),
    ),
  )
  const [answer] = await ask(question(['a@corp.example']))
  assert.ok(answer && 'freeBusy' in answer)
  const at = (text: string) => Date.parse(`2026-03-0${text}:00Z`)
  const { times, workingHours, detailed, unknown } = answer.freeBusy
  assert.deepEqual(
    times.map(({ startMs, endMs, busy }) => [startMs, endMs, busy]),
    [
      [at('1T23:30'), at('2T00:30'), 'busy'],
      [at('2T08:00'), at('2T10:00'), 'outOfOffice'],
      [at('2T11:00'), at('2T12:00'), 'tentative'],
      [at('2T13:00'), at('2T14:00'), 'workingElsewhere'],
    ],
  )
  assert.equal(times[2]!.details?.subject, 'Plan')
  assert.equal(times[3]!.private, true)
  assert.doesNotMatch(JSON.stringify(answer), /Doctor/)
  assert.equal(detailed, true)
  assert.deepEqual(unknown, [
    { startMs: at('3T15:00'), endMs: at('3T16:00') },
    { startMs: at('2T23:00'), endMs: at('3T00:00') },
  ])
  assert.equal(workingHours?.timeZone, 'Europe/Berlin')
  assert.deepEqual(workingHours?.periods.slice(1), [
    { days: ['su'], startMinutes: 1_320, endMinutes: 1_440 },
    { days: ['mo'], startMinutes: 0, endMinutes: 360 },
  ])
  assert.deepEqual(validateEws(stub.asked[0]!.body), [])
  assert.match(stub.asked[0]!.body, /StandardTime.*DaylightTime/)
  assert.equal(stub.asked[0]!.headers['x-landbridge-hop'], '1')
})

test('who may see digits only gives times by digits', async (t) => {
  const { ask } = await against(
    t,
    answering(() => seen({ FreeBusyViewType: ['MergedOnly'], MergedFreeBusy: `1122${'0'.repeat(186)}34` })),
  )
  const [answer] = await ask(question(['a@corp.example']))
  assert.ok(answer && 'freeBusy' in answer)
  const minutes = (ms: number) => (ms - from) / 60_000
  assert.deepEqual(
    answer.freeBusy.times.map(({ startMs, endMs, busy }) => [minutes(startMs), minutes(endMs), busy]),
    [
      [0, 30, 'tentative'],
      [30, 60, 'busy'],
      [2_850, 2_865, 'outOfOffice'],
    ],
  )
  assert.deepEqual(answer.freeBusy.unknown, [{ startMs: from + 2_865 * 60_000, endMs: from + 2 * DAY }])
})

test('each mailbox has its own answer, and each code its reason', async (t) => {
  const codes = {
    ErrorMailRecipientNotFound: 'unknown-address',
    ErrorNoFreeBusyAccess: 'not-allowed',
    ErrorTimeoutExpired: 'timeout',
    ErrorServerBusy: 'busy',
    ErrorProxyRequestNotAllowed: 'loop',
    ErrorFreeBusyDLLimitReached: 'too-many-members',
    ErrorAvailabilityConfigNotFound: 'no-source',
    ErrorFreeBusyGenerationFailed: 'peer-failed',
    constructor: 'peer-failed',
  }
  const { ask } = await against(
    t,
    answering((address) =>
      address === 'good' ? seen({ CalendarEventArray: [] }) : refused(address, 'Because.'),
    ),
  )
  const answers = await ask(question([...Object.keys(codes), 'good']))
  assert.deepEqual(
    answers.map((answer) => ('failure' in answer ? answer.failure.reason : 'known')),
    [...Object.values(codes), 'known'],
  )
  const [first] = answers
  assert.ok(first && 'failure' in first)
  assert.equal(first.failure.code, 'ErrorMailRecipientNotFound')
  assert.match(first.failure.message, /localhost:\d+ answered ErrorMailRecipientNotFound: Because\./)
})

test('a long window is asked for in parts of at most 42 days, and an event over the seam is one', async (t) => {
  const windows: number[] = []
  const { ask } = await against(
    t,
    answering((_, { FreeBusyViewOptions }) => {
      const { StartTime, EndTime } = FreeBusyViewOptions!.TimeWindow
      const days = (Date.parse(`${EndTime}Z`) - Date.parse(`${StartTime}Z`)) / DAY
      windows.push(days)
      const over = {
        StartTime: '2026-04-12T22:00:00',
        EndTime: '2026-04-13T02:00:00',
        BusyType: 'Busy' as const,
      }
      const single = { StartTime, EndTime: StartTime, BusyType: 'Busy' as const }
      return seen({ CalendarEventArray: [single, over] })
    }),
  )
  const [answer] = await ask(question(['a'], { from: from + 5, to: from + 61 * DAY + 5 }))
  assert.deepEqual(windows.toSorted(), [20, 42])
  assert.ok(answer && 'freeBusy' in answer)
  assert.equal(answer.freeBusy.times.length, 3)
})

const troubles: [what: string, reason: string, answer: (asked: StubRequest) => void][] = [
  ['401', 'credentials', (asked) => reply(asked, 401, '', { 'www-authenticate': 'Basic' })],
  ['HTML with 500', 'peer-failed', (asked) => reply(asked, 500, '<html>', { 'content-type': 'text/html' })],
  ['403', 'peer-failed', (asked) => reply(asked, 403)],
  ['XML of something else', 'peer-failed', (asked) => reply(asked, 200, '<a/>')],
  ['a dead connection', 'unreachable', (asked) => void asked.response.destroy()],
  ['silence', 'timeout', () => {}],
  [
    'a busy server',
    'busy',
    (asked) =>
      reply(asked, 500, formatFault('ErrorServerBusy', 'Later.', { BackOffMilliseconds: '4000' }).join('')),
  ],
]
for (const [what, reason, answer] of troubles) {
  test(`${what} is trouble of the whole server: ${reason}`, async (t) => {
    const { ask } = await against(t, answer, what === 'silence' ? 1_500 : undefined)
    await assert.rejects(ask(question(['a'])), (error) => {
      assert.ok(error instanceof FreeBusyTrouble, String(error))
      assert.equal(error.failure.reason, reason)
      if (reason === 'busy') assert.equal(error.backOffMs, 4_000)
      return true
    })
  })
}

test('an answer that is missing, or has times that are none, fails alone', async (t) => {
  const { ask } = await against(t, (asked) => {
    const bad = seen({
      CalendarEventArray: [
        { StartTime: '2026-03-02T12:00:00', EndTime: '2026-03-02T11:00:00', BusyType: 'Busy' },
      ],
    })
    reply(asked, 200, formatResponse('GetUserAvailability', { FreeBusyResponseArray: [bad] }).join(''))
  })
  const answers = await ask(question(['a', 'b']))
  assert.deepEqual(
    answers.map((answer) => ('failure' in answer ? answer.failure.reason : 'known')),
    ['peer-failed', 'peer-failed'],
  )
})
