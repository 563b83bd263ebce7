import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { indexMessage } from '#src/formats/mime/indexer.ts'
import { fileNameOf, type MimePart } from '#src/formats/mime/part.ts'
import { decodeTransferred } from '#src/formats/mime/transfer.ts'
import { guidOctets } from '#src/formats/tnef/guid.ts'
import { appointment, meeting, set, tag } from '#src/formats/tnef/property-ids.ts'
import { propertyType as type } from '#src/formats/tnef/property-stream.ts'
import { findTnefParts, unfoldedPieces } from '#src/formats/tnef/unfold.ts'
import { compressRtf, encodeTnef, type TnefSpec } from '#test/support/tnef.ts'

const lines = (...text: string[]) => text.join('\r\n')
const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,76}/g, '$&\r\n')
    .trimEnd()

const fields = [
  'Received: from x by y;',
  '\tTue, 03 Mar 2026 08:05:00 +0000',
  'DKIM-Signature: v=1;  b=ab',
  '  cd',
  'From: Ann <ann@corp.example>',
  'To: bob@corp.example',
  'subject:Weird   spacing ',
  'Message-ID: <1@corp.example>',
]

/** As Outlook sends it: text, then winmail.dat. */
const withText = (spec: TnefSpec, text = 'Hello\r\n') =>
  Buffer.from(
    lines(
      ...fields,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="outer"',
      '',
      'preamble',
      '--outer',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      text,
      '--outer',
      'Content-Type: application/ms-tnef; name="winmail.dat"',
      'Content-Transfer-Encoding: base64',
      'Content-Disposition: attachment; filename="winmail.dat"',
      '',
      base64(encodeTnef(spec)),
      '--outer--',
      '',
    ),
  )

/** As Exchange sends it: TNEF is all there is. */
const alone = (spec: TnefSpec | Uint8Array, ...more: string[]) =>
  Buffer.from(
    lines(
      ...fields,
      'Content-Type: application/ms-tnef; name="winmail.dat"',
      ...more,
      'Content-Transfer-Encoding: base64',
      'X-Last: 1',
      '',
      base64(spec instanceof Uint8Array ? spec : encodeTnef(spec)),
      '',
    ),
  )

type Shape = string | [string, ...Shape[]]

function shapeOf(part: MimePart): Shape {
  const name = fileNameOf(part)
  const label = `${part.type}/${part.subtype}${name ? ` ${name}` : ''}${part.id ? ` ${part.id}` : ''}`
  const children = part.message ? [part.message.root] : part.parts
  return children.length > 0 ? [label, ...children.map(shapeOf)] : label
}

/** The new message, or undefined when it has no TNEF part. */
function unfoldTnef(message: Uint8Array): Uint8Array | undefined {
  const index = indexMessage(message)
  const parts = findTnefParts(index).map((found) => ({
    ...found,
    header: message.subarray(found.part.headerOffset, found.part.bodyOffset),
    content: decodeTransferred(
      found.part.encoding,
      message.subarray(found.part.bodyOffset, found.part.bodyEnd),
    ),
  }))
  if (parts.length === 0) return undefined
  const pieces = [...unfoldedPieces(message.length, parts)]
  return Buffer.concat(
    pieces.map((piece) => (piece instanceof Uint8Array ? piece : message.subarray(piece.from, piece.to))),
  )
}

function unfold(message: Uint8Array) {
  const bytes = Buffer.from(unfoldTnef(message)!)
  const { root, headerBytes } = indexMessage(bytes)
  const contents: string[] = []
  const visit = (part: MimePart) => {
    if (part.parts.length === 0 && !part.message) {
      const stored = bytes.subarray(part.bodyOffset, part.bodyEnd)
      contents.push(Buffer.from(decodeTransferred(part.encoding, stored)).toString())
    }
    for (const child of part.message ? [part.message.root] : part.parts) visit(child)
  }
  visit(root)
  return {
    text: bytes.toString('latin1'),
    shape: shapeOf(root),
    contents,
    header: Buffer.from(headerBytes).toString(),
  }
}

