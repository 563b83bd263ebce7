import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cmdlet, quoted, remark, typedWord } from '#src/domain/migration/cut-over/powershell.ts'
import { command, Reader } from '#test/support/exchange-shell.ts'

const cases: [text: string, written: string][] = [
  ['', "''"],
  ["O'Brien", "'O''Brien'"],
  ['O\u2019Brien', "'O\u2019\u2019Brien'"],
  ['$(Remove-Item C:\\) `n "x"', '\'$(Remove-Item C:\\) `n "x"\''],
  ['two\r\nlines', "('two' + [char]13 + [char]10 + 'lines')"],
  ['\u0000x', "('' + [char]0 + 'x')"],
]
for (const [text, written] of cases)
  test(`${JSON.stringify(text)} is written so that it stays a text`, () => {
    assert.equal(quoted(text), written)
  })

test('any text is read back as it was, from one line', () => {
  const signs = fc.constantFrom(...'\'\u2018\u2019\u201a\u201b"`$(){};#|&\r\n\u2028\u0000 aü\ud83d\ude00')
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: signs })), (text) => {
      const written = quoted(text)
      assert.doesNotMatch(written, /[\r\n\u2028\u2029]/)
      const reader = new Reader(written)
      assert.equal(reader.value(), text)
      assert.ok(reader.ended)
    }),
  )
})

test('a word that somebody types is bare where it may be, and quoted where it means something', () => {
  for (const bare of ['eve@corp.example', 'CORP\\svc', 'ann+x@corp.example', 'a-b_c%d=e@corp.example'])
    assert.equal(typedWord(bare), bare)
  for (const [text, written] of [
    ["o'brien@corp.example", "'o''brien@corp.example'"],
    ['o\u2019brien', "'o\u2019\u2019brien'"],
    ['a b', "'a b'"],
    ['@a', "'@a'"],
    ['-Force', "'-Force'"],
    ['a;b', "'a;b'"],
    ['$x@corp.example', "'$x@corp.example'"],
    ['r&d@corp.example', "'r&d@corp.example'"],
    ['', "''"],
  ] as const)
    assert.equal(typedWord(text), written)
})

test('a remark ends with its line, whatever is in it', () => {
  assert.equal(remark('a\r\nRemove-Mailbox *\u2028b'), '# a Remove-Mailbox * b')
})

test('a cmdlet has its parameters in their order', () => {
  const line = cmdlet('Connect-Mailbox', {
    Identity: 'x',
    Confirm: false,
    Alias: undefined,
    Shared: null,
    Names: ['a', "b'c"],
  })
  assert.equal(line, "Connect-Mailbox -Identity 'x' -Confirm:$false -Shared -Names @('a', 'b''c')")
  assert.deepEqual(command(line).parameters, {
    Identity: 'x',
    Confirm: false,
    Shared: true,
    Names: ['a', "b'c"],
  })
})
