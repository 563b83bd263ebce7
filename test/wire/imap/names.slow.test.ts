import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ImapArguments } from '#src/wire/imap/arguments.ts'
import {
  dayNumber,
  formatCalendarDate,
  formatDateTime,
  parseCalendarDate,
  parseDateTime,
} from '#src/wire/imap/dates.ts'
import { ListPattern } from '#src/wire/imap/list-pattern.ts'
import {
  formatMailboxName,
  hearMailboxName,
  meantMailboxName,
  parseMailboxName,
  shownMailboxName,
  splitMailboxName,
} from '#src/wire/imap/mailbox-name.ts'
import { decodeModifiedUtf7, encodeModifiedUtf7 } from '#src/wire/imap/modified-utf7.ts'
import { formatAstring, formatLiteral, formatString, fromWire, toWire } from '#src/wire/imap/strings.ts'

const text = fc.string({ unit: 'binary', maxLength: 40 })
const nameText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('&', '-', '/', ',', 'é', '日', '😀', '"', '\\'),
    fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 20,
})

const utf7: [name: string, wire: string][] = [
  ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
  ['Entwürfe', 'Entw&APw-rfe'],
  ['a&b', 'a&-b'],
  ['😀', '&2D3eAA-'],
  ['Отправленные', '&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-'],
]
for (const [name, wire] of utf7)
  test(`${name} in modified UTF-7`, () => {
    assert.equal(encodeModifiedUtf7(name), wire)
    assert.equal(decodeModifiedUtf7(wire), name)
  })

test('a needless shift is forgiven, a disguise is not', () => {
  assert.equal(decodeModifiedUtf7('&U,A-&UxdXzA-'), '台北埌')
  for (const wire of [
    '&',
    '&Jjo',
    '&Jjo!-',
    '&AGE-',
    '&AC8-',
    '&J-',
    '&JjoA-',
    '&2D0-',
    'ä',
    'a\x7f',
    '&JjoB-',
  ])
    assert.throws(() => decodeModifiedUtf7(wire), { name: 'SyntaxFault' }, wire)
})

test('mailbox names that we write can be read', () => {
  fc.assert(
    fc.property(nameText, fc.boolean(), (name, utf8) => {
      const wire = formatMailboxName(name, utf8)
      const read = new ImapArguments('', { utf8 })
      const literal = /^\{\d+\}\r\n/.exec(wire)
      if (literal === null) read.add(wire)
      else
        read.add('', {
          octets: 0,
          binary: false,
          index: 0,
          content: Buffer.from(wire.slice(literal[0].length), 'latin1'),
        })
      assert.equal(read.mailbox(), /^inbox$/i.test(name) ? 'INBOX' : name)
    }),
  )
})

test('names are made safe', () => {
  assert.equal(parseMailboxName('iNbOx', false), 'INBOX')
  assert.equal(parseMailboxName('\xc3\xa4', false), 'ä')
  assert.equal(parseMailboxName('&AOQ-', true), '&AOQ-')
  for (const wire of ['a\0', 'a\r', '\xff', '&ACg-', 'x'.repeat(5_000)])
    assert.throws(() => parseMailboxName(wire, false), { name: 'SyntaxFault' }, wire)
  assert.deepEqual(splitMailboxName('inbox/a/', '/'), ['INBOX', 'a'])
  assert.deepEqual(splitMailboxName('a\u0308', '/'), ['ä'])
  for (const name of ['', '/', '/a', 'a//b', 'a//'])
    assert.throws(() => splitMailboxName(name, '/'), { name: 'SyntaxFault' })
})

const patterns: [pattern: string, name: string, matches: boolean][] = [
  ['*', 'a/b', true],
  ['%', 'a/b', false],
  ['%', 'a', true],
  ['', '', true],
  ['', 'a', false],
  ['a', 'a', true],
  ['a', 'A', false],
  ['%/%', 'a/b', true],
  ['%/%', 'a/b/c', false],
  ['%/', 'a/', true],
  ['a*c', 'a/b/c', true],
  ['a%c', 'abbc', true],
  ['a%c', 'a/c', false],
  ['*%', 'a/b', true],
  ['%*', 'a/b', true],
  ['a%', 'a', true],
  ['inbox', 'INBOX', true],
  ['inb%', 'INBOX', true],
  ['inbox/a', 'INBOX/a', true],
  ['inbox/A', 'INBOX/a', false],
  ['inboxes', 'INBOXES', false],
  ['inbox', 'inbox2', false],
  ['*.(a+)+$', 'x.(a+)+$', true],
  ['a\u0308*', 'äx', true],
]
for (const [pattern, name, matches] of patterns)
  test(`${pattern} ${matches ? 'matches' : 'does not match'} ${name}`, () =>
    assert.equal(new ListPattern(pattern, '/').matches(name), matches))