const html: TnefSpec = {
  props: [
    [tag.body, type.unicode, 'Grüße'],
    [tag.bodyHtml, type.binary, Buffer.from('<p>Hi <img src="cid:pic@1"></p>')],
    [tag.internetCodepage, type.int32, 65001],
  ],
  attachments: [
    {
      props: [
        [tag.attachLongFileName, type.unicode, 'logo.png'],
        [tag.attachContentId, type.unicode, 'pic@1'],
        [tag.attachData, type.binary, Buffer.from('PNG')],
      ],
    },
    {
      title: 'SHORT~1.PDF',
      data: Buffer.from('PDF'),
      props: [[tag.attachLongFileName, type.unicode, 'Übersicht.pdf']],
    },
  ],
}

test('text followed by winmail.dat: the text stays, all else stands beside it', () => {
  const message = withText(html)
  const { text, shape, contents } = unfold(message)
  assert.deepEqual(shape, [
    'multipart/mixed',
    ['multipart/alternative', 'text/plain', ['multipart/related', 'text/html', 'image/png logo.png <pic@1>']],
    'application/pdf Übersicht.pdf',
  ])
  assert.deepEqual(contents, ['Hello\r\n', '<p>Hi <img src="cid:pic@1"></p>', 'PNG', 'PDF'])
  const before = message.toString('latin1')
  const header = before.slice(0, before.indexOf('--outer'))
  assert.equal(text.slice(0, header.length), header, 'header and preamble are untouched')
  assert.ok(text.includes('--outer\r\nContent-Type: multipart/alternative;'))
  assert.ok(!/tnef|winmail/.test(text))
})

