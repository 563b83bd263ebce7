import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelBatch, pauseBatch, resumeBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { changeSettings } from '#src/domain/migration/engine/steer/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { inboxSubjects, openSites } from '#test/support/migration-site.ts'

const start = openSites()

test('a hint is obeyed to the second by the lane it was said to, and holds nobody else', async () => {
  const site = await start(['anna', 'ben'])
  for (const name of ['anna', 'ben'])
    for (let i = 0; i < 5; i++) site.inbox(name).box.addMessage(site.inbox(name).folder, `${name} ${i}`)
  const told: number[] = []
  const again: number[] = []
  site.source.before = ({ op, mailbox }) => {
    if (op !== 'items' || !mailbox.startsWith('anna')) return
    if (told.length === 0) {
      told.push(site.clock.now())
      throw new SourceFailure('throttled', 'ErrorServerBusy', 'Too busy', { backOffMs: 300_000 })
    }
    again.push(site.clock.now())
  }
  const engine = site.engine()
  await site.start()
  await site.until('ben is synced', async () => (await site.member('ben')).state === 'synced')
  await site.until('anna waits', async () =>
    (await site.member('anna')).cause.startsWith('server asked to wait'),
  )
  const isIdle = () => engine.live().lanes.length === 0 && site.clock.next !== undefined
  await site.until('nobody but the engine sleeps', isIdle)
  site.clock.advance(299_000)
  await site.until('it sleeps until that second', () => site.clock.next === told[0]! + 300_000)
  assert.deepEqual(again, [], 'not before its time')
  site.clock.advance(1_000)
  await site.until('anna is synced', async () => (await site.member('anna')).state === 'synced')
  assert.equal(again[0]! - told[0]!, 300_000)
})

test('10 % of all calls told to wait five minutes: each is obeyed to the second, and everything is copied in the end', async () => {
  const site = await start(['anna', 'ben', 'cleo'], { settings: { pageItems: 20 } })
  for (const name of ['anna', 'ben', 'cleo'])
    for (let i = 0; i < 60; i++) site.inbox(name).box.addMessage(site.inbox(name).folder, `${name} ${i}`)
  const hintMs = 300_000
  let calls = 0
  /** From when on a mailbox may be asked again, and how long each of them waited. */
  const waiting = new Map<string, number>()
  const waited: number[] = []
  site.source.before = ({ op, mailbox }) => {
    if (op === 'item' || op === 'check') return
    const now = site.clock.now()
    const told = waiting.get(mailbox)
    // What was under way beside a call that is told to wait.
    if (told !== undefined && told < now) {
      waited.push(now - told)
      waiting.delete(mailbox)
    }
    if (++calls % 10 !== 0) return
    waiting.set(mailbox, now)
    throw new SourceFailure('throttled', 'ErrorServerBusy', 'Too busy', { backOffMs: hintMs })
  }
  const engine = site.engine()
  await site.start()
  await site.until('all is synced', async () => {
    // Time passes when nobody works.
    const { next } = site.clock
    if (engine.live().lanes.length === 0 && next !== undefined) site.clock.advanceTo(next)
    return (await site.batch()).state === 'synced'
  })
  for (const member of await site.members()) assert.equal(member.counts.copied, 60)
  assert.ok(waited.length >= 2, `${waited.length} waits`)
  assert.deepEqual(new Set(waited), new Set([hintMs]))
})

