import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatDate, parseDate } from '#src/formats/header/date.ts'

const cases: [text: string, iso: string, zoneMinutes: number][] = [
  ['Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06Z', -360],
  ['21 Nov 97 09:55:06 GMT', '1997-11-21T09:55:06Z', 0],
  ['Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06Z', -360],
  ['Thu, 13 Feb 1969 23:32 -0330', '1969-02-14T03:02:00Z', -210],
  ['1 Jan 49 00:00:00 UT', '2049-01-01T00:00:00Z', 0],
  ['1 Jan 50 00:00:00 UT', '1950-01-01T00:00:00Z', 0],
  ['1 Jan 126 00:00:00 EDT', '2026-01-01T04:00:00Z', -240],
  ['1 Jan 2026 00:00:00 A', '2026-01-01T00:00:00Z', 0],
  ['1 Jan 2026 00:00:00', '2026-01-01T00:00:00Z', 0],
  ['1 Jan 2026 00:00:00 -0000', '2026-01-01T00:00:00Z', 0],
  ['Mon, 02 Mar 2026 10:00:00 GMT+0200', '2026-03-02T08:00:00Z', 120],
  ['Mon, 02 Mar 2026 10:00:00 +02:00 (EET (really))', '2026-03-02T08:00:00Z', 120],
  ['Monday, 2-March-2026 10:00:00 PM PST', '2026-03-03T06:00:00Z', -480],
  ['Mon Mar  2 10:00:00 2026', '2026-03-02T10:00:00Z', 0],
  ['Mon Mar  2 10:00:00 PST 2026', '2026-03-02T18:00:00Z', -480],
  ['2026-03-02T10:00:00+05:30', '2026-03-02T04:30:00Z', 330],
  ['29 Feb 2024 00:00:00 +0000', '2024-02-29T00:00:00Z', 0],
  ['31 Dec 2016 23:59:60 +0000', '2016-12-31T23:59:59Z', 0],
  ['1 Jan 2026 00:00:00 +9999', '2026-01-01T00:00:00Z', 0],
]

for (const [text, iso, zoneMinutes] of cases) {
  test(`reads ${text}`, () => {
    assert.deepEqual(parseDate(text), { epochMs: Date.parse(iso), zoneMinutes })
  })
}

for (const text of [
  '',
  'tomorrow',
  '32 Jan 2026 00:00 +0000',
  '29 Feb 2025 00:00 +0000',
  '1 Foo 2026 00:00',
  '1 Jan 2026 24:00:00 GMT',
  '1 Jan 2026',
]) {
  test(`refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseDate(text), SyntaxFault)
  })
}

test('writes RFC 5322', () => {
  assert.equal(formatDate(Date.UTC(2026, 2, 3, 8, 5), 60), 'Tue, 03 Mar 2026 09:05:00 +0100')
  assert.equal(formatDate(Date.UTC(2026, 0, 1), -210), 'Wed, 31 Dec 2025 20:30:00 -0330')
  assert.throws(() => formatDate(Number.NaN), SyntaxFault)
})

test('what is written reads back', () => {
  const seconds = fc.integer({ min: Date.UTC(1901, 0) / 1000, max: Date.UTC(9998, 0) / 1000 })
  fc.assert(
    fc.property(seconds, fc.integer({ min: -1439, max: 1439 }), (second, zoneMinutes) => {
      assert.deepEqual(parseDate(formatDate(second * 1000, zoneMinutes)), {
        epochMs: second * 1000,
        zoneMinutes,
      })
    }),
  )
})

test('any text is a date or a SyntaxFault', () => {
  const piece = fc.constantFrom(
    'Mon',
    ',',
    ' ',
    '1',
    '12',
    'Jan',
    '2026',
    ':',
    '-',
    '+0100',
    '(',
    ')',
    'T',
    'pm',
    '99',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 15 }).map((all) => all.join('')),
      ),
      (text) => {
        try {
          assert.ok(Number.isFinite(parseDate(text).epochMs))
        } catch (error) {
          assert.ok(error instanceof SyntaxFault)
        }
      },
    ),
    { numRuns: 500 },
  )
})
