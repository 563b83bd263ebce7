import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CanonicalMessage, saidOtherwise } from '#src/domain/migration/engine/items/canonical-message.ts'
import { rewritten, type SaidMessage, type SaidPart } from '#test/support/rewritten-message.ts'

function sayings(octets: Uint8Array, pieces = octets.length, draft = false) {
  const message = new CanonicalMessage()
  for (let at = 0; at < octets.length; at += pieces) message.push(octets.subarray(at, at + pieces))
  return message.finish({ draft })
}

const line = fc.string({
  unit: fc.constantFrom('a', 'B', ' b', 'ü', '日', '=', '-', '--', '.', '<p>'),
  maxLength: 30,
})
const lines = fc.array(line, { maxLength: 4 }).map((all) => all.join('\r\n').trim())
const octets = fc.uint8Array({ maxLength: 3_000 })
const simple: fc.Arbitrary<SaidPart> = fc.oneof(
  fc.record({ text: lines, html: fc.boolean() }),
  fc.record({
    file: octets,
    name: fc.constantFrom('a.pdf', 'Größe 日.txt', 'b'),
    type: fc.constantFrom('image/png', 'text/plain'),
  }),
)
const fields = fc.record({
  Subject: fc.constantFrom('Budget', 'a long subject of several words', 'x'),
  From: fc.constant('Ann <ann@a.example>'),
  To: fc.constantFrom('bob@b.example', 'Bob <bob@b.example>, carl@c.example'),
  Date: fc.constant('Tue, 02 Jun 2026 10:00:00 +0200'),
  'Message-ID': fc.constantFrom('<1@a.example>', '<2@a.example>'),
})
const within = fc.record({ fields, parts: fc.array(simple, { minLength: 1, maxLength: 3 }) })
const message: fc.Arbitrary<SaidMessage> = fc.record({
  fields,
  parts: fc.array(fc.oneof({ weight: 4, arbitrary: simple }, fc.record({ message: within })), {
    minLength: 1,
    maxLength: 4,
  }),
})
/** Of a list of numbers, over and over. */
const drawn = fc.array(fc.nat(), { minLength: 40, maxLength: 40 }).map((numbers) => {
  let at = 0
  return (below: number) => numbers[at++ % numbers.length]! % below
})

test('a message says the same however it is written, and in whatever pieces it comes', () => {
  fc.assert(
    fc.property(message, drawn, drawn, fc.integer({ min: 1, max: 5_000 }), (said, one, other, pieces) => {
      const there = sayings(rewritten(said, one), pieces)
      const here = sayings(rewritten(said, other))
      assert.ok(there && here)
      assert.deepEqual(saidOtherwise(there, here), [])
    }),
    { numRuns: 300 },
  )
})

const SAID: SaidMessage = {
  fields: {
    Subject: 'Budget',
    From: 'a@a.example',
    Date: 'Tue, 02 Jun 2026 10:00:00 +0200',
    Importance: 'high',
  },
  parts: [
    { text: 'Dear Bob' },
    { text: '<p>Dear Bob</p>', html: true },
    { file: Buffer.from([1, 2, 3]), name: 'a.pdf' },
    {
      message: {
        fields: { Subject: 'Old' },
        parts: [{ text: 'within' }, { file: Buffer.from('x'), name: 'b.txt' }],
      },
    },
  ],
}
const first = () => 0
const otherThan = (change: Partial<SaidMessage>) =>
  saidOtherwise(sayings(rewritten(SAID, first))!, sayings(rewritten({ ...SAID, ...change }, first))!)
const withPart = (at: number, part: SaidPart) => ({ parts: SAID.parts.with(at, part) })

test('whatever a message says otherwise is named', () => {
  const { fields, parts } = SAID
  assert.deepEqual(otherThan({ fields: { ...fields, Subject: 'Budgets' } }), ['Subject'])
  assert.deepEqual(otherThan({ fields: { ...fields, Date: 'Tue, 02 Jun 2026 08:00:00 +0000' } }), [])
  assert.deepEqual(otherThan({ fields: { ...fields, Date: 'Tue, 02 Jun 2026 10:00:01 +0200' } }), ['Date'])
  assert.deepEqual(otherThan({ fields: { ...fields, Importance: 'low', Bcc: 'c@c.example' } }), [
    'importance',
    'Bcc',
  ])
  assert.deepEqual(otherThan(withPart(0, { text: 'Dear bob' })), ['the text (plain)'])
  assert.deepEqual(otherThan(withPart(1, { text: '<p>Dear Bob.</p>', html: true })), ['the text (html)'])
  assert.deepEqual(otherThan(withPart(2, { file: Buffer.from([1, 2, 4]), name: 'a.pdf' })), [
    'the file "a.pdf"',
  ])
  assert.deepEqual(otherThan({ parts: parts.slice(0, 3) }), [
    'in the message "Old": Subject',
    'in the message "Old": the text (plain)',
    'in the message "Old": the file "b.txt"',
  ])
  const old = {
    fields: { Subject: 'Old' },
    parts: [{ text: 'within' }, { file: Buffer.from('y'), name: 'b.txt' }],
  }
  assert.deepEqual(otherThan(withPart(3, { message: old })), ['in the message "Old": the file "b.txt"'])
})

