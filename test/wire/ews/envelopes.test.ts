/** The envelope of EWS: what a client can rely on in a reply, what a server can in a request, and faults. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatFault, formatSchemaFault } from '#src/wire/ews/fault.ts'
import { isOperation, soapAction } from '#src/wire/ews/message.ts'
import { formatRequest, parseRequest } from '#src/wire/ews/request.ts'
import { formatResponse, parseResponse, readResponses, streamResponse } from '#src/wire/ews/response.ts'
import type { GetItemType } from '#src/wire/ews/schema-types.ts'
import { XmlFault } from '#src/wire/xml/xml-fault.ts'
import { encodeParts } from '#src/wire/xml/xml-writer.ts'
import { ewsSchema, validateEws } from '#test/support/ews-schema.ts'

const request: GetItemType = { ItemShape: { BaseShape: 'IdOnly' }, ItemIds: [{ ItemId: { Id: 'AA' } }] }
const xml = formatRequest('GetItem', request).join('')
const inBody = (body: string, header = ''): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">${header}<s:Body>${body}</s:Body></s:Envelope>`

test('a request needs no headers', () => {
  assert.deepEqual(parseRequest(xml), {
    headers: {},
    unknownHeaders: [],
    call: { operation: 'GetItem', request },
  })
  assert.equal(
    soapAction('GetItem'),
    '"http://schemas.microsoft.com/exchange/services/2006/messages/GetItem"',
  )
  assert.ok(!isOperation('toString'))
})

test('an operation nobody knows is no fault', () => {
  const { call } = parseRequest(
    inBody('<m:GetUnifiedGroupsSettings><m:A>1</m:A></m:GetUnifiedGroupsSettings>'),
  )
  assert.ok(call.operation === undefined)
  assert.equal(call.element.name, 'GetUnifiedGroupsSettings')
})

for (const [what, document, why] of [
  ['two elements in the body', inBody('<m:GetRoomLists/><m:GetRoomLists/>'), /twice/],
  ['two different elements in the body', inBody('<m:GetRoomLists/><m:GetServerTimeZones/>'), /exactly one/],
  ['an empty body', inBody(''), /exactly one/],
  [
    'no body',
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header/></s:Envelope>',
    /no body/,
  ],
  [
    'SOAP 1.2',
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>',
    /begins with/,
  ],
  ['HTML', '<!DOCTYPE html><html><body>Sign in</body></html>', /document type/],
  ['a fault', inBody('<s:Fault/>'), /fault/],
  [
    'an impersonation without a name',
    inBody(
      '<m:GetRoomLists/>',
      '<s:Header><t:ExchangeImpersonation xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:ConnectingSID/></t:ExchangeImpersonation></s:Header>',
    ),
    /none of/,
  ],
  ['no ids', xml.replace(/<t:ItemId .*<\/t:ItemId>/, ''), /'ItemIds' is empty/],
] as const) {
  test(`a request with ${what} is refused`, () => {
    assert.throws(
      () => parseRequest(document),
      (error) => error instanceof Error && why.test(error.message),
    )
  })
}

test('a reply says which server it is from, before anything else', () => {
  const reply = formatResponse('GetRoomLists', {
    ResponseClass: 'Success',
    ResponseCode: 'NoError',
    RoomLists: [],
  }).join('')
  assert.match(
    reply,
    /^<\?xml version="1.0" encoding="utf-8"\?><s:Envelope [^>]*><s:Header><t:ServerVersionInfo MajorVersion="15" MinorVersion="2"/,
  )
})

const message = (n: number) =>
  ({
    GetItemResponseMessage: {
      ResponseClass: 'Success',
      ResponseCode: 'NoError',
      Items: [{ Message: { ItemId: { Id: `id${n}` }, Subject: 'x'.repeat(5_000) } }],
    },
  }) as const

test('a streamed reply is the same as a whole one', async () => {
  const messages = Array.from({ length: 20 }, (_, n) => message(n))
  let streamed = ''
  for await (const part of streamResponse('GetItem', messages)) streamed += part
  assert.equal(streamed, formatResponse('GetItem', { ResponseMessages: messages }).join(''))
})

test('a streamed reply makes a message when those before it were taken', async () => {
  let made = 0
  async function* messages() {
    for (; made < 1_000; made++) yield message(made)
  }
  const octets = encodeParts(streamResponse('GetItem', messages()))
  await octets.next()
  assert.ok(made < 40, `${made} were made`)
  await octets.return(undefined)
  assert.ok(made < 40)
})

test('only a list of response messages can be streamed', async () => {
  await assert.rejects(streamResponse('GetUserAvailability', []).next(), /no list/)
})

test('notifications come envelope by envelope', async () => {
  const envelope = (state: 'OK' | 'Closed'): string =>
    formatResponse('GetStreamingEvents', {
      ResponseMessages: [
        {
          GetStreamingEventsResponseMessage: {
            ResponseClass: 'Success',
            ResponseCode: 'NoError',
            ConnectionStatus: state,
          },
        },
      ],
    }).join('')
  async function* stream(): AsyncGenerator<Uint8Array> {
    const octets = Buffer.from(`${envelope('OK')}${envelope('OK')}\r\n${envelope('Closed')}`)
    for (let at = 0; at < octets.length; at += 333) yield octets.subarray(at, at + 333)
  }
  const states: unknown[] = []
  for await (const { response } of readResponses('GetStreamingEvents', stream())) {
    states.push(response?.ResponseMessages[0]?.GetStreamingEventsResponseMessage?.ConnectionStatus)
  }
  assert.deepEqual(states, ['OK', 'OK', 'Closed'])
})

test('the reply to another operation is refused', () => {
  const reply = formatResponse('GetRoomLists', { ResponseClass: 'Success', ResponseCode: 'NoError' }).join('')
  assert.throws(() => parseResponse('GetRooms', reply), /'GetRoomListsResponse' and not 'GetRoomsResponse'/)
})

test('a fault carries its code, its text and what a client must wait', ewsSchema, () => {
  const fault = formatFault('ErrorServerBusy', 'Not <now>', { BackOffMilliseconds: '2500' }).join('')
  const { fault: read, response, serverVersion } = parseResponse('GetItem', fault)
  assert.deepEqual(read, {
    code: 'ErrorServerBusy',
    text: 'Not <now>',
    values: { BackOffMilliseconds: '2500' },
  })
  assert.equal(response, undefined)
  assert.equal(serverVersion?.MinorVersion, 2)
  assert.match(fault, /<faultcode xmlns:a="[^"]*\/types">a:ErrorServerBusy<\/faultcode>/)
  assert.deepEqual(validateEws(fault), [])
})

test('a request that cannot be read is answered with the place', ewsSchema, () => {
  let caught: unknown
  try {
    parseRequest(inBody('\n<m:GetItem/>'))
  } catch (error) {
    caught = error
  }
  assert.ok(caught instanceof XmlFault)
  const fault = formatSchemaFault(caught).join('')
  assert.equal(parseResponse('GetItem', fault).fault?.code, 'ErrorSchemaValidation')
  assert.match(fault, /<t:LineNumber>2<\/t:LineNumber><t:LinePosition>\d+<\/t:LinePosition><t:Violation>/)
  assert.deepEqual(validateEws(fault), [])
})

test('a fault of another server, without EWS in it, is understood', () => {
  const fault = '<s:Fault><faultcode>s:Client</faultcode><faultstring>No</faultstring></s:Fault>'
  assert.deepEqual(parseResponse('GetItem', inBody(fault)).fault, { code: 'Client', text: 'No', values: {} })
})
