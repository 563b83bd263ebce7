import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { freePort } from '#src/app/demo/free-port.ts'
import type { EntryId } from '#src/base/ids.ts'
import { associateMember, createGroup } from '#src/domain/directory/groups.ts'
import { chooseRoutingDomain, registerMailDomain } from '#src/domain/directory/mail-domains.ts'
import { registerToWorkMail } from '#src/domain/directory/registration.ts'
import { createUser } from '#src/domain/directory/users.ts'
import { formatImcea } from '#src/formats/address/imcea.ts'
import { CHEAP } from '#test/domain/directory/furnished.ts'
import { type MailSite, openMailSite } from '#test/stories/mail-site.ts'
import { type Postfix, postfix, startPostfix } from '#test/support/postfix.ts'

/**
 * Postfix in the place of Exchange (exchange-interop 4): the shared domain corp.test, of which eve and gus are its
 * own, ann is a mail user whose mail goes to the routing domain, and `mixed` is a group it expands itself. Its header
 * firewall takes out what Exchange's would.
 */
let exchange: Postfix
let site: MailSite

const organizationOf = () => site.organization

before(async () => {
  if (postfix.skip) return
  const mxPort = await freePort()
  exchange = await startPostfix({
    mailboxes: ['eve@corp.test', 'gus@corp.test'],
    maps: {
      aliases:
        'ann@corp.test ann@lb.corp.test\nmixed@corp.test eve@corp.test, gus@corp.test, ann@lb.corp.test\n',
      routes: `lb.corp.test smtp:[127.0.0.1]:${mxPort}\n`,
      firewall: '/^X-MS-Exchange-(Organization|Forest)-/ IGNORE\n',
    },
    settings: {
      virtual_alias_maps: 'texthash:FOLDER/aliases',
      transport_maps: 'texthash:FOLDER/routes',
      relay_domains: 'lb.corp.test',
      header_checks: 'regexp:FOLDER/firewall',
    },
  })
  site = await openMailSite({
    settings: {
      'smtp.mxPort': mxPort,
      'exchange.host': '127.0.0.1',
      'exchange.port': exchange.port,
      'exchange.tls': 'never',
      'exchange.addresses': '127.0.0.1',
    },
  })
  const { store } = site.service.data
  await store.organizations.changeSettings(organizationOf(), { interoperability: true })
  const { ownershipToken } = await registerMailDomain(
    store,
    organizationOf(),
    { name: 'lb.corp.test', use: 'routing' },
    Date.now(),
  )
  site.dns.zone.set('_landbridge.lb.corp.test', { TXT: [ownershipToken] })
  await site.call('VerifyMailDomain', { DomainName: 'lb.corp.test' })
  await chooseRoutingDomain(store, organizationOf(), 'lb.corp.test')
})
after(async () => {
  await site?.end()
  await exchange?.stop()
})

/** Somebody whose mailbox is on the Exchange side. */
async function remoteUser(name: string): Promise<{ id: string }> {
  const { store } = site.service.data
  const user = { name, displayName: name, role: 'REMOTE_USER' as const }
  const { id } = await createUser({ store, passwords: CHEAP }, organizationOf(), user, Date.now())
  const email = `${name}@corp.test`
  return registerToWorkMail(
    store,
    organizationOf(),
    { entry: id, email },
    { quotaBytes: 1, folders: [] },
    Date.now(),
  )
}

