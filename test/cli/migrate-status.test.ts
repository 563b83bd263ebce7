import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatStatus, unforeseen } from '#src/cli/commands/migrate-status.ts'
import { formatTime } from '#src/cli/table.ts'

const found = {
  Name: 'move',
  RightsByHand: 1,
  Batches: [
    {
      ...{ BatchNumber: 3, State: 'rolled-back', Paused: false, Grade: 'good', FlippedDate: 1_800_000_000 },
      Cause: 'anna@corp.example: What came in since waits until its mailbox there can be opened.',
    },
  ],
  Servers: [{ Server: 'old.corp.example', InUse: 1, Limit: 10, Calls: 8_578, IdleMs: { throttled: 90_000 } }],
}

test('a status fits the terminal it is shown on, and says which rights nobody could give', () => {
  for (const width of [40, 80, 200]) {
    const text = formatStatus(found, width)
    for (const line of text.split('\n')) assert.ok(line.length <= width, line)
    assert.match(text.replace(/\s+/g, ' '), /can be opened\./)
    assert.match(
      text.replace(/\s+/g, ' '),
      /1 right has to be given by hand: "landbridge migrate report move --rights" says why\./,
    )
  }
  assert.match(formatStatus(found, undefined), /^3 +rolled back +good .* can be opened\.$/m)
})

test('a migration without batches says how it gets some, and a full disk is told before anything else', () => {
  const { Batches: _, ...empty } = found
  assert.match(
    formatStatus(empty, undefined),
    /^move: 0 batches\n"landbridge migrate add move <address> --batch 1" makes/,
  )
  assert.doesNotMatch(formatStatus(empty, undefined), /^Batch +State/m)
  const full = formatStatus({ ...found, NoRoom: 'The disk of the data folder is full.' }, undefined)
  assert.match(full, /^No room here, so nothing is copied: The disk of the data folder is full\.$/m)
})

test('a batch that is copied says how long its last delta may take', () => {
  const batch = {
    ...{ BatchNumber: 1, State: 'synced', Paused: false, ItemsLeft: 0, BytesLeft: 0, UnknownSizes: 0 },
    FinalPassSeconds: 301,
  }
  const text = formatStatus({ ...found, Batches: [batch] }, undefined)
  assert.match(
    text,
    /^Batch 1: the last delta takes about 6 minutes, as the last one that asked for every folder\.$/m,
  )
})

test('a batch that is copied for the first time says when it is done, how well that is known, and by what', () => {
  const batch = {
    ...{ BatchNumber: 1, State: 'initial-sync', Paused: false, ItemsLeft: 5, BytesLeft: 9, UnknownSizes: 0 },
    ...{ DoneDate: 1_800_003_600, EarliestDoneDate: 1_800_000_000, LatestDoneDate: 1_800_007_200 },
  }
  const said = (more: object) => formatStatus({ ...found, Batches: [{ ...batch, ...more }] }, undefined)
  const times = 'copied about 2027-01-15 09:00 \\(most likely between 2027-01-15 08:00 and 2027-01-15 10:00'
  assert.match(said({ MailboxesMeasured: 12 }), new RegExp(`${times}; measured with 12 mailboxes\\)`))
  assert.match(said({ MailboxesMeasured: 0 }), new RegExp(`${times}; nothing measured yet\\)`))
  const short = { EarliestDoneDate: 1_800_003_610, LatestDoneDate: 1_800_003_640, MailboxesMeasured: 1 }
  assert.match(
    said(short),
    /copied about 2027-01-15 09:00 \(most likely in that minute; measured with 1 mailbox\)/,
  )
  assert.doesNotMatch(said({ ItemsLeft: 0, BytesLeft: 0 }), /copied about/)
})

test('of many batches a screen has those that go on or have to be looked at, and counts the others', () => {
  const states = ['done', 'planned', 'initial-sync', 'approving']
  const Batches = Array.from({ length: 400 }, (_, at) => ({
    ...{ BatchNumber: at + 1, State: states[at < 397 ? at % 2 : 2 + (at % 2)]!, Paused: false },
  }))
  const text = formatStatus({ ...found, Batches }, 80, 24)
  assert.ok(text.split('\n').length < 30, text)
  for (const words of [/^398 +waits for an approval/m, /^399 +being copied/m, /^400 +waits for an approval/m])
    assert.match(text, words)
  assert.match(text, /^… and 194 planned, 194 done$/m)
  assert.equal(formatStatus({ ...found, Batches }, undefined).match(/^\d+ +(done|planned)$/gm)?.length, 397)
})

