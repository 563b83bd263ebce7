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
