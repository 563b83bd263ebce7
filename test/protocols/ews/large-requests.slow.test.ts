import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
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

/** Sends a document in pieces, with something done between them, and something else until the answer is there. */
async function sendSlowly(
  request: string,
  { between, meanwhile }: { between: () => Promise<void>; meanwhile: () => Promise<void> },
): Promise<{ status: number; text: string }> {
  const authorization = `Basic ${Buffer.from(`ann@corp.test:${PASSWORD}`).toString('base64')}`
  const sending = httpsRequest(site.url, {
    method: 'POST',
    rejectUnauthorized: false,
    headers: {
      'content-type': 'text/xml; charset=utf-8',
      'content-length': String(Buffer.byteLength(request)),
      authorization,
    },
  })
  let answered = false
  const answer = once(sending, 'response').then(async ([response]) => {
    const { statusCode } = response as IncomingMessage
    const reply = { status: statusCode!, text: await text(response as IncomingMessage) }
    answered = true
    return reply
  })
  const piece = Math.ceil(request.length / 10)
  for (let from = 0; from < request.length; from += piece) {
    if (!sending.write(request.slice(from, from + piece))) await once(sending, 'drain')
    await between()
  }
  sending.end()
  while (!answered) await meanwhile()
  return answer
}

test('a request of 40 MB is taken while others are answered, and more is refused', async () => {
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
  const bob = site.client('bob@corp.test')
  const ask = async (): Promise<void> => {
    await bob.one('GetFolder', {
      FolderShape: { BaseShape: 'IdOnly' },
      FolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
    })
  }
  let answers = 0
  const { status, text } = await sendSlowly(request, {
    // Between its pieces nothing comes, and whoever waits for them must not hold up others: this would hang.
    between: ask,
    meanwhile: async () => {
      await ask()
      answers++
    },
  })
  assert.equal(status, 200)
  assert.match(text, /NoError/)
  assert.ok(answers > 3, `others were answered ${answers} times while it was written`)
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

test('a subject or a name of an attachment that fills a request is refused, not made into a header', async () => {
  const ann = site.client('ann@corp.test')
  const long = 'ü'.repeat(100_000)
  const makeItem = async (item: { Message: object } | { CalendarItem: object } | { Task: object }) => {
    const sending = { MessageDisposition: 'SaveOnly', SendMeetingInvitations: 'SendToNone' } as const
    const [made] = await ann.messages('CreateItem', { ...sending, Items: [item] })
    return `${made!.ResponseCode}: ${made!.MessageText ?? ''}`
  }
  const make = (Message: object) => makeItem({ Message })
  assert.equal(
    await make({ Subject: long }),
    'ErrorPropertyValidationFailure: The subject has 100000 characters, and at most 65536 are accepted.',
  )
  const file = { Name: long, Content: Buffer.from('hi') }
  assert.equal(
    await make({ Subject: 'a', Attachments: [{ FileAttachment: file }] }),
    'ErrorInvalidRequest: The name, type, id or location of an attachment has 100000 characters, and at most 4096 are accepted.',
  )
  assert.equal(await make({ Subject: long.slice(0, 60_000) }), 'NoError: ')
  const times = { Start: '2026-12-01T10:00:00Z', End: '2026-12-01T11:00:00Z' }
  assert.equal(
    await makeItem({ CalendarItem: { Subject: 'a', ...times, Location: long } }),
    'ErrorPropertyValidationFailure: The location has 100000 characters, and at most 65536 are accepted.',
  )
  for (const one of [{ CalendarItem: { Subject: long, ...times } }, { Task: { Subject: long } }])
    assert.match(await makeItem(one), /^ErrorPropertyValidationFailure: The subject has 100000 /)
})
