import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { alertMigrationsJob } from '#jobs/alert-migrations.ts'
import { webhookSender } from '#src/app/migration-alerts.ts'
import { STALL_MS } from '#src/domain/migration/alerts/find-alerts.ts'
import type { LiveServer } from '#src/domain/migration/engine/progress/live.ts'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { changeSettings, putSource } from '#src/domain/migration/engine/steer/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { type MigrationSite, migrationSite, oldExchange } from '#test/support/migration-site.ts'
import { stubHttps } from '#test/support/stub-https.ts'

const ends: (() => Promise<unknown>)[] = []
after(async () => {
  for (const end of ends) await end()
})
const signal = new AbortController().signal

async function start(people: readonly string[], webhook: string | null = null) {
  const site = await migrationSite(people, { settings: { itemAttempts: 1 } })
  ends.push(() => site.close())
  await changeSettings(site.steering(), { alerts: { addresses: ['ops@corp.example'], webhook } })
  const mails: string[] = []
  const posted: object[] = []
  let live = (): ReturnType<ReturnType<MigrationSite['engine']>['live']> => ({
    lanes: [],
    servers: [],
    rates: [],
    noRoom: null,
  })
  const failing = { webhook: false, times: 0 }
  const job = alertMigrationsJob({
    store: site.store,
    live: () => live(),
    mail: async (_organization, to, subject) => void mails.push(`${to}: ${subject}`),
    webhook: async (_url, body) => {
      if (failing.webhook) failing.times++
      if (failing.webhook) throw new Error('hooks.example answered 500.')
      posted.push(body)
    },
    trouble: (message, error) => {
      throw error ?? new Error(message)
    },
    now: () => site.clock.now(),
  })
  const look = () => job.run(signal)
  const engine = () => {
    const made = site.engine()
    live = () => made.live()
  }
  const noRoom = (words: string) => {
    live = () => ({ lanes: [], servers: [], rates: [], noRoom: words })
  }
  /** One of the project, with its trouble; undefined: nothing was asked of it since the start. */
  const server = (trouble: string | null | undefined) => {
    const one: LiveServer = {
      ...{ server: 'old.example', projects: [site.project.id], inUse: 0, limit: 1, calls: 0, bytes: 0 },
      ...{ breaches: 0, trouble: trouble ?? null, expiries: [], idle: {} },
      cause: trouble ? 'server out of reach' : null,
    }
    live = () => ({ lanes: [], servers: trouble === undefined ? [] : [one], rates: [], noRoom: null })
  }
  const ending = (...expiries: LiveServer['expiries']) => {
    const server: LiveServer = {
      ...{ server: 'old.example', projects: [site.project.id], inUse: 0, limit: 1, calls: 0, bytes: 0 },
      ...{ breaches: 0, trouble: null, cause: null, expiries, idle: {} },
    }
    live = () => ({ lanes: [], servers: expiries.length === 0 ? [] : [server], rates: [], noRoom: null })
  }
  return { site, mails, posted, failing, look, engine, noRoom, server, ending }
}

test('what ends is told on its day also where nothing was read there since the start', async () => {
  const { site, mails, look, ending } = await start(['anna'])
  const DAY_MS = 24 * 3_600_000
  const endsAt = site.clock.now() + 20 * DAY_MS
  const certificate = { what: 'certificate', of: 'old.example', endsAt } as const
  ending(certificate)
  await look()
  assert.deepEqual(mails, [])
  ending()
  site.clock.advance(7 * DAY_MS)
  await look()
  assert.deepEqual(mails, ['ops@corp.example: Migration "move": a certificate of old.example ends soon'])
  // One that was renewed ends later.
  ending({ ...certificate, endsAt: endsAt + 300 * DAY_MS })
  await look()
  ending()
  site.clock.advance(12 * DAY_MS)
  await look()
  assert.equal(mails.length, 1)
  await putSource(site.steering(), { config: oldExchange, secret: 'another' })
  assert.equal((await site.current()).expiries, undefined, 'another account ends otherwise')
})

