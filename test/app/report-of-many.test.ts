/** The page of a migration that is too large to list everybody. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeMigrationReport } from '#src/app/migration-report.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
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

test('a batch that is being copied says between which minutes it is done, or in which one', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-report-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const html = join(folder, 'report.html')
  const calls = reportedMigration(1, new Set())
  const page = async (more: JsonObject) => {
    const found = await calls.call('DescribeMigration', {})
    const Batches = [
      { BatchNumber: 1, Name: 'one', State: 'initial-sync', ItemsLeft: 5, BytesLeft: 9, ...more },
    ]
    const copying = { ...calls, call: async () => ({ ...found, Batches }) }
    await writeMigrationReport(copying, { project: 'p', organization: 'corp', now: Date.UTC(2027, 3), html })
    return readFileSync(html, 'utf8')
  }
  const between = (earliest: number, latest: number, MailboxesMeasured = 1) =>
    page({ DoneDate: earliest, EarliestDoneDate: earliest, LatestDoneDate: latest, MailboxesMeasured })
  // Nine o'clock, UTC.
  const nine = 1_800_003_600
  assert.match(
    await between(nine + 10, nine + 40),
    /copied most likely in that minute; measured with 1 mailbox</,
  )
  const wide = await between(nine, nine + 3_600, 0)
  assert.match(wide, /copied most likely between [^<]*09:00[^<]* and [^<]*10:00[^<]*; nothing measured yet</)
  assert.doesNotMatch(await page({}), /most likely/)
})
