import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ComposedPart, composeMessage, type SizedSource } from '#src/formats/mime/compose.ts'
import { MimeIndexer } from '#src/formats/mime/indexer.ts'
import { type MimePart, walkParts } from '#src/formats/mime/part.ts'
import { decodeTransferred } from '#src/formats/mime/transfer.ts'

const source = (octets: Uint8Array, piece = 50_000): SizedSource => ({
  sizeBytes: octets.length,
  async *read() {
    for (let at = 0; at < octets.length; at += piece) yield octets.subarray(at, at + piece)
  },
})

async function written(header: string, part: ComposedPart): Promise<{ octets: Buffer; root: MimePart }> {
  const message = composeMessage(header, part)
  const pieces: Uint8Array[] = []
  for await (const piece of message.read()) pieces.push(piece)
  const octets = Buffer.concat(pieces)
  assert.equal(octets.length, message.sizeBytes, 'the size is known before')
  const indexer = new MimeIndexer()
  indexer.push(octets)
  return { octets, root: indexer.finish().root }
}

const bodyOf = (octets: Buffer, part: MimePart): Buffer =>
  Buffer.from(decodeTransferred(part.encoding, octets.subarray(part.bodyOffset, part.bodyEnd)))

test('octets of any length and in any pieces come back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 500 }),
      fc.integer({ min: 1, max: 100 }),
      async (content, piece) => {
        const { octets, root } = await written('Subject: x\r\n', {
          multipart: 'mixed',
          parts: [
            { text: 'hello', subtype: 'plain' },
            { octets: source(content, piece), contentType: 'application/x-test', fileName: 'größe".bin' },
          ],
        })
        const [text, file] = root.parts
        assert.equal(bodyOf(octets, text!).toString(), 'hello')
        assert.deepEqual(bodyOf(octets, file!), Buffer.from(content))
        assert.equal(file!.dispositionParams?.filename, 'größe".bin')
      },
    ),
  )
})

test('a digest is said of a file, and of no message', async () => {
  const md5 = 'Q2hlY2sgSW50ZWdyaXR5IQ=='
  const of = async (contentType: string) =>
    (await written('', { octets: source(Buffer.from('A: b\r\n\r\nc')), contentType, md5 })).root.md5
  assert.equal(await of('text/plain'), md5)
  assert.equal(await of('message/rfc822'), undefined)
})

test('a text by itself ends its last line, and grows no further when it is written again', async () => {
  const once = await written('Subject: x\r\n', { text: 'a\nb', subtype: 'plain' })
  assert.match(once.octets.toString(), /\r\n\r\na\r\nb\r\n$/)
  const again = await written('', { text: bodyOf(once.octets, once.root).toString(), subtype: 'plain' })
  assert.match(again.octets.toString(), /\r\n\r\na\r\nb\r\n$/)
})

test('what lies in another message is taken as it is', async () => {
  const first = await written('Subject: x\r\n', {
    multipart: 'mixed',
    parts: [
      { text: 'one', subtype: 'plain' },
      {
        octets: source(Buffer.from('Subject: in\r\n\r\nbody')),
        contentType: 'message/rfc822',
        fileName: 'm.eml',
      },
    ],
  })
  const kept = first.root.parts[1]!
  assert.equal(kept.message?.envelope.subject, 'in')
  const stretch = first.octets.subarray(kept.headerOffset, kept.bodyEnd)
  const second = await written('', {
    multipart: 'mixed',
    parts: [{ text: 'two', subtype: 'html' }, { stored: source(stretch) }],
  })
  const again = second.root.parts[1]!
  assert.deepEqual(second.octets.subarray(again.headerOffset, again.bodyEnd), stretch)
  assert.equal(
    [...walkParts(second.root)].some(({ subtype }) => subtype === 'html'),
    true,
  )
})

test('names and types cannot break out of their fields', async () => {
  const { root } = await written('', {
    multipart: 'mixed',
    parts: [
      { text: '', subtype: 'plain' },
      {
        octets: source(Buffer.from('x')),
        contentType: 'text/plain\r\nX-Evil: 1',
        fileName: 'a\r\nX-Evil: 2',
        contentId: 'a>\r\nX-Evil: 3',
        inline: true,
      },
    ],
  })
  const part = root.parts[1]!
  assert.equal(part.subtype, 'octet-stream')
  assert.equal(part.dispositionParams?.filename, 'a X-Evil: 2')
  assert.equal(part.id, '<aX-Evil:3>')
})
