import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TraceEvent } from '#src/domain/delivery/trace.ts'
import { queueMessage } from '#test/support/queue.ts'
import { openTestStore, temporaryStore } from '#test/support/store.ts'
import { commandLine } from './command-line.ts'

const NOW = Date.now()

test('queue and trace: listed, shown, made due, cancelled and found from the command line', async (t) => {
  const temporary = await temporaryStore({ mailboxes: 0 })
  t.after(() => temporary.remove())
  const { store, organization, folder } = temporary
  const org = organization.id
  const first = await queueMessage(store, org, {
    recipients: [
      { address: 'ann@far.example', writtenTo: 'team@corp.example' },
      { address: 'cem@far.example' },
    ],
    now: NOW - 5_000,
  })
  const second = await queueMessage(store, org, {
    sender: '',
    recipients: [{ address: 'x@y.example' }],
    now: NOW,
  })
  const [lease] = await store.queue.lease({
    now: NOW,
    untilMs: NOW + 1,
    limit: 1,
    perRoute: 1,
    busy: new Map(),
  })
  await store.transact({ organization: org, mailboxes: ['transport' as never] }, ({ delivery }) =>
    delivery.settle(
      lease!,
      [1, 2].map((no) => ({
        no,
        outcome: 'postponed',
        status: '4.0.0',
        problem: 'mx said: \u001b[31m450 later',
        nextAttemptAt: NOW + 9e6,
      })),
      NOW,
    ),
  )
  await store.transact({ organization: org }, ({ delivery }) =>
    delivery.writeTrace([delayed(org, first.id), refused(org, first.id), routed(org, second.id)]),
  )
  await store.close()
  const run = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await commandLine([...args, '--data', folder])
    assert.equal(exitCode, 0, stderr)
    return stdout
  }

  const listed = JSON.parse(await run('queue', 'list', '--json')) as { QueueId: string }[]
  assert.deepEqual(
    listed.map(({ QueueId }) => QueueId),
    [second.id, first.id],
  )
  const shown = await run('queue', 'show', first.id)
  assert.match(shown, /ann@far\.example +internet far\.example +1 .*450 later/)
  assert.ok(!shown.includes('\u001b'), 'words of other servers do not move the cursor')
  assert.match(await run('queue', 'retry', first.id), /^2 recipients are due now\. No service runs/)
  assert.match(await run('status'), /Queue +2 messages to 3 recipients, 3 due/)
  assert.equal(
    await run('queue', 'cancel', first.id, '--yes'),
    'It is not delivered to ann@far.example.\nIt is not delivered to cem@far.example.\n',
  )
  const nothing = await commandLine(['trace', '--since', '2d', '--until', '3d', '--data', folder])
  assert.equal(nothing.exitCode, 2)
  assert.match(nothing.stderr, /--until is no later than --since/)
  const found = JSON.parse(
    await run('trace', '--recipient', 'ANN@far.example', '--since', '1h', '--json'),
  ) as {
    TraceId: string
    Event: { eventName: string }
  }[]
  assert.deepEqual(
    found.map(({ TraceId, Event }) => [TraceId, Event.eventName]),
    [
      [first.id, 'OUTGOING_EMAIL_DELAYED'],
      [first.id, 'OUTGOING_EMAIL_CANCELLED'],
    ],
  )
  const refusals = await run('trace', '--sender', 'eve@far.example')
  assert.match(refusals, /EMAIL_REFUSED +ann@corp\.example and 499 more +No such mailbox: x+…\n/)
  assert.ok(
    refusals.split('\n').every((line) => line.length < 220),
    'texts of any length do not break the table',
  )
  assert.match(
    await run('trace', '--recipient', 'x@y.example'),
    /ROUTED +x@y\.example +internet y\.example\n/,
  )
  assert.match(await run('trace', '--message-id', first.messageId.slice(1, -1)), /OUTGOING_EMAIL_DELAYED/)

  const faults: [args: string[], exitCode: number, words: RegExp][] = [
    [['queue', 'show', first.id], 1, /no message .* in the queue/],
    [['queue', 'show', '../etc'], 2, /32 hex digits/],
    [['queue', 'retry'], 2, /Name a message, or say --all/],
    [['trace', '--since', 'tomorrow'], 2, /--since takes a time/],
  ]
  for (const [args, expected, words] of faults) {
    const { exitCode, stderr } = await commandLine([...args, '--data', folder])
    assert.equal(exitCode, expected, args.join(' '))
    assert.match(stderr, words)
  }
  assert.match(await run('queue', 'retry', '--all'), /^0 recipients/)
  // For `remove`, which closes it.
  Object.assign(temporary, await openTestStore(folder))
})

const delayed = (organization: TraceEvent['organization'], traceId: TraceEvent['traceId']): TraceEvent => ({
  organization,
  traceId,
  at: NOW - 1_000,
  name: 'OUTGOING_EMAIL_DELAYED',
  fields: { recipient: 'ann@far.example', reason: 'later' },
  senders: ['bob@corp.example'],
  recipients: ['ann@far.example'],
  messageId: `<${traceId}@corp.example>`,
})

const refused = (organization: TraceEvent['organization'], traceId: TraceEvent['traceId']): TraceEvent => ({
  organization,
  traceId,
  at: NOW - 500,
  name: 'EMAIL_REFUSED',
  fields: {
    recipients: ['ann@corp.example', ...Array.from({ length: 499 }, (_, no) => `p${no}@corp.example`)],
    reason: `No such mailbox: ${'x'.repeat(400)}`,
    status: '5.1.1',
  },
  senders: ['eve@far.example'],
  recipients: ['ann@corp.example'],
})

const routed = (organization: TraceEvent['organization'], traceId: TraceEvent['traceId']): TraceEvent => ({
  organization,
  traceId,
  at: NOW - 500,
  name: 'ROUTED',
  fields: { recipient: 'x@y.example', route: { kind: 'internet', domain: 'y.example' }, queueId: traceId },
  senders: ['dan@corp.example'],
  recipients: ['x@y.example'],
})
