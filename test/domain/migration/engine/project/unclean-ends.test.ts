import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  endsOf,
  isAtFault,
  isCareful,
  mayRunBeside,
  newLeaseToken,
  restOf,
  type UncleanEnds,
} from '#src/domain/migration/engine/project/unclean-ends.ts'

const gone = 'another-process/lease'
const asked = { key: 'a', times: 1 }
const of = (ends: number, more: Partial<UncleanEnds> = {}): UncleanEnds => ({ ends, unnamed: 0, ...more })

test('only a lease of a process that is gone is held against a mailbox', () => {
  assert.equal(endsOf({}), undefined)
  assert.equal(endsOf({ heldBy: newLeaseToken() }), undefined, 'this process found no room to end it')
  assert.deepEqual(endsOf({ heldBy: gone })?.ends, 1)
  assert.deepEqual(endsOf({ heldBy: gone, uncleanEnds: of(2) })?.ends, 3)
  assert.deepEqual(endsOf({ uncleanEnds: of(2) })?.ends, 2)
})

test('what was written down is under suspicion where the process ended over it, and not where its run came to an end', () => {
  assert.deepEqual(endsOf({ heldBy: gone, uncleanEnds: of(3, { asked }) })?.suspect, asked)
  assert.deepEqual(endsOf({ uncleanEnds: of(3, { asked }) })?.suspect, undefined)
  // Ended elsewhere by chance: the one before is not acquitted by that.
  assert.deepEqual(endsOf({ heldBy: gone, uncleanEnds: of(3, { suspect: asked }) })?.suspect, asked)
  assert.deepEqual(
    [1, 2, 3].map((times) => isAtFault({ key: 'a', times })),
    [false, false, true],
  )
})

test('it is read item by item from the third time on, and rests ever longer where that names none', () => {
  assert.deepEqual(
    [1, 2, 3].map((ends) => isCareful(of(ends))),
    [false, false, true],
  )
  const minutes = (uncleanEnds: UncleanEnds) => {
    const until = restOf({ heldBy: gone, uncleanEnds }, 0)
    return until === undefined ? 0 : until / 60_000
  }
  assert.deepEqual(
    [0, 1, 2, 3, 4, 9].map((unnamed) => minutes(of(3 + unnamed, { unnamed }))),
    [0, 0, 5, 15, 60, 60],
  )
  assert.equal(minutes(of(2, { unnamed: 2 })), 0, 'not before it was read so')
  assert.equal(minutes(of(5, { unnamed: 2, asked })), 0, 'an item is under suspicion')
  assert.equal(minutes(of(5, { unnamed: 2, answered: true })), 0, 'it gets on, slowly')
  assert.equal(restOf({ uncleanEnds: of(5, { unnamed: 2 }) }, 0), undefined, 'its last run came to an end')
  assert.equal(endsOf({ heldBy: gone, uncleanEnds: of(5, { unnamed: 2, answered: true }) })?.unnamed, 0)
})

test('one that is read item by item is read beside none over which the process may end as well', () => {
  const beside = (mine: UncleanEnds | undefined, its: UncleanEnds | undefined) =>
    mayRunBeside({ uncleanEnds: mine }, [{ run: undefined, member: { uncleanEnds: its } }])
  assert.deepEqual(
    [
      beside(of(3), of(1)),
      beside(of(1), of(3)),
      beside(of(3), of(3)),
      beside(of(3), undefined),
      beside(undefined, of(3)),
      beside(of(2), of(2)),
    ],
    [false, false, false, true, true, true],
  )
  const suspicious = of(3, { suspect: asked })
  assert.equal(beside(undefined, suspicious), false, 'nothing is read beside an item under suspicion')
  assert.equal(beside(suspicious, undefined), true, 'it would wait for ever where others come and go')
  const its = { uncleanEnds: of(2) }
  const gotOn = { run: { careful: { ends: undefined } }, member: its }
  assert.equal(mayRunBeside({ uncleanEnds: of(3) }, [gotOn]), true, 'that one got on since')
  assert.equal(mayRunBeside({ heldBy: gone, uncleanEnds: of(2) }, [{ run: undefined, member: its }]), false)
})
