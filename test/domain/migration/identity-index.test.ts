import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IdentityIndex } from '#src/domain/migration/identity-index.ts'

function asRead(): IdentityIndex {
  const index = new IdentityIndex()
  const domainOf = (name: string) => ({ domain: { name, told: true } })
  index.add(0, { exact: ['zoe@corp.example'], loose: ['Zoe', 'Kim'], ...domainOf('CORP') })
  index.add(1, { exact: ['adam@corp.example'], loose: ['Adam', 'Kim'], ...domainOf('SALES') })
  index.add(2, { exact: ['mia@corp.example'], loose: ['Mia'] })
  return index
}

test('who is numbered anew is found by every name, and in its own domain', () => {
  const index = asRead()
  index.renumber(Int32Array.of(2, 0, 1))
  const asked = ['zoe@corp.example', 'Zoe', 'adam', 'MIA', 'Kim', 'corp\\zoe', 'corp\\adam', 'sales\\adam']
  assert.deepEqual(
    asked.map((name) => index.find(name)),
    [2, 2, 0, 1, 'several', 2, 'other-domain', 0],
  )
  assert.ok(index.isNamed('Mia@corp.example'))
})

test('names that were asked for are found without the index', () => {
  const few = asRead().only(['zoe', 'Kim', 'Eve', 'corp\\adam'])
  assert.deepEqual(
    ['zoe', 'Kim', 'Eve', 'corp\\adam'].map((name) => few.find(name)),
    [0, 'several', 'nobody', 'other-domain'],
  )
})
