/** Programs that are not ours read what our encoder writes, so that it and our decoder cannot share a mistake. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeTnef } from '#src/formats/tnef/message.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import { propertyType as type } from '#src/formats/tnef/property-stream.ts'
import { command, peer } from '#test/support/peers.ts'
import { compressRtf, encodeTnef } from '#test/support/tnef.ts'
import { hexTable } from './hex-table.ts'

const tnef = peer('tnef', command('tnef'), 'apt-get install tnef')
const ytnef = peer('ytnefprint', command('ytnefprint'), 'apt-get install ytnef-tools')

const rtf = `{\\rtf1\\ansi ${'hello hello '.repeat(50)}}`
const stream = encodeTnef({
  props: [
    // libytnef 2.0 reads past the last property when that has several texts, and gives up.
    [['00062008-0000-0000-c000-000000000046', 'word'], type.unicode, ['one', 'two']],
    [0x6600, type.int16, [-5, 7]],
    [tag.subject, type.string8, 'Plans'],
    [tag.rtfCompressed, type.binary, compressRtf(Buffer.from(rtf))],
  ],
  attachments: [
    {
      title: 'A.TXT',
      data: Buffer.from('alpha'),
      props: [[tag.attachLongFileName, type.string8, 'a longer name.txt']],
    },
    {
      title: 'B.BIN',
      data: Buffer.from([0, 255, 1]),
      props: [[tag.attachMimeTag, type.string8, 'image/png']],
    },
  ],
})

function inFolder<T>(bytes: Uint8Array, use: (file: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-tnef-'))
  const file = join(folder, 'winmail.dat')
  writeFileSync(file, bytes)
  try {
    return use(file, folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('tnef takes out the attachments that we see', { skip: tnef.skip }, () => {
  inFolder(stream, (file, folder) => {
    execFileSync(tnef.found, ['-f', file, '-C', folder, '--save-body=body'])
    const theirs = readdirSync(folder).filter((name) => name !== 'winmail.dat' && !name.startsWith('body'))
    const ours = decodeTnef(stream).attachments
    assert.deepEqual(theirs.sort(), ours.map(({ fileName }) => fileName).sort())
    for (const { fileName, bytes } of ours) {
      assert.deepEqual(readFileSync(join(folder, fileName!)), Buffer.from(bytes))
    }
    assert.equal(readFileSync(join(folder, 'body.rtf'), 'latin1').replace(/\0$/, ''), rtf)
  })
})

test('ytnefprint reads the same properties', { skip: ytnef.skip }, () => {
  for (const bytes of [stream, hexTable('minimal')]) {
    const text = inFolder(bytes, (file) => execFileSync(ytnef.found, [file], { encoding: 'latin1' }))
    assert.match(text, /Value: -5/)
    const { properties, attachments } = decodeTnef(bytes)
    assert.match(text, new RegExp(`MAPI Properties: ${[...properties.all].length}\\n`))
    assert.equal(text.match(/File saves as/g)?.length, attachments.length)
  }
})