test('mailboxes that failed are named with their causes, each a sentence of its own', () => {
  const batch = {
    ...{ BatchNumber: 1, State: 'synced', Paused: false, ItemsLeft: 0, BytesLeft: 0 },
    ...{ Failed: 3, Failures: ['a@x.example: connect ECONNREFUSED 127.0.0.1:1', 'b@x.example: It is gone.'] },
  }
  assert.match(
    formatStatus({ ...found, Batches: [batch] }, undefined),
    /^Batch 1: 3 mailboxes failed: a@x\.example: connect ECONNREFUSED 127\.0\.0\.1:1\. b@x\.example: It is gone\. And 1 more:/m,
  )
})

test('a lane whose server does not answer says since when', () => {
  const lane = { Address: 'a@x.example', Items: 0, Bytes: 0, AskedDate: 1_000 }
  const does = (more: object, now: number) =>
    formatStatus({ ...found, Lanes: [{ ...lane, ...more }] }, undefined, undefined, now)
  assert.match(does({}, 1_009), /0 B +copies$/m)
  assert.match(does({}, 1_312), /copies, waits for the server since 312 seconds$/m)
  assert.match(does({ Draining: true }, 1_312), /ends, waits for the server since 312 seconds$/m)
  assert.match(does({ Idle: 'speed limit' }, 1_312), /speed limit$/m)
  assert.match(does({ Doing: 'Asks for UID 7 alone.' }, 1_312), /^a@x\.example: Asks for UID 7 alone\.$/m)
})

test('a server that rests says when it is asked again', () => {
  const says = (AskedAgainDate: number | undefined, now: number) => {
    const server = {
      ...found.Servers[0],
      Trouble: 'connect ECONNREFUSED.',
      ...(AskedAgainDate && { AskedAgainDate }),
    }
    const text = formatStatus({ ...found, Servers: [server] }, undefined, undefined, now)
    return /in all\. (.*) Waited:/.exec(text)![1]
  }
  const at = 1_800_000_000
  assert.equal(says(at, at - 300), `connect ECONNREFUSED. Next try: ${formatTime(at)}.`)
  assert.equal(says(at, at - 119.5), `connect ECONNREFUSED. Next try: ${formatTime(at)}.`)
  assert.equal(says(at, at - 119), 'connect ECONNREFUSED. Next try: in 119 seconds.')
  assert.equal(says(at, at - 0.5), 'connect ECONNREFUSED. Next try: in 1 second.')
  assert.equal(says(at, at), 'connect ECONNREFUSED.')
  assert.equal(says(undefined, at), 'connect ECONNREFUSED.')
})

test('where no service runs it says what is to come, and not when that is done', () => {
  const batch = {
    ...{ BatchNumber: 1, State: 'initial-sync', Paused: false, ItemsLeft: 5, BytesLeft: 9, UnknownSizes: 0 },
    ...{ DoneDate: 1_800_003_600, EarliestDoneDate: 1_800_000_000, LatestDoneDate: 1_800_007_200 },
    MailboxesMeasured: 3,
  }
  const text = formatStatus(unforeseen({ ...found, Batches: [batch] }), undefined)
  assert.match(text, /^Batch 1: 5 items \(9 B\) to come\.$/m)
})

test('how many have moved is told of each batch, and that some failed also before it was read who', () => {
  const batch = { BatchNumber: 1, State: 'initial-sync', Paused: false, Mailboxes: 70, Moved: 0, Failed: 3 }
  const text = formatStatus({ ...found, Batches: [batch] }, undefined)
  assert.match(text, /^Batch +State +Moved /m)
  assert.match(text, /^1 +being copied +0 of 70$/m)
  assert.match(text, /^Batch 1: 3 mailboxes failed: "landbridge migrate report" names them\.$/m)
})

test('a batch that has moved, or is to, says when; one that went back says nothing of it', () => {
  const row = (of: object) =>
    formatStatus({ ...found, Batches: [{ BatchNumber: 7, Paused: false, ...of }] }, undefined)
      .split('\n')
      .find((line) => line.startsWith('7 '))!
  const at = { FlippedDate: 1_800_000_000, CompleteAfter: 1_700_000_000 }
  assert.ok(row({ ...at, State: 'done' }).includes(formatTime(at.FlippedDate)))
  assert.ok(row({ CompleteAfter: at.CompleteAfter, State: 'synced' }).includes(formatTime(at.CompleteAfter)))
  for (const State of ['rolled-back', 'rolling-back']) assert.doesNotMatch(row({ ...at, State }), /20\d\d-/)
})
