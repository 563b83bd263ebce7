import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '#src/app/demo/free-port.ts'
import type { EntryId } from '#src/base/ids.ts'
import { associateMember } from '#src/domain/directory/groups.ts'
import { chooseRoutingDomain, registerMailDomain } from '#src/domain/directory/mail-domains.ts'
import { registerToWorkMail } from '#src/domain/directory/registration.ts'
import { createUser } from '#src/domain/directory/users.ts'
import { CHEAP } from '#test/domain/directory/furnished.ts'
import { type MailSite, openMailSite } from '#test/stories/mail-site.ts'
import { type Postfix, postfix, startPostfix } from '#test/support/postfix.ts'

/**
 * Postfix in the place of an Exchange that is set up wrongly in every way that makes mail go round (exchange-interop 4.10): it
 * believes whoever it does not know to be here, its groups lead back here, and this service does not know it by its address,
 * so that nothing but the marks in the header tell that a message was here before.
 */
let exchange: Postfix
let site: MailSite

before(async () => {
  if (postfix.skip) return
  const mxPort = await freePort()
  const here = `smtp:[127.0.0.1]:${mxPort}`
  exchange = await startPostfix({
    mailboxes: ['eve@corp.test'],
    maps: {
      aliases: 'ann@corp.test ann@lb.corp.test\nring@corp.test eve@corp.test, circle@corp.test\n',
      routes: ['lb.corp.test', 'typo@corp.test', 'circle@corp.test'].map((to) => `${to} ${here}\n`).join(''),
      firewall: '/^(X-MS-Exchange-(Organization|Forest)-|Received:)/ IGNORE\n',
    },
    settings: {
      virtual_alias_maps: 'texthash:FOLDER/aliases',
      transport_maps: 'texthash:FOLDER/routes',
      relay_domains: 'lb.corp.test',
      header_checks: 'regexp:FOLDER/firewall',
      smtpd_reject_unlisted_recipient: 'no',
      always_add_missing_headers: 'yes',
    },
  })
  site = await openMailSite({
    settings: {
      'smtp.mxPort': mxPort,
      'smtp.verifySenders': 'no',
      'exchange.host': '127.0.0.1',
      'exchange.port': exchange.port,
      'exchange.tls': 'never',
    },
  })
  const { store } = site.service.data
  const { organization } = site
  await store.organizations.changeSettings(organization, { interoperability: true })
  const { ownershipToken } = await registerMailDomain(
    store,
    organization,
    { name: 'lb.corp.test', use: 'routing' },
    Date.now(),
  )
  site.dns.zone.set('_landbridge.lb.corp.test', { TXT: [ownershipToken] })
  await site.call('VerifyMailDomain', { DomainName: 'lb.corp.test' })
  await chooseRoutingDomain(store, organization, 'lb.corp.test')
})
after(async () => {
  await site?.end()
  await exchange?.stop()
})

const copiesIn = (texts: readonly string[], subject: string) =>
  texts.filter((text) => new RegExp(`^Subject: ${subject}\\r?$`, 'm').test(text.split(/\r?\n\r?\n/)[0]!))
    .length

