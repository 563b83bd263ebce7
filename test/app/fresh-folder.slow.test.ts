import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startService } from '#src/app/serve.ts'
import { loadConfig } from '#src/config/load-config.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-fresh-'))
const other = createServer()
before(() => new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve)))
after(() => {
  other.close()
  rmSync(scratch, { recursive: true })
})

const free = [
  'health.port',
  'smtp.mxPort',
  'smtp.submissionsPort',
  'smtp.submissionPort',
  'imap.tlsPort',
  'imap.port',
  'admin.port',
  'web.port',
]
const busyPort = () => (other.address() as { port: number }).port

/** A start whose last listener finds its port taken. */
function load(dataFolder: string, webPort = busyPort()) {
  const options = Object.fromEntries(free.map((name) => [name, 0]))
  return loadConfig({
    environment: {},
    options: { ...options, dataFolder, 'log.level': 'error', 'web.port': webPort },
    optionNames: {},
  })
}

test('a first start that fails leaves no folder', async () => {
  const folder = join(scratch, 'new')
  await assert.rejects(startService(load(folder)), /another program uses it already/)
  assert.equal(existsSync(folder), false)
})

test('what was in the folder before a first start that fails stays', async () => {
  const folder = join(scratch, 'there')
  mkdirSync(join(folder, 'tls'), { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'landbridge.yaml'), '')
  await assert.rejects(startService(load(folder)), /another program uses it already/)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== 'lock'),
    ['landbridge.yaml', 'tls'],
  )
})

test('a start that fails leaves data that was there', async () => {
  const folder = join(scratch, 'data')
  const first = await startService(load(folder, 0))
  await first.stop()
  const kept = readdirSync(folder)
  await assert.rejects(startService(load(folder)), /another program uses it already/)
  for (const name of kept) assert.ok(existsSync(join(folder, name)), name)
})
