import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { reportMigrationsJob } from '#jobs/report-migrations.ts'
import { changeSettings } from '#src/domain/migration/engine/steer/steer-project.ts'
import { migrationSite } from '#test/support/migration-site.ts'

const HOUR = 3_600_000
const ends: (() => Promise<unknown>)[] = []
after(async () => {
  for (const end of ends) await end()
})

test('a report is mailed every so many hours, and a migration at rest is reported once more', async () => {
  const site = await migrationSite(['anna', 'ben'], { batches: 2 })
  ends.push(() => site.close())
  const mails: { to: string; subject: string; text: string }[] = []
  let broken = ''
  const job = reportMigrationsJob({
    store: site.store,
    mail: async (_organization, to, subject, text) => {
      if (to === broken) throw new Error('The address leads to nobody.')
      mails.push({ to, subject, text })
    },
    trouble: (message, error) => {
      throw error ?? new Error(message)
    },
    now: () => site.clock.now(),
  })
  const look = () => job.run(new AbortController().signal)
  await look()
  await assert.rejects(
    changeSettings(site.steering(), { reportHours: 24 }),
    /Nobody is named who gets the reports/,
  )
  await changeSettings(site.steering(), {
    reportHours: 24,
    alerts: { addresses: ['it@corp.example'], webhook: null },
    responsible: 'Anna Ash <anna@corp.example>',
  })
  await look()
  assert.equal(mails.length, 0, 'the first one is a day after it was asked for')
  site.clock.advance(24 * HOUR)
  await look()
  await look()
  assert.deepEqual(
    mails.map(({ to }) => to),
    ['it@corp.example', 'anna@corp.example'],
  )
  const [first] = mails
  assert.equal(first!.subject, 'Migration "move": 0 of 2 batches done')
  assert.match(
    first!.text,
    /^Migration "move", \d{4}-\d\d-\d\d \d\d:\d\d UTC\.\n\n0 of 2 mailboxes have moved\.\n/,
  )
  assert.match(first!.text, /What happened last:\n {2}.*Settings were changed/)
  // Nothing was begun, and nothing has changed since.
  site.clock.advance(24 * HOUR)
  await look()
  assert.equal(mails.length, 2)

  for (const name of ['anna', 'ben']) site.inbox(name).box.addMessage(site.inbox(name).folder, 'one')
  site.engine()
  await site.start(1)
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  broken = 'it@corp.example'
  site.clock.advance(24 * HOUR)
  await look()
  assert.equal(mails.length, 3)
  const text = mails[2]!.text
  assert.match(text, /Under way:\n {2}Batch 1 \(batch 1\): copied, kept up to date; 1 of 1 mailbox copied\n/)
  assert.match(text, /The last report was of /)
  assert.match(text, /Since then:\n.*Batch 1 went on/)
  assert.doesNotMatch(text, /Settings were changed/)
  const { rows } = await site.store.migration.listMigrationEvents(site.organization, site.project.id, {
    limit: 50,
  })
  const told = rows.find(({ kind }) => kind === 'report-failed')
  assert.match(told!.sentence, /not mailed to it@corp\.example: The address leads to nobody/)
  // A clock that was far ahead is put right: nobody waits until it is there again, nor gets one a minute.
  site.clock.setBack(400 * 24 * HOUR)
  await look()
  await look()
  assert.equal(mails.length, 4)
  site.clock.advance(24 * HOUR)
  await look()
  assert.equal(mails.length, 5)
  await changeSettings(site.steering(), { reportHours: null })
  site.clock.advance(48 * HOUR)
  await look()
  assert.equal(mails.length, 5)
})