test('patterns do what a regular expression would', () => {
  const letters = fc.constantFrom('a', 'b', '/')
  fc.assert(
    fc.property(
      fc.string({ unit: fc.oneof(letters, fc.constantFrom('*', '%')), maxLength: 8 }),
      fc.string({ unit: letters, maxLength: 8 }),
      (pattern, name) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('%', '[^/]*')}$`).test(name)
        assert.equal(new ListPattern(pattern, '/').matches(name), expected)
      },
    ),
    { numRuns: 3_000 },
  )
  const started = process.cpuUsage()
  assert.equal(new ListPattern(`${'*a'.repeat(2_000)}b`, '/').matches('a'.repeat(4_000)), false)
  assert.ok(process.cpuUsage(started).user < 6_000_000)
})

test('strings that we write can be read', () => {
  fc.assert(
    fc.property(
      fc.oneof(text, fc.constantFrom('NIL', 'nil', '', 'a]b', '{5}')),
      fc.boolean(),
      (given, utf8) => {
        if (given.includes('\0')) {
          assert.throws(() => formatString(given, utf8), { name: 'SyntaxFault' })
          return
        }
        for (const wire of [formatString(given, utf8), formatAstring(given, utf8)]) {
          const literal = /^\{(\d+)\}\r\n/.exec(wire)
          const args = new ImapArguments(literal === null ? wire : '')
          const content = Buffer.from(wire.slice(literal?.[0].length ?? 0), 'latin1')
          if (literal !== null) args.add('', { octets: content.length, binary: false, index: 0, content })
          if (literal !== null) assert.equal(Number(literal[1]), content.length)
          assert.equal(args.astring(), given.toWellFormed())
          assert.ok(args.atEnd)
        }
      },
    ),
  )
  assert.equal(fromWire(toWire('日本 ü')), '日本 ü')
  assert.equal(formatLiteral('a\0', true), '~{2}\r\na\0')
})

test('dates', () => {
  assert.deepEqual(parseCalendarDate('1-feb-1994'), { year: 1994, month: 2, day: 1 })
  assert.deepEqual(parseDateTime(' 7-Jul-1996 02:44:25 -0700'), {
    epochMs: Date.UTC(1996, 6, 7, 9, 44, 25),
    zoneMinutes: -420,
  })
  assert.equal(formatDateTime(Date.UTC(1996, 6, 7, 9, 44, 25), -420), '" 7-Jul-1996 02:44:25 -0700"')
  assert.equal(dayNumber({ year: 1970, month: 1, day: 2 }), 1)
  for (const day of ['29-Feb-2023', '0-Jan-2020', '1-Jan-20', '1 Jan 2020', ''])
    assert.throws(() => parseCalendarDate(day), { name: 'SyntaxFault' }, day)
  for (const moment of [
    '1-Jan-2020 24:00:00 +0000',
    '1-Jan-2020 00:00:00',
    '1-Jan-2020 00:00:00 +2400',
    '1-Jan-2020 0:0:0 +0000',
    '31-Dec-9999 23:59:59 -0100',
    ' 1-Jan-0000 00:00:00 +0100',
  ])
    assert.throws(() => parseDateTime(moment), { name: 'SyntaxFault' }, moment)
  fc.assert(
    fc.property(
      fc.integer({ min: -60_000_000_000, max: 250_000_000_000 }),
      fc.integer({ min: -1_439, max: 1_439 }),
      (seconds, zoneMinutes) => {
        const moment = { epochMs: seconds * 1_000, zoneMinutes }
        assert.deepEqual(parseDateTime(formatDateTime(moment.epochMs, zoneMinutes).slice(1, -1)), moment)
      },
    ),
  )
  assert.equal(formatDateTime(Number.MAX_SAFE_INTEGER), '"31-Dec-9999 23:59:59 +0000"')
  assert.equal(formatDateTime(-Number.MAX_SAFE_INTEGER), '" 1-Jan-0000 00:00:00 +0000"')
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9_999 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 28 }),
      (year, month, day) =>
        assert.deepEqual(parseCalendarDate(formatCalendarDate({ year, month, day })), { year, month, day }),
    ),
  )
})

test('whatever a server calls a folder is said back octet by octet, and shown as it was meant', () => {
  const shown: [wire: string, text: string][] = [
    ['R&D', 'R&D'],
    ['R&-D', 'R&D'],
    ['Gr\xfc\xdfe', 'Grüße'],
    [Buffer.from('Größe').toString('latin1'), 'Größe'],
    ['&AOk-&AOk-', 'éé'],
    ['Entw&APw-rfe/Q&A', 'Entwürfe/Q&A'],
    ['a\tb', 'a b'],
    ['iNbOx', 'INBOX'],
  ]
  assert.equal(meantMailboxName(hearMailboxName('a\tb', false)), 'a\tb')
  for (const [wire, text] of shown) assert.equal(shownMailboxName(hearMailboxName(wire, false)), text, wire)
  const unit = fc.oneof(
    fc.constantFrom('&', '-', '/', 'AOk', '&AOk-', '2D0', '\x1a', '"', '\\', '\r\n', 'Inbox'),
    fc.integer({ min: 1, max: 255 }).map((octet) => String.fromCharCode(octet)),
  )
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 12 }), fc.boolean(), (units, utf8) => {
      const wire = units.join('')
      const heard = hearMailboxName(wire, utf8)
      if (heard === 'INBOX') return assert.match(wire, /^inbox$/i)
      const said = formatMailboxName(heard, utf8)
      // As it goes out: an atom, in quotes, or a literal behind its size.
      const plain = /^\{\d+\}\r\n/.test(said)
        ? said.slice(said.indexOf('\n') + 1)
        : said.startsWith('"')
          ? said.slice(1, -1).replace(/\\(.)/g, '$1')
          : said
      assert.equal(plain, wire)
    }),
    { numRuns: 500 },
  )
})
