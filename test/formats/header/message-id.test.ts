import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessageIds } from '#src/formats/header/message-id.ts'

const cases: [value: string, ids: string[]][] = [
  ['<a@b>', ['<a@b>']],
  [' <a@b>\t<c@d> <a@b> ', ['<a@b>', '<c@d>']],
  ['Your message of Monday <a@b> (was <x@y>)', ['<a@b>']],
  ['< a @ b >', ['<a@b>']],
  ['a@b', []],
  ['<> <<a@b>>', ['<a@b>']],
]

for (const [value, ids] of cases) {
  test(`reads ${JSON.stringify(value)}`, () => assert.deepEqual(parseMessageIds(value), ids))
}

test('keeps the root and the latest of a thousand', () => {
  const ids = parseMessageIds(Array.from({ length: 1000 }, (_, index) => `<${index}@x>`).join(' '))
  assert.equal(ids.length, 200)
  assert.deepEqual([ids[0], ids[1], ids.at(-1)], ['<0@x>', '<801@x>', '<999@x>'])
})
