import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { type MailSite, openMailSite } from './mail-site.ts'

let site: MailSite
before(async () => {
  site = await openMailSite()
})
after(() => site.end())

/** What an independent verifier says of the first DKIM signature, the key being where it is published. */
async function signatureOf(content: string): Promise<string> {
  const { store } = site.service.data
  const { dkim } = await store.directory.getDomain(site.organization, 'corp.test')
  const resolver = async (name: string, type: string) => {
    assert.deepEqual([name, type], [`${dkim.selector}._domainkey.corp.test`, 'TXT'])
    return [[`v=DKIM1; k=rsa; p=${dkim.publicKey}`]]
  }
  const { results } = await dkimVerify(Buffer.from(content, 'latin1'), { resolver })
  return `${results[0]!.status.result} ${results[0]!.signingDomain}`
}

test('mail from a program reaches a colleague, a group and the outside, each once', {
  timeout: 300_000,
}, async () => {
  const ann = await site.user('ann')
  const bob = await site.user('bob')
  const { GroupId } = await site.call('CreateGroup', { Name: 'team' })
  await site.call('RegisterToWorkMail', { EntityId: GroupId, Email: 'team@corp.test' })
  for (const { id } of [ann, bob]) await site.call('AssociateMemberToGroup', { GroupId, MemberId: id })

  const sent = await site.as(ann.address).sendMail({
    from: `Ann <${ann.address}>`,
    to: ['team@corp.test', bob.address],
    cc: 'Pat <pat@partner.example>',
    bcc: 'secret@partner.example',
    subject: 'Käse für alle',
    text: 'Grüße',
    html: '<p>Grüße</p>',
    attachments: [{ filename: 'list.txt', content: 'one\r\n.two\r\n' }],
  })
  assert.match(sent.response, /^250 2\.0\.0 OK, taken as [0-9a-f]{32}$/)

  for (const { address } of [ann, bob]) {
    const messages = await site.messages(address)
    assert.equal(messages.length, 1)
    assert.equal(messages[0]!.item.summary?.subject, 'Käse für alle')
    assert.deepEqual(messages[0]!.item.summary?.attachmentNames, ['list.txt'])
    assert.doesNotMatch(messages[0]!.text, /secret@/)
  }

  await site.until(() => site.world.messages.length > 0)
  assert.equal(site.world.messages.length, 1)
  const [outside] = site.world.messages
  assert.match(outside!.mail, /ann@corp\.test/)
  assert.deepEqual(outside!.rcpt.toSorted(), ['pat@partner.example', 'secret@partner.example'])
  assert.equal(await signatureOf(outside!.content), 'pass corp.test')
  assert.doesNotMatch(outside!.content, /secret@|Return-Path/)

  const { store } = site.service.data
  await site.until(async () => (await store.delivery.queueStatistics(Date.now())).messages === 0)
  const { rows } = await store.delivery.findTrace(
    site.organization,
    { messageId: sent.messageId },
    { limit: 50 },
  )
  assert.deepEqual(rows.map(({ name }) => name).sort(), [
    'MAILBOX_EMAIL_DELIVERED',
    'MAILBOX_EMAIL_DELIVERED',
    'ORGANIZATION_EMAIL_RECEIVED',
    'OUTGOING_EMAIL_SENT',
    'OUTGOING_EMAIL_SENT',
    'OUTGOING_EMAIL_SUBMITTED',
    'ROUTED',
    'ROUTED',
  ])
})
