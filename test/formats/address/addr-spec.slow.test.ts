import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import {
  formatAddrSpec,
  normalizeAddress,
  parseAddrSpec,
  parseServiceAddress,
  splitSubaddress,
} from '#src/formats/address/addr-spec.ts'

const label63 = 'a'.repeat(63)

for (const [text, mailbox, host] of [
  ['a@b', 'a', 'b'],
  ['a.b+c@x.org', 'a.b+c', 'x.org'],
  ['"a b\\"@"@x.org', 'a b"@', 'x.org'],
  ['user@[192.0.2.1]', 'user', '[192.0.2.1]'],
  ['user@[IPv6:2001:db8::1]', 'user', '[IPv6:2001:db8::1]'],
  ['почта@пример.рф', 'почта', 'пример.рф'],
  [`${'a'.repeat(64)}@x.org`, 'a'.repeat(64), 'x.org'],
] as const) {
  test(`reads ${text}`, () => assert.deepEqual(parseAddrSpec(text), { mailbox, host }))
}

for (const text of [
  '',
  'a',
  '@x.org',
  'a@',
  'a b@x.org',
  'a@x y',
  'a..b@x.org',
  '.a@x.org',
  'a@x..org',
  'a@-x.org',
  'a@x-.org',
  '""@x.org',
  'a@[300.x]',
  '<a@x.org>',
  'a@x.org\r\n',
  'a\0@x.org',
  `${'a'.repeat(65)}@x.org`,
  `a@${label63}a.org`,
  `a@${`${label63}.`.repeat(4)}org`,
]) {
  test(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.throws(() => parseAddrSpec(text), SyntaxFault)
  })
}

test('looks addresses up in lower case, unquoted and composed', () => {
  assert.equal(normalizeAddress('Ann.B@Example.ORG'), 'ann.b@example.org')
  assert.equal(normalizeAddress('"ann"@x.org'), 'ann@x.org')
  assert.equal(normalizeAddress('"Ann B"@x.org'), '"ann b"@x.org')
  assert.equal(normalizeAddress('E\u0301@x.org'), 'é@x.org')
  assert.throws(() => normalizeAddress({ mailbox: 'a\n', host: 'x.org' }), SyntaxFault)
})

test('splits at the first plus', () => {
  assert.deepEqual(splitSubaddress('ann+a+b'), { user: 'ann', detail: 'a+b' })
  assert.deepEqual(splitSubaddress('ann+'), { user: 'ann', detail: '' })
  assert.deepEqual(splitSubaddress('+ann'), { user: '+ann' })
  assert.deepEqual(splitSubaddress('ann'), { user: 'ann' })
})

test('LIM-16: takes what the directory may hold', () => {
  assert.equal(parseServiceAddress('Ann_%+-.B1@Mail.Example.org'), 'ann_%+-.b1@mail.example.org')
  for (const text of ["o'neil@x.org", 'r&d@x.org', "a!#$%&'+-=?^_`{|}~b@x.org"])
    assert.equal(parseServiceAddress(text), text)
  const labels = `${`${'b'.repeat(50)}.`.repeat(4)}`
  assert.equal(parseServiceAddress(`a@${labels}tests`).length, 2 + 209)
  for (const text of [
    `a@${labels}tester`,
    `${'a'.repeat(65)}@x.org`,
    'ann@localhost',
    'ä@x.org',
    'a@müller.de',
    'a/b@x.org',
    'a*b@x.org',
    "o' neil@x.org",
    '"a"@x.org',
    'a@x.o1',
    'a@.org',
    'a..b@x.org',
    'a@x.org ',
  ]) {
    assert.throws(() => parseServiceAddress(text), SyntaxFault, text)
  }
})

test('what is written reads back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), fc.domain(), (mailbox, host) => {
      fc.pre(mailbox.isWellFormed() && !/[\x00-\x1f\x7f]/.test(mailbox) && Buffer.byteLength(mailbox) <= 30)
      assert.deepEqual(parseAddrSpec(formatAddrSpec({ mailbox, host })), { mailbox, host })
    }),
  )
})

test('any text is an address or a SyntaxFault', () => {
  const unit = fc.constantFrom('a', '@', '.', '"', '\\', '[', ']', '-', '+', 'é', ' ')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 20 }), (text) => {
      try {
        const spec = parseAddrSpec(text)
        assert.deepEqual(parseAddrSpec(formatAddrSpec(spec)), spec)
      } catch (error) {
        assert.ok(error instanceof SyntaxFault)
      }
    }),
    { numRuns: 1000 },
  )
})
