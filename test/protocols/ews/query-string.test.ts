import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Flag } from '#src/domain/mailbox/item.ts'
import { parseQueryString } from '#src/protocols/ews/finding/query-string.ts'

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
  [
    'received:2026-11-21',
    { kind: 'received', since: Date.UTC(2026, 10, 21), before: Date.UTC(2026, 10, 22) },
  ],
  ['size:>10kb', { kind: 'size', larger: 10_239 }],
  ['', { kind: 'and', of: [] }],
]

for (const [text, query] of cases)
  test(`${text || 'nothing'} is understood`, () => assert.deepEqual(parseQueryString(text), query))

test('whatever people type is some query', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('(', ')', '"', ':', ' ', 'a', 'OR', 'NOT', '-') }),
      (text) => {
        assert.ok(parseQueryString(text))
      },
    ),
  )
})
