import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forecastCopies } from '#src/domain/migration/copy-forecast.ts'
import { formatPage } from '#src/domain/migration/report/page.ts'
import { mailboxNamed, planned } from '#test/support/migration-plan.ts'

const of = (sizeBytes: number) =>
  planned({
    mailboxes: ['a', 'b', 'c', 'd'].map((name) => mailboxNamed(name, { sizeBytes })),
    grants: [],
    rules: { caps: { mailboxes: 2, bytes: null, perServer: {} } },
  })

const at = (text: string) => Date.parse(text)

test('batches are copied one after the other in windows, as many mailboxes at once as there are', async () => {
  const { plan } = await of(6e9)
  const [first, second] = forecastCopies(plan)
  assert.equal(first!.bytesPerHour, 2e9)
  // 12 GB are 6 hours; windows of 8 hours open from Monday to Thursday, and 21 November is a Saturday.
  assert.equal(first!.copyFrom, at('2026-11-23T22:00+01:00'))
  assert.equal(first!.copyUntil, at('2026-11-24T04:00+01:00'))
  assert.equal(second!.copyFrom, first!.copyUntil)
  assert.equal(second!.copyUntil, at('2026-11-25T02:00+01:00'))
  assert.deepEqual([first!.isLate, second!.isLate], [false, false])
})

test('the page has every time on the clock of the windows, and names the zone', async () => {
  const { report } = await of(6e9)
  const page = formatPage(report)
  const section = page.slice(page.indexOf('How long the copies may take'))
  assert.match(section, /Times are those of Europe\/Berlin\./)
  assert.match(section, /2026-11-23 22:00 \+01:00<.*2026-11-24 04:00 \+01:00</)
  assert.match(section, /begun 2026-11-23 22:00 \+01:00/)
  assert.doesNotMatch(page, /UTC/)
})

test('what would not be copied when its window closes is told, on the page too', async () => {
  const { plan, report } = await of(300e9)
  assert.deepEqual(
    forecastCopies(plan).map(({ isLate }) => isLate),
    [true, true],
  )
  const page = formatPage(report)
  assert.match(page, /2 of 2 batches would not be copied when their window closes/)
  assert.match(page, /Forecast of the copies/)
})

test('where nobody told a size nothing is forecast', async () => {
  const { plan, report } = await of(0)
  assert.deepEqual(forecastCopies(plan), [])
  assert.doesNotMatch(formatPage(report), /How long the copies may take/)
})
