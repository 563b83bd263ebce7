import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatImcea, parseImcea } from '#src/formats/address/imcea.ts'

const imcea: [mailbox: string, type: string, address: string][] = [
  [
    'IMCEAEX-_O=CORP_OU=EXCHANGE+20ADMINISTRATIVE+20GROUP+20+28FYDIBOHF23SPDLT+29_CN=RECIPIENTS_CN=ann',
    'EX',
    '/O=CORP/OU=EXCHANGE ADMINISTRATIVE GROUP (FYDIBOHF23SPDLT)/CN=RECIPIENTS/CN=ann',
  ],
  ['imceasmtp-ann+40other+2Eexample', 'SMTP', 'ann@other.example'],
  ['IMCEAEX-_o=M+C3+BCller+5Fx', 'EX', '/o=Müller_x'],
  ['IMCEAEX-_o=M+FCller', 'EX', '/o=Müller'],
]
for (const [mailbox, type, address] of imcea) {
  test(`encapsulated ${mailbox.slice(0, 30)}`, () => assert.deepEqual(parseImcea(mailbox), { type, address }))
}

test('what is not encapsulated is not opened, and broken escapes are faults', () => {
  for (const mailbox of ['ann', 'IMCEA-x', 'IMCEAEX', 'IMCEAEX-', 'ximceaex-a'])
    assert.equal(parseImcea(mailbox), undefined)
  for (const mailbox of ['IMCEAEX-a+', 'IMCEAEX-a+2', 'IMCEAEX-a+zz', 'IMCEAEX-a+0D+0Ab'])
    assert.throws(() => parseImcea(mailbox), SyntaxFault)
})

test('an encapsulated address we write we can read back, and it is a local part', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('EX', 'SMTP', 'FAX'),
      fc.string({ unit: fc.constantFrom(...'aZ09 é/_+=.-@("'), minLength: 1 }),
      (type, address) => {
        const mailbox = formatImcea({ type, address })
        assert.match(mailbox, /^[A-Za-z0-9=.+_-]+$/)
        assert.deepEqual(parseImcea(mailbox), { type, address })
      },
    ),
  )
})

test('any text gives a value or a SyntaxFault', () => {
  const likely = fc.string({ unit: fc.constantFrom(...'IMCEAEX-imcea_+=09aFé\0\r'), maxLength: 60 })
  fc.assert(
    fc.property(fc.oneof(fc.string(), likely), (text) => {
      try {
        parseImcea(text)
      } catch (error) {
        assert.ok(error instanceof SyntaxFault)
      }
    }),
  )
})
