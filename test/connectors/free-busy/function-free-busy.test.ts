import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { functionFreeBusy } from '#connectors/free-busy/function-free-busy.ts'
import { type FreeBusyQuestion, FreeBusyTrouble } from '#src/domain/availability/free-busy-source.ts'
import { reply, type StubRequest, stubHttps } from '#test/support/stub-https.ts'

const question = (...addresses: string[]): FreeBusyQuestion => ({
  addresses,
  from: Date.parse('2021-05-04T00:00:00Z'),
  to: Date.parse('2021-05-06T00:00:00Z'),
  detailed: true,
  requester: { email: 'user1@internal.example.com', name: 'User One' },
})
const json = { 'content-type': 'application/json' }

async function against(t: TestContext, answer: (asked: StubRequest) => void, callMs = 20_000) {
  const stub = await stubHttps(answer)
  const source = functionFreeBusy({
    endpoint: `${stub.url}/free-busy?v=1`,
    token: 'open sesame',
    organization: 'm-0123456789abcdef0123456789abcdef',
    tls: { ca: stub.pair.cert },
    version: '1',
    callMs,
  })
  t.after(() => {
    source.close()
    return stub.close()
  })
  const ask = (...addresses: string[]) => source.ask(question(...addresses), new AbortController().signal)
  return { stub, ask }
}

const transition = (offset: number, time: string, month: string) => ({
  offset,
  time,
  month,
  week: 'LAST',
  dayOfWeek: 'SUN',
})

test('a function is asked as WorkMail asks it, and answers as its guide says', async (t) => {
  const { stub, ask } = await against(t, (asked) =>
    reply(
      asked,
      200,
      JSON.stringify({
        mailboxes: [
          { mailbox: 'unknown@internal.example.com', error: 'MailboxNotFound' },
          {
            mailbox: 'User2@external.example.com',
            events: [
              {
                startTime: '2021-05-04T09:00:00+00:00',
                endTime: '2021-05-04T10:00:00.000Z',
                busyType: 'Tentative',
              },
              {
                startTime: '2021-05-03T23:00:00.000Z',
                endTime: '2021-05-04T03:00:00.000Z',
                busyType: 'BUSY',
                details: {
                  subject: 'Late meeting',
                  location: 'Chime',
                  instanceType: 'EXCEPTION',
                  isMeeting: true,
                  isReminderSet: true,
                  isPrivate: false,
                },
              },
              { startTime: '2021-05-04T11:00:00Z', endTime: '2021-05-04T12:00:00Z', busyType: 'FREE' },
            ],
            workingHours: {
              timezone: {
                name: 'W. Europe Standard Time',
                bias: -60,
                standardTime: transition(0, '03:00:00', 'OCT'),
                daylightTime: transition(-60, '02:00:00', 'MAR'),
              },
              workingPeriods: [{ startMinutes: 480, endMinutes: 1_040, days: ['MON', 'TUE'] }],
            },
          },
        ],
      }),
      json,
    ),
  )
  const [known, unknown] = await ask('user2@external.example.com', 'unknown@internal.example.com')
  assert.deepEqual(JSON.parse(stub.asked[0]!.body), {
    requester: {
      email: 'user1@internal.example.com',
      userName: 'user1',
      organization: 'm-0123456789abcdef0123456789abcdef',
      userId: 'S-1-5-18',
    },
    mailboxes: ['user2@external.example.com', 'unknown@internal.example.com'],
    window: { startDate: '2021-05-04T00:00:00.000Z', endDate: '2021-05-06T00:00:00.000Z' },
  })
  assert.equal(stub.asked[0]!.headers.authorization, 'Bearer open sesame')
  assert.equal(stub.asked[0]!.url, '/free-busy?v=1')
  assert.ok(known && 'freeBusy' in known)
  assert.deepEqual(
    known.freeBusy.times.map(({ startMs, busy }) => [new Date(startMs).toISOString(), busy]),
    [
      ['2021-05-03T23:00:00.000Z', 'busy'],
      ['2021-05-04T09:00:00.000Z', 'tentative'],
    ],
  )
  const { details } = known.freeBusy.times[0]!
  assert.deepEqual(
    [details?.subject, details?.isException, details?.isRecurring],
    ['Late meeting', true, true],
  )
  assert.deepEqual(known.freeBusy.workingHours, {
    timeZone: 'Europe/Berlin',
    periods: [{ days: ['mo', 'tu'], startMinutes: 480, endMinutes: 1_040 }],
  })
  assert.ok(unknown && 'failure' in unknown)
  assert.equal(unknown.failure.reason, 'unknown-address')
})

