import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSetAcl } from '#src/wire/imap/acl.ts'
import { parseFetch } from '#src/wire/imap/fetch.ts'
import { parseList } from '#src/wire/imap/list.ts'
import { parseGetMetadata } from '#src/wire/imap/metadata.ts'
import { parseNotify } from '#src/wire/imap/notify.ts'
import { UnknownCharset } from '#src/wire/imap/search.ts'
import { parseSelect } from '#src/wire/imap/select.ts'
import { parseStore } from '#src/wire/imap/store.ts'
import { commandCodecs } from './command-codecs.ts'
import { commandOf, fixtureLines } from './fixture-lines.ts'

const again = (wire: string, utf8 = false, rev2 = false) => {
  const { name, args } = commandOf(wire, utf8, rev2)
  const codec = commandCodecs[name]
  assert.ok(codec, `no codec for ${name}`)
  return `${name} ${codec(args, utf8)}`
}

for (const wire of fixtureLines('commands.txt')) {
  test(`${JSON.stringify(wire.slice(0, 70))} is read, written, and read the same`, () => {
    for (const utf8 of namesCharset(wire) ? [false] : [false, true]) {
      const written = again(wire, utf8)
      assert.equal(again(written, utf8), written)
    }
  })
}

/** RFC 6855 §3: SEARCH does not once UTF8=ACCEPT is enabled. */
const namesCharset = (wire: string) => /^SEARCH .*CHARSET/.test(wire)

test('a search names no charset with UTF8=ACCEPT, unless it is IMAP4rev2', () => {
  const wire = 'SEARCH CHARSET UTF-8 SUBJECT x'
  assert.throws(() => again(wire, true), { name: 'SyntaxFault' })
  assert.equal(again(wire, true, true), 'SEARCH SUBJECT "x"')
})

for (const wire of [
  ...['SEARCH NEW', 'SEARCH OLD', 'SEARCH NOT (SEEN RECENT)', 'SORT (DATE) UTF-8 OLD'],
  ...['FETCH 1 RFC822', 'FETCH 1 (FLAGS RFC822.HEADER)', 'FETCH 1 RFC822.TEXT'],
  ...['STATUS INBOX (RECENT)', 'LIST "" * RETURN (STATUS (RECENT))'],
])
  test(`${wire} is of IMAP4rev1 alone`, () => {
    assert.doesNotThrow(() => again(wire, true))
    assert.throws(() => again(wire, true, true), { name: 'SyntaxFault' })
  })

for (const wire of fixtureLines('bad-commands.txt')) {
  test(`${JSON.stringify(wire.slice(0, 70))} is a fault`, () =>
    assert.throws(() => again(wire), { name: 'SyntaxFault' }))
}

const written: [wire: string, canonical: string][] = [
  ['SELECT inbox', 'SELECT INBOX'],
  ['SELECT "a&b"', 'a fault'],
  ['SELECT "a&-b"', 'SELECT a&-b'],
  ['FETCH 5,1:3,2:4 all ', 'FETCH 1:5 (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)'],
  ['FETCH 7:*,*:3 (UID)', 'FETCH 3:*,7:* (UID)'],
  ['FETCH *:* uid', 'FETCH * (UID)'],
  ['FETCH 1 body.peek[1.mime]', 'FETCH 1 (BODY.PEEK[1.MIME])'],
  ['STORE 1 -flags.silent (\\SEEN KeyWord)', 'STORE 1 -FLAGS.SILENT (\\Seen KeyWord)'],
  ['SEARCH NEW', 'SEARCH RECENT UNSEEN'],
  ['SEARCH (NOT (SEEN))', 'SEARCH NOT SEEN'],
  ['SEARCH CHARSET ISO-8859-1 SUBJECT "\xfc"', 'SEARCH CHARSET UTF-8 SUBJECT {2}\r\n\xc3\xbc'],
  ['SEARCH RETURN () ALL', 'SEARCH RETURN (ALL) ALL'],
  ['SEARCH BEFORE "1-feb-1994"', 'SEARCH BEFORE 1-Feb-1994'],
  ['SETACL INBOX ann lrcd', 'SETACL INBOX ann lrkxte'],
  [
    'GETMETADATA INBOX (DEPTH 1 MAXSIZE 5) /Shared/Comment',
    'GETMETADATA (MAXSIZE 5 DEPTH 1) INBOX (/shared/comment)',
  ],
  ['LIST "" inbox', 'LIST "" INBOX'],
  ['STATUS INBOX (UNSEEN MESSAGES UNSEEN)', 'STATUS INBOX (UNSEEN MESSAGES)'],
]

