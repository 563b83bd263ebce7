import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMeeting } from '#src/domain/calendar/scheduling/meeting-message.ts'

test('what is no meeting is read as none', () => {
  const text = (lines: string) =>
    `BEGIN:VCALENDAR\r\n${lines}BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
  assert.equal(readMeeting(text('METHOD:PUBLISH\r\n')), undefined)
  assert.equal(readMeeting(text('')), undefined)
  assert.equal(readMeeting('Dear all,'), undefined)
  assert.equal(readMeeting(text(''), 'request')?.method, 'REQUEST')
  assert.equal(
    readMeeting(text('METHOD:CANCEL\r\n'), 'REQUEST')?.method,
    'CANCEL',
    'what the calendar says counts',
  )
})
