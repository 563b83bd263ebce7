import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AdministrationMemory } from '#src/domain/administration/store.ts'
import type { AccessKeys } from '#src/domain/keys/access-keys.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { BodyTooLarge } from '#src/platform/http/route.ts'
import type { CallAnswerer } from '#src/protocols/admin/answer-call.ts'
import { signedAdminRoute } from '#src/protocols/admin/endpoint.ts'
import { signRequest } from '#src/wire/aws/signature.ts'

const key = { id: 'LBAKTEST', secret: 'a secret' }
const startedAt = Date.UTC(2026, 10, 21, 19, 30)
const now = startedAt + 60_000
const accessKeys = {
  find: async (id: string) =>
    id === key.id
      ? { key: { id, organization: null, description: '', createdAt: 0 }, secret: key.secret }
      : undefined,
} as unknown as Pick<AccessKeys, 'find'>
const memory = { signedAhead: async () => 0 } as unknown as AdministrationMemory
const answered: CallAnswerer = async () => ({ status: 200, body: '{}', exception: null })

function route() {
  let time = startedAt
  const made = signedAdminRoute(answered, accessKeys, memory, () => time)
  time = now
  return made
}

/** A request whose body notes that somebody wanted it. */
function request({ signer = key, sent = '{}', signed = '{}', peer = '192.0.2.1' } = {}) {
  const plain = { method: 'POST', target: '/' }
  const headers = { host: 'localhost', 'x-amz-target': 'WorkMailService.CreateUser' }
  const added = signRequest({ ...plain, headers, body: Buffer.from(signed) }, signer, {
    region: 'local',
    service: 'workmail',
    now: new Date(now),
  })
  const asked = {
    ...plain,
    headers: { ...headers, ...added },
    peer,
    signal: new AbortController().signal,
    gone: new AbortController().signal,
    stopping: new AbortController().signal,
    wasRead: false,
    async *streamBody() {},
    async readBody(maxBytes: number) {
      asked.wasRead = true
      if (sent.length > maxBytes) throw new BodyTooLarge(maxBytes)
      return Buffer.from(sent)
    },
  }
  return asked
}

const answerTo = async (asked: ReturnType<typeof request>, at = route()) => {
  const { status, headers } = await at.answer(asked)
  return [status, headers?.['x-amzn-errortype'] ?? null, asked.wasRead]
}

test('only a body that comes under a key we know is read', async () => {
  assert.deepEqual(await answerTo(request()), [200, null, true])
  const stranger = request({ signer: { id: 'LBAKOTHER', secret: 'x' } })
  assert.deepEqual(await answerTo(stranger), [400, 'UnrecognizedClientException', false])
  const unsigned = { ...request(), headers: { 'x-amz-target': 'WorkMailService.CreateUser' } }
  assert.deepEqual((await answerTo(unsigned as never)).slice(0, 2), [
    400,
    'MissingAuthenticationTokenException',
  ])
  assert.equal(unsigned.wasRead, false)
})

test('the body counts for the signature', async () => {
  assert.deepEqual(await answerTo(request({ sent: '{"a":1}' })), [400, 'InvalidSignatureException', true])
})

test('a body that is too long is refused in the words of the API', async () => {
  const asked = request({ sent: 'x'.repeat(1_048_577) })
  assert.deepEqual(await answerTo(asked), [400, 'SerializationException', true])
})

test('where the keys are out of reach the service is, not the caller at fault', async () => {
  const find = async () => Promise.reject(new Refusal('key-unavailable', 'The token /dev/hsm0 is gone.'))
  const at = signedAdminRoute(answered, { find }, memory, () => now)
  const asked = request()
  const { status, body } = await at.answer(asked)
  assert.equal(status, 503)
  assert.doesNotMatch(String(body), /hsm0/)
  assert.equal(asked.wasRead, false)
})

test('an address that failed too often is not read either', async () => {
  const at = route()
  for (let count = 0; count < 20; count++) await answerTo(request({ sent: '{"a":1}' }), at)
  assert.deepEqual(await answerTo(request(), at), [400, 'ThrottlingException', false])
  assert.deepEqual(await answerTo(request({ peer: '192.0.2.2' }), at), [200, null, true])
})
