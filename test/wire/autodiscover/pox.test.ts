import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  formatMobileReply,
  formatOutlookReply,
  formatPoxError,
  formatPoxRequest,
  type PoxReply,
  type PoxRequest,
  parsePoxReply,
  parsePoxRequest,
} from '#src/wire/autodiscover/pox.ts'
import { autodiscoverSchema } from '#src/wire/autodiscover/schema.ts'
import { XmlFault } from '#src/wire/xml/xml-fault.ts'
import { arbitraryValue } from '../xml/arbitrary-values.ts'

const outlook = 'http://schemas.microsoft.com/exchange/autodiscover/outlook'
const mobile = 'http://schemas.microsoft.com/exchange/autodiscover/mobilesync'

const requests: [what: string, document: string, request: PoxRequest][] = [
  [
    'Outlook',
    `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${outlook}/requestschema/2006"><Request><EMailAddress>ann@example.com</EMailAddress><AcceptableResponseSchema>${outlook}/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`,
    {
      for: 'outlook',
      EMailAddress: 'ann@example.com',
      AcceptableResponseSchema: `${outlook}/responseschema/2006a`,
    },
  ],
  [
    'another Exchange server',
    `<a:Autodiscover xmlns:a="${outlook}/requestschema/2006"><a:Request><a:LegacyDN>/o=x/cn=ann</a:LegacyDN></a:Request></a:Autodiscover>`,
    { for: 'outlook', LegacyDN: '/o=x/cn=ann' },
  ],
  [
    'a telephone',
    `<?xml version='1.0' encoding='UTF-8'?>\n<Autodiscover xmlns="${mobile}/requestschema/2006">\n<Request>\n<EMailAddress>ann@example.com</EMailAddress>\n<Unknown/></Request></Autodiscover>\n`,
    { for: 'mobilesync', EMailAddress: 'ann@example.com' },
  ],
]

for (const [what, document, request] of requests) {
  test(`the request of ${what} is understood, and written the same`, () => {
    assert.deepEqual(parsePoxRequest(document), request)
    assert.deepEqual(parsePoxRequest(formatPoxRequest(request)), request)
  })
}

for (const [what, document] of [
  ['another schema', '<Autodiscover xmlns="urn:other"><Request/></Autodiscover>'],
  ['no request', `<Autodiscover xmlns="${outlook}/requestschema/2006"/>`],
  [
    'no address of a telephone',
    `<Autodiscover xmlns="${mobile}/requestschema/2006"><Request/></Autodiscover>`,
  ],
  ['HTML', '<html></html>'],
  ['too much', `<Autodiscover xmlns="${outlook}/requestschema/2006">${'<a/>'.repeat(6_000)}</Autodiscover>`],
] as const) {
  test(`a request with ${what} is refused`, () => assert.throws(() => parsePoxRequest(document), XmlFault))
}

test('a reply to Outlook has no prefixes, and its response has a namespace of its own', () => {
  const reply = formatOutlookReply({
    User: { DisplayName: 'Ann & Co', AutoDiscoverSMTPAddress: 'ann@example.com' },
    Account: {
      AccountType: 'email',
      Action: 'settings',
      Protocol: [
        { Type: 'EXCH', ASUrl: 'https://mail.example.com/EWS/Exchange.asmx' },
        { Type: 'EXPR', ASUrl: 'https://mail.example.com/EWS/Exchange.asmx' },
      ],
    },
  })
  assert.equal(
    reply,
    '<?xml version="1.0" encoding="utf-8"?>' +
      '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">' +
      `<Response xmlns="${outlook}/responseschema/2006a">` +
      '<User><DisplayName>Ann &amp; Co</DisplayName><AutoDiscoverSMTPAddress>ann@example.com</AutoDiscoverSMTPAddress></User>' +
      '<Account><AccountType>email</AccountType><Action>settings</Action>' +
      '<Protocol><Type>EXCH</Type><ASUrl>https://mail.example.com/EWS/Exchange.asmx</ASUrl></Protocol>' +
      '<Protocol><Type>EXPR</Type><ASUrl>https://mail.example.com/EWS/Exchange.asmx</ASUrl></Protocol>' +
      '</Account></Response></Autodiscover>',
  )
})

test('redirections, settings of telephones and errors can be told apart', () => {
  const redirect = parsePoxReply(
    formatOutlookReply({ Account: { Action: 'redirectAddr', RedirectAddr: 'a@b' } }),
  )
  assert.equal(redirect.Outlook?.Account?.RedirectAddr, 'a@b')
  const settings = {
    Culture: 'en:us',
    Action: { Settings: [{ Type: 'MobileSync', Url: 'https://x', Name: 'https://x' }] },
  }
  assert.deepEqual(parsePoxReply(formatMobileReply(settings)), { Mobile: settings })
  const error = formatPoxError(500, "The email address can't be found.", new Date('2026-03-04T05:06:07.008Z'))
  assert.match(error, /<Error Time="05:06:07\.0080000" Id="1"><ErrorCode>500<\/ErrorCode>/)
  assert.equal(parsePoxReply(error).Failure?.Error.ErrorCode, 500)
})

test('any reply can be read back', () => {
  fc.assert(
    fc.property(arbitraryValue(autodiscoverSchema.root('r/Autodiscover').type), (value) => {
      const { Outlook, Mobile } = value as PoxReply
      if (Outlook) assert.deepEqual(parsePoxReply(formatOutlookReply(Outlook)), { Outlook })
      if (Mobile) assert.deepEqual(parsePoxReply(formatMobileReply(Mobile)), { Mobile })
    }),
  )
})
