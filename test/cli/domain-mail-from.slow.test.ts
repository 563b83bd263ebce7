import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { commandLine } from './command-line.ts'

const data = mkdtempSync(join(tmpdir(), 'landbridge-mail-from-'))
after(() => rmSync(data, { recursive: true, force: true }))
const run = (...words: string[]) => commandLine([...words, '--data', data])
const mailFrom = (...words: string[]) => run('domain', 'mail-from', ...words)
before(async () => {
  const made = await run(
    'init',
    '--org',
    'acme',
    '--domain',
    'acme.example',
    '--hostname',
    'mail.acme.example',
  )
  assert.equal(made.exitCode, 0, made.stderr)
})

test('a MAIL FROM domain is set, shown with its records, and cleared (DOM-06)', async () => {
  assert.match((await mailFrom('show', 'acme.test')).stdout, /^acme\.test has no MAIL FROM domain/)
  const set = await mailFrom('set', 'acme.test', 'bounce.acme.test')
  assert.equal(set.exitCode, 0, set.stderr)
  assert.match(set.stdout, /^PENDING +MX +bounce\.acme\.test +10 mail\.acme\.example$/m)
  assert.match(set.stdout, /^PENDING +TXT +bounce\.acme\.test +v=spf1 a:mail\.acme\.example ~all$/m)
  assert.doesNotMatch(set.stdout, /goes back to its sender/)
  assert.match((await run('domain', 'show', 'acme.test')).stdout, /^MAIL FROM domain +bounce\.acme\.test$/m)
  assert.match(
    (await mailFrom('set', 'acme.test', 'bounce.acme.test', '--reject')).stdout,
    /goes back to its sender/,
  )
  const shown = JSON.parse((await mailFrom('show', 'acme.test', '--json')).stdout)
  assert.deepEqual(
    [shown.MailFromDomain, shown.MailFromDomainStatus, shown.BehaviorOnMxFailure, shown.Records.length],
    ['bounce.acme.test', 'PENDING', 'REJECT_MESSAGE', 2],
  )
  assert.match((await mailFrom('clear', 'acme.test')).stdout, /are refused/)
  assert.deepEqual(JSON.parse((await mailFrom('show', 'acme.test', '--json')).stdout), {
    DomainName: 'acme.test',
    Records: [],
  })
})

test('a domain that is not proven, or a name elsewhere, is refused with what to do', async () => {
  const unproven = await mailFrom('set', 'acme.example', 'bounce.acme.example')
  assert.deepEqual([unproven.exitCode, /Publish its ownership record/.test(unproven.stderr)], [1, true])
  const elsewhere = await mailFrom('set', 'acme.test', 'bounce.far.example')
  assert.deepEqual([elsewhere.exitCode, /for example bounce\.acme\.test/.test(elsewhere.stderr)], [2, true])
})
