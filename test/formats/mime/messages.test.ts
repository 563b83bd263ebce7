import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeEnvelope, envelopeOf } from '#src/formats/mime/envelope.ts'
import { indexMessage } from '#src/formats/mime/indexer.ts'
import { fileNameOf, type MimePart } from '#src/formats/mime/part.ts'
import { findPreviewPart, previewOf } from '#src/formats/mime/part-text.ts'
import { fixtureMessage, fixtureNames } from './fixture-message.ts'

/** One line per part: section, type, header offset - body offset - body end, lines, file name; nested ones are indented. */
function outline(part: MimePart, indent = ''): string[] {
  const name = fileNameOf(part)
  const place = `${part.headerOffset}-${part.bodyOffset}-${part.bodyEnd}`
  const line = `${indent}${part.path} ${part.type}/${part.subtype} ${place} ${part.bodyLines}`
  return [
    name === undefined ? line : `${line} ${name}`,
    ...part.parts.flatMap((child) => outline(child, `${indent}  `)),
    ...(part.message ? outline(part.message.root, `${indent}> `) : []),
  ]
}

interface Expected {
  parts: string[]
  subject?: string
  /** ISO 8601. */
  date?: string
  preview?: string
}

const expected: Record<string, Expected> = {
  'plain-ascii': {
    parts: ['1 text/plain 0-403-445 5'],
    subject: 'Lunch on Thursday',
    date: '2026-03-03T08:05:00.000Z',
    preview: 'Hi Bob, shall we meet at noon? Ann',
  },
  'german-quoted-printable': {
    parts: ['1 text/plain 0-387-552 7'],
    subject: 'Übersicht für März',
    date: '2026-03-04T09:00:00.000Z',
    preview:
      'Sehr geehrte Frau Weber, die Übersicht für März hängt noch am Büro in Köln; sie kommt morgen. Mit freundlichen Grüßen Jürgen Große',
  },
  'japanese-iso-2022-jp': {
    parts: ['1 text/plain 0-324-400 2'],
    subject: '会議のお知らせ',
    date: '2026-03-05T00:30:00.000Z',
    preview: '会議は木曜日の午後三時からです。 場所は本社の第二会議室です。',
  },
  'japanese-shift-jis-attachment': {
    parts: [
      'TEXT multipart/mixed 0-265-1634 29',
      '  1 text/plain 340-424-474 1',
      '  2 application/pdf 503-757-1603 11 報告書.pdf',
    ],
    subject: '報告書',
    date: '2026-03-06T09:00:00.000Z',
    preview: '報告書を送ります。ご確認ください。',
  },
  'russian-koi8-r': {
    parts: ['1 text/plain 0-285-315 3'],
    subject: 'Отчёт за март',
    date: '2026-03-09T09:00:00.000Z',
    preview: 'Добрый день! Отчёт готов.',
  },
  'chinese-gb2312': {
    parts: ['1 text/plain 0-272-306 1'],
    subject: '项目进度',
    date: '2026-03-10T00:00:00.000Z',
    preview: '项目进度见附件。谢谢！',
  },
  'arabic-html-only': {
    parts: ['1 text/html 0-308-616 5'],
    subject: 'مرحبا بكم',
    date: '2026-03-11T07:00:00.000Z',
    preview: 'مرحبا بكم في موقعنا & شكرا 3 < 4 €',
  },
  'utf8-headers-smtputf8': {
    parts: ['1 text/plain 0-304-326 1'],
    subject: 'Grüße aus Zürich ✉',
    date: '2026-03-12T14:00:00.000Z',
    preview: 'Schöne Grüße 👋',
  },
  'unlabelled-windows-1252': {
    parts: ['1 text/plain 0-151-173 1'],
    subject: 'Déjà vu – “ça va”',
    date: '2026-03-12T20:00:00.000Z',
    preview: 'Ça marche très bien.',
  },
  'alternative-inline-attachment': {
    parts: [
      'TEXT multipart/mixed 0-348-1801 43',
      '  1 multipart/related 355-440-1400 27',
      '    1.1 multipart/alternative 451-512-793 10',
      '      1.1.1 text/plain 527-603-623 0',
      '      1.1.2 text/html 640-715-776 0',
      '    1.2 image/png 806-963-1385 5 logo.png',
      '  2 text/csv 1409-1772-1790 1 figures, final.csv',
    ],
    subject: 'March news',
    date: '2026-03-13T13:00:00.000Z',
    preview: 'Hello in plain text.',
  },
  'forwarded-rfc822': {
    parts: [
      'TEXT multipart/mixed 0-298-841 31',
      '  1 text/plain 307-335-345 0',
      '  2 message/rfc822 356-444-828 21 nested.eml',
      '  > 2.TEXT multipart/mixed 444-652-828 13',
      '  >   2.1 text/plain 661-689-700 0',
      '  >   2.2 message/rfc822 711-743-815 4',
      '  >   > 2.2.1 text/plain 743-788-815 1',
    ],
    subject: 'Fwd: nested',
    date: '2026-03-14T10:00:00.000Z',
    preview: 'See below.',
  },
  digest: {
    parts: [
      'TEXT multipart/digest 0-221-410 16',
      '  1 message/rfc822 232-234-291 4',
      '  > 1.1 text/plain 234-275-291 1',
      '  2 message/rfc822 304-336-395 4',
      '  > 2.1 text/plain 336-378-395 1',
    ],
    subject: 'Digest, Vol 7',
    date: '2026-03-15T00:00:00.000Z',
    preview: 'First message.',
  },
  'delivery-report': {
    parts: [
      'TEXT multipart/report 0-366-963 26',
      '  1 text/plain 431-512-550 1',
      '  2 message/delivery-status 577-656-772 5',
      '  3 text/rfc822-headers 799-886-934 2',
    ],
    subject: 'Undelivered Mail Returned to Sender',
    date: '2026-03-16T10:00:00.000Z',
    preview: 'Your message could not be delivered.',
  },
  'calendar-invitation': {
    parts: [
      'TEXT multipart/alternative 0-285-834 16',
      '  1 text/plain 298-391-427 1',
      '  2 text/calendar 442-541-817 4',
    ],
    subject: 'Invitation: planning',
    date: '2026-03-17T08:00:00.000Z',
    preview: 'Planning, Thursday 10:00 to 11:00',
  },
  'unix-line-ends': {
    parts: [
      'TEXT multipart/mixed 0-139-280 12',
      '  1 text/plain 143-169-181 0',
      '  2 text/x-log 186-259-273 2 cron.log',
    ],
    subject: 'cron',
    date: '2026-03-18T03:00:01.000Z',
    preview: 'disk is full',
  },
  'missing-closing-boundary': {
    parts: [
      'TEXT multipart/mixed 0-204-433 12',
      '  1 multipart/alternative 213-273-318 3',
      '    1.1 text/plain 285-313-318 0',
      '  2 application/octet-stream 329-406-433 1',
    ],
    subject: 'cut off',
    date: '2026-03-19T03:00:00.000Z',
    preview: 'first',
  },
  'no-header-at-all': {
    parts: ['1 text/plain 0-0-106 4'],
    preview:
      'just some text that a script wrote to the submission port, without any header and a second paragraph',
  },
  'header-only': {
    parts: ['1 text/plain 0-125-125 0'],
    subject: 'no body',
    date: '2026-03-20T00:00:00.000Z',
  },
  'empty-parts': {
    parts: [
      'TEXT multipart/mixed 0-92-174 9',
      '  1 text/plain 97-99-99 0',
      '  2 text/plain 104-104-104 0',
      '  3 text/html 109-132-132 0',
      '  4 text/plain 139-167-167 0',
    ],
    subject: 'empty parts',
  },
  'broken-boundary-parameter': {
    parts: ['1 text/plain 0-239-311 5'],
    subject: '',
    preview: '--never Content-Type: text/plain Readable all the same. --never--',
  },
  uuencoded: {
    parts: ['1 application/octet-stream 0-310-344 4 cat.txt'],
    subject: 'old school =?unknown?X?bad?=',
    date: '1997-11-21T17:55:06.000Z',
  },
}

