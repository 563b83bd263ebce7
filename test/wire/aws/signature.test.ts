import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseAuthorization } from '#src/wire/aws/authorization.ts'
import type { SignedRequest } from '#src/wire/aws/canonical-request.ts'
import { signatureMatches, signRequest } from '#src/wire/aws/signature.ts'

/** The key and time of the published Signature Version 4 test suite; the last row was signed with botocore 1.43. */
const key = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const now = new Date('2015-08-30T12:36:00Z')
const host = 'example.amazonaws.com'
const form = 'application/x-www-form-urlencoded'

const vectors: [
  name: string,
  request: Omit<SignedRequest, 'body'> & { body?: string },
  signature: string,
  service?: string,
][] = [
  [
    'get-vanilla',
    { method: 'GET', target: '/', headers: { Host: host } },
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  ],
  [
    'post-vanilla',
    { method: 'POST', target: '/', headers: { Host: host } },
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  ],
  [
    'get-vanilla-query-order-key-case',
    { method: 'GET', target: '/?Param2=value2&Param1=value1', headers: { Host: host } },
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'post-x-www-form-urlencoded',
    { method: 'POST', target: '/', headers: { Host: host, 'Content-Type': form }, body: 'Param1=value1' },
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
  [
    'botocore',
    {
      method: 'POST',
      target: '/',
      headers: {
        Host: 'localhost:8443',
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': 'WorkMailService.CreateOrganization',
      },
      body: '{"Alias":"acme"}',
    },
    'c089c8abc72a6686871d4fbee7f748df4eef2925bb0569d80511a95ff9f61c9f',
    'workmail',
  ],
]

for (const [name, { body = '', ...rest }, signature, service = 'service'] of vectors) {
  test(`signs the vector ${name}`, () => {
    const request = { ...rest, body: Buffer.from(body) }
    const added = signRequest(request, key, { region: 'us-east-1', service, now })
    assert.equal(parseAuthorization(added.authorization!).signature, signature)
  })
}

const request: SignedRequest = {
  method: 'POST',
  target: '/',
  headers: { host: 'localhost:8443', 'x-amz-target': 'WorkMailService.ListUsers' },
  body: Buffer.from('{}'),
}

function signed(of: SignedRequest = request) {
  const added = signRequest(of, key, { region: 'local', service: 'workmail', now })
  return {
    request: { ...of, headers: { ...of.headers, ...added } },
    authorization: parseAuthorization(added.authorization!),
    date: added['x-amz-date']!,
  }
}

test('a signature fits what was signed', () => {
  const { request: sent, authorization, date } = signed()
  assert.equal(signatureMatches(sent, authorization, date, key.secret), true)
  assert.equal(signatureMatches(sent, authorization, date, `${key.secret}x`), false)
})

test('whatever is changed on the way, the signature no longer fits', () => {
  const { request: sent, authorization, date } = signed()
  const changes: SignedRequest[] = [
    { ...sent, body: Buffer.from('{} ') },
    { ...sent, method: 'PUT' },
    { ...sent, target: '/x' },
    { ...sent, target: '/?x=1' },
    { ...sent, headers: { ...sent.headers, host: 'localhost:8444' } },
    { ...sent, headers: { ...sent.headers, 'x-amz-target': 'WorkMailService.DeleteUser' } },
    { ...sent, headers: { ...sent.headers, 'x-amz-target': undefined } },
  ]
  for (const changed of changes)
    assert.equal(signatureMatches(changed, authorization, date, key.secret), false)
  assert.equal(signatureMatches(sent, authorization, '20150830T123601Z', key.secret), false)
  assert.equal(signatureMatches(sent, { ...authorization, region: 'other' }, date, key.secret), false)
})

test('any request that is signed is recognised', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.webPath(),
      fc.webQueryParameters(),
      (body, path, query) => {
        const {
          request: sent,
          authorization,
          date,
        } = signed({ ...request, body, target: `/${path}?${query}` })
        assert.equal(signatureMatches(sent, authorization, date, key.secret), true)
      },
    ),
    { numRuns: 200 },
  )
})
