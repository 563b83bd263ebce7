import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatJunkRule, parseJunkRule } from '#src/wire/ews/junk-rule.ts'

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex')

test('the lists are found wherever they stand, and what stays in the inbox is told from what does not', () => {
  const lists = {
    blocked: ['spam@bad.example', '@worse.example', 'worst.example'],
    safe: ['Ann@good.example', 'good.example'],
    safeRecipients: ['list@good.example', '@lists.example'],
  }
  const found = parseJunkRule(formatJunkRule(lists))
  for (const key of ['blocked', 'safe', 'safeRecipients'] as const)
    assert.deepEqual(found[key].toSorted(), lists[key].toSorted(), key)
})

test('octets as a mailbox had them: counts of four octets, lists that are empty', () => {
  const [one, two] = ['a@b.c', 'd@e.f'].map((text) => Buffer.from(`${text}\0`, 'utf16le').toString('hex'))
  const found = parseJunkRule(
    hex(`0000 00 02000000 01 02000000 01 01000000 03 00000100 1f001f0c 1f001f0c ${one}
      00 02000000 01 02000000 00 02000000 08 03007640 04 02 03007640 03007640 ffffffff 01 00000000
      02 01 02000000 01 00000000 09 0d00120e 01 00000000
      02 01 03000000 01 01000000 03 00000100 1f001f0c 1f001f0c ${two} 09 0d00120e 01 00000000 01 00000000`),
  )
  assert.deepEqual(found, { blocked: ['a@b.c'], safe: ['d@e.f'], safeRecipients: [] })
})

test('names of properties before it, and restrictions of every other kind, are stepped over', () => {
  const sender = (text: string) =>
    `03 00000100 1f001f0c 1f001f0c ${Buffer.from(`${text}\0`, 'utf16le').toString('hex')}`
  const found = parseJunkRule(
    hex(`0100 0180 04000000 aabbccdd 00 07000000
      05 01 03007640 03007640  06 00 03007640 01000000  07 01 03007640 01000000
      0b 05000000 ${sender('a@b.c')}
      0a 02 0b000100 01 02010200 02000000 abcd 01 ${sender('d@e.f')}
      0a 01 40000300 0000000000000000 00
      04 00 1e001f0c 1e001f0c 6100`),
  )
  assert.deepEqual(found, { blocked: ['a@b.c', 'd@e.f'], safe: [], safeRecipients: [] })
})

test('any lists are read as they were written; any octets are lists or a SyntaxFault', () => {
  const name = fc.stringMatching(/^[a-z0-9.é-]{1,20}$/)
  const entry = fc.oneof(
    fc.tuple(name, name).map(([local, domain]) => `${local}@${domain}`),
    name.map((domain) => `@${domain}`),
    name,
  )
  const list = fc.uniqueArray(entry, { maxLength: 5 })
  fc.assert(
    fc.property(fc.record({ blocked: list, safe: list, safeRecipients: list }), (lists) => {
      const found = parseJunkRule(formatJunkRule(lists))
      for (const key of ['blocked', 'safe', 'safeRecipients'] as const)
        assert.deepEqual(found[key].toSorted(), lists[key].toSorted())
    }),
  )
  const whole = formatJunkRule({ blocked: ['a@b.c'], safe: ['d.e'], safeRecipients: ['f@g.h'] })
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.array(fc.constantFrom(0, 1, 2, 3, 8, 9, 10)).map((octets) => Uint8Array.from(octets)),
        fc.tuple(fc.nat(whole.length - 1), fc.nat(255)).map(([at, octet]) => {
          const changed = Buffer.from(whole)
          changed[at] = octet
          return changed
        }),
      ),
      (octets) => {
        try {
          parseJunkRule(octets)
        } catch (error) {
          assert.ok(error instanceof SyntaxFault, String(error))
        }
      },
    ),
  )
})

test('a count that is larger than what follows, and nesting without end, end at once', () => {
  assert.throws(() => parseJunkRule(hex('0000 00 ffffffff')), SyntaxFault)
  assert.throws(
    () => parseJunkRule(Buffer.concat([Buffer.alloc(2), Buffer.alloc(1_000_000, 2)])),
    SyntaxFault,
  )
})

test('an entry that no text can carry keeps no other away', () => {
  const lists = { blocked: ['a@x.example'], safe: ['good.example'], safeRecipients: [] }
  const odd = {
    ...lists,
    blocked: ['o\0dd@x.example', ...lists.blocked],
    safe: ['o\0dd.example', ...lists.safe],
  }
  assert.deepEqual(parseJunkRule(formatJunkRule(odd)), lists)
})
