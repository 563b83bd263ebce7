import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatDictionary, parseDictionary } from '#src/wire/ews/roaming-dictionary.ts'

const document = (namespace: string, entries: string) =>
  Buffer.from(
    `<?xml version="1.0"?>\n<UserConfiguration${namespace}><Info version="Outlook.12"/><Data>${entries}</Data></UserConfiguration>`,
  )
const pair = (key: string, Type: string, value: string) => [
  { Type: 'String', Value: [key] },
  { Type, Value: [value] },
]

test('a dictionary of Outlook is read with the types of its values, however its namespace is written', () => {
  // The example of Microsoft's page on PidTagRoamingDictionary.
  const example =
    ' <e k="18-piAutoProcess" v="3-True"/> \n<e k="18-piRemindDefault" v="9-15"/> <e k="18-piReminderUpgradeTime" v="9-212864507"/>'
  for (const namespace of ['', ' xmlns="dictionary.xsd"', ' xmlns="Dictionary.xsd"'])
    assert.deepEqual(parseDictionary(document(namespace, example)), {
      pairs: [
        pair('piAutoProcess', 'Boolean', 'true'),
        pair('piRemindDefault', 'Integer32', '15'),
        pair('piReminderUpgradeTime', 'Integer32', '212864507'),
      ],
      unread: 0,
    })
})

test('text may have dashes and marks of XML, may be empty, and what has no known type is counted', () => {
  const entries =
    '<e k="18-a-b" v="18-x-&lt;p&gt;&quot;ü"/><e k="18-none" v="18-"/><e k="18-odd" v="99-1"/><e k="odd" v="9-1"/>'
  assert.deepEqual(parseDictionary(document('', entries)), {
    pairs: [pair('a-b', 'String', 'x-<p>"ü'), pair('none', 'String', '')],
    unread: 2,
  })
  assert.deepEqual(parseDictionary(document('', '')), { pairs: [], unread: 0 })
})

test('what is no dictionary is refused', () => {
  for (const text of [
    '',
    '<x/>',
    'no',
    '<UserConfiguration/>',
    '<UserConfiguration xmlns="other"><Info/><Data/></UserConfiguration>',
  ])
    assert.throws(() => parseDictionary(Buffer.from(text)), SyntaxFault, text)
})

test('any dictionary is read as it was written; values without a number in the document are left out', () => {
  const text = fc
    .string({ unit: 'binary' })
    .map((any) => any.toWellFormed().replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, ''))
  const one = fc.oneof(
    text.map((value) => ({ Type: 'String', Value: [value] })),
    fc.integer().map((value) => ({ Type: 'Integer32', Value: [String(value)] })),
    fc.boolean().map((value) => ({ Type: 'Boolean', Value: [String(value)] })),
  )
  fc.assert(
    fc.property(fc.array(fc.tuple(one, one), { maxLength: 8 }), (pairs) => {
      assert.deepEqual(parseDictionary(Buffer.from(formatDictionary(pairs))), { pairs, unread: 0 })
    }),
  )
  const key = { Type: 'String', Value: ['k'] }
  const several = { Type: 'StringArray', Value: ['a', 'b'] }
  const written = formatDictionary([
    [key, several],
    [key, null],
    [key, { Type: 'Boolean', Value: ['1'] }],
  ])
  assert.deepEqual(parseDictionary(Buffer.from(written)).pairs, [[key, { Type: 'Boolean', Value: ['true'] }]])
})
