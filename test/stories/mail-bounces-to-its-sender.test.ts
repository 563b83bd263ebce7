import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MailSite, openMailSite } from './mail-site.ts'

let site: MailSite
before(async () => {
  site = await openMailSite({
    script: {
      command: (verb, line) =>
        verb === 'RCPT' && line.includes('nobody') ? '550 5.1.1 No such user' : undefined,
    },
  })
})
after(() => site.end())

test('what the next server refuses comes back to the inbox of who sent it', {
  timeout: 300_000,
}, async () => {
  const ann = await site.user('ann')
  await site
    .as(ann.address)
    .sendMail({ from: ann.address, to: 'nobody@partner.example', subject: 'Lost', text: 'x' })
  await site.until(async () => (await site.messages(ann.address)).length > 0)
  const [report] = await site.messages(ann.address)
  assert.match(report!.text, /Final-Recipient: rfc822; ?nobody@partner\.example/i)
  assert.match(report!.text, /Status: 5\.1\.1/)
  assert.match(report!.text, /Subject: Lost/)
})
