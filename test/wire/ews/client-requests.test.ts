/** Requests in the habits of several clients mean what their authors meant. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type EwsRequest, formatRequest, parseRequest } from '#src/wire/ews/request.ts'
import { ewsSchema, validateEws } from '#test/support/ews-schema.ts'

const folder = join(import.meta.dirname, '../../../fixtures/ews/requests')
const read = (name: string): EwsRequest => parseRequest(readFileSync(join(folder, `${name}.xml`)))

test('exchangelib: a zone in the body, 0 for false', () => {
  const { headers, call } = read('exchangelib-availability')
  assert.equal(headers.TimeZoneContext?.TimeZoneDefinition.Id, 'W. Europe Standard Time')
  assert.ok(call.operation === 'GetUserAvailability')
  const { TimeZone, MailboxDataArray, FreeBusyViewOptions } = call.request
  assert.equal(TimeZone?.Bias, -60)
  assert.deepEqual(TimeZone?.DaylightTime, {
    Bias: -60,
    Time: '02:00:00',
    DayOrder: 5,
    Month: 3,
    DayOfWeek: 'Sunday',
  })
  assert.equal(MailboxDataArray[0]?.ExcludeConflicts, false)
  assert.deepEqual(FreeBusyViewOptions?.RequestedView, ['DetailedMerged'])
})

test('ews-javascript-api: no XML declaration, a zone only in the header', () => {
  const { headers, call } = read('ews-javascript-api-availability')
  assert.equal(headers.TimeZoneContext?.TimeZoneDefinition.Id, 'UTC')
  assert.ok(call.operation === 'GetUserAvailability')
  assert.equal(call.request.TimeZone, undefined)
  assert.equal(call.request.MailboxDataArray[0]?.Email?.Address, 'ann@example.com')
})

test('evolution: attributes of SOAP on the envelope, folders of others', () => {
  const { headers, call } = read('evolution-get-folder')
  assert.equal(headers.RequestServerVersion?.Version, 'Exchange2007_SP1')
  assert.ok(call.operation === 'GetFolder')
  assert.deepEqual(call.request.FolderIds, [
    { DistinguishedFolderId: { Id: 'inbox' } },
    { DistinguishedFolderId: { Id: 'calendar', Mailbox: { EmailAddress: 'ann@example.com' } } },
  ])
  assert.deepEqual(call.request.FolderShape.AdditionalProperties, [
    { ExtendedFieldURI: { PropertyTag: '0x0e08', PropertyType: 'Integer' } },
  ])
})

test('DavMail: restrictions within each other, a page, an order', () => {
  const { call } = read('davmail-find-item')
  assert.ok(call.operation === 'FindItem')
  const { request } = call
  const tag = { ExtendedFieldURI: { PropertyTag: '0x0e23', PropertyType: 'Integer' } }
  assert.deepEqual(request.Restriction, {
    And: [
      { IsGreaterThan: { ...tag, FieldURIOrConstant: { Constant: { Value: '41' } } } },
      {
        Not: {
          Contains: {
            ContainmentMode: 'Substring',
            ContainmentComparison: 'IgnoreCase',
            FieldURI: { FieldURI: 'item:Subject' },
            Constant: { Value: '<draft>' },
          },
        },
      },
    ],
  })
  assert.deepEqual(request.IndexedPageItemView, {
    MaxEntriesReturned: 500,
    Offset: 0,
    BasePoint: 'Beginning',
  })
  assert.deepEqual(request.SortOrder, [{ Order: 'Descending', ...tag }])
})

test('Outlook for Mac: every kind of change, every header, a version nobody knows', () => {
  const { headers, unknownHeaders, call } = read('outlook-mac-update-item')
  assert.deepEqual(headers, {
    RequestServerVersion: { Version: 'V2018_01_08' },
    ExchangeImpersonation: { ConnectingSID: { PrimarySmtpAddress: { Value: 'bob@example.com' } } },
    MailboxCulture: { Value: 'de-DE' },
    DateTimePrecision: 'Milliseconds',
  })
  assert.deepEqual(
    unknownHeaders.map(({ name, attributes }) => [name, attributes.get('mustUnderstand')]),
    [['Unheard', '0']],
  )
  assert.ok(call.operation === 'UpdateItem')
  const updates = call.request.ItemChanges[0]?.Updates
  assert.deepEqual(updates, [
    {
      SetItemField: {
        FieldURI: { FieldURI: 'message:ToRecipients' },
        Message: { ToRecipients: [{ Name: 'Ann & Co', EmailAddress: 'ann@example.com' }] },
      },
    },
    { DeleteItemField: { FieldURI: { FieldURI: 'message:BccRecipients' } } },
    {
      AppendToItemField: {
        FieldURI: { FieldURI: 'item:Body' },
        Message: { Body: { BodyType: 'HTML', Value: '<p>more</p>' } },
      },
    },
  ])
})

test('Thunderbird: the body in a default namespace', () => {
  const { call } = read('thunderbird-sync')
  assert.ok(call.operation === 'SyncFolderItems')
  assert.equal(call.request.SyncState, 'c3RhdGU=')
  assert.equal(call.request.MaxChangesReturned, 100)
})

test('whatever happens to their octets, they are a request or a SyntaxFault', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.xml'))
  const documents = names.map((name) => readFileSync(join(folder, name)))
  const change = fc.record({ at: fc.nat(), octet: fc.nat({ max: 255 }), long: fc.nat({ max: 40 }) })
  fc.assert(
    fc.property(fc.constantFrom(...documents), fc.array(change, { maxLength: 3 }), (document, changes) => {
      let octets = Buffer.from(document)
      for (const { at, octet, long } of changes) {
        const place = at % (octets.length + 1)
        octets = Buffer.concat([octets.subarray(0, place), Buffer.of(octet), octets.subarray(place + long)])
      }
      try {
        parseRequest(octets)
      } catch (error) {
        assert.ok(error instanceof SyntaxFault, String(error))
      }
    }),
    { numRuns: 300 },
  )
})

test('each of them, written by us, is as the schema says and means the same', ewsSchema, () => {
  const written = readdirSync(folder)
    .filter((name) => name.endsWith('.xml'))
    .map((name) => {
      const request = read(name.slice(0, -4))
      const { call, headers } = request
      assert.ok(call.operation !== undefined)
      // The schema knows fewer versions than we take.
      const known = { ...headers, RequestServerVersion: { Version: 'Exchange2016' } }
      const xml = formatRequest(call.operation, call.request as never, known).join('')
      assert.deepEqual(parseRequest(xml), { headers: known, unknownHeaders: [], call: request.call })
      return xml
    })
  assert.ok(written.length >= 6)
  assert.deepEqual(validateEws(...written), [])
})
