import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { buildMessage, type NewMessage } from '#src/formats/mime/build.ts'
import { decodeEnvelope, envelopeOf } from '#src/formats/mime/envelope.ts'
import { indexMessage } from '#src/formats/mime/indexer.ts'
import { fileNameOf, type MimePart } from '#src/formats/mime/part.ts'
import { decodePart } from '#src/formats/mime/part-text.ts'
import { decodeTransferred } from '#src/formats/mime/transfer.ts'

const notice: NewMessage = {
  from: [{ name: 'Postmaster', mailbox: 'postmaster', host: 'example.com' }],
  to: [{ name: 'Jörg', mailbox: 'joerg', host: 'example.com' }],
  subject: 'Your mailbox is 90 % full',
  dateMs: Date.UTC(2026, 2, 3, 8, 5),
  messageId: '<quota-1@example.com>',
  headers: [['Auto-Submitted', 'auto-generated']],
  parts: [{ text: 'You have used 45 of 50 GB.\n' }],
}

const octets = (bytes: Uint8Array, part: MimePart) =>
  decodeTransferred(part.encoding, bytes.subarray(part.bodyOffset, part.bodyEnd))

function textOf(bytes: Uint8Array, part: MimePart): string {
  const decoder = decodePart(part)
  return decoder.push(bytes.subarray(part.bodyOffset, part.bodyEnd)) + decoder.finish()
}

test('writes a notice as anybody would', () => {
  assert.equal(
    Buffer.from(buildMessage(notice)).toString('latin1'),
    [
      'From: Postmaster <postmaster@example.com>',
      'To: =?UTF-8?B?SsO2cmc=?= <joerg@example.com>',
      'Subject: Your mailbox is 90 % full',
      'Date: Tue, 03 Mar 2026 08:05:00 +0000',
      'Message-ID: <quota-1@example.com>',
      'Auto-Submitted: auto-generated',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 7bit',
      '',
      'You have used 45 of 50 GB.',
      '',
    ].join('\r\n'),
  )
})

test('a report has its parts unencoded where they must be', () => {
  const bytes = buildMessage({
    ...notice,
    multipart: 'report',
    multipartParams: { 'report-type': 'delivery-status' },
    parts: [
      { text: 'It did not arrive: Grüße' },
      { bytes: Buffer.from('Reporting-MTA: dns; example.com\r\n'), contentType: 'message/delivery-status' },
      { bytes: Buffer.from('Subject: x\r\n\r\n\xfc\r\n', 'latin1'), contentType: 'message/rfc822' },
      {
        bytes: Buffer.from([0, 255, 13, 10]),
        contentType: 'application/pdf',
        fileName: 'Übersicht.pdf',
        description: 'Zahlen für März',
      },
    ],
  })
  const { root } = indexMessage(bytes)
  assert.equal(`${root.type}/${root.subtype}`, 'multipart/report')
  assert.equal(root.params['report-type'], 'delivery-status')
  assert.deepEqual(
    root.parts.map((part) => part.encoding),
    ['base64', '7bit', '8bit', 'base64'],
  )
  assert.equal(textOf(bytes, root.parts[0]!), 'It did not arrive: Grüße')
  assert.equal(root.parts[2]!.message?.envelope.subject, 'x')
  assert.equal(fileNameOf(root.parts[3]!), 'Übersicht.pdf')
  assert.deepEqual([...octets(bytes, root.parts[3]!)], [0, 255, 13, 10])
})

test('what is built reads back', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 80 }).filter((text) => !/[\r\n\0]/.test(text))
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    line,
    fc.constantFrom('x'.repeat(2000), 'a\nb\rc\r\nd', '.\r\n--x'),
  )
  fc.assert(
    fc.property(line, line, fc.array(text, { minLength: 1, maxLength: 3 }), (subject, name, texts) => {
      const bytes = buildMessage({
        ...notice,
        from: [{ name, mailbox: 'a', host: 'example.com' }],
        subject,
        parts: texts.map((each) => ({ text: each })) as unknown as NewMessage['parts'],
      })
      const { root, headerBytes } = indexMessage(bytes)
      const envelope = decodeEnvelope(envelopeOf(headerBytes))
      assert.equal(envelope.subject, subject)
      assert.deepEqual(envelope.from, [
        { ...(name === '' ? {} : { name }), mailbox: 'a', host: 'example.com' },
      ])
      const parts = root.parts.length > 0 ? root.parts : [root]
      const wanted = texts.map((each) =>
        each
          .toWellFormed()
          .replace(/\r\n|\r|\n/g, '\r\n')
          .replace(/^\ufeff/, ''),
      )
      // An unencoded part ends its last line.
      assert.deepEqual(
        parts.map((part) => textOf(bytes, part).replace(/\r\n$/, '')),
        wanted.map((each) => each.replace(/\r\n$/, '')),
      )
      for (const each of Buffer.from(bytes).toString('latin1').split('\r\n')) {
        assert.ok(each.length <= 998 && !/[\r\n\0\x80-\xff]/.test(each))
      }
    }),
  )
})

test('nothing breaks out of the header', () => {
  for (const bad of [
    { subject: 'a\r\nBcc: x' },
    { messageId: '<a@b>\r\nBcc: x' },
    { messageId: 'a@b' },
    { inReplyTo: 'x' },
    { references: ['<a@b>', '<c>\n'] },
    { headers: [['X-A', 'b\nc']] as const },
    { headers: [['X-A: y\r\nBcc', 'b']] as const },
    { headers: [['Content-Type', 'text/html']] as const },
    { headers: [['from', 'x']] as const },
    { from: [{ name: 'a\nb', mailbox: 'a', host: 'b' }] },
    { parts: [{ bytes: Buffer.alloc(0), contentType: 'a/b\r\nX: y' }] as const },
    { parts: [{ bytes: Buffer.alloc(0), contentType: 'a/b', fileName: 'x\r\ny' }] as const },
    { parts: [{ text: '', description: 'x\ny' }] as const },
    { dateMs: Number.NaN },
  ]) {
    assert.throws(() => buildMessage({ ...notice, ...bad }), SyntaxFault, JSON.stringify(bad))
  }
})
