import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPartial } from '#connectors/active-directory/ranged-values.ts'
import { RawEntry } from '#connectors/active-directory/raw-entry.ts'

test('an attribute that came in part is seen, however the server writes its option', () => {
  for (const option of [';range=0-1499', ';Range=0-1499', ';RANGE=0-*']) {
    const values = new Map([[`member${option}`.toLowerCase(), []]])
    assert.ok(isPartial(new RawEntry('CN=g', values, Buffer.from(`\x30member${option}`))), option)
  }
  const whole = new Map([['info', [Buffer.from(';range=0-1')]]])
  assert.ok(!isPartial(new RawEntry('CN=g', whole, Buffer.from('info;range=0-1'))))
  assert.ok(!isPartial(new RawEntry('CN=g', whole, Buffer.from('info'))))
})
