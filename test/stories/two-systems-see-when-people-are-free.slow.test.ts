import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signInOf } from '#src/app/sign-in.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { zoneYear } from '#src/formats/time-zone/yearly-change.ts'
import { formatSerializableZone } from '#src/wire/ews/serializable-zone.ts'
import {
  type AvailabilitySite,
  codes,
  introduce,
  openAvailabilitySite,
  PASSWORD,
} from './availability-site.ts'

let here: AvailabilitySite
let there: AvailabilitySite
let account = ''

before(async () => {
  here = await openAvailabilitySite('here')
  there = await openAvailabilitySite('there')
  for (const site of [here, there]) await site.user('ann')
  account = await introduce(here, there)
  await introduce(there, here)
})
after(async () => {
  await here?.end()
  await there?.end()
})

const zoneOf = (name: string, year = 2026) => formatSerializableZone(zoneYear(findIanaZone(name)!, year))
const events = (answer: Awaited<ReturnType<AvailabilitySite['ask']>>[number]) =>
  (answer.FreeBusyView?.CalendarEventArray ?? []).map(({ StartTime, EndTime, BusyType }) => [
    StartTime,
    EndTime,
    BusyType,
  ])

test('an occurrence keeps its hour over the change of clocks, on the clock of whoever asks', async () => {
  const { address } = await there.user('dst')
  await there.event(address, {
    title: 'Daily',
    start: '2026-03-01T09:00:00',
    timeZone: 'Europe/Berlin',
    duration: 'PT1H',
    recurrenceRules: [{ frequency: 'daily' }],
  })
  const ask = (timeZone: ReturnType<typeof zoneOf>, from: string, to: string) =>
    here.ask('ann@here.test', { addresses: [address], from, to, timeZone })
  const [berlin] = await ask(zoneOf('Europe/Berlin'), '2026-03-28T00:00:00', '2026-03-31T00:00:00')
  assert.deepEqual(events(berlin!), [
    ['2026-03-28T09:00:00', '2026-03-28T10:00:00', 'Busy'],
    ['2026-03-29T09:00:00', '2026-03-29T10:00:00', 'Busy'],
    ['2026-03-30T09:00:00', '2026-03-30T10:00:00', 'Busy'],
  ])
  // Three days with one of 23 hours.
  const digits = berlin!.FreeBusyView!.MergedFreeBusy!
  assert.equal(digits.length, 71 * 2)
  assert.deepEqual(
    [...digits.matchAll(/2+/g)].map(({ index }) => index),
    [18, 64, 112],
  )
  const [india] = await ask(zoneOf('Asia/Kolkata'), '2026-03-28T00:00:00', '2026-03-30T00:00:00')
  assert.deepEqual(events(india!), [
    ['2026-03-28T13:30:00', '2026-03-28T14:30:00', 'Busy'],
    ['2026-03-29T12:30:00', '2026-03-29T13:30:00', 'Busy'],
  ])
  const [newYork] = await ask(zoneOf('America/New_York'), '2026-03-07T00:00:00', '2026-03-10T00:00:00')
  // New York changes on the 8th, Berlin not yet.
  assert.deepEqual(
    events(newYork!).map(([start]) => start),
    ['2026-03-07T03:00:00', '2026-03-08T04:00:00', '2026-03-09T04:00:00'],
  )
})

test('a day has an hour twice, and there are clocks half an hour and three quarters of one apart', async () => {
  const { address: autumn } = await there.user('autumn')
  await there.event(autumn, {
    title: 'Daily',
    start: '2026-10-20T09:00:00',
    timeZone: 'Europe/Berlin',
    duration: 'PT1H',
    recurrenceRules: [{ frequency: 'daily' }],
  })
  const [berlin] = await here.ask('ann@here.test', {
    addresses: [autumn],
    from: '2026-10-24T00:00:00',
    to: '2026-10-27T00:00:00',
    timeZone: zoneOf('Europe/Berlin'),
  })
  assert.deepEqual(
    events(berlin!).map(([start]) => start),
    ['2026-10-24T09:00:00', '2026-10-25T09:00:00', '2026-10-26T09:00:00'],
  )
  // The second of the three days has 25 hours.
  const digits = berlin!.FreeBusyView!.MergedFreeBusy!
  assert.equal(digits.length, 73 * 2)
  assert.deepEqual(
    [...digits.matchAll(/2+/g)].map(({ index }) => index),
    [18, 68, 116],
  )

  const { address: island } = await there.user('island')
  await there.event(island, {
    title: 'Swim',
    start: '2026-04-01T09:00:00',
    // Its clock changes by half an hour, on the 5th of April at 2:00.
    timeZone: 'Australia/Lord_Howe',
    duration: 'PT30M',
    recurrenceRules: [{ frequency: 'daily' }],
  })
  const starts = async (zone: string) => {
    const [answer] = await here.ask('ann@here.test', {
      addresses: [island],
      from: '2026-04-04T00:00:00',
      to: '2026-04-06T00:00:00',
      timeZone: zoneOf(zone),
    })
    return events(answer!).map(([start]) => start)
  }
  assert.deepEqual(await starts('Etc/UTC'), ['2026-04-04T22:30:00', '2026-04-05T22:30:00'])
  assert.deepEqual(await starts('Asia/Kathmandu'), ['2026-04-04T03:45:00', '2026-04-05T04:15:00'])
  assert.deepEqual(await starts('Australia/Lord_Howe'), ['2026-04-04T09:00:00', '2026-04-05T09:00:00'])
})

