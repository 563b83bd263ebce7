import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseDeliveryStatus } from '#src/formats/delivery-status/parse.ts'
import { buildReport, type NewReport } from '#src/formats/delivery-status/report.ts'
import type { DeliveryStatus, RecipientStatus } from '#src/formats/delivery-status/status.ts'
import { formatDeliveryStatus } from '#src/formats/delivery-status/status-fields.ts'
import { statusText } from '#src/formats/delivery-status/status-text.ts'
import { indexMessage } from '#src/formats/mime/indexer.ts'
import { decodeTransferred } from '#src/formats/mime/transfer.ts'
import { fixtureMessage } from '../mime/fixture-message.ts'

const original = Buffer.from(
  'From: ann@corp.example\r\nSubject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\nDate: Tue, 03 Mar 2026 08:00:00 +0000\r\nMessage-ID: <orig@corp.example>\r\n\r\nHello\r\n',
)

const failed: RecipientStatus = {
  finalRecipient: { type: 'rfc822', address: 'bob@far.example' },
  action: 'failed',
  status: '5.1.1',
  remoteMta: 'mx.far.example',
  diagnostic: '550 5.1.1 <bob@far.example>: no such user',
  lastAttemptMs: Date.UTC(2026, 2, 3, 8, 5),
}

const report = (recipients: RecipientStatus[], more: Partial<NewReport> = {}): NewReport => ({
  from: { name: 'Mail Delivery', mailbox: 'MAILER-DAEMON', host: 'mail.corp.example' },
  to: 'ann@corp.example',
  messageId: '<r1@mail.corp.example>',
  dateMs: Date.UTC(2026, 2, 3, 8, 6),
  status: {
    reportingMta: 'mail.corp.example',
    envelopeId: 'QQ 314',
    arrivalMs: Date.UTC(2026, 2, 3, 8, 1),
    recipients,
  },
  original: { header: original.subarray(0, original.indexOf('\r\n\r\n') + 4), message: original },
  returnLimitBytes: 10_000,
  ...more,
})

function read(bytes: Uint8Array) {
  const { root } = indexMessage(bytes)
  const part = (index: number) => {
    const { bodyOffset, bodyEnd, encoding } = root.parts[index]!
    return Buffer.from(decodeTransferred(encoding, bytes.subarray(bodyOffset, bodyEnd))).toString()
  }
  return { root, part, text: Buffer.from(bytes).toString('latin1') }
}

test('a failure says who, why and what to do, for people and for programs', () => {
  const { root, part, text } = read(buildReport(report([failed])))
  assert.equal(
    text.slice(0, text.indexOf('Content-Type')),
    [
      'From: Mail Delivery <MAILER-DAEMON@mail.corp.example>',
      'To: ann@corp.example',
      'Subject: Not delivered: =?UTF-8?B?R3LDvMOfZQ==?=',
      'Date: Tue, 03 Mar 2026 08:06:00 +0000',
      'Message-ID: <r1@mail.corp.example>',
      'In-Reply-To: <orig@corp.example>',
      'References: <orig@corp.example>',
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      '',
    ].join('\r\n'),
  )
  assert.equal(root.params['report-type'], 'delivery-status')
  assert.deepEqual(
    root.parts.map(({ type, subtype }) => `${type}/${subtype}`),
    ['text/plain', 'message/delivery-status', 'message/rfc822'],
  )
  assert.equal(
    part(0).replace(/\r\n/g, '\n').trimEnd(),
    [
      'Your message was not delivered to:',
      '',
      '  bob@far.example',
      '    There is no mailbox with this address.',
      '    Check the address for typing mistakes and send the message again.',
      '    The server mx.far.example said: 550 5.1.1 <bob@far.example>: no such user',
      '',
      'The message:',
      '  Subject: Grüße',
      '  Date: Tue, 03 Mar 2026 08:00:00 +0000',
      '  Message-ID: <orig@corp.example>',
      '  Received: Tue, 03 Mar 2026 08:01:00 +0000',
      '',
      'This report was written by the mail server mail.corp.example. Nobody reads answers to it.',
    ].join('\n'),
  )
  assert.equal(
    part(1),
    [
      'Original-Envelope-Id: QQ 314',
      'Reporting-MTA: dns; mail.corp.example',
      'Arrival-Date: Tue, 03 Mar 2026 08:01:00 +0000',
      '',
      'Final-Recipient: rfc822;bob@far.example',
      'Action: failed',
      'Status: 5.1.1',
      'Remote-MTA: dns; mx.far.example',
      'Diagnostic-Code: smtp; 550 5.1.1 <bob@far.example>: no such user',
      'Last-Attempt-Date: Tue, 03 Mar 2026 08:05:00 +0000',
      '',
    ].join('\r\n'),
  )
  assert.equal(part(2), original.toString())
})

