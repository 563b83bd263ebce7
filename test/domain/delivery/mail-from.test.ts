import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { attemptDelivery } from '#src/domain/delivery/queue-attempt.ts'
import type { AttemptResult, MailTransport } from '#src/domain/delivery/transport.ts'
import type { User } from '#src/domain/directory/entry.ts'
import type { MailDomain } from '#src/domain/directory/mail-domain.ts'
import { registerMailDomain } from '#src/domain/directory/mail-domains.ts'
import { putMailFrom } from '#src/domain/directory/mail-from.ts'
import { rewriteSender } from '#src/formats/trace-headers/srs.ts'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { asUser, mail, openWorld, refusalOf, send, type World } from './intake-world.ts'

let world: World
let ann: User
before(async () => {
  world = await openWorld()
  ann = await world.user('ann')
})
after(() => world.end())

const bounce = 'bounce.corp.example'
const put = (name: string | null, whenMissing: 'own-domain' | 'refuse' = 'own-domain') =>
  putMailFrom(world.store, world.org, 'corp.example', name === null ? null : { name, whenMissing })

/** As a look into DNS leaves it. */
const found = (records: MailDomain['records']) =>
  world.store.transact({ organization: world.org }, async ({ directory }) => {
    const domain = await directory.getDomain(world.org, 'corp.example')
    await directory.saveDomain(world.org, { ...domain, records })
  })
const right = { 'mail-from-mx': 'VERIFIED', 'mail-from-spf': 'VERIFIED' } as const

/** Senders that the next hop hears, by route, or what became of it. */
async function attempt(sender: string, kind: 'internet' | 'exchange' | 'gateway' = 'internet') {
  const heard: string[] = []
  const transport: MailTransport = {
    deliver: async ({ message, recipients }) => {
      heard.push(message.sender)
      return recipients.map(
        ({ no }): AttemptResult => ({
          no,
          outcome: 'delivered',
          remote: 'far',
          reply: '250',
          reports: 'relayed',
        }),
      )
    },
    close: async () => {},
  }
  await send(world, {
    connection: asUser(world, ann),
    from: 'ann@corp.example',
    to: ['far@far.example'],
    text: mail({ From: 'ann@corp.example' }),
  })
  const { rows } = await world.store.delivery.listQueue(world.org, { limit: 1 })
  const route =
    kind === 'internet'
      ? { kind, domain: 'far.example' }
      : kind === 'gateway'
        ? { kind, name: 'relay' }
        : { kind }
  const lease = {
    message: { ...rows[0]!, sender },
    route,
    recipients: [{ no: 1, address: 'far@far.example', route }],
  }
  const results = await attemptDelivery(
    { store: world.store, transport },
    lease as never,
    new AbortController().signal,
  )
  return { heard, results }
}

test('senders leave in the MAIL FROM domain once both its records are right, and to strangers alone (DOM-06)', async () => {
  await put(bounce)
  for (const records of [
    {},
    { ...right, 'mail-from-mx': 'MISSING' },
    { ...right, 'mail-from-spf': 'INCONSISTENT' },
  ] as const) {
    await found(records)
    assert.deepEqual((await attempt('ann@corp.example')).heard, ['ann@corp.example'])
  }
  await found(right)
  assert.deepEqual((await attempt('ann+x@corp.example')).heard, [`ann+x@${bounce}`])
  assert.deepEqual((await attempt('ann@corp.example', 'gateway')).heard, [`ann@${bounce}`])
  assert.deepEqual((await attempt('SRS0=h=t=far.example=x@corp.example')).heard, [
    `SRS0=h=t=far.example=x@${bounce}`,
  ])
  assert.deepEqual((await attempt('ann@corp.example', 'exchange')).heard, ['ann@corp.example'])
  assert.deepEqual((await attempt('')).heard, [''])
  assert.deepEqual((await attempt('x@far.example')).heard, ['x@far.example'])
})

