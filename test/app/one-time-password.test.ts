import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneTimePassword } from '#src/app/one-time-password.ts'
import { requirePassword } from '#src/domain/directory/login/password-policy.ts'

test('a password that is made fits the policy, and none comes twice', () => {
  const made = Array.from({ length: 500 }, oneTimePassword)
  for (const password of made) {
    assert.match(password, /^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/)
    assert.equal(requirePassword(password), password)
  }
  assert.equal(new Set(made).size, made.length)
})
