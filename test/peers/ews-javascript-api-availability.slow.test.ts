import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { openAvailabilitySite, PASSWORD } from '#test/stories/availability-site.ts'
import { peer } from '#test/support/peers.ts'

const require = createRequire(import.meta.url)
const client = peer('ews-javascript-api', () => {
  try {
    return require.resolve('ews-javascript-api')
  } catch {
    return undefined
  }
})

/** An independent client: it sends its zone in TimeZoneContext alone, and whole days. */
test('ews-javascript-api reads when people are free, and what fails for one of them', {
  skip: client.skip,
  timeout: 300_000,
}, async (t) => {
  const site = await openAvailabilitySite('corp')
  t.after(() => site.end())
  const ann = await site.user('ann')
  await site.event(ann.address, {
    title: 'Talk',
    start: '2026-03-02T09:00:00',
    timeZone: 'Europe/Berlin',
    duration: 'PT1H',
    busyType: 'tentative',
  })
  // Its own answer to a certificate that only we trust: the switch of Node, for the time of this test.
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  t.after(() => {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
  })
  // biome-ignore lint/suspicious/noExplicitAny: its types are thousands of files that are not ours to check
  const ews = require(client.found) as any
  const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013)
  service.Credentials = new ews.WebCredentials(ann.address, PASSWORD)
  service.Url = new ews.Uri(`${site.base}/EWS/Exchange.asmx`)
  const window = new ews.TimeWindow(
    new ews.DateTime('2026-03-02T00:00:00Z'),
    new ews.DateTime('2026-03-04T00:00:00Z'),
  )
  const attendees = [new ews.AttendeeInfo(ann.address), new ews.AttendeeInfo('nobody@corp.test')]
  const options = new ews.AvailabilityOptions()
  options.RequestedFreeBusyView = ews.FreeBusyViewType.DetailedMerged
  const found = await service.GetUserAvailability(attendees, window, ews.AvailabilityData.FreeBusy, options)
  const [one, nobody] = found.AttendeesAvailability.Responses
  assert.equal(one.ErrorCode, ews.ServiceError.NoError)
  const [event] = one.CalendarEvents
  assert.equal(event.FreeBusyStatus, ews.LegacyFreeBusyStatus.Tentative)
  assert.equal(event.Details.Subject, 'Talk')
  assert.equal(new Date(event.StartTime.ToISOString()).toISOString(), '2026-03-02T08:00:00.000Z')
  assert.equal(nobody.ErrorCode, ews.ServiceError.ErrorMailRecipientNotFound)
  assert.equal(one.WorkingHours.DaysOfTheWeek.length, 5)
})
