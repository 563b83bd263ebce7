import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { fetchLate } from '#src/cli/commands/migrate-late.ts'
import { mailboxWords } from '#src/cli/commands/migrate-own.ts'
import type { Session } from '#src/cli/session.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

type Look = (batch: number, polls: number) => JsonObject

/** A service with a wave of batches 2 and 3, of two mailboxes each, that answers each look as it is told. */
function service(look: Look) {
  const asked: number[] = []
  const polls = new Map<number, number>()
  const stopping = new AbortController()
  let shown = ''
  const stderr = {
    write: (text: string) => {
      shown += text
    },
    isTTY: false,
  }
  const io = { stdin: Readable.from([]), stdout: stderr, stderr, environment: {}, signal: stopping.signal }
  const call = async (operation: string, { BatchNumber, Since }: JsonObject): Promise<JsonObject> => {
    if (operation === 'ListMigrationWaves')
      return { Waves: [{ Wave: 'Berlin', BatchNumbers: [2, 3], Mailboxes: 4 }] }
    if (operation === 'DescribeMigration')
      return { Batches: [2, 3].map((no) => ({ BatchNumber: no, State: 'done' })) }
    assert.equal(operation, 'CopyLateMigrationItems')
    const no = Number(BatchNumber)
    const none = { Arrived: [], Troubles: [], MailboxesArrived: 0, MailboxesTroubled: 0 }
    const nothing = { Since: 7, Mailboxes: 2, Looked: 0, Items: 0, Bytes: 0, ...none }
    if (Since === undefined) {
      asked.push(no)
      return nothing
    }
    polls.set(no, (polls.get(no) ?? 0) + 1)
    return { ...nothing, ...look(no, polls.get(no)!) }
  }
  const session = {
    ...{ io, serving: true, organization: async () => 'm-1' },
    callAnyway: call,
    callHere: async (operation: string, input: JsonObject) => {
      const answer = await call(operation, input)
      io.signal.throwIfAborted()
      return answer
    },
  } as unknown as Session
  return { session, asked, stopping, shown: () => shown }
}

test('of a wave each batch is asked once, and what came since is told of each', async () => {
  const { session, asked } = service((no) => ({
    Looked: 2,
    ...(no === 3 && {
      ...{ Items: 1, Bytes: 10, MailboxesArrived: 1 },
      Arrived: [{ Address: 'u03@corp.example', Items: 1 }],
    }),
  }))
  const { text, exitCode } = await fetchLate(session, { wave: 'Berlin' }, 'move')
  assert.deepEqual(asked, [2, 3])
  assert.equal(exitCode, 0)
  assert.match(text, /^Nothing arrived late \(2 of 2 mailboxes of batch 2 looked at\)\.$/m)
  assert.match(
    text,
    /^1 item \(10 B\) arrived late and was copied \(2 of 2 mailboxes of batch 3 looked at\)/m,
  )
})

const refuses = (next: number) => ({
  MailboxesTroubled: 2,
  Troubles: ['u01', 'u02'].map((name) => ({
    Address: `${name}@corp.example`,
    Cause: `Its certificate is another one, next at 10:0${next}`,
  })),
})

test('a source that refuses is told while it is waited for, once; Ctrl-C ends the waiting, the first line says why', async () => {
  const { session, stopping, shown } = service((_, polls) => {
    // In the middle of a call, whose answer is waited for.
    if (polls === 3) stopping.abort()
    return refuses(polls)
  })
  const { text, exitCode } = await fetchLate(session, {}, 'move', '2')
  assert.equal(exitCode, 1)
  // How far it is comes between them on a slow machine.
  const told = shown().replaceAll(/^Mailboxes looked at.*\n/gm, '')
  assert.equal(told, 'u01@corp.example: Its certificate is another one, next at 10:01.\n')
  assert.match(
    text,
    /^Nothing could be looked at \(batch 2, 2 mailboxes\): Its certificate is another one, next at 10:03\.\n/,
  )
  assert.match(text, /\nThe service goes on with it; "landbridge migrate status move" counts what comes\.\n$/)
})

test('where the look is over and no source let it, that is no success', async () => {
  const { session } = service(() => ({ Looked: 2, ...refuses(1) }))
  const { text, exitCode } = await fetchLate(session, {}, 'move', '2')
  assert.equal(exitCode, 1)
  assert.match(text, /^Nothing could be looked at \(batch 2, 2 mailboxes\): Its certificate/)
})

test('more mailboxes than are named by the service count all the same', async () => {
  const named = refuses(1).Troubles
  const { session } = service(() => ({
    Looked: 150,
    Mailboxes: 150,
    MailboxesTroubled: 150,
    Troubles: named,
  }))
  const { text, exitCode } = await fetchLate(session, {}, 'move', '2')
  assert.equal(exitCode, 1)
  assert.match(text, /^Nothing could be looked at \(batch 2, 150 mailboxes\): Its certificate/)
  assert.match(text, /\n {2}and 140 more that could not be\n/)
  // One of them was let in.
  const most = service(() => ({ Looked: 150, Mailboxes: 150, MailboxesTroubled: 149, Troubles: named }))
  assert.match(
    (await fetchLate(most.session, {}, 'move', '2')).text,
    /^Nothing arrived late \(150 of 150 mailboxes of batch 2 looked at\)/,
  )
})

test('who ends the waiting before the first mailbox was looked at is not told that nothing arrived', async () => {
  const { session, stopping } = service(() => {
    stopping.abort()
    return {}
  })
  const { text, exitCode } = await fetchLate(session, {}, 'move', '2')
  assert.equal(exitCode, 1)
  assert.match(text, /^Nothing was looked at yet \(batch 2, 2 mailboxes\)\.\nThe service goes on with it/)
})

test('of a mailbox priority, beginning and settings of its own are told', () => {
  assert.equal(
    mailboxWords({ Priority: 1 }),
    'has priority 1, begins with its batch and has no settings of its own',
  )
  assert.match(
    mailboxWords({ Priority: 5, StartAfter: 1_800_000_000, OwnSettings: { verification: 3 } }),
    /^has priority 5, is not copied before 2027-01-\d\d \d\d:\d\d \(.+\) and has its own: ./,
  )
})
