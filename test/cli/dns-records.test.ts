import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatRecords } from '#src/cli/dns-records.ts'

const mx = (host: string) => [{ Type: 'MX', Hostname: 'acme.example', Value: `10 ${host}` }]
const columns = ['Type', 'Hostname', 'Value']

test('records that name a host without a domain come with a warning', () => {
  assert.match(formatRecords(mx('vm'), columns), /Do not publish them yet: "vm".*service\.hostname/s)
  assert.doesNotMatch(formatRecords(mx('mail.acme.example'), columns), /publish/)
})

test('until all records are found there is advice (DOM-11)', () => {
  const states = (...all: string[]) =>
    all.flatMap((Status) => mx('mail.acme.example').map((each) => ({ ...each, Status })))
  assert.match(formatRecords(states('VERIFIED', 'MISSING'), columns), /72 hours.*postmaster@ and abuse@/s)
  assert.doesNotMatch(formatRecords(states('VERIFIED', 'VERIFIED'), columns), /hours/)
})
