import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAvailability } from '#connectors/free-busy/preflight.ts'
import { openAvailabilitySite, PASSWORD } from '#test/stories/availability-site.ts'
import { temporaryStore } from '#test/support/store.ts'
import { commandLine } from './command-line.ts'

test('without a configuration, an account and a service the check says what to do, cmdlet and all', async (t) => {
  const { store, folder, remove } = await temporaryStore({ mailboxes: 0 })
  t.after(remove)
  await store.close()
  const run = (...args: string[]) =>
    commandLine(['interop', 'check', 'availability', '--data', folder, ...args])
  const found = await run('--routing-domain', 'lb.corp.example')
  assert.equal(found.exitCode, 1, found.stderr)
  assert.match(found.stdout, /landbridge availability add/)
  assert.match(found.stdout, /landbridge availability account add/)
  assert.match(
    found.stdout,
    /Add-AvailabilityAddressSpace -ForestName lb\.corp\.example -AccessMethod OrgWideFB/,
  )
  const { Findings } = JSON.parse((await run('--json')).stdout) as { Findings: { Outcome: string }[] }
  assert.deepEqual(
    Findings.map(({ Outcome }) => Outcome),
    ['failed', 'failed', 'not checked', 'not checked'],
  )
})

test('with a service the check asks the way Exchange does', async (t) => {
  const site = await openAvailabilitySite('corp')
  t.after(() => site.end())
  const { address } = await site.user('exchange-service')
  await site.call('PutAvailabilityAccount', { UserId: address, Enabled: true })
  const check = (password: string) =>
    checkAvailability({
      configurations: [
        { domain: 'a.example', endpoint: 'https://a.example/', problem: null },
        {
          domain: 'b.example',
          endpoint: 'https://b.example/',
          problem: 'b.example forbids the request (403).',
        },
        {
          domain: 'c.example',
          endpoint: 'https://c.example/',
          problem: 'c.example refused the token (401).',
        },
      ],
      accounts: [address],
      routingDomain: 'lb.corp.example',
      hostName: 'localhost',
      publicUrl: 'https://mail.corp.example:8444',
      own: { host: '127.0.0.1', port: Number(new URL(site.base).port) },
      password,
      version: '1',
    })
  const findings = await check(PASSWORD)
  assert.deepEqual(
    findings.map(({ check: name, outcome }) => [name, outcome]),
    [
      ['a.example', 'good'],
      ['b.example', 'failed'],
      ['c.example', 'failed'],
      ['account', 'good'],
      ['certificate', 'warning'],
      ['Autodiscover', 'good'],
      ['question', 'good'],
      ['address space', 'not checked'],
    ],
  )
  assert.match(
    findings.at(-1)!.remedy!,
    /-TargetAutodiscoverEpr "https:\/\/mail\.corp\.example:8444\/autodiscover\/autodiscover\.xml"/,
  )
  assert.match(
    findings[2]!.remedy!,
    /^landbridge availability add c\.example --function ADDRESS --token-stdin/,
  )
  assert.match(findings[1]!.remedy!, /EwsAllowList @\{Add="Landbridge/)
  const wrong = (await check('wrong')).find(({ check: name }) => name === 'question')
  assert.equal(wrong!.outcome, 'failed')
  assert.match(wrong!.sentence, /refused the credentials/)
})
