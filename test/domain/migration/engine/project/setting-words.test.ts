import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ProjectSettings, usualSettings } from '#src/domain/migration/engine/project/project.ts'
import { capWords, changedSettings, settingRows } from '#src/domain/migration/engine/project/setting-words.ts'

const said = (settings: Partial<ProjectSettings>, name: string) =>
  new Map(settingRows({ ...usualSettings, ...settings })).get(name)

const nights = {
  ...{ zone: 'Europe/Berlin', begin: '22:00', end: '06:00' },
  ...{ weekdays: [1, 2, 5, 7], holidays: [] as string[] },
}

test('when copies are made is told with its days, and those on which they are not', () => {
  assert.equal(said({ window: null }, 'copies are made'), 'at any time')
  assert.equal(
    said({ window: nights }, 'copies are made'),
    '22:00-06:00 (Europe/Berlin) on Mon, Tue, Fri, Sun',
  )
  assert.equal(
    said({ window: { ...nights, holidays: ['2026-12-24', '2026-12-31'] } }, 'copies are made'),
    '22:00-06:00 (Europe/Berlin) on Mon, Tue, Fri, Sun, not on 2026-12-24, 2026-12-31',
  )
  const early = { ...nights, begin: '04:30', zone: 'Asia/Tokyo', weekdays: [1, 2, 3, 4, 5, 6, 7] }
  const whole = (window: Partial<typeof nights>, ...wholeDays: number[]) =>
    said({ window: { ...early, ...window, wholeDays } }, 'copies are made')
  assert.equal(whole({}), '04:30-06:00 (Asia/Tokyo)')
  assert.equal(whole({}, 6), '04:30-06:00 (Asia/Tokyo), all day on Sat')
  assert.equal(whole({ weekdays: [1, 6] }, 6), '04:30-06:00 (Asia/Tokyo) on Mon, all day on Sat')
  assert.equal(whole({ weekdays: [6] }, 6, 7), 'all day on Sat, Sun (Asia/Tokyo)')
  assert.equal(
    whole({ begin: '22:00', weekdays: [5, 6] }, 6),
    '22:00-06:00 (Asia/Tokyo) on Fri, Sat, all day on Sat',
  )
})

test('what is compared, deleted and held is told in words', () => {
  assert.equal(said({ deletesHere: true }, 'what is deleted there'), 'is deleted here')
  assert.equal(said({ deletesHere: false }, 'what is deleted there'), 'stays here')
  assert.equal(said({ failingMember: 'hold' }, 'a mailbox that fails'), 'holds its batch')
  assert.equal(said({ failingMember: 'leave' }, 'a mailbox that fails'), 'leaves its batch')
  assert.match(
    said({ verification: 2, sampledPart: 0.05 }, 'compared after the move')!,
    /some \(5 %, at least 50\)/,
  )
  assert.equal(said({ verification: 3 }, 'compared after the move'), 'every item and every body')
  assert.equal(said({}, 'over all sources'), undefined)
  assert.match(said({ bytesPerSecond: 2_000_000 }, 'over all sources')!, /^at most .+ a second$/)
})

test('caps of a source are told one after the other, and none is none', () => {
  assert.deepEqual(capWords(), [])
  assert.deepEqual(capWords({ connections: 1, lanes: 2, callsPerSecond: 3 }), [
    'at most 1 call at once',
    'at most 2 mailboxes at once',
    'at most 3 calls a second',
  ])
})

test('what was changed is told with what it was; a key behind an address never is', () => {
  const at = (webhook: string | null) => ({
    ...usualSettings,
    alerts: { addresses: ['ed@corp.example'], webhook },
  })
  assert.deepEqual(changedSettings(usualSettings, usualSettings), [])
  assert.deepEqual(changedSettings(usualSettings, at('https://hooks.example/key-1')), [
    'who is told, from "nobody" to "ed@corp.example, a webhook at hooks.example"',
  ])
  assert.deepEqual(changedSettings(at('https://hooks.example/key-1'), at('https://hooks.example/key-2')), [
    'who is told, as the webhook has another address on the same server',
  ])
  const capped = { ...usualSettings, caps: { old: { connections: 2 } } }
  assert.deepEqual(changedSettings(usualSettings, capped), [
    'source old, from "without a cap" to "at most 2 calls at once"',
  ])
})