for (const [wire, canonical] of written) {
  test(`${JSON.stringify(wire)} is written ${JSON.stringify(canonical)}`, () => {
    if (canonical === 'a fault') assert.throws(() => again(wire), { name: 'SyntaxFault' })
    else assert.equal(again(wire), canonical)
  })
}

test('what a command means', () => {
  const fetch = parseFetch(
    commandOf('UID FETCH 1 (BODY.PEEK[2.HEADER.FIELDS (A b)]<5.6>) (CHANGEDSINCE 7 VANISHED)').args,
  )
  assert.equal(fetch.set.toString(), '1')
  assert.deepEqual(
    { ...fetch, set: undefined },
    {
      set: undefined,
      attributes: [
        {
          item: 'BODY[]',
          section: { path: '2', text: 'fields', names: ['A', 'b'] },
          peek: true,
          range: { start: 5, octets: 6 },
        },
      ],
      changedSince: 7,
      vanished: true,
    },
  )
  const store = parseStore(commandOf('STORE 1 (UNCHANGEDSINCE 0) +FLAGS x').args)
  assert.deepEqual([store.change, store.silent, store.flags, store.unchangedSince], ['add', false, ['x'], 0])
  const list = parseList(commandOf('LIST (SUBSCRIBED) "" (a "b%") RETURN (STATUS (SIZE))').args)
  assert.deepEqual(list, {
    selection: ['SUBSCRIBED'],
    reference: '',
    patterns: ['a', 'b%'],
    returns: { status: ['SIZE'] },
    extended: true,
  })
  assert.equal(parseList(commandOf('LIST "" *').args).extended, false)
  const { qresync } = parseSelect(commandOf('SELECT a (QRESYNC (9 8 1:3 (1 2)))').args)
  assert.equal(qresync!.uidValidity, 9)
  assert.equal(qresync!.knownUids!.size, 3)
  assert.equal(`${qresync!.matches!.sequences} ${qresync!.matches!.uids}`, '1 2')
  assert.deepEqual(parseSetAcl(commandOf('SETACL a -ann -lr').args), {
    mailbox: 'a',
    identifier: '-ann',
    change: 'remove',
    rights: 'lr',
  })
  assert.deepEqual(parseGetMetadata(commandOf('GETMETADATA "" (/shared/a /shared/b)').args).entries, [
    '/shared/a',
    '/shared/b',
  ])
  const notify = parseNotify(commandOf('NOTIFY SET (selected (MessageNew (UID) Later FlagChange))').args)
  assert.deepEqual(notify.groups, [
    {
      filter: { filter: 'selected' },
      events: ['MessageNew', 'FlagChange'],
      unknown: ['Later'],
      attributes: [{ item: 'UID' }],
    },
  ])
})

test('a charset nobody knows has a fault of its own', () => {
  assert.throws(
    () => again('SEARCH CHARSET X-UNHEARD-OF ALL'),
    (fault) => fault instanceof UnknownCharset && fault.charset === 'X-UNHEARD-OF',
  )
})

test('a search nested without end is a fault, not a crash', () => {
  for (const wire of [
    'SEARCH '.padEnd(60_000, 'NOT '),
    `SEARCH ${'('.repeat(50_000)}`,
    `SEARCH ${'OR ALL '.repeat(5_000)}ALL`,
  ])
    assert.throws(() => again(wire), { name: 'SyntaxFault' })
  assert.ok(again(`SEARCH ${'OR ALL '.repeat(400)}ALL`))
})
