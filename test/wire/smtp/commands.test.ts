import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatBdat, parseBdat, parseCommandLine } from '#src/wire/smtp/command-line.ts'
import { formatMail, type Mail, parseMail } from '#src/wire/smtp/mail.ts'
import { formatPath, parsePath } from '#src/wire/smtp/path.ts'
import { formatRcpt, parseRcpt, type Rcpt } from '#src/wire/smtp/rcpt.ts'
import { formatPlain, formatResponse, parsePlain, parseResponse } from '#src/wire/smtp/sasl.ts'
import { formatXtext, parseXtext } from '#src/wire/smtp/xtext.ts'

const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true })

const fault = { name: 'SyntaxFault' }

const paths: [text: string, mailbox: string, host: string][] = [
  ['ann@corp.example', 'ann', 'corp.example'],
  ['"ann b"@corp.example', 'ann b', 'corp.example'],
  ['"a\\"b\\\\c@d"@corp.example', 'a"b\\c@d', 'corp.example'],
  ['ann@[192.0.2.1]', 'ann', '[192.0.2.1]'],
  ['ann@[IPv6:::1]', 'ann', '[IPv6:::1]'],
  ['ann@[IPv6:2001:db8::192.0.2.1]', 'ann', '[IPv6:2001:db8::192.0.2.1]'],
  ['ann@[x-tag:anything!]', 'ann', '[x-tag:anything!]'],
  ['@a.example,@b.example:ann@corp.example', 'ann', 'corp.example'],
  ['jürgen@müller.example', 'jürgen', 'müller.example'],
  ['ann+tag=x@my_host.example', 'ann+tag=x', 'my_host.example'],
  [`${'v'.repeat(200)}@corp.example`, 'v'.repeat(200), 'corp.example'],
  ["!#$%&'*+/=?^_`{|}~-@corp.example", "!#$%&'*+/=?^_`{|}~-", 'corp.example'],
]

for (const [text, mailbox, host] of paths) {
  test(`path ${text.slice(0, 40)}`, () => assert.deepEqual(parsePath(text), { mailbox, host }))
}

const noPaths = [
  '',
  '@',
  'ann',
  'ann@',
  '@corp.example',
  'a b@corp.example',
  '.a@corp.example',
  'a.@corp.example',
  'a..b@corp.example',
  '"ann@corp.example',
  '""@corp.example',
  '"a"b@corp.example',
  '"a\nb"@corp.example',
  'ann@-corp.example',
  'ann@corp-.example',
  'ann@corp..example',
  'ann@.example',
  'ann@[1.2.3]',
  'ann@[256.1.1.1]',
  'ann@[IPv6:1::2::3]',
  'ann@[IPv6:1:2:3:4:5:6:7]',
  'ann@[IPv6:12345::]',
  'ann@[',
  'ann@[]',
  'ann@[tag:a]b]',
  `ann@${'a'.repeat(64)}.example`,
  `${'a'.repeat(321)}@corp.example`,
  `a@${'a.'.repeat(300)}example`,
]
for (const text of noPaths) {
  test(`no path: ${text.slice(0, 40)}`, () => assert.throws(() => parsePath(text), fault))
}

const local = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 })
const host = fc.constantFrom('corp.example', 'x', 'müller.example', '[192.0.2.1]', '[IPv6:2001:db8::1]')
const path = record({ mailbox: local, host })

test('a path we write we can read back', () => {
  fc.assert(fc.property(path, (value) => assert.deepEqual(parsePath(formatPath(value)), value)))
})

const printable = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !/[\x00-\x1f\x7f]/.test(text) && text.isWellFormed())

test('xtext we write we can read back, and it is one word of ASCII', () => {
  fc.assert(
    fc.property(printable, (text) => {
      const written = formatXtext(text)
      assert.match(written, /^[\x21-\x3c\x3e-\x7e]+$/)
      assert.equal(parseXtext(written), text)
    }),
  )
})

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const without = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T

const anyMail = record({
  sender: fc.option(path, { nil: null }),
  sizeBytes: optional(fc.nat()),
  body: optional(fc.constantFrom('7BIT', '8BITMIME', 'BINARYMIME')),
  smtpUtf8: optional(fc.constant(true)),
  ret: optional(fc.constantFrom('FULL', 'HDRS')),
  // RFC 3461 §4.4 counts what is written.
  envelopeId: optional(printable.filter((text) => formatXtext(text).length <= 100)),
  auth: optional(fc.oneof(fc.constant(''), printable)),
  requireTls: optional(fc.constant(true)),
}).map((value) => without({ ...value, unknown: [] }) as Mail)

test('ENVID has 100 characters at most', () => {
  const mail = (length: number) => parseMail(`FROM:<> ENVID=${'e'.repeat(length)}`)
  assert.equal(mail(100).envelopeId, 'e'.repeat(100))
  assert.throws(() => mail(101), fault)
})

