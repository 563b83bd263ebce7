import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatLevel, parseFolderName, parseLevel } from '#src/protocols/imap/folder-names.ts'

const shown: [name: string, top: boolean, level: string][] = [
  ['Projects', true, 'Projects'],
  ['AC/DC', true, 'AC\u2215DC'],
  ['AC\u2215DC', true, 'AC\u2060\u2215DC'],
  ['inbox', true, '\u2060inbox'],
  ['inbox', false, 'inbox'],
  ['Other Users', true, '\u2060Other Users'],
  ['Shared', false, 'Shared'],
]

for (const [name, top, level] of shown)
  test(`${JSON.stringify(name)} ${top ? 'at the top' : 'below'} is ${JSON.stringify(level)}`, () => {
    assert.equal(formatLevel(name, top), level)
    assert.equal(parseLevel(level, top), name)
  })

test('any name is shown without a slash and found again', () => {
  const signs = fc.constantFrom('/', '\u2215', '\u2060', 'a', 'inbox', 'Shared', 'x')
  const name = fc.array(signs, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(name, fc.boolean(), (text, top) => {
      const level = formatLevel(text, top)
      assert.doesNotMatch(level, /\//)
      assert.equal(parseLevel(level, top), text)
    }),
  )
})

test('names are taken apart by whose they are', () => {
  assert.deepEqual(parseFolderName('inbox/a'), { space: 'personal', levels: ['INBOX', 'a'] })
  assert.deepEqual(parseFolderName('Other Users/ann@corp.example/inbox/x'), {
    space: 'others',
    owner: 'ann@corp.example',
    levels: ['INBOX', 'x'],
  })
  assert.deepEqual(parseFolderName('Shared'), { space: 'shared', owner: undefined, levels: [] })
})