test('colleagues on both sides of a shared domain write to each other', {
  skip: postfix.skip,
  timeout: 300_000,
}, async (t) => {
  const ann = await site.user('ann')
  const ben = await site.user('ben')
  const eve = await remoteUser('eve')

  await t.test('from here to Exchange', async () => {
    await site
      .as(ann.address)
      .sendMail({ from: ann.address, to: 'eve@corp.test', subject: 'To eve', text: 'x' })
    const [message] = await exchange.arrived('eve@corp.test', 1)
    assert.match(message!, /^From: ann@corp\.test$/m)
    assert.match(message!, /^Return-Path: <ann@corp\.test>$/m)
    assert.match(message!, /^DKIM-Signature: .*d=corp\.test/m)
  })

  await t.test('to an address that only Exchange knows', async () => {
    await site
      .as(ann.address)
      .sendMail({ from: ann.address, to: 'gus@corp.test', subject: 'To gus', text: 'x' })
    assert.equal((await exchange.arrived('gus@corp.test', 1)).length, 1)
  })

  await t.test('from Exchange to a mailbox that has moved here, by the routing domain', async () => {
    await exchange.send({ from: 'eve@corp.test', to: ['ann@corp.test'], subject: 'To ann' })
    await site.until(async () => (await site.messages(ann.address)).length === 1)
    const { text } = (await site.messages(ann.address))[0]!
    assert.match(text, /^Subject: To ann\r$/m)
    // Exchange is trusted: its colleagues' mail is not judged as a stranger's.
    assert.doesNotMatch(text, /spf=fail/)
  })

  await t.test('to a group that Exchange expands: each member once, on either side', async () => {
    await exchange.send({ from: 'gus@corp.test', to: ['mixed@corp.test'], subject: 'Mixed' })
    await site.until(async () => (await site.messages(ann.address)).length === 2)
    await exchange.arrived('eve@corp.test', 2)
    assert.equal((await exchange.messagesOf('gus@corp.test')).length, 2)
  })

  await t.test('to a group that is expanded here: each member once, on either side', async () => {
    const { store } = site.service.data
    const group = await createGroup(store, organizationOf(), { name: 'team' }, Date.now())
    for (const member of [ann.id, ben.id, eve.id]) {
      await associateMember(store, organizationOf(), { group: group.id, member: member as never })
    }
    await site.call('RegisterToWorkMail', { EntityId: group.id, Email: 'team@corp.test' })
    await site
      .as(ben.address)
      .sendMail({ from: ben.address, to: ['team@corp.test', ann.address], subject: 'Team', text: 'x' })
    await exchange.arrived('eve@corp.test', 3)
    const counts = await Promise.all(
      [ann, ben].map(async ({ address }) => (await site.messages(address)).length),
    )
    assert.deepEqual(counts, [3, 1])
    assert.equal((await exchange.messagesOf('eve@corp.test')).length, 3)
  })

  await t.test(
    'an address in the routing domain that nobody has is refused, and does not go round',
    async () => {
      await exchange.send({ from: 'eve@corp.test', to: ['nobody@lb.corp.test'], subject: 'Nobody' })
      // Postfix tells the sender, in her mailbox there.
      const reports = await exchange.arrived('eve@corp.test', 4)
      assert.ok(reports.some((report) => /nobody@lb\.corp\.test[\s\S]*5\.1\.1/.test(report)))
    },
  )

  await t.test(
    'a reply to old mail finds its reader on either system, and nobody before the X500 step (scenario 14)',
    async () => {
      const { store } = site.service.data
      const named = (name: string) => `/o=Corp/ou=Exchange Administrative Group/cn=Recipients/cn=${name}`
      const old = (name: string) => `${formatImcea({ type: 'EX', address: named(name) })}@corp.test`
      const reply = (to: string) =>
        site.as(ben.address).sendMail({ from: ben.address, to, subject: 'Re: years ago', text: 'x' })
      // Nobody has the name on either side: Exchange refuses it, and the report comes here.
      await reply(old('ann'))
      await site.until(async () =>
        (await site.messages(ben.address)).some(
          ({ text }) => /5\.1\.1/.test(text) && text.includes('IMCEAEX'),
        ),
      )

      // What synchronisation and the flip give them, and what the script of the cut-over gives the mail user in Exchange.
      for (const { id } of [ann, eve])
        await store.transact({ organization: organizationOf() }, async ({ directory }) => {
          const entry = await directory.getEntry(organizationOf(), id as EntryId)
          const address = named(id === ann.id ? 'ann' : 'eve')
          const addresses = [...entry.addresses, { kind: 'x500' as const, address }]
          await directory.saveEntry(organizationOf(), { ...entry, addresses } as typeof entry)
        })
      await exchange.setMap(
        'aliases',
        `ann@corp.test ann@lb.corp.test\n${old('ann')} ann@lb.corp.test\n${old('eve')} eve@corp.test\n`,
      )
      const before = (await site.messages(ann.address)).length
      await reply(old('ann'))
      await reply(old('eve'))
      await site.until(async () => (await site.messages(ann.address)).length === before + 1)
      const got = await exchange.arrived('eve@corp.test', 5)
      assert.ok(got.some((text) => text.includes('Subject: Re: years ago')))

      await exchange.send({
        from: 'gus@corp.test',
        to: [old('ann'), old('eve')],
        subject: 'Re: years ago, too',
      })
      await site.until(async () => (await site.messages(ann.address)).length === before + 2)
      await exchange.arrived('eve@corp.test', 6)
    },
  )

  await t.test('a moved mailbox that Exchange believes here and we believe there does not loop', async () => {
    // The misconfiguration: Exchange routes gus here, and here gus is on the Exchange side.
    await remoteUser('gus')
    await exchange.setMap('aliases', 'gus@corp.test gus@lb.corp.test\n')
    await exchange.send({ from: 'eve@corp.test', to: ['gus@corp.test'], subject: 'Round and round' })
    const reports = await exchange.arrived('eve@corp.test', 7)
    assert.ok(reports.some((report) => /gus@lb\.corp\.test[\s\S]*5\.(4\.6|1\.1)/.test(report)))
  })
})
