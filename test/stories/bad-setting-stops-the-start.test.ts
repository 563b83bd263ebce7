import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { freshFolder, landbridge } from './service-process.ts'

const data = freshFolder('bad', after)

test('a bad setting stops the start and names file, line, setting and remedy', {
  timeout: 300_000,
}, async () => {
  const file = join(dirname(data), 'landbridge.yaml')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, 'log:\n  level: info\nadmin:\n  prot: 8443\n')
  const { exitCode, stderr } = await landbridge(['serve', '--config', file, '--data', data]).ended
  assert.equal(exitCode, 78)
  assert.equal(
    stderr,
    `landbridge: ${file}:4: admin.prot: There is no such setting. Did you mean admin.port?\n`,
  )
  assert.equal(existsSync(data), false)
})
