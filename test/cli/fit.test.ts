import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fitTable, wrapText } from '#src/cli/fit.ts'
import { formatTable } from '#src/cli/table.ts'

const columns = [
  { title: 'BATCH', show: 'no' },
  { title: 'STATE', show: 'state' },
  { title: 'WHY', show: 'why' },
]
const rows = [
  { no: '1 pilot', state: 'copied, kept up to date', why: 'It is cut over after 2027-01-12T22:00:00.000Z.' },
  { no: '2', state: 'planned', why: '' },
]

test('a table that fits is as it is; one that does not goes on below its last column, or row by row', () => {
  assert.equal(fitTable(columns, rows, undefined), formatTable(columns, rows))
  assert.equal(fitTable(columns, rows, 200), formatTable(columns, rows))
  assert.equal(
    fitTable(columns, rows, 60),
    `BATCH    STATE                    WHY
1 pilot  copied, kept up to date  It is cut over after
                                  2027-01-12T22:00:00.000Z.
2        planned
`,
  )
  assert.equal(
    fitTable(columns, rows, 40),
    `BATCH: 1 pilot
STATE: copied, kept up to date
WHY: It is cut over after
  2027-01-12T22:00:00.000Z.

BATCH: 2
STATE: planned
`,
  )
})

test('no line is wider than the terminal, and no word is lost', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'x'), minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), fc.integer({ min: 10, max: 80 }), (words, width) => {
      const text = words.join(' ')
      const lines = wrapText(text, width, '  ')
      assert.ok(lines.every((line) => line.length <= width))
      assert.equal(lines.join('').replace(/ /g, ''), text.replace(/ /g, ''))
      const table = fitTable([{ title: 'TEXT', show: 'text' }], [{ text }], width)
      assert.ok(table.split('\n').every((line) => line.length <= width))
    }),
  )
})

test('a terminal that says it has no width gets its lines whole', () => {
  for (const width of [0, 1, 2]) assert.deepEqual(wrapText('a longer text', width, '  '), ['a longer text'])
})