test('May is a month, a zone without changes needs none, and a private event tells nothing', async (t) => {
  const hours = (timezone: object) => ({
    timezone,
    workingPeriods: [{ startMinutes: 0, endMinutes: 60, days: ['SUN'] }],
  })
  const { ask } = await against(t, (asked) =>
    reply(
      asked,
      200,
      JSON.stringify({
        mailboxes: [
          { mailbox: 'fixed', events: [], workingHours: hours({ name: 'India', bias: -330 }) },
          {
            mailbox: 'may',
            events: [
              {
                startTime: '2021-05-04T09:00:00Z',
                endTime: '2021-05-04T10:00:00Z',
                busyType: 'BUSY',
                details: { subject: 'Doctor', location: '', isPrivate: true },
              },
            ],
            workingHours: hours({
              bias: 0,
              standardTime: transition(0, '03:00:00', 'OCT'),
              daylightTime: transition(-60, '01:00:00', 'MAY'),
            }),
          },
        ],
      }),
      json,
    ),
  )
  const [fixed, may] = await ask('fixed', 'may')
  assert.ok(fixed && 'freeBusy' in fixed && may && 'freeBusy' in may)
  assert.equal(fixed.freeBusy.workingHours?.timeZone, 'Asia/Calcutta')
  assert.equal(may.freeBusy.times[0]!.private, true)
  assert.doesNotMatch(JSON.stringify(may), /Doctor/)
})

test('errors of mailboxes have their reasons, and one that cannot be read fails alone', async (t) => {
  const errors = {
    MailboxNotFound: 'unknown-address',
    ErrorAvailabilityConfigNotFound: 'no-source',
    ErrorServerBusy: 'busy',
    ErrorTimeoutExpired: 'timeout',
    ErrorFreeBusyGenerationFailed: 'peer-failed',
    'It rains.': 'peer-failed',
    __proto: 'peer-failed',
  }
  const { ask } = await against(t, (asked) => {
    const failed = Object.keys(errors).map((error) => ({ mailbox: error, error }))
    const broken = { mailbox: 'broken', events: [{ startTime: 'now', endTime: 'later', busyType: 'BUSY' }] }
    reply(asked, 200, JSON.stringify({ mailboxes: [...failed, broken] }), json)
  })
  const answers = await ask(...Object.keys(errors), 'broken', 'missing')
  assert.deepEqual(
    answers.map((answer) => ('failure' in answer ? answer.failure.reason : 'known')),
    [...Object.values(errors), 'peer-failed', 'peer-failed'],
  )
  const broken = answers.at(-2)!
  assert.ok('failure' in broken)
  assert.equal(broken.failure.code, 'ErrorResponseSchemaValidation')
})

test('a token that is refused is what is said to be refused', async (t) => {
  const { ask } = await against(t, (asked) => reply(asked, 401, '', { 'www-authenticate': 'Bearer' }))
  await assert.rejects(ask('a'), { message: /^localhost:\d+ refused the token \(401\)\.$/ })
})

const troubles: [what: string, reason: string, answer: (asked: StubRequest) => void][] = [
  ['401', 'credentials', (asked) => reply(asked, 401)],
  ['403', 'peer-failed', (asked) => reply(asked, 403)],
  ['500 with HTML', 'peer-failed', (asked) => reply(asked, 500, '<html>')],
  ['429', 'busy', (asked) => reply(asked, 429, '', { 'retry-after': '5' })],
  ['no JSON', 'peer-failed', (asked) => reply(asked, 200, '{"mailboxes": [')],
  ['another JSON', 'peer-failed', (asked) => reply(asked, 200, '[]')],
  ['silence', 'timeout', () => {}],
]
for (const [what, reason, answer] of troubles) {
  test(`${what} is trouble of the whole function: ${reason}`, async (t) => {
    const { ask } = await against(t, answer, what === 'silence' ? 1_500 : undefined)
    await assert.rejects(ask('a'), (error) => {
      assert.ok(error instanceof FreeBusyTrouble, String(error))
      assert.equal(error.failure.reason, reason)
      assert.doesNotMatch(error.message, /sesame/)
      return true
    })
  })
}
