import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { indexMessage } from '#src/formats/mime/indexer.ts'
import { attachmentsOf, fileNameOf, findPart, walkParts } from '#src/formats/mime/part.ts'
import { decodePart, findPreviewPart, previewOf } from '#src/formats/mime/part-text.ts'
import { fixtureMessage } from './fixture-message.ts'

/** Text parts, those of nested messages too, read seven octets at a time; an empty line parts one from the next. */
function textOf(bytes: Buffer): string {
  let text = ''
  for (const part of walkParts(indexMessage(bytes).root)) {
    if (part.type !== 'text') continue
    const decoder = decodePart(part)
    for (let at = part.bodyOffset; at < part.bodyEnd; at += 7)
      text += decoder.push(bytes.subarray(at, Math.min(at + 7, part.bodyEnd)))
    text += `${decoder.finish()}\n\n`
  }
  return text
}

test('gives the text of all text parts, decoded, and nothing of the others', () => {
  assert.equal(
    textOf(fixtureMessage('japanese-shift-jis-attachment')),
    '報告書を送ります。ご確認ください。\r\n\n\n',
  )
  const mixed = textOf(fixtureMessage('alternative-inline-attachment'))
  assert.match(mixed, /Hello in plain text\.\n\n/)
  assert.match(mixed, /<p>Hello in <i>HTML<\/i>/)
  assert.match(mixed, /1;€ 2/)
  assert.doesNotMatch(mixed, /PNG|iVBOR/)
})

test('looks into nested messages', () => {
  assert.match(textOf(fixtureMessage('forwarded-rfc822')), /See below\..*Inner text\..*Innermost body/s)
})

const message = (type: string, body: string) => {
  const bytes = Buffer.from(`Content-Type: ${type}\r\n\r\n${body}`)
  const part = findPreviewPart(indexMessage(bytes).root)
  return part && previewOf(part, bytes.subarray(part.bodyOffset, part.bodyEnd))
}

test('a preview is 256 characters of one line', () => {
  assert.equal(message('text/plain; charset=utf-8', ' a \r\n\r\n\tb\u200b\u00a0c '), 'a b c')
  assert.equal(message('text/plain; charset=utf-8', 'x'.repeat(1000)), 'x'.repeat(256))
  const emoji = message('text/plain; charset=utf-8', '👋'.repeat(1000))!
  assert.equal(emoji, '👋'.repeat(256))
  assert.equal(
    message('text/html', `<style>${'p {}\n'.repeat(1000)}</style><p>Dear&nbsp;Bob</p>`),
    'Dear Bob',
  )
  assert.equal(message('image/png', 'x'), undefined)
})

test('a preview comes from the plain text that is shown', () => {
  const bytes = fixtureMessage('alternative-inline-attachment')
  assert.equal(findPreviewPart(indexMessage(bytes).root)?.path, '1.1.1')
})

test('any octets give a preview of at most 256 characters', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 600 }),
      fc.constantFrom('text/plain', 'text/html'),
      (bytes, type) => {
        const { root } = indexMessage(Buffer.from(`Content-Type: ${type}\r\n\r\n`))
        assert.ok(Array.from(previewOf(root, bytes)).length <= 256)
      },
    ),
  )
})

test('finds parts and attachments by section and name', () => {
  const mixed = indexMessage(fixtureMessage('alternative-inline-attachment')).root
  assert.equal(findPart(mixed, '1.2')?.subtype, 'png')
  assert.equal(findPart(mixed, '')?.path, 'TEXT')
  assert.equal(findPart(mixed, '9'), undefined)
  assert.deepEqual(attachmentsOf(mixed).map(fileNameOf), ['figures, final.csv'])
  const forward = indexMessage(fixtureMessage('forwarded-rfc822')).root
  assert.deepEqual(attachmentsOf(forward).map(fileNameOf), ['nested.eml'])
  assert.equal(findPart(forward, '2.2.1')?.bodyLines, 1)
})

test('a file name has no folders', () => {
  const name = (given: string) =>
    fileNameOf(indexMessage(Buffer.from(`Content-Type: a/b; name="${given}"\r\n\r\n`)).root)
  assert.equal(name('../../etc/passwd'), 'passwd')
  assert.equal(name('C:\\\\x\\\\y.doc'), 'y.doc')
  assert.equal(name('x/'), undefined)
})
