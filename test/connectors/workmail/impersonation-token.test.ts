import assert from 'node:assert/strict'
import { test } from 'node:test'
import { impersonationToken } from '#connectors/workmail/impersonation-token.ts'
import { type AdminClient, AdminFault, AdminUnreachable } from '#src/clients/admin/admin-client.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'

function tokens(call: AdminClient['call']) {
  let now = 1_000_000
  const get = impersonationToken({ client: { call }, organization: 'm-1', role: 'r-1', now: () => now })
  return { get, pass: (ms: number) => (now += ms) }
}

test('a token is used by all, and made anew before its fifteen minutes are over', async () => {
  let made = 0
  const { get, pass } = tokens(async (operation, input) => {
    assert.equal(operation, 'AssumeImpersonationRole')
    assert.deepEqual(input, { OrganizationId: 'm-1', ImpersonationRoleId: 'r-1' })
    return { Token: `t${++made}`, ExpiresIn: 900 }
  })
  assert.deepEqual(await Promise.all([get(), get()]), ['Bearer t1', 'Bearer t1'])
  pass(11 * 60_000)
  assert.equal(await get(), 'Bearer t1')
  pass(2 * 60_000)
  assert.deepEqual(await Promise.all([get(), get()]), ['Bearer t2', 'Bearer t2'])
})

test('a token that was refused before its time is made anew, once for all who met it', async () => {
  let made = 0
  const { get } = tokens(async () => ({ Token: `t${++made}`, ExpiresIn: 900 }))
  assert.equal(await get('Bearer of somebody else'), 'Bearer t1')
  const all = await Promise.all([get('Bearer t1'), get('Bearer t1'), get()])
  assert.deepEqual(all, ['Bearer t2', 'Bearer t2', 'Bearer t2'])
  assert.equal(await get('Bearer t1'), 'Bearer t2', 'who comes late finds the new one')
})

test('a refusal is told with what mends it, and the next one asks again', async () => {
  const answers = [
    new AdminFault('ResourceNotFoundException', 'There is no such role.', '1'),
    new AdminUnreachable('The service does not answer.'),
    new AdminFault('ThrottlingException', 'Rate exceeded', '2'),
  ]
  const { get } = tokens(async () => {
    const error = answers.shift()
    if (error !== undefined) throw error
    return { Token: 'ok', ExpiresIn: 900 }
  })
  const kinds = []
  for (let at = 0; at < 3; at++)
    kinds.push(
      await get().then(
        () => 'none',
        (error: unknown) => (error instanceof SourceFailure ? error.kind : String(error)),
      ),
    )
  assert.deepEqual(kinds, ['refused', 'transient', 'throttled'])
  assert.equal(await get(), 'Bearer ok')
})
