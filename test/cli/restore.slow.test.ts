import assert from 'node:assert/strict'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandLine } from './command-line.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-restore-'))
after(() => rmSync(scratch, { recursive: true }))
const backup = join(scratch, 'backup')

before(async () => {
  const data = join(scratch, 'data')
  assert.equal((await commandLine(['init', '--org', 'acme', '--data', data])).exitCode, 0)
  assert.equal((await commandLine(['backup', backup, '--with-keys', '--data', data])).exitCode, 0)
  const [key] = readdirSync(join(backup, 'keys'))
  appendFileSync(join(backup, 'keys', key!), 'x')
})

test('a restore that is refused in the middle leaves no folder where there was none', async () => {
  const folder = join(scratch, 'none')
  const { exitCode, stderr } = await commandLine(['restore', backup, '--data', folder])
  assert.equal(exitCode, 1)
  assert.match(stderr, /is not what its manifest says/)
  assert.equal(existsSync(folder), false)
})

test('a restore that is interrupted says whether the data is back', async () => {
  const sound = join(scratch, 'sound')
  assert.equal(
    (await commandLine(['backup', sound, '--with-keys', '--data', join(scratch, 'data')])).exitCode,
    0,
  )
  const none = join(scratch, 'interrupted')
  const before = await commandLine(['restore', sound, '--data', none], { signal: AbortSignal.abort() })
  assert.deepEqual(
    [before.exitCode, before.stderr],
    [130, 'landbridge: Interrupted. Nothing was restored.\n'],
  )
  assert.equal(existsSync(none), false)

  // What is interrupted in its check, and not when all is over, is seen sooner or later.
  let told = ''
  for (let tries = 0; told === '' && tries < 20; tries++) {
    const folder = join(scratch, `interrupted-${tries}`)
    const stop = new AbortController()
    const look = setInterval(() => existsSync(join(folder, 'landbridge.sqlite')) && stop.abort(), 1)
    const { exitCode, stderr } = await commandLine(['restore', sound, '--data', folder], {
      signal: stop.signal,
    })
    clearInterval(look)
    if (exitCode !== 130) continue
    told = stderr
    assert.equal((await commandLine(['check', '--data', folder])).exitCode, 0)
  }
  assert.match(
    told,
    /^landbridge: Interrupted in its check\. The data is back in .+; "landbridge check --data [^"]+" proves it\.$/m,
  )
})
