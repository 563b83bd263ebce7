import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tlsWords } from '#src/base/tls-words.ts'

test('how Node is begun is nobody’s concern', () => {
  const advice = '; if the root CA is installed locally, try running Node.js with --use-system-ca'
  assert.equal(
    tlsWords(`unable to verify the first certificate${advice}`),
    'unable to verify the first certificate',
  )
  assert.equal(tlsWords('certificate has expired'), 'certificate has expired')
})
