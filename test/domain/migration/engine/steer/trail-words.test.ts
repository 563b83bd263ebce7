import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newBatch } from '#src/domain/migration/engine/project/new-batch.ts'
import {
  type ProjectId,
  type ProjectSettings,
  type SourceLogin,
  usualSettings,
} from '#src/domain/migration/engine/project/project.ts'
import { changedSettings } from '#src/domain/migration/engine/project/setting-words.ts'
import { settingsAfter } from '#src/domain/migration/engine/project/source-caps.ts'
import {
  addedWords,
  advancedWords,
  replannedWords,
  retriedWords,
  sourceWords,
  steeredWords,
} from '#src/domain/migration/engine/steer/trail-words.ts'

const batch = newBatch('p' as ProjectId, 2, 'batch 2')

test('the trail says of a batch what was done, and from what to what', () => {
  assert.equal(
    advancedWords(2, 'waiting-window', { ...batch, state: 'initial-sync', cause: '' }),
    'Batch 2 went on, from "waits for its window" to "being copied".',
  )
  assert.equal(
    advancedWords(2, 'preflight', { ...batch, state: 'planned', cause: 'The source refuses.' }),
    'Batch 2 went on, from "being checked" to "planned": The source refuses.',
  )
  const begun = { ...batch, state: 'preflight' } as const
  assert.equal(
    steeredWords('started', { ...batch, state: 'planned' }, begun),
    'Batch 2 was begun, from "planned" to "being checked".',
  )
  assert.equal(steeredWords('paused', begun, { ...begun, paused: true }), 'Batch 2 was paused.')
  const at = Date.UTC(2027, 0, 12, 21)
  assert.equal(
    steeredWords(
      'cut-over',
      { ...begun, completeAfter: at },
      {
        ...begun,
        ...{ completeAfter: at + 3_600_000, failingMember: 'leave' },
      },
    ),
    'Batch 2 was asked to cut over from 2027-01-12 22:00 UTC on (it was to move 2027-01-12 21:00 UTC); a mailbox that fails leaves it.',
  )
  const approval = { by: 'Nora', at, grade: 'poor', note: 'old rules' } as const
  assert.equal(
    steeredWords('approved', { ...batch, state: 'approving' }, { ...batch, state: 'finalising', approval }),
    'Batch 2 was approved, with the grade "poor" ("old rules"), from "waits for an approval" to "last changes are copied".',
  )
  assert.equal(
    steeredWords('retried', begun, begun, retriedWords({ mailboxes: 1, items: 2, rights: 0 })),
    'Batch 2 was tried again: 1 mailbox, 2 items; 0 rights given that had been refused.',
  )
  assert.equal(
    steeredWords('retried', begun, begun, retriedWords({ mailboxes: 0, items: 0, rights: 0 })),
    'Batch 2 was tried again, and nothing of it had failed or was left behind.',
  )
  assert.equal(
    replannedWords({ ...batch, completeAfter: null }, { ...batch, completeAfter: at, name: 'b' }),
    'Batch 2 was changed: name, from "batch 2" to "b"; moves after, from "no time" to "2027-01-12 21:00 UTC".',
  )
  assert.equal(replannedWords(batch, { ...batch }), undefined)
})

test('the trail says who was added', () => {
  assert.equal(addedWords([{ address: 'a@x.test', batch: 3 }]), 'a@x.test was added to batch 3.')
  const many = Array.from({ length: 8 }, (_, no) => ({ address: `a${no}@x.test`, batch: (no % 2) + 1 }))
  assert.equal(
    addedWords(many),
    'a0@x.test, a1@x.test, a2@x.test, a3@x.test, a4@x.test and 3 more mailboxes were added to batch 1, 2.',
  )
})

test('the trail says what of a source was changed, and never a secret', () => {
  const config: SourceLogin['config'] = {
    ...{ id: 'old', kind: 'imap', url: 'imaps://a.test', user: 'svc', options: {}, anywhere: true },
    changedAt: 0,
  }
  const first = { config, secret: 'open-Lettuce-1' }
  assert.equal(sourceWords(first, undefined), 'Source "old" was named: imap at imaps://a.test.')
  assert.equal(sourceWords(first, first), 'Source "old" was given again as it was.')
  const after = {
    config: { ...config, url: 'imaps://b.test', options: { form: 'x' } },
    secret: 'open-Lettuce-2',
  }
  const told = sourceWords(after, first)
  assert.equal(
    told,
    'Source "old" was changed: address, from "imaps://a.test" to "imaps://b.test"; option form, from "none" to "x"; its password.',
  )
})

/** What each setting is changed to: a new setting does not compile until it is here, and has to be told. */
const others: Required<ProjectSettings> = {
  window: { begin: '22:00', end: '06:00', zone: 'Europe/Berlin', weekdays: [1, 2], holidays: ['2026-12-24'] },
  caps: { old: { connections: 4, lanes: 2, callsPerSecond: 3, bytesPerSecond: 2 ** 20 } },
  lanes: 3,
  databaseLanes: 2,
  bytesPerSecond: 1_024,
  pageItems: 7,
  itemAttempts: 2,
  largestItemBytes: 5 * 2 ** 20,
  deletesHere: true,
  deltaEveryMinutes: 5,
  rollbackDays: 3,
  verification: 3,
  sampledPart: 0.5,
  failingMember: 'leave',
  lateHours: [2, 48],
  reportHours: 24,
  spaceMargin: 0.5,
  alerts: { addresses: ['it@corp.test'], webhook: 'https://chat.test/secret' },
  responsible: 'Anna Ash <anna@corp.test>',
}

test('every setting that is changed is in the trail, in words and with what it was', () => {
  assert.deepEqual(changedSettings(usualSettings, { ...usualSettings }), [])
  for (const [name, value] of Object.entries(others)) {
    const [told, ...more] = changedSettings(usualSettings, { ...usualSettings, [name]: value })
    assert.equal(more.length, 0, name)
    assert.match(String(told), /^[a-z].*, from ".+" to ".+"$/, name)
    assert.doesNotMatch(String(told), /[a-z][A-Z]|secret|[{}]|undefined/, name)
  }
  const lifted = settingsAfter(
    { ...usualSettings, caps: others.caps },
    { caps: { old: { connections: null } } },
  )
  assert.deepEqual(changedSettings({ ...usualSettings, caps: others.caps }, lifted), [
    'source old, from "at most 4 calls at once, at most 2 mailboxes at once, at most 3 calls a second, at most 1 MB a second" to "at most 2 mailboxes at once, at most 3 calls a second, at most 1 MB a second"',
  ])
})
