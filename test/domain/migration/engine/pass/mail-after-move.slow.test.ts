/** What people outside and on the other side still send to somebody who has moved. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { RunMigrations } from '#jobs/run-migrations.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { cutOverBatch, putBatch, startBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { createProject, putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import { formatImcea } from '#src/formats/address/imcea.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { type CalendarWorld, openCalendarWorld } from '#test/domain/calendar/calendar-world.ts'
import { EXCHANGE, mail, refusalOf, send } from '#test/domain/delivery/intake-world.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { oldExchange } from '#test/support/migration-site.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const NAME = '/o=Corp/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=ben'
const OLGA = 'olga@corp.example'
const UID = '040000008200E00074C5B7101A82E00800000000B0B0'

let site: CalendarWorld
let ben: User
let bare: User
const source = new ScriptedSource()
let stop: () => Promise<void> = async () => undefined

const batchOf = async (project: Awaited<ReturnType<typeof createProject>>) =>
  site.world.store.migration.getBatch(site.world.org, project.id, 1)
let checks: readonly { mailbox: string; name: string; state: string; found: string; remedy: string }[] = []

before(async () => {
  site = await openCalendarWorld()
  const { world } = site
  const { store, org } = world
  const clock = new ManualClock(world.at)
  ben = await world.user('ben')
  bare = await world.user('bare')
  const olga = await world.user('olga')
  await store.transact({ organization: org }, async ({ directory }) => {
    for (const [user, names] of [
      [ben, [NAME]],
      [bare, []],
      [olga, []],
    ] as const)
      await directory.saveEntry(org, {
        ...(await directory.getEntry(org, user.id)),
        home: 'exchange',
        addresses: [
          ...user.addresses.filter(({ kind }) => kind === 'primary'),
          ...names.map((address) => ({ kind: 'x500' as const, address })),
        ],
      } as User)
  })
  for (const name of ['ben', 'bare']) {
    const box = source.box(`${name}@corp.example`)
    box.addFolder('Posteingang', { role: 'inbox', key: `${name}-inbox` })
    const calendar = box.addFolder('Kalender', { role: 'calendar', class: 'event', key: `${name}-calendar` })
    // As the attendee's copy is read from the old server.
    box.addContent(calendar, 'event', {
      '@type': 'Event',
      uid: UID,
      sequence: 0,
      updated: '2026-11-01T10:00:00Z',
      title: 'Planning',
      start: '2026-12-07T09:00:00',
      timeZone: 'Europe/Berlin',
      duration: 'PT1H',
      participants: {
        o: { name: 'Olga', email: OLGA, roles: { owner: true }, sendTo: { imip: `mailto:${OLGA}` } },
        a: {
          name,
          email: `${name}@corp.example`,
          roles: { attendee: true },
          participationStatus: 'accepted',
        },
      },
    } satisfies CalendarObject as never)
  }
  const project = await createProject(store, org, { name: 'move', settings: {}, by: 'ed' }, clock.now())
  const steering = () => ({ store, organization: org, project: project.id, by: 'ed', now: clock.now() })
  await putSource(steering(), { config: oldExchange, secret: 'x' })
  await putBatch(steering(), { no: 1, name: 'one' })
  await addMembers(
    steering(),
    ['ben', 'bare'].map((name) => ({ address: `${name}@corp.example`, batch: 1, source: 'old' })),
  )
  const troubles: unknown[] = []
  const engine = new RunMigrations({
    store,
    spool: world.deps.spool as never,
    clock,
    random: () => 0.5,
    alone: false,
    openSource: async () => source,
    alert: () => undefined,
    trouble: (message, error) => troubles.push(error ?? message),
  })
  stop = () => engine.stop(AbortSignal.abort())
  engine.start()
  const reached = async (states: readonly string[]) => {
    const late = Date.now() + 100_000
    while (!states.includes((await batchOf(project)).state)) {
      if (troubles.length > 0) throw troubles[0]
      if (Date.now() > late) throw new Error(JSON.stringify(await batchOf(project)))
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  await startBatch(steering(), 1)
  await reached(['synced'])
  checks = (await batchOf(project)).preflight!.lines
  await cutOverBatch(steering(), 1, { at: null, failing: null })
  await reached(['done', 'done-with-skips'])
  ben = (await store.directory.getEntry(org, ben.id)) as User
  bare = (await store.directory.getEntry(org, bare.id)) as User
})
after(async () => {
  await stop()
  await site.world.end()
})

const invitation = (method: 'REQUEST' | 'CANCEL', sequence: number, start: string, title: string): string =>
  mail(
    {
      From: `Olga <${OLGA}>`,
      To: 'ben@corp.example',
      Subject: title,
      'Message-ID': `<${method}.${sequence}@corp.example>`,
      'MIME-Version': '1.0',
      'Content-Type': `text/calendar; method=${method}; charset=utf-8`,
    },
    [
      'BEGIN:VCALENDAR',
      `METHOD:${method}`,
      'PRODID:Microsoft Exchange Server 2010',
      'VERSION:2.0',
      'BEGIN:VEVENT',
      `UID:${UID}`,
      `SEQUENCE:${sequence}`,
      'DTSTAMP:20261120T120000Z',
      `DTSTART:${start}`,
      'DURATION:PT1H',
      `SUMMARY:${title}`,
      `ORGANIZER;CN=Olga:mailto:${OLGA}`,
      'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ben@corp.example',
      'STATUS:CONFIRMED',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  )

test('an update and a cancellation of a meeting that came over change that meeting, and make no second one (scenario 12)', async () => {
  const came = await site.events(ben)
  assert.deepEqual(
    came.map(({ event }) => [event.uid, event.start]),
    [[UID, '2026-12-07T09:00:00']],
  )
  const from = { connection: EXCHANGE, from: OLGA, to: ['ben@corp.example'] }
  await send(site.world, { ...from, text: invitation('REQUEST', 1, '20261208T130000Z', 'Planning, later') })
  await site.settle()
  const updated = await site.events(ben)
  assert.deepEqual(
    updated.map(({ item, event }) => [item.no, event.uid, event.title]),
    [[came[0]!.item.no, UID, 'Planning, later']],
  )
  assert.deepEqual(await site.view(ben, '2026-12-07', 3), ['12-08T13:00 Planning, later'])

  await send(site.world, { ...from, text: invitation('CANCEL', 2, '20261208T130000Z', 'Planning, later') })
  await site.settle()
  const cancelled = await site.events(ben)
  assert.deepEqual(
    cancelled.map(({ item, event }) => [item.no, event.status]),
    [[came[0]!.item.no, 'cancelled']],
  )
  assert.deepEqual(await site.world.queue(), [], 'nobody was written to')
})

const encapsulated = (name: string): string => `${formatImcea({ type: 'EX', address: name })}@corp.example`

test('a reply to old mail is delivered by its distinguished name, from either side (scenario 14)', async () => {
  const count = async () => (await site.world.inbox(ben)).length
  const before = await count()
  const text = mail({ From: 'Olga <olga@corp.example>', To: 'ben', Subject: 'Re: three years ago' })
  await send(site.world, { connection: EXCHANGE, from: OLGA, to: [encapsulated(NAME)], text })
  // Outlook keeps the name as it was cached, in another case.
  await send(site.world, { connection: EXCHANGE, from: OLGA, to: [encapsulated(NAME.toUpperCase())], text })
  assert.equal(await count(), before + 2)
})

test('without X500 names such a reply comes back, and the pre-flight had said so', async () => {
  const unknown = '/o=Corp/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=bare'
  const text = mail({ From: OLGA, To: 'bare', Subject: 'Re: long ago' })
  const refusal = await refusalOf(
    send(site.world, { connection: EXCHANGE, from: OLGA, to: [encapsulated(unknown)], text }),
  )
  assert.match(refusal, /^5\.1\.1 /)
  const told = checks.filter(({ name }) => name === 'x500').map(({ mailbox, state }) => [mailbox, state])
  assert.deepEqual(told.sort(), [['bare@corp.example', 'warning']])
  assert.match(
    checks.find(({ mailbox, name }) => name === 'x500' && mailbox.startsWith('bare'))!.found,
    /IMCEAEX/,
  )
})
