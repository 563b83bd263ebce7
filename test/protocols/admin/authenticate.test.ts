import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OrganizationId } from '#src/base/ids.ts'
import type { AccessKeys } from '#src/domain/keys/access-keys.ts'
import { readSigner } from '#src/protocols/admin/authenticate.ts'
import { ApiException } from '#src/protocols/admin/exceptions.ts'
import { Failures } from '#src/protocols/admin/failures.ts'
import type { SignedRequest } from '#src/wire/aws/canonical-request.ts'
import { signRequest } from '#src/wire/aws/signature.ts'

const key = { id: 'LBAKTEST', secret: 'a secret' }
const organization = 'm-0123456789abcdef0123456789abcdef' as OrganizationId
const now = Date.UTC(2026, 10, 21, 19, 30)
const accessKeys = {
  find: async (id: string) =>
    id === key.id
      ? { key: { id, organization, description: '', createdAt: 0 }, secret: key.secret }
      : undefined,
} as unknown as AccessKeys

function request({
  at = now,
  with: signer = key,
  service = 'workmail',
  headers = {} as Record<string, string>,
  leaveOut = '',
} = {}): SignedRequest {
  const all: Record<string, string> = {
    host: 'localhost',
    'x-amz-target': 'WorkMailService.ListUsers',
    ...headers,
  }
  const signable = Object.fromEntries(Object.entries(all).filter(([name]) => name !== leaveOut))
  const plain = { method: 'POST', target: '/', body: Buffer.from('{}') }
  const added = signRequest({ ...plain, headers: signable }, signer, {
    region: 'anywhere-1',
    service,
    now: new Date(at),
  })
  return { ...plain, headers: { ...all, ...added } }
}

const authenticate = async (sent: SignedRequest, keys: AccessKeys, at: number) =>
  (await readSigner(sent, keys, at))(sent.body)

const refusedAs = (type: string) => (error: unknown) => error instanceof ApiException && error.type === type

test('the holder of a key is let in, for the organisation of the key', async () => {
  assert.deepEqual((await authenticate(request(), accessKeys, now)).caller, {
    kind: 'key',
    id: key.id,
    organization,
  })
})

test('headers that clients add are taken into account', async () => {
  const sent = request({ headers: { 'x-amz-security-token': 'token', 'x-amz-content-sha256': 'anything' } })
  assert.equal((await authenticate(sent, accessKeys, now)).caller.kind, 'key')
})

const refused: [why: string, sent: SignedRequest, type: string][] = [
  ['no signature', { ...request(), headers: { host: 'localhost' } }, 'MissingAuthenticationTokenException'],
  [
    'another scheme',
    { ...request(), headers: { authorization: 'Basic YTpi' } },
    'IncompleteSignatureException',
  ],
  [
    'no time',
    { ...request(), headers: { ...request().headers, 'x-amz-date': undefined } },
    'IncompleteSignatureException',
  ],
  [
    'an unknown key',
    request({ with: { id: 'LBAKOTHER', secret: key.secret } }),
    'UnrecognizedClientException',
  ],
  ['a wrong secret', request({ with: { id: key.id, secret: 'guessed' } }), 'InvalidSignatureException'],
  ['another service', request({ service: 's3' }), 'InvalidSignatureException'],
  ['an operation that is not signed', request({ leaveOut: 'x-amz-target' }), 'InvalidSignatureException'],
  ['a changed body', { ...request(), body: Buffer.from('{"a":1}') }, 'InvalidSignatureException'],
  ['a request of six minutes ago', request({ at: now - 360_000 }), 'InvalidSignatureException'],
  ['a request from the future', request({ at: now + 360_000 }), 'InvalidSignatureException'],
]

for (const [why, sent, type] of refused) {
  test(`refuses ${why}`, () => assert.rejects(authenticate(sent, accessKeys, now), refusedAs(type)))
}

test('clocks may differ by four minutes', async () => {
  assert.ok(await authenticate(request({ at: now - 240_000 }), accessKeys, now))
  assert.ok(await authenticate(request({ at: now + 240_000 }), accessKeys, now))
})

test('after 20 failures in a minute an address waits, others do not', () => {
  const failures = new Failures()
  for (let count = 0; count < 20; count++) {
    failures.check('192.0.2.1', now)
    failures.note('192.0.2.1', now)
  }
  assert.throws(() => failures.check('192.0.2.1', now + 59_000), refusedAs('ThrottlingException'))
  failures.check('192.0.2.2', now)
  failures.check('192.0.2.1', now + 61_000)
})
