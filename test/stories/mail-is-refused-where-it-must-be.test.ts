import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import nodemailer from 'nodemailer'
import { DAY_MS } from '#src/domain/directory/limits.ts'
import { type MailSite, openMailSite } from './mail-site.ts'

let site: MailSite
before(async () => {
  site = await openMailSite({
    settings: { 'smtp.verifySenders': 'no', 'limits.externalRecipientsPerUser': 1 },
  })
  await site.user('ann')
  await site.user('bob')
})
after(() => site.end())

/** Says the lines one after the other and gives every reply, the greeting first. */
async function dialogue(port: number, steps: readonly string[]): Promise<string[]> {
  const socket = connect(port, '127.0.0.1')
  const replies: string[] = []
  let text = ''
  socket.setEncoding('latin1')
  const reply = async () => {
    for (;;) {
      const found = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(text)
      if (found) {
        text = text.slice(found[0].length)
        return replies.push(found[0].trimEnd())
      }
      const chunk = await new Promise<string | null>((resolve) => {
        socket.once('data', (data: string) => resolve(data))
        socket.once('end', () => resolve(null))
      })
      if (chunk === null) return replies.push('closed')
      text += chunk
    }
  }
  await reply()
  for (const step of steps) {
    socket.write(step, 'latin1')
    await reply()
  }
  socket.destroy()
  return replies
}

const hello = ['EHLO mail.sender.example\r\n', 'MAIL FROM:<sue@sender.example>\r\n']

test('mail is refused where it must be', { timeout: 300_000 }, async (t) => {
  const mx = site.port('mx')

  await t.test('other servers get no relay, and learn who is unknown', async () => {
    const replies = await dialogue(mx, [
      ...hello,
      'RCPT TO:<x@partner.example>\r\n',
      'RCPT TO:<ghost@corp.test>\r\n',
      'RCPT TO:<ann@corp.test>\r\n',
    ])
    assert.deepEqual(
      replies.slice(3).map((each) => each.slice(0, 9)),
      ['550 5.7.1', '550 5.1.1', '250 2.1.5'],
    )
  })

  await t.test('a bare line feed does not end a message (SMTP smuggling)', async () => {
    const smuggled =
      'Subject: one\r\n\r\nfirst\n.\nMAIL FROM:<evil@corp.test>\r\nRCPT TO:<bob@corp.test>\r\nDATA\r\n'
    const replies = await dialogue(mx, [
      ...hello,
      'RCPT TO:<ann@corp.test>\r\n',
      'DATA\r\n',
      `${smuggled}Subject: two\r\n\r\nsecond\r\n.\r\n`,
    ])
    assert.match(replies.at(-1)!, /^550 5\.6\.11/)
    assert.deepEqual(await site.messages('ann@corp.test'), [])
    assert.deepEqual(await site.messages('bob@corp.test'), [])
  })

  await t.test('too large is refused by its announcement, and by its size', async () => {
    const announced = await dialogue(mx, [
      'EHLO x\r\n',
      'MAIL FROM:<big@sender.example> SIZE=50000000\r\n',
      'RCPT TO:<ann@corp.test>\r\n',
    ])
    assert.match(announced.at(-2)!, /^552 5\.3\.4/)
    assert.match(announced.at(-1)!, /^503/)
    const { Events } = await site.call('FindTrace', { Sender: 'big@sender.example' })
    const [refused] = Events as { Event: Record<string, unknown> }[]
    assert.equal(refused?.Event.eventName, 'EMAIL_REFUSED')
    assert.deepEqual(refused.Event.recipients, ['ann@corp.test'])
    const transport = nodemailer.createTransport({
      host: '127.0.0.1',
      port: mx,
      tls: { rejectUnauthorized: false },
    })
    const content = Buffer.alloc(29.2 * 1024 * 1024, 'x')
    const decoded = transport.sendMail({
      from: 'sue@sender.example',
      to: 'ann@corp.test',
      text: 'see there',
      attachments: [{ filename: 'x.bin', content }],
    })
    await assert.rejects(decoded, /552 5\.3\.4/)
    assert.deepEqual(await site.messages('ann@corp.test'), [])
  })

  await t.test('nobody sends with an address of somebody else', async () => {
    const own = { from: 'bob@corp.test', to: 'ann@corp.test', subject: 'As Bob', text: 'x' }
    await assert.rejects(site.as('ann@corp.test').sendMail(own), /550 5\.7\.1/)
    const header = { ...own, envelope: { from: 'ann@corp.test', to: ['ann@corp.test'] } }
    await assert.rejects(site.as('ann@corp.test').sendMail(header), /550 5\.7\.1/)
    const [notice] = await site.messages('ann@corp.test')
    assert.equal(notice!.item.summary?.subject, 'Not sent: you may not send as bob@corp.test')
  })

  await t.test('programs must log in', async () => {
    const transport = nodemailer.createTransport({
      host: '127.0.0.1',
      port: site.port('submission'),
      requireTLS: true,
      tls: { rejectUnauthorized: false },
    })
    const mail = { from: 'ann@corp.test', to: 'bob@corp.test', text: 'x' }
    await assert.rejects(transport.sendMail(mail), /530 5\.7\.0/)
  })

  await t.test('no more leaves in a day than the setting allows (LIM-05)', async () => {
    const mail = { from: 'ann@corp.test', subject: 'Out', text: 'x' }
    // Both in the same one.
    const leftMs = DAY_MS - (Date.now() % DAY_MS)
    if (leftMs < 15_000) await pause(leftMs)
    await site.as('ann@corp.test').sendMail({ ...mail, to: 'x@partner.example' })
    const second = site.as('ann@corp.test').sendMail({ ...mail, to: 'y@partner.example' })
    await assert.rejects(second, /5\.4\.5/)
    await site.as('ann@corp.test').sendMail({ ...mail, to: 'bob@corp.test' })
  })
})
