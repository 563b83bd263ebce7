import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newBatch } from '#src/domain/migration/engine/project/new-batch.ts'
import type { Batch, ProjectId } from '#src/domain/migration/engine/project/project.ts'
import {
  addressOf,
  requireResponsible,
  responsibleFor,
} from '#src/domain/migration/engine/project/responsible.ts'
import {
  type BatchState,
  batchStates,
  hasEnded,
  isFlipped,
} from '#src/domain/migration/engine/project/state.ts'
import { timed } from '#src/domain/migration/engine/project/timed.ts'
import {
  findWave,
  getWave,
  requireFree,
  type WaveState,
  waveState,
  wavesOf,
  waveWords,
  withWave,
} from '#src/domain/migration/engine/project/waves.ts'

const mixes: [string, WaveState][] = [
  ['', 'empty'],
  ['draft', 'draft'],
  ['draft planned', 'planned'],
  ['planned preflight', 'preflight'],
  ['planned waiting-window preflight', 'waiting-window'],
  ['planned synced', 'initial-sync'],
  ['synced initial-sync', 'initial-sync'],
  ['synced', 'synced'],
  ['synced synced', 'synced'],
  ['synced approving', 'approving'],
  ['failed approving finalising', 'failed'],
  ['synced finalising', 'finalising'],
  ['done finalising', 'finalising'],
  ['flipped', 'flipped'],
  ['flipped synced', 'partly-moved'],
  ['done planned', 'partly-moved'],
  ['flipped verifying', 'verifying'],
  ['flipped done', 'verifying'],
  ['done done', 'done'],
  ['done done-with-skips', 'done-with-skips'],
  ['done cancelled', 'done'],
  ['done rolled-back', 'done'],
  ['rolling-back done', 'rolling-back'],
  ['rolling-back rolled-back', 'rolling-back'],
  ['cancelled', 'cancelled'],
  ['rolled-back', 'rolled-back'],
  ['cancelled rolled-back', 'rolled-back'],
  ['failed done', 'failed'],
]

test('the state of a wave follows from those of its batches', () => {
  for (const [states, wanted] of mixes) {
    const all = states.split(' ').filter(Boolean) as BatchState[]
    assert.equal(waveState(all), wanted, states)
    assert.equal(waveState(all.toReversed()), wanted, `${states}, the other way round`)
  }
})

test('every mix of three states is a state with words; all the same is that one', () => {
  for (const a of batchStates) {
    assert.equal(waveState([a]), a)
    for (const b of batchStates)
      for (const c of batchStates) {
        const state = waveState([a, b, c])
        assert.ok(waveWords[state], `${a} ${b} ${c}`)
        const isOn = [a, b, c].some((each) => !hasEnded(each) || each === 'rolling-back')
        if (state === 'done' || state === 'done-with-skips') assert.ok(!isOn, `${a} ${b} ${c}`)
        if (isFlipped(state as BatchState))
          assert.ok(![a, b, c].some((each) => !isFlipped(each) && !hasEnded(each)), `${a} ${b} ${c}`)
      }
  }
})

const project = 'p' as ProjectId
const batch = (no: number, more: Partial<Batch>): Batch => ({ ...newBatch(project, no, `b ${no}`), ...more })

test('waves are told in their order, each with its batches and times', () => {
  const waves = [
    { no: 2, name: 'Pilot' },
    { no: 1, name: 'Berlin' },
  ]
  const [pilot, berlin] = wavesOf({ waves }, [
    batch(3, { wave: 1, completeAfter: 300, paused: true }),
    batch(1, { wave: 2, state: 'done', begunAt: 5, flippedAt: 50, completeAfter: 40, doneAt: 70 }),
    batch(2, { wave: 1, begunAt: 20, flippedAt: 90, state: 'flipped' }),
    batch(4, {}),
  ])
  assert.deepEqual(
    [pilot!.state, pilot!.begunAt, pilot!.movesFrom, pilot!.flippedFrom, pilot!.doneAt],
    ['done', 5, null, 50, 70],
  )
  assert.deepEqual(
    berlin!.batches.map(({ no }) => no),
    [2, 3],
  )
  assert.deepEqual(
    [
      berlin!.state,
      berlin!.paused,
      berlin!.begunAt,
      berlin!.movesUntil,
      berlin!.flippedUntil,
      berlin!.doneAt,
    ],
    ['partly-moved', 1, 20, 300, 90, null],
  )
  assert.deepEqual(wavesOf({}, [batch(1, {})]), [])
})

