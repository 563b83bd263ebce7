import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasOutOfOffice, outOfOffice, setOutOfOffice } from '#src/domain/calendar/out-of-office.ts'
import { applySettings } from '#src/domain/migration/engine/flip/flip.ts'
import { lostThereOf } from '#src/domain/migration/engine/return/run-return.ts'
import { approveBatch, cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { applyRules } from '#src/domain/migration/inbox-rules.ts'
import type { SourceRule } from '#src/domain/migration/source.ts'
import { type JunkLists, noJunkLists } from '#src/domain/rules/junk-lists.ts'
import { inboxRules, junkLists, setJunkLists } from '#src/domain/rules/kept-rules.ts'
import { openSites } from '#test/support/migration-site.ts'
import { back, isBack, placeOf } from '#test/support/moved-mailbox.ts'

const start = openSites()

const rule = (name: string, actions: SourceRule['actions'], more: Partial<SourceRule> = {}): SourceRule => ({
  ...{ name, enabled: true, conditions: {}, exceptions: {} },
  actions,
  ...more,
})

test('inbox rules come over as they were, work from the flip on, and what cannot be said is named', async () => {
  const site = await start(['anna', 'ben'])
  const { box } = site.inbox('anna')
  box.addFolder('News', { key: 'anna-news' })
  const rules = [
    rule(
      'News',
      { moveTo: { key: 'anna-news' }, stop: true },
      { conditions: { contains: { subject: ['weekly'] } } },
    ),
    rule('Ben', { forwardTo: [{ address: '/o=Corp/ou=Exchange/cn=Recipients/cn=ben' }] }, { enabled: false }),
    rule('Junk', { moveTo: { role: 'junkemail' } }, { exceptions: { marks: ['sent-only-to-me'] } }),
    rule('Lost', { moveTo: { key: 'anna-gone' } }),
    rule('Stranger', { redirectTo: [{ address: '/o=Corp/cn=nobody' }] }),
    rule('Template', { replyWith: 'hidden' }),
  ]
  const absence = {
    state: 'disabled',
    audience: 'all',
    from: null,
    to: null,
    inside: 'away',
    outside: '',
  } as const
  box.settled = { ...box.settled, rules, outOfOffice: absence }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const { mailbox, losses } = await site.member('anna')
  const at = { organization: site.organization, mailbox: mailbox! }
  const { mailboxes, migration } = site.store
  assert.deepEqual(await inboxRules(mailboxes, at), [], 'nothing counts before the flip')
  assert.deepEqual(
    losses.map(({ property }) => property),
    ['rule "Lost"', 'rule "Stranger"', 'rule "Template"'],
  )
  assert.match(losses[0]!.reason, /the folder it puts mail into did not come over/)

  await approveBatch(site.steering(), 1, 'known')
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state.startsWith('done'))
  const here = await inboxRules(mailboxes, at)
  const news = (await migration.listLedgerFolders(at, 'old')).find(({ key }) => key === 'anna-news')!
  const junk = (await mailboxes.findFolder(at, { distinguished: 'junkemail' }))!
  assert.deepEqual(
    here.map(({ id: _, ...each }) => each),
    [
      { ...rules[0], actions: { stop: true, moveTo: news.target } },
      { ...rules[1], actions: { forwardTo: [{ address: 'ben@corp.example' }] } },
      { ...rules[2], actions: { moveTo: junk.no } },
    ],
  )
  assert.equal((await outOfOffice(mailboxes, at)).internalText, 'away', 'its text, though it is off')

  // Once more is not twice, and what was set here since stays.
  await site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, (writer) =>
    applyRules(writer, at, 'old', rules),
  )
  assert.deepEqual(await inboxRules(mailboxes, at), here)
  const own = { ...(await outOfOffice(mailboxes, at)), internalText: 'mine' }
  await setOutOfOffice(site.store, at, own)
  await applySettings(site.store, at, site.clock.now())
  assert.equal((await outOfOffice(mailboxes, at)).internalText, 'mine')
  const ben = { ...at, mailbox: (await site.member('ben')).mailbox! }
  assert.equal(await hasOutOfOffice(mailboxes, ben), false)
})

test('rules that do not fit beside those that are kept are losses', async () => {
  const site = await start(['anna'])
  const { box } = site.inbox('anna')
  const long = Array.from({ length: 200 }, (_, at) => `${at}`.padEnd(250, 'x'))
  const rules = Array.from({ length: 8 }, (_, at) =>
    rule(`long ${at}`, { delete: true }, { conditions: { contains: { subject: long } } }),
  )
  box.settled = { ...box.settled, rules }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const { losses } = await site.member('anna')
  assert.deepEqual(
    losses.map(({ property }) => property),
    ['rule "long 5"', 'rule "long 6"', 'rule "long 7"'],
  )
  assert.match(losses[0]!.reason, /rules of more than 256 KB are not kept/)
})

test('safe and blocked senders come with the flip beside those that are here, and go nowhere where they were changed since', async () => {
  const site = await start(['anna'])
  const { box } = site.inbox('anna')
  const junk = {
    blocked: ['Spam@Bad.example'],
    safe: ['good.example'],
    safeRecipients: ['list@good.example'],
  }
  box.settled = { ...box.settled, junk }
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const at = await placeOf(site)
  const { mailboxes } = site.store
  const set = (lists: JunkLists) =>
    site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, (writer) =>
      setJunkLists(writer.mailboxes, at, lists),
    )
  assert.deepEqual(await junkLists(mailboxes, at), noJunkLists, 'nothing counts before the flip')
  await set({ ...noJunkLists, blocked: ['mine@bad.example'] })
  await approveBatch(site.steering(), 1, 'known')
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state.startsWith('done'))
  const here = { ...junk, blocked: ['mine@bad.example', 'spam@bad.example'] }
  assert.deepEqual(await junkLists(mailboxes, at), here)
  assert.deepEqual((await site.member('anna')).losses, [])
  await set({ ...here, blocked: [] })
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(
    lostThereOf(await site.member('anna')).map(({ property }) => property),
    ['junk mail lists'],
  )
})
