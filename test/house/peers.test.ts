/** A peer that is missing skips its tests, and fails the run where peers are required. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { command, firstFile, peer } from '#test/support/peers.ts'
import { root } from './tree.ts'

const story = `
  import { test } from 'node:test'
  import { command, peer } from ${JSON.stringify(join(root, 'test/support/peers.ts'))}
  const absent = peer('nobody', command('no-such-command'), 'apt-get install nobody')
  test('talks to nobody', { skip: absent.skip }, () => absent.found)`

function run(peers: string | undefined) {
  const env: NodeJS.ProcessEnv = { ...process.env, LANDBRIDGE_PEERS: peers }
  // Set by the run this test is part of; the inner run must report in words.
  delete env.NODE_TEST_CONTEXT
  const args = ['--test-reporter=tap', '--input-type=module', '-e', story]
  return spawnSync(process.execPath, args, { encoding: 'utf8', env })
}

test('an absent peer is a skipped test with its remedy', () => {
  const { status, stdout } = run(undefined)
  assert.equal(status, 0, stdout)
  assert.match(stdout, /talks to nobody # SKIP the peer nobody is not here: apt-get install nobody/)
})

test('an absent peer is a failed test where peers are required', () => {
  const { status, stdout } = run('required')
  assert.equal(status, 1, stdout)
  assert.match(stdout, /not ok \d+ - the peer nobody is here \(LANDBRIDGE_PEERS=required\)/)
})

test('a present peer is found at its path', () => {
  const shell = peer('sh', command('sh'))
  assert.equal(shell.skip, false)
  assert.match(shell.found, /\/sh$/)
  assert.equal(
    peer('this file', firstFile('/no/such/file', import.meta.filename)).found,
    import.meta.filename,
  )
  assert.equal(command('../house')(), undefined)
})
