import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatInstant, instantOf, parseDateTime } from '#src/wire/ews/date-time.ts'

const inBerlin = (wall: Temporal.PlainDateTime) => wall.toZonedDateTime('Europe/Berlin').toInstant()

for (const [text, instant] of [
  ['2026-07-01T12:00:00Z', '2026-07-01T12:00:00Z'],
  ['2026-07-01T12:00:00', '2026-07-01T10:00:00Z'],
  ['2026-01-01T12:00:00', '2026-01-01T11:00:00Z'],
  ['2026-07-01T12:00:00+05:30', '2026-07-01T06:30:00Z'],
  ['2026-07-01T12:00:00.25-08:00', '2026-07-01T20:00:00.25Z'],
  ['2026-07-01T24:00:00Z', '2026-07-02T00:00:00Z'],
  ['2026-07-01T12:00:00.123456789Z', '2026-07-01T12:00:00.123456789Z'],
  [' 0001-01-01T00:00:00Z ', '+000001-01-01T00:00:00Z'],
] as const) {
  test(`'${text}' is ${instant}`, () => {
    assert.equal(
      instantOf(parseDateTime(text), inBerlin).toString(),
      Temporal.Instant.from(instant.replace('+00', '')).toString(),
    )
  })
}

for (const text of [
  '',
  '2026-07-01',
  '2026-02-30T00:00:00Z',
  '2026-07-01T25:00:00Z',
  '2026-07-01 12:00:00',
  '2026-07-01T24:00:01Z',
]) {
  test(`'${text}' is no date and time`, () => assert.throws(() => parseDateTime(text), SyntaxFault))
}

test('a moment is written in whole seconds, or in thousandths', () => {
  const instant = Temporal.Instant.from('2026-07-01T12:00:00.987654Z')
  assert.equal(formatInstant(instant), '2026-07-01T12:00:00Z')
  assert.equal(formatInstant(instant, 'Milliseconds'), '2026-07-01T12:00:00.987Z')
})

test('any moment that is written can be read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: -6e13, max: 2.5e14 }), (ms) => {
      const instant = Temporal.Instant.fromEpochMilliseconds(ms)
      assert.equal(
        instantOf(parseDateTime(formatInstant(instant, 'Milliseconds')), inBerlin).epochMilliseconds,
        ms,
      )
    }),
  )
})

test('any text is a date and time or a SyntaxFault', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (text, at) => {
      const mixed = `2026-07-01T12:00:00Z`.slice(0, at % 20) + text
      try {
        parseDateTime(mixed)
      } catch (error) {
        assert.ok(error instanceof SyntaxFault, String(error))
      }
    }),
  )
})
