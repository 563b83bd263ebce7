import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { type EwsSite, openEwsSite, shown } from './ews-site.ts'

let site: EwsSite
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
  await site.user('bob')
})
after(() => site.end())

const soap = (body: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body>${body}</s:Body></s:Envelope>`

test('a request of 40 MB is taken without others waiting or memory growing with it, and more is refused', async () => {
  const ann = site.client('ann@corp.test')
  const made = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [{ Message: { Subject: 'big' } }],
  })
  const { Id, ChangeKey } = shown(made.Items[0]).ItemId
  const content = randomBytes(26 * 1024 * 1024)
  const request = soap(
    `<m:CreateAttachment><m:ParentItemId Id="${Id}" ChangeKey="${ChangeKey}"/><m:Attachments><t:FileAttachment><t:Name>big.bin</t:Name><t:Content>${content.toString('base64')}</t:Content></t:FileAttachment></m:Attachments></m:CreateAttachment>`,
  )
  const sent = site.send(request, { login: ['ann@corp.test', PASSWORD] })
  let longest = 0
  let answered = false
  void sent.then(() => {
    answered = true
  })
  const bob = site.client('bob@corp.test')
  while (!answered) {
    const began = performance.now()
    await bob.one('GetFolder', {
      FolderShape: { BaseShape: 'IdOnly' },
      FolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
    })
    longest = Math.max(longest, performance.now() - began)
    await delay(20)
  }
  const { status, text } = await sent
  assert.equal(status, 200)
  assert.match(text, /NoError/)
  assert.ok(longest < 1_500, `somebody else waited for ${Math.round(longest)} ms`)
  const item = shown(
    (await ann.one('GetItem', { ItemShape: { BaseShape: 'AllProperties' }, ItemIds: [{ ItemId: { Id } }] }))
      .Items[0],
  )
  const [attachment] = item.Attachments
  const [read] = await ann.messages('GetAttachment', {
    AttachmentIds: [{ Id: attachment.FileAttachment.AttachmentId.Id }],
  })
  assert.ok(content.equals(read!.Attachments[0].FileAttachment.Content), 'the octets came back')
})

test('a request beyond the limit is refused, and one that nobody signed is not even read', async () => {
  const body = soap('<m:GetFolder/>').padEnd(61 * 1024 * 1024)
  const refused = await site
    .send(body, { login: ['ann@corp.test', PASSWORD] })
    .catch((error) => ({ status: error.code }))
  assert.ok(
    refused.status === 413 || refused.status === 'EPIPE' || refused.status === 'ECONNRESET',
    String(refused.status),
  )
})
