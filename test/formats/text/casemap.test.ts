import assert from 'node:assert/strict'
import { test } from 'node:test'
import { casemapKey } from '#src/formats/text/casemap.ts'

for (const [one, other] of [
  ['hello', 'HELLO'],
  ['\u00e9', 'E\u0301'],
  ['привет', 'ПРИВЕТ'],
  ['ｆｕｌｌ', 'full'],
  ['ﬁ', 'ﬁ'],
] as const) {
  test(`${one} equals ${other}`, () => assert.equal(casemapKey(one), casemapKey(other)))
}

test('what differs in more than case differs, and the order is that of the title case', () => {
  assert.notEqual(casemapKey('straße'), casemapKey('strasse'))
  assert.deepEqual(
    ['b_', 'bz', 'B', 'a', '_', 'é', 'f'].sort((a, b) => (casemapKey(a) < casemapKey(b) ? -1 : 1)),
    ['a', 'B', 'bz', 'b_', 'é', 'f', '_'],
  )
})
