import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePortOptions } from '#test/support/free-ports.ts'
import { freshFolder, landbridge } from './service-process.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const data = freshFolder('full-output', after)

/** A command whose results go to a disk without room. */
function onFullDisk(args: readonly string[]) {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  })
  after(() => child.kill('SIGKILL'))
  return { child, said: text(child.stderr!), ended: once(child, 'close') }
}

test('a service goes on without its log when there is no room for it, and a command says so', async () => {
  const serving = onFullDisk(['serve', '--data', data, ...freePortOptions])
  const users = ['user', 'list', '--org', 'example', '--data', data]
  let listed = await landbridge(users).ended
  for (let tries = 0; listed.exitCode !== 0 && tries < 30; tries++) {
    assert.equal(serving.child.exitCode, null, await Promise.race([serving.said, 'it still runs']))
    await pause(500)
    listed = await landbridge(users).ended
  }
  assert.equal(listed.exitCode, 0, listed.stderr)

  const command = onFullDisk(users)
  assert.deepEqual(await command.ended, [74, null])
  assert.match(await command.said, /^landbridge: The output cannot be written: ENOSPC[^\n]*\n$/)

  serving.child.kill('SIGTERM')
  assert.deepEqual(await serving.ended, [0, null])
  const said = await serving.said
  assert.equal(said.match(/The log cannot be written to stdout: ENOSPC/g)?.length, 1, said)
  assert.doesNotMatch(said, /\n\s+at /)
})
