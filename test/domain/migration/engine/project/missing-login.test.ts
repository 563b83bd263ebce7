import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceConfig } from '#src/domain/migration/engine/project/project.ts'
import { missingOf } from '#src/domain/migration/engine/project/source-config.ts'

const exchange: SourceConfig = {
  ...{ id: 'old', kind: 'exchange', url: 'https://old.example/EWS', user: null, options: {} },
  ...{ anywhere: true, changedAt: 0 },
}

test('what a source still needs before anything can be read from it is told by its kind', () => {
  const missing = (more: Partial<SourceConfig>, secret: string | null = null) =>
    missingOf({ config: { ...exchange, ...more }, secret })
  assert.deepEqual(missing({}), ['the account', 'the password'])
  assert.deepEqual(missing({}, 'geheim'), ['the account'])
  assert.deepEqual(missing({ user: 'svc' }), ['the password'])
  assert.deepEqual(missing({ user: 'svc' }, 'geheim'), [])
  assert.deepEqual(missing({ kind: 'workmail' }, 'geheim'), ['the account'])
  assert.deepEqual(missing({ kind: 'imap' }), ['the account', 'the password'])
  assert.deepEqual(missing({ kind: 'imap', options: { logins: '/logins.csv' } }), [])
  assert.deepEqual(missing({ kind: 'pst' }), [])
  assert.deepEqual(missing({ kind: 'landbridge' }), [])
})
