import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contentLines, parseContentLine } from '#src/formats/ical/content-line.ts'

/** The same by splitting the whole text. */
const plainly = (text: string) =>
  text
    .replace(/(?:\r\n|[\r\n])[ \t]/g, '')
    .split(/\r\n|[\r\n]/)
    .filter((line) => line.trim() !== '')
    .map(parseContentLine)

test('lines end with CR LF, CR or LF, whatever the others of the text end with', () => {
  const piece = fc.constantFrom('A:b', 'NOTE;X=y:z', '\r', '\n', '\r\n', ' ', '\t', 'no property', '')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join('')
      assert.deepEqual([...contentLines(text)], plainly(text))
    }),
  )
})

test('a line has a thousand values of parameters at most', () => {
  const named = (count: number) => parseContentLine(`A${';X=y'.repeat(count)}:z`)
  assert.equal(named(1_000)?.params.length, 1_000)
  assert.equal(named(1_001), null)
  assert.equal(parseContentLine(`A;X=${'y,'.repeat(999)}y:z`)?.params[0]?.values.length, 1_000)
  assert.equal(parseContentLine(`A;X=${'y,'.repeat(1_000)}y:z`), null)
  assert.equal(parseContentLine(`TEL${';HOME'.repeat(1_001)}:1`), null)
})