test('mail that would go in a circle ends, and whoever is here has it once', {
  skip: postfix.skip,
  timeout: 300_000,
}, async (t) => {
  const { id: ann } = await site.user('ann')
  const annHas = async (subject: string) =>
    copiesIn(
      (await site.messages('ann@corp.test')).map(({ text }) => text),
      subject,
    )

  await t.test('each side believes an address to be on the other', async () => {
    await exchange.send({ from: 'eve@corp.test', to: ['typo@corp.test'], subject: 'For nobody' })
    const reports = await exchange.arrived('eve@corp.test', 1)
    assert.match(reports[0]!, /typo@corp\.test[\s\S]*5\.4\.6/)
    const sent = { from: 'ann@corp.test', to: 'typo@corp.test', subject: 'Nobody at all', text: 'x' }
    await site.as('ann@corp.test').sendMail(sent)
    await site.until(async () => (await site.messages('ann@corp.test')).length > 0)
    const [report] = await site.messages('ann@corp.test')
    assert.match(report!.text, /typo@corp\.test[\s\S]*5\.4\.6/)
    // There, back, and no further.
    const { rows } = await site.service.data.store.delivery.findTrace(
      site.organization,
      { recipient: 'typo@corp.test' },
      { limit: 100 },
    )
    assert.ok(rows.filter(({ name }) => name === 'OUTGOING_EMAIL_SENT').length <= 2)
  })

  await t.test('a group of each side is a member of the other', async () => {
    const { store } = site.service.data
    const remote = { name: 'ring', displayName: 'ring', role: 'REMOTE_USER' as const }
    const made = await createUser({ store, passwords: CHEAP }, site.organization, remote, Date.now())
    const nothing = { quotaBytes: 1, folders: [] }
    const ring = { entry: made.id, email: 'ring@corp.test' }
    await registerToWorkMail(store, site.organization, ring, nothing, Date.now())
    const { GroupId } = await site.call('CreateGroup', { Name: 'circle' })
    await site.call('RegisterToWorkMail', { EntityId: GroupId, Email: 'circle@corp.test' })
    const group = GroupId as EntryId
    for (const member of [ann, made.id]) await associateMember(store, site.organization, { group, member })

    await exchange.send({ from: 'eve@corp.test', to: ['ring@corp.test'], subject: 'From there' })
    await site.as('ann@corp.test').sendMail({
      from: 'ann@corp.test',
      to: 'circle@corp.test',
      subject: 'From here',
      text: 'x',
    })
    const subjects = ['From there', 'From here']
    await site.until(async () => {
      const found = await Promise.all(subjects.map(annHas))
      const there = await exchange.messagesOf('eve@corp.test')
      return found.every((each) => each > 0) && subjects.every((each) => copiesIn(there, each) > 0)
    })
    // What is still on its way shows within the time that a second round takes.
    await site.until(async () => (await store.delivery.queueStatistics(Date.now())).messages === 0)
    await exchange.send({ from: 'eve@corp.test', to: ['eve@corp.test'], subject: 'The last' })
    await site.until(async () => copiesIn(await exchange.messagesOf('eve@corp.test'), 'The last') === 1)
    const there = await exchange.messagesOf('eve@corp.test')
    for (const subject of subjects) assert.equal(await annHas(subject), 1, subject)
    assert.equal(copiesIn(there, 'From here'), 1)
    // Whoever is in the groups has it, so nobody is told that it came round.
    const told = [...(await site.messages('ann@corp.test')).map(({ text }) => text), ...there]
    assert.ok(!told.some((text) => /circle@corp\.test[\s\S]*5\.4\.6/.test(text)))
    // Only Exchange can know that its own group had it already, and unlike Postfix it would drop the second.
    assert.ok(copiesIn(there, 'From there') <= 2)
  })

  await t.test('a server takes every trace out of the header', async () => {
    await exchange.setMap('firewall', '/^(X-|Received|Message-ID|DKIM-|ARC-|Authentication-)/ IGNORE\n')
    await exchange.send({ from: 'eve@corp.test', to: ['typo@corp.test'], subject: 'Without a trace' })
    const isTold = async () =>
      (await exchange.messagesOf('eve@corp.test')).some(
        (text) => /typo@corp\.test[\s\S]*5\.4\.6/.test(text) && text.includes('Without a trace'),
      )
    // It goes round for a quarter of a minute before anybody can know.
    for (let tries = 0; tries < 400 && !(await isTold()); tries++) await pause(250)
    assert.ok(await isTold(), await exchange.log())
    const { rows } = await site.service.data.store.delivery.findTrace(
      site.organization,
      { recipient: 'typo@corp.test' },
      { limit: 500 },
    )
    const rounds = rows.filter(
      ({ name, fields }) => name === 'ORGANIZATION_EMAIL_RECEIVED' && fields.subject === 'Without a trace',
    )
    t.diagnostic(`${rounds.length} rounds`)
    assert.ok(rounds.length >= 10)
  })
})
