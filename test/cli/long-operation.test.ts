import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { runLong } from '#src/cli/long-operation.ts'
import { Session } from '#src/cli/session.ts'
import { Interrupted } from '#src/cli/usage-fault.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'

/** A session before a service that answers DescribeOperation as `describe` says. */
function session(describe: (looks: number, cancelled: boolean) => JsonObject) {
  const calls: string[] = []
  const stop = new AbortController()
  const silent = { write: () => true }
  const io = {
    stdin: Readable.from([]),
    stdout: silent,
    stderr: silent,
    environment: {},
    signal: stop.signal,
  }
  let looks = 0
  const client = {
    async call(operation: string): Promise<JsonObject> {
      calls.push(operation)
      if (operation !== 'DescribeOperation') return { OperationId: 'id' }
      return describe(++looks, calls.includes('CancelOperation'))
    },
  }
  return { session: new Session(io, { client, serving: true, close: async () => {} }, {}), calls, stop }
}

const running = { State: 'RUNNING', Progress: { What: 'Counting', Done: 1, Total: 2 } }

test('it asks until the operation has ended, and answers its result', async () => {
  const { session: asked, calls } = session((looks) =>
    looks < 3 ? running : { State: 'COMPLETED', Result: { Items: 2 } },
  )
  assert.deepEqual(await runLong(asked, 'CheckStore', {}), { Items: 2 })
  assert.deepEqual(calls, ['CheckStore', 'DescribeOperation', 'DescribeOperation', 'DescribeOperation'])
})

test('Ctrl-C cancels it and waits until it has stopped', async () => {
  const {
    session: asked,
    calls,
    stop,
  } = session((_looks, cancelled) => (cancelled ? { State: 'CANCELLED' } : running))
  const long = runLong(asked, 'CheckStore', {})
  setTimeout(() => stop.abort(), 50)
  await assert.rejects(long, Interrupted)
  assert.equal(calls.filter((call) => call === 'CancelOperation').length, 1)
  assert.equal(calls.at(-1), 'DescribeOperation')
})

test('what is cancelled in the same process has its turn to stop', async () => {
  let stopped = false
  const { session: asked, stop } = session((looks, cancelled) => {
    if (looks > 1_000) throw new Error('It asks without a pause')
    if (cancelled) setTimeout(() => (stopped = true), 10)
    return stopped ? { State: 'CANCELLED' } : running
  })
  const long = runLong(asked, 'SyncDirectory', {})
  setTimeout(() => stop.abort(), 30)
  await assert.rejects(long, Interrupted)
})

test('what it failed of is told', async () => {
  const { session: asked } = session(() => ({ State: 'FAILED', ErrorMessage: 'The disk is full.' }))
  await assert.rejects(runLong(asked, 'BackupStore', {}), /The disk is full\./)
})