test('a server that refuses us is told once, that it is well again too, and again when it happens anew', async () => {
  const { site, mails, look, engine } = await start(['anna', 'ben'])
  for (const name of ['anna', 'ben']) site.inbox(name).box.addMessage(site.inbox(name).folder, 'mail')
  let refuses = true
  // Every call of a pass: one that went well would make the server look well until the next one.
  site.source.before = ({ op }) => {
    if (refuses && op !== 'check') throw new SourceFailure('refused', 'HTTP 401', 'The password has expired.')
  }
  engine()
  await site.start()
  await site.until('it is refused', () => site.alerts.length > 0)
  for (let i = 0; i < 3; i++) await look()
  assert.deepEqual(mails, ['ops@corp.example: Migration "move": nothing is copied from scripted'])

  refuses = false
  const stop = site.clock.leap()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  stop()
  await look()
  assert.equal(mails.length, 1)
  site.clock.advance(16 * 60_000)
  await look()
  await look()
  assert.deepEqual(mails.splice(0), [
    'ops@corp.example: Migration "move": nothing is copied from scripted',
    'ops@corp.example: Migration "move": scripted gives mail again',
  ])

  refuses = true
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is refused again', () => site.alerts.length > 1)
  await look()
  await look()
  assert.deepEqual(mails, ['ops@corp.example: Migration "move": nothing is copied from scripted'])
})

test('a server that comes and goes is told once, once an hour how often, and when it stays', async () => {
  const { site, mails, posted, look, server } = await start(['anna'], 'https://hooks.example/x')
  for (let minute = 0; minute < 150; minute++) {
    server(minute % 6 < 2 ? 'The server closed the connection' : null)
    await look()
    site.clock.advance(60_000)
  }
  const away = 'ops@corp.example: Migration "move": nothing is copied from old.example'
  assert.deepEqual(mails, [away, away, away])
  const { sentence } = posted[1] as { sentence: string }
  assert.match(sentence, /^old\.example: server out of reach\. .* This was so 11 times since /)
  // Heard of again by nobody: the service was started anew.
  server(undefined)
  site.clock.advance(3_600_000)
  await look()
  assert.equal(mails.length, 3)
  server(null)
  for (let minute = 0; minute < 40; minute++) {
    await look()
    site.clock.advance(60_000)
  }
  assert.deepEqual(mails.slice(3), ['ops@corp.example: Migration "move": old.example gives mail again'])
  assert.match((posted[3] as { sentence: string }).sentence, /answers again.* This was so 25 times since /)
  assert.equal((posted[3] as { kind: string }).kind, 'well-again')
  server('The server closed the connection')
  await look()
  assert.equal(mails.length, 5)
})

test('errors, an approval and the end of a batch are told, each once', async () => {
  const { site, mails, look, engine } = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  const keys = Array.from({ length: 40 }, (_, i) => box.addMessage(folder, `mail ${i}`))
  const bad = new Set(keys.slice(0, 12))
  site.source.before = ({ op, key }) => {
    if (op === 'item' && bad.has(key!))
      throw new SourceFailure('item-permanent', 'ErrorCorruptData', 'Damaged')
  }
  engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await look()
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it asks for approval', async () => (await site.batch()).state === 'approving')
  await look()
  await look()
  assert.deepEqual(
    mails.map((mail) => mail.replace('ops@corp.example: Migration "move": ', '')),
    ['batch 1 leaves many items behind', 'batch 1 needs an approval'],
  )
})

test('a batch on which nothing comes on is told after half an hour, and not while its window is closed', async () => {
  const { site, mails, look } = await start(['anna'])
  // Nobody works on it: no engine is started.
  await site.start()
  const { store, organization, project } = site
  await store.transact({ organization }, async ({ migration }) =>
    migration.putBatch(organization, {
      ...(await migration.getBatch(organization, project.id, 1)),
      state: 'initial-sync',
    }),
  )
  await look()
  site.clock.advance(STALL_MS - 1)
  await look()
  assert.deepEqual(mails, [])
  site.clock.advance(1)
  await look()
  await look()
  assert.deepEqual(mails, ['ops@corp.example: Migration "move": batch 1 does not come on'])
})