test('changed and deleted occurrences count as they are, whole days as the days of their owner', async () => {
  const { address } = await there.user('series')
  await there.event(address, {
    title: 'Weekly',
    start: '2026-06-01T14:00:00',
    timeZone: 'Asia/Kolkata',
    duration: 'PT30M',
    recurrenceRules: [{ frequency: 'weekly', count: 10 }],
    recurrenceOverrides: {
      '2026-06-08T14:00:00': { excluded: true },
      '2026-06-15T14:00:00': { start: '2026-06-16T10:00:00', busyType: 'tentative' },
    },
  })
  await there.event(address, {
    title: 'Holiday',
    start: '2026-06-22T00:00:00',
    timeZone: null,
    duration: 'P1D',
    showWithoutTime: true,
    busyType: 'outOfOffice',
  })
  await there.event(address, {
    title: 'Home office',
    start: '2026-06-23T06:00:00',
    timeZone: 'Etc/UTC',
    duration: 'PT1H',
    busyType: 'workingElsewhere',
  })
  const [answer] = await here.ask('ann@here.test', {
    addresses: [address],
    from: '2026-06-01T00:00:00',
    to: '2026-06-24T00:00:00',
    minutes: 60,
  })
  assert.deepEqual(events(answer!), [
    ['2026-06-01T08:30:00', '2026-06-01T09:00:00', 'Busy'],
    ['2026-06-16T04:30:00', '2026-06-16T05:00:00', 'Tentative'],
    ['2026-06-22T00:00:00', '2026-06-23T00:00:00', 'OOF'],
    ['2026-06-22T08:30:00', '2026-06-22T09:00:00', 'Busy'],
    ['2026-06-23T06:00:00', '2026-06-23T07:00:00', 'WorkingElsewhere'],
  ])
  const digits = answer!.FreeBusyView!.MergedFreeBusy!
  assert.equal(digits.slice(21 * 24, 22 * 24), '3'.repeat(24))
  // Working elsewhere is free in the stream.
  assert.equal(digits.slice(22 * 24), '0'.repeat(24))
})

test('what is private tells its time only, and subjects are for who may see them', async () => {
  const { id, address } = await there.user('boss')
  const at = { timeZone: 'Etc/UTC', duration: 'PT1H' }
  await there.event(address, { ...at, title: 'Budget', start: '2026-05-04T09:00:00' })
  await there.event(address, { ...at, title: 'Doctor', start: '2026-05-04T11:00:00', privacy: 'private' })
  const window = { addresses: [address], from: '2026-05-04T00:00:00', to: '2026-05-05T00:00:00' }
  const [timesOnly] = await here.ask('ann@here.test', window)
  assert.deepEqual(timesOnly!.FreeBusyView!.FreeBusyViewType, ['FreeBusyMerged'])
  assert.equal(events(timesOnly!).length, 2)
  assert.doesNotMatch(JSON.stringify(timesOnly), /Budget|Doctor/)

  const folders = (await there.call('ListMailboxFolders', { EntityId: id })) as {
    Folders: Record<string, string>[]
  }
  const calendar = folders.Folders.find((folder) => /calendar/i.test(JSON.stringify(folder)))!
  await there.call('PutMailboxFolderPermission', {
    EntityId: id,
    FolderId: calendar.FolderId ?? calendar.Id,
    GranteeId: 'availability-service',
    AccessRights: ['LimitedDetails'],
  })
  // Another window, of which no answer is remembered.
  const [detailed] = await here.ask('ann@here.test', { ...window, to: '2026-05-06T00:00:00' })
  assert.deepEqual(detailed!.FreeBusyView!.FreeBusyViewType, ['DetailedMerged'])
  const details = detailed!.FreeBusyView!.CalendarEventArray!.map((event) => event.CalendarEventDetails)
  assert.equal(details[0]!.Subject, 'Budget')
  assert.equal(details[1]!.IsPrivate, true)
  assert.doesNotMatch(JSON.stringify(detailed), /Doctor/)
})