test('a server that refuses us pauses its lanes with a named cause, and tells once', async () => {
  const site = await start(['anna', 'ben', 'cleo'])
  for (const name of ['anna', 'ben', 'cleo']) site.inbox(name).box.addMessage(site.inbox(name).folder, 'mail')
  let expired = true
  site.source.before = ({ op }) => {
    if (expired && op === 'open') throw new SourceFailure('refused', '401', 'The password has expired.')
  }
  site.engine()
  await site.start()
  await site.until('all wait', async () =>
    (await site.members()).every(({ cause }) =>
      /^server refuses us: The password has expired\. .*landbridge migrate resume/.test(cause),
    ),
  )
  assert.equal((await site.batch()).state, 'initial-sync', 'nothing is said to be done')
  assert.equal(site.alerts.length, 1)
  const tries = site.source.count('open')
  for (let i = 0; i < 4; i++) {
    site.clock.advance(5 * 60_000)
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  assert.equal(site.alerts.length, 1)
  assert.ok(site.source.count('open') - tries <= 8, 'it is asked now and then')
  expired = false
  const stop = site.clock.leap()
  await site.until('all is synced', async () => (await site.batch()).state === 'synced')
  stop()
})

test('a connection that is lost is not the end of a folder', async () => {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  for (let i = 0; i < 30; i++) box.addMessage(folder, `mail ${i}`)
  let items = 0
  let away = false
  site.source.before = ({ op }) => {
    if (op === 'item' && ++items === 12) away = true
    if (away && op !== 'check')
      throw new SourceFailure('transient', 'call:ECONNRESET', 'The connection was lost')
  }
  const stop = site.clock.leap(2)
  const began = site.clock.now()
  site.engine()
  await site.start()
  await site.until('it waits', async () =>
    (await site.member('anna')).cause.startsWith('server out of reach'),
  )
  assert.notEqual((await site.member('anna')).state, 'synced')
  await site.until('ten minutes have passed', () => site.clock.now() - began > 10 * 60_000)
  assert.equal((await site.batch()).state, 'initial-sync')
  away = false
  await site.until('all is synced', async () => (await site.batch()).state === 'synced')
  stop()
  assert.equal((await site.member('anna')).counts.copied, 30)
  assert.equal(site.alerts.length, 1)
})

test('a batch is paused, resumed and cancelled; mailboxes are added to it while it runs', async () => {
  const site = await start(['anna', 'ben', 'cleo', 'dora'], { settings: { pageItems: 5 } })
  const extra = 'dora'
  for (const name of ['anna', 'ben', 'cleo', extra])
    for (let i = 0; i < 30; i++) site.inbox(name).box.addMessage(site.inbox(name).folder, `${name} ${i}`)
  let held: (() => void) | undefined
  const gate = new Promise<void>((resolve) => {
    held = resolve
  })
  site.source.before = async ({ op }) => {
    if (op === 'items') await gate
  }
  const engine = site.engine()
  await site.start()
  await site.until('lanes run', () => engine.live().lanes.length > 0)
  await pauseBatch(site.steering(), 1)
  held!()
  await site.until('lanes are drained', () => engine.live().lanes.length === 0)
  const copied = (await site.members()).reduce((sum, { counts }) => sum + counts.copied, 0)
  assert.ok(copied < 120, 'it did not go on to the end')
  assert.equal((await site.batch()).cause, 'Paused by ed.')
  await assert.rejects(pauseBatch({ ...site.steering() }, 9))

  await resumeBatch(site.steering(), 1)
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.equal(
    (await site.members()).reduce((sum, { counts }) => sum + counts.copied, 0),
    120,
  )

  site.source.calls.length = 0
  site.source.box('eve@corp.example').addFolder('Inbox', { role: 'inbox', key: 'eve-inbox' })
  site.source.box('eve@corp.example').addMessage('eve-inbox', 'hello')
  await addMembers(site.steering(), [
    { address: 'eve@corp.example', batch: 1, source: 'old', entry: site.entries.get('anna')! },
  ])
  await site.until('it is synced again', async () => (await site.batch()).state === 'synced')
  assert.ok(
    site.source.calls.every(({ mailbox }) => mailbox === 'eve@corp.example'),
    'only the new one was read',
  )
  await cancelBatch(site.steering(), 1)
  await assert.rejects(resumeBatch(site.steering(), 1), /not paused/)
  assert.equal((await site.batch()).state, 'cancelled')
})

test('caps hold from the next call on', async () => {
  const site = await start(['anna', 'ben', 'cleo', 'dora'], { settings: { pageItems: 5 } })
  for (const name of site.entries.keys())
    for (let i = 0; i < 40; i++) site.inbox(name).box.addMessage(site.inbox(name).folder, `${name} ${i}`)
  let inUse = 0
  let most = 0
  const seen: number[] = []
  site.source.before = async ({ op }) => {
    if (op === 'check' || op === 'item') return
    most = Math.max(most, ++inUse)
    seen.push(inUse)
    await new Promise((resolve) => setTimeout(resolve, 4))
  }
  site.source.after = ({ op }) => {
    if (op !== 'check' && op !== 'item') inUse--
  }
  const engine = site.engine()
  await site.start()
  await site.until('several work at once', () => most >= 3)
  await changeSettings(site.steering(), { caps: { old: { connections: 1 } } })
  await site.until('the cap is known', () => engine.live().servers.every(({ limit }) => limit === 1))
  await site.until('calls under way have ended', () => inUse <= 1)
  seen.length = 0
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.ok(seen.length > 0)
  assert.ok(Math.max(...seen) <= 1, `${Math.max(...seen)} at once`)
})

test('work stops when its window closes, and goes on the next night, also when the clocks change', async () => {
  // 2027-03-28 02:00 in Berlin does not exist: that night is an hour shorter.
  const zone = 'Europe/Berlin'
  const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[${zone}]`).epochMilliseconds
  const window = { begin: '22:00', end: '06:00', zone, weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] }
  const site = await start(['anna'], { settings: { window, pageItems: 5 }, start: at('2027-03-27T12:00') })
  const { box, folder } = site.inbox('anna')
  for (let i = 0; i < 40; i++) box.addMessage(folder, `mail ${i}`)
  let pages = 0
  let held: (() => void) | undefined
  site.source.before = ({ op }) => {
    if (op === 'items' && ++pages === 3)
      return new Promise<void>((resolve) => {
        held = resolve
      })
  }
  const engine = site.engine()
  await site.start()
  await site.until('it waits for the window', async () =>
    (await site.batch()).cause.includes('2027-03-27 22:00 (Europe/Berlin)'),
  )
  assert.equal(site.source.count('changes'), 0)
  site.pass(at('2027-03-27T22:00') - site.clock.now())
  await site.until('it is in the middle', () => held !== undefined)
  site.pass(at('2027-03-28T06:00') - site.clock.now())
  await site.until('it is being drained', () => engine.live().lanes[0]?.draining === true)
  held!()
  await site.until('it stands', () => engine.live().lanes.length === 0)
  const calls = site.source.calls.length
  const before = (await site.member('anna')).counts.copied
  assert.ok(before >= 10 && before < 40, `${before}`)
  const { lastPass } = await site.member('anna')
  assert.deepEqual([lastPass!.items, lastPass!.endedAt], [before, 0])
  site.pass(at('2027-03-28T21:59') - site.clock.now())
  await site.until('it sleeps until the next night', () => site.clock.next === at('2027-03-28T22:00'))
  assert.equal(site.source.calls.length, calls, 'nothing by day')
  site.clock.advanceTo(at('2027-03-28T22:00'))
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const anna = await site.member('anna')
  assert.deepEqual([anna.counts.copied, anna.lastPass!.items], [40, 40])
})

test('two engines share the work; who was asleep too long writes nothing any more', async () => {
  const site = await start(['anna', 'ben', 'cleo'], { settings: { pageItems: 5 } })
  for (const name of site.entries.keys())
    for (let i = 0; i < 20; i++) site.inbox(name).box.addMessage(site.inbox(name).folder, `${name} ${i}`)
  let asleep: (() => void) | undefined
  site.source.before = ({ op, mailbox }) => {
    if (op === 'items' && mailbox.startsWith('anna') && asleep === undefined)
      return new Promise<void>((resolve) => {
        asleep = resolve
      })
  }
  site.engine()
  await site.start()
  await site.until('one sleeps', () => asleep !== undefined)
  // Its process stands still: the heartbeat too.
  const { no } = await site.member('anna')
  await site.store.transact({ organization: site.organization }, async ({ migration }) => {
    const late = site.clock.now() + 10 * 60_000
    const fence = await migration.leaseMember(site.organization, site.project.id, no, {
      token: 'other',
      now: late,
      until: late,
    })
    assert.ok(fence !== null)
    await migration.freeLease(site.organization, site.project.id, no, 'other')
  })
  site.engine()
  await site.until('the other took it over', async () => (await site.batch()).state === 'synced')
  asleep!()
  await new Promise((resolve) => setTimeout(resolve, 50))
  for (const name of site.entries.keys()) assert.equal((await inboxSubjects(site, name)).length, 20)
})

test('a pre-flight that finds faults names them and copies nothing', async () => {
  const site = await start(['anna'])
  await addMembers(site.steering(), [{ address: 'nobody@corp.example', batch: 1, source: 'old' }])
  site.engine()
  await site.start()
  await site.until('it was looked at', async () => (await site.batch()).preflight !== null)
  const { state, preflight, cause } = await site.batch()
  assert.equal(state, 'planned')
  const failed = preflight!.lines.filter((line) => line.state === 'failed')
  assert.deepEqual(
    failed.map(({ mailbox, name }) => `${mailbox} ${name}`),
    ['nobody@corp.example mailbox', 'nobody@corp.example target'],
  )
  assert.match(cause, /2 faults/)
  assert.equal(site.source.count('changes'), 0)
})

test('a source that nobody uses any more is closed, and opened again when it is', async () => {
  const site = await start(['anna'], { settings: { deltaEveryMinutes: 60 } })
  site.inbox('anna').box.addMessage(site.inbox('anna').folder, 'one')
  site.engine()
  await site.start()
  await site.until('anna is synced', async () => (await site.member('anna')).state === 'synced')
  assert.equal(site.source.closed, 0)
  site.clock.advance(4 * 60_000)
  assert.equal(site.source.closed, 0, 'not yet')
  await site.until('it is closed', () => {
    site.clock.advance(20_000)
    return site.source.closed === 1
  })
  site.inbox('anna').box.addMessage(site.inbox('anna').folder, 'two')
  site.pass(60 * 60_000)
  await site.until('the delta ran', async () => (await inboxSubjects(site, 'anna')).length === 2)
})