test('a webhook that fails is tried again, then given up, which is said', async () => {
  const { site, mails, posted, failing, look } = await start(['anna'], 'https://hooks.example/x')
  await look()
  const { store, organization, project } = site
  const end = (state: 'done' | 'failed') =>
    store.transact({ organization }, async ({ migration }) =>
      migration.putBatch(organization, {
        ...(await migration.getBatch(organization, project.id, 1)),
        state,
        cause: 'Its server is gone.',
      }),
    )
  failing.webhook = true
  await end('failed')
  await look()
  failing.webhook = false
  await look()
  assert.deepEqual([mails.length, posted.length], [1, 0], 'not before its time')
  site.clock.advance(60_000)
  await look()
  await look()
  assert.equal(mails.length, 1)
  assert.deepEqual(
    posted.map((body) => (body as { kind: string; project: string; sentence: string }).sentence),
    ['Its server is gone.'],
  )

  failing.webhook = true
  await end('done')
  for (let i = 0; i < 10; i++) {
    await look()
    site.clock.advance(3_600_000)
  }
  const { rows } = await store.migration.listMigrationEvents(organization, project.id, { limit: 50 })
  const told = rows.filter(({ kind }) => kind === 'alert-failed')
  assert.equal(told.length, 1)
  assert.match(told[0]!.sentence, /hooks\.example answered 500/)
  assert.equal(mails.length, 2)
})

test('a webhook that does not answer is asked once a round, however many alerts wait for it', async () => {
  const { site, mails, posted, failing, look, noRoom } = await start(['anna'], 'https://hooks.example/x')
  await look()
  const { store, organization, project } = site
  await store.transact({ organization }, async ({ migration }) =>
    migration.putBatch(organization, {
      ...(await migration.getBatch(organization, project.id, 1)),
      ...{ state: 'failed', cause: 'Its server is gone.' },
    }),
  )
  noRoom('The disk is full.')
  failing.webhook = true
  await look()
  assert.deepEqual([mails.length, failing.times], [2, 1])
  failing.webhook = false
  site.clock.advance(3_600_000)
  await look()
  assert.equal(posted.length, 2)
})

test('a project that is told about late hears nothing of batches that were done before', async () => {
  const { site, mails, look } = await start(['anna'])
  const { store, organization, project } = site
  await store.transact({ organization }, async ({ migration }) =>
    migration.putBatch(organization, {
      ...(await migration.getBatch(organization, project.id, 1)),
      state: 'done',
    }),
  )
  await look()
  assert.deepEqual(mails, [])
})

test('where alerts go is checked', async () => {
  const { site } = await start(['anna'])
  const cases = [
    { addresses: ['nobody'], webhook: null },
    { addresses: [], webhook: 'http://hooks.example/' },
    { addresses: [], webhook: 'https://user:word@hooks.example/' },
  ]
  for (const alerts of cases)
    await assert.rejects(
      async () => changeSettings(site.steering(), { alerts }),
      (error) => error instanceof Refusal && error.reason === 'invalid-parameter',
    )
})

test('a webhook is sent as JSON, must succeed, and never leads into a private network', async () => {
  let status = 204
  const stub = await stubHttps(({ response }) => void response.writeHead(status).end())
  ends.push(() => stub.close())
  const open = webhookSender({ 'outbound.privateAddresses': 'yes' }, { ca: stub.pair.cert })
  await open(stub.url, { kind: 'done' }, signal)
  assert.deepEqual(
    stub.asked.map(({ method, body }) => [method, body]),
    [['POST', '{"kind":"done"}']],
  )
  status = 500
  await assert.rejects(open(stub.url, {}, signal), /answered 500/)
  status = 302
  await assert.rejects(open(stub.url, {}, signal), /answered 302, which leads elsewhere and is not followed/)
  const endless = await stubHttps(({ response }) => {
    response.writeHead(200)
    response.write('x')
  })
  ends.push(() => endless.close())
  const told = webhookSender({ 'outbound.privateAddresses': 'yes' }, { ca: endless.pair.cert })
  await told(endless.url, { kind: 'done' }, signal)
  const strange = webhookSender({ 'outbound.privateAddresses': 'yes' })
  await assert.rejects(strange(stub.url, {}, signal), /There is no TLS with .*self-signed certificate/)
  const closed = webhookSender({ 'outbound.privateAddresses': 'no' }, { ca: stub.pair.cert })
  const asked = stub.asked.length
  await assert.rejects(closed(stub.url, {}, signal), /private network/)
  await assert.rejects(closed('https://127.0.0.1/', {}, signal), /private network/)
  await assert.rejects(closed('https://[::ffff:10.0.0.1]/', {}, signal), /private network/)
  assert.equal(stub.asked.length, asked)
})
