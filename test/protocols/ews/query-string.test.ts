import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Flag } from '#src/domain/mailbox/item.ts'
import { judge } from '#src/domain/mailbox/search/query.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { parseQueryString } from '#src/protocols/ews/finding/query-string.ts'

/** A Sunday in Berlin, where it is Saturday in UTC. */
const clock = { now: Date.UTC(2026, 10, 21, 23, 30), zone: findIanaZone('Europe/Berlin')! }
const berlin = (year: number, month: number, day: number, ahead = 1) => Date.UTC(year, month, day, -ahead)
const at = (hour: number) => Date.UTC(2026, 10, 21, hour)

const cases: [text: string, query: unknown][] = [
  ['apple', { kind: 'text', contains: 'apple' }],
  ['"green apple"', { kind: 'text', contains: 'green apple' }],
  [
    'subject:pie from:ann',
    {
      kind: 'and',
      of: [
        { kind: 'subject', contains: 'pie' },
        { kind: 'from', contains: 'ann' },
      ],
    },
  ],
  [
    'subject:"a b" OR body:c*',
    {
      kind: 'or',
      of: [
        { kind: 'subject', contains: 'a b' },
        { kind: 'body', contains: 'c' },
      ],
    },
  ],
  ['NOT isread:true', { kind: 'not', of: { kind: 'flags', flags: Flag.seen } }],
  ['hasattachment:no', { kind: 'not', of: { kind: 'flags', flags: Flag.hasAttachment } }],
  [
    '(a OR b) c',
    {
      kind: 'and',
      of: [
        {
          kind: 'or',
          of: [
            { kind: 'text', contains: 'a' },
            { kind: 'text', contains: 'b' },
          ],
        },
        { kind: 'text', contains: 'c' },
      ],
    },
  ],
  ['received:2026-11-21', { kind: 'received', since: berlin(2026, 10, 21), before: berlin(2026, 10, 22) }],
  ['attachment:plan.pdf', { kind: 'attachment', contains: 'plan.pdf' }],
  ['received:today', { kind: 'received', since: berlin(2026, 10, 22), before: berlin(2026, 10, 23) }],
  ['received:yesterday', { kind: 'received', since: berlin(2026, 10, 21), before: berlin(2026, 10, 22) }],
  ['received:"this week"', { kind: 'received', since: berlin(2026, 10, 22), before: berlin(2026, 10, 29) }],
  ['received:"last month"', { kind: 'received', since: berlin(2026, 9, 1, 2), before: berlin(2026, 10, 1) }],
  ['sent:>=11/21/2026', { kind: 'sent', since: berlin(2026, 10, 21) }],
  [
    'received:2026-11-01..2026-11-21',
    { kind: 'received', since: berlin(2026, 10, 1), before: berlin(2026, 10, 22) },
  ],
  ['received:(this week)', { kind: 'received', since: berlin(2026, 10, 22), before: berlin(2026, 10, 29) }],
  ['received:2026-11-21T10:00:00', { kind: 'received', since: at(9), before: at(9) + 1_000 }],
  ['received:>=2026-11-21T10:00:00Z', { kind: 'received', since: at(10) }],
  ['received:<2026-11-21T10:00:00.500+05:00', { kind: 'received', before: at(5) + 500 }],
  ['received:soon', { kind: 'and', of: [] }],
  ['received:constructor', { kind: 'and', of: [] }],
  ['size:>10kb', { kind: 'size', larger: 10_240 }],
  ['size:>=10kb', { kind: 'size', larger: 10_239 }],
  ['size:<1mb', { kind: 'size', smaller: 1_048_576 }],
  ['size:<=5000', { kind: 'size', smaller: 5_001 }],
  ['size:5000', { kind: 'size', larger: 4_999, smaller: 5_001 }],
  ['size:1kb..2KB', { kind: 'size', larger: 1_023, smaller: 2_049 }],
  ['size:big', { kind: 'and', of: [] }],
  ['kind:meetings', { kind: 'class', class: 'event' }],
  ['kind:Email', { kind: 'class', class: 'message' }],
  ['kind:voicemail', { kind: 'or', of: [] }],
  ['kind:constructor', { kind: 'or', of: [] }],
  ['', { kind: 'and', of: [] }],
]

/** What a text finds among messages with these header fields. */
const levels: [text: string, found: string[]][] = [
  ['importance:high', ['high', 'first', 'second']],
  ['importance:normal', ['none', 'normal', 'third']],
  ['importance:low', ['low', 'fifth', 'low but first']],
]
const headers: Record<string, Record<string, string>> = {
  none: {},
  high: { importance: 'High' },
  low: { importance: 'low' },
  normal: { importance: 'normal' },
  first: { 'x-priority': '1 (Highest)' },
  second: { importance: 'normal', 'x-priority': '2' },
  third: { 'x-priority': '3' },
  fifth: { 'x-priority': '5' },
  'low but first': { importance: 'low', 'x-priority': '1' },
}
for (const [text, expected] of levels)
  test(`${text} finds what is shown so`, () => {
    const found = Object.entries(headers).filter(([, fields]) =>
      judge(parseQueryString(text, clock), (leaf) => {
        assert.ok(leaf.kind === 'header')
        return fields[leaf.name]?.toLowerCase().includes(leaf.contains) === true
      }),
    )
    assert.deepEqual(found.map(([name]) => name).toSorted(), expected.toSorted())
  })

for (const [text, query] of cases)
  test(`${text || 'nothing'} is understood`, () => assert.deepEqual(parseQueryString(text, clock), query))

test('whatever people type is some query', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('(', ')', '"', ':', ' ', 'a', 'OR', 'NOT', '-') }),
      (text) => {
        assert.ok(parseQueryString(text, clock))
      },
    ),
  )
})

test('a long text is gone through once', () => {
  const most = 300_000
  assert.deepEqual(parseQueryString(`received:"${'.'.repeat(most)}\n"`, clock), { kind: 'and', of: [] })
  const stars = `${'*'.repeat(most)}a`
  assert.deepEqual(parseQueryString(stars, clock), { kind: 'text', contains: stars })
})
