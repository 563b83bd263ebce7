import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { test } from 'node:test'
import { formatRequest } from '#src/wire/ews/request.ts'
import { readResponses } from '#src/wire/ews/response.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, openEwsSite } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
ewsSiteWith(['ann', 'bob'], (programs, opened) => {
  site = opened
  ;[ann] = programs
})

const inbox = { DistinguishedFolderId: { Id: 'inbox' } } as const
const everything = [
  'NewMailEvent',
  'CreatedEvent',
  'DeletedEvent',
  'ModifiedEvent',
  'MovedEvent',
  'CopiedEvent',
] as const

const mail = (client: EwsClient, Subject: string) =>
  client.one('CreateItem', {
    MessageDisposition: 'SendOnly',
    Items: [{ Message: { Subject, ToRecipients: [{ EmailAddress: 'ann@corp.test' }] } }],
  })

/** Opens a stream: what comes, and how the client goes away. */
async function openStream(at: EwsSite, SubscriptionId: string) {
  const sent = httpsRequest(at.url, {
    method: 'POST',
    rejectUnauthorized: false,
    agent: false,
    headers: {
      'content-type': 'text/xml',
      'accept-encoding': 'gzip',
      authorization: `Basic ${Buffer.from(`ann@corp.test:${PASSWORD}`).toString('base64')}`,
    },
  })
  const asked = { SubscriptionIds: [SubscriptionId], ConnectionTimeout: 1 }
  sent.end(formatRequest('GetStreamingEvents', asked).join(''))
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
  })
  assert.equal(response.headers['transfer-encoding'], 'chunked')
  const replies = readResponses('GetStreamingEvents', response)
  const next = async (): Promise<Message> => {
    const { value } = await replies.next()
    return value!.response!.ResponseMessages[0]!.GetStreamingEventsResponseMessage as Message
  }
  return { next, leave: () => sent.destroy() }
}

test('what happens is told to who asks', async () => {
  const made = await ann.one('Subscribe', {
    PullSubscriptionRequest: { FolderIds: [inbox], EventTypes: everything, Timeout: 10 },
  })
  const { SubscriptionId } = made
  const ask = async (Watermark: string): Promise<Message> =>
    (await ann.one('GetEvents', { SubscriptionId, Watermark })).Notification
  const quiet = await ask(made.Watermark)
  assert.deepEqual(Object.keys(quiet.Events[0]), ['StatusEvent'])
  await mail(site.client('bob@corp.test'), 'hello')
  const first = await ask(made.Watermark)
  const kinds = (notification: Message) => notification.Events.map((event: object) => Object.keys(event)[0])
  assert.deepEqual(
    kinds(first).filter((kind: string) => kind !== 'ModifiedEvent'),
    ['CreatedEvent', 'NewMailEvent'],
  )
  const created = first.Events.find((event: object) => 'CreatedEvent' in event).CreatedEvent
  await ann.one('MoveItem', {
    ToFolderId: { DistinguishedFolderId: { Id: 'archive' } },
    ItemIds: [{ ItemId: created.ItemId }],
  })
  const second = await ask(created.Watermark)
  assert.ok(kinds(second).includes('DeletedEvent'), 'the folder that is heard of has lost it')
  assert.equal(
    await site.client('bob@corp.test').code('GetEvents', { SubscriptionId, Watermark: made.Watermark }),
    'ErrorSubscriptionNotFound',
  )
  await ann.one('Unsubscribe', { SubscriptionId })
  assert.equal(
    await ann.code('GetEvents', { SubscriptionId, Watermark: made.Watermark }),
    'ErrorSubscriptionNotFound',
  )
})

test('a stream begins at once, tells of a move in all folders, and ends with its time or the client', async () => {
  const { SubscriptionId } = await ann.one('Subscribe', {
    StreamingSubscriptionRequest: { SubscribeToAllFolders: true, EventTypes: everything },
  })
  const { next, leave } = await openStream(site, SubscriptionId)
  assert.equal((await next()).ConnectionStatus, 'OK')
  await mail(site.client('bob@corp.test'), 'streamed')
  const kinds: string[] = []
  let created: Message | undefined
  while (!kinds.includes('NewMailEvent')) {
    for (const { Events } of (await next()).Notifications ?? [])
      for (const event of Events) {
        kinds.push(Object.keys(event)[0]!)
        created ??= event.CreatedEvent
      }
  }
  await ann.one('MoveItem', {
    ToFolderId: { DistinguishedFolderId: { Id: 'archive' } },
    ItemIds: [{ ItemId: created!.ItemId }],
  })
  let moved: Message | undefined
  while (moved === undefined)
    for (const { Events } of (await next()).Notifications ?? [])
      for (const event of Events) moved ??= event.MovedEvent
  assert.equal(moved.OldItemId.Id, created!.ItemId.Id)
  leave()
})

test('a stream for a subscription that is not there says which', async () => {
  const message = await ann.messages('GetStreamingEvents', {
    SubscriptionIds: ['nothing'],
    ConnectionTimeout: 1,
  })
  assert.equal(message[0]!.ResponseCode, 'ErrorSubscriptionNotFound')
  assert.deepEqual(message[0]!.ErrorSubscriptionIds, ['nothing'])
})

test('a stop of the service ends streams at once, and says so', async () => {
  const other = await openEwsSite()
  await other.user('ann')
  const { SubscriptionId } = await other.client('ann@corp.test').one('Subscribe', {
    StreamingSubscriptionRequest: { SubscribeToAllFolders: true, EventTypes: everything },
  })
  const { next } = await openStream(other, SubscriptionId)
  assert.equal((await next()).ConnectionStatus, 'OK')
  const began = performance.now()
  const stopped = other.end()
  assert.equal((await next()).ConnectionStatus, 'Closed')
  await stopped
  // Its time is a minute.
  assert.ok(performance.now() - began < 30_000)
})
