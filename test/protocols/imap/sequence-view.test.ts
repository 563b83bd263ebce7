import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SequenceView } from '#src/protocols/imap/sequence-view.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'

function viewOf(uids: readonly number[]): SequenceView {
  const view = new SequenceView()
  view.append(uids)
  return view
}

const ascending = fc
  .uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 })
  .map((uids) => uids.sort((a, b) => a - b))
const set = fc
  .array(
    fc.oneof(
      fc.integer({ min: 1, max: 70 }).map(String),
      fc.tuple(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 70 })).map(([a, b]) => `${a}:${b}`),
      fc.constantFrom('*', '5:*', '*:30'),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => SequenceSet.parse(parts.join(',')))

test('a set of UIDs means those of the view that it names', () => {
  fc.assert(
    fc.property(ascending, set, (uids, wanted) => {
      const numbers = wanted.resolve(uids.at(-1) ?? 0)
      assert.deepEqual(
        [...viewOf(uids).pickUids(wanted)],
        uids.filter((uid) => numbers.has(uid)),
      )
    }),
  )
})

test('a set of sequence numbers means what stands there, and nothing when it goes beyond the last', () => {
  fc.assert(
    fc.property(ascending, set, (uids, wanted) => {
      const view = viewOf(uids)
      const numbers = wanted.resolve(uids.length)
      const there = uids.filter((_, at) => numbers.has(at + 1))
      assert.deepEqual([...view.pickKnownSequences(wanted)], there)
      const picked = view.pickSequences(wanted)
      assert.deepEqual(picked && [...picked], (numbers.max ?? 0) > uids.length ? undefined : there)
    }),
  )
})

test('what leaves makes room, what comes stands at the end', () => {
  fc.assert(
    fc.property(ascending, fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (uids, gone) => {
      const list = Uint32Array.from(uids)
      const view = SequenceView.of(list)
      const other = SequenceView.of(list)
      view.remove(new Set(gone))
      view.append([100, 101, 102])
      other.append([200])
      assert.deepEqual([...list], uids)
      assert.deepEqual([...other.uids], [...uids, 200])
      const left = [...uids.filter((uid) => !gone.includes(uid)), 100, 101, 102]
      assert.deepEqual([...view.uids], left)
      for (const [at, uid] of left.entries()) {
        assert.equal(view.sequenceOf(uid), at + 1)
        assert.equal(view.uidOf(at + 1), uid)
      }
      for (const uid of gone) assert.equal(view.has(uid), false)
    }),
  )
})
