import assert from 'node:assert/strict'
import { it } from 'node:test'
import { runText, statusText } from '#src/cli/sync-report.ts'

const run = {
  ...{
    Run: 3,
    StartTime: 1_795_000_000,
    Seconds: 1.2,
    Outcome: 'applied',
    Read: 5,
    InScope: 10,
    Blocked: [],
  },
  ...{ Decisions: { change: 1, missing: 2 }, Alerts: ['CN=Twin: it leaves.'] },
}

it('a run that somebody waited for, and the list of runs, have its alerts', () => {
  assert.match(
    runText(run),
    /1 changed, 2 not found .*\n {2}ALERT: CN=Twin: it leaves\.\n.*not found, without an address or left out/,
  )
  const status = statusText({
    Connected: true,
    Connection: { LdifFile: '/x' },
    Runs: [run, { ...run, Run: 2 }],
  })
  assert.equal(status.match(/run \d: applied.*\n {4}ALERT: CN=Twin: it leaves\.\n/g)?.length, 2, status)
})
