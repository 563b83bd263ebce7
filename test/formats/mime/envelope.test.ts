import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeEnvelope, envelopeOf } from '#src/formats/mime/envelope.ts'

const read = (text: string) => envelopeOf(Buffer.from(text.replaceAll('\n', '\r\n'), 'utf8'))

test('reads every field, raw and decoded', () => {
  const raw = read(`From: =?utf-8?Q?J=C3=B6rg?= <joerg@example.de>
Sender: sec@example.de
Reply-To: "Office" <office@example.de>
To: a@example.org,
 b@example.org
Bcc: hidden@example.org
Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=
 and more
Date: Tue, 03 Mar 2026 09:05:00 +0100
Message-ID: <1@example.de>
In-Reply-To: <0@example.de>
References: <x@example.de> junk <0@example.de> <x@example.de>

`)
  assert.deepEqual(raw, {
    from: [{ name: '=?utf-8?Q?J=C3=B6rg?=', mailbox: 'joerg', host: 'example.de' }],
    sender: [{ mailbox: 'sec', host: 'example.de' }],
    replyTo: [{ name: 'Office', mailbox: 'office', host: 'example.de' }],
    to: [
      { mailbox: 'a', host: 'example.org' },
      { mailbox: 'b', host: 'example.org' },
    ],
    bcc: [{ mailbox: 'hidden', host: 'example.org' }],
    subject: '=?utf-8?Q?Gr=C3=BC=C3=9Fe?= and more',
    date: 'Tue, 03 Mar 2026 09:05:00 +0100',
    dateMs: Date.UTC(2026, 2, 3, 8, 5),
    messageId: '<1@example.de>',
    inReplyTo: '<0@example.de>',
    references: ['<x@example.de>', '<0@example.de>'],
  })
  const decoded = decodeEnvelope(raw)
  assert.equal(decoded.subject, 'Grüße and more')
  assert.deepEqual(decoded.from, [{ name: 'Jörg', mailbox: 'joerg', host: 'example.de' }])
})

test('an absent field is absent, an empty one is empty', () => {
  assert.deepEqual(read('Subject:\nTo: \n\n'), { subject: '', to: [] })
})

test('the first of two counts, recipients add up', () => {
  const envelope = read(
    'From: a@x.org\nFrom: b@x.org\nSubject: one\nSubject: two\nTo: c@x.org\nTO: d@x.org\n\n',
  )
  assert.deepEqual(envelope.from, [{ mailbox: 'a', host: 'x.org' }])
  assert.equal(envelope.subject, 'one')
  assert.equal(envelope.to?.length, 2)
})

test('a header field cannot bring a line break or NUL into a value', () => {
  const envelope = envelopeOf(Buffer.from('Subject: a\rb\0c\r\n d\r\n\r\n'))
  assert.equal(envelope.subject, 'a b c d')
})

test('field names with blanks before the colon are obsolete and read; junk lines are not', () => {
  assert.deepEqual(read('Subject : x\nno field here\n: y\nTo\n'), { subject: 'x' })
})

test('any octets give an envelope that JSON keeps', () => {
  const name = fc.constantFrom(
    'From',
    'To',
    'Subject',
    'Date',
    'References',
    'Message-ID',
    '__proto__',
    'constructor',
  )
  const value = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc
      .string({
        unit: fc.constantFrom(
          '<',
          '>',
          '@',
          '"',
          '(',
          ')',
          ':',
          ';',
          ',',
          '\\',
          ' ',
          'a',
          '=?utf-8?q?',
          '?=',
        ),
        maxLength: 40,
      })
      .map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 6 }), (fields) => {
      const bytes = Buffer.concat(
        fields.flatMap(([key, octets]) => [Buffer.from(`${key}: `), octets, Buffer.from('\r\n')]),
      )
      const envelope = envelopeOf(bytes)
      assert.deepEqual(JSON.parse(JSON.stringify(envelope)), envelope)
      assert.deepEqual(JSON.parse(JSON.stringify(decodeEnvelope(envelope))), decodeEnvelope(envelope))
    }),
    { numRuns: 500 },
  )
})
