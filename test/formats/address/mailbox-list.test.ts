import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatMailboxList } from '#src/formats/address/format.ts'
import {
  type AddressEntry,
  type Mailbox,
  mailboxesOf,
  parseAddressField,
  parseMailboxList,
} from '#src/formats/address/mailbox-list.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { parseFields } from '#src/formats/header/fields.ts'
import { formatAddressHeader } from '#src/formats/header/format.ts'

const box = (mailbox: string, host: string, name?: string): Mailbox =>
  name === undefined ? { mailbox, host } : { name, mailbox, host }

/** Many come from RFC 5322 appendix A. */
const cases: [text: string, entries: AddressEntry[]][] = [
  ['', []],
  ['jdoe@example.org', [box('jdoe', 'example.org')]],
  ['John Doe <jdoe@machine.example>', [box('jdoe', 'machine.example', 'John Doe')]],
  ['"Joe Q. Public" <john.q.public@example.com>', [box('john.q.public', 'example.com', 'Joe Q. Public')]],
  ['Joe Q. Public <john.q.public@example.com>', [box('john.q.public', 'example.com', 'Joe Q. Public')]],
  [
    'Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>',
    [box('mary', 'x.test', 'Mary Smith'), box('jdoe', 'example.org'), box('one', 'y.test', 'Who?')],
  ],
  [
    '<boss@nil.test>, "Giant; \\"Big\\" Box" <sysservices@example.net>',
    [box('boss', 'nil.test'), box('sysservices', 'example.net', 'Giant; "Big" Box')],
  ],
  [
    'A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;',
    [
      {
        group: 'A Group',
        members: [box('c', 'a.test', 'Ed Jones'), box('joe', 'where.test'), box('jdoe', 'one.test', 'John')],
      },
    ],
  ],
  ['Undisclosed recipients:;', [{ group: 'Undisclosed recipients', members: [] }]],
  ['Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>', [box('pete', 'silly.test', 'Pete')]],
  [
    "A Group(Some people)\r\n     :Chris Jones <c@(Chris's host.)public.example>,\r\n  joe@example.org; x@y.z",
    [
      { group: 'A Group', members: [box('c', 'public.example', 'Chris Jones'), box('joe', 'example.org')] },
      box('x', 'y.z'),
    ],
  ],
  [
    '(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;',
    [{ group: 'Hidden recipients', members: [] }],
  ],
  [
    'Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example',
    [{ ...box('mary', 'example.net', 'Mary Smith'), route: '@node.test' }, box('jdoe', 'test.example')],
  ],
  ['<@a.test,@b.test:joe@c.test>', [{ ...box('joe', 'c.test'), route: '@a.test,@b.test' }]],
  ['john . doe @ example . org', [box('john.doe', 'example.org')]],
  ['jdoe@example.org (John Doe)', [box('jdoe', 'example.org', 'John Doe')]],
  ['"john doe"@example.org', [box('john doe', 'example.org')]],
  ['"a\\"b@c"@example.org', [box('a"b@c', 'example.org')]],
  ['user@[192.0.2.1]', [box('user', '[192.0.2.1]')]],
  ['foo@bar.com <foo@bar.com>', [box('foo', 'bar.com', 'foo@bar.com')]],
  ['John Doe jdoe@example.org', [box('jdoe', 'example.org', 'John Doe')]],
  ['"O\'Neil, Pat" pat@example.org', [box('pat', 'example.org', "O'Neil, Pat")]],
  ['root', [box('root', '')]],
  ['Name <>', [{ name: 'Name', mailbox: '', host: '' }]],
  ['<>', []],
  ['"open <a@b>', [box('open <a@b>', '')]],
  ['a@b; c@d', [box('a', 'b'), box('c', 'd')]],
  ['Søren <søren@例え.jp>', [box('søren', '例え.jp', 'Søren')]],
  [
    '=?utf-8?q?J=C3=B6rg?= =?utf-8?q?_X?= <j@x.de>',
    [box('j', 'x.de', '=?utf-8?q?J=C3=B6rg?= =?utf-8?q?_X?=')],
  ],
  ['<a@b', [box('a', 'b')]],
]

