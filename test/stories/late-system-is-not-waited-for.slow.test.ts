import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stubHttps } from '#test/support/stub-https.ts'
import { codes, openAvailabilitySite } from './availability-site.ts'

test('a system that never answers is given up after twelve seconds, for its own people only', async (t) => {
  const here = await openAvailabilitySite('here')
  t.after(() => here.end())
  const { address } = await here.user('ann')
  const silent = await stubHttps(() => {})
  t.after(() => silent.close())
  await here.call('CreateAvailabilityConfiguration', {
    DomainName: 'silent.example',
    EwsProvider: {
      EwsEndpoint: `${silent.url}/EWS/Exchange.asmx`,
      EwsUsername: 'svc',
      EwsPassword: 'geheim',
      Authorities: silent.pair.cert,
    },
  })
  const start = performance.now()
  const answers = await here.ask(address, {
    addresses: ['a@silent.example', address, 'b@silent.example'],
    from: '2026-07-01T00:00:00',
    to: '2026-07-02T00:00:00',
  })
  const seconds = (performance.now() - start) / 1_000
  assert.deepEqual(codes(answers), ['ErrorTimeoutExpired', 'NoError', 'ErrorTimeoutExpired'])
  assert.ok(seconds > 10 && seconds < 25, `${seconds} seconds`)
})
