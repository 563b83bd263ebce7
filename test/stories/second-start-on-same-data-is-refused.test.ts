import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { freshFolder, landbridge, serve } from './service-process.ts'

const data = freshFolder('second', after)

test('a second start on the same data is refused with the process that has it, and a killed one leaves no lock', {
  timeout: 300_000,
}, async () => {
  const first = await serve(data, '--no-example')
  const second = await landbridge(['serve', '--data', data]).ended
  assert.equal(second.exitCode, 75)
  assert.match(second.stderr, new RegExp(`in use by process ${first.child.pid}\\. Stop that one first`))

  const { port } = new URL(first.addresses['health endpoint']!)
  const elsewhere = await landbridge([
    'serve',
    '--data',
    `${data}-2`,
    '--admin-port',
    '0',
    '--health-port',
    port,
  ]).ended
  assert.equal(elsewhere.exitCode, 69)
  assert.match(
    elsewhere.stderr,
    /health endpoint cannot listen on .* another program uses it already.*health\.port/,
  )

  assert.equal(existsSync(`${data}-2`), false, 'nothing half made is left')

  first.child.kill('SIGKILL')
  await first.ended
  assert.ok(existsSync(join(data, 'admin.sock')), 'nobody was there to remove it')
  const third = await serve(data, '--no-example')
  third.child.kill('SIGTERM')
  assert.equal((await third.ended).exitCode, 0)
})
