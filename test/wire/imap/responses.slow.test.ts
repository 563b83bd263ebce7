import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ImapArguments } from '#src/wire/imap/arguments.ts'
import { FetchParser } from '#src/wire/imap/fetch-response.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import {
  formatResponseCode,
  parseResponseCode,
  plainCodes,
  type ResponseCode,
} from '#src/wire/imap/response-code.ts'
import { ImapResponseReader } from '#src/wire/imap/response-reader.ts'
import { formatThreads, parseThreads, type ThreadNode } from '#src/wire/imap/search-response.ts'
import { formatStatusLine, parseStatusLine } from '#src/wire/imap/status-line.ts'
import { wireBytes } from '#src/wire/imap/strings.ts'
import { UidList } from '#src/wire/imap/uid-list.ts'
import { parseUntagged, type Untagged } from '#src/wire/imap/untagged.ts'
import { fixtureLines, responsesOf } from './fixture-lines.ts'
import { formatEvent } from './response-codecs.ts'

const again = (wire: string, utf8: boolean) => {
  const [event, ...more] = responsesOf(wire, utf8)
  assert.ok(event !== undefined && more.length === 0)
  return formatEvent(event, utf8)
}

for (const wire of fixtureLines('responses.txt')) {
  test(`${JSON.stringify(wire.slice(0, 70))} is read, written, and read the same`, () => {
    for (const utf8 of [false, true]) {
      const written = again(`${wire}\r\n`, utf8)
      assert.equal(again(written, utf8), written)
    }
  })
}

const untagged = (wire: string): Untagged => {
  const [event] = responsesOf(`* ${wire}\r\n`)
  assert.ok(event?.kind === 'data')
  return parseUntagged(event.data)
}

const meanings: [wire: string, meaning: object][] = [
  ['SEARCH 2 5 (MODSEQ 7)', { name: 'SEARCH', numbers: [2, 5], modseq: 7 }],
  ['SEARCH 2 5 ', { name: 'SEARCH', numbers: [2, 5] }],
  ['5 EXISTS', { name: 'EXISTS', number: 5 }],
  [
    'LIST (\\hasnochildren) NIL &AOQ-',
    { name: 'LIST', entry: { attributes: ['\\hasnochildren'], delimiter: null, mailbox: 'ä' } },
  ],
  [
    'STATUS x (MESSAGES 1 X-NEW (1 2) UNSEEN 3)',
    { name: 'STATUS', mailbox: 'x', status: { MESSAGES: 1, UNSEEN: 3 } },
  ],
  ['CAPABILITY imap4rev1 ', { name: 'CAPABILITY', capabilities: ['IMAP4REV1'] }],
  ['BANANA yes', { name: 'OTHER', word: 'BANANA' }],
  ['5 BANANA', { name: 'OTHER', word: 'BANANA' }],
  [
    'ID ("Name" "x" "y" NIL)',
    {
      name: 'ID',
      identity: new Map([
        ['name', 'x'],
        ['y', null],
      ]),
    },
  ],
  [
    'THREAD (1 2 (3)(4 5))((6)(7))',
    {
      name: 'THREAD',
      threads: [
        {
          number: 1,
          children: [
            {
              number: 2,
              children: [
                { number: 3, children: [] },
                { number: 4, children: [{ number: 5, children: [] }] },
              ],
            },
          ],
        },
        {
          number: null,
          children: [
            { number: 6, children: [] },
            { number: 7, children: [] },
          ],
        },
      ],
    },
  ],
  [
    '1 FETCH (X-VENDOR-LABELS (\\Inbox "a") UID 5)',
    {
      name: 'FETCH',
      sequence: 1,
      items: [
        { item: 'OTHER', name: 'X-VENDOR-LABELS' },
        { item: 'UID', uid: 5 },
      ],
    },
  ],
]
for (const [wire, meaning] of meanings)
  test(`${wire} is understood`, () => assert.deepEqual(untagged(wire), meaning))

test('what is no response of its kind is a fault', () => {
  for (const wire of [
    'SEARCH x',
    'ESEARCH ALL',
    'THREAD (1',
    'THREAD ()',
    'THREAD 1',
    'VANISHED',
    'LIST x',
    'STATUS x (MESSAGES)',
    'NAMESPACE NIL NIL',
    '1 FETCH (UID)',
    '1 FETCH (FLAGS (\\Seen)',
    '1 FETCH (ENVELOPE (NIL))',
    '1 FETCH (BODY ("a"))',
    `1 FETCH (BODY ${'('.repeat(5_000)}`,
    `1 FETCH (X ${'('.repeat(5_000)}`,
  ])
    assert.throws(() => untagged(wire), { name: 'SyntaxFault' }, wire)
})

