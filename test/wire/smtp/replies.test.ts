import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatExtensions, parseEhloReply, sizeLimit } from '#src/wire/smtp/ehlo.ts'
import { formatReply, type Reply, ReplyReader, reply } from '#src/wire/smtp/reply.ts'

const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true })

function read(text: string): Reply | undefined {
  const reader = new ReplyReader()
  let last: Reply | undefined
  for (const line of text.split('\r\n').slice(0, -1)) last = reader.push(Buffer.from(line))
  return last
}

const cases: [text: string, reply: Reply][] = [
  ['250 OK\r\n', { code: 250, lines: ['OK'] }],
  ['250\r\n', { code: 250, lines: [''] }],
  ['550 5.1.1 No such user\r\n', { code: 550, status: '5.1.1', lines: ['No such user'] }],
  ['550-5.1.1 No\r\n550 5.1.1 really\r\n', { code: 550, status: '5.1.1', lines: ['No', 'really'] }],
  ['550-one\r\n550 5.1.1 two\r\n', { code: 550, status: '5.1.1', lines: ['one', 'two'] }],
  ['250 5.1.1 of another class\r\n', { code: 250, lines: ['5.1.1 of another class'] }],
  ['250-a\r\n251 b\r\n', { code: 251, lines: ['a', 'b'] }],
]
for (const [text, expected] of cases) {
  test(`reply ${JSON.stringify(text)}`, () => assert.deepEqual(read(text), expected))
}

test('what is no reply is a fault', () => {
  for (const line of ['', 'OK', '25 OK', '150 x', '650 x', '250x', '250_x']) {
    assert.throws(() => new ReplyReader().push(Buffer.from(line)), { name: 'SyntaxFault' })
  }
})

test('a reply without end is a fault, not memory', () => {
  const reader = new ReplyReader()
  assert.throws(
    () => {
      for (let line = 0; line < 1_000; line++) reader.push(Buffer.from('250-more'))
    },
    { name: 'SyntaxFault' },
  )
})

const text = fc.string({ unit: 'grapheme-ascii', maxLength: 40 }).filter((each) => !/^\d\.\d/.test(each))

test('a reply we write we can read back', () => {
  const replies = record({
    code: fc.integer({ min: 400, max: 499 }),
    status: fc.constant('4.3.0'),
    lines: fc.array(
      text.map((each) => each.trimStart()),
      { minLength: 1 },
    ),
  })
  fc.assert(fc.property(replies, (value) => assert.deepEqual(read(formatReply(value)), value)))
})

test('no text of others breaks a reply, and long text is spread over lines', () => {
  assert.equal(formatReply(reply(550, '5.1.1', 'a\r\n250 b\u00e9\0')), '550 5.1.1 a??250 b??\r\n')
  const lines = formatReply(reply(550, '5.1.1', 'word '.repeat(300).trim()))
    .split('\r\n')
    .slice(0, -1)
  assert.ok(lines.length > 3 && lines.every((line) => line.length <= 510))
  assert.equal(lines.filter((line) => line.startsWith('550-')).length, lines.length - 1)
})

test('any lines give a value or a SyntaxFault', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.uint8Array(),
          fc.string().map((each) => Buffer.from(`250-${each}`)),
        ),
      ),
      (lines) => {
        const reader = new ReplyReader()
        try {
          for (const line of lines) {
            const found = reader.push(line)
            if (found !== undefined) parseEhloReply(found)
          }
        } catch (error) {
          if (!(error instanceof SyntaxFault)) throw error
        }
      },
    ),
  )
})

test('what EHLO offers is read back, with its oddities', () => {
  const offered = parseEhloReply(
    read('250-mx greets\r\n250-SIZE 1000\r\n250-auth=LOGIN\r\n250-AUTH PLAIN\r\n250-*\r\n250 8BITMIME\r\n')!,
  )
  assert.deepEqual(
    [...offered],
    [
      ['SIZE', ['1000']],
      ['AUTH', ['LOGIN', 'PLAIN']],
      ['8BITMIME', []],
    ],
  )
  assert.deepEqual(parseEhloReply(reply(250, undefined, 'mx', ...formatExtensions(offered))), offered)
  assert.equal(sizeLimit(offered), 1000)
  for (const words of [[], ['0'], ['x']]) assert.equal(sizeLimit(new Map([['SIZE', words]])), undefined)
})