test('a group is answered as one, a room by its calendar, and who is nobody by a code', async () => {
  const one = await there.user('one')
  const two = await there.user('two')
  const { GroupId } = await there.call('CreateGroup', { Name: 'team' })
  await there.call('RegisterToWorkMail', { EntityId: GroupId, Email: 'team@there.test' })
  for (const { id } of [one, two]) await there.call('AssociateMemberToGroup', { GroupId, MemberId: id })
  const { ResourceId } = await there.call('CreateResource', { Name: 'room1', Type: 'ROOM' })
  await there.call('RegisterToWorkMail', { EntityId: ResourceId, Email: 'room1@there.test' })
  const event = { timeZone: 'Etc/UTC', duration: 'PT1H' }
  await there.event(one.address, { ...event, title: 'A', start: '2026-07-01T08:00:00' })
  await there.event(two.address, {
    ...event,
    title: 'B',
    start: '2026-07-01T10:00:00',
    busyType: 'tentative',
  })
  await there.event('room1@there.test', { ...event, title: 'C', start: '2026-07-01T12:00:00' })
  const answers = await here.ask('ann@here.test', {
    addresses: [
      'team@there.test',
      'nobody@there.test',
      'room1@there.test',
      'ann@nowhere.example',
      'ann@here.test',
    ],
    from: '2026-07-01T00:00:00',
    to: '2026-07-02T00:00:00',
    minutes: 60,
  })
  assert.deepEqual(codes(answers), [
    'NoError',
    'ErrorMailRecipientNotFound',
    'NoError',
    'ErrorMailRecipientNotFound',
    'NoError',
  ])
  assert.equal(answers[0]!.FreeBusyView!.MergedFreeBusy, `${'0'.repeat(8)}201${'0'.repeat(13)}`)
  assert.equal(answers[2]!.FreeBusyView!.MergedFreeBusy!.indexOf('2'), 12)
  assert.deepEqual(answers[1]!.FreeBusyView!.FreeBusyViewType, ['None'])
})

test('a group has the people of the groups in it, and is not asked about when it is too big', async () => {
  const group = async (Name: string, members: readonly string[]) => {
    const { GroupId } = await there.call('CreateGroup', { Name })
    await there.call('RegisterToWorkMail', { EntityId: GroupId, Email: `${Name}@there.test` })
    for (const MemberId of members) await there.call('AssociateMemberToGroup', { GroupId, MemberId })
    return String(GroupId)
  }
  const [inner, outer] = [await there.user('inner'), await there.user('outer')]
  const event = { title: 'x', timeZone: 'Etc/UTC', duration: 'PT1H' }
  await there.event(inner.address, { ...event, start: '2026-07-02T08:00:00' })
  await there.event(outer.address, { ...event, start: '2026-07-02T09:00:00' })
  const circle = await group('circle', [inner.id])
  await group('whole', [outer.id, circle])
  const people: string[] = []
  for (let number = 0; number < 100; number++) {
    const { UserId } = await there.call('CreateUser', { Name: `p${number}`, DisplayName: `p${number}` })
    await there.call('RegisterToWorkMail', { EntityId: UserId, Email: `p${number}@there.test` })
    people.push(String(UserId))
  }
  await group('crowd', people)
  const answers = await here.ask('ann@here.test', {
    addresses: ['whole@there.test', 'crowd@there.test', 'circle@there.test'],
    from: '2026-07-02T00:00:00',
    to: '2026-07-03T00:00:00',
    minutes: 60,
  })
  assert.deepEqual(codes(answers), ['NoError', 'ErrorFreeBusyDLLimitReached', 'NoError'])
  assert.equal(answers[0]!.FreeBusyView!.MergedFreeBusy, `${'0'.repeat(8)}22${'0'.repeat(14)}`)
  assert.equal(answers[2]!.FreeBusyView!.MergedFreeBusy, `${'0'.repeat(8)}2${'0'.repeat(15)}`)
})

