/** The page of a migration that is too large to list everybody. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeMigrationReport } from '#src/app/migration-report.ts'
import { addressOf, reportedMigration } from '#test/support/reported-migration.ts'

test('beyond 5,000 mailboxes the page lists those to look at and counts the others; the file has all', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-report-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const html = join(folder, 'report.html')
  const csv = join(folder, 'mailboxes.csv')
  const calls = reportedMigration(5_250, new Set([7, 5_100]))
  await writeMigrationReport(calls, { project: 'p', organization: 'corp', now: Date.UTC(2027, 3), html, csv })
  const page = readFileSync(html, 'utf8')
  const listed = (no: number) => page.includes(`<tr><td>${addressOf(no)}</td><td class="why">`)
  assert.deepEqual(
    [7, 4_999, 5_000, 5_100, 5_249].filter((no) => listed(no)),
    [7, 4_999, 5_100],
  )
  assert.equal(page.match(/249 of them have nothing to look at/g)?.length, 1)
  // Header, and every mailbox.
  assert.equal(readFileSync(csv, 'utf8').trimEnd().split('\r\n').length, 5_251)
})
