import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usualSettings } from '#src/domain/migration/engine/project/project.ts'
import { settingsAfter } from '#src/domain/migration/engine/project/source-caps.ts'

test('a change of caps leaves what it does not name, and null takes a cap away', () => {
  const first = settingsAfter(usualSettings, { caps: { old: { connections: 4, callsPerSecond: 10 } } })
  assert.deepEqual(first.caps, { old: { connections: 4, callsPerSecond: 10 } })
  const second = settingsAfter(first, { lanes: 3, caps: { old: { connections: null }, new: { lanes: 2 } } })
  assert.deepEqual(second.caps, { old: { callsPerSecond: 10 }, new: { lanes: 2 } })
  assert.equal(second.lanes, 3)
  assert.deepEqual(settingsAfter(second, { caps: {} }).caps, second.caps)
  assert.deepEqual(first.caps, { old: { connections: 4, callsPerSecond: 10 } }, 'what was given is as it was')
})

test('a cap of the project as a whole is set, kept and taken away', () => {
  const first = settingsAfter(usualSettings, { databaseLanes: 2, bytesPerSecond: 5e6 })
  assert.deepEqual([first.databaseLanes, first.bytesPerSecond], [2, 5e6])
  const second = settingsAfter(first, { lanes: 3, databaseLanes: null })
  assert.equal('databaseLanes' in second, false)
  assert.equal(second.bytesPerSecond, 5e6)
})
