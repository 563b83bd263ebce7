import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { autodiscoverSchema } from '#src/wire/autodiscover/schema.ts'
import {
  type AutodiscoverOperation,
  formatSoapFaultReply,
  formatSoapReply,
  formatSoapRequest,
  parseSoapReply,
  parseSoapRequest,
  stringSetting,
} from '#src/wire/autodiscover/soap.ts'
import { XmlFault } from '#src/wire/xml/xml-fault.ts'
import { arbitraryValue } from '../xml/arbitrary-values.ts'

const exchange = `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover" xmlns:wsa="http://www.w3.org/2005/08/addressing" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header><a:RequestedServerVersion>Exchange2013</a:RequestedServerVersion><wsa:MessageID>urn:uuid:1</wsa:MessageID><wsa:Action>http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/GetUserSettings</wsa:Action><wsa:To>https://autodiscover.example.com/autodiscover/autodiscover.svc</wsa:To></soap:Header><soap:Body><a:GetUserSettingsRequestMessage xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover"><a:Request><a:Users><a:User><a:Mailbox>ann@example.com</a:Mailbox></a:User></a:Users><a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting><a:Setting>EwsSupportedSchemas</a:Setting></a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></soap:Body></soap:Envelope>`

test('a request for settings of users is understood', () => {
  assert.deepEqual(parseSoapRequest(exchange), {
    requestedServerVersion: 'Exchange2013',
    messageId: 'urn:uuid:1',
    call: {
      operation: 'GetUserSettings',
      request: {
        Users: [{ Mailbox: 'ann@example.com' }],
        RequestedSettings: ['ExternalEwsUrl', 'EwsSupportedSchemas'],
      },
    },
  })
})

test('an operation that is not ours is no fault', () => {
  const { call } = parseSoapRequest(
    exchange.replaceAll('GetUserSettingsRequestMessage', 'GetFederationInformationRequestMessage'),
  )
  assert.equal(call.operation === undefined && call.element.name, 'GetFederationInformationRequestMessage')
})

test('what is no envelope, or asks for nobody, is a fault', () => {
  const nobody = exchange.replace(/<a:User>.*<\/a:User>/, '')
  for (const document of ['', 'x', '<a/>', nobody]) assert.throws(() => parseSoapRequest(document), XmlFault)
})

test('settings say their type without a prefix, and what is not there is nil', () => {
  const reply = formatSoapReply(
    'GetUserSettings',
    {
      ErrorCode: 'NoError',
      ErrorMessage: '',
      UserResponses: [
        {
          ErrorCode: 'NoError',
          ErrorMessage: 'No error.',
          RedirectTarget: null,
          UserSettingErrors: [
            { ErrorCode: 'SettingIsNotAvailable', ErrorMessage: 'None.', SettingName: 'EcpUrl' },
          ],
          UserSettings: [stringSetting('ExternalEwsUrl', 'https://mail.example.com/EWS/Exchange.asmx')],
        },
      ],
    },
    'urn:uuid:1',
  ).join('')
  assert.match(reply, /<UserSetting xsi:type="StringSetting"><Name>ExternalEwsUrl<\/Name><Value>https:/)
  assert.match(reply, /<RedirectTarget xsi:nil="true"\/>/)
  assert.match(reply, /<w:RelatesTo>urn:uuid:1<\/w:RelatesTo>/)
  assert.match(reply, /Autodiscover\/GetUserSettingsResponse<\/w:Action>/)
  const { reply: read } = parseSoapReply('GetUserSettings', reply)
  assert.equal(
    read?.UserResponses?.[0]?.UserSettings?.[0]?.Value,
    'https://mail.example.com/EWS/Exchange.asmx',
  )
})

test('a fault is told from a reply', () => {
  const { fault, reply } = parseSoapReply(
    'GetUserSettings',
    formatSoapFaultReply('Client', 'No <such>').join(''),
  )
  assert.deepEqual(fault, { code: 'Client', text: 'No <such>', detail: [] })
  assert.equal(reply, undefined)
  assert.throws(() => parseSoapReply('GetUserSettings', exchange), /no reply/)
})

for (const operation of ['GetUserSettings', 'GetDomainSettings'] satisfies AutodiscoverOperation[]) {
  test(`any request and reply of ${operation} can be read back`, () => {
    const part = (name: string) => arbitraryValue(autodiscoverSchema.type(`${operation}${name}`))
    fc.assert(
      fc.property(part('Request'), part('Response'), (request, reply) => {
        const asked = formatSoapRequest(operation, request as never, { url: 'https://x/' }).join('')
        assert.deepEqual(parseSoapRequest(asked).call, { operation, request })
        const answered = formatSoapReply(operation, reply as never).join('')
        assert.deepEqual(parseSoapReply(operation, answered, { lenient: false }).reply, reply)
      }),
    )
  })
}
