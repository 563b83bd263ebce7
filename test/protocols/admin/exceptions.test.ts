import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { actions } from '#src/protocols/admin/actions/index.ts'
import { exceptionOf, statusOf } from '#src/protocols/admin/exceptions.ts'
import { workMailOperations } from '#src/protocols/admin/operation-names.ts'

/** API-02 and section 17 of the specification table: what a client written for WorkMail expects. */
test('refusals have the names that clients of WorkMail know', () => {
  assert.equal(exceptionOf['no-such-entry'], 'EntityNotFoundException')
  assert.equal(exceptionOf['no-such-organization'], 'OrganizationNotFoundException')
  assert.equal(exceptionOf['wrong-state'], 'EntityStateException')
  assert.equal(exceptionOf['domain-not-verified'], 'MailDomainStateException')
  assert.equal(exceptionOf['password-policy'], 'InvalidPasswordException')
  assert.equal(exceptionOf['limit-exceeded'], 'LimitExceededException')
  assert.equal(exceptionOf['reserved-name'], 'ReservedNameException')
})

test('client faults are 400, our own are 5xx', () => {
  assert.equal(statusOf('EntityNotFoundException'), 400)
  assert.equal(statusOf('ThrottlingException'), 400)
  assert.equal(statusOf('InternalFailure'), 500)
  assert.equal(statusOf('ServiceUnavailableException'), 503)
})

test('all 92 operations of WorkMail are known', () => {
  assert.equal(new Set(workMailOperations).size, 92)
})

test('every action file is listed, under the name of its file', () => {
  const files = readdirSync(new URL('../../../src/protocols/admin/actions', import.meta.url))
  const named = [...actions.keys()].map((name) => `${name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()}.ts`)
  assert.deepEqual(named.sort(), files.filter((file) => file !== 'index.ts').sort())
})

test('operations that only read say so, those that change something do not', () => {
  for (const [name, { reads }] of actions)
    assert.equal(reads === true, /^(Describe|Find|Get|List|Preview|Query|Show)/.test(name), name)
})
