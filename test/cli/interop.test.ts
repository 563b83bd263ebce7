import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { judgedBy } from '#src/app/interop-check.ts'
import { loadConfig } from '#src/config/load-config.ts'
import { commandLine } from './command-line.ts'

test('the check asks about the only domain of the organisation, and about none that it does not have', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-interop-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const data = join(folder, 'data')
  const made = await commandLine(['init', '--org', 'corp', '--data', data])
  const land = (...args: string[]) =>
    commandLine([...args, '--data', data], { environment: { LANDBRIDGE_SMTP_MX_PORT: '1' } })
  assert.equal(made.exitCode, 0, made.stderr)
  const none = await land('interop', 'check', 'mail')
  assert.match(none.stderr, /Say which domain with --domain/)
  assert.equal((await land('domain', 'add', 'corp.example')).exitCode, 0)
  const found = await land('interop', 'check', 'mail', '--json')
  assert.equal(found.exitCode, 1, found.stderr)
  assert.equal(JSON.parse(found.stdout).Domain, 'corp.example')
  const text = await land('interop', 'check', 'mail', '--domain', 'Corp.Example')
  assert.match(text.stdout, /^Judged by .*no service runs on the data folder/)
  const other = await land('interop', 'check', 'mail', '--domain', 'other.example')
  assert.match(other.stderr, /The organisation has no domain "other\.example"\. It has: .*corp\.example/)
})

test('the check says when the service that runs listens elsewhere than the settings say', () => {
  const { config } = loadConfig({ file: undefined, environment: {}, options: {}, optionNames: {} })
  const running = { mxAddress: 'smtp://127.0.0.1:2626', startedAt: 0 }
  assert.match(judgedBy(config, undefined, running).join(' '), /takes mail on port 2626.*says 2525/)
  assert.doesNotMatch(
    judgedBy(config, undefined, { ...running, mxAddress: 'smtp://[::]:2525' }).join(' '),
    /other settings than these/,
  )
})
