import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
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
  let said = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  return { child, said: () => said, ended: once(child, 'close') }
}

test('a service goes on without its log when there is no room for it, and a command says so', {
  timeout: 300_000,
}, async () => {
  const serving = onFullDisk(['serve', '--data', data, ...freePortOptions])
  const users = ['user', 'list', '--org', 'example', '--data', data]
  while (!serving.said().includes('Stop it with Ctrl-C.')) {
    assert.equal(serving.child.exitCode, null, serving.said())
    await pause(50)
  }
  const listed = await landbridge(users).ended
  assert.equal(listed.exitCode, 0, listed.stderr)

  const command = onFullDisk(users)
  assert.deepEqual(await command.ended, [74, null])
  assert.match(command.said(), /^landbridge: The output cannot be written: ENOSPC[^\n]*\n$/)

  serving.child.kill('SIGTERM')
  assert.deepEqual(await serving.ended, [0, null])
  const said = serving.said()
  assert.equal(said.match(/The log cannot be written to stdout: ENOSPC/g)?.length, 1, said)
  assert.doesNotMatch(said, /\n\s+at /)
})
