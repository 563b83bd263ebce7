import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { beyondCaps, fitsBeside } from '#src/domain/migration/engine/pace/lanes-at-once.ts'

const caps = { lanes: 4, databaseLanes: 2, caps: { old: { lanes: 3 } } }
const of = (source: string, database?: string) => ({ source, database })

test('a mailbox has a place below the caps of the project, of its source and of its database', () => {
  assert.equal(fitsBeside(caps, [], of('old', 'DB1')), true)
  assert.equal(fitsBeside(caps, [of('old', 'DB1'), of('old', 'DB1')], of('old', 'DB1')), false)
  assert.equal(fitsBeside(caps, [of('old', 'DB1'), of('old', 'DB1')], of('old', 'DB2')), true)
  assert.equal(fitsBeside(caps, [of('old', 'DB1'), of('old', 'DB1')], of('new', 'DB1')), true, 'of a source')
  assert.equal(fitsBeside(caps, [of('old'), of('old')], of('old')), true, 'nobody said which')
  assert.equal(fitsBeside(caps, [of('old'), of('old'), of('old')], of('old')), false)
  assert.equal(fitsBeside({ lanes: 1, caps: {} }, [of('old', 'DB1')], of('new')), false)
})

test('what is too many by lower caps is the last to have begun', () => {
  const lanes = ['DB1', 'DB1', 'DB1', 'DB2', 'DB2'].map((database) => of('old', database))
  assert.deepEqual(beyondCaps({ lanes: 9, databaseLanes: 2, caps: {} }, lanes), [lanes[2]])
  assert.deepEqual(beyondCaps({ lanes: 2, caps: {} }, lanes), lanes.slice(2))
  assert.deepEqual(beyondCaps({ lanes: 9, caps: {} }, lanes), [])
})

test('whatever the caps, those that stay hold to them, and nobody who had a place beside them goes', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const lane = fc.record({ source: name, database: fc.option(name, { nil: undefined }) })
  const few = fc.integer({ min: 1, max: 4 })
  fc.assert(
    fc.property(fc.array(lane, { maxLength: 12 }), few, fc.option(few), few, (lanes, most, each, source) => {
      const settings = {
        lanes: most,
        caps: { a: { lanes: source } },
        ...(each !== null && { databaseLanes: each }),
      }
      const over = new Set(beyondCaps(settings, lanes))
      const kept = lanes.filter((one) => !over.has(one))
      for (const [at, one] of kept.entries())
        assert.ok(
          fitsBeside(
            settings,
            kept.filter((_, other) => other !== at),
            one,
          ),
        )
      for (const one of over) assert.ok(!fitsBeside(settings, kept, one))
    }),
  )
})