test('a delay says until when we try; a success says so', () => {
  const delayed: RecipientStatus = {
    ...failed,
    action: 'delayed',
    status: '4.4.1',
    willRetryUntilMs: Date.UTC(2026, 2, 8),
  }
  const delay = read(buildReport(report([delayed])))
  assert.match(delay.text, /^Subject: Delayed: /m)
  assert.match(
    delay.part(0),
    /does not answer[\s\S]*We keep trying until Sun, 08 Mar 2026 00:00:00 \+0000\. You do not have/,
  )
  assert.match(delay.part(1), /^Will-Retry-Until: Sun, 08 Mar/m)
  const success = read(
    buildReport(report([{ finalRecipient: failed.finalRecipient, action: 'relayed', status: '2.0.0' }])),
  )
  assert.match(success.text, /^Subject: Delivered: /m)
  assert.match(success.part(0), /passed on to a mail server that sends no reports/)
})

test('a large message comes back as its header alone', () => {
  const { root, part } = read(buildReport(report([failed], { returnLimitBytes: 10 })))
  assert.equal(root.parts[2]!.subtype, 'rfc822-headers')
  assert.ok(part(2).includes('Message-ID: <orig@') && !part(2).includes('Hello'))
  const long = Buffer.from(`Subject: x\r\n${'X-Y: z\r\n'.repeat(20_000)}\r\n`)
  const cut = read(buildReport(report([failed], { original: { header: long } }))).part(2)
  assert.ok(cut.length < 70_000 && /X-Y: z\r\n(?:\r\n)?$/.test(cut))
})

test('addresses and headers beyond ASCII', () => {
  const address = { type: 'rfc822', address: 'jörg+x@bücher.example' }
  const header = Buffer.from('Subject: Grüße\r\nFrom: jörg@bücher.example\r\n\r\n')
  const bytes = buildReport(
    report([{ ...failed, finalRecipient: address }], { to: 'jörg@bücher.example', original: { header } }),
  )
  const { root, part, text } = read(bytes)
  assert.match(text, /^To: =\?UTF-8\?B\?[^ ]+\?=: ;\r\n/m)
  assert.match(part(1), /Final-Recipient: utf-8;j\\x\{F6\}rg\\x\{2B\}x@b\\x\{FC\}cher\.example\r\n/)
  assert.equal(root.parts[2]!.subtype, 'global-headers')
  assert.match(part(0), /jörg\+x@bücher\.example/)
  const { bodyOffset, bodyEnd } = root.parts[1]!
  const status = parseDeliveryStatus(bytes.subarray(bodyOffset, bodyEnd))
  assert.deepEqual(status.recipients[0]!.finalRecipient, { type: 'utf-8', address: 'jörg+x@bücher.example' })
})

test('nothing others say can add a field, a line or a part', () => {
  const evil = 'x\r\nX-Evil: 1\r\n\r\nFinal-Recipient: rfc822;z@z'
  const bytes = buildReport(
    report(
      [
        {
          ...failed,
          finalRecipient: { type: 'rfc822', address: evil },
          originalRecipient: { type: 'a\r\nb', address: evil },
          remoteMta: evil,
          diagnostic: evil,
        },
      ],
      {
        original: {
          header: Buffer.from(
            `Subject: =?UTF-8?B?${Buffer.from('a\r\nX-Evil: 1').toString('base64')}?=\r\n\r\n`,
          ),
        },
      },
    ),
  )
  assert.ok(!/^X-Evil/m.test(Buffer.from(bytes).toString()))
  const { root } = indexMessage(bytes)
  const { bodyOffset, bodyEnd } = root.parts[1]!
  assert.equal(parseDeliveryStatus(bytes.subarray(bodyOffset, bodyEnd)).recipients.length, 1)
  assert.throws(() => buildReport(report([])), SyntaxFault)
})

