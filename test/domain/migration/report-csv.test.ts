import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readAnnounced } from '#connectors/exchange-csv/announced.ts'
import { LeftOutList } from '#src/domain/migration/collect-grants.ts'
import { csvLine, leftOutCsv } from '#src/domain/migration/report/csv.ts'
import { html } from '#src/domain/migration/report/markup.ts'
import type { PlanReport } from '#src/domain/migration/report/report.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-report-csv-'))
after(() => rmSync(folder, { recursive: true }))

test('nothing that comes from outside is a formula to a spreadsheet, wherever it parts cells', () => {
  for (const [given, written] of [
    ['=1+1', "'=1+1"],
    ['+49 30', "'+49 30"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', '"\'\t\'=1"'],
    ['\uff1d1', "'\uff1d1"],
    ['a;=cmd()', '"a;\'=cmd()"'],
    ['a\r\n=cmd()', '"a\r\n\'=cmd()"'],
    ['a;b', '"a;b"'],
    ['he said "x"', '"he said ""x"""'],
    ["o'brien@corp.test", "o'brien@corp.test"],
    ['a-b@corp.test', 'a-b@corp.test'],
  ] as const)
    assert.equal(csvLine([given]), `${written}\r\n`, given)
  assert.equal(csvLine([-5, null, 'x']), '-5,,x\r\n')
})

test('what turns the direction of writing or is a control character is shown in no report', () => {
  for (const sign of ['\u202e', '\u202a', '\u2066', '\u2069', '\u0000', '\u001b', '\u009b', '\u2028']) {
    assert.equal(csvLine([`Anna${sign}xlsx`]), 'Anna\ufffdxlsx\r\n')
    assert.equal(html`${`Anna${sign}xlsx`}`.text, 'Anna\ufffdxlsx')
  }
  assert.equal(csvLine(['אנה \u200fבר', 'a\r\nb']), 'אנה \u200fבר,"a\r\nb"\r\n')
})

test('an address that looks like a formula is the same address when a later plan reads it', async () => {
  const file = join(folder, 'mailboxes.csv')
  const addresses = ['+ann@corp.test', "o'brien@corp.test", "'quoted@corp.test", 'plain@corp.test']
  writeFileSync(
    file,
    csvLine(['EmailAddress', 'Day']) + addresses.map((each) => csvLine([each, '2027-01-12'])).join(''),
  )
  const read = await Array.fromAsync(readAnnounced(file))
  assert.deepEqual(
    read.map(({ address }) => address),
    addresses,
  )
})

test('left-out.csv says how many rows of a kind it does not name', () => {
  const leftOut = new LeftOutList()
  for (let row = 2; row < 2_005; row++)
    leftOut.add({
      ...{ reason: 'inherited', owner: 'anna@corp.example', grantee: 'CORP\\Admins', right: 'FullAccess' },
      where: `permissions.csv line ${row}`,
    })
  const plan = { staysBehind: [], problem: { input: { mailboxes: [] } } } as unknown as PlanReport['plan']
  const lines = [...leftOutCsv({ leftOut, plan } as unknown as PlanReport)]
  assert.equal(lines.length, 2_002)
  assert.match(lines.at(-1)!, /^,inherited,,,,,"and 3 more rows of this kind, /)
})
