import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseFields } from '#src/formats/header/fields.ts'
import {
  type AuthenticationResults,
  formatAuthenticationResults,
  isForgedResult,
  parseAuthenticationResults,
} from '#src/formats/trace-headers/authentication-results.ts'
import { editHeader } from '#src/formats/trace-headers/header-block.ts'
import { formatReceivedSpf } from '#src/formats/trace-headers/received-spf.ts'

const results: AuthenticationResults = {
  authservId: 'mx.corp.example',
  results: [
    {
      method: 'spf',
      result: 'pass',
      comment: 'far.example (allows) it',
      properties: [['smtp.mailfrom', 'bob@far.example']],
    },
    {
      method: 'dkim',
      result: 'fail',
      reason: 'body hash did not verify',
      properties: [
        ['header.d', 'far.example'],
        ['header.b', 'ab+c/='],
      ],
    },
    { method: 'iprev', result: 'pass', properties: [['policy.iprev', '2001:db8::1']] },
  ],
}
const bodyOf = (field: string) => field.slice(field.indexOf(':') + 1)

test('writes what RFC 8601 wants', () => {
  assert.equal(
    formatAuthenticationResults(results).replace(/\r\n /g, ' '),
    'Authentication-Results: mx.corp.example; spf=pass (far.example \\(allows\\) it) smtp.mailfrom=bob@far.example; ' +
      'dkim=fail reason="body hash did not verify" header.d=far.example header.b="ab+c/="; ' +
      'iprev=pass policy.iprev="2001:db8::1"\r\n',
  )
  assert.equal(
    formatAuthenticationResults({ authservId: 'mx.corp.example', results: [] }),
    'Authentication-Results: mx.corp.example; none\r\n',
  )
  assert.throws(() => formatAuthenticationResults({ authservId: 'a b', results: [] }), SyntaxFault)
})

test('what we write we read back', () => {
  const said = fc.string({
    unit: fc.constantFrom('a', 'B', '=', ';', '"', '\\', '(', ')', '@', '.', '/'),
    minLength: 1,
    maxLength: 30,
  })
  const method = fc.constantFrom('spf', 'dkim', 'dmarc', 'x-own')
  const verdict = fc.constantFrom('pass', 'fail', 'none', 'temperror')
  const name = fc.constantFrom('smtp.mailfrom', 'header.d', 'header.b', 'x-ms.scl')
  const result = fc
    .tuple(method, verdict, said, fc.array(fc.tuple(name, said)))
    .map(([method, result, reason, properties]) => ({ method, result, reason, properties }))
  fc.assert(
    fc.property(fc.array(result), (list) => {
      const field = formatAuthenticationResults({ authservId: 'mx.test', results: list })
      assert.deepEqual(parseAuthenticationResults(bodyOf(field)), { authservId: 'mx.test', results: list })
    }),
  )
})

test('results of other systems are read', () => {
  const read = (value: string) => parseAuthenticationResults(value)
  assert.deepEqual(
    read(
      ' mx.google.com;\r\n       dkim=pass header.i=@far.example header.s=s1 header.b="a/b=";\r\n       spf=pass (google.com: domain of x@y designates 1.2.3.4) smtp.mailfrom="x@y"',
    ),
    {
      authservId: 'mx.google.com',
      results: [
        {
          method: 'dkim',
          result: 'pass',
          properties: [
            ['header.i', '@far.example'],
            ['header.s', 's1'],
            ['header.b', 'a/b='],
          ],
        },
        { method: 'spf', result: 'pass', properties: [['smtp.mailfrom', 'x@y']] },
      ],
    },
  )
  assert.deepEqual(read('a.test 1; none'), { authservId: 'a.test', results: [] })
  assert.deepEqual(read('"a.test" (c; c=(d)) ; DKIM/1 = Pass ; junk; =; smtp.x'), {
    authservId: 'a.test',
    results: [{ method: 'dkim', result: 'pass', properties: [] }],
  })
  assert.deepEqual(read('a; spf=pass smtp.mailfrom=bounce+a=b.test@c.test').results[0]!.properties, [
    ['smtp.mailfrom', 'bounce+a=b.test@c.test'],
  ])
  // Exchange Online leaves the name out.
  assert.throws(() => read('spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=x'), SyntaxFault)
})

