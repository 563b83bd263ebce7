import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildMessage } from '#src/formats/mime/build.ts'
import { MimeIndexer } from '#src/formats/mime/indexer.ts'
import { attachmentsOf } from '#src/formats/mime/part.ts'

test('alternatives with a calendar come before what is attached', () => {
  const octets = buildMessage({
    from: [{ mailbox: 'ann', host: 'corp.example' }],
    to: [{ mailbox: 'bob', host: 'corp.example' }],
    subject: 'Plan',
    dateMs: 0,
    messageId: '<1@corp.example>',
    parts: [
      {
        multipart: 'alternative',
        parts: [
          { text: 'Hello\n' },
          {
            text: 'BEGIN:VCALENDAR\r\nSUMMARY:Übung\r\nEND:VCALENDAR\r\n',
            subtype: 'calendar',
            params: { method: 'REQUEST' },
          },
        ],
      },
      { bytes: Buffer.from('plan'), contentType: 'application/pdf', fileName: 'plan.pdf' },
    ],
  })
  const indexer = new MimeIndexer()
  indexer.push(octets)
  const { root } = indexer.finish()
  const types = (part: typeof root): unknown =>
    part.parts.length > 0 ? [part.subtype, ...part.parts.map(types)] : part.subtype
  assert.deepEqual(types(root), ['mixed', ['alternative', 'plain', 'calendar'], 'pdf'])
  const calendar = root.parts[0]!.parts[1]!
  assert.deepEqual(calendar.params, { charset: 'utf-8', method: 'REQUEST' })
  assert.equal(calendar.encoding, 'base64')
  const body = Buffer.from(octets.subarray(calendar.bodyOffset, calendar.bodyEnd)).toString('latin1')
  assert.match(Buffer.from(body, 'base64').toString(), /SUMMARY:Übung\r\n/)
  assert.deepEqual(
    attachmentsOf(root).map(({ subtype }) => subtype),
    ['pdf'],
  )
})