test('TNEF alone: its fields make way, all others stay octet for octet', () => {
  const { text, shape, contents, header } = unfold(alone(html, 'Content-Language: de'))
  assert.deepEqual(shape, [
    'multipart/mixed',
    ['multipart/alternative', 'text/plain', ['multipart/related', 'text/html', 'image/png logo.png <pic@1>']],
    'application/pdf Übersicht.pdf',
  ])
  assert.equal(contents[0], 'Grüße')
  assert.ok(
    text.startsWith(lines(...fields, 'X-Last: 1', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed;')),
  )
  assert.equal(header.match(/^content-/gim)?.length, 1)
})

test('nothing but text: TNEF alone becomes text, behind text it vanishes', () => {
  const spec: TnefSpec = { props: [[tag.body, type.unicode, 'just text']] }
  assert.deepEqual(
    [unfold(alone(spec)).shape, unfold(alone(spec)).contents],
    ['text/plain', ['just text\r\n']],
  )
  const { shape, contents } = unfold(withText(spec))
  assert.deepEqual([shape, contents], [['multipart/mixed', 'text/plain'], ['Hello\r\n']])
  assert.equal(unfold(alone({})).shape, 'text/plain')
})

test('text that stands in the TNEF alone is not lost behind an empty text part', () => {
  const { shape, contents } = unfold(withText({ props: [[tag.body, type.unicode, 'all of it']] }, ' '))
  assert.deepEqual(shape, ['multipart/mixed', ['multipart/alternative', 'text/plain', 'text/plain']])
  assert.deepEqual(contents, [' ', 'all of it\r\n'])
})

test('RTF that is only RTF stays beside the text', () => {
  const spec: TnefSpec = {
    props: [[tag.rtfCompressed, type.binary, compressRtf(Buffer.from('{\\rtf1\\b Bold}'))]],
  }
  assert.deepEqual(unfold(alone(spec)).shape, ['multipart/alternative', 'text/plain', 'text/rtf'])
})

test('a meeting becomes a calendar part with its method', () => {
  const spec: TnefSpec = {
    messageClass: 'IPM.Schedule.Meeting.Request',
    props: [
      [tag.body, type.unicode, 'Agenda'],
      [[set.meeting, meeting.globalObjectId], type.binary, Buffer.from('01', 'hex')],
      [[set.appointment, appointment.startWhole], type.time, Date.UTC(2026, 6, 1, 8)],
    ],
  }
  const { shape, text, contents } = unfold(alone(spec))
  assert.deepEqual(shape, ['multipart/alternative', 'text/plain', 'text/calendar'])
  assert.match(text, /Content-Type: text\/calendar; charset=utf-8; method=REQUEST\r\n/)
  assert.match(
    contents[1]!.replace(/\r\n /g, ''),
    /ORGANIZER;CN=Ann:mailto:ann@corp.example\r\nATTENDEE.*bob@corp.example/,
  )
})

test('a message attached to a message becomes message/rfc822 with what is known of it', () => {
  const inner = encodeTnef({
    props: [
      [tag.subject, type.unicode, 'Inner\r\nBcc: x@y.test'],
      [tag.body, type.unicode, 'inner text'],
      [tag.clientSubmitTime, type.time, Date.UTC(2026, 0, 1)],
      [tag.internetMessageId, type.unicode, '<in@x.test>'],
      [tag.senderName, type.unicode, 'Zoë'],
      [tag.senderSmtpAddress, type.unicode, 'zoe@x.test'],
    ],
    attachments: [{ title: 'a.txt', data: Buffer.from('deep') }],
  })
  const object = Buffer.concat([guidOctets('00020307-0000-0000-c000-000000000046'), inner])
  const { shape, contents, text } = unfold(
    alone({
      attachments: [
        {
          props: [
            [tag.displayName, type.unicode, 'Fwd'],
            [tag.attachMethod, type.int32, 5],
            [tag.attachData, type.object, object],
          ],
        },
      ],
    }),
  )
  assert.deepEqual(shape, ['message/rfc822 Fwd', ['multipart/mixed', 'text/plain', 'text/plain a.txt']])
  assert.deepEqual(contents, ['inner text\r\n', 'deep'])
  assert.match(
    text,
    /From: =\?UTF-8\?Q\?Zo=C3=AB\?= <zoe@x.test>\r\nSubject: Inner Bcc: x@y.test\r\nDate: Thu, 01 Jan 2026 00:00:00 \+0000\r\nMessage-ID: <in@x.test>\r\nMIME-Version: 1.0\r\n/,
  )
})

test('a clear-signed message is taken out as it is', () => {
  const entity = lines(
    'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary="s"',
    '',
    '--s',
    '',
    'signed',
    '--s',
    'Content-Type: application/pkcs7-signature',
    '',
    'sig',
    '--s--',
    '',
  )
  const { text, shape } = unfold(
    alone({
      messageClass: 'IPM.Note.SMIME.MultipartSigned',
      attachments: [
        {
          title: 'smime.p7m',
          props: [
            [tag.attachData, type.binary, Buffer.from(entity)],
            [tag.attachMimeTag, type.unicode, 'multipart/signed'],
          ],
        },
      ],
    }),
  )
  assert.deepEqual(shape, ['multipart/signed', 'text/plain', 'application/pkcs7-signature'])
  assert.ok(text.endsWith(entity.slice(entity.indexOf('\r\n') + 2)))
})

test('a forwarded message that is TNEF is unfolded within', () => {
  const outer = Buffer.concat([
    Buffer.from(
      lines(
        'From: z@x.test',
        'Content-Type: multipart/mixed; boundary=o',
        '',
        '--o',
        'Content-Type: message/rfc822',
        '',
        '',
      ),
    ),
    alone({ props: [[tag.body, type.unicode, 'within']] }),
    Buffer.from('\r\n--o--\r\n'),
  ])
  const { shape, contents } = unfold(outer)
  assert.deepEqual([shape, contents], [['multipart/mixed', ['message/rfc822', 'text/plain']], ['within\r\n']])
})

test('what is signed or encrypted, and what is no TNEF, is left alone', () => {
  const signed = withText(html).toString('latin1').replace('multipart/mixed', 'multipart/signed')
  assert.equal(unfoldTnef(Buffer.from(signed, 'latin1')), undefined)
  assert.equal(unfoldTnef(Buffer.from('Subject: x\r\n\r\nhello\r\n')), undefined)
  assert.throws(() => unfoldTnef(alone(Buffer.from('no TNEF at all'))), SyntaxFault)
})

test('pieces of the old message are named, not copied, and new ones come small', () => {
  const big = Buffer.alloc(5_000_000, 'x')
  const message = withText({ attachments: [{ title: 'big.bin', data: big }] })
  const index = indexMessage(message)
  const parts = findTnefParts(index).map((found) => ({
    ...found,
    header: new Uint8Array(0),
    content: decodeTransferred('base64', message.subarray(found.part.bodyOffset, found.part.bodyEnd)),
  }))
  let total = 0
  for (const piece of unfoldedPieces(message.length, parts)) {
    if (piece instanceof Uint8Array) assert.ok(piece.length < 100_000)
    total += piece instanceof Uint8Array ? piece.length : piece.to - piece.from
  }
  assert.equal(total, unfoldTnef(message)!.length)
  assert.ok(total > (big.length * 4) / 3)
})