test('what is signed is compared as it is written, and what has no parts cannot be compared', () => {
  const signed = (blank: string) =>
    Buffer.from(
      `Subject: s\r\nContent-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nsigned${blank}\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n--b--\r\n`,
    )
  assert.deepEqual(saidOtherwise(sayings(signed(''))!, sayings(signed(''), 1)!), [])
  assert.deepEqual(saidOtherwise(sayings(signed(''))!, sayings(signed('\r\n'))!), ['what is signed'])
  assert.equal(sayings(Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\nnone')), undefined)
})

test('of a draft the moment of writing and the Message-ID are not compared', () => {
  const draft = (no: number) =>
    Buffer.from(`Date: Tue, 0${no} Jun 2026 10:00:00 +0200\r\nMessage-ID: <${no}@x>\r\nSubject: s\r\n\r\nx`)
  assert.deepEqual(saidOtherwise(sayings(draft(1), 9, true)!, sayings(draft(2), 99, true)!), [])
  assert.deepEqual(saidOtherwise(sayings(draft(1))!, sayings(draft(2))!), ['Date', 'Message-ID'])
})

test('a part in which is nothing ends where the next begins', () => {
  const parted = (boundary: string, text: string) =>
    Buffer.from(
      `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\n--${boundary}\r\n\r\n${text}\r\n--${boundary}--\r\n`,
    )
  for (const pieces of [1, 7, 10_000]) {
    const one = sayings(parted('b', 'x'), pieces)!
    assert.deepEqual(saidOtherwise(one, sayings(parted('another', 'x'))!), [])
    assert.deepEqual(saidOtherwise(one, sayings(parted('b', 'y'))!), ['the text (plain)'])
    assert.equal(new Set(one.get('the text (plain)')).size, 2)
  }
})

test('texts that no charset can read are compared by their octets', () => {
  const labelled = (octets: string) =>
    Buffer.from(
      `Subject: =?utf-8?Q?${octets.replace(/./g, (sign) => `=${sign.charCodeAt(0).toString(16)}`)}?=\nComments: =?utf-8?Q?=${octets.charCodeAt(0).toString(16)}?=\nContent-Type: text/plain; charset=utf-8\n\n${octets}\n`,
      'latin1',
    )
  const one = sayings(labelled('\xc4\xe3\xba\xc3'))!
  assert.deepEqual(saidOtherwise(one, sayings(labelled('\xc4\xe3\xba\xc3'), 1)!), [])
  const other = sayings(labelled('\xd4\xd9\xbc\xfb'), 3)!
  assert.deepEqual(saidOtherwise(one, other).sort(), ['Subject', 'comments', 'the text (plain)'])
})

test('line breaks are one however they are written, as many as there are', () => {
  const broken = (many: number, by: string) =>
    Buffer.from(`Subject: s\n\na${by.repeat(many)}b${by.repeat(3)}`)
  const one = sayings(broken(150_000, '\n'), 999)!
  for (const by of ['\r\n', '\r'])
    assert.deepEqual(saidOtherwise(one, sayings(broken(150_000, by), 1_001)!), [])
  assert.deepEqual(saidOtherwise(one, sayings(broken(149_999, '\r\n'))!), ['the text (plain)'])
})

test('what is beyond what is looked at is not told, and not taken for the same', () => {
  const recipients = Array.from({ length: 12_000 }, (_, no) => `user${no}@department.example`).join(',\r\n ')
  assert.equal(sayings(Buffer.from(`To: ${recipients}\r\n\r\nx`), 60_000), undefined)
  const many = '--b\r\n\r\nx\r\n'.repeat(10_000)
  const head = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n'
  assert.equal(sayings(Buffer.from(`${head}${many}--b--`), 60_000), undefined)
  // No header at all, as is seen at its first empty line.
  const plain = Buffer.from(`${'no field\r\n'.repeat(1_000)}\r\nx`)
  assert.ok(sayings(plain))
  assert.equal(sayings(plain, 4_000), undefined)
})

test('however deep messages lie in messages, what is in them has short names and is told', () => {
  const deep = (text: string) => {
    let octets = `Subject: innermost\r\n\r\n${text}`
    for (let no = 0; no < 40; no++)
      octets = `Subject: ${`${no}`.repeat(5_000)}\r\nContent-Type: message/rfc822\r\n\r\n${octets}`
    return sayings(Buffer.from(octets), 10_000)!
  }
  const one = deep('x')
  assert.ok([...one.keys()].every((name) => name.length < 800))
  assert.deepEqual(saidOtherwise(one, deep('x')), [])
  assert.equal(saidOtherwise(one, deep('y')).length, 1)
})

test('what is signed within what is signed is compared with it', () => {
  const signed = (text: string) => {
    let octets = text
    for (const boundary of ['in', 'out'])
      octets = `Content-Type: multipart/signed; boundary=${boundary}\r\n\r\n--${boundary}\r\n${octets}\r\n--${boundary}\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--${boundary}--\r\n`
    return sayings(Buffer.from(octets), 50)!
  }
  const one = signed('\r\nx')
  assert.deepEqual(saidOtherwise(one, signed('\r\nx')), [])
  assert.deepEqual(saidOtherwise(one, signed('\r\nx\r\n')), ['what is signed'])
})
