import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemState, lossColumn, lossPages } from '#src/cli/commands/migrate-report.ts'
import { momentOf } from '#src/cli/commands/migrate-run.ts'
import { sourceSentence } from '#src/cli/commands/migrate-source.ts'
import {
  cutOverSentence,
  nextAfterCreate,
  steeredSentence,
  watchWords,
} from '#src/cli/commands/migrate-words.ts'

test('a batch that was begun is told with what comes next, not only with where it stands', () => {
  const asked = { project: 'move', batch: '1', done: 'begun' }
  assert.equal(
    steeredSentence({ Batch: { State: 'preflight' } }, asked),
    'Batch 1 is begun. The pre-flight looks at everything first; the copies follow when it finds no fault.\n',
  )
  assert.equal(
    watchWords({ Batch: { State: 'preflight' } }, 'my move'),
    'Watch it: "landbridge migrate status \'my move\'"\n',
  )
  for (const Batch of [{ State: 'preflight', Paused: true }, { State: 'done' }])
    assert.equal(watchWords({ Batch }, 'move'), undefined)
  assert.equal(
    steeredSentence({ Batch: { State: 'synced', Paused: true } }, { ...asked, done: 'paused' }),
    'Batch 1 is paused. Until "landbridge migrate resume move 1" nothing of it begins.\n',
  )
  assert.equal(
    steeredSentence({ Batch: { State: 'rolled-back' } }, { ...asked, done: 'rolled back' }),
    'Batch 1 is rolled back.\n',
  )
})

test('a cut-over says when the last deltas begin', () => {
  const asked = { project: 'move', batch: '1', at: undefined }
  assert.match(
    cutOverSentence({ Batch: { State: 'synced' } }, asked),
    /begin in a moment, then all of it flips/,
  )
  assert.match(
    cutOverSentence({ Batch: { State: 'initial-sync' } }, asked),
    /begin as soon as everything is copied/,
  )
  assert.match(cutOverSentence({ Batch: { State: 'finalising' } }, asked), /The last deltas run now/)
  assert.match(
    cutOverSentence({ Batch: { State: 'synced' } }, { ...asked, at: 1_800_000_000 }),
    /begin at 2027-01-1\d \d\d:\d\d \([^)]+\),/,
  )
})

test('a new migration without a plan is not told to run a batch that it does not have', () => {
  assert.match(
    nextAfterCreate('move', { firstBatch: 3, hasSource: true }),
    /^"landbridge migrate run move 3" /,
  )
  assert.match(
    nextAfterCreate('move', { firstBatch: undefined, hasSource: true }),
    /^"landbridge migrate add /,
  )
  assert.match(
    nextAfterCreate('move', { firstBatch: undefined, hasSource: false }),
    /^"landbridge migrate source move old --url <address>" \(for PST files "pst-2026 --kind pst" in place of "old"\), then "landbridge migrate add/,
  )
  assert.match(
    nextAfterCreate('move', { firstBatch: undefined, hasSource: false, source: 'pst-2026' }),
    /^"landbridge migrate source move pst-2026 --url <address>", then /,
  )
})

test("a mailbox's own losses are counted in its row and named one by one", async () => {
  const rule = { Property: 'rule', Reason: 'It did not come over.', Weight: 'visible' }
  const anna = { Address: 'anna@corp.example', Losses: [rule, { ...rule, Weight: 'metadata' }] }
  const ben = { Address: 'ben@corp.example' }
  assert.deepEqual([anna, ben].map(lossColumn.show), ['2', '0'])
  async function* pages() {
    yield [anna, ben]
  }
  const rows = (await Array.fromAsync(lossPages(pages()))).flat()
  assert.deepEqual(rows, [
    { Address: 'anna@corp.example', ...rule },
    { Address: 'anna@corp.example', ...rule, Weight: 'metadata' },
  ])
})

test('what a source tells of no mailbox is named once, and counts for none', async () => {
  const untold = { Property: 'rules', Reason: 'IMAP does not tell them.', Weight: 'visible', OfSource: true }
  const mailboxes = ['anna', 'ben', 'cleo'].map((name) => ({
    Address: `${name}@corp.example`,
    Source: name === 'cleo' ? 'other' : 'imap',
    Losses: [untold],
  }))
  const told = { Address: 'dora@corp.example', Source: 'exchange' }
  async function* pages() {
    for (const mailbox of [...mailboxes, told]) yield [mailbox]
  }
  assert.deepEqual((await Array.fromAsync(lossPages(pages()))).flat(), [
    { Address: 'every mailbox of source "imap"', ...untold },
    { Address: 'every mailbox of source "other"', ...untold },
  ])
  assert.deepEqual(mailboxes.map(lossColumn.show), ['0', '0', '0'])
})

test('of an item that goes back it is told what was done with it here', () => {
  assert.equal(itemState({ State: 'returned', Change: 'deleted' }), 'returned, deleted here')
  assert.equal(itemState({ State: 'left-here', Change: 'arrived' }), 'left here, arrived here')
  assert.equal(itemState({ State: 'kept' }), 'kept')
})

test('a time that is to come has an hour, on the clock of the machine or with its difference to UTC', () => {
  assert.equal(momentOf('--at', '2100-01-12T22:00Z'), Date.UTC(2100, 0, 12, 22) / 1_000)
  assert.equal(momentOf('--at', '2100-01-12T22:00+05:30'), Date.UTC(2100, 0, 12, 16, 30) / 1_000)
  const here = Temporal.PlainDateTime.from('2100-01-12T22:00').toZonedDateTime(Temporal.Now.timeZoneId())
  for (const text of ['2100-01-12T22:00', '2100-01-12 22:00:00'])
    assert.equal(momentOf('--at', text), here.epochMilliseconds / 1_000)
  for (const text of [
    '2100-01-12',
    '21000112',
    '2100-01-12T22',
    '2100-13-12T22:00',
    'tomorrow',
    '2100-01-12Z',
  ])
    assert.throws(
      () => momentOf('--at', text),
      { message: `--at is a day and a time as 2027-01-12T22:00, not "${text}".` },
      text,
    )
})

test('what is asked anew, dropped or unchanged is said', () => {
  const asked = { project: 'move', batch: '1', done: 'let go on' }
  assert.match(
    steeredSentence({ Batch: { State: 'synced' }, AskedAnew: ['old'] }, asked),
    /^Batch 1 is let go on\. Source "old" is asked anew at once\./,
  )
  assert.equal(
    steeredSentence({ Mailboxes: 0, Items: 0, Rights: 0, AskedAnew: ['old'] }, asked),
    'Source "old" is asked anew at once.\n',
  )
  assert.equal(sourceSentence('old', {}), 'Source "old" is set.\n')
  assert.equal(
    sourceSentence('old', { Missing: ['the account'] }),
    'Source "old" is set.\nNothing can be read from it yet. It still needs the account (--user): give it with "landbridge migrate source".\n',
  )
  assert.match(
    sourceSentence('old', { Unchanged: true, Missing: ['the account', 'the password'] }),
    /^Nothing of source .*\n.* needs the account \(--user\) and the password \(--password-stdin\):/,
  )
  const dropped = ['the password']
  assert.doesNotMatch(sourceSentence('old', { Dropped: dropped, Missing: dropped }), /still needs/)
  assert.match(sourceSentence('old', { Dropped: ['the password'] }), /has no more: the password\. Give/)
  assert.match(
    sourceSentence('old', { Note: 'It is a folder.' }),
    / is set\.\nMend this .*: It is a folder\.\n$/,
  )
  assert.match(sourceSentence('old', { Unchanged: true }), /^Nothing of source "old" was changed\./)
})