test('every fixture has its expectation', () => {
  assert.deepEqual(fixtureNames.toSorted(), Object.keys(expected).toSorted())
})

for (const [name, wanted] of Object.entries(expected)) {
  test(`reads ${name}`, () => {
    const bytes = fixtureMessage(name)
    const index = indexMessage(bytes)
    assert.deepEqual(outline(index.root), wanted.parts)
    assert.equal(index.sizeBytes, bytes.length)
    assert.deepEqual(JSON.parse(JSON.stringify(index.root)), index.root)
    const envelope = decodeEnvelope(envelopeOf(index.headerBytes))
    assert.equal(envelope.subject, wanted.subject)
    const date = envelope.dateMs === undefined ? undefined : new Date(envelope.dateMs).toISOString()
    assert.equal(date, wanted.date)
    const part = findPreviewPart(index.root)
    const preview = part && previewOf(part, bytes.subarray(part.bodyOffset, part.bodyEnd))
    assert.equal(preview, wanted.preview)
  })
}

test('keeps every field of a described attachment', () => {
  const part = indexMessage(fixtureMessage('alternative-inline-attachment')).root.parts[1]!
  assert.deepEqual(part, {
    path: '2',
    headerOffset: 1409,
    bodyOffset: 1772,
    bodyEnd: 1790,
    bodyLines: 1,
    type: 'text',
    subtype: 'csv',
    params: { charset: 'utf-8', name: 'figures, final.csv' },
    disposition: 'attachment',
    dispositionParams: { filename: 'figures, final.csv', size: '24' },
    description: '=?utf-8?Q?Figures_f=C3=BCr_M=C3=A4rz?=',
    encoding: 'quoted-printable',
    md5: 'Q2hlY2sgSW50ZWdyaXR5IQ==',
    language: ['en', 'de'],
    location: 'https://example.com/figures.csv',
    parts: [],
  })
})

test('gives nested messages their envelopes', () => {
  const part = indexMessage(fixtureMessage('forwarded-rfc822')).root.parts[1]!
  assert.equal(part.message?.envelope.messageId, '<orig-1@example.org>')
  const innermost = part.message?.root.parts[1]?.message
  assert.deepEqual(innermost?.envelope, {
    subject: 'innermost',
    from: [{ mailbox: 'zed', host: 'example.net' }],
  })
})