test('forged results go, others stay', () => {
  const block = Buffer.from(
    [
      'Authentication-Results: MX.corp.example; spf=pass',
      'authentication-results: "mx.corp.example" (it is me); dkim=pass',
      'Authentication-Results:',
      ' (x) mx.corp.example 1',
      ' ; dmarc=pass',
      'Authentication-Results: spf=pass',
      'Authentication-Results: ;',
      'Authentication-Results: relay.other.example; spf=fail',
      'ARC-Authentication-Results: i=1; mx.corp.example; spf=pass',
      'Subject: x',
      '',
    ].join('\r\n'),
  )
  const left = editHeader(block, { remove: (field) => isForgedResult(field, 'mx.corp.example') })
  assert.deepEqual(
    parseFields(left).map(({ name, value }) => `${name}:${value.trim()}`),
    [
      'Authentication-Results:relay.other.example; spf=fail',
      'ARC-Authentication-Results:i=1; mx.corp.example; spf=pass',
      'Subject:x',
    ],
  )
})

test('our name in a form that only some readers take for it is forged, too', () => {
  const heads = [
    'mx.corp.example.',
    'mx.corp. example',
    'mx.corp.\r\n example',
    'mx(c).corp.example',
    'mx.corp.example/1',
    'mx.corp.example 1 2',
    'mx.corp.example x',
    'other mx.corp.example',
    '"mx.corp.example "',
    '"mx.corp".example',
    '\u200bmx.corp.example',
  ]
  const field = (head: string) => ({
    name: 'Authentication-Results',
    key: 'authentication-results',
    value: ` ${head}; spf=pass`,
  })
  for (const head of heads) assert.equal(isForgedResult(field(head), 'mx.corp.example'), true, head)
  for (const head of ['mx.corp.example.org', 'amx.corp.example', 'relay.example 1', '"relay.example"'])
    assert.equal(isForgedResult(field(head), 'mx.corp.example'), false, head)
})

test('any value gives results or a SyntaxFault, quickly', () => {
  const unit = fc.constantFrom('a', '=', ';', '"', '\\', '(', ')', ' ', '\r\n', '.', '/', '\xe4')
  fc.assert(
    fc.property(fc.string({ unit }), (value) => {
      try {
        parseAuthenticationResults(value)
      } catch (error) {
        assert.ok(error instanceof SyntaxFault)
      }
    }),
  )
  for (const evil of ['(', '"', 'b=', ';', '\\'].map((piece) => `a;${piece.repeat(100_000)}`)) {
    const before = process.cpuUsage()
    parseAuthenticationResults(evil)
    // Of the processor, so that a busy machine does not count.
    assert.ok(process.cpuUsage(before).user < 2_000_000)
  }
})

test('Received-SPF says what RFC 7208 wants', () => {
  assert.equal(
    formatReceivedSpf({
      result: 'softfail',
      comment: 'far.example does not (quite)\r\nallow it',
      clientAddress: '2001:db8::1',
      envelopeFrom: 'bob@far.example',
      helo: 'mail.far.example',
      receiver: 'mx.corp.example',
      identity: 'mailfrom',
      mechanism: '~all',
    }).replace(/\r\n /g, ' '),
    'Received-SPF: softfail (far.example does not \\(quite\\)??allow it) client-ip="2001:db8::1"; ' +
      'envelope-from="bob@far.example"; helo=mail.far.example; receiver=mx.corp.example; identity=mailfrom; mechanism=~all\r\n',
  )
})