test('what we write we read back', () => {
  const text = fc.stringMatching(/^[!-~]( ?[!-~]){0,60}$/)
  const moment = fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => seconds * 1000)
  const recipient = fc.record(
    {
      finalRecipient: fc.emailAddress().map((address) => ({ type: 'rfc822', address })),
      originalRecipient: fc
        .string({ unit: fc.constantFrom('ü', '日', 'a', '+', '\\', '@'), minLength: 1 })
        .map((address) => ({ type: 'utf-8', address })),
      action: fc.constantFrom(
        'failed' as const,
        'delayed' as const,
        'delivered' as const,
        'relayed' as const,
        'expanded' as const,
      ),
      status: fc.tuple(fc.constantFrom(2, 4, 5), fc.nat(9), fc.nat(99)).map((parts) => parts.join('.')),
      remoteMta: fc.domain(),
      diagnostic: text,
      lastAttemptMs: moment,
    },
    { requiredKeys: ['finalRecipient', 'action', 'status'], noNullPrototype: true },
  )
  const status = fc.record(
    {
      reportingMta: fc.domain(),
      envelopeId: text,
      arrivalMs: moment,
      recipients: fc.array(recipient, { minLength: 1, maxLength: 4 }),
    },
    { requiredKeys: ['reportingMta', 'recipients'], noNullPrototype: true },
  )
  fc.assert(
    fc.property(status, (given) => {
      const back = parseDeliveryStatus(Buffer.from(formatDeliveryStatus(given as DeliveryStatus), 'latin1'))
      assert.deepEqual(back, given)
    }),
  )
})

test('reports of other systems are read', () => {
  const cases: [text: string, expected: Partial<RecipientStatus>[]][] = [
    // Exchange
    [
      'Reporting-MTA: dns;EX1.corp.tld\r\nReceived-From-MTA: dns;x\r\nArrival-Date: Tue, 3 Mar 2026 08:05:00 +0000\r\n\r\nFinal-Recipient: rfc822;bob@corp.tld\r\nAction: failed\r\nStatus: 5.1.10\r\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound;\r\n Recipient not found by SMTP address lookup\r\nX-Display-Name: Bob\r\n\r\n',
      [
        {
          finalRecipient: { type: 'rfc822', address: 'bob@corp.tld' },
          status: '5.1.10',
          action: 'failed',
          diagnostic: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
        },
      ],
    ],
    // LF only, no Reporting-MTA group of its own, status only in the diagnostic
    [
      'Final-Recipient: <a@b.test>\nAction: FAILED (permanent)\nDiagnostic-Code: X-Postfix; 550 5.7.1 no\n',
      [{ status: '5.7.1', action: 'failed' }],
    ],
    [
      'Reporting-MTA: dns; x\n\n\n\nOriginal-Recipient: rfc822;a@b.test\nStatus: 4.4.7\n \nFinal-Recipient: rfc822;c@d.test\nAction: relayed\n',
      [{ action: 'delayed' }, { action: 'relayed', status: '2.0.0' }],
    ],
  ]
  for (const [text, expected] of cases) {
    const { recipients } = parseDeliveryStatus(Buffer.from(text))
    assert.equal(recipients.length, expected.length, text)
    for (const [index, fields] of expected.entries()) {
      for (const [name, value] of Object.entries(fields)) {
        assert.deepEqual(recipients[index]![name as keyof RecipientStatus], value, `${name} of ${text}`)
      }
    }
  }
})

test('the report of another server is read', () => {
  const bytes = fixtureMessage('delivery-report')
  const status = indexMessage(bytes).root.parts.find(({ subtype }) => subtype === 'delivery-status')!
  const { recipients } = parseDeliveryStatus(bytes.subarray(status.bodyOffset, status.bodyEnd))
  assert.equal(recipients[0]!.status, '5.1.1')
})

test('any octets give a status or a SyntaxFault, bounded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      try {
        parseDeliveryStatus(bytes)
      } catch (error) {
        assert.ok(error instanceof SyntaxFault)
      }
    }),
  )
  const many = Buffer.from('Final-Recipient: rfc822;a@b\n\n'.repeat(100_000))
  assert.ok(parseDeliveryStatus(many).recipients.length <= 2_001)
})

test('every status has its sentences', () => {
  assert.match(statusText('5.1.1').what, /no mailbox/)
  assert.match(statusText('5.1.99').what, /wrong with the address/)
  assert.match(statusText('5.3.5').what, /set up/)
  assert.match(statusText('4.9.9').what, /so far/)
  assert.match(statusText('2.1.5').what, /was delivered/)
  assert.match(statusText('nonsense').what, /could not be delivered/)
  assert.match(statusText('5.__proto__.1').what, /could not be delivered/)
})