test('a hundred mailboxes on both sides are answered in the order in which they were asked for', async () => {
  const addresses: string[] = []
  for (let number = 0; number < 50; number++) {
    const site = number % 2 === 0 ? here : there
    const { address } = await site.user(`many${number}`)
    addresses.push(address, `nobody${number}@${site.domain}`)
    const start = `2026-08-03T${String(number % 24).padStart(2, '0')}:00:00`
    await site.event(address, { title: 'x', start, timeZone: 'Etc/UTC', duration: 'PT1H' })
  }
  const window = { from: '2026-08-03T00:00:00', to: '2026-08-04T00:00:00', minutes: 60 }
  // Each side asks the other about half of them.
  for (const site of [here, there]) {
    const answers = await site.ask(`ann@${site.domain}`, { addresses, ...window })
    assert.equal(answers.length, 100)
    for (const [at, answer] of answers.entries()) {
      if (at % 2 === 1) assert.equal(answer.ResponseMessage!.ResponseCode, 'ErrorMailRecipientNotFound')
      else assert.equal(answer.FreeBusyView!.MergedFreeBusy!.indexOf('2'), (at / 2) % 24)
    }
  }
})

test('the service account asks when people are free, and does nothing else', async () => {
  const answers = await there.ask(account, {
    addresses: ['ann@there.test', 'ann@here.test'],
    from: '2026-07-01T00:00:00',
    to: '2026-07-02T00:00:00',
  })
  // What it asks is never passed on: that could go in a circle.
  assert.deepEqual(codes(answers), ['NoError', 'ErrorProxyRequestNotAllowed'])
  const { text } = await there.send(
    '/EWS/Exchange.asmx',
    account,
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetFolder
      xmlns="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">
      <FolderShape><t:BaseShape>IdOnly</t:BaseShape></FolderShape>
      <FolderIds><t:DistinguishedFolderId Id="inbox"/></FolderIds></GetFolder></s:Body></s:Envelope>`,
  )
  assert.match(text, /ErrorAccessDenied/)
  const signIn = signInOf(there.service.data.store, { 'dns.servers': '' })
  const login = { name: 'availability-service@there.test', secret: PASSWORD, client: '127.0.0.1' }
  assert.equal((await signIn.authenticate({ ...login, purpose: 'ews' })).accepted, true)
  const imap = await signIn.authenticate({ ...login, purpose: 'imap' })
  assert.equal(!imap.accepted && imap.failure, 'availability-only')
})

test('what Exchange itself would refuse is refused as a whole', async () => {
  const ask = (more: object) =>
    there.ask('ann@there.test', {
      addresses: ['ann@there.test'],
      from: '2026-07-01T00:00:00',
      to: '2026-07-02T00:00:00',
      ...more,
    })
  for (const [more, code] of [
    [{ to: '2026-06-01T00:00:00' }, 'ErrorInvalidTimeInterval'],
    [{ to: '2026-10-01T00:00:00' }, 'ErrorTimeIntervalTooBig'],
    [{ minutes: 4 }, 'ErrorInvalidMergedFreeBusyInterval|ErrorSchemaValidation'],
    [
      { addresses: Array.from({ length: 101 }, (_, at) => `u${at}@there.test`) },
      'ErrorMailboxDataArrayTooBig',
    ],
    [{ view: 'None' }, 'ErrorInvalidFreeBusyViewType'],
  ] as const)
    await assert.rejects(ask(more), new RegExp(code), code)
})

test('who shares nothing is seen by nobody, and by no question of an administrator in the name of everybody', async () => {
  const { id, address } = await there.user('shy')
  const { Folders } = (await there.call('ListMailboxFolders', { EntityId: id })) as {
    Folders: Record<string, string>[]
  }
  const calendar = Folders.find((folder) => /calendar/i.test(JSON.stringify(folder)))!
  const window = { from: '2026-07-01T00:00:00', to: '2026-07-02T00:00:00' }
  const query = async () => {
    const { Answers } = await there.call('QueryAvailability', {
      Addresses: [address],
      StartTime: Date.parse('2026-07-01T00:00:00Z') / 1_000,
      EndTime: Date.parse('2026-07-02T00:00:00Z') / 1_000,
    })
    return (Answers as { Failure?: string }[])[0]!.Failure
  }
  assert.equal(await query(), undefined)
  await there.call('PutMailboxFolderPermission', {
    EntityId: id,
    FolderId: calendar.FolderId ?? calendar.Id,
    GranteeId: 'default',
    AccessRights: ['None'],
  })
  assert.equal(await query(), 'not-allowed')
  assert.deepEqual(codes(await there.ask('ann@there.test', { addresses: [address], ...window })), [
    'ErrorNoFreeBusyAccess',
  ])
  assert.deepEqual(codes(await here.ask('ann@here.test', { addresses: [address], ...window })), [
    'ErrorNoFreeBusyAccess',
  ])
})