test('names of waves read the same however they are written, and never turn a line of a terminal', () => {
  let known = { waves: withWave({}, 'Zürich 🏔 "a" <b> ; $(x)') }
  assert.equal(findWave(known, 'zu\u0308rich 🏔 "a" <b> ; $(x)')?.no, 1)
  known = { waves: withWave(known, 'Bern') }
  assert.deepEqual(
    known.waves.map(({ no }) => no),
    [1, 2],
  )
  const [, bern] = known.waves
  assert.equal(withWave({ waves: [bern!] }, 'Genf').at(-1)!.no, 3, 'no number is given twice')
  assert.throws(() => withWave(known, 'BERN'), /has a wave "Bern" already/)
  requireFree(known, 'BERN', 2)
  assert.throws(() => getWave(known, 'Genf'), /has no wave "Genf"\. It has: .*"Bern"\./)
  assert.throws(() => getWave({}, 'Genf'), /It has none: "landbridge migrate wave" makes one/)
  for (const name of ['', ' a', 'a ', 'a\nb', 'a\u001b[2Jb', 'a\u202eb', '\u200b', 'x'.repeat(101), '\ud800'])
    assert.throws(
      () => withWave({}, name),
      /The name of a wave has from 1 to 100 letters/,
      JSON.stringify(name),
    )
})

test('a migration has a thousand waves at most', () => {
  const waves = Array.from({ length: 999 }, (_, at) => ({ no: at + 1, name: `w${at}` }))
  const all = withWave({ waves }, 'the last')
  assert.equal(all.length, 1_000)
  assert.throws(() => withWave({ waves: all }, 'one more'), /has at most 1000 waves/)
})

test('who answers for a batch is its own, else that of its wave, else that of the project', () => {
  const waves = [{ no: 1, name: 'Berlin', responsible: 'Ben' }]
  const settings = { responsible: 'Ida' }
  const of = (more: Partial<Batch>) => responsibleFor({ settings, waves }, batch(1, more))
  assert.deepEqual([of({ wave: 1, responsible: 'Ann' }), of({ wave: 1 }), of({})], ['Ann', 'Ben', 'Ida'])
  assert.equal(responsibleFor({ settings: {} }, batch(1, {})), undefined)
  assert.equal(addressOf('Anna Ash <anna@corp.example>'), 'anna@corp.example')
  assert.equal(addressOf('anna@corp.example'), 'anna@corp.example')
  assert.equal(addressOf('Anna Ash'), undefined)
  for (const who of ['Anna Ash', 'anna@corp.example', 'Ash, Anna <anna@corp.example>'])
    requireResponsible(who)
  for (const who of ['', ' a', 'a\nb', 'Anna <', 'anna@', 'Anna <anna>', 'x'.repeat(257)])
    assert.throws(() => requireResponsible(who), /is a name, a mail address or both/, who)
})

test('when a batch was first begun stays, and when it is done is noted anew after a way on', () => {
  const begun = timed(batch(1, {}), batch(1, { state: 'preflight' }), 7)
  assert.equal(begun.begunAt, 7)
  const again = timed({ ...begun, state: 'planned' }, begun, 9)
  assert.equal(again.begunAt, 7)
  assert.equal(timed({ ...begun, state: 'verifying' }, { ...begun, state: 'done' }, 11).doneAt, 11)
  const done = { ...begun, state: 'done', doneAt: 11 } as const
  assert.equal(timed(done, done, 13).doneAt, 11)
})

test('a wave that went back tells no move, and one that has ended by being called off no end', () => {
  const went = { flippedAt: 50, doneAt: 70, wave: 1 } as const
  const of = (...batches: Batch[]) => wavesOf({ waves: [{ no: 1, name: 'Berlin' }] }, batches)[0]!
  for (const state of ['rolled-back', 'rolling-back'] as const) {
    const { flippedFrom, flippedUntil, doneAt } = of(batch(1, { ...went, state }))
    assert.deepEqual([flippedFrom, flippedUntil, doneAt], [null, null, null], state)
  }
  const { flippedFrom, doneAt } = of(
    batch(1, { ...went, state: 'rolled-back' }),
    batch(2, { ...went, state: 'done', flippedAt: 60 }),
  )
  assert.deepEqual([flippedFrom, doneAt], [60, 70])
  assert.equal(of(batch(1, { ...went, state: 'verifying' })).doneAt, null)
  assert.equal(of(batch(1, { ...went, state: 'done-with-skips' })).doneAt, 70)
})
