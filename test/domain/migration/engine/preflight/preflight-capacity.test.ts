import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ASSUMED_RATE,
  rateOf,
  spaceLine,
  timeLine,
} from '#src/domain/migration/engine/preflight/preflight-capacity.ts'
import {
  type Project,
  type ProjectSettings,
  usualSettings,
} from '#src/domain/migration/engine/project/project.ts'

const projectOf = (settings: Partial<ProjectSettings> = {}) =>
  ({ settings: { ...usualSettings, ...settings } }) as Project
const volume = (bytes: number, mailboxes = 4, unknown = 0) => ({ bytes, mailboxes, unknown })
const HOUR = 3_600_000

test('room is asked for with the margin of the project', () => {
  const states = (free: number, settings: Partial<ProjectSettings> = {}) =>
    spaceLine(projectOf(settings), volume(100e9), free).state
  assert.deepEqual([states(125e9), states(124e9), states(99e9)], ['ok', 'failed', 'failed'])
  assert.deepEqual([states(150e9, { spaceMargin: 0.6 }), states(101e9, { spaceMargin: 0 })], ['failed', 'ok'])
  // However little comes.
  const full = spaceLine(projectOf(), volume(1_000), 2.6e6)
  assert.equal(full.state, 'failed')
  assert.match(full.found, /2.*MB are free; .*Nothing comes over while less than 64 MB are free/)
  assert.equal(spaceLine(projectOf(), volume(1_000), 65 * 2 ** 20).state, 'ok')
  const unknown = spaceLine(projectOf(), volume(1e9, 4, 2), 1e12)
  assert.equal(unknown.state, 'warning')
  assert.match(unknown.found, /2 mailboxes do not say how large they are/)
  assert.match(unknown.found, /; 954 MB come over/)
  const none = spaceLine(projectOf(), volume(0, 1, 1), 2 ** 40)
  const said = 'not known. 1 mailbox does not say how large it is.'
  assert.deepEqual([none.state, none.found], ['warning', `1 TB are free; how much comes over is ${said}`])
})

test('the rate is that of passes that read much, else an assumed one', () => {
  const pass = (bytes: number, seconds: number) => ({
    lastPass: { startedAt: 1, endedAt: 1 + seconds * 1_000, items: 1, bytes, requests: 1 },
  })
  assert.deepEqual(rateOf([{ lastPass: null }, pass(1e6, 1_000)]), {
    bytesPerSecond: ASSUMED_RATE,
    measured: false,
  })
  assert.deepEqual(rateOf([pass(300e6, 100), pass(100e6, 100), pass(5, 10_000)]), {
    bytesPerSecond: 2e6,
    measured: true,
  })
})

test('the time counts in windows, and what is late is told before it is', () => {
  const now = Date.UTC(2027, 0, 11, 12)
  const nights = {
    ...{ begin: '22:00', end: '06:00', zone: 'UTC' },
    ...{ weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
  }
  const rate = { bytesPerSecond: 1e9 / 3_600, measured: true }
  const of = (bytes: number, more: Partial<ProjectSettings>, completeAfter: number | null = null) =>
    timeLine(projectOf(more), { startAfter: null, completeAfter }, volume(bytes), rate, now)
  // 4 mailboxes at once: 4 GB an hour.
  const whole = of(40e9, {})
  assert.equal(whole.state, 'ok')
  assert.match(whole.found, /10 h at .*measured.*4 at once: done about 2027-01-11 22:00 UTC/)
  // Two nights of 8 hours have 16 of them: the second one ends after 2.
  assert.match(of(40e9, { window: nights }).found, /in 2 windows: done about 2027-01-13 00:00 UTC/)
  assert.match(of(40e9, { lanes: 1 }).found, /1 at once: done about 2027-01-13 04:00 UTC/)
  const late = of(40e9, { window: nights }, now + 30 * HOUR)
  assert.equal(late.state, 'failed')
  assert.match(late.found, /It is to move at 2027-01-12 18:00 UTC/)
  const guess = timeLine(
    projectOf({ window: nights }),
    { startAfter: null, completeAfter: now + 30 * HOUR },
    volume(40e9),
    { ...rate, measured: false },
    now,
  )
  assert.equal(guess.state, 'warning')
  assert.equal(of(40e9, { window: nights }, now + 48 * HOUR).state, 'ok')
  const none = timeLine(projectOf(), { startAfter: null, completeAfter: null }, volume(0, 2, 2), rate, now)
  assert.deepEqual(
    [none.state, none.found],
    ['ok', 'How long it takes is not known. 2 mailboxes do not say how large they are.'],
  )
  assert.equal(of(1e15, { window: { ...nights, weekdays: [1] } }).state, 'failed')
})