test('who wants no other sender gets mail back while the records are missing', async () => {
  await put(bounce, 'refuse')
  await found({ ...right, 'mail-from-mx': 'MISSING' })
  const { heard, results } = await attempt('ann@corp.example')
  assert.deepEqual(heard, [])
  const [result] = results as [Extract<AttemptResult, { outcome: 'refused' }>]
  assert.deepEqual([result.outcome, result.permanent, result.status], ['refused', true, '5.3.5'])
  assert.match(result.problem, /MAIL FROM domain bounce\.corp\.example/)
})

test('an address in the MAIL FROM domain is the one it stands for, for reports and for people', async () => {
  await put(bounce)
  const text = mail({ From: 'mailer-daemon@far.example', Subject: 'Undelivered' })
  const before = (await world.inbox(ann)).length
  await send(world, { from: '', to: [`ann@${bounce}`], text })
  await send(world, { from: 'x@far.example', to: [`ann+list@${bounce.toUpperCase()}`], text })
  assert.equal((await world.inbox(ann)).length, before + 2)
  const nobody = send(world, { from: '', to: [`nobody@${bounce}`], text })
  assert.equal(await refusalOf(nobody), '5.1.1 no-such-entry')
  const rewritten = rewriteSender(
    { mailbox: 'x', host: 'far.example' },
    { secrets: ['srs secret'], domain: bounce },
    world.at,
  )
  await send(world, { from: '', to: [`${rewritten.mailbox}@${bounce}`], text })
  assert.deepEqual((await world.queue()).at(-1)!.recipients[0]!.address, 'x@far.example')
  await put(null)
  assert.equal(await refusalOf(send(world, { from: '', to: [`ann@${bounce}`], text })), '5.7.1 not-allowed')
})

test('a MAIL FROM domain is a subdomain of a proven domain, in which nobody has an address', async () => {
  const reason = (work: Promise<unknown>) =>
    work.then(
      () => 'taken',
      (error) => error.reason,
    )
  assert.equal(await reason(put('corp.example')), 'invalid-parameter')
  assert.equal(await reason(put('bounce.far.example')), 'invalid-parameter')
  assert.equal(await reason(put('xcorp.example')), 'invalid-parameter')
  assert.equal(await reason(put('lb.corp.example')), 'domain-in-use')
  assert.equal(await reason(putMailFrom(world.store, world.org, 'none.example', null)), 'no-such-domain')
  await world.store.transact({ organization: world.org }, async ({ directory }) => {
    const key = { selector: 's', privateKey: 'k' }
    await directory.createDomain(world.org, domainRecord('new.example', { ownership: 'PENDING' }), key)
    await directory.createDomain(world.org, domainRecord('sub.corp.example'), key)
  })
  const own = (domain: string, name: string) =>
    putMailFrom(world.store, world.org, domain, { name, whenMissing: 'own-domain' })
  assert.equal(await reason(own('new.example', 'bounce.new.example')), 'domain-not-verified')
  await put('b.sub.corp.example')
  assert.equal(await reason(own('sub.corp.example', 'b.sub.corp.example')), 'domain-in-use')
  assert.equal(
    await reason(registerMailDomain(world.store, world.org, { name: 'b.sub.corp.example' }, world.at)),
    'domain-in-use',
  )
  assert.equal(await reason(put('autodiscover.corp.example')), 'domain-in-use')
  const { id: other } = await world.store.organizations.create({ alias: 'other' })
  await world.store.transact({ organization: other }, ({ directory }) =>
    directory.createDomain(other, domainRecord('theirs.corp.example'), { selector: 's', privateKey: 'k' }),
  )
  assert.equal(await reason(put('bounce.theirs.corp.example')), 'domain-in-use')
  await found(right)
  assert.deepEqual((await put('b.sub.corp.example', 'refuse')).records, right)
  assert.deepEqual((await put(bounce)).records, {})
})
