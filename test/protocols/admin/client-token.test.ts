import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { callAnswerer } from '#src/protocols/admin/answer-call.ts'
import type { AdminServices } from '#src/protocols/admin/services.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

let full: TemporaryStore
before(async () => {
  full = await temporaryStore({ mailboxes: 0 })
})
after(() => full.remove())

/** Calls a service that has just started. */
async function call(operation: string, input: object) {
  const log = { info: () => undefined, error: assert.fail }
  const services = {
    store: full.store,
    now: Date.now,
    testDomainSuffix: 'test',
    log,
  } as unknown as AdminServices
  const { status, body } = await callAnswerer(services)({
    operation,
    body: Buffer.from(JSON.stringify(input)),
    caller: { kind: 'local' },
    requestId: 'request',
    signal: new AbortController().signal,
  })
  return { status, body: JSON.parse(body) }
}

test('an organisation that is made, or deleted, again with the same ClientToken after a restart is the same', async () => {
  const creation = { Alias: 'acme', ClientToken: 'creation' }
  const made = await call('CreateOrganization', creation)
  assert.equal(made.status, 200)
  await full.reopen()
  assert.deepEqual(await call('CreateOrganization', creation), made)
  assert.equal((await call('CreateOrganization', { Alias: 'acme' })).body.__type, 'NameAvailabilityException')

  const { OrganizationId } = made.body
  const deletion = { OrganizationId, DeleteDirectory: true, ClientToken: 'deletion' }
  const gone = await call('DeleteOrganization', deletion)
  assert.equal(gone.body.State, 'Deleted')
  await full.reopen()
  assert.deepEqual(await call('DeleteOrganization', deletion), gone)
})
