import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import nodemailer from 'nodemailer'
import { type ScriptedSmtp, scriptedSmtp } from '#test/support/scripted-smtp.ts'
import { type MailSite, openMailSite } from './mail-site.ts'

let exchange: ScriptedSmtp
let site: MailSite
before(async () => {
  exchange = await scriptedSmtp({ extensions: ['8BITMIME', 'DSN', 'PIPELINING'] })
  site = await openMailSite({
    settings: {
      'exchange.host': '127.0.0.1',
      'exchange.port': exchange.port,
      'exchange.tls': 'never',
      'smtp.verifySenders': 'no',
    },
  })
  await site.service.data.store.organizations.changeSettings(site.organization, { interoperability: true })
})
after(async () => {
  await site.end()
  exchange.close()
})

test('mail of a shared domain finds its side: mailboxes here, all else to Exchange, once and without a loop', {
  timeout: 300_000,
}, async () => {
  const ann = await site.user('ann')
  await site.as(ann.address).sendMail({
    from: ann.address,
    to: ['ann@corp.test', 'eve@corp.test'],
    subject: 'Both sides',
    text: 'x',
  })
  await site.until(() => exchange.messages.length > 0)
  assert.deepEqual(exchange.messages[0]!.rcpt, ['eve@corp.test'])
  assert.equal((await site.messages(ann.address)).length, 1)
  assert.deepEqual(site.world.messages, [])

  // An Exchange that knows her no more sends the message back to us: it must not go round.
  const back = nodemailer.createTransport({ host: '127.0.0.1', port: site.port('mx'), ignoreTLS: true })
  const returned = back.sendMail({
    envelope: { from: ann.address, to: ['eve@corp.test'] },
    raw: exchange.messages[0]!.content,
  })
  await assert.rejects(returned, /554 5\.4\.6/)
  assert.equal(exchange.messages.length, 1)
})
