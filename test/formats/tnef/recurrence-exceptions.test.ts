import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { readSeriesPattern } from '#src/formats/tnef/recurrence-exceptions.ts'

/** The example of MS-OXOCAL §4.1.1.2: Monday, Thursday and Friday from 10:00 to 10:30, twelve times, one of them otherwise. */
const example = Buffer.from(
  `043004300B2001000000C0210000010000000000000032000000222000000C0000000000000001000000A096BC0C01000000A096BC0C
   8020BC0C20ADBC0C0630000009300000580200007602000001003499BC0C5299BC0CF898BC0C11002200210053696D706C6520526563
   757272656E6365207769746820657863657074696F6E730800070033342F34313431000000000400000000000000000000003499BC0C
   5299BC0CF898BC0C2100530069006D0070006C006500200052006500630075007200720065006E006300650020007700690074006800
   200065007800630065007000740069006F006E0073000700330034002F0034003100340031000000000000000000`.replace(
    /\s/g,
    '',
  ),
  'hex',
)
const at = (hour: number, minute = 0) => Date.UTC(2007, 3, 16, hour, minute)

test('the example of the specification', () => {
  const { rule, deletedDays, replacedDays, changed } = readSeriesPattern(example, 'windows-1252')
  assert.equal(rule, 'FREQ=WEEKLY;BYDAY=MO,TH,FR;COUNT=12')
  assert.deepEqual([deletedDays, replacedDays], [[], [at(0)]])
  assert.deepEqual(changed, [
    {
      ...{ replacedMs: at(10), startMs: at(11), endMs: at(11, 30) },
      ...{ subject: 'Simple Recurrence with exceptions', location: '34/4141' },
    },
  ])
})

test('what is cut off keeps the texts of the old form, or is a fault', () => {
  const old = readSeriesPattern(example.subarray(0, 0xa0), 'windows-1252')
  assert.equal(old.changed[0]!.subject, 'Simple Recurrence with exceptions')
  assert.throws(() => readSeriesPattern(example.subarray(0, 0x60), 'windows-1252'), SyntaxFault)
})

test('every other field of an exception', () => {
  const numbers = Buffer.alloc(28)
  for (const [index, value] of [1, 20, 1, 2, 1, 1, 7].entries()) numbers.writeUInt32LE(value, index * 4)
  const flags = Buffer.from(example)
  flags.writeUInt16LE(0x01ee, 0x5c)
  const octets = Buffer.concat([flags.subarray(0, 0x5e), numbers, Buffer.alloc(16)])
  const { subject, location, ...rest } = readSeriesPattern(octets, 'windows-1252').changed[0]!
  assert.deepEqual([subject, location], [undefined, undefined])
  assert.deepEqual(rest, {
    ...{ replacedMs: at(10), startMs: at(11), endMs: at(11, 30) },
    ...{ reminderMinutes: 20, isReminded: true, busyStatus: 2, allDay: true },
  })
})

test('any octets give a series or a SyntaxFault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(example.length), (octets, keep) => {
      try {
        readSeriesPattern(Buffer.concat([example.subarray(0, keep), octets]), 'utf-8')
      } catch (error) {
        assert.ok(error instanceof SyntaxFault)
      }
    }),
  )
})
