import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { knownFailure } from '#src/app/failure.ts'
import { startService } from '#src/app/serve.ts'
import { drainMs, StopOverdue, stopInTime } from '#src/app/stop-in-time.ts'
import { loadConfig } from '#src/config/load-config.ts'
import { freePorts } from '#test/support/free-ports.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-stop-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

test('a stop that ends in time ends as it does', async () => {
  await stopInTime(Promise.resolve(), 1)
  await assert.rejects(stopInTime(Promise.reject(new Error('full disk')), 1), /full disk/)
})

test('the data has two seconds of the time, but not more than half of it', () => {
  assert.deepEqual([drainMs(9), drainMs(2)], [7_000, 1_000])
})

test('a service whose data does not close is stopped all the same, with a sentence and exit code 70', async () => {
  const options = {
    dataFolder: join(scratch, 'data'),
    'service.stopSeconds': 1,
    'log.output': 'file' as const,
    ...freePorts,
  }
  const service = await startService(loadConfig({ file: undefined, environment: {}, options }))
  const close = service.data.close
  service.data.close = () => new Promise(() => undefined)
  const began = Date.now()
  const overdue = await service.stop().then(
    () => assert.fail('it stopped'),
    (error: unknown) => error,
  )
  assert.ok(overdue instanceof StopOverdue)
  assert.ok(Date.now() - began < 20_000)
  assert.deepEqual(knownFailure(overdue), { sentence: overdue.message, exitCode: 70 })
  await close.call(service.data)
})
