import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pictureType } from '#src/formats/mime/picture-type.ts'

test('a picture is known by how it begins, and nothing else is', () => {
  const begins: readonly [string, string][] = [
    ['\xff\xd8\xff\xe0', 'image/jpeg'],
    ['\x89PNG\r\n\x1a\n', 'image/png'],
    ['GIF89a', 'image/gif'],
    ['RIFF\0\0\0\0WEBP', 'image/webp'],
  ]
  const rest = fc.uint8Array({ maxLength: 40 })
  for (const [text, type] of begins)
    fc.assert(
      fc.property(rest, (more) => {
        assert.equal(pictureType(Buffer.concat([Buffer.from(text, 'latin1'), more])), type)
      }),
    )
  for (const other of ['', '\x89PNG', 'RIFF\0\0\0\0WAVE', '%PDF-1.7', '<svg>'])
    assert.equal(pictureType(Buffer.from(other, 'latin1')), undefined)
})
