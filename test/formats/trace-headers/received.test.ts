import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseFields } from '#src/formats/header/fields.ts'
import { formatReceived, protocolName, type Reception } from '#src/formats/trace-headers/received.ts'
import { countHops, type Hop, parseReceived } from '#src/formats/trace-headers/received-parse.ts'

const reception: Reception = {
  helo: 'mail.far.example',
  clientAddress: '192.0.2.1',
  clientName: 'out.far.example',
  by: 'mx.corp.example',
  extended: true,
  authenticated: false,
  utf8: false,
  tls: { protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
  id: 'q-17',
  recipient: 'ann@corp.example',
  epochMs: Date.UTC(2026, 2, 3, 8, 5),
}

test('writes what RFC 5321 and RFC 8314 want', () => {
  assert.equal(
    formatReceived(reception).replace(/\r\n /g, ' '),
    'Received: from mail.far.example (out.far.example [192.0.2.1]) by mx.corp.example (Landbridge) with ESMTPS id q-17 ' +
      'for <ann@corp.example> tls TLS_AES_256_GCM_SHA384 (TLSv1.3); Tue, 03 Mar 2026 08:05:00 +0000\r\n',
  )
  const { clientName: _, tls: __, recipient: ___, ...plain } = reception
  assert.equal(
    formatReceived({ ...plain, clientAddress: '2001:db8::1', extended: false }).replace(/\r\n /g, ' '),
    'Received: from mail.far.example (unknown [IPv6:2001:db8::1]) by mx.corp.example (Landbridge) with SMTP id q-17; ' +
      'Tue, 03 Mar 2026 08:05:00 +0000\r\n',
  )
})

test('protocols have the names of RFC 3848 and RFC 6531', () => {
  const tls = { protocol: 'TLSv1.3', cipher: 'x' }
  const none = { extended: true, authenticated: false, utf8: false }
  assert.equal(protocolName(none), 'ESMTP')
  assert.equal(protocolName({ ...none, tls, authenticated: true }), 'ESMTPSA')
  assert.equal(protocolName({ ...none, tls, utf8: true }), 'UTF8SMTPS')
  assert.equal(protocolName({ ...none, extended: false }), 'SMTP')
})

test('what peers say cannot break out, and is read back', () => {
  const said = fc.string({
    unit: fc.constantFrom('a', '(', ')', ';', ' ', '\r\n', '<', '"', '\\', 'é', '\0', 'by'),
  })
  fc.assert(
    fc.property(said, said, said, (helo, clientName, recipient) => {
      const field = formatReceived({ ...reception, helo, clientName, recipient })
      const [parsed, ...more] = parseFields(Buffer.from(field, 'latin1'))
      assert.equal(more.length, 0)
      const hop = parseReceived(parsed!.value)
      assert.equal(hop.clientAddress, '192.0.2.1')
      assert.equal(hop.by, 'mx.corp.example')
      assert.equal(hop.protocol, 'ESMTPS')
      assert.equal(hop.id, 'q-17')
      assert.equal(hop.epochMs, reception.epochMs)
    }),
  )
})

test('fields of many systems are read', () => {
  const date = 'Tue, 3 Mar 2026 08:05:00 +0000'
  const cases: [string, Hop][] = [
    [
      `from mail.x.test (host.x.test [192.0.2.1])\r\n\tby mx.y.test (Postfix) with ESMTPS id ABC\r\n\tfor <a@y.test>; ${date} (UTC)`,
      {
        helo: 'mail.x.test',
        clientAddress: '192.0.2.1',
        by: 'mx.y.test',
        protocol: 'ESMTPS',
        id: 'ABC',
        recipient: 'a@y.test',
      },
    ],
    [
      `from EX1.corp.tld (10.0.0.1) by EX2.corp.tld (10.0.0.2) with Microsoft SMTP Server (version=TLS1_2,\r\n cipher=TLS_ECDHE) id 15.1.2507.16; ${date}`,
      {
        helo: 'EX1.corp.tld',
        clientAddress: '10.0.0.1',
        by: 'EX2.corp.tld',
        protocol: 'Microsoft SMTP Server',
        id: '15.1.2507.16',
      },
    ],
    [
      `from EX1.corp.tld ([fe80::1ff:fe23:4567:890a%5]) by EX1.corp.tld ([::1]) with mapi id 15.01; ${date}`,
      {
        helo: 'EX1.corp.tld',
        clientAddress: 'fe80::1ff:fe23:4567:890a',
        by: 'EX1.corp.tld',
        protocol: 'mapi',
        id: '15.01',
      },
    ],
    [
      `from [192.0.2.9] (helo=laptop) by mx.y.test with esmtpsa (Exim 4.96) (envelope-from <b@x.test>) id 1a-2; ${date}`,
      { helo: 'laptop', clientAddress: '192.0.2.9', by: 'mx.y.test', protocol: 'esmtpsa', id: '1a-2' },
    ],
    [
      `from unknown (HELO mail.x.test) (192.0.2.3) by y.test with SMTP; ${date}`,
      { helo: 'mail.x.test', clientAddress: '192.0.2.3', by: 'y.test', protocol: 'SMTP' },
    ],
    [
      `by 2002:a05:6402:1::2 with SMTP id s5csp1; ${date}`,
      { by: '2002:a05:6402:1::2', protocol: 'SMTP', id: 's5csp1' },
    ],
    [
      `from x (x [IPv6:2001:db8::25]) by by.test (a (nested) comment; with semicolon) with ESMTP; ${date}`,
      { helo: 'x', clientAddress: '2001:db8::25', by: 'by.test', protocol: 'ESMTP' },
    ],
    [`(qmail 123 invoked by uid 89); ${date}`, {}],
    [
      `from from by by with with id id for for; ${date}`,
      { helo: 'from', by: 'by', protocol: 'with', id: 'id', recipient: 'for' },
    ],
  ]
  for (const [value, expected] of cases) {
    assert.deepEqual(parseReceived(value), { ...expected, epochMs: Date.UTC(2026, 2, 3, 8, 5) }, value)
  }
  assert.deepEqual(parseReceived(''), {})
  assert.deepEqual(parseReceived('from a by b; yesterday'), { helo: 'a', by: 'b' })
})

test('hostile values cost little', () => {
  for (const evil of [
    '('.repeat(250_000),
    '(a'.repeat(250_000),
    '"('.repeat(250_000),
    '<('.repeat(250_000),
    '(\\'.repeat(250_000),
    '[1'.repeat(250_000),
    `from ${'1.'.repeat(250_000)}`,
  ]) {
    const before = process.cpuUsage()
    parseReceived(evil)
    const ms = process.cpuUsage(before).user / 1_000
    assert.ok(ms < 2_000, `${evil.slice(0, 4)} took ${ms} ms`)
  }
})

test('every Received field is a hop', () => {
  const hops = ['from ex2 (10.0.0.2) by lb', 'by ex2 with mapi', 'from ex1 (10.0.0.1) by ex2']
  const header = hops.map((hop) => `Received: ${hop}; x\r\n`).join('')
  assert.equal(countHops(parseFields(Buffer.from(`${header}Subject: x\r\n`))), hops.length)
})
