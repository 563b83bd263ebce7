import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { spf } from 'mailauth/lib/spf/index.js'
import nodemailer from 'nodemailer'
import { HOST_NAME, type MailSite, openMailSite } from './mail-site.ts'

let site: MailSite
before(async () => {
  site = await openMailSite()
})
after(() => site.end())

type Records = { Type: string; Hostname: string; Value: string; Status: string }[]

test('mail leaves under its MAIL FROM domain, passes SPF there, and reports come back to who sent it (DOM-06)', {
  timeout: 300_000,
}, async () => {
  const ann = await site.user('ann')
  const send = async (subject: string) => {
    const count = site.world.messages.length
    await site.as(ann.address).sendMail({ from: ann.address, to: 'bob@partner.example', subject, text: 'x' })
    await site.until(() => site.world.messages.length > count)
    return /<([^>]*)>/.exec(site.world.messages.at(-1)!.mail)![1]!
  }
  const set = await site.call('PutMailFromDomain', {
    DomainName: 'corp.test',
    MailFromDomain: 'bounce.corp.test',
  })
  assert.equal(await send('Before'), 'ann@corp.test')

  const { zone } = site.dns
  zone.set(HOST_NAME, { A: ['127.0.0.1'] })
  const [mx, txt] = set.Records as Records
  const [preference, exchange] = mx!.Value.split(' ') as [string, string]
  zone.set(mx!.Hostname, { MX: [[Number(preference), exchange]], TXT: [txt!.Value] })
  await site.call('VerifyMailDomain', { DomainName: 'corp.test' })
  const shown = await site.call('DescribeMailFromDomain', { DomainName: 'corp.test' })
  assert.equal(shown.MailFromDomainStatus, 'VERIFIED')

  const sender = await send('After')
  assert.equal(sender, 'ann@bounce.corp.test')
  const judged = await spf({
    sender,
    ip: '127.0.0.1',
    helo: HOST_NAME,
    mta: 'mx.partner.example',
    resolver: async (name: string, type: string) => {
      const entry = zone.get(name.toLowerCase())
      if (type === 'TXT') return (entry?.TXT ?? []).map((text) => [text])
      return type === 'A' ? [...(entry?.A ?? [])] : []
    },
  })
  assert.deepEqual([judged.status.result, judged.domain], ['pass', 'bounce.corp.test'])

  const far = nodemailer.createTransport({
    host: '127.0.0.1',
    port: site.port('mx'),
    name: 'mx.partner.example',
    tls: { rejectUnauthorized: false },
  })
  const report =
    'From: mailer-daemon@partner.example\r\nSubject: Undelivered\r\n\r\nNobody is called bob.\r\n'
  await far.sendMail({ envelope: { from: '', to: sender }, raw: report })
  const subjects = (await site.messages(ann.address)).map(({ item }) => item.summary?.subject)
  assert.deepEqual(subjects, ['Undelivered'])

  await site.call('PutMailFromDomain', { DomainName: 'corp.test' })
  assert.equal(await send('Cleared'), 'ann@corp.test')
})
