import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { lockWhenFree } from '#src/app/lock-when-free.ts'
import { DataLocked, lockDataFolder } from '#src/store/lock.ts'

let folder = ''
let socket = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landbridge-lock-'))
  socket = join(folder, 'admin.sock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a service that starts waits for the command that holds the folder', async () => {
  const command = lockDataFolder(folder)
  const waits = lockWhenFree(folder, socket)
  command.release()
  const lock = await waits
  assert.throws(() => lockDataFolder(folder), DataLocked)
  lock.release()
})

test('it does not wait for another service', async (t) => {
  const service = lockDataFolder(folder)
  const server = createServer().listen(socket)
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const ended = AbortSignal.timeout(60_000)
  await assert.rejects(lockWhenFree(folder, socket, ended), DataLocked)
  assert.equal(ended.aborted, false)
  service.release()
})

test('a start that is ended waits no more', async () => {
  const command = lockDataFolder(folder)
  await assert.rejects(lockWhenFree(folder, socket, AbortSignal.abort()), { name: 'AbortError' })
  command.release()
})
