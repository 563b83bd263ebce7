import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { OrganizationId } from '#src/base/ids.ts'
import type { RunReport } from '#src/domain/directory-sync/report.ts'
import { tellRun } from '#src/domain/directory-sync/tell-run.ts'

const organization = 'm-1' as OrganizationId
const report: RunReport = {
  ...{ run: 7, startedAt: 1_000, endedAt: 3_000, full: null, outcome: 'applied', read: 1, inScope: 10 },
  ...{ decisions: { change: 1 }, blocked: [], alerts: ['Somebody reaches for it.'], failure: null },
}

function toldOf(given: Partial<RunReport>): string[] {
  const told: string[] = []
  const write = (level: string) => (_fields: object, message: string) => void told.push(`${level} ${message}`)
  tellRun({ info: write('info'), warn: write('warn') }, organization, { ...report, ...given })
  return told
}

it('alerts of a run are written to the log', () => {
  const alert = 'warn ALERT: Somebody reaches for it.'
  assert.deepEqual(toldOf({}), ['info The address book was synchronised', alert])
  assert.deepEqual(toldOf({ outcome: 'waiting' }), [
    'warn A directory run waits for approval ("landbridge gal diff")',
    alert,
  ])
})

it('those of a dry run are not: nothing has happened', () => {
  assert.deepEqual(toldOf({ outcome: 'dry-run' }), ['info The address book was compared with its directory'])
})