for (const [text, entries] of cases) {
  test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseMailboxList(text), entries))
}

test('ten thousand members are read, a million commas are nothing', () => {
  const list = Array.from({ length: 10_000 }, (_, index) => `user${index}@example.org`).join(', ')
  assert.equal(mailboxesOf(parseMailboxList(`Team: ${list};`)).length, 10_000)
  assert.deepEqual(parseMailboxList(','.repeat(250_000)), [])
  assert.ok(mailboxesOf(parseMailboxList('a,'.repeat(100_000))).length <= 20_000)
})

test('writes what needs quoting quoted and what needs encoding encoded', () => {
  assert.equal(
    formatMailboxList([
      box('a b', 'x.org', 'Doe, J.'),
      box('c', 'x.org', 'Jörg'),
      { group: 'Team', members: [box('d', 'x.org', '')] },
    ]),
    '"Doe, J." <"a b"@x.org>, =?UTF-8?B?SsO2cmc=?= <c@x.org>, Team: d@x.org;',
  )
})

test('nothing breaks out of the field', () => {
  for (const bad of ['a\r\nBcc: x', 'a\n', 'a\r', 'a\0']) {
    assert.throws(() => formatMailboxList([box('a', 'x.org', bad)]), SyntaxFault)
    assert.throws(() => formatMailboxList([box(bad, 'x.org')]), SyntaxFault)
    assert.throws(() => formatMailboxList([box('a', bad)]), SyntaxFault)
    assert.throws(() => formatMailboxList([{ group: bad, members: [] }]), SyntaxFault)
  }
  for (const host of ['', 'x>, <y@z', 'x y', 'a,b', '-x.org', 'x..org']) {
    assert.throws(() => formatMailboxList([box('a', host)]), SyntaxFault, host)
  }
})

test('what is written reads back, folded too', () => {
  const printable = fc.string({ unit: 'grapheme', maxLength: 60 })
  const name = fc.oneof(
    printable,
    fc.constantFrom('=?utf-8?q?a?=', 'a  b', ' a ', '"', '\\', 'x'.repeat(300)),
  )
  const local = fc.oneof(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.emailAddress().map((address) => address.split('@')[0]!),
  )
  const mailbox = fc.record({ name, mailbox: local, host: fc.domain() })
  const entry = fc.oneof(mailbox, fc.record({ group: name, members: fc.array(mailbox, { maxLength: 3 }) }))
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 4 }), (entries) => {
      let field: string
      try {
        field = formatAddressHeader('To', entries)
      } catch (error) {
        // Control characters, local parts over 64 octets once quoted, and the like.
        assert.ok(error instanceof SyntaxFault)
        return
      }
      const read = parseAddressField(parseFields(Buffer.from(field, 'latin1'))[0]!.value)
      const shown = (list: readonly AddressEntry[], decode: (text: string) => string): unknown[] =>
        list.map((each) =>
          'members' in each
            ? { group: decode(each.group), members: shown(each.members, decode) }
            : { name: decode(each.name ?? ''), mailbox: each.mailbox, host: each.host },
        )
      assert.deepEqual(shown(read, decodeWords), shown(entries, String))
    }),
    { numRuns: 500 },
  )
})

test('any text is a list, at no great cost', () => {
  const unit = fc.constantFrom(
    '<',
    '>',
    '@',
    '"',
    '(',
    ')',
    '[',
    ']',
    ':',
    ';',
    ',',
    '\\',
    ' ',
    'a',
    '.',
    'é',
  )
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
      for (const { mailbox, host } of mailboxesOf(parseMailboxList(text))) {
        assert.equal(typeof mailbox, 'string')
        assert.equal(typeof host, 'string')
      }
    }),
    { numRuns: 1000 },
  )
})