const uid = fc.integer({ min: 1, max: 4_294_967_295 })
const uidLists = fc.array(uid, { minLength: 1, maxLength: 6 }).map((uids) => UidList.of(uids))
const atoms = fc.stringMatching(/^[A-Za-z0-9-]{1,10}$/)
const sized = fc.nat(1_000_000)
const codes: fc.Arbitrary<ResponseCode> = fc.oneof(
  fc.constantFrom(...plainCodes).map((code): ResponseCode => ({ code })),
  fc.array(atoms, { maxLength: 3 }).map((charsets): ResponseCode => ({ code: 'BADCHARSET', charsets })),
  fc.array(atoms, { minLength: 1 }).map(
    (names): ResponseCode => ({
      code: 'CAPABILITY',
      capabilities: names.map((name) => name.toUpperCase()),
    }),
  ),
  fc
    .array(fc.oneof(atoms, fc.constant('\\*')))
    .map((flags): ResponseCode => ({ code: 'PERMANENTFLAGS', flags })),
  uid.map((number): ResponseCode => ({ code: 'UIDNEXT', uid: number })),
  fc
    .tuple(uid, uidLists)
    .map(([uidValidity, uids]): ResponseCode => ({ code: 'APPENDUID', uidValidity, uids })),
  fc
    .tuple(uid, uidLists)
    .map(([uidValidity, uids]): ResponseCode => ({ code: 'COPYUID', uidValidity, from: uids, to: uids })),
  sized.map((modseq): ResponseCode => ({ code: 'HIGHESTMODSEQ', modseq })),
  fc
    .array(uid, { minLength: 1 })
    .map((uids): ResponseCode => ({ code: 'MODIFIED', set: NumberSet.of(uids) })),
  atoms.map((id): ResponseCode => ({ code: 'MAILBOXID', id })),
  sized.map((octets): ResponseCode => ({ code: 'METADATA', problem: 'MAXSIZE', octets })),
  fc.stringMatching(/^[ -~]{0,20}$/).map((url): ResponseCode => ({ code: 'BADURL', url })),
  fc.tuple(sized, fc.option(uid)).map(
    ([limit, last]): ResponseCode => ({
      code: 'MESSAGELIMIT',
      limit,
      ...(last === null ? {} : { uid: last }),
    }),
  ),
  fc.tuple(fc.option(fc.stringMatching(/^[ -~]{0,9}$/)), fc.option(sized), fc.option(sized)).map(
    ([tag, done, goal]): ResponseCode => ({
      code: 'INPROGRESS',
      ...(tag === null ? {} : { tag }),
      ...(done === null ? {} : { done }),
      ...(goal === null ? {} : { goal }),
    }),
  ),
)

/** Sets as text, so that they can be compared. */
const plainly = (value: unknown) =>
  JSON.stringify(value, (_, each) =>
    each instanceof UidList || each instanceof NumberSet ? `set ${each}` : each,
  )

test('response codes that we write can be read', () => {
  fc.assert(
    fc.property(codes, (code) => {
      assert.equal(plainly(parseResponseCode(formatResponseCode(code))), plainly(code))
      const line = parseStatusLine(formatStatusLine('a', { status: 'OK', code, text: 'x] y' }).slice(2, -2))
      assert.equal(plainly(line), plainly({ status: 'OK', code, text: 'x] y' }))
    }),
    { numRuns: 1_000 },
  )
})

test('no text of a status breaks out of its line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, utf8) => {
      const wire = formatStatusLine('a', { status: 'NO', text }, utf8)
      assert.match(wire, /^a NO [^\r\n\0]+\r\n$/)
      const [event, ...more] = responsesOf(wire)
      assert.equal(event?.kind, 'tagged')
      assert.equal(more.length, 0)
      assert.equal(event?.kind === 'tagged' && event.status.code, undefined)
    }),
  )
  assert.equal(formatStatusLine('*', { status: 'OK', text: '' }), '* OK OK\r\n')
})

const threadsOf = (depth: number): fc.Arbitrary<ThreadNode> =>
  fc.record(
    {
      number: uid as fc.Arbitrary<number | null>,
      children: depth === 0 ? fc.constant([]) : fc.array(threadsOf(depth - 1), { maxLength: 3 }),
    },
    { noNullPrototype: true },
  )
const threads = threadsOf(4)

test('threads that we write can be read, however long', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          threads,
          fc.array(threads, { minLength: 2, maxLength: 3 }).map((children) => ({ number: null, children })),
        ),
      ),
      (list) => {
        const text = formatThreads(list)
        assert.deepEqual(parseThreads(new ImapArguments(text.slice('THREAD'.length))), list)
      },
    ),
  )
  let chain: ThreadNode = { number: 100_000, children: [] }
  for (let number = 99_999; number > 0; number--) chain = { number, children: [chain] }
  const text = formatThreads([chain])
  assert.equal(parseThreads(new ImapArguments(text.slice(6)))[0]!.number, 1)
})

test('a streamed body is announced with what came before it', () => {
  const reader = new ImapResponseReader({ collectOctets: 4 })
  reader.push(wireBytes('* 12 FETCH (UID 7 BODY[2]<5> {6}\r\nabcdef BODY[1] {1}\r\nx FLAGS (\\Seen))\r\n'))
  const event = reader.next()
  assert.ok(event?.kind === 'literal')
  const parser = new FetchParser(event.data.args)
  assert.deepEqual(parser.next(), { item: 'UID', uid: 7 })
  const body = parser.next()
  assert.ok(body?.item === 'BODY[]' && body.content !== null && 'streamed' in body.content)
  assert.deepEqual([body.section.path, body.origin, body.content.streamed.octets], ['2', 5, 6])
  assert.equal(parser.next(), undefined)
  reader.stream()
  assert.equal(reader.next()?.kind, 'octets')
  assert.equal(reader.next()?.kind, 'literal-end')
  assert.equal(reader.next()?.kind, 'data')
  const held = parser.next()
  assert.ok(held?.item === 'BODY[]' && held.content instanceof Uint8Array)
  assert.deepEqual(parser.next(), { item: 'FLAGS', flags: ['\\Seen'] })
  assert.equal(parser.next(), undefined)
})
