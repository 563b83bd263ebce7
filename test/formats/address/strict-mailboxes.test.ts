import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseAddressField } from '#src/formats/address/mailbox-list.ts'
import { parseStrictMailboxes } from '#src/formats/address/strict-mailboxes.ts'

const octets = (text: string) => Buffer.from(text).toString('latin1')
const alice = { mailbox: 'alice', host: 'corp.test' }

const read: [stored: string, mailboxes: unknown[]][] = [
  [' alice@corp.test\r\n', [alice]],
  [' <alice@corp.test>', [alice]],
  [' Alice B. Clark <alice@corp.test>', [{ name: 'Alice B. Clark', ...alice }]],
  [' "Clark, \\"Al\\" (x)"\r\n <alice@corp.test>\r\n', [{ name: 'Clark, "Al" (x)', ...alice }]],
  [' alice@corp.test (Alice Clark)', [{ name: 'Alice Clark', ...alice }]],
  [' =?utf-8?q?J=C3=BCrg?= <alice@corp.test>', [{ name: '=?utf-8?q?J=C3=BCrg?=', ...alice }]],
  [octets(' Jürg <jürg@bücher.test>'), [{ name: 'Jürg', mailbox: 'jürg', host: 'bücher.test' }]],
  [' alice@corp.test , "a b"@corp.test', [alice, { mailbox: 'a b', host: 'corp.test' }]],
  [
    ' alice@corp.test <Alice@CORP.test>, bob@corp.test',
    [
      { name: 'alice@corp.test', mailbox: 'Alice', host: 'CORP.test' },
      { mailbox: 'bob', host: 'corp.test' },
    ],
  ],
  [' a@[192.0.2.1]', [{ mailbox: 'a', host: '[192.0.2.1]' }]],
]
for (const [stored, mailboxes] of read) {
  test(`one reading of ${JSON.stringify(stored)}`, () => {
    assert.deepEqual(parseStrictMailboxes(stored), mailboxes)
  })
}

const refused = [
  '',
  ' ',
  'carol@corp.test <alice@corp.test>',
  'alice@corp.test alice@corp.test <alice@corp.test>',
  'alice@corp.test <alice@corp.test> <alice@corp.test>',
  '<carol@corp.test>alice@corp.test',
  '<carol@corp.test> <alice@corp.test>',
  '"a\\" <carol@corp.test>, " <alice@corp.test>, ',
  'carol@corp.test (<alice@corp.test>)',
  'alice@corp.test (carol@corp.test)',
  'carol@corp.test;alice@corp.test',
  'carol@corp.test:alice@corp.test;',
  'a:<carol@corp.test>;<alice@corp.test>',
  '<alice@corp.test',
  'alice@corp.test>carol@corp.test',
  '<@carol.test:alice@corp.test>',
  '"carol@corp.test"alice@corp.test',
  'carol@corp.test\talice@corp.test',
  'alice@corp.test\x0b<carol@corp.test>',
  'carol@corp.test\0 <alice@corp.test>',
  'alice@corp.test, ,bob@corp.test',
  'alice@corp.test,carol',
  '=?utf-8?q?carol=40corp.test=3E?=',
  'alice @ corp.test',
  'alice@corp.test.',
  'alice@corp.test (x',
  'J\xfcrg <alice@corp.test>',
  octets('\u202ealice <alice@corp.test>'),
  'alice@corp.test\rcarol@corp.test',
]
for (const stored of refused) {
  test(`no second reading of ${JSON.stringify(stored)}`, () => {
    assert.throws(() => parseStrictMailboxes(stored), SyntaxFault)
  })
}

test('what is read strictly, the forgiving reader reads alike', () => {
  const piece = fc.constantFrom('a@x.test', 'b', '<', '>', '"', ',', ' ', '(', ')', ':', ';', '@', '\\', '.')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('')
      try {
        const plain = parseStrictMailboxes(text).map(({ mailbox, host }) => ({ mailbox, host }))
        const forgiving = parseAddressField(text).map((entry) => {
          assert.ok('mailbox' in entry)
          return { mailbox: entry.mailbox, host: entry.host }
        })
        assert.deepEqual(forgiving, plain)
      } catch (error) {
        if (!(error instanceof SyntaxFault)) throw error
      }
    }),
    { numRuns: 2_000 },
  )
})

test('long fields are read in time that grows with them', () => {
  const began = process.cpuUsage()
  for (const text of [
    `${'('.repeat(100_000)}`,
    `"${'\\a'.repeat(100_000)}`,
    `${'a '.repeat(100_000)}`,
    '()'.repeat(100_000),
  ])
    assert.throws(() => parseStrictMailboxes(text), SyntaxFault)
  assert.ok(process.cpuUsage(began).user < 2_000_000)
})
