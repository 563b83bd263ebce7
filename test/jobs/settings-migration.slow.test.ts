import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outOfOffice } from '#src/domain/calendar/out-of-office.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import type { SourceOutOfOffice } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const HOUR = 3_600_000

/** Anna's mailbox is copied; `hour` lets one pass and waits for the delta that is due then. */
async function copied(deltaEveryMinutes = 60) {
  const site = await start(['anna', 'ben'], { settings: { deltaEveryMinutes } })
  site.inbox('anna').box.addMessage(site.inbox('anna').folder, 'mail')
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  let pass = 1
  return {
    site,
    async hour(): Promise<void> {
      pass++
      site.pass(HOUR)
      await site.until(`delta ${pass} is done`, async () =>
        (await site.members()).every((member) => member.pass === pass && member.passFor === null),
      )
    },
  }
}

const readOf = (site: MigrationSite, name: string): number =>
  site.source.calls.filter(({ op, mailbox }) => op === 'settings' && mailbox === `${name}@corp.example`)
    .length

const away: SourceOutOfOffice = {
  state: 'enabled',
  audience: 'all',
  from: null,
  to: null,
  inside: 'at the sea',
  outside: 'gone',
}

test('deltas within a day of each other read the settings of a mailbox once', async () => {
  const { site, hour } = await copied()
  assert.equal(readOf(site, 'anna'), 1, 'with the first copy')
  for (let at = 1; at < 24; at++) await hour()
  assert.equal(readOf(site, 'anna'), 1)
  await hour()
  assert.equal(readOf(site, 'anna'), 2, 'a day later')
  await hour()
  assert.equal(readOf(site, 'anna'), 2)
})

test('settings are asked for while items come, and dropped when the copy of the items fails', async () => {
  const site = await start(['anna', 'ben'], {})
  for (const name of ['anna', 'ben']) site.inbox(name).box.addMessage(site.inbox(name).folder, 'mail')
  const asked = Promise.withResolvers<void>()
  const dropped = Promise.withResolvers<void>()
  site.source.before = async ({ op, mailbox }, signal) => {
    const isAnna = mailbox === 'anna@corp.example'
    if (op === 'settings' && isAnna) asked.resolve()
    // Its items do not come before.
    if (op === 'items' && isAnna) await asked.promise
    if (op === 'items' && !isAnna) throw new SourceFailure('mailbox-permanent', 'gone', 'It is gone.')
    if (op !== 'settings' || isAnna) return
    signal.addEventListener('abort', () => dropped.resolve(), { once: true })
    await dropped.promise
    signal.throwIfAborted()
  }
  site.engine()
  await site.start()
  await site.until('both have ended', async () => {
    const [anna, ben] = [await site.member('anna'), await site.member('ben')]
    return anna.state === 'synced' && ben.state === 'failed'
  })
  assert.equal(readOf(site, 'anna'), 1)
})

test('what was changed of the settings minutes before the cut-over arrives with the last delta', async () => {
  const { site, hour } = await copied()
  await hour()
  const { box } = site.inbox('anna')
  box.settled = {
    ...box.settled,
    outOfOffice: away,
    grants: [
      {
        ...{ owner: 'anna@corp.example', grantee: 'ben@corp.example', right: 'full-access' },
        ...{ folder: null, lastUsedDay: null, where: '' },
      },
    ],
    losses: [{ property: 'photo', reason: 'it is larger than one here', weight: 'metadata' }],
  }
  await hour()
  assert.equal(readOf(site, 'anna'), 1, 'no delta in between has seen it')
  assert.deepEqual((await site.member('anna')).losses, [])
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.equal(readOf(site, 'anna'), 2)
  const [anna, ben] = [await site.entry('anna'), await site.entry('ben')]
  const absence = await outOfOffice(site.store.mailboxes, {
    organization: site.organization,
    mailbox: anna.mailbox!,
  })
  assert.equal(absence.internalText, away.inside)
  assert.equal(
    await site.store.directory.mailboxRights(site.organization, anna.id, ben.id),
    MailboxRight.fullAccess,
  )
  assert.ok((await site.member('anna')).losses.some(({ property }) => property === 'photo'))
})

test('a batch that is cut over before any delta has its settings read twice', async () => {
  const { site } = await copied()
  const { box } = site.inbox('ben')
  box.settled = { ...box.settled, outOfOffice: away }
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state === 'done')
  assert.equal(readOf(site, 'ben'), 2)
})