test('MAIL we write we can read back', () => {
  fc.assert(
    fc.property(anyMail, (mail) => {
      const { verb, args } = parseCommandLine(Buffer.from(formatMail(mail).slice(0, -2)))
      assert.equal(verb, 'MAIL')
      assert.deepEqual(parseMail(args), mail)
    }),
  )
})

const anyRcpt = record({
  recipient: fc.option(path, { nil: null }),
  notify: optional(fc.uniqueArray(fc.constantFrom('SUCCESS', 'FAILURE', 'DELAY'))),
  originalRecipient: optional(
    record({ type: fc.constantFrom('rfc822', 'utf-8', 'x400'), address: printable }),
  ),
}).map((value) => without({ ...value, unknown: [] }) as Rcpt)

test('RCPT we write we can read back', () => {
  fc.assert(
    fc.property(anyRcpt, (rcpt) => {
      const { verb, args } = parseCommandLine(Buffer.from(formatRcpt(rcpt).slice(0, -2)))
      assert.equal(verb, 'RCPT')
      assert.deepEqual(parseRcpt(args), rcpt)
    }),
  )
})

test('a path cannot break out of its command', () => {
  assert.throws(() => formatMail({ sender: { mailbox: 'a>\r\nRSET', host: 'corp.example' } }), fault)
  assert.throws(() => formatRcpt({ recipient: { mailbox: 'a', host: 'b> SIZE=1' } }), fault)
  assert.equal(
    formatRcpt({ recipient: { mailbox: 'a> NOTIFY=NEVER', host: 'x' } }),
    'RCPT TO:<"a> NOTIFY=NEVER"@x>\r\n',
  )
  assert.deepEqual(parseRcpt('TO:<"a> NOTIFY=NEVER"@x>'), {
    recipient: { mailbox: 'a> NOTIFY=NEVER', host: 'x' },
    unknown: [],
  })
})

test('a parameter called like a property of objects is only unknown', () => {
  assert.deepEqual(parseMail('FROM:<> CONSTRUCTOR=1 TOSTRING').unknown, ['CONSTRUCTOR', 'TOSTRING'])
  assert.deepEqual(parseMail('FROM:<> X=1').unknown, ['X'])
})

const bdats: [text: string, value: ReturnType<typeof parseBdat> | undefined][] = [
  ['10', { octets: 10, last: false }],
  ['0 last', { octets: 0, last: true }],
  ['10  LAST ', { octets: 10, last: true }],
  ['', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['0x10', undefined],
  ['10 LASTLY', undefined],
  ['9999999999999999', undefined],
]
for (const [text, value] of bdats) {
  test(`BDAT ${text}`, () => {
    if (value === undefined) return assert.throws(() => parseBdat(text), fault)
    assert.deepEqual(parseBdat(text), value)
    assert.deepEqual(parseBdat(parseCommandLine(Buffer.from(formatBdat(value).trimEnd())).args), value)
  })
}

test('PLAIN we write we can read back', () => {
  const word = fc.string({ minLength: 1 }).filter((text) => !text.includes('\0') && text.isWellFormed())
  fc.assert(
    fc.property(record({ authorization: fc.constantFrom('', 'x'), name: word, password: word }), (plain) =>
      assert.deepEqual(parsePlain(parseResponse(formatResponse(formatPlain(plain), true))), plain),
    ),
  )
})

for (const text of ['a', 'ab=', 'a===', 'ab c', 'YQ==YQ==', 'Y-_=', '*']) {
  test(`no base64: ${text}`, () => assert.throws(() => parseResponse(text), fault))
}

test('a name or a password with a NUL, or none, is no login', () => {
  for (const text of ['\0\0x', '\0x\0', '\0a\0b\0c', 'x', ''])
    assert.throws(() => parsePlain(Buffer.from(text)), fault)
})

test('any octets give a value or a SyntaxFault', () => {
  const likely = fc.string({
    unit: fc.constantFrom(...'MAILRCPTFROMTO:<>@.,;="\\[] +-09aZé\0\r'),
    maxLength: 60,
  })
  const args = fc.oneof(
    fc.string(),
    likely,
    likely.map((text) => `FROM:<${text}>${text}`),
    likely.map((text) => `TO:<a@b> ORCPT=${text}`),
  )
  const parsers = [parsePath, parseXtext, parseMail, parseRcpt, parseBdat, parseResponse]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), args, (octets, text) => {
      for (const parse of parsers) valueOrFault(() => parse(text))
      valueOrFault(() => parseCommandLine(octets))
      valueOrFault(() => parsePlain(octets))
    }),
    { numRuns: 500 },
  )
})

function valueOrFault(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
  }
}
