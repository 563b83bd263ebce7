import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseWorkHours } from '#src/wire/ews/work-hours.ts'

const document = (changes: Record<string, string> = {}): Buffer => {
  const said = {
    bias: '-60',
    date: '0000/03/05',
    day: '0',
    time: '02:00:00',
    start: '08:30:00',
    days: 'Monday Tuesday Friday',
    name: '<Name>W. Europe Standard Time</Name>',
    ...changes,
  }
  return Buffer.from(`<?xml version="1.0"?>
<Root xmlns="WorkingHours.xsd">
  <WorkHoursVersion1>
    <TimeZone>
      <Bias>${said.bias}</Bias>
      <Standard>
        <Bias>0</Bias>
        <ChangeDate><Time>03:00:00</Time><Date>0000/10/05</Date><DayOfWeek>0</DayOfWeek></ChangeDate>
      </Standard>
      <DaylightSavings>
        <Bias>-60</Bias>
        <ChangeDate><Time>${said.time}</Time><Date>${said.date}</Date><DayOfWeek>${said.day}</DayOfWeek></ChangeDate>
      </DaylightSavings>
      ${said.name}
    </TimeZone>
    <TimeSlot><Start>${said.start}</Start><End>16:45:00</End></TimeSlot>
    <WorkDays>${said.days}</WorkDays>
  </WorkHoursVersion1>
</Root>`)
}

const HOUR_MS = 3_600_000
const rules = {
  standardOffsetMs: HOUR_MS,
  daylight: {
    offsetMs: 2 * HOUR_MS,
    begins: { month: 3, week: 5, weekday: 6, timeMs: 2 * HOUR_MS },
    ends: { month: 10, week: 5, weekday: 6, timeMs: 3 * HOUR_MS },
  },
}

test('days, times and zone as Outlook writes them', () => {
  const hours = { days: ['mo', 'tu', 'fr'], startMinutes: 510, endMinutes: 1_005 }
  assert.deepEqual(parseWorkHours(document()), {
    ...hours,
    zone: { name: 'W. Europe Standard Time', rules },
  })
  assert.deepEqual(parseWorkHours(document({ name: '' })), { ...hours, zone: { name: undefined, rules } })
})

test('days are each said once, and words that are none are no days', () => {
  assert.deepEqual(parseWorkHours(document({ days: 'Weekday Sunday Monday constructor' })).days, [
    'mo',
    'tu',
    'we',
    'th',
    'fr',
    'su',
  ])
  assert.deepEqual(parseWorkHours(document({ days: '' })).days, [])
})

for (const wrong of [
  { date: '2026/03/29' },
  { date: '0000/13/01' },
  { day: '7' },
  { day: '-1' },
  { time: 'noon' },
  { start: '25:00:00' },
  { bias: '9000' },
  { bias: 'x' },
])
  test(`${Object.entries(wrong).join()} is no such document`, () =>
    assert.throws(() => parseWorkHours(document(wrong)), SyntaxFault))

test('nor is any other', () => {
  for (const text of ['', '<Root/>', '<Root xmlns="WorkingHours.xsd"/>', '{}'])
    assert.throws(() => parseWorkHours(Buffer.from(text)), SyntaxFault)
})
