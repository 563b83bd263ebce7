import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freePortOptions } from '#test/support/free-ports.ts'
import { root } from './tree.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-npm-'))
after(() => rmSync(scratch, { recursive: true, force: true }))
const options = (data: string) => ['--data', data, ...freePortOptions]

async function endsWithIt(started: ChildProcess, data: string): Promise<void> {
  let said = ''
  for (const stream of [started.stderr!, started.stdout!]) stream.on('data', (text) => (said += String(text)))
  const late = AbortSignal.timeout(120_000)
  while (!said.includes('Stop it with Ctrl-C.')) {
    assert.equal(started.exitCode, null, said)
    late.throwIfAborted()
    await pause(20)
  }
  const service = Number(readFileSync(join(data, 'pid'), 'utf8'))
  started.kill('SIGTERM')
  await once(started, 'exit')
  for (let tries = 0; isAlive(service); tries++) {
    if (tries > 600) process.kill(service, 'SIGKILL')
    assert.ok(tries <= 600, 'the service goes on')
    await pause(100)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('SIGTERM to the shell that npm starts us with stops the service', { timeout: 300_000 }, async () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const data = join(scratch, 'shell')
  const line = `${scripts.start} ${options(data).join(' ')}`
  const env = { PATH: process.env.PATH, HOME: process.env.HOME }
  await endsWithIt(spawn('sh', ['-c', line], { cwd: root, env, stdio: 'pipe' }), data)
})

const noNpm = spawnSync('npm', ['--version']).status !== 0 && 'npm is not installed'

test('SIGTERM to npm start stops the service', { timeout: 300_000, skip: noNpm }, async () => {
  const data = join(scratch, 'npm')
  const env = { PATH: process.env.PATH, HOME: process.env.HOME }
  const started = spawn('npm', ['start', '--', ...options(data)], { cwd: root, env, stdio: 'pipe' })
  await endsWithIt(started, data)
})
